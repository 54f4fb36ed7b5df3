/* SPDX-License-Identifier: MIT */
/* Access tokens of service accounts (RFC 7523; Google's "Using OAuth 2.0 for
 * server to server applications"): a token of ours, signed with the account's
 * private key, is exchanged for one that is sent as a bearer's.
 *
 *     if (token_is_needed(x, provider, key))
 *         token_get(x, &t, provider, key);      t.done, at once or later
 *
 * Tokens are kept by the host (STORE), five minutes less than they are good
 * for. */
#ifndef SL_TOKEN_H
#define SL_TOKEN_H

#include "core/ask.h"
#include "core/fetch.h"

struct token {
    struct ask ask; /* first: found by its question */
    void (*done)(struct exchange *x, struct token *t, enum sl_rc rc);
    void *owner;
    struct secret value; /* with SL_OK */
    bool is_kept;        /* it came from the store: it may have been revoked */
    struct str why;      /* of a failure: what the issuer said */
    /* private */
    bool is_dropped; /* the store is not asked */
    const struct provider *provider;
    size_t key;
    struct fetch fetch;
    struct str name; /* in the store */
    struct str text; /* that is signed */
    struct sign_part part;
    struct sign_job job;
    int status;
    struct buf answer;
};

bool token_is_needed(const struct exchange *x, const struct provider *p,
                     size_t key);
/* t->done and t->owner are set. SL_UP_KEY: the issuer refuses the key. */
void token_get(struct exchange *x, struct token *t, const struct provider *p,
               size_t key);
/* A kept token was refused: the next token_get of t gets another, which takes
 * its place for everybody. */
void token_drop(struct token *t);
/* done is not called any more. */
void token_cancel(struct exchange *x, struct token *t);

#endif
