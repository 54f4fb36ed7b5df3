/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/http/chunked.h"

#include <stdio.h>

struct row {
    const char *name;
    struct str in;
    enum sl_rc want;
    struct str body; /* what comes out before that */
    size_t left;     /* bytes behind the end (SL_EOF) */
};

static const struct row rows[] = {
    {"nothing", STR_INIT(""), SL_AGAIN, STR_INIT(""), 0},
    {"empty body", STR_INIT("0\r\n\r\n"), SL_EOF, STR_INIT(""), 0},
    {"one chunk", STR_INIT("3\r\nabc\r\n0\r\n\r\n"), SL_EOF, STR_INIT("abc"),
     0},
    {"two chunks", STR_INIT("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), SL_EOF,
     STR_INIT("abc"), 0},
    {"pipelined", STR_INIT("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n"), SL_EOF,
     STR_INIT("a"), 16},
    {"hex either case",
     STR_INIT("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n"
              "\r\n"),
     SL_EOF, STR_INIT("01234567890123456789"), 0},
    {"zeros in front", STR_INIT("0000000000000001\r\na\r\n00\r\n\r\n"), SL_EOF,
     STR_INIT("a"), 0},
    {"data looks like the end", STR_INIT("5\r\n0\r\n\r\n\r\n0\r\n\r\n"), SL_EOF,
     STR_INIT("0\r\n\r\n"), 0},
    {"extension", STR_INIT("1;a=\"b c\";d\r\nx\r\n0;last\r\n\r\n"), SL_EOF,
     STR_INIT("x"), 0},
    {"trailers", STR_INIT("0\r\nA: b\r\nC:\t\xC3\xA9\r\n\r\nz"), SL_EOF,
     STR_INIT(""), 1},
    {"unfinished", STR_INIT("5\r\nabc"), SL_AGAIN, STR_INIT("abc"), 0},
    {"unfinished end", STR_INIT("1\r\na\r\n0\r\n"), SL_AGAIN, STR_INIT("a"), 0},
    {"largest size", STR_INIT("ffffffffffffffff\r\nabc"), SL_AGAIN,
     STR_INIT("abc"), 0},

    {"17 digits", STR_INIT("00000000000000001\r\na\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"overflow", STR_INIT("10000000000000000\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"no size", STR_INIT("\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"only an extension", STR_INIT(";a\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"minus", STR_INIT("-1\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"plus", STR_INIT("+1\r\na\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"0x", STR_INIT("0x1\r\na\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"space in front", STR_INIT(" 1\r\na\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"space behind", STR_INIT("1 \r\na\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"space before extension", STR_INIT("1 ;a\r\na\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"tab behind", STR_INIT("1\t\r\na\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"not hex", STR_INIT("g\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"bare lf behind size", STR_INIT("1\na\r\n0\r\n\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"bare cr behind size", STR_INIT("1\ra\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"bare lf in extension", STR_INIT("1;a\nb\r\n"), SL_SYNTAX, STR_INIT(""),
     0},
    {"bare cr in extension", STR_INIT("1;a\rb\r\n"), SL_SYNTAX, STR_INIT(""),
     0},
    {"nul in extension", STR_INIT("1;a\0b\r\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"no line end behind data", STR_INIT("1\r\nab\r\n"), SL_SYNTAX,
     STR_INIT("a"), 0},
    {"bare lf behind data", STR_INIT("1\r\na\n0\r\n\r\n"), SL_SYNTAX,
     STR_INIT("a"), 0},
    {"bare cr behind data", STR_INIT("1\r\na\r0\r\n\r\n"), SL_SYNTAX,
     STR_INIT("a"), 0},
    {"bare lf at the end", STR_INIT("0\r\n\n"), SL_SYNTAX, STR_INIT(""), 0},
    {"bare cr at the end", STR_INIT("0\r\n\r\r"), SL_SYNTAX, STR_INIT(""), 0},
    {"trailer without colon", STR_INIT("0\r\nabc\r\n\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"trailer without name", STR_INIT("0\r\n: b\r\n\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"trailer with space", STR_INIT("0\r\na : b\r\n\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"trailer folded", STR_INIT("0\r\na: b\r\n c\r\n\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"trailer with bare lf", STR_INIT("0\r\na: b\n\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
    {"trailer with bare cr", STR_INIT("0\r\na: b\rc\r\n\r\n"), SL_SYNTAX,
     STR_INIT(""), 0},
};

/* Feeds one piece; appends what comes out to body. */
static enum sl_rc feed(struct chunked *c, struct str *in, char *body, size_t *n)
{
    struct str data;
    enum sl_rc rc;

    while ((rc = chunked_next(c, in, &data)) == SL_OK) {
        assert_int_not_equal(data.n, 0);
        memcpy(body + *n, data.p, data.n);
        *n += data.n;
    }
    return rc;
}

/* Pieces of `first` bytes, then of `step`. */
static void check_cut(const struct row *r, size_t first, size_t step)
{
    struct chunked c;
    enum sl_rc rc = SL_AGAIN;
    size_t at = 0, n = 0, left = 0;
    char body[200], label[100];

    snprintf(label, sizeof label, "%s, cut at %zu, then by %zu", r->name, first,
             step);
    chunked_init(&c);
    for (size_t size = first; at < r->in.n && rc == SL_AGAIN; size = step) {
        struct guarded g = guard_copy(str_first(str_skip(r->in, at), size));
        struct str in = g.s;

        rc = feed(&c, &in, body, &n);
        at += g.s.n;
        left = in.n;
        if (rc == SL_AGAIN)
            assert_int_equal(in.n, 0);
        /* What it said stands. */
        if (rc != SL_AGAIN)
            assert_int_equal(feed(&c, &in, body, &n), rc);
        guard_free(&g);
    }
    check_str_case(label, ((struct str){body, n}), r->body);
    if (rc != r->want)
        fail_msg("%s: got %d, want %d", label, (int)rc, (int)r->want);
    if (rc == SL_EOF && left + r->in.n - at != r->left)
        fail_msg("%s: %zu bytes left", label, left + r->in.n - at);
}

static void table_and_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        check_cut(&rows[i], 1, 1);
        for (size_t cut = 1; cut <= rows[i].in.n; cut++)
            check_cut(&rows[i], cut, rows[i].in.n);
    }
}

static enum sl_rc feed_text(struct chunked *c, struct str in)
{
    char body[16];
    size_t n = 0;

    return feed(c, &in, body, &n);
}

static enum sl_rc feed_many(struct chunked *c, char b, size_t n)
{
    enum sl_rc rc = SL_AGAIN;

    for (size_t i = 0; i < n && rc == SL_AGAIN; i++)
        rc = feed_text(c, (struct str){&b, 1});
    return rc;
}

static void extensions_up_to_the_limit(void **state)
{
    struct chunked c;

    (void)state;
    chunked_init(&c);
    assert_int_equal(feed_text(&c, STR("1;")), SL_AGAIN);
    assert_int_equal(feed_many(&c, 'x', CHUNKED_EXT_BYTES - 3), SL_AGAIN);
    /* They are counted over all chunks. */
    assert_int_equal(feed_text(&c, STR("\r\na\r\n1;y\r\nb")), SL_AGAIN);
    assert_int_equal(feed_text(&c, STR("\r\n1;")), SL_TOO_LARGE);
    chunked_init(&c);
    assert_int_equal(feed_text(&c, STR("1;")), SL_AGAIN);
    assert_int_equal(feed_many(&c, 'x', CHUNKED_EXT_BYTES - 1), SL_AGAIN);
    assert_int_equal(feed_text(&c, STR("x")), SL_TOO_LARGE);
    assert_int_equal(feed_text(&c, STR("\r\n")), SL_TOO_LARGE);
}

static void trailers_up_to_the_limit(void **state)
{
    struct chunked c;

    (void)state;
    for (size_t over = 0; over < 2; over++) {
        chunked_init(&c);
        /* Extensions have a limit of their own. */
        assert_int_equal(feed_text(&c, STR("0;x\r\na:")), SL_AGAIN);
        assert_int_equal(feed_many(&c, 'x', CHUNKED_TRAILER_BYTES - 4 + over),
                         SL_AGAIN);
        assert_int_equal(feed_text(&c, STR("\r\n\r\n")),
                         over == 0 ? SL_EOF : SL_TOO_LARGE);
    }
}

static void writes_sizes(void **state)
{
    static const struct {
        uint64_t n;
        struct str want;
    } sizes[] = {
        {1, STR_INIT("1\r\n")},
        {15, STR_INIT("f\r\n")},
        {16, STR_INIT("10\r\n")},
        {65536, STR_INIT("10000\r\n")},
        {0xABCDEF, STR_INIT("abcdef\r\n")},
        {UINT64_MAX, STR_INIT("ffffffffffffffff\r\n")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(sizes); i++) {
        char to[20];
        struct str got = {to, chunked_write_size(to, sizes[i].n)};

        check_str(got, sizes[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_and_cuts),
        cmocka_unit_test(extensions_up_to_the_limit),
        cmocka_unit_test(trailers_up_to_the_limit),
        cmocka_unit_test(writes_sizes),
    };

    return test_run("chunked", tests, SL_LEN(tests));
}
