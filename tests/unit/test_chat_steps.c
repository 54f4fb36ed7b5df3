/* SPDX-License-Identifier: MIT */
/* gateway.universal: a chat is one request with a step for each key. */
#include "host.h"

static struct host h;
static struct test_mem mem;

#define KEYS                                                              \
    "PROXY_API_KEY=pk", "OPENAI_API_KEY=sk-0,sk-1,sk-2",                  \
        "ANTHROPIC_API_KEY=a", "OLLAMA_API_KEY=o", "FIREWORKS_API_KEY=f", \
        "CLOUDFLARE_ACCOUNT_ID=acc", "AI_GATEWAY_BASE_URL=http://g.test/v1"

static const char *const on[] = {KEYS, "AI_GATEWAY_NAME=gw",
                                 "AI_GATEWAY_UNIVERSAL=true",
                                 "CF_AIG_TOKEN=cf-token-1", NULL};
static const char *const off[] = {KEYS, "AI_GATEWAY_NAME=gw", NULL};

#define MODELS                                                          \
    "{\"models\":{\"two\":{\"targets\":[\"openai/m\",\"ollama/n\"]}}, " \
    "\"limits\":{\"body\":\"1k\"}}"

static void begin(const char *const *env)
{
    host_setup(&h, &mem, STR(MODELS), env);
}

static void chat(const char *line, const char *body)
{
    assert_true(host_ask(&h, line, "cf-aig-metadata: {}\r\n", str_of(body)));
}

#define CHAT "POST /v1/chat/completions"
#define STEP(key, query)                                          \
    "{\"provider\":\"compat\",\"endpoint\":\"chat/completions\"," \
    "\"headers\":{\"authorization\":\"Bearer " key                \
    "\",\"content-type\":\"application/json\"},\"query\":" query "}"
#define QUERY "{\"model\":\"openai/m\",\"n\" : 1.0}"
#define ASK "{\"model\":\"openai/m\",\"n\" : 1.0}"

static void one_step_for_each_key(void **state)
{
    (void)state;
    begin(on);
    chat(CHAT, ASK);
    check_int(h.n_calls, 1);
    check_int(h.picks, 1);
    check_has(h.calls[0].head, "POST /v1/acc/gw HTTP/1.1\r\nhost: g.test\r\n");
    check_has(h.calls[0].head, "cf-aig-authorization: Bearer cf-token-1\r\n");
    check_has(h.calls[0].head, "cf-aig-metadata: {}\r\n");
    assert_false(host_call_has(&h, 0, "sk-"));
    check_str(host_call_body(&h, 0),
              STR("[" STEP("sk-0", QUERY) "," STEP("sk-1", QUERY) "," STEP(
                  "sk-2", QUERY) "]"));
    /* the next request begins with the next key */
    chat("POST /g/other/v1/chat/completions", ASK);
    check_has(h.calls[0].head, "POST /v1/acc/other HTTP/1.1\r\n");
    check_str(host_call_body(&h, 0),
              STR("[" STEP("sk-1", QUERY) "," STEP("sk-2", QUERY) "," STEP(
                  "sk-0", QUERY) "]"));
    /* a selector names them all */
    chat("POST /key/1-2/v1/chat/completions", ASK);
    check_has(host_call_body(&h, 0), "sk-1");
    assert_false(str_has(host_call_body(&h, 0), STR("sk-0")));
    chat("POST /key/2/v1/chat/completions", ASK);
    check_str(host_call_body(&h, 0), STR("[" STEP("sk-2", QUERY) "]"));
    chat(CHAT, "{\"model\":\"anthropic/c\"}");
    check_str(host_call_body(&h, 0),
              STR("[" STEP("a", "{\"model\":\"anthropic/c\"}") "]"));
    host_teardown(&h);
}

static void what_goes_the_other_way(void **state)
{
    static const struct {
        const char *line, *body, *want;
    } rows[] = {
        {CHAT, "{\"model\":\"ollama/m\"}", "POST /v1/chat/completions"},
        {CHAT, "{\"model\":\"fireworks/m\"}",
         "POST /v1/acc/gw/fireworks/chat/completions"},
        {"POST /v1/embeddings", "{\"model\":\"openai/m\"}",
         "POST /v1/acc/gw/openai/embeddings"},
        {"POST /openai/chat/completions", "{\"model\":\"m\"}",
         "POST /v1/acc/gw/openai/chat/completions"},
    };

    (void)state;
    begin(on);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        chat(rows[i].line, rows[i].body);
        check_has(h.calls[0].head, rows[i].want);
        check_int(host_call_body(&h, 0).p[0], '{');
    }
    host_teardown(&h);
    begin(off);
    chat(CHAT, ASK);
    check_has(h.calls[0].head, "POST /v1/acc/gw/openai/chat/completions ");
    host_teardown(&h);
}

static void the_step_names_the_key(void **state)
{
    (void)state;
    begin(on);
    chat(CHAT, ASK);
    host_answer(&h, 0,
                "HTTP/1.1 200 OK\r\ncf-aig-step: 2\r\ncontent-type: "
                "application/json\r\n\r\n");
    check_int(h.marks[VERDICT_COOL], 2);
    host_data(&h, 0, STR("{\"choices\":[]}"), true);
    check_int(h.status, 200);
    check_int(h.marks[VERDICT_GOOD], 1);
    check_int(h.mark.key, 2);
    check_str(host_field(&h, "sluice-key-index"), STR("2"));
    check_str(host_field(&h, "sluice-provider"), STR("openai"));
    check_str(host_field(&h, "cf-aig-step"), STR("2"));
    host_teardown(&h);
}

static void steps_that_are_none(void **state)
{
    static const char *const rows[] = {"3", "-1", "x", "99999999999999999999"};

    (void)state;
    begin(on);
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        char text[128] = "HTTP/1.1 200 OK\r\ncontent-type: application/json"
                         "\r\ncf-aig-step: ";

        strcat(strcat(text, rows[i]), "\r\n\r\n");
        h.next_key = 0;
        chat(CHAT, ASK);
        host_answer(&h, 0, text);
        host_data(&h, 0, STR("{\"choices\":[]}"), true);
        check_int(h.status, 200);
        check_str(host_field(&h, "sluice-key-index"), STR("0"));
    }
    host_teardown(&h);
}

static void a_stream(void **state)
{
    static const char text[] =
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        "data: [DONE]\n\n";

    (void)state;
    for (size_t n = 1; n < sizeof text; n++) {
        begin(on);
        chat(CHAT, "{\"model\":\"openai/m\",\"stream\":true}");
        check_has(host_call_body(&h, 0), "\"include_usage\":true");
        host_answer(&h, 0,
                    "HTTP/1.1 200 OK\r\ncf-aig-step: 1\r\ncontent-type: "
                    "text/event-stream\r\n\r\n");
        host_data_cut(&h, 0, str_of(text), n, true);
        check_str(host_body(&h), str_of(text));
        check_int(h.marks[VERDICT_COOL], 1);
        host_teardown(&h);
    }
}

static void all_keys_fail(void **state)
{
    (void)state;
    begin(on);
    chat(CHAT, ASK);
    host_answer(&h, 0,
                "HTTP/1.1 429 X\r\ncf-aig-step: 2\r\nretry-after: 7\r\n\r\n");
    host_data(&h, 0, STR("{\"error\":{\"message\":\"limited\"}}"), true);
    check_int(h.n_calls, 1); /* the gateway has asked every key */
    check_int(h.status, 429);
    check_int(h.mark.key, 2);
    check_str(host_field(&h, "retry-after"), STR("7"));
    /* the plan's next target is still tried */
    chat(CHAT, "{\"model\":\"two\"}");
    host_answer(&h, 0, "HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n");
    check_int(h.n_calls, 2);
    check_has(h.calls[1].head, "POST /v1/chat/completions ");
    check_str(host_call_body(&h, 1), STR("{\"model\":\"n\"}"));
    host_teardown(&h);
}

static void errors_of_the_gateway_itself(void **state)
{
    (void)state;
    begin(on);
    chat(CHAT, ASK);
    host_answer(&h, 0, "HTTP/1.1 401 X\r\n\r\n");
    host_data(&h, 0,
              STR("{\"success\":false,\"error\":[{\"code\":2009,\"message\":"
                  "\"Unauthorized\"}]}"),
              true);
    check_int(h.status, 401);
    check_has(host_body(&h), "Unauthorized (code 2009): set CF_AIG_TOKEN");
    check_int(h.marks[VERDICT_REFUSED], 0);
    host_teardown(&h);
}

static void the_same_again_on_a_new_connection(void **state)
{
    (void)state;
    begin(on);
    chat(CHAT, ASK);
    host_fail(&h, 0, SL_UP_STALE);
    check_int(h.n_calls, 2);
    assert_true(h.calls[1].fresh);
    check_str(host_call_body(&h, 1), host_call_body(&h, 0));
    host_fail(&h, 1, SL_UP_REFUSED);
    check_int(h.n_calls, 2);
    check_int(h.status, 502);
    host_teardown(&h);
}

/* limits.body bounds what the steps hold together. */
static void fewer_steps_for_a_large_body(void **state)
{
    char body[700] = "{\"model\":\"openai/m\",\"x\":\"";
    struct str rest;
    size_t n = 0;

    (void)state;
    memset(body + strlen(body), 'x', 400);
    strcat(body, "\"}");
    begin(on);
    chat(CHAT, body);
    for (rest = host_call_body(&h, 0); str_has(rest, STR("Bearer")); n++)
        rest = str_skip(rest, str_find_str(rest, STR("Bearer")) + 1);
    check_int(n, 2);
    host_teardown(&h);
}

static bool little_memory(void *ctx, struct test_mem *m)
{
    static struct host w;
    bool ok = false;

    (void)ctx;
    if (host_init(&w, m, STR("{}"), on) &&
        host_ask(&w, CHAT, "", STR("{\"model\":\"openai/m\"}"))) {
        host_answer(&w, 0,
                    "HTTP/1.1 200 OK\r\ncf-aig-step: 1\r\ncontent-type: "
                    "application/json\r\n\r\n");
        host_data(&w, 0, STR("{\"choices\":[]}"), true);
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
        cmocka_unit_test(one_step_for_each_key),
        cmocka_unit_test(what_goes_the_other_way),
        cmocka_unit_test(the_step_names_the_key),
        cmocka_unit_test(steps_that_are_none),
        cmocka_unit_test(a_stream),
        cmocka_unit_test(all_keys_fail),
        cmocka_unit_test(errors_of_the_gateway_itself),
        cmocka_unit_test(the_same_again_on_a_new_connection),
        cmocka_unit_test(fewer_steps_for_a_large_body),
        cmocka_unit_test(each_allocation),
    };

    return test_run("chat_steps", tests, SL_LEN(tests));
}
