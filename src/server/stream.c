/* SPDX-License-Identifier: MIT */
/* A connection's bytes. The hard idea: a write costs one system call and no
 * copy as long as the peer takes everything. What it does not take is moved to
 * the heap and written by libuv; while that is so, later pieces queue behind.
 *
 * A failed write is not an end by itself: what the peer said before it went
 * away (a provider's early 413) still lies in the socket, and reading finds
 * both it and the end. Only when nothing reads does the write speak. */
#include "server/stream.h"

#include "server/tls.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PIECES = 8,           /* room for pieces at first */
    RECORD = 16 * 1024,   /* plain bytes of one TLS record */
    RECORD_OVERHEAD = 64, /* at least what TLS adds to one */
    LOOK_MS = 2000,       /* between two looks at a stream that shuts down */
    LOOKS = 30,           /* without progress before it is given up */
};

/* What the peer did not take at once. */
struct rest {
    uv_write_t req;
    struct stream *s;
    struct buf bytes;
};

/* An orderly close under way. Freed when its timer is closed and uv_shutdown
 * has called back. */
struct farewell {
    uv_timer_t timer;
    uv_shutdown_t req;
    struct stream *s; /* NULL: it is closed */
    size_t last;      /* bytes queued at the last look */
    unsigned looks;   /* since it changed */
    unsigned users;
    bool sent; /* the peer has been told */
};

static struct stream *of_handle(const uv_handle_t *h)
{
    return h->data;
}

/* ---- ends ---- */

static void tell_end(struct stream *s, enum sl_rc rc, const char *text)
{
    if (s->closing || s->farewell != NULL ||
        (s->ended && (s->cut || rc == SL_EOF)))
        return;
    s->ended = true;
    s->cut = rc != SL_EOF;
    s->events->on_end(s, rc, text);
}

static void run_task(struct loop_task *task)
{
    struct stream *s = LOOP_OWNER(task, struct stream, task);

    if (s->closing) {
        if (!s->has_handle)
            s->events->on_closed(s);
        return;
    }
    if (s->farewell != NULL)
        stream_close(s);
    else
        tell_end(s, s->rc, s->text);
}

static void end_later(struct stream *s, enum sl_rc rc, const char *text)
{
    s->rc = rc;
    s->text = text;
    loop_defer(s->loop, &s->task);
}

static void drop_pieces(struct stream *s)
{
    free(s->pieces);
    s->pieces = NULL;
    s->n_pieces = s->pieces_room = 0;
    if (s->copied.p != NULL)
        explicit_bzero(s->copied.p, s->copied.n);
    buf_release(&s->copied);
}

/* Nothing more can be written. */
static void write_failed(struct stream *s, int error)
{
    bool peer_left =
        error == UV_EPIPE || error == UV_ECONNRESET || error == UV_ETIMEDOUT;

    drop_pieces(s);
    s->broken = true;
    if (s->paused || s->ended || s->farewell != NULL || !peer_left)
        end_later(s, error == UV_ENOMEM ? SL_NOMEM : SL_UP_CUT,
                  error == UV_ENOMEM ? "out of memory" : "writing failed");
}

/* ---- writing ---- */

static void free_rest(struct rest *r)
{
    /* A provider's key may be in there. */
    if (r->bytes.p != NULL)
        explicit_bzero(r->bytes.p, r->bytes.n);
    buf_release(&r->bytes);
    free(r);
}

static void on_written(uv_write_t *req, int status)
{
    struct rest *r = LOOP_OWNER(req, struct rest, req);
    struct stream *s = r->s;

    free_rest(r);
    s->writes--;
    if (!s->closing && status != 0 && !s->broken)
        write_failed(s, status);
    else if (!s->closing && status == 0 && s->writes == 0 &&
             s->farewell == NULL && s->events->on_drain != NULL)
        s->events->on_drain(s);
    loop_leave(s->loop);
}

/* Leaves r's bytes but the first `skip` to libuv. */
static void write_rest(struct stream *s, struct rest *r, size_t skip)
{
    uv_buf_t piece = {.base = r->bytes.p + skip, .len = r->bytes.n - skip};
    int error;

    r->s = s;
    error = uv_write(&r->req, &s->uv.stream, &piece, 1, on_written);
    if (error != 0) {
        free_rest(r);
        write_failed(s, error);
        return;
    }
    s->writes++;
}

static struct rest *rest_new(struct stream *s)
{
    struct rest *r = malloc(sizeof *r);

    if (r == NULL) {
        write_failed(s, UV_ENOMEM);
        return NULL;
    }
    buf_init(&r->bytes, &s->loop->mem, PTRDIFF_MAX);
    return r;
}

/* As many bytes as the socket takes now; false: it failed. */
static bool try_write(struct stream *s, const uv_buf_t *v, unsigned n,
                      size_t *done)
{
    int taken;

    if (s->writes != 0)
        return true;
    taken = uv_try_write(&s->uv.stream, v, n);
    if (taken >= 0)
        *done = (size_t)taken;
    else if (taken != UV_EAGAIN)
        write_failed(s, taken);
    return taken >= 0 || taken == UV_EAGAIN;
}

/* Points the pieces that were copied at their bytes, which move no more. */
static size_t settle_pieces(struct stream *s)
{
    char *copied = s->copied.p;
    size_t total = 0;

    for (unsigned i = 0; i < s->n_pieces; i++) {
        total += s->pieces[i].len;
        if (s->pieces[i].base != NULL)
            continue;
        s->pieces[i].base = copied;
        copied += s->pieces[i].len;
    }
    return total;
}

static void flush_plain(struct stream *s, size_t total)
{
    size_t done = 0;
    struct rest *r;

    if (!try_write(s, s->pieces, s->n_pieces, &done) || done == total)
        return;
    r = rest_new(s);
    if (r == NULL)
        return;
    (void)buf_room(&r->bytes, total - done);
    for (unsigned i = 0; i < s->n_pieces; i++) {
        struct str piece = {s->pieces[i].base, s->pieces[i].len};
        size_t skip = done < piece.n ? done : piece.n;

        done -= skip;
        buf_add(&r->bytes, str_skip(piece, skip));
    }
    if (r->bytes.failed) {
        free_rest(r);
        write_failed(s, UV_ENOMEM);
        return;
    }
    write_rest(s, r, 0);
}

/* r's bytes inside of the TLS that is spoken to a proxy; frees r. NULL: no
 * memory. */
static struct rest *wrap(struct stream *s, struct rest *r)
{
    struct rest *outer = rest_new(s);

    if (outer != NULL &&
        tls_write(s->outer, buf_str(&r->bytes), &outer->bytes) != SL_OK) {
        free_rest(outer);
        outer = NULL;
        write_failed(s, UV_ENOMEM);
    }
    free_rest(r);
    return outer;
}

/* Writes r's bytes, which are TLS records, and frees it. */
static void write_records(struct stream *s, struct rest *r)
{
    uv_buf_t piece;
    size_t done = 0;

    if (s->outer != NULL && r->bytes.n != 0) {
        r = wrap(s, r);
        if (r == NULL)
            return;
    }
    piece = (uv_buf_t){.base = r->bytes.p, .len = r->bytes.n};
    if (piece.len == 0 || !try_write(s, &piece, 1, &done) || done == piece.len)
        free_rest(r);
    else
        write_rest(s, r, done);
}

static void flush_tls(struct stream *s, size_t total)
{
    struct rest *r = rest_new(s);

    if (r == NULL)
        return;
    (void)buf_room(&r->bytes, total + (total / RECORD + s->n_pieces) *
                                          (size_t)RECORD_OVERHEAD);
    for (unsigned i = 0; i < s->n_pieces; i++) {
        struct str piece = {s->pieces[i].base, s->pieces[i].len};

        if (tls_write(s->tls, piece, &r->bytes) == SL_OK)
            continue;
        free_rest(r);
        write_failed(s, UV_ENOMEM);
        return;
    }
    write_records(s, r);
}

static bool add_piece(struct stream *s, char *base, size_t len)
{
    if (s->n_pieces == s->pieces_room) {
        unsigned room = s->pieces_room == 0 ? PIECES : s->pieces_room * 2;
        uv_buf_t *v = realloc(s->pieces, room * sizeof *v);

        if (v == NULL) {
            write_failed(s, UV_ENOMEM);
            return false;
        }
        s->pieces = v;
        s->pieces_room = room;
    }
    SL_ASSERT(s->pieces != NULL);
    s->pieces[s->n_pieces++] = (uv_buf_t){.base = base, .len = len};
    return true;
}

static bool takes_pieces(const struct stream *s)
{
    return s->has_handle && !s->closing && !s->broken && s->farewell == NULL;
}

void stream_put(struct stream *s, struct str bytes)
{
    /* uv_buf_t has no const; nothing writes there. */
    union {
        const char *given;
        char *base;
    } p = {bytes.p};

    if (bytes.n != 0 && takes_pieces(s))
        (void)add_piece(s, p.base, bytes.n);
}

void stream_copy(struct stream *s, struct str bytes)
{
    uv_buf_t *last;

    if (bytes.n == 0 || !takes_pieces(s))
        return;
    buf_add(&s->copied, bytes);
    if (s->copied.failed) {
        write_failed(s, UV_ENOMEM);
        return;
    }
    last = s->n_pieces != 0 ? &s->pieces[s->n_pieces - 1] : NULL;
    if (last != NULL && last->base == NULL)
        last->len += bytes.n;
    else
        (void)add_piece(s, NULL, bytes.n);
}

/* Before the handshake is done: everything waits as a copy. */
static void keep_pieces(struct stream *s)
{
    struct buf all;
    size_t total = settle_pieces(s);

    buf_init(&all, &s->loop->mem, PTRDIFF_MAX);
    (void)buf_room(&all, total);
    for (unsigned i = 0; i < s->n_pieces; i++)
        buf_add(&all, (struct str){s->pieces[i].base, s->pieces[i].len});
    if (all.failed) {
        buf_release(&all);
        write_failed(s, UV_ENOMEM);
        return;
    }
    drop_pieces(s);
    s->copied = all;
    (void)add_piece(s, NULL, total);
}

void stream_flush(struct stream *s)
{
    size_t total;

    if (s->n_pieces == 0 || !takes_pieces(s))
        return;
    if (!s->open) {
        keep_pieces(s);
        return;
    }
    total = settle_pieces(s);
    if (s->tls != NULL)
        flush_tls(s, total);
    else
        flush_plain(s, total);
    drop_pieces(s);
}

size_t stream_queued(const struct stream *s)
{
    if (!s->has_handle || s->closing || s->broken)
        return 0;
    return uv_stream_get_write_queue_size(&s->uv.stream);
}

bool stream_is_open(const struct stream *s)
{
    return s->open && !s->ended && !s->broken && !s->closing &&
           s->farewell == NULL;
}

/* ---- reading ---- */

/* True: it is done, and on_open was called. */
static bool shake_hands(struct stream *s)
{
    struct rest *r = rest_new(s);
    enum sl_rc rc;

    if (r == NULL)
        return false;
    rc = tls_handshake(s->tls, &r->bytes);
    write_records(s, r);
    if (rc == SL_AGAIN)
        return false;
    if (rc != SL_OK) {
        end_later(s, SL_UP_TLS, tls_text(s->tls));
        return false;
    }
    s->open = true;
    stream_flush(s);
    if (s->events->on_open != NULL)
        s->events->on_open(s);
    return !s->closing && s->farewell == NULL;
}

/* Decrypts up to a full read buffer and hands it on. */
static enum sl_rc read_plain(struct stream *s)
{
    char *to = s->loop->read_buffer;
    enum sl_rc rc;
    size_t n = 0;

    do {
        size_t got = 0;

        rc = tls_read(s->tls, to + n, LOOP_READ - n, &got);
        n += got;
    } while (rc == SL_OK && n < LOOP_READ);
    if (n != 0)
        s->events->on_data(s, (struct str){to, n});
    return rc;
}

static void take_records(struct stream *s, struct str wire)
{
    enum sl_rc rc;

    tls_feed(s->tls, wire);
    if (!s->open && !shake_hands(s))
        return;
    do
        rc = read_plain(s);
    while (rc == SL_OK && !s->closing && s->farewell == NULL);
    if (rc == SL_EOF)
        tell_end(s, SL_EOF, "closed by the peer");
    else if (rc != SL_AGAIN && rc != SL_OK)
        tell_end(s, SL_UP_TLS, tls_text(s->tls));
}

static void take_end(struct stream *s, ssize_t why)
{
    bool cut = why != UV_EOF || s->broken || s->tls != NULL;

    if (s->farewell != NULL)
        stream_close(s);
    else if (s->ended)
        return; /* close_notify came before */
    else if (!s->open)
        tell_end(s, SL_UP_REFUSED, "closed during the TLS handshake");
    else if (cut)
        tell_end(s, SL_UP_CUT,
                 why == UV_EOF ? "closed without notice" : "connection reset");
    else
        tell_end(s, SL_EOF, "closed by the peer");
}

/* Records of a proxy, in which those of the provider are. */
static void take_tunnel(struct stream *s, struct str wire)
{
    enum sl_rc rc = SL_OK;

    tls_feed(s->outer, wire);
    while (rc == SL_OK && !s->closing) {
        size_t n = 0;

        rc = tls_read(s->outer, s->loop->tunnel, LOOP_READ, &n);
        if (n != 0 && !s->ended)
            take_records(s, (struct str){s->loop->tunnel, n});
    }
    if (rc == SL_EOF)
        take_end(s, UV_EOF);
    else if (rc != SL_AGAIN && rc != SL_OK)
        tell_end(s, SL_UP_TLS, tls_text(s->outer));
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct stream *s = of_handle(handle);
    struct exchange_room room = {0};

    (void)suggested;
    if (s->tls != NULL) {
        *buf = (uv_buf_t){.base = s->loop->wire, .len = LOOP_READ};
        return;
    }
    if (s->events->room != NULL && s->farewell == NULL)
        room = s->events->room(s);
    if (room.n == 0)
        room = (struct exchange_room){s->loop->read_buffer, LOOP_READ};
    *buf = (uv_buf_t){.base = room.p, .len = room.n};
}

static void on_read(uv_stream_t *handle, ssize_t n, const uv_buf_t *buf)
{
    struct stream *s = handle->data;

    if (n == 0 || s->closing)
        return;
    if (n < 0)
        take_end(s, n);
    else if (s->ended || s->farewell != NULL)
        ; /* of no use any more */
    else if (s->outer != NULL)
        take_tunnel(s, (struct str){buf->base, (size_t)n});
    else if (s->tls != NULL)
        take_records(s, (struct str){buf->base, (size_t)n});
    else
        s->events->on_data(s, (struct str){buf->base, (size_t)n});
    loop_leave(s->loop);
}

void stream_pause(struct stream *s, bool paused)
{
    if (s->paused == paused || s->closing || s->farewell != NULL)
        return;
    s->paused = paused;
    if (!s->has_handle || s->ended)
        return;
    if (paused)
        (void)uv_read_stop(&s->uv.stream);
    else if (uv_read_start(&s->uv.stream, on_alloc, on_read) != 0)
        end_later(s, SL_UP_CUT, "reading failed");
}

/* ---- life ---- */

void stream_init(struct stream *s, struct loop *l,
                 const struct stream_events *events)
{
    *s = (struct stream){.loop = l, .events = events, .doing = ""};
    s->task.run = run_task;
    buf_init(&s->copied, &l->mem, PTRDIFF_MAX);
}

/* The handle around fd; afterwards the stream must be closed. */
static void open_handle(struct stream *s, int fd, bool is_unix)
{
    int error;

    if (is_unix) {
        (void)uv_pipe_init(&s->loop->uv, &s->uv.pipe, 0);
        error = uv_pipe_open(&s->uv.pipe, fd);
    } else {
        (void)uv_tcp_init(&s->loop->uv, &s->uv.tcp);
        error = uv_tcp_open(&s->uv.tcp, fd);
        if (error == 0)
            (void)uv_tcp_nodelay(&s->uv.tcp, 1);
    }
    s->uv.handle.data = s;
    s->has_handle = true;
    if (error != 0) {
        (void)close(fd);
        end_later(s, SL_UP_CUT, "the socket can't be used");
    } else if (uv_read_start(&s->uv.stream, on_alloc, on_read) != 0) {
        end_later(s, SL_UP_CUT, "reading failed");
    }
}

/* False: no memory, and fd is closed. */
static bool make_tls(struct stream *s, int fd, struct tls_context *ctx,
                     struct str host, uint16_t port)
{
    if (s->loop->wire == NULL)
        s->loop->wire = malloc(LOOP_READ);
    if (s->loop->wire != NULL)
        s->tls = tls_new(ctx, host, port);
    if (s->tls == NULL)
        (void)close(fd);
    return s->tls != NULL;
}

bool stream_accept(struct stream *s, int fd, bool is_unix,
                   struct tls_context *ctx)
{
    if (ctx != NULL && !make_tls(s, fd, ctx, (struct str){0}, 0))
        return false;
    open_handle(s, fd, is_unix);
    s->open = ctx == NULL;
    return true;
}

bool stream_adopt(struct stream *s, int fd, struct tls_context *ctx,
                  struct str host, uint16_t port)
{
    if (ctx != NULL && !make_tls(s, fd, ctx, host, port))
        return false;
    open_handle(s, fd, false);
    s->open = ctx == NULL;
    if (!s->open)
        (void)shake_hands(s); /* only speaks first, so it can't be done */
    return true;
}

bool stream_secure(struct stream *s, struct tls_context *ctx, struct str host,
                   uint16_t port)
{
    struct tls *inner;

    SL_ASSERT(s->outer == NULL && s->n_pieces == 0);
    if (s->loop->wire == NULL)
        s->loop->wire = malloc(LOOP_READ);
    if (s->tls != NULL && s->loop->tunnel == NULL)
        s->loop->tunnel = malloc(LOOP_READ);
    if (s->loop->wire == NULL || (s->tls != NULL && s->loop->tunnel == NULL))
        return false;
    inner = tls_new(ctx, host, port);
    if (inner == NULL)
        return false;
    s->outer = s->tls;
    s->tls = inner;
    s->open = false;
    (void)shake_hands(s); /* only speaks first, as in stream_adopt */
    return true;
}

static void farewell_left(struct farewell *g)
{
    if (--g->users == 0)
        free(g);
}

static void on_timer_closed(uv_handle_t *timer)
{
    farewell_left(LOOP_OWNER(timer, struct farewell, timer));
}

static void on_closed(uv_handle_t *handle)
{
    struct stream *s = of_handle(handle);

    tls_free(s->tls);
    tls_free(s->outer);
    s->tls = s->outer = NULL;
    s->farewell = NULL;
    s->events->on_closed(s);
    loop_leave(s->loop);
}

void stream_close(struct stream *s)
{
    if (s->closing)
        return;
    s->closing = true;
    drop_pieces(s);
    if (s->farewell != NULL) {
        uv_close((uv_handle_t *)&s->farewell->timer, on_timer_closed);
        s->farewell->s = NULL; /* it may be gone before s is */
    }
    if (s->has_handle)
        uv_close(&s->uv.handle, on_closed);
    else
        loop_defer(s->loop, &s->task);
}

/* Everything has left, and the peer knows that nothing more comes. */
static void on_shutdown(uv_shutdown_t *req, int status)
{
    struct farewell *g = LOOP_OWNER(req, struct farewell, req);
    struct stream *s = g->s;

    g->sent = true;
    farewell_left(g);
    if (s == NULL)
        return;
    (void)uv_timer_again(&g->timer);
    if (status != 0 || s->ended)
        stream_close(s);
    loop_leave(s->loop);
}

static void on_farewell_look(uv_timer_t *timer)
{
    struct farewell *g = LOOP_OWNER(timer, struct farewell, timer);
    struct stream *s = g->s;
    size_t queued = stream_queued(s);

    if (queued != g->last)
        g->looks = 0;
    g->last = queued;
    if (g->sent || ++g->looks >= LOOKS)
        stream_close(s);
    loop_leave(s->loop);
}

/* The peer learns that this is the end and no cut. */
static void put_close_notify(struct stream *s)
{
    struct rest *r = rest_new(s);

    if (r == NULL)
        return;
    tls_close(s->tls, &r->bytes);
    write_records(s, r);
}

void stream_shutdown(struct stream *s)
{
    struct farewell *g;

    if (s->closing || s->farewell != NULL)
        return;
    stream_flush(s);
    if (s->tls != NULL && s->open && !s->broken)
        put_close_notify(s);
    g = s->has_handle && s->open && !s->broken ? malloc(sizeof *g) : NULL;
    if (g == NULL) {
        stream_close(s);
        return;
    }
    *g = (struct farewell){.s = s, .users = 1};
    (void)uv_timer_init(&s->loop->uv, &g->timer);
    (void)uv_timer_start(&g->timer, on_farewell_look, LOOK_MS, LOOK_MS);
    if (s->paused)
        stream_pause(s, false);
    s->farewell = g;
    if (uv_shutdown(&g->req, &s->uv.stream, on_shutdown) == 0)
        g->users++;
    else
        end_later(s, SL_UP_CUT, "shutting down failed");
}
