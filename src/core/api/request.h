/* SPDX-License-Identifier: MIT */
/* What the API surfaces share on the request's side: its checks, the name of
 * the model and who serves it, the path and fields that go upstream. */
#ifndef SL_REQUEST_H
#define SL_REQUEST_H

#include "core/api/model_lists.h"
#include "core/api/planning.h"
#include "core/attempt.h"
#include "core/plan.h"
#include "core/route.h"

/* False, and answered with 415, when the body is encoded. */
bool request_is_plain(struct exchange *x);
/* What is told of a body that is no JSON object: 400 with the offset. */
struct failure request_bad_json(struct exchange *x, enum sl_rc rc,
                                const struct err *err);
void reply_bad_json(struct exchange *x, enum sl_rc rc, const struct err *err);
/* The model's name out of its raw JSON value; false, and answered, when it is
 * missing, empty or no string. */
bool request_model(struct exchange *x, struct str raw, struct str *name);
/* A model's name may not be longer (Bedrock's ARNs are the longest there are):
 * it is repeated in fields, and in every piece of a stream. */
enum { MODEL_NAME_BYTES = 2048 };
/* False, and answered: the name takes a place in this path, {model} or
 * {+model}, and would step out of it: a segment of it is "." or "..". */
SL_MUST_USE bool request_name_fits(struct exchange *x, struct str path,
                                   struct str model);

/* After the base: the provider's path of this endpoint, for the attempt's
 * model. */
struct str request_path(struct exchange *x, const struct attempt *a,
                        const struct endpoint *e);
/* Fields of the client that mean something to a provider, and the encoding
 * that the answer must have. */
void request_forward_fields(struct exchange *x, struct fetch *c,
                            bool is_translated);
/* sluice-strict: true: what would be lost is refused. */
bool request_is_strict(const struct exchange *x);

/* ---- who serves a model ---- */

/* The plan is copied by the callee. */
typedef void lookup_found(struct exchange *x, const struct plan *plan);

struct lookup {
    struct str name;
    lookup_found *found;
    struct model_lists *lists;         /* once they are asked */
    const struct overrides *overrides; /* set before the start; NULL: none */
    struct planning *planning;         /* planning.c's own */
};

/* Has the provider a way for what was asked of this model? A chat goes to
 * whoever can be chatted with, embeddings, images and
 * speech also to those that have their own,
 * all else to those that have OpenAI's paths. */
bool request_can_serve(const struct exchange *x, const struct provider *p,
                       struct str model);
/* Calls found, at once or later, or answers with what is wrong. */
void lookup_start(struct exchange *x, struct lookup *l, struct str name,
                  lookup_found *found);
/* What a name stands for at the supplier that path or header name. */
struct plan request_supplier_plan(const struct exchange *x, struct str name);
/* The surface's `loaded`. */
void lookup_loaded(struct exchange *x, struct lookup *l, enum sl_rc rc,
                   struct str bytes);

#endif
