/* SPDX-License-Identifier: MIT */
/* How many input tokens a request has: asked of the provider where it counts
 * (chat_way.count_path) for clients of its dialect, which is a relay as any
 * other; else estimated here (count_tokens.h). */
#ifndef SL_COUNT_H
#define SL_COUNT_H

#include "core/api/translated.h"
#include "core/plan.h"

/* Does the provider count for this client? way: to it. */
bool count_is_asked(const struct chat_way *way, const struct dialect *client);
/* Answers with an estimate of the held body, in the client's words; or with
 * what is wrong in it. path: as for translated_read. */
void count_estimate(struct exchange *x, const struct dialect *client,
                    const struct translate_path *path, const struct target *t);

#endif
