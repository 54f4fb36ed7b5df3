/* SPDX-License-Identifier: MIT */
/* The client side of HTTP/1.1. The one hard idea: bytes are used where they
 * were read (the loop's buffer, or the held body itself); only what can't be
 * used yet (a cut head, a pipelined request, a body that a slow provider does
 * not take) is kept in a small buffer, and then reading pauses. */
#include "server/client.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/http/chunked.h"
#include "core/http/head.h"
#include "server/address.h"
#include "server/framer.h"
#include "server/shell.h"
#include "server/stream.h"

enum {
    KEEP_PAUSE = 16 * 1024, /* kept bytes at which reading pauses */
    SKIP_BYTES = 64 * 1024, /* an unread rest of a body worth reading away */
    PEER_TEXT = 48,
};

enum client_state {
    CLIENT_HEAD,    /* waiting for a request, or for the rest of its head */
    CLIENT_BODY,    /* an exchange runs, its body has not all come */
    CLIENT_ANSWER,  /* an exchange runs, its body is complete */
    CLIENT_SKIP,    /* answered; a small rest of the body is read away */
    CLIENT_CLOSING, /* nothing more is read or written */
};

struct client {
    struct client *next, *prev;
    struct worker *worker;
    struct stream stream;
    struct shell *shell; /* NULL: no exchange */
    struct loop_task again;
    struct loop_dead dead;
    struct deadline deadline;
    enum client_state state;
    unsigned handles; /* stream and deadline, as long as they are open */

    /* The request. */
    struct head head;
    bool head_begun; /* some of it came, and waits */
    struct buf kept; /* bytes that could not be used yet */
    struct http_framing framing;
    struct chunked chunked;
    uint64_t body_left; /* with HTTP_BODY_LENGTH */
    bool is_turned;     /* over the limit: it gets an answer and no more */
    bool expects;       /* a 100 has not been sent */
    bool must_close;    /* after this answer */

    struct framer answer;

    /* Deadlines, DEADLINE_NONE when not waited for. */
    int64_t read_by_ms, write_by_ms;
    size_t queued; /* bytes not taken when write_by_ms was set */
    size_t peer_n;
    char peer[PEER_TEXT];
};

struct client *client_next(const struct client *c)
{
    return c->next;
}

static const struct limits *limits_of(const struct client *c)
{
    return &c->worker->generation->config.limits;
}

/* ---- deadlines ---- */

static void set_deadline(struct client *c)
{
    deadline_set(&c->deadline, c->read_by_ms < c->write_by_ms ? c->read_by_ms
                                                              : c->write_by_ms);
}

static void read_within(struct client *c, int64_t ms)
{
    c->read_by_ms = ms == DEADLINE_NONE ? ms : loop_now(c->worker->loop) + ms;
    set_deadline(c);
}

/* After each write: an answer that is not taken has a deadline, and each byte
 * that is taken moves it. */
static void watch_writing(struct client *c)
{
    size_t queued = stream_queued(&c->stream);

    if (queued == 0 && c->write_by_ms == DEADLINE_NONE)
        return;
    if (queued == 0)
        c->write_by_ms = DEADLINE_NONE;
    else if (c->write_by_ms == DEADLINE_NONE || queued < c->queued)
        c->write_by_ms =
            loop_now(c->worker->loop) + limits_of(c)->client_write_ms;
    c->queued = queued;
    set_deadline(c);
}

/* ---- the end ---- */

static void bury(struct loop_dead *dead)
{
    struct client *c = LOOP_OWNER(dead, struct client, dead);

    buf_release(&c->kept);
    free(c);
}

static void handle_closed(struct client *c)
{
    if (--c->handles == 0)
        loop_bury(c->worker->loop, &c->dead);
}

static void on_deadline_closed(struct deadline *d)
{
    handle_closed(d->owner);
}

static void leave_shell(struct client *c)
{
    struct shell *s = c->shell;

    c->shell = NULL;
    if (s != NULL)
        shell_leave(s);
}

/* No more requests, no more deadlines of ours. */
static void stop(struct client *c)
{
    if (c->state == CLIENT_CLOSING)
        return;
    c->state = CLIENT_CLOSING;
    deadline_close(&c->deadline, on_deadline_closed);
}

static void on_stream_closed(struct stream *s)
{
    struct client *c = LOOP_OWNER(s, struct client, stream);

    stop(c);
    leave_shell(c);
    *(c->prev != NULL ? &c->prev->next : &c->worker->clients) = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    handle_closed(c);
    worker_client_left(c->worker, c->is_turned);
}

void client_close(struct client *c)
{
    stop(c);
    leave_shell(c);
    stream_close(&c->stream);
}

/* Orderly: what was written still arrives. The stream has its own patience
 * from here on. */
static void close_gently(struct client *c)
{
    stop(c);
    stream_shutdown(&c->stream);
}

/* An answer whose end is the end of the connection must not seem complete:
 * with this the peer sees a reset (RFC 9112, section 8). */
static void close_with_reset(struct client *c)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    uv_os_fd_t fd;

    if (uv_fileno(&c->stream.uv.handle, &fd) == 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    client_close(c);
}

/* ---- answering ---- */

/* Will the rest of the request's body be read, so that another request can
 * follow on this connection? */
static bool is_body_rest_small(const struct client *c)
{
    return c->state != CLIENT_BODY ||
           (c->framing.body == HTTP_BODY_LENGTH && c->body_left <= SKIP_BYTES &&
            !c->expects);
}

static bool keeps_alive(const struct client *c)
{
    return c->framing.keep_alive && !c->must_close && !c->worker->draining &&
           (is_body_rest_small(c) ||
            (c->shell != NULL && shell_wants_body(c->shell)));
}

static void on_send(void *owner, const struct reply_head *head,
                    struct str bytes)
{
    struct client *c = owner;

    if (c->state == CLIENT_CLOSING)
        return;
    if (head != NULL)
        framer_head(&c->answer, head, keeps_alive(c));
    framer_body(&c->answer, bytes);
}

static void on_done(void *owner, bool abort, bool close)
{
    struct client *c = owner;

    c->must_close |= close;
    framer_end(&c->answer, abort);
}

static void await_request(struct client *c)
{
    if (c->worker->draining) {
        close_gently(c);
        return;
    }
    c->state = CLIENT_HEAD;
    c->head = (struct head){0};
    c->head_begun = false;
    c->stream.doing = "waiting for a request";
    read_within(c, limits_of(c)->client_idle_ms);
}

/* The answer is written. */
static void after_answer(struct client *c)
{
    bool is_cut = c->answer.state == FRAMER_CUT;

    c->shell = NULL;
    c->answer.state = FRAMER_NONE;
    if (is_cut && c->answer.body == HTTP_BODY_CLOSE) {
        close_with_reset(c);
    } else if (is_cut || c->answer.says_close || !keeps_alive(c)) {
        close_gently(c);
    } else if (c->state == CLIENT_BODY) {
        c->state = CLIENT_SKIP;
        read_within(c, limits_of(c)->client_body_ms);
    } else {
        await_request(c);
    }
    if (c->state != CLIENT_CLOSING)
        loop_defer(c->worker->loop, &c->again);
}

static void on_turn(void *owner)
{
    struct client *c = owner;

    if (c->state == CLIENT_CLOSING)
        return;
    framer_flush(&c->answer);
    watch_writing(c);
    if (c->answer.state == FRAMER_DONE || c->answer.state == FRAMER_CUT)
        after_answer(c);
    else if (c->state == CLIENT_BODY)
        loop_defer(c->worker->loop, &c->again);
}

static size_t queued(void *owner)
{
    struct client *c = owner;

    return stream_queued(&c->stream);
}

static const struct shell_events shell_events = {
    .on_send = on_send,
    .on_done = on_done,
    .on_turn = on_turn,
    .queued = queued,
};

/* ---- reading ---- */

static bool begin_exchange(struct client *c)
{
    framer_begin(&c->answer, c->worker, &c->stream);
    c->must_close = false;
    c->shell = shell_new(c->worker, &shell_events, c,
                         (struct str){c->peer, c->peer_n});
    if (c->shell == NULL)
        client_close(c);
    return c->shell != NULL;
}

/* Says what is wrong and closes. */
static void refuse(struct client *c, enum sl_rc rc, const struct err *err)
{
    if (!begin_exchange(c))
        return;
    c->framing = (struct http_framing){.body = HTTP_BODY_NONE};
    c->expects = false;
    c->must_close = true;
    c->state = CLIENT_ANSWER;
    read_within(c, DEADLINE_NONE);
    shell_feed(c->shell,
               &(struct event){.kind = EVENT_REFUSED, .rc = rc, .err = err});
}

static void body_is_complete(struct client *c)
{
    c->state = CLIENT_ANSWER;
    c->expects = false;
    c->stream.doing = "answering";
    read_within(c, DEADLINE_NONE);
}

static void feed_body(struct client *c, struct str bytes, bool last)
{
    if (last)
        body_is_complete(c);
    shell_feed(c->shell, &(struct event){
                             .kind = EVENT_BODY, .bytes = bytes, .last = last});
}

static void ask_for_body(struct client *c)
{
    if (!c->expects || !shell_wants_body(c->shell) ||
        c->answer.state != FRAMER_NONE)
        return;
    c->expects = false;
    stream_put(&c->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
    stream_flush(&c->stream);
}

static void begin_request(struct client *c, const struct http_request *req,
                          bool has_more)
{
    if (!begin_exchange(c))
        return;
    c->answer.is_http10 = req->is_http10;
    c->answer.is_head = req->method == HTTP_HEAD;
    c->body_left = c->framing.length;
    c->expects = c->framing.expects_continue && !has_more;
    c->state = CLIENT_BODY;
    c->stream.doing = "reading a request's body";
    chunked_init(&c->chunked);
    read_within(c, limits_of(c)->client_body_ms);
    if (c->framing.body == HTTP_BODY_NONE ||
        (c->framing.body == HTTP_BODY_LENGTH && c->body_left == 0))
        body_is_complete(c);
    shell_feed(c->shell, &(struct event){.kind = EVENT_REQUEST,
                                         .request = req,
                                         .framing = &c->framing});
    if (c->shell == NULL)
        return;
    if (c->state == CLIENT_ANSWER)
        feed_body(c, (struct str){0}, true);
    else
        ask_for_body(c);
}

/* Each of these returns how many bytes it used; 0: none now. */
static size_t take_head(struct client *c, struct str bytes)
{
    const struct limits *limits = limits_of(c);
    struct head_limits head_limits = {(size_t)limits->head,
                                      (size_t)limits->head_fields};
    struct http_field *fields = worker_fields(c->worker, head_limits.fields);
    struct http_request req;
    struct err err = {0};
    size_t used;
    enum sl_rc rc = SL_NOMEM;

    if (bytes.n == 0)
        return 0;
    if (fields != NULL)
        rc = head_request(&c->head, bytes, &head_limits, fields, &req,
                          &c->framing, &err);
    if (rc == SL_AGAIN)
        return 0;
    if (rc != SL_OK) {
        refuse(c, rc, &err);
        return bytes.n;
    }
    used = c->head.used;
    begin_request(c, &req, bytes.n > used);
    return used;
}

static size_t take_counted(struct client *c, struct str bytes)
{
    struct str piece = bytes;

    if (piece.n > c->body_left)
        piece = str_first(bytes, (size_t)c->body_left);
    c->body_left -= piece.n;
    feed_body(c, piece, c->body_left == 0);
    return piece.n;
}

static size_t take_chunk(struct client *c, struct str bytes)
{
    struct str rest = bytes;
    struct str data;
    enum sl_rc rc = chunked_next(&c->chunked, &rest, &data);

    if (rc == SL_OK) {
        feed_body(c, data, false);
    } else if (rc == SL_EOF) {
        feed_body(c, (struct str){0}, true);
    } else if (rc != SL_AGAIN) {
        struct err err = {.rc = rc,
                          .what = STR("the chunked body is malformed")};

        body_is_complete(c);
        c->must_close = true;
        shell_feed(
            c->shell,
            &(struct event){.kind = EVENT_BODY_FAILED, .rc = rc, .err = &err});
        return bytes.n;
    }
    return bytes.n - rest.n;
}

static size_t take_body(struct client *c, struct str bytes)
{
    if (bytes.n == 0 || !shell_wants_body(c->shell))
        return 0;
    c->expects = false;
    read_within(c, limits_of(c)->client_body_ms);
    return c->framing.body == HTTP_BODY_LENGTH ? take_counted(c, bytes)
                                               : take_chunk(c, bytes);
}

static size_t take_skipped(struct client *c, struct str bytes)
{
    size_t n = bytes.n;

    if (n > c->body_left)
        n = (size_t)c->body_left;
    c->body_left -= n;
    if (c->body_left == 0)
        await_request(c);
    return n;
}

/* Who asks and asks and reads no answer gets no more of them. */
static bool has_unread_answers(const struct client *c)
{
    return stream_queued(&c->stream) > (size_t)limits_of(c)->high_water;
}

static size_t take(struct client *c, struct str bytes)
{
    switch (c->state) {
    case CLIENT_HEAD:
        return has_unread_answers(c) ? 0 : take_head(c, bytes);
    case CLIENT_BODY:
        return take_body(c, bytes);
    case CLIENT_SKIP:
        return take_skipped(c, bytes);
    case CLIENT_ANSWER:
        return 0;
    case CLIENT_CLOSING:
        return bytes.n;
    }
    return 0;
}

/* How many of the bytes could be used. */
static size_t use(struct client *c, struct str bytes)
{
    size_t used = 0;
    size_t n;

    do {
        n = take(c, str_skip(bytes, used));
        used += n;
    } while (n != 0 && used < bytes.n);
    return used;
}

/* Between two requests; true: nothing is to be read now. */
static bool settle_head(struct client *c)
{
    if (has_unread_answers(c)) {
        read_within(c, DEADLINE_NONE);
        return true;
    }
    /* A head that has begun must arrive, however slowly its bytes drip. */
    if (c->kept.n != 0 && !c->head_begun) {
        c->head_begun = true;
        read_within(c, limits_of(c)->client_head_ms);
    } else if (c->read_by_ms == DEADLINE_NONE) {
        read_within(c, limits_of(c)->client_idle_ms);
    }
    return false;
}

/* The same inside of a body. */
static bool settle_body(struct client *c)
{
    bool paused = c->kept.n != 0 || shell_is_full(c->shell);

    /* Nothing can be late while nothing is read. */
    if (paused)
        read_within(c, DEADLINE_NONE);
    else if (c->read_by_ms == DEADLINE_NONE)
        read_within(c, limits_of(c)->client_body_ms);
    return paused;
}

/* Reading stops when bytes wait that nobody can use now, and goes on when they
 * are gone. */
static void settle(struct client *c)
{
    bool paused = false;

    if (c->state == CLIENT_CLOSING)
        return;
    if (c->kept.n == 0)
        buf_release(&c->kept);
    if (c->state == CLIENT_HEAD)
        paused = settle_head(c);
    else if (c->state == CLIENT_BODY)
        paused = settle_body(c);
    else if (c->state == CLIENT_ANSWER)
        paused = c->kept.n >= KEEP_PAUSE;
    stream_pause(&c->stream, paused);
}

static void use_kept(struct client *c)
{
    size_t used = use(c, buf_str(&c->kept));

    buf_drop(&c->kept, used);
}

static void keep(struct client *c, struct str bytes)
{
    buf_add(&c->kept, bytes);
    if (c->kept.failed)
        client_close(c);
}

/* The exchange, the provider or the answer has moved: try again. */
static void on_again(struct loop_task *task)
{
    struct client *c = LOOP_OWNER(task, struct client, again);

    if (c->state == CLIENT_CLOSING)
        return;
    if (c->state == CLIENT_BODY)
        ask_for_body(c);
    if (c->kept.n != 0)
        use_kept(c);
    settle(c);
}

static void on_data(struct stream *s, struct str bytes)
{
    struct client *c = LOOP_OWNER(s, struct client, stream);

    if (c->kept.n != 0) {
        keep(c, bytes);
        if (c->state != CLIENT_CLOSING)
            use_kept(c);
    } else {
        keep(c, str_skip(bytes, use(c, bytes)));
    }
    settle(c);
}

static void on_end(struct stream *s, enum sl_rc rc, const char *text)
{
    struct client *c = LOOP_OWNER(s, struct client, stream);

    (void)rc;
    (void)text;
    if (c->shell == NULL && c->state != CLIENT_CLOSING)
        close_gently(c);
    else
        client_close(c);
}

static void on_drain(struct stream *s)
{
    struct client *c = LOOP_OWNER(s, struct client, stream);

    watch_writing(c);
    if (c->shell != NULL)
        shell_drained(c->shell);
    else if (c->state == CLIENT_HEAD)
        loop_defer(c->worker->loop, &c->again);
}

/* A held body is read to where it stays. What nobody waits for (a pipelined
 * request) is read in sips, to keep little of it. */
static struct exchange_room room(struct stream *s)
{
    struct client *c = LOOP_OWNER(s, struct client, stream);
    struct exchange_room room = {0};

    if (c->state == CLIENT_ANSWER)
        return (struct exchange_room){c->worker->sip, WORKER_SIP};
    if (c->state != CLIENT_BODY || c->kept.n != 0 ||
        c->framing.body != HTTP_BODY_LENGTH)
        return room;
    room = shell_room(c->shell);
    if (room.n > c->body_left)
        room.n = (size_t)c->body_left;
    return room;
}

static const struct stream_events stream_events = {
    .on_data = on_data,
    .on_end = on_end,
    .on_drain = on_drain,
    .room = room,
    .on_closed = on_stream_closed,
};

/* ---- time ---- */

static void on_read_late(struct client *c)
{
    static const struct err slow_head = {
        .rc = SL_REQUEST_TIMEOUT,
        .what = STR_INIT("the request's head took too long")};
    static const struct err slow_body = {
        .rc = SL_REQUEST_TIMEOUT,
        .what = STR_INIT("the request's body took too long")};

    c->read_by_ms = DEADLINE_NONE;
    if (c->state == CLIENT_HEAD && c->kept.n != 0) {
        refuse(c, SL_REQUEST_TIMEOUT, &slow_head);
    } else if (c->state == CLIENT_BODY && !shell_wants_body(c->shell)) {
        read_within(c, limits_of(c)->client_body_ms);
    } else if (c->state == CLIENT_BODY) {
        body_is_complete(c);
        c->must_close = true;
        shell_feed(c->shell, &(struct event){.kind = EVENT_BODY_FAILED,
                                             .rc = SL_REQUEST_TIMEOUT,
                                             .err = &slow_body});
    } else {
        close_gently(c);
    }
}

/* The stall may be over though no write has ended: some bytes went. */
static void on_write_late(struct client *c)
{
    size_t before = c->queued;

    c->write_by_ms = DEADLINE_NONE;
    watch_writing(c);
    if (c->write_by_ms != DEADLINE_NONE && c->queued >= before)
        client_close(c);
}

static void on_due(struct deadline *d)
{
    struct client *c = d->owner;
    int64_t now_ms = loop_now(c->worker->loop);

    if (c->write_by_ms <= now_ms)
        on_write_late(c);
    if (c->state != CLIENT_CLOSING && c->read_by_ms <= now_ms)
        on_read_late(c);
    if (c->state != CLIENT_CLOSING)
        set_deadline(c);
}

/* ---- life ---- */

void client_drain(struct client *c)
{
    if (c->state == CLIENT_HEAD && c->kept.n == 0)
        close_gently(c);
}

static void link_client(struct client *c)
{
    struct worker *w = c->worker;

    c->next = w->clients;
    if (c->next != NULL)
        c->next->prev = c;
    w->clients = c;
}

bool client_start(struct worker *w, const struct handed *h, enum sl_rc rc)
{
    struct client *c = calloc(1, sizeof(*c));
    struct tls_context *tls = h->is_unix ? NULL : w->generation->tls_server;

    if (c == NULL) {
        close(h->fd);
        return false;
    }
    c->worker = w;
    c->is_turned = rc != SL_OK;
    c->again.run = on_again;
    c->dead.bury = bury;
    c->read_by_ms = c->write_by_ms = DEADLINE_NONE;
    c->peer_n = address_write_peer(&h->peer, c->peer, sizeof(c->peer));
    buf_init(&c->kept, &w->loop->mem,
             (size_t)limits_of(c)->head + 4 * LOOP_READ);
    stream_init(&c->stream, w->loop, &stream_events);
    if (!stream_accept(&c->stream, h->fd, h->is_unix, tls)) {
        free(c);
        return false;
    }
    deadline_init(&c->deadline, w->loop, on_due, c);
    c->handles = 2;
    link_client(c);
    await_request(c);
    read_within(c, limits_of(c)->client_head_ms);
    if (rc != SL_OK)
        refuse(c, rc, NULL);
    return true;
}
