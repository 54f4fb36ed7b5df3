/* SPDX-License-Identifier: MIT */
/* Embeddings: OpenAI's request read, OpenAI's answer written. What stands in
 * between is a vendor's: an embedder, one per wire format, in dialects/.
 *
 *     rc = embed_read(body, arena, &request, &err);
 *     rc = embed_write_request(&embedder_gemini, request, model, arena,
 *                              &written);
 *     ... written.body goes to the provider, its answer is `body`
 *     rc = embed_write_answer(&embedder_gemini, request, body, arena,
 *                             &reply);
 *
 * Providers' reference: openai-chat (embeddings), google-gemini section 5. */
#ifndef SL_EMBED_H
#define SL_EMBED_H

#include "core/base/json.h"
#include "core/chat.h"

/* Texts are unescaped, borrowed from the body or in the arena. */
struct embed_request {
    struct str model;   /* as the client named it; {0}: not given */
    struct str *inputs; /* at least one, none empty. One string is one input */
    size_t n;
    int64_t dimensions; /* 0: not given */
    bool wants_base64;  /* little-endian float32 */
    struct str user;
    struct chat_extra *extras; /* members that OpenAI does not know */
    size_t n_extras;
};

/* Reads OpenAI's request. body outlives it. SL_OK; SL_SYNTAX; SL_BAD_REQUEST
 * (err says where and what; token arrays are refused: no other vendor takes
 * them); SL_TOO_LARGE; SL_NOMEM. */
SL_MUST_USE enum sl_rc embed_read(struct str body, struct arena *a,
                                  struct embed_request **request,
                                  struct err *err);

/* A provider's request on its way out. */
struct embed_writing {
    struct arena *arena;
    const struct embed_request *request;
    struct str model; /* as the provider knows it */
    struct buf *out;
    struct chat_loss *loss; /* user and extras are named by the embedder */
    struct err *err;        /* set with SL_BAD_REQUEST: it can't be said */
};
/* Names every extra, and user when it is set, as dropped; `kept` are the
 * extras that the embedder has written (n of them). */
void embed_lose_rest(struct embed_writing *w, const struct str *kept, size_t n);

/* What a provider answers: one vector for each input, in their order. */
struct embed_answer {
    struct jval *vectors; /* arrays of numbers */
    size_t n;
    int64_t input_tokens; /* -1: not said */
};
/* Room for n vectors; false: no memory. */
SL_MUST_USE bool embed_room(struct embed_answer *answer, struct arena *a,
                            size_t n);
/* The vectors are the elements of an array, each one an array itself; or with
 * `member` that member of each element. SL_OK, SL_UP_GARBAGE, SL_NOMEM. */
SL_MUST_USE enum sl_rc embed_take(struct embed_answer *answer, struct arena *a,
                                  struct jval list, struct str member);

/* The tokens that a client is told: the provider's own number, else that of
 * the inputs' words (seed systems, 6.8). */
int64_t embed_tokens(const struct embed_request *request,
                     const struct embed_answer *answer);

struct embedder {
    struct str name;
    /* SL_OK; SL_BAD_REQUEST with w->err; memory is seen in w->out. */
    enum sl_rc (*write_request)(struct embed_writing *w);
    /* answer comes zeroed, input_tokens -1. SL_OK, SL_UP_GARBAGE, SL_NOMEM. */
    enum sl_rc (*read_answer)(struct jval root, struct arena *a,
                              struct embed_answer *answer);
    size_t max_inputs; /* of one request; 0: no limit */
};

struct embed_written {
    struct str body; /* in arena */
    struct str loss; /* {0}: nothing was lost */
    struct err err;  /* with SL_BAD_REQUEST */
};

/* model: as the provider knows it. SL_OK, SL_BAD_REQUEST, SL_NOMEM. */
SL_MUST_USE enum sl_rc embed_write_request(const struct embedder *embedder,
                                           const struct embed_request *request,
                                           struct str model, struct arena *a,
                                           struct embed_written *written);

/* What a provider has answered: as many vectors as there are inputs, which may
 * still be no arrays of numbers. They borrow body and arena. SL_OK;
 * SL_UP_GARBAGE; SL_NOMEM. */
SL_MUST_USE enum sl_rc embed_read_answer(const struct embedder *embedder,
                                         const struct embed_request *request,
                                         struct str body, struct arena *a,
                                         struct embed_answer *answer);

struct embed_reply {
    struct str body; /* in arena */
    struct usage usage;
};

/* Reads a provider's answer and writes OpenAI's. SL_OK; SL_UP_GARBAGE: not
 * understood, not one vector for each input, or a number that is no float32;
 * SL_NOMEM. */
SL_MUST_USE enum sl_rc embed_write_answer(const struct embedder *embedder,
                                          const struct embed_request *request,
                                          struct str body, struct arena *a,
                                          struct embed_reply *reply);

extern const struct embedder embedder_openai;
extern const struct embedder embedder_gemini;
extern const struct embedder embedder_cohere;
extern const struct embedder embedder_workers_ai;
extern const struct embedder embedder_ollama;
/* Models on Bedrock, by InvokeModel; Titan takes one text at a time. */
extern const struct embedder embedder_bedrock_titan;
extern const struct embedder embedder_bedrock_cohere;

#endif
