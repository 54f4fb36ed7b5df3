/* SPDX-License-Identifier: MIT */
/* Answers that were promised: where they are asked for, when, and what comes
 * after one that fails. */
#include "host.h"

#include <stdio.h>

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "REPLICATE_API_KEY=r0,r1",
    "OPENAI_API_KEY=o",
    NULL,
};

static const char config[] =
    "{\"models\": {\"two\": [\"replicate/o/m\", \"openai/b\"],"
    "\"hedged\": {\"targets\": [\"replicate/o/m\", \"openai/b\"], \"hedge\": "
    "{\"after\": \"300ms\", \"max\": 1}}}}";

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

/* The same with another address of the provider, or other limits. */
static void begin_again(const char *file, const char *const *variables)
{
    host_release(&h);
    assert_true(host_init(&h, &mem, str_of(file), variables));
}

#define JSON "HTTP/1.1 201 X\r\ncontent-type: application/json\r\n\r\n"
#define OK "HTTP/1.1 200 X\r\ncontent-type: application/json\r\n\r\n"
#define SSE "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
#define STATUS(s) "HTTP/1.1 " s " X\r\n\r\n"
#define API "https://api.replicate.com/v1/predictions/p"
#define AT_GET(url) "\"urls\":{\"get\":\"" url "\"}"
#define AT_STREAM(url) "\"urls\":{\"get\":\"" API "\",\"stream\":\"" url "\"}"
#define PROMISE(status, urls) "{\"status\":\"" status "\"," urls "}"
#define STARTING PROMISE("starting", AT_GET(API))
#define PROCESSING PROMISE("processing", AT_GET(API))
#define STREAMING                                                \
    PROMISE("starting", AT_STREAM("https://stream.replicate.com" \
                                  "/v1/files/s?token=a%2Fb"))
#define DONE \
    "{\"id\":\"p\",\"status\":\"succeeded\",\"output\":[\"He\",\"llo\"]}"
#define EVENTS                                                            \
    "event: output\nid: 1\ndata: Hello\n\nevent: done\nid: 2\ndata: {}\n" \
    "\n"

static void ask_of(struct host *at, const char *model, bool is_stream)
{
    char body[200];

    snprintf(body, sizeof body,
             "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":"
             "\"user\",\"content\":\"hi\"}]}",
             model, is_stream ? "true" : "false");
    (void)host_ask(at, "POST /v1/chat/completions", "", str_of(body));
}

static void ask(const char *model)
{
    h.next_key = 0;
    ask_of(&h, model, false);
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "prefer: wait\r"));
    assert_true(host_call_has(&h, 0, "Bearer r0\r"));
}

static void ask_stream(const char *model)
{
    h.next_key = 0;
    ask_of(&h, model, true);
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "POST /v1/models/o/m/predictions HTTP"));
    assert_true(host_call_has(&h, 0, "Bearer r0\r"));
}

static void answer(size_t call, const char *head, const char *body)
{
    check_int(h.n_calls, call + 1);
    host_answer(&h, call, head);
    host_data(&h, call, str_of(body), true);
}

/* Nothing is open; the exchange asked to be woken, and makes a request in so
 * many milliseconds, not before. */
static void check_waits(int64_t ms)
{
    size_t n = h.n_calls;

    assert_false(h.done);
    assert_true(h.calls[n - 1].over);
    assert_true(h.wake_ms != 0 && h.wake_ms <= h.now_ms + ms);
    host_advance(&h, ms - 1);
    check_int(h.n_calls, n);
    host_advance(&h, 1);
    check_int(h.n_calls, n + 1);
    assert_true(h.calls[n].ended);
    check_int(host_call_body(&h, n).n, 0);
}

static void check_hello(void)
{
    check_int(h.status, 200);
    check_has(host_body(&h), "\"content\":\"Hello\"");
    assert_true(h.done);
}

static void check_failure(int status, const char *part)
{
    assert_true(h.done);
    check_int(h.status, status);
    check_has(host_body(&h), "\"error\":{\"message\":");
    check_has(host_body(&h), part);
}

/* ---- asking again ---- */

static void at_once(void **state)
{
    (void)state;
    ask("replicate/o/m");
    answer(0, JSON, DONE);
    check_hello();
    check_int(h.n_calls, 1);
    check_str(host_field(&h, "sluice-attempts"), STR("1"));
}

static void after_some_time(void **state)
{
    static const int64_t waits[] = {250, 500, 1000, 2000, 2000};
    size_t n = SL_LEN(waits);

    (void)state;
    ask("replicate/o/m");
    for (size_t i = 0; i < n; i++) {
        answer(i, JSON, i < 2 ? STARTING : PROCESSING);
        check_waits(waits[i]);
        assert_true(host_call_has(&h, i + 1,
                                  "GET /v1/predictions/p HTTP/1.1\r\n"
                                  "host: api.replicate.com\r"));
        assert_true(host_call_has(&h, i + 1, "Bearer r0\r"));
        assert_true(host_call_has(&h, i + 1, "accept: application/json\r"));
        assert_true(h.calls[i + 1].origin == h.calls[0].origin);
    }
    answer(n, JSON, DONE);
    check_hello();
    check_str(host_field(&h, "sluice-attempts"), STR("1"));
    check_int(h.record.attempts, 1);
    check_int(h.retries, 0);
    check_int(h.marks[VERDICT_GOOD], 1);
    check_int(h.marks[VERDICT_COOL], 0);
}

/* What was held of one answer is no part of the next. */
static void in_pieces(void **state)
{
    (void)state;
    ask("replicate/o/m");
    host_answer(&h, 0, JSON);
    host_data_cut(&h, 0, STR(STARTING), 1, true);
    check_waits(250);
    host_answer(&h, 1, JSON);
    host_data_cut(&h, 1, STR(DONE), 1, true);
    check_hello();
}

/* What each answer takes is given back: many fit. */
static void for_a_long_time(void **state)
{
    static char long_promise[200000];
    int n = snprintf(long_promise, sizeof long_promise, "%s", STARTING);

    (void)state;
    memset(long_promise + n, ' ', sizeof long_promise - 1 - (size_t)n);
    n = snprintf(long_promise + n - 1, 20000, ",\"logs\":[") + n - 1;
    for (; n < 199990; n += 2)
        memcpy(long_promise + n, "1,", 2);
    memcpy(long_promise + n, "1]}", 4);
    begin_again("{\"limits\":{\"exchange\":8388608}}", env);
    ask("replicate/o/m");
    for (size_t i = 0; i < HOST_CALLS - 1; i++) {
        answer(i, JSON, long_promise);
        assert_false(h.done);
        host_advance(&h, 2000);
    }
    answer(HOST_CALLS - 1, JSON, DONE);
    check_hello();
}

/* ---- streams ---- */

static void a_stream_at_a_listed_host(void **state)
{
    (void)state;
    ask_stream("replicate/o/m");
    answer(0, JSON, STREAMING);
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1,
                              "GET /v1/files/s?token=a%2Fb HTTP/1.1\r\n"
                              "host: stream.replicate.com\r"));
    assert_true(host_call_has(&h, 1, "Bearer r0\r"));
    assert_true(host_call_has(&h, 1, "accept: text/event-stream\r"));
    assert_true(h.calls[1].origin ==
                origin_id(STR("stream.replicate.com"), true));
    host_answer(&h, 1, SSE);
    host_data_cut(&h, 1, STR(EVENTS), 1, true);
    check_int(h.status, 200);
    check_has(host_body(&h), "\"delta\":{\"content\":\"Hello\"}");
    check_has(host_body(&h), "data: [DONE]\n\n");
    check_int(h.record.attempts, 1);
}

#define OWN "http://127.0.0.1:9"

static const char *const own_env[] = {
    "PROXY_API_KEY=pk",
    "REPLICATE_API_KEY=r0",
    "REPLICATE_BASE_URL=" OWN "/base",
    NULL,
};

static void a_stream_at_the_own_origin(void **state)
{
    (void)state;
    begin_again("{}", own_env);
    ask_of(&h, "replicate/o/m", true);
    answer(0, JSON, PROMISE("starting", AT_STREAM(OWN "/s?a=b")));
    assert_true(
        host_call_has(&h, 1, "GET /s?a=b HTTP/1.1\r\nhost: 127.0.0.1:9\r"));
    assert_true(host_call_has(&h, 1, "Bearer r0\r"));
    assert_true(h.calls[1].origin == h.calls[0].origin);
    answer(1, SSE, EVENTS);
    check_has(host_body(&h), "\"delta\":{\"content\":\"Hello\"}");
}

/* A stream's place may answer with a promise again, or with all of it. */
static void no_stream_yet(void **state)
{
    (void)state;
    ask_stream("replicate/o/m");
    answer(0, JSON, STREAMING);
    answer(1, JSON, STREAMING);
    check_waits(500);
    answer(2, JSON, DONE);
    check_has(host_body(&h), "\"delta\":{\"content\":\"llo\"}");
    check_has(host_body(&h), "data: [DONE]\n\n");
}

/* ---- where it may not go ---- */

static const struct {
    const char *name, *promise;
    bool is_stream;
} foreign[] = {
    {"another host", PROMISE("starting", AT_GET("https://evil.example/p")),
     false},
    {"another host's stream",
     PROMISE("starting", AT_STREAM("https://evil.example/p")), true},
    {"without TLS", PROMISE("starting", AT_GET("http://api.replicate.com/p")),
     false},
    {"a listed host without TLS",
     PROMISE("starting", AT_STREAM("http://stream.replicate.com/p")), true},
    {"another port",
     PROMISE("starting", AT_GET("https://api.replicate.com:444/p")), false},
    {"a listed host's other port",
     PROMISE("starting", AT_STREAM("https://stream.replicate.com:80/p")), true},
    {"a host that begins alike",
     PROMISE("starting", AT_GET("https://api.replicate.com.evil.example/p")),
     false},
    {"a name before the host",
     PROMISE("starting", AT_GET("https://api.replicate.com@evil.example/p")),
     false},
    {"no URL", PROMISE("starting", AT_GET("/v1/predictions/p")), false},
    {"none at all", "{\"status\":\"starting\"}", false},
};

static void it_goes_nowhere_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(foreign); i++) {
        print_message("%s\n", foreign[i].name);
        (foreign[i].is_stream ? ask_stream : ask)("replicate/o/m");
        answer(0, JSON, foreign[i].promise);
        assert_true(host_call_has(&h, 1, "Bearer r1\r"));
        answer(1, JSON, foreign[i].promise);
        check_int(h.n_calls, 2);
        check_failure(502, "provider replicate: its answer points to where it "
                           "may not");
        check_str(host_field(&h, "sluice-attempts"), STR("2"));
    }
}

static void another_target_answers(void **state)
{
    (void)state;
    ask("two");
    answer(0, JSON, foreign[0].promise);
    answer(1, JSON, foreign[0].promise);
    assert_true(host_call_has(&h, 2, "Bearer o\r"));
    answer(2, OK, "{\"choices\":[]}");
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
}

static void in_the_shape_of_anthropic(void **state)
{
    (void)state;
    begin_again("{}", own_env);
    assert_true(host_ask(&h, "POST /v1/messages", "",
                         STR("{\"model\":\"replicate/o/m\",\"max_tokens\":9,"
                             "\"messages\":[{\"role\":\"user\",\"content\":"
                             "\"hi\"}]}")));
    answer(0, JSON, foreign[0].promise);
    check_int(h.status, 502);
    check_has(host_body(&h), "{\"type\":\"error\",\"error\":{\"type\":");
}

/* The operator's own address: the provider's other hosts are strangers. Nor
 * are they of use at another port of its usual host. */
static void another_base_url(void **state)
{
    static const char *const variables[] = {
        "PROXY_API_KEY=pk",
        "REPLICATE_API_KEY=r0",
        "REPLICATE_BASE_URL=https://api.replicate.com:8443/v1",
        NULL,
    };

    (void)state;
    begin_again("{}", own_env);
    ask_of(&h, "replicate/o/m", true);
    answer(0, JSON, STREAMING);
    check_int(h.n_calls, 1);
    check_failure(502, "its answer points to where it may not");
    ask_of(&h, "replicate/o/m", false);
    answer(0, JSON, STARTING);
    check_int(h.n_calls, 1);
    check_failure(502, "its answer points to where it may not");

    begin_again("{}", variables);
    ask_of(&h, "replicate/o/m", true);
    answer(0, JSON, STREAMING);
    check_int(h.n_calls, 1);
    ask_of(&h, "replicate/o/m", false);
    answer(0, JSON,
           PROMISE("starting", AT_GET("https://api.replicate.com:8443/p")));
    host_advance(&h, 250);
    check_int(h.n_calls, 2);
    assert_true(h.calls[1].origin == h.calls[0].origin);
    assert_true(host_call_has(&h, 1, "host: api.replicate.com:8443\r"));
}

/* The client's own key stays the one, wherever the answer is. */
static void the_clients_own_key(void **state)
{
    (void)state;
    for (int is_stream = 0; is_stream < 2; is_stream++) {
        char body[200];

        snprintf(body, sizeof body,
                 "{\"model\":\"o/m\",\"stream\":%s,\"messages\":[{\"role\":"
                 "\"user\",\"content\":\"hi\"}]}",
                 is_stream ? "true" : "false");
        assert_true(host_ask(&h, "POST /v2/replicate/chat/completions",
                             "authorization: Bearer own\r\n", str_of(body)));
        assert_true(host_call_has(&h, 0, "Bearer own\r"));
        answer(0, JSON, STREAMING);
        host_advance(&h, 250);
        check_int(h.n_calls, 2);
        assert_true(host_call_has(&h, 1, "Bearer own\r"));
        assert_false(host_call_has(&h, 1, "Bearer r"));
    }
}

/* ---- failures ---- */

static const struct failing {
    const char *name, *head; /* NULL: rc */
    const char *body;
    enum sl_rc rc;
    int status;
    const char *part;
} failings[] = {
    {"limited", STATUS("429"), "{\"detail\":\"slow\"}", SL_OK, 429, "slow"},
    {"broken", STATUS("500"), "{\"detail\":\"oops\"}", SL_OK, 500, "oops"},
    {"another key", STATUS("401"), "{\"detail\":\"no\"}", SL_OK, 401, "no"},
    {"refused", NULL, NULL, SL_UP_REFUSED, 502, "could not be reached"},
    {"cut", NULL, NULL, SL_UP_CUT, 502, "early"},
    {"no JSON", JSON, "<html>", SL_OK, 502, "promises"},
    {"an unknown state", JSON, "{\"status\":\"x\"}", SL_OK, 502, "promises"},
    {"failed", JSON, "{\"status\":\"failed\",\"error\":\"boom\"}", SL_OK, 502,
     "boom"},
    {"a redirect", STATUS("302"), "", SL_OK, 502, "redirect"},
    {"encoded", "HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\n\r\n", "", SL_OK,
     502, "encoded"},
};

static void fail_call(size_t call, const struct failing *f)
{
    check_int(h.n_calls, call + 1);
    if (f->head == NULL)
        host_fail(&h, call, f->rc);
    else
        answer(call, f->head, f->body);
}

/* Of what was followed: the attempt has failed, and another one may follow. */
static void one_fails(void **state)
{
    (void)state;
    begin_again("{\"providers\":{\"replicate\":{\"timeouts\":{\"backoff\":0}}},"
                "\"models\":{\"two\":[\"replicate/o/m\",\"openai/b\"]}}",
                env);
    for (size_t i = 0; i < SL_LEN(failings); i++) {
        const struct failing *f = &failings[i];

        print_message("%s\n", f->name);
        ask("replicate/o/m");
        answer(0, JSON, STARTING);
        check_waits(250);
        fail_call(1, f);
        assert_true(host_call_has(&h, 2, "POST /v1/models/o/m/predictions"));
        assert_true(host_call_has(&h, 2, "Bearer r1\r"));
        answer(2, JSON, STARTING);
        /* It begins anew, with the first delay. */
        check_waits(250);
        assert_true(host_call_has(&h, 3, "Bearer r1\r"));
        fail_call(3, f);
        check_int(h.n_calls, 4);
        check_failure(f->status, f->part);
        check_str(host_field(&h, "sluice-attempts"), STR("2"));

        ask("two");
        answer(0, JSON, STARTING);
        host_advance(&h, 250);
        fail_call(1, f);
        fail_call(2, f);
        assert_true(host_call_has(&h, 3, "Bearer o\r"));
        host_advance(&h, 5000);
        answer(3, OK, "{\"choices\":[]}");
        check_int(h.status, 200);
    }
}

static void a_stream_fails(void **state)
{
    (void)state;
    ask_stream("replicate/o/m");
    answer(0, JSON, STREAMING);
    answer(1, SSE, "event: error\ndata: gone\n\n");
    assert_true(host_call_has(&h, 2, "Bearer r1\r"));
    answer(2, JSON, STREAMING);
    host_answer(&h, 3, SSE);
    host_data(&h, 3, STR("event: output\ndata: a\n\n"), false);
    host_data(&h, 3, STR("event: error\ndata: gone\n\n"), true);
    check_int(h.status, 200);
    check_has(host_body(&h), "gone");
    check_int(h.n_calls, 4);
}

/* The connection kept for it was closed: all of it is done again. */
static void a_dead_connection(void **state)
{
    (void)state;
    ask("replicate/o/m");
    answer(0, JSON, STARTING);
    check_waits(250);
    host_fail(&h, 1, SL_UP_STALE);
    check_int(h.n_calls, 3);
    assert_true(h.calls[2].fresh);
    assert_true(host_call_has(&h, 2, "Bearer r0\r"));
    answer(2, JSON, DONE);
    check_hello();
    check_int(h.record.attempts, 1);
}

/* ---- time ---- */

static void it_times_out(void **state)
{
    (void)state;
    begin_again("{\"providers\":{\"replicate\":{\"timeouts\":{\"firstByte\":"
                "\"3s\"}}}}",
                env);
    ask("replicate/o/m");
    host_advance(&h, 2900);
    answer(0, JSON, STARTING);
    check_waits(250);
    host_advance(&h, 2999);
    assert_false(h.calls[1].cancelled);
    host_advance(&h, 1);
    assert_true(h.calls[1].cancelled);
    assert_true(host_call_has(&h, 2, "Bearer r1\r"));
    host_advance(&h, 3000);
    check_failure(504, "too long");
}

/* However often it is asked, the exchange lasts no longer. */
static void all_of_it_times_out(void **state)
{
    (void)state;
    begin_again("{\"providers\":{\"replicate\":{\"timeouts\":{\"total\":"
                "\"10s\"}}}}",
                env);
    ask("replicate/o/m");
    for (size_t i = 0; !h.done; i++) {
        answer(i, JSON, PROCESSING);
        host_advance(&h, 2000);
        assert_true(i < 10);
    }
    check_failure(504, "too long");
    check_int(h.record.attempts, 1);
    /* Asked at 250, 2500, 4000 …: never behind the end. */
    assert_true(h.now_ms <= 1000 + 10000);
}

static void the_client_leaves(void **state)
{
    size_t n;

    (void)state;
    ask("replicate/o/m");
    answer(0, JSON, STARTING);
    host_gone(&h);
    assert_true(h.done);
    check_int(h.record.status, 499);
    host_advance(&h, 5000);
    check_int(h.n_calls, 1);
    ask_stream("replicate/o/m");
    answer(0, JSON, STREAMING);
    n = h.n_calls;
    host_gone(&h);
    assert_true(h.calls[n - 1].cancelled);
    host_advance(&h, 5000);
    check_int(h.n_calls, n);
}

/* ---- side by side ---- */

static void a_loser_asks_no_more(void **state)
{
    (void)state;
    ask("hedged");
    host_advance(&h, 300);
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "Bearer o\r"));
    host_answer(&h, 0, JSON);
    host_data(&h, 0, STR(STARTING), true);
    host_advance(&h, 200);
    answer(1, OK, "{\"choices\":[]}");
    check_int(h.status, 200);
    check_int(h.n_calls, 2);
    host_advance(&h, 5000);
    check_int(h.n_calls, 2);
    assert_true(h.done);
    /* While the winner's answer is still on its way. */
    ask_stream("hedged");
    host_advance(&h, 300);
    host_answer(&h, 0, JSON);
    host_data(&h, 0, STR(STARTING), true);
    host_answer(&h, 1, SSE);
    host_data(&h, 1,
              STR("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                  "\"a\"}}]}\n\n"),
              false);
    host_advance(&h, 5000);
    check_int(h.n_calls, 2);
    assert_false(h.done);
    host_data(&h, 1, STR("data: [DONE]\n\n"), true);
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
}

/* Waiting for what was promised is being late. */
static void it_wins_by_asking(void **state)
{
    (void)state;
    ask("hedged");
    answer(0, JSON, STARTING);
    host_advance(&h, 300);
    check_int(h.n_calls, 3);
    assert_true(host_call_has(&h, 1, "GET /v1/predictions/p"));
    assert_true(host_call_has(&h, 2, "Bearer o\r"));
    host_answer(&h, 1, JSON);
    host_data(&h, 1, STR(DONE), true);
    assert_true(h.calls[2].cancelled);
    check_hello();
    check_str(host_field(&h, "sluice-provider"), STR("replicate"));
}

/* ---- memory ---- */

/* ctx: is it a stream? */
static bool go_through(void *ctx, struct test_mem *m)
{
    static struct host s;
    bool is_stream = *(const bool *)ctx;
    bool through = false;

    if (host_init(&s, m, str_of(config), env)) {
        ask_of(&s, "two", is_stream);
        for (size_t i = 0; i < s.n_calls && i < 8 && !s.done; i++) {
            bool is_last = host_call_has(&s, i, "GET ");

            host_answer(&s, i, is_last && is_stream ? SSE : JSON);
            host_data_cut(&s, i,
                          !is_last    ? STR(STREAMING)
                          : is_stream ? STR(EVENTS)
                                      : STR(DONE),
                          40, true);
            host_advance(&s, 250);
        }
        through = s.status == 200 && s.record.attempts == 1 && !s.aborted &&
                  str_has(host_body(&s), STR("Hello"));
        assert_true(s.x == NULL || s.done);
    }
    host_release(&s);
    return through;
}

static void every_allocation_fails_once(void **state)
{
    bool is_stream = false;

    (void)state;
    test_each_allocation(go_through, &is_stream);
    is_stream = true;
    test_each_allocation(go_through, &is_stream);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(at_once),
        TEST(after_some_time),
        TEST(in_pieces),
        TEST(for_a_long_time),
        TEST(a_stream_at_a_listed_host),
        TEST(a_stream_at_the_own_origin),
        TEST(no_stream_yet),
        TEST(it_goes_nowhere_else),
        TEST(another_target_answers),
        TEST(in_the_shape_of_anthropic),
        TEST(another_base_url),
        TEST(the_clients_own_key),
        TEST(one_fails),
        TEST(a_stream_fails),
        TEST(a_dead_connection),
        TEST(it_times_out),
        TEST(all_of_it_times_out),
        TEST(the_client_leaves),
        TEST(a_loser_asks_no_more),
        TEST(it_wins_by_asking),
        TEST(every_allocation_fails_once),
    };

    return test_run("follow", tests, SL_LEN(tests));
}
