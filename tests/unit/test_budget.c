/* SPDX-License-Identifier: MIT */
/* The budget of retries. */
#include "core/budget.h"

#include "core/base/map.h"

#include "support.h"

/* Each retry is a call as well. */
static unsigned take_all(struct budget *b, int64_t now_ms)
{
    unsigned n = 0;

    while (budget_take(b, now_ms)) {
        budget_note(b, now_ms);
        n++;
    }
    return n;
}

static void ten_at_least(void **state)
{
    struct budget b = {0};

    (void)state;
    assert_int_equal(take_all(&b, 0), 10);
    assert_int_equal(take_all(&b, 9999), 0);
    assert_int_equal(take_all(&b, 10000), 10);
    /* A clock that went back takes nothing twice. */
    assert_true(take_all(&b, 5000) <= 10);
}

static void a_fifth(void **state)
{
    struct budget b = {0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        budget_note(&b, 5000 + i);
    assert_int_equal(take_all(&b, 6000), 200);
    assert_int_equal(take_all(&b, 6000), 0);
    for (int i = 0; i < 5; i++)
        budget_note(&b, 7000);
    assert_int_equal(take_all(&b, 7000), 1);
    budget_note(&b, 7000);
    /* What is ten seconds old counts no more, on either side. */
    assert_int_equal(take_all(&b, 15999), 0);
    assert_int_equal(take_all(&b, 16999), 9);
    assert_int_equal(take_all(&b, 40000), 10);
}

/* However calls and retries fall, the shares hold in each ten seconds. */
static void never_more(void **state)
{
    struct budget b = {0};
    static unsigned calls[600], retries[600];
    uint64_t bits;

    (void)state;
    for (size_t t = 0; t < SL_LEN(calls); t++) {
        unsigned all = 0, again = 0;

        bits = hash_str((struct str){(const char *)&t, sizeof t}, 1);
        calls[t] = (unsigned)(bits >> 58);
        for (unsigned i = 0; i < calls[t]; i++)
            budget_note(&b, (int64_t)t * 1000);
        while (retries[t] < bits >> 60 && budget_take(&b, (int64_t)t * 1000))
            retries[t]++;
        for (size_t i = t < 9 ? 0 : t - 9; i <= t; i++) {
            all += calls[i];
            again += retries[i];
        }
        assert_true(again <= 10 || again * 5 <= all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_at_least),
        cmocka_unit_test(a_fifth),
        cmocka_unit_test(never_more),
    };

    return test_run("budget", tests, SL_LEN(tests));
}
