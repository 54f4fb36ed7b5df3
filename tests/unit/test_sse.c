/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/http/sse.h"

#include <stdio.h>

/* Events are shown as text: {name|data} with '-' for no data, and the length
 * of each raw behind it; "$" before what sse_finish gives. */
struct row {
    const char *name;
    struct str in, want;
};

#define BOM "\xEF\xBB\xBF"

static const struct row rows[] = {
    {"nothing", STR_INIT(""), STR_INIT("")},
    {"lf", STR_INIT("data: a\n\ndata: b\n\n"), STR_INIT("{|a}9{|b}9")},
    {"crlf", STR_INIT("data: a\r\n\r\ndata: b\r\n\r\n"),
     STR_INIT("{|a}11{|b}11")},
    {"cr", STR_INIT("data: a\r\rdata: b\r\r"), STR_INIT("{|a}9{|b}9")},
    {"cr, several lines", STR_INIT("event: e\rdata: a\rdata: b\r\r"),
     STR_INIT("{e|a+b}26")},
    {"cr, then lf", STR_INIT("data: a\r\r\ndata: b\r\r"),
     STR_INIT("{|a}9{|-}1{|b}9")},
    {"lf, then crlf", STR_INIT("data: a\n\r\ndata: b\n\n"),
     STR_INIT("{|a}10{|b}9")},
    {"lf, then cr", STR_INIT("data: a\n\rdata: b\n\n"), STR_INIT("{|a}9{|b}9")},
    {"crlf, then cr", STR_INIT("data: a\r\n\rdata: b\n\n"),
     STR_INIT("{|a}10{|b}9")},
    {"crlf, then lf", STR_INIT("data: a\r\n\ndata: b\n\n"),
     STR_INIT("{|a}10{|b}9")},
    {"all three in one event", STR_INIT("data: a\ndata: b\rdata: c\r\n\n"),
     STR_INIT("{|a+b+c}26")},
    {"blank lines first", STR_INIT("\n\r\n\r\r\ndata: a\n\n"),
     STR_INIT("{|-}1{|-}2{|-}1{|-}1{|-}1{|a}9")},
    {"blank crs", STR_INIT("\r\r\rdata: a\r\r"),
     STR_INIT("{|-}1{|-}1{|-}1{|a}9")},
    {"named", STR_INIT("event: ping\ndata: {}\n\n"), STR_INIT("{ping|{}}22")},
    {"last name counts", STR_INIT("event: a\nevent: b\ndata\n\n"),
     STR_INIT("{b|}24")},
    {"empty name", STR_INIT("event:\ndata: x\n\n"), STR_INIT("{|x}16")},
    {"no space", STR_INIT("data:a\n\n"), STR_INIT("{|a}8")},
    {"one space goes", STR_INIT("data:  a \n\n"), STR_INIT("{| a }11")},
    {"a tab stays", STR_INIT("data:\ta\n\n"), STR_INIT("{|\ta}9")},
    {"a colon in it", STR_INIT("data: a: b\n\n"), STR_INIT("{|a: b}12")},
    {"empty data", STR_INIT("data:\n\n"), STR_INIT("{|}7")},
    {"empty data, no colon", STR_INIT("data\n\n"), STR_INIT("{|}6")},
    {"two empty lines", STR_INIT("data\ndata\n\n"), STR_INIT("{|+}11")},
    {"empty, then not", STR_INIT("data\ndata:\ndata: x\n\n"),
     STR_INIT("{|++x}20")},
    {"comment", STR_INIT(": hi\n\ndata: a\n\n"), STR_INIT("{|-}6{|a}9")},
    {"comment within", STR_INIT(":data: x\ndata: a\n\n"), STR_INIT("{|a}18")},
    {"other fields", STR_INIT("id: 1\nretry: 5\nfoo\ndata: a\n\n"),
     STR_INIT("{|a}28")},
    {"names that only begin so", STR_INIT("data2: x\ndat: y\nevents: z\n\n"),
     STR_INIT("{|-}27")},
    {"name with a space", STR_INIT(" data: x\ndata : y\n\n"),
     STR_INIT("{|-}19")},
    {"name in capitals", STR_INIT("Data: x\n\n"), STR_INIT("{|-}9")},
    {"nul bytes", STR_INIT("data: a\0b\n\n"), STR_INIT("{|a\0b}11")},
    {"byte order mark", STR_INIT(BOM "data: a\n\n" BOM "data: b\n\n"),
     STR_INIT("{|a}12{|-}12")},
    {"half a byte order mark",
     STR_INIT("\xEF\xBB"
              "data: a\n\n"),
     STR_INIT("{|-}11")},
    {"byte order mark alone", STR_INIT(BOM "\ndata: a\n\n"),
     STR_INIT("{|a}13")},
    {"unfinished line", STR_INIT("data: a\n\ndata: b"),
     STR_INIT("{|a}9${|b}7")},
    {"unfinished event", STR_INIT("event: e\ndata: b\n"), STR_INIT("${e|b}17")},
    {"unfinished cr", STR_INIT("data: b\r"), STR_INIT("${|b}8")},
    {"waits for the lf", STR_INIT("data: b\r\n\r"), STR_INIT("${|b}10")},
    {"unfinished mark", STR_INIT(BOM), STR_INIT("${|-}3")},
    {"a long line, to be skipped in big steps",
     STR_INIT("data: 0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
              "data: x\r\n\r\n"),
     STR_INIT("{|0123456789abcdef0123456789abcdef0123456789abcdef+x}67")},
};

struct seen {
    char text[400], raw[400];
    size_t n, raw_n;
};

static void put(struct seen *seen, struct str s)
{
    if (s.n != 0)
        memcpy(seen->text + seen->n, s.p, s.n);
    seen->n += s.n;
}

static void note(struct seen *seen, const struct sse_event *ev)
{
    char number[20];

    put(seen, STR("{"));
    put(seen, ev->name);
    put(seen, STR("|"));
    for (size_t i = 0; i < ev->data.n; i++)
        put(seen,
            ev->data.p[i] == '\n' ? STR("+") : (struct str){ev->data.p + i, 1});
    if (!ev->has_data)
        put(seen, STR("-"));
    put(seen, (struct str){number, (size_t)snprintf(number, sizeof number,
                                                    "}%zu", ev->raw.n)});
    if (ev->raw.n != 0)
        memcpy(seen->raw + seen->raw_n, ev->raw.p, ev->raw.n);
    seen->raw_n += ev->raw.n;
}

static enum sl_rc feed(struct sse *s, struct str all, struct seen *seen)
{
    struct guarded g = guard_copy(all);
    struct str in = g.s;
    struct sse_event ev;
    enum sl_rc rc;

    while ((rc = sse_next(s, &in, &ev)) == SL_OK) {
        if (ev.in_input) {
            assert_true(ev.raw.p >= g.s.p);
            assert_true(ev.raw.p + ev.raw.n == in.p);
        }
        note(seen, &ev);
    }
    if (rc == SL_AGAIN)
        assert_int_equal(in.n, 0);
    guard_free(&g);
    return rc;
}

static void finish(struct sse *s, struct seen *seen)
{
    struct sse_event ev;
    size_t pending = sse_pending(s);

    if (sse_finish(s, &ev) == SL_OK) {
        assert_int_equal(ev.raw.n, pending);
        assert_false(ev.in_input);
        put(seen, STR("$"));
        note(seen, &ev);
    } else {
        assert_int_equal(pending, 0);
    }
    assert_int_equal(sse_finish(s, &ev), SL_EOF);
    assert_int_equal(sse_next(s, &(struct str){"x", 1}, &ev), SL_EOF);
}

/* Pieces of `first` bytes, then of `step`. */
static void check_cut(const struct row *r, size_t first, size_t step)
{
    struct seen seen = {.n = 0};
    struct test_mem m;
    struct sse s;
    size_t at = 0;
    char label[100];

    snprintf(label, sizeof label, "%s, cut at %zu, then by %zu", r->name, first,
             step);
    test_mem_init(&m);
    sse_init(&s, &m.mem, 1000);
    for (size_t size = first; at < r->in.n; at += size, size = step)
        assert_int_equal(feed(&s, str_first(str_skip(r->in, at), size), &seen),
                         SL_AGAIN);
    finish(&s, &seen);
    check_str_case(label, ((struct str){seen.text, seen.n}), r->want);
    check_str_case(label, ((struct str){seen.raw, seen.raw_n}), r->in);
    /* Nothing is kept once all is said. */
    assert_int_equal(m.live, 0);
    sse_release(&s);
}

static void table_and_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        size_t n = rows[i].in.n;

        check_cut(&rows[i], 1, 1);
        check_cut(&rows[i], 1, 2);
        for (size_t cut = 1; cut <= n; cut++)
            check_cut(&rows[i], cut, n);
    }
}

static void tells_what_lies_in_the_input(void **state)
{
    struct test_mem m;
    struct sse s;
    struct sse_event ev;
    struct str in = STR("data: a\n\ndata: b\n\nda");

    (void)state;
    test_mem_init(&m);
    sse_init(&s, &m.mem, 1000);
    assert_int_equal(sse_next(&s, &in, &ev), SL_OK);
    assert_true(ev.in_input);
    assert_int_equal(sse_next(&s, &in, &ev), SL_OK);
    assert_true(ev.in_input);
    assert_int_equal(m.asked, 0);
    assert_int_equal(sse_pending(&s), 0);
    assert_int_equal(sse_next(&s, &in, &ev), SL_AGAIN);
    assert_int_equal(sse_pending(&s), 2);
    in = STR("ta: c\n\ndata: d\n\n");
    assert_int_equal(sse_next(&s, &in, &ev), SL_OK);
    assert_false(ev.in_input);
    check_str(ev.raw, STR("data: c\n\n"));
    assert_int_equal(sse_pending(&s), 0);
    assert_int_not_equal(m.live, 0);
    assert_int_equal(sse_next(&s, &in, &ev), SL_OK);
    assert_true(ev.in_input);
    assert_int_equal(m.live, 0);
    sse_release(&s);
    sse_release(&(struct sse){0});
}

/* A stream of CRs or CRLFs is not kept waiting for the next event. */
static void hands_out_at_once(void **state)
{
    static const struct str ends[] = {STR_INIT("data: a\n\n"),
                                      STR_INIT("data: a\r\r"),
                                      STR_INIT("data: a\r\n\r\n")};

    (void)state;
    for (size_t i = 0; i < SL_LEN(ends); i++) {
        struct seen seen = {.n = 0};
        struct test_mem m;
        struct sse s;

        test_mem_init(&m);
        sse_init(&s, &m.mem, 1000);
        for (size_t k = 0; k < ends[i].n; k++)
            assert_int_equal(feed(&s, (struct str){ends[i].p + k, 1}, &seen),
                             SL_AGAIN);
        assert_int_equal(seen.raw_n, ends[i].n);
        sse_release(&s);
    }
}

static void up_to_the_limit(void **state)
{
    struct str in = STR("data: 0123\ndata: 45\n\ndata: a\n\n");

    (void)state;
    for (size_t limit = 20; limit <= 21; limit++)
        for (size_t cut = 0; cut <= in.n; cut++) {
            struct seen seen = {.n = 0};
            struct test_mem m;
            struct sse s;
            enum sl_rc rc;

            test_mem_init(&m);
            sse_init(&s, &m.mem, limit);
            rc = feed(&s, str_first(in, cut), &seen);
            if (rc == SL_AGAIN)
                rc = feed(&s, str_skip(in, cut), &seen);
            if (limit == 21) {
                assert_int_equal(rc, SL_AGAIN);
                check_str(((struct str){seen.text, seen.n}),
                          STR("{|0123+45}21{|a}9"));
            } else {
                assert_int_equal(rc, SL_TOO_LARGE);
                assert_int_equal(seen.n, 0);
                /* For good. */
                assert_int_equal(feed(&s, in, &seen), SL_TOO_LARGE);
                assert_int_equal(
                    sse_finish(&s, &(struct sse_event){.has_data = true}),
                    SL_TOO_LARGE);
                assert_int_equal(m.live, 0);
            }
            sse_release(&s);
        }
}

/* The buffer is full to its last byte: nothing behind it may be looked at. */
static void full_to_the_last_byte(void **state)
{
    static const struct str texts[] = {STR_INIT("data:"), STR_INIT("data"),
                                       STR_INIT("event:"), STR_INIT("dat")};

    (void)state;
    for (size_t i = 0; i < SL_LEN(texts); i++) {
        struct seen seen = {.n = 0};
        struct test_mem m;
        struct sse s;
        struct sse_event ev = {.has_data = true};

        test_mem_init(&m);
        sse_init(&s, &m.mem, texts[i].n);
        assert_int_equal(feed(&s, texts[i], &seen), SL_AGAIN);
        assert_int_equal(m.live, texts[i].n);
        assert_int_equal(sse_finish(&s, &ev), SL_OK);
        assert_int_equal(ev.has_data, i < 2);
        assert_int_equal(ev.data.n, 0);
        assert_int_equal(ev.name.n, 0);
        sse_release(&s);
    }
}

static bool runs_through(void *ctx, struct test_mem *m)
{
    struct str in = STR("data: 0\ndata: 1\n\nevent: e\ndata: a\ndata: b\n");
    struct seen seen = {.n = 0};
    struct sse_event ev;
    struct sse s;
    enum sl_rc rc;

    (void)ctx;
    sse_init(&s, &m->mem, 1000);
    rc = feed(&s, str_first(in, 20), &seen);
    if (rc == SL_AGAIN)
        rc = feed(&s, str_skip(in, 20), &seen);
    if (rc == SL_AGAIN) {
        rc = sse_finish(&s, &ev);
        if (rc == SL_OK)
            note(&seen, &ev);
    }
    if (rc == SL_OK)
        check_str(((struct str){seen.text, seen.n}), STR("{|0+1}17{e|a+b}25"));
    else
        assert_int_equal(rc, SL_NOMEM);
    sse_release(&s);
    return rc == SL_OK;
}

static void without_memory(void **state)
{
    (void)state;
    test_each_allocation(runs_through, NULL);
}

static void writes(void **state)
{
    static const struct {
        struct str name, data, want;
    } written[] = {
        {{0}, STR_INIT("a"), STR_INIT("data: a\n\n")},
        {{0}, {0}, STR_INIT("data: \n\n")},
        {STR_INIT("e"), STR_INIT("a"), STR_INIT("event: e\ndata: a\n\n")},
        {STR_INIT("e\ndata: x"), STR_INIT("a"),
         STR_INIT("event: e\ndata: a\n\n")},
        {{0},
         STR_INIT("a\nb\r\nc\rd"),
         STR_INIT("data: a\ndata: b\ndata: c\ndata: d\n\n")},
        {{0}, STR_INIT("a\n"), STR_INIT("data: a\ndata: \n\n")},
        {{0}, STR_INIT("\r\n\r"), STR_INIT("data: \ndata: \ndata: \n\n")},
        {{0}, STR_INIT(" a"), STR_INIT("data:  a\n\n")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(written); i++) {
        struct guarded g = guard_copy(written[i].data);
        struct test_mem m;
        struct buf out;

        test_mem_init(&m);
        buf_init(&out, &m.mem, 1000);
        sse_write(&out, written[i].name, g.s);
        check_str(buf_str(&out), written[i].want);
        buf_release(&out);
        guard_free(&g);
    }
}

static void writes_comments(void **state)
{
    struct test_mem m;
    struct buf out;

    (void)state;
    test_mem_init(&m);
    buf_init(&out, &m.mem, 1000);
    sse_write_comment(&out, STR("sluice-loss a\nb"));
    check_str(buf_str(&out), STR(": sluice-loss a\n: b\n\n"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_and_cuts),
        cmocka_unit_test(tells_what_lies_in_the_input),
        cmocka_unit_test(hands_out_at_once),
        cmocka_unit_test(up_to_the_limit),
        cmocka_unit_test(full_to_the_last_byte),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(writes),
        cmocka_unit_test(writes_comments),
    };

    return test_run("sse", tests, SL_LEN(tests));
}
