/* SPDX-License-Identifier: MIT */
/* A provider's answer on its way to the client of an API surface: the head is
 * held until the first meaningful event, so that another attempt can still
 * replace a provider that fails inside a 200; then events pass on while they
 * are watched for usage, finish reason and errors: whole and unchanged where
 * client and provider speak one dialect, else translated. A stream never ends
 * without saying how (DESIGN 2, 11).
 *
 * A surface embeds it, fills what is above the line, and uses answer_head,
 * answer_body and answer_failed in its attempt_events. */
#ifndef SL_ANSWER_H
#define SL_ANSWER_H

#include "core/attempt.h"
#include "core/framing.h"
#include "core/plan.h"
#include "core/route.h"
#include "core/translate.h"

enum answer_state {
    ANSWER_WAITING, /* for a head */
    ANSWER_ERROR,   /* collecting a provider's error */
    ANSWER_WHOLE,   /* collecting a whole answer, or passing it on */
    ANSWER_STREAM,  /* events */
    ANSWER_OVER,
};

struct answer {
    struct attempt attempt; /* first: answers are found by their attempt */
    /* Starts an attempt at the plan's next target, if there is one left and
     * the request can be sent again. */
    bool (*next)(struct exchange *x, struct answer *an);
    struct plan plan;
    size_t n_tried;        /* targets of the plan, the one at hand included */
    uint64_t over_context; /* the prompt is too long for that many tokens: for
                              targets with a larger window alone; 0: not so */
    const struct endpoint *endpoint;
    struct str model;             /* as the provider knows it */
    struct str loss;              /* of the request's side; {0}: none */
    const struct dialect *client; /* the caller's; NULL: this is no chat */
    bool asked_stream;
    bool is_array;    /* the client's stream is one JSON array (Gemini's) */
    bool hides_usage; /* the client did not ask for the usage chunk */
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
    bool is_streaming; /* the client gets the answer piece by piece */
    bool is_finished;  /* a finish reason came */
    bool is_done;      /* [DONE] came */
    struct str run;    /* events that lie side by side, not sent yet */
};

/* The plan's next target that may help; NULL: all were tried. */
const struct target *answer_next_target(struct answer *an);

/* Starts an attempt at it; false: none may follow. */
bool answer_next(struct exchange *x, struct answer *an);

void answer_head(struct exchange *x, struct attempt *a,
                 const struct http_response *res, int64_t length);
void answer_body(struct exchange *x, struct attempt *a, struct str bytes,
                 bool last);
void answer_failed(struct exchange *x, struct attempt *a, enum sl_rc rc);
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
