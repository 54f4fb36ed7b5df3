/* SPDX-License-Identifier: MIT */
#include "core/base/arena.h"

#include "support.h"

/* What a chunk's own header takes; two words, aligned. */
enum { HEAD = 16, KIB = 1024 };

static void nothing_before_the_first_use(void **state)
{
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 4096, 1 << 20);
    arena_check(&a);
    assert_int_equal(m.asked, 0);
    arena_release(&a);
    arena_release(&a);
    assert_int_equal(m.asked, 0);
    a = (struct arena){0};
    arena_release(&a);
}

static void pieces_do_not_overlap(void **state)
{
    struct test_mem m;
    struct arena a;
    unsigned char *p[300];

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, 1 << 20);
    for (size_t i = 0; i < SL_LEN(p); i++) {
        p[i] = arena_get(&a, i);
        assert_non_null(p[i]);
        assert_int_equal((uintptr_t)p[i] % 16, 0);
        memset(p[i], (int)(i & 0xFF), i);
        arena_check(&a);
    }
    for (size_t i = 0; i < SL_LEN(p); i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal(p[i][k], i & 0xFF);
    assert_int_equal(m.live, a.used);
    arena_release(&a);
    arena_check(&a);
    assert_int_equal(m.live, 0);
}

static void chunks_double_up_to_64_kib(void **state)
{
    static const size_t want[] = {1024,  3072,  7168,   15360,
                                  31744, 64512, 130048, 195584};
    struct test_mem m;
    struct arena a;
    size_t seen = 0;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, KIB, 1 << 20);
    while (seen < SL_LEN(want)) {
        size_t before = a.used;

        assert_non_null(arena_get(&a, 16));
        if (a.used != before)
            assert_int_equal(a.used, want[seen++]);
    }
    arena_release(&a);
    assert_non_null(arena_get(&a, 16));
    assert_int_equal(a.used, KIB);
    arena_release(&a);
}

static void a_big_one_leaves_the_rest_usable(void **state)
{
    struct test_mem m;
    struct arena a;
    char *small, *big, *next;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, KIB, 1 << 20);
    small = arena_get(&a, 16);
    big = arena_get(&a, 100000);
    memset(big, 'x', 100000);
    next = arena_get(&a, 16);
    assert_ptr_equal(next, small + 16);
    assert_int_equal(m.asked, 2);
    assert_int_equal(a.used, KIB + 100000 + HEAD);
    arena_check(&a);
    arena_release(&a);

    /* As the very first request, too. */
    assert_non_null(arena_get(&a, 100000));
    arena_check(&a);
    assert_non_null(arena_get(&a, 16));
    assert_non_null(arena_get(&a, 200000));
    arena_check(&a);
    arena_release(&a);
    assert_int_equal(m.live, 0);
}

static void stops_exactly_at_its_limit(void **state)
{
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    for (size_t n = 16; n < 4096; n += 16) {
        arena_init(&a, &m.mem, 128, n + HEAD);
        assert_null(arena_get(&a, n + 1));
        assert_non_null(arena_get(&a, n));
        arena_check(&a);
        assert_null(arena_get(&a, 1));
        assert_null(arena_get(&a, 0));
        arena_release(&a);

        arena_init(&a, &m.mem, 128, n + HEAD - 1);
        assert_null(arena_get(&a, n));
        arena_check(&a);
        arena_release(&a);
    }
    arena_init(&a, &m.mem, 128, 0);
    assert_null(arena_get(&a, 1));
    assert_int_equal(m.live, 0);
    arena_release(&a);
}

static void a_big_one_counts_what_was_used(void **state)
{
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    for (size_t over = 0; over < 2; over++) {
        arena_init(&a, &m.mem, KIB, 10240);
        assert_non_null(arena_get(&a, 16));
        assert_int_equal(arena_get(&a, 9216 - HEAD + over) == NULL, over);
        arena_check(&a);
        assert_non_null(arena_get(&a, 16));
        arena_release(&a);
    }
}

static void the_last_chunk_is_cut_to_the_limit(void **state)
{
    struct test_mem m;
    struct arena a;
    size_t n = 0;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 64, 500);
    while (arena_get(&a, 16) != NULL)
        n++;
    /* 64 + 128 + 256 and the 48 whole ones of the 52 left. */
    assert_int_equal(a.used, 496);
    assert_int_equal(n, (496 - 4 * HEAD) / 16);
    arena_check(&a);
    arena_release(&a);
}

static void sizes_that_overflow_are_refused(void **state)
{
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 128, SIZE_MAX);
    for (size_t i = 0; i < 64; i++)
        assert_null(arena_zero(&a, SIZE_MAX / 2 + 2, 2));
    assert_null(arena_get(&a, SIZE_MAX));
    assert_null(arena_get(&a, SIZE_MAX - 30));
    assert_null(arena_zero(&a, SIZE_MAX, SIZE_MAX));
    assert_int_equal(m.asked, 0);
    assert_non_null(arena_zero(&a, SIZE_MAX, 0));
    assert_non_null(arena_zero(&a, 0, SIZE_MAX));
    arena_release(&a);
}

static void zeroed_and_copied(void **state)
{
    struct test_mem m;
    struct arena a;
    struct str copy = STR("before");
    char *dirty;
    uint64_t *words;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 1024, 1024);
    dirty = arena_get(&a, 512);
    memset(dirty, 0xFF, 512);
    arena_release(&a);
    words = arena_array(&a, uint64_t, 60);
    for (size_t i = 0; i < 60; i++)
        assert_int_equal(words[i], 0);
    assert_int_equal(*arena_new(&a, uint64_t), 0);

    assert_true(arena_copy(&a, STR("hello"), &copy));
    check_str(copy, STR("hello"));
    assert_true(arena_copy(&a, (struct str){0}, &copy));
    assert_int_equal(copy.n, 0);
    copy = STR("before");
    assert_false(arena_copy(&a, (struct str){dirty, 2000}, &copy));
    check_str(copy, STR("before"));
    arena_release(&a);
}

static void serves_as_a_source(void **state)
{
    struct test_mem m;
    struct arena a;
    const struct sl_mem *mem;
    char *p;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 1024, 1024);
    mem = arena_mem(&a);
    p = mem->get(mem->ctx, 100);
    assert_non_null(p);
    memset(p, 'x', 100);
    mem->put(mem->ctx, p, 100);
    assert_int_equal(p[99], 'x');
    assert_null(mem->get(mem->ctx, 2000));
    arena_release(&a);
    assert_int_equal(m.live, 0);
}

static bool mixed_use(void *ctx, struct test_mem *m)
{
    struct arena a;
    bool through = true;

    (void)ctx;
    arena_init(&a, &m->mem, 128, 1 << 20);
    for (size_t i = 0; through && i < 40; i++) {
        through = arena_get(&a, i * 13) != NULL;
        arena_check(&a);
        assert_int_equal(a.used, m->live);
    }
    arena_release(&a);
    return through;
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    test_each_allocation(mixed_use, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_before_the_first_use),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(chunks_double_up_to_64_kib),
        cmocka_unit_test(a_big_one_leaves_the_rest_usable),
        cmocka_unit_test(stops_exactly_at_its_limit),
        cmocka_unit_test(a_big_one_counts_what_was_used),
        cmocka_unit_test(the_last_chunk_is_cut_to_the_limit),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(zeroed_and_copied),
        cmocka_unit_test(serves_as_a_source),
        cmocka_unit_test(any_allocation_may_fail)};

    return test_run("arena", tests, SL_LEN(tests));
}
