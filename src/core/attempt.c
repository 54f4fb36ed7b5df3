/* SPDX-License-Identifier: MIT */
/* Which attempt follows which, and what each says of its key. The host picks
 * the keys, for it alone knows how they fare; what is decided here is which
 * ones may still be picked, so that a pick after the first never fails. */
#include "core/attempt.h"

#include "core/api/session.h"
#include "core/explain.h"
#include "core/gateway.h"
#include "core/shown.h"
#include "core/speed.h"

enum { FAILED_MS = 10 * 1000 }; /* what a failure counts for as a time */

static void send(struct exchange *x, struct attempt *a,
                 const struct secret *token)
{
    fetch_prepare(x, &a->fetch, a->provider, a->key);
    a->fetch.token = token;
    a->fetch.is_shown = x->shown != NULL;
    a->fetch.request.fresh = a->fresh;
    a->on->send(x, a);
}

static void on_token(struct exchange *x, struct token *t, enum sl_rc rc)
{
    struct attempt *a = t->owner;

    if (rc == SL_OK) {
        send(x, a, &t->value);
        return;
    }
    a->fetch.why = t->why;
    if (!attempt_again_failed(x, a, rc))
        a->on->failed(x, a, rc);
}

void attempt_record(struct exchange *x, const struct attempt *a)
{
    x->record.provider = a->provider->name;
    if (a->model.n != 0)
        x->record.model = a->model;
}

static void begin(struct exchange *x, struct attempt *a)
{
    /* Until here its words were wanted, if no other attempt followed. */
    fetch_cancel(x, &a->fetch);
    attempt_record(x, a);
    x->record.attempts++;
    a->began_ms = x->now_ms;
    explain_begin(x, a);
    if (!token_is_needed(x, a->provider, a->key)) {
        send(x, a, NULL);
        return;
    }
    if (x->shown != NULL) {
        send(x, a, shown_token(x));
        return;
    }
    if (a->token == NULL)
        a->token = arena_new(&x->arena, struct token);
    if (a->token == NULL) {
        x->failed = true;
        return;
    }
    a->token->done = on_token;
    a->token->owner = a;
    token_get(x, a->token, a->provider, a->key);
}

/* It was good until the provider or its issuer thought otherwise: the same
 * attempt is made again with a new one, which says more of the key. */
static bool renew_token(struct exchange *x, struct attempt *a, int status)
{
    if (status != 401 || a->fetch.token == NULL || !a->token->is_kept ||
        a->committed || !a->on->can_resend(x, a))
        return false;
    token_drop(a->token);
    x->record.attempts--;
    begin(x, a);
    return true;
}

static void on_head(struct exchange *x, struct fetch *c,
                    const struct http_response *res, int64_t length)
{
    struct attempt *a = c->owner;

    a->head_ms = x->now_ms;
    explain_status(x, a, res->status);
    a->on->head(x, a, res, length);
}

/* The last try has failed, the next one waits: for a key, or for its time. */
static bool is_between(const struct attempt *a)
{
    return a->ask.is_open || a->resume_ms != 0;
}

static void on_body(struct exchange *x, struct fetch *c, struct str bytes,
                    bool last)
{
    struct attempt *a = c->owner;

    if (is_between(a)) {
        if (a->on->aside != NULL)
            a->on->aside(x, a, bytes);
        return;
    }
    a->on->body(x, a, bytes, last);
}

static void on_failed(struct exchange *x, struct fetch *c, enum sl_rc rc)
{
    struct attempt *a = c->owner;

    if (is_between(a))
        return;
    /* A kept connection the provider had closed: nothing was answered, so
     * the same attempt is made again on a new one. */
    explain_failed(x, a, rc);
    if (rc == SL_UP_STALE && !a->fresh && !a->committed &&
        a->on->can_resend(x, a)) {
        a->fresh = true;
        x->record.attempts--;
        explain_why(x, STR("the connection was closed"));
        begin(x, a);
        return;
    }
    if (!attempt_again_failed(x, a, rc))
        a->on->failed(x, a, rc);
}

static const struct fetch_events fetch_on = {on_head, on_body, on_failed};

/* Is there some left, in so many milliseconds? */
static bool has_time(const struct exchange *x, const struct attempt *a,
                     int64_t wait_ms)
{
    return x->now_ms + wait_ms - x->start_ms < a->provider->timeouts.total_ms;
}

/* ---- keys ---- */

static void picked(struct exchange *x, struct attempt *a, enum sl_rc rc,
                   size_t key)
{
    a->is_spent = rc == SL_LIMITED;
    if (rc != SL_OK) {
        if (a->status != 0)
            rc = SL_UP_ERROR;
        a->on->failed(x, a, a->failed != SL_OK ? a->failed : rc);
        return;
    }
    /* The answer took so long that there is no time to ask anybody. */
    if (!has_time(x, a, 0)) {
        a->on->failed(x, a, SL_UP_TIMEOUT);
        return;
    }
    if (a->pick.is_hedge) {
        x->record.hedges++;
        explain_why(x, STR("hedge"));
    }
    a->pick.is_hedge = false;
    a->is_late = false;
    a->key = a->provider->n_keys == 0 ? 0 : key % a->provider->n_keys;
    a->pick.tried[a->pick.n_tried++] = a->key;
    a->fresh = false;
    begin(x, a);
}

static void on_picked(struct exchange *x, struct ask *q, enum sl_rc rc,
                      struct str bytes)
{
    (void)bytes;
    picked(x, (struct attempt *)q, rc, q->number);
}

/* Asks for the key of the next attempt. */
static void pick(struct exchange *x, struct attempt *a)
{
    a->ask.answered = on_picked;
    ask_pick(x, &a->ask, a->provider, &a->pick);
}

/* At a provider that was not asked before. */
static void choose_range(struct exchange *x, struct attempt *a)
{
    struct key_range range;

    a->pick =
        (struct key_pick){.is_even = x->selector.is_set,
                          .session = session_of(x, a->provider->affinity)};
    if (a->provider->n_keys == 0)
        return;
    range = key_selector_range(&x->selector, a->provider->n_keys);
    x->key_wrapped = range.is_wrapped;
    a->pick.first = range.first;
    a->pick.last = range.last;
}

static void init(struct attempt *a, const struct provider *p,
                 const struct attempt_events *on)
{
    SL_ASSERT(!a->ask.is_open);
    *a = (struct attempt){.provider = p,
                          .on = on,
                          .model = a->model,
                          .failed = a->failed,
                          .status = a->status,
                          .least_retry_ms = a->least_retry_ms};
    a->fetch.on = &fetch_on;
    a->fetch.owner = a;
}

void attempt_start(struct exchange *x, struct attempt *a,
                   const struct provider *p, const struct attempt_events *on)
{
    init(a, p, on);
    attempt_record(x, a);
    if (x->record.attempts != 0)
        explain_why(x, STR("next target"));
    if (x->has_own_key || p->n_keys == 0) {
        picked(x, a, SL_OK, 0);
        return;
    }
    choose_range(x, a);
    /* What is only shown takes nobody's turn. */
    if (a->pick.first == a->pick.last || x->shown != NULL)
        picked(x, a, SL_OK, a->pick.first);
    else
        pick(x, a);
}

/* ---- side by side ---- */

bool attempt_has_key(const struct attempt *a)
{
    return a->pick.n_tried <= a->pick.last - a->pick.first;
}

void attempt_hedge(struct exchange *x, struct attempt *a, struct attempt *late,
                   const struct provider *p, const struct attempt_events *on)
{
    init(a, p != NULL ? p : late->provider, on);
    a->failed = SL_OK;
    a->status = 0;
    a->is_racing = true;
    late->is_late = true;
    late->is_relieved = p == NULL;
    if (p == NULL)
        a->pick = late->pick;
    else
        choose_range(x, a);
    a->pick.is_hedge = true;
    pick(x, a);
}

/* ---- verdicts ---- */

/* An empty mark, of which the caller says what is known; NULL: nobody is
 * interested, or there is no memory. */
static struct key_mark *mark(struct exchange *x, struct attempt *a)
{
    struct key_mark *m;
    struct action *act;

    if (x->has_own_key || a->provider->row->is_builtin)
        return NULL;
    /* Not in the attempt, which may begin anew before the host has read it. */
    m = arena_new(&x->turn, struct key_mark);
    act = m == NULL ? NULL : exchange_act(x, ACTION_MARK);
    if (act == NULL) {
        x->failed = true;
        return NULL;
    }
    *m = (struct key_mark){
        .provider = a->provider, .key = a->key, .began_ms = a->began_ms};
    if (a->key >= a->provider->n_keys)
        m->key = a->provider->n_keys;
    act->mark = m;
    return m;
}

static void judge(struct exchange *x, struct attempt *a,
                  enum key_verdict verdict, int64_t wait_ms)
{
    bool has_key = a->key < a->provider->n_keys;
    bool is_slow = verdict == VERDICT_COOL && a->model.n != 0;
    int64_t took = x->now_ms - a->began_ms;
    struct key_mark *m;

    if (verdict == VERDICT_NONE || (!has_key && !is_slow))
        return;
    m = mark(x, a);
    if (m == NULL)
        return;
    m->verdict = has_key ? verdict : VERDICT_NONE;
    m->until_ms = wait_ms == 0 ? 0 : x->now_ms + wait_ms;
    if (!is_slow)
        return;
    /* Who fails fast is not the fastest. */
    m->speed_id = speed_id(a->provider->name, a->model);
    m->took_ms = took > FAILED_MS ? took : FAILED_MS;
}

/* It answered, and so soon. */
static void praise(struct exchange *x, struct attempt *a)
{
    bool has_key = a->key < a->provider->n_keys;
    struct key_mark *m;

    if (!has_key && a->model.n == 0)
        return;
    m = mark(x, a);
    if (m == NULL)
        return;
    m->verdict = has_key ? VERDICT_GOOD : VERDICT_NONE;
    if (a->model.n == 0)
        return;
    m->speed_id = speed_id(a->provider->name, a->model);
    m->took_ms = a->head_ms - a->began_ms;
    m->late_id = a->late_id;
    m->late_ms = x->now_ms - a->began_ms;
}

static int64_t retry_after_ms(const struct exchange *x,
                              const struct http_fields *fields)
{
    if (fields == NULL)
        return 0;
    return keys_retry_after_ms(http_value(fields, STR("retry-after-ms")),
                               http_value(fields, STR("retry-after")),
                               x->wall_ms + x->now_ms - x->start_ms);
}

static void note_failure(struct exchange *x, struct attempt *a, int status,
                         int64_t wait_ms)
{
    int64_t at = x->now_ms + wait_ms;

    a->failed = SL_OK;
    a->status = status;
    explain_status(x, a, status);
    if (wait_ms == 0)
        at = 0;
    else if (a->least_retry_ms == 0 || wait_ms < a->least_retry_ms)
        a->least_retry_ms = wait_ms;
    if (a->pick.n_tried <= 1 || at < a->retry_at_ms)
        a->retry_at_ms = at;
}

bool attempt_again_after(struct exchange *x, struct attempt *a, int status,
                         const struct http_fields *fields)
{
    enum key_verdict verdict = keys_judge_status(status);

    if (renew_token(x, a, status))
        return true;

    /* Through an AI Gateway it may be the gateway that refuses, which says
     * nothing of the provider's key. */
    if (verdict == VERDICT_REFUSED &&
        gateway_takes(x, a->provider, a->key, STR("/chat/completions")))
        verdict = VERDICT_NONE;

    /* A good head is no good answer yet: that is known at the commit. */
    if (verdict != VERDICT_GOOD) {
        int64_t wait_ms = retry_after_ms(x, fields);

        note_failure(x, a, status, wait_ms);
        judge(x, a, verdict, wait_ms);
    }
    return attempt_again(x, a, attempt_status_retries(status));
}

bool attempt_again_failed(struct exchange *x, struct attempt *a, enum sl_rc rc)
{
    if (!a->committed && !(rc == SL_UP_TIMEOUT && a->is_hurried))
        judge(x, a, keys_judge_rc(rc), 0);
    a->failed = rc;
    a->status = 0;
    explain_failed(x, a, rc);
    return attempt_again(x, a, rc_info(rc)->retry);
}

void attempt_commit(struct exchange *x, struct attempt *a)
{
    a->committed = true;
    attempt_record(x, a);
    praise(x, a);
}

void attempt_heed(struct attempt *a, const struct attempt *other)
{
    if (other->least_retry_ms != 0 &&
        (a->least_retry_ms == 0 || other->least_retry_ms < a->least_retry_ms))
        a->least_retry_ms = other->least_retry_ms;
}

/* How long it would have taken is not known, but that it was longer. Without
 * this the slow ones would never be counted, and hedges came ever sooner. */
void attempt_lose(struct exchange *x, struct attempt *a)
{
    struct key_mark *m = NULL;

    if (a->began_ms != 0)
        explain_lost(x, a);
    attempt_cancel(x, a);
    if (a->late_id != 0 && a->is_late)
        m = mark(x, a);
    if (m == NULL)
        return;
    m->late_id = a->late_id;
    m->late_ms = x->now_ms - a->began_ms;
}

void attempt_blame(struct exchange *x, struct attempt *a, size_t key)
{
    size_t own = a->key;

    a->key = key;
    judge(x, a, VERDICT_COOL, 0);
    a->key = own;
}

/* ---- what follows ---- */

bool attempt_status_retries(int status)
{
    return status == 401 || status == 403 || status == 408 || status == 409 ||
           status == 425 || status == 429 || status >= 500;
}

static bool may_follow(struct exchange *x, struct attempt *a, int64_t wait_ms)
{
    return !a->committed && !a->is_spent && !a->is_racing && !a->is_relieved &&
           x->record.attempts < ATTEMPTS && !x->has_own_key &&
           has_time(x, a, wait_ms) && a->on->can_resend(x, a);
}

bool attempt_again(struct exchange *x, struct attempt *a, bool may_help)
{
    if (!may_help || !may_follow(x, a, 0) || !attempt_has_key(a))
        return false;
    a->pick.is_retry = true;
    a->fetch.is_left = true;
    explain_why(x, STR("next key"));
    pick(x, a);
    return true;
}

/* ---- waiting ---- */

/* It would answer, had it less to do: others need not be waited for. The
 * built-in provider fails because it was told to. */
static bool is_overloaded(const struct attempt *a)
{
    return a->failed == SL_OK && !a->provider->row->is_builtin &&
           (a->status == 429 || a->status == 503 || a->status == 529);
}

/* Doubled with each wait; half of it by chance, so that requests that were
 * refused together don't come back together. */
static int64_t backoff_ms(const struct exchange *x, const struct attempt *a)
{
    int64_t most = a->provider->timeouts.backoff_ms;
    int64_t ms = BACKOFF_FIRST_MS << a->waits;
    int64_t chance = (int64_t)(x->random[1] >> (8 * a->waits + 8) & 0xff);

    if (ms > most)
        ms = most;
    return ms / 2 + (ms - ms / 2) * chance / 0xff;
}

bool attempt_wait(struct exchange *x, struct attempt *a)
{
    int64_t wait = a->retry_at_ms - x->now_ms;

    if (a->retry_at_ms == 0 || wait < backoff_ms(x, a))
        wait = backoff_ms(x, a);
    /* Without an attempt since the last wait there is nothing new. */
    if (a->pick.n_tried == 0 || !is_overloaded(a) ||
        wait > a->provider->timeouts.backoff_ms || wait == 0 ||
        !may_follow(x, a, wait))
        return false;
    a->waits++;
    a->fetch.is_left = true;
    a->resume_ms = x->now_ms + wait;
    x->waiting = a;
    return true;
}

int64_t attempt_next_time(const struct exchange *x)
{
    return x->waiting == NULL ? 0 : x->waiting->resume_ms;
}

void attempt_on_time(struct exchange *x)
{
    struct attempt *a = x->waiting;

    if (a == NULL || x->now_ms < a->resume_ms)
        return;
    x->waiting = NULL;
    a->resume_ms = 0;
    a->retry_at_ms = 0;
    a->pick.n_tried = 0;
    a->pick.is_retry = true;
    explain_why(x, STR("after a wait"));
    pick(x, a);
}

_Static_assert((int)ATTEMPTS <= (int)KEYS_TRIED, "one key for each attempt");

void attempt_cancel(struct exchange *x, struct attempt *a)
{
    ask_forget(x, &a->ask);
    if (a->token != NULL)
        token_cancel(x, a->token);
    fetch_cancel(x, &a->fetch);
}

struct str attempt_who(struct exchange *x, const struct attempt *a)
{
    return JOIN(x, STR("provider "), a->provider->name);
}

struct str attempt_why(struct exchange *x, const struct attempt *a,
                       enum sl_rc rc)
{
    struct str why = fetch_why(x, &a->fetch, rc);

    if (!a->is_spent)
        return why;
    return JOIN(x, why,
                STR("; no other attempt follows: the budget of retries "
                    "is spent"));
}

struct str attempt_retry_after(struct exchange *x, const struct attempt *a)
{
    if (a->least_retry_ms == 0)
        return (struct str){0};
    return exchange_number(x, (uint64_t)(a->least_retry_ms + 999) / 1000);
}

void attempt_reply_fields(struct exchange *x, const struct attempt *a)
{
    reply_field(x, STR("sluice-provider"), a->provider->name);
    if (a->model.n != 0)
        reply_field(x, STR("sluice-model"), a->model);
    if (a->key < a->provider->n_keys && !x->has_own_key)
        reply_field(x, STR("sluice-key-index"), exchange_number(x, a->key));
    reply_field(x, STR("sluice-attempts"),
                exchange_number(x, x->record.attempts));
    if (x->record.hedges != 0)
        reply_field(x, STR("sluice-hedged"), STR("true"));
}
