/* SPDX-License-Identifier: MIT */
/* The table of models and its spellings. */
#include "core/model_facts.h"

#include "support.h"

static const struct {
    const char *provider, *model;
    uint32_t context; /* 0: not found */
} names[] = {
    {"openai", "gpt-4o", 128000},
    {"openai", "GPT-4o", 128000},
    {"openai", "gpt-4o-2024-08-06", 128000},
    {"openai", "gpt-4o-2031-01-01", 128000},
    {"openai", "gpt-4o-20310101", 128000},
    {"openai", "gpt-4.1", 1047576},
    {"openai", "gpt-4-1", 1047576},
    {"openai", "gpt-4o:free", 128000},
    {"openai", "gpt-4o-2031-01-01:free", 128000},
    {"openai", "gpt-4o-203101", 0},
    {"openai", "gpt-4o-", 0},
    {"openai", "gpt-4ox", 0},
    {"openai", "", 0},
    {"openai", "-20310101", 0},
    {"openai", "20310101", 0},
    {"nobody", "gpt-4o", 0},
    {"", "gpt-4o", 0},
    {"openrouter", "openai/gpt-4o", 128000},
    {"openrouter", "anthropic/claude-haiku-4.5", 200000},
    {"lab", "anthropic/claude-haiku-4-5-20990101", 200000},
    {"lab", "nobody/gpt-4o", 0},
    {"anthropic", "claude-haiku-4-5", 200000},
    {"google-ai-studio", "models/gemini-2.5-flash", 1048576},
    {"google-ai-studio", "gemini-2.5-flash", 1048576},
};

static void every_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(names); i++) {
        struct guarded g = guard_copy(str_of(names[i].model));
        struct model_facts f = {.context = 7};
        bool found = model_facts_find(str_of(names[i].provider), g.s, &f);

        if (found != (names[i].context != 0))
            fail_msg("%s/%s", names[i].provider, names[i].model);
        if (f.context != (found ? names[i].context : 7))
            fail_msg("%s: %u", names[i].model, (unsigned)f.context);
        guard_free(&g);
    }
}

static void what_is_known(void **state)
{
    struct model_facts f;

    (void)state;
    assert_true(model_facts_find(STR("openai"), STR("gpt-4o"), &f));
    assert_int_equal(f.output, 16384);
    assert_int_equal(f.input_price, 2500000);
    assert_int_equal(f.output_price, 10000000);
    assert_int_equal(f.abilities, ABILITY_TOOLS | ABILITY_VISION);
    assert_int_equal(f.known_abilities,
                     ABILITY_TOOLS | ABILITY_VISION | ABILITY_REASONING);
    assert_int_equal(model_facts_price(&f), 17500000);
    /* An embedding costs no output, and says nothing of abilities. */
    assert_true(
        model_facts_find(STR("openai"), STR("text-embedding-3-small"), &f));
    assert_int_equal(f.known_abilities, 0);
    assert_int_equal(model_facts_price(&f), 60000);
    f.input_price = PRICE_UNKNOWN;
    assert_true(model_facts_price(&f) == UINT64_MAX);
}

static const struct {
    struct str provider;
    size_t n;
} providers[] = {
#define P(provider, n) {STR_INIT(provider), n},
#define X(i, name, context, output, in, out, abilities)
#include "core/tbl/models.h"
#undef X
#undef P
};

static const struct {
    struct str name;
    uint32_t context, price;
} rows[] = {
#define P(provider, n)
#define X(i, name, context, output, in, out, abilities) \
    {STR_INIT(name), context, in},
#include "core/tbl/models.h"
#undef X
#undef P
};

static bool is_found(struct str provider, size_t row)
{
    struct model_facts f;

    return model_facts_find(provider, rows[row].name, &f) &&
           f.context == rows[row].context && f.input_price == rows[row].price;
}

/* Each row can be found: the table is sorted as it is searched. */
static void every_row(void **state)
{
    size_t at = 0;

    (void)state;
    for (size_t p = 0; p < SL_LEN(providers); p++) {
        for (size_t end = at + providers[p].n; at < end; at++)
            if (!is_found(providers[p].provider, at))
                fail_msg("%s", rows[at].name.p);
    }
    assert_int_equal(at, SL_LEN(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name),
        cmocka_unit_test(what_is_known),
        cmocka_unit_test(every_row),
    };

    return test_run("model_facts", tests, SL_LEN(tests));
}
