/* SPDX-License-Identifier: MIT */
/* Selection and health of keys. The one hard idea: a turn steps past the keys
 * it passes over, so that the next request begins after the key that was
 * really used; each healthy key has the same share, whichever ones are not. */
#include "core/keys.h"

#include "core/base/date.h"
#include "core/base/map.h"
#include "core/base/num.h"

enum {
    COOL_FIRST_MS = 1000,
    COOL_MOST_MS = 60 * 1000,
    REFUSED_FIRST_MS = 30 * 1000,
    REFUSED_MOST_MS = 30 * 60 * 1000,
    PROBE_MS = 30 * 1000, /* a refused key is tried by one request at a time */
    DAY_MS = 24 * 3600 * 1000,
};

/* ---- selectors ---- */

/* Digits at the start of *s; a number too large for the type is the largest.
 * False: there are none. */
static bool take_number(struct str *s, uint64_t *n)
{
    uint64_t v = 0;
    size_t i = 0;

    for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
        uint64_t digit = (uint64_t)(s->p[i] - '0');

        v = v > (UINT64_MAX - digit) / 10 ? UINT64_MAX : v * 10 + digit;
    }
    if (i == 0)
        return false;
    *s = str_skip(*s, i);
    *n = v;
    return true;
}

bool key_selector_read(struct str segment, struct key_selector *s)
{
    struct key_selector sel = {0};
    bool has_first = take_number(&segment, &sel.first);

    sel.is_range = str_starts(segment, STR("-"));
    if (!has_first && !sel.is_range)
        return false;
    if (sel.is_range) {
        segment = str_skip(segment, 1);
        sel.has_last = take_number(&segment, &sel.last);
    }
    sel.is_set = has_first || sel.has_last;
    *s = sel;
    return true;
}

struct key_range key_selector_range(const struct key_selector *s, size_t n)
{
    struct key_range r = {0, n - 1, false};

    SL_ASSERT(n > 0);
    if (!s->is_set)
        return r;
    r.first = (size_t)(s->first % n);
    r.is_wrapped = s->first >= n;
    if (!s->is_range)
        r.last = r.first;
    else if (s->has_last && s->last < n)
        r.last = (size_t)s->last;
    if (r.last < r.first)
        r.last = r.first;
    return r;
}

/* ---- picking ---- */

bool keys_draw(uint64_t bits, uint64_t n, uint64_t *out)
{
    /* A remainder prefers small numbers unless the range is a multiple of n:
     * the few values past the last whole multiple are not used. */
    uint64_t excess = (UINT64_MAX % n + 1) % n;

    if (bits > UINT64_MAX - excess)
        return false;
    *out = bits % n;
    return true;
}

int64_t keys_wait_ms(const struct key_state *s, int64_t now_ms)
{
    return s->health == KEY_HEALTHY || s->until_ms <= now_ms
               ? 0
               : s->until_ms - now_ms;
}

static bool was_tried(const struct key_pick *pick, size_t key)
{
    for (size_t i = 0; i < pick->n_tried; i++)
        if (pick->tried[i] == key)
            return true;
    return false;
}

static bool is_open(const struct key_ring *r, const struct key_pick *pick,
                    int64_t now_ms, size_t key)
{
    return keys_wait_ms(&r->v[key], now_ms) == 0 && !was_tried(pick, key);
}

static bool is_drawn(const struct key_ring *r, const struct key_pick *pick)
{
    return pick->n_tried == 0 && (pick->is_even || r->strategy == KEYS_RANDOM ||
                                  r->strategy == KEYS_WEIGHTED);
}

static uint64_t weight_of(const struct key_ring *r, const struct key_pick *pick,
                          size_t key)
{
    return r->strategy == KEYS_WEIGHTED && !pick->is_even ? r->weights[key] : 1;
}

/* By chance among the open ones; SL_NO_KEY: none is. */
static enum sl_rc draw(const struct key_ring *r, const struct key_pick *pick,
                       uint64_t bits, int64_t now_ms, size_t *key)
{
    uint64_t total = 0;
    uint64_t at;

    for (size_t i = pick->first; i <= pick->last; i++)
        if (is_open(r, pick, now_ms, i))
            total += weight_of(r, pick, i);
    if (total == 0)
        return SL_NO_KEY;
    if (!keys_draw(bits, total, &at))
        return SL_AGAIN;
    for (size_t i = pick->first; i <= pick->last; i++) {
        uint64_t weight = weight_of(r, pick, i);

        if (!is_open(r, pick, now_ms, i))
            continue;
        if (at < weight) {
            *key = i;
            return SL_OK;
        }
        at -= weight;
    }
    return SL_NO_KEY;
}

/* The first open key from `from` on, around the range; with least-busy the
 * one that has the least to do. */
static enum sl_rc walk(const struct key_ring *r, const struct key_pick *pick,
                       size_t from, int64_t now_ms, size_t *key)
{
    size_t n = pick->last - pick->first + 1;
    bool is_found = false;

    for (size_t i = 0; i < n; i++) {
        size_t at = pick->first + (from - pick->first + i) % n;

        if (!is_open(r, pick, now_ms, at) ||
            (is_found && r->v[at].busy >= r->v[*key].busy))
            continue;
        *key = at;
        if (r->strategy != KEYS_LEAST_BUSY)
            return SL_OK;
        is_found = true;
    }
    return is_found ? SL_OK : SL_NO_KEY;
}

/* Rendezvous: the key that goes best with the session, which is the same one
 * until it can't be used; the sessions of others stay where they are. */
static enum sl_rc favorite(const struct key_ring *r,
                           const struct key_pick *pick, int64_t now_ms,
                           size_t *key)
{
    enum sl_rc rc = SL_NO_KEY;
    uint64_t best = 0;

    if (pick->session == 0 || pick->n_tried != 0 || pick->is_even)
        return SL_NO_KEY;
    for (size_t i = pick->first; i <= pick->last; i++) {
        uint64_t id = r->ids != NULL ? r->ids[i] : i;
        uint64_t rank = hash_str((struct str){(const char *)&id, sizeof(id)},
                                 pick->session);

        if (!is_open(r, pick, now_ms, i) || (rc == SL_OK && rank <= best))
            continue;
        best = rank;
        *key = i;
        rc = SL_OK;
    }
    return rc;
}

/* None is open: the one that will be so first, of several the one that comes
 * first from `from` on. */
static enum sl_rc soonest(const struct key_ring *r, const struct key_pick *pick,
                          size_t from, size_t *key)
{
    size_t n = pick->last - pick->first + 1;
    bool is_found = false;

    for (size_t i = 0; i < n; i++) {
        size_t at = pick->first + (from - pick->first + i) % n;

        if (was_tried(pick, at) ||
            (is_found && r->v[at].until_ms >= r->v[*key].until_ms))
            continue;
        *key = at;
        is_found = true;
    }
    return is_found ? SL_OK : SL_NO_KEY;
}

/* A list that has become shorter than the turn starts over. */
static size_t take_turn(const struct key_ring *r)
{
    struct key_turn *t = r->turn;

    if (t->among != r->n) {
        if (t->among != 0)
            t->step %= t->among;
        if (t->step >= r->n)
            t->step = 0;
        t->among = r->n;
    }
    return (size_t)(t->step % r->n);
}

enum sl_rc keys_pick(struct key_ring *r, const struct key_pick *pick,
                     uint64_t bits, int64_t now_ms, size_t *key)
{
    size_t from = pick->first;
    bool steps = pick->n_tried == 0 && !pick->is_even;
    enum sl_rc rc;
    size_t k = 0;

    SL_ASSERT(pick->first <= pick->last && pick->last < r->n);
    if (pick->n_tried != 0)
        from = pick->tried[pick->n_tried - 1] + 1;
    else if (steps)
        from = take_turn(r);
    if (from < pick->first || from > pick->last)
        from = pick->first;
    rc = favorite(r, pick, now_ms, &k);
    if (rc == SL_OK)
        steps = false;
    else if (is_drawn(r, pick))
        rc = draw(r, pick, bits, now_ms, &k);
    else
        rc = walk(r, pick, from, now_ms, &k);
    if (rc == SL_NO_KEY)
        rc = soonest(r, pick, from, &k);
    if (rc != SL_OK)
        return rc;
    if (steps && !is_drawn(r, pick))
        r->turn->step += (k + r->n - from) % r->n + 1;
    if (r->v[k].health == KEY_REFUSED)
        r->v[k].until_ms = now_ms + PROBE_MS;
    *key = k;
    return SL_OK;
}

/* ---- health ---- */

enum key_verdict keys_judge_status(int status)
{
    if (status >= 200 && status <= 399)
        return VERDICT_GOOD;
    if (status == 401 || status == 403)
        return VERDICT_REFUSED;
    return status == 429 || status >= 500 ? VERDICT_COOL : VERDICT_NONE;
}

enum key_verdict keys_judge_rc(enum sl_rc rc)
{
    switch ((int)rc) {
    case SL_UP_DNS:
    case SL_UP_REFUSED:
    case SL_UP_TLS:
    case SL_UP_CUT:
    case SL_UP_CONNECT_TIMEOUT:
    case SL_UP_TIMEOUT:
        return VERDICT_COOL;
    case SL_UP_KEY:
        return VERDICT_REFUSED;
    default:
        return VERDICT_NONE;
    }
}

static int64_t pause_ms(int64_t first, int64_t most, uint32_t failures)
{
    int64_t ms = first;

    for (uint32_t i = 1; i < failures && ms < most; i++)
        ms *= 2;
    return ms < most ? ms : most;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool keys_is_proven(const struct key_state *s)
{
    return s->health == KEY_HEALTHY && s->failures == 0 && s->since_ms != 0;
}

bool keys_mark(struct key_ring *r, const struct key_mark *m, int64_t now_ms)
{
    struct key_state *s = &r->v[m->key];
    enum key_health before = s->health;
    bool is_refused = m->verdict == VERDICT_REFUSED;
    int64_t pause;

    if (m->verdict == VERDICT_NONE)
        return false;
    if (s->health != KEY_HEALTHY && m->began_ms < s->since_ms) {
        if (m->verdict != VERDICT_GOOD)
            s->until_ms = later(s->until_ms, m->until_ms);
        return false;
    }
    s->since_ms = now_ms;
    if (m->verdict == VERDICT_GOOD) {
        s->health = KEY_HEALTHY;
        s->failures = 0;
        s->until_ms = 0;
        return before != KEY_HEALTHY;
    }
    /* A refused key that meets a failing provider stays refused. */
    is_refused = is_refused || before == KEY_REFUSED;
    s->health = is_refused ? KEY_REFUSED : KEY_COOLING;
    s->failures = before != s->health ? 1 : s->failures + 1;
    pause = is_refused
                ? pause_ms(REFUSED_FIRST_MS, REFUSED_MOST_MS, s->failures)
                : pause_ms(COOL_FIRST_MS, COOL_MOST_MS, s->failures);
    s->until_ms = later(now_ms + pause, m->until_ms);
    return before != s->health;
}

struct str keys_health_name(const struct key_state *s, int64_t now_ms)
{
    if (s->health == KEY_REFUSED)
        return STR("refused");
    return keys_wait_ms(s, now_ms) == 0 ? STR("ok") : STR("cooling");
}

/* ---- Retry-After ---- */

/* "Sun, 06 Nov 1994 08:49:37 GMT" as Unix seconds. */
static bool read_http_date(struct str s, int64_t *unix_s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    size_t month = 0;
    char text[] = "0000-00-00T00:00:00Z";

    if (s.n != 29 || !str_eq(str_skip(s, 25), STR(" GMT")))
        return false;
    while (month < 12 && memcmp(months + 3 * month, s.p + 8, 3) != 0)
        month++;
    if (month == 12)
        return false;
    month++;
    memcpy(text, s.p + 12, 4);
    text[5] = (char)('0' + month / 10);
    text[6] = (char)('0' + month % 10);
    memcpy(text + 8, s.p + 5, 2);
    memcpy(text + 11, s.p + 17, 8);
    return date_read((struct str){text, sizeof text - 1}, unix_s);
}

int64_t keys_retry_after_ms(struct str ms, struct str after, int64_t wall_ms)
{
    uint64_t n = 0;
    int64_t unix_s;

    if (ms.n != 0 && num_u64(ms, &n))
        return n < DAY_MS ? (int64_t)n : DAY_MS;
    if (num_u64(after, &n))
        return n < DAY_MS / 1000 ? (int64_t)n * 1000 : DAY_MS;
    if (!read_http_date(after, &unix_s) || unix_s * 1000 <= wall_ms)
        return 0;
    unix_s = unix_s * 1000 - wall_ms;
    return unix_s < DAY_MS ? unix_s : DAY_MS;
}

/* ---- metrics ---- */

void keys_write_metrics_head(struct buf *out)
{
    buf_add(out,
            STR("# HELP sluice_key_health Health of provider keys: 0 ok, 1 "
                "cooling, 2 refused.\n# TYPE sluice_key_health gauge\n"));
}

void keys_write_metrics(struct buf *out, struct str provider,
                        const struct key_ring *r, int64_t now_ms)
{
    for (size_t i = 0; i < r->n; i++) {
        bool is_over = keys_wait_ms(&r->v[i], now_ms) == 0;

        buf_add(out, STR("sluice_key_health{provider=\""));
        buf_add(out, provider);
        buf_add(out, STR("\",key=\""));
        buf_add_u64(out, i);
        buf_add(out, STR("\"} "));
        if (r->v[i].health == KEY_REFUSED)
            buf_add_char(out, '2');
        else
            buf_add_char(out, is_over ? '0' : '1');
        buf_add_char(out, '\n');
    }
}
