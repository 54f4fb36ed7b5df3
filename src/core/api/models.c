/* SPDX-License-Identifier: MIT */
/* GET /v1/models and /v1/models/{id}: the lists of all providers as one. What
 * is not in OpenAI's shape is written by model_shapes.c. */
#include "core/api/model_lists.h"
#include "core/api/model_path.h"
#include "core/api/model_shapes.h"
#include "core/base/json.h"
#include "core/base/url.h"
#include "core/dialects/dialect.h"
#include "core/plan.h"
#include "core/route.h"

enum {
    MODELS_BYTES = 64 * 1024 * 1024,
    UNLISTED_BYTES = 8192, /* a field; who does not fit is left out */
};

/* "openai: status 401; lab: the provider took too long": who is missing, and
 * why. */
static struct str unlisted(struct exchange *x, const struct model_lists *l)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), UNLISTED_BYTES);
    for (size_t i = 0; i < x->config->n_providers; i++) {
        struct str why = model_lists_why(l, i);

        if (why.n == 0)
            continue;
        if (out.n != 0)
            buf_add(&out, STR("; "));
        buf_add(&out, x->config->providers[i].name);
        buf_add(&out, STR(": "));
        buf_add(&out, why);
    }
    if (buf_rc(&out) == SL_NOMEM)
        x->failed = true;
    return buf_str(&out);
}

/* The operator's own names are models too. */
static void write_group(struct buf *out, const struct model_group *g)
{
    buf_add(out, STR("{\"id\":"));
    json_str(out, g->name);
    buf_add(out, STR(",\"object\":\"model\",\"created\":0,\"owned_by\":"
                     "\"sluice\"}"));
}

static void write_openai(struct exchange *x, const struct model_lists *l,
                         struct buf *out)
{
    size_t n = 0;

    buf_add(out, STR("{\"object\":\"list\",\"data\":["));
    for (; n < x->config->n_groups; n++) {
        if (n != 0)
            buf_add_char(out, ',');
        write_group(out, &x->config->groups[n]);
    }
    for (size_t i = 0; i < x->config->n_providers; i++) {
        struct str entries = model_lists_of(l, i);

        if (entries.n == 0)
            continue;
        if (n++ != 0)
            buf_add_char(out, ',');
        buf_add(out, entries);
    }
    buf_add(out, STR("]}"));
}

static void write_all(struct exchange *x, struct model_lists *l)
{
    struct str missing = unlisted(x, l);
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), MODELS_BYTES);
    if (x->dialect == &dialect_openai_chat)
        write_openai(x, l, &out);
    else if (!model_shapes_write_list(x, l, &out))
        return;
    if (out.failed || x->failed) {
        x->failed = true;
        return;
    }
    reply_start(x, 200);
    reply_field(x, STR("content-type"), STR("application/json"));
    if (missing.n != 0)
        reply_field(x, STR("sluice-unlisted"), missing);
    reply_head_send(x, (int64_t)out.n);
    reply_send(x, buf_str(&out));
    reply_end(x);
}

/* One entry, in the caller's shape: of a list (raw), or of the operator's own
 * names. */
static void reply_one(struct exchange *x, struct str raw,
                      const struct model_group *g)
{
    bool is_openai = x->dialect == &dialect_openai_chat;
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), MODELS_BYTES);
    if (is_openai && g != NULL)
        write_group(&out, g);
    else if (is_openai)
        buf_add(&out, raw);
    else if (g != NULL)
        model_shapes_write_group(x, &out, g);
    else
        model_shapes_write(x, &out, raw);
    if (out.failed || x->failed)
        x->failed = true;
    else
        reply_whole(x, 200, STR("application/json"), buf_str(&out));
}

static void write_one(struct exchange *x, struct model_lists *l)
{
    struct str *id = model_lists_owner(l);
    struct str entry = model_lists_find(x, l, *id);

    if (entry.n != 0) {
        reply_one(x, entry, NULL);
        return;
    }
    reply_failure(x,
                  &(struct failure){
                      .rc = SL_NOT_FOUND,
                      .code = STR("model_not_found"),
                      .param = STR("model"),
                      .what = JOIN(x, STR("the model \""), str_first(*id, 200),
                                   STR("\" does not exist; GET /v1/models "
                                       "lists those that do")),
                  });
}

static void start_all(struct exchange *x)
{
    struct model_lists *l = model_lists_new(x, write_all, NULL);

    x->state = l;
    if (l != NULL)
        model_lists_start(x, l);
}

/* SDKs send the slash of "provider/model" as %2F. */
static void start_one(struct exchange *x)
{
    struct str *id = arena_new(&x->arena, struct str);
    const struct model_group *group;
    struct model_lists *l;

    if (id == NULL) {
        x->failed = true;
        return;
    }
    if (url_decode(&x->arena, x->rest, false, id) != SL_OK) {
        reply_rc(x, SL_BAD_REQUEST, STR("the model's id is malformed"));
        return;
    }
    if (model_path_is_call(*id)) {
        reply_failure(x, &(struct failure){
                             .rc = SL_BAD_METHOD,
                             .allow = STR("POST, OPTIONS"),
                             .what = STR("This path takes POST, OPTIONS."),
                         });
        return;
    }
    group = plan_group(x->config, *id);
    if (group != NULL) {
        reply_one(x, (struct str){0}, group);
        return;
    }
    l = model_lists_new(x, write_one, id);
    x->state = l;
    if (l != NULL)
        model_lists_start(x, l);
}

static void loaded(struct exchange *x, enum sl_rc rc, struct str bytes)
{
    if (x->state != NULL)
        model_lists_loaded(x, x->state, rc, bytes);
}

/* Pages of lists that are still asked for when the exchange ends. */
static void release(struct exchange *x)
{
    if (x->state != NULL)
        model_lists_release(x->state);
}

const struct surface surface_models = {
    .name = STR_INIT("models"),
    .start = start_all,
    .loaded = loaded,
    .release = release,
};

const struct surface surface_model = {
    .name = STR_INIT("model"),
    .start = start_one,
    .loaded = loaded,
    .release = release,
};
