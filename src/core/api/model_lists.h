/* SPDX-License-Identifier: MIT */
/* The lists of models of all providers: kept for a while by the host (LOAD,
 * STORE), else asked for in parallel, five seconds each, followed through
 * their pages, and brought into one shape.
 *
 *     lists = model_lists_new(x, done, me);
 *     model_lists_start(x, lists);
 *     ... done(x, lists) once every provider has answered or failed
 *
 * The surface passes its `loaded` on to model_lists_loaded. */
#ifndef SL_MODEL_LISTS_H
#define SL_MODEL_LISTS_H

#include "core/fetch.h"

struct model_lists;

typedef void model_lists_done(struct exchange *x, struct model_lists *l);

/* NULL: no memory. owner: the caller's own. */
struct model_lists *model_lists_new(struct exchange *x, model_lists_done *done,
                                    void *owner);
/* Memory outside of the arena; safe on NULL. */
void model_lists_release(struct model_lists *l);
void *model_lists_owner(const struct model_lists *l);
void model_lists_start(struct exchange *x, struct model_lists *l);
void model_lists_loaded(struct exchange *x, struct model_lists *l,
                        enum sl_rc rc, struct str bytes);

/* Model objects with commas between them, of the i-th configured provider;
 * {0} when it has none. ids are "provider/model". */
struct str model_lists_of(const struct model_lists *l, size_t provider);
/* The same as a raw JSON array. */
struct str model_lists_array(const struct model_lists *l, size_t provider);
/* Why it could not be asked for its list: "status 401"; {0}: it could. */
struct str model_lists_why(const struct model_lists *l, size_t provider);
/* The object with that id ("provider/model"); {0} when there is none. */
struct str model_lists_find(const struct exchange *x,
                            const struct model_lists *l, struct str id);
/* Providers that list the bare name; the first of them in *p. */
size_t model_lists_owners(const struct exchange *x, const struct model_lists *l,
                          struct str model, const struct provider **p);

#endif
