/* SPDX-License-Identifier: MIT */
/* A provider's answer that is a promise: it says where to ask for the answer
 * itself, or where its stream is (struct chat_follow). What is asked goes to
 * the provider's own origin, or to another host that its row lists, with the
 * key of the same attempt; never where an answer alone has pointed. */
#ifndef SL_FOLLOW_H
#define SL_FOLLOW_H

#include "core/api/answer.h"

/* body: of a whole answer to a translated request. SL_EOF: it is the answer;
 * SL_OK: another request is, or will be, made for it; SL_UP_GARBAGE: it points
 * to where it may not; SL_NOMEM. */
SL_MUST_USE enum sl_rc follow_answer(struct exchange *x, struct answer *an,
                                     struct str body);

/* For exchange.c: one may be due. When one will be; 0: none. */
void follow_on_time(struct exchange *x);
int64_t follow_next_time(const struct exchange *x);

#endif
