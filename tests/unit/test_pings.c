/* SPDX-License-Identifier: MIT */
/* Keep-alives, by a clock that the test moves. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=o0,o1",
    "ANTHROPIC_API_KEY=a0",
    "GEMINI_API_KEY=g0",
    NULL,
};

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, STR("{}"), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void with(const char *config)
{
    host_release(&h);
    assert_true(host_init(&h, &mem, str_of(config), env));
}

#define EARLY "{\"server\":{\"earlyPings\":true}}"
#define SSE "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
#define HI \
    "\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define CONTENTS \
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}"

/* ---- a provider's stream in pieces ---- */

struct talk {
    const char *first, *rest; /* one text, then the end */
};

static const struct talk openai_talk = {
    "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
    "\"assistant\",\"content\":\"one\"}}]}\n\n",
    "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},"
    "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"};
static const struct talk anthropic_talk = {
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{"
    "\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\","
    "\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\","
    "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
    "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"one\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
    "\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{"
    "\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"};
static const struct talk gemini_talk = {
    "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{"
    "\"text\":\"one\"}]},\"index\":0}]}\n\n",
    "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[]},"
    "\"finishReason\":\"STOP\",\"index\":0}]}\n\n"};

#define COMMENT ": ping\n\n"
#define EVENT "event: ping\ndata: {\"type\":\"ping\"}\n\n"
#define GEMINI_OF(model, query) \
    "POST /v1beta/models/" model ":streamGenerateContent" query

/* Each way of asking; ping: NULL: the dialect has none. */
static const struct {
    const char *name, *line, *body;
    const struct talk *talk;
    const char *ping;
} rows[] = {
    {"openai, relayed", "POST /v1/chat/completions",
     "{\"model\":\"openai/m\"," HI "}", &openai_talk, COMMENT},
    {"openai over anthropic", "POST /v1/chat/completions",
     "{\"model\":\"anthropic/c\"," HI "}", &anthropic_talk, COMMENT},
    {"anthropic, relayed", "POST /v1/messages",
     "{\"model\":\"anthropic/c\",\"max_tokens\":9," HI "}", &anthropic_talk,
     EVENT},
    {"anthropic over gemini", "POST /v1/messages",
     "{\"model\":\"gemini/g\",\"max_tokens\":9," HI "}", &gemini_talk, EVENT},
    {"responses over openai", "POST /v1/responses",
     "{\"model\":\"anthropic/c\",\"stream\":true,\"input\":\"hi\"}",
     &anthropic_talk, COMMENT},
    {"completions over anthropic", "POST /v1/completions",
     "{\"model\":\"anthropic/c\",\"stream\":true,\"prompt\":\"hi\"}",
     &anthropic_talk, COMMENT},
    {"gemini, relayed", GEMINI_OF("gemini/g", "?alt=sse"), CONTENTS,
     &gemini_talk, "\n"},
    {"gemini over openai, an array", GEMINI_OF("openai/m", ""), CONTENTS,
     &openai_talk, "\n"},
    {"ollama over openai", "POST /api/chat", "{\"model\":\"openai/m\"," HI "}",
     &openai_talk, NULL},
};

static void ask(size_t i)
{
    print_message("%s\n", rows[i].name);
    assert_true(host_ask(&h, rows[i].line, "", str_of(rows[i].body)));
    check_int(h.n_calls, 1);
}

/* What has come since the last look. */
static struct str since(size_t *seen)
{
    struct str more = str_skip(host_body(&h), *seen);

    *seen = host_body(&h).n;
    return more;
}

/* Without pings the bytes are those of a stream that was never silent. */
static void check_rest(size_t i, struct str with_pings)
{
    struct buf rest;
    struct str ping = str_of(rows[i].ping == NULL ? "" : rows[i].ping);

    ask(i);
    host_answer(&h, 0, SSE);
    host_data(&h, 0, str_of(rows[i].talk->first), false);
    buf_init(&rest, &h.plain, HOST_TEXT);
    buf_add(&rest, host_body(&h));
    buf_add(&rest, ping);
    buf_add(&rest, ping);
    host_data(&h, 0, str_of(rows[i].talk->rest), true);
    buf_add(&rest, str_skip(host_body(&h), rest.n - 2 * ping.n));
    check_str(with_pings, buf_str(&rest));
    buf_release(&rest);
}

static void in_a_silent_stream(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct str ping = str_of(rows[i].ping == NULL ? "" : rows[i].ping);
        struct buf kept;
        size_t seen = 0;

        ask(i);
        host_advance(&h, 20000);
        assert_true(h.status == 0);
        host_answer(&h, 0, SSE);
        host_advance(&h, 20000);
        assert_true(h.status == 0);
        host_data(&h, 0, str_of(rows[i].talk->first), false);
        assert_true(since(&seen).n != 0);
        host_advance(&h, 14999);
        check_str(since(&seen), (struct str){0});
        host_advance(&h, 1);
        check_str(since(&seen), ping);
        host_advance(&h, 14999);
        check_str(since(&seen), (struct str){0});
        host_advance(&h, 1);
        check_str(since(&seen), ping);
        host_data(&h, 0, str_of(rows[i].talk->rest), true);
        assert_true(h.done && !h.aborted);
        buf_init(&kept, &h.plain, HOST_TEXT);
        buf_add(&kept, host_body(&h));
        check_rest(i, buf_str(&kept));
        buf_release(&kept);
    }
}

/* Bytes that make no whole event yet are no reason to write into it. */
static void between_whole_events(void **state)
{
    size_t seen = 0;

    (void)state;
    ask(0);
    host_answer(&h, 0, SSE);
    host_data(&h, 0, str_of(openai_talk.first), false);
    (void)since(&seen);
    host_data(&h, 0, STR("data: {\"id\":\"1\",\"choi"), false);
    host_advance(&h, 16000);
    check_str(since(&seen), STR(COMMENT));
    host_data(&h, 0, STR("ces\":[]}\n\n"), false);
    check_str(since(&seen), STR("data: {\"id\":\"1\",\"choices\":[]}\n\n"));
    host_advance(&h, 14999);
    check_str(since(&seen), (struct str){0});
}

static void as_often_as_configured(void **state)
{
    size_t seen = 0;

    (void)state;
    with("{\"server\":{\"pings\":\"2s\"}}");
    ask(0);
    host_answer(&h, 0, SSE);
    host_data(&h, 0, str_of(openai_talk.first), false);
    (void)since(&seen);
    host_advance(&h, 6000);
    check_str(since(&seen), STR(COMMENT COMMENT COMMENT));
    with("{\"server\":{\"pings\":0,\"earlyPings\":true}}");
    seen = 0;
    ask(0);
    host_advance(&h, 30000);
    assert_true(h.status == 0);
    host_answer(&h, 0, SSE);
    host_data(&h, 0, str_of(openai_talk.first), false);
    (void)since(&seen);
    host_advance(&h, 60000);
    check_str(since(&seen), (struct str){0});
}

/* A whole answer, and one that is too large to be held, stay what they are. */
static void never_in_whole_answers(void **state)
{
    (void)state;
    with("{\"limits\":{\"answer\":\"1k\"},\"server\":{\"earlyPings\":true}}");
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"openai/m\"}")));
    host_advance(&h, 40000);
    check_int(h.status, 0);
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
    for (int i = 0; i < 200; i++)
        host_data(&h, 0, STR("{\"a\":\"0123456789\"}"), false);
    check_int(h.status, 200);
    host_advance(&h, 40000);
    check_int(host_body(&h).n, 200 * 18);
}

/* ---- before the answer ---- */

static void early(void **state)
{
    (void)state;
    with(EARLY);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        struct str ping = str_of(rows[i].ping == NULL ? "" : rows[i].ping);

        ask(i);
        host_advance(&h, 14999);
        check_int(h.status, 0);
        host_advance(&h, 1);
        check_int(h.status, rows[i].ping == NULL ? 0 : 200);
        check_str(host_body(&h), ping);
        if (rows[i].ping != NULL)
            check_str(host_field(&h, "content-type"),
                      str_has(str_of(rows[i].name), STR("array"))
                          ? STR("application/json")
                          : STR("text/event-stream"));
        host_answer(&h, 0, SSE);
        host_advance(&h, 15000);
        host_data(&h, 0, str_of(rows[i].talk->first), false);
        host_data(&h, 0, str_of(rows[i].talk->rest), true);
        assert_true(h.done && !h.aborted);
        check_int(h.status, 200);
        check_has(host_body(&h), "one");
    }
}

static void early_then_another_attempt(void **state)
{
    (void)state;
    with(EARLY);
    ask(0);
    host_advance(&h, 15000);
    check_str(host_body(&h), STR(COMMENT));
    host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
    check_int(h.n_calls, 2);
    host_advance(&h, 15000);
    host_answer(&h, 1, SSE);
    host_data(&h, 1, str_of(openai_talk.first), false);
    host_data(&h, 1, str_of(openai_talk.rest), true);
    assert_true(h.done && !h.aborted);
    check_has(host_body(&h), COMMENT COMMENT "data: {\"id\":\"1\"");
    check_int(h.record.rc, SL_OK);
}

/* The status is out: each failure is the dialect's own error event. */
static const struct {
    const char *name;
    size_t row;
    const char *want;
} errors[] = {
    {"openai", 0, COMMENT "data: {\"error\":{\"message\":\"provider openai: "},
    {"openai, translated", 1,
     COMMENT "data: {\"error\":{\"message\":\"provider anthropic: "},
    {"anthropic", 2,
     EVENT "event: error\ndata: {\"type\":\"error\",\"error\":{"},
    {"anthropic, translated", 3,
     EVENT "event: error\ndata: {\"type\":\"error\",\"error\":{"},
    {"responses", 4, COMMENT "event: "},
    {"completions", 5, COMMENT "data: {\"error\":{"},
    {"gemini", 6, "\ndata: {\"error\":{\"code\":"},
    {"gemini, an array", 7, "\n[{\"error\":{\"code\":"},
};

static void fail_all(const char *how)
{
    for (size_t k = 0; k < h.n_calls && !h.done; k++) {
        if (how == NULL) {
            host_fail(&h, k, SL_UP_REFUSED);
            continue;
        }
        host_answer(&h, k, how);
        if (!h.calls[k].cancelled && !h.done)
            host_data(&h, k,
                      STR("{\"error\":{\"message\":\"too bad\",\"type\":"
                          "\"invalid_request_error\",\"code\":400,"
                          "\"status\":\"INVALID_ARGUMENT\"}}"),
                      true);
    }
}

static void early_then_a_failure(void **state)
{
    static const char *const how[] = {
        NULL,
        "HTTP/1.1 400 X\r\ncontent-type: application/json\r\n\r\n",
        "HTTP/1.1 500 X\r\ncontent-type: application/json\r\n\r\n",
        "HTTP/1.1 302 X\r\n\r\n",
    };

    (void)state;
    with(EARLY);
    for (size_t i = 0; i < SL_LEN(errors); i++) {
        for (size_t k = 0; k < SL_LEN(how); k++) {
            ask(errors[i].row);
            host_advance(&h, 15000);
            fail_all(how[k]);
            assert_true(h.done);
            assert_false(h.aborted);
            check_int(h.status, 200);
            check_str(str_first(host_body(&h), str_of(errors[i].want).n),
                      str_of(errors[i].want));
            if (k == 1)
                check_has(host_body(&h), "too bad");
            assert_true(h.record.rc != SL_OK);
        }
    }
}

/* Whole although a stream was asked for: translated it is one, relayed it is
 * none. */
static void early_then_a_whole_answer(void **state)
{
    static const char whole[] =
        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        "\"content\":\"one\"},\"finish_reason\":\"stop\"}]}";
    static const char head[] =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";

    (void)state;
    with(EARLY);
    ask(7);
    host_advance(&h, 15000);
    host_answer(&h, 0, head);
    host_advance(&h, 20000);
    host_data(&h, 0, str_of(whole), true);
    assert_true(h.done && !h.aborted);
    check_has(host_body(&h), "\n[{\"candidates\":");
    ask(0);
    host_advance(&h, 15000);
    for (size_t k = 0; k < h.n_calls; k++) {
        host_answer(&h, k, head);
        host_data(&h, k, str_of(whole), true);
    }
    assert_true(h.done && !h.aborted);
    check_has(host_body(&h), "did not answer with a stream");
}

static void early_and_then_gone(void **state)
{
    (void)state;
    with(EARLY);
    ask(0);
    host_advance(&h, 31000);
    check_str(host_body(&h), STR(COMMENT COMMENT));
    host_gone(&h);
    assert_true(h.done);
    assert_true(h.calls[0].cancelled);
}

/* ---- memory ---- */

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    const bool *fails = ctx;
    bool ok = host_init(&g, m, STR(EARLY), env);

    ok = ok && host_ask(&g, rows[3].line, "", str_of(rows[3].body));
    if (ok && !g.done) {
        host_advance(&g, 15000);
        if (*fails) {
            host_answer(&g, 0, "HTTP/1.1 400 X\r\n\r\n");
            host_data(&g, 0, STR("{}"), true);
        } else {
            host_answer(&g, 0, SSE);
            host_data(&g, 0, str_of(gemini_talk.first), false);
            host_advance(&g, 15000);
            host_data(&g, 0, str_of(gemini_talk.rest), true);
        }
    }
    ok = ok && g.done && g.status == 200 && !g.aborted;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    bool fails = false;

    (void)state;
    test_each_allocation(without_memory, &fails);
    fails = true;
    test_each_allocation(without_memory, &fails);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(in_a_silent_stream),
        TEST(between_whole_events),
        TEST(as_often_as_configured),
        TEST(never_in_whole_answers),
        TEST(early),
        TEST(early_then_another_attempt),
        TEST(early_then_a_failure),
        TEST(early_then_a_whole_answer),
        TEST(early_and_then_gone),
        TEST(memory_fails),
    };

    return test_run("pings", tests, SL_LEN(tests));
}
