/* SPDX-License-Identifier: MIT */
#include "core/base/rc.h"

#include "support.h"

static void rows_are_in_the_order_of_the_codes(void **state)
{
    (void)state;
    check_str(rc_info(SL_OK)->name, STR("OK"));
    check_str(rc_info(SL_TOO_LARGE)->name, STR("TOO_LARGE"));
    check_str(rc_info(SL_CLIENT_GONE)->name, STR("CLIENT_GONE"));
    assert_int_equal(rc_info(SL_TOO_LARGE)->status, 413);
    check_str(rc_info(SL_LIMITED)->type, STR("rate_limit_error"));
    assert_true(rc_info(SL_UP_TIMEOUT)->retry);
    assert_false(rc_info(SL_SYNTAX)->retry);
}

static void every_row_is_usable(void **state)
{
    (void)state;
    assert_int_equal(SL_OK, 0);
    for (int i = 0; i < SL_RC_COUNT; i++) {
        const struct rc_info *info = rc_info((enum sl_rc)i);

        assert_true(info->name.n != 0);
        assert_true(info->text.n != 0);
        assert_true(info->status == 200 ||
                    (info->status >= 400 && info->status < 600));
        assert_int_not_equal(info->text.p[info->text.n - 1], '.');
        for (int k = 0; k < i; k++)
            assert_false(str_eq(info->name, rc_info((enum sl_rc)k)->name));
    }
}

static void the_first_failure_is_kept(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(err_set(&err, SL_SYNTAX, STR("model"), STR("missing")),
                     SL_SYNTAX);
    assert_int_equal(err_set(&err, SL_NOMEM, STR("x"), STR("y")), SL_NOMEM);
    assert_int_equal(err_set_at(&err, SL_TOO_LARGE, 7, STR("z")), SL_TOO_LARGE);
    assert_int_equal(err.rc, SL_SYNTAX);
    check_str(err.where, STR("model"));
    check_str(err.what, STR("missing"));
    assert_false(err.has_at);
}

static void an_offset_is_kept(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(err_set_at(&err, SL_SYNTAX, 0, STR("bad")), SL_SYNTAX);
    assert_true(err.has_at);
    assert_int_equal(err.at, 0);
    assert_int_equal(err_set_at(&err, SL_SYNTAX, 9, STR("worse")), SL_SYNTAX);
    assert_int_equal(err.at, 0);
    check_str(err.what, STR("bad"));
    check_str(err.where, STR(""));
}

static void nobody_needs_to_listen(void **state)
{
    (void)state;
    assert_int_equal(err_set(NULL, SL_BUSY, STR("a"), STR("b")), SL_BUSY);
    assert_int_equal(err_set_at(NULL, SL_BUSY, 1, STR("b")), SL_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_the_order_of_the_codes),
        cmocka_unit_test(every_row_is_usable),
        cmocka_unit_test(the_first_failure_is_kept),
        cmocka_unit_test(an_offset_is_kept),
        cmocka_unit_test(nobody_needs_to_listen)};

    return test_run("rc", tests, SL_LEN(tests));
}
