/* SPDX-License-Identifier: MIT */
#include "core/base/str.h"

#include "support.h"

static void equality(void **state)
{
    static const struct {
        struct str a, b;
        bool eq, nocase;
    } rows[] = {
        {{0}, {0}, true, true},
        {{0}, STR_INIT(""), true, true},
        {STR_INIT("a"), {0}, false, false},
        {STR_INIT("abc"), STR_INIT("abc"), true, true},
        {STR_INIT("abc"), STR_INIT("abd"), false, false},
        {STR_INIT("abc"), STR_INIT("ab"), false, false},
        {STR_INIT("Content-Type"), STR_INIT("content-TYPE"), false, true},
        {STR_INIT("AZaz"), STR_INIT("azAZ"), false, true},
        /* Differ in the case bit, but are no letters. */
        {STR_INIT("@"), STR_INIT("`"), false, false},
        {STR_INIT("["), STR_INIT("{"), false, false},
        {STR_INIT("\r"), STR_INIT("-"), false, false},
        {STR_INIT("\xC4"), STR_INIT("\xE4"), false, false},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        assert_int_equal(str_eq(rows[i].a, rows[i].b), rows[i].eq);
        assert_int_equal(str_eq(rows[i].b, rows[i].a), rows[i].eq);
        assert_int_equal(str_eq_nocase(rows[i].a, rows[i].b), rows[i].nocase);
        assert_int_equal(str_eq_nocase(rows[i].b, rows[i].a), rows[i].nocase);
        assert_int_equal(str_eq_secret(rows[i].a, rows[i].b), rows[i].eq);
        assert_int_equal(str_eq_secret(rows[i].b, rows[i].a), rows[i].eq);
    }
}

static void secret_by_any_byte(void **state)
{
    struct str secret = STR("correct horse");

    (void)state;
    for (size_t i = 0; i < secret.n; i++) {
        char given[13];

        memcpy(given, secret.p, secret.n);
        given[i] ^= (char)0x80;
        assert_false(str_eq_secret(secret, (struct str){given, secret.n}));
        assert_false(str_eq_secret(secret, str_first(secret, i)));
        assert_false(str_eq_secret(str_first(secret, i), secret));
    }
    /* A longer text that repeats the first byte where the secret ends. */
    assert_false(str_eq_secret(STR("aa"), STR("aaa")));
    assert_false(str_eq_secret(STR(""), STR("\0\0")));
}

static void order(void **state)
{
    static const struct str sorted[] = {
        STR_INIT(""),     STR_INIT("\0"),   STR_INIT("a"),
        STR_INIT("a\0"),  STR_INIT("ab"),   STR_INIT("b"),
        STR_INIT("\x7F"), STR_INIT("\x80"), STR_INIT("\xFF")};

    (void)state;
    for (size_t i = 0; i < SL_LEN(sorted); i++)
        for (size_t k = 0; k < SL_LEN(sorted); k++) {
            int got = str_cmp(sorted[i], sorted[k]);

            assert_int_equal((got > 0) - (got < 0), (i > k) - (i < k));
        }
    assert_int_equal(str_cmp((struct str){0}, (struct str){0}), 0);
}

static void ends(void **state)
{
    (void)state;
    assert_true(str_starts(STR("data: x"), STR("data:")));
    assert_false(str_starts(STR("data"), STR("data:")));
    assert_false(str_starts(STR("Data:"), STR("data:")));
    assert_true(str_starts_nocase(STR("BEARER x"), STR("Bearer ")));
    assert_false(str_starts_nocase(STR("Beare"), STR("Bearer")));
    assert_false(str_starts_nocase(STR("Basic x"), STR("Bearer")));
    assert_true(str_ends(STR("a.json"), STR(".json")));
    assert_true(str_ends(STR(".json"), STR(".json")));
    assert_false(str_ends(STR("json"), STR(".json")));
    assert_false(str_ends(STR("a.jsonc"), STR(".json")));
    assert_true(str_starts((struct str){0}, (struct str){0}));
    assert_true(str_starts(STR("a"), (struct str){0}));
    assert_true(str_ends((struct str){0}, STR("")));
}

static void find(void **state)
{
    static const struct {
        struct str s, sub;
        size_t at;
        bool has;
    } rows[] = {
        {STR_INIT("hello"), STR_INIT("l"), 2, true},
        {STR_INIT("hello"), STR_INIT("lo"), 3, true},
        {STR_INIT("hello"), STR_INIT("hello"), 0, true},
        {STR_INIT("hello"), STR_INIT("hellos"), 5, false},
        {STR_INIT("hello"), STR_INIT("lx"), 5, false},
        {STR_INIT("hello"), STR_INIT("ol"), 5, false},
        {STR_INIT("aaab"), STR_INIT("aab"), 1, true},
        {STR_INIT("aabaac"), STR_INIT("aac"), 3, true},
        {STR_INIT("hello"), {0}, 0, true},
        {{0}, {0}, 0, true},
        {{0}, STR_INIT("a"), 0, false},
        {STR_INIT("a\0b"), STR_INIT("\0b"), 1, true},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded s = guard_copy(rows[i].s);

        assert_int_equal(str_find_str(s.s, rows[i].sub), rows[i].at);
        assert_int_equal(str_has(s.s, rows[i].sub), rows[i].has);
        guard_free(&s);
    }
    assert_int_equal(str_find(STR("hello"), 'l'), 2);
    assert_int_equal(str_find(STR("hello"), 'x'), 5);
    assert_int_equal(str_find((struct str){0}, 'x'), 0);
    assert_int_equal(str_find(STR("a\xFF"), '\xFF'), 1);
}

static void pieces(void **state)
{
    struct str s = STR("hello");

    (void)state;
    check_str(str_before(s, 'l'), STR("he"));
    check_str(str_before(s, 'h'), STR(""));
    check_str(str_before(s, 'x'), s);
    check_str(str_skip(s, 0), s);
    check_str(str_skip(s, 2), STR("llo"));
    check_str(str_skip(s, 5), STR(""));
    check_str(str_skip(s, SIZE_MAX), STR(""));
    check_str(str_first(s, 2), STR("he"));
    check_str(str_first(s, 5), s);
    check_str(str_first(s, SIZE_MAX), s);
    check_str(str_skip((struct str){0}, 3), STR(""));
    check_str(str_first((struct str){0}, 3), STR(""));
    check_str(str_of("abc"), STR("abc"));
    check_str(str_of(""), STR(""));
    check_str(str_of(NULL), STR(""));
    check_str(str_range(s.p + 1, s.p + 3), STR("el"));
    check_str(str_range(s.p, s.p), STR(""));
}

static void trim(void **state)
{
    (void)state;
    check_str(str_trim(STR(" \t\r\n a b \n\r\t ")), STR("a b"));
    check_str(str_trim(STR("a")), STR("a"));
    check_str(str_trim(STR(" \t ")), STR(""));
    check_str(str_trim((struct str){0}), STR(""));
    /* Other white space is not ours to take. */
    check_str(str_trim(STR("\va\f")), STR("\va\f"));
}

static void split(void **state)
{
    static const struct {
        struct str in, want; /* pieces, each followed by '|' */
    } rows[] = {
        {STR_INIT("a,,b"), STR_INIT("a||b|")}, {STR_INIT(""), STR_INIT("")},
        {STR_INIT("a"), STR_INIT("a|")},       {STR_INIT("a,"), STR_INIT("a|")},
        {STR_INIT(",a"), STR_INIT("|a|")},     {STR_INIT(","), STR_INIT("|")},
        {STR_INIT(",,"), STR_INIT("||")},      {{0}, STR_INIT("")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct str rest = rows[i].in, piece;
        char got[16];
        size_t n = 0;

        while (str_split(&rest, ',', &piece)) {
            memcpy(got + n, piece.p, piece.n);
            n += piece.n;
            got[n++] = '|';
        }
        check_str(((struct str){got, n}), rows[i].want);
        assert_int_equal(rest.n, 0);
    }
}

static void characters(void **state)
{
    struct str hex = STR("0123456789abcdef"), upper = STR("ABCDEF");

    (void)state;
    for (int i = -128; i < 128; i++) {
        char c = (char)i;
        bool is_upper = i >= 'A' && i <= 'Z', is_lower = i >= 'a' && i <= 'z';
        size_t at = str_find(hex, c), big = str_find(upper, c);

        assert_int_equal(char_lower(c), is_upper ? i - 'A' + 'a' : i);
        assert_int_equal(char_is_alpha(c), is_upper || is_lower);
        assert_int_equal(char_is_digit(c), i >= '0' && i <= '9');
        if (big != upper.n)
            at = 10 + big;
        assert_int_equal(char_hex(c), at == hex.n ? -1 : (int)at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality),  cmocka_unit_test(secret_by_any_byte),
        cmocka_unit_test(order),     cmocka_unit_test(ends),
        cmocka_unit_test(find),      cmocka_unit_test(pieces),
        cmocka_unit_test(trim),      cmocka_unit_test(split),
        cmocka_unit_test(characters)};

    return test_run("str", tests, SL_LEN(tests));
}
