/* SPDX-License-Identifier: MIT */
/* Bedrock's Converse, as a provider's; and Anthropic's clients, whose requests
 * hold most of what it has blocks for. */
#include "fuzz_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    uint8_t kind = fuzz_byte(&text) % 4;

    if (kind == 3)
        fuzz_request(&dialect_anthropic, &dialect_bedrock, text);
    else if (kind == 2)
        fuzz_request(&dialect_openai_chat, &dialect_bedrock, text);
    else
        fuzz_answer(&dialect_bedrock, kind == 0, text);
    fuzz_free(in);
    return 0;
}
