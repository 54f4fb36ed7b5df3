/* SPDX-License-Identifier: MIT */
#include "core/base/json.h"

#include "support.h"

#include <stdio.h>
#include <string.h>

enum { MAX_OPS = 4, MAX_MEMBERS = 8 };

struct op {
    enum { NOTHING, SET, REMOVE, ADD } kind;
    struct str name; /* of a member of the object at `path` */
    struct str raw;
    struct str path; /* "" is the root */
};

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

/* ---- a row is a text, what is done to it and what becomes of it ---- */

static void apply(struct json_edit *e, struct str object, const struct op *op)
{
    struct str rest = object;
    struct str name;
    struct str value;

    if (op->kind == ADD) {
        json_edit_insert(e, object, op->name, op->raw);
        return;
    }
    while (json_next_member(&rest, &name, &value)) {
        struct str inner = {name.p + 1, name.n - 2};

        if (!str_eq(inner, op->name))
            continue;
        if (op->kind == SET)
            json_edit_replace(e, value, op->raw);
        else
            json_edit_remove(e, object, str_range(name.p, value.p + value.n));
        return;
    }
    fail_msg("no member %s in %s", op->name.p, object.p);
}

static void apply_all(struct json_edit *e, struct str text,
                      const struct op ops[MAX_OPS])
{
    struct json doc;

    assert_int_equal(json_parse(&doc, text, &arena, NULL, NULL), SL_OK);
    json_edit_init(e, text, &arena);
    for (size_t i = 0; i < MAX_OPS && ops[i].kind != NOTHING; i++)
        apply(e, json_raw(json_path(json_root(&doc), ops[i].path)), &ops[i]);
}

static struct str written(struct json_edit *e)
{
    struct buf out;

    buf_init(&out, arena_mem(&arena), 4096);
    json_edit_write(e, &out);
    assert_false(out.failed);
    return buf_str(&out);
}

/* The pieces, which must be none too many, not empty, and add up. */
static struct str joined(struct json_edit *e, size_t n_ops)
{
    struct str pieces[2 * MAX_OPS * 4 + 1];
    struct buf out;
    size_t total = 99;
    size_t n = json_edit_pieces(e, pieces, 2 * n_ops * 4 + 1, &total);

    buf_init(&out, arena_mem(&arena), 4096);
    for (size_t i = 0; i < n; i++) {
        assert_int_not_equal(pieces[i].n, 0);
        buf_add(&out, pieces[i]);
    }
    assert_int_equal(out.n, total);
    if (n > 0) {
        assert_int_equal(json_edit_pieces(e, pieces, n, &total), n);
        assert_int_equal(json_edit_pieces(e, pieces, n - 1, &total), 0);
        assert_int_equal(total, 0);
    }
    return buf_str(&out);
}

static size_t count_ops(const struct op ops[MAX_OPS])
{
    size_t n = 0;

    while (n < MAX_OPS && ops[n].kind != NOTHING)
        n++;
    return n;
}

#define S(lit) STR_INIT(lit)
#define NAME(n) \
    S(n), {0},  \
    {           \
        0       \
    }

static const struct {
    struct str text;
    struct op ops[MAX_OPS];
    struct str want;
} rows[] = {
    {S("{}"), {{0}}, S("{}")},
    {S(" { \"a\" : 1 } "), {{0}}, S(" { \"a\" : 1 } ")},
    /* replace */
    {S("{\"a\":1}"),
     {{SET, S("a"), S("\"long\""), {0}}},
     S("{\"a\":\"long\"}")},
    {S(" {\"a\" : [1, 2] , \"b\":3}"),
     {{SET, S("a"), S("0"), {0}}},
     S(" {\"a\" : 0 , \"b\":3}")},
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{SET, S("c"), S("30"), {0}},
      {SET, S("a"), S("10"), {0}},
      {SET, S("b"), S("20"), {0}}},
     S("{\"a\":10,\"b\":20,\"c\":30}")},
    {S("{\"a\":{\"b\":{\"c\":1}}}"),
     {{SET, S("c"), S("{}"), S("a.b")}},
     S("{\"a\":{\"b\":{\"c\":{}}}}")},
    {S("{\"a\":1}"), {{SET, S("a"), S(""), {0}}}, S("{\"a\":}")},
    /* insert */
    {S("{}"), {{ADD, S("n"), S("1"), {0}}}, S("{\"n\":1}")},
    {S("{ \n }"), {{ADD, S("n"), S("1"), {0}}}, S("{\"n\":1 \n }")},
    {S("{\"a\":1}"), {{ADD, S("n"), S("1"), {0}}}, S("{\"a\":1,\"n\":1}")},
    {S("{ \"a\": 1\n}\n"),
     {{ADD, S("n"), S("1"), {0}}},
     S("{ \"a\": 1,\"n\":1\n}\n")},
    {S("{}"),
     {{ADD, S("x"), S("1"), {0}},
      {ADD, S("y"), S("2"), {0}},
      {ADD, S("z"), S("3"), {0}}},
     S("{\"x\":1,\"y\":2,\"z\":3}")},
    {S("{\"a\":{}}"),
     {{ADD, S("o"), S("1"), {0}}, {ADD, S("i"), S("2"), S("a")}},
     S("{\"a\":{\"i\":2},\"o\":1}")},
    {S("{\"a\":{\"b\":0}}"),
     {{ADD, S("i"), S("2"), S("a")}, {ADD, S("o"), S("1"), {0}}},
     S("{\"a\":{\"b\":0,\"i\":2},\"o\":1}")},
    {S("{\"a\":1}"),
     {{ADD, S("q\"\n\xC3\xA4"), S("1"), {0}}},
     S("{\"a\":1,\"q\\\"\\n\xC3\xA4\":1}")},
    {S("{}"), {{ADD, S(""), S("1"), {0}}}, S("{\"\":1}")},
    {S("[{\"a\":{ }},{}]"),
     {{ADD, S("n"), S("1"), S("0.a")}, {ADD, S("m"), S("2"), S("1")}},
     S("[{\"a\":{\"n\":1 }},{\"m\":2}]")},
    /* remove */
    {S("{\"a\":1}"), {{REMOVE, NAME("a")}}, S("{}")},
    {S("{ \"a\" : 1 }"), {{REMOVE, NAME("a")}}, S("{  }")},
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{REMOVE, NAME("a")}},
     S("{\"b\":2,\"c\":3}")},
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{REMOVE, NAME("b")}},
     S("{\"a\":1,\"c\":3}")},
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{REMOVE, NAME("c")}},
     S("{\"a\":1,\"b\":2}")},
    {S("{\n \"a\": 1 ,\n \"b\": 2\n}"),
     {{REMOVE, NAME("a")}},
     S("{\n \n \"b\": 2\n}")},
    {S("{\n \"a\": 1 ,\n \"b\": 2\n}"),
     {{REMOVE, NAME("b")}},
     S("{\n \"a\": 1 \n}")},
    /* neighbours */
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{REMOVE, NAME("a")}, {REMOVE, NAME("b")}},
     S("{\"c\":3}")},
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{REMOVE, NAME("c")}, {REMOVE, NAME("b")}},
     S("{\"a\":1}")},
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{REMOVE, NAME("a")}, {REMOVE, NAME("c")}},
     S("{\"b\":2}")},
    {S("{\"a\":1,\"b\":2,\"c\":3}"),
     {{REMOVE, NAME("b")}, {REMOVE, NAME("a")}, {REMOVE, NAME("c")}},
     S("{}")},
    {S("{\"a\":1 , \"b\":2 , \"c\":3 , \"d\":4 }"),
     {{REMOVE, NAME("b")}, {REMOVE, NAME("d")}, {REMOVE, NAME("c")}},
     S("{\"a\":1    }")},
    /* one with the other */
    {S("{\"a\":1}"),
     {{REMOVE, NAME("a")}, {ADD, S("n"), S("2"), {0}}},
     S("{\"n\":2}")},
    {S("{\"a\":1}"),
     {{ADD, S("n"), S("2"), {0}},
      {ADD, S("m"), S("3"), {0}},
      {REMOVE, NAME("a")}},
     S("{\"n\":2,\"m\":3}")},
    {S("{\"a\":1,\"b\":2}"),
     {{ADD, S("n"), S("2"), {0}}, {REMOVE, NAME("b")}},
     S("{\"a\":1,\"n\":2}")},
    {S("{\"a\":1,\"b\":2}"),
     {{ADD, S("n"), S("2"), {0}}, {REMOVE, NAME("a")}},
     S("{\"b\":2,\"n\":2}")},
    {S("{\"a\":1,\"b\":2}"),
     {{REMOVE, NAME("b")}, {ADD, S("n"), S("2"), {0}}, {REMOVE, NAME("a")}},
     S("{\"n\":2}")},
    {S("{\"a\":1,\"b\":2}"),
     {{SET, S("b"), S("9"), {0}},
      {ADD, S("n"), S("3"), {0}},
      {REMOVE, NAME("a")}},
     S("{\"b\":9,\"n\":3}")},
    {S("{\"a\":{\"x\":1},\"b\":2}"),
     {{REMOVE, NAME("b")},
      {REMOVE, S("x"), {0}, S("a")},
      {ADD, S("n"), S("3"), {0}},
      {ADD, S("y"), S("4"), S("a")}},
     S("{\"a\":{\"y\":4},\"n\":3}")},
};

static void rows_come_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].text);
        struct json_edit e;

        apply_all(&e, g.s, rows[i].ops);
        check_str_case(rows[i].text.p, written(&e), rows[i].want);
        check_str_case(rows[i].text.p, joined(&e, count_ops(rows[i].ops)),
                       rows[i].want);
        /* Asking changes nothing. */
        check_str_case(rows[i].text.p, written(&e), rows[i].want);
        check_str_case(rows[i].text.p, g.s, rows[i].text);
        guard_free(&g);
    }
}

/* ---- every set of removals, with and without an insertion ---- */

static size_t write_object(char *to, unsigned keep, size_t n, bool insert)
{
    int at = snprintf(to, 4, "{");

    for (size_t i = 0; i < n; i++) {
        if (keep >> i & 1)
            at += snprintf(to + at, 16, "%s\"%zu\":%zu", at == 1 ? "" : ",", i,
                           i);
    }
    if (insert)
        at += snprintf(to + at, 16, "%s\"n\":[]", at == 1 ? "" : ",");
    to[at] = '}';
    return (size_t)at + 1;
}

static void check_removals(size_t n, unsigned keep, unsigned turn)
{
    char text[256];
    char want[256];
    struct str object = {text, write_object(text, 0xFFFF, n, false)};
    struct json_edit e;
    size_t from = turn % n;

    json_edit_init(&e, object, &arena);
    if (turn % 3 == 1)
        json_edit_insert(&e, object, STR("n"), STR("[]"));
    for (size_t k = 0; k < n; k++) {
        size_t i = (from + k) % n;
        struct op op = {.kind = REMOVE,
                        .name = {(const char[]){(char)('0' + i)}, 1}};

        if ((keep >> i & 1) == 0)
            apply(&e, object, &op);
    }
    if (turn % 3 == 2)
        json_edit_insert(&e, object, STR("n"), STR("[]"));
    object = (struct str){want, write_object(want, keep, n, turn % 3 != 0)};
    check_str(written(&e), object);
    arena_release(&arena);
}

static void every_set_of_removals(void **state)
{
    (void)state;
    for (size_t n = 1; n <= MAX_MEMBERS; n++) {
        for (unsigned keep = 0; keep < 1U << n; keep++) {
            for (unsigned turn = 0; turn < 3 * n; turn++)
                check_removals(n, keep, turn);
        }
    }
}

static void by_the_slices_of_a_scan(void **state)
{
    static const struct str text =
        STR_INIT("{\"messages\":[1, 2], \"model\":\"a/b\", \"stream\" : true}");
    struct json_want want[] = {{.name = STR_INIT("model")},
                               {.name = STR_INIT("stream")}};
    struct json_edit e;

    (void)state;
    assert_int_equal(json_scan(text, want, 2, NULL), SL_OK);
    json_edit_init(&e, text, &arena);
    json_edit_remove(&e, text, want[1].member);
    json_edit_replace(&e, want[0].value, STR("\"b\""));
    json_edit_insert(&e, text, STR("stream_options"), STR("{}"));
    check_str(written(&e), STR("{\"messages\":[1, 2], \"model\":\"b\","
                               "\"stream_options\":{}}"));
}

/* Many edits, given from the back, so that they grow and are sorted. */
static void many_edits(void **state)
{
    enum { N = 200 };
    char text[N * 2 + 2];
    char want[N * 3 + 2];
    struct json_edit e;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        memcpy(text + 2 * i, i == 0 ? "[0" : ",0", 2);
        memcpy(want + 3 * i, i == 0 ? "[12" : ",12", 3);
    }
    text[2 * N] = want[3 * N] = ']';
    json_edit_init(&e, (struct str){text, 2 * N + 1}, &arena);
    for (size_t i = N; i > 0; i--)
        json_edit_replace(&e, (struct str){text + 2 * i - 1, 1}, STR("12"));
    check_str(written(&e), str_range(want, want + 3 * N + 1));
}

/* ---- memory ---- */

static bool edit_in(void *ctx, struct test_mem *m)
{
    static const struct str text = STR_INIT("{\"a\":1,\"b\":2}");
    struct str pieces[64];
    struct json_edit e;
    struct arena a;
    struct buf out;
    size_t total = 99;
    bool through;

    (void)ctx;
    arena_init(&a, &m->mem, 16, 65536);
    buf_init(&out, &m->mem, 4096);
    json_edit_init(&e, text, &a);
    for (int i = 0; i < 20; i++)
        json_edit_insert(&e, text, STR("needs \"quotes\""), STR("0"));
    json_edit_write(&e, &out);
    through = !out.failed;
    if (e.failed) {
        assert_false(through);
        assert_int_equal(buf_rc(&out), SL_NOMEM);
        assert_int_equal(json_edit_pieces(&e, pieces, 64, &total), 0);
        assert_int_equal(total, 0);
    }
    buf_release(&out);
    arena_release(&a);
    return through;
}

static void each_allocation_failing(void **state)
{
    (void)state;
    test_each_allocation(edit_in, NULL);
}

static void over_the_limit_of_the_output(void **state)
{
    struct json_edit e;
    struct buf out;

    (void)state;
    json_edit_init(&e, STR("{\"a\":1}"), &arena);
    buf_init(&out, arena_mem(&arena), 7);
    json_edit_write(&e, &out);
    check_str(buf_str(&out), STR("{\"a\":1}"));
    buf_init(&out, arena_mem(&arena), 6);
    json_edit_write(&e, &out);
    assert_int_equal(buf_rc(&out), SL_TOO_LARGE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        T(rows_come_out),           T(every_set_of_removals),
        T(by_the_slices_of_a_scan), T(many_edits),
        T(each_allocation_failing), T(over_the_limit_of_the_output),
    };

    return test_run("json_edit", tests, SL_LEN(tests));
}
