/* SPDX-License-Identifier: MIT */
/* Embeddings: OpenAI's two bodies, and Gemini's. */
#include "core/embed.h"

#include "support.h"

#define AS_IS "{\"model\":\"e\",\"input\":\"a\"}"

static const struct {
    const char *name, *in;
    const char *body, *loss; /* NULL: not accepted, or nothing lost */
    const char *where, *what;
} requests[] = {
    {"one text", AS_IS,
     "{\"requests\":[{\"model\":\"models/g\",\"content\":{\"parts\":[{"
     "\"text\":\"a\"}]}}]}",
     NULL, NULL, NULL},
    {"several, and all else",
     "{\"model\":\"e\",\"input\":[\"a\",\"b\\n\"],\"dimensions\":256,"
     "\"encoding_format\":\"float\",\"user\":\"u\",\"task_type\":"
     "\"RETRIEVAL_QUERY\",\"other\":1}",
     "{\"requests\":[{\"model\":\"models/g\",\"content\":{\"parts\":[{"
     "\"text\":\"a\"}]},\"outputDimensionality\":256,\"taskType\":"
     "\"RETRIEVAL_QUERY\"},{\"model\":\"models/g\",\"content\":{\"parts\":[{"
     "\"text\":\"b\\n\"}]},\"outputDimensionality\":256,\"taskType\":"
     "\"RETRIEVAL_QUERY\"}]}",
     "user;dropped, other;dropped", NULL, NULL},
    {"tokens", "{\"input\":[1,2]}", NULL, NULL, "input",
     "must be text: the provider of this model takes no arrays of tokens"},
    {"lists of tokens", "{\"input\":[[1,2]]}", NULL, NULL, "input",
     "must be text: the provider of this model takes no arrays of tokens"},
    {"no input", "{}", NULL, NULL, "input", "is required"},
    {"an object", "{\"input\":{}}", NULL, NULL, "input",
     "must be a string or an array of strings"},
    {"nothing in it", "{\"input\":[]}", NULL, NULL, "input",
     "must hold at least one text"},
    {"an empty text", "{\"input\":\"\"}", NULL, NULL, "input",
     "must not be an empty string"},
    {"an empty text among others", "{\"input\":[\"a\",\"\"]}", NULL, NULL,
     "input[1]", "must not be an empty string"},
    {"a number among texts", "{\"input\":[\"a\",1]}", NULL, NULL, "input[1]",
     "must be a string"},
    {"no dimensions", "{\"input\":\"a\",\"dimensions\":0}", NULL, NULL,
     "dimensions", "must be an integer of at least 1"},
    {"half a dimension", "{\"input\":\"a\",\"dimensions\":1.5}", NULL, NULL,
     "dimensions", "must be an integer of at least 1"},
    {"another encoding", "{\"input\":\"a\",\"encoding_format\":\"hex\"}", NULL,
     NULL, "encoding_format", "must be \"float\" or \"base64\""},
    {"a list", "[]", NULL, NULL, NULL, "the body must be a JSON object"},
};

/* False: no memory. */
static bool request_row(void *ctx, struct test_mem *m)
{
    size_t i = *(size_t *)ctx;
    struct embed_request *q = NULL;
    struct embed_written w = {0};
    struct err err = {0};
    struct arena a;
    enum sl_rc rc;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    rc = embed_read(str_of(requests[i].in), &a, &q, &err);
    if (rc == SL_OK)
        rc = embed_write_request(&embedder_gemini, q, STR("g"), &a, &w);
    if (rc != SL_NOMEM) {
        check_str_case(requests[i].name, w.body, str_of(requests[i].body));
        check_str_case(requests[i].name, w.loss, str_of(requests[i].loss));
        check_str_case(requests[i].name, err.where, str_of(requests[i].where));
        check_str_case(requests[i].name, err.what, str_of(requests[i].what));
        assert_int_equal(rc, requests[i].body != NULL ? SL_OK : SL_BAD_REQUEST);
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static void gemini_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(requests); i++)
        test_each_allocation(request_row, &i);
}

static void not_json(void **state)
{
    struct embed_request *q;
    struct err err = {0};
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, SIZE_MAX);
    assert_int_equal(embed_read(STR("{"), &a, &q, &err), SL_SYNTAX);
    assert_true(err.has_at);
    arena_release(&a);
}

#define LIST "{\"object\":\"list\",\"data\":["
#define ONE(i, v) \
    "{\"object\":\"embedding\",\"index\":" i ",\"embedding\":" v "}"
#define TAIL(words)                                         \
    "],\"model\":\"e\",\"usage\":{\"prompt_tokens\":" words \
    ",\"total_tokens\":" words "}}"
#define TWO "{\"model\":\"e\",\"input\":[\"a\",\"b\"]"

static const struct {
    const char *name, *request, *answer;
    const char *want; /* NULL: garbage */
} answers[] = {
    {"floats stay as they are", TWO "}",
     "{\"embeddings\":[{\"values\":[0.5,-1.250,1e-9]},{\"values\":[]}]}",
     LIST ONE("0", "[0.5,-1.250,1e-9]") "," ONE("1", "[]") TAIL("2")},
    {"base64",
     "{\"model\":\"e\",\"input\":\"a\",\"encoding_format\":"
     "\"base64\"}",
     "{\"embeddings\":[{\"values\":[0.5,-1.25]}]}",
     LIST ONE("0", "\"AAAAPwAAoL8=\"") TAIL("1")},
    {"each its own bytes", TWO ",\"encoding_format\":\"base64\"}",
     "{\"embeddings\":[{\"values\":[1]},{\"values\":[2,-0.0]}]}",
     LIST ONE("0", "\"AACAPw==\"") "," ONE("1", "\"AAAAQAAAAIA=\"") TAIL("2")},
    {"one too few", TWO "}", "{\"embeddings\":[{\"values\":[1]}]}", NULL},
    {"no float32", AS_IS, "{\"embeddings\":[{\"values\":[1e39]}]}", NULL},
    {"no float32 below", AS_IS, "{\"embeddings\":[{\"values\":[-1e39]}]}",
     NULL},
    {"no number", AS_IS, "{\"embeddings\":[{\"values\":[\"1\"]}]}", NULL},
    {"no values", AS_IS, "{\"embeddings\":[{}]}", NULL},
    {"no embeddings", AS_IS, "{\"error\":{}}", NULL},
    {"a list", AS_IS, "[]", NULL},
    {"no JSON", AS_IS, "<html>", NULL},
};

static bool answer_row(void *ctx, struct test_mem *m)
{
    size_t i = *(size_t *)ctx;
    struct embed_request *q = NULL;
    struct embed_reply reply = {0};
    struct arena a;
    enum sl_rc rc;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    rc = embed_read(str_of(answers[i].request), &a, &q, NULL);
    if (rc == SL_OK)
        rc = embed_write_answer(&embedder_gemini, q, str_of(answers[i].answer),
                                &a, &reply);
    if (rc != SL_NOMEM) {
        check_str_case(answers[i].name, reply.body, str_of(answers[i].want));
        assert_int_equal(rc, answers[i].want != NULL ? SL_OK : SL_UP_GARBAGE);
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static void gemini_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(answers); i++)
        test_each_allocation(answer_row, &i);
}

/* ---- an embedder that counts and takes one text at a time ---- */

static enum sl_rc write_plain(struct embed_writing *w)
{
    if (w->request->dimensions == 7)
        return err_set(w->err, SL_BAD_REQUEST, STR("dimensions"),
                       STR("can't be chosen"));
    json_str(w->out, w->request->inputs[0]);
    embed_lose_rest(w, NULL, 0);
    return SL_OK;
}

static enum sl_rc read_plain(struct jval root, struct arena *a,
                             struct embed_answer *answer)
{
    answer->input_tokens = 3;
    return embed_take(answer, a, json_get(root, STR("v")), (struct str){0});
}

static const struct embedder plain = {
    .write_request = write_plain, .read_answer = read_plain, .max_inputs = 1};

static void another_embedder(void **state)
{
    struct embed_request q = {.inputs = (struct str[]){STR("a"), STR("b")},
                              .n = 2};
    struct embed_written w;
    struct embed_reply reply;
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 4096, SIZE_MAX);
    assert_int_equal(embed_write_request(&plain, &q, STR("m"), &a, &w),
                     SL_BAD_REQUEST);
    check_str(w.err.where, STR("input"));
    q.n = 1;
    q.dimensions = 7;
    assert_int_equal(embed_write_request(&plain, &q, STR("m"), &a, &w),
                     SL_BAD_REQUEST);
    check_str(w.err.where, STR("dimensions"));
    q.dimensions = 0;
    assert_int_equal(embed_write_request(&plain, &q, STR("m"), &a, &w), SL_OK);
    check_str(w.body, STR("\"a\""));
    assert_int_equal(
        embed_write_answer(&plain, &q, STR("{\"v\":[[1]]}"), &a, &reply),
        SL_OK);
    assert_int_equal(reply.usage.input_tokens, 3);
    check_str(reply.body,
              STR("{\"object\":\"list\",\"data\":[{\"object\":\"embedding\","
                  "\"index\":0,\"embedding\":[1]}],\"model\":\"\",\"usage\":{"
                  "\"prompt_tokens\":3,\"total_tokens\":3}}"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gemini_requests),
        cmocka_unit_test(not_json),
        cmocka_unit_test(gemini_answers),
        cmocka_unit_test(another_embedder),
    };

    return test_run("embed", tests, SL_LEN(tests));
}
