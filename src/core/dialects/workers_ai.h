/* SPDX-License-Identifier: MIT */
/* Workers AI's own interface, ai/run/{model}, for models that generate text
 * (providers' reference: workers-ai, sections 2 to 4). A provider's alone. */
#ifndef SL_WORKERS_AI_H
#define SL_WORKERS_AI_H

#include "core/dialects/dialect.h"

void workers_ai_write(struct chat_writing *w);

/* The error in a body {"success":false,"errors":[{"code","message"}]}, with
 * the status that its code stands for. False: there is none. Memory of a. */
bool workers_ai_error(struct jval root, struct arena *a,
                      struct chat_error *out);
/* What an envelope {"result":…,"success":true} holds; the root where there is
 * none. */
struct jval workers_ai_result(struct jval root);

#endif
