/* SPDX-License-Identifier: MIT */
/* Provider requests: where they go, with which key, and for how long. */
#include "core/fetch.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

#define CONFIG                                                                 \
    "{\"CLOUDFLARE_ACCOUNT_ID\": \"acc\", \"providers\": {\"openai\": "        \
    "{\"timeouts\": {\"connect\": \"1234ms\", \"idle\": \"10s\", \"total\": "  \
    "\"25s\"}}}, \"CUSTOM_OPENAI_ENDPOINTS\": [{\"name\": \"lab\", "           \
    "\"baseUrl\": \"http://[::1]:8080/a/b/\", \"apiKeys\": \"l0\", "           \
    "\"chatCompletionPath\": \"/x/chat\"}, {\"name\": \"open\", \"baseUrl\": " \
    "\"https://open.example\"}]}"

static int setup(void **state)
{
    static const char *const env[] = {"PROXY_API_KEY=pk",
                                      "OPENAI_API_KEY=k0",
                                      "ANTHROPIC_API_KEY=a0",
                                      "GEMINI_API_KEY=g0",
                                      "CLOUDFLARE_API_KEY=c0",
                                      "COHERE_API_KEY=h0",
                                      "GROQ_BASE_URL=http://127.0.0.1:80",
                                      "GROQ_API_KEY=q0",
                                      NULL};

    (void)state;
    return host_setup(&h, &mem, STR(CONFIG), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

/* ---- where it goes ---- */

static const struct {
    const char *model; /* NULL: passed through */
    const char *line, *want, *authority, *key;
} calls[] = {
    {"openai/m", "POST /v1/chat/completions", "/v1/chat/completions",
     "api.openai.com", "authorization: Bearer k0\r\n"},
    {"openai/m", "POST /v1/embeddings", "/v1/embeddings", "api.openai.com",
     "authorization: Bearer k0\r\n"},
    {"anthropic/m", "POST /v1/chat/completions", "/v1/messages",
     "api.anthropic.com", "x-api-key: a0\r\n"},
    {"gemini/m", "POST /v1/chat/completions",
     "/v1beta/models/m:generateContent", "generativelanguage.googleapis.com",
     "x-goog-api-key: g0\r\n"},
    {"workers-ai/@cf/m", "POST /v1/chat/completions",
     "/client/v4/accounts/acc/ai/v1/chat/completions", "api.cloudflare.com",
     "authorization: Bearer c0\r\n"},
    {"cohere/m", "POST /v1/chat/completions", "/v2/chat", "api.cohere.com",
     "authorization: Bearer h0\r\n"},
    {"groq/m", "POST /v1/chat/completions", "/chat/completions", "127.0.0.1",
     "authorization: Bearer q0\r\n"},
    {"lab/m", "POST /v1/chat/completions", "/a/b/x/chat", "[::1]:8080",
     "authorization: Bearer l0\r\n"},
    {"open/m", "POST /v1/chat/completions", "/chat/completions", "open.example",
     NULL},
    {NULL, "GET /openai/x?y", "/v1/x?y", "api.openai.com",
     "authorization: Bearer k0\r\n"},
    {NULL, "GET /anthropic/v1/messages", "/v1/messages", "api.anthropic.com",
     "x-api-key: a0\r\n"},
    {NULL, "GET /google-ai-studio/v1beta/models", "/v1beta/models",
     "generativelanguage.googleapis.com", "x-goog-api-key: g0\r\n"},
    {NULL, "GET /gemini/v1beta/openai/models", "/v1beta/openai/models",
     "generativelanguage.googleapis.com", "authorization: Bearer g0\r\n"},
    {NULL, "GET /workers-ai/run/x", "/client/v4/accounts/acc/ai/run/x",
     "api.cloudflare.com", "authorization: Bearer c0\r\n"},
    {NULL, "GET /lab/", "/a/b/", "[::1]:8080", "authorization: Bearer l0\r\n"},
    {NULL, "GET /open/x", "/x", "open.example", NULL},
};

static size_t count_keys(struct str head)
{
    struct str line;
    size_t n = 0;

    while (str_split(&head, '\n', &line)) {
        struct str name = str_before(line, ':');

        n += str_eq(name, STR("authorization")) ||
             str_eq(name, STR("x-api-key")) ||
             str_eq(name, STR("x-goog-api-key"));
    }
    return n;
}

static void target_and_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(calls); i++) {
        char body[128] = "";
        char text[256];

        if (calls[i].model != NULL)
            snprintf(body, sizeof body,
                     "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\","
                     "\"content\":\"a\"}]}",
                     calls[i].model);
        assert_true(host_ask(&h, calls[i].line, "", str_of(body)));
        check_int(h.n_calls, 1);
        snprintf(text, sizeof text, " %s HTTP/1.1\r\nhost: %s\r\n",
                 calls[i].want, calls[i].authority);
        check_has(h.calls[0].head, text);
        if (calls[i].key != NULL)
            check_has(h.calls[0].head, calls[i].key);
        check_int(count_keys(h.calls[0].head), calls[i].key != NULL);
    }
}

static void provider_and_origin(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    check_int(h.calls[0].connect_ms, 1234);
    assert_true(h.calls[0].origin ==
                config_provider(&h.config, STR("openai"))->origin.id);
    assert_true(host_ask(&h, "GET /lab/x", "", STR("")));
    check_int(h.calls[0].connect_ms, 5000);
    assert_true(h.calls[0].origin ==
                config_provider(&h.config, STR("lab"))->origin.id);
}

/* ---- for how long ---- */

static void idle_and_total(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_advance(&h, 9999);
    host_data(&h, 0, STR("a"), false);
    host_advance(&h, 9999);
    assert_false(h.done);
    host_data(&h, 0, STR("b"), false);
    host_advance(&h, 5001); /* the rest of the whole exchange's time */
    assert_false(h.done);
    host_advance(&h, 1);
    assert_true(h.done);
    assert_true(h.aborted);
    check_int(h.record.rc, SL_UP_TIMEOUT);
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_advance(&h, 10000);
    assert_true(h.done);
}

/* An event that comes at the very moment is still taken. */
static void the_event_wins(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    h.now_ms += 25000;
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    check_int(h.status, 200);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(target_and_key),
        T(provider_and_origin),
        T(idle_and_total),
        T(the_event_wins),
    };

    return test_run("fetch", tests, SL_LEN(tests));
}
