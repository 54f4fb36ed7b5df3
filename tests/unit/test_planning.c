/* SPDX-License-Identifier: MIT */
/* From a request to its plan: overrides in the body, strategies, conditions. */
#include "core/api/planning.h"

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",    "OPENAI_API_KEY=o",
    "MISTRAL_API_KEY=m",   "OPENROUTER_API_KEY=r",
    "DEEPSEEK_API_KEY=d",  "ANTHROPIC_API_KEY=a",
    "DEFAULT_MODEL=smart", NULL,
};

static const char config[] =
    "{\"CUSTOM_OPENAI_ENDPOINTS\": [{\"name\": \"lab\", \"baseUrl\": "
    "\"http://127.0.0.1:9\", \"models\": [\"tiny\"]}],"
    "\"models\": {"
    "\"smart\": [\"openai/gpt-4o\", \"groq/none\", \"mistral/large\"],"
    "\"one\": \"lab/tiny\","
    "\"cheap\": {\"targets\": [\"lab/x\", \"openai/gpt-4o\", "
    "\"openai/gpt-4o-mini\", \"deepseek/deepseek-chat\"],"
    "\"strategy\": \"cheapest\"},"
    "\"fast\": {\"targets\": [\"openai/a\", \"mistral/b\", \"lab/c\"],"
    "\"strategy\": \"fastest\"},"
    "\"fit\": [{\"target\": \"lab/short\", \"maxContext\": 10},"
    "{\"target\": \"lab/long\", \"minContext\": 100},"
    "{\"target\": \"lab/seer\", \"needs\": [\"vision\"]},"
    "{\"target\": \"lab/plain\", \"has\": [\"tools\"]},"
    "\"deepseek/deepseek-chat\", \"openai/gpt-4o\"],"
    "\"thinkers\": {\"targets\": [\"openai/gpt-4o\", \"lab/x\"], "
    "\"require\": \"reasoning\"},"
    "\"narrow\": [{\"target\": \"lab/short\", \"maxContext\": 10},"
    "{\"target\": \"lab/deaf\", \"has\": []}]"
    "}}";

static int setup(void **state)
{
    (void)state;
    return host_setup(&h, &mem, str_of(config), env);
}

static int teardown(void **state)
{
    (void)state;
    return host_teardown(&h);
}

static void chat(const char *body)
{
    assert_true(host_ask(&h, "POST /v1/chat/completions", "", str_of(body)));
}

/* Answers the call at hand, and says the plan. */
static struct str answered_plan(void)
{
    size_t last = h.n_calls - 1;

    host_answer(&h, last, "HTTP/1.1 200 OK\r\n\r\n");
    host_data(&h, last, STR("{}"), true);
    check_int(h.status, 200);
    return host_field(&h, "sluice-plan");
}

/* ---- in the body ---- */

static const struct {
    const char *body, *plan, *upstream;
} overrides[] = {
    {"{\"model\":\"openai/a\",\"models\":[\"mistral/b\",\"openai/c\"]}",
     "openai/a, mistral/b, openai/c", "{\"model\":\"a\"}"},
    {"{\"models\":[\"mistral/b\",\"openai/c\"]}", "mistral/b, openai/c",
     "{\"model\":\"b\"}"},
    {"{\"model\":null,\"models\":[\"mistral/b\"]}", "mistral/b",
     "{\"model\":\"b\"}"},
    {"{\"fallbacks\":[\"mistral/b\"],\"model\":\"openai/a\",\"n\":1.0}",
     "openai/a, mistral/b", "{\"model\":\"a\",\"n\":1.0}"},
    {"{\"model\":\"openai/a\",\"models\":[\"lab/"
     "x\"],\"fallbacks\":[\"smart\"]}",
     "openai/a, lab/x, openai/gpt-4o, mistral/large", "{\"model\":\"a\"}"},
    /* Twice is once. */
    {"{\"model\":\"openai/a\",\"models\":[\"openai/a\",\"one\"]}",
     "openai/a, lab/tiny", "{\"model\":\"a\"}"},
    /* Without a key: somebody else answers. */
    {"{\"model\":\"groq/x\",\"models\":[\"openai/a\"]}", "openai/a",
     "{\"model\":\"a\"}"},
    {"{\"model\":\"openai/a\",\"models\":[\"groq/x\",\"default\"]}",
     "openai/a, openai/gpt-4o, mistral/large", "{\"model\":\"a\"}"},
    {"{\"model\":\"openai/a\",\"models\":null,\"provider\":null}", "",
     "{\"model\":\"a\"}"},
    {"{\"model\":\"openai/a\",\"models\":[],\"provider\":{}}", "openai/a",
     "{\"model\":\"a\"}"},
    {"{\"model\":\"smart\",\"provider\":{\"order\":[\"Mistral\",\"azure\"]}}",
     "mistral/large, openai/gpt-4o", "{\"model\":\"large\"}"},
    {"{\"model\":\"smart\",\"provider\":{\"order\":[\"x\",\"mistral\"],"
     "\"allow_fallbacks\":false,\"zdr\":true}}",
     "mistral/large", "{\"model\":\"large\"}"},
    {"{\"model\":\"smart\",\"provider\":{\"only\":[\"mistral\"]}}",
     "mistral/large", "{\"model\":\"large\"}"},
    {"{\"model\":\"smart\",\"provider\":{\"ignore\":[\"openai\"],"
     "\"allow_fallbacks\":true,\"sort\":null}}",
     "mistral/large", "{\"model\":\"large\"}"},
    {"{\"model\":\"openai/a\",\"provider\":{\"only\":[\"openai\"]}}",
     "openai/a", "{\"model\":\"a\"}"},
    {"{\"model\":\"openai/gpt-4o\",\"models\":[\"lab/x\",\"deepseek/"
     "deepseek-chat\"],\"provider\":{\"sort\":\"price\"}}",
     "deepseek/deepseek-chat, openai/gpt-4o, lab/x",
     "{\"model\":\"deepseek-chat\"}"},
    /* The order that is asked for stands above the price. */
    {"{\"model\":\"openai/gpt-4o\",\"models\":[\"lab/x\",\"deepseek/"
     "deepseek-chat\"],\"provider\":{\"sort\":\"price\",\"order\":[\"lab\"]}}",
     "lab/x, deepseek/deepseek-chat, openai/gpt-4o", "{\"model\":\"x\"}"},
    /* OpenRouter's own business, byte for byte. */
    {"{\"model\":\"openrouter/a/b\",\"models\":[\"c/"
     "d\"],\"provider\":{\"x\":1}}",
     "", "{\"model\":\"a/b\",\"models\":[\"c/d\"],\"provider\":{\"x\":1}}"},
    {"{\"model\":\"openrouter/a/b\",\"models\":7}", "",
     "{\"model\":\"a/b\",\"models\":7}"},
    /* But not when it is one of several. */
    {"{\"model\":\"openai/a\",\"models\":[\"openrouter/c/d\"]}",
     "openai/a, openrouter/c/d", "{\"model\":\"a\"}"},
};

/* The lists of models that were asked for a bare name. */
static void answer_lists(void)
{
    for (size_t i = 0; i < h.n_calls && !h.done; i++) {
        if (h.calls[i].method != HTTP_GET)
            continue;
        host_answer(&h, i, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&h, i, STR("{\"data\":[]}"), true);
    }
}

/* Bare names are looked up in the lists, which are asked for once. */
static void bare_names(void **state)
{
    static const char *const bodies[][2] = {
        {"{\"model\":\"openai/a\",\"models\":[\"tiny\",\"tiny\"]}",
         "openai/a, lab/tiny"},
        {"{\"model\":\"tiny\",\"models\":[\"openai/a\",\"tiny\"]}",
         "lab/tiny, openai/a"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(bodies); i++) {
        chat(bodies[i][0]);
        answer_lists();
        check_str_case(bodies[i][0], answered_plan(), str_of(bodies[i][1]));
    }
}

static void every_override(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(overrides); i++) {
        chat(overrides[i].body);
        if (h.n_calls != 1)
            fail_msg("%s: %zu calls", overrides[i].body, h.n_calls);
        check_str_case(overrides[i].body, host_call_body(&h, 0),
                       str_of(overrides[i].upstream));
        check_str_case(overrides[i].body, answered_plan(),
                       str_of(overrides[i].plan));
    }
}

static const struct {
    const char *body, *param, *what;
    int status;
} wrong[] = {
    {"{\"model\":\"openai/a\",\"models\":\"x\"}", "\"param\":\"models\"",
     "models must be an array of strings", 400},
    {"{\"model\":\"openai/a\",\"models\":[\"x\",1]}", "\"param\":\"models[1]\"",
     "models[1] must be a string", 400},
    {"{\"model\":\"openai/a\",\"fallbacks\":[\"\"]}",
     "\"param\":\"fallbacks[0]\"", "must be a string that is not empty", 400},
    {"{\"model\":\"openai/a\",\"fallbacks\":[{\"gpt\":[\"x\"]}]}",
     "\"param\":\"fallbacks[0]\"", "must be a string", 400},
    {"{\"model\":\"openai/a\",\"provider\":\"openai\"}",
     "\"param\":\"provider\"", "must be an object", 400},
    {"{\"model\":\"openai/a\",\"provider\":{\"order\":[\"a\",null]}}",
     "\"param\":\"provider.order[1]\"", "must be a string", 400},
    {"{\"model\":\"openai/a\",\"provider\":{\"only\":\"a\"}}",
     "\"param\":\"provider.only\"", "must be an array", 400},
    {"{\"model\":\"openai/a\",\"provider\":{\"ignore\":{}}}",
     "\"param\":\"provider.ignore\"", "must be an array", 400},
    {"{\"model\":\"openai/a\",\"provider\":{\"allow_fallbacks\":\"no\"}}",
     "\"param\":\"provider.allow_fallbacks\"", "must be true or false", 400},
    {"{\"model\":\"openai/a\",\"provider\":{\"sort\":\"best\"}}",
     "\"param\":\"provider.sort\"", "must be \\\"price\\\"", 400},
    {"{\"model\":\"openai/a\",\"provider\":{\"sort\":1}}",
     "\"param\":\"provider.sort\"", "must be \\\"price\\\"", 400},
    {"{\"model\":\"openai/a\",\"provider\":{\"sort\":\"price\",\"sort\":1}}",
     "\"param\":\"provider\"", "no member twice", 400},
    {"{\"model\":\"openai/a\",\"models\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
     "\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\","
     "\"17\"]}",
     "\"param\":\"models\"", "more than 16", 400},
    {"{\"models\":[]}", "\"param\":\"model\"", "model is missing", 400},
    {"{\"model\":\"openai/a\",\"models\":[\"lab/x\",\"lab/\"]}",
     "\"param\":\"models[1]\"", "names no model after the slash", 404},
    {"{\"model\":\"openai/a\",\"fallbacks\":[\"nobody-has-it\"]}",
     "\"param\":\"fallbacks[0]\"", "is listed by no provider", 404},
    {"{\"model\":\"openai/a\",\"provider\":{\"only\":[\"mistral\"]}}",
     "\"code\":\"no_target\"", "openai/a is not among provider.only", 400},
    {"{\"model\":\"smart\",\"provider\":{\"ignore\":[\"openai\",\"mistral\"]}}",
     "\"code\":\"no_target\"", "groq/none has no key", 400},
    {"{\"model\":\"groq/x\",\"models\":[\"groq/y\"]}", "\"code\":\"no_target\"",
     "groq/y has no key", 400},
};

static void every_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        chat(wrong[i].body);
        answer_lists();
        if (h.status != wrong[i].status)
            fail_msg("%s: %d", wrong[i].body, h.status);
        check_has(host_body(&h), wrong[i].param);
        check_has(host_body(&h), wrong[i].what);
    }
}

/* The next name is tried when the first one fails, with its own body. */
static void the_next_name(void **state)
{
    (void)state;
    chat("{\"model\":\"openai/a\",\"models\":[\"openrouter/c/d\",\"lab/x\"]}");
    host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
    check_str(host_call_body(&h, 1), STR("{\"model\":\"c/d\"}"));
    host_fail(&h, 1, SL_UP_REFUSED);
    check_str(host_call_body(&h, 2), STR("{\"model\":\"x\"}"));
    check_str(answered_plan(), STR("openai/a, openrouter/c/d, lab/x"));
    check_str(host_field(&h, "sluice-model"), STR("x"));
    check_str(host_field(&h, "sluice-attempts"), STR("3"));
}

/* What OpenRouter would understand of `provider`, and we don't. */
static void what_is_lost(void **state)
{
    static const char body[] =
        "{\"model\":\"openai/a\",\"provider\":{\"zdr\":true,\"order\":[],"
        "\"max_price\":{\"prompt\":1}}}";

    (void)state;
    chat(body);
    answered_plan();
    check_str(host_field(&h, "sluice-loss"),
              STR("provider.zdr;dropped, provider.max_price;dropped"));
    assert_true(host_ask(&h, "POST /v1/chat/completions",
                         "sluice-strict: true\r\n", str_of(body)));
    check_int(h.status, 400);
    check_has(host_body(&h), "provider.zdr");
    chat("{\"model\":\"openai/a\",\"provider\":{\"order\":[]}}");
    answered_plan();
    check_str(host_field(&h, "sluice-loss"), STR(""));
}

/* A path or field that names the supplier: names are its own. */
static void names_of_a_supplier(void **state)
{
    (void)state;
    assert_true(host_ask(&h, "POST /v2/openai/chat/completions", "",
                         STR("{\"model\":\"a\",\"models\":[\"openai/b\"]}")));
    check_str(answered_plan(), STR("openai/a, openai/b"));
    assert_true(host_ask(&h, "POST /v2/openrouter/chat/completions", "",
                         STR("{\"model\":\"a\",\"models\":[\"b\"]}")));
    check_str(host_call_body(&h, 0),
              STR("{\"model\":\"a\",\"models\":[\"b\"]}"));
    check_str(answered_plan(), STR(""));
}

/* ---- strategies ---- */

static void the_cheapest(void **state)
{
    (void)state;
    chat("{\"model\":\"cheap\"}");
    check_str(answered_plan(),
              STR("openai/gpt-4o-mini, deepseek/deepseek-chat, openai/gpt-4o, "
                  "lab/x"));
    chat("{\"model\":\"openai/gpt-4o\",\"models\":[\"cheap\"]}");
    check_str(answered_plan(),
              STR("openai/gpt-4o, openai/gpt-4o-mini, deepseek/deepseek-chat, "
                  "lab/x"));
}

static void ask_slowly(const char *body, int64_t ms)
{
    chat(body);
    host_advance(&h, ms);
    answered_plan();
}

static void the_fastest(void **state)
{
    (void)state;
    chat("{\"model\":\"fast\"}");
    check_str(h.asked, LOAD_SPEEDS);
    check_str(answered_plan(), STR("openai/a, mistral/b, lab/c"));
    ask_slowly("{\"model\":\"openai/a\"}", 400);
    ask_slowly("{\"model\":\"lab/c\"}", 30);
    chat("{\"model\":\"fast\"}");
    check_str(answered_plan(), STR("lab/c, openai/a, mistral/b"));
    ask_slowly("{\"model\":\"mistral/b\"}", 50);
    chat("{\"model\":\"fast\"}");
    check_str(answered_plan(), STR("lab/c, mistral/b, openai/a"));
    chat("{\"model\":\"openai/a\",\"models\":[\"mistral/b\",\"lab/c\"],"
         "\"provider\":{\"sort\":\"latency\"}}");
    check_str(answered_plan(), STR("lab/c, mistral/b, openai/a"));
    /* What is not known any more is tried first by one in sixteen. */
    host_advance(&h, SPEED_STALE_MS + 1);
    ask_slowly("{\"model\":\"openai/a\"}", 400);
    ask_slowly("{\"model\":\"mistral/b\"}", 50);
    h.chance = 0x1000;
    chat("{\"model\":\"fast\"}");
    check_str(answered_plan(), STR("lab/c, mistral/b, openai/a"));
    host_advance(&h, SPEED_STALE_MS + 1);
    ask_slowly("{\"model\":\"openai/a\"}", 400);
    h.chance = 0x2222;
    chat("{\"model\":\"fast\"}");
    check_str(answered_plan(), STR("openai/a, mistral/b, lab/c"));
}

/* A failure counts as ten seconds, with a key or without. */
static void who_fails_fast(void **state)
{
    (void)state;
    ask_slowly("{\"model\":\"openai/a\"}", 40);
    ask_slowly("{\"model\":\"lab/c\"}", 50);
    ask_slowly("{\"model\":\"mistral/b\"}", 60);
    chat("{\"model\":\"fast\"}");
    host_answer(&h, 0, "HTTP/1.1 500 X\r\n\r\n");
    check_str(answered_plan(), STR("openai/a, lab/c, mistral/b"));
    chat("{\"model\":\"fast\"}");
    host_fail(&h, 0, SL_UP_REFUSED);
    check_str(answered_plan(), STR("lab/c, mistral/b, openai/a"));
    chat("{\"model\":\"fast\"}");
    assert_true(str_starts(answered_plan(), STR("mistral/b, ")));
}

/* A host that knows no speeds: the order of the list. */
static void no_speeds(void **state)
{
    (void)state;
    h.waits = true;
    chat("{\"model\":\"fast\"}");
    check_int(h.n_calls, 0);
    host_feed(&h, (struct event){.kind = EVENT_LOADED, .rc = SL_NOT_FOUND});
    check_str(answered_plan(), STR("openai/a, mistral/b, lab/c"));
    chat("{\"model\":\"fast\"}");
    host_feed(&h, (struct event){
                      .kind = EVENT_LOADED, .rc = SL_OK, .bytes = STR("x")});
    check_str(answered_plan(), STR("openai/a, mistral/b, lab/c"));
}

/* ---- conditions ---- */

#define FIT "{\"model\":\"fit\","
#define LONG                                                              \
    "0123456789012345678901234567890123456789012345678901234567890123456" \
    "0123456789012345678901234567890123456789012345678901234567890123456" \
    "0123456789012345678901234567890123456789012345678901234567890123456" \
    "0123456789012345678901234567890123456789012345678901234567890123456" \
    "0123456789012345678901234567890123456789012345678901234567890123456" \
    "0123456789012345678901234567890123456789012345678901234567890123456"

static const struct {
    const char *body, *plan;
} conditions[] = {
    {FIT "\"messages\":[]}",
     "lab/short, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"messages\":[{\"role\":\"user\",\"content\":\"" LONG "\"}]}",
     "lab/long, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"tools\":[{}]}",
     "lab/short, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"tools\":[],\"functions\":[]}",
     "lab/short, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"messages\":[1,{\"content\":[{\"type\":\"image_url\"}]}]}",
     "lab/long, lab/seer, openai/gpt-4o"},
    {FIT "\"input\":[{\"content\":[{\"type\":\"input_image\"}]}]}",
     "lab/long, lab/seer, openai/gpt-4o"},
    {FIT "\"messages\":[{\"content\":[{\"type\":\"image_urls\"}]}]}",
     "lab/short, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"reasoning_effort\":\"low\"}", "lab/short"},
    {FIT "\"reasoning_effort\":\"none\",\"reasoning\":null}",
     "lab/short, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"reasoning\":{\"effort\":\"high\"}}", "lab/short"},
    {FIT "\"reasoning\":{\"enabled\":false}}",
     "lab/short, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"thinking\":{\"type\":\"enabled\"}}", "lab/short"},
    {FIT "\"response_format\":{\"type\":\"json_schema\"}}",
     "lab/short, deepseek/deepseek-chat, openai/gpt-4o"},
    {FIT "\"response_format\":{\"type\":\"json_object\"}}",
     "lab/short, lab/plain, deepseek/deepseek-chat, openai/gpt-4o"},
    {"{\"model\":\"thinkers\"}", "lab/x"},
    /* Named alone, nothing is left out; in a list it is. */
    {"{\"model\":\"openai/gpt-4o\",\"reasoning_effort\":\"low\"}", ""},
    {"{\"model\":\"openai/gpt-4o\",\"reasoning_effort\":\"low\","
     "\"provider\":{\"order\":[\"openai\"]}}",
     "openai/gpt-4o"},
    {"{\"model\":\"openai/gpt-4o\",\"reasoning_effort\":\"low\","
     "\"models\":[\"lab/x\"]}",
     "lab/x"},
};

static void every_condition(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(conditions); i++) {
        chat(conditions[i].body);
        if (h.n_calls != 1)
            fail_msg("%s: %.*s", conditions[i].body, (int)h.body.n, h.body.p);
        check_str_case(conditions[i].body, answered_plan(),
                       str_of(conditions[i].plan));
    }
}

static void nothing_fits(void **state)
{
    (void)state;
    chat("{\"model\":\"narrow\",\"tools\":[{\"type\":\"function\",\"x\":"
         "\"0123456789012345\"}]}");
    check_int(h.status, 400);
    check_int(h.n_calls, 0);
    check_has(host_body(&h), "\"code\":\"no_target\"");
    check_has(host_body(&h),
              "lab/short takes 10 tokens, the prompt has about 11; lab/deaf "
              "has no tools");
}

/* Every allocation fails once; none of it leaks or hangs. */
static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    bool ok = host_init(&g, m, str_of(config), env);

    (void)ctx;
    ok = ok && host_ask(&g, "POST /v1/chat/completions", "",
                        STR("{\"model\":\"fast\",\"models\":[\"cheap\"],"
                            "\"provider\":{\"order\":[\"lab\"]}}"));
    if (ok && !g.done) {
        check_int(g.n_calls, 1);
        host_answer(&g, 0, "HTTP/1.1 200 OK\r\n\r\n");
        host_data(&g, 0, STR("{}"), true);
    }
    ok = ok && g.done && g.status == 200 && !g.aborted;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    (void)state;
    test_each_allocation(without_memory, NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bare_names),    TEST(every_override),  TEST(every_mistake),
        TEST(the_next_name), TEST(what_is_lost),    TEST(names_of_a_supplier),
        TEST(the_cheapest),  TEST(the_fastest),     TEST(who_fails_fast),
        TEST(no_speeds),     TEST(every_condition), TEST(nothing_fits),
        TEST(memory_fails),
    };

    return test_run("planning", tests, SL_LEN(tests));
}
