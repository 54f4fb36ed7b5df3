/* SPDX-License-Identifier: MIT */
/* Keys across loops and restarts: one truth, leases, health that survives a
 * reload. */
#include "support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/files.h"
#include "server/shared.h"
#include "store/store.h"

static char dir[64];
static char spec[128];

static int setup(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/sluice-shared-XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(spec, sizeof spec, "sqlite:%s/s.db", dir);
    return 0;
}

static int teardown(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/s.db", dir);
    unlink(path);
    return rmdir(dir);
}

static struct provider keys(enum key_strategy strategy, size_t n)
{
    static struct secret v[12];
    static const char *const texts[] = {"a", "b", "c", "d", "e", "f",
                                        "g", "h", "i", "j", "k", "l"};

    for (size_t i = 0; i < SL_LEN(v); i++)
        v[i] = secret_of(str_of(texts[i]));
    return (struct provider){.name = STR("p"),
                             .keys = v,
                             .n_keys = n,
                             .strategy = strategy,
                             .key_id = STR("K")};
}

static size_t pick(struct key_group *g, size_t n)
{
    static struct random r;
    size_t key = SIZE_MAX;

    assert_int_equal(
        shared_pick(g, &r, &(struct key_pick){.last = n - 1}, 0, &key), SL_OK);
    return key;
}

static void turns_outlive_a_configuration(void **state)
{
    struct provider p = keys(KEYS_ROUNDROBIN, 3);
    struct provider other = p;
    struct shared *s = shared_new();
    struct key_group *g;

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        g = shared_group(s, &p);
        assert_int_equal(pick(g, 3), i % 3);
        shared_group_free(g);
    }
    other.key_id = STR("L");
    g = shared_group(s, &other);
    assert_int_equal(pick(g, 3), 0);
    shared_group_free(g);
    p.n_keys = 0;
    g = shared_group(s, &p);
    assert_int_equal(shared_pick(g, NULL, NULL, 0, NULL), SL_NO_KEY);
    shared_group_free(g);
    shared_free(s);
    shared_free(NULL);
    shared_group_free(NULL);
}

/* A hedge counts whatever is known of its key. */
static void hedges_count(void **state)
{
    struct provider p = keys(KEYS_ROUNDROBIN, 2);
    struct shared *s = shared_new();
    struct key_group *g = shared_group(s, &p);
    struct key_mark good = {.verdict = VERDICT_GOOD, .key = 0};
    struct key_pick retry = {.last = 1, .is_retry = true, .n_tried = 1};
    struct key_pick hedge = {.last = 1, .is_hedge = true, .n_tried = 1};
    struct key_state now_is;
    struct random r = {0};
    size_t key;

    (void)state;
    retry.tried[0] = hedge.tried[0] = 1;
    shared_mark(g, &good, 5, &now_is);
    for (int i = 0; i < 20; i++)
        assert_int_equal(shared_pick(g, &r, &retry, 5, &key), SL_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(shared_pick(g, &r, &hedge, 5, &key), SL_OK);
    assert_int_equal(shared_pick(g, &r, &hedge, 5, &key), SL_LIMITED);
    assert_int_equal(shared_pick(g, &r, &retry, 5, &key), SL_OK);
    shared_group_free(g);
    shared_free(s);
}

static void what_is_late(void **state)
{
    struct provider p = keys(KEYS_RANDOM, 1);
    struct shared *s = shared_new();
    struct key_group *g = shared_group(s, &p);
    struct key_mark m = {.key = 1, .late_id = 7, .late_ms = 50};
    struct key_state untouched = {0};
    uint64_t ids[] = {7, 8};
    uint32_t ms[2];
    struct buf out;

    (void)state;
    for (int i = 0; i < LATE_LEAST; i++)
        assert_false(shared_mark(g, &m, 5, &untouched));
    shared_group_free(g);
    buf_init(&out, &mem_malloc, 64);
    shared_write_late(s, (struct str){(const char *)ids, sizeof ids}, 6, &out);
    assert_int_equal(out.n, sizeof ms);
    memcpy(ms, out.p, sizeof ms);
    assert_int_equal(ms[0], 56);
    assert_true(ms[1] == SPEED_UNKNOWN);
    buf_release(&out);
    shared_free(s);
}

/* One budget and one table for all loops, whatever the configuration. */
static void retries_and_speeds(void **state)
{
    struct provider p = keys(KEYS_RANDOM, 1);
    struct shared *s = shared_new();
    struct key_group *g = shared_group(s, &p);
    struct key_mark m = {.key = 1, .speed_id = 7, .took_ms = 30};
    struct key_state untouched = {.failures = 5};
    uint64_t ids[] = {7, 8};
    uint32_t ms[2];
    struct buf out;

    (void)state;
    for (int i = 0; i < 10; i++)
        assert_true(shared_retry(s, 0));
    assert_false(shared_retry(s, 0));
    for (int i = 0; i < 65; i++)
        shared_call(s, 0);
    assert_true(shared_retry(s, 0));
    assert_false(shared_mark(g, &m, 5, &untouched));
    assert_int_equal(untouched.failures, 5);
    shared_group_free(g);
    buf_init(&out, &mem_malloc, 64);
    shared_write_speeds(s, (struct str){(const char *)ids, sizeof ids}, 6,
                        &out);
    assert_int_equal(out.n, sizeof ms);
    memcpy(ms, out.p, sizeof ms);
    assert_int_equal(ms[0], 30);
    assert_true(ms[1] == SPEED_UNKNOWN);
    buf_release(&out);
    shared_free(s);
}

static void chance_is_even(void **state)
{
    struct provider p = keys(KEYS_RANDOM, 3);
    struct shared *s = shared_new();
    struct key_group *g = shared_group(s, &p);
    int counts[3] = {0};

    (void)state;
    for (int i = 0; i < 30000; i++)
        counts[pick(g, 3)]++;
    /* 10,000 each; six standard deviations are 490. */
    for (int i = 0; i < 3; i++)
        assert_in_range(counts[i], 9500, 10500);
    shared_group_free(g);
    shared_free(s);
}

struct stepper {
    pthread_t thread;
    struct key_group *g;
    size_t seen[3];
};

static void *step(void *arg)
{
    struct stepper *t = arg;
    struct random r = {.left = 0};

    for (int i = 0; i < 10000; i++) {
        size_t key = 0;

        if (shared_pick(t->g, &r, &(struct key_pick){.last = 2}, 0, &key) ==
            SL_OK)
            t->seen[key]++;
    }
    return NULL;
}

static void rounds_are_exact_across_threads(void **state)
{
    struct provider p = keys(KEYS_ROUNDROBIN, 3);
    struct shared *s = shared_new();
    struct key_group *g = shared_group(s, &p);
    struct stepper t[3] = {{.g = g}, {.g = g}, {.g = g}};
    size_t seen[3] = {0};

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&t[i].thread, NULL, step, &t[i]), 0);
    for (size_t i = 0; i < 3; i++) {
        pthread_join(t[i].thread, NULL);
        for (size_t k = 0; k < 3; k++)
            seen[k] += t[i].seen[k];
    }
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(seen[k], 10000);
    shared_group_free(g);
    shared_free(s);
}

/* A key keeps its health when the list around it changes. */
static void health_survives_a_reload(void **state)
{
    struct provider p = keys(KEYS_ROUNDROBIN, 3);
    struct provider q = p;
    struct shared *s = shared_new();
    struct key_group *old = shared_group(s, &p);
    struct key_group *g;
    struct key_mark m = {.key = 2, .verdict = VERDICT_REFUSED};
    struct key_state now_is;
    struct test_mem mem;
    struct buf out;

    (void)state;
    assert_true(shared_mark(old, &m, 5, &now_is));
    assert_int_equal(now_is.health, KEY_REFUSED);
    assert_false(shared_mark(old, &m, 5, &now_is));
    shared_busy(old, 2, 1);
    q.keys++; /* b, c, d: what was 2 is 1 */
    g = shared_group(s, &q);
    shared_busy(old, 2, -1);
    shared_group_free(old);
    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 4096);
    shared_write_metrics(g, &out, 6);
    check_str(buf_str(&out),
              STR("sluice_key_health{provider=\"p\",key=\"0\"} 0\n"
                  "sluice_key_health{provider=\"p\",key=\"1\"} 2\n"
                  "sluice_key_health{provider=\"p\",key=\"2\"} 0\n"));
    buf_reset(&out);
    shared_write_states(g, &out);
    assert_int_equal(out.n, 3 * sizeof(struct key_state));
    buf_release(&out);
    shared_group_free(g);
    shared_free(s);
}

/* One token of two accounts: its health is that of the account. */
static void health_stays_with_the_account(void **state)
{
    static struct secret v[] = {{STR_INIT("a")}, {STR_INIT("a")}};
    static struct key_place first[] = {{.base_path = STR_INIT("/1")},
                                       {.base_path = STR_INIT("/2")}};
    static struct key_place swapped[] = {{.base_path = STR_INIT("/2")},
                                         {.base_path = STR_INIT("/1")}};
    struct provider p = keys(KEYS_ROUNDROBIN, 2);
    struct provider q;
    struct shared *s = shared_new();
    struct key_group *old, *g;
    struct key_mark m = {.key = 0, .verdict = VERDICT_REFUSED};
    struct key_state now_is;

    (void)state;
    p.keys = v;
    p.places = first;
    q = p;
    q.places = swapped;
    old = shared_group(s, &p);
    assert_true(shared_mark(old, &m, 5, &now_is));
    g = shared_group(s, &q);
    m.key = 1;
    assert_false(shared_mark(g, &m, 5, &now_is)); /* it is known already */
    m.key = 0;
    assert_true(shared_mark(g, &m, 5, &now_is));
    shared_group_free(old);
    shared_group_free(g);
    shared_free(s);
}

/* ---- the store ---- */

/* Takes n steps of `keys_n` keys in a process of its own life. */
static void run(size_t keys_n, size_t n, const size_t *want)
{
    struct provider p = keys(KEYS_ROUNDROBIN, keys_n);
    struct shared *s = shared_new();
    struct key_group *g = shared_group(s, &p);
    char why[STORE_WHY] = "";
    struct store *store = store_open(str_of(spec), why);

    if (store == NULL)
        fail_msg("%s", why);
    assert_true(shared_keep(s, store));
    for (size_t i = 0; i < n; i++) {
        size_t key = pick(g, keys_n);

        if (want != NULL)
            assert_int_equal(key, want[i]);
    }
    shared_group_free(g);
    shared_free(s);
}

static void exact_after_a_clean_stop(void **state)
{
    static const size_t after[] = {2, 0, 1, 2};
    static const size_t shrunk[] = {0, 1};

    (void)state;
    run(3, 1001, NULL); /* the next is 1001 % 3 = 2 */
    run(3, 4, after);   /* 1005 */
    run(10, 0, NULL);
    /* 54: 9 of 10 keys, then five keys are left. */
    unlink(spec + 7);
    run(10, 9, NULL);
    run(5, 2, shrunk);
}

static void turn_of(void *ctx, const struct store_turn *t)
{
    if (str_eq(t->name, STR("K")))
        *(struct key_turn *)ctx = t->turn;
}

static struct key_turn stored(void)
{
    char why[STORE_WHY] = "";
    struct store *store = store_open(str_of(spec), why);
    struct key_turn turn = {0};

    assert_non_null(store);
    assert_true(store_read_turns(store, turn_of, &turn));
    store_close(store);
    return turn;
}

/* What a crash would find is ahead of what was given, by a lease at most. */
static void a_lease_is_ahead(void **state)
{
    struct provider p = keys(KEYS_ROUNDROBIN, 3);
    struct shared *s = shared_new();
    struct key_group *g = shared_group(s, &p);
    char why[STORE_WHY] = "";
    struct store *store = store_open(str_of(spec), why);

    (void)state;
    assert_true(shared_keep(s, store));
    for (uint64_t given = 0; given < 1000;) {
        struct key_turn turn = {0};

        for (int i = 0; i < 100; i++, given++)
            pick(g, 3);
        for (int i = 0; i < 200 && turn.step < given; i++) {
            usleep(10000);
            turn = stored();
        }
        assert_in_range(turn.step, given, given + SHARED_LEASE);
        assert_int_equal(turn.among, 3);
    }
    shared_group_free(g);
    shared_free(s);
    assert_int_equal(stored().step, 1000);
}

static void stores_that_can_not_be(void **state)
{
    char why[STORE_WHY] = "";
    FILE *f;

    (void)state;
    assert_null(store_open(STR("sqlite:/nonexistent/dir/x.db"), why));
    assert_true(why[0] != '\0');
    f = fopen(spec + 7, "w");
    assert_non_null(f);
    for (int i = 0; i < 200; i++)
        fputs("this is no database. ", f);
    fclose(f);
    why[0] = '\0';
    assert_null(store_open(str_of(spec), why));
    assert_true(str_has(str_of(why), STR("not a database")));
    assert_false(store_lasts(store_open(STR("memory:"), why)));
    store_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_outlive_a_configuration),
        cmocka_unit_test(retries_and_speeds),
        cmocka_unit_test(hedges_count),
        cmocka_unit_test(what_is_late),
        cmocka_unit_test(chance_is_even),
        cmocka_unit_test(rounds_are_exact_across_threads),
        cmocka_unit_test(health_survives_a_reload),
        cmocka_unit_test(health_stays_with_the_account),
        cmocka_unit_test_setup_teardown(exact_after_a_clean_stop, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_lease_is_ahead, setup, teardown),
        cmocka_unit_test_setup_teardown(stores_that_can_not_be, setup,
                                        teardown),
    };

    return test_run("shared", tests, SL_LEN(tests));
}
