/* SPDX-License-Identifier: MIT */
/* A YAML text as JSON: the only file that includes <yaml.h> is yaml.c. Anchors
 * and merge keys ("<<") are resolved; of two members of one name the last one
 * counts, as for most readers. */
#ifndef SL_YAML_H
#define SL_YAML_H

#include "core/base/buf.h"

struct yaml_problem {
    size_t line, column; /* from 1 */
    const char *what;    /* static; nothing of the text */
};

/* The first document of the text. False: *p says why; out may hold a part. */
SL_MUST_USE bool yaml_to_json(struct str text, struct buf *out,
                              struct yaml_problem *p);

#endif
