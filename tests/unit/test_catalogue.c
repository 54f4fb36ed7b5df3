/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/base/url.h"
#include "core/catalogue.h"

static void find(void **state)
{
    (void)state;
    check_str(catalogue_find(STR("openai"))->name, STR("openai"));
    check_str(catalogue_find(STR("perplexity-ai"))->name, STR("perplexity"));
    check_str(catalogue_find(STR("gemini"))->name, STR("google-ai-studio"));
    assert_null(catalogue_find(STR("OpenAI")));
    assert_null(catalogue_find(STR("open")));
    assert_null(catalogue_find(STR("openai/")));
    /* a row without an alias is not found by none */
    assert_null(catalogue_find(STR("")));
    assert_null(catalogue_find((struct str){0}));
}

/* The order of the earlier system's list of models. */
static void order(void **state)
{
    static const char *const first[] = {
        "workers-ai",  "anthropic",        "cerebras", "cohere",
        "deepseek",    "google-ai-studio", "grok",     "groq",
        "huggingface", "mistral",          "openai",   "openrouter",
        "perplexity",  "replicate",        "ollama"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(first); i++)
        check_str(catalogue[i].name, str_of(first[i]));
    check_str(catalogue[catalogue_n - 1].name, STR("sluice"));
}

static void names_are_one_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_n; i++) {
        const struct catalogue_row *a = &catalogue[i];

        assert_ptr_equal(catalogue_find(a->name), a);
        if (a->alias.n != 0)
            assert_ptr_equal(catalogue_find(a->alias), a);
        for (size_t k = 0; k < a->name.n; k++)
            assert_true(a->name.p[k] != '/' && a->name.p[k] > ' ');
        for (size_t j = 0; j < i * CATALOGUE_VARS; j++) {
            struct str other =
                catalogue[j / CATALOGUE_VARS].key_vars[j % CATALOGUE_VARS];

            for (size_t k = 0; k < CATALOGUE_VARS; k++)
                assert_true(other.n == 0 || !str_eq(other, a->key_vars[k]));
        }
    }
}

/* The base URL with a word in the place of its mark. */
static struct str filled(const struct catalogue_row *r)
{
    static char text[128];
    struct str mark = r->place.mark;
    size_t at = str_find_str(r->base_url, mark);

    if (mark.n == 0)
        return r->base_url;
    assert_true(str_has(r->base_url, mark));
    assert_true(r->base_url.n < sizeof text);
    memcpy(text, r->base_url.p, at);
    text[at] = 'x';
    memcpy(text + at + 1, r->base_url.p + at + mark.n,
           r->base_url.n - at - mark.n);
    return (struct str){text, r->base_url.n - mark.n + 1};
}

static void check_words(const struct catalogue_row *r)
{
    assert_int_equal(r->place.mark.n == 0, r->place.vars[0].n == 0);
    assert_int_equal(r->project.mark.n == 0, r->project.vars[0].n == 0);
    assert_int_equal(r->version.vars[0].n == 0, r->versioned.n == 0);
    assert_int_equal(r->credential == CREDENTIAL_NONE,
                     r->credential_vars[0].n == 0);
    assert_int_equal(r->credential == CREDENTIAL_AWS, r->service.n != 0);
}

static void check_row(const struct catalogue_row *r)
{
    struct err err = {0};
    struct url u;

    if (r->is_builtin) {
        assert_int_equal(r->base_url.n, 0);
        assert_int_equal(r->key_vars[0].n, 0);
        assert_non_null(r->static_models);
        return;
    }
    assert_int_equal(url_parse(filled(r), &u, &err), SL_OK);
    check_str(u.scheme, STR("https"));
    assert_int_equal(u.query.n, 0);
    assert_false(str_ends(r->base_url, STR("/")));
    assert_int_equal(r->needs_account, str_has(r->base_url, STR("{account}")));
    assert_true(r->key_vars[0].n != 0);
    assert_true(str_ends(r->key_vars[0], STR("_API_KEY")));
    assert_true(r->compat.n == 0 || r->compat.p[0] == '/');
    assert_false(str_ends(r->compat, STR("/")));
    assert_true(r->models_path.n == 0 || r->models_path.p[0] == '/');
    assert_int_equal(r->models_shape == MODELS_NONE, r->models_path.n == 0);
    assert_int_equal(r->fixed_name.n == 0, r->fixed_value.n == 0);
    assert_true(r->key_style != KEY_NONE);
    assert_true(r->owned_by.n != 0);
    check_words(r);
}

static void rows_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_n; i++)
        check_row(&catalogue[i]);
}

/* What may not be sent and what is known to be taken exclude each other. */
static void quirks_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_n; i++) {
        const char *const *d = catalogue[i].quirks.drops;

        for (; d != NULL && *d != NULL; d++) {
            assert_false(str_eq(str_of(*d), STR("stream_options")) &&
                         catalogue[i].quirks.has_stream_options);
            assert_false(str_eq(str_of(*d), STR("model")));
            assert_false(str_eq(str_of(*d), STR("messages")));
        }
    }
    assert_false(catalogue_find(STR("mistral"))->quirks.has_stream_options);
    assert_false(catalogue_find(STR("replicate"))->chats);
}

static void stems(void **state)
{
    (void)state;
    check_str(catalogue_stem(STR("OPENAI_API_KEY")), STR("OPENAI"));
    check_str(catalogue_stem(STR("NVIDIA_NIM_API_KEY")), STR("NVIDIA_NIM"));
    check_str(catalogue_stem(STR("HF_TOKEN")), STR(""));
    check_str(catalogue_stem(STR("CLOUDFLARE_API_TOKEN")), STR(""));
    check_str(catalogue_stem(STR("")), STR(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find),
        cmocka_unit_test(order),
        cmocka_unit_test(names_are_one_each),
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(quirks_agree),
        cmocka_unit_test(stems),
    };

    return test_run("catalogue", tests, SL_LEN(tests));
}
