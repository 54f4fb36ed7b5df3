/* SPDX-License-Identifier: MIT */
/* The inside of an exchange, for those who serve it: the surfaces (one file
 * each in this directory), and what they share. A surface is told of its
 * request when the head is in, the route found and the caller known:
 *
 *     start(x)             once; sets x->state, says what happens to the body
 *     ready(x)             the held body is complete: x->body.bytes
 *     body(x, bytes, last) instead of ready, when the body is streamed
 *     loaded               the answer to what it asked for
 *
 * It answers with reply_* and provider requests (fetch.h), and ends the
 * exchange with reply_end. Everything it needs lives in x->arena. */
#ifndef SL_SURFACE_H
#define SL_SURFACE_H

#include "core/base/buf.h"
#include "core/chat.h"
#include "core/exchange.h"

struct ask;
struct exchange;
struct fetch;
struct route;

struct surface {
    struct str name;
    void (*start)(struct exchange *x);
    void (*ready)(struct exchange *x);
    void (*body)(struct exchange *x, struct str bytes, bool last);
    void (*loaded)(struct exchange *x, enum sl_rc rc, struct str bytes);
    void (*release)(struct exchange *x); /* memory outside of the arena */
};

/* What happens to the request's body. */
enum body_mode {
    BODY_IGNORED,  /* read and dropped: the surface wants none */
    BODY_HELD,     /* kept whole, up to limits.body; then ready() */
    BODY_STREAMED, /* handed on piece by piece: body() */
};

struct held_body {
    enum body_mode mode;
    char *p;
    size_t n, cap;
    bool is_complete;
};

struct exchange {
    const struct config *config;
    const struct sl_mem *mem, *bodies;
    struct arena arena;
    uint64_t random[2];
    int64_t now_ms, start_ms, wall_ms;

    /* the request; slices in the arena */
    enum http_method method;
    struct http_fields fields;
    struct http_framing framing;
    struct str path;              /* normalised, still escaped */
    struct str query;             /* without the caller's key */
    struct key_selector selector; /* of the prefix /key/… */
    bool key_wrapped;             /* it asked for a key beyond the last */
    struct str rest;              /* what the route's `*` stands for */
    const struct route *route;
    const struct dialect *dialect;   /* the caller's: errors are told in it */
    struct str id_field;             /* of its route's; {0}: none */
    const struct provider *provider; /* of a pass-through route */
    struct str gateway;    /* "/account/name" of the AI Gateway; {0}: none */
    struct str gateway_id; /* the same one's name, where it is told to
                              Cloudflare's REST interface; else {0} */
    const struct provider
        *supplier;         /* named by path or field; NULL: by model */
    struct secret own_key; /* the client's, for the supplier alone */
    bool has_own_key;      /* used instead of stored ones */
    struct held_body body;
    struct session { /* hashes; 0: none (session.h) */
        uint64_t named, any;
    } session;

    const struct surface *surface;
    void *state; /* the surface's own */

    /* the answer */
    struct reply_head reply;
    struct http_field last_field[1]; /* of the answer that needs no memory */
    size_t reply_cap;
    bool head_sent;
    bool ended; /* DONE is queued */
    struct pings {
        bool may_open;   /* the stream may begin with one */
        bool has_opened; /* it has, and nothing else was sent yet */
        bool is_on;      /* the answer's stream is open */
        bool is_array;
        int64_t sent_ms; /* when the client got something; 0: not yet */
    } pings;
    bool refused;      /* the request could not be read: close afterwards */
    struct arena turn; /* bytes of SENDs; emptied after the drain */

    struct explain *explain; /* who asks why; NULL: nobody */
    struct shown *shown;     /* who asks what would be sent; NULL: nobody */

    struct fetch *fetches;   /* open ones */
    struct ask *asks;        /* questions that wait for an answer */
    struct race *race;       /* where attempts may run side by side; NULL */
    struct follow *follows;  /* promised answers (api/follow.h) */
    struct attempt *waiting; /* for its time (attempt_wait); NULL: none */
    uint32_t last_fetch;     /* the last number of a fetch or an ask */

    struct action *queue;
    size_t queue_n, queue_at, queue_cap;
    int64_t armed_ms; /* the last ACTION_WAKE; 0: none */
    bool draining;    /* exchange_next has not returned false yet */
    bool failed;      /* out of memory: abort at the next drain */

    struct record record;
};

/* ---- actions ---- */

/* A new action, or one that goes nowhere when there is no memory. */
struct action *exchange_act(struct exchange *x, enum action_kind kind);
/* Bytes that live until the drain ends. */
struct str exchange_keep(struct exchange *x, struct str bytes);

/* One more field of a list that lives in the arena; first: entries at first.
 * NULL: no memory (x->failed is set). */
struct http_field *exchange_field(struct exchange *x, struct http_fields *f,
                                  size_t *cap, size_t first);

/* ---- answering ---- */

/* Sets the status and the fields every answer carries. */
void reply_start(struct exchange *x, int status);
/* Slices must live as long as the exchange. */
void reply_field(struct exchange *x, struct str name, struct str value);
/* Sends the head; length of the body, -1: not known. */
void reply_head_send(struct exchange *x, int64_t length);
void reply_send(struct exchange *x, struct str bytes);
/* The answer is complete. */
void reply_end(struct exchange *x);
/* It broke after the head: the host cuts the connection. */
void reply_abort(struct exchange *x);
/* A whole answer in one go; body lives as long as the exchange. */
void reply_whole(struct exchange *x, int status, struct str type,
                 struct str body);

/* What a caller is told of a failure; members may be {0}. */
struct failure {
    enum sl_rc rc;
    int status;             /* 0: the code's own */
    struct str what;        /* the message; {0}: the code's text */
    struct str param;       /* the field that is wrong */
    struct str type;        /* {0}: the code's own */
    struct str code;        /* machine-readable */
    struct str retry_after; /* seconds, as a field value */
    struct str allow;       /* methods, with SL_BAD_METHOD */
};

/* Ends the exchange with an error object, or, once the head is out, with an
 * abort. */
void reply_failure(struct exchange *x, const struct failure *f);
void reply_rc(struct exchange *x, enum sl_rc rc, struct str what);
/* The error object alone, in the caller's dialect. */
void failure_write(struct exchange *x, struct buf *out,
                   const struct failure *f);
/* What it says, as dialects write it. */
struct chat_error failure_error(const struct failure *f);

/* A text put together in the arena: join(x, 3, a, b, c). Empty when there is
 * no memory (x->failed is set). */
struct str exchange_join(struct exchange *x, const struct str *parts, size_t n);
#define JOIN(x, ...)                                      \
    exchange_join((x), (const struct str[]){__VA_ARGS__}, \
                  SL_LEN(((const struct str[]){__VA_ARGS__})))

/* A number in decimal, in the arena. */
struct str exchange_number(struct exchange *x, uint64_t v);

/* ---- the body ---- */

/* Gives a held body's memory back. */
void body_release(struct exchange *x);
/* The held body so far. */
struct str body_bytes(const struct exchange *x);

extern const struct surface surface_models, surface_model, surface_status,
    surface_ping, surface_health, surface_ready, surface_metrics,
    surface_preflight, surface_suppliers, surface_json, surface_form,
    surface_passthrough, surface_compat, surface_universal, surface_run,
    surface_translate, surface_ollama_version, surface_ollama_running,
    surface_ollama_show;

#endif
