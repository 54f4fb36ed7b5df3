/* SPDX-License-Identifier: MIT */
/* Errors that are the request's fault with one model and may not be with
 * another: a prompt that is too long goes on to a target with a larger window;
 * a prompt that is refused for its content goes on where the group says so
 * (onContentPolicy). */
#ifndef SL_REFUSALS_H
#define SL_REFUSALS_H

#include "core/api/answer.h"

enum refusal { REFUSAL_NONE, REFUSAL_CONTEXT, REFUSAL_POLICY };

/* body: of a provider's error, in any provider's words. */
enum refusal refusal_of(int status, struct str body);
/* An error has come, and no other key would mend it: starts an attempt at the
 * target that may, and returns true, or returns false. */
bool refusal_next(struct exchange *x, struct answer *an, struct str body);

#endif
