/* SPDX-License-Identifier: MIT */
/* Embeddings of each vendor, and for clients of Ollama. */
#include "core/dialects/ollama_embed.h"

#include "support.h"

#include <stdio.h>

static const struct request_row {
    const char *name;
    const struct embedder *embedder;
    const char *in, *want, *loss; /* want: or "400 WHERE" */
} requests[] = {
    {"OpenAI", &embedder_openai,
     "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"dimensions\":8,"
     "\"encoding_format\":\"base64\",\"user\":\"u\",\"keep_alive\":1}",
     "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":8,"
     "\"encoding_format\":\"float\",\"user\":\"u\"}",
     "keep_alive;dropped"},
    {"Cohere", &embedder_cohere, "{\"input\":\"a\"}",
     "{\"model\":\"m\",\"texts\":[\"a\"],\"input_type\":\"search_document\","
     "\"embedding_types\":[\"float\"]}",
     NULL},
    {"Cohere, and all else", &embedder_cohere,
     "{\"input\":\"a\",\"dimensions\":256,\"input_type\":\"search_query\","
     "\"truncate\":\"END\",\"user\":\"u\",\"x\":1}",
     "{\"model\":\"m\",\"texts\":[\"a\"],\"input_type\":\"search_query\","
     "\"truncate\":\"END\",\"output_dimension\":256,\"embedding_types\":["
     "\"float\"]}",
     "user;dropped, x;dropped"},
    {"Cohere on Bedrock", &embedder_bedrock_cohere, "{\"input\":[\"a\"]}",
     "{\"texts\":[\"a\"],\"input_type\":\"search_document\","
     "\"embedding_types\":[\"float\"]}",
     NULL},
    {"Titan", &embedder_bedrock_titan,
     "{\"input\":\"a\",\"dimensions\":256,\"normalize\":false,\"x\":1}",
     "{\"inputText\":\"a\",\"dimensions\":256,\"normalize\":false}",
     "x;dropped"},
    {"Titan takes one", &embedder_bedrock_titan, "{\"input\":[\"a\",\"b\"]}",
     "400 input", NULL},
    {"Workers AI", &embedder_workers_ai,
     "{\"input\":[\"a\",\"b\"],\"dimensions\":256,\"pooling\":\"cls\"}",
     "{\"text\":[\"a\",\"b\"],\"pooling\":\"cls\"}", "dimensions;dropped"},
    {"Ollama", &embedder_ollama,
     "{\"input\":[\"a\",\"b\"],\"dimensions\":8,\"truncate\":true,\"user\":"
     "\"u\"}",
     "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"dimensions\":8,\"truncate\":"
     "true}",
     "user;dropped"},
};

#define ONE "{\"model\":\"e\",\"input\":\"a\"}"
#define TWO "{\"model\":\"e\",\"input\":[\"a\",\"b\"]}"
#define GIVEN(n)                                                            \
    "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0," \
    "\"embedding\":[0.5]}],\"model\":\"e\",\"usage\":{\"prompt_tokens\":" n \
    ",\"total_tokens\":" n "}}"

static const struct answer_row {
    const char *name;
    const struct embedder *embedder;
    const char *request, *answer, *want; /* NULL: garbage */
} answers[] = {
    {"OpenAI", &embedder_openai, ONE,
     "{\"data\":[{\"embedding\":[0.5],\"index\":0}],\"usage\":{"
     "\"prompt_tokens\":3}}",
     GIVEN("3")},
    {"Cohere", &embedder_cohere, ONE,
     "{\"embeddings\":{\"float\":[[0.5]]},\"meta\":{\"billed_units\":{"
     "\"input_tokens\":4.0}}}",
     GIVEN("4")},
    {"Cohere's older form", &embedder_bedrock_cohere, ONE,
     "{\"embeddings\":[[0.5]],\"texts\":[\"a\"]}", GIVEN("1")},
    {"Titan", &embedder_bedrock_titan, ONE,
     "{\"embedding\":[0.5],\"inputTextTokenCount\":5}", GIVEN("5")},
    {"Titan without one", &embedder_bedrock_titan, ONE, "{}", NULL},
    {"Workers AI", &embedder_workers_ai, ONE,
     "{\"result\":{\"shape\":[1,1],\"data\":[[0.5]]},\"success\":true}",
     GIVEN("1")},
    {"words, where no tokens are told", &embedder_workers_ai,
     "{\"model\":\"e\",\"input\":\" two\\tor\\nthree  words \"}",
     "{\"result\":{\"data\":[[0.5]]}}", GIVEN("4")},
    {"no words", &embedder_workers_ai, "{\"model\":\"e\",\"input\":\" \"}",
     "{\"result\":{\"data\":[[0.5]]}}", GIVEN("0")},
    {"Workers AI that counts", &embedder_workers_ai, ONE,
     "{\"result\":{\"data\":[[0.5]],\"usage\":{\"prompt_tokens\":0}}}",
     GIVEN("0")},
    {"Workers AI failed", &embedder_workers_ai, ONE,
     "{\"result\":null,\"success\":false,\"errors\":[]}", NULL},
    {"Ollama", &embedder_ollama, ONE,
     "{\"embeddings\":[[0.5]],\"prompt_eval_count\":6}", GIVEN("6")},
    {"one too few", &embedder_ollama, TWO, "{\"embeddings\":[[0.5]]}", NULL},
};

static const struct ollama_row {
    const char *name;
    bool is_legacy;
    const char *request, *sent; /* sent: or "400 WHERE" */
    const char *answer, *want;  /* NULL: garbage */
} ollamas[] = {
    {"several texts", false,
     "{\"model\":\"e\",\"input\":[\"a\",\"b\"],\"truncate\":true}",
     "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"float\"}",
     "{\"data\":[{\"embedding\":[1,2]},{\"embedding\":[]}],\"usage\":{"
     "\"prompt_tokens\":3}}",
     "{\"model\":\"e\",\"embeddings\":[[1,2],[]],\"total_duration\":0,"
     "\"load_duration\":0,\"prompt_eval_count\":3}"},
    {"no count", false, "{\"model\":\"e\",\"input\":\"a\"}",
     "{\"model\":\"m\",\"input\":[\"a\"],\"encoding_format\":\"float\"}",
     "{\"data\":[{\"embedding\":[1]}]}",
     "{\"model\":\"e\",\"embeddings\":[[1]],\"total_duration\":0,"
     "\"load_duration\":0,\"prompt_eval_count\":1}"},
    {"a prompt", true, " {\"model\":\"e\",\"prompt\":\"a\\n\"} ",
     "{\"model\":\"m\",\"input\":[\"a\\n\"],\"encoding_format\":\"float\"}",
     "{\"data\":[{\"embedding\":[1,2]}]}", "{\"embedding\":[1,2]}"},
    {"no prompt", true, "{\"model\":\"e\"}", "400 prompt", NULL, NULL},
    {"an empty one", true, "{\"prompt\":\"\"}", "400 input", NULL, NULL},
    {"no JSON", true, "[", "400 ", NULL, NULL},
    {"no input", false, "{}", "400 input", NULL, NULL},
    {"texts for numbers", false, "{\"input\":\"a\"}",
     "{\"model\":\"m\",\"input\":[\"a\"],\"encoding_format\":\"float\"}",
     "{\"data\":[{\"embedding\":[\"1\"]}]}", NULL},
    {"no vector", false, "{\"input\":\"a\"}",
     "{\"model\":\"m\",\"input\":[\"a\"],\"encoding_format\":\"float\"}",
     "{\"data\":[{}]}", NULL},
};

/* "400 WHERE", or the text. */
static struct str said(enum sl_rc rc, struct str text, const struct err *err)
{
    static char failure[256];

    if (rc == SL_OK)
        return text;
    snprintf(failure, sizeof(failure), "%d %.*s", rc_info(rc)->status,
             (int)err->where.n, err->where.n == 0 ? "" : err->where.p);
    return str_of(failure);
}

static bool give_request(void *ctx, struct test_mem *m)
{
    const struct request_row *row = ctx;
    struct embed_request *q = NULL;
    struct embed_written w = {0};
    struct arena a;
    enum sl_rc rc;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    rc = embed_read(str_of(row->in), &a, &q, NULL);
    if (rc == SL_OK)
        rc = embed_write_request(row->embedder, q, STR("m"), &a, &w);
    if (rc != SL_NOMEM) {
        check_str_case(row->name, said(rc, w.body, &w.err), str_of(row->want));
        check_str_case(row->name, w.loss, str_of(row->loss));
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static bool give_answer(void *ctx, struct test_mem *m)
{
    const struct answer_row *row = ctx;
    struct embed_request *q = NULL;
    struct embed_reply reply = {0};
    struct arena a;
    enum sl_rc rc;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    rc = embed_read(str_of(row->request), &a, &q, NULL);
    if (rc == SL_OK)
        rc = embed_write_answer(row->embedder, q, str_of(row->answer), &a,
                                &reply);
    if (rc != SL_NOMEM) {
        check_str_case(row->name, reply.body, str_of(row->want));
        assert_int_equal(rc, row->want == NULL ? SL_UP_GARBAGE : SL_OK);
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static bool give_ollama(void *ctx, struct test_mem *m)
{
    const struct ollama_row *row = ctx;
    struct ollama_embed e = {.is_legacy = row->is_legacy};
    struct embed_written w = {0};
    struct embed_reply reply = {0};
    struct err err = {0};
    struct arena a;
    enum sl_rc rc;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    rc = ollama_embed_read(&e, str_of(row->request), &a, &err);
    if (rc == SL_OK)
        rc = embed_write_request(&embedder_openai, e.request, STR("m"), &a, &w);
    if (rc != SL_NOMEM)
        check_str_case(row->name, said(rc, w.body, &err), str_of(row->sent));
    if (rc == SL_OK) {
        rc = ollama_embed_write(&e, &embedder_openai, str_of(row->answer), &a,
                                &reply);
        if (rc != SL_NOMEM)
            check_str_case(row->name, reply.body, str_of(row->want));
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static void requests_are_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(requests); i++) {
        struct request_row row = requests[i];

        test_each_allocation(give_request, &row);
    }
}

static void answers_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(answers); i++) {
        struct answer_row row = answers[i];

        test_each_allocation(give_answer, &row);
    }
}

static void clients_of_ollama(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(ollamas); i++) {
        struct ollama_row row = ollamas[i];

        test_each_allocation(give_ollama, &row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(clients_of_ollama),
    };

    return test_run("embedders", tests, SL_LEN(tests));
}
