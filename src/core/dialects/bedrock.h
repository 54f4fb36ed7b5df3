/* SPDX-License-Identifier: MIT */
/* What the files of the dialect bedrock share: Converse, a provider's alone
 * (providers' reference: aws-bedrock sections 5 to 7). The model and whether it
 * is a stream stand in the path.
 *
 * A chat_state of this maker is a signature of reasoning, or, as JSON text,
 * reasoning that is redacted: {"redactedContent":"…"}. */
#ifndef SL_BEDROCK_H
#define SL_BEDROCK_H

#include "core/dialects/anthropic_write.h"

#define BEDROCK STR("bedrock")

/* Whose words for what Converse itself has none of. */
enum bedrock_vendor {
    BEDROCK_CLAUDE,
    BEDROCK_NOVA,
    BEDROCK_GPT,
    BEDROCK_OTHER,
};

/* What models take, by their names. */
struct bedrock_family {
    struct str mark; /* stands in the name */
    enum bedrock_vendor vendor;
    bool has_cache;               /* points in the prompt */
    struct str top_k;             /* its name; {0}: none */
    struct anthropic_model takes; /* of Claude's models: their own row */
};

/* Never NULL. */
const struct bedrock_family *bedrock_family_find(struct str model);

/* The writer's `takes` and `write`. */
bool bedrock_takes_block(struct writer *x, enum run run,
                         const struct chat_part *p);
void bedrock_block(struct writer *x, const struct chat_part *p);
/* {"cachePoint":{…}} for a marker */
void bedrock_cache_point(struct writer *x, struct str cache_raw);

void bedrock_write(struct chat_writing *w);

#endif
