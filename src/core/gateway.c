/* SPDX-License-Identifier: MIT */
/* From a provider's own path to the gateway's. The one hard idea: a request is
 * turned to the gateway at the last moment, when it is opened, so that no
 * surface needs to know whether one is in between. */
#include "core/gateway.h"

#include "core/base/url.h"

enum { NAME_MAX = 64 };

bool gateway_is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!char_is_alpha(c) && !char_is_digit(c) && c != '-' && c != '_')
            return false;
    }
    return name.n != 0 && name.n <= NAME_MAX;
}

/* ---- which gateway ---- */

static void use(struct exchange *x, struct str name)
{
    x->gateway = JOIN(x, STR("/"), x->config->account, STR("/"), name);
}

bool gateway_choose(struct exchange *x, struct str target, struct failure *f)
{
    struct str rest = str_skip(x->path, 3);
    struct str name = str_before(rest, '/');
    bool is_prefix =
        str_starts(x->path, STR("/g/")) || str_eq(x->path, STR("/g"));

    if (!is_prefix) {
        if (x->config->account.n != 0 && x->config->gateway_name.n != 0)
            use(x, x->config->gateway_name);
        return true;
    }
    if (x->config->account.n == 0) {
        *f =
            (struct failure){.rc = SL_NOT_FOUND,
                             .code = STR("unknown_url"),
                             .what = STR("/g/ picks an AI Gateway, which needs "
                                         "CLOUDFLARE_ACCOUNT_ID to be set")};
        return false;
    }
    /* "/g//x" has become "/g/x" on the way here. */
    if (!gateway_is_name(name) || str_starts(target, STR("/g//"))) {
        *f = (struct failure){
            .rc = SL_BAD_REQUEST,
            .code = STR("invalid_gateway"),
            .what = STR("/g/ must be followed by a gateway's name (at most 64 "
                        "letters, digits, - and _) and a path")};
        return false;
    }
    use(x, name);
    x->path = name.n == rest.n ? STR("/") : str_skip(rest, name.n);
    return true;
}

/* ---- the target ---- */

bool gateway_takes(const struct exchange *x, const struct provider *p,
                   size_t key, struct str path)
{
    struct str lacks = p->row->gateway_lacks;

    if (p->places != NULL && key < p->n_keys && !p->places[key].is_gateways)
        return false;
    return x->gateway.n != 0 && p->row->gateway_slug.n != 0 &&
           !p->shuns_gateway && !(lacks.n != 0 && str_starts(path, lacks));
}

struct key_range gateway_keys(const struct provider *p)
{
    struct key_range range = {.first = 0, .last = p->n_keys - 1};

    if (p->places == NULL)
        return range;
    while (range.first < p->n_keys && !p->places[range.first].is_gateways)
        range.first++;
    range.last = range.first;
    while (range.last < p->n_keys && p->places[range.last].is_gateways)
        range.last++;
    if (range.last == range.first)
        return (struct key_range){.first = 1, .last = 0};
    range.last--;
    return range;
}

static struct str without_run(const struct catalogue_row *row, struct str path)
{
    struct str run = row->gateway_run;

    if (run.n != 0 && str_starts(path, run) && path.n > run.n &&
        path.p[run.n] == '/')
        return str_skip(path, run.n);
    return path;
}

/* The gateway, by the proxy that the provider is reached through. */
static const struct origin *origin_of(struct exchange *x,
                                      const struct provider *p)
{
    const struct origin *gateway = &x->config->gateway.origin;
    struct origin *o;

    if (p->origin.proxy == NULL)
        return gateway;
    o = arena_new(&x->arena, struct origin);
    if (o == NULL) {
        x->failed = true;
        return gateway;
    }
    *o = *gateway;
    o->proxy = p->origin.proxy;
    return o;
}

static void retarget(struct exchange *x, struct fetch *c)
{
    const struct provider *g = &x->config->gateway;
    struct http_fields *f = &c->request.fields;

    c->request.origin = origin_of(x, c->provider);
    for (size_t i = 0; i < f->n; i++) {
        if (str_eq(f->v[i].name, STR("host")))
            f->v[i].value = g->origin.authority;
    }
}

/* Ours and the client's are never mixed: a token of ours wins. */
static void add_fields(struct exchange *x, struct fetch *c)
{
    struct str ours = STR("cf-aig-authorization");
    const struct secret *token = x->config->gateway_token;

    for (size_t i = 0; i < x->fields.n; i++) {
        const struct http_field *f = &x->fields.v[i];

        if (gateway_is_field(f->name) &&
            !(token != NULL && str_eq_nocase(f->name, ours)) &&
            !http_is_hop_by_hop(&x->fields, f->name))
            fetch_field(x, c, f->name, f->value);
    }
    if (token == NULL)
        return;
    fetch_field(x, c, ours, STR("Bearer "));
    if (!x->failed)
        c->request.fields.v[c->request.fields.n - 1].secret = token;
}

/* Cloudflare's REST interface knows the gateway by a field. */
static void add_rest_fields(struct exchange *x, struct fetch *c)
{
    struct str id = STR("cf-aig-gateway-id");

    if (x->gateway_id.n == 0)
        return;
    for (size_t i = 0; i < x->fields.n; i++) {
        const struct http_field *f = &x->fields.v[i];

        if (gateway_is_field(f->name) && !str_eq_nocase(f->name, id) &&
            !str_eq_nocase(f->name, STR("cf-aig-authorization")) &&
            !http_is_hop_by_hop(&x->fields, f->name))
            fetch_field(x, c, f->name, f->value);
    }
    fetch_field(x, c, id, x->gateway_id);
}

static struct str cut_end(struct str base, struct str end)
{
    return str_ends(base, end) ? str_first(base, base.n - end.n) : base;
}

struct str gateway_target(struct exchange *x, struct fetch *c, struct str path)
{
    const struct provider *g = &x->config->gateway;
    const struct provider *p = c->provider;

    if (p == g) {
        add_fields(x, c);
        return JOIN(x, g->base_path, path);
    }
    if (!gateway_takes(x, p, c->key, path)) {
        add_rest_fields(x, c);
        return JOIN(x, cut_end(config_base_path(p, c->key), c->base_end), path);
    }
    retarget(x, c);
    add_fields(x, c);
    if (c->holds_keys)
        return JOIN(x, g->base_path, x->gateway);
    return JOIN(x, g->base_path, x->gateway, STR("/"), p->row->gateway_slug,
                p->row->gateway_prefix, without_run(p->row, path));
}

/* ---- names ---- */

bool gateway_is_field(struct str name)
{
    return str_starts_nocase(name, STR("cf-aig-")) ||
           str_eq_nocase(name, STR("cf-cache-ttl")) ||
           str_eq_nocase(name, STR("cf-skip-cache"));
}

/* Those whose models its compat interface has. */
bool gateway_chats(const struct provider *p)
{
    static const struct str slugs[] = {
        STR_INIT("anthropic"),  STR_INIT("openai"),
        STR_INIT("groq"),       STR_INIT("mistral"),
        STR_INIT("cohere"),     STR_INIT("perplexity-ai"),
        STR_INIT("workers-ai"), STR_INIT("google-ai-studio"),
        STR_INIT("grok"),       STR_INIT("deepseek"),
        STR_INIT("cerebras"),   STR_INIT("openrouter"),
    };

    for (size_t i = 0; i < SL_LEN(slugs); i++) {
        if (str_eq(p->row->gateway_slug, slugs[i]))
            return true;
    }
    return false;
}

/* Providers that it knows and whose paths or signatures we do not make. */
static bool is_foreign(struct str name)
{
    static const struct str names[] = {
        STR_INIT("azure-openai"),     STR_INIT("aws-bedrock"),
        STR_INIT("google-vertex-ai"), STR_INIT("huggingface"),
        STR_INIT("cartesia"),         STR_INIT("deepgram"),
        STR_INIT("elevenlabs"),       STR_INIT("fal"),
        STR_INIT("ideogram"),         STR_INIT("baseten"),
        STR_INIT("parallel"),         STR_INIT("alibaba"),
        STR_INIT("minimax"),          STR_INIT("compat"),
    };

    for (size_t i = 0; i < SL_LEN(names); i++) {
        if (str_eq(name, names[i]))
            return true;
    }
    return str_starts(name, STR("custom-"));
}

bool gateway_knows(const struct config *c, struct str name, struct str *slug,
                   const struct provider **p)
{
    *p = config_provider(c, name);
    *slug = name;
    if (*p != NULL && (*p)->row->gateway_slug.n != 0 && !(*p)->is_custom) {
        *slug = (*p)->row->gateway_slug;
        return true;
    }
    /* The gateway may know the name; our key is not for the gateway. */
    *p = NULL;
    return is_foreign(name);
}
