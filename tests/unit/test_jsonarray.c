/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/http/jsonarray.h"

#include <stdio.h>

/* Elements are shown as <raw>; then "." for a whole array, "!" for a cut one,
 * "?" for what is none. */
static const struct row {
    const char *name;
    struct str in, want;
} rows[] = {
    {"empty", STR_INIT("[]"), STR_INIT(".")},
    {"blanks", STR_INIT(" \r\n[ \t ] \n"), STR_INIT(".")},
    {"objects", STR_INIT("[{\"a\":1}\n,\r\n{\"b\":[2]}\n]\n"),
     STR_INIT("<{\"a\":1}><{\"b\":[2]}>.")},
    {"arrays", STR_INIT("[[],[[1]]]"), STR_INIT("<[]><[[1]]>.")},
    {"strings", STR_INIT("[\"a,]\",\"\\\"\\\\\",\"\"]"),
     STR_INIT("<\"a,]\"><\"\\\"\\\\\"><\"\">.")},
    {"scalars", STR_INIT("[1,-2.5e3 ,null\n,true]"),
     STR_INIT("<1><-2.5e3><null><true>.")},
    {"brackets in texts", STR_INIT("[{\"}]\":\"\\\"}\"}]"),
     STR_INIT("<{\"}]\":\"\\\"}\"}>.")},
    {"blanks within", STR_INIT("[ { \"a\" : 1 } ]"),
     STR_INIT("<{ \"a\" : 1 }>.")},
    {"cut before", STR_INIT(" "), STR_INIT("!")},
    {"nothing", STR_INIT(""), STR_INIT("!")},
    {"cut in front of all", STR_INIT("["), STR_INIT("!")},
    {"cut in an element", STR_INIT("[{},{\"a"), STR_INIT("<{}>!")},
    {"cut in a scalar", STR_INIT("[{},12"), STR_INIT("<{}>!")},
    {"cut behind one", STR_INIT("[{}"), STR_INIT("<{}>!")},
    {"cut behind a comma", STR_INIT("[{},"), STR_INIT("<{}>!")},
    {"an object", STR_INIT("{}"), STR_INIT("?")},
    {"a comma first", STR_INIT("[,{}]"), STR_INIT("?")},
    {"a comma last", STR_INIT("[{},]"), STR_INIT("<{}>?")},
    {"two commas", STR_INIT("[{},,{}]"), STR_INIT("<{}>?")},
    {"no comma", STR_INIT("[{}{}]"), STR_INIT("<{}>?")},
    {"no comma behind a scalar", STR_INIT("[1 2]"), STR_INIT("<1>?")},
    {"a bracket too many", STR_INIT("[{}}]"), STR_INIT("<{}>?")},
    {"more behind it", STR_INIT("[{}]]"), STR_INIT("<{}>?")},
    {"another behind it", STR_INIT("[] []"), STR_INIT("?")},
    {"a colon", STR_INIT("[:]"), STR_INIT("?")},
};

struct seen {
    char text[200];
    size_t n;
};

static void put(struct seen *seen, struct str s)
{
    if (s.n != 0)
        memcpy(seen->text + seen->n, s.p, s.n);
    seen->n += s.n;
}

static enum sl_rc feed(struct jsonarray *s, struct str all, struct seen *seen)
{
    struct guarded g = guard_copy(all);
    struct str in = g.s;
    struct str element;
    enum sl_rc rc;

    while ((rc = jsonarray_next(s, &in, &element)) == SL_OK) {
        put(seen, STR("<"));
        put(seen, element);
        put(seen, STR(">"));
    }
    if (rc == SL_AGAIN)
        assert_int_equal(in.n, 0);
    guard_free(&g);
    return rc;
}

static void check_cut(const struct row *r, size_t first, size_t step)
{
    struct seen seen = {.n = 0};
    enum sl_rc rc = SL_AGAIN;
    struct test_mem m;
    struct jsonarray s;
    size_t at = 0;
    char label[100];

    snprintf(label, sizeof label, "%s, cut at %zu, then by %zu", r->name, first,
             step);
    test_mem_init(&m);
    jsonarray_init(&s, &m.mem, 100);
    for (size_t size = first; at < r->in.n && rc == SL_AGAIN;
         at += size, size = step)
        rc = feed(&s, str_first(str_skip(r->in, at), size), &seen);
    if (rc == SL_AGAIN) {
        rc = jsonarray_finish(&s);
        put(&seen, rc == SL_EOF ? STR(".") : STR("!"));
    } else {
        assert_int_equal(rc, SL_SYNTAX);
        put(&seen, STR("?"));
    }
    check_str_case(label, ((struct str){seen.text, seen.n}), r->want);
    assert_int_equal(jsonarray_finish(&s), rc);
    assert_int_equal(feed(&s, STR("[]"), &seen), rc);
    assert_int_equal(m.live, 0);
    jsonarray_release(&s);
}

static void table_and_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        check_cut(&rows[i], 1, 1);
        check_cut(&rows[i], 1, 2);
        for (size_t cut = 1; cut <= rows[i].in.n; cut++)
            check_cut(&rows[i], cut, rows[i].in.n);
    }
}

/* With its last byte: the next element may be a long time coming. */
static void hands_out_at_once(void **state)
{
    struct seen seen = {.n = 0};
    struct test_mem m;
    struct jsonarray s;

    (void)state;
    test_mem_init(&m);
    jsonarray_init(&s, &m.mem, 100);
    assert_int_equal(feed(&s, STR("[{\"a\":1}"), &seen), SL_AGAIN);
    check_str(((struct str){seen.text, seen.n}), STR("<{\"a\":1}>"));
    assert_int_equal(m.asked, 0);
    jsonarray_release(&s);
    jsonarray_release(&(struct jsonarray){0});
}

static void up_to_the_limit(void **state)
{
    struct str in = STR("[{\"a\":1} , 2]");

    (void)state;
    for (size_t limit = 6; limit <= 7; limit++)
        for (size_t cut = 0; cut <= in.n; cut++) {
            struct seen seen = {.n = 0};
            struct test_mem m;
            struct jsonarray s;
            enum sl_rc rc;

            test_mem_init(&m);
            jsonarray_init(&s, &m.mem, limit);
            rc = feed(&s, str_first(in, cut), &seen);
            if (rc == SL_AGAIN)
                rc = feed(&s, str_skip(in, cut), &seen);
            assert_int_equal(rc, limit == 7 ? SL_AGAIN : SL_TOO_LARGE);
            check_str(((struct str){seen.text, seen.n}),
                      limit == 7 ? STR("<{\"a\":1}><2>") : STR(""));
            jsonarray_release(&s);
            assert_int_equal(m.live, 0);
        }
}

static bool runs_through(void *ctx, struct test_mem *m)
{
    struct seen seen = {.n = 0};
    struct jsonarray s;
    enum sl_rc rc;

    (void)ctx;
    jsonarray_init(&s, &m->mem, 100);
    rc = feed(&s, STR("[{\"a\""), &seen);
    if (rc == SL_AGAIN)
        rc = feed(&s, STR(":1}]"), &seen);
    if (rc == SL_AGAIN)
        check_str(((struct str){seen.text, seen.n}), STR("<{\"a\":1}>"));
    else
        assert_int_equal(rc, SL_NOMEM);
    jsonarray_release(&s);
    return rc == SL_AGAIN;
}

static void without_memory(void **state)
{
    (void)state;
    test_each_allocation(runs_through, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_and_cuts),
        cmocka_unit_test(hands_out_at_once),
        cmocka_unit_test(up_to_the_limit),
        cmocka_unit_test(without_memory),
    };

    return test_run("jsonarray", tests, SL_LEN(tests));
}
