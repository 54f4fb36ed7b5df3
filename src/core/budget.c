/* SPDX-License-Identifier: MIT */
#include "core/budget.h"

/* The second at hand; what stood there is ten seconds old or older. */
static struct budget_second *second_of(struct budget *b, int64_t now_ms)
{
    int64_t at = now_ms / 1000;
    struct budget_second *s = &b->v[(uint64_t)at % BUDGET_SECONDS];

    if (s->at != at)
        *s = (struct budget_second){.at = at};
    return s;
}

void budget_note(struct budget *b, int64_t now_ms)
{
    second_of(b, now_ms)->calls++;
}

bool budget_take(struct budget *b, int64_t now_ms)
{
    struct budget_second *now = second_of(b, now_ms);
    uint64_t calls = 0, retries = 0, requests;

    for (size_t i = 0; i < BUDGET_SECONDS; i++) {
        if (b->v[i].at > now->at || now->at - b->v[i].at >= BUDGET_SECONDS)
            continue;
        calls += b->v[i].calls;
        retries += b->v[i].retries;
    }
    requests = calls > retries ? calls - retries : 0;
    if (retries >= BUDGET_LEAST && (retries + 1) * BUDGET_SHARE > requests)
        return false;
    now->retries++;
    return true;
}
