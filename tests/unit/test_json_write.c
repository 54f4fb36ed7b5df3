/* SPDX-License-Identifier: MIT */
#include "core/base/json.h"

#include "support.h"

#include <math.h>
#include <string.h>

static struct test_mem mem;

#define S(lit) STR_INIT(lit)
#define BAD "\xEF\xBF\xBD"

static void strings(void **state)
{
    static const struct {
        struct str in, want;
    } cases[] = {
        {S(""), S("\"\"")},
        {S("plain / text"), S("\"plain / text\"")},
        {S("\"\\\b\f\n\r\t"), S("\"\\\"\\\\\\b\\f\\n\\r\\t\"")},
        {S("\0\x01\x1F\x7F"), S("\"\\u0000\\u0001\\u001f\x7F\"")},
        {S("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x80\xA8"),
         S("\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x80\xA8\"")},
        /* As decoders replace: one for each longest beginning. */
        {S("\xFF"), S("\"" BAD "\"")},
        {S("a\x80"
           "b"),
         S("\"a" BAD "b\"")},
        {S("\x80\x80"), S("\"" BAD BAD "\"")},
        {S("\xC0\xAF"), S("\"" BAD BAD "\"")},
        {S("\xC3"), S("\"" BAD "\"")},
        {S("\xC3\""), S("\"" BAD "\\\"\"")},
        {S("\xE2\x82"), S("\"" BAD "\"")},
        {S("\xE2\x82\n"), S("\"" BAD "\\n\"")},
        {S("\xE0\x9F\xBF"), S("\"" BAD BAD BAD "\"")},
        {S("\xED\xA0\x80"), S("\"" BAD BAD BAD "\"")},
        {S("\xF0\x9F\x98"), S("\"" BAD "\"")},
        {S("\xF0\x9F\x98\xC3\xA4"), S("\"" BAD "\xC3\xA4\"")},
        {S("\xF0\x8F\xBF\xBF"), S("\"" BAD BAD BAD BAD "\"")},
        {S("\xF4\x90\x80\x80"), S("\"" BAD BAD BAD BAD "\"")},
        {S("\xF5\x80"), S("\"" BAD BAD "\"")},
        {S("a long text, so that the blocks are left at the quote \"here\""),
         S("\"a long text, so that the blocks are left at the quote "
           "\\\"here\\\"\"")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct guarded g = guard_copy(cases[i].in);
        struct buf out;

        buf_init(&out, &mem.mem, 1024);
        json_str(&out, g.s);
        check_str_case(cases[i].in.p, buf_str(&out), cases[i].want);
        buf_release(&out);
        guard_free(&g);
    }
}

/* What is written reads back, at every length around the blocks. */
static void strings_read_back(void **state)
{
    char text[80];

    (void)state;
    for (size_t n = 0; n < sizeof(text); n++) {
        for (size_t at = 0; at < n; at++) {
            struct arena a;
            struct buf out;
            struct str got;

            memset(text, 'x', sizeof(text));
            text[at] = "\"\\\n\x01"[at % 4];
            buf_init(&out, &mem.mem, 1024);
            arena_init(&a, &mem.mem, 128, 4096);
            json_str(&out, (struct str){text, n});
            assert_int_equal(json_raw_text(buf_str(&out), &a, &got), SL_OK);
            check_str(got, str_range(text, text + n));
            arena_release(&a);
            buf_release(&out);
        }
    }
}

static void others(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, &mem.mem, 1024);
    json_key(&out, STR("a\"b"));
    json_i64_write(&out, INT64_MIN);
    buf_add_char(&out, ' ');
    json_i64_write(&out, INT64_MAX);
    buf_add_char(&out, ' ');
    json_f64_write(&out, 0.7);
    buf_add_char(&out, ' ');
    json_f64_write(&out, -1e300);
    buf_add_char(&out, ' ');
    json_f64_write(&out, (double)NAN);
    json_f64_write(&out, HUGE_VAL);
    json_f64_write(&out, -HUGE_VAL);
    check_str(buf_str(&out),
              STR("\"a\\\"b\":-9223372036854775808 9223372036854775807 0.7 "
                  "-1e300 nullnullnull"));
    buf_release(&out);
}

static void limit_exactly_and_one_more(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, &mem.mem, 6);
    json_str(&out, STR("ab\n"));
    check_str(buf_str(&out), STR("\"ab\\n\""));
    buf_release(&out);
    buf_init(&out, &mem.mem, 5);
    json_str(&out, STR("ab\n"));
    assert_int_equal(buf_rc(&out), SL_TOO_LARGE);
    buf_release(&out);
}

static bool write_in(void *ctx, struct test_mem *m)
{
    char text[3000];
    struct buf out;
    bool through;

    (void)ctx;
    memset(text, '\n', sizeof(text));
    buf_init(&out, &m->mem, 65536);
    json_str(&out, (struct str){text, sizeof(text)});
    through = !out.failed;
    assert_int_equal(buf_rc(&out), through ? SL_OK : SL_NOMEM);
    assert_true(!through || out.n == 6002);
    buf_release(&out);
    return through;
}

static void each_allocation_failing(void **state)
{
    (void)state;
    test_each_allocation(write_in, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(strings_read_back),
        cmocka_unit_test(others),
        cmocka_unit_test(limit_exactly_and_one_more),
        cmocka_unit_test(each_allocation_failing),
    };

    test_mem_init(&mem);
    return test_run("json_write", tests, SL_LEN(tests));
}
