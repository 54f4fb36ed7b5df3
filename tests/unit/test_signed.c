/* SPDX-License-Identifier: MIT */
/* Requests that are signed: what is sent, when, and what becomes of those that
 * end before. And Azure, whose model stands in the path. */
#include "core/sigv4.h"

#include <stdio.h>

#include "host.h"
#include "sha256.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "AWS_ACCESS_KEY_ID=AKID0,AKID1",
    "AWS_SECRET_ACCESS_KEY=secret-zero,secret-one",
    "AWS_REGION=eu-west-1",
    "AZURE_OPENAI_API_KEY=az",
    "AZURE_OPENAI_ENDPOINT=https://res.openai.azure.com",
    "OPENAI_API_VERSION=2024-10-21",
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

static struct str call_field(size_t call, const char *name)
{
    struct str rest = h.calls[call].head, line;

    while (str_split(&rest, '\n', &line)) {
        struct str key = str_before(line, ':');

        if (str_eq(key, str_of(name)))
            return str_trim(str_skip(line, key.n + 1));
    }
    return (struct str){0};
}

/* ---- a second way to the same signature ---- */

static struct str hex_of(const unsigned char *sum, char *hex)
{
    for (size_t i = 0; i < SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    return str_of(hex);
}

struct key {
    const char *id, *secret, *token;
};

/* The field as it should be, of a call to Bedrock's /model/m/converse. */
static void want_authorization(size_t call, const struct key *key,
                               const char *query, char *out, size_t room)
{
    unsigned char sum[SHA256_BYTES], next[SHA256_BYTES];
    struct str body = host_call_body(&h, call);
    struct str date = call_field(call, "x-amz-date");
    struct str type = call_field(call, "content-type");
    const char *names = key->token == NULL ? "content-type;host;x-amz-date"
                                           : "content-type;host;x-amz-date;"
                                             "x-amz-security-token";
    char text[2048], body_hash[65], hash[65], first[64], day[9];
    const char *links[] = {day, "eu-west-1", "bedrock", "aws4_request", text};

    sha256(body, sum);
    hex_of(sum, body_hash);
    snprintf(text, sizeof text,
             "POST\n/model/m%%253A0/converse\n%s\ncontent-type:%.*s\n"
             "host:bedrock-runtime.eu-west-1.amazonaws.com\nx-amz-date:%.*s\n"
             "%s%s%s\n%s\n%s",
             query, (int)type.n, type.p, (int)date.n, date.p,
             key->token == NULL ? "" : "x-amz-security-token:",
             key->token == NULL ? "" : key->token,
             key->token == NULL ? "" : "\n", names, body_hash);
    sha256(str_of(text), sum);
    hex_of(sum, hash);
    snprintf(day, sizeof day, "%.8s", date.p);
    snprintf(text, sizeof text,
             "AWS4-HMAC-SHA256\n%.*s\n%s/eu-west-1/bedrock/aws4_request\n%s",
             (int)date.n, date.p, day, hash);
    snprintf(first, sizeof first, "AWS4%s", key->secret);
    for (size_t i = 0; i < SL_LEN(links); i++) {
        hmac_sha256(i == 0 ? str_of(first)
                           : (struct str){(char *)sum, SHA256_BYTES},
                    str_of(links[i]), next);
        memcpy(sum, next, sizeof sum);
    }
    hex_of(sum, hash);
    snprintf(out, room,
             "AWS4-HMAC-SHA256 Credential=%s/%s/eu-west-1/bedrock/"
             "aws4_request, SignedHeaders=%s, Signature=%s",
             key->id, day, names, hash);
}

static void check_signature(size_t call, const struct key *key,
                            const char *query)
{
    char want[512];

    want_authorization(call, key, query, want, sizeof want);
    check_str(call_field(call, "authorization"), str_of(want));
}

static const struct key zero = {"AKID0", "secret-zero", NULL};
static const struct key one = {"AKID1", "secret-one", NULL};

/* ---- what is sent ---- */

#define LINE "POST /aws-bedrock/model/m%3A0/converse"
#define JSON_FIELD "content-type: application/json\r\n"

static void signs_what_is_sent(void **state)
{
    static const char body[] = "{\"messages\":[{\"role\":\"user\"}]}";

    (void)state;
    for (size_t n = 1; n <= sizeof body; n++) {
        h.next_key = 0;
        assert_true(host_ask_cut(&h, LINE, JSON_FIELD, str_of(body), n));
        check_int(h.n_calls, 1);
        assert_true(h.calls[0].ended);
        check_str(host_call_body(&h, 0), str_of(body));
        check_str(call_field(0, "x-amz-date"), STR("20231114T221320Z"));
        check_signature(0, &zero, "");
    }
}

/* Nothing is begun before all is there and signed. */
static void waits_for_body_and_answers(void **state)
{
    (void)state;
    h.asks_wait = true;
    assert_true(host_head(&h, LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                                   "content-type: a/b\r\n"
                                   "transfer-encoding: chunked\r\n\r\n"));
    host_body_piece(&h, STR("one "), false);
    check_int(h.signs, 0);
    host_body_piece(&h, STR("two"), true);
    for (size_t i = 1; i <= 3; i++) {
        check_int(h.signs, i);
        check_int(h.n_calls, 0);
        host_reply(&h);
    }
    check_int(h.signs, 3);
    check_int(h.n_calls, 1);
    /* Complete, it has a length. */
    check_str(call_field(0, "content-length"), STR("7"));
    check_str(host_call_body(&h, 0), STR("one two"));
    check_signature(0, &zero, "");
    host_answer(&h, 0, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
    host_data(&h, 0, STR("hi"), true);
    check_int(h.status, 200);
    check_str(host_body(&h), STR("hi"));
}

static void the_query_is_signed(void **state)
{
    (void)state;
    assert_true(host_ask(&h, LINE "?b=2&a=%2F&key=pk", JSON_FIELD, STR("x")));
    assert_true(host_call_has(&h, 0, "/model/m%3A0/converse?b=2&a=%2F HTTP"));
    check_signature(0, &zero, "a=%2F&b=2");
}

/* A client that signs on its own account: its signature is replaced. */
static void a_client_s_signature_is_replaced(void **state)
{
    (void)state;
    assert_true(host_ask(&h, LINE,
                         JSON_FIELD
                         "authorization: AWS4-HMAC-SHA256 Credential=theirs\r\n"
                         "x-amz-date: 19990101T000000Z\r\n"
                         "x-amz-security-token: theirs\r\n"
                         "x-amz-content-sha256: theirs\r\n",
                         STR("x")));
    check_signature(0, &zero, "");
    assert_false(host_call_has(&h, 0, "theirs"));
    assert_false(host_call_has(&h, 0, "1999"));
}

static void the_next_key_signs_anew(void **state)
{
    (void)state;
    assert_true(host_ask(&h, LINE, JSON_FIELD, STR("body")));
    check_signature(0, &zero, "");
    h.now_ms += 5000;
    host_answer(&h, 0, "HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n");
    check_int(h.n_calls, 2);
    check_str(call_field(1, "x-amz-date"), STR("20231114T221325Z"));
    check_str(host_call_body(&h, 1), STR("body"));
    check_signature(1, &one, "");
}

static void without_a_body(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "GET /bedrock/async-invoke", "", STR("")));
    check_int(h.n_calls, 1);
    assert_true(h.calls[0].ended);
    check_has(call_field(0, "authorization"),
              "SignedHeaders=host;x-amz-date, Signature=");
    check_str(call_field(0, "content-length"), (struct str){0});
}

static void a_session_token_is_signed(void **state)
{
    static const char *const with_token[] = {
        "PROXY_API_KEY=pk",         "AWS_ACCESS_KEY_ID=AKID0",
        "AWS_SECRET_ACCESS_KEY=s0", "AWS_SESSION_TOKEN=session",
        "AWS_REGION=eu-west-1",     NULL};
    static const struct key key = {"AKID0", "s0", "session"};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), with_token));
    assert_true(host_ask(&h, LINE, JSON_FIELD, STR("body")));
    check_str(call_field(0, "x-amz-security-token"), STR("session"));
    check_signature(0, &key, "");
}

static void a_bearer_token_is_sent_as_it_is(void **state)
{
    static const char *const bearer[] = {
        "PROXY_API_KEY=pk", "AWS_BEARER_TOKEN_BEDROCK=bt",
        "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=s", NULL};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), bearer));
    assert_true(host_ask(&h, LINE, JSON_FIELD, STR("body")));
    check_int(h.signs, 0);
    check_str(call_field(0, "authorization"), STR("Bearer bt"));
    check_str(call_field(0, "x-amz-date"), (struct str){0});
}

/* ---- what ends before ---- */

static void gone_while_it_waits(void **state)
{
    (void)state;
    h.asks_wait = true;
    for (size_t replies = 0; replies < 3; replies++) {
        assert_true(host_ask(&h, LINE, JSON_FIELD, STR("body")));
        for (size_t i = 0; i < replies; i++)
            host_reply(&h);
        check_int(h.n_calls, 0);
        host_gone(&h);
        assert_true(h.done);
        host_reply(&h); /* comes too late */
        check_int(h.n_calls, 0);
    }
}

static void no_answer_in_time(void **state)
{
    (void)state;
    h.asks_wait = true;
    assert_true(host_ask(&h, LINE, JSON_FIELD, STR("body")));
    host_advance(&h, 600000);
    /* The next key has its own time, and the first answer is nobody's. */
    check_int(h.signs, 2);
    host_reply(&h);
    check_int(h.signs, 3);
    check_int(h.n_calls, 0);
    host_advance(&h, 600000);
    assert_true(h.done);
    check_int(h.status, 504);
}

static void a_key_that_cannot_sign(void **state)
{
    (void)state;
    h.sign_rc = SL_UP_KEY;
    assert_true(host_ask(&h, LINE, JSON_FIELD, STR("body")));
    check_int(h.n_calls, 0);
    check_int(h.signs, 2); /* both keys */
    check_int(h.marks[VERDICT_REFUSED], 2);
    check_int(h.status, 502);
    check_has(host_body(&h), "credential is not usable");
}

static void a_body_over_the_limit(void **state)
{
    static const char *const vars[] = {"PROXY_API_KEY=pk",
                                       "AWS_ACCESS_KEY_ID=a",
                                       "AWS_SECRET_ACCESS_KEY=s", NULL};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{\"limits\":{\"body\":8}}"), vars));
    assert_true(host_ask_cut(&h, LINE, JSON_FIELD, STR("123456789"), 4));
    check_int(h.n_calls, 0);
    check_int(h.status, 413);
    assert_true(host_ask_cut(&h, LINE, JSON_FIELD, STR("12345678"), 4));
    check_int(h.n_calls, 1);
}

static bool runs_through(void *ctx, struct test_mem *m)
{
    static struct host s;
    bool ok = false;

    (void)ctx;
    if (host_init(&s, m, STR("{}"), env) &&
        host_ask_cut(&s, LINE, JSON_FIELD, STR("body"), 2)) {
        ok = s.n_calls == 1 && s.calls[0].ended;
        if (ok)
            host_answer(&s, 0, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        host_data(&s, 0, STR(""), true);
        ok = s.done && s.status == 200;
        assert_true(s.done);
        assert_true(s.status == 200 || s.status == 503 || s.aborted);
    }
    host_release(&s);
    return ok;
}

static void without_memory(void **state)
{
    (void)state;
    test_each_allocation(runs_through, NULL);
}

/* ---- Azure ---- */

static const struct {
    const char *line, *body, *want;
} deployments[] = {
    {"POST /v1/chat/completions", "{\"model\":\"azure-openai/gpt-4o\"}",
     "POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 "
     "HTTP/1.1\r\nhost: res.openai.azure.com\r\n"},
    {"POST /v1/embeddings", "{\"model\":\"azure/a b/c?\"}",
     "POST /openai/deployments/a%20b%2Fc%3F/embeddings?api-version=2024-10-21 "
     "HTTP/1.1\r\n"},
    {"POST /azure-openai/deployments/x/chat/completions?api-version=1", "{}",
     "POST /openai/deployments/x/chat/completions?api-version=1 HTTP/1.1\r\n"},
};

static void deployments_stand_in_the_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(deployments); i++) {
        assert_true(
            host_ask(&h, deployments[i].line, "", str_of(deployments[i].body)));
        check_int(h.n_calls, 1);
        check_has(h.calls[0].head, deployments[i].want);
        check_str(call_field(0, "api-key"), STR("az"));
        check_str(call_field(0, "authorization"), (struct str){0});
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(signs_what_is_sent),
        T(waits_for_body_and_answers),
        T(the_query_is_signed),
        T(a_client_s_signature_is_replaced),
        T(the_next_key_signs_anew),
        T(without_a_body),
        T(a_session_token_is_signed),
        T(a_bearer_token_is_sent_as_it_is),
        T(gone_while_it_waits),
        T(no_answer_in_time),
        T(a_key_that_cannot_sign),
        T(a_body_over_the_limit),
        cmocka_unit_test(without_memory),
        T(deployments_stand_in_the_path),
    };

    return test_run("signed", tests, SL_LEN(tests));
}
