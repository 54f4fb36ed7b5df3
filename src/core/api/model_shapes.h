/* SPDX-License-Identifier: MIT */
/* The list of models as clients of other dialects than OpenAI's want it:
 *
 *     Gemini      GET /v1beta/models, /v1beta/models/{id}; /v1/models with
 *                 x-goog-api-key and no Authorization
 *     Anthropic   GET /v1/models, /v1/models/{id} with anthropic-version
 *     Ollama      GET /api/tags
 *
 * Each knows pages in its own words. What the table of model facts knows of a
 * model stands in its entry. */
#ifndef SL_MODEL_SHAPES_H
#define SL_MODEL_SHAPES_H

#include "core/api/model_lists.h"
#include "core/config.h"

struct endpoint;
struct target;

/* Whose shape a request for models wants: dialect_openai_chat, or another. e:
 * of the route; NULL: OpenAI's path. */
const struct dialect *model_shapes_choose(const struct endpoint *e,
                                          const struct http_fields *fields);

/* Onto out: the page that x->query asks for, in the shape of x->dialect, which
 * is not OpenAI's. False, and answered, when what the query says is wrong. */
bool model_shapes_write_list(struct exchange *x, const struct model_lists *l,
                             struct buf *out);
/* One of them. raw: its entry in l. Anthropic's and Gemini's shape alone. */
void model_shapes_write(struct exchange *x, struct buf *out, struct str raw);
/* The same of a name of the operator's own. */
void model_shapes_write_group(struct exchange *x, struct buf *out,
                              const struct model_group *g);

#endif
