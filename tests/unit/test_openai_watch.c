/* SPDX-License-Identifier: MIT */
/* What a chunk or an answer of OpenAI's chat means to a relay. */
#include "core/dialects/openai_watch.h"

#include "support.h"

enum { JSON = 1, MEANS = 2, FINISH = 4, USAGE = 8, DONE = 16, USAGE_ONLY = 32 };

#define DELTA(inside) "{\"choices\":[{\"delta\":" inside "}]}"

static const struct {
    const char *name, *in;
    int want;
} seen[] = {
    {"done", "[DONE]", DONE},
    {"done and a blank", "[DONE] ", DONE},
    {"empty", "", 0},
    {"garbage", "hello", 0},
    {"an array", "[1]", 0},
    {"half an object", "{\"choices\":[", 0},
    {"empty object", "{}", JSON},
    {"no choices", "{\"choices\":[]}", JSON},
    {"choices are no array", "{\"choices\":1}", JSON},
    {"a choice is no object", "{\"choices\":[1,null]}", JSON},
    {"role alone", DELTA("{\"role\":\"assistant\",\"content\":\"\"}"), JSON},
    {"null content", DELTA("{\"content\":null}"), JSON},
    {"text", DELTA("{\"content\":\"a\"}"), JSON | MEANS},
    {"a blank is text", DELTA("{\"content\":\" \"}"), JSON | MEANS},
    {"content in parts", DELTA("{\"content\":[{\"type\":\"text\"}]}"),
     JSON | MEANS},
    {"no parts", DELTA("{\"content\":[]}"), JSON},
    {"reasoning_content", DELTA("{\"reasoning_content\":\"r\"}"), JSON | MEANS},
    {"reasoning", DELTA("{\"reasoning\":\"r\"}"), JSON | MEANS},
    {"reasoning details", DELTA("{\"reasoning_details\":[{}]}"), JSON | MEANS},
    {"empty reasoning", DELTA("{\"reasoning\":\"\",\"reasoning_details\":[]}"),
     JSON},
    {"refusal", DELTA("{\"refusal\":\"no\"}"), JSON | MEANS},
    {"null refusal", DELTA("{\"refusal\":null}"), JSON},
    {"audio", DELTA("{\"audio\":{\"id\":\"x\"}}"), JSON | MEANS},
    {"image", DELTA("{\"images\":[{}]}"), JSON | MEANS},
    {"tool call", DELTA("{\"tool_calls\":[{\"index\":0}]}"), JSON | MEANS},
    {"no tool calls", DELTA("{\"tool_calls\":[]}"), JSON},
    {"function call", DELTA("{\"function_call\":{\"name\":\"f\"}}"),
     JSON | MEANS},
    {"a whole message", "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
     JSON | MEANS},
    {"completions", "{\"choices\":[{\"text\":\"a\"}]}", JSON | MEANS},
    {"empty completion", "{\"choices\":[{\"text\":\"\"}]}", JSON},
    {"finish", "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
     JSON | MEANS | FINISH},
    {"no finish", "{\"choices\":[{\"delta\":{},\"finish_reason\":null}]}",
     JSON},
    {"the second choice counts",
     "{\"choices\":[{\"delta\":{}},{\"delta\":{\"content\":\"b\"}}]}",
     JSON | MEANS},
    {"usage alone", "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}",
     JSON | USAGE | USAGE_ONLY},
    {"usage without choices", "{\"usage\":{\"prompt_tokens\":1}}",
     JSON | USAGE | USAGE_ONLY},
    {"usage beside a choice",
     "{\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1}}",
     JSON | USAGE},
    {"null usage", "{\"choices\":[],\"usage\":null}", JSON},
    {"text named like a member", DELTA("{\"role\":\"usage\"}"), JSON},
};

static int flags_of(const struct openai_seen *s)
{
    return (s->is_json ? JSON : 0) | (s->is_meaningful ? MEANS : 0) |
           (s->is_finish ? FINISH : 0) | (s->usage.n != 0 ? USAGE : 0) |
           (s->is_done ? DONE : 0) | (s->is_usage_only ? USAGE_ONLY : 0);
}

static void chunks(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(seen); i++) {
        struct guarded g = guard_copy(str_of(seen[i].in));
        struct openai_seen s;

        openai_chunk_see(g.s, &s);
        if (flags_of(&s) != seen[i].want)
            fail_msg("%s: got %d, want %d", seen[i].name, flags_of(&s),
                     seen[i].want);
        guard_free(&g);
    }
}

/* No beginning of a chunk is taken for one, and none is read past its end. */
static void truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(seen); i++) {
        struct str in = str_of(seen[i].in);

        for (size_t n = 0; in.n != 0 && in.p[0] == '{' && n < in.n; n++) {
            struct guarded g = guard_copy(str_first(in, n));
            struct openai_seen s;

            openai_chunk_see(g.s, &s);
            assert_int_equal(flags_of(&s), 0);
            guard_free(&g);
        }
    }
}

static void errors_are_seen(void **state)
{
    struct openai_seen s;

    (void)state;
    openai_chunk_see(STR("{\"error\":{\"code\":529}}"), &s);
    check_str(s.error, STR("{\"code\":529}"));
    openai_chunk_see(STR("{\"error\":\"text\",\"choices\":[]}"), &s);
    check_str(s.error, STR("\"text\""));
    openai_chunk_see(STR("{\"error\":null,\"choices\":[]}"), &s);
    check_str(s.error, STR(""));
    openai_chunk_see(STR(DELTA("{\"error\":{}}")), &s);
    check_str(s.error, STR(""));
}

static const struct {
    const char *in;
    struct usage want;
} usages[] = {
    {"{\"prompt_tokens\":3,\"completion_tokens\":4}", {3, 4, -1, -1, -1}},
    {"{\"input_tokens\":3,\"output_tokens\":4}", {3, 4, -1, -1, -1}},
    {"{\"input_tokens\":9,\"prompt_tokens\":3}", {3, -1, -1, -1, -1}},
    {"{\"prompt_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":2},"
     "\"completion_tokens_details\":{\"reasoning_tokens\":1}}",
     {3, -1, 2, 1, -1}},
    {"{\"input_tokens_details\":{\"cached_tokens\":2},"
     "\"output_tokens_details\":{\"reasoning_tokens\":1}}",
     {-1, -1, 2, 1, -1}},
    {"{\"prompt_cache_hit_tokens\":5}", {-1, -1, 5, -1, -1}},
    {"{\"prompt_tokens\":-3}", {-1, -1, -1, -1, -1}},
    {"{\"prompt_tokens\":\"3\"}", {-1, -1, -1, -1, -1}},
    {"{\"prompt_tokens\":3.5}", {-1, -1, -1, -1, -1}},
    {"{\"prompt_tokens\":3e1}", {30, -1, -1, -1, -1}},
    {"{\"prompt_tokens\":99999999999999999999}", {-1, -1, -1, -1, -1}},
    {"{\"prompt_tokens_details\":null}", {-1, -1, -1, -1, -1}},
    {"{\"prompt_tokens_details\":7}", {-1, -1, -1, -1, -1}},
    {"{\"prompt_tokens\":1,\"prompt_tokens\":2}", {-1, -1, -1, -1, -1}},
    {"[1]", {-1, -1, -1, -1, -1}},
    {"null", {-1, -1, -1, -1, -1}},
};

static void usage_objects(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(usages); i++) {
        struct usage u = {-1, -1, -1, -1, -1};
        const struct usage *w = &usages[i].want;

        openai_usage_read(str_of(usages[i].in), &u);
        if (u.input_tokens != w->input_tokens ||
            u.output_tokens != w->output_tokens ||
            u.cached_tokens != w->cached_tokens ||
            u.reasoning_tokens != w->reasoning_tokens)
            fail_msg("%s: %lld %lld %lld %lld", usages[i].in,
                     (long long)u.input_tokens, (long long)u.output_tokens,
                     (long long)u.cached_tokens, (long long)u.reasoning_tokens);
    }
}

static const struct {
    const char *in, *want;
} messages[] = {
    {"{\"error\":{\"message\":\"m\"}}", "m"},
    {"{\"error\":\"text\"}", "text"},
    {"{\"message\":\"flat\"}", "flat"},
    {"{\"message\":\"flat\",\"error\":{\"message\":\"deep\"}}", "deep"},
    {"{\"error\":{\"message\":\"\"},\"message\":\"flat\"}", "flat"},
    {"{\"detail\":\"why\"}", "why"},
    {"{\"detail\":{\"error\":\"why\"}}", "why"},
    {"{\"detail\":[{\"msg\":\"m\"}]}", "m"},
    {"{\"errors\":[{\"message\":\"m\"}]}", "m"},
    {"{\"error\":[{\"message\":\"m\"}]}", "m"},
    {"{\"success\":false,\"error\":[{\"code\":1,\"message\":\"m\"}]}",
     "m (code 1)"},
    {"{\"error\":[{\"code\":2001,\"message\":\"m\"}]}",
     "m (code 2001): check AI_GATEWAY_NAME or the name after /g/, and "
     "CLOUDFLARE_ACCOUNT_ID"},
    {"{\"error\":[{\"code\":2009,\"message\":\"m\"}]}",
     "m (code 2009): set CF_AIG_TOKEN, or send cf-aig-authorization"},
    {"{\"errors\":[{\"code\":2009,\"message\":\"m\"}]}",
     "m (code 2009): set CF_AIG_TOKEN, or send cf-aig-authorization"},
    {"{\"error\":[{\"code\":2016,\"message\":\"m\"}]}",
     "m (code 2016): see the guardrails of the gateway"},
    {"{\"error\":[{\"code\":2017,\"message\":\"m\"}]}",
     "m (code 2017): see the guardrails of the gateway"},
    {"{\"errors\":[{\"code\":3036,\"message\":\"m\"}]}",
     "m (code 3036): the account's free allocation of the day is used up"},
    {"{\"errors\":[{\"code\":3040,\"message\":\"m\"}]}", "m (code 3040)"},
    {"{\"errors\":[{\"code\":7003,\"message\":\"m\"}]}",
     "m (code 7003): check CLOUDFLARE_ACCOUNT_ID"},
    {"{\"errors\":[{\"code\":10000,\"message\":\"m\"}]}",
     "m (code 10000): check that the token may use Workers AI, and that it is "
     "of this account"},
    {"{\"error\":[{\"code\":2001}]}", ""},
    {"{\"error\":[]}", ""},
    {"{\"message\":{\"detail\":[{\"msg\":\"m\"}]}}", "m"},
    {"{\"title\":\"t\"}", "t"},
    {" [{\"error\":{\"message\":\"m\"}}] ", "m"},
    {"{\"error\":{\"message\":\"a\\u0041\"}}", "aA"},
    {"{\"error\":{\"message\":7}}", ""},
    {"<html>", ""},
    {"", ""},
    {"[]", ""},
    {"{}", ""},
};

static void error_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(messages); i++) {
        struct guarded g = guard_copy(str_of(messages[i].in));
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 512, 65536);
        check_str_case(messages[i].in, openai_error_message(g.s, &a),
                       str_of(messages[i].want));
        arena_release(&a);
        assert_int_equal(m.live, 0);
        guard_free(&g);
    }
}

/* A provider's text does not fill our answer. */
static void long_message(void **state)
{
    static char body[2048];
    struct test_mem m;
    struct arena a;
    struct str text;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 512, 65536);
    memset(body, 'x', sizeof body);
    memcpy(body, "{\"message\":\"", 12);
    memcpy(body + sizeof body - 2, "\"}", 2);
    text = openai_error_message((struct str){body, sizeof body}, &a);
    assert_int_equal(text.n, 500);
    arena_release(&a);
}

static void error_bodies(void **state)
{
    (void)state;
    assert_true(openai_is_error_body(STR("{\"error\":{\"message\":\"m\"}}")));
    assert_true(openai_is_error_body(
        STR("{\"x\":1,\"error\":{\"code\":1,\"message\":\"\"}}")));
    assert_false(openai_is_error_body(STR("{\"error\":\"m\"}")));
    assert_false(openai_is_error_body(STR("{\"error\":{\"message\":1}}")));
    assert_false(openai_is_error_body(STR("{\"error\":{}}")));
    assert_false(openai_is_error_body(STR("{\"message\":\"m\"}")));
    assert_false(openai_is_error_body(STR("[{\"error\":{\"message\":\"\"}}]")));
    assert_false(openai_is_error_body(STR("")));
}

static const struct {
    const char *in;
    int want;
} statuses[] = {
    {"{\"code\":529}", 529},
    {"{\"status\":400}", 400},
    {"{\"code\":\"rate_limit\",\"status\":429}", 429},
    {"{\"code\":599}", 599},
    {"{\"code\":600}", 0},
    {"{\"code\":399}", 0},
    {"{\"code\":200,\"status\":503}", 503},
    {"{\"code\":\"500\"}", 0},
    {"{\"code\":null}", 0},
    {"\"text\"", 0},
    {"{}", 0},
};

static void error_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(statuses); i++) {
        int got = openai_error_status(str_of(statuses[i].in));

        if (got != statuses[i].want)
            fail_msg("%s: %d", statuses[i].in, got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks),          cmocka_unit_test(truncated),
        cmocka_unit_test(errors_are_seen), cmocka_unit_test(usage_objects),
        cmocka_unit_test(error_messages),  cmocka_unit_test(long_message),
        cmocka_unit_test(error_bodies),    cmocka_unit_test(error_statuses),
    };

    return test_run("openai_watch", tests, SL_LEN(tests));
}
