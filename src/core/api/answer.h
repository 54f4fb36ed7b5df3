/* SPDX-License-Identifier: MIT */
/* A provider's answer on its way to the client of an API surface: the head is
 * held until the first meaningful event, so that another attempt can still
 * replace a provider that fails inside a 200; then events pass on while they
 * are watched for usage, finish reason and errors: whole and unchanged where
 * client and provider speak one dialect, else translated. A stream never ends
 * without saying how (DESIGN 2, 11).
 *
 * A surface embeds it with a race (race.h), fills what is above race.c's, and
 * uses answer_head, answer_body and answer_failed in its attempt_events. */
#ifndef SL_ANSWER_H
#define SL_ANSWER_H

#include "core/api/race.h"
#include "core/attempt.h"
#include "core/framing.h"
#include "core/route.h"
#include "core/translate.h"

struct media_reply;
struct whole;

enum answer_state {
    ANSWER_WAITING, /* for a head */
    ANSWER_ERROR,   /* collecting a provider's error */
    ANSWER_WHOLE,   /* collecting a whole answer, or passing it on */
    ANSWER_STREAM,  /* events */
    ANSWER_OVER,
};

struct answer;

/* What a surface does for its legs. */
struct answer_kind {
    const struct attempt_events *on;
    /* The request as the leg's target must get it. False: why is what to tell
     * the client, if nobody else can answer; or the client has its answer. */
    bool (*prepare)(struct exchange *x, struct answer *an, struct failure *why);
    /* A new leg beside this one, in the arena; NULL: no memory. A surface
     * without has no hedges. */
    struct answer *(*twin)(struct exchange *x, const struct answer *an);
    /* What is not in the arena; may be NULL. */
    void (*release)(struct answer *an);
};

struct answer {
    struct attempt attempt; /* first: answers are found by their attempt */
    const struct answer_kind *kind;
    const struct endpoint *endpoint;
    const struct dialect *client; /* the caller's; NULL: this is no chat */
    struct str loss;              /* of the request's side; {0}: none */
    bool asked_stream;
    bool is_array; /* the client's stream is one JSON array (Gemini's) */
    /* The answer is made another one by it (whole.h); NULL: no */
    struct whole *whole;
    bool hides_usage; /* the client did not ask for the usage chunk */
    /* race.c's */
    struct race *race;
    struct answer *older;  /* the leg that began before; NULL: the first */
    struct answer *beside; /* the late one; NULL: this is no hedge */
    const struct target *target;
    size_t n_tried_before; /* targets, when it began */
    bool is_running;
    bool may_help;     /* it failed in a way that another attempt may mend */
    unsigned followed; /* requests for a promised answer (follow.h) */
    /* private */
    enum answer_state state;
    int status;
    int64_t length;
    struct http_field *fields; /* what is passed on of the provider's head */
    size_t n_fields;
    struct buf held; /* before the commit */
    struct framing framing;
    const struct dialect *provider;     /* of the attempt at hand */
    const struct chat_request *request; /* NULL: its bytes pass unchanged */
    struct translation *translation;    /* NULL: OpenAI's own, relayed */
    struct media_reply *reply;          /* of `whole`; NULL: not yet */
    bool is_streaming;  /* the client gets the answer piece by piece */
    bool is_finished;   /* a finish reason came */
    bool is_done;       /* [DONE] came */
    struct usage usage; /* as far as it was told, */
    struct str finish;  /* and its finish reason */
    struct str run;     /* events that lie side by side, not sent yet */
};

/* What a leg beside this one begins with. */
struct answer answer_twin(const struct answer *an);

void answer_head(struct exchange *x, struct attempt *a,
                 const struct http_response *res, int64_t length);
void answer_body(struct exchange *x, struct attempt *a, struct str bytes,
                 bool last);
void answer_failed(struct exchange *x, struct attempt *a, enum sl_rc rc);
void answer_aside(struct exchange *x, struct attempt *a, struct str bytes);
/* An attempt has just been sent: everything starts anew, its time limit too. */
void answer_expect(struct exchange *x, struct answer *an);
/* More of the request's body was sent: the limit counts from now. */
void answer_expect_still(struct exchange *x, struct answer *an);
void answer_release(struct answer *an);
/* Before answer_expect: whose words the answer will be in; request: what was
 * translated for it, NULL when the client's bytes pass unchanged. */
void answer_speaks(struct exchange *x, struct answer *an,
                   const struct dialect *provider,
                   const struct chat_request *request);

#endif
