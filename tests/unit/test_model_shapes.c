/* SPDX-License-Identifier: MIT */
/* Lists of models as clients of other dialects want them. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0",
    NULL,
};

static const char config[] =
    "{\"models\":{\"smart\":[\"openai/gpt-4o\"],"
    "\"odd\":[{\"target\":\"openai/unheard-of\",\"maxContext\":10}]}}";

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

/* The provider's list: one model that the table knows, one with a name for
 * people, one that is only a name. */
static const char list[] =
    "{\"data\":[{\"id\":\"gpt-4o\",\"created\":1715367049},{\"id\":\"b\\\"b\","
    "\"display_name\":\"The B\"},{\"id\":\"c\",\"_\":{\"displayName\":\"See\"}}"
    "]}";

static void ask(const char *line, const char *fields)
{
    assert_true(host_ask(&h, line, fields, STR("")));
    if (h.n_calls == 1 && !h.done) {
        host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&h, 0, str_of(list), true);
    }
    assert_true(h.done);
}

#define ANTHROPIC "anthropic-version: 2023-06-01\r\n"
#define SMART_A                                                            \
    "{\"type\":\"model\",\"id\":\"smart\",\"display_name\":\"smart\","     \
    "\"created_at\":\"1970-01-01T00:00:00Z\",\"max_input_tokens\":128000," \
    "\"max_tokens\":16384}"
#define ODD_A                                                      \
    "{\"type\":\"model\",\"id\":\"odd\",\"display_name\":\"odd\"," \
    "\"created_at\":\"1970-01-01T00:00:00Z\"}"
#define GPT_A                                                                 \
    "{\"type\":\"model\",\"id\":\"openai/gpt-4o\",\"display_name\":"          \
    "\"gpt-4o\",\"created_at\":\"2024-05-10T18:50:49Z\",\"max_input_tokens\"" \
    ":128000,\"max_tokens\":16384}"
#define B_A                                                                    \
    "{\"type\":\"model\",\"id\":\"openai/b\\\"b\",\"display_name\":\"The B\"," \
    "\"created_at\":\"1970-01-01T00:00:00Z\"}"
#define METHODS                                            \
    "\"supportedGenerationMethods\":[\"generateContent\"," \
    "\"streamGenerateContent\",\"countTokens\"]}"
#define SMART_G                                                        \
    "{\"name\":\"models/smart\",\"version\":\"001\",\"displayName\":"  \
    "\"smart\",\"inputTokenLimit\":128000,\"outputTokenLimit\":16384," \
    "\"thinking\":false," METHODS
#define ODD_G             \
    "{\"name\":\"models/" \
    "odd\",\"version\":\"001\",\"displayName\":\"odd\"," METHODS
#define GPT_G                                                 \
    "{\"name\":\"models/openai/gpt-4o\",\"version\":\"001\"," \
    "\"displayName\":\"gpt-4o\",\"inputTokenLimit\":128000,"  \
    "\"outputTokenLimit\":16384,\"thinking\":false," METHODS
#define C_G                                           \
    "{\"name\":\"models/openai/"                      \
    "c\",\"version\":\"001\",\"displayName\":\"See\"" \
    "," METHODS

static const struct {
    const char *name, *line, *fields;
    int status;
    const char *begins, *ends; /* of the answer; ends NULL: it is all */
} rows[] = {
    {"Anthropic's first page", "GET /v1/models?limit=2", ANTHROPIC, 200,
     "{\"data\":[" SMART_A "," ODD_A "],\"has_more\":true,\"first_id\":"
     "\"smart\",\"last_id\":\"odd\"}",
     NULL},
    {"its next", "GET /v1/models?limit=2&after_id=odd", ANTHROPIC, 200,
     "{\"data\":[" GPT_A "," B_A "],\"has_more\":true,\"first_id\":"
     "\"openai/gpt-4o\",\"last_id\":\"openai/b\\\"b\"}",
     NULL},
    {"the one before", "GET /v1/models?limit=1&before_id=openai%2Fgpt-4o",
     ANTHROPIC, 200,
     "{\"data\":[" ODD_A "],\"has_more\":true,\"first_id\":\"odd\","
     "\"last_id\":\"odd\"}",
     NULL},
    {"between two", "GET /v1/models?after_id=smart&before_id=openai/gpt-4o",
     ANTHROPIC, 200, "{\"data\":[" ODD_A "],\"has_more\":true,", ""},
    {"before the first", "GET /v1/models?before_id=smart", ANTHROPIC, 200,
     "{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}",
     NULL},
    {"before what is after it", "GET /models?after_id=odd&before_id=smart",
     ANTHROPIC, 200, "{\"data\":[],", ""},
    {"all of Anthropic's", "GET /v1/models", ANTHROPIC, 200,
     "{\"data\":[" SMART_A "," ODD_A "," GPT_A ",",
     "\"has_more\":false,\"first_id\":\"smart\",\"last_id\":\"sluice/error\"}"},
    {"more than there is", "GET /v1/models?limit=2000", ANTHROPIC, 200,
     "{\"data\":[" SMART_A, "\"last_id\":\"sluice/error\"}"},
    {"one of Anthropic's", "GET /v1/models/openai%2Fgpt-4o", ANTHROPIC, 200,
     GPT_A, NULL},
    {"the operator's own", "GET /v1/models/smart", ANTHROPIC, 200, SMART_A,
     NULL},
    {"none of Anthropic's", "GET /v1/models/openai%2Fx", ANTHROPIC, 404,
     "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",", ""},
    {"no limit", "GET /v1/models?limit=0", ANTHROPIC, 400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
     "\"message\":\"limit must be a number",
     ""},
    {"a limit of letters", "GET /v1/models?limit=x", ANTHROPIC, 400,
     "{\"type\":\"error\"", ""},
    {"after nothing", "GET /v1/models?after_id=x", ANTHROPIC, 400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
     "\"message\":\"after_id names no model",
     ""},
    {"before nothing", "GET /v1/models?before_id=x", ANTHROPIC, 400,
     "{\"type\":\"error\"", ""},
    {"a bad escape", "GET /v1/models?after_id=%zz", ANTHROPIC, 400,
     "{\"type\":\"error\"", ""},

    {"all of Gemini's", "GET /v1beta/models", "", 200,
     "{\"models\":[" SMART_G "," ODD_G "," GPT_G ",", "]}"},
    {"Gemini's page", "GET /v1beta/models?pageSize=2", "", 200,
     "{\"models\":[" SMART_G "," ODD_G "],\"nextPageToken\":\"odd\"}", NULL},
    {"its next", "GET /v1beta/models?pageSize=1&pageToken=openai%2Fb%22b", "",
     200, "{\"models\":[" C_G "],\"nextPageToken\":\"openai/c\"}", NULL},
    {"a token of nobody's", "GET /v1beta/models?pageToken=x", "", 400,
     "{\"error\":{\"code\":400,\"message\":\"pageToken names no model", ""},
    {"one of Gemini's", "GET /v1beta/models/openai/gpt-4o", "", 200, GPT_G,
     NULL},
    {"none of Gemini's", "GET /v1beta/models/openai/x", "", 404,
     "{\"error\":{\"code\":404,", "\"status\":\"NOT_FOUND\"}}"},
    {"OpenAI's stays, with Authorization", "GET /v1/models/openai/gpt-4o",
     "authorization: Bearer pk\r\nx-goog-api-key: pk\r\n", 200,
     "{\"id\":\"openai/gpt-4o\",\"object\":\"model\",\"created\":1715367049,",
     ""},

    {"Ollama's", "GET /api/tags", "", 200,
     "{\"models\":[{\"name\":\"smart\",\"model\":\"smart\",\"modified_at\":"
     "\"1970-01-01T00:00:00Z\",",
     "]}"},
    {"Ollama's version", "GET /api/version", "", 200, "{\"version\":\"0.",
     "\"}"},
    {"nothing runs", "GET /api/ps", "", 200, "{\"models\":[]}", NULL},
};

static void shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct str body;

        print_message("%s\n", rows[i].name);
        ask(rows[i].line, rows[i].fields);
        body = host_body(&h);
        check_int(h.status, rows[i].status);
        if (rows[i].ends == NULL) {
            check_str(body, str_of(rows[i].begins));
            continue;
        }
        check_str(str_first(body, str_of(rows[i].begins).n),
                  str_of(rows[i].begins));
        assert_true(str_ends(body, str_of(rows[i].ends)));
    }
}

/* The keys of google-genai and Anthropic travel in fields of their own. */
static void by_the_key_that_is_sent(void **state)
{
    static const char head[] = "GET /v1/models HTTP/1.1\r\nhost: h\r\n"
                               "x-goog-api-key: pk\r\n\r\n";
    static const char wrong[] = "GET /v1/models HTTP/1.1\r\nhost: h\r\n"
                                "x-api-key: no\r\n" ANTHROPIC "\r\n";

    (void)state;
    assert_true(host_request(&h, head, STR("")));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, str_of(list), true);
    check_has(host_body(&h), "{\"models\":[" SMART_G);
    assert_true(host_request(&h, wrong, STR("")));
    check_int(h.status, 401);
    check_has(
        host_body(&h),
        "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\"");
}

/* A key of the client's own is for answers, not for lists that all see. */
static void no_key_of_the_clients(void **state)
{
    (void)state;
    assert_true(host_request(&h,
                             "GET /v1beta/models HTTP/1.1\r\nhost: h\r\n"
                             "sluice-key: pk\r\nsupplier: openai\r\n"
                             "authorization: Bearer own-key-1\r\n\r\n",
                             STR("")));
    assert_true(host_call_has(&h, 0, "authorization: Bearer k0\r\n"));
}

static void who_is_missing(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /v1beta/models", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 401 X\r\n\r\n");
    host_data(&h, 0, STR(""), true);
    check_int(h.status, 200);
    check_str(host_field(&h, "sluice-unlisted"), STR("openai: status 401"));
}

/* ---- POST /api/show ---- */

static const struct {
    const char *name, *body;
    int status;
    const char *has;
} shows[] = {
    {"a known model", "{\"model\":\"openai/gpt-4o\"}", 200,
     "\"general.basename\":\"openai/gpt-4o\",\"sluice.context_length\":128000},"
     "\"capabilities\":[\"completion\",\"tools\",\"vision\"]"},
    {"as older clients say it", "{\"name\":\"smart\"}", 200,
     "\"sluice.context_length\":128000"},
    {"an unknown one", "{\"model\":\"openai/unheard-of\"}", 200,
     "\"general.basename\":\"openai/unheard-of\"},\"capabilities\":["
     "\"completion\",\"tools\"]"},
    {"as it is configured", "{\"model\":\"odd\"}", 200,
     "\"sluice.context_length\":10}"},
    {"of nobody", "{\"model\":\"groq/x\"}", 404,
     "{\"error\":\"provider groq is not configured"},
    {"no name", "{}", 400, "{\"error\":\"model is missing"},
    {"no JSON", "x", 400, "{\"error\":\"the body is not a JSON object"},
};

static void show(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(shows); i++) {
        print_message("%s\n", shows[i].name);
        assert_true(host_ask(&h, "POST /api/show", "", str_of(shows[i].body)));
        check_int(h.status, shows[i].status);
        check_has(host_body(&h), shows[i].has);
        check_int(h.n_calls, 0);
    }
}

static void show_a_bare_name(void **state)
{
    (void)state;
    assert_true(
        host_ask(&h, "POST /api/show", "", STR("{\"model\":\"gpt-4o\"}")));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, str_of(list), true);
    check_int(h.status, 200);
    check_has(host_body(&h), "\"general.basename\":\"gpt-4o\"");
}

/* ---- models that are to be loaded ---- */

static const struct {
    const char *name, *line, *body;
    const char *want; /* NULL: it is asked of the provider */
} loads[] = {
    {"a chat without messages", "POST /api/chat",
     "{\"model\":\"openai/m\",\"messages\":[ ]}",
     "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
     "\"done_reason\":\"load\"}"},
    {"one that says nothing of them", "POST /api/chat",
     "{\"model\":\"smart\",\"keep_alive\":0}",
     "\"done\":true,\"done_reason\":\"unload\"}"},
    {"no prompt", "POST /api/generate", "{\"model\":\"openai/m\"}",
     "\"response\":\"\",\"done\":true,\"done_reason\":\"load\"}"},
    {"an empty one", "POST /api/generate",
     "{\"model\":\"openai/m\",\"prompt\":\"\"}", "\"response\":\"\""},
    {"a chat", "POST /api/chat",
     "{\"model\":\"openai/m\",\"messages\":[{\"role\":\"user\",\"content\":"
     "\"a\"}]}",
     NULL},
    {"a prompt", "POST /api/generate",
     "{\"model\":\"openai/m\",\"prompt\":\"a\"}", NULL},
    {"no messages of another dialect", "POST /v1/chat/completions",
     "{\"model\":\"openai/m\",\"messages\":[]}", NULL},
};

static void models_are_loaded(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(loads); i++) {
        print_message("%s\n", loads[i].name);
        assert_true(host_ask(&h, loads[i].line, "", str_of(loads[i].body)));
        check_int(h.n_calls, loads[i].want == NULL ? 1 : 0);
        if (loads[i].want == NULL)
            continue;
        check_int(h.status, 200);
        check_has(host_body(&h), loads[i].want);
    }
    assert_true(
        host_ask(&h, "POST /api/chat", "", STR("{\"model\":\"groq/m\"}")));
    check_int(h.status, 404);
}

/* ---- memory ---- */

struct asks {
    const char *line, *fields, *body;
};

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    const struct asks *a = ctx;
    bool ok = host_init(&g, m, str_of(config), env);

    ok = ok && host_ask(&g, a->line, a->fields, str_of(a->body));
    if (ok && !g.done) {
        host_answer(&g, 0, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&g, 0, str_of(list), true);
    }
    /* A list without memory is one provider fewer. */
    ok = ok && g.done && g.status == 200 &&
         host_field(&g, "sluice-unlisted").n == 0;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    static const struct asks all[] = {
        {"GET /v1/models?limit=2&after_id=odd", ANTHROPIC, ""},
        {"GET /v1beta/models", "", ""},
        {"GET /v1beta/models/openai/gpt-4o", "", ""},
        {"GET /api/tags", "", ""},
        {"POST /api/show", "", "{\"model\":\"gpt-4o\"}"},
        {"POST /api/chat", "", "{\"model\":\"openai/m\"}"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(all); i++) {
        struct asks a = all[i];

        test_each_allocation(without_memory, &a);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shapes),
        TEST(by_the_key_that_is_sent),
        TEST(who_is_missing),
        TEST(show),
        TEST(models_are_loaded),
        TEST(no_key_of_the_clients),
        TEST(show_a_bare_name),
        TEST(memory_fails),
    };

    return test_run("model_shapes", tests, SL_LEN(tests));
}
