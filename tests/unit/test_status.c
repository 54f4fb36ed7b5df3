/* SPDX-License-Identifier: MIT */
/* /status: what is configured, keys masked, and which of them work. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static int setup(void **state)
{
    static const char *const env[] = {"PROXY_API_KEY=pk,caller-secret",
                                      "OPENAI_API_KEY=sk-123456789,short,abc",
                                      "PERPLEXITY_API_KEY=pplx-key-1",
                                      "GEMINI_API_KEY=AIzaSyLongGoogleKey99",
                                      NULL};

    (void)state;
    return host_setup(&h, &mem,
                      STR("{\"DEFAULT_MODEL\": \"openai/gpt\", "
                          "\"CF_AIG_TOKEN\": \"gateway-token\", "
                          "\"CLOUDFLARE_ACCOUNT_ID\": \"account-id\"}"),
                      env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void ask(void)
{
    assert_true(host_ask(&h, "GET /status", "", STR("")));
}

static size_t call_with(const char *text)
{
    for (size_t i = 0; i < h.n_calls; i++) {
        if (host_call_has(&h, i, text))
            return i;
    }
    fail_msg("no call has %s", text);
    return 0;
}

static void answer(const char *key, int status)
{
    char head[64];

    snprintf(head, sizeof head, "HTTP/1.1 %d X\r\n\r\n", status);
    host_answer(&h, call_with(key), head);
}

/* The text of one provider's entry. */
static struct str entry(const char *name)
{
    struct str body = host_body(&h);
    char text[64];

    snprintf(text, sizeof text, "\n    \"%s\": {", name);
    body = str_skip(body, str_find_str(body, str_of(text)));
    return str_first(body, str_find_str(body, STR("\n    }")));
}

static void masks_and_states(void **state)
{
    (void)state;
    ask();
    check_int(h.n_calls, 4);
    check_int(h.picks, 0);
    for (size_t i = 0; i < h.n_calls; i++)
        assert_true(h.calls[i].ended);
    answer("Bearer sk-123456789\r", 200);
    answer("Bearer short\r", 401);
    answer("Bearer abc\r", 500);
    check_int(h.status, 0);
    answer("x-goog-api-key", 400);
    check_int(h.status, 200);
    check_str(host_field(&h, "content-type"), STR("application/json"));
    check_str(entry("openai"),
              STR("\n    \"openai\": {\n      \"available\": true,\n      "
                  "\"keys\": [\n        {\"key\": \"*********789\", "
                  "\"status\": \"valid\", \"health\": \"ok\"},\n        "
                  "{\"key\": \"**ort\", "
                  "\"status\": \"invalid\", \"health\": \"ok\"},\n        "
                  "{\"key\": \"***\", "
                  "\"status\": \"unknown\", \"health\": \"ok\"}\n      ]"));
    check_str(entry("google-ai-studio"),
              STR("\n    \"google-ai-studio\": {\n      \"available\": true,\n"
                  "      \"keys\": [\n        {\"key\": \"**********y99\", "
                  "\"status\": \"invalid\", \"health\": \"ok\"}\n      ]"));
    /* It has no list to ask for. */
    check_str(entry("perplexity"),
              STR("\n    \"perplexity\": {\n      \"available\": true,\n      "
                  "\"keys\": [\n        {\"key\": \"*******y-1\", "
                  "\"status\": \"unknown\", \"health\": \"ok\"}\n      ]"));
    check_str(entry("groq"), STR("\n    \"groq\": {\n      \"available\": "
                                 "false,\n      \"keys\": []"));
    for (size_t i = 0; i < h.n_calls; i++)
        assert_true(h.calls[i].cancelled);
}

static const struct {
    int status;
    const char *want;
} states[] = {{200, "valid"},   {204, "valid"},   {299, "valid"},
              {302, "unknown"}, {400, "unknown"}, {401, "invalid"},
              {403, "invalid"}, {404, "unknown"}, {429, "unknown"},
              {500, "unknown"}, {503, "unknown"}, {0, "unknown"}};

static void what_a_status_means(void **state)
{
    static const char *const one[] = {"PROXY_API_KEY=pk", "OPENAI_API_KEY=k",
                                      NULL};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), one));
    for (size_t i = 0; i < SL_LEN(states); i++) {
        char text[64];

        ask();
        check_int(h.n_calls, 1);
        if (states[i].status == 0)
            host_fail(&h, 0, SL_UP_TLS);
        else
            answer("Bearer k\r", states[i].status);
        snprintf(text, sizeof text,
                 "{\"key\": \"***\", \"status\": \"%s\", \"health\": \"ok\"}",
                 states[i].want);
        check_has(entry("openai"), text);
        assert_true(h.done);
    }
}

static void configuration(void **state)
{
    (void)state;
    ask();
    host_advance(&h, 5000);
    check_int(h.status, 200);
    check_has(host_body(&h),
              "{\n  \"config\": {\n    \"open\": false,\n    \"callers\": 2,\n "
              "   \"DEFAULT_MODEL\": \"openai/gpt\"");
    assert_false(str_has(host_body(&h), STR("caller-secret")));
    assert_false(str_has(host_body(&h), STR("gateway-token")));
    assert_false(str_has(host_body(&h), STR("sk-1234")));
    assert_false(str_has(host_body(&h), STR("AIzaSy")));
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{\"DEV\": true}"), NULL));
    assert_true(host_request(
        &h, "GET /status HTTP/1.1\r\nhost: localhost\r\n\r\n", STR("")));
    check_int(h.status, 200);
    check_has(host_body(&h), "\"open\": true,\n    \"callers\": 0,\n    "
                             "\"DEFAULT_MODEL\": null");
}

/* Each check has five seconds; who is late is unknown. */
static void late_answers(void **state)
{
    (void)state;
    ask();
    answer("Bearer short\r", 200);
    host_advance(&h, 4999);
    check_int(h.status, 0);
    host_advance(&h, 1);
    check_int(h.status, 200);
    check_has(
        entry("openai"),
        "{\"key\": \"**ort\", \"status\": \"valid\", \"health\": \"ok\"}");
    check_has(entry("openai"), "{\"key\": \"*********789\", \"status\": "
                               "\"unknown\", \"health\": \"ok\"}");
}

/* What requests have found of the keys stands beside it. */
static void health(void **state)
{
    struct key_state states_now[4] = {
        {0},
        {0},
        {.health = KEY_COOLING, .until_ms = 99999999},
        {.health = KEY_REFUSED}};

    (void)state;
    h.now_ms = 99998500;
    ask();
    h.waits = true;
    for (size_t i = 0; i < 4; i++)
        host_fail(&h, i, SL_UP_TLS);
    check_str(h.asked, LOAD_KEYS);
    /* The host knows less keys than there are: the others are well. */
    host_feed(&h, (struct event){
                      .kind = EVENT_LOADED,
                      .bytes = {(const char *)states_now, sizeof states_now}});
    check_has(entry("openai"), "\"*********789\", \"status\": \"unknown\", "
                               "\"health\": \"ok\"}");
    check_has(entry("openai"), "\"**ort\", \"status\": \"unknown\", "
                               "\"health\": \"cooling\", \"seconds\": 2}");
    check_has(entry("openai"), "\"***\", \"status\": \"unknown\", "
                               "\"health\": \"refused\"}");
    check_has(entry("google-ai-studio"), "\"health\": \"ok\"}");
}

/* Sixteen at a time, the next as soon as one is over. */
static void sixteen_at_once(void **state)
{
    static char keys[512] = "OPENAI_API_KEY=k0";
    const char *const env[] = {"PROXY_API_KEY=pk", keys, NULL};
    size_t over = 0;

    (void)state;
    for (int i = 1; i < 40; i++)
        snprintf(keys + strlen(keys), sizeof keys - strlen(keys), ",k%d", i);
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), env));
    ask();
    check_int(h.n_calls, 16);
    for (; over < 39; over++) {
        check_int(h.status, 0);
        check_int(h.n_calls, over + 16 < 40 ? over + 16 : 40);
        if (over % 2 == 0)
            host_answer(&h, over, "HTTP/1.1 200 X\r\n\r\n");
        else
            host_fail(&h, over, SL_UP_CUT);
    }
    host_answer(&h, over, "HTTP/1.1 200 X\r\n\r\n");
    check_int(h.status, 200);
    check_int(h.n_calls, 40);
}

static void client_leaves(void **state)
{
    (void)state;
    ask();
    answer("Bearer short\r", 200);
    host_gone(&h);
    assert_true(h.done);
    for (size_t i = 0; i < h.n_calls; i++)
        assert_true(h.calls[i].cancelled);
}

/* A proxy is shown by its kind and the end of its host. */
static void proxies(void **state)
{
    static const char *const env[] = {"PROXY_API_KEY=pk", "GROQ_API_KEY=g0",
                                      NULL};

    (void)state;
    (void)host_teardown(&h);
    assert_int_equal(
        host_setup(&h, &mem,
                   STR("{\"providers\":{"
                       "\"groq\":{\"proxy\":\"socks5h://ann:hush1@way.example:"
                       "1080\"},\"xai\":{\"proxy\":\"https://h:1\"}}}"),
                   env),
        0);
    ask();
    answer("Bearer g0", 200);
    assert_true(h.done);
    check_has(entry("groq"), "\"proxy\": \"socks5h://********ple\"");
    check_has(entry("grok"), "\"proxy\": \"https://***\"");
    assert_false(str_has(entry("openai"), STR("proxy")));
    assert_false(str_has(host_body(&h), STR("hush1")));
    assert_false(str_has(host_body(&h), STR("ann")));
    assert_false(str_has(host_body(&h), STR("way")));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(proxies),         T(masks_and_states), T(what_a_status_means),
        T(configuration),   T(late_answers),     T(health),
        T(sixteen_at_once), T(client_leaves),
    };

    return test_run("status", tests, SL_LEN(tests));
}
