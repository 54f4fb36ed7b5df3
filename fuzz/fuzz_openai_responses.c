/* SPDX-License-Identifier: MIT */
/* OpenAI's Responses, both ways, and its legacy completions. */
#include "fuzz_dialect.h"

static const struct {
    const struct dialect *client, *provider;
    bool is_stream, is_request;
} ways[] = {
    {&dialect_openai_chat, &dialect_openai_responses, true, false},
    {&dialect_openai_chat, &dialect_openai_responses, false, false},
    {&dialect_openai_responses, &dialect_openai_chat, true, false},
    {&dialect_openai_responses, &dialect_openai_chat, false, false},
    {&dialect_openai_responses, &dialect_openai_responses, true, false},
    {&dialect_openai_completions, &dialect_openai_chat, true, false},
    {&dialect_openai_completions, &dialect_openai_chat, false, false},
    {&dialect_openai_responses, &dialect_openai_chat, false, true},
    {&dialect_openai_responses, &dialect_openai_responses, false, true},
    {&dialect_openai_chat, &dialect_openai_responses, false, true},
    {&dialect_openai_completions, &dialect_openai_responses, false, true},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    size_t i = fuzz_byte(&text) % SL_LEN(ways);

    if (ways[i].is_request)
        fuzz_request(ways[i].client, ways[i].provider, text);
    else
        fuzz_answer_to(ways[i].client, ways[i].provider, ways[i].is_stream,
                       text);
    fuzz_free(in);
    return 0;
}
