/* SPDX-License-Identifier: MIT */
/* The average of times to the first byte, and by when nearly all came. */
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

/* ---- by when nearly all have come ---- */

static void note_all(uint64_t id, int64_t ms, size_t n)
{
    for (size_t i = 0; i < n; i++)
        speeds_note(&s, id, ms, 1000);
}

static void few_are_not_enough(void **state)
{
    (void)state;
    assert_true(speeds_late(&s, 7, 1000) == SPEED_UNKNOWN);
    note_all(7, 50, LATE_LEAST - 1);
    assert_true(speeds_late(&s, 7, 1000) == SPEED_UNKNOWN);
    note_all(7, 50, 1);
    assert_int_equal(speeds_late(&s, 7, 1000), 56);
    assert_int_equal(speeds_find(&s, 7, 1000), 50);
    /* Known to nobody else, and not for ever. */
    assert_true(speeds_late(&s, 8, 1000) == SPEED_UNKNOWN);
    assert_int_equal(speeds_late(&s, 7, 1000 + SPEED_STALE_MS), 56);
    assert_true(speeds_late(&s, 7, 1001 + SPEED_STALE_MS) == SPEED_UNKNOWN);
    /* What came before is forgotten then. */
    speeds_note(&s, 7, 50, 1001 + SPEED_STALE_MS);
    assert_true(speeds_late(&s, 7, 1001 + SPEED_STALE_MS) == SPEED_UNKNOWN);
}

/* The end of the bucket in which a time is: never before it, and at most a
 * quarter later. */
static void ends_of_buckets(void **state)
{
    static const struct {
        int64_t ms;
        uint32_t want;
    } cases[] = {
        {-1, 1},
        {0, 1},
        {1, 2},
        {3, 4},
        {4, 5},
        {7, 8},
        {8, 10},
        {9, 10},
        {10, 12},
        {15, 16},
        {16, 20},
        {1000, 1024},
        {1023, 1024},
        {1024, 1280},
        {524287, 524288},
        {900000, 524288},
        {INT64_MAX, 524288},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        note_all(100 + i, cases[i].ms, LATE_LEAST);
        assert_int_equal(speeds_late(&s, 100 + i, 1000), cases[i].want);
    }
    for (int64_t ms = 4; ms < 300000; ms = ms * 9 / 8 + 1) {
        memset(&s, 0, sizeof s);
        note_all(1, ms, LATE_LEAST);
        assert_true(speeds_late(&s, 1, 1000) > ms);
        assert_true(speeds_late(&s, 1, 1000) <= ms * 5 / 4 + 1);
    }
}

static void nineteen_of_twenty(void **state)
{
    (void)state;
    note_all(1, 10, 95);
    note_all(1, 1000, 5);
    assert_int_equal(speeds_late(&s, 1, 1000), 12);
    note_all(1, 1000, 1);
    assert_int_equal(speeds_late(&s, 1, 1000), 1024);
}

/* Of a target that has become slower, or faster, the old answers fade. */
static void old_answers_fade(void **state)
{
    size_t slower = 0, faster = 0;

    (void)state;
    note_all(1, 10, 100000);
    assert_int_equal(speeds_late(&s, 1, 1000), 12);
    for (; speeds_late(&s, 1, 1000) == 12; slower++)
        note_all(1, 1000, 1);
    assert_in_range(slower, 5, 20);
    note_all(1, 1000, 100000);
    for (; speeds_late(&s, 1, 1000) == 1024; faster++)
        note_all(1, 10, 1);
    assert_in_range(faster, LATE_MOST / 2, 4 * LATE_MOST);
}

static void streams_have_their_own(void **state)
{
    uint64_t stream = speed_late_id(STR("a"), STR("b"), true);

    (void)state;
    assert_true(stream != speed_late_id(STR("a"), STR("b"), false));
    assert_true(stream != speed_late_id(STR("a"), STR("c"), true));
    assert_true(stream != speed_id(STR("a"), STR("b")));
    assert_true(stream == speed_late_id(STR("a"), STR("b"), true));
}

static void questions_of_late_ones(void **state)
{
    struct test_mem mem;
    uint64_t ids[] = {7, 8};
    uint32_t want[] = {SPEED_UNKNOWN, 56};
    struct buf out;

    (void)state;
    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 4096);
    note_all(7, 40, 1);
    note_all(8, 50, LATE_LEAST);
    speeds_answer_late(&s, (struct str){(const char *)ids, sizeof ids}, 1000,
                       &out);
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
        cmocka_unit_test_setup(few_are_not_enough, setup),
        cmocka_unit_test_setup(ends_of_buckets, setup),
        cmocka_unit_test_setup(nineteen_of_twenty, setup),
        cmocka_unit_test_setup(old_answers_fade, setup),
        cmocka_unit_test_setup(streams_have_their_own, setup),
        cmocka_unit_test_setup(questions_of_late_ones, setup),
    };

    return test_run("speed", tests, SL_LEN(tests));
}
