/* SPDX-License-Identifier: MIT */
/* Which attempt follows which. */
#include "core/attempt.h"

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0,k1,k2,k3,k4,k5",
    "MISTRAL_API_KEY=m0",
    NULL,
};

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, STR("{}"), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void chat(void)
{
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"openai/m\"}")));
}

#define OK_HEAD "HTTP/1.1 200 OK\r\n\r\n"

static void four_attempts_at_most(void **state)
{
    static const char *const keys[] = {"Bearer k4\r", "Bearer k5\r",
                                       "Bearer k0\r", "Bearer k1\r"};

    (void)state;
    h.next_key = 4;
    chat();
    for (size_t i = 0; i < 4; i++) {
        check_int(h.n_calls, i + 1);
        assert_true(host_call_has(&h, i, keys[i]));
        host_fail(&h, i, SL_UP_REFUSED);
    }
    check_int(h.n_calls, 4);
    check_int(h.status, 502);
    check_int(h.record.attempts, 4);
    check_int(h.picks, 1);
}

static void one_step_a_request(void **state)
{
    (void)state;
    for (size_t i = 0; i < 14; i++) {
        char key[16] = "Bearer k0\r";

        key[8] = (char)('0' + i % 6);
        chat();
        assert_true(host_call_has(&h, 0, key));
        check_int(h.picks, i + 1);
    }
}

/* A key is asked for only where there is a choice. */
static void no_pick_of_one(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /mistral/x", "", STR("")));
    check_int(h.picks, 0);
    assert_true(host_call_has(&h, 0, "Bearer m0\r"));
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.n_calls, 1);
    check_int(h.status, 502);
}

static void no_key_is_usable(void **state)
{
    (void)state;
    h.waits = true;
    chat();
    host_picked(&h, SL_NO_KEY, 0);
    check_int(h.status, 503);
    check_str(host_field(&h, "retry-after"), STR("1"));
    check_has(host_body(&h), "no provider key is usable");
    check_int(h.n_calls, 0);
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    host_picked(&h, SL_NO_KEY, 0);
    check_int(h.status, 503);
}

static void key_numbers_wrap(void **state)
{
    (void)state;
    h.waits = true;
    chat();
    host_picked(&h, SL_OK, 6001);
    assert_true(host_call_has(&h, 0, "Bearer k1\r"));
}

/* Dead, a new connection, and then the next key. */
static void stale_then_failing(void **state)
{
    (void)state;
    chat();
    host_fail(&h, 0, SL_UP_STALE);
    assert_true(h.calls[1].fresh);
    assert_true(host_call_has(&h, 1, "Bearer k0\r"));
    host_fail(&h, 1, SL_UP_REFUSED);
    assert_true(host_call_has(&h, 2, "Bearer k1\r"));
    assert_false(h.calls[2].fresh);
    host_fail(&h, 2, SL_UP_STALE);
    assert_true(h.calls[3].fresh);
    assert_true(host_call_has(&h, 3, "Bearer k1\r"));
    host_answer(&h, 3, OK_HEAD);
    host_data(&h, 3, STR("{}"), true);
    check_str(host_field(&h, "sluice-attempts"), STR("2"));
    check_int(h.record.attempts, 2);
}

/* A host that finds a new connection stale is not believed for ever. */
static void stale_for_ever(void **state)
{
    (void)state;
    chat();
    for (size_t i = 0; !h.done; i++) {
        assert_true(i < 16);
        host_fail(&h, i, SL_UP_STALE);
    }
    check_int(h.status, 502);
    assert_true(host_ask(&h, "GET /mistral/x", "", STR("")));
    host_fail(&h, 0, SL_UP_STALE);
    host_fail(&h, 1, SL_UP_STALE);
    check_int(h.n_calls, 2);
    check_int(h.status, 502);
}

/* Each attempt has its own time; all together have the provider's total. */
static void time_is_shared(void **state)
{
    static const char config[] =
        "{\"providers\": {\"openai\": {\"timeouts\": {\"firstByte\": \"40s\","
        "\"total\": \"100s\"}}}}";

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, str_of(config), env));
    chat();
    host_advance(&h, 40000);
    check_int(h.n_calls, 2);
    host_advance(&h, 40000);
    check_int(h.n_calls, 3);
    host_advance(&h, 19999);
    assert_false(h.done);
    host_advance(&h, 1);
    /* Nothing is begun that has no time left. */
    check_int(h.n_calls, 3);
    check_int(h.status, 504);
    assert_true(h.done);
}

static void who_answered(void **state)
{
    (void)state;
    h.next_key = 5;
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"openai/a/b\"}")));
    host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
    host_answer(&h, 1, OK_HEAD);
    host_data(&h, 1, STR("{}"), true);
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    check_str(host_field(&h, "sluice-model"), STR("a/b"));
    check_str(host_field(&h, "sluice-key-index"), STR("0"));
    check_str(host_field(&h, "sluice-attempts"), STR("2"));
}

static void statuses(void **state)
{
    (void)state;
    for (int status = 100; status <= 599; status++) {
        bool want = status == 401 || status == 403 || status == 408 ||
                    status == 409 || status == 425 || status == 429 ||
                    status >= 500;

        assert_int_equal(attempt_status_retries(status), want);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(four_attempts_at_most), T(one_step_a_request),
        T(no_pick_of_one),        T(no_key_is_usable),
        T(key_numbers_wrap),      T(stale_then_failing),
        T(stale_for_ever),        T(time_is_shared),
        T(who_answered),          cmocka_unit_test(statuses),
    };

    return test_run("attempt", tests, SL_LEN(tests));
}
