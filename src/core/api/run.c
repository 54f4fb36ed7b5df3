/* SPDX-License-Identifier: MIT */
/* A bare prompt for Workers AI. The model is named by the body's `model`, else
 * by DEFAULT_MODEL where that is one of Workers AI's, else by the catalogue; it
 * becomes a part of the path, so that it may hold nothing that leads out of
 * /run. The rest of the body and the whole answer stay as they are. */
#include "core/api/run.h"

#include "core/api/raw.h"
#include "core/api/request.h"
#include "core/base/json.h"

enum { WANT_PROMPT, WANT_MODEL, WANTS, PIECES = 4, MODEL_BYTES = 256 };

struct run {
    struct attempt attempt; /* first: found by its attempt */
    struct str path;
    struct str pieces[PIECES]; /* of the body without its `model` */
    size_t n_pieces, total;
};

static enum sl_rc scan(struct str body, struct json_want *want, struct err *err)
{
    want[WANT_PROMPT] = (struct json_want){.name = STR("prompt")};
    want[WANT_MODEL] = (struct json_want){.name = STR("model")};
    return json_scan(body, want, WANTS, err);
}

bool run_is_prompt(struct str body)
{
    struct json_want want[WANTS];
    enum sl_rc rc = scan(body, want, NULL);

    return rc == SL_DUPLICATE ||
           (rc == SL_OK && want[WANT_PROMPT].value.n != 0);
}

/* ---- sending ---- */

static void send(struct exchange *x, struct attempt *a)
{
    struct run *r = (struct run *)a;
    struct http_framing framing = {.body = HTTP_BODY_LENGTH,
                                   .length = r->total};

    fetch_field(x, &a->fetch, STR("content-type"), STR("application/json"));
    request_forward_fields(x, &a->fetch, false);
    fetch_open(x, &a->fetch, STR("POST"), r->path, &framing);
    for (size_t i = 0; i < r->n_pieces; i++)
        fetch_push(x, &a->fetch, r->pieces[i]);
    fetch_end(x, &a->fetch);
    fetch_within(x, &a->fetch, a->provider->timeouts.first_byte_ms);
}

static bool can_resend(struct exchange *x, struct attempt *a)
{
    (void)x;
    return !a->committed;
}

static void on_head(struct exchange *x, struct attempt *a,
                    const struct http_response *res, int64_t length)
{
    if (attempt_again_after(x, a, res->status, &res->fields))
        return;
    raw_head(x, a, res, length, NULL);
    body_release(x);
}

static const struct attempt_events attempt_on = {
    send, can_resend, on_head, raw_body, raw_failed, NULL,
};

/* ---- the model ---- */

static const struct provider *who_runs(const struct config *c)
{
    for (size_t i = 0; i < c->n_providers; i++) {
        if (c->providers[i].row->prompt_model.n != 0)
            return &c->providers[i];
    }
    SL_ASSERT(false); /* the catalogue has one */
    return NULL;
}

static struct str configured_model(const struct exchange *x,
                                   const struct provider *p)
{
    struct plan plan;

    if (plan_resolve(x->config, STR("default"), x->random[1], &plan) ==
            PLAN_FOUND &&
        plan_target(&plan, 0)->provider == p)
        return plan_target(&plan, 0)->model;
    return p->row->prompt_model;
}

/* "@cf/meta/llama-3.1-8b-instruct": no segment of it may be empty or dots. */
static bool is_model(struct str model)
{
    struct str rest = model, segment;
    bool ok = model.n <= MODEL_BYTES && !str_ends(model, STR("/"));

    for (size_t i = 0; i < model.n; i++) {
        char c = model.p[i];

        ok = ok && (char_is_alpha(c) || char_is_digit(c) ||
                    str_find(STR("@/._:-"), c) != 6);
    }
    while (ok && str_split(&rest, '/', &segment))
        ok = segment.n != 0 && segment.p[0] != '.';
    return ok && model.n != 0;
}

static bool wrong(struct exchange *x, struct str param, struct str what)
{
    reply_failure(x, &(struct failure){.rc = SL_BAD_REQUEST,
                                       .code = STR("invalid_body"),
                                       .param = param,
                                       .what = what});
    return false;
}

static bool read_model(struct exchange *x, const struct provider *p,
                       struct str raw, struct str *model)
{
    struct str prefix = JOIN(x, p->name, STR("/"));

    if (raw.n == 0 || json_raw_type(raw) == JSON_NULL) {
        *model = configured_model(x, p);
        return true;
    }
    if (!request_model(x, raw, model))
        return false;
    if (str_eq(*model, STR("default")))
        *model = configured_model(x, p);
    if (str_starts(*model, prefix))
        *model = str_skip(*model, prefix.n);
    *model = plan_model(p, *model);
    return is_model(*model) ||
           wrong(x, STR("model"),
                 STR("model must be the name of one of Workers AI's, such as "
                     "@cf/meta/llama-3.1-8b-instruct"));
}

/* ---- the request ---- */

static bool read_body(struct exchange *x, const struct provider *p,
                      struct run *r, struct str body)
{
    struct json_want want[WANTS];
    struct err err = {0};
    struct json_edit e;
    struct str model;
    enum sl_rc rc = scan(body, want, &err);

    if (rc != SL_OK) {
        reply_bad_json(x, rc, &err);
        return false;
    }
    if (json_raw_type(want[WANT_PROMPT].value) != JSON_STRING)
        return wrong(x, STR("prompt"), STR("prompt must be a string"));
    if (!read_model(x, p, want[WANT_MODEL].value, &model))
        return false;
    json_edit_init(&e, body, &x->arena);
    if (want[WANT_MODEL].member.n != 0)
        json_edit_remove(&e, body, want[WANT_MODEL].member);
    r->n_pieces = json_edit_pieces(&e, r->pieces, PIECES, &r->total);
    r->path = JOIN(x, p->row->gateway_run, STR("/"), model);
    r->attempt.model = model;
    x->record.model = model;
    if (r->n_pieces == 0)
        x->failed = true;
    return !x->failed;
}

void run_start(struct exchange *x, struct str body)
{
    const struct provider *p = who_runs(x->config);
    struct run *r = arena_new(&x->arena, struct run);

    if (r == NULL) {
        x->failed = true;
        return;
    }
    if (!read_body(x, p, r, body))
        return;
    if (!p->is_available) {
        reply_failure(x, &(struct failure){
                             .rc = SL_NOT_FOUND,
                             .code = STR("provider_not_configured"),
                             .what = JOIN(x, STR("a prompt goes to "), p->name,
                                          STR(", which is not configured: set "
                                              "CLOUDFLARE_ACCOUNT_ID and "),
                                          p->row->key_vars[0])});
        return;
    }
    x->state = r;
    x->surface = &surface_run;
    attempt_start(x, &r->attempt, p, &attempt_on);
}

const struct surface surface_run = {.name = STR_INIT("run")};
