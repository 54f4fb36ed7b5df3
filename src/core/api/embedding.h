/* SPDX-License-Identifier: MIT */
/* Embeddings for a target that takes them in a form of its own, or for a client
 * of Ollama's, who asks in another form than OpenAI's (embed.h). Where neither
 * is so the client's bytes pass unchanged.
 *
 *     if (embedding_begin(&e, endpoint, target))
 *         embedding_write(x, &e, target, &written, &why)    else: why not
 *         path and base_end of the request: embedding_path, embedding_base_end
 *         embedding_answer(x, &e, body, &told)     what the client gets */
#ifndef SL_EMBEDDING_H
#define SL_EMBEDDING_H

#include "core/api/surface.h"
#include "core/dialects/ollama_embed.h"
#include "core/way.h"

struct attempt;
struct endpoint;
struct target;

/* {0} at first. */
struct embedding {
    const struct embed_way *way; /* to the target at hand; NULL: OpenAI's */
    const struct endpoint *endpoint;
    struct ollama_embed client; /* .request: once a target needed it */
    /* Of the held bodies' memory: vectors are larger than all else of an
     * exchange. */
    struct arena work;
};

/* False: the bytes pass unchanged, or these are no embeddings. */
bool embedding_begin(struct embedding *e, const struct endpoint *endpoint,
                     const struct target *t);
void embedding_release(struct embedding *e);
/* The body for the target. False, with why: it can't be said there, or the body
 * is wrong; or x->failed. */
bool embedding_write(struct exchange *x, struct embedding *e,
                     const struct target *t, struct embed_written *written,
                     struct failure *why);
struct str embedding_path(struct exchange *x, const struct embedding *e,
                          const struct attempt *a);
struct str embedding_base_end(const struct embedding *e);

struct embedding_told {
    struct str body;  /* as long as e */
    struct str usage; /* as OpenAI's JSON; {0}: not said */
};
/* SL_OK; SL_UP_GARBAGE: not understood; SL_NOMEM. */
SL_MUST_USE enum sl_rc embedding_answer(struct exchange *x, struct embedding *e,
                                        struct str body,
                                        struct embedding_told *told);

#endif
