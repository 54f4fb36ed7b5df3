/* SPDX-License-Identifier: MIT */
/* An estimate of a request's input tokens, for providers that count none
 * themselves (POST /v1/messages/count_tokens over any provider). It depends on
 * the request alone, and rather says too much than too little: clients use it
 * to see whether a conversation still fits.
 *
 *   text        one token for 4 bytes of ASCII or a part of them, one for each
 *               other character (as Chinese or emoji cost)
 *   a message   4 more, for its role and what sets it apart
 *   a tool      8 more, beside its name, description and schema
 *   a tool call, a result   8 more, beside names and texts
 *   an image    1600: what Anthropic counts for one of 1092 × 1092 pixels, the
 *               largest that is not scaled down
 *   a document  one token for 24 bytes of its data, at least 1500 (a page);
 *               where it is text, as text
 *   audio       one token for 1024 bytes of its data, at least 100
 *   the answer's beginning  3
 *
 * What has no text (a file by its id, a URL) counts as the smallest of its
 * kind. */
#ifndef SL_COUNT_TOKENS_H
#define SL_COUNT_TOKENS_H

#include "core/chat.h"

int64_t count_tokens(const struct chat_request *r);
/* {"input_tokens":n} */
void count_tokens_write(struct buf *out, int64_t n);

#endif
