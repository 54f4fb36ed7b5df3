/* SPDX-License-Identifier: MIT */
/* The dialect gemini, as a client's and as a provider's. */
#include "fuzz_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;

    switch (fuzz_byte(&text) % 6) {
    case 0:
        fuzz_answer(&dialect_gemini, true, text);
        break;
    case 1:
        fuzz_answer(&dialect_gemini, false, text);
        break;
    case 2:
        fuzz_answer_to(&dialect_gemini, &dialect_openai_chat, true, text);
        break;
    case 3:
        fuzz_answer_to(&dialect_gemini, &dialect_gemini, false, text);
        break;
    case 4:
        fuzz_request(&dialect_gemini, &dialect_gemini, text);
        break;
    default:
        fuzz_request(&dialect_openai_chat, &dialect_gemini, text);
        break;
    }
    fuzz_free(in);
    return 0;
}
