/* SPDX-License-Identifier: MIT */
#include "core/base/url.h"

#include "support.h"

static const struct {
    struct str text, scheme, host;
    unsigned port;
    bool has_port;
    struct str path, query;
} good_urls[] = {
    {STR_INIT("http://a"),
     STR_INIT("http"),
     STR_INIT("a"),
     80,
     false,
     {0},
     {0}},
    {STR_INIT("HTTPS://api.openai.com/v1"),
     STR_INIT("HTTPS"),
     STR_INIT("api.openai.com"),
     443,
     false,
     STR_INIT("/v1"),
     {0}},
    {STR_INIT("http://127.0.0.1:8080/"),
     STR_INIT("http"),
     STR_INIT("127.0.0.1"),
     8080,
     true,
     STR_INIT("/"),
     {0}},
    {STR_INIT("https://[::1]:1/p?q"), STR_INIT("https"), STR_INIT("::1"), 1,
     true, STR_INIT("/p"), STR_INIT("q")},
    {STR_INIT("http://[2001:db8::1.2.3.4]"),
     STR_INIT("http"),
     STR_INIT("2001:db8::1.2.3.4"),
     80,
     false,
     {0},
     {0}},
    {STR_INIT("http://h:65535?a=b?c"),
     STR_INIT("http"),
     STR_INIT("h"),
     65535,
     true,
     {0},
     STR_INIT("a=b?c")},
    {STR_INIT("https://h:443"),
     STR_INIT("https"),
     STR_INIT("h"),
     443,
     true,
     {0},
     {0}},
    {STR_INIT("http://h:00080/"),
     STR_INIT("http"),
     STR_INIT("h"),
     80,
     true,
     STR_INIT("/"),
     {0}},
    {STR_INIT("http://my_host-1./a@b:c//d?"),
     STR_INIT("http"),
     STR_INIT("my_host-1."),
     80,
     false,
     STR_INIT("/a@b:c//d"),
     {0}},
    {STR_INIT("http://h/{account}/%2F?x=[1]"), STR_INIT("http"), STR_INIT("h"),
     80, false, STR_INIT("/{account}/%2F"), STR_INIT("x=[1]")},
};

static void parsed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(good_urls); i++) {
        struct guarded g = guard_copy(good_urls[i].text);
        struct url u;
        struct err err = {0};

        assert_int_equal(url_parse(g.s, &u, &err), SL_OK);
        check_str(u.scheme, good_urls[i].scheme);
        check_str(u.host, good_urls[i].host);
        assert_int_equal(u.port, good_urls[i].port);
        assert_int_equal(u.has_port, good_urls[i].has_port);
        check_str(u.path, good_urls[i].path);
        check_str(u.query, good_urls[i].query);
        assert_int_equal(err.rc, SL_OK);
        guard_free(&g);
    }
}

static const struct {
    struct str text;
    size_t at;
} bad_urls[] = {
    {{0}, 0},
    {STR_INIT("http"), 4},
    {STR_INIT("http:"), 4},
    {STR_INIT("http:/h"), 4},
    {STR_INIT("http:h"), 4},
    {STR_INIT("ftp://h"), 0},
    {STR_INIT("httpss://h"), 0},
    {STR_INIT("//h/"), 0},
    {STR_INIT("/v1"), 0},
    {STR_INIT("h/v1"), 0},
    {STR_INIT("http://"), 7},
    {STR_INIT("http:///p"), 7},
    {STR_INIT("http://?q"), 7},
    {STR_INIT("http://:80"), 7},
    {STR_INIT("http://h:"), 7},
    {STR_INIT("http://h:/p"), 7},
    {STR_INIT("http://h:0"), 7},
    {STR_INIT("http://h:65536"), 7},
    {STR_INIT("http://h:000080"), 7},
    {STR_INIT("http://h:80a"), 7},
    {STR_INIT("http://h:-1"), 7},
    {STR_INIT("http://h:80:80"), 7},
    {STR_INIT("http://u@h"), 7},
    {STR_INIT("https://u:p@h/"), 8},
    {STR_INIT("http://h#f"), 8},
    {STR_INIT("http://h/p#"), 10},
    {STR_INIT("http://.h"), 7},
    {STR_INIT("http://a..b"), 7},
    {STR_INIT("http://a%2eb"), 7},
    {STR_INIT("http://a,b"), 7},
    {STR_INIT("http://::1/"), 7},
    {STR_INIT("http://[::1"), 7},
    {STR_INIT("http://[::1]80"), 7},
    {STR_INIT("http://[::1]:"), 7},
    {STR_INIT("http://[]"), 7},
    {STR_INIT("http://[1.2.3.4]"), 7},
    {STR_INIT("http://[a:b]"), 7},
    {STR_INIT("http://[::g]"), 7},
    {STR_INIT("http://[fe80::1%25eth0]"), 7},
    {STR_INIT("http://h/a b"), 10},
    {STR_INIT("http://h/\x7F"), 9},
    {STR_INIT("http://h/\xC3\xA9"), 9},
    {STR_INIT("http://h\r\n"), 8},
    {STR_INIT("http://h\\@x"), 8},
    {STR_INIT("http://h/%"), 9},
    {STR_INIT("http://h/%2"), 9},
    {STR_INIT("http://h/%zz"), 9},
    {STR_INIT("http://h/\"<>"), 9},
    {STR_INIT(" http://h"), 0},
    {STR_INIT("http://h\0"), 8},
};

static void not_parsed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(bad_urls); i++) {
        struct guarded g = guard_copy(bad_urls[i].text);
        struct url u = {.port = 7};
        struct err err = {0};

        if (url_parse(g.s, &u, &err) != SL_SYNTAX || err.at != bad_urls[i].at)
            fail_msg("row %zu, offset %zu", i, err.at);
        assert_int_equal(err.rc, SL_SYNTAX);
        assert_true(err.has_at && err.what.n != 0);
        assert_int_equal(u.port, 7);
        guard_free(&g);
    }
}

static void longest_name(void **state)
{
    char text[7 + 254] = "http://";
    struct url u;

    (void)state;
    memset(text + 7, 'a', sizeof text - 7);
    assert_int_equal(url_parse((struct str){text, 7 + 253}, &u, NULL), SL_OK);
    assert_int_equal(url_parse((struct str){text, 7 + 254}, &u, NULL),
                     SL_SYNTAX);
}

static const struct {
    struct str path, want; /* want {0}: refused */
} paths[] = {
    {STR_INIT("/"), STR_INIT("/")},
    {STR_INIT("/v1/chat/completions"), STR_INIT("/v1/chat/completions")},
    {STR_INIT("/a/"), STR_INIT("/a/")},
    {STR_INIT("/a/b:c@d,e;f=1!$&'()*+"), STR_INIT("/a/b:c@d,e;f=1!$&'()*+")},
    /* dot segments */
    {STR_INIT("/."), STR_INIT("/")},
    {STR_INIT("/./"), STR_INIT("/")},
    {STR_INIT("/a/."), STR_INIT("/a/")},
    {STR_INIT("/a/./b"), STR_INIT("/a/b")},
    {STR_INIT("/a/b/../c"), STR_INIT("/a/c")},
    {STR_INIT("/a/b/.."), STR_INIT("/a/")},
    {STR_INIT("/a/b/../.."), STR_INIT("/")},
    {STR_INIT("/a/.."), STR_INIT("/")},
    {STR_INIT("/a/../b"), STR_INIT("/b")},
    {STR_INIT("/a/b/c/./../../g"), STR_INIT("/a/g")},
    {STR_INIT("/.."), {0}},
    {STR_INIT("/../a"), {0}},
    {STR_INIT("/a/../../b"), {0}},
    {STR_INIT("/./.."), {0}},
    {STR_INIT("//.."), {0}},
    {STR_INIT("/.well-known/..x/x../..."),
     STR_INIT("/.well-known/..x/x../...")},
    /* slashes */
    {STR_INIT("//"), STR_INIT("/")},
    {STR_INIT("//a///b//"), STR_INIT("/a/b/")},
    {STR_INIT("/a//../b"), STR_INIT("/b")},
    /* escapes */
    {STR_INIT("/%61%7E%2d%5F%30"), STR_INIT("/a~-_0")},
    {STR_INIT("/a%2fb%2Fc"), STR_INIT("/a%2Fb%2Fc")},
    {STR_INIT("/%2e%2E/a"), {0}},
    {STR_INIT("/x/%2e%2E/a"), STR_INIT("/a")},
    {STR_INIT("/x/.%2e/a"), STR_INIT("/a")},
    {STR_INIT("/x/%2e/a"), STR_INIT("/x/a")},
    {STR_INIT("/x/..%2fa"), STR_INIT("/x/..%2Fa")},
    {STR_INIT("/%252e%252e/a"), STR_INIT("/%252e%252e/a")},
    {STR_INIT("/%c3%a9%20%7f%ff"), STR_INIT("/%C3%A9%20%7F%FF")},
    {STR_INIT("/%3F%23%5c"), STR_INIT("/%3F%23%5C")},
    {STR_INIT("/%00"), {0}},
    {STR_INIT("/a%"), {0}},
    {STR_INIT("/a%4"), {0}},
    {STR_INIT("/a%4/1"), {0}},
    {STR_INIT("/a%g0"), {0}},
    {STR_INIT("/a%0g"), {0}},
    /* what may not stand there */
    {STR_INIT(""), {0}},
    {STR_INIT("a"), {0}},
    {STR_INIT("*"), {0}},
    {STR_INIT("/a b"), {0}},
    {STR_INIT("/a\t"), {0}},
    {STR_INIT("/a\x7F"), {0}},
    {STR_INIT("/\xC3\xA9"), {0}},
    {STR_INIT("/a\0"), {0}},
    {STR_INIT("/a?b"), {0}},
    {STR_INIT("/a#b"), {0}},
    {STR_INIT("/a\\..\\b"), {0}},
};

static void normalized(void **state)
{
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    for (size_t i = 0; i < SL_LEN(paths); i++) {
        struct guarded g = guard_copy(paths[i].path);
        struct str got = STR("before"), again = {0};
        enum sl_rc rc;

        arena_init(&a, &m.mem, 64, 4096);
        rc = url_normalize(&a, g.s, &got);
        assert_int_equal(rc, paths[i].want.n == 0 ? SL_SYNTAX : SL_OK);
        check_str(got, rc == SL_OK ? paths[i].want : STR("before"));
        if (rc == SL_OK) {
            /* What is normal stays, and is not copied. */
            assert_int_equal(url_normalize(&a, got, &again), SL_OK);
            assert_ptr_equal(again.p, got.p);
            check_str(again, got);
            if (str_eq(paths[i].path, paths[i].want))
                assert_ptr_equal(got.p, g.s.p);
        }
        arena_release(&a);
        guard_free(&g);
    }
    assert_int_equal(m.live, 0);
}

static void decoded(void **state)
{
    static const struct {
        struct str text;
        bool plus, ok;
        struct str want;
    } rows[] = {
        {{0}, true, true, {0}},
        {STR_INIT("plain"), true, true, STR_INIT("plain")},
        {STR_INIT("a+b%20c"), true, true, STR_INIT("a b c")},
        {STR_INIT("a+b%20c"), false, true, STR_INIT("a+b c")},
        {STR_INIT("%2B%25%00%fF"), true, true, STR_INIT("+%\0\xFF")},
        {STR_INIT("%41"), false, true, STR_INIT("A")},
        {STR_INIT("%2541"), false, true, STR_INIT("%41")},
        {STR_INIT("%"), false, false, {0}},
        {STR_INIT("a%4"), false, false, {0}},
        {STR_INIT("%4g"), false, false, {0}},
        {STR_INIT("%g4"), false, false, {0}},
        {STR_INIT("%%41"), false, false, {0}},
    };
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].text);
        struct str got = STR("before");

        arena_init(&a, &m.mem, 64, 4096);
        assert_int_equal(url_decode(&a, g.s, rows[i].plus, &got),
                         rows[i].ok ? SL_OK : SL_SYNTAX);
        check_str(got, rows[i].ok ? rows[i].want : STR("before"));
        arena_release(&a);
        guard_free(&g);
    }
}

static void encoded(void **state)
{
    char all[256];
    struct test_mem m;
    struct arena a;
    struct buf b;
    struct str back;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 1024, 4096);
    buf_init(&b, &m.mem, 1000);
    url_encode(&b, STR("aZ09-._~ /?\xC3\xA9%\0+"), false);
    check_str(buf_str(&b), STR("aZ09-._~%20%2F%3F%C3%A9%25%00%2B"));
    buf_reset(&b);
    url_encode(&b, STR("a/b c"), true);
    check_str(buf_str(&b), STR("a/b%20c"));
    buf_reset(&b);
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    url_encode(&b, (struct str){all, sizeof all}, false);
    assert_int_equal(b.n, 66 + 190 * 3);
    assert_int_equal(url_decode(&a, buf_str(&b), true, &back), SL_OK);
    check_str(back, ((struct str){all, sizeof all}));
    buf_release(&b);
    arena_release(&a);
}

static void compared_decoded(void **state)
{
    (void)state;
    assert_true(url_eq(STR("key"), STR("key")));
    assert_true(url_eq(STR("k%65y"), STR("key")));
    assert_true(url_eq(STR("%6B%65%79"), STR("key")));
    assert_true(url_eq(STR("a+b%2b"), STR("a b+")));
    assert_true(url_eq(STR(""), (struct str){0}));
    assert_true(url_eq(STR("%FF"), STR("\xFF")));
    assert_false(url_eq(STR("key"), STR("keys")));
    assert_false(url_eq(STR("keys"), STR("key")));
    assert_false(url_eq(STR("Key"), STR("key")));
    assert_false(url_eq(STR("ke%"), STR("ke%")));
    assert_false(url_eq(STR("ke%7"), STR("ke%7")));
    assert_false(url_eq(STR("%zz"), STR("\xFF")));
}

static void query_pieces(void **state)
{
    static const struct {
        struct str query, want; /* "name>value|" for each */
    } rows[] = {
        {{0}, {0}},
        {STR_INIT("a=1&b=2"), STR_INIT("a>1|b>2|")},
        {STR_INIT("a"), STR_INIT("a>|")},
        {STR_INIT("a="), STR_INIT("a>|")},
        {STR_INIT("=1"), STR_INIT(">1|")},
        {STR_INIT("="), STR_INIT(">|")},
        {STR_INIT("a=b=c&%61=%62"), STR_INIT("a>b=c|%61>%62|")},
        {STR_INIT("&&a=1&&b&"), STR_INIT("a>1|b>|")},
        {STR_INIT("&"), {0}},
    };
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 100);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].query);
        struct str rest = g.s, name, value;

        buf_reset(&b);
        while (url_query_next(&rest, &name, &value)) {
            buf_add(&b, name);
            buf_add(&b, STR(">"));
            buf_add(&b, value);
            buf_add(&b, STR("|"));
        }
        check_str(buf_str(&b), rows[i].want);
        guard_free(&g);
    }
    buf_release(&b);
}

static void query_without_a_name(void **state)
{
    static const struct {
        struct str query, want;
    } rows[] = {
        {{0}, {0}},
        {STR_INIT("key=1"), {0}},
        {STR_INIT("key"), {0}},
        {STR_INIT("key=1&key=2&key"), {0}},
        {STR_INIT("a=1&key=s&b=2"), STR_INIT("a=1&b=2")},
        {STR_INIT("key=s&b=2"), STR_INIT("b=2")},
        {STR_INIT("a=1&key=s"), STR_INIT("a=1")},
        {STR_INIT("a=1&k%65y=s&b=%7e"), STR_INIT("a=1&b=%7e")},
        {STR_INIT("%6b%65%79=s&alt=sse"), STR_INIT("alt=sse")},
        {STR_INIT("keys=1&Key=2&xkey=3"), STR_INIT("keys=1&Key=2&xkey=3")},
        {STR_INIT("a&&b&"), STR_INIT("a&&b&")},
        {STR_INIT("a&&key=1&b&"), STR_INIT("a&&b&")},
        {STR_INIT("&key=1&"), STR_INIT("&")},
        {STR_INIT("x=key&y=%&key=%"), STR_INIT("x=key&y=%")},
    };
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].query);
        struct str got = STR("before");

        arena_init(&a, &m.mem, 64, 4096);
        assert_int_equal(url_query_without(&a, g.s, STR("key"), &got), SL_OK);
        check_str(got, rows[i].want);
        if (str_eq(rows[i].query, rows[i].want))
            assert_ptr_equal(got.p, g.s.p);
        arena_release(&a);
        guard_free(&g);
    }
}

static void without_memory(void **state)
{
    struct test_mem m;
    struct arena a;
    struct str got = STR("before");

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 64, 0);
    assert_int_equal(url_normalize(&a, STR("/a//b"), &got), SL_NOMEM);
    assert_int_equal(url_decode(&a, STR("%41"), false, &got), SL_NOMEM);
    assert_int_equal(url_query_without(&a, STR("k=1"), STR("k"), &got),
                     SL_NOMEM);
    check_str(got, STR("before"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parsed),
                                       cmocka_unit_test(not_parsed),
                                       cmocka_unit_test(longest_name),
                                       cmocka_unit_test(normalized),
                                       cmocka_unit_test(decoded),
                                       cmocka_unit_test(encoded),
                                       cmocka_unit_test(compared_decoded),
                                       cmocka_unit_test(query_pieces),
                                       cmocka_unit_test(query_without_a_name),
                                       cmocka_unit_test(without_memory)};

    return test_run("url", tests, SL_LEN(tests));
}
