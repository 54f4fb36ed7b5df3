/* SPDX-License-Identifier: MIT */
/* The prefix /key/{selector}/ on every route, and what attempts say of their
 * keys. Numbers are the cases of the earlier systems. */
#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0,k1,k2",
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

static void ask(const char *line, const char *body)
{
    assert_true(host_ask(&h, line, "", str_of(body)));
}

#define CHAT "{\"model\":\"openai/m\"}"

struct route_row {
    const char *line, *body, *key;
    bool is_wrapped;
};

/* 36, 51, 56 */
static void every_route(void **state)
{
    static const struct route_row rows[] = {
        {"GET /key/2/openai/models", "", "Bearer k2\r", false},
        {"GET /key/3/openai/models", "", "Bearer k0\r", true},
        {"GET /key/5abc/openai/models", "", "Bearer k2\r", true},
        {"GET /key/1-1-1/openai/models", "", "Bearer k1\r", false},
        {"POST /key/1/v1/chat/completions", CHAT, "Bearer k1\r", false},
        {"POST /key/7/chat/completions", CHAT, "Bearer k1\r", true},
        {"POST /key/2-/v1/embeddings", CHAT, "Bearer k2\r", false},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        ask(rows[i].line, rows[i].body);
        check_int(h.n_calls, 1);
        if (!host_call_has(&h, 0, rows[i].key))
            fail_msg("%s", rows[i].line);
        host_answer(
            &h, 0, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
        host_data(&h, 0, STR("{}"), true);
        check_int(h.status, 200);
        check_str(host_field(&h, "sluice-key-wrapped"),
                  rows[i].is_wrapped ? STR("true") : (struct str){0});
    }
    check_int(h.picks, 0);
}

static void a_form(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /key/2/v1/audio/transcriptions",
                         "content-type: multipart/form-data; boundary=b\r\n",
                         STR("--b\r\ncontent-disposition: form-data; "
                             "name=\"model\"\r\n\r\nopenai/w\r\n--b--\r\n")));
    assert_true(host_call_has(&h, 0, "Bearer k2\r"));
}

/* 47, and a list of one key is not taken for another's. */
static void models(void **state)
{
    (void)state;
    ask("GET /key/2/v1/models", "");
    assert_true(host_call_has(&h, 0, "Bearer k2\r"));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("{\"data\":[{\"id\":\"two\"}]}"), true);
    check_has(host_body(&h), "openai/two");
    ask("GET /v1/models", "");
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "Bearer k0\r"));
    ask("GET /key/4/models", "");
    assert_true(host_call_has(&h, 0, "Bearer k1\r"));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("{\"data\":[]}"), true);
    check_str(host_field(&h, "sluice-key-wrapped"), STR("true"));
    check_int(h.picks, 0);
}

static void ranges_are_drawn(void **state)
{
    (void)state;
    ask("GET /key/1-2/openai/x", "");
    check_int(h.picks, 1);
    check_int(h.pick.first, 1);
    check_int(h.pick.last, 2);
    assert_true(h.pick.is_even);
    host_answer(&h, 0, "HTTP/1.1 500 Bad\r\n\r\n");
    host_answer(&h, 1, "HTTP/1.1 500 Bad\r\n\r\n");
    /* Within the range alone. */
    check_int(h.n_calls, 2);
    check_int(h.status, 500);
    ask("GET /key/-/openai/x", "");
    assert_false(h.pick.is_even);
    check_int(h.pick.last, 2);
}

/* Who names one key gets its answer, not another's. */
static void one_key_is_not_replaced(void **state)
{
    (void)state;
    ask("GET /key/1/openai/x", "");
    host_answer(&h, 0, "HTTP/1.1 429 Slow\r\nretry-after: 9\r\n\r\n");
    check_int(h.n_calls, 1);
    check_int(h.status, 429);
}

/* 52 */
static void paths(void **state)
{
    static const struct {
        const char *line;
        int status;
    } rows[] = {
        {"GET /key/1/ping", 200},
        {"GET /key/1", 404},
        {"GET /key/1/", 404},
        {"GET /key/abc/openai/x", 404},
        {"GET /key/", 404},
        {"GET /key", 404},
        {"GET /keys/1/ping", 404},
        {"GET /openai/key/1/ping", 0},
        {"GET /key/1/key/1/ping", 404},
        {"GET /key/-/ping", 200},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        ask(rows[i].line, "");
        if (h.status != rows[i].status)
            fail_msg("%s: %d", rows[i].line, h.status);
    }
    assert_true(host_request(
        &h, "GET /key/1/openai/x HTTP/1.1\r\nhost: x\r\n\r\n", STR("")));
    check_int(h.status, 401);
    assert_true(host_request(&h, "GET /key/1/ping HTTP/1.1\r\nhost: x\r\n\r\n",
                             STR("")));
    check_int(h.status, 200);
}

/* ---- verdicts ---- */

struct verdict_row {
    const char *head;
    enum key_verdict want;
    int64_t wait_ms;
};

static void each_attempt_is_judged(void **state)
{
    static const struct verdict_row rows[] = {
        {"HTTP/1.1 200 OK\r\n\r\n", VERDICT_GOOD, 0},
        {"HTTP/1.1 400 Bad\r\n\r\n", VERDICT_NONE, 0},
        {"HTTP/1.1 404 Not\r\n\r\n", VERDICT_NONE, 0},
        {"HTTP/1.1 422 Not\r\n\r\n", VERDICT_NONE, 0},
        {"HTTP/1.1 401 Who\r\n\r\n", VERDICT_REFUSED, 0},
        {"HTTP/1.1 403 No\r\n\r\n", VERDICT_REFUSED, 0},
        {"HTTP/1.1 429 Slow\r\nretry-after: 7\r\n\r\n", VERDICT_COOL, 7000},
        {"HTTP/1.1 503 Bad\r\nretry-after-ms: 70\r\n\r\n", VERDICT_COOL, 70},
        {"HTTP/1.1 409 Bad\r\n\r\n", VERDICT_NONE, 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        memset(h.marks, 0, sizeof h.marks);
        ask("GET /key/1/openai/x", "");
        h.now_ms += 10;
        host_answer(&h, 0, rows[i].head);
        check_int(h.marks[VERDICT_NONE], 0);
        check_int(h.marks[VERDICT_GOOD] + h.marks[VERDICT_COOL] +
                      h.marks[VERDICT_REFUSED],
                  rows[i].want == VERDICT_NONE ? 0 : 1);
        if (rows[i].want == VERDICT_NONE)
            continue;
        check_int(h.mark.verdict, rows[i].want);
        check_int(h.mark.key, 1);
        check_int(h.mark.began_ms, h.now_ms - 10);
        check_int(h.mark.until_ms,
                  rows[i].wait_ms == 0 ? 0 : h.now_ms + rows[i].wait_ms);
    }
}

static void failures_are_judged(void **state)
{
    (void)state;
    ask("POST /v1/chat/completions", CHAT);
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.marks[VERDICT_COOL], 1);
    check_int(h.mark.key, 0);
    check_int(h.pick.n_tried, 1);
    check_int(h.pick.tried[0], 0);
    /* A 200 is judged by what is in it. */
    host_answer(&h, 1, "HTTP/1.1 200 OK\r\n\r\n");
    check_int(h.marks[VERDICT_GOOD], 0);
    host_data(&h, 1, STR("{\"error\":{\"message\":\"m\",\"code\":429}}"), true);
    check_int(h.marks[VERDICT_COOL], 2);
    check_int(h.mark.key, 1);
    host_answer(&h, 2, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 2, STR("{}"), true);
    check_int(h.marks[VERDICT_GOOD], 1);
    check_int(h.mark.key, 2);
    check_int(h.status, 200);
    check_int(h.picks, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_route),
        TEST(a_form),
        TEST(models),
        TEST(ranges_are_drawn),
        TEST(one_key_is_not_replaced),
        TEST(paths),
        TEST(each_attempt_is_judged),
        TEST(failures_are_judged),
    };

    return test_run("key_route", tests, SL_LEN(tests));
}
