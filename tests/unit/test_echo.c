/* SPDX-License-Identifier: MIT */
/* The built-in provider: each of its models, by the clock. */
#include "core/echo.h"

#include <stdio.h>

#include "core/base/base64.h"
#include "core/base/json.h"
#include "host.h"

static struct host h;
static struct test_mem mem;
static struct arena notes;
static struct json doc;

static int setup(void **state)
{
    static const char *const env[] = {"PROXY_API_KEY=pk", NULL};

    (void)state;
    return host_setup(&h, &mem, STR("{}"), env);
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&notes);
    return host_teardown(&h);
}

static void post(const char *path, const char *body)
{
    char line[64];

    snprintf(line, sizeof line, "POST /v1%s", path);
    assert_true(host_ask(&h, line, "", str_of(body)));
    check_int(h.n_calls, 0);
    check_int(h.picks, 0);
}

static void chat(const char *model, const char *more)
{
    char body[1024];

    snprintf(body, sizeof body,
             "{\"model\":\"sluice/%s\",\"messages\":[{\"role\":\"user\","
             "\"content\":\"one two  three four\"}]%s}",
             model, more);
    post("/chat/completions", body);
}

/* A member of the answer, by its path; raw. */
static struct str member(const char *path)
{
    arena_release(&notes);
    arena_init(&notes, &h.plain, 4096, 1 << 24);
    assert_int_equal(json_parse(&doc, host_body(&h), &notes, NULL, NULL),
                     SL_OK);
    return json_raw(json_path(json_root(&doc), str_of(path)));
}

/* ---- whole answers ---- */

static void whole_chat(void **state)
{
    (void)state;
    chat("echo", "");
    check_int(h.status, 200);
    check_str(host_body(&h),
              STR("{\"id\":\"chatcmpl-0000000000001111\",\"object\":"
                  "\"chat.completion\",\"created\":1700000000,\"model\":"
                  "\"sluice/echo\",\"system_fingerprint\":\"sluice-builtin\","
                  "\"choices\":[{\"index\":0,\"message\":{\"role\":"
                  "\"assistant\",\"content\":\"one two  three four\","
                  "\"refusal\":null},\"logprobs\":null,\"finish_reason\":"
                  "\"stop\"}],\"usage\":{\"prompt_tokens\":4,"
                  "\"completion_tokens\":4,\"total_tokens\":8}}"));
    check_str(host_field(&h, "sluice-provider"), STR("sluice"));
    check_str(host_field(&h, "sluice-model"), STR("echo"));
    check_str(host_field(&h, "sluice-key-index"), STR(""));
    check_int(h.record.usage.output_tokens, 4);
    check_str(h.record.finish, STR("stop"));
}

static void whole_completion(void **state)
{
    (void)state;
    post("/completions", "{\"model\":\"sluice/echo\",\"prompt\":\"a b\"}");
    check_int(h.status, 200);
    check_str(member("object"), STR("\"text_completion\""));
    check_str(member("choices.0.text"), STR("\"a b\""));
    check_str(member("choices.0.finish_reason"), STR("\"stop\""));
    check_str(member("usage.total_tokens"), STR("4"));
}

static const struct {
    const char *name, *messages, *want; /* content, raw */
} said[] = {
    {"the last user message",
     "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\","
     "\"content\":\"b\"},{\"role\":\"user\",\"content\":\"c\"},{\"role\":"
     "\"assistant\",\"content\":\"d\"}]",
     "\"c\""},
    {"text parts",
     "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
     "{\"type\":\"image_url\"},{\"type\":\"text\",\"text\":\"b\"}]}]",
     "\"a b\""},
    {"escapes",
     "[{\"role\":\"user\",\"content\":\"a\\\"\\n\\u00e9\\ud83d\\ude00\"}]",
     "\"a\\\"\\n\xc3\xa9\xf0\x9f\x98\x80\""},
    {"a tool's result",
     "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"tool\",\"content\":"
     "\"42\"}]",
     "\"42\""},
    {"nobody speaks", "[{\"role\":\"system\",\"content\":\"a\"}]", "\"\""},
    {"no content", "[{\"role\":\"user\"}]", "\"\""},
};

static void what_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(said); i++) {
        char body[512];

        snprintf(body, sizeof body,
                 "{\"model\":\"sluice/echo\",\"messages\":%s}",
                 said[i].messages);
        post("/chat/completions", body);
        check_int(h.status, 200);
        check_str_case(said[i].name, member("choices.0.message.content"),
                       str_of(said[i].want));
    }
}

/* ---- streams ---- */

#define HEAD                                                                   \
    "data: {\"id\":\"chatcmpl-0000000000001111\",\"object\":"                  \
    "\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"sluice/echo" \
    "\",\"system_fingerprint\":\"sluice-builtin\",\"choices\":["
#define DELTA(inside)                      \
    HEAD "{\"index\":0,\"delta\":{" inside \
         "},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"

static void streamed_chat(void **state)
{
    (void)state;
    chat("echo",
         ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    check_int(h.status, 200);
    check_str(host_field(&h, "content-type"), STR("text/event-stream"));
    check_str(
        host_body(&h),
        STR(DELTA("\"role\":\"assistant\",\"content\":\"\"")
                DELTA("\"content\":\"one\"") DELTA("\"content\":\" two\"")
                    DELTA("\"content\":\"  three\"")
                        DELTA("\"content\":\" four\"") HEAD
            "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":"
            "\"stop\"}],\"usage\":null}\n\n" HEAD
            "],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":4,"
            "\"total_tokens\":8}}\n\ndata: [DONE]\n\n"));
    assert_true(h.done);
    assert_false(h.aborted);
    check_int(h.record.usage.input_tokens, 4);
}

/* Usage is counted, but said only to who asked. */
static void usage_is_kept_back(void **state)
{
    (void)state;
    chat("echo", ",\"stream\":true");
    assert_false(str_has(host_body(&h), STR("prompt_tokens")));
    check_int(h.record.usage.input_tokens, 4);
    check_int(h.record.usage.output_tokens, 4);
}

static void streamed_completion(void **state)
{
    (void)state;
    post("/completions",
         "{\"model\":\"sluice/echo\",\"prompt\":\"a b\",\"stream\":true}");
    check_has(host_body(&h), "{\"index\":0,\"text\":\"a\",");
    check_has(host_body(&h), "{\"index\":0,\"text\":\" b\",");
    check_has(host_body(&h), "\"finish_reason\":\"stop\"");
    assert_true(str_ends(host_body(&h), STR("data: [DONE]\n\n")));
}

static size_t count(struct str text, const char *part)
{
    size_t n = 0;

    for (size_t at; (at = str_find_str(text, str_of(part))) < text.n; n++)
        text = str_skip(text, at + 1);
    return n;
}

/* A word at a time. */
static void paced(void **state)
{
    (void)state;
    chat("echo-50ms", ",\"stream\":true");
    check_int(count(host_body(&h), "\"content\":\""), 2); /* role, one */
    for (size_t i = 3; i <= 5; i++) {
        host_advance(&h, 49);
        check_int(count(host_body(&h), "\"content\":\""), i - 1);
        host_advance(&h, 1);
        check_int(count(host_body(&h), "\"content\":\""), i);
    }
    host_advance(&h, 50);
    assert_true(h.done);
    check_int(h.record.total_ms, 200);
}

static void slow(void **state)
{
    static const struct {
        const char *model;
        int64_t ms;
    } cases[] = {{"slow", 3000}, {"slow-10s", 10000}, {"slow-5ms", 5}};

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases) * 2; i++) {
        chat(cases[i / 2].model, i % 2 == 0 ? "" : ",\"stream\":true");
        host_advance(&h, cases[i / 2].ms - 1);
        check_int(h.status, 0);
        host_advance(&h, 1);
        check_int(h.status, 200);
        assert_true(h.done);
    }
}

/* It has the deadlines of any provider. */
static void too_slow(void **state)
{
    (void)state;
    chat("slow-200s", ",\"stream\":true");
    host_advance(&h, 179999);
    check_int(h.status, 0);
    host_advance(&h, 1);
    check_int(h.status, 504);
    assert_true(h.done);
}

static void client_leaves(void **state)
{
    (void)state;
    chat("echo-50ms", ",\"stream\":true");
    host_advance(&h, 60);
    host_gone(&h);
    assert_true(h.done);
    chat("slow", "");
    host_gone(&h);
    assert_true(h.done);
    check_int(h.record.status, 499);
}

static void cut_streams(void **state)
{
    static const struct {
        const char *model;
        size_t words;
    } cases[] = {{"cut", 3}, {"cut-1", 1}, {"cut-2", 2}};

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        chat(cases[i].model, ",\"stream\":true");
        check_int(h.status, 200);
        check_int(count(host_body(&h), "\"content\":\""), cases[i].words + 1);
        check_has(host_body(&h), "data: {\"error\":{\"message\":\"provider "
                                 "sluice: the provider closed the connection "
                                 "early\"");
        assert_false(str_has(host_body(&h), STR("[DONE]")));
        assert_false(str_has(host_body(&h), STR("\"stop\"")));
        assert_true(h.done);
        check_int(h.record.rc, SL_UP_CUT);
    }
    chat("cut-0", ",\"stream\":true");
    check_int(h.status, 502);
    chat("cut", "");
    check_int(h.status, 502);
}

/* ---- errors ---- */

static void errors(void **state)
{
    static const struct {
        const char *model;
        int want;
    } cases[] = {{"error", 500},     {"error-400", 400}, {"error-429", 429},
                 {"error-503", 503}, {"error-599", 599}, {"error-399", 404},
                 {"error-600", 404}, {"error-x", 404},   {"echo-fast", 404},
                 {"slow-1h", 404},   {"nothing", 404},   {"cut-x", 404},
                 {"Echo", 404},      {"tools-1", 404}};

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases) * 2; i++) {
        chat(cases[i / 2].model, i % 2 == 0 ? "" : ",\"stream\":true");
        if (h.status != cases[i / 2].want)
            fail_msg("%s: %d", cases[i / 2].model, h.status);
        check_str(host_field(&h, "content-type"), STR("application/json"));
        assert_true(member("error.message").n > 2);
        if (h.status == 429)
            check_str(host_field(&h, "retry-after"), STR("1"));
    }
}

static const struct {
    const char *path, *body;
} refused[] = {
    {"/chat/completions", "{\"model\":\"sluice/echo\"}"},
    {"/chat/completions", "{\"model\":\"sluice/echo\",\"messages\":[]}"},
    {"/chat/completions", "{\"model\":\"sluice/echo\",\"messages\":\"hi\"}"},
    {"/chat/completions",
     "{\"model\":\"sluice/echo\",\"messages\":[{\"content\":tru}]}"},
    {"/chat/completions",
     "{\"model\":\"sluice/echo\",\"messages\":[\"\xff\"]}"},
    {"/completions", "{\"model\":\"sluice/echo\",\"n\":01}"},
    {"/embeddings", "{\"model\":\"sluice/echo\"}"},
    {"/embeddings", "{\"model\":\"sluice/echo\",\"input\":null}"},
    {"/embeddings", "{\"model\":\"sluice/echo\",\"input\":[]}"},
    {"/embeddings", "{\"model\":\"sluice/echo\",\"input\":\"a\","
                    "\"dimensions\":0}"},
    {"/embeddings", "{\"model\":\"sluice/echo\",\"input\":\"a\","
                    "\"dimensions\":4097}"},
    {"/embeddings", "{\"model\":\"sluice/echo\",\"input\":\"a\","
                    "\"dimensions\":\"8\"}"},
};

static void bad_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(refused); i++) {
        post(refused[i].path, refused[i].body);
        if (h.status != 400)
            fail_msg("%s: %d", refused[i].body, h.status);
        check_str(member("error.type"), STR("\"invalid_request_error\""));
        assert_true(h.done);
    }
}

static void other_endpoints(void **state)
{
    (void)state;
    post("/moderations", "{\"model\":\"sluice/echo\",\"input\":\"a\"}");
    check_int(h.status, 404);
    post("/audio/speech", "{\"model\":\"sluice/echo\",\"input\":\"a\"}");
    check_int(h.status, 404);
}

/* ---- tools ---- */

#define TOOL                                                                   \
    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\","    \
    "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":"  \
    "\"string\"},\"days\":{\"type\":\"integer\"},\"temp\":{\"type\":"          \
    "\"number\"},\"rain\":{\"type\":\"boolean\"},\"list\":{\"type\":\"array\"" \
    "},\"more\":{\"type\":\"object\"},\"unit\":{\"type\":\"string\",\"enum\":" \
    "[\"C\",\"F\"]}}}}},{\"type\":\"function\",\"function\":{\"name\":\"b\"}}" \
    "]"
#define ARGUMENTS                                                              \
    "{\\\"city\\\":\\\"one two  three four\\\",\\\"days\\\":1,\\\"temp\\\":1," \
    "\\\"rain\\\":true,\\\"list\\\":[],\\\"more\\\":{},\\\"unit\\\":"          \
    "\\\"C\\\"}"

static void tool_call(void **state)
{
    (void)state;
    chat("tools", "," TOOL);
    check_int(h.status, 200);
    check_str(member("choices.0.message.content"), STR("null"));
    check_str(member("choices.0.message.tool_calls.0.type"),
              STR("\"function\""));
    check_str(member("choices.0.message.tool_calls.0.function.name"),
              STR("\"weather\""));
    check_str(member("choices.0.message.tool_calls.0.function.arguments"),
              STR("\"" ARGUMENTS "\""));
    check_str(member("choices.0.finish_reason"), STR("\"tool_calls\""));
}

/* The pieces of the arguments, joined, are the arguments. */
static void streamed_tool_call(void **state)
{
    struct str rest, line;
    struct buf all;

    (void)state;
    chat("tools", ",\"stream\":true," TOOL);
    buf_init(&all, &h.plain, 4096);
    rest = host_body(&h);
    while (str_split(&rest, '\n', &line)) {
        struct arena a;
        struct json d;
        struct str piece = {0};

        arena_init(&a, &h.plain, 4096, 65536);
        if (str_starts(line, STR("data: {")) &&
            json_parse(&d, str_skip(line, 6), &a, NULL, NULL) == SL_OK &&
            json_text(
                json_path(
                    json_root(&d),
                    STR("choices.0.delta.tool_calls.0.function.arguments")),
                &a, &piece))
            buf_add(&all, piece);
        arena_release(&a);
    }
    check_has(host_body(&h), "\"name\":\"weather\",\"arguments\":\"\"");
    check_has(host_body(&h), "\"finish_reason\":\"tool_calls\"");
    check_str(buf_str(&all),
              STR("{\"city\":\"one two  three four\",\"days\":1,\"temp\":1,"
                  "\"rain\":true,\"list\":[],\"more\":{},\"unit\":\"C\"}"));
    buf_release(&all);
}

static void tools_answer_to_results(void **state)
{
    (void)state;
    post("/chat/completions",
         "{\"model\":\"sluice/tools\",\"messages\":[{\"role\":\"user\","
         "\"content\":\"a\"},{\"role\":\"tool\",\"content\":\"7 C\"}]," TOOL
         "}");
    check_str(member("choices.0.message.content"), STR("\"7 C\""));
    check_str(member("choices.0.finish_reason"), STR("\"stop\""));
    chat("tools", "");
    check_str(member("choices.0.message.content"),
              STR("\"one two  three four\""));
    chat("echo", "," TOOL);
    check_str(member("choices.0.finish_reason"), STR("\"stop\""));
}

/* ---- embeddings ---- */

/* Of unit length: their squares' sum is 1. */
static double sum_of_squares(struct jval vector)
{
    struct jval_iter it = json_iter(vector);
    double sum = 0;
    double v;

    while (json_iter_next(&it)) {
        assert_true(json_f64(it.value, &v));
        assert_true(v >= -1 && v <= 1);
        sum += v * v;
    }
    return sum;
}

static void embeddings(void **state)
{
    static const struct {
        const char *input, *more;
        uint32_t n, dimensions;
    } cases[] = {
        {"\"hello\"", "", 1, 8},
        {"[\"a\",\"b\",\"a\"]", "", 3, 8},
        {"[1,2,3]", "", 1, 8},
        {"[[1,2],[3]]", "", 2, 8},
        {"\"x\"", ",\"dimensions\":1", 1, 1},
        {"\"x\"", ",\"dimensions\":4096", 1, 4096},
        {"\"x\"", ",\"encoding_format\":\"float\"", 1, 8},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        char body[256];
        struct jval data;

        snprintf(body, sizeof body,
                 "{\"model\":\"sluice/echo\",\"input\":%s%s}", cases[i].input,
                 cases[i].more);
        post("/embeddings", body);
        check_int(h.status, 200);
        check_str(member("object"), STR("\"list\""));
        data = json_get(json_root(&doc), STR("data"));
        check_int(json_count(data), cases[i].n);
        for (uint32_t k = 0; k < cases[i].n; k++) {
            struct jval one = json_at(data, k);
            struct jval v = json_get(one, STR("embedding"));
            int64_t index;

            assert_true(json_i64(json_get(one, STR("index")), &index));
            check_int(index, k);
            check_int(json_count(v), cases[i].dimensions);
            assert_true(sum_of_squares(v) > 0.99999);
            assert_true(sum_of_squares(v) < 1.00001);
        }
        assert_true(member("usage.total_tokens").n != 0);
    }
}

static void vectors_depend_on_the_text_alone(void **state)
{
    char a[512];

    (void)state;
    post("/embeddings",
         "{\"model\":\"sluice/echo\",\"input\":[\"a\",\"b\",\"a\"]}");
    check_str(member("data.0.embedding"), member("data.2.embedding"));
    assert_false(
        str_eq(member("data.0.embedding"), member("data.1.embedding")));
    snprintf(a, sizeof a, "%.*s", (int)member("data.1.embedding").n,
             member("data.1.embedding").p);
    post("/embeddings", "{\"model\":\"sluice/echo\",\"input\":\"b\"}");
    check_str(member("data.0.embedding"), str_of(a));
}

/* The same numbers, as little-endian floats. */
static void base64_vectors(void **state)
{
    struct str text;
    struct buf bytes;
    float want[8];

    (void)state;
    post("/embeddings", "{\"model\":\"sluice/echo\",\"input\":\"b\"}");
    (void)member("data");
    for (uint32_t i = 0; i < 8; i++) {
        double v;

        assert_true(json_f64(
            json_at(json_path(json_root(&doc), STR("data.0.embedding")), i),
            &v));
        want[i] = (float)v;
    }
    post("/embeddings", "{\"model\":\"sluice/echo\",\"input\":\"b\","
                        "\"encoding_format\":\"base64\"}");
    text = member("data.0.embedding");
    buf_init(&bytes, &h.plain, 256);
    assert_int_equal(base64_read(&bytes, (struct str){text.p + 1, text.n - 2},
                                 BASE64_STANDARD),
                     SL_OK);
    check_int(bytes.n, sizeof want);
    assert_memory_equal(bytes.p, want, sizeof want);
    buf_release(&bytes);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(whole_chat),
        T(whole_completion),
        T(what_is_said),
        T(streamed_chat),
        T(usage_is_kept_back),
        T(streamed_completion),
        T(paced),
        T(slow),
        T(too_slow),
        T(client_leaves),
        T(cut_streams),
        T(errors),
        T(bad_requests),
        T(other_endpoints),
        T(tool_call),
        T(streamed_tool_call),
        T(tools_answer_to_results),
        T(embeddings),
        T(vectors_depend_on_the_text_alone),
        T(base64_vectors),
    };

    return test_run("echo", tests, SL_LEN(tests));
}
