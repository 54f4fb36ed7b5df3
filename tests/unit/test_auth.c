/* SPDX-License-Identifier: MIT */
/* Who may call, by which carrier, and what never goes upstream. */
#include "core/auth.h"

#include <stdio.h>

#include "core/api/surface.h"
#include "core/route.h"
#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0",
    "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
    NULL,
};

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

static int ask(const char *line, const char *fields)
{
    char head[2048];

    snprintf(head, sizeof head, "%s HTTP/1.1\r\nhost: x\r\n%s\r\n", line,
             fields);
    assert_true(host_request(&h, head, STR("")));
    return h.status;
}

/* ---- carriers ---- */

static const struct {
    const char *name, *target, *fields;
    int want;
} carriers[] = {
    {"none", "", "", 401},
    {"bearer", "", "authorization: Bearer pk\r\n", 404},
    {"bearer in another case", "", "AUTHORIZATION: bearer pk\r\n", 404},
    {"bare", "", "authorization: pk\r\n", 404},
    {"another scheme", "", "authorization: Basic pk\r\n", 404},
    {"two blanks", "", "authorization: Bearer  pk\r\n", 404},
    {"scheme alone", "", "authorization: Bearer\r\n", 401},
    {"more after the key", "", "authorization: Bearer pk x\r\n", 401},
    {"the key as scheme", "", "authorization: pk x\r\n", 401},
    {"x-api-key", "", "x-api-key: pk\r\n", 404},
    {"x-goog-api-key", "", "x-goog-api-key: pk\r\n", 404},
    {"sluice-key", "", "sluice-key: pk\r\n", 404},
    {"api-key is no carrier", "", "api-key: pk\r\n", 401},
    {"cookie is no carrier", "", "cookie: pk\r\n", 401},
    {"query", "?key=pk", "", 404},
    {"query among others", "?a=1&key=pk&b=2", "", 404},
    {"escaped query value", "?key=p%6b", "", 404},
    {"escaped query name", "?k%65y=pk", "", 404},
    {"empty query key first", "?key=&key=pk", "", 404},
    {"query without value", "?key", "", 401},
    {"query of another name", "?apikey=pk", "", 401},
    {"query names have case", "?KEY=pk", "", 401},
    {"wrong query", "?key=px", "", 401},
    {"longer", "", "authorization: Bearer pkk\r\n", 401},
    {"shorter", "", "authorization: Bearer p\r\n", 401},
    {"another case", "", "authorization: Bearer PK\r\n", 401},
    {"empty bearer, right x-api-key", "",
     "authorization: \r\nx-api-key: pk\r\n", 404},
    {"wrong bearer, right x-api-key", "",
     "authorization: Bearer no\r\nx-api-key: pk\r\n", 401},
    {"wrong bearer, right query", "?key=pk", "authorization: Bearer no\r\n",
     401},
    {"wrong x-api-key, right x-goog", "",
     "x-goog-api-key: pk\r\nx-api-key: no\r\n", 401},
    {"wrong x-goog, right query", "?key=pk", "x-goog-api-key: no\r\n", 401},
    {"wrong sluice-key, right bearer", "",
     "authorization: Bearer pk\r\nsluice-key: no\r\n", 401},
    {"right sluice-key, other bearer", "",
     "authorization: Bearer sk-own\r\nsluice-key: pk\r\n", 404},
    {"right bearer, wrong query", "?key=no", "authorization: Bearer pk\r\n",
     404},
};

/* 404 behind the door, 401 before it: unknown paths tell nothing. */
static void every_carrier(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(carriers); i++) {
        char line[256];
        int got;

        snprintf(line, sizeof line, "GET /nothing%s", carriers[i].target);
        got = ask(line, carriers[i].fields);
        if (got != carriers[i].want)
            fail_msg("%s: got %d, want %d", carriers[i].name, got,
                     carriers[i].want);
        if (got == 401) {
            check_str(host_field(&h, "www-authenticate"), STR("Bearer"));
            check_has(host_body(&h), "\"code\":\"invalid_api_key\"");
            check_str(h.record.caller, STR(""));
        } else {
            check_str(h.record.caller, STR("key-0"));
        }
    }
}

static void which_caller(void **state)
{
    static const char *const two[] = {"PROXY_API_KEY=[\"pk\", \"second\"]",
                                      NULL};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), two));
    check_int(ask("GET /nothing", "authorization: pk\r\n"), 404);
    check_str(h.record.caller, STR("key-0"));
    check_int(ask("GET /nothing", "authorization: second\r\n"), 404);
    check_str(h.record.caller, STR("key-1"));
    check_int(ask("GET /nothing", "authorization: third\r\n"), 401);
    host_release(&h);
    assert_true(
        host_init(&h, &mem, STR("{\"PROXY_API_KEY\": \"pk,second\"}"), NULL));
    check_int(ask("GET /nothing", "authorization: second\r\n"), 404);
    check_int(ask("GET /nothing", "authorization: pk,second\r\n"), 401);
}

/* Secrets that look like numbers or literals are secrets. */
static void literal_secrets(void **state)
{
    static const struct {
        const char *config, *secret;
    } cases[] = {
        {"{\"PROXY_API_KEY\": \"12345\"}", "12345"},
        {"{\"PROXY_API_KEY\": 12345}", "12345"},
        {"{\"PROXY_API_KEY\": [12345, \"b\"]}", "12345"},
        {"{\"PROXY_API_KEY\": \"true\"}", "true"},
        {"{\"PROXY_API_KEY\": \"pk\", \"DEV\": \"\"}", "pk"},
        {"{\"PROXY_API_KEY\": \"pk\", \"DEV\": \"0\"}", "pk"},
        {"{\"PROXY_API_KEY\": \"pk\", \"DEV\": \"False\"}", "pk"},
        {"{\"PROXY_API_KEY\": \"pk\", \"DEV\": false}", "pk"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        char field[64];

        host_release(&h);
        assert_true(host_init(&h, &mem, str_of(cases[i].config), NULL));
        snprintf(field, sizeof field, "x-api-key: %s\r\n", cases[i].secret);
        check_int(ask("GET /nothing", ""), 401);
        check_int(ask("GET /nothing", field), 404);
        check_int(ask("GET /nothing", "x-api-key: nope\r\n"), 401);
    }
}

/* ---- the route table ---- */

static bool is_meant_to_be_open(struct str pattern)
{
    return str_eq(pattern, STR("/ping")) || str_eq(pattern, STR("/healthz")) ||
           str_eq(pattern, STR("/readyz"));
}

static void walk(const struct route *r, const char *path)
{
    for (int m = HTTP_GET; m < HTTP_OPTIONS; m++) {
        char line[256];
        int status;

        if ((r->methods & (1u << m)) == 0)
            continue;
        snprintf(line, sizeof line, "%s %s",
                 http_method_name((enum http_method)m).p, path);
        status = ask(line, "");
        if (is_meant_to_be_open(r->pattern) ? status != 200 : status != 401)
            fail_msg("%s without credentials: %d", line, status);
        check_int(h.n_calls, 0);
        check_int(h.picks, 0);
        check_int(h.loads, str_eq(r->pattern, STR("/readyz")) ? 1 : 0);
        h.loads = 0;
    }
}

static void every_route_refuses_strangers(void **state)
{
    size_t open = 0;

    (void)state;
    assert_true(routes_n > 20);
    for (size_t i = 0; i < routes_n; i++) {
        const struct route *r = &routes[i];
        char path[128];

        assert_true(r->auth == AUTH_CALLER || r->auth == AUTH_OPEN);
        assert_non_null(r->surface);
        open += r->auth == AUTH_OPEN;
        if (str_starts(r->pattern, STR("/{provider}/")))
            snprintf(path, sizeof path, "/openai/models");
        else
            snprintf(path, sizeof path, "%.*s%c", (int)r->pattern.n - 1,
                     r->pattern.p,
                     str_ends(r->pattern, STR("*"))
                         ? 'm'
                         : r->pattern.p[r->pattern.n - 1]);
        walk(r, path);
    }
    check_int(open, 3);
}

static void open_to_all_with_credentials_too(void **state)
{
    (void)state;
    check_int(ask("OPTIONS /v1/models", ""), 200);
    check_int(ask("GET /ping", ""), 200);
    check_int(ask("GET /ping?key=wrong", "authorization: no\r\n"), 200);
    check_int(ask("POST /nowhere", ""), 401);
    check_int(ask("DELETE /v1/models", ""), 401);
    check_int(ask("BREW /openai/x", ""), 401);
}

/* ---- what goes upstream ---- */

static const struct {
    const char *in, *want; /* the request's and the provider's target */
} queries[] = {
    {"/openai/x?key=pk", "/v1/x"},
    {"/openai/x?a=1&key=pk", "/v1/x?a=1"},
    {"/openai/x?key=pk&b=2", "/v1/x?b=2"},
    {"/openai/x?key=pk&o=1&key=b", "/v1/x?o=1"},
    {"/openai/x?key=pk&key=x", "/v1/x"},
    {"/openai/x?k%65y=pk&key=zz&a=%20+", "/v1/x?a=%20+"},
    {"/openai/x?%6B%65%79=pk&a", "/v1/x?a"},
    {"/openai/x?key=pk&monkey=1&KEY=2&a=key=pk2",
     "/v1/x?monkey=1&KEY=2&a=key=pk2"},
    {"/openai/key=1&key=2/z?key=pk", "/v1/key=1&key=2/z"},
};

static void key_leaves_the_query(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(queries); i++) {
        char line[256];
        char want[256];

        snprintf(line, sizeof line, "GET %s", queries[i].in);
        check_int(ask(line, ""), 0);
        check_int(h.n_calls, 1);
        snprintf(want, sizeof want, "GET %s HTTP/1.1\r\n", queries[i].want);
        check_str_case(
            queries[i].in,
            str_first(h.calls[0].head, str_find(h.calls[0].head, '\n') + 1),
            str_of(want));
    }
}

/* Whatever else is sent along, no carrier goes to the provider. */
static void secrets_stay_here(void **state)
{
    static const char fields[] = "sluice-key: pk-secret\r\n"
                                 "authorization: Bearer pk-secret\r\n"
                                 "x-api-key: pk-secret\r\n"
                                 "X-Goog-Api-Key: pk-secret\r\n"
                                 "cookie: s=pk-secret\r\n"
                                 "proxy-authorization: pk-secret\r\n";
    static const char *const keys[] = {
        "PROXY_API_KEY=pk-secret", "OPENAI_API_KEY=k0", "ANTHROPIC_API_KEY=k1",
        "GEMINI_API_KEY=k2", NULL};
    static const char *const lines[] = {
        "GET /openai/x?key=pk-secret", "GET /anthropic/v1/x?key=pk-secret",
        "GET /gemini/v1beta/x?key=pk-secret",
        "GET /gemini/v1beta/openai/x?key=pk-secret"};
    static const char *const wants[] = {
        "authorization: Bearer k0\r\n", "x-api-key: k1\r\n",
        "x-goog-api-key: k2\r\n", "authorization: Bearer k2\r\n"};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), keys));
    for (size_t i = 0; i < SL_LEN(lines); i++) {
        size_t carriers_n = 0;
        struct str rest, line;

        check_int(ask(lines[i], fields), 0);
        check_int(h.n_calls, 1);
        assert_false(host_call_has(&h, 0, "pk-secret"));
        check_has(h.calls[0].head, wants[i]);
        rest = h.calls[0].head;
        while (str_split(&rest, '\n', &line))
            carriers_n += auth_is_carrier(str_before(line, ':'));
        check_int(carriers_n, 1);
    }
}

/* ---- an open gateway ---- */

static const struct {
    const char *name, *host, *origin;
    bool is_foreign;
} doors[] = {
    {"a program of this machine", "127.0.0.1:8787", NULL, false},
    {"another address of it", "127.8.9.1", NULL, false},
    {"by name", "localhost:8787", NULL, false},
    {"by name, any case", "LocalHost", NULL, false},
    {"IPv6", "[::1]:8787", NULL, false},
    {"a page of this machine", "localhost:8787", "http://localhost:3000",
     false},
    {"a page by address", "localhost:8787", "https://127.0.0.1", false},
    {"a page by IPv6", "localhost:8787", "http://[::1]:3000", false},
    {"a foreign page", "localhost:8787", "https://evil.example", true},
    {"a page without an origin", "localhost:8787", "null", true},
    {"a foreign page with a like name", "localhost:8787",
     "http://localhost.evil.example", true},
    {"a foreign page with a like address", "localhost:8787",
     "http://127.0.0.1.evil.example", true},
    {"a foreign page, name at the end", "localhost:8787",
     "http://evil-localhost", true},
    {"rebound name", "evil.example:8787", NULL, true},
    {"rebound like address", "127.0.0.1.evil.example", NULL, true},
    {"rebound like name", "localhost.evil.example", NULL, true},
    {"another machine", "192.168.0.7:8787", NULL, true},
    {"rebound, and says so", "evil.example", "http://evil.example", true},
};

static int knock(size_t i)
{
    char head[512];

    snprintf(head, sizeof head,
             "GET /nothing HTTP/1.1\r\nhost: %s\r\n%s%s%s\r\n", doors[i].host,
             doors[i].origin != NULL ? "origin: " : "",
             doors[i].origin != NULL ? doors[i].origin : "",
             doors[i].origin != NULL ? "\r\n" : "");
    assert_true(host_request(&h, head, STR("")));
    return h.status;
}

static void foreign_pages(void **state)
{
    static const char *const configs[] = {
        "{}",
        "{\"DEV\": \"true\"}",
        "{\"DEV\": true, \"PROXY_API_KEY\": \"pk\"}",
    };

    (void)state;
    for (size_t c = 0; c < SL_LEN(configs); c++) {
        host_release(&h);
        assert_true(host_init(&h, &mem, str_of(configs[c]), NULL));
        for (size_t i = 0; i < SL_LEN(doors); i++) {
            int want = doors[i].is_foreign ? 403 : 404;

            if (knock(i) != want)
                print_error("%s, %s\n", configs[c], doors[i].name);
            check_int(h.status, want);
        }
    }
}

/* What a page fetches as an image, a script or a form's GET has no Origin;
 * browsers say all the same where it came from. */
static const struct {
    const char *name, *fields;
    bool is_foreign;
} fetches[] = {
    {"an image in a foreign page", "sec-fetch-site: cross-site\r\n", true},
    {"an image in a page of this machine", "sec-fetch-site: same-site\r\n",
     false},
    {"typed by the user", "sec-fetch-site: none\r\n", false},
    {"a page by name, we by address",
     "sec-fetch-site: cross-site\r\norigin: http://localhost:3000\r\n", false},
};

static void foreign_pages_without_an_origin(void **state)
{
    char head[512];

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), NULL));
    for (size_t i = 0; i < SL_LEN(fetches); i++) {
        snprintf(head, sizeof head,
                 "GET /nothing HTTP/1.1\r\nhost: 127.0.0.1:8787\r\n%s\r\n",
                 fetches[i].fields);
        assert_true(host_request(&h, head, STR("")));
        if (h.status != (fetches[i].is_foreign ? 403 : 404))
            fail_msg("%s: %d", fetches[i].name, h.status);
    }
}

/* With secrets, or openness asked for, anyone may knock. */
static void foreign_pages_with_credentials(void **state)
{
    struct setting flag = {STR("insecure-open"), STR("true")};
    struct config_sources sources = {
        .file_text = STR("{}"), .flags = &flag, .n_flags = 1};

    (void)state;
    for (size_t i = 0; i < SL_LEN(doors); i++)
        check_int(knock(i), 401);
    config_release(&h.config);
    config_init(&h.config, &mem.mem);
    assert_int_equal(config_load(&h.config, &sources, &h.problems), SL_OK);
    for (size_t i = 0; i < SL_LEN(doors); i++)
        check_int(knock(i), 404);
}

/* Open, but the health checks are for every host name. */
static void open_routes_know_no_foreigner(void **state)
{
    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), NULL));
    check_int(ask("GET /ping", "origin: http://evil.example\r\n"), 200);
    check_int(ask("GET /healthz", ""), 200);
    check_int(ask("GET /v1/models", ""), 403);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_carrier),
        T(which_caller),
        T(literal_secrets),
        T(every_route_refuses_strangers),
        T(open_to_all_with_credentials_too),
        T(key_leaves_the_query),
        T(secrets_stay_here),
        T(foreign_pages),
        T(foreign_pages_without_an_origin),
        T(foreign_pages_with_credentials),
        T(open_routes_know_no_foreigner),
    };

    return test_run("auth", tests, SL_LEN(tests));
}
