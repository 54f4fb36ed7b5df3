/* SPDX-License-Identifier: MIT */
/* /v1/models: lists of every shape brought into one, by the clock, through
 * their pages, and kept for a while. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static int setup(void **state)
{
    static const char *const env[] = {"PROXY_API_KEY=pk",
                                      "OPENAI_API_KEY=k0,k1",
                                      "OPENAI_BASE_URL=http://127.0.0.1:1/v1",
                                      "MISTRAL_API_KEY=m0",
                                      "MISTRAL_BASE_URL=http://127.0.0.1:2",
                                      NULL};

    (void)state;
    return host_setup(&h, &mem, STR("{}"), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void with(const char *config, const char *const *env)
{
    host_release(&h);
    assert_true(host_init(&h, &mem, str_of(config), env));
}

static void list(void)
{
    assert_true(host_ask(&h, "GET /v1/models", "", STR("")));
}

static void answer(size_t call, const char *body)
{
    host_answer(&h, call, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, call, str_of(body), true);
}

/* What stands between the list's brackets, but for the built-in provider. */
static struct str entries(void)
{
    struct str body = host_body(&h);
    struct str head = STR("{\"object\":\"list\",\"data\":[");
    size_t end = str_find_str(body, STR("{\"id\":\"sluice/echo\""));

    assert_true(str_starts(body, head));
    assert_true(end < body.n);
    body = str_skip(str_first(body, end), head.n);
    return str_ends(body, STR(",")) ? str_first(body, body.n - 1) : body;
}

/* ---- shapes ---- */

static const struct {
    const char *name;
    const char *env[4];
    const char *line; /* of the provider request */
    const char *in, *want;
} shapes[] = {
    {"openai: as it is, the rest beside it",
     {"OPENAI_API_KEY=k"},
     "GET /v1/models HTTP/1.1\r\nhost: api.openai.com\r\n",
     "{\"object\":\"list\",\"data\":[{\"id\":\"gpt\",\"object\":\"model\","
     "\"created\":17,\"owned_by\":\"system\",\"x\":[1, 2]},{\"id\":\"b\"}]}",
     "{\"id\":\"openai/gpt\",\"object\":\"model\",\"created\":17,\"owned_by\":"
     "\"system\",\"x\":[1, 2]},{\"id\":\"openai/b\",\"object\":\"model\","
     "\"created\":0,\"owned_by\":\"openai\"}"},
    {"a bare array",
     {"TOGETHER_API_KEY=k"},
     "GET /v1/models HTTP/1.1\r\n",
     "[{\"id\":\"a/b\",\"created\":1.0}]",
     "{\"id\":\"together/a/b\",\"object\":\"model\",\"created\":1,"
     "\"owned_by\":\"together\"}"},
    {"anthropic",
     {"ANTHROPIC_API_KEY=k"},
     "GET /v1/models?limit=1000 HTTP/1.1\r\nhost: api.anthropic.com\r\n",
     "{\"data\":[{\"type\":\"model\",\"id\":\"claude\",\"display_name\":\"C\","
     "\"created_at\":\"2024-02-19T00:00:00Z\"},{\"type\":\"model\",\"id\":"
     "\"old\",\"created_at\":\"long ago\"}],\"has_more\":false,\"last_id\":"
     "\"old\"}",
     "{\"id\":\"anthropic/claude\",\"object\":\"model\",\"created\":"
     "1708300800,\"owned_by\":\"anthropic\",\"_\":{\"display_name\":\"C\"}},"
     "{\"id\":\"anthropic/old\",\"object\":\"model\",\"created\":0,"
     "\"owned_by\":\"anthropic\",\"_\":{}}"},
    {"cohere",
     {"COHERE_API_KEY=k"},
     "GET /v1/models?page_size=1000&endpoint=chat HTTP/1.1\r\n",
     "{\"models\":[{\"name\":\"command\",\"endpoints\":[\"chat\"]}]}",
     "{\"id\":\"cohere/command\",\"object\":\"model\",\"created\":0,"
     "\"owned_by\":\"cohere\",\"_\":{\"endpoints\":[\"chat\"]}}"},
    {"google",
     {"GEMINI_API_KEY=k"},
     "GET /v1beta/models?pageSize=1000 HTTP/1.1\r\n",
     "{\"models\":[{\"name\":\"models/g-1\",\"version\":\"1\"},{\"name\":"
     "\"tuned/x\"}]}",
     "{\"id\":\"google-ai-studio/g-1\",\"object\":\"model\",\"created\":0,"
     "\"owned_by\":\"google_ai_studio\",\"_\":{\"version\":\"1\"}},{\"id\":"
     "\"google-ai-studio/tuned/x\",\"object\":\"model\",\"created\":0,"
     "\"owned_by\":\"google_ai_studio\",\"_\":{}}"},
    {"groq",
     {"GROQ_API_KEY=k"},
     "GET /openai/v1/models HTTP/1.1\r\n",
     "{\"data\":[{\"id\":\"l\",\"object\":\"model\",\"created\":5,"
     "\"owned_by\":\"Meta\",\"active\":true}]}",
     "{\"id\":\"groq/l\",\"object\":\"model\",\"created\":5,\"owned_by\":"
     "\"Meta\",\"_\":{\"active\":true}}"},
    {"mistral",
     {"MISTRAL_API_KEY=k"},
     "GET /v1/models HTTP/1.1\r\n",
     "{\"data\":[{\"id\":\"s\",\"object\":\"model\",\"created\":5,"
     "\"owned_by\":\"mistralai\",\"aliases\":[]}]}",
     "{\"id\":\"mistral/s\",\"object\":\"model\",\"created\":5,\"owned_by\":"
     "\"mistralai\",\"_\":{\"aliases\":[]}}"},
    {"openrouter",
     {"OPENROUTER_API_KEY=k"},
     "GET /api/v1/models HTTP/1.1\r\n",
     "{\"data\":[{\"id\":\"a/b\",\"created\":9,\"pricing\":{\"p\":\"0\"}}]}",
     "{\"id\":\"openrouter/a/b\",\"object\":\"model\",\"created\":9,"
     "\"owned_by\":\"openrouter\",\"_\":{\"pricing\":{\"p\":\"0\"}}}"},
    {"workers-ai",
     {"CLOUDFLARE_API_KEY=k", "CLOUDFLARE_ACCOUNT_ID=acc"},
     "GET /client/v4/accounts/acc/ai/models/search?task=Text%20Generation"
     "&per_page=100 HTTP/1.1\r\n",
     "{\"success\":true,\"result\":[{\"id\":\"uuid\",\"name\":\"@cf/meta/l\"}"
     "],\"result_info\":{\"total_count\":1}}",
     "{\"id\":\"workers-ai/@cf/meta/l\",\"object\":\"model\",\"created\":0,"
     "\"owned_by\":\"workers_ai\",\"_\":{\"id\":\"uuid\"}}"},
    {"nothing of use is passed over",
     {"OPENAI_API_KEY=k"},
     "GET ",
     "{\"data\":[null,1,\"x\",[],{},{\"id\":7},{\"id\":\"\"},{\"id\":\"a\"}]}",
     "{\"id\":\"openai/a\",\"object\":\"model\",\"created\":0,\"owned_by\":"
     "\"openai\"}"},
    {"names are escaped again",
     {"OPENAI_API_KEY=k"},
     "GET ",
     "{\"data\":[{\"id\":\"a\\\"\\u0041\",\"owned_by\":\"\\n\"}]}",
     "{\"id\":\"openai/a\\\"A\",\"object\":\"model\",\"created\":0,"
     "\"owned_by\":\"\\n\"}"},
    {"an empty list", {"OPENAI_API_KEY=k"}, "GET ", "{\"data\":[]}", ""},
};

static void every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(shapes); i++) {
        const char *env[6] = {"PROXY_API_KEY=pk"};

        for (size_t k = 0; shapes[i].env[k] != NULL; k++)
            env[k + 1] = shapes[i].env[k];
        with("{}", env);
        list();
        check_int(h.n_calls, 1);
        check_has(h.calls[0].head, shapes[i].line);
        assert_true(host_call_has(&h, 0, "accept-encoding: identity\r\n"));
        assert_true(h.calls[0].ended);
        answer(0, shapes[i].in);
        check_int(h.status, 200);
        check_str(host_field(&h, "content-type"), STR("application/json"));
        check_str_case(shapes[i].name, entries(), str_of(shapes[i].want));
        check_int(h.length, host_body(&h).n);
    }
}

/* However the list arrives. */
static void cut_everywhere(void **state)
{
    struct str in = str_of(shapes[2].in);

    (void)state;
    with(
        "{\"server\": {\"modelsTtl\": \"1ms\"}}",
        (const char *const[]){"PROXY_API_KEY=pk", "ANTHROPIC_API_KEY=k", NULL});
    for (size_t n = 1; n <= in.n; n++) {
        h.n_store = 0;
        list();
        host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
        host_data_cut(&h, 0, in, n, true);
        check_str(entries(), str_of(shapes[2].want));
    }
}

/* ---- the whole ---- */

static void order_and_key(void **state)
{
    (void)state;
    with("{\"CUSTOM_OPENAI_ENDPOINTS\": [{\"name\": \"lab\", \"baseUrl\": "
         "\"http://127.0.0.1:7/v1\", \"apiKeys\": [\"l0\"]}, {\"name\": "
         "\"fixed\", \"baseUrl\": \"http://127.0.0.1:8\", \"models\": "
         "[\"one\", \"two\"]}]}",
         (const char *const[]){"PROXY_API_KEY=pk", "OPENAI_API_KEY=k0,k1",
                               "GROQ_API_KEY=g0", NULL});
    list();
    check_int(h.n_calls, 3);
    check_int(h.picks, 0);
    assert_true(host_call_has(&h, 1, "authorization: Bearer k0\r\n"));
    assert_true(host_call_has(&h, 2, "host: 127.0.0.1:7\r\n"));
    assert_true(host_call_has(&h, 2, "authorization: Bearer l0\r\n"));
    answer(2, "{\"data\":[{\"id\":\"c\"}]}");
    answer(0, "{\"data\":[{\"id\":\"a\"}]}");
    check_int(h.status, 0);
    answer(1, "{\"data\":[{\"id\":\"b\"}]}");
    check_int(h.status, 200);
    check_str(
        entries(),
        STR("{\"id\":\"groq/a\",\"object\":\"model\",\"created\":0,"
            "\"owned_by\":\"groq\",\"_\":{}},{\"id\":\"openai/b\","
            "\"object\":\"model\",\"created\":0,\"owned_by\":\"openai\"}"));
    check_has(host_body(&h),
              "{\"id\":\"lab/c\",\"object\":\"model\",\"created\":0,"
              "\"owned_by\":\"lab\"},{\"id\":\"fixed/one\",\"object\":"
              "\"model\",\"created\":1700000000,\"owned_by\":\"fixed\"},"
              "{\"id\":\"fixed/two\",\"object\":\"model\",\"created\":"
              "1700000000,\"owned_by\":\"fixed\"}]}");
}

static const char no_list[] = "its answer is no list of models";

static void failing_providers_are_left_out(void **state)
{
    static const struct {
        const char *head, *body; /* head NULL: it fails */
        const char *why;         /* as it is told */
    } cases[] = {
        {NULL, NULL, "the provider could not be reached"},
        {"HTTP/1.1 500 X\r\n\r\n", "{\"data\":[{\"id\":\"no\"}]}",
         "status 500"},
        {"HTTP/1.1 401 X\r\n\r\n", "{}", "status 401"},
        {"HTTP/1.1 302 X\r\nlocation: /\r\n\r\n", "", "status 302"},
        {"HTTP/1.1 200 X\r\n\r\n", "<html></html>", no_list},
        {"HTTP/1.1 200 X\r\n\r\n", "", no_list},
        {"HTTP/1.1 200 X\r\n\r\n", "{\"models\":{}}", no_list},
        {"HTTP/1.1 200 X\r\n\r\n", "{\"data\":null}", no_list},
        {"HTTP/1.1 200 X\r\n\r\n", "7", no_list},
        {"HTTP/1.1 200 X\r\n\r\n", "{\"data\":[{\"id\":\"a\"}]", no_list},
    };
    struct str named = STR("mistral: ");

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        h.n_store = 0;
        list();
        check_int(h.n_calls, 2);
        if (cases[i].head == NULL) {
            host_fail(&h, 0, SL_UP_REFUSED);
        } else {
            host_answer(&h, 0, cases[i].head);
            host_data(&h, 0, str_of(cases[i].body), true);
        }
        answer(1, "{\"data\":[{\"id\":\"b\"}]}");
        check_int(h.status, 200);
        check_str_case(cases[i].body != NULL ? cases[i].body : "refused",
                       entries(),
                       STR("{\"id\":\"openai/b\",\"object\":\"model\","
                           "\"created\":0,\"owned_by\":\"openai\"}"));
        check_int(h.store[0].ttl_ms, 10000);
        assert_true(str_starts(h.store[0].bytes, STR("!")));
        check_str(str_skip(h.store[0].bytes, 1), str_of(cases[i].why));
        assert_true(str_starts(host_field(&h, "sluice-unlisted"), named));
        check_str(str_skip(host_field(&h, "sluice-unlisted"), named.n),
                  str_of(cases[i].why));
        check_int(h.store[1].ttl_ms, 60000);
    }
}

static void five_seconds(void **state)
{
    (void)state;
    list();
    answer(1, "{\"data\":[{\"id\":\"b\"}]}");
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 4; i++) {
        host_advance(&h, 1000);
        host_data(&h, 0, STR(" "), false); /* it drips */
    }
    host_advance(&h, 999);
    check_int(h.status, 0);
    host_advance(&h, 1);
    check_int(h.status, 200);
    assert_true(h.calls[0].cancelled);
    assert_true(h.done);
    check_str(entries(), STR("{\"id\":\"openai/b\",\"object\":\"model\","
                             "\"created\":0,\"owned_by\":\"openai\"}"));
}

/* ---- pages ---- */

static const struct {
    const char *name;
    const char *env[3];
    const char *first, *then; /* answers */
    const char *target;       /* of the second request */
} pages[] = {
    {"anthropic",
     {"ANTHROPIC_API_KEY=k"},
     "{\"data\":[{\"id\":\"a\"}],\"has_more\":true,\"last_id\":\"a &b\"}",
     "{\"data\":[{\"id\":\"b\"}],\"has_more\":false,\"last_id\":\"b\"}",
     "GET /v1/models?limit=1000&after_id=a%20%26b HTTP/1.1\r\n"},
    {"google",
     {"GEMINI_API_KEY=k"},
     "{\"models\":[{\"name\":\"models/a\"}],\"nextPageToken\":\"t/=\"}",
     "{\"models\":[{\"name\":\"models/b\"}]}",
     "GET /v1beta/models?pageSize=1000&pageToken=t%2F%3D HTTP/1.1\r\n"},
    {"cohere",
     {"COHERE_API_KEY=k"},
     "{\"models\":[{\"name\":\"a\"}],\"next_page_token\":\"t\"}",
     "{\"models\":[{\"name\":\"b\"}],\"next_page_token\":\"\"}",
     "GET /v1/models?page_size=1000&endpoint=chat&page_token=t HTTP/1.1\r\n"},
    {"workers-ai",
     {"CLOUDFLARE_API_KEY=k", "CLOUDFLARE_ACCOUNT_ID=acc"},
     "{\"result\":[{\"name\":\"a\"}],\"result_info\":{\"total_count\":2}}",
     "{\"result\":[{\"name\":\"b\"}],\"result_info\":{\"total_count\":2}}",
     "GET /client/v4/accounts/acc/ai/models/search?task=Text%20Generation"
     "&per_page=100&page=2 HTTP/1.1\r\n"},
};

static void pages_are_followed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(pages); i++) {
        const char *env[5] = {"PROXY_API_KEY=pk"};

        for (size_t k = 0; pages[i].env[k] != NULL; k++)
            env[k + 1] = pages[i].env[k];
        with("{}", env);
        list();
        answer(0, pages[i].first);
        check_int(h.status, 0);
        check_int(h.n_calls, 2);
        check_str_case(pages[i].name,
                       str_first(h.calls[1].head, str_of(pages[i].target).n),
                       str_of(pages[i].target));
        answer(1, pages[i].then);
        check_int(h.status, 200);
        check_int(h.n_calls, 2);
        check_has(entries(), "/a\"");
        check_has(entries(), "/b\"");
    }
}

/* One deadline for all pages, and not without end. */
static void pages_have_limits(void **state)
{
    (void)state;
    with("{}",
         (const char *const[]){"PROXY_API_KEY=pk", "COHERE_API_KEY=k", NULL});
    list();
    host_advance(&h, 4000);
    answer(0, pages[2].first);
    host_advance(&h, 1000);
    check_int(h.status, 200);
    assert_true(h.calls[1].cancelled);
    check_str(entries(), STR(""));
    h.n_store = 0;
    list();
    for (size_t i = 0; i < 20 && !h.done; i++)
        answer(i, pages[2].first);
    check_int(h.n_calls, 20);
    check_int(h.status, 200);
}

static void a_page_without_models_is_the_last(void **state)
{
    (void)state;
    with("{}", (const char *const[]){"PROXY_API_KEY=pk", "CLOUDFLARE_API_KEY=k",
                                     "CLOUDFLARE_ACCOUNT_ID=acc", NULL});
    list();
    answer(0, "{\"result\":[{\"name\":\"a\"}],\"result_info\":{\"total_count\":"
              "9}}");
    answer(1, "{\"result\":[],\"result_info\":{\"total_count\":9}}");
    check_int(h.status, 200);
    check_int(h.n_calls, 2);
    check_has(entries(), "workers-ai/a");
}

static void models_limit(void **state)
{
    (void)state;
    with("{\"limits\": {\"models\": 2}}",
         (const char *const[]){"PROXY_API_KEY=pk", "COHERE_API_KEY=k", NULL});
    list();
    answer(0, "{\"models\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}"
              "],\"next_page_token\":\"t\"}");
    check_int(h.status, 200);
    check_int(h.n_calls, 1);
    check_has(entries(), "cohere/b");
    assert_false(str_has(entries(), STR("cohere/c")));
}

/* ---- kept lists ---- */

static void lists_are_kept(void **state)
{
    struct str first;
    static char copy[4096];

    (void)state;
    list();
    answer(0, "{\"data\":[{\"id\":\"a\"}]}");
    answer(1, "{\"data\":[{\"id\":\"b\"}]}");
    check_int(h.n_store, 2);
    check_has(h.store[1].key, "models:openai@127.0.0.1:1/v1");
    check_int(h.store[1].ttl_ms, 60000);
    first = host_body(&h);
    assert_true(first.n < sizeof copy);
    memcpy(copy, first.p, first.n);
    first.p = copy;
    host_advance(&h, 59999);
    list();
    check_int(h.n_calls, 0);
    check_str(host_body(&h), first);
    host_advance(&h, 1);
    list();
    check_int(h.n_calls, 2);
}

/* A provider that failed is left alone for ten seconds. */
static void failures_are_kept_shortly(void **state)
{
    (void)state;
    list();
    host_fail(&h, 0, SL_UP_DNS);
    answer(1, "{\"data\":[{\"id\":\"b\"}]}");
    host_advance(&h, 9999);
    list();
    check_int(h.n_calls, 0);
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-unlisted"),
              STR("mistral: the provider's name does not resolve"));
    host_advance(&h, 1);
    list();
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "host: 127.0.0.1:2\r\n"));
}

/* The host may take its time to say what it keeps. */
static void answers_to_load_come_later(void **state)
{
    struct event none = {.kind = EVENT_LOADED, .rc = SL_NOT_FOUND};
    struct event kept = {.kind = EVENT_LOADED,
                         .rc = SL_OK,
                         .bytes = STR("[{\"id\":\"openai/kept\"}]")};

    (void)state;
    h.waits = true;
    list();
    check_int(h.loads, 1);
    check_int(h.n_calls, 0);
    host_feed(&h, none);
    check_int(h.loads, 2);
    check_int(h.n_calls, 1);
    answer(0, "{\"data\":[{\"id\":\"b\"}]}");
    check_int(h.status, 0);
    host_feed(&h, kept);
    check_int(h.status, 200);
    check_has(host_body(&h), "mistral/b");
    check_has(host_body(&h), ",{\"id\":\"openai/kept\"},");
}

/* ---- one model ---- */

static const struct {
    const char *path;
    int status;
    const char *want;
} ones[] = {
    {"/v1/models/openai%2Fgpt", 200, "{\"id\":\"openai/gpt\","},
    {"/v1/models/openai/gpt", 200, "{\"id\":\"openai/gpt\","},
    {"/models/openai%2fgpt", 200, "{\"id\":\"openai/gpt\","},
    {"/v1/models/mistral%2Fa%2Fb", 200, "{\"id\":\"mistral/a/b\","},
    {"/v1/models/sluice/echo", 200, "{\"id\":\"sluice/echo\","},
    {"/v1/models/openai%2Fgp", 404, "model_not_found"},
    {"/v1/models/openai", 404, "model_not_found"},
    {"/v1/models/gpt", 404, "model_not_found"},
    {"/v1/models/mistral/gpt", 404, "model_not_found"},
};

static void one_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(ones); i++) {
        char line[128];

        h.n_store = 0;
        snprintf(line, sizeof line, "GET %s", ones[i].path);
        assert_true(host_ask(&h, line, "", STR("")));
        check_int(h.n_calls, 2);
        answer(0, "{\"data\":[{\"id\":\"a/b\"}]}");
        answer(1, "{\"data\":[{\"id\":\"x\"},{\"id\":\"gpt\"}]}");
        if (h.status != ones[i].status)
            fail_msg("%s: %d", ones[i].path, h.status);
        check_has(host_body(&h), ones[i].want);
        check_int(h.length, host_body(&h).n);
    }
}

static void client_leaves(void **state)
{
    (void)state;
    list();
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("{\"data\":["), false);
    host_gone(&h);
    assert_true(h.done);
    assert_true(h.calls[0].cancelled);
    assert_true(h.calls[1].cancelled);
    check_int(h.n_store, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_shape),
        T(cut_everywhere),
        T(order_and_key),
        T(failing_providers_are_left_out),
        T(five_seconds),
        T(pages_are_followed),
        T(pages_have_limits),
        T(a_page_without_models_is_the_last),
        T(models_limit),
        T(lists_are_kept),
        T(failures_are_kept_shortly),
        T(answers_to_load_come_later),
        T(one_model),
        T(client_leaves),
    };

    return test_run("models", tests, SL_LEN(tests));
}
