/* SPDX-License-Identifier: MIT */
/* Provider connections against a provider played by the test itself, in the
 * same thread: it accepts, reads and writes between turns of the loop, so that
 * every cut lies where the test puts it. */
#include "support.h"

#include "core/config.h"
#include "server/app.h"
#include "server/stream.h"
#include "server/tls.h"
#include "server/upstream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WAIT_MS = 5000, /* before a test gives up */
    BIG = 8 * 1024 * 1024,
};

/* ---- the loop, and a listener ---- */

struct net {
    struct app app;
    struct loop loop;
    struct origin origin;
    int listener;
};

static void turn(struct net *net)
{
    for (int i = 0; i < 3; i++) {
        loop_leave(&net->loop);
        (void)uv_run(&net->loop.uv, UV_RUN_NOWAIT);
    }
}

static void pause_ms(int ms)
{
    (void)poll(NULL, 0, ms);
}

/* Turns until *flag. */
static void wait_for(struct net *net, const bool *flag)
{
    for (int ms = 0; !*flag; ms++) {
        if (ms == WAIT_MS)
            fail_msg("it never came");
        turn(net);
        if (!*flag)
            pause_ms(1);
    }
}

static int listen_on(int family, int backlog, uint16_t *port)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_addr = in6addr_loopback};
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr *addr =
        family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t len = family == AF_INET ? sizeof v4 : sizeof v6;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    if (bind(fd, addr, len) != 0) {
        (void)close(fd);
        return -1;
    }
    assert_int_equal(listen(fd, backlog), 0);
    assert_int_equal(getsockname(fd, addr, &len), 0);
    *port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    return fd;
}

static void net_init(struct net *net)
{
    *net = (struct net){.listener = -1};
    assert_true(loop_init(&net->loop, &net->app, 0));
    assert_true(upstreams_init(&net->loop));
    net->origin = (struct origin){.host = STR("127.0.0.1"), .id = 7};
    net->listener = listen_on(AF_INET, 16, &net->origin.port);
}

static void net_release(struct net *net)
{
    upstreams_release(&net->loop);
    loop_release(&net->loop);
    tls_context_drop(net->app.tls_client);
    if (net->listener >= 0)
        (void)close(net->listener);
}

/* ---- what a call says ---- */

struct seen {
    struct net *net;
    struct call *call;
    struct buf body;
    int status;
    int64_t length;
    unsigned heads, pieces, lasts, drains;
    bool last_was_empty;
    enum sl_rc rc;
    const char *text;
    bool over;
    bool cancel_at_head, cancel_at_body, pause_at_head;
};

static void on_head(struct call *c, void *owner,
                    const struct http_response *res, int64_t length)
{
    struct seen *s = owner;

    assert_ptr_equal(c, s->call);
    assert_false(s->over);
    s->heads++;
    s->status = res->status;
    s->length = length;
    if (s->pause_at_head)
        call_pause(c, true);
    if (s->cancel_at_head) {
        call_cancel(c);
        s->over = true;
    }
}

static void on_body(struct call *c, void *owner, struct str bytes, bool last)
{
    struct seen *s = owner;

    assert_false(s->over);
    assert_int_equal(s->heads, 1);
    assert_true(last || bytes.n != 0);
    buf_add(&s->body, bytes);
    s->pieces++;
    if (last) {
        s->lasts++;
        s->last_was_empty = bytes.n == 0;
        s->over = true;
    } else if (s->cancel_at_body) {
        call_cancel(c);
        s->over = true;
    }
}

static void on_failed(struct call *c, void *owner, enum sl_rc rc,
                      const char *text)
{
    struct seen *s = owner;

    (void)c;
    assert_false(s->over);
    s->rc = rc;
    s->text = text;
    s->over = true;
}

static void on_drain(struct call *c, void *owner)
{
    struct seen *s = owner;

    (void)c;
    assert_false(s->over);
    s->drains++;
}

static const struct call_events events = {on_head, on_body, on_failed,
                                          on_drain};

static void seen_init(struct seen *s, struct net *net)
{
    *s = (struct seen){.net = net};
    buf_init(&s->body, &net->loop.mem, (size_t)4 * BIG);
}

/* What a test asks for; zeros are a GET. */
struct ask {
    struct str method;
    struct http_framing framing;
    bool fresh;
    int64_t connect_ms;
};

static struct secret key;

/* Starts a call; its body and end are the caller's. */
static void start(struct seen *s, const struct ask *ask)
{
    struct http_field fields[] = {
        {STR("host"), STR("test"), NULL},
        {STR("authorization"), STR("Bearer "), &key},
    };
    struct call_request request = {
        .origin = &s->net->origin,
        .method = ask->method.n != 0 ? ask->method : STR("GET"),
        .target = STR("/v1"),
        .fields = {fields, SL_LEN(fields)},
        .framing = ask->framing,
        .connect_ms = ask->connect_ms != 0 ? ask->connect_ms : WAIT_MS,
        .fresh = ask->fresh,
    };

    s->call = call_start(&s->net->loop, &request, &events, s);
    assert_non_null(s->call);
}

static void get(struct seen *s, const struct ask *ask)
{
    static const struct ask plain = {0};

    start(s, ask != NULL ? ask : &plain);
    call_end(s->call);
    call_flush(s->call);
    turn(s->net);
}

/* ---- the provider's side ---- */

static int take_conn(struct net *net)
{
    const int on = 1;
    int fd = -1;

    for (int ms = 0; fd < 0 && ms < WAIT_MS; ms++) {
        turn(net);
        fd = accept4(net->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            pause_ms(1);
    }
    assert_true(fd >= 0);
    /* What a test writes in pieces arrives in pieces, at once. */
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on),
                     0);
    turn(net);
    return fd;
}

/* Everything that can be read now, appended; false: the end was reached. */
static bool read_some(int fd, struct buf *into)
{
    for (;;) {
        char *to = buf_room(into, 65536);
        ssize_t n;

        assert_non_null(to);
        n = read(fd, to, 65536);
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        buf_grew(into, (size_t)n);
    }
}

/* Fails unless exactly this came. */
static void expect(struct net *net, int fd, struct str want)
{
    struct buf got;

    turn(net);
    buf_init(&got, &net->loop.mem, BIG);
    assert_true(read_some(fd, &got));
    check_str(buf_str(&got), want);
    buf_release(&got);
}

#define GET                                                        \
    STR("GET /v1 HTTP/1.1\r\nhost: test\r\nauthorization: Bearer " \
        "sk-1\r\n\r\n")

static void answer(struct net *net, int fd, struct str bytes)
{
    assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
    turn(net);
}

static bool is_closed(struct net *net, int fd)
{
    struct buf got;
    bool closed;

    turn(net);
    buf_init(&got, &net->loop.mem, BIG);
    closed = !read_some(fd, &got);
    buf_release(&got);
    return closed;
}

/* ---- answers ---- */

struct reply_case {
    const char *name;
    struct str method, wire;
    int status;
    int64_t length;
    struct str body;
    enum sl_rc rc; /* SL_OK: complete */
    bool kept;     /* the connection can be used again */
    bool closes;   /* the provider closes after it */
};

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "transfer-encoding: chunked\r\n\r\n"

static const struct reply_case replies[] = {
    {"length", STR_INIT("GET"), STR_INIT(OK "content-length: 5\r\n\r\nhello"),
     200, 5, STR_INIT("hello"), SL_OK, true, false},
    {"length 0", STR_INIT("GET"), STR_INIT(OK "content-length: 0\r\n\r\n"), 200,
     0, STR_INIT(""), SL_OK, true, false},
    {"close after it", STR_INIT("GET"),
     STR_INIT(OK "connection: close\r\ncontent-length: 2\r\n\r\nhi"), 200, 2,
     STR_INIT("hi"), SL_OK, false, false},
    {"chunked", STR_INIT("GET"),
     STR_INIT(CHUNKED "5\r\nhello\r\n1;x=y\r\n,\r\nA\r\n0123456789\r\n"
                      "0\r\nt: v\r\n\r\n"),
     200, -1, STR_INIT("hello,0123456789"), SL_OK, true, false},
    {"chunked and empty", STR_INIT("GET"), STR_INIT(CHUNKED "0\r\n\r\n"), 200,
     -1, STR_INIT(""), SL_OK, true, false},
    {"until close", STR_INIT("GET"), STR_INIT(OK "\r\nall of it"), 200, -1,
     STR_INIT("all of it"), SL_OK, false, true},
    {"http/1.0", STR_INIT("GET"), STR_INIT("HTTP/1.0 200 OK\r\n\r\nold"), 200,
     -1, STR_INIT("old"), SL_OK, false, true},
    /* A body that must not be there may follow all the same. */
    {"head", STR_INIT("HEAD"), STR_INIT(OK "content-length: 99\r\n\r\n"), 200,
     0, STR_INIT(""), SL_OK, false, false},
    {"head, chunked", STR_INIT("HEAD"), STR_INIT(CHUNKED), 200, 0, STR_INIT(""),
     SL_OK, false, false},
    {"204", STR_INIT("GET"), STR_INIT("HTTP/1.1 204 No Content\r\n\r\n"), 204,
     0, STR_INIT(""), SL_OK, false, false},
    {"304", STR_INIT("GET"),
     STR_INIT("HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n"), 304, 0,
     STR_INIT(""), SL_OK, false, false},
    {"interim heads", STR_INIT("GET"),
     STR_INIT("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
              "link: x\r\n\r\n" OK "content-length: 1\r\n\r\n1"),
     200, 1, STR_INIT("1"), SL_OK, true, false},
    {"more than was asked", STR_INIT("GET"),
     STR_INIT(OK "content-length: 2\r\n\r\nhiHTTP"), 200, 2, STR_INIT("hi"),
     SL_OK, false, false},
    {"switching protocols", STR_INIT("GET"),
     STR_INIT("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n"), 0, 0,
     STR_INIT(""), SL_UP_GARBAGE, false, false},
    {"garbage", STR_INIT("GET"), STR_INIT("SSH-2.0-x\r\n\r\n"), 0, 0,
     STR_INIT(""), SL_UP_GARBAGE, false, false},
    {"bad chunk", STR_INIT("GET"), STR_INIT(CHUNKED "2\r\nhi\r\nx"), 200, -1,
     STR_INIT("hi"), SL_UP_GARBAGE, false, false},
    {"cut length", STR_INIT("GET"),
     STR_INIT(OK "content-length: 5\r\n\r\nhell"), 200, 5, STR_INIT("hell"),
     SL_UP_CUT, false, true},
    {"cut chunks", STR_INIT("GET"), STR_INIT(CHUNKED "5\r\nhel"), 200, -1,
     STR_INIT("hel"), SL_UP_CUT, false, true},
    {"cut before the last chunk", STR_INIT("GET"),
     STR_INIT(CHUNKED "3\r\nhel\r\n"), 200, -1, STR_INIT("hel"), SL_UP_CUT,
     false, true},
    {"cut head", STR_INIT("GET"), STR_INIT(OK "content-le"), 0, 0, STR_INIT(""),
     SL_UP_CUT, false, true},
    {"nothing", STR_INIT("GET"), STR_INIT(""), 0, 0, STR_INIT(""), SL_UP_CUT,
     false, true},
};

/* Plays `wire` in two pieces (cut < n), or byte by byte (cut > n). */
static void play(struct net *net, int fd, struct str wire, size_t cut)
{
    size_t step = cut <= wire.n ? cut : 1;

    for (size_t at = 0; at < wire.n;) {
        size_t n = step == 0 || step > wire.n - at ? wire.n - at : step;

        /* It may have been closed for what came so far. */
        if (write(fd, wire.p + at, n) != (ssize_t)n)
            return;
        turn(net);
        at += n;
        if (cut <= wire.n)
            step = 0;
    }
}

static void check_reply(struct net *net, const struct reply_case *c, size_t cut)
{
    struct ask ask = {.method = c->method};
    struct upstream_stats before = upstreams_stats(&net->loop);
    struct upstream_stats stats;
    struct seen seen;
    char label[80];
    int fd;

    (void)snprintf(label, sizeof label, "%s, cut at %zu", c->name, cut);
    seen_init(&seen, net);
    get(&seen, &ask);
    fd = take_conn(net);
    (void)is_closed(net, fd); /* reads the request: else a close is a reset */
    play(net, fd, c->wire, cut);
    if (c->closes) {
        (void)close(fd);
        turn(net);
    }
    if (!seen.over || seen.rc != c->rc || seen.status != c->status ||
        seen.length != c->length || seen.lasts != (c->rc == SL_OK ? 1 : 0))
        fail_msg("%s: over %d rc %d status %d length %lld lasts %u", label,
                 seen.over, (int)seen.rc, seen.status, (long long)seen.length,
                 seen.lasts);
    check_str_case(label, buf_str(&seen.body), c->body);
    stats = upstreams_stats(&net->loop);
    /* "more than was asked" in a read of its own finds the connection idle. */
    if ((stats.idle == 1) != c->kept)
        fail_msg("%s: idle %d", label, (int)stats.idle);
    assert_int_equal(stats.busy, 0);
    assert_int_equal(stats.connects, before.connects + 1);
    if (!c->closes) {
        upstreams_close_idle(&net->loop);
        assert_true(is_closed(net, fd));
        (void)close(fd);
    }
    buf_release(&seen.body);
}

static void answers_cut_anywhere(void **state)
{
    struct net net;

    (void)state;
    net_init(&net);
    for (size_t i = 0; i < SL_LEN(replies); i++)
        for (size_t cut = 0; cut <= replies[i].wire.n + 1; cut++)
            check_reply(&net, &replies[i], cut);
    net_release(&net);
}

static void the_last_piece_says_so(void **state)
{
    static const struct str wires[] = {
        STR_INIT(OK "content-length: 5\r\n\r\nhello"),
        STR_INIT(CHUNKED "5\r\nhello\r\n0\r\n\r\n"),
    };
    struct net net;

    (void)state;
    net_init(&net);
    for (size_t i = 0; i < SL_LEN(wires); i++) {
        struct seen seen;
        int fd;

        seen_init(&seen, &net);
        get(&seen, NULL);
        fd = take_conn(&net);
        answer(&net, fd, wires[i]);
        assert_int_equal(seen.lasts, 1);
        assert_int_equal(seen.pieces, 1);
        assert_false(seen.last_was_empty);
        buf_release(&seen.body);
        (void)close(fd);
        turn(&net);
        assert_int_equal(upstreams_stats(&net.loop).idle, 0);
    }
    net_release(&net);
}

/* n interim heads, then an answer. */
static enum sl_rc interim(unsigned n)
{
    struct net net;
    struct seen seen;
    enum sl_rc rc;
    int fd;

    net_init(&net);
    seen_init(&seen, &net);
    get(&seen, NULL);
    fd = take_conn(&net);
    for (unsigned i = 0; i < n && !seen.over; i++)
        answer(&net, fd, STR("HTTP/1.1 102 Processing\r\n\r\n"));
    if (!seen.over)
        answer(&net, fd, STR(OK "content-length: 0\r\n\r\n"));
    assert_true(seen.over);
    rc = seen.rc;
    (void)close(fd);
    net_release(&net);
    return rc;
}

static void at_most_eight_interim_heads(void **state)
{
    (void)state;
    assert_int_equal(interim(8), SL_OK);
    assert_int_equal(interim(9), SL_UP_GARBAGE);
}

/* A head of that many bytes, with a body behind it in the same write. */
static enum sl_rc head_of(size_t n)
{
    static const char start_line[] = OK "content-length: 2\r\nx: ";
    static const char end[] = {'\r', '\n', '\r', '\n', 'h', 'i'};
    char *head = malloc(n + 2);
    struct net net;
    struct seen seen;
    enum sl_rc rc;
    int fd;

    assert_non_null(head);
    memset(head, 'y', n);
    memcpy(head, start_line, sizeof start_line - 1);
    memcpy(head + n - 4, end, sizeof end);
    net_init(&net);
    seen_init(&seen, &net);
    get(&seen, NULL);
    fd = take_conn(&net);
    for (size_t at = 0; at < n + 2 && !seen.over;) {
        ssize_t sent = write(fd, head + at, n + 2 - at);

        assert_true(sent > 0);
        at += (size_t)sent;
        turn(&net);
    }
    assert_true(seen.over);
    rc = seen.rc;
    if (rc == SL_OK)
        check_str(buf_str(&seen.body), STR("hi"));
    buf_release(&seen.body);
    (void)close(fd);
    free(head);
    net_release(&net);
    return rc;
}

static void heads_up_to_their_limit(void **state)
{
    (void)state;
    assert_int_equal(head_of(64UL * 1024), SL_OK);
    assert_int_equal(head_of(64UL * 1024 + 1), SL_UP_GARBAGE);
}

/* ---- keeping connections ---- */

static const struct str hello = STR_INIT(OK "content-length: 5\r\n\r\nhello");

/* A GET that is answered; on fd, or a new connection when it is -1. */
static int round_trip(struct net *net, int fd)
{
    struct seen seen;

    seen_init(&seen, net);
    get(&seen, NULL);
    if (fd < 0)
        fd = take_conn(net);
    expect(net, fd, GET);
    answer(net, fd, hello);
    assert_true(seen.over);
    assert_int_equal(seen.rc, SL_OK);
    check_str(buf_str(&seen.body), STR("hello"));
    buf_release(&seen.body);
    return fd;
}

static void one_connection_for_many_requests(void **state)
{
    struct upstream_stats stats;
    struct net net;
    int fd;

    (void)state;
    net_init(&net);
    fd = round_trip(&net, -1);
    for (int i = 0; i < 4; i++)
        assert_int_equal(round_trip(&net, fd), fd);
    stats = upstreams_stats(&net.loop);
    assert_int_equal(stats.connects, 1);
    assert_int_equal(stats.reuses, 4);
    assert_int_equal(stats.idle, 1);
    (void)close(fd);
    net_release(&net);
}

static void origins_do_not_share(void **state)
{
    struct net net;
    uint16_t port = 0;
    int first, second;
    int listener = listen_on(AF_INET, 4, &port);

    (void)state;
    net_init(&net);
    first = round_trip(&net, -1);
    /* The same id, as hashes may collide. */
    (void)close(net.listener);
    net.listener = listener;
    net.origin.port = port;
    second = round_trip(&net, -1);
    assert_int_equal(upstreams_stats(&net.loop).idle, 2);
    (void)close(first);
    (void)close(second);
    net_release(&net);
}

static void idle_connection_closed_by_provider(void **state)
{
    struct net net;
    int fd;

    (void)state;
    net_init(&net);
    fd = round_trip(&net, -1);
    (void)close(fd);
    turn(&net);
    assert_int_equal(upstreams_stats(&net.loop).idle, 0);
    fd = round_trip(&net, -1);
    assert_int_equal(upstreams_stats(&net.loop).connects, 2);
    /* So does one that speaks out of turn. */
    answer(&net, fd, STR("HTTP/1.1 408 Request Timeout\r\n\r\n"));
    assert_int_equal(upstreams_stats(&net.loop).idle, 0);
    assert_true(is_closed(&net, fd));
    (void)close(fd);
    net_release(&net);
}

static void stale_connection_is_told(void **state)
{
    struct ask fresh = {.fresh = true};
    struct net net;
    struct seen seen;
    int fd, other;

    (void)state;
    net_init(&net);
    fd = round_trip(&net, -1);
    seen_init(&seen, &net);
    get(&seen, NULL);
    expect(&net, fd, GET);
    (void)close(fd);
    turn(&net);
    assert_true(seen.over);
    assert_int_equal(seen.rc, SL_UP_STALE);

    fd = round_trip(&net, -1);
    seen_init(&seen, &net);
    get(&seen, &fresh);
    other = take_conn(&net);
    expect(&net, other, GET);
    answer(&net, other, hello);
    assert_int_equal(seen.rc, SL_OK);
    buf_release(&seen.body);
    assert_int_equal(upstreams_stats(&net.loop).idle, 2);
    (void)close(fd);
    (void)close(other);
    net_release(&net);
}

static void after_a_byte_it_is_cut_not_stale(void **state)
{
    struct net net;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    fd = round_trip(&net, -1);
    seen_init(&seen, &net);
    get(&seen, NULL);
    answer(&net, fd, STR("H"));
    (void)close(fd);
    turn(&net);
    assert_true(seen.over);
    assert_int_equal(seen.rc, SL_UP_CUT);
    net_release(&net);
}

static void reset_by_provider(void **state)
{
    struct linger hard = {.l_onoff = 1};
    struct net net;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    seen_init(&seen, &net);
    get(&seen, NULL);
    fd = take_conn(&net);
    answer(&net, fd, STR(OK "\r\nuntil the end"));
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard),
                     0);
    (void)close(fd);
    turn(&net);
    /* A reset is no end of a body that ends with the connection. */
    assert_true(seen.over);
    assert_int_equal(seen.rc, SL_UP_CUT);
    buf_release(&seen.body);
    net_release(&net);
}

static void the_pool_has_limits(void **state)
{
    struct limits limits = {.pool = 1, .pool_idle_ms = 60, .dns_ms = 1000};
    struct net net;
    struct seen seen[2];
    int fd[2];

    (void)state;
    net_init(&net);
    upstreams_set_limits(&net.loop, &limits);
    for (int i = 0; i < 2; i++) {
        seen_init(&seen[i], &net);
        get(&seen[i], NULL);
        fd[i] = take_conn(&net);
    }
    for (int i = 0; i < 2; i++) {
        answer(&net, fd[i], hello);
        assert_true(seen[i].over);
        buf_release(&seen[i].body);
    }
    assert_int_equal(upstreams_stats(&net.loop).idle, 1);
    assert_true(is_closed(&net, fd[1]));
    for (int ms = 0; ms < WAIT_MS && upstreams_stats(&net.loop).idle != 0;
         ms++) {
        pause_ms(1);
        turn(&net);
    }
    assert_int_equal(upstreams_stats(&net.loop).idle, 0);
    assert_true(is_closed(&net, fd[0]));
    (void)close(fd[0]);
    (void)close(fd[1]);
    net_release(&net);
}

/* ---- requests ---- */

static void request_bodies(void **state)
{
    struct ask chunked = {.method = STR("POST"),
                          .framing = {.body = HTTP_BODY_CHUNKED}};
    struct ask length = {.method = STR("POST"),
                         .framing = {.body = HTTP_BODY_LENGTH, .length = 9}};
    char piece[] = "some";
    struct net net;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    fd = round_trip(&net, -1);
    seen_init(&seen, &net);
    start(&seen, &chunked);
    call_push(seen.call, STR("some"));
    call_push(seen.call, (struct str){0});
    call_push(seen.call, STR(" more"));
    call_end(seen.call);
    call_flush(seen.call);
    expect(&net, fd,
           STR("POST /v1 HTTP/1.1\r\nhost: test\r\nauthorization: Bearer "
               "sk-1\r\ntransfer-encoding: chunked\r\n\r\n"
               "4\r\nsome\r\n5\r\n more\r\n0\r\n\r\n"));
    answer(&net, fd, hello);
    assert_true(seen.over);
    buf_release(&seen.body);

    /* Not connected yet: what was pushed is kept. */
    (void)close(fd);
    turn(&net);
    seen_init(&seen, &net);
    start(&seen, &length);
    call_push(seen.call, (struct str){piece, 4});
    call_flush(seen.call);
    assert_int_equal(call_queued(seen.call), 4);
    memset(piece, 'x', 4);
    fd = take_conn(&net);
    assert_int_equal(seen.drains, 1);
    call_push(seen.call, STR(" more"));
    call_end(seen.call);
    call_flush(seen.call);
    expect(&net, fd,
           STR("POST /v1 HTTP/1.1\r\nhost: test\r\nauthorization: Bearer "
               "sk-1\r\ncontent-length: 9\r\n\r\nsome more"));
    answer(&net, fd, hello);
    assert_int_equal(upstreams_stats(&net.loop).idle, 1);
    buf_release(&seen.body);
    (void)close(fd);
    net_release(&net);
}

static void early_answer_ends_the_connection(void **state)
{
    struct ask chunked = {.method = STR("POST"),
                          .framing = {.body = HTTP_BODY_CHUNKED}};
    struct net net;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    seen_init(&seen, &net);
    start(&seen, &chunked);
    call_push(seen.call, STR("begin"));
    call_flush(seen.call);
    fd = take_conn(&net);
    answer(&net, fd,
           STR("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno"));
    assert_true(seen.over);
    assert_int_equal(seen.rc, SL_OK);
    assert_int_equal(seen.status, 413);
    assert_int_equal(upstreams_stats(&net.loop).idle, 0);
    assert_true(is_closed(&net, fd));
    buf_release(&seen.body);
    (void)close(fd);
    net_release(&net);
}

/* The provider answers and closes while more is being sent. */
static void answer_before_a_failed_write(void **state)
{
    struct ask chunked = {.method = STR("POST"),
                          .framing = {.body = HTTP_BODY_CHUNKED}};
    struct net net;
    struct seen seen;
    struct buf got;
    int fd;

    (void)state;
    net_init(&net);
    seen_init(&seen, &net);
    start(&seen, &chunked);
    call_push(seen.call, STR("begin"));
    call_flush(seen.call);
    fd = take_conn(&net);
    buf_init(&got, &net.loop.mem, BIG);
    assert_true(read_some(fd, &got));
    buf_release(&got);
    assert_int_equal(write(fd, OK "\r\nno", 21), 21);
    (void)shutdown(fd, SHUT_RD);
    (void)close(fd);
    /* No turn in between: these writes hit the closed socket. */
    for (int i = 0; i < 3; i++) {
        call_push(seen.call, STR("more"));
        call_flush(seen.call);
    }
    wait_for(&net, &seen.over);
    assert_int_equal(upstreams_stats(&net.loop).busy, 0);
    assert_true(seen.rc == SL_OK || seen.rc == SL_UP_CUT);
    buf_release(&seen.body);
    net_release(&net);
}

static struct str big_body(void)
{
    char *p = malloc(BIG);

    assert_non_null(p);
    for (size_t i = 0; i < BIG; i++)
        p[i] = (char)('a' + (i * 7 + i / 4096) % 26);
    return (struct str){p, BIG};
}

static void free_body(struct str body)
{
    free((void *)(uintptr_t)body.p);
}

static void large_request_to_a_slow_provider(void **state)
{
    struct ask ask = {.method = STR("POST"),
                      .framing = {.body = HTTP_BODY_LENGTH, .length = BIG}};
    struct str body = big_body();
    struct buf got;
    struct net net;
    struct seen seen;
    size_t head_n;
    int fd;

    (void)state;
    net_init(&net);
    fd = round_trip(&net, -1);
    seen_init(&seen, &net);
    start(&seen, &ask);
    call_push(seen.call, str_first(body, BIG / 2));
    call_flush(seen.call);
    call_push(seen.call, str_skip(body, BIG / 2));
    call_end(seen.call);
    call_flush(seen.call);
    turn(&net);
    assert_true(call_queued(seen.call) > 0);
    assert_int_equal(seen.drains, 0);
    buf_init(&got, &net.loop.mem, (size_t)2 * BIG);
    for (int i = 0; i < 100000 && call_queued(seen.call) != 0; i++) {
        assert_true(read_some(fd, &got));
        turn(&net);
    }
    assert_true(read_some(fd, &got));
    assert_int_equal(call_queued(seen.call), 0);
    assert_int_equal(seen.drains, 1);
    head_n = str_find_str(buf_str(&got), STR("\r\n\r\n")) + 4;
    assert_int_equal(got.n - head_n, body.n);
    assert_memory_equal(got.p + head_n, body.p, body.n);
    buf_release(&got);
    answer(&net, fd, hello);
    assert_int_equal(upstreams_stats(&net.loop).idle, 1);
    buf_release(&seen.body);
    free_body(body);
    (void)close(fd);
    net_release(&net);
}

/* ---- back-pressure, cancelling ---- */

static size_t write_some(int fd, struct str s)
{
    ssize_t n = s.n != 0 ? write(fd, s.p, s.n) : 0;

    return n > 0 ? (size_t)n : 0;
}

static void paused_answer(void **state)
{
    struct str body = big_body();
    struct net net;
    struct seen seen;
    char head[64];
    size_t at = 0;
    size_t before;
    int fd;

    (void)state;
    net_init(&net);
    seen_init(&seen, &net);
    seen.pause_at_head = true;
    get(&seen, NULL);
    fd = take_conn(&net);
    (void)snprintf(head, sizeof head, OK "content-length: %d\r\n\r\n", BIG);
    answer(&net, fd, str_of(head));
    assert_int_equal(seen.heads, 1);
    for (int i = 0; i < 1000; i++) {
        at += write_some(fd, str_skip(body, at));
        turn(&net);
    }
    assert_int_equal(seen.body.n, 0);
    assert_true(at < BIG);
    call_pause(seen.call, false);
    turn(&net);
    assert_true(seen.body.n > 0);
    call_pause(seen.call, true);
    before = seen.body.n;
    turn(&net);
    assert_int_equal(seen.body.n, before);
    call_pause(seen.call, false);
    for (int i = 0; i < 100000 && !seen.over; i++) {
        at += write_some(fd, str_skip(body, at));
        turn(&net);
    }
    assert_true(seen.over);
    assert_int_equal(seen.lasts, 1);
    assert_int_equal(seen.body.n, BIG);
    assert_memory_equal(seen.body.p, body.p, BIG);
    buf_release(&seen.body);
    free_body(body);
    (void)close(fd);
    net_release(&net);
}

/* An answer whose last piece came while paused must not leave a connection in
 * the pool that does not read. */
static void pooled_connections_read(void **state)
{
    struct net net;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    seen_init(&seen, &net);
    seen.pause_at_head = true;
    get(&seen, NULL);
    fd = take_conn(&net);
    answer(&net, fd, hello);
    assert_true(seen.over);
    assert_int_equal(upstreams_stats(&net.loop).idle, 1);
    (void)close(fd);
    turn(&net);
    assert_int_equal(upstreams_stats(&net.loop).idle, 0);
    buf_release(&seen.body);
    net_release(&net);
}

static void cancel_closes(void **state)
{
    struct net net;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    /* while connecting */
    seen_init(&seen, &net);
    start(&seen, &(struct ask){0});
    call_cancel(seen.call);
    turn(&net);
    /* while waiting */
    seen_init(&seen, &net);
    get(&seen, NULL);
    fd = take_conn(&net);
    call_cancel(seen.call);
    (void)uv_run(&net.loop.uv, UV_RUN_NOWAIT);
    assert_true(is_closed(&net, fd));
    (void)close(fd);
    /* from inside its events */
    for (int i = 0; i < 2; i++) {
        seen_init(&seen, &net);
        seen.cancel_at_head = i == 0;
        seen.cancel_at_body = i == 1;
        get(&seen, NULL);
        fd = take_conn(&net);
        answer(&net, fd,
               STR(CHUNKED "2\r\nhi\r\n2\r\nho\r\n3\r\nhum\r\n0\r\n\r\n"));
        assert_true(seen.over);
        assert_int_equal(seen.pieces, i);
        assert_int_equal(seen.rc, SL_OK);
        assert_true(is_closed(&net, fd));
        buf_release(&seen.body);
        (void)close(fd);
    }
    assert_int_equal(upstreams_stats(&net.loop).busy, 0);
    assert_int_equal(upstreams_stats(&net.loop).idle, 0);
    net_release(&net);
}

/* ---- connecting ---- */

/* A call that fails: with what? */
static enum sl_rc failure(struct net *net, int64_t connect_ms)
{
    struct ask ask = {.connect_ms = connect_ms};
    struct seen seen;

    seen_init(&seen, net);
    start(&seen, &ask);
    call_end(seen.call);
    call_flush(seen.call);
    assert_false(seen.over);
    wait_for(net, &seen.over);
    assert_int_equal(seen.heads, 0);
    assert_true(seen.text != NULL && seen.text[0] != '\0');
    assert_int_equal(upstreams_stats(&net->loop).busy, 0);
    return seen.rc;
}

static void refused(void **state)
{
    struct net net;

    (void)state;
    net_init(&net);
    (void)close(net.listener);
    net.listener = -1;
    assert_int_equal(failure(&net, 0), SL_UP_REFUSED);
    net.origin.host = STR("localhost");
    assert_int_equal(failure(&net, 0), SL_UP_REFUSED);
    net_release(&net);
}

static void connecting_takes_too_long(void **state)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct net net;
    int fill[4];

    (void)state;
    net_init(&net);
    (void)close(net.listener);
    net.listener = listen_on(AF_INET, 0, &net.origin.port);
    addr.sin_port = htons(net.origin.port);
    /* A full backlog: nothing answers any more. */
    for (size_t i = 0; i < SL_LEN(fill); i++) {
        fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(fill[i], (struct sockaddr *)&addr, sizeof addr);
    }
    assert_int_equal(failure(&net, 80), SL_UP_CONNECT_TIMEOUT);
    for (size_t i = 0; i < SL_LEN(fill); i++)
        (void)close(fill[i]);
    net_release(&net);
}

static void names_that_do_not_resolve(void **state)
{
    static const char label[] = "a-label-of-more-than-sixty-three-bytes-can-"
                                "not-be-asked-for-anywhere-.example";
    struct net net;

    (void)state;
    net_init(&net);
    net.origin.host = str_of(label);
    assert_int_equal(failure(&net, 0), SL_UP_DNS);
    net.origin.host = STR("two words");
    assert_int_equal(failure(&net, 0), SL_UP_DNS);
    net.origin.host = STR("");
    assert_int_equal(failure(&net, 0), SL_UP_DNS);
    net.origin.host = STR("nul\0byte");
    assert_int_equal(failure(&net, 0), SL_UP_DNS);
    net_release(&net);
}

/* Three calls at once to a name: one question, whatever answers. */
static void three_at_once(struct net *net, struct str host)
{
    struct seen seen[3];
    int fd[3];

    net->origin.host = host;
    for (int k = 0; k < 3; k++) {
        seen_init(&seen[k], net);
        start(&seen[k], &(struct ask){0});
        call_end(seen[k].call);
        call_flush(seen[k].call);
    }
    for (int k = 0; k < 3; k++)
        fd[k] = take_conn(net);
    for (int k = 0; k < 3; k++)
        answer(net, fd[k], hello);
    for (int k = 0; k < 3; k++) {
        assert_true(seen[k].over);
        assert_int_equal(seen[k].rc, SL_OK);
        buf_release(&seen[k].body);
        (void)close(fd[k]);
    }
    turn(net);
    (void)close(round_trip(net, -1));
}

static void localhost(void **state)
{
    static const int families[] = {AF_INET, AF_INET6};

    (void)state;
    for (size_t i = 0; i < SL_LEN(families); i++) {
        struct net net;

        net_init(&net);
        (void)close(net.listener);
        net.listener = listen_on(families[i], 8, &net.origin.port);
        if (net.listener >= 0) /* else there is no such family here */
            three_at_once(&net, STR("localhost"));
        net_release(&net);
    }
}

/* "127.1" is an address to the resolver alone: nothing leaves the machine. */
static void names_are_looked_up(void **state)
{
    struct limits limits = {.pool = 1, .pool_idle_ms = 1000};
    struct net net;

    (void)state;
    net_init(&net);
    three_at_once(&net, STR("127.1"));
    turn(&net);
    upstreams_set_limits(&net.loop, &limits); /* nothing is remembered */
    three_at_once(&net, STR("127.1"));
    net_release(&net);
}

static void numeric_ipv6(void **state)
{
    struct net net;

    (void)state;
    net_init(&net);
    (void)close(net.listener);
    net.listener = listen_on(AF_INET6, 8, &net.origin.port);
    net.origin.host = STR("::1");
    if (net.listener >= 0)
        (void)close(round_trip(&net, -1));
    net_release(&net);
}

/* Cancelled, and the loop released, while a name is being looked up. */
static void released_while_resolving(void **state)
{
    struct net net;
    struct seen seen;

    (void)state;
    net_init(&net);
    net.origin.host = STR("127.1");
    seen_init(&seen, &net);
    start(&seen, &(struct ask){0});
    call_cancel(seen.call);
    net_release(&net);
}

/* ---- TLS ---- */

static char certs[] = "/tmp/sluice-certs-XXXXXX";

/* A provider that speaks TLS, made of the same streams. */
struct peer {
    struct stream stream;
    struct net *net;
    struct tls_context *ctx;
    struct str reply;
    size_t asked;  /* bytes of requests */
    size_t body_n; /* it answers when it has got that much after the head */
    bool resumed, open, ended, closed;
    enum sl_rc rc;
};

static struct peer *of_peer(struct stream *s)
{
    return LOOP_OWNER(s, struct peer, stream);
}

static void peer_open(struct stream *s)
{
    of_peer(s)->open = true;
    of_peer(s)->resumed = tls_resumed(s->tls);
}

static void peer_data(struct stream *s, struct str bytes)
{
    struct peer *p = of_peer(s);

    p->asked += bytes.n;
    if (p->asked < p->body_n)
        return;
    p->asked = 0;
    stream_put(s, p->reply);
    stream_flush(s);
}

static void peer_end(struct stream *s, enum sl_rc rc, const char *text)
{
    (void)text;
    of_peer(s)->ended = true;
    of_peer(s)->rc = rc;
    stream_close(s);
}

static void peer_closed(struct stream *s)
{
    of_peer(s)->closed = true;
}

static const struct stream_events peer_events = {
    .on_open = peer_open,
    .on_data = peer_data,
    .on_end = peer_end,
    .on_closed = peer_closed,
};

static struct tls_context *server_ctx(const char *name)
{
    char cert[80], private_key[80], text[200];
    struct tls_context *ctx;

    (void)snprintf(cert, sizeof cert, "%s/%s.pem", certs, name);
    (void)snprintf(private_key, sizeof private_key, "%s/%s.key", certs, name);
    ctx = tls_server_context(cert, private_key, text, sizeof text);
    if (ctx == NULL)
        fail_msg("%s", text);
    return ctx;
}

static void peer_init(struct peer *p, struct net *net, const char *cert)
{
    char text[200];

    *p = (struct peer){.net = net, .reply = hello};
    p->ctx = server_ctx(cert);
    if (net->app.tls_client == NULL)
        net->app.tls_client = tls_client_context(text, sizeof text);
    assert_non_null(net->app.tls_client);
    net->origin.tls = true;
}

static void peer_accept(struct peer *p)
{
    int fd = take_conn(p->net);

    p->open = p->ended = p->closed = false;
    stream_init(&p->stream, &p->net->loop, &peer_events);
    assert_true(stream_accept(&p->stream, fd, false, p->ctx));
}

static void peer_close(struct peer *p)
{
    stream_close(&p->stream);
    wait_for(p->net, &p->closed);
}

static void tls_round_trips_and_resumption(void **state)
{
    struct net net;
    struct peer peer;
    struct seen seen;

    (void)state;
    net_init(&net);
    net.origin.host = STR("localhost");
    peer_init(&peer, &net, "good");
    for (int i = 0; i < 4; i++) {
        seen_init(&seen, &net);
        get(&seen, NULL);
        if (i % 2 == 0)
            peer_accept(&peer);
        wait_for(&net, &seen.over);
        assert_int_equal(seen.rc, SL_OK);
        check_str(buf_str(&seen.body), STR("hello"));
        buf_release(&seen.body);
        assert_int_equal(upstreams_stats(&net.loop).idle, 1);
        assert_true(peer.resumed == (i >= 2));
        if (i == 1)
            peer_close(&peer);
    }
    assert_int_equal(upstreams_stats(&net.loop).connects, 2);
    assert_int_equal(upstreams_stats(&net.loop).reuses, 2);
    peer_close(&peer);
    tls_context_drop(peer.ctx);
    net_release(&net);
}

static void tls_by_address(void **state)
{
    struct net net;
    struct peer peer;
    struct seen seen;

    (void)state;
    net_init(&net);
    peer_init(&peer, &net, "good");
    seen_init(&seen, &net);
    get(&seen, NULL);
    peer_accept(&peer);
    wait_for(&net, &seen.over);
    assert_int_equal(seen.rc, SL_OK);
    buf_release(&seen.body);
    peer_close(&peer);
    tls_context_drop(peer.ctx);
    net_release(&net);
}

static void tls_certificates_are_verified(void **state)
{
    static const struct {
        const char *cert, *host;
    } cases[] = {
        {"other", "localhost"}, /* another name */
        {"other", "127.0.0.1"}, /* another name for an address */
        {"self", "localhost"},  /* the right name, not trusted */
        {"expired", "localhost"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct net net;
        struct peer peer;
        struct seen seen;

        net_init(&net);
        net.origin.host = str_of(cases[i].host);
        peer_init(&peer, &net, cases[i].cert);
        seen_init(&seen, &net);
        get(&seen, NULL);
        peer_accept(&peer);
        wait_for(&net, &seen.over);
        if (seen.rc != SL_UP_TLS)
            fail_msg("%s for %s: %d", cases[i].cert, cases[i].host,
                     (int)seen.rc);
        wait_for(&net, &peer.closed);
        assert_int_equal(peer.asked, 0);
        tls_context_drop(peer.ctx);
        net_release(&net);
    }
}

static void tls_large_both_ways(void **state)
{
    struct ask ask = {.method = STR("POST"),
                      .framing = {.body = HTTP_BODY_LENGTH, .length = BIG}};
    static const char head[] = OK "content-length: 8388608\r\n\r\n";
    struct str body = big_body();
    struct net net;
    struct peer peer;
    struct seen seen;
    struct buf reply;

    (void)state;
    net_init(&net);
    net.origin.host = STR("localhost");
    peer_init(&peer, &net, "good");
    buf_init(&reply, &net.loop.mem, (size_t)2 * BIG);
    buf_add(&reply, str_of(head));
    buf_add(&reply, body);
    peer.reply = buf_str(&reply);
    peer.body_n = BIG;
    seen_init(&seen, &net);
    start(&seen, &ask);
    call_push(seen.call, body);
    call_end(seen.call);
    call_flush(seen.call);
    peer_accept(&peer);
    wait_for(&net, &seen.over);
    assert_int_equal(seen.rc, SL_OK);
    assert_int_equal(seen.body.n, BIG);
    assert_memory_equal(seen.body.p, body.p, BIG);
    buf_release(&seen.body);
    buf_release(&reply);
    free_body(body);
    peer_close(&peer);
    tls_context_drop(peer.ctx);
    net_release(&net);
}

/* A body until close ends with close_notify; without it, it is cut. */
static void tls_end_of_body(void **state)
{
    (void)state;
    for (int notify = 0; notify < 2; notify++) {
        struct net net;
        struct peer peer;
        struct seen seen;

        net_init(&net);
        peer_init(&peer, &net, "good");
        peer.reply = STR(OK "\r\nhello");
        seen_init(&seen, &net);
        get(&seen, NULL);
        peer_accept(&peer);
        for (int ms = 0; ms < WAIT_MS && seen.body.n != 5; ms++) {
            turn(&net);
            pause_ms(1);
        }
        check_str(buf_str(&seen.body), STR("hello"));
        if (notify == 1)
            stream_shutdown(&peer.stream);
        else
            stream_close(&peer.stream);
        wait_for(&net, &seen.over);
        assert_int_equal(seen.rc, notify == 1 ? SL_OK : SL_UP_CUT);
        assert_int_equal(seen.lasts, notify);
        wait_for(&net, &peer.closed);
        buf_release(&seen.body);
        tls_context_drop(peer.ctx);
        net_release(&net);
    }
}

static void tls_handshake_never_answered(void **state)
{
    struct net net;
    struct peer peer;

    (void)state;
    net_init(&net);
    peer_init(&peer, &net, "good");
    assert_int_equal(failure(&net, 80), SL_UP_CONNECT_TIMEOUT);
    tls_context_drop(peer.ctx);
    net_release(&net);
}

static void tls_to_a_plain_provider(void **state)
{
    struct net net;
    struct peer peer;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    peer_init(&peer, &net, "good");
    seen_init(&seen, &net);
    get(&seen, NULL);
    fd = take_conn(&net);
    answer(&net, fd, STR("HTTP/1.1 400 Bad Request\r\n\r\n"));
    assert_true(seen.over);
    assert_int_equal(seen.rc, SL_UP_TLS);
    (void)close(fd);
    /* Closed in the middle of the handshake. */
    seen_init(&seen, &net);
    get(&seen, NULL);
    (void)close(take_conn(&net));
    turn(&net);
    assert_true(seen.over);
    assert_int_equal(seen.rc, SL_UP_REFUSED);
    tls_context_drop(peer.ctx);
    net_release(&net);
}

static void bad_certificate_files(void **state)
{
    char cert[80], private_key[80], text[200];

    (void)state;
    (void)snprintf(cert, sizeof cert, "%s/good.pem", certs);
    (void)snprintf(private_key, sizeof private_key, "%s/other.key", certs);
    assert_null(tls_server_context("/nowhere", private_key, text, sizeof text));
    assert_non_null(strstr(text, "/nowhere"));
    assert_null(tls_server_context(cert, private_key, text, sizeof text));
    assert_non_null(strstr(text, "other.key"));
}

/* ---- streams ---- */

/* An orderly end: the peer gets everything and an end, not a reset, although
 * bytes of its own are unread. */
static void shutdown_delivers(void **state)
{
    struct str body = big_body();
    struct net net;
    struct peer peer;
    struct buf got;
    uint16_t port = 0;
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int listener = listen_on(AF_INET, 1, &port);
    bool more = true;

    (void)state;
    net_init(&net);
    peer = (struct peer){.net = &net, .body_n = 1};
    peer.reply = body;
    addr.sin_port = htons(port);
    (void)connect(fd, (struct sockaddr *)&addr, sizeof addr);
    stream_init(&peer.stream, &net.loop, &peer_events);
    assert_true(stream_accept(&peer.stream,
                              accept4(listener, NULL, NULL, SOCK_NONBLOCK),
                              false, NULL));
    assert_int_equal(write(fd, "ask", 3), 3);
    turn(&net);
    assert_true(stream_queued(&peer.stream) > 0);
    stream_copy(&peer.stream, STR("the "));
    stream_copy(&peer.stream, STR("end"));
    stream_shutdown(&peer.stream);
    assert_true(write(fd, "more", 4) == 4);
    buf_init(&got, &net.loop.mem, (size_t)2 * BIG);
    for (int i = 0; i < 100000 && more; i++) {
        turn(&net);
        more = read_some(fd, &got);
    }
    assert_false(more);
    assert_int_equal(got.n, BIG + 7);
    assert_memory_equal(got.p, body.p, BIG);
    assert_memory_equal(got.p + BIG, "the end", 7);
    assert_false(peer.closed);
    (void)close(fd);
    wait_for(&net, &peer.closed);
    buf_release(&got);
    free_body(body);
    (void)close(listener);
    net_release(&net);
}

/* ---- proxies ---- */

/* As a configuration has it: the provider's name is one that only the proxy
 * could resolve. */
static void by_proxy(struct net *net, struct proxy *proxy, enum proxy_kind kind)
{
    *proxy =
        (struct proxy){.kind = kind, .at = {.host = STR("127.0.0.1"), .id = 9}};
    proxy->at.port = net->origin.port;
    net->origin.host = STR("provider.invalid");
    net->origin.port = 80;
    net->origin.proxy = proxy;
}

#define CONNECT_80                                 \
    STR("CONNECT provider.invalid:80 HTTP/1.1\r\n" \
        "host: provider.invalid:80\r\n\r\n")
#define SOCKS_80 STR("\5\1\0\3\20provider.invalid\0\120")
#define OPENED STR("HTTP/1.1 200 OK\r\n\r\n")

/* What the proxy says, n bytes at a time. */
static void say(struct net *net, int fd, struct str bytes, size_t n)
{
    for (; bytes.n != 0; bytes = str_skip(bytes, n))
        answer(net, fd, str_first(bytes, n));
}

static void through_http_proxy(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 19; n++) {
        struct net net;
        struct proxy proxy;
        struct seen seen;
        int fd;

        net_init(&net);
        by_proxy(&net, &proxy, PROXY_HTTP);
        seen_init(&seen, &net);
        get(&seen, NULL);
        fd = take_conn(&net);
        expect(&net, fd, CONNECT_80);
        say(&net, fd, OPENED, n);
        expect(&net, fd, GET);
        answer(&net, fd, hello);
        assert_true(seen.over);
        check_str(buf_str(&seen.body), STR("hello"));
        buf_release(&seen.body);
        /* The way stays open: the second request asks for none. */
        seen_init(&seen, &net);
        get(&seen, NULL);
        expect(&net, fd, GET);
        answer(&net, fd, hello);
        assert_true(seen.over);
        buf_release(&seen.body);
        assert_int_equal(upstreams_stats(&net.loop).reuses, 1);
        (void)close(fd);
        net_release(&net);
    }
}

static void through_socks_proxy(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 10; n++) {
        struct net net;
        struct proxy proxy;
        struct seen seen;
        int fd;

        net_init(&net);
        by_proxy(&net, &proxy, PROXY_SOCKS5);
        proxy.has_login = true;
        proxy.login = secret_of(STR("\1\3ann\2pw"));
        seen_init(&seen, &net);
        get(&seen, NULL);
        fd = take_conn(&net);
        expect(&net, fd, STR("\5\2\0\2"));
        say(&net, fd, STR("\5\2"), n);
        expect(&net, fd, STR("\1\3ann\2pw"));
        say(&net, fd, STR("\1\0"), n);
        expect(&net, fd, SOCKS_80);
        say(&net, fd, STR("\5\0\0\1\0\0\0\0\0\0"), n);
        expect(&net, fd, GET);
        answer(&net, fd, hello);
        assert_true(seen.over);
        check_str(buf_str(&seen.body), STR("hello"));
        buf_release(&seen.body);
        (void)close(fd);
        net_release(&net);
    }
}

/* One provider by two ways, and by none. */
static void ways_do_not_share(void **state)
{
    struct proxy proxy, other;
    struct net net;
    struct seen seen;
    int fd[3];

    (void)state;
    net_init(&net);
    by_proxy(&net, &proxy, PROXY_HTTP);
    other = proxy;
    other.at.id++; /* other credentials */
    for (int i = 0; i < 3; i++) {
        if (i == 1)
            net.origin.proxy = &other;
        if (i == 2) {
            net.origin.proxy = NULL;
            net.origin.port = proxy.at.port;
            net.origin.host = STR("127.0.0.1");
        }
        seen_init(&seen, &net);
        get(&seen, NULL);
        fd[i] = take_conn(&net);
        if (i != 2) {
            expect(&net, fd[i], CONNECT_80);
            answer(&net, fd[i], OPENED);
        }
        expect(&net, fd[i], GET);
        answer(&net, fd[i], hello);
        assert_true(seen.over);
        buf_release(&seen.body);
    }
    assert_int_equal(upstreams_stats(&net.loop).idle, 3);
    assert_int_equal(upstreams_stats(&net.loop).reuses, 0);
    for (int i = 0; i < 3; i++)
        (void)close(fd[i]);
    net_release(&net);
}

static void proxies_that_refuse(void **state)
{
    static const struct {
        enum proxy_kind kind;
        struct str says; /* {0}: it closes */
        const char *text;
    } rows[] = {
        {PROXY_HTTP, STR_INIT("HTTP/1.1 407 Who\r\n\r\n"),
         "the proxy refused: it wants a user and a password"},
        {PROXY_HTTP, STR_INIT("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n"),
         "the proxy said more than it was asked"},
        {PROXY_HTTP, {0}, "the proxy closed the connection"},
        {PROXY_SOCKS5, STR_INIT("\5\377"),
         "the proxy refused: it wants a user and a password"},
        {PROXY_SOCKS5, {0}, "the proxy closed the connection"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct net net;
        struct proxy proxy;
        struct seen seen;
        int fd;

        net_init(&net);
        by_proxy(&net, &proxy, rows[i].kind);
        seen_init(&seen, &net);
        get(&seen, NULL);
        fd = take_conn(&net);
        if (rows[i].says.n != 0) {
            answer(&net, fd, rows[i].says);
            assert_true(is_closed(&net, fd));
        }
        (void)close(fd);
        wait_for(&net, &seen.over);
        assert_int_equal(seen.rc, SL_UP_REFUSED);
        check_str(str_of(seen.text), str_of(rows[i].text));
        assert_int_equal(upstreams_stats(&net.loop).idle, 0);
        net_release(&net);
    }
}

static void proxies_that_are_not_there(void **state)
{
    struct ask ask = {.connect_ms = 80};
    struct net net;
    struct proxy proxy;
    struct seen seen;
    int fd;

    (void)state;
    net_init(&net);
    by_proxy(&net, &proxy, PROXY_HTTP);
    /* It takes the connection and says nothing. */
    seen_init(&seen, &net);
    get(&seen, &ask);
    fd = take_conn(&net);
    wait_for(&net, &seen.over);
    assert_int_equal(seen.rc, SL_UP_CONNECT_TIMEOUT);
    check_str(str_of(seen.text), STR("the proxy took too long"));
    (void)close(fd);
    (void)close(net.listener);
    net.listener = -1;
    seen_init(&seen, &net);
    get(&seen, NULL);
    wait_for(&net, &seen.over);
    assert_int_equal(seen.rc, SL_UP_REFUSED);
    check_str(str_of(seen.text), STR("the proxy can't be reached"));
    proxy.at.host = STR("no_such_host.invalid");
    seen_init(&seen, &net);
    get(&seen, NULL);
    wait_for(&net, &seen.over);
    assert_int_equal(seen.rc, SL_UP_REFUSED);
    check_str(str_of(seen.text), STR("the proxy's name does not resolve"));
    net_release(&net);
}

/* TLS to the provider inside of a plain way. The proxy, in the same thread,
 * becomes the provider once it has opened the way. */
static void tls_through_a_proxy(void **state)
{
    static const struct {
        const char *host, *cert;
        enum sl_rc want;
    } rows[] = {{"localhost", "good", SL_OK},
                {"provider.invalid", "good", SL_UP_TLS},
                {"localhost", "other", SL_UP_TLS}};

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct net net;
        struct proxy proxy;
        struct peer peer;
        struct seen seen;
        char want[120];
        int fd;

        net_init(&net);
        peer_init(&peer, &net, rows[i].cert);
        by_proxy(&net, &proxy, PROXY_HTTP);
        net.origin.host = str_of(rows[i].host);
        net.origin.port = 443;
        (void)snprintf(want, sizeof want,
                       "CONNECT %s:443 HTTP/1.1\r\nhost: %s:443\r\n\r\n",
                       rows[i].host, rows[i].host);
        seen_init(&seen, &net);
        get(&seen, NULL);
        fd = take_conn(&net);
        expect(&net, fd, str_of(want));
        say(&net, fd, OPENED, 7);
        stream_init(&peer.stream, &net.loop, &peer_events);
        assert_true(stream_accept(&peer.stream, fd, false, peer.ctx));
        wait_for(&net, &seen.over);
        assert_int_equal(seen.rc, rows[i].want);
        if (seen.rc == SL_OK)
            check_str(buf_str(&seen.body), STR("hello"));
        buf_release(&seen.body);
        peer_close(&peer);
        tls_context_drop(peer.ctx);
        net_release(&net);
    }
}

/* A proxy that speaks TLS, with a plain provider behind it. */
static void proxy_data(struct stream *s, struct str bytes)
{
    struct peer *p = of_peer(s);

    stream_put(s, str_starts(bytes, STR("CONNECT ")) ? OPENED : p->reply);
    stream_flush(s);
}

static const struct stream_events proxy_events = {
    .on_open = peer_open,
    .on_data = proxy_data,
    .on_end = peer_end,
    .on_closed = peer_closed,
};

static void through_a_tls_proxy(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct net net;
        struct proxy proxy;
        struct peer peer;
        struct seen seen;

        net_init(&net);
        peer_init(&peer, &net, i == 0 ? "good" : "other");
        by_proxy(&net, &proxy, PROXY_HTTP);
        net.origin.tls = false;
        proxy.at.tls = true;
        proxy.at.host = STR("localhost");
        seen_init(&seen, &net);
        get(&seen, NULL);
        stream_init(&peer.stream, &net.loop, &proxy_events);
        assert_true(
            stream_accept(&peer.stream, take_conn(&net), false, peer.ctx));
        wait_for(&net, &seen.over);
        assert_int_equal(seen.rc, i == 0 ? SL_OK : SL_UP_REFUSED);
        if (i == 0)
            check_str(buf_str(&seen.body), STR("hello"));
        else
            check_str(str_of(seen.text),
                      STR("the proxy's TLS is not acceptable"));
        buf_release(&seen.body);
        peer_close(&peer);
        tls_context_drop(peer.ctx);
        net_release(&net);
    }
}

/* A proxy that speaks TLS and passes on what comes after CONNECT: TLS in TLS.
 * It opens a connection to the listener itself, which a TLS provider takes. */
struct relay {
    struct stream front, back;
    bool open, closed, back_closed;
};

static struct relay *of_front(struct stream *s)
{
    return LOOP_OWNER(s, struct relay, front);
}

static struct relay *of_back(struct stream *s)
{
    return LOOP_OWNER(s, struct relay, back);
}

static void front_data(struct stream *s, struct str bytes)
{
    struct relay *r = of_front(s);

    if (!r->open) {
        r->open = true;
        stream_put(s, OPENED);
        stream_flush(s);
        return;
    }
    stream_put(&r->back, bytes);
    stream_flush(&r->back);
}

static void back_data(struct stream *s, struct str bytes)
{
    stream_put(&of_back(s)->front, bytes);
    stream_flush(&of_back(s)->front);
}

static void front_end(struct stream *s, enum sl_rc rc, const char *text)
{
    (void)rc;
    (void)text;
    stream_close(s);
}

static void front_closed(struct stream *s)
{
    of_front(s)->closed = true;
}

static void back_closed(struct stream *s)
{
    of_back(s)->back_closed = true;
}

static const struct stream_events front_events = {
    .on_data = front_data, .on_end = front_end, .on_closed = front_closed};
static const struct stream_events back_events = {
    .on_data = back_data, .on_end = front_end, .on_closed = back_closed};

static int connected_to(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static void tls_through_a_tls_proxy(void **state)
{
    static char big[300000];
    struct str size = STR("HTTP/1.1 200 OK\r\ncontent-length: 299900\r\n\r\n");
    struct relay relay = {0};
    struct net net;
    struct proxy proxy;
    struct peer peer;
    struct seen seen;

    (void)state;
    net_init(&net);
    peer_init(&peer, &net, "good");
    memset(big, 'x', sizeof big);
    memcpy(big, size.p, size.n);
    peer.reply = (struct str){big, size.n + 299900};
    by_proxy(&net, &proxy, PROXY_HTTP);
    proxy.at.tls = true;
    proxy.at.host = net.origin.host = STR("localhost");
    seen_init(&seen, &net);
    get(&seen, NULL);
    stream_init(&relay.front, &net.loop, &front_events);
    assert_true(stream_accept(&relay.front, take_conn(&net), false, peer.ctx));
    stream_init(&relay.back, &net.loop, &back_events);
    assert_true(stream_adopt(&relay.back, connected_to(proxy.at.port), NULL,
                             (struct str){0}, 0));
    peer_accept(&peer);
    wait_for(&net, &seen.over);
    assert_int_equal(seen.rc, SL_OK);
    assert_int_equal(seen.body.n, 299900);
    assert_int_equal(upstreams_stats(&net.loop).idle, 1);
    buf_release(&seen.body);
    stream_close(&relay.back);
    wait_for(&net, &relay.back_closed);
    stream_close(&relay.front);
    wait_for(&net, &relay.closed);
    peer_close(&peer);
    tls_context_drop(peer.ctx);
    net_release(&net);
}

static int make_certs(void **state)
{
    static const char script[] =
        "cd %s && exec >/dev/null 2>&1 && "
        "new='req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes' && "
        "openssl $new -x509 -keyout ca.key -out ca.pem -subj /CN=ca -days 2 "
        "&& sign() { openssl $new -keyout $1.key -out $1.csr -subj /CN=$1 && "
        "echo subjectAltName=$2 >$1.ext && openssl x509 -req -in $1.csr "
        "-CA ca.pem -CAkey ca.key -CAcreateserial -days $3 -extfile $1.ext "
        "-out $1.pem; } && sign good DNS:localhost,IP:127.0.0.1 2 && "
        "sign other DNS:other.test 2 && sign expired DNS:localhost -1 && "
        "openssl $new -x509 -keyout self.key -out self.pem -subj "
        "/CN=localhost -addext subjectAltName=DNS:localhost -days 2";
    char command[2000], ca[80];

    (void)state;
    if (mkdtemp(certs) == NULL)
        return -1;
    (void)snprintf(command, sizeof command, script, certs);
    (void)snprintf(ca, sizeof ca, "%s/ca.pem", certs);
    (void)setenv("SSL_CERT_FILE", ca, 1);
    (void)setenv("SSL_CERT_DIR", certs, 1);
    return system(command); // NOLINT(cert-env33-c): the command is ours
}

static void certificates(void **state)
{
    assert_int_equal(make_certs(state), 0);
}

static void remove_certs(void)
{
    char command[100];

    (void)snprintf(command, sizeof command, "rm -rf %s", certs);
    (void)system(command); // NOLINT(cert-env33-c): the command is ours
}

int main(void)
{
    static char key_text[] = "sk-1";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_cut_anywhere),
        cmocka_unit_test(the_last_piece_says_so),
        cmocka_unit_test(at_most_eight_interim_heads),
        cmocka_unit_test(heads_up_to_their_limit),
        cmocka_unit_test(one_connection_for_many_requests),
        cmocka_unit_test(origins_do_not_share),
        cmocka_unit_test(idle_connection_closed_by_provider),
        cmocka_unit_test(stale_connection_is_told),
        cmocka_unit_test(after_a_byte_it_is_cut_not_stale),
        cmocka_unit_test(reset_by_provider),
        cmocka_unit_test(the_pool_has_limits),
        cmocka_unit_test(request_bodies),
        cmocka_unit_test(early_answer_ends_the_connection),
        cmocka_unit_test(answer_before_a_failed_write),
        cmocka_unit_test(large_request_to_a_slow_provider),
        cmocka_unit_test(paused_answer),
        cmocka_unit_test(pooled_connections_read),
        cmocka_unit_test(cancel_closes),
        cmocka_unit_test(refused),
        cmocka_unit_test(connecting_takes_too_long),
        cmocka_unit_test(names_that_do_not_resolve),
        cmocka_unit_test(localhost),
        cmocka_unit_test(names_are_looked_up),
        cmocka_unit_test(numeric_ipv6),
        cmocka_unit_test(released_while_resolving),
        cmocka_unit_test(certificates),
        cmocka_unit_test(tls_round_trips_and_resumption),
        cmocka_unit_test(tls_by_address),
        cmocka_unit_test(tls_certificates_are_verified),
        cmocka_unit_test(tls_large_both_ways),
        cmocka_unit_test(tls_end_of_body),
        cmocka_unit_test(tls_handshake_never_answered),
        cmocka_unit_test(tls_to_a_plain_provider),
        cmocka_unit_test(through_http_proxy),
        cmocka_unit_test(through_socks_proxy),
        cmocka_unit_test(ways_do_not_share),
        cmocka_unit_test(proxies_that_refuse),
        cmocka_unit_test(proxies_that_are_not_there),
        cmocka_unit_test(tls_through_a_proxy),
        cmocka_unit_test(through_a_tls_proxy),
        cmocka_unit_test(tls_through_a_tls_proxy),
        cmocka_unit_test(bad_certificate_files),
        cmocka_unit_test(shutdown_delivers),
    };
    int rc;

    (void)signal(SIGPIPE, SIG_IGN);
    key = secret_of(str_of(key_text));
    rc = test_run("upstream", tests, SL_LEN(tests));
    remove_certs();
    return rc;
}
