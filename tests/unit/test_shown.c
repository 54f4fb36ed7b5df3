/* SPDX-License-Identifier: MIT */
/* POST /v1/translate: what would be sent is shown, and nothing is. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=sk-openai-0a1,sk-openai-1b2",
    "ANTHROPIC_API_KEY=sk-ant-0c3",
    "GEMINI_API_KEY=gem-0d4",
    "COHERE_API_KEY=co-0e5",
    "AWS_ACCESS_KEY_ID=AKIDSECRET",
    "AWS_SECRET_ACCESS_KEY=secret-zero",
    "AWS_REGION=eu-west-1",
    "GOOGLE_CLOUD_LOCATION=us-central1",
    "GOOGLE_APPLICATION_CREDENTIALS={\"type\":\"service_account\","
    "\"client_email\":\"robot@proj.example\",\"private_key_id\":\"kid1\","
    "\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n"
    "-----END PRIVATE KEY-----\\n\",\"token_uri\":"
    "\"https://issuer.example/token\",\"project_id\":\"proj\"}",
    NULL,
};

static const char config[] =
    "{\"models\":{\"two\":[\"openai/a\",\"sluice/echo\"]}}";

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

static void show(const char *query, const char *fields, const char *body)
{
    char line[256];

    (void)snprintf(line, sizeof line, "POST /v1/translate%s", query);
    assert_true(host_ask(&h, line, fields, str_of(body)));
}

#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

static const struct {
    const char *name, *query, *body;
    const char *has[6];
} rows[] = {
    {"to OpenAI as it is, the model's name aside",
     "",
     "{\"model\":\"openai/gpt-4o\", \"x\" : 1.0," HI "}",
     {"{\n  \"provider\": \"openai\",\n  \"model\": \"gpt-4o\",\n  "
      "\"dialect\": \"openai-chat\",\n  \"method\": \"POST\",\n  \"url\": "
      "\"https://api.openai.com/v1/chat/completions\",\n  \"headers\": {\n"
      "    \"host\": \"api.openai.com\",",
      "\"authorization\": \"Bearer **********0a1\"",
      "\"body\": {\"model\":\"gpt-4o\", \"x\" : 1.0," HI "}",
      "\"loss\": []\n}\n"}},
    {"from Anthropic to OpenAI, and what is lost",
     "?from=anthropic",
     "{\"model\":\"openai/gpt-4o\",\"max_tokens\":9,\"top_k\":4," HI "}",
     {"\"body\": {\"model\":\"gpt-4o\"," HI ",\"max_completion_tokens\":9}",
      "\"loss\": [\"top_k;dropped\"]"}},
    {"from OpenAI to Anthropic",
     "?from=openai-chat",
     "{\"model\":\"anthropic/claude-3-haiku\",\"max_tokens\":9," HI "}",
     {"\"url\": \"https://api.anthropic.com/v1/messages\"",
      "\"x-api-key\": \"*******0c3\"",
      "\"anthropic-version\": ", "\"dialect\": \"anthropic\""}},
    {"from Responses to Gemini, streamed",
     "?from=openai-responses",
     "{\"model\":\"google-ai-studio/g\",\"input\":\"hi\",\"stream\":true}",
     {"v1beta/models/g:streamGenerateContent?alt=sse\"",
      "\"x-goog-api-key\": \"****0d4\"", "\"accept\": \"text/event-stream\""}},
    {"an envelope, with Gemini's model beside it",
     "",
     "{\"from\":\"gemini\",\"model\":\"openai/a b\",\"request\":"
     "{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}}",
     {"\"model\": \"a b\"", "\"body\": {\"model\":\"a b\"," HI "}"}},
    {"an envelope with a path",
     "",
     "{\"path\":\"/v1beta/models/openai/a:streamGenerateContent?alt=sse\","
     "\"request\":{\"contents\":[{\"parts\":[{\"text\":\"hi\"}]}]}}",
     {"\"stream\":true"}},
    {"an envelope of a request alone",
     "",
     "{\"request\": {\"model\":\"sluice/echo\"," HI "} }",
     {"\"url\": \"sluice:/chat/completions\"",
      "\"body\": {\"model\":\"echo\"," HI "}"}},
    {"a path of a supplier",
     "?path=%2Fv2%2Fopenai%2Fembeddings",
     "{\"model\":\"m\",\"input\":\"x\"}",
     {"\"dialect\": null", "\"url\": \"https://api.openai.com/v1/embeddings\"",
      "{\"model\":\"m\",\"input\":\"x\"}"}},
    {"embeddings in another form",
     "?path=/v1/embeddings",
     "{\"model\":\"cohere/embed-v4.0\",\"input\":\"hi\"}",
     {"\"dialect\": \"cohere\"", "\"url\": \"https://api.cohere.com/v2/embed\"",
      "\"texts\":[\"hi\"]"}},
    {"Ollama's embeddings to OpenAI",
     "?path=/api/embed",
     "{\"model\":\"openai/e\",\"input\":\"hi\"}",
     {"\"dialect\": \"openai\"", "api.openai.com/v1/embeddings\""}},
    {"the first target of a plan",
     "",
     "{\"model\":\"two\",\"fallbacks\":[\"sluice/cut\"]," HI "}",
     {"\"provider\": \"openai\"", "{\"model\":\"a\"," HI "}"}},
    {"a signature that is not made",
     "",
     "{\"model\":\"aws-bedrock/m\"," HI "}",
     {"\"authorization\": \"AWS4-HMAC-SHA256 **********\"",
      "\"url\": \"https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/",
      "\"dialect\": \"bedrock"}},
    {"a token that is not fetched",
     "?from=gemini&model=google-vertex-ai/gemini-2.5-pro",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}",
     {"\"authorization\": \"Bearer **********\"",
      "/v1/projects/proj/locations/us-central1/publishers/google/models/"
      "gemini-2.5-pro:generateContent"}},
    {"what a relay passes on although it is no JSON",
     "",
     "{\"model\":\"openai/a\",\"n\":01}",
     {"\"body\": \"{\\\"model\\\":\\\"a\\\",\\\"n\\\":01}\""}},
};

static void shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        print_message("%s\n", rows[i].name);
        show(rows[i].query, "", rows[i].body);
        for (size_t k = 0; rows[i].has[k] != NULL; k++)
            check_has(host_body(&h), rows[i].has[k]);
        check_int(h.status, 200);
        check_str(host_field(&h, "content-type"), STR("application/json"));
        check_int(h.n_calls, 0);
        check_int(h.picks, 0);
        check_int(h.signs, 0);
        check_int(h.record.attempts, 0);
    }
}

static const struct {
    const char *name, *query, *body;
    int status;
    const char *has;
} wrong[] = {
    {"no such dialect", "?from=x", "{}", 400,
     "from must be one of openai-chat, openai-responses, "},
    {"no model for Gemini", "?from=gemini", "{}", 400, "\"param\":\"model\""},
    {"a model that is in the request", "?from=anthropic&model=m", "{}", 400,
     "the request itself names its model"},
    {"both", "?from=anthropic&path=/v1/messages", "{}", 400, "path says all"},
    {"a path that is none", "?path=v1", "{}", 400, "path is malformed"},
    {"a path of nobody's", "?path=/v1/models", "{}", 400, "can be shown"},
    {"not itself", "?path=/v1/translate", "{}", 400, "can be shown"},
    {"no form", "?path=/v1/audio/transcriptions", "{}", 400, "can be shown"},
    {"a bad escape", "?from=%zz", "{}", 400, "the query is malformed"},
    {"no JSON", "", "x", 400, "the body is not a JSON object"},
    {"nothing", "", "", 400, "the body is empty"},
    {"an envelope without a request", "", "{\"from\":\"anthropic\"}", 400,
     "request must be an object"},
    {"a request that is none", "", "{\"request\":\"{}\"}", 400,
     "request must be an object"},
    {"a wrong type", "", "{\"from\":7,\"request\":{}}", 400,
     "from must be a string"},
    {"as its own path: Anthropic's", "?from=anthropic",
     "{\"model\":\"openai/a\"," HI "}", 400,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
     "\"message\":\"max_tokens"},
    {"as its own path: no model", "", "{" HI "}", 400, "model is missing"},
    {"as its own path: an unknown provider", "?from=openai-chat",
     "{\"model\":\"groq/a\"," HI "}", 404, "groq is not configured"},
    {"as its own path: a supplier", "?path=/v2/none/chat/completions",
     "{\"model\":\"a\"," HI "}", 404, "supplier"},
};

static void errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        print_message("%s\n", wrong[i].name);
        show(wrong[i].query, "", wrong[i].body);
        check_has(host_body(&h), wrong[i].has);
        check_int(h.status, wrong[i].status);
        check_int(h.n_calls, 0);
    }
}

static void strict_says_what_would_be_lost(void **state)
{
    (void)state;
    show("?from=anthropic", "sluice-strict: true\r\n",
         "{\"model\":\"openai/a\",\"max_tokens\":9,\"top_k\":4," HI "}");
    check_int(h.status, 400);
    check_has(host_body(&h), "top_k;dropped");
}

static void a_bare_name_asks_for_lists_alone(void **state)
{
    (void)state;
    show("", "", "{\"model\":\"gpt-x\"," HI "}");
    assert_true(h.n_calls >= 3);
    for (size_t i = 0; i < h.n_calls; i++) {
        bool is_openai = host_call_has(&h, i, "api.openai.com");

        check_has(h.calls[i].head, "GET ");
        host_answer(&h, i, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&h, i,
                  is_openai ? STR("{\"data\":[{\"id\":\"gpt-x\"}]}")
                            : STR("{\"data\":[],\"models\":[]}"),
                  true);
    }
    check_int(h.status, 200);
    check_has(host_body(&h),
              "\"provider\": \"openai\",\n  \"model\": \"gpt-x\"");
}

static void a_range_of_keys(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /key/1/v1/translate", "",
                         STR("{\"model\":\"openai/a\"," HI "}")));
    check_has(host_body(&h), "Bearer **********1b2");
}

static void keys_in_a_body_are_masked(void **state)
{
    static const char *const universal[] = {
        "PROXY_API_KEY=pk",
        "OPENAI_API_KEY=sk-openai-0a1,sk-openai-1b2",
        "CLOUDFLARE_ACCOUNT_ID=acc",
        "AI_GATEWAY_NAME=gw",
        "AI_GATEWAY_UNIVERSAL=true",
        "CF_AIG_TOKEN=cf-token-9z9",
        NULL};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), universal));
    show("", "cf-aig-metadata: {}\r\n", "{\"model\":\"openai/a\"," HI "}");
    check_has(host_body(&h), "\"headers\":{\"authorization\":\"Bearer "
                             "**********0a1\"");
    check_has(host_body(&h), "**********1b2");
    check_has(host_body(&h),
              "\"cf-aig-authorization\": \"Bearer *********9z9\"");
    assert_int_equal(str_find_str(host_body(&h), STR("sk-openai")),
                     host_body(&h).n);
}

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    bool ok = host_init(&g, m, str_of(config), env);

    (void)ctx;
    ok = ok && host_ask(&g, "POST /v1/translate", "",
                        STR("{\"from\":\"gemini\",\"model\":\"openai/a\","
                            "\"request\":{\"contents\":[{\"parts\":[{\"text\":"
                            "\"hi\"}]}]}}"));
    ok = ok && g.done && g.status == 200 && !g.aborted;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    (void)state;
    test_each_allocation(without_memory, NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shown),
        TEST(errors),
        TEST(strict_says_what_would_be_lost),
        TEST(a_bare_name_asks_for_lists_alone),
        TEST(a_range_of_keys),
        TEST(keys_in_a_body_are_masked),
        TEST(memory_fails),
    };

    return test_run("shown", tests, SL_LEN(tests));
}
