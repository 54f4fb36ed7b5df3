/* SPDX-License-Identifier: MIT */
/* POST /: what goes to the gateway, and the steps that are tried here when
 * there is none. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

#define KEYS                                                               \
    "PROXY_API_KEY=pk", "OPENAI_API_KEY=sk-0,sk-1", "ANTHROPIC_API_KEY=a", \
        "XAI_API_KEY=x0,x\"1", "GEMINI_API_KEY=g", "PERPLEXITY_API_KEY=p", \
        "OLLAMA_API_KEY=o", "CLOUDFLARE_ACCOUNT_ID=acc",                   \
        "CLOUDFLARE_API_KEY=w", "OPENAI_BASE_URL=http://openai.test/v1",   \
        "HF_TOKEN=hf"

static const char *const active[] = {KEYS, "AI_GATEWAY_NAME=gw",
                                     "AI_GATEWAY_BASE_URL=http://g.test/v1",
                                     "CF_AIG_TOKEN=cf-token-1", NULL};
static const char *const local[] = {KEYS, NULL};

static void begin(const char *const *env)
{
    host_setup(&h, &mem, STR("{}"), env);
}

static void end(void)
{
    host_teardown(&h);
}

static void ask(const char *fields, const char *body)
{
    assert_true(host_ask(&h, "POST /", fields, str_of(body)));
}

/* ---- by the gateway ---- */

#define TYPE "\"content-type\":\"application/json\""
#define ONE(provider, endpoint, headers, rest)                 \
    "[{\"provider\":\"" provider "\",\"endpoint\":\"" endpoint \
    "\",\"headers\":{" headers "}," rest "}]"

static const struct {
    const char *in, *want;
} bodies[] = {
    {"[{\"provider\":\"openai\",\"query\":{\"model\":\"m\", \"n\" : 1.0}}]",
     ONE("openai", "chat/completions",
         "\"authorization\":\"Bearer sk-0\"," TYPE,
         "\"query\":{\"model\":\"m\", \"n\" : 1.0}")},
    {"[{\"provider\":\"anthropic\",\"query\":{}}]",
     ONE("anthropic", "v1/chat/completions",
         "\"x-api-key\":\"a\",\"anthropic-version\":\"2023-06-01\"," TYPE,
         "\"query\":{}")},
    {"[{\"provider\":\"anthropic\",\"endpoint\":\"/v1/messages\","
     "\"headers\":{\"Anthropic-Version\":\"2\",\"X-A\":\"\\u0062\"},"
     "\"query\":{}}]",
     ONE("anthropic", "/v1/messages",
         "\"Anthropic-Version\":\"2\",\"X-A\":\"b\",\"x-api-key\":\"a\"," TYPE,
         "\"query\":{}")},
    {"[{\"provider\":\"xai\",\"query\":{}}]",
     ONE("grok", "v1/chat/completions", "\"authorization\":\"Bearer x0\"," TYPE,
         "\"query\":{}")},
    {"[{\"provider\":\"gemini\",\"query\":{}}]",
     ONE("google-ai-studio", "v1beta/openai/chat/completions",
         "\"authorization\":\"Bearer g\"," TYPE, "\"query\":{}")},
    {"[{\"provider\":\"google-ai-studio\",\"query\":{},\"endpoint\":"
     "\"v1beta/models/m:generateContent\"}]",
     ONE("google-ai-studio", "v1beta/models/m:generateContent",
         "\"x-goog-api-key\":\"g\"," TYPE, "\"query\":{}")},
    {"[{\"provider\":\"perplexity\",\"query\":{}}]",
     ONE("perplexity-ai", "chat/completions",
         "\"authorization\":\"Bearer p\"," TYPE, "\"query\":{}")},
    {"[{\"provider\":\"workers-ai\",\"endpoint\":\"@cf/m\",\"query\":{},"
     "\"config\":{\"requestTimeout\":1000,\"maxAttempts\":2,\"x\":[]},"
     "\"other\":1}]",
     ONE("workers-ai", "@cf/m", "\"authorization\":\"Bearer w\"," TYPE,
         "\"query\":{},\"config\":{\"requestTimeout\":1000,\"maxAttempts\":2,"
         "\"x\":[]}")},
    {"[{\"provider\":\"openai\",\"headers\":{\"authorization\":\"Bearer own\","
     "\"host\":\"evil\",\"sluice-key\":\"pk\",\"cf-aig-cache-ttl\":\"0\","
     "\"cf-aig-authorization\":\"z\"},\"query\":{}}]",
     ONE("openai", "chat/completions",
         "\"authorization\":\"Bearer own\",\"cf-aig-cache-ttl\":\"0\"," TYPE,
         "\"query\":{}")},
    {"[{\"provider\":\"openai\",\"headers\":{\"cf-aig-byok-alias\":\"b\","
     "\"Content-Type\":\"text/x\"},\"query\":{}}]",
     ONE("openai", "chat/completions",
         "\"cf-aig-byok-alias\":\"b\",\"Content-Type\":\"text/x\"",
         "\"query\":{}")},
    {"[{\"provider\":\"compat\",\"query\":{\"model\":\"gemini/m\"}}]",
     ONE("compat", "chat/completions", "\"authorization\":\"Bearer g\"," TYPE,
         "\"query\":{\"model\":\"gemini/m\"}")},
    {"[{\"provider\":\"compat\",\"query\":{\"model\":\"dynamic/m\"}}]",
     ONE("compat", "chat/completions", TYPE,
         "\"query\":{\"model\":\"dynamic/m\"}")},
    {"[{\"provider\":\"azure-openai\",\"endpoint\":\"r/d/chat?api-version=1\","
     "\"query\":{}}]",
     ONE("azure-openai", "r/d/chat?api-version=1", TYPE, "\"query\":{}")},
    {"[{\"provider\":\"huggingface\",\"endpoint\":\"org/m\",\"query\":{}}]",
     ONE("huggingface", "org/m", TYPE, "\"query\":{}")},
};

static void bodies_to_the_gateway(void **state)
{
    (void)state;
    begin(active);
    for (size_t i = 0; i < SL_LEN(bodies); i++) {
        h.next_key = 0;
        ask("", bodies[i].in);
        check_int(h.n_calls, 1);
        check_str_case(bodies[i].in, host_call_body(&h, 0),
                       str_of(bodies[i].want));
        assert_true(h.calls[0].ended);
    }
    end();
}

static void one_key_for_each_step(void **state)
{
    (void)state;
    begin(active);
    ask("cf-aig-metadata: {}\r\nauthorization: Bearer zz\r\nx-y: 1\r\n",
        "[{\"provider\":\"openai\",\"query\":{}},"
        "{\"provider\":\"grok\",\"query\":{}},"
        "{\"provider\":\"openai\",\"query\":{}}]");
    check_int(h.picks, 3);
    check_str(host_call_body(&h, 0),
              STR("[{\"provider\":\"openai\",\"endpoint\":\"chat/completions\","
                  "\"headers\":{\"authorization\":\"Bearer sk-0\"," TYPE
                  "},\"query\":{}},"
                  "{\"provider\":\"grok\",\"endpoint\":\"v1/chat/completions\","
                  "\"headers\":{\"authorization\":\"Bearer x\\\"1\"," TYPE
                  "},\"query\":{}},"
                  "{\"provider\":\"openai\",\"endpoint\":\"chat/completions\","
                  "\"headers\":{\"authorization\":\"Bearer sk-0\"," TYPE
                  "},\"query\":{}}]"));
    check_has(h.calls[0].head, "POST /v1/acc/gw HTTP/1.1\r\nhost: g.test\r\n");
    check_has(h.calls[0].head, "cf-aig-metadata: {}\r\n");
    check_has(h.calls[0].head, "cf-aig-authorization: Bearer cf-token-1\r\n");
    assert_false(host_call_has(&h, 0, "zz"));
    assert_false(host_call_has(&h, 0, "pk"));
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncf-aig-step: 1\r\n"
                "content-type: text/event-stream\r\n\r\n");
    host_data(&h, 0, STR("data: x\n\n"), false);
    check_str(host_body(&h), STR("data: x\n\n"));
    host_data(&h, 0, STR(""), true);
    check_int(h.status, 200);
    check_str(host_field(&h, "cf-aig-step"), STR("1"));
    check_str(host_field(&h, "sluice-provider"), STR("ai-gateway"));
    assert_true(h.done);
    assert_true(host_ask(&h, "POST /g/other", "",
                         STR("[{\"provider\":\"openai\",\"query\":{}}]")));
    check_has(h.calls[0].head, "POST /v1/acc/other HTTP/1.1\r\n");
    end();
}

/* The gateway's own failure is told as it is. */
static void gateway_fails(void **state)
{
    (void)state;
    begin(active);
    ask("", "[{\"provider\":\"openai\",\"query\":{}}]");
    host_fail(&h, 0, SL_UP_STALE);
    check_int(h.n_calls, 2);
    check_str(host_call_body(&h, 1), host_call_body(&h, 0));
    host_fail(&h, 1, SL_UP_REFUSED);
    check_int(h.status, 502);
    check_has(host_body(&h), "provider ai-gateway: ");
    end();
}

/* ---- bad requests ---- */

static const struct {
    const char *in, *param, *what;
    bool is_local; /* only where no gateway is */
} wrong[] = {
    {"", "null", "not JSON", false},
    {"[", "null", "not JSON", false},
    {"[]", "null", "empty", false},
    {"7", "null", "must be an array", false},
    {"\"x\"", "null", "must be an array", false},
    {"{\"provider\":\"openai\",\"query\":{}}", "null", "must be an array",
     false},
    {"{\"prompt\":7}", "\"prompt\"", "must be a string", false},
    {"{\"prompt\":\"x\",\"prompt\":\"y\"}", "\"prompt\"", "twice", false},
    {"{\"prompt\":\"x\",\"model\":7}", "\"model\"", "a string", false},
    {"{\"prompt\":\"x\",\"model\":\"@cf/../m\"}", "\"model\"", "Workers AI",
     false},
    {"{\"prompt\":\"x\",\"model\":\"m?a=b\"}", "\"model\"", "Workers AI",
     false},
    {"{\"prompt\":\"x\",\"model\":\"/m\"}", "\"model\"", "Workers AI", false},
    {"{\"prompt\":\"x\",\"model\":\"workers-ai/\"}", "\"model\"", "Workers AI",
     false},
    {"[7]", "\"[0]\"", "[0]: must be an object", false},
    {"[{\"query\":{}}]", "\"[0].provider\"", "is missing", false},
    {"[{\"provider\":null,\"query\":{}}]", "\"[0].provider\"", "is missing",
     false},
    {"[{\"provider\":7,\"query\":{}}]", "\"[0].provider\"", "a string", false},
    {"[{\"provider\":\"nope\",\"query\":{}}]", "\"[0].provider\"", "nope",
     false},
    {"[{\"provider\":\"azure-openai\",\"query\":{}}]", "\"[0].", "", false},
    {"[{\"provider\":\"mistral\",\"query\":{}}]", "\"[0].provider\"",
     "set MISTRAL_API_KEY", true},
    {"[{\"provider\":\"openai\"}]", "\"[0].query\"", "an object", false},
    {"[{\"provider\":\"openai\",\"query\":[]}]", "\"[0].query\"", "an object",
     false},
    {"[{\"provider\":\"compat\",\"query\":{\"model\":\"a\",\"model\":"
     "\"b\"}}]",
     "\"[0].", "", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"endpoint\":7}]",
     "\"[0].endpoint\"", "a string", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"endpoint\":\"../x\"}]",
     "\"[0].endpoint\"", "a path", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"endpoint\":\"a b\"}]",
     "\"[0].endpoint\"", "a path", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"endpoint\":\"https://e/x\"}]",
     "\"[0].endpoint\"", "a path", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"endpoint\":\"//e/x\"}]",
     "\"[0].endpoint\"", "a path", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"headers\":[]}]",
     "\"[0].headers\"", "an object", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"headers\":{\"a\":1}}]",
     "\"[0].headers\"", "a string", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"headers\":{\"a b\":\"\"}}]",
     "\"[0].headers\"", "field", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"headers\":{\"a\":\"x\\r\\ny:"
     "\"}}]",
     "\"[0].headers\"", "field", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"config\":7}]", "\"[0].config\"",
     "an object", false},
    {"[{\"provider\":\"openai\",\"query\":{},\"config\":{\"requestTimeout\":"
     "-1}}]",
     "\"[0].config.requestTimeout\"", "whole number", false},
    {"[{\"provider\":\"openai\",\"query\":{}},"
     "{\"provider\":\"openai\",\"query\":{}},{\"query\":{}}]",
     "\"[2].provider\"", "[2].provider: is missing", false},
};

static void check_wrong(bool is_local)
{
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        char param[64];

        if (wrong[i].is_local && !is_local)
            continue;
        ask("", wrong[i].in);
        if (h.status != 400)
            fail_msg("%s: %d", wrong[i].in, h.status);
        check_int(h.n_calls, 0);
        check_int(h.picks, 0);
        snprintf(param, sizeof param, "\"param\":%s", wrong[i].param);
        check_has(host_body(&h), param);
        check_has(host_body(&h), wrong[i].what);
    }
}

static void bad_requests(void **state)
{
    char many[65 * 40] = "[";

    (void)state;
    begin(active);
    check_wrong(false);
    end();
    begin(local);
    check_wrong(true);
    for (size_t i = 0; i < 64; i++)
        strcat(many, "{\"provider\":\"ollama\",\"query\":{}},");
    strcpy(many + strlen(many) - 1, "]");
    ask("", many);
    check_int(h.n_calls, 1);
    strcpy(many + strlen(many) - 1, ",7]");
    ask("", many);
    check_int(h.status, 400);
    check_has(host_body(&h), "more than 64");
    end();
}

static void other_bodies(void **state)
{
    (void)state;
    begin(local);
    ask("content-encoding: gzip\r\n", "[]");
    check_int(h.status, 415);
    assert_true(host_ask(&h, "GET /", "", STR("")));
    check_int(h.status, 404);
    assert_true(
        host_request(&h, "POST / HTTP/1.1\r\nhost: x\r\n\r\n", STR("")));
    check_int(h.status, 401);
    end();
}

/* ---- step by step ---- */

static const struct {
    const char *in, *head;
} steps[] = {
    {"[{\"provider\":\"openai\",\"query\":{\"a\": 1}}]",
     "POST /v1/chat/completions HTTP/1.1\r\nhost: openai.test\r\n"
     "content-type: application/json\r\naccept-encoding: identity\r\n"
     "authorization: Bearer sk-0\r\ncontent-length: 8\r\n\r\n"},
    {"[{\"provider\":\"openai\",\"endpoint\":\"v1/embeddings?x=/v1/\","
     "\"query\":{\"a\": 1},\"headers\":{\"Authorization\":\"Bearer own\","
     "\"Content-Type\":\"t/x\",\"accept-encoding\":\"br\",\"connection\":\"c\","
     "\"cf-aig-x\":\"y\"}}]",
     "POST /v1/embeddings?x=/v1/ HTTP/1.1\r\nhost: openai.test\r\n"
     "Authorization: Bearer own\r\nContent-Type: t/x\r\n"
     "accept-encoding: br\r\ncontent-length: 8\r\n\r\n"},
    {"[{\"provider\":\"workers-ai\",\"endpoint\":\"@cf/m\","
     "\"query\":{\"a\": 1}}]",
     "POST /client/v4/accounts/acc/ai/run/@cf/m HTTP/1.1\r\n"
     "host: api.cloudflare.com\r\ncontent-type: application/json\r\n"
     "accept-encoding: identity\r\nauthorization: Bearer w\r\n"
     "content-length: 8\r\n\r\n"},
    {"[{\"provider\":\"anthropic\",\"endpoint\":\"/v1/messages\","
     "\"query\":{\"a\": 1}}]",
     "POST /v1/messages HTTP/1.1\r\nhost: api.anthropic.com\r\n"
     "content-type: application/json\r\naccept-encoding: identity\r\n"
     "x-api-key: a\r\nanthropic-version: 2023-06-01\r\n"
     "content-length: 8\r\n\r\n"},
};

static void steps_as_sent(void **state)
{
    (void)state;
    begin(local);
    for (size_t i = 0; i < SL_LEN(steps); i++) {
        h.next_key = 0;
        ask("x-a: b\r\n", steps[i].in);
        check_int(h.n_calls, 1);
        check_str_case(steps[i].in, h.calls[0].head, str_of(steps[i].head));
        check_str(host_call_body(&h, 0), STR("{\"a\": 1}"));
    }
    /* A provider without a key of ours, asked with one of theirs. */
    ask("", "[{\"provider\":\"mistral\",\"query\":{},\"headers\":"
            "{\"authorization\":\"Bearer own\"}}]");
    assert_true(host_call_has(&h, 0, "authorization: Bearer own\r\n"));
    end();
}

static const char three[] = "[{\"provider\":\"ollama\",\"query\":{\"a\":1}},"
                            "{\"provider\":\"openai\",\"query\":{\"b\":2}},"
                            "{\"provider\":\"gemini\",\"query\":{\"c\":3}}]";

static void first_that_works(void **state)
{
    (void)state;
    begin(local);
    ask("", three);
    check_int(h.n_calls, 1);
    host_answer(&h, 0, "HTTP/1.1 404 X\r\n\r\n");
    check_int(h.n_calls, 2);
    assert_true(h.calls[0].cancelled);
    check_str(host_call_body(&h, 1), STR("{\"b\":2}"));
    /* Its other key first, then the next step. */
    host_answer(&h, 1, "HTTP/1.1 500 X\r\n\r\n");
    check_int(h.n_calls, 3);
    check_str(host_call_body(&h, 2), STR("{\"b\":2}"));
    host_fail(&h, 2, SL_UP_REFUSED);
    check_int(h.n_calls, 4);
    check_str(host_call_body(&h, 3), STR("{\"c\":3}"));
    host_answer(&h, 3, "HTTP/1.1 200 OK\r\ncontent-type: t/x\r\n\r\n");
    host_data(&h, 3, STR("yes"), true);
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-step"), STR("2"));
    check_str(host_field(&h, "sluice-provider"), STR("google-ai-studio"));
    check_str(host_field(&h, "content-type"), STR("t/x"));
    check_str(host_body(&h), STR("yes"));
    check_int(h.bodies_live, 0);
    end();
}

static void none_works(void **state)
{
    (void)state;
    begin(local);
    ask("", "[{\"provider\":\"ollama\",\"query\":{}},"
            "{\"provider\":\"gemini\",\"query\":{}}]");
    host_fail(&h, 0, SL_UP_DNS);
    host_answer(&h, 1, "HTTP/1.1 429 X\r\nretry-after: 9\r\n\r\n");
    host_data(&h, 1, STR("{}"), true);
    check_int(h.status, 429);
    check_str(host_field(&h, "retry-after"), STR("9"));
    check_str(host_field(&h, "sluice-step"), STR("1"));
    ask("", "[{\"provider\":\"ollama\",\"query\":{}}]");
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.status, 502);
    end();
}

static void request_timeout(void **state)
{
    (void)state;
    begin(local);
    ask("", "[{\"provider\":\"openai\",\"query\":{},"
            "\"config\":{\"requestTimeout\":1000}},"
            "{\"provider\":\"ollama\",\"query\":{\"b\":2},"
            "\"config\":{\"requestTimeout\":1000}}]");
    host_advance(&h, 999);
    check_int(h.n_calls, 1);
    host_advance(&h, 1);
    check_int(h.n_calls, 2);
    assert_true(h.calls[0].cancelled);
    check_str(host_call_body(&h, 1), STR("{\"b\":2}"));
    /* The last one is waited for. */
    host_advance(&h, 100000);
    assert_false(h.calls[1].cancelled);
    host_answer(&h, 1, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 1, STR("x"), true);
    check_str(host_field(&h, "sluice-step"), STR("1"));
    end();
}

static void attempts_of_a_step(void **state)
{
    (void)state;
    begin(local);
    ask("", "[{\"provider\":\"openai\",\"query\":{},"
            "\"config\":{\"maxAttempts\":1}},"
            "{\"provider\":\"ollama\",\"query\":{}}]");
    host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "host: ollama.com"));
    end();
}

/* After the head there is no way back. */
static void cut_afterwards(void **state)
{
    (void)state;
    begin(local);
    ask("", three);
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("half"), false);
    host_fail(&h, 0, SL_UP_CUT);
    check_int(h.n_calls, 1);
    assert_true(h.aborted);
    end();
}

static void built_in(void **state)
{
    (void)state;
    begin(local);
    ask("", "[{\"provider\":\"sluice\",\"query\":{\"model\":\"error\","
            "\"messages\":[]}},"
            "{\"provider\":\"sluice\",\"query\":{\"model\":\"echo\","
            "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}}]");
    host_advance(&h, 10000);
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-step"), STR("1"));
    check_has(host_body(&h), "hi");
    end();
}

static void gone_while_picking(void **state)
{
    (void)state;
    begin(active);
    h.waits = true;
    ask("", three + 0);
    check_int(h.status, 400); /* ollama */
    ask("", "[{\"provider\":\"openai\",\"query\":{}}]");
    check_int(h.picks, 1);
    check_int(h.n_calls, 0);
    host_picked(&h, SL_NO_KEY, 0);
    check_int(h.status, 503);
    ask("", "[{\"provider\":\"openai\",\"query\":{}}]");
    host_gone(&h);
    assert_true(h.done);
    end();
}

static bool little_memory(void *ctx, struct test_mem *m)
{
    static struct host w;
    bool ok = false;

    if (host_init(&w, m, STR("{}"), ctx) &&
        host_ask(&w, "POST /", "",
                 STR("[{\"provider\":\"openai\",\"endpoint\":\"a/../b\","
                     "\"headers\":{\"a\":\"\\u0062\"},\"query\":{}},"
                     "{\"provider\":\"gemini\",\"query\":{}}]"))) {
        host_answer(&w, 0, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&w, 0, STR("x"), true);
        ok = w.done && w.status == 200 && !w.aborted;
    }
    host_release(&w);
    return ok;
}

static void each_allocation(void **state)
{
    const void *envs[] = {active, local};

    (void)state;
    for (size_t i = 0; i < SL_LEN(envs); i++) {
        void *env;

        memcpy(&env, &envs[i], sizeof env);
        test_each_allocation(little_memory, env);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_to_the_gateway),
        cmocka_unit_test(one_key_for_each_step),
        cmocka_unit_test(gateway_fails),
        cmocka_unit_test(bad_requests),
        cmocka_unit_test(other_bodies),
        cmocka_unit_test(steps_as_sent),
        cmocka_unit_test(first_that_works),
        cmocka_unit_test(none_works),
        cmocka_unit_test(request_timeout),
        cmocka_unit_test(attempts_of_a_step),
        cmocka_unit_test(cut_afterwards),
        cmocka_unit_test(built_in),
        cmocka_unit_test(gone_while_picking),
        cmocka_unit_test(each_allocation),
    };

    return test_run("universal", tests, SL_LEN(tests));
}
