/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/base/buf.h"
#include "core/secret.h"

static void masks(void **state)
{
    static const struct {
        struct str in, want;
    } rows[] = {
        {STR_INIT(""), STR_INIT("***")},
        {STR_INIT("a"), STR_INIT("***")},
        {STR_INIT("abc"), STR_INIT("***")},
        {STR_INIT("abcd"), STR_INIT("*bcd")},
        {STR_INIT("0123456789ab"), STR_INIT("*********9ab")},
        {STR_INIT("0123456789abc"), STR_INIT("**********abc")},
        {STR_INIT("sk-0123456789abcdefghijklmnop"), STR_INIT("**********nop")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct guarded g = guard_copy(rows[i].in);
        struct secret s = secret_of(g.s);
        struct test_mem m;
        struct buf out;

        test_mem_init(&m);
        buf_init(&out, &m.mem, 100);
        secret_mask(&out, &s);
        check_str(buf_str(&out), rows[i].want);
        buf_reset(&out);
        secret_write(&out, &s);
        check_str(buf_str(&out), rows[i].in);
        buf_release(&out);
        assert_int_equal(m.live, 0);
        guard_free(&g);
    }
}

static void matches_itself_alone(void **state)
{
    struct secret s = secret_of(STR("sk-12345"));
    struct secret none = secret_of((struct str){0});

    (void)state;
    assert_true(secret_matches(&s, STR("sk-12345")));
    assert_false(secret_matches(&s, STR("sk-12346")));
    assert_false(secret_matches(&s, STR("Sk-12345")));
    assert_false(secret_matches(&s, STR("sk-1234")));
    assert_false(secret_matches(&s, STR("sk-123456")));
    assert_false(secret_matches(&s, (struct str){0}));
    assert_false(secret_matches(&none, STR("a")));
}

static void fits_a_field(void **state)
{
    static const struct {
        struct str in;
        bool want;
    } rows[] = {
        {STR_INIT(""), true},
        {STR_INIT("sk-1 2\t3"), true},
        {STR_INIT("caf\xC3\xA9"), true},
        {STR_INIT("a\r"), false},
        {STR_INIT("a\nb"), false},
        {STR_INIT("a\0b"), false},
        {STR_INIT("\x7F"), false},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct secret s = secret_of(rows[i].in);

        assert_int_equal(secret_fits_field(&s), rows[i].want);
    }
}

static void occurs_in(void **state)
{
    struct secret s = secret_of(STR("sk-12345"));
    struct secret small = secret_of(STR("sk-1234"));
    struct secret none = secret_of((struct str){0});

    (void)state;
    assert_true(secret_occurs_in(&s, STR("sk-12345")));
    assert_true(secret_occurs_in(&s, STR("bad key: sk-123456")));
    assert_false(secret_occurs_in(&s, STR("sk-1234")));
    assert_false(secret_occurs_in(&small, STR("bad key: sk-1234")));
    assert_false(secret_occurs_in(&s, (struct str){0}));
    assert_false(secret_occurs_in(&none, STR("text")));
}

static void wipes(void **state)
{
    char text[] = "sk-12345";
    struct secret s = secret_of(STR("unused"));

    (void)state;
    s = secret_of((struct str){text, sizeof text - 1});
    secret_wipe(&s);
    assert_memory_equal(text, "\0\0\0\0\0\0\0\0", sizeof text);
    assert_false(secret_matches(&s, STR("sk-12345")));
    secret_wipe(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks),        cmocka_unit_test(matches_itself_alone),
        cmocka_unit_test(fits_a_field), cmocka_unit_test(occurs_in),
        cmocka_unit_test(wipes),
    };

    return test_run("secret", tests, SL_LEN(tests));
}
