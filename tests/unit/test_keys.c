/* SPDX-License-Identifier: MIT */
/* Selectors, strategies and health of keys. Numbers are the cases of the
 * earlier systems. */
#include "core/keys.h"

#include "core/base/map.h"

#include "support.h"

enum { MOST = 8 };

static struct key_state states[MOST];
static struct key_turn turn;
static struct key_ring ring;
static uint64_t seed;

static void fresh(size_t n, enum key_strategy strategy)
{
    memset(states, 0, sizeof states);
    turn = (struct key_turn){0};
    ring = (struct key_ring){
        .v = states, .n = n, .strategy = strategy, .turn = &turn};
    seed = 1;
}

/* Numbers that look drawn, the same in each run. */
static uint64_t bits(void)
{
    seed++;
    return hash_str((struct str){(const char *)&seed, sizeof seed}, 1);
}

static size_t pick_at(const struct key_pick *pick, int64_t now)
{
    enum sl_rc rc = SL_AGAIN;
    size_t key = SIZE_MAX;

    while (rc == SL_AGAIN)
        rc = keys_pick(&ring, pick, bits(), now, &key);
    assert_int_equal(rc, SL_OK);
    return key;
}

static size_t next(int64_t now)
{
    return pick_at(&(struct key_pick){.last = ring.n - 1}, now);
}

static bool mark(size_t key, enum key_verdict verdict, int64_t now)
{
    return keys_mark(
        &ring,
        &(struct key_mark){.key = key, .verdict = verdict, .began_ms = now},
        now);
}

/* ---- 51, 53, 56: selectors ---- */

struct selector_row {
    const char *text;
    size_t n, first, last;
    bool is_wrapped;
};

static void selectors(void **state)
{
    static const struct selector_row rows[] = {
        {"0", 3, 0, 0, false},
        {"1", 3, 1, 1, false},
        {"2", 3, 2, 2, false},
        {"00", 3, 0, 0, false},
        {"3", 3, 0, 0, true},
        {"7", 3, 1, 1, true},
        {"1-2", 3, 1, 2, false},
        {"0-0", 3, 0, 0, false},
        {"-0", 3, 0, 0, false},
        {"2-", 3, 2, 2, false},
        {"-1", 3, 0, 1, false},
        {"-9", 3, 0, 2, false},
        {"9-", 3, 0, 2, true},
        {"7-9", 3, 1, 2, true},
        {"5-3", 3, 2, 2, true},
        {"2-1", 3, 2, 2, false},
        {"5abc", 3, 2, 2, true},
        {"1-2x", 3, 1, 2, false},
        {"1-1-1", 3, 1, 1, false},
        {"1", 1, 0, 0, true},
        {"4", 3, 1, 1, true},
        {"1-3", 5, 1, 3, false},
        {"2-", 5, 2, 4, false},
        {"-2", 5, 0, 2, false},
        {"3-1", 5, 3, 3, false},
        {"0", 1, 0, 0, false},
        {"18446744073709551615", 5, 0, 0, true},
        {"99999999999999999999999", 5, 0, 0, true},
        {"1-99999999999999999999999", 5, 1, 4, false},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        const struct selector_row *r = &rows[i];
        struct guarded g = guard_copy(str_of(r->text));
        struct key_selector s;
        struct key_range range;

        if (!key_selector_read(g.s, &s))
            fail_msg("%s is not read", r->text);
        assert_true(s.is_set);
        range = key_selector_range(&s, r->n);
        if (range.first != r->first || range.last != r->last ||
            range.is_wrapped != r->is_wrapped)
            fail_msg("%s of %zu: %zu to %zu%s", r->text, r->n, range.first,
                     range.last, range.is_wrapped ? ", wrapped" : "");
        guard_free(&g);
    }
}

static void no_selector(void **state)
{
    static const char *const bad[] = {"", "abc", "a1", "+1", " 1", "%31", "x-"};
    struct key_selector s = {.first = 7};

    (void)state;
    for (size_t i = 0; i < SL_LEN(bad); i++)
        assert_false(key_selector_read(str_of(bad[i]), &s));
    assert_int_equal(s.first, 7);
    assert_true(key_selector_read(STR("-"), &s));
    assert_false(s.is_set);
    assert_true(key_selector_read(STR("-x"), &s));
    assert_false(s.is_set);
    assert_int_equal(key_selector_range(&s, 3).last, 2);
}

static void range_is_even(void **state)
{
    struct key_pick pick = {.first = 1, .last = 2, .is_even = true};
    size_t seen[3] = {0};

    (void)state;
    fresh(3, KEYS_ROUNDROBIN);
    for (int i = 0; i < 1000; i++)
        seen[pick_at(&pick, 0)]++;
    assert_int_equal(seen[0], 0);
    assert_in_range(seen[1], 430, 570);
    assert_int_equal(turn.step, 0);
    mark(1, VERDICT_COOL, 0);
    for (int i = 0; i < 20; i++)
        assert_int_equal(pick_at(&pick, 1), 2);
}

/* ---- 77: chance ---- */

static void chance_has_no_bias(void **state)
{
    const uint64_t n = UINT64_MAX / 2 + 2;
    uint64_t v = 77;

    (void)state;
    assert_true(keys_draw(UINT64_MAX, 1, &v));
    assert_int_equal(v, 0);
    assert_true(keys_draw(UINT64_MAX, 16, &v));
    assert_int_equal(v, 15);
    /* 2^64 = 1 mod 3: one value too many. */
    assert_false(keys_draw(UINT64_MAX, 3, &v));
    assert_int_equal(v, 15);
    assert_true(keys_draw(UINT64_MAX - 1, 3, &v));
    assert_int_equal(v, 2);
    assert_false(keys_draw(n, n, &v));
    assert_true(keys_draw(n - 1, n, &v));
    fresh(3, KEYS_RANDOM);
    assert_int_equal(
        keys_pick(&ring, &(struct key_pick){.last = 2}, UINT64_MAX, 0, &ring.n),
        SL_AGAIN);
}

/* ---- 54, 55: strategies ---- */

static void random_is_even(void **state)
{
    size_t seen[3] = {0};

    (void)state;
    fresh(3, KEYS_RANDOM);
    for (int i = 0; i < 3000; i++)
        seen[next(0)]++;
    for (size_t i = 0; i < 3; i++)
        assert_in_range(seen[i], 880, 1120);
    assert_int_equal(turn.step, 0);
    mark(1, VERDICT_COOL, 0);
    for (int i = 0; i < 50; i++)
        assert_int_not_equal(next(1), 1);
}

static void weights(void **state)
{
    static const uint32_t w[] = {1, 5, 2};
    size_t seen[3] = {0};

    (void)state;
    fresh(3, KEYS_WEIGHTED);
    ring.weights = w;
    for (int i = 0; i < 8000; i++)
        seen[next(0)]++;
    assert_in_range(seen[0], 880, 1120);
    assert_in_range(seen[1], 4800, 5200);
    assert_in_range(seen[2], 1850, 2150);
    mark(1, VERDICT_COOL, 0);
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < 3000; i++)
        seen[next(1)]++;
    assert_in_range(seen[0], 880, 1120);
    assert_int_equal(seen[1], 0);
}

static void in_turn(void **state)
{
    (void)state;
    fresh(3, KEYS_ROUNDROBIN);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(next(0), i % 3);
}

static void turn_of_a_list_that_shrank(void **state)
{
    (void)state;
    fresh(5, KEYS_ROUNDROBIN);
    turn = (struct key_turn){.step = 9, .among = 10};
    assert_int_equal(next(0), 0);
    assert_int_equal(next(0), 1);
    fresh(5, KEYS_ROUNDROBIN);
    turn = (struct key_turn){.step = 23, .among = 10};
    assert_int_equal(next(0), 3);
    fresh(5, KEYS_ROUNDROBIN);
    turn = (struct key_turn){.step = 9, .among = 5};
    assert_int_equal(next(0), 4);
}

/* A key that is passed over gives its share to all others alike. */
static void shares_are_even(void **state)
{
    size_t seen[4] = {0};

    (void)state;
    fresh(4, KEYS_ROUNDROBIN);
    mark(1, VERDICT_REFUSED, 0);
    for (int i = 0; i < 300; i++)
        seen[next(1)]++;
    assert_int_equal(seen[1], 0);
    assert_int_equal(seen[0], 100);
    assert_int_equal(seen[2], 100);
    assert_int_equal(seen[3], 100);
}

static void least_busy(void **state)
{
    (void)state;
    fresh(3, KEYS_LEAST_BUSY);
    assert_int_equal(next(0), 0);
    assert_int_equal(next(0), 1);
    states[0].busy = states[2].busy = 2;
    states[1].busy = 1;
    assert_int_equal(next(0), 1);
    assert_int_equal(next(0), 1);
    mark(1, VERDICT_COOL, 0);
    states[0].busy = 3;
    assert_int_equal(next(1), 2);
}

/* ---- sessions ---- */

static void a_session_stays(void **state)
{
    static const uint64_t ids[] = {71, 72, 73, 74};
    static const uint64_t fewer[] = {71, 73, 74};
    size_t counts[4] = {0}, moved = 0;

    (void)state;
    for (uint64_t session = 1; session <= 4000; session++) {
        struct key_pick pick = {.last = 3, .session = session};
        size_t key, now;

        fresh(4, KEYS_ROUNDROBIN);
        ring.ids = ids;
        key = pick_at(&pick, 0);
        assert_int_equal(pick_at(&pick, 5), key);
        counts[key]++;
        /* Another one while it is not healthy, and then back. */
        mark(key, VERDICT_COOL, 0);
        now = pick_at(&pick, 1);
        assert_int_not_equal(now, key);
        assert_int_equal(pick_at(&pick, 2), now);
        assert_int_equal(pick_at(&pick, 1000), key);
        assert_int_equal(turn.step, 0);
        /* A key that is gone moves its own sessions alone. */
        fresh(3, KEYS_RANDOM);
        ring.ids = fewer;
        pick.last = 2;
        now = pick_at(&pick, 0);
        if (ids[key] == 72)
            moved++;
        else
            assert_true(fewer[now] == ids[key]);
    }
    assert_int_equal(moved, counts[1]);
    for (size_t i = 0; i < 4; i++)
        assert_in_range(counts[i], 850, 1150);
}

static void sessions_give_way(void **state)
{
    struct key_pick pick = {.last = 1, .session = 9};
    size_t key;

    (void)state;
    fresh(2, KEYS_ROUNDROBIN);
    key = pick_at(&pick, 0);
    /* A retry goes on with the next one. */
    pick.n_tried = 1;
    pick.tried[0] = key;
    assert_int_equal(pick_at(&pick, 0), 1 - key);
    /* None is healthy: the one that will be first. */
    pick.n_tried = 0;
    mark(key, VERDICT_REFUSED, 0);
    mark(1 - key, VERDICT_COOL, 0);
    assert_int_equal(pick_at(&pick, 1), 1 - key);
    /* Requests of no session take turns. */
    fresh(2, KEYS_ROUNDROBIN);
    assert_int_equal(next(0), 0);
    pick_at(&pick, 0);
    assert_int_equal(next(0), 1);
    /* A selector is even. */
    fresh(2, KEYS_RANDOM);
    pick.is_even = true;
    for (size_t i = 0; i < 64 && pick_at(&pick, 0) == key; i++)
        assert_true(i < 63);
}

/* ---- retries ---- */

static void retries_walk_on(void **state)
{
    struct key_pick retry = {.last = 3, .n_tried = 1, .tried = {2}};

    (void)state;
    fresh(4, KEYS_ROUNDROBIN);
    assert_int_equal(pick_at(&retry, 0), 3);
    retry.tried[retry.n_tried++] = 3;
    assert_int_equal(pick_at(&retry, 0), 0);
    mark(1, VERDICT_COOL, 0);
    retry.tried[retry.n_tried++] = 0;
    assert_int_equal(pick_at(&retry, 0), 1);
    retry.tried[retry.n_tried++] = 1;
    assert_int_equal(keys_pick(&ring, &retry, 0, 0, &retry.first), SL_NO_KEY);
    assert_int_equal(turn.step, 0);
    assert_int_equal(next(0), 0);
}

/* ---- health ---- */

static void none_is_healthy(void **state)
{
    (void)state;
    fresh(3, KEYS_ROUNDROBIN);
    mark(0, VERDICT_COOL, 0);
    mark(2, VERDICT_REFUSED, 0);
    keys_mark(&ring,
              &(struct key_mark){
                  .key = 1, .verdict = VERDICT_COOL, .until_ms = 500000},
              0);
    assert_int_equal(next(1), 0);
    assert_int_equal(next(2), 0);
    assert_int_equal(next(1000), 0);
    mark(0, VERDICT_COOL, 1000);
    assert_int_equal(keys_wait_ms(&states[0], 1000), 2000);
}

static void pauses_grow(void **state)
{
    static const int64_t want[] = {1, 2, 4, 8, 16, 32, 60, 60, 60, 60};
    int64_t now = 5000;

    (void)state;
    fresh(1, KEYS_ROUNDROBIN);
    for (size_t i = 0; i < SL_LEN(want); i++) {
        assert_int_equal(mark(0, VERDICT_COOL, now), i == 0);
        assert_int_equal(keys_wait_ms(&states[0], now), want[i] * 1000);
        check_str(keys_health_name(&states[0], now), STR("cooling"));
        now += want[i] * 1000;
        check_str(keys_health_name(&states[0], now), STR("ok"));
    }
    assert_true(mark(0, VERDICT_GOOD, now));
    assert_false(mark(0, VERDICT_GOOD, now));
    assert_true(mark(0, VERDICT_COOL, now));
    assert_int_equal(keys_wait_ms(&states[0], now), 1000);
}

static void retry_after_is_a_floor(void **state)
{
    struct key_mark m = {.verdict = VERDICT_COOL, .until_ms = 7000};

    (void)state;
    fresh(1, KEYS_ROUNDROBIN);
    keys_mark(&ring, &m, 0);
    assert_int_equal(keys_wait_ms(&states[0], 0), 7000);
    /* Told by an attempt that had begun before: later, but not longer. */
    m.began_ms = -1;
    m.until_ms = 9000;
    assert_false(keys_mark(&ring, &m, 10));
    assert_int_equal(states[0].until_ms, 9000);
    assert_int_equal(states[0].failures, 1);
    m.verdict = VERDICT_GOOD;
    assert_false(keys_mark(&ring, &m, 20));
    check_str(keys_health_name(&states[0], 20), STR("cooling"));
    /* It was taken all the same, and answered. */
    m.began_ms = 30;
    assert_true(keys_mark(&ring, &m, 40));
    check_str(keys_health_name(&states[0], 40), STR("ok"));
    m.verdict = VERDICT_COOL;
    m.until_ms = 100;
    keys_mark(&ring, &m, 40);
    assert_int_equal(keys_wait_ms(&states[0], 40), 1000);
}

static void refused_keys_are_probed(void **state)
{
    int64_t now = 0;

    (void)state;
    fresh(2, KEYS_ROUNDROBIN);
    assert_true(mark(1, VERDICT_REFUSED, now));
    check_str(keys_health_name(&states[1], 0), STR("refused"));
    for (int i = 0; i < 5; i++)
        assert_int_equal(next(29999), 0);
    now = 30000;
    assert_int_equal(next(now), 1);
    /* One at a time. */
    for (int i = 0; i < 5; i++)
        assert_int_equal(next(now), 0);
    assert_false(mark(1, VERDICT_REFUSED, now));
    assert_int_equal(keys_wait_ms(&states[1], now), 60000);
    for (int i = 0; i < 10; i++)
        mark(1, VERDICT_COOL, now);
    assert_int_equal(keys_wait_ms(&states[1], now), 30 * 60 * 1000);
    check_str(keys_health_name(&states[1], INT64_MAX), STR("refused"));
    assert_true(mark(1, VERDICT_GOOD, now));
    check_str(keys_health_name(&states[1], now), STR("ok"));
}

static void verdicts(void **state)
{
    static const struct {
        int status;
        enum key_verdict want;
    } rows[] = {
        {200, VERDICT_GOOD}, {204, VERDICT_GOOD},    {302, VERDICT_GOOD},
        {400, VERDICT_NONE}, {401, VERDICT_REFUSED}, {403, VERDICT_REFUSED},
        {404, VERDICT_NONE}, {408, VERDICT_NONE},    {409, VERDICT_NONE},
        {422, VERDICT_NONE}, {425, VERDICT_NONE},    {429, VERDICT_COOL},
        {500, VERDICT_COOL}, {503, VERDICT_COOL},    {529, VERDICT_COOL},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++)
        assert_int_equal(keys_judge_status(rows[i].status), rows[i].want);
    assert_int_equal(keys_judge_rc(SL_UP_REFUSED), VERDICT_COOL);
    assert_int_equal(keys_judge_rc(SL_UP_TIMEOUT), VERDICT_COOL);
    assert_int_equal(keys_judge_rc(SL_UP_GARBAGE), VERDICT_NONE);
    assert_int_equal(keys_judge_rc(SL_UP_STALE), VERDICT_NONE);
    fresh(1, KEYS_RANDOM);
    assert_false(mark(0, VERDICT_NONE, 0));
    assert_int_equal(states[0].failures, 0);
}

static void retry_after(void **state)
{
    static const struct {
        const char *ms, *after;
        int64_t want;
    } rows[] = {
        {"", "", 0},
        {"", "0", 0},
        {"", "7", 7000},
        {"1500", "7", 1500},
        {"x", "7", 7000},
        {"", "soon", 0},
        {"", "-1", 0},
        {"", "99999999999999999", 86400000},
        {"99999999999999999", "", 86400000},
        {"", "Sun, 06 Nov 1994 08:49:37 GMT", 37000},
        {"", "Sun, 06 Nov 1994 08:49:00 GMT", 0},
        {"", "Sun, 06 Nov 1993 08:49:37 GMT", 0},
        {"", "Sun, 06 Nov 2094 08:49:37 GMT", 86400000},
        {"", "Sun, 06 Nox 1994 08:49:37 GMT", 0},
        {"", "Sun, 06 Nov 1994 08:49:37 CET", 0},
        {"", "Sun, 99 Nov 1994 08:49:37 GMT", 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++)
        assert_int_equal(keys_retry_after_ms(str_of(rows[i].ms),
                                             str_of(rows[i].after),
                                             784111740000),
                         rows[i].want);
}

static void metrics(void **state)
{
    struct test_mem mem;
    struct buf out;

    (void)state;
    fresh(3, KEYS_RANDOM);
    mark(1, VERDICT_COOL, 0);
    mark(2, VERDICT_REFUSED, 0);
    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 4096);
    keys_write_metrics(&out, STR("openai"), &ring, 1);
    check_str(buf_str(&out),
              STR("sluice_key_health{provider=\"openai\",key=\"0\"} 0\n"
                  "sluice_key_health{provider=\"openai\",key=\"1\"} 1\n"
                  "sluice_key_health{provider=\"openai\",key=\"2\"} 2\n"));
    buf_reset(&out);
    keys_write_metrics_head(&out);
    assert_true(str_has(buf_str(&out), STR("TYPE sluice_key_health gauge\n")));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selectors),
        cmocka_unit_test(no_selector),
        cmocka_unit_test(range_is_even),
        cmocka_unit_test(chance_has_no_bias),
        cmocka_unit_test(random_is_even),
        cmocka_unit_test(weights),
        cmocka_unit_test(in_turn),
        cmocka_unit_test(turn_of_a_list_that_shrank),
        cmocka_unit_test(shares_are_even),
        cmocka_unit_test(least_busy),
        cmocka_unit_test(a_session_stays),
        cmocka_unit_test(sessions_give_way),
        cmocka_unit_test(retries_walk_on),
        cmocka_unit_test(none_is_healthy),
        cmocka_unit_test(pauses_grow),
        cmocka_unit_test(retry_after_is_a_floor),
        cmocka_unit_test(refused_keys_are_probed),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(retry_after),
        cmocka_unit_test(metrics),
    };

    return test_run("keys", tests, SL_LEN(tests));
}
