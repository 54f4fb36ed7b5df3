/* SPDX-License-Identifier: MIT */
/* Which path and method find which row, however the path is written. */
#include "core/route.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk", "OPENAI_API_KEY=k", "GEMINI_API_KEY=g",
    "OPENAI_BASE_URL=http://127.0.0.1:9/v1", NULL};

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

/* want: the pattern found, "" for none. */
static const struct {
    enum http_method method;
    const char *path, *want, *rest;
} paths[] = {
    {HTTP_POST, "/v1/chat/completions", "/v1/chat/completions", ""},
    {HTTP_POST, "/chat/completions", "/chat/completions", ""},
    {HTTP_POST, "/v1/completions", "/v1/completions", ""},
    {HTTP_POST, "/completions", "/completions", ""},
    {HTTP_POST, "/v1/embeddings", "/v1/embeddings", ""},
    {HTTP_POST, "/embeddings", "/embeddings", ""},
    {HTTP_POST, "/v1/moderations", "/v1/moderations", ""},
    {HTTP_POST, "/v1/images/generations", "/v1/images/generations", ""},
    {HTTP_POST, "/v1/images/edits", "/v1/images/edits", ""},
    {HTTP_POST, "/v1/images/variations", "/v1/images/variations", ""},
    {HTTP_POST, "/v1/audio/speech", "/v1/audio/speech", ""},
    {HTTP_POST, "/v1/audio/transcriptions", "/v1/audio/transcriptions", ""},
    {HTTP_POST, "/audio/translations", "/audio/translations", ""},
    {HTTP_GET, "/v1/models", "/v1/models", ""},
    {HTTP_HEAD, "/models", "/models", ""},
    {HTTP_GET, "/v1/models/openai%2Fgpt-4o", "/v1/models/*", "openai%2Fgpt-4o"},
    {HTTP_GET, "/models/openai/gpt-4o", "/models/*", "openai/gpt-4o"},
    {HTTP_POST, "/v1/models/openai/gpt-4o:countTokens", "/v1/models/*",
     "openai/gpt-4o:countTokens"},
    {HTTP_POST, "/models/openai/gpt-4o:countTokens", "/models/*",
     "openai/gpt-4o:countTokens"},
    {HTTP_GET, "/v1/models/", "", ""},
    {HTTP_GET, "/v1/modelsx", "", ""},
    {HTTP_GET, "/v1", "", ""},
    {HTTP_POST, "/", "/", ""},
    {HTTP_GET, "/ping", "/ping", ""},
    {HTTP_HEAD, "/ping", "/ping", ""},
    {HTTP_GET, "/ping/", "", ""},
    {HTTP_GET, "/PING", "", ""},
    {HTTP_GET, "/pingx", "", ""},
    {HTTP_GET, "/status", "/status", ""},
    {HTTP_GET, "/metrics", "/metrics", ""},
    {HTTP_GET, "/healthz", "/healthz", ""},
    {HTTP_GET, "/readyz", "/readyz", ""},
    {HTTP_POST, "/v1/chat/completions/", "", ""},
    {HTTP_POST, "/compat", "/compat", ""},
    {HTTP_GET, "/compat/x", "/compat/*", "x"},
    {HTTP_POST, "/compatx/x", "", ""},
    {HTTP_POST, "/g/name/openai/x", "", ""},
    {HTTP_GET, "/openai", "", ""},
    {HTTP_GET, "/openai/", "/{provider}/*", "/"},
    {HTTP_GET, "/openai/notfound", "/{provider}/*", "/notfound"},
    {HTTP_GET, "/openai/openai/x", "/{provider}/*", "/openai/x"},
    {HTTP_DELETE, "/openai/files/1", "/{provider}/*", "/files/1"},
    {HTTP_OTHER, "/openai/x", "/{provider}/*", "/x"},
    {HTTP_PATCH, "/gemini/x", "/{provider}/*", "/x"},
    {HTTP_GET, "/google-ai-studio/x", "/{provider}/*", "/x"},
    {HTTP_GET, "/mistral/x", "/{provider}/*", "/x"}, /* known, no key */
    {HTTP_GET, "/OpenAI/x", "", ""},
    {HTTP_GET, "/open/x", "", ""},
    {HTTP_GET, "/openai2/x", "", ""},
    {HTTP_GET, "/sluice/chat/completions", "", ""}, /* itself */
    {HTTP_GET, "/constructor/x", "", ""},
    {HTTP_OPTIONS, "/nowhere", "*", ""},
    {HTTP_OPTIONS, "*", "*", ""},
};

static void rows_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(paths); i++) {
        struct guarded g = guard_copy(str_of(paths[i].path));
        struct route_match m;

        route_find(&h.config, paths[i].method, g.s, &m);
        check_str_case(paths[i].path,
                       m.route == NULL ? STR("") : m.route->pattern,
                       str_of(paths[i].want));
        check_str_case(paths[i].path, m.rest, str_of(paths[i].rest));
        if (m.route == NULL)
            check_int(m.allowed, 0);
        guard_free(&g);
    }
}

static const struct {
    const char *line, *allow;
} methods[] = {
    {"GET /v1/chat/completions", "POST, OPTIONS"},
    {"HEAD /chat/completions", "POST, OPTIONS"},
    {"POST /v1/models", "GET, HEAD, OPTIONS"},
    {"GET /v1beta/models/openai%2Fgpt-4o:generateContent", "POST, OPTIONS"},
    {"GET /models/openai/gpt-4o:streamGenerateContent?alt=sse",
     "POST, OPTIONS"},
    {"GET /v1/messages", "POST, OPTIONS"},
    {"GET /api/chat", "POST, OPTIONS"},
    {"DELETE /v1/models/x", "GET, HEAD, POST, OPTIONS"},
    {"POST /ping", "GET, HEAD, OPTIONS"},
    {"BREW /status", "GET, HEAD, OPTIONS"},
    {"PUT /v1/audio/speech?x=1", "POST, OPTIONS"},
};

static void other_methods(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(methods); i++) {
        assert_true(host_ask(&h, methods[i].line, "", STR("")));
        check_int(h.status, 405);
        check_str_case(methods[i].line, host_field(&h, "allow"),
                       str_of(methods[i].allow));
        check_has(host_body(&h), "This path takes ");
        assert_true(h.done);
        assert_false(h.aborted);
    }
}

/* want: the provider's target, or a status. */
static const struct {
    const char *target;
    int status;
    const char *want;
} targets[] = {
    {"/ping?x=1", 200, NULL},
    {"/ping?key=a&key=b", 200, NULL},
    {"//ping", 200, NULL},
    {"/./ping", 200, NULL},
    {"/v1/../ping", 200, NULL},
    {"/v1/%2e%2e/ping", 200, NULL},
    {"/p%69ng", 200, NULL},
    {"/../ping", 400, NULL},
    {"/v1/../../ping", 400, NULL},
    {"/ping%", 400, NULL},
    {"/ping%zz", 400, NULL},
    {"/ping%00", 400, NULL},
    {"/ping\\x", 400, NULL},
    {"/v1%2Fmodels", 404, NULL},
    {"/nothing?x=1", 404, NULL},
    {"/openai/a/../b", 0, "/v1/b"},
    {"/openai/./a//b", 0, "/v1/a/b"},
    {"/openai/a%2Fb%20c/../d?x=%E2%9C%93", 0, "/v1/d?x=%E2%9C%93"},
    {"/openai/a%2fb", 0, "/v1/a%2Fb"},
    {"/openai/..%2Fx", 0, "/v1/..%2Fx"},
    {"/openai/../gemini/x", 0, "/x"},
    {"//openai//x?a=//b/../c", 0, "/v1/x?a=//b/../c"},
    {"/openai/", 0, "/v1/"},
    {"/openai/x?", 0, "/v1/x"},
    {"http://elsewhere.example/openai/x", 0, "/v1/x"},
};

static void paths_are_made_canonical(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(targets); i++) {
        char line[128];
        char want[128];

        snprintf(line, sizeof line, "GET %s", targets[i].target);
        assert_true(host_ask(&h, line, "", STR("")));
        if (h.status != targets[i].status)
            fail_msg("%s: %d", targets[i].target, h.status);
        check_int(h.n_calls, targets[i].want != NULL);
        if (targets[i].want == NULL)
            continue;
        snprintf(want, sizeof want, "GET %s HTTP/1.1", targets[i].want);
        check_str_case(targets[i].target,
                       str_first(h.calls[0].head, str_of(want).n),
                       str_of(want));
    }
}

/* No way of writing a path leads around the door. */
static void no_way_around(void **state)
{
    static const char *const lines[] = {"GET /ping/../status",
                                        "GET //status",
                                        "GET /./v1/models",
                                        "GET /healthz/../metrics",
                                        "GET /%73tatus",
                                        "GET /ping/%2e%2e/v1/models",
                                        "POST //v1//chat/completions",
                                        "GET /ping/../openai/x"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(lines); i++) {
        char head[128];

        snprintf(head, sizeof head, "%s HTTP/1.1\r\nhost: x\r\n\r\n", lines[i]);
        assert_true(host_request(&h, head, STR("")));
        check_int(h.status, 401);
        check_int(h.n_calls, 0);
    }
}

static void unknown_paths(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /no/such?x", "", STR("")));
    check_int(h.status, 404);
    check_str(host_body(&h),
              STR("{\"error\":{\"message\":\"Unknown path /no/such; see GET "
                  "/status for the providers.\",\"type\":"
                  "\"invalid_request_error\",\"param\":null,\"code\":"
                  "\"unknown_url\"}}"));
    check_str(h.record.route, STR(""));
    check_str(h.record.error, STR("unknown path"));
}

/* near: the end that is served. begins: the answer, in the words of the path
 * that was meant. */
static const struct {
    const char *line, *near, *begins;
} slips[] = {
    {"POST /v1/v1/messages", "/v1/messages",
     "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","},
    {"POST /v1/messages/", "/v1/messages", "{\"type\":\"error\","},
    {"POST /anthropic-eu/v1/messages/count_tokens", "/v1/messages/count_tokens",
     "{\"type\":\"error\","},
    {"POST /v1/v1/chat/completions?a=b", "/v1/chat/completions",
     "{\"error\":{\"message\":\"Unknown path /v1/v1/chat/completions; is "},
    {"POST /v1beta/v1beta/models/a%2Fb:generateContent",
     "/v1beta/models/a%2Fb:generateContent", "{\"error\":{\"code\":404,"},
    {"POST /v1/api/chat", "/api/chat", "{\"error\":\"Unknown path"},
    {"GET /v1/v1/models", "/v1/models", "{\"error\":{\"message\":"},
    {"GET /chat/v1/chat/completions", "", "{\"error\":{\"message\":"},
    {"POST /v1/chat", "", "{\"error\":{\"message\":"},
    {"GET /nowhere/", "", "{\"error\":{\"message\":"},
    {"GET /v1/openai/", "", "{\"error\":{\"message\":"},
};

static void slips_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(slips); i++) {
        char want[128];

        assert_true(host_ask(&h, slips[i].line, "", STR("")));
        check_int(h.status, 404);
        snprintf(want, sizeof want, "; is %s meant? ", slips[i].near);
        if (slips[i].near[0] != '\0')
            check_has(host_body(&h), want);
        else
            check_has(host_body(&h), "; see GET /status for the providers.");
        check_str_case(slips[i].line,
                       str_first(host_body(&h), strlen(slips[i].begins)),
                       str_of(slips[i].begins));
    }
}

/* By the wrong method too an error has the caller's shape. */
static void methods_are_told(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /v1/messages", "", STR("")));
    check_has(host_body(&h), "{\"type\":\"error\",\"error\":{");
    assert_true(host_ask(&h, "GET /api/chat", "", STR("")));
    check_has(host_body(&h), "{\"error\":\"This path takes POST, OPTIONS.\"}");
    assert_true(host_ask(&h, "DELETE /v1/models/x", "", STR("")));
    check_has(host_body(&h), "{\"error\":{\"message\":");
    assert_true(host_ask(&h, "DELETE /v1beta/models/x", "", STR("")));
    check_has(host_body(&h), "{\"error\":{\"code\":405,");
}

/* The log knows the pattern, never the path. */
static void routes_are_noted(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /openai/x/secret", "", STR("")));
    host_gone(&h);
    check_str(h.record.route, STR("/{provider}/*"));
    check_str(h.record.provider, STR("openai"));
    check_str(h.record.method, STR("GET"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(rows_are_found),   T(other_methods),    T(paths_are_made_canonical),
        T(no_way_around),    T(unknown_paths),    T(slips_are_told),
        T(methods_are_told), T(routes_are_noted),
    };

    return test_run("route", tests, SL_LEN(tests));
}
