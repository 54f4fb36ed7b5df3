/* SPDX-License-Identifier: MIT */
#include "core/api/refusals.h"

#include "core/explain.h"

/* In lower case: codes with their quotes, messages without. */
static const struct {
    struct str text;
    enum refusal is;
} patterns[] = {
    /* OpenAI, Azure, Groq, OpenRouter and most that are compatible */
    {STR_INIT("\"context_length_exceeded\""), REFUSAL_CONTEXT},
    /* OpenAI, vLLM, Mistral, Together, DeepSeek: "This model's maximum context
     * length is 8192 tokens" */
    {STR_INIT("maximum context length"), REFUSAL_CONTEXT},
    /* Anthropic: "prompt is too long: 210000 tokens > 200000 maximum";
     * "input length and `max_tokens` exceed context limit" */
    {STR_INIT("prompt is too long"), REFUSAL_CONTEXT},
    {STR_INIT("exceed context limit"), REFUSAL_CONTEXT},
    /* Gemini: "The input token count (…) exceeds the maximum number of tokens
     * allowed" */
    {STR_INIT("exceeds the maximum number of tokens"), REFUSAL_CONTEXT},
    /* Bedrock: "Input is too long for requested model" */
    {STR_INIT("input is too long"), REFUSAL_CONTEXT},
    /* Cohere: "too many tokens: total number of tokens in the prompt …" */
    {STR_INIT("too many tokens:"), REFUSAL_CONTEXT},
    /* xAI: "This model's maximum prompt length is …" */
    {STR_INIT("maximum prompt length"), REFUSAL_CONTEXT},
    /* Workers AI, llama.cpp: "exceeded this model context window limit",
     * "exceeds the available context size", "exceed_context_size_error" */
    {STR_INIT("context window limit"), REFUSAL_CONTEXT},
    {STR_INIT("exceeds the available context size"), REFUSAL_CONTEXT},
    {STR_INIT("\"exceed_context_size_error\""), REFUSAL_CONTEXT},
    /* OpenAI's images and chat; Azure */
    {STR_INIT("\"content_policy_violation\""), REFUSAL_POLICY},
    {STR_INIT("\"moderation_blocked\""), REFUSAL_POLICY},
    {STR_INIT("\"content_filter\""), REFUSAL_POLICY},
    {STR_INIT("\"responsibleaipolicyviolation\""), REFUSAL_POLICY},
    /* Gemini's reason for a prompt that is blocked */
    {STR_INIT("\"prohibited_content\""), REFUSAL_POLICY},
    /* OpenRouter (403): "… requires moderation on …, your input was flagged" */
    {STR_INIT("your input was flagged"), REFUSAL_POLICY},
    /* Dashscope */
    {STR_INIT("\"data_inspection_failed\""), REFUSAL_POLICY},
    {STR_INIT("\"datainspectionfailed\""), REFUSAL_POLICY},
};

static bool has_nocase(struct str s, struct str lower)
{
    for (; s.n >= lower.n; s = str_skip(s, 1)) {
        size_t i = 0;

        while (i < lower.n && char_lower(s.p[i]) == lower.p[i])
            i++;
        if (i == lower.n)
            return true;
    }
    return false;
}

enum refusal refusal_of(int status, struct str body)
{
    if (status != 400 && status != 403 && status != 413 && status != 422)
        return REFUSAL_NONE;
    for (size_t i = 0; i < SL_LEN(patterns); i++)
        if (has_nocase(body, patterns[i].text))
            return patterns[i].is;
    return REFUSAL_NONE;
}

bool refusal_next(struct exchange *x, struct answer *an, struct str body)
{
    struct race *r = an->race;
    const struct model_group *g = r->plan.group;
    struct str why = STR("the content was refused");

    if (r->plan.n < 2)
        return false;
    switch (refusal_of(an->status, body)) {
    case REFUSAL_NONE:
        return false;
    case REFUSAL_CONTEXT:
        r->over_context = plan_context(an->target);
        why = STR("the prompt was too long");
        break;
    case REFUSAL_POLICY:
        if (g == NULL || !g->next_on_policy)
            return false;
        break;
    }
    explain_why(x, why);
    return race_next_target(x, an);
}
