/* SPDX-License-Identifier: MIT */
/* What a caller says in a JSON body of who shall answer, as OpenRouter and
 * LiteLLM spell it (openrouter.ai/docs, "Model fallbacks" and "Provider
 * routing"; docs.litellm.ai, "Fallbacks"):
 *
 *     "models":    ["anthropic/claude-sonnet-4-5"]   after `model`, in order
 *     "fallbacks": ["mistral/mistral-large-latest"]  after those
 *     "provider":  {"order": […], "only": […], "ignore": […],
 *                   "allow_fallbacks": false, "sort": "price"}
 *
 * They are for Sluice and don't go upstream, save to a provider that reads
 * them itself (catalogue: reads_overrides) and was named by `model`. */
#ifndef SL_OVERRIDES_H
#define SL_OVERRIDES_H

#include "core/api/surface.h"
#include "core/base/json.h"

enum { OVERRIDES_NAMES = 16 }; /* in one list */

enum { OVERRIDE_MODELS, OVERRIDE_FALLBACKS, OVERRIDE_PROVIDER, OVERRIDES };

enum plan_sort { PLAN_AS_GIVEN, PLAN_BY_PRICE, PLAN_BY_SPEED };

struct name_list {
    const struct str *v;
    size_t n;
};

/* Texts live in the exchange's arena. Zero: nothing is said. */
struct overrides {
    struct name_list models, fallbacks;   /* names of models, in order */
    struct name_list order, only, ignore; /* names of providers */
    bool only_first;                      /* allow_fallbacks: false */
    enum plan_sort sort;
    bool is_set;     /* at least one of the members is there */
    struct str loss; /* members of `provider` that mean nothing here, as
                        sluice-loss names them; {0}: none */
};

/* The names to look for in a body; want has room for OVERRIDES. */
void overrides_want(struct json_want *want);
/* Reads what was found. False, and answered with a 400 that names the path
 * ("provider.order[1]"), when it has the wrong type. */
bool overrides_read(struct exchange *x, const struct json_want *want,
                    struct overrides *o);
/* Do they belong to the provider that the name leads to? */
bool overrides_are_foreign(const struct exchange *x, struct str model);
/* Does the list hold the provider's name, or its other one? */
bool name_list_has(const struct name_list *l, const struct provider *p,
                   size_t *at);

#endif
