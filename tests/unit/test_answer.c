/* SPDX-License-Identifier: MIT */
/* The relay of OpenAI's surfaces: what goes up, what comes back, and when
 * another attempt is made. */
#include <stdio.h>

#include "host.h"

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0,k1,k2",
    "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
    "MISTRAL_API_KEY=mistral-key-0",
    NULL,
};

static const char chat_head[] = "POST /v1/chat/completions HTTP/1.1\r\n"
                                "host: x\r\n"
                                "authorization: Bearer pk\r\n"
                                "content-length: %zu\r\n\r\n";

static bool chat(struct host *h, const char *body)
{
    static char head[512];
    struct str text = str_of(body);

    snprintf(head, sizeof head, chat_head, text.n);
    return host_request(h, head, text);
}

#define STREAM_HEAD "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
#define JSON_HEAD "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
#define ROLE                                                              \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"," \
    "\"content\":\"\"}}]}\n\n"
#define TEXT(t)                                                             \
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" t "\"}}]}" \
    "\n\n"
#define STOP                                                           \
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" \
    "\"stop\"}]}\n\n"
#define USAGE                                               \
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7," \
    "\"completion_tokens\":2,\"total_tokens\":9}}\n\n"
#define DONE "data: [DONE]\n\n"
#define CUT_ERROR                                                        \
    "data: {\"error\":{\"message\":\"provider openai: the stream ended " \
    "before the answer did\",\"type\":\"api_error\",\"param\":null,"     \
    "\"code\":\"upstream_error\"}}\n\n"

#define ASK_STREAM \
    "{\"model\":\"openai/gpt-4o\",\"stream\":true,\"messages\":[]}"

static struct host h;
static struct test_mem mem;

static int setup(void **state)
{
    (void)state;
    test_mem_init(&mem);
    assert_true(host_init(&h, &mem, STR("{}"), env));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    host_release(&h);
    assert_int_equal(mem.live, 0);
    return 0;
}

/* ---- what goes up ---- */

static const struct {
    const char *name, *in, *want;
} bodies[] = {
    {"only the model changes",
     "{\"temperature\": 1.50e0,\n \"model\" : \"openai/gpt-4o\", \"x\":[1, 2]}",
     "{\"temperature\": 1.50e0,\n \"model\" : \"gpt-4o\", \"x\":[1, 2]}"},
    {"model with slashes", "{\"model\":\"openai/a/b\"}", "{\"model\":\"a/b\"}"},
    {"escaped model", "{\"model\":\"openai\\/a\\\"b\"}",
     "{\"model\":\"a\\\"b\"}"},
    {"usage is asked for", "{\"model\":\"openai/m\",\"stream\":true}",
     "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":"
     "true}}"},
    {"usage into empty options",
     "{\"model\":\"openai/m\",\"stream\":true,\"stream_options\":{}}",
     "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":"
     "true}}"},
    {"usage beside other options",
     "{\"stream_options\":{\"a\":1},\"model\":\"openai/m\",\"stream\":true}",
     "{\"stream_options\":{\"a\":1,\"include_usage\":true},\"model\":\"m\","
     "\"stream\":true}"},
    {"usage refused by the client",
     "{\"stream_options\":{\"include_usage\":false},\"model\":\"openai/m\","
     "\"stream\":true}",
     "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":"
     "true}"},
    {"null options",
     "{\"model\":\"openai/m\",\"stream_options\":null,\"stream\":true}",
     "{\"model\":\"m\",\"stream_options\":{\"include_usage\":true},\"stream\":"
     "true}"},
    {"no stream, no options", "{\"model\":\"openai/m\",\"stream\":false}",
     "{\"model\":\"m\",\"stream\":false}"},
    {"what the provider refuses is dropped",
     "{\"model\":\"mistral/m\",\"stream\":true,\"stream_options\":{},\"n\":1}",
     "{\"model\":\"m\",\"stream\":true,\"n\":1}"},
};

static void upstream_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(bodies); i++) {
        assert_true(chat(&h, bodies[i].in));
        check_int(h.n_calls, 1);
        check_str_case(bodies[i].name, buf_str(&h.calls[0].body),
                       str_of(bodies[i].want));
        assert_true(h.calls[0].ended);
    }
}

static void upstream_head(void **state)
{
    (void)state;
    assert_true(host_request(&h,
                             "POST /chat/completions HTTP/1.1\r\nhost: x\r\n"
                             "x-api-key: pk\r\nuser-agent: me/1\r\n"
                             "cookie: c\r\nx-custom: y\r\n"
                             "accept-encoding: gzip\r\n"
                             "transfer-encoding: chunked\r\n\r\n",
                             STR("{\"model\":\"openai/m\"}")));
    check_str(h.calls[0].head, STR("POST /v1/chat/completions HTTP/1.1\r\n"
                                   "host: 127.0.0.1:9\r\n"
                                   "content-type: application/json\r\n"
                                   "accept: application/json\r\n"
                                   "user-agent: me/1\r\n"
                                   "accept-encoding: identity\r\n"
                                   "authorization: Bearer k0\r\n"
                                   "content-length: 13\r\n\r\n"));
}

static void strict_refuses_drops(void **state)
{
    (void)state;
    assert_true(host_request(
        &h,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
        "sluice-strict: true\r\ncontent-length: 68\r\n\r\n",
        STR("{\"model\":\"mistral/m\",\"stream\":true,\"stream_options\":{},"
            "\"seeds\":1}")));
    check_int(h.status, 400);
    check_int(h.n_calls, 0);
    check_has(host_body(&h), "stream_options");
}

static void loss_is_named(void **state)
{
    (void)state;
    assert_true(chat(&h, "{\"model\":\"mistral/m\",\"stream_options\":{}}"));
    host_answer(&h, 0, JSON_HEAD);
    host_data(&h, 0, STR("{\"choices\":[]}"), true);
    check_str(host_field(&h, "sluice-loss"), STR("stream_options;dropped"));
}

/* ---- what comes back ---- */

static const struct {
    const char *name, *in, *want;
} streams[] = {
    {"relayed unchanged, the usage chunk kept back",
     ROLE TEXT("a") ": hi\n\n" TEXT("b") STOP USAGE DONE,
     ROLE TEXT("a") ": hi\n\n" TEXT("b") STOP DONE},
    {"crlf",
     "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\r\n\r\n"
     "data: [DONE]\r\n\r\n",
     "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\r\n\r\n"
     "data: [DONE]\r\n\r\n"},
    {"missing end mark is added", TEXT("a") STOP, TEXT("a") STOP DONE},
    {"missing last blank line", TEXT("a") STOP "data: [DONE]\n",
     TEXT("a") STOP DONE "\n"},
    {"cut after text", TEXT("a"), TEXT("a") CUT_ERROR},
    {"cut inside of an event", TEXT("a") "data: {\"choi",
     TEXT("a") "data: {\"error\":{\"message\":\"provider openai: an event of "
               "the stream is not JSON\",\"type\":\"api_error\",\"param\":"
               "null,\"code\":\"upstream_error\"}}\n\n"},
    {"error after text",
     TEXT("a") "data: {\"error\":{\"message\":\"overloaded\"}}\n\n",
     TEXT("a") "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"},
    {"garbage after text", TEXT("a") TEXT("b") "data: x\n\n" TEXT("c"),
     TEXT("a")
         TEXT("b") "data: {\"error\":{\"message\":\"provider openai: an "
                   "event of the stream is not JSON\",\"type\":\"api_error\","
                   "\"param\":null,\"code\":\"upstream_error\"}}\n\n"},
    {"u+2028 inside of text", TEXT("a\xe2\x80\xa8z") STOP DONE,
     TEXT("a\xe2\x80\xa8z") STOP DONE},
};

/* The same bytes reach the client however the network cuts them. */
static void stream_cut_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(streams); i++) {
        struct str in = str_of(streams[i].in);

        for (size_t n = 1; n <= in.n; n++) {
            char label[128];

            snprintf(label, sizeof label, "%s, %zu at a time", streams[i].name,
                     n);
            assert_true(chat(&h, ASK_STREAM));
            host_answer(&h, 0, STREAM_HEAD);
            host_data_cut(&h, 0, in, n, true);
            check_str_case(label, host_body(&h), str_of(streams[i].want));
            assert_true(h.done);
            assert_false(h.aborted);
        }
    }
}

static void usage_and_finish_are_noted(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a") STOP USAGE DONE), true);
    check_int(h.record.usage.input_tokens, 7);
    check_int(h.record.usage.output_tokens, 2);
    check_str(h.record.finish, STR("stop"));
    check_str(h.record.model, STR("gpt-4o"));
    check_int(h.record.status, 200);
    assert_true(h.record.is_stream);
}

static void asked_usage_is_passed_on(void **state)
{
    (void)state;
    assert_true(chat(&h, "{\"model\":\"openai/m\",\"stream\":true,"
                         "\"stream_options\":{\"include_usage\":true}}"));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a") STOP USAGE DONE), true);
    check_str(host_body(&h), STR(TEXT("a") STOP USAGE DONE));
}

/* Neighbouring events leave in one piece. */
static void events_are_joined(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a") TEXT("b") TEXT("c") STOP DONE), true);
    assert_true(h.sends <= 2);
}

static void whole_answer(void **state)
{
    static const char body[] =
        "{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"hi\"},"
        "\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":1,"
        "\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":"
        "1}}}";

    (void)state;
    for (size_t n = 1; n <= sizeof body - 1; n++) {
        assert_true(chat(&h, "{\"model\":\"openai/m\"}"));
        host_answer(&h, 0, JSON_HEAD);
        host_data_cut(&h, 0, str_of(body), n, true);
        check_int(h.status, 200);
        check_str(host_body(&h), str_of(body));
        check_int(h.length, sizeof body - 1);
        check_str(h.record.finish, STR("length"));
        check_int(h.record.usage.cached_tokens, 1);
    }
}

/* A request to another endpoint of OpenAI's. */
static bool ask_for(const char *path, const char *body)
{
    static char head[512];
    struct str text = str_of(body);

    snprintf(head, sizeof head,
             "POST %s HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pk\r\n"
             "content-length: %zu\r\n\r\n",
             path, text.n);
    return host_request(&h, head, text);
}

/* More than limits.answer is passed on as it comes. */
static void large_answer(void **state)
{
    static char big[1 << 20];
    size_t sent = 0;

    (void)state;
    memset(big, 'x', sizeof big);
    assert_true(chat(&h, "{\"model\":\"openai/m\"}"));
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                "content-length: 3145728\r\n\r\n");
    for (int i = 0; i < 6; i++) {
        host_data(&h, 0, (struct str){big, sizeof big / 2}, i == 5);
        sent += sizeof big / 2;
        check_int(h.status, i < 2 ? 0 : 200);
    }
    check_int(h.length, 3 << 20);
    check_int(host_body(&h).n, sent);
    assert_true(h.done);
    assert_false(h.aborted);
}

/* Too late for another attempt and for an error object: the cut is shown. */
static void large_answer_cut(void **state)
{
    static char big[1 << 20];

    (void)state;
    memset(big, 'x', sizeof big);
    assert_true(chat(&h, "{\"model\":\"openai/m\"}"));
    host_answer(&h, 0, JSON_HEAD);
    host_data(&h, 0, (struct str){big, sizeof big}, false);
    host_data(&h, 0, (struct str){big, sizeof big}, false);
    host_fail(&h, 0, SL_UP_CUT);
    check_int(h.n_calls, 1);
    assert_true(h.done);
    assert_true(h.aborted);
    check_int(h.record.rc, SL_UP_CUT);
}

/* Speech is no JSON and need not be. */
static void raw_answer(void **state)
{
    (void)state;
    assert_true(ask_for("/v1/audio/speech", "{\"model\":\"openai/tts\"}"));
    assert_true(host_call_has(&h, 0, "POST /v1/audio/speech "));
    assert_true(host_call_has(&h, 0, "accept: */*"));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\n\r\n");
    host_data_cut(&h, 0, STR("\xff\xfb\0 mp3"), 2, true);
    check_str(host_body(&h), STR("\xff\xfb\0 mp3"));
    check_str(host_field(&h, "content-type"), STR("audio/mpeg"));
}

#define PARTIAL \
    "event: image_generation.partial_image\ndata: {\"b64_json\":\"x\"}\n\n"
#define COMPLETED                         \
    "event: image_generation.completed\n" \
    "data: {\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}\n\n"

/* Streams of other surfaces end without a mark. */
/* What an open stream holds: the exchange, and one chunk of its arena. */
static void usual_stream_fits_in_one_chunk(void **state)
{
    size_t before = mem.live;

    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(ROLE TEXT("a")), false);
    assert_true(h.status == 200);
    assert_true(mem.live - before < 5 * 1024 + 512);
    host_data(&h, 0, STR(STOP DONE), true);
    assert_true(h.done);
}

static void image_stream(void **state)
{
    (void)state;
    assert_true(ask_for("/v1/images/generations",
                        "{\"model\":\"openai/i\",\"stream\":true}"));
    check_str(buf_str(&h.calls[0].body),
              STR("{\"model\":\"i\",\"stream\":true}"));
    host_answer(&h, 0, STREAM_HEAD);
    host_data_cut(&h, 0, STR(PARTIAL COMPLETED), 11, true);
    check_str(host_body(&h), STR(PARTIAL COMPLETED));
    check_int(h.record.usage.output_tokens, 4);
    assert_true(h.done);
    assert_false(h.aborted);
}

static void image_stream_empty(void **state)
{
    (void)state;
    assert_true(ask_for("/v1/images/generations",
                        "{\"model\":\"mistral/i\",\"stream\":true}"));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, (struct str){0}, true);
    check_int(h.status, 502);
}

/* ---- failures and other attempts ---- */

/* A provider that talks on and says nothing has failed. */
static void endless_comments(void **state)
{
    static char comments[1 << 17];

    (void)state;
    for (size_t i = 0; i < sizeof comments; i += 8)
        memcpy(comments + i, ": hello\n", 8);
    comments[sizeof comments - 2] = '\n';
    assert_true(chat(&h, ASK_STREAM));
    for (size_t call = 0; call < 3; call++) {
        host_answer(&h, call, STREAM_HEAD);
        for (int i = 0; i < 12 && h.n_calls == call + 1; i++)
            host_data(&h, call, (struct str){comments, sizeof comments}, false);
    }
    check_int(h.n_calls, 3);
    check_int(h.status, 502);
    check_has(host_body(&h), "nothing meaningful");
}

static void event_over_the_limit(void **state)
{
    static char big[1 << 18];

    (void)state;
    memset(big, 'x', sizeof big);
    assert_true(chat(&h, "{\"model\":\"mistral/m\",\"stream\":true}"));
    host_answer(&h, 0, STREAM_HEAD);
    for (int i = 0; i < 5; i++)
        host_data(&h, 0, (struct str){big, sizeof big}, false);
    check_int(h.status, 502);
    check_has(host_body(&h), "limits.event");
}

/* An error body that never ends is cut at its limit. */
static void endless_error(void **state)
{
    static char big[1 << 16];

    (void)state;
    memset(big, 'x', sizeof big);
    assert_true(chat(&h, "{\"model\":\"mistral/m\"}"));
    host_answer(&h, 0, "HTTP/1.1 400 X\r\n\r\n");
    host_data(&h, 0, (struct str){big, sizeof big}, false);
    host_data(&h, 0, STR("x"), false);
    check_int(h.status, 400);
    assert_true(h.calls[0].cancelled);
    check_has(host_body(&h), "invalid_request_error");
}

static void types_of_statuses(void **state)
{
    static const struct {
        const char *head, *type;
    } cases[] = {
        {"HTTP/1.1 401 X\r\n\r\n", "authentication_error"},
        {"HTTP/1.1 403 X\r\n\r\n", "permission_error"},
        {"HTTP/1.1 429 X\r\n\r\n", "rate_limit_error"},
        {"HTTP/1.1 500 X\r\n\r\n", "api_error"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        assert_true(chat(&h, "{\"model\":\"mistral/m\"}"));
        /* A provider that has too much to do is asked four times. */
        for (size_t n = 0; !h.done && n < 4; n++) {
            host_answer(&h, n, cases[i].head);
            host_data(&h, n, STR("no"), true);
            host_advance(&h, 1000);
        }
        check_has(host_body(&h), cases[i].type);
        check_int(h.record.rc, SL_UP_ERROR);
    }
}

static void statuses(void **state)
{
    static const struct {
        int status;
        bool again;
    } cases[] = {{400, false}, {401, true}, {402, false}, {403, true},
                 {404, false}, {408, true}, {409, true},  {413, false},
                 {422, false}, {425, true}, {429, true},  {500, true},
                 {502, true},  {503, true}, {529, true}};

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        char head[128];

        snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nretry-after: 9\r\n\r\n",
                 cases[i].status);
        assert_true(chat(&h, ASK_STREAM));
        host_answer(&h, 0, head);
        host_data(&h, 0, STR("{\"error\":{\"message\":\"m\"}}"), true);
        if (!cases[i].again) {
            check_int(h.n_calls, 1);
            check_int(h.status, cases[i].status);
            check_str(host_body(&h), STR("{\"error\":{\"message\":\"m\"}}"));
            continue;
        }
        check_int(h.n_calls, 2);
        assert_true(h.calls[0].cancelled);
        assert_false(h.calls[1].cancelled);
        check_int(h.status, 0);
    }
}

/* Every key once, cyclically from the picked one; then the last answer. */
static void all_keys_fail(void **state)
{
    (void)state;
    h.next_key = 1;
    assert_true(chat(&h, ASK_STREAM));
    for (size_t i = 0; i < 3; i++) {
        host_answer(&h, i, "HTTP/1.1 429 X\r\nretry-after: 9\r\n\r\n");
        host_data(&h, i, STR("{\"error\":{\"message\":\"slow\"}}"), true);
    }
    check_int(h.n_calls, 3);
    assert_true(host_call_has(&h, 0, "Bearer k1\r"));
    assert_true(host_call_has(&h, 1, "Bearer k2\r"));
    assert_true(host_call_has(&h, 2, "Bearer k0\r"));
    check_int(h.picks, 1);
    check_int(h.status, 429);
    check_str(host_field(&h, "retry-after"), STR("9"));
    check_str(host_field(&h, "sluice-attempts"), STR("3"));
    check_str(host_field(&h, "sluice-key-index"), STR("0"));
}

static void connect_errors(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_fail(&h, 0, SL_UP_REFUSED);
    host_fail(&h, 1, SL_UP_DNS);
    host_fail(&h, 2, SL_UP_CONNECT_TIMEOUT);
    check_int(h.status, 504);
    check_has(host_body(&h), "provider openai: ");
    assert_false(str_has(host_body(&h), STR("k2")));
}

/* A kept connection that was dead: the same key, a new connection, and not
 * counted as an attempt. */
static void stale_connection(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    assert_false(h.calls[0].fresh);
    host_fail(&h, 0, SL_UP_STALE);
    check_int(h.n_calls, 2);
    assert_true(h.calls[1].fresh);
    assert_true(host_call_has(&h, 1, "Bearer k0\r"));
    check_str(buf_str(&h.calls[1].body), buf_str(&h.calls[0].body));
    host_answer(&h, 1, STREAM_HEAD);
    host_data(&h, 1, STR(TEXT("a") STOP DONE), true);
    check_str(host_field(&h, "sluice-attempts"), STR("1"));
}

/* The head of a 200 is held: nothing was said yet when the stream fails. */
static void failures_inside_a_200(void **state)
{
    static const char *const failing[] = {
        ROLE,
        ROLE "data: {\"error\":{\"message\":\"overloaded\"}}\n\n",
        "data: {\"error\":{\"message\":\"no\",\"code\":503}}\n\n",
        "data: not json\n\n",
        "",
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(failing); i++) {
        assert_true(chat(&h, ASK_STREAM));
        host_answer(&h, 0, STREAM_HEAD);
        host_data(&h, 0, str_of(failing[i]), true);
        check_int(h.n_calls, 2);
        check_int(h.status, 0);
        host_answer(&h, 1, STREAM_HEAD);
        host_data(&h, 1, STR(ROLE TEXT("b") STOP DONE), true);
        check_str(host_body(&h), STR(ROLE TEXT("b") STOP DONE));
        check_str(host_field(&h, "sluice-attempts"), STR("2"));
    }
}

static void error_in_200_without_other_keys(void **state)
{
    (void)state;
    assert_true(chat(&h, "{\"model\":\"mistral/m\",\"stream\":true}"));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0,
              STR("data: {\"error\":{\"message\":\"full\",\"code\":500}}\n\n"),
              false);
    check_int(h.status, 500);
    check_str(host_body(&h),
              STR("{\"error\":{\"message\":\"full\",\"code\":500}}"));
}

static void garbage(void **state)
{
    static const struct {
        const char *head, *body;
    } cases[] = {
        {JSON_HEAD, "<html>"},
        {JSON_HEAD, ""},
        {JSON_HEAD, "[]"},
        {"HTTP/1.1 302 X\r\nlocation: http://evil/\r\n\r\n", ""},
        {"HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\n\r\n", "xx"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        assert_true(chat(&h, "{\"model\":\"mistral/m\"}"));
        host_answer(&h, 0, cases[i].head);
        host_data(&h, 0, str_of(cases[i].body), true);
        check_int(h.status, 502);
        check_has(host_body(&h), "provider mistral");
        check_int(h.n_calls, 1);
    }
}

/* Errors of any shape become the one of the caller's dialect. */
static void foreign_error_shapes(void **state)
{
    static const struct {
        const char *body, *want;
    } cases[] = {
        {"{\"message\":\"flat\"}", "flat"},
        {"{\"error\":\"text\"}", "text"},
        {"{\"detail\":\"why\"}", "why"},
        {"{\"detail\":[{\"msg\":\"m1\"}]}", "m1"},
        {"[{\"error\":{\"message\":\"in array\"}}]", "in array"},
        {"{\"errors\":[{\"message\":\"cf\"}]}", "cf"},
        {"<html>no</html>", "answered with an error"},
        {"", "answered with an error"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        assert_true(chat(&h, "{\"model\":\"mistral/m\"}"));
        host_answer(&h, 0, "HTTP/1.1 422 X\r\n\r\n");
        host_data_cut(&h, 0, str_of(cases[i].body), 3, true);
        check_int(h.status, 422);
        check_has(host_body(&h), cases[i].want);
        check_has(host_body(&h), "{\"error\":{\"message\":");
    }
}

static void key_in_an_error_is_not_shown(void **state)
{
    (void)state;
    assert_true(chat(&h, "{\"model\":\"mistral/m\"}"));
    host_answer(&h, 0, "HTTP/1.1 401 X\r\n\r\n");
    host_data(&h, 0,
              STR("{\"error\":{\"message\":\"bad key mistral-key-0!\"}}"),
              true);
    check_int(h.status, 401);
    assert_false(str_has(host_body(&h), STR("mistral-key-0")));
}

/* Nor when the provider has written it with escapes, which a client's parser
 * would undo. */
static void escaped_key_is_not_shown(void **state)
{
    (void)state;
    assert_true(chat(&h, "{\"model\":\"mistral/m\"}"));
    host_answer(&h, 0, "HTTP/1.1 401 X\r\n\r\n");
    host_data(&h, 0,
              STR("{\"error\":{\"message\":\"bad key mistral\\u002dkey-0!\","
                  "\"type\":\"a\",\"code\":null,\"param\":null}}"),
              true);
    check_int(h.status, 401);
    assert_false(str_has(host_body(&h), STR("key-0")));
}

static void committed_means_committed(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a")), false);
    host_fail(&h, 0, SL_UP_CUT);
    check_int(h.n_calls, 1);
    check_has(host_body(&h), "\"error\"");
    assert_true(h.done);
    check_int(h.record.rc, SL_UP_CUT);
}

/* ---- other targets ---- */

static const char groups[] =
    "{\"models\": {\"smart\": [\"openai/gpt-4o\", \"anthropic/claude\", "
    "\"mistral/large\", \"gemini/pro\"]}}";

/* The next target follows when the keys of the one before are spent, with the
 * body that it wants. */
static void the_next_target(void **state)
{
    static const char *const one_key[] = {
        "PROXY_API_KEY=pk", "OPENAI_API_KEY=k0,k1", "MISTRAL_API_KEY=m0", NULL};
    static struct host g;
    struct test_mem m;

    (void)state;
    test_mem_init(&m);
    assert_true(host_init(&g, &m, str_of(groups), one_key));
    assert_true(chat(&g, "{\"model\":\"smart\",\"stream\":true}"));
    check_has(buf_str(&g.calls[0].body), "\"model\":\"gpt-4o\"");
    host_answer(&g, 0, "HTTP/1.1 500 X\r\n\r\n");
    host_fail(&g, 1, SL_UP_REFUSED);
    /* anthropic and gemini have no key: mistral is the next one. */
    check_int(g.n_calls, 3);
    assert_true(host_call_has(&g, 2, "Bearer m0"));
    check_str(buf_str(&g.calls[2].body),
              STR("{\"model\":\"large\",\"stream\":true}"));
    host_answer(&g, 2, STREAM_HEAD);
    host_data(&g, 2, STR(TEXT("a") STOP USAGE DONE), true);
    check_int(g.status, 200);
    check_str(host_body(&g), STR(TEXT("a") STOP USAGE DONE));
    check_str(host_field(&g, "sluice-provider"), STR("mistral"));
    check_str(host_field(&g, "sluice-model"), STR("large"));
    check_str(host_field(&g, "sluice-attempts"), STR("3"));
    check_str(host_field(&g, "sluice-plan"),
              STR("openai/gpt-4o, mistral/large"));
    /* A request that is wrong stays wrong elsewhere. */
    assert_true(chat(&g, "{\"model\":\"smart\"}"));
    host_answer(&g, 0, "HTTP/1.1 400 X\r\n\r\n");
    host_data(&g, 0, STR("{\"error\":{\"message\":\"m\"}}"), true);
    check_int(g.n_calls, 1);
    check_int(g.status, 400);
    host_release(&g);
    check_int(m.live, 0);
}

static void four_attempts_in_all(void **state)
{
    static const char *const keys[] = {"PROXY_API_KEY=pk",
                                       "OPENAI_API_KEY=k0,k1,k2",
                                       "MISTRAL_API_KEY=m0,m1,m2", NULL};
    static struct host g;
    struct test_mem m;

    (void)state;
    test_mem_init(&m);
    assert_true(host_init(&g, &m, str_of(groups), keys));
    assert_true(chat(&g, "{\"model\":\"smart\"}"));
    for (size_t i = 0; i < 4 && !g.done; i++)
        host_fail(&g, i, SL_UP_TIMEOUT);
    check_int(g.n_calls, 4);
    assert_true(host_call_has(&g, 3, "Bearer m"));
    check_int(g.status, 504);
    check_str(host_field(&g, "sluice-attempts"), STR("4"));
    host_release(&g);
    check_int(m.live, 0);
}

/* ---- time ---- */

static void first_event_times_out(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(ROLE), false);
    host_advance(&h, 179999);
    check_int(h.n_calls, 1);
    host_advance(&h, 1);
    check_int(h.n_calls, 2);
    assert_true(h.calls[0].cancelled);
}

static void idle_times_out(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a")), false);
    host_advance(&h, 100000);
    host_data(&h, 0, STR(TEXT("b")), false);
    host_advance(&h, 179999);
    assert_false(h.done);
    host_advance(&h, 1);
    assert_true(h.done);
    assert_true(h.calls[0].cancelled);
    check_has(host_body(&h), "took too long");
}

/* The host did not read the provider, because the client was slow. */
static void silence_counts_from_the_resumption(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a")), false);
    h.now_ms += 500000;
    host_feed(&h, (struct event){.kind = EVENT_DRAINED});
    host_advance(&h, 179999);
    assert_false(h.done);
    host_advance(&h, 1);
    assert_true(h.done);
}

static void total_times_out(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    for (int i = 0; i < 29 && !h.done; i++) {
        host_data(&h, 0, STR(TEXT("a")), false);
        host_advance(&h, 60000);
    }
    assert_false(h.done);
    host_data(&h, 0, STR(TEXT("a")), false);
    host_advance(&h, 60000);
    assert_true(h.done);
    assert_true(h.calls[0].cancelled);
}

static void lingering_after_done(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a") STOP DONE), false);
    assert_false(h.done);
    host_advance(&h, 500);
    assert_true(h.done);
    assert_false(h.aborted);
    check_str(host_body(&h), STR(TEXT("a") STOP DONE));
    check_int(h.record.rc, SL_OK);
}

static void client_leaves(void **state)
{
    (void)state;
    assert_true(chat(&h, ASK_STREAM));
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0, STR(TEXT("a")), false);
    host_gone(&h);
    assert_true(h.calls[0].cancelled);
    assert_true(h.done);
    check_int(h.record.status, 499);
    assert_true(chat(&h, "{\"model\":\"openai/m\"}"));
    host_gone(&h);
    assert_true(h.calls[0].cancelled);
}

/* ---- memory ---- */

static bool scenario(void *ctx, struct test_mem *m)
{
    static struct host s;
    bool through = false;

    (void)ctx;
    if (host_init(&s, m, STR("{}"), env) && chat(&s, ASK_STREAM)) {
        if (s.n_calls > 0)
            host_fail(&s, 0, SL_UP_STALE);
        if (s.n_calls > 1)
            host_answer(&s, 1, STREAM_HEAD);
        if (s.n_calls > 1)
            host_data_cut(&s, 1, STR(ROLE TEXT("a") STOP USAGE DONE), 5, true);
        assert_true(s.done);
        through = s.status == 200 && !s.aborted;
    }
    host_release(&s);
    return through;
}

static void every_allocation_fails_once(void **state)
{
    (void)state;
    test_each_allocation(scenario, NULL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(upstream_bodies),
        T(upstream_head),
        T(strict_refuses_drops),
        T(loss_is_named),
        T(stream_cut_everywhere),
        T(usage_and_finish_are_noted),
        T(asked_usage_is_passed_on),
        T(events_are_joined),
        T(whole_answer),
        T(large_answer),
        T(large_answer_cut),
        T(raw_answer),
        T(usual_stream_fits_in_one_chunk),
        T(image_stream),
        T(image_stream_empty),
        T(endless_comments),
        T(event_over_the_limit),
        T(endless_error),
        T(types_of_statuses),
        T(statuses),
        T(all_keys_fail),
        T(connect_errors),
        T(stale_connection),
        T(failures_inside_a_200),
        T(error_in_200_without_other_keys),
        T(garbage),
        T(foreign_error_shapes),
        T(key_in_an_error_is_not_shown),
        T(escaped_key_is_not_shown),
        T(committed_means_committed),
        cmocka_unit_test(the_next_target),
        cmocka_unit_test(four_attempts_in_all),
        T(first_event_times_out),
        T(idle_times_out),
        T(silence_counts_from_the_resumption),
        T(total_times_out),
        T(lingering_after_done),
        T(client_leaves),
        cmocka_unit_test(every_allocation_fails_once),
    };

    return test_run("answer", tests, SL_LEN(tests));
}
