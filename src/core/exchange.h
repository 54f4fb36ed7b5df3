/* SPDX-License-Identifier: MIT */
/* One client request, from its first byte to the last: a state machine that
 * is told what happened (events) and says what to do (actions). It calls
 * nobody, reads no clock and keeps everything in its own arena.
 *
 *     struct exchange *x = exchange_new(&setup);
 *     exchange_feed(x, &event, now_ms);
 *     while (exchange_next(x, &action))
 *         perform(action);
 *     ... until an action is ACTION_DONE:
 *     account(exchange_record(x));
 *     exchange_free(x);
 *
 * Life of a request: REQUEST, BODY… come in; PICK asks for a key, CALL opens a
 * provider request, PUSH and END send it; UP_HEAD and UP_BODY come back; SEND
 * answers the client; DONE ends it. docs/design.md draws it.
 *
 * An event's slices are borrowed for the call of exchange_feed and the drain
 * of actions that follows: until exchange_next has returned false. What an
 * action points to lives until the next feed or exchange_rest, so a host can
 * gather the SENDs of one drain into one write; it copies what it can't write
 * by then. A host may feed
 * an event (the answer to a PICK, LOAD or SIGN) in the middle of a drain, and
 * then goes on with it. */
#ifndef SL_EXCHANGE_H
#define SL_EXCHANGE_H

#include "core/config.h"
#include "core/http/http.h"
#include "core/keys.h"
#include "core/record.h"
#include "core/sign.h"

struct exchange;

struct exchange_setup {
    const struct config *config; /* outlives the exchange */
    const struct sl_mem *mem;    /* of the arena */
    const struct sl_mem *bodies; /* of held bodies: counted by the host, NULL
                                    from get() when limits.bodies is reached */
    uint64_t random[2];          /* fresh random bits: request id, choices */
    int64_t now_ms;              /* the clock of exchange_feed */
    int64_t wall_ms;             /* Unix time */
    struct str peer;             /* client address, for the log; copied */
};

/* ---- events ---- */

enum event_kind {
    EVENT_REQUEST,     /* request: the head. Always the first event, or … */
    EVENT_REFUSED,     /* rc, err: the host could not read a request (malformed
                          head, no room); it is answered and closed */
    EVENT_BODY,        /* bytes, last: a piece of the request's body (may be
                          empty with last); also sent when there is no body */
    EVENT_BODY_FAILED, /* rc: the body is malformed or came too slowly */
    EVENT_CLIENT_GONE, /* nobody will read the answer */
    EVENT_CALL_HEAD,   /* call, response, length: the provider's head */
    EVENT_CALL_BODY,   /* call, bytes, last */
    EVENT_CALL_FAILED, /* call, rc, err: SL_UP_…; the call is over */
    EVENT_PICKED,      /* call: as in the PICK, number: index of a key; or rc
                          SL_NO_KEY, SL_LIMITED */
    EVENT_LOADED,      /* bytes when rc is SL_OK; SL_NOT_FOUND; call: as in
                          the LOAD */
    EVENT_SIGNED,      /* call, bytes when rc is SL_OK: the answer to a SIGN;
                          SL_UP_KEY: not with this key */
    EVENT_DRAINED,     /* the client has taken what was queued for it: the host
                          had stopped reading the providers, and goes on */
    EVENT_WAKE,        /* the time of the last ACTION_WAKE has come */
};

struct event {
    enum event_kind kind;
    uint32_t call;                        /* CALL_*, PICKED, LOADED, SIGNED */
    const struct http_request *request;   /* REQUEST */
    const struct http_framing *framing;   /* REQUEST */
    const struct http_response *response; /* CALL_HEAD */
    int64_t length;                       /* CALL_HEAD: of the body; -1: not
                                             known */
    struct str bytes;
    bool last;
    enum sl_rc rc;
    const struct err *err; /* may be NULL */
    size_t number;
};

/* ---- actions ---- */

enum action_kind {
    ACTION_CALL,   /* call, request: open a provider request */
    ACTION_PUSH,   /* call, bytes: a piece of its body */
    ACTION_END,    /* call: the body is complete */
    ACTION_CANCEL, /* call: forget it; no event of it follows */
    ACTION_SEND,   /* head (the first time), bytes: to the client */
    ACTION_PICK,   /* provider, pick, call: which key, and may it be tried
                      again? answered by PICKED with the same call */
    ACTION_MARK,   /* mark: what an attempt has shown of a key */
    ACTION_LOAD,   /* key, call: a stored value; answered by LOADED with the
                      same call */
    ACTION_STORE,  /* key, bytes, ttl_ms */
    ACTION_SIGN,   /* call, job: a digest or a signature; answered by SIGNED
                      with the same call */
    ACTION_WAKE,   /* at_ms: replaces the one before */
    ACTION_DONE,   /* the exchange is over; `abort`, `close` */
};

/* A provider request. Slices live until the call is over. */
struct call_request {
    const struct origin *origin;
    struct str method, target;       /* target: path and query */
    struct http_fields fields;       /* host and key included */
    struct http_framing framing;     /* NONE, LENGTH or CHUNKED */
    int64_t connect_ms;              /* DNS, TCP and TLS; the host keeps it */
    bool fresh;                      /* not on a kept connection */
    const struct provider *provider; /* whose key it carries, */
    size_t key;                      /* and which: n_keys or more: none */
};

/* The head of the answer. The host adds date, connection and the framing. */
struct reply_head {
    int status;
    struct http_fields fields;
    int64_t length; /* of the body; -1: not known (chunked or until close) */
};

struct action {
    enum action_kind kind;
    uint32_t call;
    union { /* by the kind */
        const struct call_request *request;
        const struct reply_head *head; /* NULL: it was sent already */
        const struct provider *provider;
        const struct key_mark *mark;
        const struct sign_job *job;
    };
    const struct key_pick *pick;
    struct str key;
    struct str bytes;
    union {
        int64_t at_ms, ttl_ms;
    };
    bool abort; /* DONE: the answer is incomplete: close without its end */
    bool close; /* DONE: the connection can't be used again */
};

/* Keys of ACTION_LOAD that a host answers from its own state. */
#define LOAD_METRICS STR("sluice:metrics") /* Prometheus text */
#define LOAD_READY STR("sluice:ready")     /* SL_OK, or SL_BUSY in a drain */
#define LOAD_KEYS                                               \
    STR("sluice:keys") /* struct key_state of every key, in the \
                          order of config.providers */

/* With a uint64_t for each target in `bytes` (speed.h): answered with a
 * uint32_t for each. */
#define LOAD_SPEEDS STR("sluice:speeds")
/* The same: in how many milliseconds nearly all answers come (speed.h). */
#define LOAD_LATE STR("sluice:late")

/* ---- use ---- */

/* NULL: no memory. */
struct exchange *exchange_new(const struct exchange_setup *setup);
/* At any time; nothing more is said to the host. Safe on NULL. */
void exchange_free(struct exchange *x);

void exchange_feed(struct exchange *x, const struct event *ev, int64_t now_ms);
/* False: nothing to do until the next event. */
bool exchange_next(struct exchange *x, struct action *act);

/* What the last drain pointed to is written or copied: its memory may go. It
 * would at the next feed; a stream may wait long for that. */
void exchange_rest(struct exchange *x);

/* Where the host may read the next body bytes to, so that they are not copied
 * when they are then fed as an EVENT_BODY: {NULL, 0} when the body is not held
 * or the room is full. */
struct exchange_room {
    char *p;
    size_t n;
};
struct exchange_room exchange_room(struct exchange *x);

/* True while request bytes are wanted; a host stops reading otherwise. */
bool exchange_wants_body(const struct exchange *x);

/* What happened, for log and metrics; complete once DONE was seen. */
const struct record *exchange_record(const struct exchange *x);

#endif
