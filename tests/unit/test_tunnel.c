/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/http/tunnel.h"

#include <stdio.h>

enum { TURNS = 4 };

/* ---- proxies and origins ---- */

struct login {
    const char *user, *password;
};

static struct proxy proxy_of(struct test_mem *m, struct buf *room,
                             enum proxy_kind kind, const struct login *login)
{
    struct proxy p = {.kind = kind, .has_login = login != NULL};

    buf_init(room, &m->mem, 4096);
    if (login != NULL) {
        tunnel_write_login(room, kind, str_of(login->user),
                           str_of(login->password));
        p.login = secret_of(buf_str(room));
    }
    return p;
}

static struct origin origin_of(const char *host, uint16_t port)
{
    return (struct origin){.host = str_of(host), .port = port};
}

/* ---- conversations ---- */

struct turn {
    struct str says; /* the proxy */
    struct str next; /* what we write then */
};

struct talk {
    const char *name;
    enum proxy_kind kind;
    const struct login *login;
    const char *host;
    struct str first;
    struct turn turns[TURNS];
    enum sl_rc want;
    const char *text;
};

static const struct login ann = {"ann", "s:e c"};

#define CONNECT "CONNECT api.x.ai:443 HTTP/1.1\r\nhost: api.x.ai:443\r\n"
#define NAME "\3\10api.x.ai\1\273"
#define MORE "the proxy said more than it was asked"
#define ODD "the proxy's answer is not understood"

#define HTTP PROXY_HTTP, NULL, "api.x.ai", STR_INIT(CONNECT "\r\n")
#define SOCKS PROXY_SOCKS5, NULL, "api.x.ai", STR_INIT("\5\1\0")
#define SOCKS_ANN PROXY_SOCKS5, &ann, "api.x.ai", STR_INIT("\5\2\0\2")
#define ASKS                                      \
    {                                             \
        STR_INIT("\5\0"), STR_INIT("\5\1\0" NAME) \
    }

static const struct talk talks[] = {
    {"200", HTTP, {{STR_INIT("HTTP/1.1 200 OK\r\n\r\n"), {0}}}, SL_OK, ""},
    {"1.0, fields, no reason",
     HTTP,
     {{STR_INIT("HTTP/1.0 204 \r\nvia: x\r\ncontent-length: 9\r\n\r\n"), {0}}},
     SL_OK,
     ""},
    {"interim heads",
     HTTP,
     {{STR_INIT("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\na: b\r\n"
                "\r\nHTTP/1.1 200 OK\r\n\r\n"),
       {0}}},
     SL_OK,
     ""},
    {"another protocol",
     HTTP,
     {{STR_INIT("HTTP/1.1 101 Switching\r\n\r\n"), {0}}},
     SL_UP_REFUSED,
     ODD},
    {"moved",
     HTTP,
     {{STR_INIT("HTTP/1.1 302 Found\r\nlocation: http://x/\r\n\r\n"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused"},
    {"not allowed",
     HTTP,
     {{STR_INIT("HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused: this provider is not allowed"},
    {"wants a login",
     HTTP,
     {{STR_INIT("HTTP/1.1 407 Who\r\n\r\n"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused: it wants a user and a password"},
    {"bad gateway",
     HTTP,
     {{STR_INIT("HTTP/1.1 502 Bad\r\n\r\n"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused: it can't reach the provider"},
    {"no http",
     HTTP,
     {{STR_INIT("SSH-2.0-x\r\n\r\n"), {0}}},
     SL_UP_REFUSED,
     ODD},
    {"bare line feeds",
     HTTP,
     {{STR_INIT("HTTP/1.1 200 OK\n\n"), {0}}},
     SL_UP_REFUSED,
     ODD},
    {"with a login",
     PROXY_HTTP,
     &ann,
     "api.x.ai",
     STR_INIT(CONNECT "proxy-authorization: Basic YW5uOnM6ZSBj\r\n\r\n"),
     {{STR_INIT("HTTP/1.1 200 OK\r\n\r\n"), {0}}},
     SL_OK,
     ""},
    {"wrong login",
     PROXY_HTTP,
     &ann,
     "api.x.ai",
     STR_INIT(CONNECT "proxy-authorization: Basic YW5uOnM6ZSBj\r\n\r\n"),
     {{STR_INIT("HTTP/1.1 407 Who\r\n\r\n"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused the user or the password"},
    {"ipv6 by http",
     PROXY_HTTP,
     NULL,
     "2001:db8::1",
     STR_INIT("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n"
              "host: [2001:db8::1]:443\r\n\r\n"),
     {{STR_INIT("HTTP/1.1 200 OK\r\n\r\n"), {0}}},
     SL_OK,
     ""},
    {"name by socks",
     SOCKS,
     {ASKS, {STR_INIT("\5\0\0\1\1\2\3\4\0\5"), {0}}},
     SL_OK,
     ""},
    {"bound to an ipv6 address",
     SOCKS,
     {ASKS,
      {STR_INIT("\5\0\0\4"
                "0123456789abcdef"
                "\0\5"),
       {0}}},
     SL_OK,
     ""},
    {"bound to a name",
     SOCKS,
     {ASKS, {STR_INIT("\5\0\0\3\2xy\0\5"), {0}}},
     SL_OK,
     ""},
    {"bound to nothing",
     SOCKS,
     {ASKS, {STR_INIT("\5\0\0\3\0\0\5"), {0}}},
     SL_OK,
     ""},
    {"bound to what is no address",
     SOCKS,
     {ASKS, {STR_INIT("\5\0\0\2\2xy\0\5"), {0}}},
     SL_UP_REFUSED,
     ODD},
    {"reserved byte",
     SOCKS,
     {ASKS, {STR_INIT("\5\0\1"), {0}}},
     SL_UP_REFUSED,
     ODD},
    {"refused by the provider",
     SOCKS,
     {ASKS, {STR_INIT("\5\5"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused: the provider refused the connection"},
    {"unknown reason",
     SOCKS,
     {ASKS, {STR_INIT("\5\11"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused"},
    {"last reason",
     SOCKS,
     {ASKS, {STR_INIT("\5\10"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused: it does not know this kind of address"},
    {"reply of another version",
     SOCKS,
     {ASKS, {STR_INIT("\4"), {0}}},
     SL_UP_REFUSED,
     "the proxy's answer is not SOCKS 5"},
    {"http is spoken",
     SOCKS,
     {{STR_INIT("H"), {0}}},
     SL_UP_REFUSED,
     "the proxy's answer is not SOCKS 5"},
    {"wants a login by socks",
     SOCKS,
     {{STR_INIT("\5\377"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused: it wants a user and a password"},
    {"chooses what was not offered",
     SOCKS,
     {{STR_INIT("\5\2"), {0}}},
     SL_UP_REFUSED,
     ODD},
    {"chooses gssapi",
     SOCKS_ANN,
     {{STR_INIT("\5\1"), {0}}},
     SL_UP_REFUSED,
     ODD},
    {"takes no login",
     SOCKS_ANN,
     {{STR_INIT("\5\377"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused: it takes no user and password"},
    {"needs none",
     SOCKS_ANN,
     {ASKS, {STR_INIT("\5\0\0\1\1\2\3\4\0\5"), {0}}},
     SL_OK,
     ""},
    {"login by socks",
     SOCKS_ANN,
     {{STR_INIT("\5\2"), STR_INIT("\1\3ann\5s:e c")},
      {STR_INIT("\1\0"), STR_INIT("\5\1\0" NAME)},
      {STR_INIT("\5\0\0\1\1\2\3\4\0\5"), {0}}},
     SL_OK,
     ""},
    {"wrong login by socks",
     SOCKS_ANN,
     {{STR_INIT("\5\2"), STR_INIT("\1\3ann\5s:e c")}, {STR_INIT("\1\1"), {0}}},
     SL_UP_REFUSED,
     "the proxy refused the user or the password"},
    {"login of another version",
     SOCKS_ANN,
     {{STR_INIT("\5\2"), STR_INIT("\1\3ann\5s:e c")}, {STR_INIT("\5"), {0}}},
     SL_UP_REFUSED,
     ODD},
};

/* Feeds `says` in pieces of n bytes; the last result. */
static enum sl_rc feed(struct tunnel *t, struct str says, size_t n,
                       struct str *next)
{
    enum sl_rc rc = SL_AGAIN;

    while (says.n != 0) {
        struct guarded g = guard_copy(str_first(says, n));

        says = str_skip(says, n);
        rc = tunnel_feed(t, g.s, next);
        guard_free(&g);
        if (rc != SL_AGAIN)
            break;
        /* Only the last piece is answered. */
        assert_true(next->n == 0 || says.n == 0);
    }
    return rc;
}

static void play(const struct talk *talk, size_t n)
{
    struct origin origin = origin_of(talk->host, 443);
    char label[120];
    struct test_mem m;
    struct proxy proxy;
    struct tunnel t;
    struct buf room;
    enum sl_rc rc = SL_AGAIN;

    (void)snprintf(label, sizeof label, "%s, by %zu", talk->name, n);
    test_mem_init(&m);
    proxy = proxy_of(&m, &room, talk->kind, talk->login);
    assert_int_equal(tunnel_init(&t, &proxy, &origin, &m.mem), SL_OK);
    check_str_case(label, tunnel_first(&t), talk->first);
    for (size_t i = 0; i < TURNS && talk->turns[i].says.n != 0; i++) {
        struct str next;

        assert_int_equal(rc, SL_AGAIN);
        rc = feed(&t, talk->turns[i].says, n, &next);
        if (rc == SL_AGAIN)
            check_str_case(label, next, talk->turns[i].next);
    }
    if (rc != talk->want)
        fail_msg("%s: %d instead of %d", label, (int)rc, (int)talk->want);
    check_str_case(label, str_of(t.text), str_of(talk->text));
    tunnel_release(&t);
    buf_release(&room);
    assert_int_equal(m.live, 0);
}

static void conversations_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(talks); i++)
        for (size_t n = 1; n <= 80; n++)
            play(&talks[i], n);
}

/* What the provider would say can't have been asked for yet. */
static void more_than_was_asked(void **state)
{
    static const struct talk rows[] = {
        {"http",
         HTTP,
         {{STR_INIT("HTTP/1.1 200 OK\r\n\r\nx"), {0}}},
         SL_UP_REFUSED,
         MORE},
        {"method", SOCKS, {{STR_INIT("\5\0x"), {0}}}, SL_UP_REFUSED, MORE},
        {"login",
         SOCKS_ANN,
         {{STR_INIT("\5\2"), STR_INIT("\1\3ann\5s:e c")},
          {STR_INIT("\1\0\5"), {0}}},
         SL_UP_REFUSED,
         MORE},
        {"reply",
         SOCKS,
         {ASKS, {STR_INIT("\5\0\0\1\1\2\3\4\0\5x"), {0}}},
         SL_UP_REFUSED,
         MORE},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++)
        play(&rows[i], 1000);
}

/* ---- addresses ---- */

static void addresses(void **state)
{
    static const struct {
        const char *host;
        struct str want; /* kind and address */
    } rows[] = {
        {"127.0.0.1", STR_INIT("\1\177\0\0\1")},
        {"255.255.255.255", STR_INIT("\1\377\377\377\377")},
        {"256.0.0.1", STR_INIT("\3\011"
                               "256.0.0.1")},
        {"1.2.3", STR_INIT("\3\5"
                           "1.2.3")},
        {"1.2.3.4.5", STR_INIT("\3\011"
                               "1.2.3.4.5")},
        {"1.2.3.0004", STR_INIT("\3\012"
                                "1.2.3.0004")},
        {"::", STR_INIT("\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
        {"::1", STR_INIT("\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1")},
        {"2001:db8::aF:1",
         STR_INIT("\4\x20\1\r\xb8\0\0\0\0\0\0\0\0\0\xaf\0\1")},
        {"1:2:3:4:5:6:7:8", STR_INIT("\4\0\1\0\2\0\3\0\4\0\5\0\6\0\7\0\10")},
        {"1::", STR_INIT("\4\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
        {"::ffff:1.2.3.4", STR_INIT("\4\0\0\0\0\0\0\0\0\0\0\xff\xff\1\2\3\4")},
        {"1:2:3:4:5:6:7:8:9", STR_INIT("\3\021"
                                       "1:2:3:4:5:6:7:8:9")},
        {"1:2:3:4:5:6:7::8", STR_INIT("\3\020"
                                      "1:2:3:4:5:6:7::8")},
        {"1:2:3", STR_INIT("\3\5"
                           "1:2:3")},
        {"1::2::3", STR_INIT("\3\7"
                             "1::2::3")},
        {"12345::", STR_INIT("\3\7"
                             "12345::")},
        {"1:2:3:4:5:6:7:1.2.3.4", STR_INIT("\3\025"
                                           "1:2:3:4:5:6:7:1.2.3.4")},
        {"x", STR_INIT("\3\1x")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct origin origin = origin_of(rows[i].host, 0x1234);
        struct proxy proxy = {.kind = PROXY_SOCKS5};
        struct test_mem m;
        struct tunnel t;
        struct str next;

        test_mem_init(&m);
        assert_int_equal(tunnel_init(&t, &proxy, &origin, &m.mem), SL_OK);
        assert_int_equal(tunnel_feed(&t, STR("\5\0"), &next), SL_AGAIN);
        check_str_case(rows[i].host, str_first(next, 3), STR("\5\1\0"));
        check_str_case(rows[i].host, str_skip(next, next.n - 2),
                       STR("\x12\x34"));
        check_str_case(rows[i].host, str_skip(str_first(next, next.n - 2), 3),
                       rows[i].want);
        tunnel_release(&t);
        assert_int_equal(m.live, 0);
    }
}

/* ---- limits ---- */

/* An answer of exactly n bytes. */
static struct str head_of(char *room, size_t n)
{
    static const char start[] = "HTTP/1.1 200 OK\r\na: ";

    memset(room, 'x', n);
    memcpy(room, start, sizeof start - 1);
    memcpy(room + n - 4, "\r\n\r\n", 4);
    return (struct str){room, n};
}

static void answers_up_to_their_limit(void **state)
{
    static char room[TUNNEL_ANSWER + 2];
    static const size_t pieces[] = {1, 4096, TUNNEL_ANSWER, TUNNEL_ANSWER + 2};

    (void)state;
    for (size_t i = 0; i < SL_LEN(pieces) * 3; i++) {
        size_t n = TUNNEL_ANSWER + i % 3;
        struct origin origin = origin_of("h", 1);
        struct proxy proxy = {.kind = PROXY_HTTP};
        struct test_mem m;
        struct tunnel t;
        struct str next;

        test_mem_init(&m);
        assert_int_equal(tunnel_init(&t, &proxy, &origin, &m.mem), SL_OK);
        assert_int_equal(feed(&t, head_of(room, n), pieces[i / 3], &next),
                         n == TUNNEL_ANSWER ? SL_OK : SL_UP_REFUSED);
        tunnel_release(&t);
        /* A complete one, and a byte that did not fit any more. */
        assert_int_equal(tunnel_init(&t, &proxy, &origin, &m.mem), SL_OK);
        (void)head_of(room, TUNNEL_ANSWER);
        room[TUNNEL_ANSWER] = 'y';
        assert_int_equal(
            tunnel_feed(&t, (struct str){room, TUNNEL_ANSWER + 1}, &next),
            SL_UP_REFUSED);
        tunnel_release(&t);
        assert_int_equal(m.live, 0);
    }
}

static void interim_heads_up_to_their_limit(void **state)
{
    (void)state;
    for (int n = 8; n <= 9; n++) {
        struct origin origin = origin_of("h", 1);
        struct proxy proxy = {.kind = PROXY_HTTP};
        enum sl_rc rc = SL_AGAIN;
        struct test_mem m;
        struct tunnel t;
        struct str next;

        test_mem_init(&m);
        assert_int_equal(tunnel_init(&t, &proxy, &origin, &m.mem), SL_OK);
        for (int i = 0; i < n && rc == SL_AGAIN; i++)
            rc = tunnel_feed(&t, STR("HTTP/1.1 100 Go\r\n\r\n"), &next);
        if (rc == SL_AGAIN)
            rc = tunnel_feed(&t, STR("HTTP/1.1 200 OK\r\n\r\n"), &next);
        assert_int_equal(rc, n == 8 ? SL_OK : SL_UP_REFUSED);
        tunnel_release(&t);
        assert_int_equal(m.live, 0);
    }
}

static void logins(void **state)
{
    static char big[1100];
    const struct str none = STR(""), long_one = {big, 255};

    (void)state;
    memset(big, 'p', sizeof big);
    assert_true(tunnel_takes(PROXY_HTTP, STR("u"), none));
    assert_false(tunnel_takes(PROXY_HTTP, none, STR("p")));
    assert_false(tunnel_takes(PROXY_HTTP, STR("u:v"), STR("p")));
    assert_true(tunnel_takes(PROXY_HTTP, STR("u"), STR("p:q")));
    assert_false(tunnel_takes(PROXY_HTTP, STR("u\n"), STR("p")));
    assert_false(tunnel_takes(PROXY_HTTP, STR("u"), STR("p\177")));
    assert_true(tunnel_takes(PROXY_HTTP, STR("u"), (struct str){big, 1023}));
    assert_false(tunnel_takes(PROXY_HTTP, STR("u"), (struct str){big, 1024}));
    assert_true(tunnel_takes(PROXY_SOCKS5, STR(":"), STR("\n")));
    assert_false(tunnel_takes(PROXY_SOCKS5, STR("u"), none));
    assert_false(tunnel_takes(PROXY_SOCKS5, none, STR("p")));
    assert_true(tunnel_takes(PROXY_SOCKS5, long_one, long_one));
    assert_false(tunnel_takes(PROXY_SOCKS5, long_one, (struct str){big, 256}));
    assert_false(tunnel_takes(PROXY_SOCKS5, (struct str){big, 256}, long_one));
}

/* ---- memory ---- */

static bool open_one(void *ctx, struct test_mem *m)
{
    const struct talk *talk = ctx;
    struct origin origin = origin_of(talk->host, 443);
    struct login login = {"u", "p"};
    struct test_mem own;
    struct buf room;
    struct proxy proxy;
    struct tunnel t = {0};
    struct str next;
    enum sl_rc rc;

    test_mem_init(&own);
    proxy = proxy_of(&own, &room, talk->kind, &login);
    rc = tunnel_init(&t, &proxy, &origin, &m->mem);
    if (rc == SL_OK)
        rc = tunnel_feed(&t, talk->turns[0].says, &next);
    tunnel_release(&t);
    buf_release(&room);
    return rc != SL_NOMEM;
}

static void without_memory(void **state)
{
    struct talk http = talks[0], socks = talks[13];

    (void)state;
    test_each_allocation(open_one, &http);
    test_each_allocation(open_one, &socks);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_cut_anywhere),
        cmocka_unit_test(more_than_was_asked),
        cmocka_unit_test(addresses),
        cmocka_unit_test(answers_up_to_their_limit),
        cmocka_unit_test(interim_heads_up_to_their_limit),
        cmocka_unit_test(logins),
        cmocka_unit_test(without_memory),
    };

    return test_run("tunnel", tests, SL_LEN(tests));
}
