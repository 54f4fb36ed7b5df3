/* SPDX-License-Identifier: MIT */
/* What the two halves of the dialect openai-chat share, and its relatives
 * may use: OpenAI's words. */
#ifndef SL_OPENAI_CHAT_H
#define SL_OPENAI_CHAT_H

#include "core/dialects/dialect.h"

enum sl_rc openai_chat_read(struct chat_reading *r);
void openai_chat_write(struct chat_writing *w);

/* {"error":{"message","type","param","code"}} */
void openai_error_write(struct buf *out, const struct chat_error *error);
/* {"prompt_tokens":…}, by OpenAI's arithmetic; unknown counts are 0. */
void openai_usage_write(struct buf *out, const struct usage *usage);
/* The vendor whose state a "format" of reasoning_details names, and the
 * reverse; {0}: unknown. */
struct str openai_state_maker(struct str format);
struct str openai_state_format(struct str maker);

#endif
