/* SPDX-License-Identifier: MIT */
/* What the API surfaces check before anyone is called: the body, the model's
 * name, and who serves it. */
#include "core/api/request.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0",
    "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
    "MISTRAL_API_KEY=m0",
    "MISTRAL_BASE_URL=http://127.0.0.1:8/v1",
    "REPLICATE_API_KEY=r0",
    NULL,
};

#define LAB                                                           \
    "{\"DEFAULT_MODEL\": \"lab/tiny\", \"limits\": {\"body\": 2000}," \
    "\"CUSTOM_OPENAI_ENDPOINTS\": [{\"name\": \"lab\", \"baseUrl\": " \
    "\"http://127.0.0.1:7\", \"models\": [\"tiny\", \"both\"]}]}"

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, STR(LAB), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void chat(const char *body)
{
    assert_true(host_ask(&h, "POST /v1/chat/completions", "", str_of(body)));
}

/* ---- bad bodies ---- */

static const struct {
    const char *name, *body;
    int status;
    const char *code, *param, *what;
} bad[] = {
    {"empty", "", 400, "\"invalid_json\"", "null", "the body is empty"},
    {"blank", "  ", 400, "\"invalid_json\"", "null", "at byte"},
    {"text", "hello", 400, "\"invalid_json\"", "null", "at byte 0"},
    {"a string", "\"model\"", 400, "\"invalid_json\"", "null", "at byte 0"},
    {"an array", "[]", 400, "\"invalid_json\"", "null", "at byte 0"},
    {"null", "null", 400, "\"invalid_json\"", "null", "at byte 0"},
    {"open", "{\"model\":\"openai/m\"", 400, "\"invalid_json\"", "null",
     "at byte 19"},
    {"more after it", "{\"model\":\"openai/m\"} x", 400, "\"invalid_json\"",
     "null", "at byte 21"},
    {"comma", "{\"model\":\"openai/m\",}", 400, "\"invalid_json\"", "null",
     "at byte 20"},
    {"control character", "{\"model\":\"a\nb\"}", 400, "\"invalid_json\"",
     "null", "at byte 11"},
    {"model twice", "{\"model\":\"openai/m\",\"model\":\"openai/n\"}", 400,
     "\"duplicate_member\"", "\"model\"", "the member model twice"},
    {"model twice, escaped", "{\"model\":\"openai/m\",\"mod\\u0065l\":\"x\"}",
     400, "\"duplicate_member\"", "\"model\"", "twice"},
    {"stream twice", "{\"model\":\"openai/m\",\"stream\":1,\"stream\":1}", 400,
     "\"duplicate_member\"", "\"stream\"", "twice"},
    {"no model", "{\"messages\":[]}", 400, "\"missing_required_parameter\"",
     "\"model\"", "model is missing"},
    {"null model", "{\"model\":null}", 400, "\"missing_required_parameter\"",
     "\"model\"", "model is missing"},
    {"empty model", "{\"model\":\"\"}", 400, "\"invalid_type\"", "\"model\"",
     "must be a string"},
    {"number for model", "{\"model\":7}", 400, "\"invalid_type\"", "\"model\"",
     "must be a string"},
    {"object for model", "{\"model\":{}}", 400, "\"invalid_type\"", "\"model\"",
     "must be a string"},
    {"bad escape in model", "{\"model\":\"a\\qb\"}", 400, "\"invalid_type\"",
     "\"model\"", "must be a string"},
    {"text for stream", "{\"model\":\"openai/m\",\"stream\":\"yes\"}", 400,
     "\"invalid_type\"", "\"stream\"", "true or false"},
    {"number for stream", "{\"model\":\"openai/m\",\"stream\":1}", 400,
     "\"invalid_type\"", "\"stream\"", "true or false"},
    {"unknown provider", "{\"model\":\"nobody/m\"}", 404, "\"model_not_found\"",
     "\"model\"", "nobody/m"},
    {"known, not configured", "{\"model\":\"groq/m\"}", 404,
     "\"model_not_found\"", "\"model\"", "set GROQ_API_KEY"},
    {"nothing after the slash", "{\"model\":\"openai/\"}", 404,
     "\"model_not_found\"", "\"model\"", "after \\\"openai/"},
};

static void bad_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(bad); i++) {
        char text[128];

        chat(bad[i].body);
        while (!h.done && h.n_calls > 0) { /* lists that are asked */
            size_t n = h.n_calls;

            for (size_t c = 0; c < n; c++)
                host_fail(&h, c, SL_UP_REFUSED);
        }
        if (h.status != bad[i].status)
            fail_msg("%s: %d", bad[i].name, h.status);
        assert_true(h.done);
        assert_false(h.aborted);
        snprintf(text, sizeof text, "\"code\":%s}}", bad[i].code);
        check_has(host_body(&h), text);
        snprintf(text, sizeof text, "\"param\":%s,", bad[i].param);
        check_has(host_body(&h), text);
        check_has(host_body(&h), bad[i].what);
        check_has(host_body(&h), "\"type\":\"invalid_request_error\"");
        check_int(h.length, host_body(&h).n);
        h.n_store = 0;
    }
}

/* The same answer for each cut of the body. */
static void bodies_cut_everywhere(void **state)
{
    static const char body[] =
        " {\"messages\":[],\"model\" :\"openai/m\",\"x\":\"\\u00e9\"}\n";

    (void)state;
    for (size_t n = 1; n < sizeof body; n++) {
        assert_true(
            host_ask_cut(&h, "POST /v1/chat/completions", "", str_of(body), n));
        check_int(h.n_calls, 1);
        check_str(host_call_body(&h, 0),
                  STR("{\"messages\":[],\"model\" :\"m\",\"x\":\"\\u00e9\"}"));
        assert_true(h.calls[0].ended);
    }
}

static void encoded_bodies(void **state)
{
    static const struct {
        const char *fields;
        int want;
    } cases[] = {
        {"content-encoding: gzip\r\n", 415},
        {"content-encoding: br\r\n", 415},
        {"Content-Encoding: identity, gzip\r\n", 415},
        {"content-encoding: identity\r\n", 0},
        {"content-encoding: Identity\r\n", 0},
        {"content-encoding: \r\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        assert_true(host_ask(&h, "POST /v1/chat/completions", cases[i].fields,
                             STR("{\"model\":\"openai/m\"}")));
        check_int(h.status, cases[i].want);
        if (cases[i].want == 415)
            check_has(host_body(&h), "content-encoding");
    }
}

/* ---- limits ---- */

static struct str filled(size_t n)
{
    static char text[4096];

    memset(text, ' ', sizeof text);
    memcpy(text, "{\"model\":\"openai/m\"}", 20);
    return (struct str){text, n};
}

static void body_limit(void **state)
{
    (void)state;
    for (size_t step = 1; step <= 2001; step += 400) {
        assert_true(
            host_ask_cut(&h, "POST /v1/embeddings", "", filled(2000), step));
        check_int(h.status, 0);
        check_int(h.n_calls, 1);
        assert_true(
            host_ask_cut(&h, "POST /v1/embeddings", "", filled(2001), step));
        check_int(h.status, 413);
        check_has(host_body(&h), "limits.body");
        check_int(h.n_calls, 0);
    }
}

/* Refused by its length alone, before a byte of it came. */
static void told_length_over_the_limit(void **state)
{
    (void)state;
    assert_true(host_head(&h, "POST /v1/chat/completions HTTP/1.1\r\n"
                              "host: x\r\nsluice-key: pk\r\n"
                              "content-length: 2001\r\n\r\n"));
    check_int(h.status, 413);
    assert_true(h.done);
    assert_false(exchange_wants_body(h.x));
    assert_true(host_head(&h, "POST /v1/chat/completions HTTP/1.1\r\n"
                              "host: x\r\nsluice-key: pk\r\n"
                              "content-length: 9223372036854775807\r\n\r\n"));
    check_int(h.status, 413);
}

static void chunked_body_limit(void **state)
{
    static const char head[] = "POST /v1/chat/completions HTTP/1.1\r\n"
                               "host: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n\r\n";

    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct str body = filled(2000 + extra);

        assert_true(host_head(&h, head));
        assert_true(exchange_wants_body(h.x));
        for (; body.n > 300; body = str_skip(body, 300))
            host_body_piece(&h, str_first(body, 300), false);
        host_body_piece(&h, body, false);
        check_int(h.status, extra == 0 ? 0 : 413);
        host_body_piece(&h, STR(""), true);
        check_int(h.n_calls, extra == 0 ? 1 : 0);
    }
}

/* All held bodies together have a limit too. */
static void no_room_for_bodies(void **state)
{
    (void)state;
    h.bodies_limit = 100;
    assert_true(host_ask(&h, "POST /v1/chat/completions", "", filled(100)));
    check_int(h.status, 0);
    assert_true(host_ask(&h, "POST /v1/chat/completions", "", filled(101)));
    check_int(h.status, 503);
    check_str(host_field(&h, "retry-after"), STR("1"));
    check_has(host_body(&h), "too many request bodies");
}

/* ---- fields ---- */

static void fields_that_go_along(void **state)
{
    static const char fields[] =
        "openai-beta: b1\r\nanthropic-beta: b2\r\nhttp-referer: r\r\n"
        "x-title: t\r\nx-openrouter-title: o\r\nidempotency-key: i\r\n"
        "user-agent: u\r\nopenai-organization: no\r\nx-forwarded-for: no\r\n"
        "accept-encoding: gzip\r\ncontent-type: text/plain\r\n";

    (void)state;
    assert_true(host_ask(&h, "POST /v1/chat/completions", fields,
                         STR("{\"model\":\"openai/m\"}")));
    check_str(h.calls[0].head,
              STR("POST /v1/chat/completions HTTP/1.1\r\n"
                  "host: 127.0.0.1:9\r\n"
                  "content-type: application/json\r\n"
                  "accept: application/json\r\n"
                  "openai-beta: b1\r\nanthropic-beta: b2\r\n"
                  "http-referer: r\r\nx-title: t\r\nx-openrouter-title: o\r\n"
                  "idempotency-key: i\r\nuser-agent: u\r\n"
                  "accept-encoding: identity\r\n"
                  "authorization: Bearer k0\r\ncontent-length: 13\r\n\r\n"));
}

/* ---- bare names ---- */

static const char mistral_list[] =
    "{\"data\":[{\"id\":\"small\"},{\"id\":\"a/b\"},{\"id\":\"both\"}]}";
static const char openai_list[] = "{\"data\":[{\"id\":\"gpt\"}]}";

/* Which call went to the provider on this port; the newest. */
static size_t call_to(const char *authority)
{
    char field[64];

    snprintf(field, sizeof field, "host: %s\r\n", authority);
    for (size_t i = h.n_calls; i > 0; i--) {
        if (host_call_has(&h, i - 1, field))
            return i - 1;
    }
    fail_msg("no call to %s", authority);
    return 0;
}

static void answer_lists(void)
{
    size_t m = call_to("127.0.0.1:8");
    size_t o = call_to("127.0.0.1:9");

    host_answer(&h, m, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, m, str_of(mistral_list), true);
    host_answer(&h, o, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, o, str_of(openai_list), true);
}

static const struct {
    const char *model;
    int status;            /* 0: it is called */
    const char *authority; /* of the provider that is */
    const char *sent;
} bare[] = {
    {"gpt", 0, "127.0.0.1:9", "gpt"}, {"small", 0, "127.0.0.1:8", "small"},
    {"a/b", 0, "127.0.0.1:8", "a/b"}, {"tiny", 0, "127.0.0.1:7", "tiny"},
    {"echoo", 404, NULL, NULL},       {"gp", 404, NULL, NULL},
    {"gpt2", 404, NULL, NULL},        {"i/gpt", 404, NULL, NULL},
    {"both", 404, NULL, NULL},
};

static void try_bare(size_t i, bool lists_known)
{
    char body[128];

    snprintf(body, sizeof body, "{\"model\":\"%s\"}", bare[i].model);
    chat(body);
    if (lists_known) {
        check_int(h.n_calls, bare[i].status == 0);
    } else {
        check_int(h.n_calls, 2);
        answer_lists();
    }
    if (h.status != bare[i].status)
        fail_msg("%s: %d", bare[i].model, h.status);
    if (bare[i].status != 0) {
        check_has(host_body(&h), "model_not_found");
        check_has(host_body(&h), "name it as provider/model");
        return;
    }
    snprintf(body, sizeof body, "{\"model\":\"%s\"}", bare[i].sent);
    check_str(host_call_body(&h, call_to(bare[i].authority)), str_of(body));
}

static void bare_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(bare); i++) {
        h.n_store = 0;
        try_bare(i, false);
        check_int(h.n_store, 2);
        try_bare(i, true);
    }
}

/* A provider that can't tell has no models; the others still have. */
static void bare_names_with_a_failing_list(void **state)
{
    (void)state;
    chat("{\"model\":\"small\"}");
    host_fail(&h, call_to("127.0.0.1:9"), SL_UP_REFUSED);
    check_int(h.status, 0);
    host_answer(&h, call_to("127.0.0.1:8"), "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, call_to("127.0.0.1:8"), str_of(mistral_list), true);
    check_int(h.n_calls, 3);
    check_str(host_call_body(&h, 2), STR("{\"model\":\"small\"}"));
}

static void several_are_named(void **state)
{
    (void)state;
    chat("{\"model\":\"both\"}");
    answer_lists();
    check_int(h.status, 404);
    check_has(host_body(&h), "several providers list the model");
}

static void the_default(void **state)
{
    (void)state;
    chat("{\"model\":\"default\"}");
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "host: 127.0.0.1:7\r\n"));
    assert_true(host_call_has(&h, 0, "POST /chat/completions HTTP"));
    check_str(host_call_body(&h, 0), STR("{\"model\":\"tiny\"}"));
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), env));
    chat("{\"model\":\"default\"}");
    check_int(h.status, 404);
    check_has(host_body(&h), "DEFAULT_MODEL");
}

/* A name of the caller's is shown, but not at length. */
static void long_names(void **state)
{
    char body[1200];

    (void)state;
    memset(body, 'x', sizeof body);
    memcpy(body, "{\"model\":\"", 10);
    memcpy(body + sizeof body - 3, "\"}", 3);
    chat(body);
    answer_lists();
    check_int(h.status, 404);
    assert_true(host_body(&h).n < 600);
}

static void client_leaves_during_the_lookup(void **state)
{
    (void)state;
    chat("{\"model\":\"gpt\"}");
    host_gone(&h);
    assert_true(h.done);
    assert_true(h.calls[0].cancelled);
    assert_true(h.calls[1].cancelled);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(bad_bodies),
        T(bodies_cut_everywhere),
        T(encoded_bodies),
        T(body_limit),
        T(told_length_over_the_limit),
        T(chunked_body_limit),
        T(no_room_for_bodies),
        T(fields_that_go_along),
        T(bare_names),
        T(bare_names_with_a_failing_list),
        T(several_are_named),
        T(the_default),
        T(long_names),
        T(client_leaves_during_the_lookup),
    };

    return test_run("request", tests, SL_LEN(tests));
}
