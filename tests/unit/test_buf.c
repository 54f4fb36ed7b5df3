/* SPDX-License-Identifier: MIT */
#include "core/base/buf.h"

#include "support.h"

static void appends(void **state)
{
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 1000);
    buf_check(&b);
    assert_int_equal(m.asked, 0);
    assert_int_equal(buf_spare(&b), 0);
    check_str(buf_str(&b), STR(""));
    buf_add(&b, (struct str){0});
    assert_int_equal(m.asked, 0);
    buf_add(&b, STR("a="));
    buf_add_u64(&b, UINT64_MAX);
    buf_add_char(&b, ' ');
    buf_add_u64(&b, 0);
    buf_add_char(&b, '\0');
    buf_add_i64(&b, INT64_MIN);
    buf_add_char(&b, ',');
    buf_add_i64(&b, INT64_MAX);
    buf_add_char(&b, ',');
    buf_add_i64(&b, -1);
    buf_add_i64(&b, 0);
    check_str(buf_str(&b), STR("a=18446744073709551615 0\0-9223372036854775808,"
                               "9223372036854775807,-10"));
    assert_int_equal(buf_rc(&b), SL_OK);
    buf_check(&b);
    buf_release(&b);
    buf_check(&b);
    assert_int_equal(m.live, 0);
    b = (struct buf){0};
    buf_release(&b);
}

static void hexadecimal(void **state)
{
    static const struct {
        uint64_t v;
        unsigned digits;
        struct str want;
    } rows[] = {
        {0, 0, STR_INIT("0")},
        {0, 1, STR_INIT("0")},
        {0, 4, STR_INIT("0000")},
        {0xABC, 0, STR_INIT("abc")},
        {0xABC, 2, STR_INIT("abc")},
        {0xABC, 4, STR_INIT("0abc")},
        {UINT64_MAX, 1, STR_INIT("ffffffffffffffff")},
        {1, 16, STR_INIT("0000000000000001")},
    };
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 100);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        buf_reset(&b);
        buf_add_hex(&b, rows[i].v, rows[i].digits);
        check_str(buf_str(&b), rows[i].want);
    }
    buf_release(&b);
}

static void grows_by_doubling(void **state)
{
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 1 << 20);
    for (size_t i = 0; i < 1 << 20; i++) {
        buf_add_char(&b, (char)(i * 7 & 0x7F));
        assert_true(m.live >= b.n);
    }
    assert_int_equal(buf_rc(&b), SL_OK);
    assert_true(m.asked <= 14);
    for (size_t i = 0; i < 1 << 20; i++)
        assert_int_equal(b.p[i], i * 7 & 0x7F);
    buf_check(&b);
    buf_release(&b);
    assert_int_equal(m.live, 0);
}

static void stops_exactly_at_its_limit(void **state)
{
    char text[700] = {0};
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    for (size_t limit = 0; limit < sizeof text - 1; limit++) {
        buf_init(&b, &m.mem, limit);
        for (size_t i = 0; i < limit; i++)
            buf_add_char(&b, 'x');
        assert_int_equal(buf_rc(&b), SL_OK);
        assert_int_equal(b.n, limit);
        buf_add_char(&b, 'y');
        assert_int_equal(buf_rc(&b), SL_TOO_LARGE);
        assert_int_equal(b.n, limit);
        buf_check(&b);
        buf_release(&b);

        buf_add(&b, (struct str){text, limit});
        assert_int_equal(buf_rc(&b), SL_OK);
        buf_release(&b);
        buf_add(&b, (struct str){text, limit + 1});
        assert_int_equal(buf_rc(&b), SL_TOO_LARGE);
        assert_int_equal(b.n, 0);
        buf_release(&b);
    }
    assert_int_equal(m.live, 0);
}

static void fails_once_and_for_good(void **state)
{
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 4);
    buf_add(&b, STR("abc"));
    buf_add(&b, STR("de"));
    assert_true(b.failed);
    buf_add_char(&b, 'd'); /* would fit */
    buf_add_u64(&b, 1);
    buf_add_hex(&b, 1, 1);
    assert_null(buf_room(&b, 1));
    assert_null(buf_room(&b, SIZE_MAX));
    check_str(buf_str(&b), STR("abc"));
    assert_int_equal(buf_rc(&b), SL_TOO_LARGE);
    buf_check(&b);

    buf_reset(&b);
    assert_int_equal(buf_rc(&b), SL_OK);
    buf_add(&b, STR("wxyz"));
    check_str(buf_str(&b), STR("wxyz"));
    assert_int_equal(m.asked, 1);

    buf_release(&b);
    m.fail_at = 0;
    buf_add(&b, STR("a"));
    assert_int_equal(buf_rc(&b), SL_NOMEM);
    m.fail_at = -1;
    buf_add(&b, STR("a"));
    assert_int_equal(buf_rc(&b), SL_NOMEM);
    buf_check(&b);
    buf_release(&b);
    assert_int_equal(buf_rc(&b), SL_OK);
}

static void room_is_written_by_the_caller(void **state)
{
    struct test_mem m;
    struct buf b;
    char *p;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 300);
    buf_add(&b, STR("ab"));
    p = buf_room(&b, 200);
    assert_non_null(p);
    assert_true(buf_spare(&b) >= 200);
    check_str(buf_str(&b), STR("ab"));
    memset(p, 'c', 200);
    buf_grew(&b, 0);
    buf_grew(&b, 1);
    check_str(buf_str(&b), STR("abc"));
    assert_ptr_equal(buf_room(&b, 0), b.p + 3);
    assert_non_null(buf_room(&b, 297));
    assert_int_equal(buf_spare(&b), 297);
    assert_null(buf_room(&b, 298));
    buf_release(&b);
    assert_int_equal(buf_spare(&b), 0);
}

static void drops_from_the_front(void **state)
{
    struct test_mem m;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    buf_init(&b, &m.mem, 300);
    buf_drop(&b, 0);
    buf_add(&b, STR("hello, world"));
    buf_drop(&b, 0);
    buf_drop(&b, 1);
    check_str(buf_str(&b), STR("ello, world"));
    buf_drop(&b, 6);
    check_str(buf_str(&b), STR("world"));
    buf_drop(&b, 5);
    check_str(buf_str(&b), STR(""));
    buf_add(&b, STR("x"));
    check_str(buf_str(&b), STR("x"));
    buf_check(&b);
    buf_release(&b);
}

static bool growing(void *ctx, struct test_mem *m)
{
    struct buf b;
    bool through;

    (void)ctx;
    buf_init(&b, &m->mem, 10000);
    for (int i = 0; i < 500; i++) {
        buf_add(&b, STR("0123456789"));
        buf_check(&b);
    }
    through = buf_rc(&b) == SL_OK;
    assert_int_equal(through, b.n == 5000);
    if (!through)
        assert_int_equal(buf_rc(&b), SL_NOMEM);
    for (size_t i = 0; i < b.n; i++)
        assert_int_equal(b.p[i], '0' + (char)(i % 10));
    buf_release(&b);
    return through;
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_each_allocation(growing, NULL);
}

static void lives_on_an_arena(void **state)
{
    struct test_mem m;
    struct arena a;
    struct buf b;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, 4096);
    buf_init(&b, arena_mem(&a), 100000);
    while (!b.failed)
        buf_add(&b, STR("0123456789abcdef"));
    assert_int_equal(buf_rc(&b), SL_NOMEM);
    buf_release(&b);
    arena_release(&a);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends),
        cmocka_unit_test(hexadecimal),
        cmocka_unit_test(grows_by_doubling),
        cmocka_unit_test(stops_exactly_at_its_limit),
        cmocka_unit_test(fails_once_and_for_good),
        cmocka_unit_test(room_is_written_by_the_caller),
        cmocka_unit_test(drops_from_the_front),
        cmocka_unit_test(any_allocation_may_fail),
        cmocka_unit_test(lives_on_an_arena)};

    return test_run("buf", tests, SL_LEN(tests));
}
