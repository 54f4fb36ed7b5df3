/* SPDX-License-Identifier: MIT */
/* Performs what one exchange decides: its provider requests, its answer to the
 * client, its questions to the stores, its alarm clock.
 *
 *     s = shell_new(worker, &my_events, me, peer);
 *     shell_feed(s, &event);         feeds, performs, and writes once
 *     ... on_send…, on_done, on_turn
 *     shell_leave(s);                the client is gone
 *
 * It ends itself: after on_done the on_turn that follows is its last word, and
 * the pointer is dead when that returns. */
#ifndef SL_SHELL_H
#define SL_SHELL_H

#include "core/exchange.h"
#include "server/worker.h"

struct shell;

struct shell_events {
    /* Borrowed until on_turn; head the first time. */
    void (*on_send)(void *owner, const struct reply_head *head,
                    struct str bytes);
    void (*on_done)(void *owner, bool abort, bool close);
    /* A drain is over: write what was gathered, and see whether more of the
     * body is wanted now. Must not feed the shell. */
    void (*on_turn)(void *owner);
    /* Bytes of the answer that the client has not taken. */
    size_t (*queued)(void *owner);
};

/* NULL: no memory. */
struct shell *shell_new(struct worker *w, const struct shell_events *events,
                        void *owner, struct str peer);
/* Not from inside its own events. */
void shell_feed(struct shell *s, const struct event *ev);
/* The client is gone: no event of the shell follows, and it ends at once. */
void shell_leave(struct shell *s);
/* What the client had queued has left. */
void shell_drained(struct shell *s);

const struct config *shell_config(const struct shell *s);
/* False also while a provider does not take what it got already. */
bool shell_wants_body(const struct shell *s);
/* True when that is the reason. */
bool shell_is_full(const struct shell *s);
struct exchange_room shell_room(struct shell *s);
/* Provider requests that were begun so far, and those under way. */
void shell_calls(const struct shell *s, size_t *begun, size_t *open);

/* Closes those that a worker keeps for the next requests. */
void shells_release(struct worker *w);

#endif
