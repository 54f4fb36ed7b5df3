/* SPDX-License-Identifier: MIT */
/* Attempts at one provider: pick a key, ask, and go on with the next key
 * that is healthy while nothing has reached the client (DESIGN 3). The next
 * attempt follows connect errors, 401 and 403, 408, 409, 425, 429, 5xx and
 * time-outs; a kept connection that turns out dead is called again at once with
 * the same key. Each attempt at a provider but the first is asked for (PICK
 * with is_retry): when the host's budget of retries is spent, none follows save
 * with a key that is known to answer. Attempts may also be made side by side
 * (attempt_hedge; api/race.h says when).
 *
 * The surface embeds it, says how a request is sent (`send`) and is told of
 * the first answer worth having: `head`, then `body`…, or `failed` when all
 * attempts are spent. It sets `committed` once the client got a byte. */
#ifndef SL_ATTEMPT_H
#define SL_ATTEMPT_H

#include "core/ask.h"
#include "core/fetch.h"
#include "core/token.h"

enum {
    ATTEMPTS = 4,
    BACKOFF_FIRST_MS = 200, /* the second wait is twice as long; half of each
                               is chance */
};

struct attempt;

struct attempt_events {
    /* Opens a->fetch and pushes what there is of the body; once per attempt. */
    void (*send)(struct exchange *x, struct attempt *a);
    /* Could send() be called again? */
    bool (*can_resend)(struct exchange *x, struct attempt *a);
    void (*head)(struct exchange *x, struct attempt *a,
                 const struct http_response *res, int64_t length);
    void (*body)(struct exchange *x, struct attempt *a, struct str bytes,
                 bool last);
    void (*failed)(struct exchange *x, struct attempt *a, enum sl_rc rc);
    /* What still comes of the answer that the next attempt is to replace, while
     * that waits for its key or its time: if none follows after all, the
     * provider's own words can be told. NULL: dropped. */
    void (*aside)(struct exchange *x, struct attempt *a, struct str bytes);
};

struct attempt {
    struct ask ask; /* for a key; first: found by its question */
    const struct provider *provider;
    const struct attempt_events *on;
    struct str model; /* as the provider knows it; set before the start, {0}:
                         there is none */
    struct fetch fetch;
    struct token *token;    /* how its key is sent; NULL: as it is */
    size_t key;             /* of the attempt at hand */
    struct key_pick pick;   /* which keys may be used, and which were */
    int64_t began_ms;       /* when this one began, */
    int64_t head_ms;        /* and the head of its answer came */
    enum sl_rc failed;      /* why the one before did: by a code, */
    int status;             /* or by a provider's status; 0: not so */
    int64_t retry_at_ms;    /* when the provider wants to be asked again, the
                               soonest of its keys; 0: not said */
    int64_t least_retry_ms; /* the shortest Retry-After of all attempts */
    int64_t resume_ms;      /* waiting for then (attempt_wait); 0: not */
    unsigned waits;         /* so far, for this provider */
    bool is_spent;          /* the budget of retries was: no more follow */
    size_t step;            /* of explain.h */
    uint64_t late_id;       /* under which it is noted how long its answer
                               took; 0: it is not */
    bool is_late;           /* another was begun because of it */
    bool is_racing;         /* others are under way: none follows this one */
    bool is_relieved;       /* another goes on with its keys */
    bool fresh;             /* the last one met a dead connection */
    bool is_hurried;        /* the time is the caller's: that it ran out says
                               nothing of the key */
    bool committed;
};

void attempt_start(struct exchange *x, struct attempt *a,
                   const struct provider *p, const struct attempt_events *on);
/* Is there a key at its provider that was not tried? */
bool attempt_has_key(const struct attempt *a);
/* Starts one beside `late`, which has been under way for too long; p NULL:
 * with another key at the same provider, of which there must be one. It is
 * asked for as a retry is (PICK with is_hedge). */
void attempt_hedge(struct exchange *x, struct attempt *a, struct attempt *late,
                   const struct provider *p, const struct attempt_events *on);
/* What the other, which has failed, was told of when to come back. */
void attempt_heed(struct attempt *a, const struct attempt *other);
/* Another one's answer came first: it ends, which says nothing of its key. */
void attempt_lose(struct exchange *x, struct attempt *a);
/* The attempt failed; may_help: in a way another key may mend. Starts the
 * next one (cancelling the fetch) and returns true, or returns false when none
 * may follow. */
bool attempt_again(struct exchange *x, struct attempt *a, bool may_help);
/* The same after a provider's status, or after a code: the key is judged by
 * it. fields may be NULL. */
bool attempt_again_after(struct exchange *x, struct attempt *a, int status,
                         const struct http_fields *fields);
bool attempt_again_failed(struct exchange *x, struct attempt *a, enum sl_rc rc);
/* No other key and no other target is left. When the last attempt failed
 * because the provider has too much to do, its keys are tried again after a
 * while: true. Not when it wants more time than timeouts.backoff. */
bool attempt_wait(struct exchange *x, struct attempt *a);
/* For exchange.c: a wait may be over. When it will be; 0: nobody waits. */
void attempt_on_time(struct exchange *x);
int64_t attempt_next_time(const struct exchange *x);
/* The client gets this answer: no other attempt may follow. */
void attempt_commit(struct exchange *x, struct attempt *a);
/* Another of the provider's keys has failed in the course of this attempt. */
void attempt_blame(struct exchange *x, struct attempt *a, size_t key);
/* Should this status make another attempt, with another key? */
bool attempt_status_retries(int status);
void attempt_cancel(struct exchange *x, struct attempt *a);
/* Why the last one failed, and that none follows because the budget of
 * retries is spent. */
struct str attempt_why(struct exchange *x, const struct attempt *a,
                       enum sl_rc rc);
/* "provider openai", for messages. */
struct str attempt_who(struct exchange *x, const struct attempt *a);
/* The shortest Retry-After that a provider gave, in seconds; {0}: none did. */
struct str attempt_retry_after(struct exchange *x, const struct attempt *a);
/* The record tells of this one. */
void attempt_record(struct exchange *x, const struct attempt *a);
/* sluice-provider, sluice-model, sluice-key-index, sluice-attempts and
 * sluice-hedged on the answer. */
void attempt_reply_fields(struct exchange *x, const struct attempt *a);

#endif
