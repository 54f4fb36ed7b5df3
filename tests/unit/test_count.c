/* SPDX-License-Identifier: MIT */
/* How many tokens a request has: asked of the provider that counts, else
 * estimated. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=o0",
    "ANTHROPIC_API_KEY=a0,a1",
    "GEMINI_API_KEY=g0",
    NULL,
};

static const char config[] =
    "{\"models\":{\"two\":[\"anthropic/c\",\"openai/m\"]}}";

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

#define MESSAGES "POST /v1/messages/count_tokens"
#define GEMINI(model) "POST /v1beta/models/" model ":countTokens"
#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define CONTENTS \
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}"

/* call: what the provider gets, {NULL}: nobody is asked. */
static const struct {
    const char *name, *line, *body, *call, *sent, *want;
} rows[] = {
    {"Anthropic's own", MESSAGES,
     "{\"model\":\"anthropic/c\", \"x\":1.0," HI "}",
     "POST /v1/messages/count_tokens HTTP/1.1\r\nhost: api.anthropic.com\r\n",
     "{\"model\":\"c\", \"x\":1.0," HI "}", "{\"n\":5}"},
    {"without /v1", "POST /messages/count_tokens",
     "{\"model\":\"anthropic/c\",\"stream\":true," HI "}",
     "POST /v1/messages/count_tokens HTTP/1.1\r\n",
     "{\"model\":\"c\",\"stream\":true," HI "}", "{\"n\":5}"},
    {"of a supplier", "POST /v2/anthropic/messages/count_tokens",
     "{\"model\":\"c\"," HI "}", "POST /v1/messages/count_tokens HTTP/1.1\r\n",
     "{\"model\":\"c\"," HI "}", "{\"n\":5}"},
    {"Gemini's own", GEMINI("google-ai-studio%2Fg"), CONTENTS,
     "POST /v1beta/models/g:countTokens HTTP/1.1\r\nhost: generativelanguage.",
     CONTENTS, "{\"n\":5}"},
    {"Gemini's in v1", "POST /v1/models/gemini/g:countTokens", CONTENTS,
     "POST /v1beta/models/g:countTokens HTTP/1.1\r\n", CONTENTS, "{\"n\":5}"},
    {"Anthropic's over OpenAI", MESSAGES, "{\"model\":\"openai/m\"," HI "}",
     NULL, NULL, "{\"input_tokens\":8}"},
    {"Anthropic's over Gemini", MESSAGES, "{\"model\":\"gemini/g\"," HI "}",
     NULL, NULL, "{\"input_tokens\":8}"},
    {"Gemini's over Anthropic", GEMINI("anthropic/c"), CONTENTS, NULL, NULL,
     "{\"totalTokens\":8}"},
    {"Gemini's, a whole request", GEMINI("sluice/echo"),
     "{\"generateContentRequest\":" CONTENTS "}", NULL, NULL,
     "{\"totalTokens\":8}"},
};

static void counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        print_message("%s\n", rows[i].name);
        assert_true(host_ask(&h, rows[i].line, "", str_of(rows[i].body)));
        check_int(h.n_calls, rows[i].call != NULL ? 1 : 0);
        if (rows[i].call != NULL) {
            check_has(h.calls[0].head, rows[i].call);
            check_has(h.calls[0].head, "accept: application/json\r\n");
            check_str(host_call_body(&h, 0), str_of(rows[i].sent));
            host_answer(
                &h, 0,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
            host_data(&h, 0, STR("{\"n\":5}"), true);
        }
        check_str(host_body(&h), str_of(rows[i].want));
        check_int(h.status, 200);
        assert_true(h.done);
        check_str(host_field(&h, "content-type"), STR("application/json"));
        check_str(host_field(&h, "sluice-estimated"),
                  rows[i].call != NULL ? (struct str){0} : STR("true"));
        assert_true(host_field(&h, "sluice-model").n != 0);
    }
}

static const struct {
    const char *name, *line, *body;
    int status;
    const char *has;
} wrong[] = {
    {"no messages", MESSAGES, "{\"model\":\"openai/m\"}", 400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
     "\"message\":\"messages"},
    {"no model", MESSAGES, "{" HI "}", 400, "model is missing"},
    {"no JSON", MESSAGES, "7", 400, "not a JSON object"},
    {"no contents", GEMINI("openai/m"), "{}", 400,
     "{\"error\":{\"code\":400,\"message\":\"contents"},
    {"nobody", GEMINI("groq/m"), CONTENTS, 404, "groq is not configured"},
};

static void errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        print_message("%s\n", wrong[i].name);
        assert_true(host_ask(&h, wrong[i].line, "", str_of(wrong[i].body)));
        check_has(host_body(&h), wrong[i].has);
        check_int(h.status, wrong[i].status);
    }
}

static void the_next_key_then_an_estimate(void **state)
{
    (void)state;
    assert_true(host_ask(&h, MESSAGES, "", STR("{\"model\":\"two\"," HI "}")));
    host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
    check_int(h.n_calls, 2);
    host_answer(&h, 1, "HTTP/1.1 429 X\r\n\r\n");
    check_str(host_body(&h), STR("{\"input_tokens\":8}"));
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
}

static void a_providers_error_passes(void **state)
{
    (void)state;
    assert_true(
        host_ask(&h, MESSAGES, "", STR("{\"model\":\"anthropic/c\"," HI "}")));
    host_answer(&h, 0, "HTTP/1.1 400 X\r\n\r\n");
    host_data(&h, 0,
              STR("{\"type\":\"error\",\"error\":{\"type\":"
                  "\"invalid_request_error\",\"message\":\"too bad\"}}"),
              true);
    check_int(h.status, 400);
    check_has(host_body(&h), "\"type\":\"error\"");
    check_has(host_body(&h), "too bad");
}

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    bool ok = host_init(&g, m, str_of(config), env);

    ok = ok && host_ask(&g, ctx, "",
                        STR("{\"model\":\"openai/m\"," HI ","
                            "\"contents\":[]}"));
    ok = ok && g.done && g.status == 200;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    static char messages[] = MESSAGES;

    (void)state;
    test_each_allocation(without_memory, messages);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(counted),
        TEST(errors),
        TEST(the_next_key_then_an_estimate),
        TEST(a_providers_error_passes),
        TEST(memory_fails),
    };

    return test_run("count", tests, SL_LEN(tests));
}
