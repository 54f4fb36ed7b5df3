/* SPDX-License-Identifier: MIT */
/* Why a request went where it went. */
#include "core/explain.h"

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=o",
    "MISTRAL_API_KEY=m0,m1",
    NULL,
};

static const char config[] =
    "{\"models\": {\"smart\": [\"mistral/a\", \"groq/none\", "
    "{\"target\": \"openai/gpt-4o\", \"has\": [\"structured\", \"tools\"]}],"
    "\"windows\": [{\"target\": \"openai/a\", \"maxContext\": 10},"
    "\"openai/b\"]}}";

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

static void ask(const char *body)
{
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-explain: true\r\n", str_of(body)));
}

#define OK "HTTP/1.1 200 OK\r\n\r\n"
#define LIMITED "HTTP/1.1 429 X\r\n\r\n"

static void every_attempt(void **state)
{
    (void)state;
    ask("{\"model\":\"smart\"}");
    host_advance(&h, 12);
    host_answer(&h, 0, LIMITED);
    host_advance(&h, 5);
    host_fail(&h, 1, SL_UP_STALE);
    host_fail(&h, 2, SL_UP_REFUSED);
    host_advance(&h, 7);
    host_answer(&h, 3, OK);
    host_advance(&h, 100);
    host_data(&h, 3, STR("{}"), true);
    check_str(
        host_field(&h, "sluice-explain"),
        STR("{\"plan\":[\"mistral/a\",\"openai/gpt-4o\"],"
            "\"skipped\":[{\"target\":\"groq/none\",\"why\":\"has no key\"}],"
            "\"attempts\":["
            "{\"provider\":\"mistral\",\"model\":\"a\",\"key\":0,"
            "\"status\":429,\"ms\":12},"
            "{\"provider\":\"mistral\",\"model\":\"a\",\"key\":1,"
            "\"why\":\"next key\","
            "\"failed\":\"a kept connection was closed\",\"ms\":5},"
            "{\"provider\":\"mistral\",\"model\":\"a\",\"key\":1,"
            "\"why\":\"the connection was closed\","
            "\"failed\":\"the provider could not be reached\",\"ms\":0},"
            "{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"key\":0,"
            "\"why\":\"next target\",\"status\":200,\"ms\":7}]}"));
}

/* On an error's answer too, and in the head of a stream. */
static void failures_and_streams(void **state)
{
    (void)state;
    ask("{\"model\":\"openai/m\"}");
    host_answer(&h, 0, LIMITED);
    host_advance(&h, 1000);
    host_fail(&h, 1, SL_UP_TIMEOUT);
    check_int(h.status, 504);
    check_str(host_field(&h, "sluice-explain"),
              STR("{\"plan\":[\"openai/m\"],\"attempts\":["
                  "{\"provider\":\"openai\",\"model\":\"m\",\"key\":0,"
                  "\"status\":429,\"ms\":0},"
                  "{\"provider\":\"openai\",\"model\":\"m\",\"key\":0,"
                  "\"why\":\"after a wait\","
                  "\"failed\":\"the provider took too long\",\"ms\":887}]}"));
    ask("{\"model\":\"windows\",\"stream\":true}");
    host_answer(&h, 0, "HTTP/1.1 400 X\r\n\r\n");
    host_data(&h, 0, STR("{\"error\":{\"code\":\"context_length_exceeded\"}}"),
              true);
    host_answer(&h, 1,
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
    host_data(&h, 1,
              STR("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"),
              false);
    check_int(h.status, 200);
    check_has(host_field(&h, "sluice-explain"),
              "\"why\":\"the prompt was too long\",\"status\":200,\"ms\":0}]}");
    /* Before any plan. */
    ask("{\"model\":7}");
    check_int(h.status, 400);
    check_str(host_field(&h, "sluice-explain"),
              STR("{\"plan\":[],\"attempts\":[]}"));
    /* Pass-through has no plan. */
    assert_true(
        host_ask(&h, "GET /mistral/x", "sluice-explain: true\r\n", STR("")));
    assert_false(host_call_has(&h, 0, "sluice-explain"));
    host_answer(&h, 0, OK);
    check_has(host_field(&h, "sluice-explain"),
              "\"attempts\":[{\"provider\":\"mistral\",\"key\":");
}

static void nobody_asks(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-explain: no\r\n",
                         STR("{\"model\":\"openai/m\"}")));
    host_fail(&h, 0, SL_UP_REFUSED);
    check_str(host_field(&h, "sluice-explain"), STR(""));
}

/* A name of the client's can't leave the field. */
static void strange_names(void **state)
{
    (void)state;
    ask("{\"model\":\"openai/a\\r\\nx: y\\\"\\\\\\u00e9\"}");
    host_fail(&h, 0, SL_UP_REFUSED);
    check_has(host_field(&h, "sluice-explain"),
              "{\"plan\":[\"openai/a\?\?x: y\\\"\\\\\?\?\"],");
}

static void the_plan_alone(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-explain: plan\r\n",
                         STR("{\"model\":\"smart\"}")));
    check_int(h.n_calls, 0);
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-explain"), STR(""));
    check_str(host_body(&h),
              STR("{\"targets\":[{\"target\":\"mistral/a\",\"keys\":2},"
                  "{\"target\":\"openai/gpt-4o\",\"keys\":1,\"context\":128000,"
                  "\"output\":16384,\"input_price\":2500000,\"output_price\":"
                  "10000000,\"abilities\":[\"tools\",\"structured\"]}],"
                  "\"skipped\":[{\"target\":\"groq/none\",\"why\":\"has no "
                  "key\"}]}"));
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-explain: plan\r\n",
                         STR("{\"model\":\"bare\"}")));
    check_int(h.n_calls, 0);
    check_int(h.status, 404);
    check_has(host_body(&h), "nobody is asked for a list");
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-explain: plan\r\n",
                         STR("{\"model\":\"smart\",\"models\":[\"bare\"]}")));
    check_int(h.n_calls, 0);
    check_int(h.status, 404);
}

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    bool ok = host_init(&g, m, str_of(config), env);

    (void)ctx;
    ok = ok &&
         host_ask(&g, "POST /v1/chat/completions", "sluice-explain: true\r\n",
                  STR("{\"model\":\"smart\"}"));
    if (ok && !g.done) {
        host_answer(&g, 0, LIMITED);
        host_fail(&g, 1, SL_UP_REFUSED);
        host_answer(&g, 2, OK);
        host_data(&g, 2, STR("{}"), true);
    }
    ok = ok && g.done && g.status == 200 && !g.aborted;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    (void)state;
    test_each_allocation(without_memory, NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_attempt), TEST(failures_and_streams), TEST(nobody_asks),
        TEST(strange_names), TEST(the_plan_alone),       TEST(memory_fails),
    };

    return test_run("explain", tests, SL_LEN(tests));
}
