/* SPDX-License-Identifier: MIT */
/* Questions that are found again by a number, so that who has asked may be gone
 * when the answer comes. */
#include "core/ask.h"

#include "core/api/surface.h"

static struct action *ask(struct exchange *x, struct ask *q,
                          enum action_kind kind)
{
    struct action *a = exchange_act(x, kind);

    SL_ASSERT(!q->is_open);
    if (a == NULL)
        return NULL;
    q->id = ++x->last_fetch;
    q->is_open = true;
    q->next = x->asks;
    x->asks = q;
    a->call = q->id;
    return a;
}

void ask_sign(struct exchange *x, struct ask *q, const struct sign_job *job)
{
    struct action *a = ask(x, q, ACTION_SIGN);

    if (a != NULL)
        a->job = job;
}

void ask_load(struct exchange *x, struct ask *q, struct str key,
              struct str bytes)
{
    struct action *a = ask(x, q, ACTION_LOAD);

    if (a == NULL)
        return;
    a->key = key;
    a->bytes = bytes;
}

void ask_pick(struct exchange *x, struct ask *q, const struct provider *p,
              const struct key_pick *pick)
{
    struct action *a = ask(x, q, ACTION_PICK);

    if (a == NULL)
        return;
    a->provider = p;
    a->pick = pick;
}

void ask_forget(struct exchange *x, struct ask *q)
{
    struct ask **at = &x->asks;

    if (!q->is_open)
        return;
    while (*at != NULL && *at != q)
        at = &(*at)->next;
    if (*at == q)
        *at = q->next;
    q->is_open = false;
}

void ask_on_event(struct exchange *x, const struct event *ev)
{
    struct ask *q = x->asks;

    while (q != NULL && q->id != ev->call)
        q = q->next;
    /* Of somebody who did not wait. */
    if (q == NULL)
        return;
    ask_forget(x, q);
    q->number = ev->number;
    q->answered(x, q, ev->rc, ev->bytes);
}
