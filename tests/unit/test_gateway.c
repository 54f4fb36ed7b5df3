/* SPDX-License-Identifier: MIT */
/* What goes through Cloudflare's AI Gateway, where to, and with which fields.
 */
#include "core/gateway.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

#define KEYS                                                              \
    "PROXY_API_KEY=pk", "OPENAI_API_KEY=sk-0", "ANTHROPIC_API_KEY=sk-a",  \
        "XAI_API_KEY=sk-x", "GEMINI_API_KEY=sk-g", "COHERE_API_KEY=sk-c", \
        "PERPLEXITY_API_KEY=sk-p", "OLLAMA_API_KEY=sk-o",                 \
        "CLOUDFLARE_API_KEY=sk-w", "HF_TOKEN=sk-h"

static const char *const active[] = {KEYS,
                                     "CLOUDFLARE_ACCOUNT_ID=acc",
                                     "AI_GATEWAY_NAME=gw",
                                     "AI_GATEWAY_BASE_URL=http://g.test/v1/",
                                     "CF_AIG_TOKEN=cf-token-1",
                                     NULL};
static const char *const tokenless[] = {KEYS, "CLOUDFLARE_ACCOUNT_ID=acc",
                                        "AI_GATEWAY_NAME=gw", NULL};
static const char *const account[] = {KEYS, "CLOUDFLARE_ACCOUNT_ID=acc", NULL};
static const char *const nothing[] = {KEYS, NULL};

static void begin(const char *const *env)
{
    host_setup(&h, &mem,
               STR("{\"providers\": {\"cohere\": {\"gateway\": false}}}"), env);
}

static void end(void)
{
    host_teardown(&h);
}

static void check_call(const char *line, const char *host)
{
    char want[256];

    check_int(h.n_calls, 1);
    snprintf(want, sizeof want, "%s HTTP/1.1\r\nhost: %s\r\n", line, host);
    check_str_case(line, str_first(h.calls[0].head, str_of(want).n),
                   str_of(want));
}

/* ---- paths ---- */

static const struct {
    const char *line, *body, *want, *host;
} paths[] = {
    {"GET /openai/models?a=b", "", "GET /v1/acc/gw/openai/models?a=b",
     "g.test"},
    {"POST /openai/chat/completions", "{}",
     "POST /v1/acc/gw/openai/chat/completions", "g.test"},
    {"POST /anthropic/v1/messages", "{}",
     "POST /v1/acc/gw/anthropic/v1/messages", "g.test"},
    {"POST /grok/chat/completions", "{}",
     "POST /v1/acc/gw/grok/v1/chat/completions", "g.test"},
    {"POST /perplexity/chat/completions", "{}",
     "POST /v1/acc/gw/perplexity-ai/chat/completions", "g.test"},
    {"POST /gemini/v1beta/models/m:generateContent", "{}",
     "POST /v1/acc/gw/google-ai-studio/v1beta/models/m:generateContent",
     "g.test"},
    {"POST /workers-ai/run/@cf/meta/llama", "{}",
     "POST /v1/acc/gw/workers-ai/@cf/meta/llama", "g.test"},
    {"POST /workers-ai/v1/chat/completions", "{}",
     "POST /v1/acc/gw/workers-ai/v1/chat/completions", "g.test"},
    {"POST /workers-ai/runx", "{}", "POST /v1/acc/gw/workers-ai/runx",
     "g.test"},
    {"GET /workers-ai/models/search", "",
     "GET /client/v4/accounts/acc/ai/models/search", "api.cloudflare.com"},
    {"GET /ollama/x", "", "GET /v1/x", "ollama.com"},
    {"GET /huggingface/x", "", "GET /v1/x", "router.huggingface.co"},
    {"GET /cohere/x", "", "GET /x", "api.cohere.com"}, /* gateway: false */
    {"GET /g/other/openai/models", "", "GET /v1/acc/other/openai/models",
     "g.test"},
    {"GET /g/a-b_C9/compat/x?y=z", "", "GET /v1/acc/a-b_C9/compat/x?y=z",
     "g.test"},
    {"GET /compat", "", "GET /v1/acc/gw/compat", "g.test"},
    {"PUT /compat/chat/completions?a=b&key=k", "body",
     "PUT /v1/acc/gw/compat/chat/completions?a=b", "g.test"},
    {"POST /v1/chat/completions", "{\"model\":\"grok/m\"}",
     "POST /v1/acc/gw/grok/v1/chat/completions", "g.test"},
    {"POST /g/o/v1/chat/completions",
     "{\"model\":\"gemini/"
     "m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
     "POST /v1/acc/o/google-ai-studio/v1beta/models/m:generateContent",
     "g.test"},
    {"POST /v1/embeddings", "{\"model\":\"ollama/m\"}", "POST /v1/embeddings",
     "ollama.com"},
};

static void paths_to_the_gateway(void **state)
{
    (void)state;
    begin(active);
    for (size_t i = 0; i < SL_LEN(paths); i++) {
        assert_true(host_ask(&h, paths[i].line, "", str_of(paths[i].body)));
        check_call(paths[i].want, paths[i].host);
        check_int(host_call_has(&h, 0,
                                "cf-aig-authorization: Bearer "
                                "cf-token-1\r\n"),
                  str_eq(str_of(paths[i].host), STR("g.test")));
    }
    end();
}

static void keys_as_ever(void **state)
{
    (void)state;
    begin(active);
    assert_true(host_ask(&h, "GET /anthropic/v1/x", "", STR("")));
    check_str(h.calls[0].head,
              STR("GET /v1/acc/gw/anthropic/v1/x HTTP/1.1\r\n"
                  "host: g.test\r\nx-api-key: sk-a\r\n"
                  "anthropic-version: 2023-06-01\r\n"
                  "cf-aig-authorization: Bearer cf-token-1\r\n\r\n"));
    assert_true(host_ask(
        &h, "POST /v1/chat/completions", "",
        STR("{\"model\":\"gemini/"
            "m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}")));
    assert_true(host_call_has(&h, 0, "x-goog-api-key: sk-g\r\n"));
    check_has(host_call_body(&h, 0), "\"contents\":[");
    end();
}

/* Cloudflare's REST interface at the place of compat. */
static void compat_by_rest(void **state)
{
    static const char *const rest[] = {KEYS,
                                       "CLOUDFLARE_ACCOUNT_ID=acc",
                                       "AI_GATEWAY_NAME=gw",
                                       "AI_GATEWAY_REST=on",
                                       "CF_AIG_TOKEN=cf-token-1",
                                       NULL};

    (void)state;
    begin(rest);
    assert_true(host_ask(&h, "POST /compat/chat/completions?a=b",
                         "cf-aig-cache-ttl: 60\r\ncf-aig-gateway-id: x\r\n"
                         "cf-aig-authorization: y\r\n",
                         STR("{\"model\":\"google/m\"}")));
    check_call("POST /client/v4/accounts/acc/ai/v1/chat/completions?a=b",
               "api.cloudflare.com");
    assert_true(host_call_has(&h, 0, "authorization: Bearer sk-w\r\n"));
    assert_true(host_call_has(&h, 0, "cf-aig-gateway-id: gw\r\n"));
    assert_true(host_call_has(&h, 0, "cf-aig-cache-ttl: 60\r\n"));
    assert_false(host_call_has(&h, 0, "cf-aig-authorization"));
    assert_false(host_call_has(&h, 0, "cf-aig-gateway-id: x"));
    check_str(host_call_body(&h, 0), STR("{\"model\":\"google/m\"}"));
    assert_true(host_ask(&h, "GET /g/other/compat", "", STR("")));
    check_call("GET /client/v4/accounts/acc/ai/v1", "api.cloudflare.com");
    assert_true(host_call_has(&h, 0, "cf-aig-gateway-id: other\r\n"));
    /* nothing else has changed its way */
    assert_true(host_ask(&h, "GET /openai/models", "", STR("")));
    check_has(h.calls[0].head, "GET /v1/acc/gw/openai/models HTTP/1.1\r\n");
    assert_false(host_call_has(&h, 0, "cf-aig-gateway-id"));
    end();
}

/* ---- fields ---- */

static const char client_fields[] =
    "cf-aig-cache-ttl: 60\r\nCF-AIG-Metadata: {\"a\":1}\r\n"
    "cf-aig-authorization: Bearer theirs\r\ncf-skip-cache: true\r\n";

static void check_client_fields(bool want)
{
    check_int(host_call_has(&h, 0, "cf-aig-cache-ttl: 60\r\n"), want);
    check_int(host_call_has(&h, 0, "CF-AIG-Metadata: {\"a\":1}\r\n"), want);
    check_int(host_call_has(&h, 0, "cf-skip-cache: true\r\n"), want);
}

static void fields_of_the_client(void **state)
{
    static const char *const lines[] = {"POST /openai/x", "POST /compat/x",
                                        "POST /v1/chat/completions"};

    (void)state;
    begin(active);
    for (size_t i = 0; i < SL_LEN(lines); i++) {
        assert_true(host_ask(&h, lines[i], client_fields,
                             STR("{\"model\":\"openai/m\"}")));
        check_client_fields(true);
        assert_true(host_call_has(&h, 0, "Bearer cf-token-1\r\n"));
        assert_false(host_call_has(&h, 0, "theirs"));
    }
    end();
    begin(tokenless);
    for (size_t i = 0; i < SL_LEN(lines); i++) {
        assert_true(host_ask(&h, lines[i], client_fields,
                             STR("{\"model\":\"openai/m\"}")));
        check_client_fields(true);
        assert_true(
            host_call_has(&h, 0, "cf-aig-authorization: Bearer theirs\r\n"));
        check_has(h.calls[0].head, "host: gateway.ai.cloudflare.com\r\n");
        assert_true(
            host_ask(&h, lines[i], "", STR("{\"model\":\"openai/m\"}")));
        assert_false(host_call_has(&h, 0, "cf-aig"));
    }
    end();
}

/* To no one else. */
static void not_to_providers(void **state)
{
    (void)state;
    begin(active);
    assert_true(host_ask(&h, "POST /ollama/x", client_fields, STR("{}")));
    check_int(h.n_calls, 1);
    assert_false(host_call_has(&h, 0, "cf-"));
    end();
    begin(nothing);
    assert_true(host_ask(&h, "POST /openai/x", client_fields, STR("{}")));
    check_call("POST /v1/x", "api.openai.com");
    assert_false(host_call_has(&h, 0, "cf-"));
    end();
}

static void compat_without_credentials(void **state)
{
    (void)state;
    begin(active);
    assert_true(host_ask(&h, "POST /compat/chat/completions",
                         "authorization: Bearer pk\r\nx-api-key: pk\r\n"
                         "x-goog-api-key: pk\r\nx-other: 1\r\n",
                         STR("{\"model\":\"openai/m\"}")));
    check_str(h.calls[0].head,
              STR("POST /v1/acc/gw/compat/chat/completions HTTP/1.1\r\n"
                  "host: g.test\r\nx-other: 1\r\n"
                  "cf-aig-authorization: Bearer cf-token-1\r\n"
                  "content-length: 20\r\n\r\n"));
    check_str(host_call_body(&h, 0), STR("{\"model\":\"openai/m\"}"));
    host_answer(&h, 0,
                "HTTP/1.1 429 X\r\nretry-after: 3\r\ncf-aig-step: 0\r\n\r\n");
    host_data(&h, 0, STR("no"), true);
    check_int(h.status, 429);
    check_str(host_field(&h, "cf-aig-step"), STR("0"));
    check_str(host_field(&h, "retry-after"), STR("3"));
    check_str(host_body(&h), STR("no"));
    end();
}

/* ---- which gateway ---- */

static void account_alone(void **state)
{
    (void)state;
    begin(account);
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    check_call("GET /v1/x", "api.openai.com");
    assert_true(host_ask(&h, "GET /compat/x", "", STR("")));
    check_int(h.status, 404);
    check_has(host_body(&h), "CLOUDFLARE_ACCOUNT_ID and AI_GATEWAY_NAME");
    assert_true(host_ask(&h, "GET /g/n/openai/x", "", STR("")));
    check_call("GET /v1/acc/n/openai/x", "gateway.ai.cloudflare.com");
    assert_true(host_ask(&h, "GET /g/n/compat/x", "", STR("")));
    check_call("GET /v1/acc/n/compat/x", "gateway.ai.cloudflare.com");
    end();
}

/* A caller's /g/ does not lead keys past the address they are for, unless the
 * operator said so. */
static void own_addresses(void **state)
{
    static const char *const own[] = {KEYS, "CLOUDFLARE_ACCOUNT_ID=acc",
                                      "OPENAI_BASE_URL=http://own.test/v1",
                                      NULL};

    (void)state;
    begin(own);
    assert_true(host_ask(&h, "GET /g/gg/openai/models", "", STR("")));
    check_call("GET /v1/models", "own.test");
    assert_true(host_ask(&h, "GET /g/gg/anthropic/v1/models", "", STR("")));
    check_call("GET /v1/acc/gg/anthropic/v1/models",
               "gateway.ai.cloudflare.com");
    end();
    host_setup(&h, &mem,
               STR("{\"providers\": {\"openai\": {\"gateway\": true}}}"), own);
    assert_true(host_ask(&h, "GET /g/gg/openai/models", "", STR("")));
    check_call("GET /v1/acc/gg/openai/models", "gateway.ai.cloudflare.com");
    end();
}

static void no_account(void **state)
{
    (void)state;
    begin(nothing);
    assert_true(host_ask(&h, "GET /g/n/openai/x", "", STR("")));
    check_int(h.status, 404);
    check_has(host_body(&h), "CLOUDFLARE_ACCOUNT_ID");
    check_int(h.n_calls, 0);
    assert_true(host_ask(&h, "GET /compat/x", "", STR("")));
    check_int(h.status, 404);
    end();
}

static const struct {
    const char *line;
    int status;
} prefixes[] = {
    {"GET /g/n/ping", 200},     {"GET /g", 400},
    {"GET /g/", 400},           {"GET /g//openai/x", 400},
    {"GET /g/a.b/ping", 400},   {"GET /g/a%20b/ping", 400},
    {"GET /g/n/g/m/ping", 404}, {"GET /gx/ping", 404},
    {"GET /g/n/nothing", 404},  {"GET /g/n", 404},
    {"OPTIONS /g/", 200},
};

static void prefix(void **state)
{
    char line[128];

    (void)state;
    begin(active);
    for (size_t i = 0; i < SL_LEN(prefixes); i++) {
        assert_true(host_ask(&h, prefixes[i].line, "", STR("")));
        if (h.status != prefixes[i].status)
            fail_msg("%s: %d", prefixes[i].line, h.status);
    }
    snprintf(line, sizeof line, "GET /g/%064d/ping", 1);
    assert_true(host_ask(&h, line, "", STR("")));
    check_int(h.status, 200);
    snprintf(line, sizeof line, "GET /g/%065d/ping", 1);
    assert_true(host_ask(&h, line, "", STR("")));
    check_int(h.status, 400);
    /* What is wrong with it is for callers only. */
    assert_true(
        host_request(&h, "GET /g/ HTTP/1.1\r\nhost: x\r\n\r\n", STR("")));
    check_int(h.status, 401);
    end();
}

/* ---- lists, status, errors ---- */

static void lists_and_status(void **state)
{
    bool seen = false;

    (void)state;
    begin(active);
    assert_true(host_ask(&h, "GET /v1/models", "", STR("")));
    for (size_t i = 0; i < h.n_calls; i++)
        seen = seen || host_call_has(&h, i, "GET /v1/acc/gw/grok/v1/models ");
    assert_true(seen);
    assert_true(host_ask(&h, "GET /status", "", STR("")));
    for (size_t i = 0; i < h.n_calls; i++)
        host_answer(&h, i, "HTTP/1.1 200 OK\r\n\r\n");
    host_advance(&h, 6000);
    check_int(h.status, 200);
    check_has(host_body(&h),
              "\"AI_GATEWAY\": {\"accountId\": \"acc\", \"name\": \"gw\", "
              "\"token\": \"*******n-1\"}");
    assert_false(str_has(host_body(&h), STR("cf-token")));
    end();
}

static void errors_of_the_gateway(void **state)
{
    (void)state;
    begin(active);
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"openai/m\"}")));
    host_answer(&h, 0,
                "HTTP/1.1 400 X\r\ncontent-type: application/json\r\n"
                "\r\n");
    host_data(&h, 0,
              STR("{\"success\":false,\"error\":[{\"code\":2001,\"message\":"
                  "\"Please configure AI Gateway\"}]}"),
              true);
    check_int(h.status, 400);
    check_str(
        host_body(&h),
        STR("{\"error\":{\"message\":\"provider openai: Please configure AI "
            "Gateway (code 2001): check AI_GATEWAY_NAME or the name after "
            "/g/, and CLOUDFLARE_ACCOUNT_ID\",\"type\":"
            "\"invalid_request_error\",\"param\":null,\"code\":"
            "\"upstream_error\"}}"));
    end();
}

static bool little_memory(void *ctx, struct test_mem *m)
{
    static struct host w;
    bool ok = false;

    (void)ctx;
    if (host_init(&w, m, STR("{}"), active) &&
        host_ask(&w, "POST /g/n/openai/x", client_fields, STR("{}"))) {
        host_answer(&w, 0, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&w, 0, STR("x"), true);
        ok = w.done && w.status == 200 && !w.aborted;
    }
    host_release(&w);
    return ok;
}

static void each_allocation(void **state)
{
    (void)state;
    test_each_allocation(little_memory, NULL);
}

static void names(void **state)
{
    struct str slug;
    const struct provider *p;

    (void)state;
    begin(nothing);
    assert_true(gateway_knows(&h.config, STR("perplexity"), &slug, &p));
    check_str(slug, STR("perplexity-ai"));
    check_str(p->name, STR("perplexity"));
    assert_true(gateway_knows(&h.config, STR("azure-openai"), &slug, &p));
    assert_null(p);
    assert_true(gateway_knows(&h.config, STR("custom-x"), &slug, &p));
    assert_false(gateway_knows(&h.config, STR("ollama"), &slug, &p));
    assert_false(gateway_knows(&h.config, STR("sluice"), &slug, &p));
    assert_false(gateway_knows(&h.config, STR(""), &slug, &p));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_to_the_gateway),
        cmocka_unit_test(keys_as_ever),
        cmocka_unit_test(compat_by_rest),
        cmocka_unit_test(fields_of_the_client),
        cmocka_unit_test(not_to_providers),
        cmocka_unit_test(compat_without_credentials),
        cmocka_unit_test(account_alone),
        cmocka_unit_test(own_addresses),
        cmocka_unit_test(no_account),
        cmocka_unit_test(prefix),
        cmocka_unit_test(lists_and_status),
        cmocka_unit_test(errors_of_the_gateway),
        cmocka_unit_test(each_allocation),
        cmocka_unit_test(names),
    };

    return test_run("gateway", tests, SL_LEN(tests));
}
