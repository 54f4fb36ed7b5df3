/* SPDX-License-Identifier: MIT */
/* The spine: whatever is asked and whatever happens, an exchange ends, says
 * what it must, and gives everything back. */
#include "core/exchange.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0,k1",
    "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
    "MISTRAL_API_KEY=m0",
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

/* ---- every surface, played to its end ---- */

#define JSON_HEAD "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
#define STREAM_HEAD "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
#define ANSWER                                                           \
    "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":" \
    "\"st\\u006fp\"}],\"usage\":{\"prompt_tokens\":1}}"
#define EVENTS                                                            \
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"      \
    "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n"          \
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" \
    "data: [DONE]\n\n"
#define LIST \
    "{\"data\":[{\"id\":\"bare\",\"created\":1},{\"id\":\"o\\u0074her\"}]}"
#define EMPTY_LIST "{\"data\":[]}"
#define FORM "content-type: multipart/form-data; boundary=XX\r\n"
#define PART(name, value)                                                     \
    "--XX\r\ncontent-disposition: form-data; name=\"" name "\"\r\n\r\n" value \
    "\r\n"
#define JSON "content-type: application/json\r\n"

struct script {
    const char *name, *line, *fields, *body;
    const char *head, *answer; /* of provider requests that are no lists */
    const char *list;          /* of the first list that is asked for */
    bool fails_first;          /* the first attempt is answered with 500 */
    int want;                  /* the client's status */
};

static const struct script scripts[] = {
    {"chat", "POST /v1/chat/completions", JSON,
     "{\"model\":\"openai\\/m\",\"n\":1}", JSON_HEAD, ANSWER, NULL, true, 200},
    {"chat, streamed", "POST /chat/completions", JSON,
     "{\"model\":\"openai/m\",\"stream\":true}", STREAM_HEAD, EVENTS, NULL,
     true, 200},
    {"chat, members dropped", "POST /chat/completions", JSON,
     "{\"model\":\"mistral/m\",\"user\":\"u\",\"store\":1}", JSON_HEAD, ANSWER,
     NULL, false, 200},
    {"chat, strict", "POST /chat/completions", "sluice-strict: true\r\n",
     "{\"model\":\"mistral/m\",\"user\":\"u\"}", JSON_HEAD, ANSWER, NULL, false,
     400},
    {"chat, bare model", "POST /v1/chat/completions", JSON,
     "{\"model\":\"bare\"}", JSON_HEAD, ANSWER, LIST, false, 200},
    {"chat, unknown model", "POST /v1/chat/completions", JSON,
     "{\"model\":\"nobody\"}", JSON_HEAD, ANSWER, LIST, false, 404},
    {"chat, provider's error", "POST /v1/chat/completions", JSON,
     "{\"model\":\"mistral/m\"}", "HTTP/1.1 422 X\r\nretry-after: 1\r\n\r\n",
     "{\"message\":\"n\\u006f\"}", NULL, false, 422},
    {"embeddings", "POST /v1/embeddings", JSON,
     "{\"model\":\"openai/m\",\"input\":\"a\"}", JSON_HEAD,
     "{\"data\":[],\"usage\":{\"prompt_tokens\":1}}", NULL, true, 200},
    {"speech", "POST /v1/audio/speech", JSON,
     "{\"model\":\"openai/m\",\"input\":\"a\"}",
     "HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\n\r\n", "\xff\xfb...", NULL,
     true, 200},
    {"echo", "POST /v1/chat/completions", JSON,
     "{\"model\":\"sluice/echo\",\"messages\":[{\"role\":\"user\",\"content\":"
     "[{\"text\":\"a\\u0062\"},{\"text\":\"c\"}]}]}",
     "", "", NULL, false, 200},
    {"echo, streamed", "POST /v1/chat/completions", JSON,
     "{\"model\":\"sluice/echo-5ms\",\"stream\":true,\"messages\":[{\"role\":"
     "\"user\",\"content\":\"a b c\"}]}",
     "", "", NULL, false, 200},
    {"echo, tools", "POST /v1/chat/completions", JSON,
     "{\"model\":\"sluice/tools\",\"stream\":true,\"messages\":[{\"role\":"
     "\"user\",\"content\":\"a\"}],\"tools\":[{\"function\":{\"name\":"
     "\"f\\u0031"
     "\",\"parameters\":{\"properties\":{\"x\":{}}}}}]}",
     "", "", NULL, false, 200},
    {"echo, cut", "POST /v1/chat/completions", JSON,
     "{\"model\":\"sluice/cut-0\",\"stream\":true,\"messages\":[{\"role\":"
     "\"user\",\"content\":\"a\"}]}",
     "", "", NULL, false, 502},
    {"echo, embeddings", "POST /v1/embeddings", JSON,
     "{\"model\":\"sluice/echo\",\"input\":[\"a\",\"b\"]}", "", "", NULL, false,
     200},
    {"form", "POST /v1/audio/transcriptions", FORM,
     PART("model", "openai/w") PART("file", "xxxx") "--XX--\r\n", JSON_HEAD,
     "{\"text\":\"t\"}", NULL, true, 200},
    {"form, bare model", "POST /v1/images/variations", FORM,
     PART("image", "yyyyy") PART("model", "bare") "--XX--\r\n", JSON_HEAD,
     "{\"data\":[]}", LIST, true, 200},
    {"form, no model", "POST /v1/images/variations", FORM,
     PART("image", "yyyyy") "--XX--\r\n", "", "", NULL, false, 400},
    {"pass-through", "PUT /openai/files/x?y=1&key=a", "x-a: b\r\n", "contents",
     "HTTP/1.1 201 X\r\nx-request-id: r\r\ncontent-length: 4\r\n\r\n", "done",
     NULL, true, 201},
    {"models", "GET /v1/models", "", "", "", "", LIST, false, 200},
    {"a model", "GET /v1/models/mistral%2Fbare", "", "", "", "", LIST, false,
     200},
    {"no such model", "GET /v1/models/mistral%2Fba", "", "", "", "", LIST,
     false, 404},
    {"status", "GET /status", "", "", JSON_HEAD, "{}", EMPTY_LIST, false, 200},
    {"metrics", "GET /metrics", "", "", "", "", NULL, false, 200},
    {"ready", "GET /readyz", "", "", "", "", NULL, false, 200},
    {"health", "GET /healthz", "", "", "", "", NULL, false, 200},
    {"ping", "GET /ping", "", "", "", "", NULL, false, 200},
    {"preflight", "OPTIONS /v1/models",
     "origin: o\r\naccess-control-request-method: GET\r\n"
     "access-control-request-headers: x\r\n",
     "", "", "", NULL, false, 200},
    {"a wrong path", "GET /no%20thing", "", "", "", "", NULL, false, 404},
    {"a malformed path", "GET /no%", "", "", "", "", NULL, false, 400},
    {"a wrong method", "DELETE /v1/models", "", "", "", "", NULL, false, 405},
    {"bad JSON", "POST /v1/chat/completions", "", "{\"model\":", "", "", NULL,
     false, 400},
    {"a duplicate", "POST /v1/chat/completions", "",
     "{\"model\":\"a\",\"model\":\"b\"}", "", "", NULL, false, 400},
    {"encoded", "POST /v1/chat/completions", "content-encoding: br\r\n", "xx",
     "", "", NULL, false, 415},
};

/* A script on its way: `left` more things may happen, then the client goes. */
struct play {
    struct host *h;
    const struct script *s;
    size_t left;
    bool has_gone;
    size_t lists;
    bool answered[HOST_CALLS];
};

static bool step(struct play *p)
{
    if (p->h->done || p->has_gone)
        return false;
    if (p->left == 0) {
        p->has_gone = true;
        host_gone(p->h);
        return false;
    }
    p->left--;
    return true;
}

static void play_body(struct play *p)
{
    struct str body = str_of(p->s->body);
    size_t half = body.n / 2;

    if (half != 0 && step(p))
        host_body_piece(p->h, str_first(body, half), false);
    if (step(p))
        host_body_piece(p->h, str_skip(body, half), true);
}

static bool is_usable(const struct play *p, size_t call)
{
    return !p->h->done && !p->h->calls[call].cancelled;
}

static void play_answer(struct play *p, size_t call)
{
    bool is_list = host_call_has(p->h, call, "/models HTTP");
    const char *head = is_list ? JSON_HEAD : p->s->head;
    struct str body = str_of(p->s->answer);
    size_t half;

    if (is_list)
        body = p->lists++ == 0 && p->s->list != NULL ? str_of(p->s->list)
                                                     : STR(EMPTY_LIST);
    else if (call == 0 && p->s->fails_first)
        head = "HTTP/1.1 500 X\r\n\r\n";
    half = body.n / 2;
    p->answered[call] = true;
    if (is_usable(p, call) && step(p))
        host_answer(p->h, call, head);
    if (is_usable(p, call) && step(p))
        host_data(p->h, call, str_first(body, half), false);
    if (is_usable(p, call) && step(p))
        host_data(p->h, call, str_skip(body, half), true);
}

static bool play_on(struct play *p)
{
    for (size_t i = 0; i < p->h->n_calls; i++) {
        if (!p->answered[i] && !p->h->calls[i].cancelled) {
            play_answer(p, i);
            return true;
        }
    }
    if (p->h->wake_ms == 0 || !step(p))
        return false;
    host_advance(p->h, p->h->wake_ms - p->h->now_ms);
    return true;
}

/* False: there was no memory for the exchange itself. */
static bool play(struct play *p)
{
    char head[1024];
    char length[64] = "";

    if (p->s->body[0] != '\0')
        snprintf(length, sizeof length, "content-length: %zu\r\n",
                 strlen(p->s->body));
    snprintf(head, sizeof head,
             "%s HTTP/1.1\r\nhost: x\r\nauthorization: Bearer pk\r\n%s%s\r\n",
             p->s->line, p->s->fields, length);
    if (!host_head(p->h, head))
        return false;
    play_body(p);
    while (!p->h->done && play_on(p))
        continue;
    if (!p->h->done)
        fail_msg("%s: it does not end", p->s->name);
    return true;
}

/* What holds for every exchange that has ended. */
static void check_end(const struct play *p)
{
    const struct host *x = p->h;

    if (!x->aborted) {
        assert_int_not_equal(x->status, 0);
        if (x->length >= 0)
            check_int(host_body(x).n, x->length);
    }
    assert_false(exchange_wants_body(x->x));
    assert_int_equal(exchange_room(x->x).n, 0);
    assert_int_not_equal(x->record.status, 0);
    if (!p->has_gone && x->record.rc == SL_OK)
        check_int(x->record.status, x->status);
    check_int(x->record.bytes_out, host_body(x).n);
}

static void every_surface(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(scripts); i++) {
        struct play p = {.h = &h, .s = &scripts[i], .left = SIZE_MAX};

        h.n_store = 0;
        h.next_key = 0;
        assert_true(play(&p));
        if (h.status != scripts[i].want)
            fail_msg("%s: %d", scripts[i].name, h.status);
        assert_false(h.aborted);
        check_end(&p);
        for (size_t c = 0; c < h.n_calls; c++)
            assert_true(h.calls[c].over || h.calls[c].cancelled);
    }
}

/* ---- the client goes, at every moment ---- */

static void gone_in_every_phase(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(scripts); i++) {
        for (size_t n = 0;; n++) {
            struct play p = {.h = &h, .s = &scripts[i], .left = n};

            h.n_store = 0;
            h.next_key = 0;
            assert_true(play(&p));
            check_end(&p);
            for (size_t c = 0; c < h.n_calls; c++)
                assert_true(h.calls[c].over || h.calls[c].cancelled);
            if (!p.has_gone)
                break;
            check_int(h.record.status, 499);
            check_int(h.record.rc, SL_CLIENT_GONE);
            assert_true(h.aborted);
            assert_true(h.closed);
        }
    }
}

static void gone_before_the_request(void **state)
{
    (void)state;
    assert_true(host_begin(&h));
    host_gone(&h);
    assert_true(h.done);
    assert_true(h.aborted);
    check_int(h.status, 0);
    check_int(h.record.status, 499);
}

/* ---- memory ---- */

struct want_of_memory {
    const struct script *s;
    long at, fails; /* the at-th request fails, and so many with it; 0: all */
};

/* True when it got through without meeting the failure. */
static bool without_memory(const struct want_of_memory *w)
{
    static struct host s;
    struct test_mem m;
    struct play p = {.h = &s, .s = w->s, .left = SIZE_MAX};
    bool met;

    test_mem_init(&m);
    assert_true(host_init(&s, &m, STR("{}"), env));
    m.fail_at = m.asked + w->at;
    m.fail_n = w->fails;
    if (play(&p)) {
        check_end(&p);
        /* A list that can't be read is left out like that of a provider
         * which fails; a body that can't be kept is not sent again. */
        bool is_missed = (w->s->list != NULL && s.status == 404) ||
                         (w->s->fails_first && s.status == 500);

        if (!s.aborted && s.status != w->s->want && s.status != 503 &&
            !is_missed)
            fail_msg("%s: allocation %ld, %ld failing: %d", w->s->name, w->at,
                     w->fails, s.status);
    }
    met = m.asked > m.fail_at;
    host_release(&s);
    if (m.live != 0)
        fail_msg("%s: allocation %ld leaks %zu bytes", w->s->name, w->at,
                 m.live);
    return !met;
}

static void every_allocation_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(scripts); i++) {
        for (long fails = 0; fails <= 2; fails++) {
            struct want_of_memory w = {&scripts[i], 0, fails};

            while (!without_memory(&w))
                assert_true(w.at++ < 10000);
        }
    }
}

/* limits.exchange bounds what one exchange may take. */
static void exchange_limit(void **state)
{
    (void)state;
    host_release(&h);
    assert_true(
        host_init(&h, &mem, STR("{\"limits\": {\"exchange\": 3000}}"), env));
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"openai/m\",\"stream\":true}")));
    check_int(h.status, 503);
    check_has(host_body(&h), "out of memory for this request");
    check_str(host_field(&h, "content-type"), STR("application/json"));
    check_int(h.length, host_body(&h).n);
    assert_true(h.done);
    assert_true(h.closed);
    assert_false(h.aborted);
    for (size_t c = 0; c < h.n_calls; c++)
        assert_true(h.calls[c].cancelled);
}

/* ---- events that come too late ---- */

static void cancelled_calls_say_nothing(void **state)
{
    struct http_response res = {.status = 200};
    struct event late[] = {
        {.kind = EVENT_CALL_HEAD, .response = &res, .length = 2},
        {.kind = EVENT_CALL_BODY, .bytes = STR_INIT("no"), .last = true},
        {.kind = EVENT_CALL_FAILED, .rc = SL_UP_CUT},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(late); i++) {
        assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
        late[i].call = h.calls[0].id;
        host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
        assert_true(h.calls[0].cancelled);
        check_int(h.n_calls, 2);
        host_feed(&h, late[i]);
        late[i].call = 77; /* was never made */
        host_feed(&h, late[i]);
        check_int(h.status, 0);
        check_int(h.n_calls, 2);
        assert_false(h.calls[1].cancelled);
        host_answer(&h, 1, "HTTP/1.1 200 X\r\n\r\n");
        host_data(&h, 1, STR("yes"), true);
        check_str(host_body(&h), STR("yes"));
    }
}

static void nothing_follows_the_end(void **state)
{
    struct http_response res = {.status = 200};
    struct event late[] = {
        {.kind = EVENT_BODY, .bytes = STR_INIT("x"), .last = true},
        {.kind = EVENT_BODY_FAILED, .rc = SL_SYNTAX},
        {.kind = EVENT_CLIENT_GONE},
        {.kind = EVENT_CALL_HEAD, .call = 1, .response = &res},
        {.kind = EVENT_CALL_BODY, .call = 1, .bytes = STR_INIT("x")},
        {.kind = EVENT_CALL_FAILED, .call = 1, .rc = SL_UP_CUT},
        {.kind = EVENT_PICKED},
        {.kind = EVENT_LOADED},
        {.kind = EVENT_WAKE},
    };

    (void)state;
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 200 X\r\n\r\n");
    host_data(&h, 0, STR("yes"), true);
    assert_true(h.done);
    for (size_t i = 0; i < SL_LEN(late); i++)
        host_feed(&h, late[i]); /* an action after DONE fails the test */
    check_int(exchange_record(h.x)->status, 200);
}

/* ---- the head of the answer ---- */

static void request_id(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /ping", "x-request-id: mine\r\n", STR("")));
    check_str(host_field(&h, "x-request-id"),
              STR("req_00000000000011110000000000002222"));
    check_str(h.record.id, STR("req_00000000000011110000000000002222"));
    check_str(h.record.peer, STR("192.0.2.1"));
    check_int(h.record.wall_ms, 1700000000000);
}

/* Head and first bytes of an answer leave together. */
static void one_send(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /ping", "", STR("")));
    check_int(h.sends, 1);
    assert_true(host_ask(&h, "GET /nothing", "", STR("")));
    check_int(h.sends, 1);
}

static void head_is_answered_like_get(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "HEAD /ping", "", STR("")));
    check_int(h.status, 200);
    check_int(h.length, 4);
}

/* ---- what the host could not read ---- */

static const struct {
    enum sl_rc rc;
    int want;
    const char *what;
} refusals[] = {
    {SL_SYNTAX, 400, "malformed input"},
    {SL_HEAD_TOO_LARGE, 431, "head too large"},
    {SL_BAD_VERSION, 505, "HTTP version not supported"},
    {SL_UNSUPPORTED, 501, "not supported"},
    {SL_EXPECTATION, 417, "unknown expectation"},
    {SL_REQUEST_TIMEOUT, 408, "request too slow"},
    {SL_BUSY, 503, "too busy"},
};

static void refused_requests(void **state)
{
    struct err err = {.what = STR_INIT("a sentence")};

    (void)state;
    for (size_t i = 0; i < SL_LEN(refusals); i++) {
        assert_true(host_begin(&h));
        host_feed(&h,
                  (struct event){.kind = EVENT_REFUSED, .rc = refusals[i].rc});
        check_int(h.status, refusals[i].want);
        check_has(host_body(&h), refusals[i].what);
        assert_true(h.done);
        assert_true(h.closed);
        assert_false(h.aborted);
        assert_true(host_begin(&h));
        host_feed(&h, (struct event){.kind = EVENT_REFUSED,
                                     .rc = refusals[i].rc,
                                     .err = &err});
        check_has(host_body(&h), "a sentence");
        check_str(h.record.method, STR("-"));
    }
}

/* A body that breaks: answered while that can be done, and closed. */
static void broken_bodies(void **state)
{
    static const char head[] = "%s HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                               "transfer-encoding: chunked\r\n\r\n";
    static const char *const lines[] = {"POST /v1/chat/completions",
                                        "POST /openai/x"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(lines); i++) {
        char text[256];

        snprintf(text, sizeof text, head, lines[i]);
        assert_true(host_head(&h, text));
        host_body_piece(&h, STR("{\"a"), false);
        host_feed(&h,
                  (struct event){.kind = EVENT_BODY_FAILED, .rc = SL_SYNTAX});
        check_int(h.status, 400);
        assert_true(h.done);
        assert_true(h.closed);
        for (size_t c = 0; c < h.n_calls; c++)
            assert_true(h.calls[c].cancelled);
    }
    assert_true(host_head(&h, "POST /openai/x HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\n"
                              "transfer-encoding: chunked\r\n\r\n"));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_feed(&h, (struct event){.kind = EVENT_BODY_FAILED,
                                 .rc = SL_REQUEST_TIMEOUT});
    check_int(h.status, 200);
    assert_true(h.aborted);
}

/* ---- the body ---- */

#define SHORT "{\"model\":\"openai/m\",\"x\":12345}"

/* The host reads a body of told length to where it belongs. */
static void room_for_the_body(void **state)
{
    struct str body = STR(SHORT);
    struct exchange_room room;
    char head[256];

    (void)state;
    snprintf(head, sizeof head,
             "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
             "sluice-key: pk\r\ncontent-length: %zu\r\n\r\n",
             body.n);
    for (size_t n = 1; n <= body.n; n++) {
        assert_true(host_head(&h, head));
        for (struct str rest = body; rest.n != 0;) {
            struct str piece = str_first(rest, n);

            room = exchange_room(h.x);
            check_int(room.n, rest.n);
            memcpy(room.p, piece.p, piece.n);
            rest = str_skip(rest, n);
            host_feed(&h, (struct event){.kind = EVENT_BODY,
                                         .bytes = {room.p, piece.n},
                                         .last = rest.n == 0});
        }
        check_int(h.n_calls, 1);
        check_str(host_call_body(&h, 0), STR("{\"model\":\"m\",\"x\":12345}"));
    }
    /* None where the length is not known, or bytes stream. */
    assert_true(host_head(&h,
                          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
                          "sluice-key: pk\r\n"
                          "transfer-encoding: chunked\r\n\r\n"));
    check_int(exchange_room(h.x).n, 0);
    assert_true(host_head(&h, "POST /openai/x HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\ncontent-length: 9\r\n\r\n"));
    check_int(exchange_room(h.x).n, 0);
}

/* A held body goes as soon as the answer is certain. */
static void held_bodies_are_given_back(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /v1/chat/completions", "",
                         STR("{\"model\":\"mistral/m\",\"stream\":true}")));
    assert_true(h.bodies_live > 0);
    host_answer(&h, 0, STREAM_HEAD);
    host_data(&h, 0,
              STR("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"
                  "\n\n"),
              false);
    check_int(h.status, 200);
    check_int(h.bodies_live, 0);
}

/* Bodies that nobody wants are let be. */
static void unwanted_bodies(void **state)
{
    (void)state;
    assert_true(host_head(&h, "GET /status HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\ncontent-length: 9\r\n\r\n"));
    assert_false(exchange_wants_body(h.x));
    host_body_piece(&h, STR("abc"), false);
    host_body_piece(&h, STR("abcdef"), true);
    assert_false(h.done);
    check_int(h.bodies_live, 0);
    check_int(h.n_calls, 3);
    host_gone(&h);
}

/* ---- time ---- */

static void wakes_are_asked_for_once(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    check_int(h.wake_ms, 1000 + 600000);
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    /* The nearer one replaces it. */
    check_int(h.wake_ms, 1000 + 180000);
    host_advance(&h, 100000);
    host_data(&h, 0, STR("a"), false);
    check_int(h.wake_ms, 1000 + 180000);
    host_advance(&h, 80000); /* too early by now: asked for anew */
    assert_false(h.done);
    check_int(h.wake_ms, 1000 + 280000);
    host_advance(&h, 100000);
    assert_true(h.done);
}

static void times_are_noted(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    host_advance(&h, 30);
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_advance(&h, 40);
    host_data(&h, 0, STR("a"), true);
    check_int(h.record.first_byte_ms, 30);
    check_int(h.record.total_ms, 70);
    check_int(h.record.bytes_out, 1);
    assert_true(host_ask(&h, "GET /openai/x", "", STR("")));
    host_gone(&h);
    check_int(h.record.first_byte_ms, -1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_surface),
        T(gone_in_every_phase),
        T(gone_before_the_request),
        cmocka_unit_test(every_allocation_fails),
        T(exchange_limit),
        T(cancelled_calls_say_nothing),
        T(nothing_follows_the_end),
        T(request_id),
        T(one_send),
        T(head_is_answered_like_get),
        T(refused_requests),
        T(broken_bodies),
        T(room_for_the_body),
        T(held_bodies_are_given_back),
        T(unwanted_bodies),
        T(wakes_are_asked_for_once),
        T(times_are_noted),
    };

    return test_run("exchange", tests, SL_LEN(tests));
}
