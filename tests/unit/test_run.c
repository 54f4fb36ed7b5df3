/* SPDX-License-Identifier: MIT */
/* POST / with a bare prompt: where it goes, with which account, and what is
 * said when it can't. */
#include "host.h"

static struct host h;
static struct test_mem mem;

#define ACCOUNTS "PROXY_API_KEY=pk", "CLOUDFLARE_ACCOUNTS=a:k0,b:k1,c:k2"

static const char *const plain[] = {ACCOUNTS, NULL};
static const char *const own_default[] = {
    ACCOUNTS, "DEFAULT_MODEL=workers-ai/@cf/own", NULL};
static const char *const other_default[] = {ACCOUNTS, "OPENAI_API_KEY=o",
                                            "DEFAULT_MODEL=openai/m", NULL};
static const char *const gateway[] = {ACCOUNTS, "AI_GATEWAY_NAME=gw",
                                      "AI_GATEWAY_BASE_URL=http://g.test/v1",
                                      NULL};
static const char *const none[] = {"PROXY_API_KEY=pk", NULL};

#define USUAL "@cf/meta/llama-3.1-8b-instruct"
#define PATH "POST /client/v4/accounts/a/ai/run/"

static const struct {
    const char *const *env;
    const char *in, *line, *body;
} rows[] = {
    {plain, "{\"prompt\":\"x\", \"max_tokens\" : 1e3}", PATH USUAL " HTTP/1.1",
     "{\"prompt\":\"x\", \"max_tokens\" : 1e3}"},
    {plain, "{\"model\":\"@cf/x/y\",\"prompt\":\"x\"}", PATH "@cf/x/y HTTP/1.1",
     "{\"prompt\":\"x\"}"},
    {plain, "{\"prompt\":\"x\",\"model\":\"workers-ai/@hf/x\",\"stream\":true}",
     PATH "@hf/x HTTP/1.1", "{\"prompt\":\"x\",\"stream\":true}"},
    {plain, "{\"prompt\":\"x\",\"model\":null}", PATH USUAL " HTTP/1.1",
     "{\"prompt\":\"x\"}"},
    {plain, "{\"prompt\":\"x\",\"model\":\"default\"}", PATH USUAL " HTTP/1.1",
     "{\"prompt\":\"x\"}"},
    {own_default, "{\"prompt\":\"x\"}", PATH "@cf/own HTTP/1.1",
     "{\"prompt\":\"x\"}"},
    {own_default, "{\"prompt\":\"x\",\"model\":\"default\"}",
     PATH "@cf/own HTTP/1.1", "{\"prompt\":\"x\"}"},
    {other_default, "{\"prompt\":\"x\"}", PATH USUAL " HTTP/1.1",
     "{\"prompt\":\"x\"}"},
    {gateway, "{\"prompt\":\"x\",\"model\":\"@cf/m\"}",
     "POST /v1/a/gw/workers-ai/@cf/m HTTP/1.1", "{\"prompt\":\"x\"}"},
};

static void where_prompts_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        host_setup(&h, &mem, STR("{}"), rows[i].env);
        assert_true(host_ask(&h, "POST /", "", str_of(rows[i].in)));
        check_int(h.n_calls, 1);
        check_str_case(rows[i].in, str_before(h.calls[0].head, '\r'),
                       str_of(rows[i].line));
        check_str(host_call_body(&h, 0), str_of(rows[i].body));
        assert_true(host_call_has(&h, 0, "authorization: Bearer k0\r\n"));
        host_teardown(&h);
    }
}

/* Status and bytes are Workers AI's own. */
static void answer_as_it_is(void **state)
{
    struct str body = STR("{\"result\":{\"response\":\"r\"},\"success\":true}");

    (void)state;
    host_setup(&h, &mem, STR("{}"), plain);
    assert_true(host_ask(&h, "POST /", "", STR("{\"prompt\":\"x\"}")));
    host_answer(
        &h, 0, "HTTP/1.1 429 X\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n");
    assert_true(host_call_has(&h, 1, "/accounts/b/ai/run/"));
    assert_true(host_call_has(&h, 1, "authorization: Bearer k1\r\n"));
    host_answer(&h, 1,
                "HTTP/1.1 201 X\r\ncontent-type: application/json\r\n\r\n");
    host_data_cut(&h, 1, body, 1, true);
    check_int(h.status, 201);
    check_str(host_body(&h), body);
    check_str(host_field(&h, "sluice-key-index"), STR("1"));
    check_str(h.record.model, STR(USUAL));
    assert_true(host_ask(&h, "POST /", "", STR("{\"prompt\":\"x\"}")));
    host_answer(&h, 0, "HTTP/1.1 400 X\r\n\r\n");
    host_data(&h, 0, STR("why"), true);
    check_int(h.status, 400);
    check_str(host_body(&h), STR("why"));
    host_teardown(&h);
}

static void one_after_the_other(void **state)
{
    static const char *const accounts[] = {"/a/", "/b/", "/c/", "/a/"};

    (void)state;
    host_setup(&h, &mem, STR("{}"), plain);
    for (size_t i = 0; i < SL_LEN(accounts); i++) {
        assert_true(host_ask(&h, "POST /", "", STR("{\"prompt\":\"x\"}")));
        assert_true(host_call_has(&h, 0, accounts[i]));
    }
    assert_true(host_ask(&h, "POST /key/2/", "", STR("{\"prompt\":\"x\"}")));
    assert_true(host_call_has(&h, 0, "/c/"));
    host_teardown(&h);
}

static void without_accounts(void **state)
{
    (void)state;
    host_setup(&h, &mem, STR("{}"), none);
    assert_true(host_ask(&h, "POST /", "", STR("{\"prompt\":\"x\"}")));
    check_int(h.status, 404);
    check_has(host_body(&h),
              "set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_KEY");
    host_teardown(&h);
}

static bool little_memory(void *ctx, struct test_mem *m)
{
    static struct host w;
    bool ok = false;

    (void)ctx;
    if (host_init(&w, m, STR("{}"), plain) &&
        host_ask(&w, "POST /", "",
                 STR("{\"model\":\"@cf/m\",\"prompt\":\"x\"}"))) {
        host_answer(&w, 0, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&w, 0, STR("x"), true);
        ok = w.done && w.status == 200 && !w.aborted;
    }
    host_release(&w);
    return ok;
}

static void each_allocation(void **state)
{
    (void)state;
    test_each_allocation(little_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_prompts_go),
        cmocka_unit_test(answer_as_it_is),
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(without_accounts),
        cmocka_unit_test(each_allocation),
    };

    return test_run("run", tests, SL_LEN(tests));
}
