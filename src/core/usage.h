/* SPDX-License-Identifier: MIT */
/* What an answer has cost in tokens, by OpenAI's arithmetic: input holds what
 * was read from and written to a prompt cache, output holds reasoning. Other
 * vendors count otherwise; their dialects convert (anthropic-messages section
 * 7, google-gemini section 7 of the providers' reference). */
#ifndef SL_USAGE_H
#define SL_USAGE_H

#include <stdint.h>

/* -1: not known. */
struct usage {
    int64_t input_tokens, output_tokens;
    int64_t cached_tokens;      /* of the input, read from a cache */
    int64_t reasoning_tokens;   /* of the output */
    int64_t cache_write_tokens; /* of the input, written to a cache */
};

/* More of one kind is no count, and not known: sums can't overflow. */
#define USAGE_MOST INT64_C(1000000000000000)

#define USAGE_UNKNOWN ((struct usage){-1, -1, -1, -1, -1})

#endif
