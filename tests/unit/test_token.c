/* SPDX-License-Identifier: MIT */
/* Access tokens of service accounts: got, kept, renewed, refused. */
#include "core/token.h"

#include <stdio.h>

#include "core/base/base64.h"
#include "host.h"
#include "sha256.h"

static struct host h;
static struct test_mem mem;

static const char one[] =
    "GOOGLE_APPLICATION_CREDENTIALS={\"type\":\"service_account\","
    "\"client_email\":\"robot@proj.example\",\"private_key_id\":\"kid1\","
    "\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n"
    "-----END PRIVATE KEY-----\\n\",\"token_uri\":"
    "\"https://issuer.example/token\",\"project_id\":\"proj\"}";

static const char *const env[] = {"PROXY_API_KEY=pk", one,
                                  "GOOGLE_CLOUD_LOCATION=us-central1", NULL};

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

#define LINE "POST /google-vertex-ai/v1/x:generateContent"
#define OK_HEAD "HTTP/1.1 200 OK\r\n\r\n"

static void ask(void)
{
    assert_true(host_ask(&h, LINE, "content-type: application/json\r\n",
                         STR("{\"a\":1}")));
}

static void answer_token(size_t call, const char *token)
{
    char text[128];

    snprintf(text, sizeof text,
             "{\"access_token\":\"%s\",\"expires_in\":3599,\"token_type\":"
             "\"Bearer\"}",
             token);
    host_answer(&h, call, OK_HEAD);
    host_data(&h, call, str_of(text), true);
}

/* ---- getting one ---- */

static void decode(struct str text, struct buf *out)
{
    buf_init(out, &mem.mem, 4096);
    assert_int_equal(base64_read(out, text, BASE64_URL), SL_OK);
}

/* Three parts; the last is what the tests' host makes of the first two. */
static void check_assertion(struct str body)
{
    struct str jwt = str_before(str_skip(body, 10), '&');
    struct str head = str_before(jwt, '.');
    struct str claims = str_before(str_skip(jwt, head.n + 1), '.');
    struct str text = str_first(jwt, head.n + 1 + claims.n);
    unsigned char sum[SHA256_BYTES];
    struct buf out;

    assert_true(str_starts(body, STR("assertion=")));
    assert_true(str_ends(body, STR("&grant_type=urn%3Aietf%3Aparams%3Aoauth%3A"
                                   "grant-type%3Ajwt-bearer")));
    decode(head, &out);
    check_str(buf_str(&out),
              STR("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"kid1\"}"));
    buf_release(&out);
    decode(claims, &out);
    check_str(buf_str(&out),
              STR("{\"iss\":\"robot@proj.example\",\"scope\":"
                  "\"https://www.googleapis.com/auth/cloud-platform\","
                  "\"aud\":\"https://issuer.example/token\","
                  "\"iat\":1700000000,\"exp\":1700003600}"));
    buf_release(&out);
    decode(str_skip(jwt, text.n + 1), &out);
    hmac_sha256(STR("-----BEGIN PRIVATE KEY-----\nAAAA\n"
                    "-----END PRIVATE KEY-----"),
                text, sum);
    check_str(buf_str(&out), ((struct str){(char *)sum, sizeof sum}));
    buf_release(&out);
}

static void is_got_and_kept(void **state)
{
    (void)state;
    ask();
    check_int(h.n_calls, 1);
    check_has(h.calls[0].head, "POST /token HTTP/1.1\r\nhost: issuer.example");
    check_has(h.calls[0].head,
              "content-type: application/x-www-form-urlencoded\r\n");
    assert_true(h.calls[0].ended);
    check_assertion(host_call_body(&h, 0));
    answer_token(0, "ya29.one");
    check_int(h.n_calls, 2);
    check_has(h.calls[1].head, "POST /v1/x:generateContent HTTP/1.1\r\nhost: "
                               "us-central1-aiplatform.googleapis.com\r\n");
    check_has(h.calls[1].head, "authorization: Bearer ya29.one\r\n");
    check_str(host_call_body(&h, 1), STR("{\"a\":1}"));
    host_answer(&h, 1, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    host_data(&h, 1, STR(""), true);
    check_int(h.status, 200);
    check_int(h.marks[VERDICT_GOOD], 1);
    check_str(host_field(&h, "sluice-key-index"), STR("0"));
    check_str(host_field(&h, "sluice-attempts"), STR("1"));
    /* Kept for its life without five minutes. */
    check_int(h.n_store, 1);
    check_int(h.store[0].ttl_ms, 3299000);
    ask();
    check_int(h.n_calls, 1);
    check_has(h.calls[0].head, "authorization: Bearer ya29.one\r\n");
    check_int(h.signs, 1);
    h.now_ms += 3299000;
    ask();
    check_int(h.n_calls, 1);
    check_has(h.calls[0].head, "host: issuer.example");
}

static void answers_come_later(void **state)
{
    (void)state;
    h.asks_wait = true;
    assert_true(host_head(&h, LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                                   "content-length: 6\r\n\r\n"));
    host_body_piece(&h, STR("one"), false);
    check_int(h.n_asks, 1);
    host_reply(&h); /* there is none */
    check_int(h.signs, 1);
    host_body_piece(&h, STR("two"), true);
    check_int(h.n_calls, 0);
    host_reply(&h);
    check_int(h.n_calls, 1);
    answer_token(0, "t");
    check_int(h.n_calls, 2);
    check_str(host_call_body(&h, 1), STR("onetwo"));
    assert_true(h.calls[1].ended);
}

/* The body goes on while the token is asked for, and streams afterwards. */
static void the_body_streams(void **state)
{
    (void)state;
    assert_true(host_head(&h, LINE " HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n"
                                   "content-length: 9\r\n\r\n"));
    host_body_piece(&h, STR("one"), false);
    answer_token(0, "t");
    check_str(host_call_body(&h, 1), STR("one"));
    host_body_piece(&h, STR("two"), false);
    check_str(host_call_body(&h, 1), STR("onetwo"));
    host_body_piece(&h, STR("six"), true);
    check_str(host_call_body(&h, 1), STR("onetwosix"));
    assert_true(h.calls[1].ended);
}

/* ---- renewing ---- */

/* What was kept is refused: the same key gets another, and is not judged. */
static void a_kept_one_is_renewed(void **state)
{
    (void)state;
    ask();
    answer_token(0, "old");
    host_answer(&h, 1, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    host_data(&h, 1, STR(""), true);
    ask();
    check_has(h.calls[0].head, "Bearer old\r\n");
    host_answer(&h, 0, "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n");
    check_int(h.n_calls, 2);
    check_int(h.loads, 2); /* it is not taken from the store again */
    answer_token(1, "new");
    check_int(h.n_calls, 3);
    check_has(h.calls[2].head, "Bearer new\r\n");
    check_int(h.marks[VERDICT_REFUSED], 0);
    /* A fresh one that is refused says something of the key. */
    host_answer(&h, 2, "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n");
    host_data(&h, 2, STR(""), true);
    check_int(h.status, 401);
    check_int(h.marks[VERDICT_REFUSED], 1);
}

static void short_lives(void **state)
{
    static const struct {
        const char *expires;
        int64_t ttl_ms; /* 0: not kept */
    } lives[] = {{"600", 300000},
                 {"601", 301000},
                 {"10", 5000},
                 {"1", 0},
                 {"-5", 0},
                 {"\"x\"", 0},
                 {"99999999999", 42900000}};

    (void)state;
    for (size_t i = 0; i < SL_LEN(lives); i++) {
        char text[128];

        h.n_store = 0;
        ask();
        snprintf(text, sizeof text,
                 "{\"access_token\":\"t\",\"expires_in\":%s}",
                 lives[i].expires);
        host_answer(&h, 0, OK_HEAD);
        host_data_cut(&h, 0, str_of(text), 5, true);
        check_has(h.calls[1].head, "Bearer t\r\n");
        check_int(h.n_store, lives[i].ttl_ms != 0);
        if (lives[i].ttl_ms != 0)
            assert_true(h.store[0].ttl_ms == lives[i].ttl_ms);
    }
}

/* ---- what goes wrong ---- */

static const struct {
    const char *head, *body;
    int status;
    size_t refused, cooled;
    const char *what;
} failures[] = {
    {"HTTP/1.1 400 Bad\r\n\r\n",
     "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT\"}", 502,
     1, 0, "issuer.example answered 400: invalid_grant: Invalid JWT"},
    {"HTTP/1.1 401 No\r\n\r\n", "{\"error\":{}}", 502, 1, 0,
     "issuer.example answered 401\""},
    {"HTTP/1.1 503 Later\r\n\r\n", "<html>", 502, 0, 0,
     "issuer.example answered 503\""},
    {OK_HEAD, "{\"access_token\":7}", 502, 0, 0,
     "issuer.example gave no token"},
    {OK_HEAD, "{\"access_token\":\"a\\r\\nb\"}", 502, 0, 0,
     "issuer.example gave no token"},
    {OK_HEAD, "", 502, 0, 0, "issuer.example gave no token"},
};

static void failures_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(failures); i++) {
        memset(h.marks, 0, sizeof h.marks);
        ask();
        host_answer(&h, 0, failures[i].head);
        host_data(&h, 0, str_of(failures[i].body), true);
        check_int(h.n_calls, 1);
        check_int(h.status, failures[i].status);
        check_has(host_body(&h), failures[i].what);
        check_has(host_body(&h), "provider google-vertex-ai");
        check_int(h.marks[VERDICT_REFUSED], failures[i].refused);
        check_int(h.marks[VERDICT_COOL], failures[i].cooled);
    }
}

static void out_of_reach(void **state)
{
    (void)state;
    ask();
    host_fail(&h, 0, SL_UP_REFUSED);
    check_int(h.status, 502);
    check_int(h.marks[VERDICT_COOL], 1);
    check_has(host_body(&h), "issuer.example the provider could not be");
    ask();
    host_advance(&h, 10000);
    check_int(h.status, 504);
    ask();
    host_answer(&h, 0, OK_HEAD);
    for (int i = 0; i < 70 && !h.done; i++) {
        static char kilobyte[1024];

        memset(kilobyte, ' ', sizeof kilobyte);
        host_data(&h, 0, (struct str){kilobyte, sizeof kilobyte}, false);
    }
    check_int(h.status, 502);
    check_has(host_body(&h), "issuer.example said too much");
    assert_true(h.calls[0].cancelled);
}

static void a_key_that_cannot_sign(void **state)
{
    (void)state;
    h.sign_rc = SL_UP_KEY;
    ask();
    check_int(h.n_calls, 0);
    check_int(h.status, 502);
    check_int(h.marks[VERDICT_REFUSED], 1);
    check_has(host_body(&h), "the private key can't sign");
}

static void gone_meanwhile(void **state)
{
    (void)state;
    h.asks_wait = true;
    for (size_t replies = 0; replies < 3; replies++) {
        ask();
        for (size_t i = 0; i < replies; i++)
            host_reply(&h);
        host_gone(&h);
        assert_true(h.done);
        check_int(h.n_calls, replies == 2);
        if (replies == 2)
            assert_true(h.calls[0].cancelled);
        host_reply(&h);
    }
}

static bool runs_through(void *ctx, struct test_mem *m)
{
    static struct host s;
    bool ok = false;

    (void)ctx;
    if (host_init(&s, m, STR("{}"), env) &&
        host_ask(&s, LINE, "", STR("body"))) {
        if (s.n_calls == 1) {
            host_answer(&s, 0, OK_HEAD);
            host_data(&s, 0, STR("{\"access_token\":\"t\",\"expires_in\":9}"),
                      true);
        }
        if (s.n_calls == 2) {
            host_answer(&s, 1, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            host_data(&s, 1, STR(""), true);
        }
        assert_true(s.done);
        ok = s.status == 200;
        assert_true(ok || s.status == 503 || s.aborted);
    }
    host_release(&s);
    return ok;
}

static void without_memory(void **state)
{
    (void)state;
    test_each_allocation(runs_through, NULL);
}

/* An API key is sent as it is. */
static void express_keys(void **state)
{
    static const char *const express[] = {"PROXY_API_KEY=pk", one,
                                          "GOOGLE_VERTEX_API_KEY=ek", NULL};

    (void)state;
    host_release(&h);
    assert_true(host_init(&h, &mem, STR("{}"), express));
    ask();
    check_int(h.n_calls, 1);
    check_has(h.calls[0].head, "host: aiplatform.googleapis.com\r\n");
    check_has(h.calls[0].head, "x-goog-api-key: ek\r\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(is_got_and_kept),  T(answers_come_later),
        T(the_body_streams), T(a_kept_one_is_renewed),
        T(short_lives),      T(failures_are_told),
        T(out_of_reach),     T(a_key_that_cannot_sign),
        T(gone_meanwhile),   cmocka_unit_test(without_memory),
        T(express_keys),
    };

    return test_run("token", tests, SL_LEN(tests));
}
