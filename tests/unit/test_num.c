/* SPDX-License-Identifier: MIT */
#include "core/base/num.h"

#include "support.h"

static void unsigned_decimal(void **state)
{
    static const struct {
        struct str in;
        bool ok;
        uint64_t want;
    } rows[] = {
        {STR_INIT("0"), true, 0},
        {STR_INIT("00012"), true, 12},
        {STR_INIT("18446744073709551615"), true, UINT64_MAX},
        {STR_INIT("018446744073709551615"), true, UINT64_MAX},
        {STR_INIT("18446744073709551616"), false, 0},
        {STR_INIT("18446744073709551620"), false, 0},
        {STR_INIT("184467440737095516150"), false, 0},
        {STR_INIT("99999999999999999999"), false, 0},
        {STR_INIT(""), false, 0},
        {STR_INIT("+1"), false, 0},
        {STR_INIT("-1"), false, 0},
        {STR_INIT(" 1"), false, 0},
        {STR_INIT("1 "), false, 0},
        {STR_INIT("1\0"), false, 0},
        {STR_INIT("1/"), false, 0},
        {STR_INIT("1:"), false, 0},
        {STR_INIT("1\xB1"), false, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded in = guard_copy(rows[i].in);
        uint64_t v = 77;

        assert_int_equal(num_u64(in.s, &v), rows[i].ok);
        assert_int_equal(v, rows[i].ok ? rows[i].want : 77);
        guard_free(&in);
    }
}

static void signed_decimal(void **state)
{
    static const struct {
        struct str in;
        bool ok;
        int64_t want;
    } rows[] = {
        {STR_INIT("0"), true, 0},
        {STR_INIT("-0"), true, 0},
        {STR_INIT("-12"), true, -12},
        {STR_INIT("9223372036854775807"), true, INT64_MAX},
        {STR_INIT("9223372036854775808"), false, 0},
        {STR_INIT("-9223372036854775808"), true, INT64_MIN},
        {STR_INIT("-9223372036854775809"), false, 0},
        {STR_INIT("-18446744073709551615"), false, 0},
        {STR_INIT(""), false, 0},
        {STR_INIT("-"), false, 0},
        {STR_INIT("--1"), false, 0},
        {STR_INIT("+1"), false, 0},
        {STR_INIT("1-"), false, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded in = guard_copy(rows[i].in);
        int64_t v = 77;

        assert_int_equal(num_i64(in.s, &v), rows[i].ok);
        assert_int_equal(v, rows[i].ok ? rows[i].want : 77);
        guard_free(&in);
    }
}

static void hexadecimal(void **state)
{
    static const struct {
        struct str in;
        bool ok;
        uint64_t want;
    } rows[] = {
        {STR_INIT("0"), true, 0},
        {STR_INIT("dEaDbEeF"), true, 0xDEADBEEF},
        {STR_INIT("ffffffffffffffff"), true, UINT64_MAX},
        {STR_INIT("0000000000000001"), true, 1},
        {STR_INIT("00000000000000001"), false, 0},
        {STR_INIT(""), false, 0},
        {STR_INIT("g"), false, 0},
        {STR_INIT("0x1"), false, 0},
        {STR_INIT("1 "), false, 0},
        {STR_INIT("-1"), false, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        uint64_t v = 77;

        assert_int_equal(num_hex(rows[i].in, &v), rows[i].ok);
        assert_int_equal(v, rows[i].ok ? rows[i].want : 77);
    }
}

static void durations(void **state)
{
    static const struct {
        struct str in;
        bool ok;
        int64_t want;
    } rows[] = {
        {STR_INIT("250ms"), true, 250},
        {STR_INIT("20s"), true, 20000},
        {STR_INIT("5m"), true, 300000},
        {STR_INIT("2h"), true, 7200000},
        {STR_INIT("1d"), true, 86400000},
        {STR_INIT("20"), true, 20000},
        {STR_INIT("0"), true, 0},
        {STR_INIT("1.5s"), true, 1500},
        {STR_INIT("1.5"), true, 1500},
        {STR_INIT("0.001s"), true, 1},
        {STR_INIT("0.25d"), true, 21600000},
        {STR_INIT("0.999999999d"), false, 0},
        {STR_INIT("1.000000000d"), true, 86400000},
        {STR_INIT("1.0000000000d"), false, 0},
        {STR_INIT("2.0ms"), true, 2},
        {STR_INIT("0.5ms"), false, 0},
        {STR_INIT("0.0001s"), false, 0},
        {STR_INIT("106751991166d"), true, 9223372036742400000},
        {STR_INIT("106751991167d"), false, 0},
        {STR_INIT("106751991167.5d"), false, 0},
        {STR_INIT("99999999999999999999s"), false, 0},
        {STR_INIT(""), false, 0},
        {STR_INIT("s"), false, 0},
        {STR_INIT(".5s"), false, 0},
        {STR_INIT("5.s"), false, 0},
        {STR_INIT("5 s"), false, 0},
        {STR_INIT("5S"), false, 0},
        {STR_INIT("5sec"), false, 0},
        {STR_INIT("-5s"), false, 0},
        {STR_INIT("1m30s"), false, 0},
        {STR_INIT("1.2.3s"), false, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded in = guard_copy(rows[i].in);
        int64_t v = 77;

        assert_int_equal(num_duration_ms(in.s, &v), rows[i].ok);
        assert_int_equal(v, rows[i].ok ? rows[i].want : 77);
        guard_free(&in);
    }
}

static void sizes(void **state)
{
    static const struct {
        struct str in;
        bool ok;
        uint64_t want;
    } rows[] = {
        {STR_INIT("0"), true, 0},
        {STR_INIT("1000"), true, 1000},
        {STR_INIT("64k"), true, 65536},
        {STR_INIT("64K"), true, 65536},
        {STR_INIT("64kb"), true, 65536},
        {STR_INIT("64Ki"), true, 65536},
        {STR_INIT("64KiB"), true, 65536},
        {STR_INIT("32m"), true, 33554432},
        {STR_INIT("1g"), true, 1073741824},
        {STR_INIT("18446744073709551615"), true, UINT64_MAX},
        {STR_INIT("18014398509481983k"), true, UINT64_MAX - 1023},
        {STR_INIT("18014398509481984k"), false, 0},
        {STR_INIT("17179869183g"), true, UINT64_MAX - 1073741823},
        {STR_INIT("17179869184g"), false, 0},
        {STR_INIT(""), false, 0},
        {STR_INIT("k"), false, 0},
        {STR_INIT("1b"), false, 0},
        {STR_INIT("1t"), false, 0},
        {STR_INIT("1kbi"), false, 0},
        {STR_INIT("1kk"), false, 0},
        {STR_INIT("1 k"), false, 0},
        {STR_INIT("1.5k"), false, 0},
        {STR_INIT("-1k"), false, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded in = guard_copy(rows[i].in);
        uint64_t v = 77;

        assert_int_equal(num_size(in.s, &v), rows[i].ok);
        assert_int_equal(v, rows[i].ok ? rows[i].want : 77);
        guard_free(&in);
    }
}

static void written_numbers_read_back(void **state)
{
    (void)state;
    for (uint64_t v = UINT64_MAX;; v /= 3) {
        char text[21];
        uint64_t back = ~v;
        size_t n;

        text[20] = '#';
        n = num_write_u64(text, v);
        assert_true(n >= 1 && n <= 20);
        assert_true(n == 1 || text[0] != '0');
        assert_true(num_u64((struct str){text, n}, &back));
        assert_int_equal(back, v);
        assert_int_equal(text[20], '#');
        if (v == 0)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_decimal),
        cmocka_unit_test(signed_decimal),
        cmocka_unit_test(hexadecimal),
        cmocka_unit_test(durations),
        cmocka_unit_test(sizes),
        cmocka_unit_test(written_numbers_read_back)};

    return test_run("num", tests, SL_LEN(tests));
}
