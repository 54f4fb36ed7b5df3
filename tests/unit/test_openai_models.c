/* SPDX-License-Identifier: MIT */
/* Which members OpenAI's models refuse, by name and effort. */
#include "core/dialects/openai_models.h"

#include "support.h"

#define HALF                                 \
    {                                        \
        .raw = STR_INIT("0.5"), .value = 0.5 \
    }
#define ONE                              \
    {                                    \
        .raw = STR_INIT("1"), .value = 1 \
    }

static const struct {
    const char *model, *member;
    enum chat_effort effort;
    bool is_refused;
} refusals[] = {
    {"gpt-5", "temperature", CHAT_EFFORT_UNSET, true},
    {"gpt-5-mini-2025-08-07", "top_p", CHAT_EFFORT_LOW, true},
    {"gpt-5", "stop", CHAT_EFFORT_UNSET, true},
    {"gpt-5", "logit_bias", CHAT_EFFORT_UNSET, true},
    {"gpt-5", "logprobs", CHAT_EFFORT_NONE, true},
    {"gpt-5", "max_completion_tokens", CHAT_EFFORT_UNSET, false},
    {"gpt-5", "tools", CHAT_EFFORT_UNSET, false},
    {"gpt-5-chat-latest", "temperature", CHAT_EFFORT_UNSET, false},
    {"gpt-5.1", "temperature", CHAT_EFFORT_UNSET, true},
    {"gpt-5.1", "temperature", CHAT_EFFORT_NONE, false},
    {"gpt-5.4-nano", "top_logprobs", CHAT_EFFORT_NONE, false},
    {"gpt-5.1", "presence_penalty", CHAT_EFFORT_NONE, true},
    {"gpt-5.1", "frequency_penalty", CHAT_EFFORT_NONE, true},
    {"gpt-6-sol", "temperature", CHAT_EFFORT_NONE, true},
    {"o1", "temperature", CHAT_EFFORT_UNSET, true},
    {"o3-mini", "stop", CHAT_EFFORT_UNSET, true},
    {"o4-mini-2025-04-16", "top_p", CHAT_EFFORT_UNSET, true},
    {"codex-mini-latest", "top_p", CHAT_EFFORT_UNSET, true},
    {"omni-moderation", "temperature", CHAT_EFFORT_UNSET, false},
    {"o", "temperature", CHAT_EFFORT_UNSET, false},
    {"o3x", "temperature", CHAT_EFFORT_UNSET, false},
    {"gpt-4o", "temperature", CHAT_EFFORT_UNSET, false},
    {"gpt-4.1-mini", "stop", CHAT_EFFORT_UNSET, false},
    {"gpt-oss-120b", "temperature", CHAT_EFFORT_UNSET, false},
    {"gpt-5x", "temperature", CHAT_EFFORT_UNSET, false},
    {"gpt-5.", "temperature", CHAT_EFFORT_UNSET, false},
    {"gpt-99999", "temperature", CHAT_EFFORT_UNSET, false},
    {"gpt-", "temperature", CHAT_EFFORT_UNSET, false},
    {"ft:gpt-5", "temperature", CHAT_EFFORT_UNSET, false},
    {"", "temperature", CHAT_EFFORT_UNSET, false},
};

static void models_refuse(void **state)
{
    struct chat_request q = {.temperature = HALF,
                             .top_p = HALF,
                             .presence_penalty = HALF,
                             .frequency_penalty = HALF};

    (void)state;
    for (size_t i = 0; i < SL_LEN(refusals); i++) {
        struct guarded g = guard_copy(str_of(refusals[i].model));

        q.effort = refusals[i].effort;
        check_str_case(refusals[i].model,
                       openai_model_refuses(g.s, &q, str_of(refusals[i].member))
                           ? STR("refused")
                           : STR("taken"),
                       refusals[i].is_refused ? STR("refused") : STR("taken"));
        guard_free(&g);
    }
}

static void defaults_are_taken(void **state)
{
    const struct chat_request q = {.temperature = ONE, .top_p = ONE};

    (void)state;
    assert_false(openai_model_refuses(STR("gpt-5"), &q, STR("temperature")));
    assert_false(openai_model_refuses(STR("gpt-5"), &q, STR("top_p")));
    assert_false(
        openai_model_refuses(STR("gpt-5"), &q, STR("presence_penalty")));
    assert_false(
        openai_model_refuses(STR("gpt-5"), &q, STR("frequency_penalty")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_refuse),
        cmocka_unit_test(defaults_are_taken),
    };

    return test_run("openai_models", tests, SL_LEN(tests));
}
