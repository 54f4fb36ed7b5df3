/* SPDX-License-Identifier: MIT */
/* What is known of models: how much they take, what they can and cost. The
 * table (tbl/models.h, about 2,000 models) is data of one day: it orders and
 * skips targets of a plan, and never refuses a model that was named alone. */
#ifndef SL_MODEL_FACTS_H
#define SL_MODEL_FACTS_H

#include "core/base/str.h"

/* Abilities, as bits. The table knows the first three. */
enum ability {
    ABILITY_TOOLS = 1,
    ABILITY_VISION = 2,
    ABILITY_REASONING = 4,
    ABILITY_STRUCTURED = 16,
};

#define PRICE_UNKNOWN UINT32_MAX

struct model_facts {
    uint32_t context, output; /* tokens; 0: not known */
    uint32_t input_price;     /* micro-USD per million tokens; */
    uint32_t output_price;    /* PRICE_UNKNOWN */
    unsigned abilities, known_abilities;
};

/* False: nothing is known. Names are compared without case, "." like "-". When
 * the exact name is not there: without what follows a ':' or '@'; without a
 * date at its end; and "vendor/model" of any provider as the vendor's own. */
bool model_facts_find(struct str provider, struct str model,
                      struct model_facts *facts);
/* For sorting: three input tokens for each output token, as in a chat.
 * UINT64_MAX: not known. */
uint64_t model_facts_price(const struct model_facts *facts);

#endif
