/* SPDX-License-Identifier: MIT */
/* Which of a provider's keys is used: what a path asks for (selectors), whose
 * turn it is (strategies), and which ones are worth asking (health). Pure:
 * time and random bits are arguments; a host keeps the states and the lock.
 *
 *     while ((rc = keys_pick(&ring, &pick, random_u64(), now, &key)) ==
 *            SL_AGAIN)
 *         ;                              fresh bits each time
 *     ... the attempt is made and judged
 *     changed = keys_mark(&ring, &mark, now);
 *
 * A key that was limited or met a failing provider is *cooling*: until the
 * provider's Retry-After, at least for a pause that doubles. One that was not
 * accepted is *refused*, and tried again after a longer one. Both are passed
 * over while another key is healthy; then the one that recovers first is
 * taken. */
#ifndef SL_KEYS_H
#define SL_KEYS_H

#include "core/base/buf.h"
#include "core/config.h"

/* ---- selectors: /key/{selector}/… ---- */

struct key_selector {
    bool is_set; /* false: the strategy decides */
    bool is_range;
    bool has_last;
    uint64_t first, last; /* as asked; larger than any list is fine */
};

/* Reads one path segment: "2", "1-2", "2-", "-1", "-"; what follows is
 * ignored. False: it is none. */
SL_MUST_USE bool key_selector_read(struct str segment, struct key_selector *s);

/* Keys first … last of n, n > 0, that it stands for. */
struct key_range {
    size_t first, last;
    bool is_wrapped; /* it asked for a key beyond the last */
};
struct key_range key_selector_range(const struct key_selector *s, size_t n);

/* ---- states ---- */

enum key_health { KEY_HEALTHY, KEY_COOLING, KEY_REFUSED };

/* Of one key; zero is healthy. */
struct key_state {
    enum key_health health;
    uint32_t failures; /* in a row */
    uint32_t busy;     /* requests under way */
    int64_t until_ms;  /* when it may be used again */
    int64_t since_ms;  /* when it was last judged */
};

/* Whose turn it is; survives a restart. */
struct key_turn {
    uint64_t step;  /* grows; the next key is step % n_keys */
    uint64_t among; /* keys there were when it was last stepped; 0: never */
};

struct key_ring {
    struct key_state *v;
    size_t n;
    enum key_strategy strategy;
    const uint32_t *weights; /* KEYS_WEIGHTED: n of them */
    const uint64_t *ids;     /* n of them, to know keys again wherever they
                                stand; NULL: where they stand */
    struct key_turn *turn;
};

/* ---- picking ---- */

enum { KEYS_TRIED = 4 };

struct key_pick {
    size_t first, last; /* only these keys may be used */
    bool is_even;       /* evenly drawn from them, whatever the strategy */
    bool is_retry;      /* at a provider that has just failed: unless the key
                           is proven, it takes one from the budget of retries
                           (budget.h); SL_LIMITED when that is spent */
    bool is_hedge;      /* beside another attempt: it takes one in any case */
    uint64_t session;   /* stays with one healthy key, whatever the strategy;
                           0: none. The turn is not stepped then */
    size_t n_tried;     /* > 0: a retry, cyclically after the last one */
    size_t tried[KEYS_TRIED];
};

/* Evenly from 0 … n-1, n > 0. False: these bits would make small numbers more
 * likely; draw with fresh ones. */
SL_MUST_USE bool keys_draw(uint64_t bits, uint64_t n, uint64_t *out);
/* SL_OK; SL_NO_KEY: there is none that was not tried; SL_AGAIN: call again
 * with fresh bits. A retry does not step the turn. */
SL_MUST_USE enum sl_rc keys_pick(struct key_ring *r,
                                 const struct key_pick *pick, uint64_t bits,
                                 int64_t now_ms, size_t *key);

/* ---- health ---- */

/* The last that was seen of it is that it answered. */
bool keys_is_proven(const struct key_state *s);

enum key_verdict {
    VERDICT_NONE,    /* it tells nothing of the key */
    VERDICT_GOOD,    /* it answered */
    VERDICT_COOL,    /* 429, 5xx, unreachable, too slow */
    VERDICT_REFUSED, /* 401, 403 */
};

struct key_mark {
    const struct provider *provider;
    size_t key;
    enum key_verdict verdict;
    int64_t began_ms; /* when the attempt began */
    int64_t until_ms; /* not before then (Retry-After); 0: nothing said */
    /* How long the first byte took, of whom (speed.h). Also without a key:
     * then key is n_keys and the verdict NONE. 0: nothing to note. */
    uint64_t speed_id;
    int64_t took_ms;
    /* The same until the answer was worth passing on; when another came first,
     * how long it had not been. 0: nothing to note. */
    uint64_t late_id;
    int64_t late_ms;
};

/* What a provider's status says of its key. */
enum key_verdict keys_judge_status(int status);
/* What a failed provider request says of it. */
enum key_verdict keys_judge_rc(enum sl_rc rc);
/* True when the key's health has changed. An attempt that began before the
 * key was last judged brings no news, save for a later until_ms. */
bool keys_mark(struct key_ring *r, const struct key_mark *m, int64_t now_ms);
/* "ok", "cooling", "refused". A pause that is over has ended cooling. */
struct str keys_health_name(const struct key_state *s, int64_t now_ms);
/* How long it is still passed over; 0: it is not. */
int64_t keys_wait_ms(const struct key_state *s, int64_t now_ms);

/* retry-after-ms and Retry-After (seconds or a date of HTTP) as milliseconds
 * from now, at most a day; 0: neither, or not understood. */
int64_t keys_retry_after_ms(struct str ms, struct str after, int64_t wall_ms);

/* Lines of the metrics: sluice_key_health of one provider. */
void keys_write_metrics_head(struct buf *out);
void keys_write_metrics(struct buf *out, struct str provider,
                        const struct key_ring *r, int64_t now_ms);

#endif
