/* SPDX-License-Identifier: MIT */
/* Counters with labels in memory of one fixed size. The one hard idea: label
 * texts are kept once each and numbered; a series is a small key of numbers in
 * an open-address table. When a table is full, what is new is counted under
 * the label "other", so that sums stay right. */
#include "core/metrics.h"

#include "core/base/base.h"
#include "core/base/map.h"

enum {
    NAMES = 256,     /* texts: routes, providers, … ; number 0 is "other" */
    NAME_BYTES = 72, /* of one; longer ones are cut */
    SERIES = 2048,   /* a power of two */
    SERIES_MOST = 1536,
    ROUTES = 96, /* with histograms; slot 0 is "other" */
    BUCKETS = 16,
    NAME_SLOTS = 512, /* a power of two, twice NAMES */
};

/* Upper bounds in milliseconds, and as the exposition writes them. */
static const struct bound {
    int64_t ms;
    struct str text;
} bounds[BUCKETS] = {
    {5, STR_INIT("0.005")},    {10, STR_INIT("0.01")},
    {25, STR_INIT("0.025")},   {50, STR_INIT("0.05")},
    {100, STR_INIT("0.1")},    {250, STR_INIT("0.25")},
    {500, STR_INIT("0.5")},    {1000, STR_INIT("1")},
    {2500, STR_INIT("2.5")},   {5000, STR_INIT("5")},
    {10000, STR_INIT("10")},   {30000, STR_INIT("30")},
    {60000, STR_INIT("60")},   {120000, STR_INIT("120")},
    {300000, STR_INIT("300")}, {600000, STR_INIT("600")},
};

enum family {
    FAMILY_NONE, /* a free slot */
    FAMILY_REQUESTS,
    FAMILY_ERRORS,
    FAMILY_ATTEMPTS,
    FAMILY_HEDGES,
    FAMILY_HEDGES_WON,
    FAMILY_TOKENS,
    FAMILY_BYTES,
    FAMILIES
};

/* What each family is called; its labels in order, {0} for none. */
static const struct family_info {
    struct str name, help, labels[3];
} families[FAMILIES] = {
    [FAMILY_REQUESTS] = {STR_INIT("sluice_requests_total"),
                         STR_INIT("Requests answered."),
                         {STR_INIT("route"), STR_INIT("provider"),
                          STR_INIT("status")}},
    [FAMILY_ERRORS] = {STR_INIT("sluice_errors_total"),
                       STR_INIT("Requests that failed, by what went wrong."),
                       {STR_INIT("route"), STR_INIT("provider"),
                        STR_INIT("reason")}},
    [FAMILY_ATTEMPTS] = {STR_INIT("sluice_attempts_total"),
                         STR_INIT("Requests made to providers."),
                         {STR_INIT("provider")}},
    [FAMILY_HEDGES] = {STR_INIT("sluice_hedges_total"),
                       STR_INIT("Requests made to providers beside others that "
                                "were late."),
                       {STR_INIT("provider")}},
    [FAMILY_HEDGES_WON] = {STR_INIT("sluice_hedges_won_total"),
                           STR_INIT("Those whose answer the client got."),
                           {STR_INIT("provider")}},
    [FAMILY_TOKENS] = {STR_INIT("sluice_tokens_total"),
                       STR_INIT("Tokens that providers counted."),
                       {STR_INIT("provider"), STR_INIT("kind")}},
    [FAMILY_BYTES] = {STR_INIT("sluice_body_bytes_total"),
                      STR_INIT("Bytes of bodies of clients' requests (in) and "
                               "of answers to them (out)."),
                      {STR_INIT("direction")}},
};

struct series {
    uint64_t value;
    uint16_t labels[3]; /* numbers of texts */
    uint16_t family;
};

struct histogram {
    uint64_t counts[BUCKETS + 1]; /* each on its own; the last is the rest */
    uint64_t sum_ms;
};

struct times {
    uint16_t route; /* number of its text */
    struct histogram total, first;
};

struct name {
    char text[NAME_BYTES];
    size_t n;
};

struct metrics {
    struct name names[NAMES];
    uint16_t name_slots[NAME_SLOTS]; /* number of a text; 0 is free */
    size_t n_names;
    struct series series[SERIES];
    struct series other[FAMILIES]; /* what found no slot */
    size_t n_series;
    struct times times[ROUTES];
    size_t n_times;
    uint8_t times_of[NAMES]; /* slot in `times` + 1; 0: none yet */
};

_Static_assert(ROUTES < UINT8_MAX, "times_of holds a slot and one");

size_t metrics_size(void)
{
    return sizeof(struct metrics);
}

struct metrics *metrics_init(void *memory)
{
    struct metrics *m = memory;

    memset(m, 0, sizeof *m);
    memcpy(m->names[0].text, "other", 5);
    m->names[0].n = 5;
    m->n_names = 1;
    m->n_times = 1; /* of "other" */
    m->times_of[0] = 1;
    return m;
}

static struct str text_of(const struct metrics *m, uint16_t number)
{
    return (struct str){m->names[number].text, m->names[number].n};
}

/* The number of a text; 0 ("other") when there is no room for a new one. */
static uint16_t number_of(struct metrics *m, struct str text)
{
    struct str s = str_first(text, NAME_BYTES);
    size_t i = (size_t)(hash_quick(s, 0) & (NAME_SLOTS - 1));

    if (str_eq(s, text_of(m, 0)))
        return 0;
    for (; m->name_slots[i] != 0; i = (i + 1) & (NAME_SLOTS - 1))
        if (str_eq(s, text_of(m, m->name_slots[i])))
            return m->name_slots[i];
    if (m->n_names == NAMES)
        return 0;
    m->name_slots[i] = (uint16_t)m->n_names;
    if (s.n != 0)
        memcpy(m->names[m->n_names].text, s.p, s.n);
    m->names[m->n_names].n = s.n;
    m->n_names++;
    return m->name_slots[i];
}

static bool same(const struct series *a, const struct series *b)
{
    return a->family == b->family && a->labels[0] == b->labels[0] &&
           a->labels[1] == b->labels[1] && a->labels[2] == b->labels[2];
}

/* wanted: family, labels and what to add. */
static void add(struct metrics *m, const struct series *wanted)
{
    uint16_t key[4] = {wanted->family, wanted->labels[0], wanted->labels[1],
                       wanted->labels[2]};
    uint64_t hash = hash_quick((struct str){(const char *)key, sizeof key}, 0);
    size_t i = (size_t)(hash & (SERIES - 1));

    if (wanted->value == 0)
        return;
    while (m->series[i].family != FAMILY_NONE) {
        if (same(&m->series[i], wanted)) {
            m->series[i].value += wanted->value;
            return;
        }
        i = (i + 1) & (SERIES - 1);
    }
    if (m->n_series == SERIES_MOST) {
        m->other[wanted->family].value += wanted->value;
        return;
    }
    m->series[i] = *wanted;
    m->n_series++;
}

static struct times *times_of(struct metrics *m, uint16_t route)
{
    if (m->times_of[route] == 0) {
        if (m->n_times == ROUTES)
            return &m->times[0];
        m->times[m->n_times].route = route;
        m->n_times++;
        m->times_of[route] = (uint8_t)m->n_times;
    }
    return &m->times[m->times_of[route] - 1];
}

static void observe(struct histogram *h, int64_t ms)
{
    size_t i = 0;

    if (ms < 0)
        return;
    while (i < BUCKETS && ms > bounds[i].ms)
        i++;
    h->counts[i]++;
    h->sum_ms += (uint64_t)ms;
}

static void add_tokens(struct metrics *m, uint16_t provider, struct str kind,
                       int64_t n)
{
    if (n > 0)
        add(m, &(struct series){.family = FAMILY_TOKENS,
                                .labels = {provider, number_of(m, kind)},
                                .value = (uint64_t)n});
}

static uint16_t number_of_status(struct metrics *m, int status)
{
    char digits[3] = "000";
    int v = status < 0 || status > 999 ? 0 : status;

    for (size_t i = sizeof digits; i > 0; i--) {
        digits[i - 1] = (char)('0' + v % 10);
        v /= 10;
    }
    return number_of(m, (struct str){digits, sizeof digits});
}

/* "up_timeout" for UP_TIMEOUT, as labels are spelled. */
static uint16_t number_of_reason(struct metrics *m, enum sl_rc rc)
{
    struct str name = rc_info(rc)->name;
    char text[NAME_BYTES];

    name = str_first(name, sizeof text);
    for (size_t i = 0; i < name.n; i++)
        text[i] = char_lower(name.p[i]);
    return number_of(m, (struct str){text, name.n});
}

void metrics_add(struct metrics *m, const struct record *r)
{
    uint16_t route = number_of(m, r->route);
    uint16_t provider = number_of(m, r->provider);
    struct times *t = times_of(m, route);

    add(m, &(struct series){
               .family = FAMILY_REQUESTS,
               .labels = {route, provider, number_of_status(m, r->status)},
               .value = 1});
    if (r->rc != SL_OK)
        add(m, &(struct series){
                   .family = FAMILY_ERRORS,
                   .labels = {route, provider, number_of_reason(m, r->rc)},
                   .value = 1});
    add(m, &(struct series){.family = FAMILY_ATTEMPTS,
                            .labels = {provider},
                            .value = r->attempts});
    add(m, &(struct series){.family = FAMILY_HEDGES,
                            .labels = {provider},
                            .value = r->hedges});
    add(m, &(struct series){.family = FAMILY_HEDGES_WON,
                            .labels = {provider},
                            .value = r->hedge_won ? 1 : 0});
    add(m, &(struct series){.family = FAMILY_BYTES,
                            .labels = {number_of(m, STR("in"))},
                            .value = r->bytes_in});
    add(m, &(struct series){.family = FAMILY_BYTES,
                            .labels = {number_of(m, STR("out"))},
                            .value = r->bytes_out});
    add_tokens(m, provider, STR("input"), r->usage.input_tokens);
    add_tokens(m, provider, STR("output"), r->usage.output_tokens);
    add_tokens(m, provider, STR("cached"), r->usage.cached_tokens);
    add_tokens(m, provider, STR("reasoning"), r->usage.reasoning_tokens);
    observe(&t->total, r->total_ms);
    observe(&t->first, r->first_byte_ms);
}

/* ---- sums ---- */

static void merge_histogram(struct histogram *sum, const struct histogram *h)
{
    for (size_t i = 0; i <= BUCKETS; i++)
        sum->counts[i] += h->counts[i];
    sum->sum_ms += h->sum_ms;
}

void metrics_merge(struct metrics *sum, const struct metrics *m)
{
    uint16_t number[NAMES] = {0}; /* of m's texts in sum */

    for (size_t i = 0; i < m->n_names; i++)
        number[i] = number_of(sum, text_of(m, (uint16_t)i));
    for (size_t i = 0; i < SERIES; i++) {
        struct series s = m->series[i];

        if (s.family == FAMILY_NONE)
            continue;
        /* Labels that a family lacks stay 0, which is "other" in both. */
        for (size_t k = 0; k < SL_LEN(s.labels); k++)
            s.labels[k] = number[s.labels[k]];
        add(sum, &s);
    }
    for (size_t i = 0; i < FAMILIES; i++)
        sum->other[i].value += m->other[i].value;
    for (size_t i = 0; i < m->n_times; i++) {
        struct times *t = times_of(sum, number[m->times[i].route]);

        merge_histogram(&t->total, &m->times[i].total);
        merge_histogram(&t->first, &m->times[i].first);
    }
}

/* ---- exposition ---- */

static void write_head(struct buf *out, struct str name, struct str type,
                       struct str help)
{
    buf_add(out, STR("# HELP "));
    buf_add(out, name);
    buf_add_char(out, ' ');
    buf_add(out, help);
    buf_add(out, STR("\n# TYPE "));
    buf_add(out, name);
    buf_add_char(out, ' ');
    buf_add(out, type);
    buf_add_char(out, '\n');
}

static void write_label(struct buf *out, struct str name, struct str value)
{
    buf_add(out, name);
    buf_add(out, STR("=\""));
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        if (c == '\n') {
            buf_add(out, STR("\\n"));
            continue;
        }
        if (c == '\\' || c == '"')
            buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
    buf_add_char(out, '"');
}

static void write_series(struct buf *out, const struct metrics *m,
                         const struct series *s, enum family family)
{
    const struct family_info *f = &families[family];

    buf_add(out, f->name);
    for (size_t i = 0; i < SL_LEN(f->labels) && f->labels[i].n != 0; i++) {
        buf_add_char(out, i == 0 ? '{' : ',');
        write_label(out, f->labels[i], text_of(m, s->labels[i]));
    }
    buf_add(out, STR("} "));
    buf_add_u64(out, s->value);
    buf_add_char(out, '\n');
}

/* What found no slot is the series with "other" everywhere, which may also
 * have come to be in the ordinary way: they are one. */
static void write_family(struct buf *out, const struct metrics *m,
                         enum family family)
{
    struct series other = m->other[family];

    other.family = (uint16_t)family;
    write_head(out, families[family].name, STR("counter"),
               families[family].help);
    for (size_t i = 0; i < SERIES; i++) {
        const struct series *s = &m->series[i];

        if (s->family != (uint16_t)family)
            continue;
        if (same(s, &other))
            other.value += s->value;
        else
            write_series(out, m, s, family);
    }
    if (other.value != 0)
        write_series(out, m, &other, family);
}

static void write_seconds(struct buf *out, uint64_t ms)
{
    uint64_t part = ms % 1000;

    buf_add_u64(out, ms / 1000);
    buf_add_char(out, '.');
    buf_add_u64(out, part / 100);
    buf_add_u64(out, part / 10 % 10);
    buf_add_u64(out, part % 10);
}

static void write_sample(struct buf *out, struct str name, struct str suffix,
                         struct str route)
{
    buf_add(out, name);
    buf_add(out, suffix);
    buf_add_char(out, '{');
    write_label(out, STR("route"), route);
}

static void write_histogram(struct buf *out, struct str name, struct str route,
                            const struct histogram *h)
{
    uint64_t sum = 0;

    for (size_t i = 0; i <= BUCKETS; i++) {
        sum += h->counts[i];
        write_sample(out, name, STR("_bucket"), route);
        buf_add_char(out, ',');
        write_label(out, STR("le"), i < BUCKETS ? bounds[i].text : STR("+Inf"));
        buf_add(out, STR("} "));
        buf_add_u64(out, sum);
        buf_add_char(out, '\n');
    }
    write_sample(out, name, STR("_sum"), route);
    buf_add(out, STR("} "));
    write_seconds(out, h->sum_ms);
    buf_add_char(out, '\n');
    write_sample(out, name, STR("_count"), route);
    buf_add(out, STR("} "));
    buf_add_u64(out, sum);
    buf_add_char(out, '\n');
}

static bool is_empty(const struct histogram *h)
{
    for (size_t i = 0; i <= BUCKETS; i++)
        if (h->counts[i] != 0)
            return false;
    return true;
}

static void write_histograms(struct buf *out, const struct metrics *m)
{
    struct str total = STR("sluice_request_seconds");
    struct str first = STR("sluice_first_byte_seconds");

    write_head(out, total, STR("histogram"),
               STR("From a request's head to the end of its answer."));
    for (size_t i = 0; i < m->n_times; i++)
        if (!is_empty(&m->times[i].total))
            write_histogram(out, total, text_of(m, m->times[i].route),
                            &m->times[i].total);
    write_head(out, first, STR("histogram"),
               STR("From a request's head to the first byte of its answer."));
    for (size_t i = 0; i < m->n_times; i++)
        if (!is_empty(&m->times[i].first))
            write_histogram(out, first, text_of(m, m->times[i].route),
                            &m->times[i].first);
}

/* A family of one series, or of two with a label that tells them apart. */
static void write_value(struct buf *out, struct str series, uint64_t v)
{
    buf_add(out, series);
    buf_add_char(out, ' ');
    buf_add_u64(out, v);
    buf_add_char(out, '\n');
}

static void write_gauge(struct buf *out, struct str name, struct str help,
                        uint64_t v)
{
    write_head(out, name, STR("gauge"), help);
    write_value(out, name, v);
}

static void write_gauges(struct buf *out, const struct metrics_gauges *g)
{
    uint64_t started =
        g->started_wall_ms < 0 ? 0 : (uint64_t)g->started_wall_ms;

    write_gauge(out, STR("sluice_connections"),
                STR("Connections of clients that are open."), g->connections);
    write_gauge(out, STR("sluice_exchanges"), STR("Requests in progress."),
                g->exchanges);
    write_gauge(out, STR("sluice_streams"),
                STR("Streamed answers in progress."), g->streams);
    write_head(out, STR("sluice_provider_connections"), STR("gauge"),
               STR("Connections to providers that are open."));
    write_value(out, STR("sluice_provider_connections{state=\"idle\"}"),
                g->pool_idle);
    write_value(out, STR("sluice_provider_connections{state=\"busy\"}"),
                g->pool_busy);
    write_head(out, STR("sluice_provider_requests_total"), STR("counter"),
               STR("Provider requests by whether their connection was new."));
    write_value(out, STR("sluice_provider_requests_total{connection=\"new\"}"),
                g->connects);
    write_value(out, STR("sluice_provider_requests_total{connection=\"kept\"}"),
                g->reuses);
    write_head(out, STR("sluice_refused_connections_total"), STR("counter"),
               STR("Connections of clients over the limit."));
    write_value(out, STR("sluice_refused_connections_total"), g->refused);
    write_head(out, STR("sluice_start_time_seconds"), STR("gauge"),
               STR("When the process started, in Unix time."));
    buf_add(out, STR("sluice_start_time_seconds "));
    write_seconds(out, started);
    buf_add_char(out, '\n');
}

void metrics_write(struct buf *out, const struct metrics *m,
                   const struct metrics_gauges *g)
{
    for (int f = FAMILY_REQUESTS; f < FAMILIES; f++)
        write_family(out, m, (enum family)f);
    write_histograms(out, m);
    write_gauges(out, g);
}
