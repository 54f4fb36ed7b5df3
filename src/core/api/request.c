/* SPDX-License-Identifier: MIT */
/* Requests of the API surfaces. A model name without a known provider makes
 * the model lists be asked, so that it works when exactly one provider has
 * it. */
#include "core/api/request.h"

#include "core/base/json.h"
#include "core/base/num.h"
#include "core/base/url.h"
#include "core/explain.h"

enum { NAME_SHOWN = 200 }; /* bytes of a foreign name put into a message */

bool request_is_plain(struct exchange *x)
{
    struct str coding = http_value(&x->fields, STR("content-encoding"));

    if (coding.n == 0 || str_eq_nocase(coding, STR("identity")))
        return true;
    reply_rc(x, SL_BAD_ENCODING,
             STR("the body must not be encoded: send it without "
                 "content-encoding"));
    return false;
}

struct failure request_bad_json(struct exchange *x, enum sl_rc rc,
                                const struct err *err)
{
    char room[24];
    struct failure f = {.rc = SL_BAD_REQUEST, .code = STR("invalid_json")};

    if (body_bytes(x).n == 0) {
        f.what = STR("the body is empty: a JSON object is expected");
    } else if (rc == SL_DUPLICATE) {
        f.code = STR("duplicate_member");
        f.what =
            JOIN(x, STR("the body has the member "), err->where, STR(" twice"));
    } else if (err->has_at) {
        f.what = JOIN(x, STR("the body is not a JSON object: "), err->what,
                      STR(" at byte "),
                      ((struct str){room, num_write_u64(room, err->at)}));
    } else {
        f.what = JOIN(x, STR("the body is not a JSON object: "), err->what);
    }
    f.param = err->where;
    return f;
}

void reply_bad_json(struct exchange *x, enum sl_rc rc, const struct err *err)
{
    struct failure f = request_bad_json(x, rc, err);

    reply_failure(x, &f);
}

bool request_model(struct exchange *x, struct str raw, struct str *name)
{
    struct failure f = {.rc = SL_BAD_REQUEST, .param = STR("model")};
    enum sl_rc rc;

    if (raw.n == 0 || json_raw_type(raw) == JSON_NULL) {
        f.code = STR("missing_required_parameter");
        f.what = STR("model is missing: name it as provider/model, for "
                     "instance sluice/echo; GET /v1/models lists them");
        reply_failure(x, &f);
        return false;
    }
    rc = json_raw_text(raw, &x->arena, name);
    /* The body it borrows is given back before the answer is. */
    if (rc == SL_OK && !arena_copy(&x->arena, *name, name))
        rc = SL_NOMEM;
    if (rc == SL_OK && name->n != 0 && name->n <= MODEL_NAME_BYTES)
        return true;
    if (rc == SL_NOMEM) {
        x->failed = true;
        return false;
    }
    f.code = STR("invalid_type");
    f.what = STR("model must be a string that is not empty");
    if (rc == SL_OK && name->n != 0)
        f.what = STR("model must not be longer than 2048 bytes");
    reply_failure(x, &f);
    return false;
}

static bool has_dots(struct str name)
{
    struct str segment;

    while (str_split(&name, '/', &segment)) {
        if (str_eq(segment, STR(".")) || str_eq(segment, STR("..")))
            return true;
    }
    return false;
}

bool request_name_fits(struct exchange *x, struct str path, struct str model)
{
    if (str_find(path, '{') == path.n || !has_dots(model))
        return true;
    reply_failure(x, &(struct failure){
                         .rc = SL_BAD_REQUEST,
                         .param = STR("model"),
                         .what = STR("no segment of the model's name may be "
                                     "dots: it stands in a path"),
                     });
    return false;
}

/* {model} in a path is the model's name, escaped. */
static struct str fill(struct exchange *x, struct str path, struct str model)
{
    struct str mark = STR("{model}");
    size_t at = str_find_str(path, mark);
    struct buf text;

    if (at == path.n)
        return path;
    buf_init(&text, arena_mem(&x->arena), 65536);
    buf_add(&text, str_first(path, at));
    url_encode(&text, model, false);
    buf_add(&text, str_skip(path, at + mark.n));
    x->failed = x->failed || text.failed;
    return buf_str(&text);
}

struct str request_path(struct exchange *x, const struct attempt *a,
                        const struct endpoint *e)
{
    const struct provider *p = a->provider;

    if (str_eq(e->path, STR("/chat/completions")) && p->chat_path.n != 0)
        return fill(x, p->chat_path, a->model);
    return fill(x, JOIN(x, p->compat, e->path, p->query), a->model);
}

void request_forward_fields(struct exchange *x, struct fetch *c,
                            bool is_translated)
{
    /* The first ones speak of the body's dialect. */
    static const struct str names[] = {
        STR_INIT("openai-beta"),       STR_INIT("anthropic-beta"),
        STR_INIT("anthropic-version"), STR_INIT("http-referer"),
        STR_INIT("x-title"),           STR_INIT("x-openrouter-title"),
        STR_INIT("idempotency-key"),   STR_INIT("user-agent"),
    };
    enum { OF_DIALECT = 3 };

    for (size_t i = is_translated ? OF_DIALECT : 0; i < SL_LEN(names); i++) {
        struct str value = http_value(&x->fields, names[i]);

        if (value.n != 0)
            fetch_field(x, c, names[i], value);
    }
    fetch_field(x, c, STR("accept-encoding"), STR("identity"));
}

bool request_is_strict(const struct exchange *x)
{
    return str_eq_nocase(http_value(&x->fields, STR("sluice-strict")),
                         STR("true"));
}

/* ---- who serves a model ---- */

static void model_not_found(struct exchange *x, struct str what)
{
    reply_failure(x, &(struct failure){
                         .rc = SL_NOT_FOUND,
                         .code = STR("model_not_found"),
                         .param = STR("model"),
                         .what = what,
                     });
}

/* "anthropic, openai, sluice": what can be called. */
static struct str provider_names(struct exchange *x)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 16384);
    for (size_t i = 0; i < x->config->n_providers; i++) {
        const struct provider *p = &x->config->providers[i];

        if (!p->is_available)
            continue;
        if (out.n != 0)
            buf_add(&out, STR(", "));
        buf_add(&out, p->name);
    }
    return buf_str(&out);
}

static void unknown_model(struct exchange *x, struct str name)
{
    model_not_found(
        x, JOIN(x, STR("no provider is known for the model \""),
                str_first(name, NAME_SHOWN),
                STR("\": name it as provider/model. Configured providers: "),
                provider_names(x), STR(". GET /v1/models lists the models.")));
}

static void not_ready(struct exchange *x, const struct provider *p)
{
    model_not_found(
        x, JOIN(x, STR("provider "), p->name, STR(" is not configured: set "),
                p->row->key_vars[0].n != 0 ? p->row->key_vars[0]
                                           : STR("its baseUrl"),
                STR(". Configured providers: "), provider_names(x), STR(".")));
}

bool request_can_serve(const struct exchange *x, const struct provider *p,
                       struct str model)
{
    const struct endpoint *e = x->route->endpoint;
    const struct dialect *client = e->dialect;

    if (e->whole != WHOLE_NONE)
        return p->row->chats ||
               whole_way_choose(p, e->whole, client, model) != NULL;
    if (client == NULL)
        return p->row->chats;
    return way_choose(p, client, model) != NULL;
}

/* Somebody else may answer instead. */
static bool has_more_names(const struct lookup *l)
{
    return l->overrides != NULL &&
           l->overrides->models.n + l->overrides->fallbacks.n != 0;
}

/* One at least; planning leaves out those that can't. */
static bool can_be_served(const struct exchange *x, const struct plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct target *t = plan_target(plan, i);

        if (request_can_serve(x, t->provider, t->model))
            return true;
    }
    return false;
}

static void use(struct exchange *x, struct lookup *l, const struct plan *plan)
{
    const struct provider *p = plan_target(plan, 0)->provider;

    if (!can_be_served(x, plan) && !has_more_names(l)) {
        reply_failure(
            x, &(struct failure){
                   .rc = SL_BAD_REQUEST,
                   .param = STR("model"),
                   .code = STR("unsupported_provider"),
                   .what = JOIN(x, STR("provider "), p->name,
                                STR(" has no OpenAI-compatible route: use its "
                                    "own under /"),
                                p->name, STR("/")),
               });
        return;
    }
    planning_start(x, l, plan);
}

static void lists_done(struct exchange *x, struct model_lists *lists)
{
    struct lookup *l = model_lists_owner(lists);
    const struct provider *p = NULL;
    size_t n = model_lists_owners(x, lists, l->name, &p);

    if (n == 1) {
        struct plan plan = plan_of(p, l->name);

        use(x, l, &plan);
    } else if (n == 0) {
        unknown_model(x, l->name);
    } else {
        model_not_found(x, JOIN(x, STR("several providers list the model \""),
                                str_first(l->name, NAME_SHOWN),
                                STR("\", one of them is "), p->name,
                                STR(": name it as provider/model")));
    }
}

/* The model's name is the supplier's own; the supplier's name may stand before
 * it, as it must without a supplier. */
struct plan request_supplier_plan(const struct exchange *x, struct str name)
{
    const struct provider *p = x->supplier;
    size_t slash = str_find(name, '/');

    if (slash != name.n &&
        config_provider(x->config, str_first(name, slash)) == p)
        name = str_skip(name, slash + 1);
    return plan_of(p, name);
}

static void ask_supplier(struct exchange *x, struct lookup *l)
{
    const struct provider *p = x->supplier;
    struct plan plan = request_supplier_plan(x, l->name);

    if (plan.one.model.n == 0)
        model_not_found(
            x, JOIN(x, STR("no model is named after \""), p->name, STR("/\"")));
    else if (p->is_available || (x->has_own_key && p->origin.host.n != 0))
        use(x, l, &plan);
    else
        not_ready(x, p);
}

void lookup_start(struct exchange *x, struct lookup *l, struct str name,
                  lookup_found *found)
{
    struct plan plan;

    l->name = name;
    l->found = found;
    if (x->supplier != NULL) {
        ask_supplier(x, l);
        return;
    }
    switch (plan_resolve(x->config, name, x->random[1], &plan)) {
    case PLAN_FOUND:
        use(x, l, &plan);
        return;
    case PLAN_NOT_READY:
        if (has_more_names(l))
            planning_start(x, l, &plan);
        else
            not_ready(x, plan.one.provider);
        return;
    case PLAN_NO_DEFAULT:
        model_not_found(x, STR("the model \"default\" needs DEFAULT_MODEL to "
                               "be set, as provider/model"));
        return;
    case PLAN_NO_MODEL:
        model_not_found(x, JOIN(x, STR("no model is named after \""),
                                plan.one.provider->name, STR("/\"")));
        return;
    case PLAN_BARE:
        break;
    }
    if (explain_is_dry(x)) {
        model_not_found(x, JOIN(x, STR("\""), str_first(name, NAME_SHOWN),
                                STR("\" names no provider, and nobody is asked "
                                    "for a list now: name it as "
                                    "provider/model")));
        return;
    }
    l->lists = model_lists_new(x, lists_done, l);
    if (l->lists != NULL)
        model_lists_start(x, l->lists);
}

void lookup_loaded(struct exchange *x, struct lookup *l, enum sl_rc rc,
                   struct str bytes)
{
    if (!planning_loaded(x, l, rc, bytes) && l->lists != NULL)
        model_lists_loaded(x, l->lists, rc, bytes);
}
