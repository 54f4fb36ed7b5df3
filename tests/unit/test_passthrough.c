/* SPDX-License-Identifier: MIT */
/* /{provider}/…: what goes up, what comes back, and what stays out. */
#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=k0,k1,k2",
    "OPENAI_BASE_URL=http://127.0.0.1:9/v1",
    "ANTHROPIC_API_KEY=a0",
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

static void get(void)
{
    assert_true(host_ask(&h, "GET /openai/models", "", STR("")));
    check_int(h.n_calls, 1);
}

/* ---- the way up ---- */

static void fields_up(void **state)
{
    (void)state;
    assert_true(host_ask(
        &h, "POST /openai/files?x=1",
        "X-Custom: Y\r\nx-custom: z\r\naccept: */*\r\n"
        "content-type: text/plain; a=b\r\ncontent-encoding: gzip\r\n"
        "accept-encoding: br\r\nopenai-organization: org\r\norigin: o\r\n"
        "connection: x-gone, keep-alive\r\nx-gone: 1\r\nkeep-alive: 5\r\n"
        "te: trailers\r\nupgrade: h2c\r\nproxy-connection: x\r\n"
        "cookie: c\r\nsluice-strict: true\r\nsluice-explain: true\r\n"
        "authorization: Bearer other\r\n",
        STR("body")));
    check_str(h.calls[0].head,
              STR("POST /v1/files?x=1 HTTP/1.1\r\n"
                  "host: 127.0.0.1:9\r\n"
                  "X-Custom: Y\r\nx-custom: z\r\naccept: */*\r\n"
                  "content-type: text/plain; a=b\r\n"
                  "content-encoding: gzip\r\naccept-encoding: br\r\n"
                  "openai-organization: org\r\norigin: o\r\n"
                  "authorization: Bearer k0\r\ncontent-length: 4\r\n\r\n"));
    check_str(host_call_body(&h, 0), STR("body"));
    assert_true(h.calls[0].ended);
}

static void any_method(void **state)
{
    static const char *const methods[] = {"GET",    "HEAD",  "POST", "PUT",
                                          "DELETE", "PATCH", "BREW", "get"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(methods); i++) {
        char line[64];
        char want[64];

        snprintf(line, sizeof line, "%s /openai/x", methods[i]);
        snprintf(want, sizeof want, "%s /v1/x HTTP/1.1\r\n", methods[i]);
        assert_true(host_ask(&h, line, "", STR("")));
        check_int(h.n_calls, 1);
        check_has(h.calls[0].head, want);
        assert_false(host_call_has(&h, 0, "content-length"));
        assert_false(host_call_has(&h, 0, "transfer-encoding"));
        assert_true(h.calls[0].ended);
    }
}

/* What the row always sends, and what the client said instead. */
static void fixed_field(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /anthropic/v1/x", "", STR("")));
    assert_true(host_call_has(&h, 0, "anthropic-version: 2023-06-01\r\n"));
    assert_true(host_ask(&h, "GET /anthropic/v1/x",
                         "Anthropic-Version: 2099-01-01\r\n", STR("")));
    assert_true(host_call_has(&h, 0, "Anthropic-Version: 2099-01-01\r\n"));
    assert_false(host_call_has(&h, 0, "2023-06-01"));
}

static void body_streams_up(void **state)
{
    (void)state;
    assert_true(host_head(&h, "POST /openai/files HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\n"
                              "transfer-encoding: chunked\r\n\r\n"));
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "transfer-encoding: chunked\r\n"));
    assert_true(exchange_wants_body(h.x));
    host_body_piece(&h, STR("ab"), false);
    check_str(host_call_body(&h, 0), STR("ab"));
    host_body_piece(&h, STR(""), false);
    host_body_piece(&h, STR("cd"), false);
    check_str(host_call_body(&h, 0), STR("abcd"));
    assert_false(h.calls[0].ended);
    host_body_piece(&h, STR(""), true);
    assert_true(h.calls[0].ended);
    assert_false(exchange_wants_body(h.x));
    host_body_piece(&h, STR("late"), true);
    check_str(host_call_body(&h, 0), STR("abcd"));
}

/* What comes before the key is known is kept for then. */
static void body_before_the_key(void **state)
{
    (void)state;
    h.waits = true;
    assert_true(host_head(&h, "POST /openai/files HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\ncontent-length: 6\r\n\r\n"));
    host_body_piece(&h, STR("abc"), false);
    check_int(h.n_calls, 0);
    host_picked(&h, SL_OK, 1);
    check_int(h.n_calls, 1);
    assert_true(host_call_has(&h, 0, "Bearer k1\r\n"));
    check_str(host_call_body(&h, 0), STR("abc"));
    host_body_piece(&h, STR("def"), true);
    check_str(host_call_body(&h, 0), STR("abcdef"));
    assert_true(h.calls[0].ended);
    assert_true(host_ask(&h, "POST /openai/files", "", STR("abc")));
    host_picked(&h, SL_OK, 1);
    check_str(host_call_body(&h, 0), STR("abc"));
    assert_true(h.calls[0].ended);
}

/* ---- the way back ---- */

static void fields_back(void **state)
{
    static const char *const kept[] = {
        "content-type", "x-ratelimit-limit", "retry-after", "location",
        "x-any",        "content-encoding",  "etag"};
    static const char *const withheld[] = {"connection",
                                           "x-hop",
                                           "keep-alive",
                                           "set-cookie",
                                           "alt-svc",
                                           "strict-transport-security",
                                           "clear-site-data",
                                           "date",
                                           "access-control-allow-credentials",
                                           "transfer-encoding",
                                           "proxy-authenticate",
                                           "upgrade"};

    (void)state;
    get();
    host_answer(&h, 0,
                "HTTP/1.1 201 X\r\nContent-Type: text/x\r\n"
                "x-ratelimit-limit: 7\r\nretry-after: 3\r\nlocation: /l\r\n"
                "x-any: v\r\ncontent-encoding: gzip\r\netag: e\r\n"
                "connection: x-hop\r\nx-hop: 1\r\nkeep-alive: 5\r\n"
                "set-cookie: s\r\nalt-svc: a\r\nclear-site-data: *\r\n"
                "strict-transport-security: s\r\ndate: d\r\n"
                "access-control-allow-origin: http://other\r\n"
                "access-control-allow-credentials: true\r\n"
                "sluice-provider: fake\r\nsluice-made-up: 1\r\n"
                "proxy-authenticate: p\r\nupgrade: u\r\n"
                "x-request-id: theirs\r\ntransfer-encoding: chunked\r\n\r\n");
    check_int(h.status, 201);
    check_int(h.length, -1);
    for (size_t i = 0; i < SL_LEN(kept); i++)
        assert_true(host_field(&h, kept[i]).n != 0);
    for (size_t i = 0; i < SL_LEN(withheld); i++) {
        if (host_field(&h, withheld[i]).n != 0)
            fail_msg("%s reaches the client", withheld[i]);
    }
    check_str(host_field(&h, "access-control-allow-origin"), STR("*"));
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    check_str(host_field(&h, "sluice-made-up"), STR(""));
    check_str(host_field(&h, "sluice-key-index"), STR("0"));
    check_str(host_field(&h, "sluice-attempts"), STR("1"));
    check_str(host_field(&h, "sluice-upstream-request-id"), STR("theirs"));
    check_str(host_field(&h, "x-request-id"),
              STR("req_00000000000011110000000000002222"));
}

static void body_streams_back(void **state)
{
    (void)state;
    get();
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n");
    check_int(h.status, 200);
    check_int(h.length, 6);
    host_data(&h, 0, STR("ab"), false);
    check_str(host_body(&h), STR("ab"));
    host_data(&h, 0, STR(""), false);
    host_data(&h, 0, STR("cd"), false);
    check_str(host_body(&h), STR("abcd"));
    assert_false(h.done);
    host_data(&h, 0, STR("ef"), true);
    check_str(host_body(&h), STR("abcdef"));
    assert_true(h.done);
    assert_false(h.aborted);
    check_int(h.record.bytes_out, 6);
}

static void no_body_back(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "HEAD /openai/x", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\ncontent-length: 77\r\n\r\n");
    host_data(&h, 0, STR(""), true);
    check_int(h.length, 77);
    check_str(host_body(&h), STR(""));
    assert_true(h.done);
    assert_true(host_ask(&h, "HEAD /openai/x", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR(""), true);
    check_int(h.length, -1);
    get();
    host_answer(&h, 0, "HTTP/1.1 204 X\r\n\r\n");
    host_data(&h, 0, STR(""), true);
    check_int(h.status, 204);
    assert_true(h.done);
    assert_false(h.aborted);
}

/* An answer before the request has ended is passed on; the request goes on. */
static void answer_during_the_upload(void **state)
{
    (void)state;
    assert_true(host_head(&h, "POST /openai/files HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\ncontent-length: 9\r\n\r\n"));
    host_body_piece(&h, STR("abc"), false);
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("x"), false);
    host_body_piece(&h, STR("def"), false);
    check_str(host_call_body(&h, 0), STR("abcdef"));
    check_str(host_body(&h), STR("x"));
    host_data(&h, 0, STR("y"), true);
    assert_true(h.done);
    check_str(host_body(&h), STR("xy"));
}

/* ---- failures ---- */

static void cut_after_the_head(void **state)
{
    (void)state;
    get();
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("ab"), false);
    host_fail(&h, 0, SL_UP_CUT);
    assert_true(h.done);
    assert_true(h.aborted);
    assert_true(h.closed);
    check_str(host_body(&h), STR("ab"));
    check_int(h.n_calls, 1);
    check_int(h.record.rc, SL_UP_CUT);
    check_int(h.record.status, 200);
}

static void idle_answer(void **state)
{
    (void)state;
    get();
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 5; i++) {
        host_advance(&h, 179999);
        host_data(&h, 0, STR("a"), false);
    }
    assert_false(h.done);
    host_advance(&h, 180000);
    assert_true(h.done);
    assert_true(h.aborted);
    assert_true(h.calls[0].cancelled);
}

static void no_head(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /anthropic/v1/x", "", STR("")));
    host_advance(&h, 599999);
    assert_false(h.done);
    host_advance(&h, 1);
    check_int(h.status, 504);
    check_has(host_body(&h), "provider anthropic: ");
    check_has(host_body(&h), "\"type\":\"timeout_error\"");
}

/* A slow upload is no slow provider. */
static void slow_upload(void **state)
{
    (void)state;
    assert_true(host_head(&h, "POST /anthropic/v1/x HTTP/1.1\r\nhost: x\r\n"
                              "sluice-key: pk\r\n"
                              "transfer-encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 3; i++) {
        host_advance(&h, 500000);
        host_body_piece(&h, STR("a"), false);
        assert_false(h.done);
    }
    host_advance(&h, 299999);
    assert_false(h.done);
    host_advance(&h, 1); /* the whole exchange: half an hour */
    check_int(h.status, 504);
}

static const struct {
    int status;
    bool again;
} statuses[] = {{200, false}, {301, false}, {400, false}, {401, true},
                {402, false}, {403, true},  {404, false}, {408, true},
                {409, true},  {422, false}, {425, true},  {429, true},
                {500, true},  {503, true},  {529, true}};

static void which_statuses_are_tried_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(statuses); i++) {
        char head[128];

        snprintf(head, sizeof head, "HTTP/1.1 %d X\r\n\r\n",
                 statuses[i].status);
        h.next_key = 0;
        assert_true(host_ask(&h, "PUT /openai/x", "", STR("body")));
        host_answer(&h, 0, head);
        check_int(h.n_calls, statuses[i].again ? 2 : 1);
        check_int(h.status, statuses[i].again ? 0 : statuses[i].status);
        if (!statuses[i].again)
            continue;
        assert_true(h.calls[0].cancelled);
        assert_true(host_call_has(&h, 1, "Bearer k1\r\n"));
        check_str(host_call_body(&h, 1), STR("body"));
        assert_true(h.calls[1].ended);
        host_answer(&h, 1, head);
        host_answer(&h, 2, head);
        check_int(h.n_calls, 3);
        check_int(h.status, statuses[i].status);
        check_str(host_field(&h, "sluice-attempts"), STR("3"));
        check_str(host_field(&h, "sluice-key-index"), STR("2"));
    }
}

/* The last provider's answer is the client's, retry-after and all. */
static void retry_after_reaches_the_client(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /anthropic/v1/x", "", STR("")));
    host_answer(&h, 0, "HTTP/1.1 429 X\r\nretry-after: 17\r\n\r\n");
    host_data(&h, 0, STR("slow down"), true);
    check_int(h.status, 429);
    check_str(host_field(&h, "retry-after"), STR("17"));
    check_str(host_body(&h), STR("slow down"));
    check_int(h.n_calls, 1);
}

static void connect_errors_are_tried_again(void **state)
{
    (void)state;
    get();
    host_fail(&h, 0, SL_UP_DNS);
    host_fail(&h, 1, SL_UP_TLS);
    host_fail(&h, 2, SL_UP_REFUSED);
    check_int(h.n_calls, 3);
    check_int(h.status, 502);
    check_str(host_body(&h),
              STR("{\"error\":{\"message\":\"provider openai: the provider "
                  "could not be reached\",\"type\":\"api_error\",\"param\":"
                  "null,\"code\":\"upstream_error\"}}"));
}

static void not_configured(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /mistral/x", "", STR("")));
    check_int(h.status, 404);
    check_has(host_body(&h), "\"code\":\"provider_not_configured\"");
    check_has(host_body(&h), "set MISTRAL_API_KEY");
    check_int(h.n_calls, 0);
}

static void client_leaves(void **state)
{
    (void)state;
    get();
    host_gone(&h);
    assert_true(h.calls[0].cancelled);
    assert_true(h.done);
    check_int(h.record.status, 499);
    get();
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, 0, STR("a"), false);
    host_gone(&h);
    assert_true(h.calls[0].cancelled);
    assert_true(h.aborted);
    check_int(h.record.status, 499);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(fields_up),
        T(any_method),
        T(fixed_field),
        T(body_streams_up),
        T(body_before_the_key),
        T(fields_back),
        T(body_streams_back),
        T(no_body_back),
        T(answer_during_the_upload),
        T(cut_after_the_head),
        T(idle_answer),
        T(no_head),
        T(slow_upload),
        T(which_statuses_are_tried_again),
        T(retry_after_reaches_the_client),
        T(connect_errors_are_tried_again),
        T(not_configured),
        T(client_leaves),
    };

    return test_run("passthrough", tests, SL_LEN(tests));
}
