/* SPDX-License-Identifier: MIT */
/* CUSTOM_OPENAI_ENDPOINTS: more OpenAI-compatible servers, each a row of the
 * catalogue made from the configuration. The one hard idea: a name is a part
 * of paths and of model names, so it may not be one that routes use. */
#include "core/config_parts.h"

#include "core/base/base.h"
#include "core/base/num.h"

enum { MAX_CUSTOMS = 1000 };

/* First path segments that mean something else, now or by what clients of
 * the OpenAI interface ask for. */
static const struct str reserved[] = {
    STR_INIT("v1"),
    STR_INIT("v2"),
    STR_INIT("v1beta"),
    STR_INIT("key"),
    STR_INIT("g"),
    STR_INIT("api"),
    STR_INIT("compat"),
    STR_INIT("models"),
    STR_INIT("chat"),
    STR_INIT("ping"),
    STR_INIT("status"),
    STR_INIT("healthz"),
    STR_INIT("readyz"),
    STR_INIT("metrics"),
    STR_INIT("ui"),
    STR_INIT("admin"),
    STR_INIT("completions"),
    STR_INIT("embeddings"),
    STR_INIT("responses"),
    STR_INIT("images"),
    STR_INIT("audio"),
    STR_INIT("moderations"),
    STR_INIT("rerank"),
    STR_INIT("messages"),
    STR_INIT("threads"),
    STR_INIT("assistants"),
    STR_INIT("files"),
    STR_INIT("batches"),
    STR_INIT("fine_tuning"),
    STR_INIT("uploads"),
    STR_INIT("vector_stores"),
    STR_INIT("realtime"),
    STR_INIT("videos"),
    STR_INIT("containers"),
    STR_INIT("conversations"),
    STR_INIT("default"),
    STR_INIT("favicon.ico"),
    STR_INIT("robots.txt"),
};

static bool is_reserved(struct str name)
{
    for (size_t i = 0; i < SL_LEN(reserved); i++)
        if (str_eq_nocase(name, reserved[i]))
            return true;
    return false;
}

static bool is_builtin(struct str name)
{
    for (size_t i = 0; i < catalogue_n; i++)
        if (str_eq_nocase(name, catalogue[i].name) ||
            str_eq_nocase(name, catalogue[i].alias))
            return true;
    return false;
}

static bool is_spelled_well(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        bool is_mark = str_find(STR("-_."), name.p[i]) != 3;

        if (!char_is_alpha(name.p[i]) && !char_is_digit(name.p[i]) &&
            (!is_mark || i == 0))
            return false;
    }
    return name.n != 0 && name.n <= CONFIG_NAME_BYTES;
}

static void check_name(struct loader *l, const struct given *g,
                       const struct custom *v, size_t i)
{
    struct str name = v[i].row.name;

    if (!is_spelled_well(name))
        config_wrong(l, g,
                     STR("must be 1 to 64 letters, digits, '-', '_' or '.', "
                         "with a letter or a digit first"));
    else if (is_reserved(name))
        config_wrong(l, g,
                     STR("is a path that Sluice serves itself; choose "
                         "another name"));
    else if (is_builtin(name))
        config_wrong(l, g,
                     STR("is the name of a provider that Sluice knows; "
                         "choose another, or set that provider's "
                         "baseUrl"));
    for (size_t j = 0; j < i; j++)
        if (name.n != 0 && str_eq_nocase(name, v[j].row.name))
            config_wrong(l, g, STR("is given to two endpoints"));
}

/* A path after the base; fallback when it is not given. */
static struct str read_path(struct loader *l, const struct given *g,
                            struct str fallback)
{
    struct str path;

    if (!g->is_set)
        return fallback;
    if (!config_text(l, g, true, &path))
        return fallback;
    if (path.n != 0 && path.p[0] != '/')
        path = config_join(l, STR("/"), path, STR(""));
    if (path.n == 0 || !config_is_path(path))
        config_wrong(l, g, STR("must be a path such as /chat/completions"));
    return path;
}

static void read_keys(struct loader *l, struct custom *v,
                      const struct given *apikeys, const struct given *models)
{
    if (apikeys->is_set && !config_plain_keys(l, apikeys, &v->keys, &v->n_keys))
        v->n_keys = 0;
    if (models->is_set && !json_is_arr(models->json))
        config_wrong(l, models, STR("must be an array of model names"));
    else if (models->is_set && json_count(models->json) != 0 &&
             !config_strings(l, models, &v->models, &v->n_models))
        v->n_models = 0;
}

static void read_paths(struct loader *l, struct custom *v,
                       const struct given *chat, const struct given *models)
{
    struct str usual = STR("/chat/completions");

    v->chat_path = read_path(l, chat, usual);
    /* Where chat is, the other surfaces are too. */
    if (str_ends(v->chat_path, usual))
        v->row.compat = str_first(v->chat_path, v->chat_path.n - usual.n);
    v->row.models_path = read_path(l, models, STR("/models"));
}

static void read_one(struct loader *l, const struct given *g, struct custom *v,
                     size_t i)
{
    static const struct str names[] = {STR_INIT("name"),
                                       STR_INIT("baseUrl"),
                                       STR_INIT("apiKeys"),
                                       STR_INIT("models"),
                                       STR_INIT("chatCompletionPath"),
                                       STR_INIT("modelsPath"),
                                       STR_INIT("streamOptions")};
    const struct names known = {names, SL_LEN(names)};
    struct given m[SL_LEN(names)];
    struct custom *c = &v[i];

    if (!config_object(l, g, &known) && !json_is_obj(g->json))
        return;
    for (size_t k = 0; k < SL_LEN(names); k++)
        m[k] = config_member(l, g, names[k]);
    c->row = (struct catalogue_row){.keyless = true,
                                    .chats = true,
                                    .models_shape = MODELS_DATA,
                                    .quirks = {.has_stream_options = true,
                                               .has_reasoning_content = true,
                                               .has_top_k = true}};
    c->given = *g;
    c->base = m[1];
    if (!m[0].is_set)
        config_wrong(l, g, STR("needs a name"));
    else if (config_text(l, &m[0], true, &c->row.name))
        check_name(l, &m[0], v, i);
    if (!m[1].is_set)
        config_wrong(l, g, STR("needs a baseUrl"));
    read_keys(l, c, &m[2], &m[3]);
    read_paths(l, c, &m[4], &m[5]);
    if (m[6].is_set &&
        !config_switch(l, &m[6], &c->row.quirks.has_stream_options))
        c->row.quirks.has_stream_options = true;
    c->row.key_style = c->n_keys == 0 ? KEY_NONE : KEY_BEARER;
    c->row.owned_by = c->row.name;
}

struct given config_array(struct loader *l, const struct given *g)
{
    struct json_limits limits = {CONFIG_FILE_DEPTH, JSON_NODES,
                                 CONFIG_FILE_BYTES};
    struct given array = *g;
    struct json *doc;
    struct str text;
    enum sl_rc rc;

    if (g->json.doc != NULL && !json_is_str(g->json))
        return array;
    doc = arena_new(&l->c->arena, struct json);
    if (doc == NULL) {
        l->out_of_memory = true;
        return array;
    }
    if (!config_text(l, g, true, &text))
        return array;
    rc = json_parse(doc, text, &l->scratch, &limits, NULL);
    if (rc == SL_NOMEM)
        l->out_of_memory = true;
    else if (rc != SL_OK)
        config_wrong(l, g, STR("is no JSON"));
    if (rc == SL_OK) {
        array.json = json_root(doc);
        config_check_twins(l, doc, g);
    }
    return array;
}

static bool is_broken_text(const struct given *array)
{
    return array->json.doc == NULL || json_is_str(array->json);
}

void config_customs(struct loader *l, const struct given *g, struct custom **v,
                    size_t *n)
{
    struct given array = config_array(l, g);
    size_t count = json_count(array.json);
    struct custom *all;

    if (is_broken_text(&array))
        return;
    if (!json_is_arr(array.json) || count > MAX_CUSTOMS) {
        config_wrong(l, g,
                     STR("must be an array of at most 1000 objects, each "
                         "with name and baseUrl"));
        return;
    }
    all = arena_array(&l->c->arena, struct custom, count);
    if (all == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char digits[20];
        struct str number = {digits, num_write_u64(digits, i)};
        struct given item = array;

        item.json = json_at(array.json, (uint32_t)i);
        item.where = config_join(l, g->where, STR("["), number);
        item.where = config_join(l, item.where, STR("]"), STR(""));
        read_one(l, &item, all, i);
    }
    *v = all;
    *n = count;
}
