/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/http/ndjson.h"

#include <stdio.h>

/* Lines are shown as <text>length-of-raw; "$" before what no LF has ended. */
static const struct row {
    const char *name;
    struct str in, want;
} rows[] = {
    {"nothing", STR_INIT(""), STR_INIT("")},
    {"lf", STR_INIT("{}\n[1]\n"), STR_INIT("<{}>3<[1]>4")},
    {"crlf", STR_INIT("{}\r\n[1]\r\n"), STR_INIT("<{}>4<[1]>5")},
    {"blank lines", STR_INIT("\n\r\n{}\n\n"), STR_INIT("<>1<>2<{}>3<>1")},
    {"a cr within", STR_INIT("a\rb\n"), STR_INIT("<a\rb>4")},
    {"two crs", STR_INIT("a\r\r\n"), STR_INIT("<a\r>4")},
    {"unfinished", STR_INIT("{}\n{"), STR_INIT("<{}>3$<{>1")},
    {"unfinished cr", STR_INIT("{}\r"), STR_INIT("$<{}>3")},
    {"nul", STR_INIT("a\0b\n"), STR_INIT("<a\0b>4")},
};

struct seen {
    char text[200], raw[200];
    size_t n, raw_n;
};

static void put(struct seen *seen, struct str s)
{
    if (s.n != 0)
        memcpy(seen->text + seen->n, s.p, s.n);
    seen->n += s.n;
}

static void note(struct seen *seen, const struct ndjson_line *line)
{
    char number[20];

    put(seen, STR("<"));
    put(seen, line->text);
    put(seen, (struct str){number, (size_t)snprintf(number, sizeof number,
                                                    ">%zu", line->raw.n)});
    memcpy(seen->raw + seen->raw_n, line->raw.p, line->raw.n);
    seen->raw_n += line->raw.n;
}

static enum sl_rc feed(struct ndjson *s, struct str all, struct seen *seen)
{
    struct guarded g = guard_copy(all);
    struct str in = g.s;
    struct ndjson_line line;
    enum sl_rc rc;

    while ((rc = ndjson_next(s, &in, &line)) == SL_OK) {
        if (line.in_input)
            assert_true(line.raw.p + line.raw.n == in.p);
        note(seen, &line);
    }
    if (rc == SL_AGAIN)
        assert_int_equal(in.n, 0);
    guard_free(&g);
    return rc;
}

static void check_cut(const struct row *r, size_t first, size_t step)
{
    struct seen seen = {.n = 0};
    struct ndjson_line line;
    struct test_mem m;
    struct ndjson s;
    size_t at = 0;
    char label[100];

    snprintf(label, sizeof label, "%s, cut at %zu, then by %zu", r->name, first,
             step);
    test_mem_init(&m);
    ndjson_init(&s, &m.mem, 100);
    for (size_t size = first; at < r->in.n; at += size, size = step)
        assert_int_equal(feed(&s, str_first(str_skip(r->in, at), size), &seen),
                         SL_AGAIN);
    if (ndjson_finish(&s, &line) == SL_OK) {
        put(&seen, STR("$"));
        note(&seen, &line);
    }
    assert_int_equal(ndjson_finish(&s, &line), SL_EOF);
    assert_int_equal(feed(&s, STR("x"), &seen), SL_EOF);
    check_str_case(label, ((struct str){seen.text, seen.n}), r->want);
    check_str_case(label, ((struct str){seen.raw, seen.raw_n}), r->in);
    assert_int_equal(m.live, 0);
    ndjson_release(&s);
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

static void up_to_the_limit(void **state)
{
    struct str in = STR("{\"a\":1}\n{}\n");

    (void)state;
    for (size_t limit = 7; limit <= 8; limit++)
        for (size_t cut = 0; cut <= in.n; cut++) {
            struct seen seen = {.n = 0};
            struct test_mem m;
            struct ndjson s;
            enum sl_rc rc;

            test_mem_init(&m);
            ndjson_init(&s, &m.mem, limit);
            rc = feed(&s, str_first(in, cut), &seen);
            if (rc == SL_AGAIN)
                rc = feed(&s, str_skip(in, cut), &seen);
            assert_int_equal(rc, limit == 8 ? SL_AGAIN : SL_TOO_LARGE);
            check_str(((struct str){seen.text, seen.n}),
                      limit == 8 ? STR("<{\"a\":1}>8<{}>3") : STR(""));
            if (limit == 7)
                assert_int_equal(feed(&s, in, &seen), SL_TOO_LARGE);
            ndjson_release(&s);
            assert_int_equal(m.live, 0);
        }
}

static bool runs_through(void *ctx, struct test_mem *m)
{
    struct seen seen = {.n = 0};
    struct ndjson s;
    enum sl_rc rc;

    (void)ctx;
    ndjson_init(&s, &m->mem, 100);
    rc = feed(&s, STR("{\"a\""), &seen);
    if (rc == SL_AGAIN)
        rc = feed(&s, STR(":1}\n"), &seen);
    if (rc == SL_AGAIN)
        check_str(((struct str){seen.text, seen.n}), STR("<{\"a\":1}>8"));
    else
        assert_int_equal(rc, SL_NOMEM);
    ndjson_release(&s);
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
        cmocka_unit_test(up_to_the_limit),
        cmocka_unit_test(without_memory),
    };

    return test_run("ndjson", tests, SL_LEN(tests));
}
