/* SPDX-License-Identifier: MIT */
/* The store in memory: what is kept, for how long, and what goes first. */
#include "support.h"

#include <pthread.h>
#include <stdio.h>

#include "store/memory.h"

static enum sl_rc put(struct memory_store *m, struct str key, struct str value,
                      int64_t ttl_ms)
{
    struct memory_item item = {key, value, ttl_ms};
    enum sl_rc rc = memory_put(m, &item, 1000);

    memory_check(m);
    return rc;
}

/* The value as of now_ms, "(none)" when there is none. */
static void check_at(struct memory_store *m, struct str key, int64_t now_ms,
                     struct str want)
{
    struct test_mem mem;
    struct buf out;
    enum sl_rc rc;

    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 4096);
    rc = memory_get(m, key, now_ms, &out);
    if (rc == SL_NOT_FOUND)
        buf_add(&out, STR("(none)"));
    else
        assert_int_equal(rc, SL_OK);
    check_str(buf_str(&out), want);
    buf_release(&out);
    memory_check(m);
}

static void keeps_and_replaces(void **state)
{
    struct memory_store *m = memory_new(4096);

    (void)state;
    check_at(m, STR("a"), 1000, STR("(none)"));
    assert_int_equal(put(m, STR("a"), STR("one"), 0), SL_OK);
    assert_int_equal(put(m, STR("b"), (struct str){0}, 0), SL_OK);
    check_at(m, STR("a"), 1000, STR("one"));
    check_at(m, STR("b"), 1000, STR(""));
    assert_int_equal(put(m, STR("a"), STR("two, longer"), 0), SL_OK);
    check_at(m, STR("a"), INT64_MAX - 1, STR("two, longer"));
    assert_int_equal(memory_stats(m).items, 2);
    memory_remove(m, STR("a"));
    memory_remove(m, STR("a"));
    check_at(m, STR("a"), 1000, STR("(none)"));
    assert_int_equal(memory_stats(m).items, 1);
    memory_free(m);
}

static void expires(void **state)
{
    struct memory_store *m = memory_new(4096);

    (void)state;
    assert_int_equal(put(m, STR("a"), STR("x"), 50), SL_OK);
    check_at(m, STR("a"), 1049, STR("x"));
    check_at(m, STR("a"), 1050, STR("(none)"));
    assert_int_equal(memory_stats(m).items, 0);
    assert_int_equal(put(m, STR("a"), STR("x"), INT64_MAX), SL_OK);
    check_at(m, STR("a"), INT64_MAX - 1, STR("x"));
    memory_free(m);
}

/* What one entry of a one-byte key and an n-byte value takes. */
static size_t cost_of(size_t n)
{
    static const char bytes[256];
    struct memory_store *m = memory_new(4096);
    size_t cost;

    assert_int_equal(put(m, STR("k"), (struct str){bytes, n}, 0), SL_OK);
    cost = memory_stats(m).bytes;
    memory_free(m);
    return cost;
}

static void pushes_out_the_one_used_longest_ago(void **state)
{
    struct memory_store *m = memory_new(3 * cost_of(8));

    (void)state;
    assert_int_equal(put(m, STR("a"), STR("aaaaaaaa"), 0), SL_OK);
    assert_int_equal(put(m, STR("b"), STR("bbbbbbbb"), 0), SL_OK);
    assert_int_equal(put(m, STR("c"), STR("cccccccc"), 0), SL_OK);
    assert_int_equal(memory_stats(m).items, 3);
    check_at(m, STR("a"), 1000, STR("aaaaaaaa"));
    assert_int_equal(put(m, STR("d"), STR("dddddddd"), 0), SL_OK);
    check_at(m, STR("b"), 1000, STR("(none)"));
    check_at(m, STR("a"), 1000, STR("aaaaaaaa"));
    check_at(m, STR("c"), 1000, STR("cccccccc"));
    check_at(m, STR("d"), 1000, STR("dddddddd"));
    /* One byte more needs the room of two. */
    assert_int_equal(put(m, STR("e"), STR("eeeeeeeee"), 0), SL_OK);
    assert_int_equal(memory_stats(m).items, 2);
    memory_free(m);
}

static void refuses_what_never_fits(void **state)
{
    struct memory_store *m = memory_new(cost_of(8));

    (void)state;
    assert_int_equal(put(m, STR("a"), STR("12345678"), 0), SL_OK);
    assert_int_equal(put(m, STR("a"), STR("123456789"), 0), SL_TOO_LARGE);
    /* An old value must not pass for the new one. */
    check_at(m, STR("a"), 1000, STR("(none)"));
    memory_free(m);
    m = memory_new(0);
    assert_int_equal(put(m, STR(""), STR(""), 0), SL_TOO_LARGE);
    memory_free(m);
    memory_free(NULL);
}

static void tells_when_the_reader_has_no_room(void **state)
{
    struct memory_store *m = memory_new(4096);
    struct test_mem mem;
    struct buf out;

    (void)state;
    assert_int_equal(put(m, STR("a"), STR("12345678"), 0), SL_OK);
    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 7);
    assert_int_equal(memory_get(m, STR("a"), 0, &out), SL_TOO_LARGE);
    buf_release(&out);
    mem.fail_at = 0;
    buf_init(&out, &mem.mem, 8);
    assert_int_equal(memory_get(m, STR("a"), 0, &out), SL_NOMEM);
    buf_release(&out);
    memory_free(m);
}

static void many_entries_widen_the_table(void **state)
{
    struct memory_store *m = memory_new(1024 * 1024);
    char key[16];

    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct memory_item item = {.ttl_ms = 0};

        item.key =
            (struct str){key, (size_t)snprintf(key, sizeof(key), "key-%d", i)};
        item.value = item.key;
        assert_int_equal(memory_put(m, &item, 0), SL_OK);
    }
    memory_check(m);
    assert_int_equal(memory_stats(m).items, 2000);
    check_at(m, STR("key-0"), 0, STR("key-0"));
    check_at(m, STR("key-1999"), 0, STR("key-1999"));
    memory_free(m);
}

/* NULL, or the store when it did something wrong. */
static void *hammer(void *store)
{
    struct memory_store *m = store;
    struct test_mem mem;
    struct buf out;

    test_mem_init(&mem);
    buf_init(&out, &mem.mem, 64);
    for (int i = 0; i < 20000; i++) {
        char name = (char)('a' + i % 7);
        struct memory_item item = {{&name, 1}, {&name, 1}, 0};
        enum sl_rc rc;

        if (memory_put(m, &item, 0) != SL_OK)
            return store;
        buf_reset(&out);
        rc = memory_get(m, (struct str){&name, 1}, 0, &out);
        if (rc != SL_NOT_FOUND && (out.n != 1 || out.p[0] != name))
            return store;
    }
    buf_release(&out);
    return NULL;
}

static void two_threads_at_once(void **state)
{
    struct memory_store *m = memory_new(4 * cost_of(1));
    pthread_t other;
    void *what = NULL;

    (void)state;
    assert_int_equal(pthread_create(&other, NULL, hammer, m), 0);
    assert_null(hammer(m));
    assert_int_equal(pthread_join(other, &what), 0);
    assert_null(what);
    memory_check(m);
    memory_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_and_replaces),
        cmocka_unit_test(expires),
        cmocka_unit_test(pushes_out_the_one_used_longest_ago),
        cmocka_unit_test(refuses_what_never_fits),
        cmocka_unit_test(tells_when_the_reader_has_no_room),
        cmocka_unit_test(many_entries_widen_the_table),
        cmocka_unit_test(two_threads_at_once),
    };

    return test_run("memory_store", tests, SL_LEN(tests));
}
