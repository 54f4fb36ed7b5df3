/* SPDX-License-Identifier: MIT */
/* A chat as one request to the AI Gateway's universal endpoint: a step for each
 * of the provider's keys, so that it is the gateway that goes on to the next
 * key (gateway.universal in the configuration). The surface that sends chats
 * asks this for the model's name, lets it send, and shows it the head:
 *
 *     name = chat_steps_begin(x, &s, provider, endpoint, model);
 *     ...                                   the body is edited
 *     if (chat_steps_send(x, a, &s, &body)) else the usual way
 *     chat_steps_head(x, a, &s, res);       before anyone judges it */
#ifndef SL_CHAT_STEPS_H
#define SL_CHAT_STEPS_H

#include "core/api/bundle.h"
#include "core/attempt.h"
#include "core/route.h"

struct chat_steps {
    struct bundle bundle;
    bool is_on;
    size_t *keys; /* of each step */
    size_t n;     /* 0: nothing was written yet */
};

/* The edited body, in pieces. */
struct chat_body {
    const struct str *pieces;
    size_t n, total;
};

/* Does a chat for this provider go this way? It speaks OpenAI's dialect. */
bool chat_steps_takes(const struct exchange *x, const struct provider *p,
                      const struct endpoint *e);
/* Begins anew for a target; says what the model is called on the way. */
struct str chat_steps_begin(struct exchange *x, struct chat_steps *s,
                            const struct provider *p, const struct endpoint *e,
                            struct str model);
/* False: the chat does not go this way. */
bool chat_steps_send(struct exchange *x, struct attempt *a,
                     struct chat_steps *s, const struct chat_body *body);
/* Reads which step answered: its key is the attempt's, those before it have
 * failed. */
void chat_steps_head(struct exchange *x, struct attempt *a,
                     const struct chat_steps *s,
                     const struct http_response *res);
/* Safe on {0}. */
void chat_steps_release(struct chat_steps *s);

#endif
