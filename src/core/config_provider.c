/* SPDX-License-Identifier: MIT */
/* From rows of the catalogue, custom endpoints, "providers" of the file and the
 * variables: the providers of one configuration. The one hard idea: keys and
 * base URL come from wherever the strongest source set them (environment, then
 * file), whichever of a provider's variables that is. */
#include "core/config_parts.h"
#include "core/dialects/dialect.h"

#include "core/base/base.h"
#include "core/base/num.h"
#include "core/base/url.h"

enum { MAX_WEIGHT = 1000000 };

static const struct str member_names[] = {
    STR_INIT("baseUrl"), STR_INIT("keys"),    STR_INIT("timeouts"),
    STR_INIT("proxy"),   STR_INIT("gateway"), STR_INIT("dialect")};
static const struct str key_names[] = {
    STR_INIT("strategy"), STR_INIT("weights"), STR_INIT("affinity")};
static const struct str timeout_names[] = {
#define X(id, name, value, text) STR_INIT(name),
#include "core/tbl/timeouts.h"
#undef X
};

bool config_is_path(struct str path)
{
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] <= ' ' || path.p[i] > '~' ||
            str_find(STR("#\\{}\"<>"), path.p[i]) != 7)
            return false;
    return true;
}

/* ---- base URLs ---- */

struct str config_authority(struct loader *l, const struct url *u,
                            struct str host)
{
    bool is_v6 = str_find(host, ':') != host.n;
    bool is_usual =
        u->port == (str_eq_nocase(u->scheme, STR("https")) ? 443 : 80);
    struct str name = host;
    char digits[20];

    if (is_v6)
        name = config_join(l, STR("["), host, STR("]"));
    if (is_usual)
        return name;
    return config_join(l, name, STR(":"),
                       (struct str){digits, num_write_u64(digits, u->port)});
}

struct str config_lower(struct loader *l, struct str s)
{
    char *p = arena_get(&l->c->arena, s.n);

    if (p == NULL) {
        l->out_of_memory = true;
        return (struct str){0};
    }
    for (size_t i = 0; i < s.n; i++)
        p[i] = char_lower(s.p[i]);
    return (struct str){p, s.n};
}

static struct str without_slashes(struct str path)
{
    while (path.n != 0 && path.p[path.n - 1] == '/')
        path.n--;
    return path;
}

static void set_origin(struct loader *l, struct provider *p,
                       const struct url *u)
{
    struct origin *o = &p->origin;

    o->tls = str_eq_nocase(u->scheme, STR("https"));
    o->port = u->port;
    o->host = config_lower(l, u->host);
    o->authority = config_authority(l, u, o->host);
    o->id = origin_id(o->authority, o->tls);
    p->base_path = without_slashes(u->path);
}

static struct str fill(struct loader *l, struct str text, struct str account)
{
    struct str mark = STR("{account}");
    size_t at = str_find_str(text, mark);

    if (!str_has(text, mark))
        return text;
    return config_join(l, str_first(text, at), account,
                       str_skip(text, at + mark.n));
}

/* Each account's own path. False: the account is not a part of the path. */
static bool set_places(struct loader *l, struct provider *p, struct str base)
{
    const struct accounts *a = &l->accounts;
    struct str account = l->c->account;
    struct url u;

    if (a->n == 0 || (a->n == 1 && str_eq(a->ids[0], account)) ||
        !str_has(base, STR("{account}")))
        return true;
    p->places = arena_array(&l->c->arena, struct key_place, a->n);
    if (p->places == NULL) {
        l->out_of_memory = true;
        return true;
    }
    for (size_t i = 0; i < a->n; i++) {
        if (url_parse(fill(l, base, a->ids[i]), &u, NULL) != SL_OK ||
            l->out_of_memory || !str_eq_nocase(u.host, p->origin.host))
            return l->out_of_memory;
        p->places[i] =
            (struct key_place){.base_path = without_slashes(u.path),
                               .is_gateways = str_eq(a->ids[i], account)};
    }
    p->base_path = p->places[0].base_path;
    return true;
}

bool config_base(struct loader *l, struct provider *p, const struct given *g,
                 struct str text)
{
    struct err err = {0};
    struct str base;
    struct url u;

    if (!config_place(l, p, &text)) {
        if (g != NULL)
            config_wrong(l, g,
                         config_join(l, STR("has a mark in it that needs "),
                                     p->row->place.vars[0], STR(" to be set")));
        return false;
    }
    base = text;
    if (str_has(text, STR("{account}")) && l->c->account.n == 0) {
        if (g != NULL)
            config_wrong(l, g,
                         STR("has {account} in it, but "
                             "CLOUDFLARE_ACCOUNT_ID is not set"));
        return false;
    }
    text = fill(l, base, l->c->account);
    if (l->out_of_memory)
        return false;
    if (url_parse(text, &u, &err) != SL_OK) {
        SL_ASSERT(g != NULL); /* those of the catalogue are in order */
        config_wrong(l, g,
                     config_join(l,
                                 STR("must be a URL that begins with "
                                     "http:// or https://: "),
                                 err.what, STR("")));
        return false;
    }
    if (u.query.n != 0 || text.p[text.n - 1] == '?' ||
        !config_is_path(u.path)) {
        config_wrong(l, g, STR("must be a URL without a query"));
        return false;
    }
    set_origin(l, p, &u);
    if (!p->row->needs_account || set_places(l, p, base))
        return true;
    config_wrong(l, g,
                 STR("must have {account} in its path, as there are several "
                     "accounts"));
    return false;
}

/* "localhost", "10.0.0.2:11434" or a whole URL, as a local server's own tools
 * take it, made a base URL. */
static struct str base_of_host(struct loader *l,
                               const struct catalogue_row *row, struct str host)
{
    struct str rest, local = STR("127.0.0.1");

    while (host.n != 0 && host.p[host.n - 1] == '/')
        host.n--;
    if (str_has(host, STR("://")))
        return str_ends(host, row->host_path)
                   ? host
                   : config_join(l, host, row->host_path, STR(""));
    if (row->host_port.n == 0)
        return config_join(l, STR("https://"), host, row->host_path);
    /* Every address is where the server listens; a client goes to loopback. */
    if (str_starts(host, STR("0.0.0.0")))
        host = config_join(l, local, str_skip(host, 7), STR(""));
    rest = host.n != 0 && host.p[0] == '[' ? str_skip(host, str_find(host, ']'))
                                           : host;
    if (str_find(rest, ':') == rest.n)
        host = config_join(l, host, STR(":"), row->host_port);
    return config_join(l, STR("http://"), host, row->host_path);
}

typedef struct given lookup(struct loader *l, struct str name);

/* Where one source replaces a row's base URL. */
static bool base_variable(struct loader *l, const struct catalogue_row *row,
                          lookup *find, struct given *g)
{
    for (size_t i = 0; i < CATALOGUE_VARS; i++) {
        struct str stem = catalogue_stem(row->key_vars[i]);

        if (stem.n == 0)
            continue;
        *g = find(l, config_join(l, stem, STR("_BASE_URL"), STR("")));
        if (g->is_set)
            return true;
    }
    return false;
}

/* True when a source other than the catalogue has given the base. */
static bool configured_base(struct loader *l, struct provider *p,
                            const struct given *member)
{
    static lookup *const sources[] = {config_env, config_file};
    struct given g;
    struct str text;

    for (size_t i = 0; i < SL_LEN(sources); i++) {
        if (base_variable(l, p->row, sources[i], &g)) {
            p->is_available =
                config_text(l, &g, false, &text) && config_base(l, p, &g, text);
            return true;
        }
        if (p->row->host_var.n == 0)
            continue;
        g = sources[i](l, p->row->host_var);
        if (g.is_set) {
            p->is_available =
                config_text(l, &g, false, &text) &&
                config_base(l, p, &g, base_of_host(l, p->row, text));
            return true;
        }
    }
    if (!member->is_set)
        return false;
    p->is_available =
        config_text(l, member, true, &text) && config_base(l, p, member, text);
    return true;
}

/* ---- keys ---- */

static void find_keys(struct loader *l, struct provider *p)
{
    static lookup *const sources[] = {config_env, config_file};

    p->key_id = p->row->key_vars[0];
    for (size_t i = 0; i < SL_LEN(sources) * CATALOGUE_VARS; i++) {
        struct str name = p->row->key_vars[i % CATALOGUE_VARS];
        struct given g;

        if (name.n == 0)
            continue;
        g = sources[i / CATALOGUE_VARS](l, name);
        if (!g.is_set)
            continue;
        if (!config_keys(l, &g, &p->keys, &p->n_keys))
            return;
        if (p->n_keys == 0)
            continue;
        p->key_id = name;
        if (p->row->needs_account && p->base_path.n == 0 &&
            p->origin.host.n == 0 && l->c->account.n == 0)
            config_warn(l, &g,
                        STR("has no effect until CLOUDFLARE_ACCOUNT_ID "
                            "is set as well"));
        if (p->row->place.mark.n != 0 && p->place.n == 0 &&
            p->origin.host.n == 0)
            config_warn(l, &g,
                        config_join(l, STR("has no effect until "),
                                    p->row->host_var, STR(" is set as well")));
        return;
    }
}

static struct str number_text(struct loader *l, size_t n)
{
    char digits[20];

    return config_join(l, (struct str){digits, num_write_u64(digits, n)},
                       STR(""), STR(""));
}

/* One of several accounts without a key would be one of them in name only. */
static void check_pairs(struct loader *l, const struct provider *p)
{
    struct given g = config_option(l, OPTION_account);
    size_t n = l->accounts.n;
    struct str accounts, keys;

    if (n < 2 || n == p->n_keys)
        return;
    accounts = config_join(l, STR("names "), number_text(l, n),
                           STR(" accounts, but the number of keys in "));
    keys = config_join(l, p->key_id, STR(" is "), number_text(l, p->n_keys));
    config_wrong(l, &g,
                 config_join(l, accounts, keys,
                             STR(": there must be one for each, in the "
                                 "same order")));
}

static void row_keys(struct loader *l, struct provider *p)
{
    const struct accounts *a = &l->accounts;

    if (p->row->needs_account && a->keys != NULL && a->n != 0) {
        p->keys = a->keys;
        p->n_keys = a->n;
        p->key_id = a->key_id;
        return;
    }
    find_keys(l, p);
    if (p->row->needs_account)
        check_pairs(l, p);
}

/* ---- "providers" of the file ---- */

static void read_strategy(struct loader *l, const struct given *g,
                          struct provider *p)
{
    /* In the order of enum key_strategy. */
    static const struct str names[] = {
        STR_INIT("random"), STR_INIT("roundrobin"), STR_INIT("least-busy"),
        STR_INIT("weighted")};
    struct str text;

    if (!config_text(l, g, true, &text))
        return;
    for (size_t i = 0; i < SL_LEN(names); i++) {
        if (str_eq(text, names[i])) {
            p->strategy = (enum key_strategy)i;
            return;
        }
    }
    config_wrong(l, g,
                 STR("must be random, roundrobin, least-busy or weighted"));
}

/* One for each key, in their order: known only once the keys are. */
static void read_weights(struct loader *l, const struct given *g,
                         struct provider *p)
{
    size_t n = json_count(g->json);

    if (!json_is_arr(g->json) || n == 0) {
        config_wrong(l, g, STR("must be an array of whole numbers"));
        return;
    }
    if (n != p->n_keys) {
        config_wrong(l, g, STR("must have one number for each key"));
        return;
    }
    p->weights = arena_array(&l->c->arena, uint32_t, n);
    if (p->weights == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct given item = *g;
        int64_t weight = 1;

        item.json = json_at(g->json, (uint32_t)i);
        if (!config_count(l, &item, 1, MAX_WEIGHT, &weight))
            return;
        p->weights[i] = (uint32_t)weight;
    }
}

/* After the keys were found. */
static void check_weights(struct loader *l, const struct given *member,
                          struct provider *p)
{
    struct given keys = config_member(l, member, STR("keys"));
    struct given g = config_member(l, &keys, STR("weights"));

    if (g.is_set && p->strategy != KEYS_WEIGHTED)
        config_wrong(l, &g, STR("needs the strategy weighted"));
    else if (g.is_set)
        read_weights(l, &g, p);
    else if (p->strategy == KEYS_WEIGHTED && p->n_keys > 0)
        config_wrong(l, &keys,
                     STR("the strategy weighted needs weights: one "
                         "number for each key"));
}

static void read_timeouts(struct loader *l, const struct given *g,
                          struct timeouts *t)
{
    const struct names known = {timeout_names, SL_LEN(timeout_names)};
    int64_t *const fields[] = {
#define X(id, name, value, text) &t->id,
#include "core/tbl/timeouts.h"
#undef X
    };

    if (!config_object(l, g, &known) && !json_is_obj(g->json))
        return;
    for (size_t i = 0; i < known.n; i++) {
        struct given m = config_member(l, g, known.v[i]);

        /* No wait at all is a choice; no time for an answer is not. */
        if (m.is_set &&
            !config_duration(l, &m, fields[i] != &t->backoff_ms, fields[i]))
            continue;
    }
}

/* What is exact, or even, stays so. */
static enum affinity usual_affinity(enum key_strategy strategy)
{
    return strategy == KEYS_RANDOM ? AFFINITY_NAMED : AFFINITY_NONE;
}

static void read_keys(struct loader *l, const struct given *g,
                      struct provider *p)
{
    const struct names known = {key_names, SL_LEN(key_names)};
    struct given m;
    bool on = false, has_affinity;

    if (!config_object(l, g, &known) && !json_is_obj(g->json))
        return;
    m = config_member(l, g, key_names[0]);
    if (m.is_set)
        read_strategy(l, &m, p);
    m = config_member(l, g, key_names[2]);
    has_affinity = m.is_set && config_switch(l, &m, &on);
    if (has_affinity)
        p->affinity = on ? AFFINITY_ANY : AFFINITY_NONE;
    else
        p->affinity = usual_affinity(p->strategy);
    l->c->has_affinity = l->c->has_affinity || on;
}

static void read_gateway(struct loader *l, const struct given *g,
                         struct provider *p)
{
    bool on = false;

    if (p->row->gateway_slug.n == 0)
        config_wrong(l, g, STR("the AI Gateway does not know this provider"));
    else if (config_switch(l, g, &on))
        p->shuns_gateway = !on;
}

/* Which of its interfaces is used; the names of those it has are told. */
static void read_dialect(struct loader *l, const struct given *g,
                         struct provider *p)
{
    struct str name;
    struct str has = {0};

    if (!config_text(l, g, true, &name))
        return;
    p->dialect = dialect_find(name);
    if (p->dialect != NULL && way_has(p, p->dialect))
        return;
    for (size_t i = 0; i < dialects_n; i++) {
        if (way_has(p, dialects[i]))
            has = has.n == 0
                      ? dialects[i]->name
                      : config_join(l, has, STR(", "), dialects[i]->name);
    }
    p->dialect = NULL;
    config_wrong(l, g,
                 has.n == 0 ? STR("this provider is for pass-through alone")
                            : config_join(l, STR("this provider speaks: "), has,
                                          STR("")));
}

/* All but the base URL, which is looked at with the other sources of it. */
static void read_member(struct loader *l, const struct given *g,
                        struct provider *p)
{
    const struct names known = {member_names, SL_LEN(member_names)};
    struct given m;

    if (!config_object(l, g, &known) && !json_is_obj(g->json))
        return;
    m = config_member(l, g, STR("keys"));
    if (m.is_set)
        read_keys(l, &m, p);
    m = config_member(l, g, STR("timeouts"));
    if (m.is_set)
        read_timeouts(l, &m, &p->timeouts);
    m = config_member(l, g, STR("gateway"));
    if (m.is_set)
        read_gateway(l, &m, p);
    m = config_member(l, g, STR("dialect"));
    if (m.is_set)
        read_dialect(l, &m, p);
    m = config_member(l, g, STR("proxy"));
    if (m.is_set && p->row->is_builtin)
        config_wrong(l, &m,
                     STR("this provider is a part of Sluice and is not "
                         "reached through a proxy"));
    else if (m.is_set)
        p->origin.proxy = config_proxy(l, &m);
    m = config_member(l, g, STR("baseUrl"));
    if (m.is_set && p->row->is_builtin)
        config_wrong(l, &m,
                     STR("this provider is a part of Sluice and has "
                         "no base URL"));
}

/* ---- providers ---- */

static void init_provider(struct provider *p, const struct catalogue_row *row,
                          enum key_strategy strategy)
{
    *p = (struct provider){.name = row->name,
                           .row = row,
                           .ways = row->ways,
                           .n_ways = row->n_ways,
                           .wholes = row->wholes,
                           .n_wholes = row->n_wholes,
                           .strategy = strategy,
                           .affinity = usual_affinity(strategy),
                           .timeouts = {
#define X(id, name, value, text) .id = (value),
#include "core/tbl/timeouts.h"
#undef X
                           }};
}

static void set_static_models(struct loader *l, struct provider *p)
{
    const char *const *names = p->row->static_models;
    size_t n = 0;

    if (names == NULL)
        return;
    while (names[n] != NULL)
        n++;
    p->models = arena_array(&l->c->arena, struct str, n);
    if (p->models == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        p->models[i] = str_of(names[i]);
    p->n_models = n;
}

/* A gateway knows one address of each provider. */
static void warn_base(struct loader *l, const struct provider *p)
{
    struct given g = config_option(l, OPTION_gateway);

    if (g.is_set && l->c->gateway_name.n != 0 && l->c->account.n != 0 &&
        p->row->gateway_slug.n != 0 && !p->shuns_gateway)
        config_warn(l, &g,
                    config_join(l, STR("leads past the base URL of "), p->name,
                                STR("; with \"gateway\": false below "
                                    "providers it does not")));
}

/* Keys of a base URL of the operator's own are for that address: where no
 * gateway is named, a caller's /g/ must not lead past it. */
static void shun_gateway(struct loader *l, struct provider *p,
                         const struct given *member)
{
    if (p->row->gateway_slug.n != 0 && l->c->gateway_name.n == 0 &&
        !config_member(l, member, STR("gateway")).is_set)
        p->shuns_gateway = true;
}

void config_compat_ways(struct loader *l, struct provider *p)
{
    p->compat_ways[COMPAT_CHAT] =
        (struct chat_way){.dialect = &dialect_openai_chat,
                          .use = p->row->compat_use,
                          .path = p->chat_path,
                          .quirks = p->row->quirks};
    /* Who is reached otherwise by default has no completions of its own. */
    p->compat_ways[COMPAT_COMPLETIONS] = (struct chat_way){
        .dialect = &dialect_openai_completions,
        .use = p->row->compat_use == WAY_ASKED ? WAY_ASKED : WAY_RELAY,
        .path = config_join(l, p->compat, STR("/completions"), p->query),
        .quirks = p->row->quirks};
}

/* The catalogue's, at this place. */
static struct str usual_base(const struct provider *p)
{
    const struct catalogue_base *b = p->row->bases;

    for (; b != NULL && b->place.n != 0; b++)
        if (str_eq(b->place, p->place))
            return b->base_url;
    return p->row->base_url;
}

static void load_row(struct loader *l, struct provider *p,
                     const struct given *member)
{
    const struct catalogue_row *row = p->row;
    struct given base = config_member(l, member, STR("baseUrl"));

    bool has_base;

    config_words(l, p);
    config_compat(l, p);
    config_compat_ways(l, p);
    p->models_path = row->models_path;
    set_static_models(l, p);
    if (member->is_set)
        read_member(l, member, p);
    if (row->is_builtin) {
        p->is_available = true;
        return;
    }
    has_base = configured_base(l, p, &base);
    if (has_base) {
        warn_base(l, p);
        shun_gateway(l, p, member);
    } else {
        p->is_available = config_base(l, p, NULL, usual_base(p));
    }
    row_keys(l, p);
    config_credentials(l, p);
    config_ways(l, p);
    p->is_available =
        p->is_available && ((has_base && row->keyless) || p->n_keys != 0);
}

static void load_custom(struct loader *l, struct provider *p, struct custom *c,
                        const struct given *member)
{
    struct given base = config_member(l, member, STR("baseUrl"));
    struct str text;

    p->is_custom = true;
    p->keys = c->keys;
    p->n_keys = c->n_keys;
    p->key_id = c->row.name;
    p->chat_path = c->chat_path;
    config_compat_ways(l, p);
    p->models_path = c->row.models_path;
    p->models = c->models;
    p->n_models = c->n_models;
    if (member->is_set)
        read_member(l, member, p);
    if (!base.is_set)
        base = c->base;
    p->is_available = base.is_set && config_text(l, &base, true, &text) &&
                      config_base(l, p, &base, text);
}

static void put_name(struct loader *l, struct str name, struct provider *p)
{
    if (name.n != 0 && !map_put(&l->c->by_name, name, p))
        l->out_of_memory = true;
}

/* Complains of members that name no provider. */
static void check_section(struct loader *l, const struct given *section)
{
    const struct config *c = l->c;
    struct str *v = arena_array(&l->scratch, struct str, 2 * c->n_providers);
    struct names known = {v, 0};

    if (v == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < c->n_providers; i++) {
        const struct provider *p = &c->providers[i];

        v[known.n++] = p->name;
        if (p->row->alias.n != 0)
            v[known.n++] = p->row->alias;
    }
    if (!config_object(l, section, &known))
        return;
}

/* A provider's member of the section, by name or alias. */
static struct given section_member(struct loader *l,
                                   const struct given *section,
                                   const struct catalogue_row *row)
{
    struct given g = config_member(l, section, row->name);
    struct given other = {0};

    if (row->alias.n != 0)
        other = config_member(l, section, row->alias);
    if (g.is_set && other.is_set)
        config_wrong(l, &other,
                     STR("this provider is already configured "
                         "under its other name"));
    return g.is_set || !other.is_set ? g : other;
}

void config_providers(struct loader *l, const struct given *section,
                      const struct given *endpoints, enum key_strategy strategy)
{
    struct config *c = l->c;
    struct custom *customs = NULL;
    size_t n_customs = 0;

    if (endpoints->is_set)
        config_customs(l, endpoints, &customs, &n_customs);
    c->n_providers = catalogue_n + n_customs;
    c->providers = arena_array(&c->arena, struct provider, c->n_providers);
    if (c->providers == NULL) {
        c->n_providers = 0;
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < c->n_providers; i++) {
        struct custom *custom =
            i < catalogue_n ? NULL : &customs[i - catalogue_n];
        const struct catalogue_row *row =
            custom == NULL ? &catalogue[i] : &custom->row;
        struct provider *p = &c->providers[i];
        struct given member = section_member(l, section, row);

        init_provider(p, row, strategy);
        p->index = i;
        put_name(l, row->name, p);
        put_name(l, row->alias, p);
        if (custom == NULL)
            load_row(l, p, &member);
        else
            load_custom(l, p, custom, &member);
        if (member.is_set)
            check_weights(l, &member, p);
    }
    if (section->is_set)
        check_section(l, section);
}
