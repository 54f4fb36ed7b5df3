/* SPDX-License-Identifier: MIT */
/* What the two halves of Ollama's native dialects share. "ollama" is /api/chat,
 * "ollama-generate" is /api/generate: the same parameters and lines around a
 * prompt instead of messages (providers' reference: ollama, "Native"). */
#ifndef SL_OLLAMA_H
#define SL_OLLAMA_H

#include "core/dialects/dialect.h"

enum sl_rc ollama_read_chat(struct chat_reading *r);
enum sl_rc ollama_read_generate(struct chat_reading *r);
void ollama_write_chat(struct chat_writing *w);
/* A system prompt and one message of the user, and nothing else, is a prompt:
 * all other conversations are refused. */
void ollama_write_generate(struct chat_writing *w);

#endif
