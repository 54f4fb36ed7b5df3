/* SPDX-License-Identifier: MIT */
/* Reading the options of tbl/options.h and tbl/limits.h into the
 * configuration. What is wrong is complained of and leaves what is safest: no
 * switch opens anything by a typing error. */
#include "core/config_parts.h"

#include "core/base/base.h"
#include "core/base/num.h"

enum { MAX_THREADS = 256 };

/* ---- by kind ---- */

static bool is_address(struct str s)
{
    size_t colon = s.n;
    struct str host;
    uint64_t port;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
        if (s.p[i] == ':')
            colon = i;
    }
    if (str_starts(s, STR("unix:")))
        return s.n > STR("unix:").n;
    host = str_first(s, colon);
    if (host.n != 0 && host.p[0] == '[') {
        if (host.n < 3 || host.p[host.n - 1] != ']')
            return false;
    } else if (str_find(host, ':') != host.n) {
        return false;
    }
    /* ":8787": every address of the machine. */
    return num_u64(str_skip(s, colon + 1), &port) && port <= UINT16_MAX;
}

static void read_addresses(struct loader *l, const struct given *g)
{
    struct config *c = l->c;

    if (!config_strings(l, g, &c->listen, &c->n_listen))
        return;
    if (c->n_listen == 0)
        config_wrong(l, g, STR("must name at least one address"));
    for (size_t i = 0; i < c->n_listen; i++) {
        struct given item = *g;

        if (json_is_arr(g->json))
            item.json = json_at(g->json, (uint32_t)i);
        if (!is_address(c->listen[i]))
            config_wrong(l, &item,
                         STR("must be HOST:PORT, [IPv6]:PORT or "
                             "unix:PATH"));
    }
}

static void read_format(struct loader *l, const struct given *g)
{
    static const struct str names[] = {
        [LOG_TEXT] = STR_INIT("text"),
        [LOG_JSON] = STR_INIT("json"),
        [LOG_OFF] = STR_INIT("off"),
    };
    struct str text;

    if (!config_text(l, g, true, &text))
        return;
    for (size_t i = 0; i < SL_LEN(names); i++)
        if (str_eq(text, names[i])) {
            l->c->log_format = (enum log_format)i;
            return;
        }
    config_wrong(l, g, STR("must be text, json or off"));
}

static void read_store(struct loader *l, const struct given *g)
{
    static const struct str later[] = {STR_INIT("redis:"), STR_INIT("rediss:"),
                                       STR_INIT("postgres:"),
                                       STR_INIT("postgresql:")};
    struct str sqlite = STR("sqlite:");
    struct str store;

    if (!config_text(l, g, true, &l->c->store))
        return;
    store = l->c->store;
    if (str_eq(store, STR("memory:")))
        return;
    if (str_starts(store, sqlite)) {
        if (store.n == sqlite.n)
            config_wrong(l, g, STR("must name the file: sqlite:FILE"));
        return;
    }
    for (size_t i = 0; i < SL_LEN(later); i++)
        if (str_starts(store, later[i])) {
            config_wrong(l, g,
                         STR("not supported yet; memory: and sqlite:FILE are"));
            return;
        }
    config_wrong(l, g, STR("must be memory: or sqlite:FILE"));
}

static void read_file(struct loader *l, const struct given *g, struct str *name)
{
    if (config_text(l, g, true, name) && name->n == 0)
        config_wrong(l, g, STR("must be the name of a file"));
}

static void check_tls(struct loader *l, const struct given *cert,
                      const struct given *key)
{
    if (cert->is_set && !key->is_set)
        config_wrong(l, cert, STR("needs server.tls.key as well"));
    if (key->is_set && !cert->is_set)
        config_wrong(l, key, STR("needs server.tls.cert as well"));
}

static void read_server(struct loader *l)
{
    struct config *c = l->c;
    struct given cert = config_option(l, OPTION_tls_cert);
    struct given key = config_option(l, OPTION_tls_key);
    struct given g = config_option(l, OPTION_listen);

    read_addresses(l, &g);
    g = config_option(l, OPTION_threads);
    if (!config_count(l, &g, 0, MAX_THREADS, &c->threads))
        c->threads = 0;
    g = config_option(l, OPTION_models_ttl);
    if (!config_duration(l, &g, 0, &c->models_ttl_ms))
        c->models_ttl_ms = 0;
    g = config_option(l, OPTION_pings);
    if (!config_duration(l, &g, 0, &c->pings_ms))
        c->pings_ms = 0;
    c->early_pings = config_switch_option(l, OPTION_early_pings);
    if (cert.is_set)
        read_file(l, &cert, &c->tls_cert);
    if (key.is_set)
        read_file(l, &key, &c->tls_key);
    check_tls(l, &cert, &key);
    g = config_option(l, OPTION_log_format);
    read_format(l, &g);
    g = config_option(l, OPTION_store);
    read_store(l, &g);
}

/* Off when it is wrong: nothing opens by mistake. */
bool config_switch_option(struct loader *l, enum option_id id)
{
    struct given g = config_option(l, id);
    bool on = false;

    if (id == OPTION_insecure_open && g.is_set && g.text.n == 0)
        return true; /* the flag alone */
    return config_switch(l, &g, &on) && on;
}

static void read_callers(struct loader *l)
{
    struct config *c = l->c;
    struct given g = config_option(l, OPTION_callers);
    struct given empty = config_env_any(l, STR("PROXY_API_KEY"));

    if (g.is_set && !config_keys(l, &g, &c->callers, &c->n_callers))
        return;
    if (c->n_callers == 0 && (g.is_set || empty.is_set))
        config_warn(l, g.is_set ? &g : &empty,
                    STR("holds no secret: callers need no credentials"));
    c->insecure_open = config_switch_option(l, OPTION_insecure_open);
    c->is_open = config_switch_option(l, OPTION_dev) || c->n_callers == 0;
}

/* ---- limits ---- */

enum limit_kind {
    LIMIT_SIZE,
    LIMIT_SIZE_0,
    LIMIT_COUNT,
    LIMIT_COUNT_0,
    LIMIT_TIME,
    LIMIT_TIME_0,
};

static bool read_limit(struct loader *l, const struct given *g,
                       enum limit_kind kind, int64_t *value)
{
    const int64_t most = 100000000;

    switch (kind) {
    case LIMIT_SIZE:
        return config_size(l, g, 1, value);
    case LIMIT_SIZE_0:
        return config_size(l, g, 0, value);
    case LIMIT_COUNT:
        return config_count(l, g, 1, most, value);
    case LIMIT_COUNT_0:
        return config_count(l, g, 0, most, value);
    case LIMIT_TIME:
        return config_duration(l, g, 1, value);
    case LIMIT_TIME_0:
        return config_duration(l, g, 0, value);
    }
    return false;
}

static void read_limits(struct loader *l)
{
    static const struct str names[] = {
#define X(id, name, kind, value, text) STR_INIT(name),
#include "core/tbl/limits.h"
#undef X
    };
    static const enum limit_kind kinds[] = {
#define X(id, name, kind, value, text) LIMIT_##kind,
#include "core/tbl/limits.h"
#undef X
    };
    int64_t *const fields[] = {
#define X(id, name, kind, value, text) &l->c->limits.id,
#include "core/tbl/limits.h"
#undef X
    };
    const struct names known = {names, SL_LEN(names)};
    struct given section = config_section(l, STR("limits"));

    if (!section.is_set ||
        (!config_object(l, &section, &known) && !json_is_obj(section.json)))
        return;
    for (size_t i = 0; i < known.n; i++) {
        struct given m = config_member(l, &section, names[i]);

        if (m.is_set && !read_limit(l, &m, kinds[i], fields[i]))
            continue;
    }
}

/* ---- whole ---- */

void config_plain_options(struct loader *l)
{
    read_limits(l);
    read_server(l);
    read_callers(l);
}

void config_default_model(struct loader *l)
{
    struct given given = config_option(l, OPTION_default_model);
    const struct given *g = &given;
    struct str text, name;
    const struct provider *p;

    if (!g->is_set || l->out_of_memory || !config_text(l, g, false, &text))
        return;
    for (size_t i = 0; i < l->c->n_groups; i++) {
        if (str_eq(l->c->groups[i].name, text)) {
            l->c->default_model = text;
            return;
        }
    }
    name = str_before(text, '/');
    p = config_provider(l->c, name);
    if (name.n + 1 >= text.n)
        config_wrong(l, g, STR("must be provider/model"));
    else if (p == NULL)
        config_wrong(l, g,
                     STR("must be provider/model, with a provider that "
                         "exists"));
    else if (!way_is_there(p))
        config_wrong(l, g, STR("names a provider that can't be chatted with"));
    else if (!p->is_available)
        config_warn(l, g, STR("names a provider that has no key yet"));
    l->c->default_model = text;
}
