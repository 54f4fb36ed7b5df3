/* SPDX-License-Identifier: MIT */
/* A second attempt beside one that is late. */
#include "host.h"

#include <stdio.h>

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",    "OPENAI_API_KEY=o",   "MISTRAL_API_KEY=m0,m1,m2",
    "ANTHROPIC_API_KEY=a", "GROQ_API_KEY=g0,g1", NULL,
};

#define GROUP(name, targets, after, max)                     \
    "\"" name "\": {\"targets\": [" targets "], \"hedge\": " \
    "{\"after\": \"" after "\", \"max\": " max "}}, "

static const char config[] =
    "{\"models\": {" GROUP("two", "\"openai/a\", \"mistral/b\"", "800ms",
                           "1") GROUP("keys", "\"mistral/m\"", "800ms", "2")
        GROUP("one", "\"openai/a\"", "800ms", "1") GROUP(
            "three", "\"openai/a\", \"anthropic/b\", \"mistral/c\"", "800ms",
            "3") GROUP("learned", "\"openai/a\", \"mistral/b\"", "p95", "1")
            GROUP("echoed", "\"openai/a\", \"sluice/echo\"", "800ms", "1")
                GROUP("slow", "\"sluice/slow\", \"openai/a\"", "800ms", "1")
                    GROUP("mixed", "\"openai/a\", \"anthropic/b\"", "800ms",
                          "1") GROUP("turned", "\"anthropic/b\", \"openai/a\"",
                                     "800ms", "1") "\"plain\": [\"openai/a\", "
                                                   "\"mistral/b\"]}}";

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

#define STREAM_HEAD "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
#define STATUS(s) "HTTP/1.1 " s " X\r\n\r\n"
#define ROLE                                                              \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"," \
    "\"content\":\"\"}}]}\n\n"
#define TEXT(t)                                                             \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" t "\"}}]}" \
    "\n\n"
#define USAGE(n)                                            \
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":" n \
    ",\"completion_tokens\":2}}\n\n"
#define DONE "data: [DONE]\n\n"

static void chat_with(const char *fields, const char *body)
{
    assert_true(
        host_ask(&h, "POST /v1/chat/completions", fields, str_of(body)));
}

static void ask(const char *model)
{
    char body[200];

    snprintf(body, sizeof body,
             "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":"
             "\"hi\"}]}",
             model);
    chat_with("", body);
}

static void ask_stream(const char *model)
{
    char body[200];

    snprintf(body, sizeof body, "{\"model\":\"%s\",\"stream\":true}", model);
    chat_with("", body);
}

static void answer(size_t call, const char *head, const char *body)
{
    host_answer(&h, call, head);
    host_data(&h, call, str_of(body), true);
}

/* ---- who wins ---- */

static void check_late(void)
{
    check_int(h.n_calls, 1);
    host_advance(&h, 799);
    check_int(h.n_calls, 1);
    host_advance(&h, 1);
    check_int(h.n_calls, 2);
    assert_false(h.calls[0].cancelled);
    assert_true(host_call_has(&h, 0, "Bearer o\r"));
    assert_true(host_call_has(&h, 1, "Bearer m0\r"));
    check_has(host_call_body(&h, 1), "\"model\":\"b\"");
    check_int(h.hedges, 1);
    check_int(h.retries, 0);
}

static void the_first_wins(void **state)
{
    (void)state;
    ask_stream("two");
    check_late();
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("one")), false);
    assert_true(h.calls[1].cancelled);
    check_int(h.status, 200);
    host_data(&h, 0, STR(DONE), true);
    check_str(host_body(&h), STR(TEXT("one") DONE));
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    check_str(host_field(&h, "sluice-model"), STR("a"));
    check_str(host_field(&h, "sluice-attempts"), STR("2"));
    check_str(host_field(&h, "sluice-hedged"), STR("true"));
    check_str(h.record.provider, STR("openai"));
    check_str(h.record.model, STR("a"));
    check_int(h.record.attempts, 2);
    check_int(h.record.hedges, 1);
    assert_false(h.record.hedge_won);
    check_int(h.marks[VERDICT_GOOD], 1);
    check_int(h.marks[VERDICT_COOL], 0);
    check_int(h.mark.took_ms, 800);
}

static void the_second_wins(void **state)
{
    (void)state;
    ask_stream("two");
    check_late();
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 1, STR(TEXT("two")), false);
    assert_true(h.calls[0].cancelled);
    host_data(&h, 1, STR(DONE), true);
    check_str(host_body(&h), STR(TEXT("two") DONE));
    check_str(host_field(&h, "sluice-provider"), STR("mistral"));
    check_str(host_field(&h, "sluice-model"), STR("b"));
    check_str(host_field(&h, "sluice-key-index"), STR("0"));
    check_str(host_field(&h, "sluice-hedged"), STR("true"));
    check_str(h.record.provider, STR("mistral"));
    check_str(h.record.model, STR("b"));
    assert_true(h.record.hedge_won);
    check_int(h.marks[VERDICT_GOOD], 1);
    check_int(h.marks[VERDICT_COOL], 0);
    check_int(h.mark.took_ms, 0);
}

static void in_time(void **state)
{
    (void)state;
    ask_stream("two");
    host_advance(&h, 799);
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a")), false);
    host_advance(&h, 5000);
    check_int(h.n_calls, 1);
    host_data(&h, 0, STR(DONE), true);
    check_str(host_field(&h, "sluice-hedged"), STR(""));
    check_str(host_field(&h, "sluice-attempts"), STR("1"));
    check_int(h.record.hedges, 0);
    ask("two");
    host_advance(&h, 799);
    answer(0, OK, "{}");
    check_int(h.status, 200);
    check_int(h.n_calls, 1);
}

/* Events that say nothing are no answer, nor is half of a whole one; what has
 * come of the winner so far is not lost. */
static void what_says_nothing_is_late(void **state)
{
    (void)state;
    ask_stream("two");
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(ROLE USAGE("1")), false);
    check_late();
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 1, STR(USAGE("5") ": ping\n\n"), false);
    check_int(h.status, 0);
    host_data(&h, 0, STR(TEXT("x") DONE), true);
    check_str(host_body(&h), STR(ROLE TEXT("x") DONE));
    check_int(h.record.usage.input_tokens, 1);
    ask("two");
    host_answer(&h, 0, OK);
    host_data(&h, 0, STR("{\"a\":"), false);
    host_advance(&h, 800);
    check_int(h.n_calls, 2);
    host_answer(&h, 1, OK);
    host_data(&h, 1, STR("{\"b\":"), false);
    host_data(&h, 1, STR("2}"), true);
    assert_true(h.calls[0].cancelled);
    check_str(host_body(&h), STR("{\"b\":2}"));
}

static void feed_late(size_t call, enum event_kind kind)
{
    host_feed(
        &h, (struct event){.kind = kind,
                           .call = h.calls[call].id,
                           .rc = kind == EVENT_CALL_FAILED ? SL_UP_CUT : SL_OK,
                           .bytes = STR(TEXT("late")),
                           .last = true});
}

/* They were under way when it was cancelled. */
static void bytes_of_the_loser(void **state)
{
    (void)state;
    ask_stream("two");
    check_late();
    host_answer(&h, 0, STREAM_HEAD);
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 1, STR(TEXT("a")), false);
    feed_late(0, EVENT_CALL_BODY);
    feed_late(0, EVENT_CALL_FAILED);
    host_data(&h, 1, STR(DONE), true);
    check_str(host_body(&h), STR(TEXT("a") DONE));
    check_int(h.record.rc, SL_OK);
    check_int(h.marks[VERDICT_COOL], 0);
}

/* After the commit nobody is late any more. */
static void a_broken_winner(void **state)
{
    (void)state;
    ask_stream("two");
    check_late();
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 1, STR(TEXT("a")), false);
    host_advance(&h, 10000);
    host_fail(&h, 1, SL_UP_CUT);
    check_int(h.n_calls, 2);
    check_has(host_body(&h), "\"error\"");
    assert_true(h.done);
    check_int(h.record.rc, SL_UP_CUT);
}

static void the_client_leaves(void **state)
{
    (void)state;
    ask_stream("two");
    check_late();
    host_gone(&h);
    assert_true(h.calls[0].cancelled);
    assert_true(h.calls[1].cancelled);
    assert_true(h.done);
    check_int(h.record.status, 499);
    check_int(h.record.hedges, 1);
    check_int(h.marks[VERDICT_COOL], 0);
}

/* ---- failures ---- */

static void one_fails(void **state)
{
    (void)state;
    for (size_t bad = 0; bad < 2; bad++) {
        ask("two");
        h.hedges = h.next_key = 0;
        check_late();
        host_answer(&h, bad, STATUS("500"));
        check_int(h.n_calls, 2);
        check_int(h.status, 0);
        check_int(h.marks[VERDICT_COOL], bad + 1);
        host_advance(&h, 5000);
        check_int(h.n_calls, 2);
        answer(1 - bad, OK, "{}");
        check_int(h.status, 200);
        check_str(host_field(&h, "sluice-provider"),
                  bad == 1 ? STR("openai") : STR("mistral"));
        check_str(host_field(&h, "sluice-attempts"), STR("2"));
        check_int(h.record.hedge_won, bad == 0);
    }
}

/* The keys that are left come first, then the next target, then nobody. */
static void both_fail(void **state)
{
    (void)state;
    ask("two");
    check_late();
    host_fail(&h, 1, SL_UP_REFUSED);
    host_fail(&h, 0, SL_UP_CUT);
    check_int(h.n_calls, 3);
    assert_true(host_call_has(&h, 2, "Bearer m1\r"));
    check_has(host_call_body(&h, 2), "\"model\":\"b\"");
    /* There may be one hedge, and there was. */
    host_advance(&h, 5000);
    check_int(h.n_calls, 3);
    host_answer(&h, 2, STATUS("500"));
    check_int(h.n_calls, 4);
    assert_true(host_call_has(&h, 3, "Bearer m2\r"));
    answer(3, STATUS("503"), "{\"error\":{\"message\":\"down\"}}");
    check_int(h.status, 503);
    check_has(host_body(&h), "down");
    check_str(host_field(&h, "sluice-provider"), STR("mistral"));
    check_str(host_field(&h, "sluice-attempts"), STR("4"));
    check_str(host_field(&h, "sluice-hedged"), STR("true"));
    check_int(h.marks[VERDICT_COOL], 4);
    /* With the other one last. */
    ask("two");
    host_advance(&h, 800);
    h.next_key = 0;
    host_fail(&h, 0, SL_UP_CUT);
    host_fail(&h, 1, SL_UP_CUT);
    check_int(h.n_calls, 3);
    host_fail(&h, 2, SL_UP_CUT);
    host_fail(&h, 3, SL_UP_CUT);
    check_int(h.status, 502);
    check_has(host_body(&h), "mistral");
    check_str(host_field(&h, "sluice-provider"), STR("mistral"));
    check_str(host_field(&h, "sluice-hedged"), STR("true"));
}

static void then_the_next_target(void **state)
{
    (void)state;
    ask("three");
    host_advance(&h, 800);
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "x-api-key: a\r"));
    host_answer(&h, 0, STATUS("500"));
    check_int(h.n_calls, 2);
    host_answer(&h, 1, STATUS("500"));
    check_int(h.n_calls, 3);
    assert_true(host_call_has(&h, 2, "Bearer m0\r"));
    check_has(host_call_body(&h, 2), "\"model\":\"c\"");
    answer(2, OK, "{}");
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-provider"), STR("mistral"));
    check_str(host_field(&h, "sluice-attempts"), STR("3"));
}

/* Time counts from the attempt that began last. */
static void it_fails_early(void **state)
{
    (void)state;
    ask("two");
    host_advance(&h, 500);
    host_answer(&h, 0, STATUS("500"));
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "Bearer m0\r"));
    host_advance(&h, 799);
    check_int(h.n_calls, 2);
    /* No target is left: another key. */
    host_advance(&h, 1);
    check_int(h.n_calls, 3);
    assert_true(host_call_has(&h, 2, "Bearer m1\r"));
    answer(2, OK, "{}");
    check_int(h.status, 200);
    assert_true(h.record.hedge_won);
    check_int(h.record.attempts, 3);
}

/* An error that is the request's own waits for the others. */
static void refused(void **state)
{
    (void)state;
    ask("two");
    check_late();
    answer(0, STATUS("400"), "{\"error\":{\"message\":\"bad\"}}");
    check_int(h.status, 0);
    answer(1, OK, "{}");
    check_int(h.status, 200);
    ask("two");
    host_advance(&h, 800);
    answer(1, STATUS("400"), "{\"error\":{\"message\":\"bad\"}}");
    check_int(h.status, 0);
    answer(0, STATUS("400"), "{\"error\":{\"message\":\"worse\"}}");
    check_int(h.status, 400);
    check_has(host_body(&h), "worse");
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    check_int(h.n_calls, 2);
}

/* While it tells its error it is not late, however slowly it does. */
static void a_slow_error(void **state)
{
    (void)state;
    ask("two");
    host_answer(&h, 0, STATUS("400"));
    host_data(&h, 0, STR("{\"error\":"), false);
    host_advance(&h, 2000);
    check_int(h.n_calls, 1);
    host_data(&h, 0, STR("{\"message\":\"m\"}}"), true);
    check_int(h.status, 400);
}

static void errors_in_streams(void **state)
{
    static const char error[] = "data: {\"error\":{\"message\":\"m\"}}\n\n";

    (void)state;
    ask_stream("two");
    check_late();
    host_answer(&h, 0, STREAM_HEAD);
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 0, str_of(error), false);
    check_int(h.status, 0);
    assert_true(h.calls[0].cancelled);
    host_data(&h, 1, STR("data: nonsense\n\n"), false);
    check_int(h.n_calls, 3);
    assert_true(h.calls[1].cancelled);
    assert_true(host_call_has(&h, 2, "Bearer m1\r"));
    host_answer(&h, 2, STREAM_HEAD);
    host_data(&h, 2, STR(TEXT("a") DONE), true);
    check_str(host_body(&h), STR(TEXT("a") DONE));
}

/* Each has its own limits of time. */
static void both_time_out(void **state)
{
    (void)state;
    ask_stream("two");
    check_late();
    host_advance(&h, 180 * 1000 - 801);
    check_int(h.n_calls, 2);
    assert_false(h.calls[0].cancelled);
    host_advance(&h, 1);
    assert_true(h.calls[0].cancelled);
    check_int(h.n_calls, 2);
    host_advance(&h, 800);
    assert_true(h.calls[1].cancelled);
    check_int(h.n_calls, 3);
    assert_true(host_call_has(&h, 2, "Bearer m1\r"));
}

static void a_dead_connection(void **state)
{
    (void)state;
    ask("two");
    check_late();
    host_fail(&h, 1, SL_UP_STALE);
    check_int(h.n_calls, 3);
    assert_true(h.calls[2].fresh);
    assert_true(host_call_has(&h, 2, "Bearer m0\r"));
    check_has(host_call_body(&h, 2), "\"model\":\"b\"");
    host_fail(&h, 0, SL_UP_STALE);
    assert_true(h.calls[3].fresh);
    assert_true(host_call_has(&h, 3, "Bearer o\r"));
    check_has(host_call_body(&h, 3), "\"model\":\"a\"");
    answer(3, OK, "{}");
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-model"), STR("a"));
    check_str(host_field(&h, "sluice-attempts"), STR("2"));
}

/* The soonest Retry-After of all is told. */
static void retry_after(void **state)
{
    (void)state;
    ask("three");
    host_advance(&h, 800);
    host_answer(&h, 0, "HTTP/1.1 429 X\r\nretry-after: 7\r\n\r\n");
    host_answer(&h, 1, "HTTP/1.1 429 X\r\nretry-after: 9\r\n\r\n");
    host_answer(&h, 2, "HTTP/1.1 429 X\r\nretry-after: 8\r\n\r\n");
    host_answer(&h, 3, "HTTP/1.1 429 X\r\nretry-after: 9\r\n\r\n");
    host_data(&h, 3, STR(""), true);
    check_int(h.status, 429);
    check_str(host_field(&h, "retry-after"), STR("7"));
}

/* A wait is no attempt that could be late. */
static void waiting(void **state)
{
    (void)state;
    ask("one");
    host_answer(&h, 0, "HTTP/1.1 429 X\r\nretry-after: 1\r\n\r\n");
    host_advance(&h, 999);
    check_int(h.n_calls, 1);
    host_advance(&h, 1);
    check_int(h.n_calls, 2);
    answer(1, OK, "{}");
    check_int(h.status, 200);
}

/* ---- keys, targets, the budget ---- */

static void another_key(void **state)
{
    (void)state;
    ask("keys");
    assert_true(host_call_has(&h, 0, "Bearer m0\r"));
    host_advance(&h, 800);
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "Bearer m1\r"));
    host_advance(&h, 800);
    check_int(h.n_calls, 3);
    assert_true(host_call_has(&h, 2, "Bearer m2\r"));
    host_advance(&h, 8000);
    check_int(h.n_calls, 3);
    check_int(h.hedges, 2);
    answer(1, OK, "{}");
    assert_true(h.calls[0].cancelled);
    assert_true(h.calls[2].cancelled);
    check_str(host_field(&h, "sluice-key-index"), STR("1"));
    check_str(host_field(&h, "sluice-attempts"), STR("3"));
    check_int(h.record.hedges, 2);
}

/* What one leg has tried no other tries again. */
static void no_key_twice(void **state)
{
    (void)state;
    for (size_t last = 0; last < 2; last++) {
        h.next_key = 0;
        ask("keys");
        host_advance(&h, 800);
        host_fail(&h, 1 - last, SL_UP_CUT);
        check_int(h.n_calls, 2);
        host_fail(&h, last, SL_UP_CUT);
        check_int(h.n_calls, 3);
        assert_true(host_call_has(&h, 2, "Bearer m2\r"));
        host_fail(&h, 2, SL_UP_CUT);
        check_int(h.n_calls, 3);
        check_int(h.status, 502);
    }
}

static void nobody_else(void **state)
{
    (void)state;
    ask("one");
    host_advance(&h, 100000);
    check_int(h.n_calls, 1);
    check_int(h.hedges, 0);
    answer(0, OK, "{}");
    check_int(h.status, 200);
}

static void not_asked_for(void **state)
{
    (void)state;
    ask("plain");
    host_advance(&h, 100000);
    check_int(h.n_calls, 1);
    assert_true(host_ask(
        &h, "POST /v1/audio/transcriptions",
        "content-type: multipart/form-data; boundary=B\r\n",
        STR("--B\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\n"
            "two\r\n--B--\r\n")));
    check_int(h.n_calls, 1);
    host_advance(&h, 100000);
    check_int(h.n_calls, 1);
}

static void counts_are_not_hedged(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /v1/messages/count_tokens", "",
                         STR("{\"model\":\"turned\",\"messages\":[{\"role\":"
                             "\"user\",\"content\":\"hi\"}]}")));
    check_int(h.n_calls, 1);
    host_advance(&h, 10000);
    check_int(h.n_calls, 1);
    host_answer(&h, 0, STATUS("500"));
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-estimated"), STR("true"));
}

/* Not more than four attempts in all. */
static void as_many_as_allowed(void **state)
{
    (void)state;
    ask("three");
    host_advance(&h, 800);
    host_advance(&h, 800);
    check_int(h.n_calls, 3);
    host_advance(&h, 800);
    check_int(h.n_calls, 4);
    assert_true(host_call_has(&h, 2, "Bearer m0\r"));
    assert_true(host_call_has(&h, 3, "Bearer m1\r"));
    host_advance(&h, 8000);
    check_int(h.n_calls, 4);
    for (size_t i = 0; i < 3; i++)
        host_fail(&h, i, SL_UP_CUT);
    check_int(h.status, 0);
    host_fail(&h, 3, SL_UP_CUT);
    check_int(h.status, 502);
    check_int(h.n_calls, 4);
    check_str(host_field(&h, "sluice-attempts"), STR("4"));
}

/* Nothing is left in it: no hedge, and its target is still the next one. */
static void the_budget_is_spent(void **state)
{
    (void)state;
    h.spent = true;
    ask("two");
    host_advance(&h, 10000);
    check_int(h.n_calls, 1);
    check_int(h.hedges, 1);
    assert_false(h.done);
    h.next_key = 0;
    host_answer(&h, 0, STATUS("500"));
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "Bearer m0\r"));
    answer(1, OK, "{}");
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-hedged"), STR(""));
    check_str(host_field(&h, "sluice-attempts"), STR("2"));
    h.spent = false;
    h.next_key = 0;
    ask("keys");
    h.spent = true;
    host_advance(&h, 800);
    h.spent = false;
    check_int(h.n_calls, 1);
    host_fail(&h, 0, SL_UP_CUT);
    assert_true(host_call_has(&h, 1, "Bearer m1\r"));
}

/* ---- a host that takes its time to pick ---- */

static void picked_after_the_end(void **state)
{
    (void)state;
    ask_stream("two");
    h.waits = true;
    host_advance(&h, 800);
    check_int(h.n_calls, 1);
    check_int(h.hedges, 1);
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a")), false);
    check_int(h.status, 200);
    host_picked(&h, SL_OK, 0);
    check_int(h.n_calls, 1);
    host_data(&h, 0, STR(DONE), true);
    check_int(h.record.attempts, 1);
    check_int(h.record.hedges, 0);
}

/* The built-in provider answers in the turn in which the other one begins: what
 * that one is to be sent must still be there. */
static void picked_when_it_is_over(void **state)
{
    (void)state;
    ask("slow");
    h.waits = true;
    host_advance(&h, 800);
    h.now_ms += 5000;
    host_picked(&h, SL_OK, 0);
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-provider"), STR("sluice"));
    check_int(h.n_calls, 1);
    check_has(host_call_body(&h, 0), "\"content\":\"hi\"");
    assert_true(h.calls[0].cancelled);
    check_int(h.record.hedges, 1);
}

static void picked_when_it_is_alone(void **state)
{
    (void)state;
    ask("two");
    h.waits = true;
    host_advance(&h, 800);
    host_fail(&h, 0, SL_UP_CUT);
    check_int(h.status, 0);
    host_picked(&h, SL_OK, 2);
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "Bearer m2\r"));
    answer(1, OK, "{}");
    check_int(h.status, 200);
    /* Or there is none. */
    h.waits = false;
    ask("keys");
    h.waits = true;
    host_advance(&h, 800);
    host_fail(&h, 0, SL_UP_CUT);
    check_int(h.status, 0);
    host_picked(&h, SL_LIMITED, 0);
    check_int(h.pick.is_retry, true);
    host_picked(&h, SL_LIMITED, 0);
    check_int(h.status, 502);
    check_has(host_body(&h), "budget");
    check_int(h.n_calls, 1);
}

/* ---- what is late, by what was seen ---- */

static void learn(const char *model, int64_t ms, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ask(model);
        host_advance(&h, ms);
        answer(0, OK, "{}");
        check_int(h.status, 200);
        check_int(h.n_calls, 1);
    }
}

static void late_by_experience(void **state)
{
    (void)state;
    learn("learned", 50, LATE_LEAST - 1);
    ask("learned");
    check_str(h.asked, LOAD_LATE);
    host_advance(&h, 5000);
    check_int(h.n_calls, 1);
    answer(0, OK, "{}");
    learn("learned", 50, 1);
    /* 95 of 100 came within 56 ms. */
    learn("learned", 50, 40);
    ask("learned");
    host_advance(&h, 55);
    check_int(h.n_calls, 1);
    host_advance(&h, 1);
    check_int(h.n_calls, 2);
    answer(1, OK, "{}");
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-provider"), STR("mistral"));
    /* However long the host takes to say so. */
    h.asks_wait = true;
    ask("learned");
    host_advance(&h, 5000);
    check_int(h.n_calls, 1);
    host_reply(&h);
    check_int(h.n_calls, 2);
    h.asks_wait = false;
    answer(1, OK, "{}");
    /* Streams are another matter. */
    ask_stream("learned");
    host_advance(&h, 5000);
    check_int(h.n_calls, 1);
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a") DONE), true);
}

/* Those that were given up count as late, else p95 would sink and sink. */
static void losers_are_counted(void **state)
{
    uint64_t id = speed_late_id(STR("openai"), STR("a"), false);
    size_t lost = 0;

    (void)state;
    learn("learned", 50, 60);
    check_int(speeds_late(&h.speeds, id, h.now_ms), 56);
    for (; speeds_late(&h.speeds, id, h.now_ms) == 56; lost++) {
        ask("learned");
        host_advance(&h, 56);
        check_int(h.n_calls, 2);
        host_advance(&h, 100);
        answer(1, OK, "{}");
        check_int(h.marks[VERDICT_COOL], 0);
    }
    assert_in_range(lost, 2, 6);
    check_int(speeds_late(&h.speeds, id, h.now_ms), 160);
    /* What lost soon after it began says nothing. */
    id = speed_late_id(STR("mistral"), STR("b"), false);
    check_int(speeds_late(&h.speeds, id, h.now_ms), SPEED_UNKNOWN);
}

/* ---- the built-in provider ---- */

static void echo_as_a_leg(void **state)
{
    (void)state;
    chat_with("", "{\"model\":\"echoed\",\"messages\":[{\"role\":\"user\","
                  "\"content\":\"hi\"}]}");
    host_advance(&h, 800);
    check_int(h.status, 200);
    check_has(host_body(&h), "hi");
    check_int(h.n_calls, 1);
    assert_true(h.calls[0].cancelled);
    check_str(host_field(&h, "sluice-provider"), STR("sluice"));
    check_str(host_field(&h, "sluice-hedged"), STR("true"));
    check_int(h.hedges, 1);
    /* In the other order. */
    chat_with("", "{\"model\":\"slow\",\"messages\":[{\"role\":\"user\","
                  "\"content\":\"hi\"}]}");
    check_int(h.n_calls, 0);
    host_advance(&h, 800);
    check_int(h.n_calls, 1);
    answer(0, OK, "{}");
    check_str(host_body(&h), STR("{}"));
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    chat_with("", "{\"model\":\"slow\",\"messages\":[{\"role\":\"user\","
                  "\"content\":\"hi\"}]}");
    host_advance(&h, 4000);
    assert_true(h.calls[0].cancelled);
    check_str(host_field(&h, "sluice-provider"), STR("sluice"));
    check_has(host_call_body(&h, 0), "hi");
}

/* ---- legs of different dialects ---- */

#define ASK_ANTHROPIC(model)                                     \
    "{\"model\":\"" model "\",\"max_tokens\":9,\"stream\":true," \
    "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
#define A_START                                                             \
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{" \
    "\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"   \
    "\"b\",\"content\":[],\"usage\":{\"input_tokens\":3,"                   \
    "\"output_tokens\":1}}}\n\n"                                            \
    "event: content_block_start\ndata: {\"type\":\"content_block_start\","  \
    "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
#define A_TEXT(t)                                                          \
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\"," \
    "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" t "\"}}\n\n"
#define A_END                                                             \
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","  \
    "\"index\":0}\n\n"                                                    \
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{" \
    "\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n"  \
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
#define O_STOP                                                         \
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" \
    "\"length\"}]}\n\n"

static void messages(const char *body)
{
    assert_true(host_ask(&h, "POST /v1/messages", "", str_of(body)));
    host_advance(&h, 800);
    check_int(h.n_calls, 2);
}

/* The client speaks Anthropic's; one leg is translated, the other is not. */
static void dialects(void **state)
{
    (void)state;
    messages(ASK_ANTHROPIC("mixed"));
    assert_true(host_call_has(&h, 0, "POST /v1/chat/completions"));
    assert_true(host_call_has(&h, 1, "POST /v1/messages"));
    host_answer(&h, 0, STREAM_HEAD);
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 0, STR(ROLE), false);
    host_data(&h, 1, STR(A_START), false);
    check_int(h.status, 0);
    host_data(&h, 1, STR(A_TEXT("two")), false);
    assert_true(h.calls[0].cancelled);
    host_data(&h, 1, STR(A_END), true);
    check_str(host_body(&h), STR(A_START A_TEXT("two") A_END));
    check_str(h.record.finish, STR("stop"));
    check_int(h.record.usage.input_tokens, 3);

    messages(ASK_ANTHROPIC("mixed"));
    host_answer(&h, 0, STREAM_HEAD);
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 1, STR(A_START), false);
    host_data(&h, 0, STR(ROLE TEXT("one") O_STOP USAGE("8") DONE), true);
    assert_true(h.calls[1].cancelled);
    check_has(host_body(&h), "\"text\":\"one\"");
    check_has(host_body(&h), "message_stop");
    check_str(h.record.finish, STR("length"));
    check_int(h.record.usage.input_tokens, 8);

    /* And the other way round. */
    messages(ASK_ANTHROPIC("turned"));
    assert_true(host_call_has(&h, 0, "POST /v1/messages"));
    assert_true(host_call_has(&h, 1, "POST /v1/chat/completions"));
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 1, STR(ROLE TEXT("o") O_STOP DONE), true);
    check_has(host_body(&h), "\"text\":\"o\"");
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    assert_true(h.calls[0].cancelled);
}

/* A target that can't be told all of it is passed over, not complained of. */
static void a_strict_caller(void **state)
{
    (void)state;
    assert_true(host_ask(
        &h, "POST /v1/messages", "sluice-strict: true\r\n",
        STR("{\"model\":\"turned\",\"max_tokens\":9,\"top_k\":5,"
            "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")));
    check_int(h.n_calls, 1);
    host_advance(&h, 5000);
    check_int(h.n_calls, 1);
    check_int(h.status, 0);
    check_int(h.hedges, 0);
    answer(0, OK,
           "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"
           "\"stop_reason\":\"end_turn\"}");
    check_int(h.status, 200);
}

/* ---- why ---- */

static void explained(void **state)
{
    (void)state;
    chat_with("sluice-explain: true\r\n", "{\"model\":\"two\"}");
    host_advance(&h, 900);
    answer(1, OK, "{}");
    check_str(host_field(&h, "sluice-explain"),
              STR("{\"plan\":[\"openai/a\",\"mistral/b\"],\"attempts\":["
                  "{\"provider\":\"openai\",\"model\":\"a\",\"key\":0,"
                  "\"failed\":\"another answered first\",\"ms\":900},"
                  "{\"provider\":\"mistral\",\"model\":\"b\",\"key\":0,"
                  "\"why\":\"hedge\",\"status\":200,\"ms\":100}]}"));
    chat_with("sluice-explain: true\r\n", "{\"model\":\"two\"}");
    host_advance(&h, 800);
    host_answer(&h, 0, STATUS("500"));
    host_advance(&h, 1);
    host_answer(&h, 1, STATUS("429"));
    answer(2, OK, "{}");
    check_has(host_field(&h, "sluice-explain"),
              "\"model\":\"a\",\"key\":0,\"status\":500,\"ms\":800},");
    check_has(host_field(&h, "sluice-explain"),
              "\"why\":\"hedge\",\"status\":429,\"ms\":1},");
    check_has(host_field(&h, "sluice-explain"), "\"why\":\"next key\"");
}

/* ---- memory ---- */

static bool begin(struct host *s, struct test_mem *m)
{
    return host_init(s, m, str_of(config), env) &&
           host_ask(s, "POST /v1/messages", "sluice-explain: true\r\n",
                    STR(ASK_ANTHROPIC("turned")));
}

static bool one_wins(void *ctx, struct test_mem *m)
{
    static struct host s;
    size_t winner = *(const size_t *)ctx;
    bool through = false;

    if (begin(&s, m)) {
        host_advance(&s, 800);
        if (s.n_calls > 0)
            host_answer(&s, 0, STREAM_HEAD);
        if (s.n_calls > 1)
            host_answer(&s, 1, STREAM_HEAD);
        if (s.n_calls > 1)
            host_data(&s, 1 - winner, winner == 1 ? STR(A_START) : STR(ROLE),
                      false);
        if (s.n_calls > 1)
            host_data_cut(&s, winner,
                          winner == 0 ? STR(A_START A_TEXT("a") A_END)
                                      : STR(ROLE TEXT("a") O_STOP DONE),
                          9, true);
        assert_true(s.done);
        through = s.status == 200 && !s.aborted && s.record.hedges == 1;
    }
    host_release(&s);
    return through;
}

static bool both_lose(void *ctx, struct test_mem *m)
{
    static struct host s;
    bool through = false;

    (void)ctx;
    if (begin(&s, m)) {
        host_advance(&s, 800);
        if (s.n_calls > 1)
            host_answer(&s, 1, STATUS("500"));
        if (s.n_calls > 0 && !s.done) {
            host_answer(&s, 0, STATUS("500"));
            host_data(&s, 0, STR("{}"), true);
        }
        assert_true(s.done);
        through = s.status == 500 && s.record.hedges == 1;
    }
    host_release(&s);
    return through;
}

static void every_allocation_fails_once(void **state)
{
    size_t winner = 0;

    (void)state;
    test_each_allocation(one_wins, &winner);
    winner = 1;
    test_each_allocation(one_wins, &winner);
    test_each_allocation(both_lose, NULL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_first_wins),
        T(the_second_wins),
        T(in_time),
        T(what_says_nothing_is_late),
        T(bytes_of_the_loser),
        T(a_broken_winner),
        T(the_client_leaves),
        T(one_fails),
        T(both_fail),
        T(then_the_next_target),
        T(it_fails_early),
        T(refused),
        T(a_slow_error),
        T(errors_in_streams),
        T(both_time_out),
        T(a_dead_connection),
        T(retry_after),
        T(waiting),
        T(another_key),
        T(no_key_twice),
        T(nobody_else),
        T(not_asked_for),
        T(counts_are_not_hedged),
        T(as_many_as_allowed),
        T(the_budget_is_spent),
        T(picked_after_the_end),
        T(picked_when_it_is_over),
        T(picked_when_it_is_alone),
        T(late_by_experience),
        T(losers_are_counted),
        T(echo_as_a_leg),
        T(dialects),
        T(a_strict_caller),
        T(explained),
        cmocka_unit_test(every_allocation_fails_once),
    };

    return test_run("hedge", tests, SL_LEN(tests));
}
