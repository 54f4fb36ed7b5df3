/* SPDX-License-Identifier: MIT */
/* Which conversation a request belongs to, so that it may stay with the key
 * (and, in weighted groups, the target) whose provider has its prompt cached:
 * `prompt_cache_key`; else `user`; else what a conversation begins with, its
 * first messages up to the first one of the user. */
#ifndef SL_SESSION_H
#define SL_SESSION_H

#include "core/api/surface.h"
#include "core/base/json.h"

enum { SESSION_KEY, SESSION_USER, SESSION_MESSAGES, SESSION_WANTS };

/* The names to look for in a body; want has room for SESSION_WANTS. */
void session_want(struct json_want *want);
/* Notes in x->session what was found. */
void session_note(struct exchange *x, const struct json_want *want);
/* The one that counts; 0: none. */
uint64_t session_of(const struct exchange *x, enum affinity affinity);

#endif
