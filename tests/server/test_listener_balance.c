/* SPDX-License-Identifier: MIT */
/* Which loop a connection goes to, and what an address in text means. Random
 * keys belong here too: what they share is that nothing runs. */
#include "support.h"

#include <stdio.h>

#include "core/secret.h"
#include "server/address.h"
#include "server/listener.h"
#include "server/shared.h"

/* ---- balance ---- */

static void a_loop_may_have_more_than_its_share(void **state)
{
    /* 1.25 × (31 + 1) / 4 + 8 = 18: the 18th stays, the 19th goes. */
    const size_t at_limit[] = {17, 5, 4, 5};
    const size_t over[] = {18, 5, 4, 4};

    (void)state;
    assert_int_equal(balance_choose(at_limit, 4, 0), 0);
    assert_int_equal(balance_choose(over, 4, 0), 2);
    assert_int_equal(balance_choose(over, 4, 1), 1);
    assert_int_equal(balance_choose(over, 1, 0), 0);
}

static void the_emptiest_prefers_the_own(void **state)
{
    const size_t even[] = {3, 3, 3};
    const size_t uneven[] = {3, 3, 2};

    (void)state;
    assert_int_equal(balance_emptiest(even, 3, 1), 1);
    assert_int_equal(balance_emptiest(uneven, 3, 1), 2);
}

/* Even when the kernel gives every connection to one loop. */
static void nobody_has_more_than_28_of_64(void **state)
{
    (void)state;
    for (size_t favourite = 0; favourite < 4; favourite++) {
        size_t counts[4] = {0};

        for (int i = 0; i < 64; i++)
            counts[balance_choose(counts, 4, favourite)]++;
        assert_int_equal(counts[0] + counts[1] + counts[2] + counts[3], 64);
        for (size_t i = 0; i < 4; i++)
            assert_true(counts[i] <= 28);
    }
}

/* ---- addresses ---- */

static void addresses(void **state)
{
    static const struct {
        const char *in, *want;
        bool is_loopback;
    } cases[] = {
        {"127.0.0.1:8787", "127.0.0.1:8787", true},
        {"127.1.2.3:1", "127.1.2.3:1", true},
        {"0.0.0.0:80", "0.0.0.0:80", false},
        {"192.168.0.1:65535", "192.168.0.1:65535", false},
        {"[::1]:0", "[::1]:0", true},
        {"[2001:db8::1]:443", "[2001:db8::1]:443", false},
        {"[::]:443", "[::]:443", false},
        {":8787", "[::]:8787", false},
        {"*:8787", "[::]:8787", false},
        {"unix:/run/s", "unix:/run/s", true},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct address found[ADDRESSES];
        const char *why = NULL;
        char text[ADDRESS_TEXT];

        assert_int_equal(address_parse(str_of(cases[i].in), found, &why), 1);
        address_write(&found[0], text);
        check_str_case(cases[i].in, str_of(text), str_of(cases[i].want));
        assert_int_equal(found[0].is_loopback, cases[i].is_loopback);
    }
}

static void localhost_is_both(void **state)
{
    struct address found[ADDRESSES];
    const char *why = NULL;
    char text[ADDRESS_TEXT];

    (void)state;
    assert_int_equal(address_parse(STR("LocalHost:7"), found, &why), 2);
    address_write(&found[0], text);
    check_str(str_of(text), STR("127.0.0.1:7"));
    address_set_port(&found[1], 9);
    address_write(&found[1], text);
    check_str(str_of(text), STR("[::1]:9"));
    assert_int_equal(address_port(&found[1]), 9);
    assert_true(found[1].is_optional && found[1].is_loopback);
    assert_false(found[0].is_optional);
}

static void malformed_addresses(void **state)
{
    static const char *const cases[] = {
        "",
        "8787",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "example.org:80",
        "::1:80",
        "[::1]",
        "[127.0.0.1]:80",
        "[]:80",
        "unix:",
        "300.0.0.1:80",
        "127.0.0.1:8 ",
        "[::1:80",
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct address found[ADDRESSES];
        const char *why = NULL;

        if (address_parse(str_of(cases[i]), found, &why) != 0)
            fail_msg("%s was taken", cases[i]);
        assert_non_null(why);
    }
}

static void unix_paths_have_a_limit(void **state)
{
    char text[5 + 108] = "unix:";
    struct address found[ADDRESSES];
    const char *why = NULL;

    (void)state;
    memset(text + 5, 'x', 108);
    assert_int_equal(address_parse((struct str){text, 5 + 107}, found, &why),
                     1);
    assert_int_equal(address_parse((struct str){text, 5 + 108}, found, &why),
                     0);
}

/* ---- keys ---- */

static struct provider three_keys(enum key_strategy strategy)
{
    static struct secret keys[3];

    return (struct provider){
        .keys = keys, .n_keys = 3, .strategy = strategy, .key_id = STR("K")};
}

static void rounds_are_exact_and_outlive_a_configuration(void **state)
{
    struct provider p = three_keys(KEYS_ROUNDROBIN);
    struct shared *s = shared_new();
    struct random r = {.left = 0};
    size_t key = 99;

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        /* Found again by name, as a reload does. */
        struct key_counter *c = shared_counter(s, p.key_id);

        assert_int_equal(shared_pick(c, &r, &p, &key), SL_OK);
        assert_int_equal(key, i % 3);
    }
    assert_true(shared_counter(s, STR("K")) != shared_counter(s, STR("L")));
    p.n_keys = 0;
    assert_int_equal(shared_pick(shared_counter(s, STR("K")), &r, &p, &key),
                     SL_NO_KEY);
    shared_free(s);
    shared_free(NULL);
}

static void random_keys_are_even(void **state)
{
    struct provider p = three_keys(KEYS_RANDOM);
    struct shared *s = shared_new();
    struct key_counter *c = shared_counter(s, p.key_id);
    struct random r = {.left = 0};
    int counts[3] = {0};

    (void)state;
    for (int i = 0; i < 30000; i++) {
        size_t key = 3;

        assert_int_equal(shared_pick(c, &r, &p, &key), SL_OK);
        assert_true(key < 3);
        counts[key]++;
    }
    /* 10,000 each; six standard deviations are 490. */
    for (int i = 0; i < 3; i++)
        assert_true(counts[i] > 9500 && counts[i] < 10500);
    shared_free(s);
}

/* The excess at the top of the range is drawn again: no remainder of it. */
static void random_below_has_no_bias(void **state)
{
    const uint64_t n = UINT64_C(3) << 62; /* 3/4 of the range */
    struct random r = {.left = 0};
    int low = 0;

    (void)state;
    r.block[0] = 7;
    r.block[1] = UINT64_MAX;
    r.left = 2;
    assert_int_equal(random_below(&r, n), 7);
    /* With a plain remainder a half would be in the lowest third. */
    for (int i = 0; i < 9000; i++)
        low += random_below(&r, n) < n / 3;
    assert_true(low > 2700 && low < 3300);
    assert_int_equal(random_below(&r, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_may_have_more_than_its_share),
        cmocka_unit_test(the_emptiest_prefers_the_own),
        cmocka_unit_test(nobody_has_more_than_28_of_64),
        cmocka_unit_test(addresses),
        cmocka_unit_test(localhost_is_both),
        cmocka_unit_test(malformed_addresses),
        cmocka_unit_test(unix_paths_have_a_limit),
        cmocka_unit_test(rounds_are_exact_and_outlive_a_configuration),
        cmocka_unit_test(random_keys_are_even),
        cmocka_unit_test(random_below_has_no_bias),
    };

    return test_run("listener_balance", tests, SL_LEN(tests));
}
