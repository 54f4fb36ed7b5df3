/* SPDX-License-Identifier: MIT */
/* How streams end: each dialect of a client over providers of three, after a
 * whole answer, one without its end mark, a cut, and an error event. What the
 * client gets is well-formed, says how it ended, and does not depend on how the
 * provider's bytes were cut. */
#include <stdio.h>

#include "core/base/json.h"
#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "MISTRAL_API_KEY=m0",
    "ANTHROPIC_API_KEY=a0",
    "GEMINI_API_KEY=g0",
    NULL,
};

/* In OpenAI's dialect of chats, whatever the client speaks. */
#define CONFIG "{\"providers\":{\"mistral\":{\"dialect\":\"openai-chat\"}}}"

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, STR(CONFIG), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

#define TEXT "h\u00e9llo \u65e5\u672c \U0001f600"

/* ---- providers ---- */

struct provider_talk {
    const char *model, *begin, *finish, *end_mark, *error, *whole;
};

static const struct provider_talk talks[] = {
    {"mistral/m",
     "data: {\"id\":\"1\",\"created\":7,\"model\":\"m\",\"choices\":[{"
     "\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" TEXT
     "\"}}]}\n\n",
     "data: {\"id\":\"1\",\"created\":7,\"model\":\"m\",\"choices\":[{"
     "\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
     "data: [DONE]\n\n",
     "data: {\"error\":{\"message\":\"too much\",\"type\":\"server_error\","
     "\"param\":null,\"code\":null}}\n\n",
     "{\"id\":\"1\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,"
     "\"message\":{\"role\":\"assistant\",\"content\":\"" TEXT
     "\"},\"finish_reason\":\"stop\"}]}"},
    {"anthropic/c",
     "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{"
     "\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"c\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}"
     "\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\","
     "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
     "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" TEXT
     "\"}}\n\n",
     "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
     "\"index\":0}\n\nevent: message_delta\ndata: {\"type\":"
     "\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{"
     "\"output_tokens\":2}}\n\n",
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
     "\"overloaded_error\",\"message\":\"too much\"}}\n\n",
     "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
     "\"c\",\"content\":[{\"type\":\"text\",\"text\":\"" TEXT
     "\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,"
     "\"output_tokens\":2}}"},
    {"gemini/g",
     "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{"
     "\"text\":\"" TEXT "\"}]},\"index\":0}]}\n\n",
     "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[]},"
     "\"finishReason\":\"STOP\",\"index\":0}]}\n\n",
     "",
     "data: {\"error\":{\"code\":503,\"message\":\"too much\",\"status\":"
     "\"UNAVAILABLE\"}}\n\n",
     "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
     "\"" TEXT "\"}]},\"finishReason\":\"STOP\",\"index\":0}]}"},
};

/* ---- clients ---- */

enum form { SSE, ARRAY, LINES };

/* %s: the model, in line or body. last: what the last event holds after a good
 * end, failed: after a bad one. */
static const struct client {
    const char *name, *line, *body, *whole_line;
    enum form form;
    const char *last, *failed;
} clients[] = {
    {"openai-chat", "POST /v1/chat/completions",
     "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}]}",
     NULL, SSE, "data: [DONE]", "data: {\"error\":{"},
    {"openai-completions", "POST /v1/completions",
     "{\"model\":\"%s\",\"stream\":true,\"prompt\":\"hi\"}", NULL, SSE,
     "data: [DONE]", "data: {\"error\":{"},
    {"openai-responses", "POST /v1/responses",
     "{\"model\":\"%s\",\"stream\":true,\"input\":\"hi\"}", NULL, SSE,
     "event: response.completed\n", "event: response.failed\n"},
    {"anthropic", "POST /v1/messages",
     "{\"model\":\"%s\",\"stream\":true,\"max_tokens\":9,\"messages\":[{"
     "\"role\":\"user\",\"content\":\"hi\"}]}",
     NULL, SSE, "event: message_stop\n", "event: error\n"},
    {"gemini", "POST /v1beta/models/%s:streamGenerateContent?alt=sse",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}",
     "POST /v1beta/models/%s:generateContent", SSE, "\"finishReason\":\"STOP\"",
     "data: {\"error\":{"},
    {"gemini, an array", "POST /v1beta/models/%s:streamGenerateContent",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}",
     "POST /v1beta/models/%s:generateContent", ARRAY,
     "\"finishReason\":\"STOP\"", "{\"error\":{"},
    {"ollama", "POST /api/chat",
     "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\","
     "\"content\":\"hi\"}]}",
     NULL, LINES, "\"done\":true", "{\"error\":"},
    {"ollama-generate", "POST /api/generate",
     "{\"model\":\"%s\",\"stream\":true,\"prompt\":\"hi\"}", NULL, LINES,
     "\"done\":true", "{\"error\":"},
};

/* text with `mark` replaced, if it is there; ends in NUL. */
static void fill(struct buf *out, struct str text, const char *mark,
                 const char *by)
{
    size_t at = str_find_str(text, str_of(mark));

    buf_init(out, &h.plain, 4096);
    buf_add(out, str_first(text, at));
    if (at < text.n)
        buf_add(out, str_of(by));
    buf_add(out, str_skip(text, at + str_of(mark).n));
    buf_add_char(out, '\0');
}

static void ask(const char *line, const char *body, const char *model)
{
    struct buf l, b;

    fill(&l, str_of(line), "%s", model);
    fill(&b, str_of(body), "%s", model);
    assert_true(host_ask(&h, l.p, "", str_of(b.p)));
    check_int(h.n_calls, 1);
    buf_release(&l);
    buf_release(&b);
}

/* ---- well-formed ---- */

static bool is_json(struct str text)
{
    struct arena a;
    struct json doc;
    bool ok;

    arena_init(&a, &h.plain, 4096, HOST_TEXT);
    ok = json_parse(&doc, text, &a, NULL, NULL) == SL_OK;
    arena_release(&a);
    return ok;
}

/* Steps over one event; false: none is left. Google ends its lines with
 * CRLF. */
static bool next_event(struct str *rest, struct str *event)
{
    size_t at = str_find_str(*rest, STR("\n\n"));
    size_t crlf = str_find_str(*rest, STR("\r\n\r\n"));

    if (rest->n == 0)
        return false;
    assert_true(at < rest->n || crlf < rest->n);
    *event = str_first(*rest, at < crlf ? at : crlf);
    *rest = str_skip(*rest, at < crlf ? at + 2 : crlf + 4);
    return true;
}

static struct str data_of(struct str event)
{
    size_t at = str_find_str(event, STR("data: "));

    assert_true(at < event.n);
    return str_skip(event, at + 6);
}

/* The last event of a body of which every one is well-formed. */
static struct str check_form(enum form form, struct str body)
{
    struct str last = {0}, one;

    if (form == ARRAY) {
        assert_true(str_starts(body, STR("[")) && is_json(body));
        while (json_next_element(&body, &one))
            last = one;
        return last;
    }
    if (form == LINES) {
        assert_true(str_ends(body, STR("\n")));
        while (str_split(&body, '\n', &one)) {
            assert_true(is_json(one));
            last = one;
        }
        return last;
    }
    while (next_event(&body, &one)) {
        if (str_starts(one, STR(":")))
            continue;
        assert_true(str_eq(data_of(one), STR("[DONE]")) ||
                    is_json(data_of(one)));
        last = one;
    }
    return last;
}

/* ---- each ending ---- */

enum { WHOLE, UNMARKED, CUT, FAILED, CLOSED, ENDINGS };

/* The provider's stream, n bytes at a time. */
static void play(const struct provider_talk *t, int ending, size_t n)
{
    struct buf out;

    buf_init(&out, &h.plain, HOST_TEXT);
    buf_add(&out, STR(": keep-alive\n\n"));
    buf_add(&out, str_of(t->begin));
    buf_add(&out, STR(": keep-alive\n\n"));
    if (ending == WHOLE || ending == UNMARKED)
        buf_add(&out, str_of(t->finish));
    if (ending == WHOLE)
        buf_add(&out, str_of(t->end_mark));
    if (ending == FAILED)
        buf_add(&out, str_of(t->error));
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
    host_data_cut(&h, 0, buf_str(&out), n, ending != CLOSED);
    if (ending == CLOSED)
        host_fail(&h, 0, SL_UP_CUT);
    buf_release(&out);
}

static void check_ending(const struct client *c, int ending)
{
    bool is_good = ending == WHOLE || ending == UNMARKED;
    struct str last;

    assert_true(h.done);
    assert_false(h.aborted);
    check_int(h.status, 200);
    last = check_form(c->form, host_body(&h));
    check_has(host_body(&h), TEXT);
    check_has(last, is_good ? c->last : c->failed);
    assert_int_equal(h.record.rc == SL_OK, is_good);
    if (ending == FAILED)
        check_has(last, "too much");
    if (!is_good)
        assert_false(str_has(host_body(&h), str_of(c->last)));
}

/* Each of them, whole and cut; `first` is scratch. */
static void check_pair(const struct client *c, const struct provider_talk *t,
                       struct buf *first)
{
    print_message("%s over %s\n", c->name, t->model);
    for (int ending = WHOLE; ending < ENDINGS; ending++) {
        ask(c->line, c->body, t->model);
        play(t, ending, HOST_TEXT);
        check_ending(c, ending);
        /* A missing end mark is made up for. */
        if (ending == UNMARKED)
            check_str(host_body(&h), buf_str(first));
        buf_reset(first);
        buf_add(first, host_body(&h));
        for (size_t n = 1; n < 8; n += 3) {
            ask(c->line, c->body, t->model);
            play(t, ending, n);
            check_str(host_body(&h), buf_str(first));
        }
    }
}

static void every_ending(void **state)
{
    struct buf first;

    (void)state;
    buf_init(&first, &h.plain, HOST_TEXT);
    for (size_t i = 0; i < SL_LEN(clients); i++)
        for (size_t k = 0; k < SL_LEN(talks); k++)
            check_pair(&clients[i], &talks[k], &first);
    buf_release(&first);
}

/* ---- whole answers ---- */

static void answer_whole(const struct client *c, const struct provider_talk *t,
                         const char *before)
{
    struct buf body;

    print_message("%s over %s\n", c->name, t->model);
    fill(&body, str_of(c->body), "\"stream\":true", "\"stream\":false");
    ask(c->whole_line != NULL ? c->whole_line : c->line, body.p, t->model);
    buf_release(&body);
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
    host_data(&h, 0, str_of(before), false);
    host_data(&h, 0, str_of(t->whole), true);
    assert_true(h.done);
    check_int(h.status, 200);
    assert_true(is_json(host_body(&h)));
    check_has(host_body(&h), TEXT);
}

/* A provider that keeps the connection busy before a whole answer. */
static void keep_alives_before_a_whole_answer(void **state)
{
    static const char *const before[] = {"\n\n \r\n\n", ": wait\n\n: wait\n\n",
                                         "\n: wait\r\n\r\n\n"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(clients); i++) {
        for (size_t k = 0; k < SL_LEN(talks); k++) {
            for (size_t b = 0; b < SL_LEN(before); b++)
                answer_whole(&clients[i], &talks[k], before[b]);
        }
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_ending),
        TEST(keep_alives_before_a_whole_answer),
    };

    return test_run("endings", tests, SL_LEN(tests));
}
