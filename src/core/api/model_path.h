/* SPDX-License-Identifier: MIT */
/* A model that stands in the path, as Gemini's clients put it:
 * "…/models/{model}:{method}". */
#ifndef SL_MODEL_PATH_H
#define SL_MODEL_PATH_H

#include "core/api/surface.h"
#include "core/translate.h"

/* What x->rest says; *is_count: it asks how many tokens the request has. False,
 * and answered: a method that is not served is 404, naming those that are. */
bool model_path_read(struct exchange *x, struct translate_path *path,
                     bool *is_count);

/* Whether rest names a model and one of the methods: then it is no name. */
bool model_path_is_call(struct str rest);

#endif
