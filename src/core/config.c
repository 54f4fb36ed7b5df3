/* SPDX-License-Identifier: MIT */
/* Loading a configuration. The one hard idea: first every source only says
 * where a value stands (`given`), the strongest one last; then each option is
 * read once, by its kind, wherever it came from.
 *
 * Everything is checked in one go, so that a user sees all mistakes at once. */
#include "core/config_parts.h"

#include "core/base/base.h"

enum { CONFIG_BYTES = 256 * 1024 * 1024 }; /* of memory, the index included */

/* How an option is read: what its default and a given value look like. */
enum option_kind {
    KIND_ADDRESSES,
    KIND_THREADS,
    KIND_FILE,
    KIND_TIME,
    KIND_FORMAT,
    KIND_STORE,
    KIND_SWITCH,
    KIND_KEYS,
    KIND_ENDPOINTS,
    KIND_MODEL,
    KIND_ACCOUNT,
    KIND_ACCOUNTS,
    KIND_GATEWAY,
};

struct option {
    struct str path, variable, flag;
    enum option_kind kind;
    struct str fallback;
};

static const struct option options[] = {
#define X(id, path, variable, flag, kind, value, text)                \
    {STR_INIT(path), STR_INIT(variable), STR_INIT(flag), KIND_##kind, \
     STR_INIT(value)},
#include "core/tbl/options.h"
#undef X
};

/* Sections that are read elsewhere, and those that later versions have. */
static const struct str sections[] = {STR_INIT("providers"), STR_INIT("models"),
                                      STR_INIT("limits"), STR_INIT("$schema")};
static const struct str planned[] = {STR_INIT("cache")};

/* ---- sources ---- */

struct given config_env(struct loader *l, struct str name)
{
    for (size_t i = 0; i < l->from->n_env; i++) {
        struct setting s = l->from->env[i];

        if (str_eq(s.name, name) && str_trim(s.value).n != 0)
            return (struct given){.is_set = true,
                                  .source = STR("environment"),
                                  .where = name,
                                  .text = s.value};
    }
    return (struct given){0};
}

/* A null, an empty text and an empty list are as good as no member. */
static bool is_blank(struct jval v)
{
    return json_is_null(v) || json_text_eq(v, STR("")) ||
           (json_is_arr(v) && json_count(v) == 0);
}

struct given config_file(struct loader *l, struct str name)
{
    struct jval v = {0};

    if (l->has_file)
        v = json_get(json_root(&l->file), name);
    return (struct given){.is_set = !is_blank(v),
                          .source = l->from->file_name,
                          .where = name,
                          .json = v};
}

static struct given flag(struct loader *l, struct str name)
{
    struct given g = {0};

    for (size_t i = 0; name.n != 0 && i < l->from->n_flags; i++) {
        struct str text = l->from->flags[i].value;

        if (!str_eq(l->from->flags[i].name, name))
            continue;
        /* The last one counts, save that addresses add up. */
        if (g.is_set && str_eq(name, STR("listen")))
            text = config_join(l, g.text, STR(","), text);
        g = (struct given){.is_set = true,
                           .source = STR("command line"),
                           .where = config_join(l, STR("--"), name, STR("")),
                           .text = text};
    }
    return g;
}

/* A switch that is set to nothing is off, which is not the same as not set:
 * DEV= in the environment closes what the file opened. */
struct given config_env_any(struct loader *l, struct str name)
{
    for (size_t i = 0; name.n != 0 && i < l->from->n_env; i++)
        if (str_eq(l->from->env[i].name, name))
            return (struct given){.is_set = true,
                                  .source = STR("environment"),
                                  .where = name,
                                  .text = l->from->env[i].value};
    return (struct given){0};
}

/* What the strongest source says of an option; in_file: by its path. */
static struct given strongest(struct loader *l, const struct option *o,
                              const struct given *in_file)
{
    struct given g = *in_file, next = {0};

    if (o->variable.n != 0)
        next = config_file(l, o->variable);
    if (next.is_set)
        g = next;
    next = o->kind == KIND_SWITCH ? config_env_any(l, o->variable)
                                  : config_env(l, o->variable);
    if (o->variable.n != 0 && next.is_set)
        g = next;
    next = flag(l, o->flag);
    if (next.is_set)
        g = next;
    return g;
}

/* ---- known names ---- */

static void add_name(struct str *v, size_t *n, struct str name)
{
    if (name.n != 0)
        v[(*n)++] = name;
}

static void add_word(struct str *v, size_t *n,
                     const struct catalogue_word *word)
{
    for (size_t i = 0; i < PLACE_VARS; i++)
        add_name(v, n, word->vars[i]);
}

/* Those of a provider that are neither keys nor base URLs. */
static void add_row(struct str *v, size_t *n, const struct catalogue_row *row)
{
    add_name(v, n, row->host_var);
    for (size_t i = 0; i < CREDENTIAL_VARS; i++)
        add_name(v, n, row->credential_vars[i]);
    add_word(v, n, &row->place);
    add_word(v, n, &row->project);
    add_word(v, n, &row->version);
}

/* Every variable, and with `members` what else may stand in the file at top
 * level. */
static struct names known_names(struct loader *l, bool members)
{
    size_t most = 2 * OPTIONS + SL_LEN(sections) + SL_LEN(planned) +
                  catalogue_n * (2 * CATALOGUE_VARS + 1 + CREDENTIAL_VARS +
                                 3 * PLACE_VARS);
    struct str *v = arena_array(&l->scratch, struct str, most);
    struct names names = {v, 0};

    if (v == NULL) {
        l->out_of_memory = true;
        return names;
    }
    for (size_t i = 0; members && i < OPTIONS; i++)
        add_name(v, &names.n, str_before(options[i].path, '.'));
    for (size_t i = 0; members && i < SL_LEN(sections); i++)
        add_name(v, &names.n, sections[i]);
    for (size_t i = 0; members && i < SL_LEN(planned); i++)
        add_name(v, &names.n, planned[i]);
    for (size_t i = 0; i < OPTIONS; i++)
        add_name(v, &names.n, options[i].variable);
    for (size_t i = 0; i < catalogue_n * CATALOGUE_VARS; i++) {
        const struct catalogue_row *row = &catalogue[i / CATALOGUE_VARS];
        struct str name = row->key_vars[i % CATALOGUE_VARS];
        struct str stem = catalogue_stem(name);

        add_name(v, &names.n, name);
        if (stem.n != 0)
            add_name(v, &names.n,
                     config_join(l, stem, STR("_BASE_URL"), STR("")));
        if (i % CATALOGUE_VARS == 0)
            add_row(v, &names.n, row);
    }
    return names;
}

/* A variable of ours with a typing error would otherwise be ignored. */
static void check_env(struct loader *l)
{
    struct names known = known_names(l, false);

    for (size_t i = 0; i < l->from->n_env; i++) {
        struct str name = l->from->env[i].name;
        bool is_key = str_ends(name, STR("_API_KEY"));
        bool is_ours =
            str_starts(name, STR("SLUICE_")) || str_starts(name, STR("PROXY_"));
        struct given g = {.source = STR("environment"), .where = name};
        struct str near;

        if ((!is_key && !is_ours) || str_eq(name, STR("SLUICE_CONFIG")))
            continue;
        /* Short stems are all near to each other: XAI, ZAI. */
        near = config_nearest(&known, name,
                              is_ours ? 2 : (name.n - STR("_API_KEY").n) / 4);
        if (near.n != 0)
            config_warn(l, &g,
                        config_join(l, STR("unknown variable; did you mean "),
                                    near, STR("?")));
    }
}

/* ---- the file ---- */

static bool is_among(const struct str *v, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i], name))
            return true;
    return false;
}

/* The members that options have below a path, "server" or "server.tls". */
static struct names names_below(struct loader *l, struct str path)
{
    struct str *v = arena_array(&l->scratch, struct str, OPTIONS);
    struct names names = {v, 0};

    if (v == NULL) {
        l->out_of_memory = true;
        return names;
    }
    for (size_t i = 0; i < OPTIONS; i++) {
        struct str o = options[i].path;

        struct str name = str_before(str_skip(o, path.n + 1), '.');

        if (str_starts(o, path) && o.n > path.n && o.p[path.n] == '.' &&
            !is_among(names.v, names.n, name))
            add_name(v, &names.n, name);
    }
    return names;
}

static bool is_section(struct str path)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        struct str o = options[i].path;

        if (str_starts(o, path) && o.n > path.n && o.p[path.n] == '.')
            return true;
    }
    return false;
}

/* Looks for unknown members in a section of options and those in it. */
static void check_section(struct loader *l, const struct given *g)
{
    struct names known = names_below(l, g->where);

    if (!config_object(l, g, &known) && !json_is_obj(g->json))
        return;
    for (size_t i = 0; i < known.n; i++) {
        struct given m = config_member(l, g, known.v[i]);

        if (m.is_set && is_section(m.where))
            check_section(l, &m);
    }
}

/* A member of the file, whatever it is. */
struct given config_section(struct loader *l, struct str name)
{
    struct given root = {.source = l->from->file_name};

    if (l->has_file)
        root.json = json_root(&l->file);
    return config_member(l, &root, name);
}

static struct given option_in_file(struct loader *l, const struct option *o)
{
    struct given g = {.source = l->from->file_name};
    struct str rest = o->path, name;

    if (!l->has_file || o->path.n == 0)
        return g;
    g.json = json_root(&l->file);
    while (str_split(&rest, '.', &name))
        g = config_member(l, &g, name);
    return g;
}

static void check_file(struct loader *l)
{
    struct names known = known_names(l, true);
    struct jval_iter it = json_iter(json_root(&l->file));
    const struct given as = {.source = l->from->file_name};

    config_check_twins(l, &l->file, &as);
    while (json_iter_next(&it)) {
        struct given g = {.source = l->from->file_name, .json = it.name};

        if (!json_text(it.name, &l->scratch, &g.where))
            l->out_of_memory = true;
        if (config_is_account(g.where))
            continue;
        if (!is_among(known.v, known.n, g.where)) {
            config_wrong(
                l, &g,
                config_suggest(l, STR("unknown option"), g.where, &known));
        } else if (is_among(planned, SL_LEN(planned), g.where)) {
            config_wrong(l, &g, STR("not supported yet; leave it out"));
        } else if (is_section(g.where) && !json_is_null(it.value)) {
            g.json = it.value;
            check_section(l, &g);
        }
    }
}

/* False: nothing more can be said of this file. */
static bool parse_file(struct loader *l)
{
    struct json_limits limits = {CONFIG_FILE_DEPTH, JSON_NODES,
                                 CONFIG_FILE_BYTES};
    struct err err = {0};
    struct str plain;
    enum sl_rc rc;

    if (l->from->file_text.p == NULL)
        return true;
    if (l->from->file_text.n > CONFIG_FILE_BYTES) {
        config_wrong_at(l, 0, STR("is larger than 4 MiB"));
        return false;
    }
    rc = config_jsonc(&l->scratch, l->from->file_text, &plain, &err);
    if (rc == SL_OK)
        rc = json_parse(&l->file, plain, &l->scratch, &limits, &err);
    if (rc == SL_NOMEM) {
        l->out_of_memory = true;
        return false;
    }
    if (rc != SL_OK) {
        config_wrong_at(
            l, err.at,
            config_join(l, STR("not valid JSON: "), err.what, STR("")));
        return false;
    }
    if (!json_is_obj(json_root(&l->file))) {
        config_wrong_at(l, 0, STR("a configuration is an object: { ... }"));
        return false;
    }
    l->has_file = true;
    check_file(l);
    return true;
}

/* The default's text, read as if it had been given. */
struct given config_option(struct loader *l, enum option_id id)
{
    const struct option *o = &options[id];
    struct given in_file = option_in_file(l, o);
    struct given g = strongest(l, o, &in_file);

    if (g.is_set || o->fallback.n == 0)
        return g;
    return (struct given){
        .is_set = true, .where = o->path, .text = o->fallback};
}

/* ---- whole ---- */

static void *wiping_get(void *ctx, size_t n)
{
    const struct config *c = ctx;

    return c->host->get(c->host->ctx, n);
}

/* Volatile: a compiler may leave out what nobody reads again. */
static void wiping_put(void *ctx, void *p, size_t n)
{
    const struct config *c = ctx;
    volatile char *bytes = p;

    for (size_t i = 0; p != NULL && i < n; i++)
        bytes[i] = 0;
    c->host->put(c->host->ctx, p, n);
}

void config_init(struct config *c, const struct sl_mem *mem)
{
    *c = (struct config){
        .wiping = {wiping_get, wiping_put, c},
        .host = mem,
        .limits =
            {
#define X(id, name, kind, value, text) .id = (value),
#include "core/tbl/limits.h"
#undef X
            },
    };
    arena_init(&c->arena, &c->wiping, 8192, CONFIG_BYTES);
    map_init(&c->by_name, &c->arena, 0);
}

static void read_all(struct loader *l)
{
    struct given section, endpoints;

    if (!parse_file(l))
        return;
    check_env(l);
    config_plain_options(l);
    config_accounts(l);
    config_gateway(l);
    endpoints = config_option(l, OPTION_endpoints);
    section = config_section(l, STR("providers"));
    config_providers(l, &section, &endpoints,
                     config_switch_option(l, OPTION_round_robin)
                         ? KEYS_ROUNDROBIN
                         : KEYS_RANDOM);
    config_models(l);
    config_default_model(l);
}

enum sl_rc config_load(struct config *c, const struct config_sources *sources,
                       struct problems *problems)
{
    struct loader l = {.c = c, .from = sources, .problems = problems};

    *problems = (struct problems){0};
    arena_init(&l.scratch, &c->wiping, 8192, CONFIG_BYTES);
    read_all(&l);
    arena_release(&l.scratch);
    if (l.out_of_memory)
        return SL_NOMEM;
    return problems->n_errors == 0 ? SL_OK : SL_BAD_REQUEST;
}

void config_release(struct config *c)
{
    arena_release(&c->arena);
    *c = (struct config){0};
}

struct str config_base_path(const struct provider *p, size_t key)
{
    return p->places != NULL && key < p->n_keys ? p->places[key].base_path
                                                : p->base_path;
}

const struct provider *config_provider(const struct config *c, struct str name)
{
    return map_find(&c->by_name, name);
}
