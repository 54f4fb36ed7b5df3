/* SPDX-License-Identifier: MIT */
#include "core/base/simd.h"

#include "support.h"

/* What each mask must say of one byte. */
static bool is_eq(unsigned char c)
{
    return c == 'x';
}

static bool is_high(unsigned char c)
{
    return c >= 0x80;
}

static bool is_quote(unsigned char c)
{
    return c == '"' || c == '\\';
}

static bool is_stop(unsigned char c)
{
    return is_quote(c) || c < 0x20 || c >= 0x80;
}

static bool is_nesting(unsigned char c)
{
    return c == '"' || c == '{' || c == '}' || c == '[' || c == ']';
}

static simd_mask eq_x(struct simd s)
{
    return simd_eq(s, 'x');
}

/* The bytes that the mask names, in order, are those that `wanted` names. */
static void check_mask(const char *p, simd_mask m, bool wanted(unsigned char))
{
    for (unsigned i = 0; i < SIMD_BYTES; i++) {
        if (!wanted((unsigned char)p[i]))
            continue;
        assert_true(m != 0);
        assert_int_equal(simd_first(m), i);
        m = simd_rest(m);
    }
    assert_true(m == 0);
}

static void check_all(const char *p)
{
    static const struct {
        simd_mask (*mask)(struct simd s);
        bool (*wanted)(unsigned char c);
    } rows[] = {{eq_x, is_eq},
                {simd_high, is_high},
                {simd_quote, is_quote},
                {simd_stop, is_stop},
                {simd_nesting, is_nesting}};

    for (size_t i = 0; i < SL_LEN(rows); i++)
        check_mask(p, rows[i].mask(simd_load(p)), rows[i].wanted);
}

static void each_byte_at_each_place(void **state)
{
    static const char fill[] = {'a', '"', '\0', '\xFF', '\x7F', '\x80', '!'};

    (void)state;
    for (size_t k = 0; k < SL_LEN(fill); k++)
        for (unsigned i = 0; i < 256 * SIMD_BYTES; i++) {
            char p[SIMD_BYTES];

            memset(p, fill[k], sizeof p);
            p[i % SIMD_BYTES] = (char)(i / SIMD_BYTES);
            check_all(p);
        }
}

/* Neighbours must not leak into each other, as a carry would. */
static void each_pair_of_neighbours(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 65536; i++) {
        char p[SIMD_BYTES];

        for (unsigned k = 0; k < SIMD_BYTES; k += 2) {
            p[k] = (char)(i & 0xFF);
            p[k + 1] = (char)(i >> 8);
        }
        check_all(p);
    }
}

static void any_alignment_and_no_byte_more(void **state)
{
    char text[SIMD_BYTES];
    struct guarded g;

    (void)state;
    memset(text, 'a', sizeof text);
    text[SIMD_BYTES - 1] = '"';
    for (unsigned i = 0; i < SIMD_BYTES; i++) {
        char shifted[2 * SIMD_BYTES];

        memcpy(shifted + i, text, sizeof text);
        check_all(shifted + i);
    }
    g = guard_copy((struct str){text, sizeof text});
    check_all(g.s.p);
    guard_free(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_at_each_place),
        cmocka_unit_test(each_pair_of_neighbours),
        cmocka_unit_test(any_alignment_and_no_byte_more)};

    return test_run("simd", tests, SL_LEN(tests));
}
