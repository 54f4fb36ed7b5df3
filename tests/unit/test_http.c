/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/http/http.h"

static void methods(void **state)
{
    static const struct {
        struct str text;
        enum http_method method;
    } rows[] = {
        {STR_INIT("GET"), HTTP_GET},         {STR_INIT("HEAD"), HTTP_HEAD},
        {STR_INIT("POST"), HTTP_POST},       {STR_INIT("PUT"), HTTP_PUT},
        {STR_INIT("DELETE"), HTTP_DELETE},   {STR_INIT("PATCH"), HTTP_PATCH},
        {STR_INIT("OPTIONS"), HTTP_OPTIONS},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        assert_int_equal(http_method_of(rows[i].text), rows[i].method);
        check_str(http_method_name(rows[i].method), rows[i].text);
    }
    assert_int_equal(http_method_of(STR("get")), HTTP_OTHER);
    assert_int_equal(http_method_of(STR("GETS")), HTTP_OTHER);
    assert_int_equal(http_method_of((struct str){0}), HTTP_OTHER);
    assert_int_equal(http_method_name(HTTP_OTHER).n, 0);
}

static void reasons(void **state)
{
    static const struct {
        int status;
        struct str want;
    } rows[] = {
        {100, STR_INIT("Continue")},
        {200, STR_INIT("OK")},
        {404, STR_INIT("Not Found")},
        {429, STR_INIT("Too Many Requests")},
        {499, STR_INIT("Client Closed Request")},
        {511, STR_INIT("Network Authentication Required")},
        {99, STR_INIT("Unknown")},
        {306, STR_INIT("Unknown")},
        {512, STR_INIT("Unknown")},
        {-1, STR_INIT("Unknown")},
    };
    int known = 0;

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++)
        check_str(http_reason(rows[i].status), rows[i].want);
    /* A table that is not sorted would hide some of its rows. */
    for (int status = 0; status < 1000; status++)
        known += !str_eq(http_reason(status), STR("Unknown"));
    assert_int_equal(known, 61);
}

static void byte_sets(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        char c = (char)i;
        bool is_alnum = char_is_alpha(c) || char_is_digit(c);
        bool is_token =
            is_alnum || (i != 0 && strchr("!#$%&'*+-.^_`|~", i) != NULL);
        bool is_host = is_alnum || (i != 0 && strchr("-._~", i) != NULL);

        assert_int_equal(http_is(c, HTTP_TOKEN), is_token);
        assert_int_equal(http_is(c, HTTP_HOST), is_host);
        assert_int_equal(http_is(c, HTTP_TARGET),
                         i > 0x20 && i < 0x7F && i != '#');
        assert_int_equal(http_is(c, HTTP_VALUE),
                         i == '\t' || (i >= 0x20 && i != 0x7F));
    }
    assert_true(http_is_of((struct str){0}, HTTP_TOKEN));
    assert_true(http_is_of(STR("ab"), HTTP_TOKEN));
    assert_false(http_is_of(STR("ab "), HTTP_TOKEN));
}

static void lists(void **state)
{
    static const struct {
        struct str in, want; /* items, each in brackets */
    } rows[] = {
        {STR_INIT("a"), STR_INIT("[a]")},
        {STR_INIT(""), STR_INIT("[]")},
        {STR_INIT(" a ,\tb"), STR_INIT("[a][b]")},
        {STR_INIT("a,,b,"), STR_INIT("[a][][b][]")},
        {STR_INIT("a=\"x,y\",b"), STR_INIT("[a=\"x,y\"][b]")},
        {STR_INIT("\"x\\\",y\",b"), STR_INIT("[\"x\\\",y\"][b]")},
        {STR_INIT("\"x\\"), STR_INIT("[\"x\\]")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].in);
        struct str rest = g.s;
        struct str item;
        char got[100];
        size_t n = 0;

        while (http_list_next(&rest, &item)) {
            got[n++] = '[';
            if (item.n != 0)
                memcpy(got + n, item.p, item.n);
            n += item.n;
            got[n++] = ']';
        }
        check_str(((struct str){got, n}), rows[i].want);
        guard_free(&g);
    }
}

static struct http_field some[] = {
    {STR_INIT("Host"), STR_INIT("h"), NULL},
    {STR_INIT("Connection"), STR_INIT("close, X-One"), NULL},
    {STR_INIT("cache-control"), STR_INIT("max-age=5, a=\"no-store\""), NULL},
    {STR_INIT("CONNECTION"), STR_INIT("x-two"), NULL},
    {STR_INIT("host"), STR_INIT("second"), NULL},
};
static const struct http_fields fields = {some, SL_LEN(some)};

static void finds_fields(void **state)
{
    struct http_fields none = {0};

    (void)state;
    assert_ptr_equal(http_find(&fields, STR("HOST")), &some[0]);
    assert_null(http_find(&fields, STR("Hos")));
    check_str(http_value(&fields, STR("hOST")), STR("h"));
    assert_null(http_value(&fields, STR("nope")).p);
    assert_null(http_find(&none, STR("host")));
}

static void finds_tokens(void **state)
{
    (void)state;
    assert_true(http_has_token(&fields, STR("connection"), STR("CLOSE")));
    assert_true(http_has_token(&fields, STR("connection"), STR("x-one")));
    assert_true(http_has_token(&fields, STR("connection"), STR("X-Two")));
    assert_false(http_has_token(&fields, STR("connection"), STR("x")));
    assert_false(
        http_has_token(&fields, STR("cache-control"), STR("no-store")));
    assert_false(http_has_token(&fields, STR("upgrade"), STR("close")));
}

static void media_types(void **state)
{
    (void)state;
    check_str(http_media_type(STR(" text/event-stream ; charset=utf-8")),
              STR("text/event-stream"));
    check_str(http_media_type(STR("text/plain")), STR("text/plain"));
    assert_int_equal(http_media_type((struct str){0}).n, 0);
    assert_true(
        http_is_media(STR("Application/JSON;x"), STR("application/json")));
    assert_false(
        http_is_media(STR("application/jsonl"), STR("application/json")));
}

static void hop_by_hop(void **state)
{
    static const struct {
        struct str name;
        bool want;
    } rows[] = {
        {STR_INIT("Connection"), true},
        {STR_INIT("keep-alive"), true},
        {STR_INIT("TE"), true},
        {STR_INIT("trailer"), true},
        {STR_INIT("Transfer-Encoding"), true},
        {STR_INIT("upgrade"), true},
        {STR_INIT("Proxy-Authorization"), true},
        {STR_INIT("proxy-connection"), true},
        {STR_INIT("x-one"), true},
        {STR_INIT("X-TWO"), true},
        {STR_INIT("host"), false},
        {STR_INIT("x-three"), false},
        {STR_INIT("proxy"), false},
        {STR_INIT("content-length"), false},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++)
        assert_int_equal(http_is_hop_by_hop(&fields, rows[i].name),
                         rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods),      cmocka_unit_test(reasons),
        cmocka_unit_test(byte_sets),    cmocka_unit_test(lists),
        cmocka_unit_test(finds_fields), cmocka_unit_test(finds_tokens),
        cmocka_unit_test(media_types),  cmocka_unit_test(hop_by_hop),
    };

    return test_run("http", tests, SL_LEN(tests));
}
