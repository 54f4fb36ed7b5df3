/* SPDX-License-Identifier: MIT */
#include "core/base/map.h"

#include "core/base/num.h"
#include "support.h"

enum { MANY = 5000 };

static void empty(void **state)
{
    struct test_mem m;
    struct arena a;
    struct map map;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 1024, 1 << 20);
    map_init(&map, &a, 1);
    map_check(&map);
    assert_null(map_find(&map, STR("a")));
    assert_null(map_find(&map, (struct str){0}));
    assert_int_equal(map_count(&map), 0);
    assert_int_equal(m.asked, 0);
    arena_release(&a);
}

static void sets_finds_and_replaces(void **state)
{
    struct test_mem m;
    struct arena a;
    struct map map;
    int x = 1, y = 2;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 1024, 1 << 20);
    map_init(&map, &a, 1);
    assert_true(map_put(&map, STR("a"), &x));
    assert_true(map_put(&map, STR("b"), NULL));
    assert_true(map_put(&map, (struct str){0}, &y));
    assert_ptr_equal(map_find(&map, STR("a")), &x);
    assert_null(map_find(&map, STR("b")));
    assert_null(map_find(&map, STR("c")));
    assert_null(map_find(&map, STR("A")));
    assert_null(map_find(&map, STR("a\0")));
    assert_ptr_equal(map_find(&map, STR("")), &y);
    assert_true(map_put(&map, STR("a"), &y));
    assert_ptr_equal(map_find(&map, STR("a")), &y);
    assert_int_equal(map_count(&map), 3);
    check_str(map_at(&map, 0)->key, STR("a"));
    assert_ptr_equal(map_at(&map, 0)->value, &y);
    check_str(map_at(&map, 1)->key, STR("b"));
    check_str(map_at(&map, 2)->key, STR(""));
    map_check(&map);
    arena_release(&a);
}

static void many_in_order_of_insertion(void **state)
{
    static char keys[MANY][20];
    struct test_mem m;
    struct arena a;
    struct map map;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 1024, 1 << 24);
    map_init(&map, &a, 0x0123456789ABCDEF);
    for (size_t i = 0; i < MANY; i++) {
        struct str key = {keys[i], num_write_u64(keys[i], i * 37)};

        assert_null(map_find(&map, key));
        assert_true(map_put(&map, key, keys[i]));
        if (i < 100 || i % 1000 == 0)
            map_check(&map);
    }
    assert_int_equal(map_count(&map), MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_ptr_equal(map_at(&map, i)->value, keys[i]);
        assert_ptr_equal(map_find(&map, map_at(&map, i)->key), keys[i]);
    }
    map_check(&map);
    arena_release(&a);
}

static bool putting(void *ctx, struct test_mem *m)
{
    static const char text[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    struct arena a;
    struct map map;
    bool through = true;

    (void)ctx;
    arena_init(&a, &m->mem, 64, 1 << 20);
    map_init(&map, &a, 9);
    for (size_t i = 0; through && i < 36; i++) {
        through = map_put(&map, (struct str){text, i}, m);
        map_check(&map);
        assert_int_equal(map_count(&map), i + through);
        /* Nothing that was in it is lost by a failure. */
        for (size_t k = 0; k < map_count(&map); k++)
            assert_ptr_equal(map_find(&map, (struct str){text, k}), m);
    }
    arena_release(&a);
    return through;
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_each_allocation(putting, NULL);
}

static void hash_depends_on_everything(void **state)
{
    static const char bits[] = {1, 2, 4, 8, 16, 32, 64};
    char text[40];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 11 + 1);
    for (size_t n = 0; n <= sizeof text; n++) {
        struct guarded g = guard_copy((struct str){text, n});
        uint64_t h = hash_str(g.s, 5);

        assert_true(h == hash_str((struct str){text, n}, 5));
        assert_true(h != hash_str(g.s, 6));
        assert_true(n == 0 || h != hash_str(str_first(g.s, n - 1), 5));
        guard_free(&g);
        for (size_t i = 0; i < n * 7; i++) {
            text[i / 7] = (char)(text[i / 7] ^ bits[i % 7]);
            assert_true(h != hash_str((struct str){text, n}, 5));
            text[i / 7] = (char)(text[i / 7] ^ bits[i % 7]);
        }
    }
    /* Zeros differ by their number alone. */
    memset(text, 0, sizeof text);
    for (size_t n = 1; n <= sizeof text; n++)
        assert_true(hash_str((struct str){text, n}, 5) !=
                    hash_str((struct str){text, n - 1}, 5));
}

/* From a second implementation, itself checked against the paper's vector. */
static void hash_is_siphash_1_3(void **state)
{
    const uint64_t seed = 0x0123456789ABCDEF;

    (void)state;
    assert_true(hash_str((struct str){0}, seed) == 0xA53227C8D4C74534);
    assert_true(hash_str(STR("model"), seed) == 0x846ECA75C9E844A4);
    assert_true(hash_str(STR("chat completions"), seed) == 0xB4D2BE54C1702C14);
}

/* Short runs: linear probing is only as good as the hash is even. */
static void hash_is_even(void **state)
{
    unsigned count[256] = {0};

    (void)state;
    for (uint64_t i = 0; i < 25600; i++) {
        char text[20];
        size_t n = num_write_u64(text, i);

        count[hash_str((struct str){text, n}, 3) & 255]++;
    }
    /* 100 on average, a standard deviation of 10. */
    for (size_t i = 0; i < SL_LEN(count); i++)
        assert_in_range(count[i], 50, 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty),
        cmocka_unit_test(sets_finds_and_replaces),
        cmocka_unit_test(many_in_order_of_insertion),
        cmocka_unit_test(any_allocation_may_fail),
        cmocka_unit_test(hash_depends_on_everything),
        cmocka_unit_test(hash_is_siphash_1_3),
        cmocka_unit_test(hash_is_even)};

    return test_run("map", tests, SL_LEN(tests));
}
