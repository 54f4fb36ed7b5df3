/* SPDX-License-Identifier: MIT */
/* The hard idea: one list of candidates, each with two keys to sort by, in
 * which a stable sort keeps the order of names wherever nothing else is
 * asked for. */
#include "core/api/planning.h"

#include "core/api/needs.h"
#include "core/api/request.h"
#include "core/api/session.h"
#include "core/base/num.h"
#include "core/explain.h"
#include "core/model_facts.h"
#include "core/speed.h"

enum {
    CANDIDATES = 128, /* of one plan; what follows is not looked at */
    PROBE = 16,       /* one request in so many tries a target first whose
                         speed is not known */
};

struct candidate {
    struct target target;
    size_t part;    /* which name led to it */
    uint64_t rank;  /* by provider.order */
    uint64_t value; /* price or time: less is better */
};

struct planning {
    struct plan *parts; /* of each name */
    size_t n_parts, n_names;
    struct candidate *v;
    size_t n, room;
    struct skipped *skipped; /* as much room */
    size_t n_skipped;
    struct needs needs;
    bool asks_speeds; /* LOAD is under way */
};

static const struct overrides none;

static const struct overrides *wishes(const struct lookup *l)
{
    return l->overrides != NULL ? l->overrides : &none;
}

static void use(struct exchange *x, const struct lookup *l,
                const struct plan *plan)
{
    if (!explain_plan(x, plan))
        l->found(x, plan);
}

/* ---- names ---- */

/* The i-th name after `model`, and where it stands. */
static struct str more_name(const struct overrides *o, size_t i,
                            struct str *list, size_t *at)
{
    bool is_model = i < o->models.n;

    *list = is_model ? STR("models") : STR("fallbacks");
    *at = is_model ? i : i - o->models.n;
    return is_model ? o->models.v[i] : o->fallbacks.v[*at];
}

static void unknown_name(struct exchange *x, struct lookup *l, size_t i,
                         struct str why)
{
    struct str list;
    size_t at;
    struct str name = more_name(wishes(l), i, &list, &at);
    char text[24];
    struct str path =
        JOIN(x, list, STR("["), ((struct str){text, num_write_u64(text, at)}),
             STR("]"));

    reply_failure(x, &(struct failure){
                         .rc = SL_NOT_FOUND,
                         .code = STR("model_not_found"),
                         .param = path,
                         .what = JOIN(x, path, STR(": \""),
                                      str_first(name, 200), STR("\" "), why),
                     });
}

/* Recursion by way of this: the lists were asked for a bare name. */
static void go_on(struct exchange *x, struct lookup *l);

static void on_lists(struct exchange *x, struct model_lists *lists)
{
    go_on(x, model_lists_owner(lists));
}

/* The plan of a bare name. False: the lists are asked, or it was answered. */
static bool resolve_bare(struct exchange *x, struct lookup *l, size_t i,
                         struct str name)
{
    const struct provider *p = NULL;
    size_t n;

    if (explain_is_dry(x)) {
        unknown_name(x, l, i,
                     STR("names no provider, and with sluice-explain: "
                         "plan no list is asked"));
        return false;
    }
    if (l->lists == NULL) {
        l->lists = model_lists_new(x, on_lists, l);
        if (l->lists != NULL)
            model_lists_start(x, l->lists);
        return false;
    }
    n = model_lists_owners(x, l->lists, name, &p);
    if (n == 1) {
        l->planning->parts[l->planning->n_parts++] = plan_of(p, name);
        return true;
    }
    unknown_name(x, l, i,
                 n == 0 ? STR("is listed by no provider: name it as "
                              "provider/model")
                        : STR("is listed by several providers: name it as "
                              "provider/model"));
    return false;
}

static bool resolve(struct exchange *x, struct lookup *l, size_t i)
{
    struct str list;
    size_t at;
    struct str name = more_name(wishes(l), i, &list, &at);
    struct plan *plan = &l->planning->parts[l->planning->n_parts];

    if (x->supplier != NULL) {
        *plan = request_supplier_plan(x, name);
        l->planning->n_parts++;
        return true;
    }
    switch (plan_resolve(x->config, name, x->random[1], plan)) {
    case PLAN_FOUND:
    case PLAN_NOT_READY:
        l->planning->n_parts++;
        return true;
    case PLAN_BARE:
        return resolve_bare(x, l, i, name);
    case PLAN_NO_DEFAULT:
        unknown_name(x, l, i, STR("needs DEFAULT_MODEL to be set"));
        return false;
    case PLAN_NO_MODEL:
        break;
    }
    unknown_name(x, l, i, STR("names no model after the slash"));
    return false;
}

/* ---- who can't serve it ---- */

static void skip(struct planning *pl, const struct target *t, struct str why)
{
    if (pl->n_skipped < pl->room)
        pl->skipped[pl->n_skipped++] = (struct skipped){*t, why};
}

static struct str number(struct exchange *x, uint64_t n)
{
    char text[24];

    return JOIN(x, ((struct str){text, num_write_u64(text, n)}));
}

static struct str ability_name(unsigned bits)
{
    if ((bits & ABILITY_TOOLS) != 0)
        return STR("tools");
    if ((bits & ABILITY_VISION) != 0)
        return STR("vision");
    return (bits & ABILITY_REASONING) != 0 ? STR("reasoning")
                                           : STR("structured output");
}

/* Why its conditions leave it out; {0}: they don't. */
static struct str why_not(struct exchange *x, const struct planning *pl,
                          const struct candidate *c)
{
    const struct target *t = &c->target;
    const struct model_group *g = pl->parts[c->part].group;
    struct model_facts facts = {0};
    unsigned needs = pl->needs.abilities;
    unsigned lacks, known;
    uint64_t context;

    if ((t->needs & ~needs) != 0)
        return JOIN(x, STR("is only for requests with "),
                    ability_name(t->needs & ~needs));
    if (t->min_context > 0 && pl->needs.tokens < (uint64_t)t->min_context)
        return JOIN(x, STR("is only for prompts from "),
                    number(x, (uint64_t)t->min_context),
                    STR(" tokens on, this one has about "),
                    number(x, pl->needs.tokens));
    if (!model_facts_find(t->provider->name, t->model, &facts))
        facts = (struct model_facts){0};
    known = t->has_is_said ? ~0U : facts.known_abilities;
    if (g != NULL)
        needs |= g->require;
    lacks = needs & known & ~(t->has_is_said ? t->has : facts.abilities);
    if (lacks != 0)
        return JOIN(x, STR("has no "), ability_name(lacks));
    context = plan_context(t);
    if (context != 0 && pl->needs.tokens > context)
        return JOIN(x, STR("takes "), number(x, context),
                    STR(" tokens, the prompt has about "),
                    number(x, pl->needs.tokens));
    return (struct str){0};
}

/* Why the caller or the configuration leaves it out. */
static struct str why_excluded(const struct exchange *x,
                               const struct overrides *o,
                               const struct target *t)
{
    const struct provider *p = t->provider;
    size_t at;

    if (!p->is_available && !(x->has_own_key && p->origin.host.n != 0))
        return STR("has no key");
    if (!request_can_serve(x, p, t->model))
        return STR("has no route for such requests");
    if (o->only.n != 0 && !name_list_has(&o->only, p, &at))
        return STR("is not among provider.only");
    if (name_list_has(&o->ignore, p, &at))
        return STR("is in provider.ignore");
    return (struct str){0};
}

static bool is_there(const struct planning *pl, const struct target *t)
{
    for (size_t i = 0; i < pl->n; i++) {
        if (pl->v[i].target.provider == t->provider &&
            str_eq(pl->v[i].target.model, t->model))
            return true;
    }
    return false;
}

/* Conditions are for lists: what a name alone leads to is the caller's
 * choice. */
static bool has_conditions(const struct planning *pl)
{
    return pl->parts[0].group != NULL || pl->n_parts > 1;
}

static void add(struct exchange *x, struct lookup *l, size_t part,
                const struct target *t)
{
    const struct overrides *o = wishes(l);
    struct planning *pl = l->planning;
    struct candidate *c = &pl->v[pl->n];
    struct str why;
    size_t at = o->order.n;

    if (pl->n == pl->room || is_there(pl, t))
        return;
    *c = (struct candidate){.target = *t, .part = part};
    why = why_excluded(x, o, t);
    if (why.n == 0 && has_conditions(pl))
        why = why_not(x, pl, c);
    if (why.n != 0) {
        skip(pl, t, why);
        return;
    }
    if (!name_list_has(&o->order, t->provider, &at))
        at = o->order.n;
    c->rank = at;
    pl->n++;
}

/* A conversation begins at the target where it began before. */
static void stay(const struct exchange *x, struct plan *plan)
{
    uint64_t session =
        plan->group == NULL ? 0 : session_of(x, plan->group->affinity);

    if (session != 0)
        plan->first = plan_draw(plan->group, session);
}

static void gather(struct exchange *x, struct lookup *l)
{
    struct planning *pl = l->planning;

    size_t n = 0;

    for (size_t part = 0; part < pl->n_parts; part++) {
        stay(x, &pl->parts[part]);
        n += pl->parts[part].n;
    }
    pl->room = n < CANDIDATES ? n : CANDIDATES;
    pl->v = arena_array(&x->arena, struct candidate, pl->room);
    pl->skipped = arena_array(&x->arena, struct skipped, pl->room);
    if (pl->v == NULL || pl->skipped == NULL) {
        x->failed = true;
        return;
    }
    if (x->body.mode == BODY_HELD && has_conditions(pl))
        needs_read(str_trim(body_bytes(x)), &pl->needs);
    for (size_t part = 0; part < pl->n_parts; part++)
        for (size_t i = 0; i < pl->parts[part].n; i++)
            add(x, l, part, plan_target(&pl->parts[part], i));
}

/* ---- order ---- */

static enum plan_sort sort_of(const struct lookup *l, const struct candidate *c)
{
    const struct model_group *g = l->planning->parts[c->part].group;

    if (wishes(l)->sort != PLAN_AS_GIVEN)
        return wishes(l)->sort;
    if (g != NULL && g->strategy == GROUP_CHEAPEST)
        return PLAN_BY_PRICE;
    return g != NULL && g->strategy == GROUP_FASTEST ? PLAN_BY_SPEED
                                                     : PLAN_AS_GIVEN;
}

static uint64_t price_of(const struct target *t)
{
    struct model_facts facts;

    if (!model_facts_find(t->provider->name, t->model, &facts))
        return UINT64_MAX;
    return model_facts_price(&facts);
}

/* Asks the host for the speeds of all. False: they don't matter. */
static bool ask_speeds(struct exchange *x, struct lookup *l)
{
    struct planning *pl = l->planning;
    uint64_t *ids = arena_array(&x->arena, uint64_t, pl->n);
    struct action *act = NULL;
    bool matters = false;

    for (size_t i = 0; ids != NULL && i < pl->n; i++) {
        const struct target *t = &pl->v[i].target;

        ids[i] = speed_id(t->provider->name, t->model);
        matters = matters || sort_of(l, &pl->v[i]) == PLAN_BY_SPEED;
    }
    if (ids == NULL)
        x->failed = true;
    if (ids == NULL || !matters)
        return ids == NULL;
    pl->asks_speeds = true;
    act = exchange_act(x, ACTION_LOAD);
    if (act != NULL) {
        act->key = LOAD_SPEEDS;
        act->bytes = (struct str){(const char *)ids, pl->n * sizeof(*ids)};
    }
    return true;
}

/* speeds: a uint32_t for each; {0}: none is known. */
static void take_values(struct exchange *x, struct lookup *l, struct str speeds)
{
    struct planning *pl = l->planning;
    bool probes = (x->random[1] >> 8) % PROBE == 0;

    for (size_t i = 0; i < pl->n; i++) {
        struct candidate *c = &pl->v[i];
        enum plan_sort sort = sort_of(l, c);
        uint32_t ms = SPEED_UNKNOWN;

        if (sort == PLAN_BY_PRICE)
            c->value = price_of(&c->target);
        if (sort != PLAN_BY_SPEED)
            continue;
        if (speeds.p != NULL && speeds.n == pl->n * sizeof(ms))
            memcpy(&ms, speeds.p + i * sizeof(ms), sizeof(ms));
        c->value = ms;
        if (ms == SPEED_UNKNOWN && probes) {
            c->value = 0;
            probes = false;
        }
    }
}

static bool is_before(const struct lookup *l, const struct candidate *a,
                      const struct candidate *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->part != b->part && wishes(l)->sort == PLAN_AS_GIVEN)
        return a->part < b->part;
    return a->value < b->value;
}

/* By insertion: lists are short, and equal ones keep their order. */
static void sort(struct lookup *l)
{
    struct planning *pl = l->planning;

    for (size_t i = 1; i < pl->n; i++) {
        struct candidate c = pl->v[i];
        size_t at = i;

        for (; at > 0 && is_before(l, &c, &pl->v[at - 1]); at--)
            pl->v[at] = pl->v[at - 1];
        pl->v[at] = c;
    }
}

/* ---- the end ---- */

static void none_left(struct exchange *x, const struct planning *pl)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 16384);
    buf_add(&out, STR("no target of the plan fits this request: "));
    for (size_t i = 0; i < pl->n_skipped && out.n < 4096; i++) {
        const struct skipped *s = &pl->skipped[i];

        if (i != 0)
            buf_add(&out, STR("; "));
        buf_add(&out, s->target.provider->name);
        buf_add_char(&out, '/');
        buf_add(&out, str_first(s->target.model, 200));
        buf_add_char(&out, ' ');
        buf_add(&out, s->why);
    }
    if (out.failed)
        x->failed = true;
    reply_failure(x, &(struct failure){
                         .rc = SL_BAD_REQUEST,
                         .code = STR("no_target"),
                         .param = STR("model"),
                         .what = buf_str(&out),
                     });
}

static void finish(struct exchange *x, struct lookup *l, struct str speeds)
{
    struct planning *pl = l->planning;
    struct plan plan = pl->parts[0];
    struct target *targets = arena_array(&x->arena, struct target, pl->n);

    if (targets == NULL)
        x->failed = true;
    if (x->failed)
        return;
    take_values(x, l, speeds);
    sort(l);
    if (wishes(l)->only_first && pl->n > 1)
        pl->n = 1;
    if (pl->n == 0) {
        none_left(x, pl);
        return;
    }
    for (size_t i = 0; i < pl->n; i++)
        targets[i] = pl->v[i].target;
    plan.targets = targets;
    plan.n = pl->n;
    plan.first = 0;
    plan.one = targets[0];
    plan.skipped = pl->skipped;
    plan.n_skipped = pl->n_skipped;
    use(x, l, &plan);
}

static void go_on(struct exchange *x, struct lookup *l)
{
    struct planning *pl = l->planning;

    while (pl->n_parts <= pl->n_names)
        if (!resolve(x, l, pl->n_parts - 1))
            return;
    gather(x, l);
    if (!x->failed && !ask_speeds(x, l))
        finish(x, l, (struct str){0});
}

void planning_start(struct exchange *x, struct lookup *l,
                    const struct plan *plan)
{
    const struct overrides *o = wishes(l);
    struct planning *pl;

    if (!o->is_set && plan->group == NULL) {
        use(x, l, plan);
        return;
    }
    pl = arena_new(&x->arena, struct planning);
    l->planning = pl;
    if (pl != NULL) {
        pl->n_names = o->models.n + o->fallbacks.n;
        pl->parts = arena_array(&x->arena, struct plan, pl->n_names + 1);
    }
    if (pl == NULL || pl->parts == NULL) {
        x->failed = true;
        return;
    }
    pl->parts[pl->n_parts++] = *plan;
    go_on(x, l);
}

bool planning_loaded(struct exchange *x, struct lookup *l, enum sl_rc rc,
                     struct str bytes)
{
    if (l->planning == NULL || !l->planning->asks_speeds)
        return false;
    l->planning->asks_speeds = false;
    finish(x, l, rc == SL_OK ? bytes : (struct str){0});
    return true;
}
