/* SPDX-License-Identifier: MIT */
/* From one dialect to another, without an exchange around it: a request there,
 * frames of an answer back. Same-dialect relays use the way back alone, to
 * watch what passes.
 *
 *     rc = translate_read(&source, arena, &request, &err);
 *     rc = translate_write(&target, request, arena, &written);
 *     ...
 *     translation_init(&t, &setup);
 *     for each frame: rc = translation_frame(&t, &frame);
 *                     t.seen says what it was; translation_take(&t) are the
 *                     client's bytes
 *     translation_end(&t);
 *
 * The client's bytes do not depend on how the provider's were cut. */
#ifndef SL_TRANSLATE_H
#define SL_TRANSLATE_H

#include "core/dialects/dialect.h"

/* ---- the request ---- */

/* What stands in the path of a request, where a dialect puts it there. */
struct translate_path {
    struct str model;
    bool has_stream; /* the path says whether it is a stream */
    bool is_stream;
};

/* A client's body and whose words it is in; it outlives the request. */
struct translate_source {
    const struct dialect *client;
    struct str body;
    const struct translate_path *path; /* may be NULL */
};

/* The request lives in arena. SL_OK; SL_SYNTAX (err has the offset);
 * SL_BAD_REQUEST (err says where and what); SL_TOO_LARGE; SL_NOMEM. */
SL_MUST_USE enum sl_rc translate_read(const struct translate_source *from,
                                      struct arena *a,
                                      struct chat_request **request,
                                      struct err *err);

/* Whom it is written for: model as the provider knows it; quirks may be
 * NULL. */
struct translate_target {
    const struct dialect *provider;
    struct str model;
    const struct chat_quirks *quirks;
};

struct translate_written {
    struct buf *out; /* empty, the caller's: where the body goes; NULL: arena */
    struct str body; /* in it */
    struct str loss; /* {0}: nothing was lost */
    struct err err;  /* with SL_BAD_REQUEST: it can't be said in this dialect */
};

/* SL_OK, SL_BAD_REQUEST, SL_NOMEM; SL_TOO_LARGE: over the limit of out.
 * written: {0} but for out. */
SL_MUST_USE enum sl_rc translate_write(const struct translate_target *to,
                                       const struct chat_request *request,
                                       struct arena *a,
                                       struct translate_written *written);

/* ---- the answer ---- */

struct translation_setup {
    const struct dialect *provider, *client;
    const struct chat_request *request; /* NULL when both are one dialect */
    bool is_watch;  /* nothing is written: the bytes pass unchanged */
    bool is_stream; /* the client wants a stream, */
    bool is_array;  /* as one JSON array */
    struct str id;  /* for ids we must invent: letters and digits */
    struct str model;
    int64_t now_s;
    struct arena *arena, *turn;
};

/* What the last frame was, and what is known so far. */
struct translation_seen {
    bool is_meaningful;  /* of the last one: worth committing to */
    bool is_finished;    /* each choice that began has a finish reason */
    bool has_end;        /* the provider's end mark has come */
    bool has_error;      /* error: in arena */
    bool has_usage;      /* usage is worth reading */
    bool is_usage_alone; /* the last one held nothing but usage */
    struct chat_error error;
    struct usage usage;
    enum chat_finish finish;
};

struct translation {
    struct chat_sink sink; /* first */
    struct translation_seen seen;
    /* private */
    struct chat_decoder decoder;
    struct chat_encoder encoder;
    struct chat_fold fold;
    struct chat_loss loss;
    struct buf out;
    bool is_watch, is_stream;
    bool is_begun, is_ended;    /* that was encoded */
    uint64_t choices, finished; /* bits of those seen; the last one stands for
                                   all behind it */
    size_t n_body; /* of a whole answer: about as much is written */
    bool is_wild;  /* too many calls */
    bool failed;
};

void translation_init(struct translation *t,
                      const struct translation_setup *setup);
/* SL_OK; SL_UP_GARBAGE; SL_NOMEM. An error that the provider reports is no
 * failure of this: seen.has_error. */
SL_MUST_USE enum sl_rc translation_frame(struct translation *t,
                                         const struct chat_frame *frame);
/* A whole answer; translation_end follows. */
SL_MUST_USE enum sl_rc translation_whole(struct translation *t,
                                         struct str body);
/* All has come. */
SL_MUST_USE enum sl_rc translation_end(struct translation *t);
/* Writes an error event for the client, which ends its stream. */
void translation_fail(struct translation *t, const struct chat_error *error);
/* The client's bytes since the last call; in turn. */
struct str translation_take(struct translation *t);
/* What the answer's side has lost so far; {0}: nothing. */
struct str translation_loss(const struct translation *t);

#endif
