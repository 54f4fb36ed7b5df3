/* SPDX-License-Identifier: MIT */
/* What follows a failure: waits, other windows, and what the client is told
 * when nothing does. */
#include "core/api/refusals.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=o",
    "MISTRAL_API_KEY=m0,m1",
    "DEEPSEEK_API_KEY=d",
    "ANTHROPIC_API_KEY=a",
    "COHERE_API_KEY=c",
    NULL,
};

static const char config[] =
    "{\"CUSTOM_OPENAI_ENDPOINTS\": [{\"name\": \"lab\", \"baseUrl\": "
    "\"http://127.0.0.1:9\", \"models\": [\"tiny\"]}],"
    "\"providers\": {\"deepseek\": {\"timeouts\": {\"backoff\": \"0s\"}}},"
    "\"models\": {"
    "\"both\": [\"lab/a\", \"openai/b\"],"
    "\"windows\": [{\"target\": \"lab/a\", \"maxContext\": 8000},"
    "{\"target\": \"lab/b\", \"maxContext\": 8000},"
    "{\"target\": \"openai/c\", \"maxContext\": 7000},"
    "\"lab/unknown\","
    "{\"target\": \"openai/d\", \"maxContext\": 16000}],"
    "\"strict\": [\"lab/a\", \"openai/b\"],"
    "\"deaf first\": [\"anthropic/a\", \"cohere/a\", \"openai/b\"],"
    "\"deaf next\": [\"openai/b\", \"anthropic/a\"],"
    "\"deaf between\": [\"openai/b\", \"anthropic/a\", \"lab/a\"],"
    "\"deaf\": [\"anthropic/a\", \"cohere/a\"],"
    "\"lossy\": [\"mistral/a\", \"openai/b\"],"
    "\"vectors\": [\"cohere/a\", \"openai/b\"],"
    "\"lenient\": {\"targets\": [\"lab/a\", \"openai/b\"], "
    "\"onContentPolicy\": \"next\"}"
    "}}";

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, str_of(config), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void chat(const char *body)
{
    assert_true(host_ask(&h, "POST /v1/chat/completions", "", str_of(body)));
}

static void answer(size_t call, const char *head, const char *body)
{
    check_int(h.n_calls, call + 1);
    host_answer(&h, call, head);
    host_data(&h, call, str_of(body), true);
}

#define LIMITED "HTTP/1.1 429 X\r\n\r\n"
#define LIMITED_FOR(s) "HTTP/1.1 429 X\r\nretry-after: " s "\r\n\r\n"
#define BAD "HTTP/1.1 400 X\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n\r\n"

/* ---- waiting ---- */

/* Half of each wait is chance: 0x22 of 0xff, then 0. */
static void the_same_provider_after_a_while(void **state)
{
    (void)state;
    chat("{\"model\":\"openai/m\"}");
    answer(0, LIMITED, "");
    check_int(h.n_calls, 1);
    assert_false(h.done);
    check_int(h.wake_ms, h.now_ms + 113);
    host_advance(&h, 112);
    check_int(h.n_calls, 1);
    host_advance(&h, 1);
    answer(1, "HTTP/1.1 503 X\r\n\r\n", "");
    check_int(h.wake_ms, h.now_ms + 200);
    host_advance(&h, 200);
    answer(2, "HTTP/1.1 529 X\r\n\r\n", "");
    check_int(h.wake_ms, h.now_ms + 400);
    host_advance(&h, 400);
    answer(3, LIMITED, "{\"error\":{\"message\":\"slow down\"}}");
    check_int(h.status, 429);
    check_has(host_body(&h), "slow down");
    check_str(host_field(&h, "sluice-attempts"), STR("4"));
    check_int(h.retries, 3);
}

static void it_answers_then(void **state)
{
    (void)state;
    chat("{\"model\":\"openai/m\"}");
    answer(0, LIMITED_FOR("1"), "");
    host_advance(&h, 999);
    check_int(h.n_calls, 1);
    host_advance(&h, 1);
    answer(1, OK, "{}");
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-attempts"), STR("2"));
    check_str(host_field(&h, "retry-after"), STR(""));
    check_int(h.marks[VERDICT_COOL], 1);
    check_int(h.marks[VERDICT_GOOD], 1);
}

static void no_wait(void **state)
{
    static const struct {
        const char *body, *head;
    } cases[] = {
        /* It wants more time than the client should wait for. */
        {"{\"model\":\"openai/m\"}", LIMITED_FOR("2")},
        /* Waiting would not mend it. */
        {"{\"model\":\"openai/m\"}", "HTTP/1.1 500 X\r\n\r\n"},
        {"{\"model\":\"openai/m\"}", "HTTP/1.1 401 X\r\n\r\n"},
        {"{\"model\":\"openai/m\"}", BAD},
        /* It is not wanted. */
        {"{\"model\":\"deepseek/m\"}", LIMITED},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        chat(cases[i].body);
        answer(0, cases[i].head, "");
        assert_true(h.done);
        check_int(h.n_calls, 1);
    }
}

/* Keys and targets come first, at once; the soonest key says how long. */
static void keys_then_a_wait(void **state)
{
    (void)state;
    chat("{\"model\":\"mistral/m\"}");
    answer(0, LIMITED_FOR("1"), "");
    answer(1, LIMITED_FOR("9"), "");
    check_int(h.n_calls, 2);
    check_int(h.wake_ms, h.now_ms + 1000);
    host_advance(&h, 1000);
    check_int(h.pick.n_tried, 0);
    answer(2, OK, "{}");
    check_int(h.status, 200);

    chat("{\"model\":\"both\"}");
    answer(0, LIMITED, "");
    answer(1, LIMITED, "");
    assert_false(h.done);
    host_advance(&h, 1000);
    assert_true(host_call_has(&h, 2, "Bearer o\r"));
    answer(2, OK, "{}");
    check_int(h.status, 200);
}

/* Nobody says which key: there is no waiting for ever. */
static void no_key_after_a_wait(void **state)
{
    (void)state;
    chat("{\"model\":\"openai/m\"}");
    answer(0, LIMITED, "");
    h.waits = true;
    host_advance(&h, 1000);
    host_picked(&h, SL_NO_KEY, 0);
    assert_true(h.done);
    check_int(h.status, 429);
    check_int(h.n_calls, 1);
}

/* A host that answers when the time is up: nobody is asked any more. */
static void picked_too_late(void **state)
{
    (void)state;
    h.waits = true;
    chat("{\"model\":\"mistral/m\"}");
    h.now_ms += 30 * 60 * 1000;
    host_picked(&h, SL_OK, 1);
    check_int(h.n_calls, 0);
    check_int(h.status, 504);
}

static void the_client_leaves_meanwhile(void **state)
{
    (void)state;
    chat("{\"model\":\"openai/m\"}");
    answer(0, LIMITED, "");
    host_gone(&h);
    assert_true(h.done);
    host_advance(&h, 5000);
    check_int(h.n_calls, 1);
}

/* ---- the client is told ---- */

static void the_shortest_retry_after(void **state)
{
    (void)state;
    chat("{\"model\":\"mistral/m\"}");
    answer(0, LIMITED_FOR("20"), "");
    answer(1,
           "HTTP/1.1 503 X\r\nretry-after: 90\r\nretry-after-ms: 90000\r\n\r\n",
           "{\"error\":{\"message\":\"m\"}}");
    check_int(h.status, 503);
    check_str(host_field(&h, "retry-after"), STR("20"));
    check_str(host_field(&h, "retry-after-ms"), STR(""));
    /* Also when the last one says nothing. */
    chat("{\"model\":\"mistral/m\"}");
    answer(0, "HTTP/1.1 429 X\r\nretry-after-ms: 2500\r\n\r\n", "");
    host_fail(&h, 1, SL_UP_REFUSED);
    check_int(h.status, 502);
    check_str(host_field(&h, "retry-after"), STR("3"));
    /* A mistake is not mended by waiting. */
    chat("{\"model\":\"mistral/m\"}");
    answer(0, LIMITED_FOR("20"), "");
    answer(1, BAD, "{\"error\":{\"message\":\"m\"}}");
    check_int(h.status, 400);
    check_str(host_field(&h, "retry-after"), STR(""));
}

static void the_budget_is_spent(void **state)
{
    (void)state;
    h.spent = true;
    chat("{\"model\":\"mistral/m\"}");
    answer(0, LIMITED_FOR("7"), "");
    check_int(h.n_calls, 1);
    check_int(h.status, 429);
    check_str(host_field(&h, "retry-after"), STR("7"));
    check_has(host_body(&h), "the budget of retries is spent");
    /* The provider's own words, however late they come. */
    chat("{\"model\":\"mistral/m\"}");
    host_answer(&h, 0, LIMITED_FOR("7"));
    host_data(&h, 0, STR("{\"error\":{\"message\":"), false);
    assert_false(h.done);
    host_data(&h, 0, STR("\"words\"}}"), true);
    check_int(h.n_calls, 1);
    check_str(host_body(&h), STR("{\"error\":{\"message\":\"words\"}}"));
    /* Also after a wait, in which they came. */
    chat("{\"model\":\"openai/m\"}");
    answer(0, LIMITED, "{\"error\":{\"message\":\"busy\"}}");
    assert_false(h.done);
    host_advance(&h, 1000);
    check_int(h.n_calls, 1);
    check_str(host_body(&h), STR("{\"error\":{\"message\":\"busy\"}}"));
    /* With a next target another provider is asked: it has not failed. */
    chat("{\"model\":\"both\"}");
    answer(0, LIMITED, "");
    check_int(h.n_calls, 2);
    answer(1, OK, "{}");
    check_int(h.status, 200);
    chat("{\"model\":\"both\"}");
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.n_calls, 2);
    answer(1, OK, "{}");
    check_int(h.status, 200);
    chat("{\"model\":\"openai/m\"}");
    answer(0, LIMITED, "");
    host_advance(&h, 1000);
    check_int(h.n_calls, 1);
    check_int(h.status, 429);
    /* A dead connection is no attempt, and costs nothing. */
    chat("{\"model\":\"openai/m\"}");
    host_fail(&h, 0, SL_UP_STALE);
    check_int(h.n_calls, 2);
    answer(1, OK, "{}");
    check_int(h.status, 200);
    /* Pass-through. */
    assert_true(host_ask(&h, "GET /mistral/x", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 503 X\r\n\r\n");
    check_int(h.n_calls, 1);
    check_int(h.status, 503);
    check_has(host_body(&h), "the budget of retries is spent");
}

/* ---- refusals ---- */

static const struct {
    int status;
    const char *body;
    enum refusal want;
} refusals[] = {
    {400, "{\"error\":{\"code\":\"context_length_exceeded\"}}",
     REFUSAL_CONTEXT},
    {400,
     "{\"error\":{\"message\":\"This model's Maximum context length is 8192 "
     "tokens\"}}",
     REFUSAL_CONTEXT},
    {400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
     "\"message\":\"prompt is too long: 9 tokens > 8 maximum\"}}",
     REFUSAL_CONTEXT},
    {400,
     "{\"error\":{\"message\":\"The input token count (9) exceeds the maximum "
     "number of tokens allowed (8).\"}}",
     REFUSAL_CONTEXT},
    {413, "Input is too long for requested model.", REFUSAL_CONTEXT},
    {400, "{\"message\":\"too many tokens: total\"}", REFUSAL_CONTEXT},
    {422, "{\"error\":{\"code\":\"exceed_context_size_error\"}}",
     REFUSAL_CONTEXT},
    {400, "{\"error\":{\"code\":\"content_policy_violation\"}}",
     REFUSAL_POLICY},
    {400,
     "{\"error\":{\"code\":\"content_filter\",\"innererror\":{\"code\":"
     "\"ResponsibleAIPolicyViolation\"}}}",
     REFUSAL_POLICY},
    {403, "{\"error\":{\"message\":\"Your input was flagged\"}}",
     REFUSAL_POLICY},
    {429, "{\"error\":{\"code\":\"context_length_exceeded\"}}", REFUSAL_NONE},
    {400, "{\"error\":{\"message\":\"bad\"}}", REFUSAL_NONE},
    {400, "content_filte", REFUSAL_NONE},
    {400, "", REFUSAL_NONE},
};

static void every_refusal(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(refusals); i++) {
        struct guarded g = guard_copy(str_of(refusals[i].body));

        if (refusal_of(refusals[i].status, g.s) != refusals[i].want)
            fail_msg("%s", refusals[i].body);
        guard_free(&g);
    }
}

#define TOO_LONG \
    "{\"error\":{\"message\":\"m\",\"code\":\"context_length_exceeded\"}}"
#define REFUSED \
    "{\"error\":{\"message\":\"m\",\"code\":\"content_policy_violation\"}}"

/* Where a larger window may be: unknown ones count. */
static void a_larger_window(void **state)
{
    (void)state;
    chat("{\"model\":\"windows\"}");
    answer(0, BAD, TOO_LONG);
    check_str(host_call_body(&h, 1), STR("{\"model\":\"unknown\"}"));
    answer(1, BAD, TOO_LONG);
    check_str(host_call_body(&h, 2), STR("{\"model\":\"d\"}"));
    answer(2, BAD, TOO_LONG);
    check_int(h.n_calls, 3);
    check_int(h.status, 400);
    check_str(host_body(&h), STR(TOO_LONG));
    /* Inside of a 200, and in pieces. */
    chat("{\"model\":\"windows\",\"stream\":true}");
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
    host_data_cut(&h, 0,
                  STR("data: {\"error\":{\"message\":\"m\",\"status\":400,"
                      "\"code\":400,\"type\":\"context_length_exceeded\"}}"
                      "\n\n"),
                  7, false);
    check_int(h.n_calls, 2);
    host_answer(&h, 1, BAD);
    host_data_cut(&h, 1, STR(TOO_LONG), 5, true);
    check_int(h.n_calls, 3);
    answer(2, OK, "{}");
    check_int(h.status, 200);
    /* Alone there is none. */
    chat("{\"model\":\"openai/m\"}");
    answer(0, BAD, TOO_LONG);
    check_int(h.status, 400);
}

static void content_policy(void **state)
{
    (void)state;
    chat("{\"model\":\"strict\"}");
    answer(0, BAD, REFUSED);
    check_int(h.n_calls, 1);
    check_int(h.status, 400);
    check_str(host_body(&h), STR(REFUSED));
    chat("{\"model\":\"lenient\"}");
    answer(0, BAD, REFUSED);
    answer(1, BAD, REFUSED);
    check_int(h.n_calls, 2);
    check_int(h.status, 400);
    chat("{\"model\":\"lenient\"}");
    answer(0, BAD, REFUSED);
    answer(1, OK, "{}");
    check_int(h.status, 200);
    /* Not when it is only wrong. Another target costs no retry. */
    chat("{\"model\":\"lenient\"}");
    answer(0, BAD, "{\"error\":{\"message\":\"m\"}}");
    check_int(h.status, 400);
    h.spent = true;
    chat("{\"model\":\"lenient\"}");
    answer(0, BAD, REFUSED);
    check_int(h.n_calls, 2);
    answer(1, OK, "{}");
    check_int(h.status, 200);
}

/* ---- targets that don't take the request ---- */

#define SOUND                                                       \
    "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklG\"," \
    "\"format\":\"wav\"}}"
#define HEAR(model)       \
    "{\"model\":\"" model \
    "\",\"messages\":[{\"role\":\"user\",\"content\":[" SOUND "]}]}"

static void asked(size_t call, const char *authority)
{
    check_int(h.n_calls, call + 1);
    check_has(h.calls[call].head, authority);
}

static void the_next_that_takes_it(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-explain: true\r\n", STR(HEAR("deaf first"))));
    asked(0, "host: api.openai.com");
    answer(0, OK, "{}");
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-attempts"), STR("1"));
    check_str(host_field(&h, "sluice-model"), STR("b"));
    check_has(host_field(&h, "sluice-explain"),
              "anthropic/a does not take it: ");
    /* What a caller wants whole goes to who loses nothing. */
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-strict: true\r\n",
                         STR("{\"model\":\"lossy\",\"stream\":true,"
                             "\"stream_options\":{}}")));
    asked(0, "host: api.openai.com");
    /* So it is for what is no chat. */
    assert_true(host_ask(&h, "POST /v1/embeddings", "",
                         STR("{\"model\":\"vectors\",\"input\":[[1,2]]}")));
    asked(0, "host: api.openai.com");
}

/* Four, these, and openai/b, who does take it. */
static void ask_four_and(const char *models)
{
    static char body[1000];

    (void)snprintf(body, sizeof(body),
                   "{\"models\":[\"cohere/a\",\"cohere/b\",\"cohere/c\","
                   "\"cohere/d\",%s,\"openai/b\"],"
                   "\"messages\":[{\"role\":\"user\",\"content\":[" SOUND
                   "]}]}",
                   models);
    chat(body);
}

static void none_takes_it(void **state)
{
    (void)state;
    chat(HEAR("deaf"));
    check_int(h.n_calls, 0);
    check_int(h.status, 400);
    check_has(host_body(&h), "this provider takes no audio");
    /* Nobody looks for one forever. */
    ask_four_and("\"cohere/e\",\"cohere/f\",\"cohere/g\"");
    asked(0, "host: api.openai.com");
    ask_four_and("\"cohere/e\",\"cohere/f\",\"cohere/g\",\"cohere/h\"");
    check_int(h.n_calls, 0);
    check_int(h.status, 400);
    check_has(host_body(&h), "messages.audio");
    /* It is wrong for each. */
    chat("{\"model\":\"deaf\",\"messages\":[{\"role\":5}]}");
    check_int(h.n_calls, 0);
    check_int(h.status, 400);
    check_has(host_body(&h), "messages[0].role");
}

static void a_failure_is_told_when_no_other_takes_it(void **state)
{
    (void)state;
    chat(HEAR("deaf next"));
    asked(0, "host: api.openai.com");
    answer(0, "HTTP/1.1 500 X\r\n\r\n", "{\"error\":{\"message\":\"words\"}}");
    check_int(h.n_calls, 1);
    check_int(h.status, 500);
    check_str(host_body(&h), STR("{\"error\":{\"message\":\"words\"}}"));
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    check_str(host_field(&h, "sluice-model"), STR("b"));
    chat(HEAR("deaf between"));
    answer(0, "HTTP/1.1 500 X\r\n\r\n", "");
    asked(1, "host: 127.0.0.1:9");
    answer(1, OK, "{}");
    check_int(h.status, 200);
    /* Neither can a body that only OpenAI could read follow. */
    chat("{\"model\":\"deaf next\",\"messages\":[{\"role\":5}]}");
    asked(0, "host: api.openai.com");
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.n_calls, 1);
    check_int(h.status, 502);
}

static void no_memory_to_look_for_one(void **state)
{
    (void)state;
    for (long n = 0; n < 40; n++) {
        chat(HEAR("deaf between"));
        asked(0, "host: api.openai.com");
        host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
        mem.fail_at = mem.asked + n;
        mem.fail_n = 1;
        host_data(&h, 0, STR(""), true);
        mem.fail_at = -1;
        assert_true(h.done || h.n_calls == 2);
    }
    asked(1, "host: 127.0.0.1:9");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_provider_after_a_while),
        TEST(it_answers_then),
        TEST(no_wait),
        TEST(keys_then_a_wait),
        TEST(no_key_after_a_wait),
        TEST(picked_too_late),
        TEST(the_client_leaves_meanwhile),
        TEST(the_shortest_retry_after),
        TEST(the_budget_is_spent),
        TEST(every_refusal),
        TEST(a_larger_window),
        TEST(content_policy),
        TEST(the_next_that_takes_it),
        TEST(none_takes_it),
        TEST(a_failure_is_told_when_no_other_takes_it),
        TEST(no_memory_to_look_for_one),
    };

    return test_run("failover", tests, SL_LEN(tests));
}
