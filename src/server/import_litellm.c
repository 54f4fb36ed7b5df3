/* SPDX-License-Identifier: MIT */
/* LiteLLM's config.yaml. The one hard idea: there each model has a key and an
 * address of its own, here a provider has; so models are gathered by provider,
 * and one that would send a provider's keys to another address than the first
 * one did is left out. */
#include <stdio.h>

#include "core/base/url.h"
#include "core/catalogue.h"
#include "server/import.h"

/* What many models share: a provider of the catalogue, or a server. */
struct place {
    const struct catalogue_row *row; /* NULL: a custom endpoint */
    struct str name;
    struct str base; /* {0}: the catalogue's */
    struct str *keys, *env, *models;
    size_t n_keys, n_env, n_models;
    bool lists_all; /* a wildcard: all its models */
};

/* A name of the operator's own, and what it stands for. */
struct alias {
    struct str name, target;
};

struct litellm {
    struct import *im;
    struct place *places;
    size_t n_places;
    size_t n_items; /* of model_list: room of all lists */
    struct alias *aliases;
    size_t n_aliases;
};

/* Names that differ from the catalogue's. */
static const struct {
    struct str theirs, ours;
} names[] = {
    {STR_INIT("cohere_chat"), STR_INIT("cohere")},
    {STR_INIT("ollama_chat"), STR_INIT("ollama")},
    {STR_INIT("together_ai"), STR_INIT("together")},
    {STR_INIT("fireworks_ai"), STR_INIT("fireworks")},
    {STR_INIT("nvidia_nim"), STR_INIT("nvidia")},
    {STR_INIT("cloudflare"), STR_INIT("workers-ai")},
    {STR_INIT("text-completion-openai"), STR_INIT("openai")},
};

/* Those that mean "some server that speaks OpenAI's dialect". */
static const struct str compatible[] = {
    STR_INIT("openai"),        STR_INIT("text-completion-openai"),
    STR_INIT("custom_openai"), STR_INIT("openai_like"),
    STR_INIT("hosted_vllm"),   STR_INIT("lm_studio"),
    STR_INIT("llamafile"),
};

/* Models that are written without a provider. */
static const struct {
    struct str start, provider;
} bare[] = {
    {STR_INIT("gpt-"), STR_INIT("openai")},
    {STR_INIT("chatgpt-"), STR_INIT("openai")},
    {STR_INIT("o1"), STR_INIT("openai")},
    {STR_INIT("o3"), STR_INIT("openai")},
    {STR_INIT("o4"), STR_INIT("openai")},
    {STR_INIT("text-embedding-"), STR_INIT("openai")},
    {STR_INIT("dall-e-"), STR_INIT("openai")},
    {STR_INIT("whisper-"), STR_INIT("openai")},
    {STR_INIT("tts-"), STR_INIT("openai")},
    {STR_INIT("claude-"), STR_INIT("anthropic")},
    {STR_INIT("command-"), STR_INIT("cohere")},
};

static const struct str env_mark = STR_INIT("os.environ/");

/* ---- one model ---- */

struct item {
    struct str where; /* "model_list[3]" */
    struct str alias, provider, model;
    struct str key, env; /* a key, or the variable that holds one */
    struct str base;
};

static struct str text_at(struct litellm *t, struct jval object,
                          struct str name)
{
    return import_text(t->im, json_get(object, name));
}

static struct str trim_slash(struct str s)
{
    while (s.n != 0 && s.p[s.n - 1] == '/')
        s.n--;
    return s;
}

static const struct catalogue_row *find_row(struct str provider)
{
    for (size_t i = 0; i < SL_LEN(names); i++)
        if (str_eq(names[i].theirs, provider))
            provider = names[i].ours;
    return catalogue_find(provider);
}

static bool is_compatible(struct str provider)
{
    for (size_t i = 0; i < SL_LEN(compatible); i++)
        if (str_eq(compatible[i], provider))
            return true;
    return false;
}

/* "provider/model", a bare name, or the provider apart. */
static void split_model(struct item *it, struct str model, struct str apart)
{
    struct str first = str_before(model, '/');
    bool is_split = first.n != model.n;
    bool is_known = is_split && (find_row(first) != NULL ||
                                 is_compatible(first) || apart.n == 0);

    it->provider = apart;
    it->model = model;
    if (is_known && (apart.n == 0 || str_eq(first, apart))) {
        it->provider = first;
        it->model = str_skip(model, first.n + 1);
        return;
    }
    for (size_t i = 0; i < SL_LEN(bare) && it->provider.n == 0; i++)
        if (str_starts(model, bare[i].start))
            it->provider = bare[i].provider;
}

/* What of a model's parameters is not taken over is said by name. */
static void check_params(struct litellm *t, const struct item *it,
                         struct jval params)
{
    static const struct str known[] = {
        STR_INIT("model"), STR_INIT("api_key"), STR_INIT("api_base"),
        STR_INIT("base_url"), STR_INIT("custom_llm_provider")};
    struct jval_iter each = json_iter(params);

    while (json_iter_next(&each)) {
        struct str name = import_text(t->im, each.name);
        bool is_known = false;

        for (size_t i = 0; i < SL_LEN(known); i++)
            is_known |= str_eq(known[i], name);
        if (!is_known)
            import_leave(t->im, IMPORT_JOIN(t->im, it->where, STR("."), name),
                         each.value, STR("has no counterpart"));
    }
}

static bool read_item(struct litellm *t, struct jval v, struct item *it)
{
    struct jval params = json_get(v, STR("litellm_params"));
    struct str model = text_at(t, params, STR("model"));
    struct str key = text_at(t, params, STR("api_key"));

    it->alias = text_at(t, v, STR("model_name"));
    it->base = trim_slash(text_at(t, params, STR("api_base")));
    if (it->base.n == 0)
        it->base = trim_slash(text_at(t, params, STR("base_url")));
    if (str_starts(key, env_mark))
        it->env = str_skip(key, env_mark.n);
    else
        it->key = key;
    if (model.n == 0) {
        import_leave(t->im, it->where, v,
                     STR("left out: it has no litellm_params.model"));
        return false;
    }
    split_model(it, model, text_at(t, params, STR("custom_llm_provider")));
    check_params(t, it, params);
    return true;
}

/* ---- places ---- */

static void add_text(struct str *v, size_t *n, struct str text)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(v[i], text))
            return;
    if (text.n != 0)
        v[(*n)++] = text;
}

static struct place *new_place(struct litellm *t)
{
    struct place *p = &t->places[t->n_places];
    struct arena *a = &t->im->arena;

    p->keys = arena_array(a, struct str, t->n_items);
    p->env = arena_array(a, struct str, t->n_items);
    p->models = arena_array(a, struct str, t->n_items);
    if (p->keys == NULL || p->env == NULL || p->models == NULL) {
        t->im->out_of_memory = true;
        return NULL;
    }
    t->n_places++;
    return p;
}

static bool is_name_taken(const struct litellm *t, struct str name)
{
    for (size_t i = 0; i < t->n_places; i++)
        if (str_eq(t->places[i].name, name))
            return true;
    return false;
}

/* A name for a server, made of its host and port. */
static struct str name_place(struct litellm *t, const struct url *u)
{
    struct buf out;
    bool has_mark = u->has_port;

    buf_init(&out, arena_mem(&t->im->arena), 256);
    for (size_t i = 0; i < u->host.n; i++) {
        char c = char_lower(u->host.p[i]);
        bool fits = char_is_alpha(c) || char_is_digit(c) || c == '.';

        has_mark |= c == '.';
        if (fits || out.n != 0)
            buf_add_char(&out, fits ? c : '-');
    }
    if (u->has_port) {
        buf_add(&out, out.n != 0 ? STR("-") : STR("port-"));
        buf_add_u64(&out, u->port);
    }
    /* "openai" and "api" alone mean something else. */
    if (!has_mark)
        buf_add(&out, STR("-server"));
    while (is_name_taken(t, buf_str(&out)) && !out.failed)
        buf_add(&out, STR("-b"));
    return buf_str(&out);
}

static struct place *find_endpoint(struct litellm *t, const struct item *it)
{
    struct place *p;
    struct str name;
    struct url u;

    for (size_t i = 0; i < t->n_places; i++)
        if (t->places[i].row == NULL && str_eq(t->places[i].base, it->base))
            return &t->places[i];
    if (url_parse(it->base, &u, NULL) != SL_OK)
        return NULL;
    name = name_place(t, &u);
    p = new_place(t);
    if (p == NULL)
        return NULL;
    p->base = it->base;
    p->name = name;
    return p;
}

/* The base as the catalogue would have it; {0}: the one that stands there. */
static struct str base_for(struct litellm *t, const struct catalogue_row *row,
                           struct str base)
{
    bool is_local = row->host_path.n != 0;

    if (base.n == 0 && is_local)
        base = STR("http://localhost:11434");
    if (base.n != 0 && is_local && !str_ends(base, row->host_path))
        base = IMPORT_JOIN(t->im, base, row->host_path);
    return str_eq(base, row->base_url) ? (struct str){0} : base;
}

/* NULL, and it was said why: keys of one provider go to one address. */
static struct place *find_row_place(struct litellm *t, const struct item *it,
                                    const struct catalogue_row *row)
{
    struct str base = base_for(t, row, it->base);
    struct place *p;

    for (size_t i = 0; i < t->n_places; i++) {
        p = &t->places[i];
        if (p->row != row)
            continue;
        if (str_eq(p->base, base))
            return p;
        import_warn(t->im, it->where,
                    STR("left out: another model of this provider has "
                        "another api_base"));
        return NULL;
    }
    p = new_place(t);
    if (p == NULL)
        return NULL;
    p->row = row;
    p->name = row->name;
    p->base = base;
    return p;
}

static struct place *find_place(struct litellm *t, const struct item *it)
{
    const struct catalogue_row *row = find_row(it->provider);
    struct place *p = NULL;

    if (str_starts(it->base, env_mark)) {
        import_warn(t->im, it->where,
                    STR("left out: its api_base stands in a variable"));
    } else if (is_compatible(it->provider) && it->base.n != 0 &&
               (row == NULL || !str_eq(it->base, row->base_url))) {
        p = find_endpoint(t, it);
        if (p == NULL)
            import_warn(t->im, it->where, STR("left out: api_base is no URL"));
    } else if (row != NULL && row->chats) {
        p = find_row_place(t, it, row);
    } else {
        import_warn(t->im, it->where,
                    IMPORT_JOIN(t->im, STR("left out: the provider \""),
                                it->provider, STR("\" is not known")));
    }
    return p;
}

static void note_alias(struct litellm *t, const struct item *it,
                       const struct place *p)
{
    struct str target = IMPORT_JOIN(t->im, p->name, STR("/"), it->model);

    /* Several keys of one model are one target: the keys are its provider's. */
    for (size_t i = 0; i < t->n_aliases; i++) {
        if (str_eq(t->aliases[i].name, it->alias) &&
            str_eq(t->aliases[i].target, target))
            return;
    }
    if (it->alias.n != 0 && !str_eq(it->alias, target))
        t->aliases[t->n_aliases++] = (struct alias){it->alias, target};
}

static bool is_alias(const struct litellm *t, struct str name, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        if (str_eq(t->aliases[i].name, name))
            return true;
    }
    return false;
}

/* Names that litellm_settings.fallbacks puts behind this one. */
static size_t add_fallbacks(const struct litellm *t, struct buf *out,
                            struct jval root, struct str name)
{
    struct jval list = json_path(root, STR("litellm_settings.fallbacks"));
    struct jval_iter it = json_iter(list);
    size_t n = 0;

    while (json_is_arr(list) && json_iter_next(&it)) {
        struct jval others = json_get(it.value, name);
        struct jval_iter each = json_iter(others);

        while (json_is_arr(others) && json_iter_next(&each)) {
            struct str other = import_text(t->im, each.value);

            if (!is_alias(t, other, t->n_aliases) || str_eq(other, name))
                continue;
            buf_add(out, STR(", "));
            json_str(out, other);
            n++;
        }
    }
    return n;
}

/* LiteLLM draws among those of one name; what falls back comes after. */
static void write_group(const struct litellm *t, struct buf *out,
                        struct jval root, size_t first)
{
    struct str name = t->aliases[first].name;
    size_t own = 0;

    json_str(out, name);
    buf_add(out, STR(": { \"targets\": ["));
    for (size_t i = first; i < t->n_aliases; i++) {
        if (!str_eq(t->aliases[i].name, name))
            continue;
        if (own++ != 0)
            buf_add(out, STR(", "));
        json_str(out, t->aliases[i].target);
    }
    if (add_fallbacks(t, out, root, name) == 0 && own > 1)
        buf_add(out, STR("], \"strategy\": \"weighted\" }"));
    else
        buf_add(out, STR("] }"));
}

static void write_aliases(struct litellm *t, struct jval root)
{
    struct buf out;
    size_t n = 0;

    if (t->n_aliases == 0)
        return;
    buf_init(&out, arena_mem(&t->im->arena), 4 * 1024 * 1024);
    buf_add(&out, STR("{ "));
    for (size_t i = 0; i < t->n_aliases; i++) {
        if (is_alias(t, t->aliases[i].name, i))
            continue;
        if (n++ != 0)
            buf_add(&out, STR(", "));
        write_group(t, &out, root, i);
    }
    buf_add(&out, STR(" }"));
    if (out.failed)
        t->im->out_of_memory = true;
    else
        (void)import_add(t->im, IMPORT_MEMBERS, STR("models"), buf_str(&out));
}

static void take_item(struct litellm *t, struct jval v, size_t i)
{
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%zu", i);
    struct item it = {0};
    struct place *p;

    it.where = IMPORT_JOIN(t->im, STR("model_list["),
                           ((struct str){digits, (size_t)n}), STR("]"));
    if (!read_item(t, v, &it))
        return;
    p = find_place(t, &it);
    if (p == NULL) {
        import_note(t->im, IMPORT_JOIN(t->im, it.where, STR(", left out: "),
                                       import_compact(t->im, v)));
        return;
    }
    add_text(p->keys, &p->n_keys, it.key);
    add_text(p->env, &p->n_env, it.env);
    if (it.key.n == 0 && it.env.n == 0 && p->row != NULL && !p->row->keyless)
        add_text(p->env, &p->n_env, p->row->key_vars[0]);
    if (str_has(it.model, STR("*")))
        p->lists_all = true;
    else
        add_text(p->models, &p->n_models, it.model);
    if (!str_has(it.model, STR("*")))
        note_alias(t, &it, p);
}

/* ---- writing places ---- */

static struct str list_of(struct litellm *t, const struct str *v, size_t n)
{
    struct buf out;

    buf_init(&out, arena_mem(&t->im->arena), 4 * 1024 * 1024);
    for (size_t i = 0; i < n; i++) {
        buf_add(&out, i == 0 ? STR("[") : STR(", "));
        json_str(&out, v[i]);
    }
    buf_add(&out, STR("]"));
    if (out.failed)
        t->im->out_of_memory = true;
    return buf_str(&out);
}

/* A variable of LiteLLM's file: ours too, or its value must be put here. */
static void tell_env(struct litellm *t, const struct place *p,
                     enum import_part part, struct str name)
{
    struct str list = STR("apiKeys");
    bool is_ours = false;

    for (size_t i = 0; p->row != NULL && i < CATALOGUE_VARS; i++)
        is_ours |= str_eq(p->row->key_vars[i], name);
    if (p->row != NULL)
        list = p->row->key_vars[0];
    if (is_ours && p->n_keys == 0 && p->n_env == 1) {
        import_comment(t->im, part,
                       IMPORT_JOIN(t->im, p->name,
                                   STR(": the key comes from "
                                       "the variable "),
                                   name));
        return;
    }
    import_comment(t->im, part,
                   IMPORT_JOIN(t->im, p->name,
                               STR(": put the value of the "
                                   "variable "),
                               name, STR(" into "), list));
    import_warn(t->im, p->name,
                IMPORT_JOIN(t->im, STR("put the value of the variable "), name,
                            STR(" into "), list));
}

static void write_row(struct litellm *t, const struct place *p)
{
    for (size_t i = 0; i < p->n_env; i++)
        tell_env(t, p, IMPORT_MEMBERS, p->env[i]);
    if (p->n_keys != 0)
        import_add(t->im, IMPORT_MEMBERS, p->row->key_vars[0],
                   list_of(t, p->keys, p->n_keys));
    if (p->base.n != 0)
        import_add(t->im, IMPORT_PROVIDERS, p->name,
                   IMPORT_JOIN(t->im, STR("{ \"baseUrl\": "),
                               import_quoted(t->im, p->base), STR(" }")));
}

static void write_endpoint(struct litellm *t, const struct place *p)
{
    struct str keys = {0}, models = {0};

    for (size_t i = 0; i < p->n_env; i++)
        tell_env(t, p, IMPORT_ENDPOINTS, p->env[i]);
    if (p->n_keys != 0)
        keys = IMPORT_JOIN(t->im, STR(", \"apiKeys\": "),
                           list_of(t, p->keys, p->n_keys));
    if (p->n_models != 0 && !p->lists_all)
        models = IMPORT_JOIN(t->im, STR(", \"models\": "),
                             list_of(t, p->models, p->n_models));
    import_add(
        t->im, IMPORT_ENDPOINTS, (struct str){0},
        IMPORT_JOIN(t->im, STR("{ \"name\": "), import_quoted(t->im, p->name),
                    STR(", \"baseUrl\": "), import_quoted(t->im, p->base), keys,
                    models, STR(" }")));
}

/* ---- the other sections ---- */

static void leave_section(struct litellm *t, struct jval root, struct str name)
{
    struct jval section = json_get(root, name);
    struct jval_iter it = json_iter(section);

    if (!json_is_obj(section) && !json_is_null(section))
        import_leave(t->im, name, section, STR("has no counterpart"));
    while (json_is_obj(section) && json_iter_next(&it)) {
        struct str member = import_text(t->im, it.name);

        if (!str_eq(member, STR("master_key")) &&
            !str_eq(member, STR("fallbacks")))
            import_leave(t->im, IMPORT_JOIN(t->im, name, STR("."), member),
                         it.value, STR("has no counterpart yet"));
    }
}

static void take_master_key(struct litellm *t, struct jval root)
{
    struct jval v = json_path(root, STR("general_settings.master_key"));
    struct str key = import_text(t->im, v);
    struct str name = str_skip(key, env_mark.n);
    bool is_env = str_starts(key, env_mark);

    if (key.n == 0)
        return;
    if (!is_env) {
        import_add(
            t->im, IMPORT_MEMBERS, STR("PROXY_API_KEY"),
            IMPORT_JOIN(t->im, STR("["), import_quoted(t->im, key), STR("]")));
        return;
    }
    import_comment(t->im, IMPORT_MEMBERS,
                   IMPORT_JOIN(t->im,
                               STR("callers' secret: set "
                                   "PROXY_API_KEY to the value of the "
                                   "variable "),
                               name));
    if (!str_eq(name, STR("PROXY_API_KEY")))
        import_warn(t->im, STR("general_settings.master_key"),
                    IMPORT_JOIN(t->im,
                                STR("set PROXY_API_KEY to the value of "
                                    "the variable "),
                                name));
}

static void take_variables(struct litellm *t, struct jval root)
{
    struct jval_iter it =
        json_iter(json_get(root, STR("environment_variables")));

    while (json_iter_next(&it)) {
        struct str name = import_text(t->im, it.name);
        struct str text = import_text(t->im, it.value);

        import_add(t->im, IMPORT_MEMBERS, name, import_quoted(t->im, text));
    }
}

static void leave_rest(struct litellm *t, struct jval root)
{
    static const struct str read[] = {STR_INIT("model_list"),
                                      STR_INIT("environment_variables")};
    struct jval_iter it = json_iter(root);

    while (json_iter_next(&it)) {
        struct str name = import_text(t->im, it.name);
        bool is_read = false;

        for (size_t i = 0; i < SL_LEN(read); i++)
            is_read |= str_eq(read[i], name);
        if (!is_read)
            leave_section(t, root, name);
    }
}

bool import_litellm(struct import *im, struct jval root)
{
    struct jval list = json_get(root, STR("model_list"));
    struct jval_iter it = json_iter(list);
    struct litellm t = {.im = im, .n_items = json_count(list)};

    if (!json_is_arr(list)) {
        import_warn(im, (struct str){0},
                    STR("this is no configuration of LiteLLM: it has no "
                        "model_list"));
        return false;
    }
    t.places = arena_array(&im->arena, struct place, t.n_items + 1);
    t.aliases = arena_array(&im->arena, struct alias, t.n_items + 1);
    if (t.places == NULL || t.aliases == NULL) {
        im->out_of_memory = true;
        return false;
    }
    take_master_key(&t, root);
    take_variables(&t, root);
    for (size_t i = 0; json_iter_next(&it) && !im->out_of_memory; i++)
        take_item(&t, it.value, i);
    for (size_t i = 0; i < t.n_places && !im->out_of_memory; i++) {
        if (t.places[i].row != NULL)
            write_row(&t, &t.places[i]);
        else
            write_endpoint(&t, &t.places[i]);
    }
    write_aliases(&t, root);
    leave_rest(&t, root);
    return true;
}
