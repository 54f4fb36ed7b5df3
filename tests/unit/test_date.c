/* SPDX-License-Identifier: MIT */
/* Dates as providers write them. */
#include "core/base/date.h"

#include <stdio.h>

#include "support.h"

static const struct {
    const char *in;
    int64_t want; /* Unix seconds */
} good[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1969-12-31T23:59:59Z", -1},
    {"2000-02-29T00:00:00Z", 951782400},
    {"2000-03-01T00:00:00Z", 951868800},
    {"1900-03-01T00:00:00Z", -2203891200},
    {"2024-02-19T00:00:00Z", 1708300800},
    {"2026-11-21T12:34:56Z", 1795264496},
    {"2026-11-21t12:34:56z", 1795264496},
    {"2026-11-21 12:34:56Z", 1795264496},
    {"2026-11-21T12:34:56.1Z", 1795264496},
    {"2026-11-21T12:34:56.123456789Z", 1795264496},
    {"2026-11-21T14:34:56+02:00", 1795264496},
    {"2026-11-21T07:04:56-05:30", 1795264496},
    {"2026-11-21T12:34:56.5+00:00", 1795264496},
    {"2016-12-31T23:59:60Z", 1483228800},
    {"9999-12-31T23:59:59Z", 253402300799},
};

static const char *const bad[] = {
    "",
    "2026",
    "2026-11-21",
    "2026-11-21T12:34:56",
    "2026-11-21T12:34Z",
    "2026-11-21T12:34:56.Z",
    "2026-11-21T12:34:56ZZ",
    "2026-11-21T12:34:56Z ",
    " 2026-11-21T12:34:56Z",
    "2026-11-21T12:34:56+0200",
    "2026-11-21T12:34:56+24:00",
    "2026-11-21T12:34:56+02:60",
    "2026-00-21T12:34:56Z",
    "2026-13-21T12:34:56Z",
    "2026-11-00T12:34:56Z",
    "2026-11-31T12:34:56Z",
    "2026-02-29T12:34:56Z",
    "1900-02-29T12:34:56Z",
    "2026-12-32T12:34:56Z",
    "2026-11-21T24:34:56Z",
    "2026-11-21T12:60:56Z",
    "2026-11-21T12:34:61Z",
    "2026/11/21T12:34:56Z",
    "2026-11-21X12:34:56Z",
    "-026-11-21T12:34:56Z",
    "1795264496",
};

static void good_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(good); i++) {
        struct guarded g = guard_copy(str_of(good[i].in));
        int64_t got = -7;

        if (!date_read(g.s, &got) || got != good[i].want)
            fail_msg("%s: got %lld, want %lld", good[i].in, (long long)got,
                     (long long)good[i].want);
        guard_free(&g);
    }
}

static void bad_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(bad); i++) {
        struct guarded g = guard_copy(str_of(bad[i]));
        int64_t got = -7;

        if (date_read(g.s, &got) || got != -7)
            fail_msg("\"%s\" is taken for a date", bad[i]);
        guard_free(&g);
    }
}

/* No beginning of a date is one. */
static void truncated(void **state)
{
    static const char text[] = "2026-11-21T12:34:56.5+02:00";

    (void)state;
    for (size_t n = 0; n < sizeof text - 1; n++) {
        struct guarded g = guard_copy((struct str){text, n});
        int64_t got;

        assert_false(date_read(g.s, &got));
        guard_free(&g);
    }
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (is_leap && month == 2 ? 1 : 0);
}

/* Each day follows the one before, through three leap rules. */
static void days_follow(void **state)
{
    int64_t want = -2335219200; /* 1896-01-01 */
    int year = 1896;
    int month = 1;
    int day = 1;

    (void)state;
    while (year < 2105) {
        char text[64];
        int64_t got = 0;

        snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month,
                 day);
        assert_true(date_read(str_of(text), &got));
        assert_int_equal(got, want);
        want += 86400;
        if (day++ < days_in(year, month))
            continue;
        day = 1;
        if (month++ < 12)
            continue;
        month = 1;
        year++;
    }
}

static void writes_basic(void **state)
{
    static const struct {
        const char *extended, *basic;
    } pairs[] = {
        {"1970-01-01T00:00:00Z", "19700101T000000Z"},
        {"2026-01-15T12:34:56Z", "20260115T123456Z"},
        {"2024-02-29T23:59:59Z", "20240229T235959Z"},
        {"2023-03-01T00:00:00Z", "20230301T000000Z"},
        {"2100-12-31T01:02:03Z", "21001231T010203Z"},
        {"9999-12-31T23:59:59Z", "99991231T235959Z"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(pairs); i++) {
        char text[DATE_BASIC_BYTES];
        int64_t unix_s = 0;

        assert_true(date_read(str_of(pairs[i].extended), &unix_s));
        date_write_basic(text, unix_s);
        check_str(((struct str){text, sizeof text}), str_of(pairs[i].basic));
    }
}

/* Written, every day and some seconds of it read back the same. */
static void written_dates(void **state)
{
    static const int64_t edges[] = {-62135596800, 253402300799, 0, -1,
                                    1798761600};
    struct test_mem m;
    struct buf out;
    int64_t got;

    (void)state;
    test_mem_init(&m);
    buf_init(&out, &m.mem, 64);
    for (size_t i = 0; i < SL_LEN(edges); i++) {
        buf_reset(&out);
        date_write(&out, edges[i]);
        assert_true(date_read(buf_str(&out), &got));
        assert_int_equal(got, edges[i]);
    }
    for (int64_t s = -62135596800; s < 253402300799; s += 86399 * 25) {
        buf_reset(&out);
        date_write(&out, s);
        assert_true(date_read(buf_str(&out), &got));
        assert_int_equal(got, s);
    }
    buf_reset(&out);
    date_write(&out, INT64_MAX);
    check_str(buf_str(&out), STR("9999-12-31T23:59:59Z"));
    buf_reset(&out);
    date_write(&out, INT64_MIN);
    check_str(buf_str(&out), STR("0001-01-01T00:00:00Z"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_dates),  cmocka_unit_test(bad_dates),
        cmocka_unit_test(truncated),   cmocka_unit_test(writes_basic),
        cmocka_unit_test(days_follow), cmocka_unit_test(written_dates),
    };

    return test_run("date", tests, SL_LEN(tests));
}
