/* SPDX-License-Identifier: MIT */
/* Workers AI's native interface, as a provider's. */
#include "fuzz_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    uint8_t kind = fuzz_byte(&text) % 3;

    if (kind == 2)
        fuzz_request(&dialect_openai_chat, &dialect_workers_ai, text);
    else
        fuzz_answer(&dialect_workers_ai, kind == 0, text);
    fuzz_free(in);
    return 0;
}
