/* SPDX-License-Identifier: MIT */
/* Which requests belong together. */
#include "core/api/session.h"

#include <stdio.h>

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {"PROXY_API_KEY=pk", "OPENAI_API_KEY=o0,o1",
                                  "MISTRAL_API_KEY=m0,m1", "GROQ_API_KEY=g0,g1",
                                  NULL};

static const char config[] =
    "{\"providers\": {\"openai\": {\"keys\": {\"affinity\": true, "
    "\"strategy\": \"roundrobin\"}},"
    "\"groq\": {\"keys\": {\"affinity\": false}}},"
    "\"models\": {\"split\": {\"targets\": [\"openai/a\", \"mistral/b\"],"
    "\"strategy\": \"weighted\", \"affinity\": true},"
    "\"named\": {\"targets\": [\"openai/a\", \"mistral/b\"],"
    "\"strategy\": \"weighted\"}}}";

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

static uint64_t session(const char *body)
{
    assert_true(host_ask(&h, "POST /v1/chat/completions", "", str_of(body)));
    check_int(h.n_calls, 1);
    return h.pick.session;
}

#define M(model) "{\"model\":\"" model "\","
#define SYSTEM "{\"role\":\"system\",\"content\":\"s\"},"
#define USER(text) "{\"role\":\"user\",\"content\":\"" text "\"}"

/* Rows of one letter belong together; "" to none. */
static const struct {
    const char *body, *group;
} rows[] = {
    {M("openai/m") "\"prompt_cache_key\":\"k\"}", "k"},
    {M("openai/m") "\"prompt_cache_key\":\"k\",\"user\":\"u\"}", "k"},
    {M("openai/x") "\"user\":\"u\"}", "u"},
    {M("openai/m") "\"user\":\"u\",\"messages\":[" USER("a") "]}", "u"},
    {M("openai/m") "\"user\":\"\",\"messages\":[" USER("a") "]}", "a"},
    {M("openai/m") "\"user\":7,\"messages\":[" USER("a") "," USER("b") "]}",
     "a"},
    {M("openai/m") "\"messages\":[" SYSTEM USER("a") "]}", "s"},
    {M("openai/m") "\"messages\":[" SYSTEM USER("a") "," SYSTEM USER("c") "]}",
     "s"},
    {M("openai/m") "\"messages\":[" SYSTEM USER("b") "]}", "t"},
    {M("openai/m") "\"messages\":[" USER("b") "]}", "b"},
    {M("openai/m") "\"messages\":[1,2]}", "1"},
    {M("openai/m") "\"messages\":[]}", ""},
    {M("openai/m") "\"messages\":\"x\"}", ""},
    {M("openai/m") "\"prompt_cache_key\":null}", ""},
    {M("mistral/m") "\"prompt_cache_key\":\"k\"}", "k"},
    {M("mistral/m") "\"user\":\"u\"}", ""},
    {M("mistral/m") "\"messages\":[" USER("a") "]}", ""},
    {M("groq/m") "\"prompt_cache_key\":\"k\"}", ""},
};

static void every_row(void **state)
{
    uint64_t seen[SL_LEN(rows)];

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        seen[i] = session(rows[i].body);
        if ((seen[i] == 0) != (rows[i].group[0] == '\0'))
            fail_msg("%s", rows[i].body);
        for (size_t k = 0; k < i; k++)
            if ((seen[i] == seen[k]) != (rows[i].group[0] == rows[k].group[0]))
                fail_msg("%s and %s", rows[i].body, rows[k].body);
    }
}

/* The first target of a weighted group, by the session alone. */
static void groups_too(void **state)
{
    size_t first[2] = {0};

    (void)state;
    for (int c = '!'; c <= '~'; c++) {
        char body[128];
        bool is_openai;

        if (c == '"' || c == '\\')
            continue;
        snprintf(body, sizeof body, M("split") "\"messages\":[" USER("%c") "]}",
                 c);
        h.chance = 0;
        session(body);
        is_openai = host_call_has(&h, 0, "Bearer o");
        h.chance = 1;
        session(body);
        check_int(host_call_has(&h, 0, "Bearer o"), is_openai);
        first[is_openai ? 0 : 1]++;
    }
    assert_in_range(first[0], 25, 67);
    /* Without a key of its own, chance decides. */
    h.chance = 0;
    session(M("named") "\"messages\":[" USER("a") "]}");
    assert_true(host_call_has(&h, 0, "Bearer o"));
    h.chance = 1;
    session(M("named") "\"messages\":[" USER("a") "]}");
    assert_true(host_call_has(&h, 0, "Bearer m"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(every_row), TEST(groups_too)};

    return test_run("session", tests, SL_LEN(tests));
}
