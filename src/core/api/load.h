/* SPDX-License-Identifier: MIT */
/* Ollama's clients have a model loaded, or let go of, before they chat, by a
 * chat that says nothing. A provider of Ollama's own dialect is asked so, too;
 * for all others there is nothing to load, and it is done at once. */
#ifndef SL_LOAD_H
#define SL_LOAD_H

#include "core/api/surface.h"
#include "core/plan.h"

/* Is that what the held body asks for? */
bool load_is_asked(struct exchange *x, const struct dialect *client);
/* Done. Only after load_is_asked. */
void load_answer(struct exchange *x, const struct dialect *client,
                 const struct target *t);

#endif
