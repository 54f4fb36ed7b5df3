/* SPDX-License-Identifier: MIT */
/* Ollama's clients have a model loaded before they chat. */
#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {
    "PROXY_API_KEY=pk",
    "OPENAI_API_KEY=o0",
    "OLLAMA_API_KEY=l0",
    NULL,
};

static const char config[] = "{\"models\":{\"big\":[\"openai/m\"]}}";

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

#define CHAT "POST /api/chat"
#define GENERATE "POST /api/generate"

/* want: NULL: a provider is asked. */
static const struct {
    const char *name, *line, *body, *want;
} rows[] = {
    {"no message", CHAT, "{\"model\":\"openai/m\"}",
     "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,"
     "\"done_reason\":\"load\"}"},
    {"an empty list", CHAT,
     "{\"model\":\"openai/m\",\"messages\":[ ],\"stream\":true}",
     "\"done_reason\":\"load\"}"},
    {"let it go", CHAT, "{\"model\":\"big\",\"messages\":[],\"keep_alive\":0}",
     "\"done_reason\":\"unload\"}"},
    {"no prompt", GENERATE, "{\"model\":\"openai/m\"}",
     "\"response\":\"\",\"done\":true,\"done_reason\":\"load\"}"},
    {"an empty one", GENERATE, "{\"model\":\"sluice/echo\",\"prompt\":\"\"}",
     "\"done_reason\":\"load\"}"},
    {"a message", CHAT,
     "{\"model\":\"openai/m\",\"messages\":[{\"role\":\"user\",\"content\":"
     "\"hi\"}]}",
     NULL},
    {"a prompt", GENERATE, "{\"model\":\"openai/m\",\"prompt\":\"hi\"}", NULL},
    {"Ollama itself", CHAT, "{\"model\":\"ollama/m\"}", NULL},
    {"Ollama itself, a prompt", GENERATE, "{\"model\":\"ollama/m\"}", NULL},
};

static void loaded(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        print_message("%s\n", rows[i].name);
        assert_true(host_ask(&h, rows[i].line, "", str_of(rows[i].body)));
        check_int(h.n_calls, rows[i].want == NULL ? 1 : 0);
        if (rows[i].want == NULL)
            continue;
        assert_true(h.done);
        check_int(h.status, 200);
        check_has(host_body(&h), "\"created_at\":\"20");
        check_has(host_body(&h), rows[i].want);
        check_str(host_field(&h, "content-type"), STR("application/json"));
        assert_true(host_field(&h, "sluice-provider").n != 0);
        assert_true(host_field(&h, "sluice-model").n != 0);
    }
}

static const struct {
    const char *name, *line, *body;
    int status;
    const char *has;
} wrong[] = {
    {"a model of nobody's", CHAT, "{\"model\":\"groq/m\"}", 404,
     "groq is not configured"},
    {"no model", CHAT, "{\"messages\":[]}", 400, "model is missing"},
    {"messages that are none", CHAT, "{\"model\":\"openai/m\",\"messages\":{}}",
     400, "messages"},
    {"another client says nothing", "POST /v1/chat/completions",
     "{\"model\":\"ollama/m\",\"messages\":[]}", 0, NULL},
};

static void errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(wrong); i++) {
        print_message("%s\n", wrong[i].name);
        assert_true(host_ask(&h, wrong[i].line, "", str_of(wrong[i].body)));
        check_int(h.n_calls, wrong[i].has == NULL ? 1 : 0);
        if (wrong[i].has == NULL)
            continue;
        check_has(host_body(&h), wrong[i].has);
        check_int(h.status, wrong[i].status);
    }
}

static bool without_memory(void *ctx, struct test_mem *m)
{
    static struct host g;
    bool ok = host_init(&g, m, str_of(config), env);

    ok = ok && host_ask(&g, ctx, "", STR("{\"model\":\"openai/m\"}"));
    ok = ok && g.done && g.status == 200;
    host_release(&g);
    return ok;
}

static void memory_fails(void **state)
{
    static char lines[][24] = {CHAT, GENERATE};

    (void)state;
    for (size_t i = 0; i < SL_LEN(lines); i++)
        test_each_allocation(without_memory, lines[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(loaded),
        TEST(errors),
        TEST(memory_fails),
    };

    return test_run("load", tests, SL_LEN(tests));
}
