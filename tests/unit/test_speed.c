/* SPDX-License-Identifier: MIT */
/* The average of times to the first byte. */
#include "core/speed.h"

#include "support.h"

static struct speeds s;

static int setup(void **state)
{
    (void)state;
    memset(&s, 0, sizeof s);
    return 0;
}

static void the_last_count_most(void **state)
{
    uint64_t id = speed_id(STR("openai"), STR("gpt-4o"));

    (void)state;
    assert_true(speeds_find(&s, id, 0) == SPEED_UNKNOWN);
    speeds_note(&s, id, 400, 1000);
    assert_int_equal(speeds_find(&s, id, 1000), 400);
    speeds_note(&s, id, 800, 1000);
    assert_int_equal(speeds_find(&s, id, 1000), 500);
    /* Half a minute later the new one counts for more. */
    speeds_note(&s, id, 1300, 31000);
    assert_int_equal(speeds_find(&s, id, 31000), 800);
    /* And after some minutes it alone counts. */
    speeds_note(&s, id, 10, 31000 + 300000);
    assert_int_equal(speeds_find(&s, id, 331000), 10);
    /* A clock that went back, and times that can't be. */
    speeds_note(&s, id, -5, 0);
    assert_int_equal(speeds_find(&s, id, 0), 7);
    speeds_note(&s, id, INT64_MAX, 0);
    assert_int_equal(speeds_find(&s, id, 0), 900005);
}

static void old_ones_are_not_known(void **state)
{
    uint64_t id = speed_id(STR("a"), STR("b"));

    (void)state;
    speeds_note(&s, id, 20, 5000);
    assert_int_equal(speeds_find(&s, id, 5000 + SPEED_STALE_MS), 20);
    assert_true(speeds_find(&s, id, 5001 + SPEED_STALE_MS) == SPEED_UNKNOWN);
}

static void names_are_told_apart(void **state)
{
    uint64_t a = speed_id(STR("a"), STR("bc"));

    (void)state;
    assert_true(a != speed_id(STR("ab"), STR("c")));
    assert_true(a != speed_id(STR("a"), STR("bd")));
    assert_true(a == speed_id(STR("a"), STR("bc")));
    assert_true(speed_id(STR(""), STR("")) != 0);
}

/* A full table forgets what was used longest ago. */
static void the_oldest_goes(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 9; i++)
        speeds_note(&s, 5 + i * SPEEDS, (int64_t)i, (int64_t)(100 + i));
    assert_true(speeds_find(&s, 5, 200) == SPEED_UNKNOWN);
    for (uint64_t i = 1; i < 9; i++)
        assert_int_equal(speeds_find(&s, 5 + i * SPEEDS, 200), i);
    /* At the end of the table too. */
    speeds_note(&s, SPEEDS - 1, 3, 1);
    speeds_note(&s, 2 * (uint64_t)SPEEDS - 1, 4, 1);
    assert_int_equal(speeds_find(&s, SPEEDS - 1, 1), 3);
    assert_int_equal(speeds_find(&s, 2 * (uint64_t)SPEEDS - 1, 1), 4);
}

static void questions(void **state)
{
    struct test_mem mem;
    uint64_t ids[] = {7, 8, 9};
    uint32_t want[] = {40, SPEED_UNKNOWN, 50};
    struct buf out;

    (void)state;
    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 4096);
    speeds_note(&s, 7, 40, 1);
    speeds_note(&s, 9, 50, 1);
    speeds_answer(&s, (struct str){(const char *)ids, sizeof ids}, 2, &out);
    assert_int_equal(out.n, sizeof want);
    assert_memory_equal(out.p, want, sizeof want);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_last_count_most, setup),
        cmocka_unit_test_setup(old_ones_are_not_known, setup),
        cmocka_unit_test_setup(names_are_told_apart, setup),
        cmocka_unit_test_setup(the_oldest_goes, setup),
        cmocka_unit_test_setup(questions, setup),
    };

    return test_run("speed", tests, SL_LEN(tests));
}
