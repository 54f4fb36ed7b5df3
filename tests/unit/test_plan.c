/* SPDX-License-Identifier: MIT */
/* From a model's name to its provider. */
#include "core/plan.h"

#include "host.h"

static struct host h;
static struct test_mem mem;

static const char *const env[] = {"OPENAI_API_KEY=k", "GEMINI_API_KEY=g", NULL};

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
        struct target t = {0};
        struct guarded g = guard_copy(str_of(names[i].in));
        enum plan_found got = plan_resolve(&h.config, g.s, &t);

        if (got != names[i].want)
            fail_msg("%s: %d", names[i].in, (int)got);
        if (names[i].provider != NULL)
            check_str_case(names[i].in, t.provider->name,
                           str_of(names[i].provider));
        if (names[i].model != NULL)
            check_str_case(names[i].in, t.model, str_of(names[i].model));
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
        struct target t = {0};

        host_setup(&h, &mem, str_of(defaults[i].config), env);
        check_int(plan_resolve(&h.config, STR("default"), &t),
                  defaults[i].want);
        if (defaults[i].model != NULL)
            check_str(t.model, str_of(defaults[i].model));
        host_teardown(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name),
        cmocka_unit_test(the_default),
    };

    return test_run("plan", tests, SL_LEN(tests));
}
