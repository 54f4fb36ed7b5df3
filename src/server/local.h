/* SPDX-License-Identifier: MIT */
/* Requests that this process asks itself, for commands: the same core and the
 * same provider connections as a server has, on one loop, but nothing listens,
 * nothing is logged and no credentials are asked for.
 *
 *     struct local *l = local_new(&options, false);    NULL: it was said why
 *     if (local_ask(l, &request, &answer))
 *         ... answer.status, answer.body
 *     local_answer_release(&answer);
 *     local_free(l); */
#ifndef SL_LOCAL_H
#define SL_LOCAL_H

#include "core/base/buf.h"
#include "server/app.h"

struct local;

struct local_answer {
    int status;
    bool is_complete;    /* false: it broke off */
    bool is_events;      /* a stream of server-sent events */
    struct buf body;     /* what on_bytes did not take */
    struct buf unlisted; /* the field sluice-unlisted */
};

struct local_request {
    struct str method, target;
    struct str body;   /* JSON; {0}: none */
    struct str fields; /* more lines of the head, each with its CRLF */
    /* Each piece of a good answer as it comes; NULL: they are gathered. */
    void (*on_bytes)(void *owner, const struct local_answer *a,
                     struct str bytes);
    /* Some times a second: provider requests begun, and under way. NULL: not
     * wanted. */
    void (*on_tick)(void *owner, size_t begun, size_t open);
    void *owner;
};

/* serves: a configuration that a server would refuse to start with (open to
 * other machines without credentials) is refused here too. */
struct local *local_new(const struct app_options *options, bool serves);
void local_free(struct local *l);
const struct config *local_config(const struct local *l);

/* Waits for the whole answer. False: no memory, told on stderr. *a needs
 * local_answer_release either way. */
SL_MUST_USE bool local_ask(struct local *l, const struct local_request *r,
                           struct local_answer *a);
void local_answer_release(struct local_answer *a);

#endif
