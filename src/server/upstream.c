/* SPDX-License-Identifier: MIT */
/* Provider requests over HTTP/1.1. The hard idea: an answer is read where the
 * read left it. A head is parsed in the read buffer and copied only when it is
 * cut; body pieces are slices of it; and the piece that ends the body says so,
 * so that whoever passes it on can end its own message in the same write. */
#include "server/upstream.h"

#include "core/http/chunked.h"
#include "core/http/head.h"
#include "server/files.h"
#include "server/pool.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    HEAD_BYTES = 64 * 1024, /* of an answer's head */
    HEAD_FIELDS = 128,      /* in it */
    INTERIM_MAX = 8,        /* 1xx heads before an answer */
    REQUEST_HEAD = 1024,    /* bytes that nearly all request heads fit in */
};

struct call {
    struct loop *loop;
    struct conn *conn;
    const struct call_events *events;
    void *owner;
    enum http_method method;
    /* the request */
    struct buf head;      /* until it is written; holds a key */
    struct buf pending;   /* its body while there is no connection yet */
    enum http_body sends; /* NONE, LENGTH or CHUNKED */
    uint64_t missing;     /* bytes of LENGTH still to be pushed */
    bool ended;           /* call_end was called */
    bool dirty;           /* something was put and not flushed */
    bool sent;            /* something has been flushed */
    bool paused;
    /* the answer */
    struct head progress;
    struct buf partial; /* a head that was cut */
    unsigned n_interim;
    bool has_head, keep_alive, answered;
    enum http_body gets;
    uint64_t left; /* bytes of LENGTH still to come */
    struct chunked chunked;
    bool over;
    struct loop_dead dead;
};

static void bury(struct loop_dead *dead)
{
    struct call *c = LOOP_OWNER(dead, struct call, dead);

    buf_release(&c->head);
    buf_release(&c->pending);
    buf_release(&c->partial);
    free(c);
}

/* ---- ends ---- */

/* Lets go of the connection; c is over, its memory stays for this turn. */
static void leave(struct call *c, bool keep)
{
    c->over = true;
    conn_return(c->conn, keep);
    c->conn = NULL;
    loop_bury(c->loop, &c->dead);
}

static void fail(struct call *c, enum sl_rc rc, const char *text)
{
    leave(c, false);
    c->events->on_failed(c, c->owner, rc, text);
}

/* The answer is complete with this piece. clean: nothing came after it. */
static void finish(struct call *c, struct str piece, bool clean)
{
    bool written = c->ended && !c->dirty && c->missing == 0 &&
                   stream_queued(&c->conn->stream) == 0;

    /* Before the event: its owner may want the connection for the next. */
    leave(c, clean && written && c->keep_alive);
    c->events->on_body(c, c->owner, piece, true);
}

/* ---- the answer ---- */

static void take_chunks(struct call *c, struct str bytes)
{
    struct str piece = {0};
    struct str next;
    enum sl_rc rc;

    /* One piece is held back to see whether it is the last. */
    while ((rc = chunked_next(&c->chunked, &bytes, &next)) == SL_OK) {
        if (piece.n != 0)
            c->events->on_body(c, c->owner, piece, false);
        if (c->over)
            return;
        piece = next;
    }
    if (rc == SL_EOF) {
        finish(c, piece, bytes.n == 0);
        return;
    }
    if (piece.n != 0)
        c->events->on_body(c, c->owner, piece, false);
    if (rc != SL_AGAIN && !c->over)
        fail(c, SL_UP_GARBAGE, "malformed chunked coding");
}

static void take_length(struct call *c, struct str bytes)
{
    size_t n = c->left < bytes.n ? (size_t)c->left : bytes.n;
    struct str piece = str_first(bytes, n);

    c->left -= n;
    if (c->left == 0)
        finish(c, piece, bytes.n == n);
    else if (n != 0)
        c->events->on_body(c, c->owner, piece, false);
}

static void take_body(struct call *c, struct str bytes)
{
    switch (c->gets) {
    case HTTP_BODY_NONE:
        finish(c, (struct str){0}, bytes.n == 0);
        break;
    case HTTP_BODY_LENGTH:
        take_length(c, bytes);
        break;
    case HTTP_BODY_CHUNKED:
        take_chunks(c, bytes);
        break;
    case HTTP_BODY_CLOSE:
        if (bytes.n != 0)
            c->events->on_body(c, c->owner, bytes, false);
        break;
    }
}

/* Length of the body as the owner is told. */
static int64_t body_length(const struct http_framing *framing)
{
    if (framing->body == HTTP_BODY_NONE)
        return 0;
    if (framing->body == HTTP_BODY_LENGTH && framing->length <= INT64_MAX)
        return (int64_t)framing->length;
    return -1;
}

/* The head is cut: what there is of it waits in `partial`. */
static enum sl_rc keep_partial(struct call *c, struct str bytes)
{
    if (c->partial.n != 0)
        buf_drop(&c->partial, c->partial.n - bytes.n);
    else
        buf_add(&c->partial, bytes);
    return c->partial.failed ? SL_NOMEM : SL_AGAIN;
}

/* Reads heads until the answer's own, and tells of it. SL_OK: *bytes is what
 * follows; else SL_AGAIN, SL_UP_GARBAGE, SL_NOMEM. */
static enum sl_rc take_head(struct call *c, struct str *bytes)
{
    static const struct head_limits limits = {HEAD_BYTES, HEAD_FIELDS};
    struct http_field fields[HEAD_FIELDS];
    struct http_response res = {0};
    struct http_framing framing = {0};

    while (res.status < 200) {
        enum sl_rc rc = head_response(&c->progress, *bytes, &limits, c->method,
                                      fields, &res, &framing, NULL);

        if (rc == SL_AGAIN)
            return keep_partial(c, *bytes);
        if (rc != SL_OK)
            return SL_UP_GARBAGE;
        *bytes = str_skip(*bytes, c->progress.used);
        c->progress = (struct head){0};
        /* No upgrade was asked for. */
        if (res.status == 101 ||
            (res.status < 200 && ++c->n_interim > INTERIM_MAX))
            return SL_UP_GARBAGE;
    }
    c->has_head = true;
    c->gets = framing.body;
    c->left = framing.length;
    /* To HEAD, with 204 and 304 a body has no place, but servers send one:
     * the next request would find it, and a caller chose what it says. */
    c->keep_alive = framing.keep_alive && framing.body != HTTP_BODY_NONE;
    chunked_init(&c->chunked);
    c->events->on_head(c, c->owner, &res, body_length(&framing));
    return SL_OK;
}

static void take_answer(struct call *c, struct str bytes)
{
    enum sl_rc rc;

    if (c->partial.n != 0) {
        buf_add(&c->partial, bytes);
        if (c->partial.failed) {
            fail(c, SL_NOMEM, "out of memory");
            return;
        }
        bytes = buf_str(&c->partial);
    }
    rc = take_head(c, &bytes);
    if (c->over || rc == SL_AGAIN)
        return;
    if (rc != SL_OK) {
        fail(c, rc, rc == SL_NOMEM ? "out of memory" : "no HTTP answer");
        return;
    }
    /* An empty rest may be the whole body. */
    take_body(c, bytes);
    buf_release(&c->partial);
}

/* ---- events of the connection ---- */

static void on_conn_drain(void *owner)
{
    struct call *c = owner;

    if (c->events->on_drain != NULL)
        c->events->on_drain(c, c->owner);
}

static void on_conn_ready(void *owner)
{
    struct call *c = owner;
    bool waited = c->pending.n != 0;

    if (c->pending.failed) {
        fail(c, SL_NOMEM, "out of memory");
        return;
    }
    c->conn->stream.doing = "sending the request";
    stream_put(&c->conn->stream, buf_str(&c->head));
    stream_put(&c->conn->stream, buf_str(&c->pending));
    stream_flush(&c->conn->stream);
    stream_pause(&c->conn->stream, c->paused);
    c->sent = true;
    buf_release(&c->head);
    buf_release(&c->pending);
    if (waited && stream_queued(&c->conn->stream) == 0)
        on_conn_drain(c);
}

static void on_conn_data(void *owner, struct str bytes)
{
    struct call *c = owner;

    if (!c->sent) {
        /* It answers what nobody asked: "408, you were idle", most likely. */
        fail(c, SL_UP_STALE, "spoke before it was asked");
        return;
    }
    c->answered = true;
    if (c->has_head)
        take_body(c, bytes);
    else
        take_answer(c, bytes);
}

static void on_conn_end(void *owner, enum sl_rc rc, const char *text)
{
    struct call *c = owner;
    bool closed = rc == SL_EOF || rc == SL_UP_CUT;

    if (rc == SL_EOF && c->has_head && c->gets == HTTP_BODY_CLOSE)
        finish(c, (struct str){0}, false);
    else if (closed && c->conn->is_used && !c->answered)
        fail(c, SL_UP_STALE, text);
    else if (rc == SL_EOF)
        fail(c, SL_UP_CUT,
             c->answered ? "closed in the middle of an answer"
                         : "closed without an answer");
    else
        fail(c, rc, text);
}

static const struct conn_events conn_events = {
    .on_ready = on_conn_ready,
    .on_data = on_conn_data,
    .on_end = on_conn_end,
    .on_drain = on_conn_drain,
};

/* ---- the request ---- */

static bool write_head(struct call *c, const struct call_request *request)
{
    /* Heads hold keys, and a buf that grows leaves its old bytes. */
    buf_init(&c->head, &mem_wiping, PTRDIFF_MAX);
    (void)buf_room(&c->head, REQUEST_HEAD);
    head_write_request(&c->head, request->method, request->target,
                       &request->fields, &request->framing);
    return !c->head.failed;
}

struct call *call_start(struct loop *l, const struct call_request *request,
                        const struct call_events *events, void *owner)
{
    struct conn_want want = {.origin = request->origin,
                             .connect_ms = request->connect_ms,
                             .fresh = request->fresh};
    struct call *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->loop = l;
    c->events = events;
    c->owner = owner;
    c->method = http_method_of(request->method);
    c->sends = request->framing.body;
    c->missing = c->sends == HTTP_BODY_LENGTH ? request->framing.length : 0;
    c->dead.bury = bury;
    buf_init(&c->pending, &l->mem, PTRDIFF_MAX);
    buf_init(&c->partial, &l->mem, HEAD_BYTES + LOOP_READ);
    if (write_head(c, request))
        c->conn = conn_take(l, &want, &conn_events, c);
    if (c->conn == NULL) {
        bury(&c->dead);
        return NULL;
    }
    if (c->conn->is_ready) {
        c->conn->stream.doing = "sending the request";
        stream_put(&c->conn->stream, buf_str(&c->head));
        c->dirty = true;
    }
    return c;
}

/* Bytes of the body as they stand on the wire. */
static void put(struct call *c, struct str bytes, bool is_static)
{
    c->dirty = true;
    if (!c->conn->is_ready)
        buf_add(&c->pending, bytes);
    else if (is_static)
        stream_put(&c->conn->stream, bytes);
    else
        stream_copy(&c->conn->stream, bytes);
}

void call_push(struct call *c, struct str bytes)
{
    char size[20];

    if (bytes.n == 0)
        return;
    SL_ASSERT(!c->ended && c->sends != HTTP_BODY_NONE);
    if (c->sends == HTTP_BODY_CHUNKED) {
        put(c, (struct str){size, chunked_write_size(size, bytes.n)}, false);
    } else {
        SL_ASSERT(bytes.n <= c->missing);
        c->missing -= bytes.n;
    }
    put(c, bytes, true);
    if (c->sends == HTTP_BODY_CHUNKED)
        put(c, STR("\r\n"), true);
}

void call_end(struct call *c)
{
    if (!c->ended && c->sends == HTTP_BODY_CHUNKED)
        put(c, STR("0\r\n\r\n"), true);
    c->ended = true;
}

void call_flush(struct call *c)
{
    if (!c->dirty)
        return;
    c->dirty = false;
    if (!c->conn->is_ready)
        return;
    stream_flush(&c->conn->stream);
    if (!c->sent)
        buf_release(&c->head);
    c->sent = true;
    c->conn->stream.doing = "waiting for the answer";
}

size_t call_queued(const struct call *c)
{
    return c->conn->is_ready ? stream_queued(&c->conn->stream) : c->pending.n;
}

void call_pause(struct call *c, bool paused)
{
    c->paused = paused;
    if (c->conn->is_ready)
        stream_pause(&c->conn->stream, paused);
}

void call_cancel(struct call *c)
{
    if (!c->over)
        leave(c, false);
}
