/* SPDX-License-Identifier: MIT */
#include "core/base/json.h"

#include "support.h"

#include <stdio.h>
#include <string.h>

static struct test_mem mem;
static struct arena arena;

static int begin(void **state)
{
    (void)state;
    test_mem_init(&mem);
    arena_init(&arena, &mem.mem, 4096, (size_t)64 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_release(&arena);
    return mem.live == 0 ? 0 : -1;
}

/* Parses a copy that ends at a guard page; the error's offset comes back. */
static enum sl_rc parse_guarded(struct str text, size_t *at)
{
    struct guarded g = guard_copy(text);
    struct err err = {0};
    struct json doc;
    enum sl_rc rc = json_parse(&doc, g.s, &arena, NULL, &err);

    if (rc != SL_OK && (err.rc != rc || !err.has_at || err.what.n == 0))
        fail_msg("%.*s: no detail", (int)text.n, text.p);
    *at = err.at;
    guard_free(&g);
    arena_release(&arena);
    return rc;
}

static struct jval parse(struct json *doc, struct str text)
{
    assert_int_equal(json_parse(doc, text, &arena, NULL, NULL), SL_OK);
    return json_root(doc);
}

/* ---- what is accepted ---- */

static const struct str valid[] = {
    STR_INIT("null"),
    STR_INIT("true"),
    STR_INIT("false"),
    STR_INIT("0"),
    STR_INIT("-0"),
    STR_INIT("-0.0e-0"),
    STR_INIT("12"),
    STR_INIT("1.50"),
    STR_INIT("1E5"),
    STR_INIT("1e+5"),
    STR_INIT("1e-05"),
    STR_INIT("1e99999"),
    STR_INIT("\"\""),
    STR_INIT("\" \x7F \""),
    STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    STR_INIT("\"\\u0000\\uabCD\\uD7FF\\uE000\\uFFFF\""),
    STR_INIT("\"\\ud800\\udc00\\uDBFF\\uDFFF\""),
    STR_INIT("\"\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80\""),
    STR_INIT("\"\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF\""),
    STR_INIT("[]"),
    STR_INIT(" [ ] "),
    STR_INIT("\t\r\n [\t\r\n 1 \t\r\n] \t\r\n "),
    STR_INIT("[1,2,\"3\",[4,[]],{}]"),
    STR_INIT("{}"),
    STR_INIT("{ \"a\" : 1 , \"a\" : { \"b\" : [ ] } }"),
    STR_INIT("{\"\":\"\",\"[{\\\"]}\":[\"}]\",\"\\\\\"]}"),
};

/* Cut at n bytes it is refused; in the white space at its end it is whole. */
static void check_cut(struct str text, size_t n)
{
    struct str words = str_trim(text);
    size_t at = 0;
    enum sl_rc rc = parse_guarded(str_first(text, n), &at);
    bool whole = n >= words.n + (size_t)(words.p - text.p);

    if (rc != (whole ? SL_OK : SL_SYNTAX) || at > n)
        fail_msg("%.*s cut at %zu: %d at %zu", (int)text.n, text.p, n, (int)rc,
                 at);
}

static void accepted_whole_and_refused_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(valid); i++) {
        struct str text = valid[i];
        bool is_number = char_is_digit(text.p[0]) || text.p[0] == '-';
        size_t at;

        if (parse_guarded(text, &at) != SL_OK)
            fail_msg("refused: %.*s at %zu", (int)text.n, text.p, at);
        for (size_t n = 0; n < text.n && !is_number; n++)
            check_cut(text, n);
    }
}

struct bad {
    struct str text;
    size_t at;
};

/* A code point that is none, in a string: the sequence begins at 2. */
#define BAD_UTF8(bytes)                \
    {                                  \
        STR_INIT("[\"" bytes "\"]"), 2 \
    }

static const struct bad bad[] = {
    {STR_INIT(""), 0},
    {STR_INIT("  "), 2},
    {STR_INIT("\xEF\xBB\xBF{}"), 0},
    {STR_INIT("nul"), 0},
    {STR_INIT("nulll"), 4},
    {STR_INIT("True"), 0},
    {STR_INIT("NaN"), 0},
    {STR_INIT("-Infinity"), 1},
    {STR_INIT("+1"), 0},
    {STR_INIT("-"), 1},
    {STR_INIT("01"), 1},
    {STR_INIT("-01"), 2},
    {STR_INIT("1."), 2},
    {STR_INIT("1.e1"), 2},
    {STR_INIT(".5"), 0},
    {STR_INIT("1e"), 2},
    {STR_INIT("1e+"), 3},
    {STR_INIT("0x10"), 1},
    {STR_INIT("1 2"), 2},
    {STR_INIT("[1,]"), 3},
    {STR_INIT("[,1]"), 1},
    {STR_INIT("[1 2]"), 3},
    {STR_INIT("[1}"), 2},
    {STR_INIT("[]]"), 2},
    {STR_INIT("[1:2]"), 2},
    {STR_INIT("{\"a\"}"), 4},
    {STR_INIT("{\"a\":}"), 5},
    {STR_INIT("{\"a\" 1}"), 5},
    {STR_INIT("{\"a\":1,}"), 7},
    {STR_INIT("{,}"), 1},
    {STR_INIT("{\"a\":1]"), 6},
    {STR_INIT("{\"a\":1 \"b\":2}"), 7},
    {STR_INIT("{a:1}"), 1},
    {STR_INIT("{1:1}"), 1},
    {STR_INIT("{'a':1}"), 1},
    {STR_INIT("[/**/1]"), 1},
    {STR_INIT("[\"a\nb\"]"), 3},
    {STR_INIT("[\"\x1F\"]"), 2},
    {STR_INIT("[\"\0\"]"), 2},
    {STR_INIT("[\0]"), 1},
    {STR_INIT("[\f1]"), 1},
    {STR_INIT("[\"\\\"]"), 5},
    {STR_INIT("[\"\\x\"]"), 2},
    {STR_INIT("[\"\\u12\"]"), 2},
    {STR_INIT("[\"\\u12G4\"]"), 2},
    {STR_INIT("[\"a\\uD800\"]"), 3},
    {STR_INIT("[\"a\\uDC00\"]"), 3},
    {STR_INIT("[\"\\uD800\\uD800\"]"), 2},
    {STR_INIT("[\"\\uD800\\n\"]"), 2},
    {STR_INIT("[\"\\uD800xxxxxx\"]"), 2},
    {STR_INIT("[\"\\"), 2},
    BAD_UTF8("\x80"),
    BAD_UTF8("\xC0\xAF"),
    BAD_UTF8("\xC1\xBF"),
    BAD_UTF8("\xE0\x9F\xBF"),
    BAD_UTF8("\xED\xA0\x80"),
    BAD_UTF8("\xF0\x8F\xBF\xBF"),
    BAD_UTF8("\xF4\x90\x80\x80"),
    BAD_UTF8("\xF5\x80\x80\x80"),
    BAD_UTF8("\xE2\x82"),
    BAD_UTF8("\xFF"),
    /* The first of two faults counts. */
    {STR_INIT("[\"\xFF\",]"), 2},
    {STR_INIT("[,\"\xFF\"]"), 1},
};

static void refused_with_offset(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(bad); i++) {
        struct str text = bad[i].text;
        size_t at = 0;

        if (parse_guarded(text, &at) != SL_SYNTAX || at != bad[i].at)
            fail_msg("%.*s: at %zu, want %zu", (int)text.n, text.p, at,
                     bad[i].at);
    }
}

static void failure_leaves_doc_alone(void **state)
{
    struct json doc = {.n = 77};

    (void)state;
    assert_int_equal(json_parse(&doc, STR("["), &arena, NULL, NULL), SL_SYNTAX);
    assert_int_equal(doc.n, 77);
    assert_int_equal(json_parse(&doc, (struct str){0}, &arena, NULL, NULL),
                     SL_SYNTAX);
}

/* ---- limits ---- */

/* n brackets around `inner`. */
static struct str nested(size_t n, struct str inner)
{
    char *p = arena_get(&arena, 2 * n + inner.n);

    assert_non_null(p);
    memset(p, '[', n);
    memcpy(p + n, inner.p, inner.n);
    memset(p + n + inner.n, ']', n);
    return (struct str){p, 2 * n + inner.n};
}

static void check_limit(struct str text, struct json_limits l, size_t at)
{
    struct err err = {0};
    struct json doc;
    enum sl_rc rc = json_parse(&doc, text, &arena, &l, &err);

    if (at == SIZE_MAX) {
        assert_int_equal(rc, SL_OK);
    } else {
        assert_int_equal(rc, SL_TOO_LARGE);
        assert_int_equal(err.at, at);
    }
}

static void depth_exactly_and_one_more(void **state)
{
    (void)state;
    check_limit(STR("[[[1]]]"), (struct json_limits){.depth = 3}, SIZE_MAX);
    check_limit(STR("[[[[]]]]"), (struct json_limits){.depth = 3}, 3);
    check_limit(STR("[{\"a\":{}}]"), (struct json_limits){.depth = 2}, 6);
    check_limit(STR("[[],[],[]]"), (struct json_limits){.depth = 2}, SIZE_MAX);
    check_limit(STR("1"), (struct json_limits){.depth = 1}, SIZE_MAX);
    check_limit(nested(JSON_DEPTH, STR("1")), (struct json_limits){0},
                SIZE_MAX);
    check_limit(nested(JSON_DEPTH + 1, STR("1")), (struct json_limits){0},
                JSON_DEPTH);
    check_limit(nested(5000, STR("")), (struct json_limits){.depth = 5000},
                SIZE_MAX);
}

static void nodes_exactly_and_one_more(void **state)
{
    (void)state;
    check_limit(STR("[1,2]"), (struct json_limits){.nodes = 3}, SIZE_MAX);
    check_limit(STR("[1,2]"), (struct json_limits){.nodes = 2}, 3);
    check_limit(STR("{\"a\":1}"), (struct json_limits){.nodes = 3}, SIZE_MAX);
    check_limit(STR("{\"a\":1}"), (struct json_limits){.nodes = 2}, 5);
    check_limit(STR("{\"a\":1}"), (struct json_limits){.nodes = 1}, 1);
    check_limit(STR("[[]]"), (struct json_limits){.nodes = 1}, 1);
}

static void bytes_exactly_and_one_more(void **state)
{
    (void)state;
    check_limit(STR("[1,2]"), (struct json_limits){.bytes = 5}, SIZE_MAX);
    check_limit(STR("[1,2]"), (struct json_limits){.bytes = 4}, 4);
}

static void default_nodes(void **state)
{
    size_t n = JSON_NODES - 1; /* and the array itself */
    char *p = arena_get(&arena, 2 * n + 3);

    (void)state;
    assert_non_null(p);
    for (size_t i = 0; i < n + 1; i++)
        memcpy(p + 2 * i, i == 0 ? "[0" : ",0", 2);
    p[2 * n] = ']';
    check_limit((struct str){p, 2 * n + 1}, (struct json_limits){0}, SIZE_MAX);
    memcpy(p + 2 * n, ",0]", 3);
    check_limit((struct str){p, 2 * n + 3}, (struct json_limits){0}, 2 * n + 1);
}

/* ---- access ---- */

static const struct str sample = STR_INIT(
    "{\"model\":\"gpt\\u002d4\",\"n\":2,\"list\":[10,[true,null],{\"k\":\"v\"}"
    "],\"o\":{\"a\":{\"b\":\"deep\"}},\"d\":1,\"\\u0064\":2,\"\":false}");

static void types(void **state)
{
    static const struct {
        struct str path, raw;
        enum json_type type;
        uint32_t count;
    } want[] = {
        {STR_INIT("model"), STR_INIT("\"gpt\\u002d4\""), JSON_STRING, 0},
        {STR_INIT("n"), STR_INIT("2"), JSON_NUMBER, 0},
        {STR_INIT("list.0"), STR_INIT("10"), JSON_NUMBER, 0},
        {STR_INIT("list.1"), STR_INIT("[true,null]"), JSON_ARRAY, 2},
        {STR_INIT("list.1.0"), STR_INIT("true"), JSON_TRUE, 0},
        {STR_INIT("list.1.1"), STR_INIT("null"), JSON_NULL, 0},
        {STR_INIT("list.2"), STR_INIT("{\"k\":\"v\"}"), JSON_OBJECT, 1},
        {STR_INIT("list.2.k"), STR_INIT("\"v\""), JSON_STRING, 0},
        {STR_INIT("list.3"), STR_INIT(""), JSON_NONE, 0},
        {STR_INIT("list.-1"), STR_INIT(""), JSON_NONE, 0},
        {STR_INIT("list.4294967296"), STR_INIT(""), JSON_NONE, 0},
        {STR_INIT("list.x"), STR_INIT(""), JSON_NONE, 0},
        {STR_INIT("o.a.b"), STR_INIT("\"deep\""), JSON_STRING, 0},
        {STR_INIT("o.a.b.c"), STR_INIT(""), JSON_NONE, 0},
        {STR_INIT("o.x.b"), STR_INIT(""), JSON_NONE, 0},
        {STR_INIT("d"), STR_INIT("2"), JSON_NUMBER, 0}, /* the last one */
        {STR_INIT("mode"), STR_INIT(""), JSON_NONE, 0},
    };
    struct json doc;
    struct jval root = parse(&doc, sample);

    (void)state;
    assert_int_equal(json_count(root), 7);
    for (size_t i = 0; i < SL_LEN(want); i++) {
        struct jval v = json_path(root, want[i].path);

        check_str_case(want[i].path.p, json_raw(v), want[i].raw);
        if (json_type(v) != want[i].type || json_count(v) != want[i].count)
            fail_msg("%s: type %d", want[i].path.p, (int)json_type(v));
        assert_int_equal(json_raw_type(json_raw(v)), want[i].type);
    }
    assert_int_equal(json_type(json_get(root, STR(""))), JSON_FALSE);
    check_str(json_raw(json_path(root, STR(""))), sample);
}

static void questions(void **state)
{
    struct json doc;
    struct jval v = parse(&doc, STR("[null,false,true,1,\"\",[],{}]"));
    struct jval absent = {0};

    (void)state;
    for (uint32_t i = 0; i < 8; i++) {
        struct jval e = json_at(v, i);

        assert_int_equal(json_is_null(e), i == 0 || i == 7);
        assert_int_equal(json_is_true(e), i == 2);
        assert_int_equal(json_is_num(e), i == 3);
        assert_int_equal(json_is_str(e), i == 4);
        assert_int_equal(json_is_arr(e), i == 5);
        assert_int_equal(json_is_obj(e), i == 6);
    }
    assert_int_equal(json_type(json_at(json_at(v, 6), 0)), JSON_NONE);
    assert_int_equal(json_type(json_get(v, STR("x"))), JSON_NONE);
    assert_int_equal(json_type(json_at(absent, 0)), JSON_NONE);
    assert_int_equal(json_type(json_root(&(struct json){0})), JSON_NONE);
    assert_false(json_text_eq(absent, STR("")));
}

static void walking(void **state)
{
    struct json doc;
    struct jval_iter it =
        json_iter(parse(&doc, STR("{\"a\":[1,2],\"b\":{\"c\":3}}")));

    (void)state;
    assert_true(json_iter_next(&it));
    check_str(json_raw(it.name), STR("\"a\""));
    check_str(json_raw(it.value), STR("[1,2]"));
    assert_true(json_iter_next(&it));
    assert_true(json_text_eq(it.name, STR("b")));
    check_str(json_raw(it.value), STR("{\"c\":3}"));
    assert_false(json_iter_next(&it));
    assert_false(json_iter_next(&it));
    assert_int_equal(json_type(it.value), JSON_NONE);
    it = json_iter(parse(&doc, STR("[[],7]")));
    assert_true(json_iter_next(&it));
    assert_int_equal(json_type(it.name), JSON_NONE);
    check_str(json_raw(it.value), STR("[]"));
    assert_true(json_iter_next(&it));
    check_str(json_raw(it.value), STR("7"));
    assert_false(json_iter_next(&it));
    it = json_iter((struct jval){0});
    assert_false(json_iter_next(&it));
    it = json_iter(parse(&doc, STR("5")));
    assert_false(json_iter_next(&it));
}

/* ---- texts and numbers ---- */

static void texts(void **state)
{
    static const struct {
        struct str raw, text;
    } cases[] = {
        {STR_INIT("\"\""), STR_INIT("")},
        {STR_INIT("\"plain\""), STR_INIT("plain")},
        {STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
         STR_INIT("\"\\/\b\f\n\r\t")},
        {STR_INIT("\"a\\u0000b\""), STR_INIT("a\0b")},
        {STR_INIT("\"\\u007f\\u0080\\u07FF\\u0800\\uffff\""),
         STR_INIT("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF")},
        {STR_INIT("\"\\ud83d\\ude00x\\uDBFF\\uDFFF\""),
         STR_INIT("\xF0\x9F\x98\x80x\xF4\x8F\xBF\xBF")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct json doc;
        struct jval v = parse(&doc, cases[i].raw);
        struct str got = STR("untouched");

        assert_true(json_text(v, &arena, &got));
        check_str_case(cases[i].raw.p, got, cases[i].text);
        assert_true(json_text_eq(v, cases[i].text));
        assert_false(json_text_eq(v, STR("other")));
        assert_false(json_text_eq(v, str_first(cases[i].text, 1)) &&
                     cases[i].text.n > 1);
        got = (struct str){0};
        assert_int_equal(json_raw_text(cases[i].raw, &arena, &got), SL_OK);
        check_str_case(cases[i].raw.p, got, cases[i].text);
    }
}

static void raw_text_refuses(void **state)
{
    static const struct str cases[] = {
        STR_INIT(""),         STR_INIT("1"),           STR_INIT("\""),
        STR_INIT("\"a"),      STR_INIT("\"a\"b"),      STR_INIT("\"a\"\""),
        STR_INIT("\"\\q\""),  STR_INIT("\"\\uD800\""), STR_INIT("\"\xFF\""),
        STR_INIT("\"a\nb\""), STR_INIT("null"),
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct str text = STR("untouched");

        if (json_raw_text(cases[i], &arena, &text) != SL_SYNTAX)
            fail_msg("accepted: %s", cases[i].p);
        check_str(text, STR("untouched"));
    }
}

static void text_of_no_string(void **state)
{
    struct json doc;
    struct str text = STR("x");
    int64_t i = 5;
    double d = 5;

    (void)state;
    assert_false(json_text(parse(&doc, STR("1")), &arena, &text));
    assert_int_equal(text.n, 0);
    assert_false(json_i64(parse(&doc, STR("\"1\"")), &i));
    assert_false(json_f64(parse(&doc, STR("\"1\"")), &d));
    assert_false(json_i64((struct jval){0}, &i));
    assert_int_equal(i, 5);
    assert_true(json_i64(parse(&doc, STR("-12")), &i));
    assert_int_equal(i, -12);
    assert_true(json_f64(parse(&doc, STR("-1.5")), &d));
    assert_true(d == -1.5);
}

/* ---- duplicates ---- */

static void duplicates(void **state)
{
    static const struct {
        struct str text, name;
        bool want;
    } cases[] = {
        {STR_INIT("{}"), STR_INIT(""), false},
        {STR_INIT("[1,1]"), STR_INIT(""), false},
        {STR_INIT("{\"a\":1}"), STR_INIT(""), false},
        {STR_INIT("{\"a\":1,\"b\":{\"a\":1},\"aa\":2}"), STR_INIT(""), false},
        {STR_INIT("{\"a\":1,\"b\":2,\"a\":3}"), STR_INIT("a"), true},
        {STR_INIT("{\"\":1,\"\":2}"), STR_INIT(""), true},
        {STR_INIT("{\"x\":{\"a\":1,\"a\":1}}"), STR_INIT(""), false},
    };
    struct str name = {0};
    struct json doc;

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        name = (struct str){0};
        assert_int_equal(json_duplicates(parse(&doc, cases[i].text), &name),
                         cases[i].want);
        check_str_case(cases[i].text.p, name, cases[i].name);
    }
    assert_true(json_duplicates(
        parse(&doc, STR("{\"ab\":1,\"\\u0061\\u0062\":2}")), NULL));
    assert_false(json_duplicates((struct jval){0}, NULL));
}

/* An object of n members whose names differ, then one more named k-twice. */
static struct str many(size_t n, size_t k_twice)
{
    char *p = arena_get(&arena, 16 * n + 32);
    int at = 1;

    assert_non_null(p);
    p[0] = '{';
    for (size_t i = 0; i <= n; i++) {
        size_t k = i == n ? k_twice : i * 7919 % n;

        at += snprintf(p + at, 16, "%s\"%06zu\":0", i == 0 ? "" : ",", k);
    }
    p[at++] = '}';
    return (struct str){p, (size_t)at};
}

static void check_many(size_t n, size_t k_twice)
{
    struct json doc;
    struct str name = {0};
    char want[16];

    snprintf(want, sizeof(want), "%06zu", k_twice);
    if (json_duplicates(parse(&doc, many(n, k_twice)), &name) != (k_twice < n))
        fail_msg("%zu members, %zu twice", n, k_twice);
    if (k_twice < n)
        check_str(name, str_of(want));
    arena_release(&arena);
}

/* Around the size of a batch, and over several. */
static void duplicates_among_many(void **state)
{
    static const size_t sizes[] = {2, 1023, 1024, 1025, 2048, 2049, 5000};

    (void)state;
    for (size_t i = 0; i < SL_LEN(sizes); i++) {
        size_t n = sizes[i];

        check_many(n, 0);
        check_many(n, n / 2);
        check_many(n, n - 1);
        check_many(n, n); /* none is */
        if (n > 1024) {
            check_many(n, 1023);
            check_many(n, 1024);
        }
    }
}

/* ---- memory ---- */

static bool parse_in(void *ctx, struct test_mem *m)
{
    struct arena a;
    struct json doc;
    struct str text = {0};
    enum sl_rc rc;
    bool through = false;

    (void)ctx;
    arena_init(&a, &m->mem, 16, (size_t)1 << 20);
    rc = json_parse(&doc, sample, &a, NULL, NULL);
    if (rc == SL_OK)
        through =
            json_text(json_path(json_root(&doc), STR("model")), &a, &text) &&
            json_raw_text(STR("\"long enough for a chunk \\u002d\""), &a,
                          &text) == SL_OK;
    else
        assert_int_equal(rc, SL_NOMEM);
    arena_release(&a);
    return through;
}

static bool raw_text_in(void *ctx, struct test_mem *m)
{
    struct arena a;
    struct str text = STR("untouched");
    enum sl_rc rc;

    (void)ctx;
    arena_init(&a, &m->mem, 16, (size_t)1 << 20);
    rc = json_raw_text(STR("\"a\\nb\""), &a, &text);
    if (rc != SL_OK) {
        assert_int_equal(rc, SL_NOMEM);
        check_str(text, STR("untouched"));
    }
    arena_release(&a);
    return rc == SL_OK;
}

static void each_allocation_failing(void **state)
{
    (void)state;
    test_each_allocation(parse_in, NULL);
    test_each_allocation(raw_text_in, NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        T(accepted_whole_and_refused_cut),
        T(refused_with_offset),
        T(failure_leaves_doc_alone),
        T(depth_exactly_and_one_more),
        T(nodes_exactly_and_one_more),
        T(bytes_exactly_and_one_more),
        T(default_nodes),
        T(types),
        T(questions),
        T(walking),
        T(texts),
        T(raw_text_refuses),
        T(text_of_no_string),
        T(duplicates),
        T(duplicates_among_many),
        T(each_allocation_failing),
    };

    return test_run("json", tests, SL_LEN(tests));
}
