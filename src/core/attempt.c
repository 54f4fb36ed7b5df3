/* SPDX-License-Identifier: MIT */
/* Which attempt follows which, and what each says of its key. The host picks
 * the keys, for it alone knows how they fare; what is decided here is which
 * ones may still be picked, so that a pick after the first never fails. */
#include "core/attempt.h"

#include "core/base/num.h"
#include "core/gateway.h"

static void send(struct exchange *x, struct attempt *a,
                 const struct secret *token)
{
    fetch_prepare(x, &a->fetch, a->provider, a->key);
    a->fetch.token = token;
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

static void begin(struct exchange *x, struct attempt *a)
{
    a->n++;
    a->began_ms = x->now_ms;
    x->record.attempts = a->n;
    if (!token_is_needed(x, a->provider, a->key)) {
        send(x, a, NULL);
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
    fetch_cancel(x, &a->fetch);
    a->n--;
    begin(x, a);
    return true;
}

static void on_head(struct exchange *x, struct fetch *c,
                    const struct http_response *res, int64_t length)
{
    struct attempt *a = c->owner;

    a->on->head(x, a, res, length);
}

static void on_body(struct exchange *x, struct fetch *c, struct str bytes,
                    bool last)
{
    struct attempt *a = c->owner;

    a->on->body(x, a, bytes, last);
}

static void on_failed(struct exchange *x, struct fetch *c, enum sl_rc rc)
{
    struct attempt *a = c->owner;

    /* A kept connection the provider had closed: nothing was answered, so
     * the same attempt is made again on a new one. */
    if (rc == SL_UP_STALE && !a->fresh && !a->committed &&
        a->on->can_resend(x, a)) {
        a->fresh = true;
        a->n--;
        begin(x, a);
        return;
    }
    if (!attempt_again_failed(x, a, rc))
        a->on->failed(x, a, rc);
}

static const struct fetch_events fetch_on = {on_head, on_body, on_failed};

/* Asks for the key of the next attempt. */
static void pick(struct exchange *x, struct attempt *a)
{
    struct action *act;

    a->picking = true;
    act = exchange_act(x, ACTION_PICK);
    if (act == NULL)
        return;
    act->provider = a->provider;
    act->pick = &a->pick;
}

void attempt_start(struct exchange *x, struct attempt *a,
                   const struct provider *p, const struct attempt_events *on)
{
    struct key_range range;

    *a = (struct attempt){.provider = p, .on = on, .n = a->n};
    a->fetch.on = &fetch_on;
    a->fetch.owner = a;
    x->record.provider = p->name;
    if (p->n_keys == 0 || x->has_own_key) {
        attempt_picked(x, a, SL_OK, 0);
        return;
    }
    range = key_selector_range(&x->selector, p->n_keys);
    x->key_wrapped = range.is_wrapped;
    a->pick.first = range.first;
    a->pick.last = range.last;
    a->pick.is_even = x->selector.is_set;
    if (range.first == range.last)
        attempt_picked(x, a, SL_OK, range.first);
    else
        pick(x, a);
}

void attempt_picked(struct exchange *x, struct attempt *a, enum sl_rc rc,
                    size_t key)
{
    a->picking = false;
    if (rc != SL_OK) {
        a->on->failed(x, a, a->failed != SL_OK ? a->failed : rc);
        return;
    }
    a->key = a->provider->n_keys == 0 ? 0 : key % a->provider->n_keys;
    a->pick.tried[a->pick.n_tried++] = a->key;
    a->fresh = false;
    begin(x, a);
}

/* ---- verdicts ---- */

static void judge(struct exchange *x, struct attempt *a,
                  enum key_verdict verdict, int64_t wait_ms)
{
    struct key_mark *mark;
    struct action *act;

    if (verdict == VERDICT_NONE || x->has_own_key ||
        a->key >= a->provider->n_keys || a->provider->row->is_builtin)
        return;
    /* Not in the attempt, which may begin anew before the host has read it. */
    mark = arena_new(&x->turn, struct key_mark);
    act = mark == NULL ? NULL : exchange_act(x, ACTION_MARK);
    if (act == NULL) {
        x->failed = true;
        return;
    }
    *mark =
        (struct key_mark){.provider = a->provider,
                          .key = a->key,
                          .verdict = verdict,
                          .began_ms = a->began_ms,
                          .until_ms = wait_ms == 0 ? 0 : x->now_ms + wait_ms};
    act->mark = mark;
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

bool attempt_again_after(struct exchange *x, struct attempt *a, int status,
                         const struct http_fields *fields)
{
    enum key_verdict verdict = keys_judge_status(status);

    if (renew_token(x, a, status))
        return true;

    /* Through an AI Gateway it may be the gateway that refuses, which says
     * nothing of the provider's key. */
    if (verdict == VERDICT_REFUSED &&
        gateway_takes(x, a->provider, STR("/chat/completions")))
        verdict = VERDICT_NONE;

    /* A good head is no good answer yet: that is known at the commit. */
    if (verdict != VERDICT_GOOD)
        judge(x, a, verdict, retry_after_ms(x, fields));
    return attempt_again(x, a, attempt_status_retries(status));
}

bool attempt_again_failed(struct exchange *x, struct attempt *a, enum sl_rc rc)
{
    if (!a->committed && !(rc == SL_UP_TIMEOUT && a->is_hurried))
        judge(x, a, keys_judge_rc(rc), 0);
    a->failed = rc;
    return attempt_again(x, a, rc_info(rc)->retry);
}

void attempt_commit(struct exchange *x, struct attempt *a)
{
    a->committed = true;
    judge(x, a, VERDICT_GOOD, 0);
}

/* ---- what follows ---- */

bool attempt_status_retries(int status)
{
    return status == 401 || status == 403 || status == 408 || status == 409 ||
           status == 425 || status == 429 || status >= 500;
}

bool attempt_again(struct exchange *x, struct attempt *a, bool may_help)
{
    /* Not what would have no time left either. */
    if (a->committed || !may_help || a->n >= ATTEMPTS || x->has_own_key ||
        a->pick.n_tried > a->pick.last - a->pick.first ||
        x->now_ms - x->start_ms >= a->provider->timeouts.total_ms ||
        !a->on->can_resend(x, a))
        return false;
    fetch_cancel(x, &a->fetch);
    pick(x, a);
    return true;
}

_Static_assert((int)ATTEMPTS <= (int)KEYS_TRIED, "one key for each attempt");

void attempt_cancel(struct exchange *x, struct attempt *a)
{
    if (a->token != NULL)
        token_cancel(x, a->token);
    fetch_cancel(x, &a->fetch);
}

struct str attempt_who(struct exchange *x, const struct attempt *a)
{
    return JOIN(x, STR("provider "), a->provider->name);
}

static struct str digits(struct exchange *x, uint64_t v)
{
    char text[24];

    return JOIN(x, ((struct str){text, num_write_u64(text, v)}));
}

void attempt_reply_fields(struct exchange *x, const struct attempt *a,
                          struct str model)
{
    reply_field(x, STR("sluice-provider"), a->provider->name);
    if (model.n != 0)
        reply_field(x, STR("sluice-model"), model);
    if (a->key < a->provider->n_keys && !x->has_own_key)
        reply_field(x, STR("sluice-key-index"), digits(x, a->key));
    reply_field(x, STR("sluice-attempts"), digits(x, a->n));
}
