/* SPDX-License-Identifier: MIT */
/* The hard idea: while several legs run, none is followed by another attempt
 * (attempt.is_racing), so that a request is never made more often than its
 * hedges allow, and the order of attempts is the plan's again as soon as one
 * is alone. */
#include "core/api/race.h"

#include "core/api/answer.h"
#include "core/ask.h"
#include "core/explain.h"
#include "core/speed.h"

/* A body of megabytes is written anew for each target that may not take it, and
 * no one else is served meanwhile. */
enum { UNFIT = 8 };

/* Who is asked when the leg that began last is late. */
struct late {
    struct ask ask; /* first: found by its question */
    uint64_t id;
    int64_t sent_ms; /* from when the time counts */
};

/* ---- legs ---- */

/* How many run; each must know whether it is alone. */
static void count(struct race *r)
{
    r->n_running = 0;
    for (struct answer *an = r->legs; an != NULL; an = an->older)
        r->n_running += an->is_running ? 1 : 0;
    for (struct answer *an = r->legs; an != NULL; an = an->older)
        an->attempt.is_racing = r->n_running > 1;
}

static void stop(struct race *r, struct answer *an)
{
    an->is_running = false;
    answer_release(an);
    count(r);
}

static const struct target *take_target(struct race *r)
{
    while (r->n_tried < r->plan.n && r->n_unfit < UNFIT) {
        const struct target *t = plan_target(&r->plan, r->n_tried++);
        uint64_t context = r->over_context == 0 ? 0 : plan_context(t);

        if (context == 0 || context > r->over_context)
            return t;
    }
    return NULL;
}

static bool prepare(struct exchange *x, struct answer *an,
                    const struct target *t, struct failure *why)
{
    an->target = t;
    an->attempt.model = t->model;
    if (an->kind->prepare(x, an, why) && !x->failed)
        return true;
    an->race->n_unfit++;
    return false;
}

/* At t, or the next one that takes the request. If none does, the client is
 * told why the first does not. */
static void begin_at(struct exchange *x, struct answer *an,
                     const struct target *t)
{
    struct failure first = {0};
    struct failure why;

    for (; t != NULL; t = take_target(an->race)) {
        why = (struct failure){0};
        x->record.model = t->model;
        if (prepare(x, an, t, &why)) {
            attempt_start(x, &an->attempt, t->provider, an->kind->on);
            return;
        }
        if (x->failed || x->ended)
            return;
        if (first.rc == SL_OK)
            first = why;
        explain_why(x, JOIN(x, t->provider->name, STR("/"), t->model,
                            STR(" does not take it: "), why.what));
    }
    reply_failure(x, &first);
}

/* The next target that takes the request: another leg tries, since an may have
 * to tell of its own failure. NULL: none, or it is answered. */
static const struct target *find_taker(struct exchange *x,
                                       const struct answer *an)
{
    const struct target *t = take_target(an->race);
    struct failure why = {0};
    struct answer *probe;

    if (t == NULL || an->kind->twin == NULL)
        return t;
    probe = an->kind->twin(x, an);
    if (probe == NULL) {
        x->failed = true;
        return NULL;
    }
    probe->race = an->race;
    while (t != NULL && !prepare(x, probe, t, &why))
        t = x->failed || x->ended ? NULL : take_target(an->race);
    if (an->kind->release != NULL)
        an->kind->release(probe);
    return t;
}

static void join(struct race *r, struct answer *an)
{
    an->race = r;
    an->is_running = true;
    an->older = r->legs;
    r->legs = an;
}

void race_start(struct exchange *x, struct race *r, struct answer *an,
                const struct plan *plan)
{
    const struct target *t;

    r->plan = *plan;
    join(r, an);
    r->n_running = 1;
    if (plan->group != NULL && plan->group->hedge.max != 0 &&
        an->kind->twin != NULL && x->shown == NULL)
        x->race = r;
    t = take_target(r);
    SL_ASSERT(t != NULL);
    begin_at(x, an, t);
}

void race_release(struct race *r)
{
    for (struct answer *an = r->legs; an != NULL; an = an->older) {
        answer_release(an);
        if (an->kind->release != NULL)
            an->kind->release(an);
    }
}

/* ---- failures ---- */

static void run_alone(struct exchange *x, struct answer *an)
{
    struct race *r = an->race;

    for (struct answer *other = r->legs; other != NULL; other = other->older) {
        other->is_running = other == an;
        if (other != an)
            attempt_cancel(x, &other->attempt);
    }
    count(r);
}

/* There was no key for this hedge, or nothing left in the budget: as if it had
 * never been thought of. */
static void step_back(struct exchange *x, struct answer *an)
{
    struct race *r = an->race;
    struct answer *late = an->beside;
    struct attempt *a = &late->attempt;

    r->n_tried = an->n_tried_before;
    a->is_relieved = false;
    if (r->n_running > 1) {
        stop(r, an);
        return;
    }
    /* The late one has failed meanwhile, and this was to be its successor. */
    run_alone(x, late);
    if (!attempt_again(x, a, late->may_help))
        a->on->failed(x, a, a->failed != SL_OK ? a->failed : SL_UP_ERROR);
}

bool race_is_out(struct exchange *x, struct answer *an, bool may_help)
{
    struct race *r = an->race;

    if (an->attempt.pick.is_hedge) {
        step_back(x, an);
        return true;
    }
    an->may_help = may_help;
    if (r->n_running < 2)
        return false;
    attempt_cancel(x, &an->attempt);
    stop(r, an);
    for (struct answer *other = r->legs; other != NULL; other = other->older)
        attempt_heed(&other->attempt, &an->attempt);
    return true;
}

/* The keys that were left when another leg failed; its own are no use. */
static bool next_key(struct exchange *x, struct answer *an)
{
    struct answer *other = an->race->legs;

    while (other != NULL && (other == an || !other->may_help ||
                             !attempt_again(x, &other->attempt, true)))
        other = other->older;
    if (other != NULL)
        run_alone(x, other);
    return other != NULL;
}

static bool wait(struct exchange *x, struct answer *an)
{
    struct answer *other = an->race->legs;

    while (other != NULL &&
           (!other->may_help || !attempt_wait(x, &other->attempt)))
        other = other->older;
    if (other != NULL)
        run_alone(x, other);
    return other != NULL;
}

bool race_next_target(struct exchange *x, struct answer *an)
{
    struct attempt *a = &an->attempt;
    const struct target *t;

    if (a->committed || an->race->n_running > 1 ||
        x->record.attempts >= ATTEMPTS || !a->on->can_resend(x, a))
        return false;
    t = find_taker(x, an);
    if (t == NULL && !x->failed && !x->ended)
        return false;
    attempt_cancel(x, a);
    if (t != NULL)
        begin_at(x, an, t);
    return true;
}

bool race_goes_on(struct exchange *x, struct answer *an)
{
    return next_key(x, an) || race_next_target(x, an) || wait(x, an);
}

/* ---- the winner ---- */

/* When the next might begin. */
static void forget(struct exchange *x, struct race *r)
{
    r->hedge_ms = 0;
    if (r->late != NULL)
        ask_forget(x, &r->late->ask);
}

void race_won(struct exchange *x, struct answer *an)
{
    struct race *r = an->race;

    forget(x, r);
    x->record.hedge_won = an->beside != NULL;
    for (struct answer *other = r->legs; other != NULL; other = other->older) {
        if (other == an || !other->is_running)
            continue;
        attempt_lose(x, &other->attempt);
        stop(r, other);
    }
}

/* ---- hedges ---- */

static const struct hedge *hedge_of(const struct race *r)
{
    return &r->plan.group->hedge;
}

static bool may_hedge(const struct exchange *x, const struct race *r)
{
    return x->record.hedges < hedge_of(r)->max &&
           x->record.attempts < ATTEMPTS && !x->has_own_key;
}

static void on_late(struct exchange *x, struct ask *q, enum sl_rc rc,
                    struct str bytes)
{
    const struct late *late = (const struct late *)q;
    uint32_t ms = SPEED_UNKNOWN;

    if (rc == SL_OK && bytes.n == sizeof(ms))
        memcpy(&ms, bytes.p, sizeof(ms));
    /* Too few answers are known: nobody can say what is late. */
    if (ms != SPEED_UNKNOWN)
        x->race->hedge_ms = late->sent_ms + ms;
}

/* By when nearly all answers of its target have come. */
static void ask_late(struct exchange *x, struct race *r, uint64_t id)
{
    if (r->late == NULL)
        r->late = arena_new(&x->arena, struct late);
    if (r->late == NULL) {
        x->failed = true;
        return;
    }
    r->late->id = id;
    r->late->sent_ms = x->now_ms;
    r->late->ask.answered = on_late;
    ask_load(x, &r->late->ask, LOAD_LATE,
             (struct str){(const char *)&r->late->id, sizeof(id)});
}

void race_sent(struct exchange *x, struct answer *an)
{
    struct race *r = an->race;
    struct attempt *a = &an->attempt;

    if (x->race == NULL || x->ended)
        return;
    forget(x, r);
    if (hedge_of(r)->after_ms != 0) {
        r->hedge_ms = x->now_ms + hedge_of(r)->after_ms;
        return;
    }
    a->late_id = speed_late_id(a->provider->name, a->model, an->asked_stream);
    if (may_hedge(x, r))
        ask_late(x, r, a->late_id);
}

/* The leg that the next one would begin beside; NULL: none is late. */
static struct answer *late_leg(const struct exchange *x)
{
    struct answer *an = x->race->legs;

    if (x->race->hedge_ms == 0)
        return NULL;
    while (an != NULL && !an->is_running)
        an = an->older;
    /* While it looks for a key, or waits, or tells of an error, nothing can be
     * late. */
    if (an == NULL || an->attempt.committed || !an->attempt.fetch.open ||
        an->state == ANSWER_ERROR)
        return NULL;
    return an;
}

/* Prepares a leg for the next target that takes the request; NULL: for another
 * key of the same provider. False: neither is left. */
static bool find_place(struct exchange *x, struct answer *an,
                       const struct answer *late, const struct target **t)
{
    struct failure why = {0};

    while ((*t = take_target(an->race)) != NULL) {
        if (prepare(x, an, *t, &why))
            return true;
        if (x->failed || x->ended)
            return false;
    }
    return attempt_has_key(&late->attempt) &&
           prepare(x, an, late->target, &why);
}

static void hedge(struct exchange *x, struct answer *late)
{
    struct race *r = x->race;
    const struct target *t;
    struct answer *an;

    if (r->n_tried == r->plan.n && !attempt_has_key(&late->attempt))
        return;
    an = late->kind->twin(x, late);
    if (an == NULL) {
        x->failed = true;
        return;
    }
    an->beside = late;
    an->n_tried_before = r->n_tried;
    join(r, an);
    if (find_place(x, an, late, &t)) {
        count(r);
        attempt_hedge(x, &an->attempt, &late->attempt,
                      t == NULL ? NULL : t->provider, an->kind->on);
    } else {
        stop(r, an);
    }
}

void race_on_time(struct exchange *x)
{
    struct answer *late = x->race == NULL ? NULL : late_leg(x);

    if (late == NULL || x->now_ms < x->race->hedge_ms)
        return;
    x->race->hedge_ms = 0;
    if (may_hedge(x, x->race))
        hedge(x, late);
}

int64_t race_next_time(const struct exchange *x)
{
    return x->race == NULL || late_leg(x) == NULL ? 0 : x->race->hedge_ms;
}
