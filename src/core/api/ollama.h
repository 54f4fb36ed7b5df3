/* SPDX-License-Identifier: MIT */
/* A chat of Ollama's that asks for nothing but its model to be loaded, or
 * unloaded (POST /api/chat without messages, /api/generate without a prompt):
 * `ollama run` begins with one. */
#ifndef SL_API_OLLAMA_H
#define SL_API_OLLAMA_H

#include "core/api/surface.h"

/* True: it was one, and was answered; or there is no memory. client: whose
 * words the held body is in. */
bool ollama_load(struct exchange *x, const struct dialect *client);

#endif
