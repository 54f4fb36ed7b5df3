/* SPDX-License-Identifier: MIT */
/* Ollama's two dialects, as a client's and as a provider's. */
#include "fuzz_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;

    switch (fuzz_byte(&text) % 5) {
    case 0:
        fuzz_answer(&dialect_ollama, true, text);
        break;
    case 1:
        fuzz_answer(&dialect_ollama_generate, false, text);
        break;
    case 2:
        fuzz_request(&dialect_ollama, &dialect_openai_chat, text);
        break;
    case 3:
        fuzz_request(&dialect_ollama_generate, &dialect_ollama_generate, text);
        break;
    default:
        fuzz_request(&dialect_openai_chat, &dialect_ollama, text);
        break;
    }
    fuzz_free(in);
    return 0;
}
