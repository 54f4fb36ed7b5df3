/* SPDX-License-Identifier: MIT */
/* Which attempt follows which. Keys are walked cyclically from the one that
 * was picked, so that retries do not advance the rotation. */
#include "core/attempt.h"

#include "core/base/num.h"

static void begin(struct exchange *x, struct attempt *a)
{
    a->n++;
    x->record.attempts = a->n;
    fetch_prepare(x, &a->fetch, a->provider, a->key);
    a->fetch.request.fresh = a->fresh;
    a->on->send(x, a);
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
    if (!attempt_again(x, a, rc_info(rc)->retry))
        a->on->failed(x, a, rc);
}

static const struct fetch_events fetch_on = {on_head, on_body, on_failed};

void attempt_start(struct exchange *x, struct attempt *a,
                   const struct provider *p, const struct attempt_events *on)
{
    struct action *pick;

    *a = (struct attempt){.provider = p, .on = on};
    a->fetch.on = &fetch_on;
    a->fetch.owner = a;
    x->record.provider = p->name;
    if (p->n_keys < 2 || x->has_own_key) {
        attempt_picked(x, a, SL_OK, 0);
        return;
    }
    a->picking = true;
    pick = exchange_act(x, ACTION_PICK);
    if (pick != NULL)
        pick->provider = p;
}

void attempt_picked(struct exchange *x, struct attempt *a, enum sl_rc rc,
                    size_t key)
{
    a->picking = false;
    if (rc != SL_OK) {
        a->on->failed(x, a, rc);
        return;
    }
    a->key = a->provider->n_keys == 0 ? 0 : key % a->provider->n_keys;
    a->n_keys_tried = 1;
    begin(x, a);
}

bool attempt_status_retries(int status)
{
    return status == 401 || status == 403 || status == 408 || status == 409 ||
           status == 425 || status == 429 || status >= 500;
}

bool attempt_again(struct exchange *x, struct attempt *a, bool may_help)
{
    /* Not what would have no time left either. */
    if (a->committed || !may_help || a->n >= ATTEMPTS || x->has_own_key ||
        a->n_keys_tried >= a->provider->n_keys ||
        x->now_ms - x->start_ms >= a->provider->timeouts.total_ms ||
        !a->on->can_resend(x, a))
        return false;
    fetch_cancel(x, &a->fetch);
    a->key = (a->key + 1) % a->provider->n_keys;
    a->n_keys_tried++;
    a->fresh = false;
    begin(x, a);
    return true;
}

void attempt_cancel(struct exchange *x, struct attempt *a)
{
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
    if (a->provider->n_keys > 0 && !x->has_own_key)
        reply_field(x, STR("sluice-key-index"), digits(x, a->key));
    reply_field(x, STR("sluice-attempts"), digits(x, a->n));
}
