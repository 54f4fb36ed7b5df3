/* SPDX-License-Identifier: MIT */
/* Reading a universal request. What is wrong is named by its place in the
 * array, "[2].provider", and refused as a whole before anything is sent. */
#include "core/api/request.h"
#include "core/api/universal.h"
#include "core/auth.h"
#include "core/base/json.h"
#include "core/base/num.h"
#include "core/base/url.h"
#include "core/gateway.h"

enum { NAME_SHOWN = 100 };

/* What is being read, for messages. */
struct reader {
    struct exchange *x;
    size_t at;
};

static bool wrong(const struct reader *r, struct str member, struct str what)
{
    char room[24];
    struct str digits = {room, num_write_u64(room, r->at)};
    struct str where = JOIN(r->x, STR("["), digits, STR("]"),
                            member.n == 0 ? STR("") : STR("."), member);

    reply_failure(r->x, &(struct failure){
                            .rc = SL_BAD_REQUEST,
                            .code = STR("invalid_step"),
                            .param = where,
                            .what = JOIN(r->x, where, STR(": "), what),
                        });
    return false;
}

/* A member that is a text; absent and null leave {0}. */
static bool read_text(const struct reader *r, struct jval item,
                      struct str member, struct str *text)
{
    struct jval v = json_get(item, member);

    if (json_is_null(v))
        return true;
    if (!json_is_str(v))
        return wrong(r, member, STR("must be a string"));
    if (!json_text(v, &r->x->arena, text)) {
        r->x->failed = true;
        return false;
    }
    return true;
}

/* ---- headers ---- */

/* The connection's business, or ours. */
static bool is_dropped(const struct exchange *x, struct str name)
{
    static const struct http_fields none = {0};

    if (str_eq_nocase(name, STR("host")) ||
        str_eq_nocase(name, STR("content-length")) ||
        str_eq_nocase(name, STR("expect")) ||
        str_eq_nocase(name, STR("cookie")) ||
        str_eq_nocase(name, STR("sluice-key")) ||
        http_is_hop_by_hop(&none, name))
        return true;
    /* Without a gateway they have no one to go to. */
    if (gateway_is_field(name) && x->gateway.n == 0)
        return true;
    return x->config->gateway_token != NULL &&
           str_eq_nocase(name, STR("cf-aig-authorization"));
}

static bool is_credential(struct str name)
{
    return auth_is_carrier(name) || str_eq_nocase(name, STR("api-key")) ||
           str_eq_nocase(name, STR("cf-aig-byok-alias"));
}

static bool read_field(const struct reader *r, struct step *s, struct jval name,
                       struct jval value)
{
    struct http_field *f = &s->fields.v[s->fields.n];

    if (!json_is_str(value))
        return wrong(r, STR("headers"), STR("every value must be a string"));
    /* Copies: the body they would borrow is given back at the commit. */
    if (!json_text(name, &r->x->arena, &f->name) ||
        !json_text(value, &r->x->arena, &f->value) ||
        !arena_copy(&r->x->arena, f->name, &f->name) ||
        !arena_copy(&r->x->arena, f->value, &f->value)) {
        r->x->failed = true;
        return false;
    }
    f->value = str_trim(f->value);
    if (f->name.n == 0 || !http_is_of(f->name, HTTP_TOKEN) ||
        !http_is_of(f->value, HTTP_VALUE))
        return wrong(r, STR("headers"),
                     STR("a name or a value can't stand in a field of HTTP"));
    if (is_dropped(r->x, f->name))
        return true;
    s->has_credentials = s->has_credentials || is_credential(f->name);
    s->fields.n++;
    return true;
}

static bool read_fields(const struct reader *r, struct step *s,
                        struct jval headers)
{
    struct jval_iter it = json_iter(headers);

    if (json_is_null(headers))
        return true;
    if (!json_is_obj(headers))
        return wrong(r, STR("headers"), STR("must be an object"));
    s->fields.v =
        arena_array(&r->x->arena, struct http_field, json_count(headers));
    if (s->fields.v == NULL) {
        r->x->failed = true;
        return false;
    }
    while (json_iter_next(&it)) {
        if (!read_field(r, s, it.name, it.value))
            return false;
    }
    return true;
}

/* ---- provider, endpoint, config ---- */

static bool at_gateway(const struct reader *r, struct step *s, struct str name)
{
    bool is_known = gateway_knows(r->x->config, name, &s->slug, &s->provider);

    if (is_known && s->provider != NULL && s->provider->shuns_gateway)
        return wrong(r, STR("provider"),
                     JOIN(r->x, s->provider->name,
                          STR(" is kept off the AI Gateway here")));
    return is_known ||
           wrong(r, STR("provider"),
                 JOIN(r->x, STR("the AI Gateway does not know the provider \""),
                      str_first(name, NAME_SHOWN), STR("\"")));
}

static bool at_provider(const struct reader *r, struct step *s, struct str name)
{
    const struct provider *p = config_provider(r->x->config, name);

    if (p == NULL)
        return wrong(r, STR("provider"),
                     JOIN(r->x, STR("\""), str_first(name, NAME_SHOWN),
                          STR("\" is not a provider; GET /status lists "
                              "them")));
    if (!p->is_available && (!s->has_credentials || p->origin.host.n == 0))
        return wrong(r, STR("provider"),
                     JOIN(r->x, name, STR(" is not configured: set "),
                          p->row->key_vars[0]));
    s->provider = p;
    s->slug = p->name;
    return true;
}

/* It is put behind an address of the provider's, and must stay there. */
static bool check_endpoint(const struct reader *r, struct str endpoint)
{
    struct str path = str_before(endpoint, '?');
    struct str normal;
    enum sl_rc rc;

    if (!http_is_of(endpoint, HTTP_TARGET) || str_has(path, STR(":/")) ||
        str_starts(path, STR("//")))
        return wrong(r, STR("endpoint"), STR("must be a path"));
    rc = url_normalize(&r->x->arena,
                       str_starts(path, STR("/")) ? path
                                                  : JOIN(r->x, STR("/"), path),
                       &normal);
    if (rc == SL_NOMEM || r->x->failed) {
        r->x->failed = true;
        return false;
    }
    /* What another reader might take for the end of a host, or for a slash. */
    if (rc != SL_OK || str_starts(path, STR(".")) ||
        str_has(normal, STR("%2F")) || str_has(normal, STR("%5C")))
        return wrong(r, STR("endpoint"), STR("must be a path"));
    return true;
}

static bool read_number(const struct reader *r, struct jval config,
                        struct str member, int64_t *n)
{
    struct jval v = json_get(config, member);

    if (json_is_null(v))
        return true;
    if (json_i64(v, n) && *n >= 0)
        return true;
    return wrong(r, JOIN(r->x, STR("config."), member),
                 STR("must be a whole number"));
}

static bool read_config(const struct reader *r, struct step *s,
                        struct jval config)
{
    if (json_is_null(config))
        return true;
    if (!json_is_obj(config))
        return wrong(r, STR("config"), STR("must be an object"));
    s->config = json_raw(config);
    return read_number(r, config, STR("requestTimeout"), &s->timeout_ms) &&
           read_number(r, config, STR("maxAttempts"), &s->max_attempts);
}

/* There the model's name says whose key is wanted. */
static bool read_compat(const struct reader *r, struct step *s,
                        struct jval query)
{
    struct str model = {0}, slug;

    /* Two readers could disagree which one counts. */
    if (json_duplicates(query, NULL))
        return wrong(r, STR("query"), STR("has a member twice"));
    if (!read_text(r, query, STR("model"), &model))
        return false;
    if (!gateway_knows(r->x->config, str_before(model, '/'), &slug,
                       &s->provider) ||
        (s->provider != NULL && s->provider->shuns_gateway))
        s->provider = NULL;
    return true;
}

static bool read_step(const struct reader *r, struct jval item, struct step *s)
{
    struct str name = {0};

    if (!json_is_obj(item))
        return wrong(r, (struct str){0}, STR("must be an object"));
    if (!read_text(r, item, STR("provider"), &name))
        return false;
    if (name.n == 0)
        return wrong(r, STR("provider"), STR("is missing"));
    if (!read_fields(r, s, json_get(item, STR("headers"))) ||
        !(r->x->gateway.n != 0 ? at_gateway(r, s, name)
                               : at_provider(r, s, name)) ||
        !read_text(r, item, STR("endpoint"), &s->endpoint) ||
        !check_endpoint(r, s->endpoint) ||
        !read_config(r, s, json_get(item, STR("config"))))
        return false;
    if (s->endpoint.n == 0 &&
        (s->provider == NULL || s->provider->chat_path.n == 0 ||
         str_has(s->provider->chat_path, STR("{model}"))) &&
        !str_eq(name, STR("compat")))
        return wrong(r, STR("endpoint"),
                     STR("is missing: this provider has no chat path that "
                         "could stand for it"));
    s->query = json_raw(json_get(item, STR("query")));
    if (json_raw_type(s->query) != JSON_OBJECT)
        return wrong(r, STR("query"), STR("must be an object"));
    if (str_eq(s->slug, STR("compat")))
        return read_compat(r, s, json_get(item, STR("query")));
    return true;
}

/* ---- whole ---- */

static bool refuse(struct exchange *x, struct str what)
{
    reply_failure(x, &(struct failure){.rc = SL_BAD_REQUEST,
                                       .code = STR("invalid_body"),
                                       .what = what});
    return false;
}

static bool check_array(struct exchange *x, struct jval root)
{
    if (!json_is_arr(root))
        return refuse(x, STR("the body must be an array of steps, "
                             "[{\"provider\": …, \"query\": …}, …], or an "
                             "object with a prompt, as Workers AI takes it"));
    if (json_count(root) == 0)
        return refuse(x, STR("the array of steps is empty"));
    if (json_count(root) > UNIVERSAL_STEPS)
        return refuse(x, STR("the array has more than 64 steps"));
    return true;
}

bool universal_read(struct exchange *x, struct str body, struct step **steps,
                    size_t *n)
{
    /* The index lives as long as what was read: its texts borrow the body. */
    struct json *doc = arena_new(&x->arena, struct json);
    struct reader r = {.x = x};
    struct jval_iter it;
    struct err err = {0};
    enum sl_rc rc;

    if (doc == NULL) {
        x->failed = true;
        return false;
    }
    rc = json_parse(doc, body, &x->arena, NULL, &err);
    if (rc != SL_OK) {
        if (rc == SL_NOMEM)
            x->failed = true;
        else
            refuse(x, JOIN(x, STR("the body is not JSON: "), err.what));
        return false;
    }
    if (!check_array(x, json_root(doc)))
        return false;
    *n = json_count(json_root(doc));
    *steps = arena_array(&x->arena, struct step, *n);
    if (*steps == NULL) {
        x->failed = true;
        return false;
    }
    it = json_iter(json_root(doc));
    for (; json_iter_next(&it); r.at++) {
        if (!read_step(&r, it.value, &(*steps)[r.at]))
            return false;
    }
    return !x->failed;
}

/* ---- where a step goes ---- */

struct str universal_endpoint(struct exchange *x, const struct step *s)
{
    const struct provider *p = s->provider;

    if (s->endpoint.n != 0)
        return s->endpoint;
    if (p == NULL || str_eq(s->slug, STR("compat")))
        return STR("chat/completions");
    return str_skip(JOIN(x, p->row->gateway_prefix, p->chat_path), 1);
}

struct str universal_path(struct exchange *x, const struct step *s)
{
    const struct provider *p = s->provider;
    struct str version = STR("/v1");
    struct str query = str_skip(s->endpoint, str_find(s->endpoint, '?'));
    struct str path = str_before(s->endpoint, '?');

    if (s->endpoint.n == 0)
        return p->chat_path;
    if (p->row->gateway_run.n != 0 && str_starts(path, STR("@")))
        return JOIN(x, p->row->gateway_run, STR("/"), s->endpoint);
    if (!str_starts(path, STR("/")))
        path = JOIN(x, STR("/"), path);
    /* check_endpoint has seen that it stays below the root. */
    if (url_normalize(&x->arena, path, &path) != SL_OK) {
        x->failed = true;
        return (struct str){0};
    }
    /* The gateway's endpoints hold the version that some bases end in. */
    if (str_ends(p->base_path, version) && str_starts(path, version) &&
        path.n > version.n && path.p[version.n] == '/')
        path = str_skip(path, version.n);
    return JOIN(x, path, query);
}
