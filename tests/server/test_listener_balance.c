/* SPDX-License-Identifier: MIT */
/* Which loop a connection goes to, and what an address in text means. Random
 * keys belong here too: what they share is that nothing runs. */
#include "support.h"

#include <stdio.h>

#include "core/secret.h"
#include "server/address.h"
#include "server/listener.h"

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
    };

    return test_run("listener_balance", tests, SL_LEN(tests));
}
