/* SPDX-License-Identifier: MIT */
/* What Ollama's clients ask besides chats and the list of models: GET
 * /api/version, GET /api/ps, POST /api/show. */
#include "core/api/request.h"
#include "core/base/json.h"
#include "core/dialects/dialect.h"
#include "core/dialects/ollama_lists.h"
#include "core/model_facts.h"

enum { SHOW_BYTES = 65536 };

/* The version of Ollama whose interface this is: clients ask whether it is new
 * enough for tools, images and reasoning. */
#define OLLAMA_VERSION STR("0.12.6")

static void reply_json(struct exchange *x, const struct buf *out)
{
    if (out->failed)
        x->failed = true;
    else
        reply_whole(x, 200, STR("application/json"), buf_str(out));
}

static void version(struct exchange *x)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), SHOW_BYTES);
    ollama_write_version(&out, OLLAMA_VERSION);
    reply_json(x, &out);
}

/* Nothing is loaded here. */
static void running(struct exchange *x)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), SHOW_BYTES);
    ollama_write_tags(&out, NULL, 0);
    reply_json(x, &out);
}

/* ---- one model ---- */

static void found(struct exchange *x, const struct plan *plan)
{
    const struct lookup *l = x->state;
    const struct target *t = plan_target(plan, 0);
    struct ollama_model model = {.name = l->name,
                                 .context = (int64_t)plan_context(t)};
    struct model_facts facts;
    struct buf out;

    if (model_facts_find(t->provider->name, t->model, &facts)) {
        model.has_facts = true;
        model.has_tools = (facts.abilities & ABILITY_TOOLS) != 0;
        model.has_vision = (facts.abilities & ABILITY_VISION) != 0;
        model.thinks = (facts.abilities & ABILITY_REASONING) != 0;
    }
    buf_init(&out, arena_mem(&x->arena), SHOW_BYTES);
    ollama_write_show(&out, &model);
    reply_json(x, &out);
}

/* {"model": …}; older clients say "name". */
static void show_ready(struct exchange *x)
{
    struct lookup *l = x->state;
    struct json_want want[] = {{.name = STR_INIT("model")},
                               {.name = STR_INIT("name")}};
    struct err err = {0};
    struct str name;
    enum sl_rc rc =
        json_scan(str_trim(body_bytes(x)), want, SL_LEN(want), &err);

    if (rc != SL_OK) {
        reply_bad_json(x, rc, &err);
        return;
    }
    if (request_model(x, want[want[0].value.n != 0 ? 0 : 1].value, &name))
        lookup_start(x, l, name, found);
}

static void show_start(struct exchange *x)
{
    if (!request_is_plain(x))
        return;
    x->state = arena_new(&x->arena, struct lookup);
    x->body.mode = BODY_HELD;
    if (x->state == NULL)
        x->failed = true;
}

static void show_loaded(struct exchange *x, enum sl_rc rc, struct str bytes)
{
    lookup_loaded(x, x->state, rc, bytes);
}

static void show_release(struct exchange *x)
{
    const struct lookup *l = x->state;

    if (l != NULL)
        model_lists_release(l->lists);
}

const struct surface surface_ollama_version = {
    .name = STR_INIT("ollama-version"), .start = version};
const struct surface surface_ollama_running = {
    .name = STR_INIT("ollama-running"), .start = running};
const struct surface surface_ollama_show = {.name = STR_INIT("ollama-show"),
                                            .start = show_start,
                                            .ready = show_ready,
                                            .loaded = show_loaded,
                                            .release = show_release};
