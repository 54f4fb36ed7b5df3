/* SPDX-License-Identifier: MIT */
#include "core/base/decimal.h"

#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t bits_of(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof(bits));
    return bits;
}

static double from_bits(uint64_t bits)
{
    double v;

    memcpy(&v, &bits, sizeof(v));
    return v;
}

/* ---- from text ---- */

static void check_f64(struct str text, double want)
{
    double got = 77;

    if (isinf(want)) {
        if (decimal_f64(text, &got) || got != 77)
            fail_msg("%.60s: not refused", text.p);
    } else if (!decimal_f64(text, &got) || bits_of(got) != bits_of(want)) {
        fail_msg("%.60s: got %a, want %a", text.p, got, want);
    }
}

static void nearest_double(void **state)
{
    static const struct {
        struct str text;
        double want;
    } cases[] = {
        {STR_INIT("0"), 0.0},
        {STR_INIT("-0"), -0.0},
        {STR_INIT("-0.000e99999999999999999999"), -0.0},
        {STR_INIT("1"), 1.0},
        {STR_INIT("-1.5"), -1.5},
        {STR_INIT("0.1"), 0x1.999999999999ap-4},
        {STR_INIT("123456789012345678"), 123456789012345678.0},
        {STR_INIT("1e22"), 1e22},
        {STR_INIT("1e23"), 0x1.52d02c7e14af6p+76},
        {STR_INIT("1E-5"), 1e-5},
        {STR_INIT("100e-2"), 1.0},
        {STR_INIT("0.00000000000000000000000000001e+29"), 1.0},
        /* Ties go to the even neighbour; a hair more goes up. */
        {STR_INIT("9007199254740993"), 0x1.0p53},
        {STR_INIT("9007199254740993.0000000000000000000000000000000000001"),
         0x1.0000000000001p53},
        {STR_INIT("9007199254740992.9999999999999999999999999999999999999"),
         0x1.0p53},
        {STR_INIT("9007199254740995"), 0x1.0000000000002p53},
        /* The ends of the range. */
        {STR_INIT("1.7976931348623157e308"), DBL_MAX},
        {STR_INIT("1.7976931348623158e308"), DBL_MAX},
        {STR_INIT("1.7976931348623159e308"), HUGE_VAL},
        {STR_INIT("1.8e308"), HUGE_VAL},
        {STR_INIT("-1e309"), HUGE_VAL},
        {STR_INIT("1e99999999999999999999999"), HUGE_VAL},
        {STR_INIT("2.2250738585072014e-308"), DBL_MIN},
        {STR_INIT("2.2250738585072011e-308"), 0x0.fffffffffffffp-1022},
        {STR_INIT("4.9406564584124654e-324"), 0x1p-1074},
        {STR_INIT("2.4703282292062328e-324"), 0x1p-1074},
        {STR_INIT("2.4703282292062327e-324"), 0.0},
        {STR_INIT("7.4109846876186982e-324"), 0x2p-1074},
        {STR_INIT("1e-324"), 0.0},
        {STR_INIT("-1e-400"), -0.0},
        {STR_INIT("1e-99999999999999999999999"), 0.0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++)
        check_f64(cases[i].text, cases[i].want);
}

/* The exact middle between two doubles, a hair below and a hair above it,
 * against libc, which is exact too. */
static void check_middle(uint64_t bits)
{
    char text[1300];
    double low = from_bits(bits);
    /* Exact in long double where that has more than 53 bits of mantissa. */
    long double middle =
        (long double)low +
        ((long double)from_bits(bits + 1) - (long double)low) / 2;
    int n = snprintf(text, sizeof(text), "%.1200Le", middle);
    char *end = strchr(text, 'e');

    if (n <= 0 || n >= (int)sizeof(text) || end == NULL) {
        fail_msg("%a is not printed", low);
        return;
    }
    check_f64((struct str){text, (size_t)n}, strtod(text, NULL));
    end[-1] = '1'; /* the last of very many zeros */
    check_f64((struct str){text, (size_t)n}, strtod(text, NULL));
    end[-1] = '0';
    n = snprintf(text, sizeof(text), "%.780Le", middle);
    for (char *p = strchr(text, 'e') - 1; p > text && *p != '.'; p--) {
        /* Borrow from the digits: one unit of the last place less. */
        if (*p != '0') {
            (*p)--;
            break;
        }
        *p = '9';
    }
    check_f64((struct str){text, (size_t)n}, strtod(text, NULL));
}

/* A generator of our own, so that a failure is the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= (*state & UINT64_MAX >> 13) << 13;
    *state ^= *state >> 7;
    *state ^= (*state & UINT64_MAX >> 17) << 17;
    return *state;
}

static void middles_of_doubles(void **state)
{
    uint64_t seed = 88172645463325252U;

    (void)state;
    check_middle(0);
    check_middle(1);
    check_middle(bits_of(DBL_MIN) - 1);
    check_middle(bits_of(DBL_MIN));
    check_middle(bits_of(1.0) - 1);
    for (int i = 0; i < 2000; i++)
        check_middle(next_random(&seed) % (bits_of(DBL_MAX) - 1));
    for (int i = 0; i < 200; i++)
        check_middle(next_random(&seed) % (bits_of(DBL_MIN) * 2));
}

static void random_texts_as_libc_reads_them(void **state)
{
    uint64_t seed = 2463534242;

    (void)state;
    for (int i = 0; i < 50000; i++) {
        uint64_t r = next_random(&seed);
        int exp = (int)(r % 700) - 350;
        char text[80];
        int n = snprintf(
            text, sizeof(text), "%s%llu.%0*llue%d", r & 1 ? "-" : "",
            (unsigned long long)(r >> (r >> 8 & 63)), 1 + (int)(r >> 20 & 15),
            (unsigned long long)next_random(&seed) >> (r >> 30 & 63), exp);

        check_f64((struct str){text, (size_t)n}, strtod(text, NULL));
    }
}

static void integers(void **state)
{
    static const struct {
        struct str text;
        bool ok;
        int64_t want;
    } cases[] = {
        {STR_INIT("0"), true, 0},
        {STR_INIT("-0"), true, 0},
        {STR_INIT("-0.0e5"), true, 0},
        {STR_INIT("0e99999999999999999999"), true, 0},
        {STR_INIT("42"), true, 42},
        {STR_INIT("-42"), true, -42},
        {STR_INIT("1e3"), true, 1000},
        {STR_INIT("2.0"), true, 2},
        {STR_INIT("1.5e1"), true, 15},
        {STR_INIT("1000e-3"), true, 1},
        {STR_INIT("1.00000000000000000000000000000000"), true, 1},
        {STR_INIT("10000000000000000000000000000e-28"), true, 1},
        {STR_INIT("1e18"), true, 1000000000000000000},
        {STR_INIT("9223372036854775807"), true, INT64_MAX},
        {STR_INIT("9223372036854775.807e3"), true, INT64_MAX},
        {STR_INIT("-9223372036854775808"), true, INT64_MIN},
        {STR_INIT("9223372036854775808"), false, 0},
        {STR_INIT("-9223372036854775809"), false, 0},
        {STR_INIT("18446744073709551616"), false, 0},
        {STR_INIT("9999999999999999999"), false, 0},
        {STR_INIT("1e19"), false, 0},
        {STR_INIT("1e99999999999999999999"), false, 0},
        {STR_INIT("1e-1"), false, 0},
        {STR_INIT("0.5"), false, 0},
        {STR_INIT("1.0000000000000000000000000000001"), false, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        int64_t v = 5;

        if (decimal_i64(cases[i].text, &v) != cases[i].ok ||
            v != (cases[i].ok ? cases[i].want : 5))
            fail_msg("%s: %lld", cases[i].text.p, (long long)v);
    }
}

/* ---- to text ---- */

static void fewest_digits(void **state)
{
    static const struct {
        double v;
        struct str want;
    } cases[] = {
        {0.0, STR_INIT("0")},
        {-0.0, STR_INIT("-0")},
        {1.0, STR_INIT("1")},
        {-1.5, STR_INIT("-1.5")},
        {0.1, STR_INIT("0.1")},
        {0.3, STR_INIT("0.3")},
        {0.1 + 0.2, STR_INIT("0.30000000000000004")},
        {1.0 / 3, STR_INIT("0.3333333333333333")},
        {100.0, STR_INIT("100")},
        {123456.789, STR_INIT("123456.789")},
        {1e15, STR_INIT("1000000000000000")},
        {1e20, STR_INIT("100000000000000000000")},
        {1e21, STR_INIT("1e21")},
        {1.5e300, STR_INIT("1.5e300")},
        {1e-6, STR_INIT("0.000001")},
        {1.25e-6, STR_INIT("0.00000125")},
        {1e-7, STR_INIT("1e-7")},
        {1.25e-7, STR_INIT("1.25e-7")},
        {9007199254740993.0, STR_INIT("9007199254740992")},
        {5e-324, STR_INIT("5e-324")},
        {2.2250738585072011e-308, STR_INIT("2.225073858507201e-308")},
        {DBL_MIN, STR_INIT("2.2250738585072014e-308")},
        {DBL_MAX, STR_INIT("1.7976931348623157e308")},
        /* Above a power of two the gap is wider than below: not the nearest
         * sixteen digits read back, but the next ones. */
        {0x1p-44, STR_INIT("5.684341886080802e-14")},
        {2e-308, STR_INIT("2e-308")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        char to[DECIMAL_ROOM];
        struct str got = {to, decimal_write(to, cases[i].v)};

        check_str_case(cases[i].want.p, got, cases[i].want);
    }
}

/* Reads back the same, and no text of fewer digits by libc does. */
static void random_doubles_read_back(void **state)
{
    uint64_t seed = 7777777;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = next_random(&seed) % bits_of(DBL_MAX);
        double v = from_bits(bits);
        char to[DECIMAL_ROOM + 1];
        size_t n = decimal_write(to, v);
        int digits = 0;
        char fewer[64];

        assert_true(n < DECIMAL_ROOM);
        to[n] = '\0';
        if (bits_of(strtod(to, NULL)) != bits)
            fail_msg("%a became %s", v, to);
        check_f64((struct str){to, n}, v);
        for (const char *p = to; *p != '\0' && *p != 'e'; p++)
            digits += *p != '.' && (digits != 0 || *p != '0') ? 1 : 0;
        if (digits < 2 || strchr(to, 'e') == NULL)
            continue;
        snprintf(fewer, sizeof(fewer), "%.*e", digits - 2, v);
        if (strtod(fewer, NULL) == v)
            fail_msg("%s is longer than %s", to, fewer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_double),
        cmocka_unit_test(middles_of_doubles),
        cmocka_unit_test(random_texts_as_libc_reads_them),
        cmocka_unit_test(integers),
        cmocka_unit_test(fewest_digits),
        cmocka_unit_test(random_doubles_read_back),
    };

    return test_run("decimal", tests, SL_LEN(tests));
}
