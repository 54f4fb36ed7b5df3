/* SPDX-License-Identifier: MIT */
/* Streamed request bodies: kept while they are small enough to be sent again.
 * Told through the pass-through, which has them in their plainest form. */
#include "core/api/upload.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {"PROXY_API_KEY=pk", "OPENAI_API_KEY=k0,k1",
                                  "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
                                  NULL};

static int setup(void **state)
{
    (void)state;
    return host_setup(
        &h, &mem, STR("{\"limits\": {\"replay\": 1000, \"body\": 3000}}"), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static struct str letters(size_t n)
{
    static char text[8192];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 26);
    assert_true(n <= sizeof text);
    return (struct str){text, n};
}

static void open_upload(void)
{
    assert_true(host_head(&h, "POST /openai/files HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\n"
                              "transfer-encoding: chunked\r\n\r\n"));
}

static void send_cut(struct str body, size_t n, bool last)
{
    for (; body.n > n; body = str_skip(body, n))
        host_body_piece(&h, str_first(body, n), false);
    host_body_piece(&h, body, last);
}

/* Exactly limits.replay is sent again; a byte more is not. */
static void replay_limit(void **state)
{
    static const size_t steps[] = {1, 7, 999, 1000, 1001};

    (void)state;
    for (size_t i = 0; i < SL_LEN(steps); i++) {
        open_upload();
        send_cut(letters(1000), steps[i], true);
        host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
        check_int(h.n_calls, 2);
        check_str(host_call_body(&h, 1), letters(1000));
        assert_true(h.calls[1].ended);
        open_upload();
        send_cut(letters(1001), steps[i], true);
        check_str(host_call_body(&h, 0), letters(1001));
        host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
        check_int(h.n_calls, 1);
        check_int(h.status, 500);
    }
}

static void failure_over_the_limit(void **state)
{
    (void)state;
    open_upload();
    send_cut(letters(5000), 100, false);
    check_str(host_call_body(&h, 0), letters(5000));
    host_fail(&h, 0, SL_UP_CUT);
    check_int(h.n_calls, 1);
    check_int(h.status, 502);
    assert_true(h.done);
}

/* The second call gets what there is, and then the rest. */
static void again_in_the_middle(void **state)
{
    struct str all = letters(900);

    (void)state;
    for (size_t at = 0; at <= all.n; at += 45) {
        open_upload();
        send_cut(str_first(all, at), 13, false);
        host_fail(&h, 0, SL_UP_REFUSED);
        check_int(h.n_calls, 2);
        check_str(host_call_body(&h, 1), str_first(all, at));
        send_cut(str_skip(all, at), 17, true);
        check_str(host_call_body(&h, 1), all);
        assert_true(h.calls[1].ended);
        assert_false(h.calls[0].ended);
    }
}

/* A kept connection that was dead: the same key, as long as all is there. */
static void stale_in_the_middle(void **state)
{
    (void)state;
    open_upload();
    send_cut(letters(100), 10, false);
    host_fail(&h, 0, SL_UP_STALE);
    check_int(h.n_calls, 2);
    assert_true(h.calls[1].fresh);
    check_str(host_call_body(&h, 1), letters(100));
    open_upload();
    send_cut(letters(1001), 10, false);
    host_fail(&h, 0, SL_UP_STALE);
    check_int(h.n_calls, 1);
    check_int(h.status, 502);
}

/* Before a call is there to take it, limits.body bounds what is kept. */
static void kept_until_the_key_is_known(void **state)
{
    (void)state;
    h.waits = true;
    open_upload();
    send_cut(letters(3000), 999, false);
    check_int(h.status, 0);
    host_picked(&h, SL_OK, 0);
    check_str(host_call_body(&h, 0), letters(3000));
    open_upload();
    send_cut(letters(3000), 999, false);
    host_body_piece(&h, STR("x"), false);
    check_int(h.status, 413);
    assert_true(h.done);
    check_int(h.n_calls, 0);
}

static void no_room(void **state)
{
    (void)state;
    h.bodies_limit = 500;
    h.waits = true;
    open_upload();
    send_cut(letters(600), 100, false);
    check_int(h.status, 503);
    check_has(host_body(&h), "too many request bodies");
    check_str(host_field(&h, "retry-after"), STR("1"));
    check_int(h.n_calls, 0);
}

/* Once it streams, want of room only means that it can't be sent again. */
static void no_room_to_replay(void **state)
{
    (void)state;
    h.bodies_limit = 500;
    open_upload();
    send_cut(letters(900), 100, true);
    check_str(host_call_body(&h, 0), letters(900));
    assert_true(h.calls[0].ended);
    host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
    check_int(h.n_calls, 1);
    check_int(h.status, 500);
}

/* Nothing is kept of what can't be sent again anyway. */
static void no_replay_at_all(void **state)
{
    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{\"limits\": {\"replay\": 0}}"), env));
    open_upload();
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.n_calls, 2); /* nothing had been sent */
    host_body_piece(&h, STR("x"), false);
    check_int(h.bodies_live, 0);
    host_fail(&h, 1, SL_UP_REFUSED);
    check_int(h.n_calls, 2);
    check_int(h.status, 502);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(replay_limit),
        T(failure_over_the_limit),
        T(again_in_the_middle),
        T(stale_in_the_middle),
        T(no_room),
        T(no_room_to_replay),
        T(kept_until_the_key_is_known),
        T(no_replay_at_all),
    };

    return test_run("upload", tests, SL_LEN(tests));
}
