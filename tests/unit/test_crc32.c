/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/base/crc32.h"

static const struct {
    const char *text;
    uint32_t want;
} rows[] = {
    {"", 0},
    {"a", 0xe8b7be43},
    {"123456789", 0xcbf43926},
    {"The quick brown fox jumps over the lazy dog", 0x414fa339},
};

static void known_sums(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(str_of(rows[i].text));

        for (size_t cut = 0; cut <= g.s.n; cut++) {
            uint32_t sum = crc32_add(0, str_first(g.s, cut));

            sum = crc32_add(sum, str_skip(g.s, cut));
            assert_int_equal(sum, rows[i].want);
        }
        guard_free(&g);
    }
}

static void every_byte(void **state)
{
    char all[256];

    (void)state;
    for (int i = 0; i < 256; i++)
        all[i] = (char)(unsigned char)i;
    assert_int_equal(crc32_add(0, (struct str){all, sizeof all}), 0x29058c73);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_sums),
                                       cmocka_unit_test(every_byte)};

    return test_run("crc32", tests, SL_LEN(tests));
}
