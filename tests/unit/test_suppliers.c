/* SPDX-License-Identifier: MIT */
/* A provider by path or field, with the client's own key where it brings one.
 * Numbers are cases of the earlier system. */
#include <stdio.h>

#include "core/dialects/dialect.h"
#include "core/route.h"
#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const closed[] = {
    "PROXY_API_KEY=pk,pk-other",
    "OPENAI_API_KEY=k0,k1,k2",
    "GROQ_API_KEY=g0",
    "GEMINI_API_KEY=x0",
    NULL,
};
static const char *const open_to_all[] = {"OPENAI_API_KEY=k0,k1", NULL};

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, STR("{}"), closed);
}

static int setup_open(void **state)
{
    (void)state;
    return host_setup(&h, &mem, STR("{}"), open_to_all);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

/* A chat by a caller that says who it is with `carrier`. */
static void chat(const char *path, const char *fields, const char *model)
{
    char head[512];
    char body[128];

    (void)snprintf(body, sizeof body,
                   "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\","
                   "\"content\":\"hi\"}]}",
                   model);
    (void)snprintf(head, sizeof head,
                   "POST %s HTTP/1.1\r\nhost: localhost\r\n%scontent-length: "
                   "%zu\r\n\r\n",
                   path, fields, str_of(body).n);
    assert_true(host_request(&h, head, str_of(body)));
}

#define PK "authorization: Bearer pk\r\n"
#define SLUICE_KEY "sluice-key: pk\r\n"
#define OWN "authorization: Bearer own-key-1\r\n"
#define V1 "/v1/chat/completions"

static const struct {
    const char *name, *path, *fields, *model;
    const char *line, *key, *sends; /* upstream; NULL line: refused with 404 */
} ways[] = {
    {"87 openai", V1, PK "supplier: openai\r\n", "m",
     "POST /v1/chat/completions", "authorization: Bearer k0\r\n", "\"m\""},
    {"87 groq", V1, PK "supplier: groq\r\n", "m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"87 gemini, an alias", V1, PK "supplier: gemini\r\n", "m",
     "POST /v1beta/models/m:generateContent", "x-goog-api-key: x0\r\n",
     "\"hi\""},
    {"87 unknown", V1, PK "supplier: foo\r\n", "m", NULL, NULL, NULL},
    {"87 absent: by model", V1, PK, "groq/m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"empty: by model", V1, PK "supplier: \r\n", "groq/m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"without /v1", "/chat/completions", PK "supplier: groq\r\n", "m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"88 groq", "/v2/groq/chat/completions", PK, "m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"88 unknown", "/v2/foo/chat/completions", PK, "m", NULL, NULL, NULL},
    {"88 foo alone", "/v2/foo", PK, "m", NULL, NULL, NULL},
    {"88 v2 alone", "/v2", PK, "m", NULL, NULL, NULL},
    {"88 no supplier", "/v2//chat/completions", PK, "m", NULL, NULL, NULL},
    {"not served", "/v2/groq/unknown", PK, "m", NULL, NULL, NULL},
    {"the path decides", "/v2/groq/chat/completions", PK "supplier: openai\r\n",
     "m", "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"its prefix is stripped", "/v2/groq/chat/completions", PK, "groq/m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"its alias is stripped", V1, PK "supplier: gemini\r\n",
     "google-ai-studio/m", "POST /v1beta/models/m:generateContent",
     "x-goog-api-key: x0\r\n", "\"hi\""},
    {"another prefix is the model's own", "/v2/groq/chat/completions", PK,
     "openai/gpt-oss", "POST /openai/v1/chat/completions",
     "authorization: Bearer g0\r\n", "\"openai/gpt-oss\""},
    {"prefix alone", "/v2/groq/chat/completions", PK, "groq/", NULL, NULL,
     NULL},
    {"own key", "/v2/groq/chat/completions", SLUICE_KEY OWN, "m",
     "POST /openai/v1/chat/completions", "authorization: Bearer own-key-1\r\n",
     "\"m\""},
    {"own key by field", V1, SLUICE_KEY OWN "supplier: groq\r\n", "m",
     "POST /openai/v1/chat/completions", "authorization: Bearer own-key-1\r\n",
     "\"m\""},
    {"own key, provider without one", "/v2/mistral/chat/completions",
     SLUICE_KEY OWN, "m", "POST /v1/chat/completions",
     "authorization: Bearer own-key-1\r\n", "\"m\""},
    {"no own key, provider without one", "/v2/mistral/chat/completions", PK,
     "m", NULL, NULL, NULL},
    {"own key without a place to send it", "/v2/workers-ai/chat/completions",
     SLUICE_KEY OWN, "m", NULL, NULL, NULL},
    {"no own key without a supplier", V1, SLUICE_KEY OWN, "groq/m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"a caller's secret is no own key", "/v2/groq/chat/completions",
     SLUICE_KEY "authorization: Bearer pk-other\r\n", "m",
     "POST /openai/v1/chat/completions", "authorization: Bearer g0\r\n",
     "\"m\""},
    {"embeddings", "/v2/groq/embeddings", SLUICE_KEY OWN, "m",
     "POST /openai/v1/embeddings", "authorization: Bearer own-key-1\r\n",
     "\"m\""},
};

static void who_is_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(ways); i++) {
        h.next_key = 0;
        chat(ways[i].path, ways[i].fields, ways[i].model);
        if (ways[i].line == NULL) {
            if (h.status != 404 || h.n_calls != 0)
                fail_msg("%s: %d", ways[i].name, h.status);
            continue;
        }
        if (h.n_calls != 1)
            fail_msg("%s: %zu calls, %d", ways[i].name, h.n_calls, h.status);
        check_str_case(ways[i].name,
                       str_first(h.calls[0].head, str_of(ways[i].line).n),
                       str_of(ways[i].line));
        if (!host_call_has(&h, 0, ways[i].key))
            fail_msg("%s: %.*s", ways[i].name, (int)h.calls[0].head.n,
                     h.calls[0].head.p);
        check_has(host_call_body(&h, 0), ways[i].sends);
        /* 93: keys are in their field, and there alone. */
        assert_false(str_has(host_call_body(&h, 0), STR("own-key-1")));
        assert_false(str_has(host_call_body(&h, 0), STR("g0")));
        assert_false(host_call_has(&h, 0, "pk\r"));
        assert_false(host_call_has(&h, 0, "supplier"));
    }
}

static void suppliers_are_named(void **state)
{
    (void)state;
    chat("/v2/foo/chat/completions", PK, "m");
    check_int(h.status, 404);
    check_has(host_body(&h), "\"message\":\"supported suppliers: ");
    check_has(host_body(&h), ", openai, ");
    check_has(host_body(&h), ", groq, ");
    check_has(host_body(&h), "\"code\":\"unknown_supplier\"");
}

static void every_openai_path(void **state)
{
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < routes_n; i++) {
        struct route_match m;
        char path[100];

        /* Gemini's and Ollama's own paths name no supplier. */
        if (routes[i].endpoint == NULL || routes[i].endpoint->has_path_model ||
            routes[i].endpoint->is_stream_usual ||
            routes[i].endpoint->is_list ||
            routes[i].endpoint->dialect == &dialect_ollama)
            continue;
        (void)snprintf(path, sizeof path, "/v2/x%.*s",
                       (int)routes[i].endpoint->path.n,
                       routes[i].endpoint->path.p);
        route_find(&h.config, HTTP_POST, str_of(path), &m);
        assert_non_null(m.route);
        assert_ptr_equal(m.route->endpoint, routes[i].endpoint);
        check_str_case(path, m.supplier, STR("x"));
        n++;
    }
    assert_true(n >= 30);
}

static void strangers_and_methods(void **state)
{
    (void)state;
    chat("/v2/groq/chat/completions", OWN, "m");
    check_int(h.status, 401);
    chat("/v2/foo/chat/completions", "", "m");
    check_int(h.status, 401);
    chat(V1, "sluice-key: no\r\n" PK "supplier: groq\r\n", "m");
    check_int(h.status, 401);
    assert_true(host_ask(&h, "GET /v2/groq/chat/completions", "", STR("")));
    check_int(h.status, 405);
    check_str(host_field(&h, "allow"), STR("POST, OPTIONS"));
}

/* Never mixed: the client's key fails, and no stored one is tried. */
static void own_key_alone(void **state)
{
    (void)state;
    chat("/v2/openai/chat/completions", SLUICE_KEY OWN, "m");
    check_int(h.picks, 0);
    host_answer(&h, 0,
                "HTTP/1.1 401 No\r\ncontent-type: application/json\r\n"
                "content-length: 2\r\n\r\n");
    host_data(&h, 0, STR("{}"), true);
    check_int(h.n_calls, 1);
    check_int(h.status, 401);
    chat("/v2/openai/chat/completions", SLUICE_KEY OWN, "m");
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.n_calls, 1);
    check_int(h.status, 502);
    chat("/v2/openai/chat/completions", SLUICE_KEY OWN, "m");
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                "content-length: 2\r\n\r\n");
    host_data(&h, 0, STR("{}"), true);
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-key-index"), STR(""));
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
}

static void stored_keys_go_on(void **state)
{
    (void)state;
    h.next_key = 0;
    chat("/v2/openai/chat/completions", PK, "m");
    check_int(h.picks, 1);
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.n_calls, 2);
    assert_true(host_call_has(&h, 1, "authorization: Bearer k1\r\n"));
}

/* Without PROXY_API_KEY Authorization is the provider's. */
static void open_gateway(void **state)
{
    (void)state;
    chat("/v2/openai/chat/completions", OWN, "m");
    assert_true(host_call_has(&h, 0, "authorization: Bearer own-key-1\r\n"));
    h.next_key = 0;
    chat("/v2/openai/chat/completions", "", "m");
    assert_true(host_call_has(&h, 0, "authorization: Bearer k0\r\n"));
    chat(V1, OWN "supplier: mistral\r\n", "m");
    assert_true(host_call_has(&h, 0, "authorization: Bearer own-key-1\r\n"));
    h.next_key = 0;
    chat(V1, OWN, "openai/m");
    assert_true(host_call_has(&h, 0, "authorization: Bearer k0\r\n"));
    chat("/v2/sluice/chat/completions", OWN, "echo");
    check_int(h.status, 200);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(who_is_asked),
        T(suppliers_are_named),
        T(every_openai_path),
        T(strangers_and_methods),
        T(own_key_alone),
        T(stored_keys_go_on),
        cmocka_unit_test_setup_teardown(open_gateway, setup_open, teardown),
    };

    return test_run("suppliers", tests, SL_LEN(tests));
}
