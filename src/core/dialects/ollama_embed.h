/* SPDX-License-Identifier: MIT */
/* Embeddings for clients of Ollama, by any provider's embedder: /api/embed,
 * and the older /api/embeddings, which has one "prompt" and one vector.
 *
 *     e = (struct ollama_embed){.is_legacy = …};
 *     rc = ollama_embed_read(&e, body, arena, &err);
 *     rc = embed_write_request(embedder, e.request, model, arena, &written);
 *     ...
 *     rc = ollama_embed_write(&e, embedder, answer, arena, &reply); */
#ifndef SL_OLLAMA_EMBED_H
#define SL_OLLAMA_EMBED_H

#include "core/embed.h"

struct ollama_embed {
    bool is_legacy;
    struct embed_request *request;
};

/* As embed_read. */
SL_MUST_USE enum sl_rc ollama_embed_read(struct ollama_embed *e,
                                         struct str body, struct arena *a,
                                         struct err *err);
/* As embed_write_answer. Times we have not taken are 0. */
SL_MUST_USE enum sl_rc ollama_embed_write(const struct ollama_embed *e,
                                          const struct embedder *embedder,
                                          struct str body, struct arena *a,
                                          struct embed_reply *reply);

#endif
