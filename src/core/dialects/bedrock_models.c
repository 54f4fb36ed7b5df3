/* SPDX-License-Identifier: MIT */
/* What models on Bedrock take: one table. Converse is one form for all, but
 * refuses what the model behind it does not know. Ids look like
 * "us.anthropic.claude-sonnet-4-5-20250929-v1:0"; of a profile whose name says
 * nothing, the last row holds. */
#include "core/dialects/bedrock.h"

/* sampling, both of temperature and top_p, forced tools, format, thinking */
#define TAKES(forced, format, thinks)                                         \
    {                                                                         \
        .has_sampling = true, .has_both = true, .has_forced_tools = (forced), \
        .has_format = (format), .thinking = ANTHROPIC_THINKS_##thinks,        \
    }

/* The first that matches counts. */
static const struct bedrock_family families[] = {
    {STR_INIT("claude"), BEDROCK_CLAUDE, true, STR_INIT("top_k"),
     TAKES(true, false, BUDGET)},
    {STR_INIT("nova-2"), BEDROCK_NOVA, true, STR_INIT("topK"),
     TAKES(true, false, ADAPTIVE)},
    {STR_INIT("nova"), BEDROCK_NOVA, true, STR_INIT("topK"),
     TAKES(true, false, NEVER)},
    {STR_INIT("gpt-"), BEDROCK_GPT, false, {0}, TAKES(true, true, ADAPTIVE)},
    {STR_INIT("mistral"), BEDROCK_OTHER, false, STR_INIT("top_k"),
     TAKES(true, true, NEVER)},
    {STR_INIT("cohere."), BEDROCK_OTHER, false, STR_INIT("k"),
     TAKES(false, false, NEVER)},
    {STR_INIT("llama"), BEDROCK_OTHER, false, {0}, TAKES(false, false, NEVER)},
    {STR_INIT("ai21."), BEDROCK_OTHER, false, {0}, TAKES(false, false, NEVER)},
    {STR_INIT("titan"), BEDROCK_OTHER, false, {0}, TAKES(false, false, NEVER)},
    {STR_INIT("deepseek.r1"),
     BEDROCK_OTHER,
     false,
     {0},
     TAKES(false, false, NEVER)},
    {{0}, BEDROCK_OTHER, false, {0}, TAKES(true, true, NEVER)},
};

const struct bedrock_family *bedrock_family_find(struct str model)
{
    const struct bedrock_family *f = families;

    while (f->mark.n != 0 && !str_has(model, f->mark))
        f++;
    return f;
}
