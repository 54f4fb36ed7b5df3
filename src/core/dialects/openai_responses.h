/* SPDX-License-Identifier: MIT */
/* What the parts of the dialect openai-responses share (providers' reference:
 * openai-responses). */
#ifndef SL_OPENAI_RESPONSES_H
#define SL_OPENAI_RESPONSES_H

#include "core/dialects/dialect.h"

#define OPENAI_RESPONSES STR("openai-responses")

/* The maker of a reasoning item's state that belongs to the call behind it: a
 * function_call has no place for one. Its bytes are the call's own state,
 * wrapped. */
#define OPENAI_RESPONSES_CALL STR("call")

/* Members of a request that every response object says again, in the order in
 * which OpenAI writes them. */
struct responses_repeat {
    struct str name;
    struct str raw; /* what stands there when the client gave none */
};
extern const struct responses_repeat responses_repeats[];
extern const size_t responses_repeats_n;

enum sl_rc openai_responses_read(struct chat_reading *r);
void openai_responses_write(struct chat_writing *w);
void openai_responses_encode(struct chat_encoder *e,
                             const struct chat_event *ev);
void openai_responses_write_answer(struct chat_encoder *e,
                                   const struct chat_answer *a);

#endif
