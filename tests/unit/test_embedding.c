/* SPDX-License-Identifier: MIT */
/* Embeddings of OpenAI's and Ollama's clients over providers that have a form
 * of their own. */
#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=o0",
    "GEMINI_API_KEY=g0,g1",
    "COHERE_API_KEY=c0",
    "OLLAMA_API_KEY=l0",
    "AWS_BEARER_TOKEN_BEDROCK=b0",
    "CLOUDFLARE_API_KEY=w0",
    "CLOUDFLARE_ACCOUNT_ID=acc",
    NULL,
};

static const char config[] =
    "{\"models\":{\"two\":[\"gemini/g\",\"openai/m\"],"
    "\"some\":[\"bedrock/llama\",\"bedrock/titan-embed\",\"openai/m\"]},"
    "\"providers\":{\"workers-ai\":{\"dialect\":\"workers-ai\"}}}";

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

#define OPENAI "POST /v1/embeddings"
#define OLLAMA "POST /api/embed"
#define PROMPT "POST /api/embeddings"
#define JSON "content-type: application/json\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n" JSON
#define TOLD(vectors, model, tokens)                                 \
    "{\"object\":\"list\",\"data\":[" vectors "],\"model\":\"" model \
    "\",\"usage\":{\"prompt_tokens\":" tokens ",\"total_tokens\":" tokens "}}"
#define VECTOR(n, v) \
    "{\"object\":\"embedding\",\"index\":" n ",\"embedding\":" v "}"
#define OLLAMA_TOLD(model, vectors, tokens)            \
    "{\"model\":\"" model "\",\"embeddings\":" vectors \
    ",\"total_duration\":0,\"load_duration\":0,"       \
    "\"prompt_eval_count\":" tokens "}"

static const struct {
    const char *name, *line, *body; /* the client's */
    const char *call, *sent;        /* the provider's */
    const char *answer, *want;
    const char *loss; /* NULL: none */
} rows[] = {
    {"Gemini", OPENAI,
     "{\"model\":\"gemini/text-embedding-004\",\"input\":[\"a\",\"b\"],"
     "\"dimensions\":2,\"user\":\"u\",\"fallbacks\":[]}",
     "POST /v1beta/models/text-embedding-004:batchEmbedContents HTTP/1.1\r\n"
     "host: generativelanguage.googleapis.com\r\n",
     "{\"requests\":[{\"model\":\"models/text-embedding-004\",\"content\":{"
     "\"parts\":[{\"text\":\"a\"}]},\"outputDimensionality\":2},{\"model\":"
     "\"models/text-embedding-004\",\"content\":{\"parts\":[{\"text\":\"b\"}]},"
     "\"outputDimensionality\":2}]}",
     "{\"embeddings\":[{\"values\":[1,2]},{\"values\":[3,4]}]}",
     TOLD(VECTOR("0", "[1,2]") "," VECTOR("1", "[3,4]"),
          "gemini/text-embedding-004", "2"),
     "user;dropped"},
    {"Cohere, in base64", OPENAI,
     "{\"model\":\"cohere/embed-v4.0\",\"input\":\"a\",\"encoding_format\":"
     "\"base64\",\"input_type\":\"search_query\"}",
     "POST /v2/embed HTTP/1.1\r\nhost: api.cohere.com\r\n",
     "{\"model\":\"embed-v4.0\",\"texts\":[\"a\"],\"input_type\":"
     "\"search_query\",\"embedding_types\":[\"float\"]}",
     "{\"embeddings\":{\"float\":[[1]]},\"meta\":{\"billed_units\":{"
     "\"input_tokens\":3}}}",
     TOLD(VECTOR("0", "\"AACAPw==\""), "cohere/embed-v4.0", "3"), NULL},
    {"Titan on Bedrock", OPENAI,
     "{\"model\":\"bedrock/amazon.titan-embed-text-v2:0\",\"input\":\"a\","
     "\"normalize\":true}",
     "POST /model/amazon.titan-embed-text-v2%3A0/invoke HTTP/1.1\r\nhost: "
     "bedrock-runtime.us-east-1.amazonaws.com\r\n",
     "{\"inputText\":\"a\",\"normalize\":true}",
     "{\"embedding\":[1,2],\"inputTextTokenCount\":4}",
     TOLD(VECTOR("0", "[1,2]"), "bedrock/amazon.titan-embed-text-v2:0", "4"),
     NULL},
    {"Cohere on Bedrock", OPENAI,
     "{\"model\":\"bedrock/cohere.embed-english-v3\",\"input\":[\"a\"]}",
     "POST /model/cohere.embed-english-v3/invoke HTTP/1.1\r\n",
     "{\"texts\":[\"a\"],\"input_type\":\"search_document\","
     "\"embedding_types\":[\"float\"]}",
     "{\"embeddings\":[[1]]}",
     TOLD(VECTOR("0", "[1]"), "bedrock/cohere.embed-english-v3", "1"), NULL},
    {"Workers AI, when it is asked so", OPENAI,
     "{\"model\":\"workers-ai/@cf/baai/bge\",\"input\":\"a\"}",
     "POST /client/v4/accounts/acc/ai/run/@cf/baai/bge HTTP/1.1\r\n",
     "{\"text\":[\"a\"]}",
     "{\"result\":{\"shape\":[1,1],\"data\":[[1]]},\"success\":true}",
     TOLD(VECTOR("0", "[1]"), "workers-ai/@cf/baai/bge", "1"), NULL},
    {"Ollama has OpenAI's too", OPENAI,
     "{\"model\":\"ollama/e\", \"input\":[[1,2]]}",
     "POST /v1/embeddings HTTP/1.1\r\nhost: ollama.com\r\n",
     "{\"model\":\"e\", \"input\":[[1,2]]}", "{\"n\":1}", "{\"n\":1}", NULL},
    {"OpenAI passes unchanged", OPENAI,
     "{\"model\":\"openai/m\", \"input\":[[1,2]]}",
     "POST /v1/embeddings HTTP/1.1\r\nhost: api.openai.com\r\n",
     "{\"model\":\"m\", \"input\":[[1,2]]}", "{\"n\":1}", "{\"n\":1}", NULL},

    {"Ollama's client, OpenAI's provider", OLLAMA,
     "{\"model\":\"openai/m\",\"input\":[\"a\",\"b\"],\"truncate\":true}",
     "POST /v1/embeddings HTTP/1.1\r\nhost: api.openai.com\r\n",
     "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"float\"}",
     "{\"data\":[{\"embedding\":[1]},{\"embedding\":[2]}],\"usage\":{"
     "\"prompt_tokens\":5}}",
     OLLAMA_TOLD("openai/m", "[[1],[2]]", "5"), "truncate;dropped"},
    {"Ollama's client, its own provider", OLLAMA,
     "{\"model\":\"ollama/e\",\"input\":\"a\",\"keep_alive\":\"5m\"}",
     "POST /api/embed HTTP/1.1\r\nhost: ollama.com\r\n",
     "{\"model\":\"e\",\"input\":[\"a\"],\"keep_alive\":\"5m\"}",
     "{\"embeddings\":[[1]],\"prompt_eval_count\":2}",
     OLLAMA_TOLD("ollama/e", "[[1]]", "2"), NULL},
    {"Ollama's client, Gemini", OLLAMA,
     "{\"model\":\"gemini/e\",\"input\":\"a\"}",
     "POST /v1beta/models/e:batchEmbedContents HTTP/1.1\r\n",
     "{\"requests\":[{\"model\":\"models/e\",\"content\":{\"parts\":[{\"text\":"
     "\"a\"}]}}]}",
     "{\"embeddings\":[{\"values\":[1]}]}",
     OLLAMA_TOLD("gemini/e", "[[1]]", "1"), NULL},
    {"Ollama's older client", PROMPT,
     "{\"model\":\"cohere/e\",\"prompt\":\"a\"}", "POST /v2/embed HTTP/1.1\r\n",
     "{\"model\":\"e\",\"texts\":[\"a\"],\"input_type\":\"search_document\","
     "\"embedding_types\":[\"float\"]}",
     "{\"embeddings\":{\"float\":[[1]]}}", "{\"embedding\":[1]}", NULL},
};

static void embedded(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        print_message("%s\n", rows[i].name);
        assert_true(host_ask(&h, rows[i].line, "", str_of(rows[i].body)));
        check_int(h.n_calls, 1);
        check_has(h.calls[0].head, rows[i].call);
        check_has(h.calls[0].head, "accept: application/json\r\n");
        check_str(host_call_body(&h, 0), str_of(rows[i].sent));
        host_answer(&h, 0, OK);
        host_data_cut(&h, 0, str_of(rows[i].answer), 7, true);
        check_str(host_body(&h), str_of(rows[i].want));
        check_int(h.status, 200);
        assert_true(h.done);
        check_str(host_field(&h, "content-type"), STR("application/json"));
        check_str(host_field(&h, "sluice-loss"), str_of(rows[i].loss));
    }
}

static const struct {
    const char *name, *line, *fields, *body;
    int status;
    const char *has;
} wrong[] = {
    {"tokens", OPENAI, "", "{\"model\":\"gemini/e\",\"input\":[1,2]}", 400,
     "\"param\":\"input\""},
    {"no input", OLLAMA, "", "{\"model\":\"gemini/e\"}", 400,
     "{\"error\":\"input: is required\"}"},
    {"no prompt", PROMPT, "", "{\"model\":\"gemini/e\"}", 400,
     "{\"error\":\"prompt: must be a string\"}"},
    {"no JSON", OLLAMA, "", "[", 400, "not a JSON object"},
    {"too many for one request", OPENAI, "",
     "{\"model\":\"bedrock/amazon.titan-embed\",\"input\":[\"a\",\"b\"]}", 400,
     "\"param\":\"input\""},
    {"no embeddings", OPENAI, "",
     "{\"model\":\"bedrock/meta.llama\",\"input\":\"a\"}", 400,
     "\"code\":\"unsupported_provider\""},
    {"what would be lost", OPENAI, "sluice-strict: true\r\n",
     "{\"model\":\"gemini/e\",\"input\":\"a\",\"user\":\"u\"}", 400,
     "user;dropped"},
};

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        print_message("%s\n", wrong[i].name);
        assert_true(host_ask(&h, wrong[i].line, wrong[i].fields,
                             str_of(wrong[i].body)));
        check_int(h.n_calls, 0);
        check_has(host_body(&h), wrong[i].has);
        check_int(h.status, wrong[i].status);
    }
}

static void a_providers_error_is_told_in_the_clients_words(void **state)
{
    static const struct {
        const char *line, *has;
    } clients[] = {
        {OPENAI, "{\"error\":{\"message\":\"provider google-ai-studio: no\","
                 "\"type\":\"invalid_request_error\",\"param\":null,"},
        {OLLAMA, "{\"error\":\"provider google-ai-studio: no\"}"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(clients); i++) {
        assert_true(host_ask(&h, clients[i].line, "",
                             STR("{\"model\":\"gemini/e\",\"input\":\"a\"}")));
        host_answer(&h, 0, "HTTP/1.1 404 X\r\n" JSON);
        host_data(&h, 0,
                  STR("{\"error\":{\"code\":404,\"message\":\"no\","
                      "\"status\":\"NOT_FOUND\"}}"),
                  true);
        check_has(host_body(&h), clients[i].has);
        check_int(h.status, 404);
    }
}

static void the_next_key_then_the_next_target(void **state)
{
    (void)state;
    assert_true(
        host_ask(&h, OPENAI, "", STR("{\"model\":\"two\",\"input\":\"a\"}")));
    host_answer(&h, 0, "HTTP/1.1 429 X\r\n\r\n");
    check_int(h.n_calls, 2);
    /* Not one vector for each text. */
    host_answer(&h, 1, OK);
    host_data(&h, 1, STR("{\"embeddings\":[]}"), true);
    check_int(h.n_calls, 3);
    check_str(host_call_body(&h, 2), STR("{\"model\":\"m\",\"input\":\"a\"}"));
    host_answer(&h, 2, OK);
    host_data(&h, 2, STR("{\"usage\":{\"prompt_tokens\":3}}"), true);
    check_str(host_body(&h), STR("{\"usage\":{\"prompt_tokens\":3}}"));
    check_int(h.record.usage.input_tokens, 3);
}

static void targets_without_embeddings_are_left_out(void **state)
{
    (void)state;
    assert_true(
        host_ask(&h, OPENAI, "", STR("{\"model\":\"some\",\"input\":\"a\"}")));
    check_has(h.calls[0].head, "POST /model/titan-embed/invoke ");
    host_answer(&h, 0, OK);
    host_data(&h, 0, STR("{\"embedding\":[1]}"), true);
    check_str(host_field(&h, "sluice-plan"),
              STR("aws-bedrock/titan-embed, openai/m"));
    assert_true(host_ask(&h, OPENAI, "",
                         STR("{\"model\":\"bedrock/llama\",\"fallbacks\":["
                             "\"openai/m\"],\"input\":\"a\"}")));
    check_has(h.calls[0].head, "POST /v1/embeddings ");
    /* They chat all the same. */
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"some\",\"messages\":[{\"role\":"
                             "\"user\",\"content\":\"a\"}]}")));
    check_has(h.calls[0].head, "POST /model/llama/converse ");
}

static void usage_is_recorded(void **state)
{
    (void)state;
    assert_true(host_ask(&h, OLLAMA, "",
                         STR("{\"model\":\"openai/m\",\"input\":\"a\"}")));
    host_answer(&h, 0, OK);
    host_data(&h, 0,
              STR("{\"data\":[{\"embedding\":[1]}],\"usage\":{"
                  "\"prompt_tokens\":9}}"),
              true);
    check_int(h.status, 200);
    check_int(h.record.usage.input_tokens, 9);
}

static void garbage(void **state)
{
    static const char *const answers[] = {
        "x",
        "{\"embeddings\":[{\"values\":\"x\"}]}",
        "{\"embeddings\":[{\"values\":[1e99]}]}",
        "[]",
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(answers); i++) {
        assert_true(host_ask(&h, OPENAI, "",
                             STR("{\"model\":\"gemini/e\",\"input\":\"a\"}")));
        host_answer(&h, 0, OK);
        host_data(&h, 0, str_of(answers[i]), true);
        host_answer(&h, 1, OK);
        host_data(&h, 1, str_of(answers[i]), true);
        check_int(h.status, 502);
        check_has(host_body(&h), "is not what this provider's format promises");
    }
}

/* Many more bytes than an exchange may have for anything else. */
static void large_answers(void **state)
{
    enum { TEXTS = 100, NUMBERS = 3072 };
    struct buf body;
    struct buf answer;

    (void)state;
    buf_init(&body, &h.plain, 1 << 26);
    buf_init(&answer, &h.plain, 1 << 26);
    buf_add(&body, STR("{\"model\":\"gemini/e\",\"input\":["));
    buf_add(&answer, STR("{\"embeddings\":["));
    for (size_t i = 0; i < TEXTS; i++) {
        buf_add(&body, i == 0 ? STR("\"a\"") : STR(",\"a\""));
        buf_add(&answer,
                i == 0 ? STR("{\"values\":[0") : STR(",{\"values\":[0"));
        for (size_t k = 1; k < NUMBERS; k++)
            buf_add(&answer, STR(",-0.012345678"));
        buf_add(&answer, STR("]}"));
    }
    buf_add(&body, STR("]}"));
    buf_add(&answer, STR("]}"));
    assert_true(host_ask(&h, OPENAI, "", buf_str(&body)));
    host_answer(&h, 0, OK);
    host_data(&h, 0, buf_str(&answer), true);
    check_int(h.status, 200);
    assert_true(h.length > TEXTS * NUMBERS * 10);
    buf_release(&body);
    buf_release(&answer);
}

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    bool ok = host_init(&g, m, str_of(config), env);

    ok = ok &&
         host_ask(&g, ctx, "", STR("{\"model\":\"gemini/e\",\"input\":\"a\"}"));
    if (ok && g.n_calls == 1)
        host_answer(&g, 0, OK);
    if (ok && g.n_calls == 1 && !g.aborted)
        host_data(&g, 0, STR("{\"embeddings\":[{\"values\":[1]}]}"), true);
    ok = ok && g.done && g.status == 200;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    static char lines[][32] = {OPENAI, OLLAMA};

    (void)state;
    for (size_t i = 0; i < SL_LEN(lines); i++)
        test_each_allocation(without_memory, lines[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(embedded),
        TEST(refused),
        TEST(a_providers_error_is_told_in_the_clients_words),
        TEST(the_next_key_then_the_next_target),
        TEST(targets_without_embeddings_are_left_out),
        TEST(usage_is_recorded),
        TEST(garbage),
        TEST(large_answers),
        TEST(memory_fails),
    };

    return test_run("embedding", tests, SL_LEN(tests));
}
