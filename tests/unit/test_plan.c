/* SPDX-License-Identifier: MIT */
/* From a model's name to its provider. */
#include "core/plan.h"

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {"OPENAI_API_KEY=k", "GEMINI_API_KEY=g",
                                  "CLOUDFLARE_API_KEY=c",
                                  "CLOUDFLARE_ACCOUNT_ID=acc", NULL};

static const struct {
    const char *in;
    enum plan_found want;
    const char *provider, *model;
} names[] = {
    {"openai/gpt-4", PLAN_FOUND, "openai", "gpt-4"},
    {"openai/gpt-4/turbo", PLAN_FOUND, "openai", "gpt-4/turbo"},
    {"openai//x", PLAN_FOUND, "openai", "/x"},
    {"google-ai-studio/g", PLAN_FOUND, "google-ai-studio", "g"},
    {"gemini/g", PLAN_FOUND, "google-ai-studio", "g"},
    {"gemini/models/g", PLAN_FOUND, "google-ai-studio", "models/g"},
    {"sluice/echo", PLAN_FOUND, "sluice", "echo"},
    {"lab/tiny", PLAN_FOUND, "lab", "tiny"},
    {"workers-ai/@cf/m#text-generation", PLAN_FOUND, "workers-ai", "@cf/m"},
    {"workers-ai/@cf/m#a#b", PLAN_FOUND, "workers-ai", "@cf/m"},
    {"workers-ai/@cf/m#", PLAN_FOUND, "workers-ai", "@cf/m"},
    {"workers-ai/#text", PLAN_NO_MODEL, "workers-ai", NULL},
    {"openai/ft:m#1", PLAN_FOUND, "openai", "ft:m#1"},
    {"openai/", PLAN_NO_MODEL, "openai", NULL},
    {"mistral/m", PLAN_NOT_READY, "mistral", NULL},
    {"openai", PLAN_BARE, NULL, NULL},
    {"gpt-4", PLAN_BARE, NULL, NULL},
    {"constructor/x", PLAN_BARE, NULL, NULL},
    {"OpenAI/x", PLAN_BARE, NULL, NULL},
    {"/x", PLAN_BARE, NULL, NULL},
    {" openai/x", PLAN_BARE, NULL, NULL},
    {"defaults", PLAN_BARE, NULL, NULL},
    {"Default", PLAN_BARE, NULL, NULL},
};

#define LAB                                                           \
    "\"CUSTOM_OPENAI_ENDPOINTS\": [{\"name\": \"lab\", \"baseUrl\": " \
    "\"http://127.0.0.1:9\"}]"

static void every_name(void **state)
{
    (void)state;
    host_setup(&h, &mem, STR("{" LAB "}"), env);
    for (size_t i = 0; i < SL_LEN(names); i++) {
        struct plan p = {0};
        struct guarded g = guard_copy(str_of(names[i].in));
        enum plan_found got = plan_resolve(&h.config, g.s, 0, &p);

        if (got != names[i].want)
            fail_msg("%s: %d", names[i].in, (int)got);
        if (names[i].provider != NULL)
            check_str_case(names[i].in, p.one.provider->name,
                           str_of(names[i].provider));
        if (names[i].model != NULL)
            check_str_case(names[i].in, p.one.model, str_of(names[i].model));
        guard_free(&g);
    }
    host_teardown(&h);
}

static const struct {
    const char *config;
    enum plan_found want;
    const char *model;
} defaults[] = {
    {"{}", PLAN_NO_DEFAULT, NULL},
    {"{\"DEFAULT_MODEL\": \"openai/gpt-4o\"}", PLAN_FOUND, "gpt-4o"},
    {"{\"DEFAULT_MODEL\": \"openai/a/b\"}", PLAN_FOUND, "a/b"},
};

static void the_default(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(defaults); i++) {
        struct plan p = {0};

        host_setup(&h, &mem, str_of(defaults[i].config), env);
        check_int(plan_resolve(&h.config, STR("default"), 0, &p),
                  defaults[i].want);
        if (defaults[i].model != NULL)
            check_str(p.one.model, str_of(defaults[i].model));
        host_teardown(&h);
    }
}

/* ---- the operator's own names ---- */

static const char groups[] =
    "{\"models\": {"
    "\"smart\": {\"targets\": [\"openai/gpt-4o\", \"gemini/pro\"]},"
    "\"one\": \"openai/gpt-4o\","
    "\"two\": [\"mistral/m\", \"one\", \"gemini/flash\"],"
    "\"shared\": {\"targets\": [\"openai/a\", \"gemini/b\", \"mistral/c\"],"
    "\"strategy\": \"weighted\", \"weights\": [3, 1, 6]},"
    "\"dark\": \"mistral/m\"},"
    "\"DEFAULT_MODEL\": \"smart\"}";

static void check_target(const struct plan *p, size_t i, const char *provider,
                         const char *model)
{
    check_str(plan_target(p, i)->provider->name, str_of(provider));
    check_str(plan_target(p, i)->model, str_of(model));
}

static void groups_are_flat_lists(void **state)
{
    struct plan p;

    (void)state;
    host_setup(&h, &mem, str_of(groups), env);
    check_int(plan_resolve(&h.config, STR("default"), 7, &p), PLAN_FOUND);
    check_int(p.n, 2);
    check_target(&p, 0, "openai", "gpt-4o");
    check_target(&p, 1, "google-ai-studio", "pro");
    check_int(plan_resolve(&h.config, STR("two"), 7, &p), PLAN_FOUND);
    check_int(p.n, 3);
    check_target(&p, 0, "mistral", "m");
    check_target(&p, 1, "openai", "gpt-4o");
    check_target(&p, 2, "google-ai-studio", "flash");
    check_int(plan_resolve(&h.config, STR("dark"), 7, &p), PLAN_NOT_READY);
    check_str(p.one.provider->name, STR("mistral"));
    host_teardown(&h);
}

/* Shares as the weights say, over the targets that can answer at all. */
static void weights(void **state)
{
    size_t first[3] = {0};
    struct plan p;

    (void)state;
    host_setup(&h, &mem, str_of(groups), env);
    for (uint64_t i = 0; i < 4000; i++) {
        check_int(plan_resolve(&h.config, STR("shared"), i, &p), PLAN_FOUND);
        first[p.first]++;
    }
    check_int(first[0], 3000);
    check_int(first[1], 1000);
    check_int(first[2], 0);
    host_teardown(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name),
        cmocka_unit_test(the_default),
        cmocka_unit_test(groups_are_flat_lists),
        cmocka_unit_test(weights),
    };

    return test_run("plan", tests, SL_LEN(tests));
}
