/* SPDX-License-Identifier: MIT */
/* Cohere's v2 chat, as a provider's. */
#include "fuzz_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    uint8_t kind = fuzz_byte(&text) % 3;

    if (kind == 2)
        fuzz_request(&dialect_openai_chat, &dialect_cohere, text);
    else
        fuzz_answer(&dialect_cohere, kind == 0, text);
    fuzz_free(in);
    return 0;
}
