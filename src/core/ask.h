/* SPDX-License-Identifier: MIT */
/* Questions to the host that belong to a part of an exchange instead of its
 * surface: a signature, a stored value, a key. The answer comes at once or
 * later, to who asked.
 *
 *     q->answered = my_function;
 *     ask_sign(x, q, job);       or ask_load, ask_pick
 *     ... ask_forget(x, q)       who is no longer interested */
#ifndef SL_ASK_H
#define SL_ASK_H

#include "core/exchange.h"

/* Embedded by who asks; found again by its address. */
struct ask {
    /* bytes: valid for the call; rc SL_OK or why there are none */
    void (*answered)(struct exchange *x, struct ask *q, enum sl_rc rc,
                     struct str bytes);
    size_t number; /* with ask_pick: which key */
    /* private */
    struct ask *next;
    uint32_t id;
    bool is_open;
};

void ask_sign(struct exchange *x, struct ask *q, const struct sign_job *job);
/* bytes: what it is about, or {0}. */
void ask_load(struct exchange *x, struct ask *q, struct str key,
              struct str bytes);
/* pick lives until the drain is over. */
void ask_pick(struct exchange *x, struct ask *q, const struct provider *p,
              const struct key_pick *pick);
/* An answer that is under way goes nowhere. Safe when nothing was asked. */
void ask_forget(struct exchange *x, struct ask *q);

/* For exchange.c: an event SIGNED, PICKED, or LOADED with a call. */
void ask_on_event(struct exchange *x, const struct event *ev);

#endif
