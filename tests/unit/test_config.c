/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/config.h"
#include "core/config_parts.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_VARS = 12 };

/* A configuration loaded from a file's text and "NAME=value" settings. */
struct loaded {
    struct test_mem mem;
    struct config config;
    struct problems problems;
    enum sl_rc rc;
};

struct input {
    const char *file;
    const char *env[MAX_VARS], *flags[MAX_VARS];
};

static size_t settings(const char *const *from, struct setting *to)
{
    size_t n = 0;

    for (; n < MAX_VARS && from[n] != NULL; n++) {
        struct str s = str_of(from[n]);
        size_t at = str_find(s, '=');

        to[n] = (struct setting){str_first(s, at), str_skip(s, at + 1)};
    }
    return n;
}

static void load(struct loaded *l, const struct input *in, long fail_at)
{
    struct setting env[MAX_VARS], flags[MAX_VARS];
    struct config_sources sources = {
        .file_name = STR("sluice.jsonc"),
        .file_text = str_of(in->file),
        .env = env,
        .n_env = settings(in->env, env),
        .flags = flags,
        .n_flags = settings(in->flags, flags),
    };

    test_mem_init(&l->mem);
    l->mem.fail_at = fail_at;
    config_init(&l->config, &l->mem.mem);
    l->rc = config_load(&l->config, &sources, &l->problems);
}

static void unload(struct loaded *l)
{
    config_release(&l->config);
    assert_int_equal(l->mem.live, 0);
}

/* All problems as they are printed. */
static void print_problems(const struct loaded *l, char *text, size_t cap)
{
    struct test_mem m;
    struct buf b;

    test_mem_init(&m);
    buf_init(&b, &m.mem, cap - 1);
    for (size_t i = 0; i < l->problems.n && i < CONFIG_PROBLEMS; i++)
        problem_write(&b, &l->problems.v[i]);
    assert_false(b.failed);
    if (b.n != 0)
        memcpy(text, b.p, b.n);
    text[b.n] = '\0';
    buf_release(&b);
}

static void check_problems(const struct input *in, const char *want)
{
    char got[8192];
    struct loaded l;
    bool has_error = false;

    load(&l, in, -1);
    print_problems(&l, got, sizeof got);
    check_str_case(in->file == NULL ? "(no file)" : in->file, str_of(got),
                   str_of(want));
    for (size_t i = 0; i < l.problems.n && i < CONFIG_PROBLEMS; i++)
        has_error = has_error || !l.problems.v[i].is_warning;
    assert_int_equal(l.rc, has_error ? SL_BAD_REQUEST : SL_OK);
    unload(&l);
}

static void load_good(struct loaded *l, const struct input *in)
{
    char text[8192];

    load(l, in, -1);
    print_problems(l, text, sizeof text);
    check_str_case(in->file == NULL ? "(no file)" : in->file, str_of(text),
                   STR(""));
    assert_int_equal(l->rc, SL_OK);
}

static const struct provider *provider(const struct loaded *l, const char *name)
{
    const struct provider *p = config_provider(&l->config, str_of(name));

    if (p == NULL)
        fail_msg("there is no provider %s", name);
    return p;
}

/* ---- defaults ---- */

static void nothing_given(void **state)
{
    struct loaded l;
    const struct config *c = &l.config;
    const struct provider *p;

    (void)state;
    load_good(&l, &(struct input){0});
    assert_int_equal(c->n_listen, 1);
    check_str(c->listen[0], STR("127.0.0.1:8787"));
    assert_int_equal(c->threads, 0);
    assert_int_equal(c->n_callers, 0);
    assert_true(c->is_open);
    assert_false(c->insecure_open);
    assert_int_equal(c->models_ttl_ms, 60000);
    assert_int_equal(c->pings_ms, 15000);
    assert_false(c->early_pings);
    assert_int_equal(c->log_format, LOG_TEXT);
    check_str(c->store, STR("memory:"));
    assert_int_equal(c->tls_cert.n, 0);
    assert_int_equal(c->default_model.n, 0);
    assert_int_equal(c->limits.body, 33554432);
    assert_int_equal(c->limits.dns_ms, 30000);
    assert_int_equal(c->n_providers, catalogue_n);
    for (size_t i = 0; i < c->n_providers; i++) {
        p = &c->providers[i];
        assert_int_equal(p->index, i);
        assert_int_equal(p->is_available, p->row->is_builtin);
        assert_int_equal(p->n_keys, 0);
        assert_int_equal(p->strategy, KEYS_RANDOM);
        assert_int_equal(p->timeouts.connect_ms, 5000);
        assert_int_equal(p->timeouts.first_byte_ms, 600000);
        assert_int_equal(p->timeouts.first_event_ms, 180000);
        assert_int_equal(p->timeouts.idle_ms, 180000);
        assert_int_equal(p->timeouts.total_ms, 1800000);
    }
    p = provider(&l, "sluice");
    assert_true(p->n_models > 0);
    check_str(p->models[0], STR("echo"));
    assert_null(config_provider(c, STR("nobody")));
    assert_null(config_provider(c, STR("")));
    unload(&l);
}

static void origins(void **state)
{
    static const struct {
        const char *provider, *authority, *base, *chat, *models;
        bool tls;
        unsigned port;
    } want[] = {
        {"openai", "api.openai.com", "/v1", "/chat/completions", "/models",
         true, 443},
        {"anthropic", "api.anthropic.com", "", "/v1/chat/completions",
         "/v1/models?limit=1000", true, 443},
        {"cohere", "api.cohere.com", "", "/compatibility/v1/chat/completions",
         "/v1/models?page_size=1000&endpoint=chat", true, 443},
        {"gemini", "generativelanguage.googleapis.com", "",
         "/v1beta/openai/chat/completions", "/v1beta/models?pageSize=1000",
         true, 443},
        {"perplexity-ai", "api.perplexity.ai", "", "/chat/completions", "",
         true, 443},
        {"replicate", "api.replicate.com", "/v1", "", "", true, 443},
        {"workers-ai", "api.cloudflare.com", "/client/v4/accounts/acc-1/ai",
         "/v1/chat/completions",
         "/models/search?task=Text%20Generation&per_page=100", true, 443},
        {"openrouter", "openrouter.ai", "/api/v1", "/chat/completions",
         "/models", true, 443},
        {"ollama", "ollama.com", "/v1", "/chat/completions", "/models", true,
         443},
    };
    struct loaded l;

    (void)state;
    load_good(&l, &(struct input){.env = {"CLOUDFLARE_ACCOUNT_ID=acc-1"}});
    for (size_t i = 0; i < SL_LEN(want); i++) {
        const struct provider *p = provider(&l, want[i].provider);

        check_str(p->origin.authority, str_of(want[i].authority));
        check_str(p->origin.host, str_of(want[i].authority));
        check_str(p->base_path, str_of(want[i].base));
        check_str(p->chat_path, str_of(want[i].chat));
        check_str(p->models_path, str_of(want[i].models));
        assert_int_equal(p->origin.tls, want[i].tls);
        assert_int_equal(p->origin.port, want[i].port);
    }
    assert_true(provider(&l, "openai")->origin.id !=
                provider(&l, "groq")->origin.id);
    unload(&l);
}

/* ---- keys ---- */

static bool key_is(const struct secret *key, const char *text)
{
    return secret_matches(key, str_of(text));
}

/* seed 2.1.3, with numbers and literals as text and empty items refused */
static void key_grammar(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        const char *items[3];
        const char *wrong;
    } cases[] = {
        {"abc", 1, {"abc"}, NULL},
        {"a,b", 2, {"a", "b"}, NULL},
        {"a, b ,\tc", 3, {"a", "b", "c"}, NULL},
        {" a ", 1, {"a"}, NULL},
        {"", 0, {0}, NULL},
        {"  ", 0, {0}, NULL},
        {"[]", 0, {0}, NULL},
        {"[ \"a\" , \"b\" ]", 2, {"a", "b"}, NULL},
        {"[\" a \"]", 1, {"a"}, NULL},
        {"\"q\"", 1, {"q"}, NULL},
        {"\"a,b\"", 1, {"a,b"}, NULL},
        {"\"\\u0061\"", 1, {"a"}, NULL},
        {"123", 1, {"123"}, NULL},
        {"0012", 1, {"0012"}, NULL},
        {"1e3", 1, {"1e3"}, NULL},
        {"true", 1, {"true"}, NULL},
        {"null", 1, {"null"}, NULL},
        {"[1,2.50,true]", 3, {"1", "2.50", "true"}, NULL},
        {"a,,b", 0, {0}, "one of the keys is empty"},
        {"a,", 0, {0}, "one of the keys is empty"},
        {",", 0, {0}, "one of the keys is empty"},
        {",a", 0, {0}, "one of the keys is empty"},
        {"[\"a\",\"\"]", 0, {0}, "one of the keys is empty"},
        {"[\" \"]", 0, {0}, "one of the keys is empty"},
        {"\"\"", 0, {0}, "one of the keys is empty"},
        {"[null]",
         0,
         {0},
         "must be a key, keys separated by commas, or an "
         "array of strings"},
        {"[[\"a\"]]",
         0,
         {0},
         "must be a key, keys separated by commas, or an "
         "array of strings"},
        {"[\"a\"",
         0,
         {0},
         "must be a key, keys separated by commas, or an "
         "array of strings"},
        {"{\"a\":1}",
         0,
         {0},
         "must be a key, keys separated by commas, or an "
         "array of strings"},
        {"{a}",
         0,
         {0},
         "must be a key, keys separated by commas, or an array "
         "of strings"},
        {"\"a\",\"b\"",
         0,
         {0},
         "must be a key, keys separated by commas, or "
         "an array of strings"},
        {"a b",
         0,
         {0},
         "a key holds a blank, a control character or a "
         "character that is not ASCII"},
        {"a\nb",
         0,
         {0},
         "a key holds a blank, a control character or a "
         "character that is not ASCII"},
        {"[\"a\\r\\nX: y\"]",
         0,
         {0},
         "a key holds a blank, a control "
         "character or a character that is not "
         "ASCII"},
        {"\xC3\xA9",
         0,
         {0},
         "a key holds a blank, a control character or a "
         "character that is not ASCII"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct guarded g = guard_copy(str_of(cases[i].text));
        struct str untouched = STR("untouched"), *items = &untouched;
        struct err err = {0};
        struct test_mem m;
        struct arena a;
        size_t n = 77;
        enum sl_rc rc;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 256, 1 << 20);
        rc = config_key_list(&a, g.s, &items, &n, &err);
        if (cases[i].wrong != NULL) {
            assert_int_equal(rc, SL_BAD_REQUEST);
            check_str_case(cases[i].text, err.what, str_of(cases[i].wrong));
            assert_int_equal(n, 77);
            check_str(items[0], STR("untouched"));
        } else {
            assert_int_equal(rc, SL_OK);
            assert_int_equal(n, cases[i].n);
        }
        for (size_t k = 0; rc == SL_OK && k < n; k++)
            check_str_case(cases[i].text, items[k], str_of(cases[i].items[k]));
        arena_release(&a);
        assert_int_equal(m.live, 0);
        guard_free(&g);
    }
}

static void too_many_keys(void **state)
{
    char text[20001];
    struct str *items;
    struct err err = {0};
    struct test_mem m;
    struct arena a;
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 == 0 ? 'k' : ',';
    test_mem_init(&m);
    arena_init(&a, &m.mem, 256, 1 << 20);
    assert_int_equal(
        config_key_list(&a, (struct str){text, 19999}, &items, &n, &err),
        SL_OK);
    assert_int_equal(n, 10000);
    assert_int_equal(
        config_key_list(&a, (struct str){text, 20001}, &items, &n, &err),
        SL_TOO_LARGE);
    arena_release(&a);
}

static void key_sources(void **state)
{
    static const struct {
        struct input in;
        const char *provider, *key_id;
        size_t n;
        const char *keys[2];
    } cases[] = {
        {{.env = {"OPENAI_API_KEY=a,b"}},
         "openai",
         "OPENAI_API_KEY",
         2,
         {"a", "b"}},
        {{"{\"OPENAI_API_KEY\": \"a, b\"}", {0}, {0}},
         "openai",
         "OPENAI_API_KEY",
         2,
         {"a", "b"}},
        {{"{\"OPENAI_API_KEY\": [\"a\", 7]}", {0}, {0}},
         "openai",
         "OPENAI_API_KEY",
         2,
         {"a", "7"}},
        {{"{\"OPENAI_API_KEY\": 12345}", {0}, {0}},
         "openai",
         "OPENAI_API_KEY",
         1,
         {"12345"}},
        {{"{\"OPENAI_API_KEY\": true}", {0}, {0}},
         "openai",
         "OPENAI_API_KEY",
         1,
         {"true"}},
        {{"{\"OPENAI_API_KEY\": null}", {0}, {0}},
         "openai",
         "OPENAI_API_KEY",
         0,
         {0}},
        {{"{\"OPENAI_API_KEY\": \"\"}", {0}, {0}},
         "openai",
         "OPENAI_API_KEY",
         0,
         {0}},
        {{"{\"OPENAI_API_KEY\": []}", {0}, {0}},
         "openai",
         "OPENAI_API_KEY",
         0,
         {0}},
        /* the environment beats the file, an empty one does not */
        {{"{\"OPENAI_API_KEY\": \"f\"}", {"OPENAI_API_KEY=e"}, {0}},
         "openai",
         "OPENAI_API_KEY",
         1,
         {"e"}},
        {{"{\"OPENAI_API_KEY\": \"f\"}", {"OPENAI_API_KEY= "}, {0}},
         "openai",
         "OPENAI_API_KEY",
         1,
         {"f"}},
        /* the first name that is set, of one source */
        {{.env = {"GROK_API_KEY=g", "XAI_API_KEY=x"}},
         "grok",
         "XAI_API_KEY",
         1,
         {"x"}},
        {{.env = {"GROK_API_KEY=g", "XAI_API_KEY="}},
         "grok",
         "GROK_API_KEY",
         1,
         {"g"}},
        {{"{\"XAI_API_KEY\": \"x\"}", {"GROK_API_KEY=g"}, {0}},
         "grok",
         "GROK_API_KEY",
         1,
         {"g"}},
        {{.env = {"PERPLEXITYAI_API_KEY=p"}},
         "perplexity",
         "PERPLEXITYAI_API_KEY",
         1,
         {"p"}},
        {{.env = {"HF_TOKEN=p"}}, "huggingface", "HF_TOKEN", 1, {"p"}},
        {{.env = {"GOOGLE_API_KEY=p"}},
         "google-ai-studio",
         "GOOGLE_API_KEY",
         1,
         {"p"}},
        {{.env = {"CO_API_KEY=p"}}, "cohere", "CO_API_KEY", 1, {"p"}},
        {{.env = {"REPLICATE_API_TOKEN=p"}},
         "replicate",
         "REPLICATE_API_TOKEN",
         1,
         {"p"}},
        {{.env = {"NVIDIA_NIM_API_KEY=p"}},
         "nvidia",
         "NVIDIA_NIM_API_KEY",
         1,
         {"p"}},
        {{.env = {"ZHIPU_API_KEY=p"}}, "zai", "ZHIPU_API_KEY", 1, {"p"}},
        {{.env = {"CLOUDFLARE_API_TOKEN=p", "CLOUDFLARE_ACCOUNT_ID=a"}},
         "workers-ai",
         "CLOUDFLARE_API_TOKEN",
         1,
         {"p"}},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        const struct provider *p;
        struct loaded l;

        load_good(&l, &cases[i].in);
        p = provider(&l, cases[i].provider);
        assert_int_equal(p->n_keys, cases[i].n);
        assert_int_equal(p->is_available, cases[i].n != 0);
        check_str(p->key_id, str_of(cases[i].key_id));
        for (size_t k = 0; k < p->n_keys; k++)
            assert_true(key_is(&p->keys[k], cases[i].keys[k]));
        unload(&l);
    }
}

/* Every block that goes back holds nothing but zeros. */
struct watched {
    struct sl_mem mem;
    unsigned blocks;
};

static void *watched_get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n == 0 ? 1 : n);
}

static void watched_put(void *ctx, void *p, size_t n)
{
    struct watched *w = ctx;

    for (size_t i = 0; i < n; i++)
        assert_int_equal(((char *)p)[i], 0);
    w->blocks++;
    free(p);
}

static void secrets_are_wiped(void **state)
{
    struct watched w = {.mem = {watched_get, watched_put, &w}};
    struct setting env[] = {{STR("OPENAI_API_KEY"), STR("[\"s\\u0033cret\"]")},
                            {STR("PROXY_API_KEY"), STR("hush")}};
    struct config_sources sources = {
        .file_name = STR("f"),
        .file_text = STR("{\"GROQ_API_KEY\": [\"gsk\\u005f1\"]}"),
        .env = env,
        .n_env = 2};
    struct problems problems;
    struct config c;

    (void)state;
    config_init(&c, &w.mem);
    assert_int_equal(config_load(&c, &sources, &problems), SL_OK);
    assert_true(key_is(&config_provider(&c, STR("openai"))->keys[0], "s3cret"));
    assert_true(key_is(&config_provider(&c, STR("groq"))->keys[0], "gsk_1"));
    config_release(&c);
    assert_true(w.blocks >= 2);
    config_release(&c); /* once more does no harm */
}

/* ---- base URLs ---- */

static void bases(void **state)
{
    static const struct {
        struct input in;
        const char *provider, *authority, *base;
        bool tls, is_available;
    } cases[] = {
        {{.env = {"OPENAI_BASE_URL=http://127.0.0.1:9/v1/"}},
         "openai",
         "127.0.0.1:9",
         "/v1",
         false,
         false},
        {{.env = {"OPENAI_BASE_URL=HTTPS://Example.COM//", "OPENAI_API_KEY=k"}},
         "openai",
         "example.com",
         "",
         true,
         true},
        {{.env = {"OPENAI_BASE_URL=http://[::1]:8080", "OPENAI_API_KEY=k"}},
         "openai",
         "[::1]:8080",
         "",
         false,
         true},
        {{.env = {"OPENAI_BASE_URL=https://[::1]:443/a", "OPENAI_API_KEY=k"}},
         "openai",
         "[::1]",
         "/a",
         true,
         true},
        {{"{\"providers\":{\"openai\":{\"baseUrl\":\"http://f:1/p\"}}}",
          {0},
          {0}},
         "openai",
         "f:1",
         "/p",
         false,
         false},
        /* a variable in the file beats the section, the environment both */
        {{"{\"providers\":{\"openai\":{\"baseUrl\":\"http://f:1\"}},"
          "\"OPENAI_BASE_URL\":\"http://v:2\"}",
          {0},
          {0}},
         "openai",
         "v:2",
         "",
         false,
         false},
        {{"{\"providers\":{\"openai\":{\"baseUrl\":\"http://f:1\"}},"
          "\"OPENAI_BASE_URL\":\"http://v:2\"}",
          {"OPENAI_BASE_URL=http://e:3"},
          {0}},
         "openai",
         "e:3",
         "",
         false,
         false},
        {{.env = {"PERPLEXITYAI_BASE_URL=http://p:1"}},
         "perplexity",
         "p:1",
         "",
         false,
         false},
        {{"{\"providers\":{\"perplexity-ai\":{\"baseUrl\":\"http://p:1\"}}}",
          {0},
          {0}},
         "perplexity",
         "p:1",
         "",
         false,
         false},
        {{.env = {"CLOUDFLARE_BASE_URL=http://c:1/{account}/x/",
                  "CLOUDFLARE_ACCOUNT_ID=abc", "CLOUDFLARE_API_KEY=k"}},
         "workers-ai",
         "c:1",
         "/abc/x",
         false,
         true},
        /* without {account} none is needed */
        {{.env = {"CLOUDFLARE_BASE_URL=http://c:1", "CLOUDFLARE_API_KEY=k"}},
         "workers-ai",
         "c:1",
         "",
         false,
         true},
        {{.env = {"OLLAMA_API_KEY=k"}},
         "ollama",
         "ollama.com",
         "/v1",
         true,
         true},
        {{.file = NULL}, "ollama", "ollama.com", "/v1", true, false},
        {{.env = {"OLLAMA_BASE_URL=http://127.0.0.1:5/v1"}},
         "ollama",
         "127.0.0.1:5",
         "/v1",
         false,
         true},
        {{.env = {"OLLAMA_HOST=10.0.0.2"}},
         "ollama",
         "10.0.0.2:11434",
         "/v1",
         false,
         true},
        {{.env = {"OLLAMA_HOST=0.0.0.0:7"}},
         "ollama",
         "127.0.0.1:7",
         "/v1",
         false,
         true},
        {{.env = {"OLLAMA_HOST=[::1]"}},
         "ollama",
         "[::1]:11434",
         "/v1",
         false,
         true},
        {{.env = {"OLLAMA_HOST=https://box.lan/"}},
         "ollama",
         "box.lan",
         "/v1",
         true,
         true},
        {{"{\"OLLAMA_HOST\":\"box\"}", {"OLLAMA_BASE_URL=http://e:3"}, {0}},
         "ollama",
         "e:3",
         "",
         false,
         true},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        const struct provider *p;
        struct loaded l;

        load_good(&l, &cases[i].in);
        p = provider(&l, cases[i].provider);
        check_str(p->origin.authority, str_of(cases[i].authority));
        check_str(p->base_path, str_of(cases[i].base));
        assert_int_equal(p->origin.tls, cases[i].tls);
        assert_int_equal(p->is_available, cases[i].is_available);
        unload(&l);
    }
}

static void one_origin_one_pool(void **state)
{
    struct loaded l;

    (void)state;
    load_good(&l, &(struct input){.env = {"OPENAI_BASE_URL=http://h:1/a",
                                          "GROQ_BASE_URL=HTTP://H:1/b",
                                          "XAI_BASE_URL=https://h:1/b",
                                          "MISTRAL_BASE_URL=http://h:2"}});
    assert_true(provider(&l, "openai")->origin.id ==
                provider(&l, "groq")->origin.id);
    assert_true(provider(&l, "openai")->origin.id !=
                provider(&l, "grok")->origin.id);
    assert_true(provider(&l, "openai")->origin.id !=
                provider(&l, "mistral")->origin.id);
    unload(&l);
}

/* ---- custom endpoints ---- */

static void custom_endpoints(void **state)
{
    static const char text[] =
        "[{\"name\":\"lab\",\"baseUrl\":\"http://127.0.0.1:8080/v1\","
        "\"apiKeys\":[\"k1\",\"k2\"],\"models\":[\"tiny\",\"big\"]},"
        "{\"name\":\"two\",\"baseUrl\":\"https://two.test/\","
        "\"apiKeys\":\"a,b\",\"chatCompletionPath\":\"v1/chat/completions\","
        "\"modelsPath\":\"/v1/models\",\"streamOptions\":false},"
        "{\"name\":\"open\",\"baseUrl\":\"http://o\",\"models\":[],"
        "\"apiKeys\":null,\"chatCompletionPath\":\"/talk\"}]";
    char env[1024], file[1024],
        quoted[2048] = "{\"CUSTOM_OPENAI_ENDPOINTS\":\"";
    const struct input inputs[] = {
        {.env = {env}}, {.file = file}, {.file = quoted}};
    size_t at = strlen(quoted);

    (void)state;
    snprintf(env, sizeof env, "CUSTOM_OPENAI_ENDPOINTS=%s", text);
    snprintf(file, sizeof file, "{\"CUSTOM_OPENAI_ENDPOINTS\":%s}", text);
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '"')
            quoted[at++] = '\\';
        quoted[at++] = text[i];
    }
    memcpy(quoted + at, "\"}", 3);
    for (size_t i = 0; i < SL_LEN(inputs); i++) {
        const struct provider *p;
        struct loaded l;

        load_good(&l, &inputs[i]);
        assert_int_equal(l.config.n_providers, catalogue_n + 3);
        p = provider(&l, "lab");
        assert_int_equal(p->index, catalogue_n);
        assert_true(p->is_custom && p->is_available);
        assert_int_equal(p->n_keys, 2);
        assert_true(key_is(&p->keys[1], "k2"));
        assert_int_equal(p->row->key_style, KEY_BEARER);
        assert_true(p->row->quirks.has_stream_options);
        check_str(p->key_id, STR("lab"));
        check_str(p->origin.authority, STR("127.0.0.1:8080"));
        check_str(p->base_path, STR("/v1"));
        check_str(p->chat_path, STR("/chat/completions"));
        check_str(p->models_path, STR("/models"));
        check_str(p->row->owned_by, STR("lab"));
        assert_int_equal(p->n_models, 2);
        check_str(p->models[1], STR("big"));
        p = provider(&l, "two");
        assert_int_equal(p->n_keys, 1);
        assert_true(key_is(&p->keys[0], "a,b"));
        assert_false(p->row->quirks.has_stream_options);
        check_str(p->chat_path, STR("/v1/chat/completions"));
        check_str(p->row->compat, STR("/v1"));
        check_str(p->models_path, STR("/v1/models"));
        check_str(p->base_path, STR(""));
        assert_null(p->models);
        p = provider(&l, "open");
        assert_int_equal(p->n_keys, 0);
        assert_int_equal(p->row->key_style, KEY_NONE);
        assert_true(p->is_available);
        check_str(p->chat_path, STR("/talk"));
        check_str(p->row->compat, STR(""));
        assert_null(p->models);
        unload(&l);
    }
}

/* ---- the other options ---- */

static void options_from_file(void **state)
{
    static const char file[] =
        "// comment\n"
        "{ \"$schema\": \"x\",\n"
        "  \"PROXY_API_KEY\": [\"s1\", \"s2\"], /* two */\n"
        "  \"DEFAULT_MODEL\": \"openai/gpt-4o\",\n"
        "  \"ENABLE_GLOBAL_ROUND_ROBIN\": true,\n"
        "  \"OPENAI_API_KEY\": \"sk-//no comment\\u002f*\", \n"
        "  \"server\": {\"listen\": [\"[::]:443\", \"unix:/run/s\"],\n"
        "     \"threads\": 4, \"modelsTtl\": \"5m\", \"pings\": \"5s\",\n"
        "     \"earlyPings\": true,\n"
        "     \"tls\": {\"cert\": \"c.pem\", \"key\": \"k.pem\"}},\n"
        "  \"providers\": {\"gemini\": {\"keys\": {\"strategy\": \"random\"},\n"
        "     \"timeouts\": {\"connect\": \"250ms\", \"firstByte\": 20,\n"
        "       \"firstEvent\": \"1m\", \"idle\": \"2m\", \"total\": "
        "\"1h\"}}},\n"
        "  \"log\": {\"format\": \"json\"}, \"store\": \"memory:\",\n"
        "  \"limits\": {\"body\": \"64m\", \"head\": 16384, \"replay\": 0,\n"
        "     \"drain\": \"1.5s\", \"headFields\": 10,},\n"
        "}\n";
    struct loaded l;
    const struct config *c = &l.config;
    const struct provider *p;

    (void)state;
    /* its key has a blank in it */
    load(&l, &(struct input){.file = file}, -1);
    assert_int_equal(l.rc, SL_BAD_REQUEST);
    assert_int_equal(l.problems.n, 2);
    assert_int_equal(l.problems.v[0].line, 6);
    assert_int_equal(l.problems.v[0].column, 21);
    assert_int_equal(c->n_callers, 2);
    assert_true(key_is(&c->callers[1], "s2"));
    assert_false(c->is_open);
    check_str(c->default_model, STR("openai/gpt-4o"));
    assert_int_equal(c->n_listen, 2);
    check_str(c->listen[0], STR("[::]:443"));
    check_str(c->listen[1], STR("unix:/run/s"));
    assert_int_equal(c->threads, 4);
    assert_int_equal(c->models_ttl_ms, 300000);
    assert_int_equal(c->pings_ms, 5000);
    assert_true(c->early_pings);
    check_str(c->tls_cert, STR("c.pem"));
    check_str(c->tls_key, STR("k.pem"));
    assert_int_equal(c->log_format, LOG_JSON);
    assert_int_equal(c->limits.body, 64 << 20);
    assert_int_equal(c->limits.head, 16384);
    assert_int_equal(c->limits.replay, 0);
    assert_int_equal(c->limits.drain_ms, 1500);
    assert_int_equal(c->limits.head_fields, 10);
    assert_int_equal(c->limits.pool, 64);
    assert_int_equal(provider(&l, "openai")->strategy, KEYS_ROUNDROBIN);
    p = provider(&l, "google-ai-studio");
    assert_int_equal(p->strategy, KEYS_RANDOM);
    assert_int_equal(p->timeouts.connect_ms, 250);
    assert_int_equal(p->timeouts.first_byte_ms, 20000);
    assert_int_equal(p->timeouts.first_event_ms, 60000);
    assert_int_equal(p->timeouts.idle_ms, 120000);
    assert_int_equal(p->timeouts.total_ms, 3600000);
    unload(&l);
}

static void order_of_sources(void **state)
{
    static const char file[] = "{\"server\":{\"threads\":1},"
                               "\"log\":{\"format\":\"json\"}}";
    static const char twice[] = "{\"server\":{\"threads\":1},"
                                "\"SLUICE_THREADS\":2}";
    const struct {
        struct input in;
        int64_t threads;
    } cases[] = {
        {{file, {0}, {0}}, 1},
        {{twice, {0}, {0}}, 2},
        {{twice, {"SLUICE_THREADS=3"}, {0}}, 3},
        {{twice, {"SLUICE_THREADS= "}, {0}}, 2},
        {{twice, {"SLUICE_THREADS=3"}, {"threads=4"}}, 4},
        {{NULL, {0}, {"threads=4", "threads=5"}}, 5},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct loaded l;

        load_good(&l, &cases[i].in);
        assert_int_equal(l.config.threads, cases[i].threads);
        unload(&l);
    }
}

static void flags(void **state)
{
    struct loaded l;

    (void)state;
    load_good(&l, &(struct input){.flags = {"listen=0.0.0.0:0", "listen=:80",
                                            "log-format=off",
                                            "store=memory:", "insecure-open"}});
    check_str(l.config.listen[0], STR("0.0.0.0:0"));
    check_str(l.config.listen[1], STR(":80"));
    assert_int_equal(l.config.log_format, LOG_OFF);
    assert_true(l.config.insecure_open);
    unload(&l);
    load_good(&l, &(struct input){.flags = {"insecure-open=false"}});
    assert_false(l.config.insecure_open);
    unload(&l);
}

static void dev(void **state)
{
    static const struct {
        const char *text;
        bool is_open;
    } cases[] = {
        {"DEV=true", true},   {"DEV=1", true},      {"DEV=yes", true},
        {"DEV=TRUE", true},   {"DEV=on", true},     {"DEV=", false},
        {"DEV=0", false},     {"DEV=false", false}, {"DEV=FALSE", false},
        {"DEV=False", false}, {"DEV=no", false},    {"DEV=off", false},
    };
    struct loaded l;

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        load_good(
            &l, &(struct input){.env = {cases[i].text, "PROXY_API_KEY=12345"}});
        assert_int_equal(l.config.is_open, cases[i].is_open);
        assert_int_equal(l.config.n_callers, 1);
        assert_true(key_is(&l.config.callers[0], "12345"));
        unload(&l);
    }
    /* empty in the environment closes what the file opened */
    load_good(&l, &(struct input){
                      "{\"DEV\":true}", {"DEV=", "PROXY_API_KEY=a"}, {0}});
    assert_false(l.config.is_open);
    unload(&l);
    load_good(&l, &(struct input){"{\"DEV\":true}", {"PROXY_API_KEY=a"}, {0}});
    assert_true(l.config.is_open);
    unload(&l);
    load_good(&l, &(struct input){"{\"DEV\":null}", {"PROXY_API_KEY=a"}, {0}});
    assert_false(l.config.is_open);
    unload(&l);
}

/* ---- what is wrong ---- */

static void wrong_files(void **state)
{
    static const struct {
        const char *file, *want;
    } cases[] = {
        {"", "sluice.jsonc:1:1: not valid JSON: "},
        {"[]", "sluice.jsonc:1:1: a configuration is an object: { ... }\n"},
        {"{\n  \"x\": /* no end", "sluice.jsonc:2:8: not valid JSON: this "
                                  "comment does not end\n"},
        {"{\"providers\": {\n \"openia\": {}}}",
         "sluice.jsonc:2:2: providers.openia: unknown option; did you mean "
         "openai?\n"},
        {"{\"providers\": {\"openai\": {\"baseurl\": \"http://x\"}}}",
         "sluice.jsonc:1:27: providers.openai.baseurl: unknown option; did you "
         "mean baseUrl?\n"},
        {"{\"providers\": {\"openai\": {\"frobnicate\": 1}}}",
         "sluice.jsonc:1:27: providers.openai.frobnicate: unknown option; "
         "known "
         "are baseUrl, keys, timeouts, proxy, gateway, dialect\n"},
        {"{\"OPENAI_API_KEYS\": \"x\"}",
         "sluice.jsonc:1:2: OPENAI_API_KEYS: unknown option; did you mean "
         "OPENAI_API_KEY?\n"},
        {"{\"bogus\\u000aline\": 1}",
         "sluice.jsonc:1:2: bogus\\x0aline: unknown option\n"},
        {"{\"\xC3\xA9\": 1, \"b\": 2}",
         "sluice.jsonc:1:2: \\xc3\\xa9: unknown option\n"
         "sluice.jsonc:1:10: b: unknown option\n"},
        {"{\"DEV\":1,\n\"DEV\":1}", "sluice.jsonc:2:1: DEV: this name stands "
                                    "twice in one object\n"},
        {"{\"limits\":{\"body\":1,\"body\":2}}",
         "sluice.jsonc:1:21: body: this name stands twice in one object\n"},
        {"{\"models\": []}",
         "sluice.jsonc:1:12: models: must be an object: { \"name\": { "
         "\"targets\": [\"provider/model\"] } }\n"},
        {"{\"models\": {\"a\": {\"targets\": []}}}",
         "sluice.jsonc:1:30: models.a.targets: must name at least one "
         "target\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", \"when\": 1}}}",
         "sluice.jsonc:1:45: models.a.when: unknown option; known are targets, "
         "strategy, weights, affinity, require, onContentPolicy, hedge\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", \"affinity\": "
         "true}}}",
         "sluice.jsonc:1:57: models.a.affinity: is for the strategy weighted "
         "alone\n"},
        {"{\"models\": {\"a\": \"b\", \"b\": [\"c\", \"c\"], \"c\": \"a\"}}",
         "sluice.jsonc:1:29: models.b: leads back to itself, or to too many "
         "other groups\nsluice.jsonc:1:45: models.c: leads back to itself, or "
         "to too many other groups\nsluice.jsonc:1:18: models.a: leads back to "
         "itself, or to too many other groups\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", \"strategy\": "
         "\"random\"}}}",
         "sluice.jsonc:1:57: models.a.strategy: must be fallback, "
         "weighted, cheapest or fastest\n"},
        {"{\"models\": {\"a\": [{\"target\": \"sluice/echo\", \"max\": 1}]}}",
         "sluice.jsonc:1:45: models.a.max: unknown option; did you mean "
         "has?\n"},
        {"{\"models\": {\"a\": [{\"maxContext\": 1}]}}",
         "sluice.jsonc:1:19: models.a: must name its target\n"},
        {"{\"models\": {\"a\": [{\"target\": \"sluice/echo\", "
         "\"maxContext\": 5, \"minContext\": 6}]}}",
         "sluice.jsonc:1:76: models.a.minContext: must not be over "
         "maxContext\n"},
        {"{\"models\": {\"a\": [{\"target\": \"sluice/echo\", "
         "\"minContext\": 0}]}}",
         "sluice.jsonc:1:59: models.a.minContext: must be a whole number from "
         "1 to 1000000000\n"},
        {"{\"models\": {\"a\": [{\"target\": \"sluice/echo\", \"needs\": "
         "[\"speech\"]}]}}",
         "sluice.jsonc:1:54: models.a.needs: must hold nothing but tools, "
         "vision, reasoning and structured\n"},
        {"{\"models\": {\"a\": [{\"target\": \"b\", \"needs\": \"tools\"}], "
         "\"b\": \"sluice/echo\"}}",
         "sluice.jsonc:1:30: models.a.target: is another name under models: "
         "conditions are for provider/model\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"onContentPolicy\": \"go\"}}}",
         "sluice.jsonc:1:64: models.a.onContentPolicy: must be next or "
         "stop\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"hedge\": true}}}",
         "sluice.jsonc:1:54: models.a.hedge: must be an object: { ... }\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"hedge\": {\"max\": 1}}}}",
         "sluice.jsonc:1:54: models.a.hedge: must say after what time: "
         "\"after\": \"p95\" or a duration\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"hedge\": {\"after\": \"p99\"}}}}",
         "sluice.jsonc:1:64: models.a.hedge.after: must be p95, or a time of "
         "more than 0 and at most an hour: 250ms, 20s, 5m, or a number of "
         "seconds\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"hedge\": {\"after\": 0}}}}",
         "sluice.jsonc:1:64: models.a.hedge.after: must be p95, or a time of "
         "more than 0 and at most an hour: 250ms, 20s, 5m, or a number of "
         "seconds\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"hedge\": {\"after\": \"2h\"}}}}",
         "sluice.jsonc:1:64: models.a.hedge.after: must be p95, or a time of "
         "more than 0 and at most an hour: 250ms, 20s, 5m, or a number of "
         "seconds\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"hedge\": {\"after\": [\"p95\"]}}}}",
         "sluice.jsonc:1:64: models.a.hedge.after: must be p95, or a time of "
         "more than 0 and at most an hour: 250ms, 20s, 5m, or a number of "
         "seconds\n"},
        {"{\"models\": {\"a\": {\"targets\": [\"sluice/echo\", "
         "\"sluice/b\"], \"hedge\": {\"after\": \"p95\", \"max\": 4}}}}",
         "sluice.jsonc:1:92: models.a.hedge.max: must be a whole number from "
         "1 to 3\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
         "\"hedge\": {\"after\": \"p95\", \"jitter\": 4}}}}",
         "sluice.jsonc:1:71: models.a.hedge.jitter: unknown option; did you "
         "mean after?\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", \"require\": "
         "[1]}}}",
         "sluice.jsonc:1:57: models.a.require: must be a string\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", \"strategy\": "
         "\"weighted\", \"weights\": [1, 2]}}}",
         "sluice.jsonc:1:80: models.a.weights: must be an array with one "
         "number for each target\n"},
        {"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", \"weights\": "
         "[1]}}}",
         "sluice.jsonc:1:56: models.a.weights: are for the strategy weighted "
         "alone\n"},
        {"{\"models\": {\"a\": {}}}",
         "sluice.jsonc:1:18: models.a: must name its targets\n"},
        {"{\"models\": {\"a\": [\"sluice/echo\", \"nobody/x\"]}}",
         "sluice.jsonc:1:34: models.a: must be provider/model, with a provider "
         "that exists, or another name under models\n"},
        {"{\"models\": {\"openai/x\": \"sluice/echo\"}}",
         "sluice.jsonc:1:25: models: is a model of that provider already; "
         "choose a name that does not begin with a provider's\n"},
        {"{\"models\": {\"default\": \"sluice/echo\"}}",
         "sluice.jsonc:1:24: models: \"default\" is set by DEFAULT_MODEL\n"},
        {"{\"models\": {\"a\": 5}}",
         "sluice.jsonc:1:18: models.a: must be a string\n"},
        {"{\"cache\": {\"ttl\": \"5m\"}}",
         "sluice.jsonc:1:2: cache: not supported yet; leave it out\n"},
        {"{\"server\": 5}",
         "sluice.jsonc:1:12: server: must be an object: { ... }\n"},
        {"{\"server\": {\"tls\": []}}",
         "sluice.jsonc:1:20: server.tls: must be an object: { ... }\n"},
        {"{\"server\": {\"port\": 1}}",
         "sluice.jsonc:1:13: server.port: unknown option; known are listen, "
         "threads, tls, modelsTtl, pings, earlyPings\n"},
        {"{\"server\": {\"tls\": {\"crt\": \"x\"}}}",
         "sluice.jsonc:1:21: server.tls.crt: unknown option; did you mean "
         "cert?\n"},
        {"{\"server\": {\"tls\": {\"cert\": \"x\"}}}",
         "sluice.jsonc:1:29: server.tls.cert: needs server.tls.key as well\n"},
        {"{\"server\": {\"tls\": {\"key\": \"x\"}}}",
         "sluice.jsonc:1:28: server.tls.key: needs server.tls.cert as well\n"},
        {"{\"server\": {\"tls\": {\"cert\": \"\", \"key\": 1}}}",
         "sluice.jsonc:1:29: server.tls.cert: must be the name of a file\n"
         "sluice.jsonc:1:40: server.tls.key: must be a string\n"},
        {"{\"server\": {\"listen\": 8787}}",
         "sluice.jsonc:1:23: server.listen: must be a string\n"},
        {"{\"server\": {\"listen\": []}}",
         "sluice.jsonc:1:23: server.listen: must name at least one address\n"},
        {"{\"server\": {\"listen\": [\"127.0.0.1:1\", \"host\"]}}",
         "sluice.jsonc:1:39: server.listen: must be HOST:PORT, [IPv6]:PORT or "
         "unix:PATH\n"},
        {"{\"server\": {\"threads\": 257}}",
         "sluice.jsonc:1:24: server.threads: must be a whole number from 0 to "
         "256\n"},
        {"{\"server\": {\"threads\": -1, \"modelsTtl\": \"soon\"}}",
         "sluice.jsonc:1:24: server.threads: must be a whole number from 0 to "
         "256\n"
         "sluice.jsonc:1:41: server.modelsTtl: must be a time: 250ms, 20s, 5m, "
         "2h, 1d, or a number of seconds\n"},
        {"{\"log\": {\"format\": \"xml\"}}",
         "sluice.jsonc:1:20: log.format: must be text, json or off\n"},
        {"{\"log\": {\"format\": true}}",
         "sluice.jsonc:1:20: log.format: must be a string\n"},
        {"{\"store\": \"redis://x\"}",
         "sluice.jsonc:1:11: store: not supported yet; memory: and sqlite:FILE "
         "are\n"},
        {"{\"store\": \"sqlite:\"}",
         "sluice.jsonc:1:11: store: must name the file: sqlite:FILE\n"},
        {"{\"store\": \"disk\"}",
         "sluice.jsonc:1:11: store: must be memory: or sqlite:FILE\n"},
        {"{\"limits\": {\"bdy\": 1}}",
         "sluice.jsonc:1:13: limits.bdy: unknown option; did you mean body?\n"},
        {"{\"limits\": {\"body\": 0}}", "sluice.jsonc:1:21: limits.body: must "
                                        "be a size in bytes, more than 0: "
                                        "65536, 64k, 32m, 1g\n"},
        {"{\"limits\": {\"replay\": \"x\"}}",
         "sluice.jsonc:1:23: limits.replay: must be a size in bytes: 65536, "
         "64k, 32m, 1g\n"},
        {"{\"limits\": {\"body\": {}}}", "sluice.jsonc:1:21: limits.body: must "
                                         "be a size in bytes, more than 0: "
                                         "65536, 64k, 32m, 1g\n"},
        {"{\"limits\": {\"connections\": 0, \"pool\": -1}}",
         "sluice.jsonc:1:28: limits.connections: must be a whole number from 1 "
         "to 100000000\n"
         "sluice.jsonc:1:39: limits.pool: must be a whole number from 0 to "
         "100000000\n"},
        {"{\"limits\": {\"headTimeout\": 0, \"drain\": []}}",
         "sluice.jsonc:1:28: limits.headTimeout: must be a time of more than "
         "0: "
         "250ms, 20s, 5m, 2h, 1d, or a number of seconds\n"
         "sluice.jsonc:1:40: limits.drain: must be a time: 250ms, 20s, 5m, 2h, "
         "1d, or a number of seconds\n"},
        {"{\"limits\": []}",
         "sluice.jsonc:1:12: limits: must be an object: { ... }\n"},
        {"{\"providers\": \"\"}",
         "sluice.jsonc:1:15: providers: must be an object: { ... }\n"},
        {"{\"providers\": {\"openai\": 1}}",
         "sluice.jsonc:1:26: providers.openai: must be an object: { ... }\n"},
        {"{\"providers\": {\"xai\": {}, \"grok\": {}}}",
         "sluice.jsonc:1:23: providers.xai: this provider is already "
         "configured "
         "under its other name\n"},
        {"{\"providers\": {\"sluice\": {\"baseUrl\": \"http://x\"}}}",
         "sluice.jsonc:1:38: providers.sluice.baseUrl: this provider is a part "
         "of Sluice and has no base URL\n"},
        {"{\"providers\": {\"sluice\": {\"proxy\": \"http://x:1\"}}}",
         "sluice.jsonc:1:36: providers.sluice.proxy: this provider is a part "
         "of Sluice and is not reached through a proxy\n"},
        {"{\"providers\": {\"openai\": {\"proxy\": 1}}}",
         "sluice.jsonc:1:36: providers.openai.proxy: must be a string\n"},
        {"{\"providers\": {\"openai\": {\"keys\": {\"strategy\": \"best\"}}}}",
         "sluice.jsonc:1:48: providers.openai.keys.strategy: must be random, "
         "roundrobin, least-busy or weighted\n"},
        {"{\"OPENAI_API_KEY\": \"a,b\", \"providers\": {\"openai\": {\"keys\": "
         "{\"weights\": [1, 2]}}}}",
         "sluice.jsonc:1:72: providers.openai.keys.weights: needs the strategy "
         "weighted\n"},
        {"{\"OPENAI_API_KEY\": \"a,b\", \"providers\": {\"openai\": {\"keys\": "
         "{\"strategy\": \"weighted\"}}}}",
         "sluice.jsonc:1:60: providers.openai.keys: the strategy weighted "
         "needs "
         "weights: one number for each key\n"},
        {"{\"OPENAI_API_KEY\": \"a,b\", \"providers\": {\"openai\": {\"keys\": "
         "{\"strategy\": \"weighted\", \"weights\": [1]}}}}",
         "sluice.jsonc:1:96: providers.openai.keys.weights: must have one "
         "number "
         "for each key\n"},
        {"{\"OPENAI_API_KEY\": \"a,b\", \"providers\": {\"openai\": {\"keys\": "
         "{\"strategy\": \"weighted\", \"weights\": 3}}}}",
         "sluice.jsonc:1:96: providers.openai.keys.weights: must be an array "
         "of "
         "whole numbers\n"},
        {"{\"OPENAI_API_KEY\": \"a,b\", \"providers\": {\"openai\": {\"keys\": "
         "{\"strategy\": \"weighted\", \"weights\": [1, 0]}}}}",
         "sluice.jsonc:1:100: providers.openai.keys.weights: must be a whole "
         "number from 1 to 1000000\n"},
        {"{\"providers\": {\"openai\": {\"keys\": []}}}",
         "sluice.jsonc:1:35: providers.openai.keys: must be an object: { ... "
         "}\n"},
        {"{\"providers\": {\"openai\": {\"timeouts\": {\"idel\": 1}}}}",
         "sluice.jsonc:1:40: providers.openai.timeouts.idel: unknown option; "
         "did you mean idle?\n"},
        {"{\"providers\": {\"openai\": {\"timeouts\": {\"idle\": \"0s\"}}}}",
         "sluice.jsonc:1:48: providers.openai.timeouts.idle: must be a time of "
         "more than 0: 250ms, 20s, 5m, 2h, 1d, or a number of seconds\n"},
        {"{\"providers\": {\"openai\": {\"baseUrl\": \"ftp://x\"}}}", NULL},
        {"{\"providers\": {\"openai\": {\"baseUrl\": \"\"}}}", NULL},
        {"{\"providers\": {\"openai\": {\"baseUrl\": 7}}}",
         "sluice.jsonc:1:38: providers.openai.baseUrl: must be a string\n"},
        {"{\"providers\": {\"openai\": {\"baseUrl\": \"http://x/?a=b\"}}}",
         "sluice.jsonc:1:38: providers.openai.baseUrl: must be a URL without a "
         "query\n"},
        {"{\"providers\": {\"workers-ai\": {\"baseUrl\": "
         "\"http://x/{account}\"}}}",
         "sluice.jsonc:1:42: providers.workers-ai.baseUrl: has {account} in "
         "it, "
         "but CLOUDFLARE_ACCOUNT_ID is not set\n"},
        {"{\"PROXY_API_KEY\": {}}",
         "sluice.jsonc:1:19: PROXY_API_KEY: must be a key, keys separated by "
         "commas, or an array of strings\n"},
        {"{\"PROXY_API_KEY\": [\"a\", \"\"]}",
         "sluice.jsonc:1:19: PROXY_API_KEY: one of the keys is empty\n"},
        {"{\"OPENAI_API_KEY\": [[]]}",
         "sluice.jsonc:1:20: OPENAI_API_KEY: must be a key, keys separated by "
         "commas, or an array of strings\n"},
        {"{\"DEV\": \"maybe\"}", "sluice.jsonc:1:9: DEV: must be true, 1, yes "
                                 "or on, or false, 0, no or "
                                 "off\n"},
        {"{\"DEV\": [1]}", "sluice.jsonc:1:9: DEV: must be true, 1, yes or on, "
                           "or false, 0, no or "
                           "off\n"},
        {"{\"DEFAULT_MODEL\": \"gpt-4o\"}",
         "sluice.jsonc:1:19: DEFAULT_MODEL: must be provider/model\n"},
        {"{\"DEFAULT_MODEL\": \"openai/\"}",
         "sluice.jsonc:1:19: DEFAULT_MODEL: must be provider/model\n"},
        {"{\"DEFAULT_MODEL\": \"nobody/x\"}",
         "sluice.jsonc:1:19: DEFAULT_MODEL: must be provider/model, with a "
         "provider that exists\n"},
        {"{\"DEFAULT_MODEL\": [\"openai/x\"]}",
         "sluice.jsonc:1:19: DEFAULT_MODEL: must be a string\n"},
        {"{\"CLOUDFLARE_ACCOUNT_ID\": \"a/../b\"}",
         "sluice.jsonc:1:27: CLOUDFLARE_ACCOUNT_ID: must be an account's id: "
         "letters and digits\n"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        char got[8192];
        struct loaded l;

        load(&l, &(struct input){.file = cases[i].file}, -1);
        assert_int_equal(l.rc, SL_BAD_REQUEST);
        assert_true(l.problems.n_errors >= 1);
        print_problems(&l, got, sizeof got);
        if (cases[i].want == NULL)
            check_str_case(got,
                           str_first(str_of(got), strlen("sluice.jsonc:1:38: "
                                                         "providers.openai")),
                           STR("sluice.jsonc:1:38: providers.openai"));
        else if (i == 0)
            assert_true(str_starts(str_of(got), str_of(cases[i].want)));
        else
            check_str_case(cases[i].file, str_of(got), str_of(cases[i].want));
        unload(&l);
    }
}

static void warnings(void **state)
{
    static const struct {
        struct input in;
        const char *want;
    } cases[] = {
        {{.env = {"PROXY_API_KEYS=x"}},
         "environment: warning: PROXY_API_KEYS: unknown variable; did you mean "
         "PROXY_API_KEY?\n"},
        {{.env = {"OPEN_AI_API_KEY=x"}},
         "environment: warning: OPEN_AI_API_KEY: unknown variable; did you "
         "mean "
         "OPENAI_API_KEY?\n"},
        {{.env = {"SLUICE_LISTN=x"}},
         "environment: warning: SLUICE_LISTN: unknown variable; did you mean "
         "SLUICE_LISTEN?\n"},
        {{.env = {"SLUICE_CONFIG=x", "MY_OWN_API_KEY=y", "TAI_API_KEY=z",
                  "PATH=/bin", "OPENAI_API_KEYS=x"}},
         ""},
        {{.env = {"PROXY_API_KEY="}},
         "environment: warning: PROXY_API_KEY: holds no secret: callers need "
         "no "
         "credentials\n"},
        {{.env = {"PROXY_API_KEY=[]"}},
         "environment: warning: PROXY_API_KEY: holds no secret: callers need "
         "no "
         "credentials\n"},
        {{.env = {"CLOUDFLARE_API_KEY=k"}},
         "environment: warning: CLOUDFLARE_API_KEY: has no effect until "
         "CLOUDFLARE_ACCOUNT_ID is set as well\n"},
        {{.env = {"DEFAULT_MODEL=openai/gpt-4o"}},
         "environment: warning: DEFAULT_MODEL: names a provider that has no "
         "key "
         "yet\n"},
        {{"{\"AI_GATEWAY_NAME\": \"g\", \"CF_AIG_TOKEN\": null}", {0}, {0}},
         "sluice.jsonc:1:21: warning: AI_GATEWAY_NAME: has no effect until "
         "CLOUDFLARE_ACCOUNT_ID is set as well\n"},
        {{.env = {"AI_GATEWAY_NAME=a/b"}},
         "environment: AI_GATEWAY_NAME: must be a gateway's name: at most 64 "
         "letters, digits, - and _\n"},
        {{.env = {"AI_GATEWAY_BASE_URL=ftp://h"}},
         "environment: AI_GATEWAY_BASE_URL: must be a URL that begins with "
         "http:// or https://: URL must begin with http:// or https://\n"},
        {{"{\"CF_AIG_TOKEN\": [\"a\", \"b\"]}", {0}, {0}},
         "sluice.jsonc:1:18: CF_AIG_TOKEN: must be one token\n"},
        {{.env = {"AI_GATEWAY_NAME=g", "CLOUDFLARE_ACCOUNT_ID=a",
                  "OPENAI_BASE_URL=http://h/v1"}},
         "environment: warning: AI_GATEWAY_NAME: leads past the base URL of "
         "openai; with \"gateway\": false below providers it does not\n"},
        {{.file = "{\"providers\": {\"openai\": {\"gateway\": false}}}",
          .env = {"AI_GATEWAY_NAME=g", "CLOUDFLARE_ACCOUNT_ID=a",
                  "OPENAI_BASE_URL=http://h/v1"}},
         ""},
        {{.file = "{\"providers\": {\"ollama\": {\"gateway\": true}}}"},
         "sluice.jsonc:1:38: providers.ollama.gateway: the AI Gateway does "
         "not know this provider\n"},
        {{.env = {"OPENAI_API_KEY=bad key"}},
         "environment: OPENAI_API_KEY: a key holds a blank, a control "
         "character "
         "or a character that is not ASCII\n"},
        {{.env = {"OPENAI_BASE_URL=http://u:secret@h"}},
         "environment: OPENAI_BASE_URL: must be a URL that begins with http:// "
         "or https://: user and password are not allowed in a URL\n"},
        {{.env = {"DEV=perhaps"}},
         "environment: DEV: must be true, 1, yes or on, or false, 0, no or "
         "off\n"},
        {{"{\"models\": {\"a\": {\"targets\": \"sluice/echo\", "
          "\"hedge\": {\"after\": \"p95\"}}}}",
          {0},
          {0}},
         "sluice.jsonc:1:54: warning: models.a.hedge: has no effect: there is "
         "neither a second target nor a second key\n"},
        {{"{\"models\": {\"a\": {\"targets\": \"openai/m\", "
          "\"hedge\": {\"after\": \"1.5s\", \"max\": 3}}, "
          "\"b\": {\"targets\": [\"openai/m\", \"openai/n\"], "
          "\"hedge\": {\"after\": 2}}}}",
          {"OPENAI_API_KEY=a,b"},
          {0}},
         ""},
        {{.flags = {"listen="}}, "command line: --listen: must not be empty\n"},
        {{.flags = {"threads=many"}},
         "command line: --threads: must be a whole number from 0 to 256\n"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++)
        check_problems(&cases[i].in, cases[i].want);
}

#define ENDPOINTS "environment: CUSTOM_OPENAI_ENDPOINTS"

static void wrong_endpoints(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"nonsense", ENDPOINTS ": is no JSON\n"},
        {"{\"name\":\"x\"}", ENDPOINTS ": must be an array of at most 1000 "
                                       "objects, each with name and baseUrl\n"},
        {"[1]", ENDPOINTS "[0]: must be an object: { ... }\n"},
        {"[{}]",
         ENDPOINTS "[0]: needs a name\n" ENDPOINTS "[0]: needs a baseUrl\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\",\"apiKey\":\"k\"}]",
         ENDPOINTS "[0].apiKey: unknown option; did you mean apiKeys?\n"},
        {"[{\"name\":\"a\",\"name\":\"b\",\"baseUrl\":\"http://h\"}]",
         ENDPOINTS ": name: this name stands twice in one object\n"},
        {"[{\"name\":\"openai\",\"baseUrl\":\"http://h\"}]",
         ENDPOINTS "[0].name: is the name of a provider that Sluice knows; "
                   "choose another, or set that provider's baseUrl\n"},
        {"[{\"name\":\"Gemini\",\"baseUrl\":\"http://h\"}]",
         ENDPOINTS "[0].name: is the name of a provider that Sluice knows; "
                   "choose another, or set that provider's baseUrl\n"},
        {"[{\"name\":\"v1\",\"baseUrl\":\"http://h\"}]",
         ENDPOINTS "[0].name: is a path that Sluice serves itself; choose "
                   "another name\n"},
        {"[{\"name\":\"a/b\",\"baseUrl\":\"http://h\"}]",
         ENDPOINTS "[0].name: must be 1 to 64 letters, digits, '-', '_' or "
                   "'.', with a letter or a digit first\n"},
        {"[{\"name\":\"..\",\"baseUrl\":\"http://h\"}]",
         ENDPOINTS "[0].name: must be 1 to 64 letters, digits, '-', '_' or "
                   "'.', with a letter or a digit first\n"},
        {"[{\"name\":5,\"baseUrl\":\"http://h\"}]",
         ENDPOINTS "[0].name: must be a string\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\"},"
         "{\"name\":\"A\",\"baseUrl\":\"http://h\"}]",
         ENDPOINTS "[1].name: is given to two endpoints\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\",\"models\":\"m\"}]",
         ENDPOINTS "[0].models: must be an array of model names\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\",\"models\":[\"\"]}]",
         ENDPOINTS "[0].models: must not be empty\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\",\"models\":[1]}]",
         ENDPOINTS "[0].models: must be a string\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\",\"apiKeys\":{}}]",
         ENDPOINTS "[0].apiKeys: must be a key or an array of keys\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\",\"apiKeys\":\"a b\"}]",
         ENDPOINTS "[0].apiKeys: a key holds a blank, a control character or a "
                   "character that is not ASCII\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\","
         "\"chatCompletionPath\":\"/a b\",\"modelsPath\":\"\"}]",
         ENDPOINTS "[0].chatCompletionPath: must be a path such as "
                   "/chat/completions\n" ENDPOINTS
                   "[0].modelsPath: must be a path such as "
                   "/chat/completions\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h?q\"}]",
         ENDPOINTS "[0].baseUrl: must be a URL without a query\n"},
        {"[{\"name\":\"a\",\"baseUrl\":\"http://h\",\"streamOptions\":2}]",
         ENDPOINTS
         "[0].streamOptions: must be true, 1, yes or on, or false, 0, "
         "no or off\n"},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        char env[512];

        snprintf(env, sizeof env, "CUSTOM_OPENAI_ENDPOINTS=%s", cases[i].text);
        check_problems(&(struct input){.env = {env}}, cases[i].want);
    }
}

static void long_names_of_endpoints(void **state)
{
    char name[66], env[256];

    (void)state;
    memset(name, 'n', 65);
    name[65] = '\0';
    snprintf(env, sizeof env,
             "CUSTOM_OPENAI_ENDPOINTS=[{\"name\":\"%s\",\"baseUrl\":\"http://"
             "h\"}]",
             name + 1);
    check_problems(&(struct input){.env = {env}}, "");
    snprintf(env, sizeof env,
             "CUSTOM_OPENAI_ENDPOINTS=[{\"name\":\"%s\",\"baseUrl\":\"http://"
             "h\"}]",
             name);
    check_problems(&(struct input){.env = {env}},
                   ENDPOINTS "[0].name: must be 1 to 64 letters, digits, '-', "
                             "'_' or '.', with a letter or a digit first\n");
}

/* A file full of mistakes: the first ones are kept, all are counted. */
static void many_mistakes(void **state)
{
    char *file = malloc(200000);
    size_t n = 0;
    struct loaded l;

    (void)state;
    file[n++] = '{';
    for (int i = 0; i < 5000; i++)
        n += (size_t)sprintf(file + n, "\"x%d\":1,\n", i);
    memcpy(file + n, "}", 2);
    load(&l, &(struct input){.file = file}, -1);
    assert_int_equal(l.rc, SL_BAD_REQUEST);
    assert_int_equal(l.problems.n, 5000);
    assert_int_equal(l.problems.n_errors, 5000);
    assert_int_equal(l.problems.v[CONFIG_PROBLEMS - 1].line, CONFIG_PROBLEMS);
    unload(&l);
    free(file);
}

static void large_files(void **state)
{
    const size_t most = 4 * 1024 * 1024;
    char *file = malloc(most + 2);
    struct loaded l;

    (void)state;
    memset(file, ' ', most + 1);
    file[0] = '{';
    file[most - 1] = '}';
    file[most] = '\0';
    load_good(&l, &(struct input){.file = file});
    unload(&l);
    file[most] = ' ';
    file[most + 1] = '\0';
    check_problems(&(struct input){.file = file},
                   "sluice.jsonc:1:1: is larger than 4 MiB\n");
    free(file);
}

static void deep_files(void **state)
{
    char file[256] = "{\"$schema\": ";
    size_t n = strlen(file);
    struct loaded l;

    (void)state;
    for (int depth = 15; depth <= 16; depth++) {
        size_t at = n;

        for (int i = 0; i < depth; i++)
            file[at++] = '[';
        for (int i = 0; i < depth; i++)
            file[at++] = ']';
        memcpy(file + at, "}", 2);
        load(&l, &(struct input){.file = file}, -1);
        assert_int_equal(l.rc, depth == 15 ? SL_OK : SL_BAD_REQUEST);
        unload(&l);
    }
}

/* ---- comments and commas: conformance case 69 ---- */

static void jsonc(void **state)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        {"", ""},
        {"{}", "{}"},
        {"// a\n{}", "    \n{}"},
        {"{} // a", "{}     "},
        {"{/* a\r\n b */}", "{    \r\n     }"},
        {"{\"u\":\"http://x\"}", "{\"u\":\"http://x\"}"},
        {"{\"u\":\"/* x */\"}", "{\"u\":\"/* x */\"}"},
        {"{\"u\":\"\\\"//\"}", "{\"u\":\"\\\"//\"}"},
        {"{\"u\":\"\\\\\"}//", "{\"u\":\"\\\\\"}  "},
        {"[1,]", "[1 ]"},
        {"{\"a\":1,}", "{\"a\":1 }"},
        {"{\"a\":1, // x\n }", "{\"a\":1      \n }"},
        {"[1,/*x*/]", "[1      ]"},
        {"[[1,],]", "[[1 ] ]"},
        {"[\"a\",]", "[\"a\" ]"},
        {"[\",]\"]", "[\",]\"]"},
        /* these stay wrong */
        {"[,]", "[,]"},
        {"{,}", "{,}"},
        {"[1,,]", "[1,,]"},
        {"{\"a\":,}", "{\"a\":,}"},
        {"/", "/"},
        {"\"open", "\"open"},
        {"\"open\\", "\"open\\"},
        {"\xEF\xBB\xBF{}", "   {}"},
        {"/**/", "    "},
        {"/***/", "     "},
        {"/*/ */", "      "},
    };
    static const char *const endless[] = {"/*", "/*/", "{/* *", "1 /* // \n"};

    (void)state;
    for (size_t i = 0; i < SL_LEN(cases); i++) {
        struct guarded g = guard_copy(str_of(cases[i].in));
        struct str plain = {0};
        struct err err = {0};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 256, 1 << 20);
        assert_int_equal(config_jsonc(&a, g.s, &plain, &err), SL_OK);
        check_str_case(cases[i].in, plain, str_of(cases[i].want));
        arena_release(&a);
        guard_free(&g);
    }
    for (size_t i = 0; i < SL_LEN(endless); i++) {
        struct guarded g = guard_copy(str_of(endless[i]));
        struct str plain = STR("untouched");
        struct err err = {0};
        struct test_mem m;
        struct arena a;

        test_mem_init(&m);
        arena_init(&a, &m.mem, 256, 1 << 20);
        assert_int_equal(config_jsonc(&a, g.s, &plain, &err), SL_SYNTAX);
        assert_true(err.has_at);
        assert_int_equal(err.at, str_find(g.s, '/'));
        check_str(plain, STR("untouched"));
        arena_release(&a);
        guard_free(&g);
    }
}

/* ---- proxies ---- */

struct proxy_row {
    const char *text; /* "providers.openai.proxy" */
    enum proxy_kind kind;
    bool tls;
    const char *host, *authority;
    uint16_t port;
    struct str login; /* as on the wire; {0}: none */
};

static void proxies(void **state)
{
    static const struct proxy_row rows[] = {
        {"http://proxy.example:3128",
         PROXY_HTTP,
         false,
         "proxy.example",
         "proxy.example:3128",
         3128,
         {0}},
        {"HTTPS://Proxy.Example:443/",
         PROXY_HTTP,
         true,
         "proxy.example",
         "proxy.example",
         443,
         {0}},
        {"socks5h://[::1]:1080",
         PROXY_SOCKS5,
         false,
         "::1",
         "[::1]:1080",
         1080,
         {0}},
        {"http://ann:secret@h:1", PROXY_HTTP, false, "h", "h:1", 1,
         STR_INIT("YW5uOnNlY3JldA==")},
        {"http://ann@h:1", PROXY_HTTP, false, "h", "h:1", 1,
         STR_INIT("YW5uOg==")},
        {"socks5h://a%40b:c@d%2fe@h:1", PROXY_SOCKS5, false, "h", "h:1", 1,
         STR_INIT("\1\3a@b\5c@d/e")},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        const struct proxy_row *r = &rows[i];
        const struct proxy *proxy;
        char file[200];
        struct loaded l;
        struct test_mem m;
        struct buf wire;

        (void)snprintf(file, sizeof file,
                       "{\"providers\":{\"openai\":{\"proxy\":\"%s\"}}}",
                       r->text);
        load_good(&l, &(struct input){.file = file});
        assert_null(provider(&l, "groq")->origin.proxy);
        proxy = provider(&l, "openai")->origin.proxy;
        assert_non_null(proxy);
        assert_int_equal(proxy->kind, r->kind);
        assert_true(proxy->at.tls == r->tls);
        assert_int_equal(proxy->at.port, r->port);
        check_str_case(r->text, proxy->at.host, str_of(r->host));
        check_str_case(r->text, proxy->at.authority, str_of(r->authority));
        assert_true(proxy->has_login == (r->login.n != 0));
        test_mem_init(&m);
        buf_init(&wire, &m.mem, 1000);
        secret_write(&wire, &proxy->login);
        check_str_case(r->text, buf_str(&wire), r->login);
        buf_release(&wire);
        unload(&l);
    }
}

/* Another user is another way: connections must not be shared. */
static void proxies_are_told_apart(void **state)
{
    struct loaded l;
    const char *names[] = {"openai", "groq", "xai", "mistral"};
    uint64_t ids[4];

    (void)state;
    load_good(&l, &(struct input){
                      .file = "{\"providers\":{"
                              "\"openai\":{\"proxy\":\"http://a:b@h:1\"},"
                              "\"groq\":{\"proxy\":\"http://a:c@h:1\"},"
                              "\"xai\":{\"proxy\":\"socks5h://a:b@h:1\"},"
                              "\"mistral\":{\"proxy\":\"http://a:b@h:1\"}}}"});
    for (size_t i = 0; i < 4; i++)
        ids[i] = provider(&l, names[i])->origin.proxy->at.id;
    assert_true(ids[0] == ids[3]);
    assert_true(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
    unload(&l);
}

static void bad_proxies(void **state)
{
#define SCHEME                                                    \
    "must begin with http://, https:// or socks5h:// (the proxy " \
    "resolves names)"
#define PLACE                                                              \
    "must be SCHEME://HOST:PORT or SCHEME://USER:PASSWORD@HOST:PORT, and " \
    "nothing behind it"
#define SOCKS_LOGIN                                                   \
    "user and password must be of 1 to 255 bytes each, with %XX for " \
    "special characters"
#define BASIC                                                             \
    "the user must not be empty or have a colon in it, neither may have " \
    "control characters; special characters are written %XX"
    static const struct {
        const char *text, *what;
    } rows[] = {
        {"", SCHEME},
        {"hush:hush@h:1", SCHEME},
        {"socks5://h:1", SCHEME},
        {"socks4://h:1", SCHEME},
        {"http://h", PLACE},
        {"http://", PLACE},
        {"https://hush:hush@", PLACE},
        {"http://h:0", PLACE},
        {"http://h:65536", PLACE},
        {"http://h:1/x", PLACE},
        {"http://h:1?", PLACE},
        {"http://h:1?x=y", PLACE},
        {"http://h:1#hush", PLACE},
        {"http://hush:hu sh@h:1/hush@", PLACE},
        {"http://:hush@h:1", BASIC},
        {"http://hu%3Ash:hush@h:1", BASIC},
        {"http://u:hush%0A@h:1", BASIC},
        {"http://u:hush%0@h:1", BASIC},
        {"socks5h://hush@h:1", SOCKS_LOGIN},
        {"socks5h://:hush@h:1", SOCKS_LOGIN},
    };

    (void)state;
    for (size_t i = 0; i < SL_LEN(rows); i++) {
        char file[200], want[300];

        (void)snprintf(file, sizeof file,
                       "{\"providers\":{\"openai\":{\"proxy\":\"%s\"}}}",
                       rows[i].text);
        (void)snprintf(want, sizeof want,
                       "sluice.jsonc:1:33: providers.openai.proxy: %s\n",
                       rows[i].what);
        check_problems(&(struct input){.file = file}, want);
    }
}

/* ---- memory ---- */

static const char rich[] =
    "{\"PROXY_API_KEY\":[\"a\"],\"OPENAI_API_KEY\":\"b,c\","
    "\"CLOUDFLARE_ACCOUNT_ID\":\"acc\",\"CLOUDFLARE_API_KEY\":\"k\","
    "\"CUSTOM_OPENAI_ENDPOINTS\":[{\"name\":\"lab\",\"baseUrl\":\"http://h:1\","
    "\"apiKeys\":[\"k\"],\"models\":[\"m\"]}],\"DEFAULT_MODEL\":\"lab/m\","
    "\"providers\":{\"groq\":{\"baseUrl\":\"http://[::1]:1/\","
    "\"timeouts\":{\"idle\":\"1s\"},"
    "\"proxy\":\"socks5h://u%40:p@h:1\"}},\"server\":{\"listen\":[\"h:1\"]}}";

static bool load_rich(void *ctx, struct test_mem *m)
{
    struct config_sources sources = {.file_name = STR("f"),
                                     .file_text = str_of(ctx)};
    struct problems problems;
    struct config c;
    enum sl_rc rc;

    config_init(&c, &m->mem);
    rc = config_load(&c, &sources, &problems);
    if (rc != SL_NOMEM)
        assert_int_equal(rc, str_eq(sources.file_text, str_of(rich))
                                 ? SL_OK
                                 : SL_BAD_REQUEST);
    config_release(&c);
    return rc != SL_NOMEM;
}

static void memory_fails(void **state)
{
    char wrong[] = "{\"providers\":{\"openia\":{}},\"DEV\":\"x\",\"DEV\":1}";
    char text[sizeof rich];

    (void)state;
    memcpy(text, rich, sizeof rich);
    test_each_allocation(load_rich, text);
    test_each_allocation(load_rich, wrong);
}

/* The arena takes memory in chunks, so that few allocations are made; with
 * less and less in each, every place that asks sees a refusal. */
struct thin {
    struct sl_mem mem;
    size_t left;
};

static void *thin_get(void *ctx, size_t n)
{
    struct thin *t = ctx;

    if (n > t->left)
        return NULL;
    t->left -= n;
    return malloc(n == 0 ? 1 : n);
}

static void thin_put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

static void every_cut_of_a_file(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof rich - 1; n++) {
        struct guarded g = guard_copy((struct str){rich, n});
        struct config_sources sources = {.file_name = STR("f"),
                                         .file_text = g.s};
        struct problems problems;
        struct test_mem m;
        struct config c;

        test_mem_init(&m);
        config_init(&c, &m.mem);
        assert_int_equal(config_load(&c, &sources, &problems), SL_BAD_REQUEST);
        assert_int_equal(problems.n_errors, 1);
        assert_true(problems.v[0].line == 1);
        config_release(&c);
        assert_int_equal(m.live, 0);
        guard_free(&g);
    }
}

static void little_memory(void **state)
{
    struct config_sources sources = {.file_name = STR("f"),
                                     .file_text = str_of(rich)};
    enum sl_rc rc = SL_NOMEM;

    (void)state;
    for (size_t left = 0; rc == SL_NOMEM; left += 512) {
        struct thin t = {{thin_get, thin_put, &t}, left};
        struct problems problems;
        struct config c;

        config_init(&c, &t.mem);
        rc = config_load(&c, &sources, &problems);
        config_release(&c);
        assert_true(left < 4 << 20);
    }
    assert_int_equal(rc, SL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given),
        cmocka_unit_test(origins),
        cmocka_unit_test(key_grammar),
        cmocka_unit_test(too_many_keys),
        cmocka_unit_test(key_sources),
        cmocka_unit_test(secrets_are_wiped),
        cmocka_unit_test(bases),
        cmocka_unit_test(one_origin_one_pool),
        cmocka_unit_test(custom_endpoints),
        cmocka_unit_test(options_from_file),
        cmocka_unit_test(order_of_sources),
        cmocka_unit_test(flags),
        cmocka_unit_test(dev),
        cmocka_unit_test(wrong_files),
        cmocka_unit_test(warnings),
        cmocka_unit_test(wrong_endpoints),
        cmocka_unit_test(long_names_of_endpoints),
        cmocka_unit_test(many_mistakes),
        cmocka_unit_test(large_files),
        cmocka_unit_test(deep_files),
        cmocka_unit_test(jsonc),
        cmocka_unit_test(proxies),
        cmocka_unit_test(proxies_are_told_apart),
        cmocka_unit_test(bad_proxies),
        cmocka_unit_test(memory_fails),
        cmocka_unit_test(every_cut_of_a_file),
        cmocka_unit_test(little_memory),
    };

    return test_run("config", tests, SL_LEN(tests));
}
