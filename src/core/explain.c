/* SPDX-License-Identifier: MIT */
#include "core/explain.h"

#include "core/attempt.h"
#include "core/base/json.h"
#include "core/model_facts.h"

enum {
    STEPS = 2 * ATTEMPTS, /* with those on connections that were dead */
    SHOWN = 16,           /* targets of a plan in the field */
    NAME_SHOWN = 200,     /* bytes of a model's name */
    FIELD_BYTES = 32768,
    PLAN_BYTES = 1024 * 1024,
};

struct step {
    struct str provider, model, why;
    size_t key; /* SIZE_MAX: none of ours */
    int status;
    enum sl_rc rc;
    bool is_lost;
    int64_t began_ms, ended_ms; /* 0: under way */
};

struct explain {
    struct plan plan;
    bool is_dry;
    struct step steps[STEPS];
    size_t n;
    struct str why; /* of the next step */
};

void explain_start(struct exchange *x)
{
    struct str asks = http_value(&x->fields, STR("sluice-explain"));
    bool is_dry = str_eq_nocase(asks, STR("plan"));

    if (!is_dry && !str_eq_nocase(asks, STR("true")))
        return;
    x->explain = arena_new(&x->arena, struct explain);
    if (x->explain == NULL)
        x->failed = true;
    else
        x->explain->is_dry = is_dry;
}

bool explain_is_dry(const struct exchange *x)
{
    return x->explain != NULL && x->explain->is_dry;
}

/* ---- what happens ---- */

void explain_why(struct exchange *x, struct str why)
{
    if (x->explain != NULL && x->explain->why.n == 0)
        x->explain->why = why;
}

void explain_begin(struct exchange *x, struct attempt *a)
{
    struct explain *e = x->explain;

    a->step = STEPS;
    if (e == NULL || e->n == STEPS)
        return;
    a->step = e->n;
    e->steps[e->n++] = (struct step){
        .provider = a->provider->name,
        .model = a->model,
        .why = e->why,
        .key =
            a->key < a->provider->n_keys && !x->has_own_key ? a->key : SIZE_MAX,
        .began_ms = x->now_ms};
    e->why = (struct str){0};
}

/* What is known of the attempt, which ends now; NULL: it is not shown. */
static struct step *end_step(struct exchange *x, const struct attempt *a)
{
    struct explain *e = x->explain;

    if (e == NULL || a->step >= e->n)
        return NULL;
    e->steps[a->step].ended_ms = x->now_ms;
    return &e->steps[a->step];
}

void explain_status(struct exchange *x, const struct attempt *a, int status)
{
    struct step *s = end_step(x, a);

    if (s != NULL)
        s->status = status;
}

void explain_failed(struct exchange *x, const struct attempt *a, enum sl_rc rc)
{
    struct step *s = end_step(x, a);

    if (s != NULL)
        s->rc = rc;
}

void explain_lost(struct exchange *x, const struct attempt *a)
{
    struct step *s = end_step(x, a);

    if (s != NULL)
        s->is_lost = true;
}

/* ---- as text ---- */

/* A string of JSON that a field can hold. */
static void add_text(struct buf *out, struct str text)
{
    text = str_first(text, NAME_SHOWN);
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '"' || c == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, c < ' ' || c > '~' ? '?' : c);
    }
    buf_add_char(out, '"');
}

static void add_member(struct buf *out, struct str name, struct str text)
{
    json_member(out, name);
    add_text(out, text);
}

static void add_number(struct buf *out, struct str name, uint64_t n)
{
    json_member(out, name);
    buf_add_u64(out, n);
}

/* "provider/model" as one string. */
static void add_target(struct exchange *x, struct buf *out,
                       const struct target *t)
{
    add_text(out, JOIN(x, t->provider->name, STR("/"),
                       str_first(t->model, NAME_SHOWN)));
}

/* At most so many: a field has little room. */
static void add_skipped(struct exchange *x, struct buf *out,
                        const struct plan *plan, size_t most)
{
    if (plan->n_skipped == 0)
        return;
    json_member(out, STR("skipped"));
    buf_add_char(out, '[');
    for (size_t i = 0; i < plan->n_skipped && i < most; i++) {
        json_next(out);
        buf_add(out, STR("{\"target\":"));
        add_target(x, out, &plan->skipped[i].target);
        add_member(out, STR("why"), plan->skipped[i].why);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void add_step(struct exchange *x, struct buf *out, const struct step *s)
{
    int64_t end = s->ended_ms != 0 ? s->ended_ms : x->now_ms;

    buf_add_char(out, '{');
    add_member(out, STR("provider"), s->provider);
    if (s->model.n != 0)
        add_member(out, STR("model"), s->model);
    if (s->key != SIZE_MAX)
        add_number(out, STR("key"), s->key);
    if (s->why.n != 0)
        add_member(out, STR("why"), s->why);
    if (s->status != 0)
        add_number(out, STR("status"), (uint64_t)s->status);
    if (s->rc != SL_OK)
        add_member(out, STR("failed"), rc_info(s->rc)->text);
    if (s->is_lost)
        add_member(out, STR("failed"), STR("another answered first"));
    add_number(out, STR("ms"), (uint64_t)(end - s->began_ms));
    buf_add_char(out, '}');
}

struct str explain_value(struct exchange *x)
{
    const struct explain *e = x->explain;
    struct buf out;

    if (e == NULL || (e->is_dry && e->plan.n != 0))
        return (struct str){0};
    buf_init(&out, arena_mem(&x->arena), FIELD_BYTES);
    buf_add_char(&out, '{');
    json_member(&out, STR("plan"));
    buf_add_char(&out, '[');
    for (size_t i = 0; i < e->plan.n && i < SHOWN; i++) {
        json_next(&out);
        add_target(x, &out, plan_target(&e->plan, i));
    }
    buf_add_char(&out, ']');
    add_skipped(x, &out, &e->plan, SHOWN);
    json_member(&out, STR("attempts"));
    buf_add_char(&out, '[');
    for (size_t i = 0; i < e->n; i++) {
        json_next(&out);
        add_step(x, &out, &e->steps[i]);
    }
    buf_add(&out, STR("]}"));
    if (out.failed)
        x->failed = true;
    return buf_str(&out);
}

/* ---- the plan alone ---- */

static void add_abilities(struct buf *out, const struct target *t,
                          const struct model_facts *facts)
{
    static const struct {
        struct str name;
        unsigned bit;
    } names[] = {
        {STR_INIT("tools"), ABILITY_TOOLS},
        {STR_INIT("vision"), ABILITY_VISION},
        {STR_INIT("reasoning"), ABILITY_REASONING},
        {STR_INIT("structured"), ABILITY_STRUCTURED},
    };
    unsigned bits = t->has_is_said ? t->has : facts->abilities;

    if (!t->has_is_said && facts->known_abilities == 0)
        return;
    json_member(out, STR("abilities"));
    buf_add_char(out, '[');
    for (size_t i = 0; i < SL_LEN(names); i++) {
        if ((bits & names[i].bit) == 0)
            continue;
        json_next(out);
        json_str(out, names[i].name);
    }
    buf_add_char(out, ']');
}

/* What is known of a target; prices in micro-USD for a million tokens. */
static void add_whole_target(struct exchange *x, struct buf *out,
                             const struct target *t)
{
    struct model_facts facts;
    uint64_t context = plan_context(t);

    if (!model_facts_find(t->provider->name, t->model, &facts))
        facts = (struct model_facts){.input_price = PRICE_UNKNOWN,
                                     .output_price = PRICE_UNKNOWN};
    buf_add(out, STR("{\"target\":"));
    add_target(x, out, t);
    add_number(out, STR("keys"), t->provider->n_keys);
    if (context != 0)
        add_number(out, STR("context"), context);
    if (facts.output != 0)
        add_number(out, STR("output"), facts.output);
    if (facts.input_price != PRICE_UNKNOWN)
        add_number(out, STR("input_price"), facts.input_price);
    if (facts.output_price != PRICE_UNKNOWN)
        add_number(out, STR("output_price"), facts.output_price);
    add_abilities(out, t, &facts);
    buf_add_char(out, '}');
}

static void answer_plan(struct exchange *x, const struct plan *plan)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), PLAN_BYTES);
    buf_add(&out, STR("{\"targets\":["));
    for (size_t i = 0; i < plan->n; i++) {
        json_next(&out);
        add_whole_target(x, &out, plan_target(plan, i));
    }
    buf_add_char(&out, ']');
    add_skipped(x, &out, plan, plan->n_skipped);
    buf_add_char(&out, '}');
    if (out.failed)
        x->failed = true;
    else
        reply_whole(x, 200, STR("application/json"), buf_str(&out));
}

bool explain_plan(struct exchange *x, const struct plan *plan)
{
    if (x->explain == NULL)
        return false;
    x->explain->plan = *plan;
    if (x->explain->is_dry)
        answer_plan(x, plan);
    return x->explain->is_dry;
}
