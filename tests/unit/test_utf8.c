/* SPDX-License-Identifier: MIT */
#include "core/base/utf8.h"

#include "support.h"

/* The definition, read off RFC 3629: decode, then ask whether the value may be
 * written in that many bytes. Slow, and unlike the code under test. */
static size_t valid_length(struct str s)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)s.p[0];
    size_t n = first < 0x80   ? 1
               : first < 0xC0 ? 0
               : first < 0xE0 ? 2
               : first < 0xF0 ? 3
               : first < 0xF8 ? 4
                              : 0;
    uint32_t code = n == 1 ? first : first & (0xFFU >> (n + 1));

    if (n == 0 || n > s.n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)s.p[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)s.p[i] & 0x3F);
    }
    if (code < least[n] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return 0;
    return n;
}

static void rows_of_the_standard(void **state)
{
    static const struct {
        struct str in;
        size_t at;
    } rows[] = {
        {{0}, 0},
        {STR_INIT("plain"), 5},
        {STR_INIT("\0"), 1},
        {STR_INIT("\xC2\x80"), 2},
        {STR_INIT("\xDF\xBF"), 2},
        {STR_INIT("\xE0\xA0\x80"), 3},
        {STR_INIT("\xED\x9F\xBF"), 3},
        {STR_INIT("\xEE\x80\x80"), 3},
        {STR_INIT("\xEF\xBF\xBF"), 3},
        {STR_INIT("\xF0\x90\x80\x80"), 4},
        {STR_INIT("\xF4\x8F\xBF\xBF"), 4},
        {STR_INIT("a\x80"), 1},                 /* continuation alone */
        {STR_INIT("a\xC0\x80"), 1},             /* overlong NUL */
        {STR_INIT("a\xC1\xBF"), 1},             /* overlong */
        {STR_INIT("a\xE0\x9F\xBF"), 1},         /* overlong */
        {STR_INIT("a\xF0\x8F\xBF\xBF"), 1},     /* overlong */
        {STR_INIT("a\xED\xA0\x80"), 1},         /* surrogate */
        {STR_INIT("a\xED\xBF\xBF"), 1},         /* surrogate */
        {STR_INIT("a\xF4\x90\x80\x80"), 1},     /* over U+10FFFF */
        {STR_INIT("a\xF5\x80\x80\x80"), 1},     /* no such first byte */
        {STR_INIT("a\xF8\x88\x80\x80\x80"), 1}, /* five bytes */
        {STR_INIT("a\xFE"), 1},
        {STR_INIT("a\xFF"), 1},
        {STR_INIT("\xC3\xA9\xC3"), 2}, /* cut */
        {STR_INIT("\xC3\xA9\xE2\x82"), 2},
        {STR_INIT("\xC3\xA9\xF0\x9F\x98"), 2},
        {STR_INIT("\xE2\x82(\xC3\xA9"), 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded in = guard_copy(rows[i].in);

        assert_int_equal(utf8_check(in.s), rows[i].at);
        guard_free(&in);
    }
}

static void every_three_bytes(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 1U << 24; i++) {
        char p[3] = {(char)(i >> 16), (char)(i >> 8 & 0xFF), (char)(i & 0xFF)};
        struct str s = {p, 3};
        size_t n = 1;

        while (s.n != 0 && n != 0) {
            n = valid_length(s);
            s = str_skip(s, n);
        }
        if (utf8_check((struct str){p, 3}) != 3 - s.n)
            fail_msg("%06x", i);
    }
}

static void four_bytes(void **state)
{
    static const char edge[] = {'\x00', '\x7F', '\x80', '\x8F', '\x90',
                                '\x9F', '\xA0', '\xBF', '\xC0', '\xFF'};

    (void)state;
    for (unsigned i = 0; i < 256 * 1000; i++) {
        char p[4] = {(char)(i / 1000), edge[i / 100 % 10], edge[i / 10 % 10],
                     edge[i % 10]};
        struct str s = {p, 4};
        size_t n = 1;

        while (s.n != 0 && n != 0) {
            n = valid_length(s);
            s = str_skip(s, n);
        }
        assert_int_equal(utf8_check((struct str){p, 4}), 4 - s.n);
    }
}

static void found_wherever_it_stands(void **state)
{
    static const struct str good = STR_INIT("\xF0\x9F\x98\x80");
    char text[200];

    (void)state;
    for (size_t n = 1; n <= sizeof text; n++) {
        for (size_t at = 0; at < n; at++) {
            struct guarded in;
            bool fits = n - at >= good.n;

            memset(text, 'a', sizeof text);
            memcpy(text + at, good.p, fits ? good.n : n - at);
            in = guard_copy((struct str){text, n});
            assert_int_equal(utf8_check(in.s), fits ? n : at);
            guard_free(&in);
        }
    }
    memset(text, 'a', sizeof text);
    for (size_t at = 0; at < sizeof text; at++) {
        text[at] = '\x80';
        assert_int_equal(utf8_check((struct str){text, sizeof text}), at);
        text[at] = 'a';
    }
}

static void written_is_valid(void **state)
{
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 8);
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code < 0xE000)
            continue;
        buf_reset(&b);
        utf8_write(&b, code);
        if (valid_length(buf_str(&b)) != b.n || utf8_check(buf_str(&b)) != b.n)
            fail_msg("%x", code);
    }
    buf_reset(&b);
    utf8_write(&b, 0x20AC);
    utf8_write(&b, 0x1F600);
    check_str(buf_str(&b), STR("\xE2\x82\xAC\xF0\x9F\x98\x80"));
    utf8_write(&b, 0x80);
    assert_int_equal(buf_rc(&b), SL_TOO_LARGE);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_the_standard),
        cmocka_unit_test(every_three_bytes), cmocka_unit_test(four_bytes),
        cmocka_unit_test(found_wherever_it_stands),
        cmocka_unit_test(written_is_valid)};

    return test_run("utf8", tests, SL_LEN(tests));
}
