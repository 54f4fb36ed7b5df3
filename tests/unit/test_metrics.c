/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "core/base/num.h"
#include "core/metrics.h"

#include <stdio.h>
#include <stdlib.h>

static const struct metrics_gauges none = {0};
static const struct usage unknown = {-1, -1, -1, -1, -1};

static struct metrics *new_metrics(void)
{
    return metrics_init(malloc(metrics_size()));
}

/* The exposition, to be freed; ends with a NUL. */
static char *text_of(const struct metrics *m, const struct metrics_gauges *g)
{
    struct test_mem mem;
    struct buf b;
    char *text;

    test_mem_init(&mem);
    buf_init(&b, &mem.mem, 8 << 20);
    metrics_write(&b, m, g);
    assert_false(b.failed);
    text = malloc(b.n + 1);
    memcpy(text, b.p, b.n);
    text[b.n] = '\0';
    buf_release(&b);
    return text;
}

static void check_has(const char *text, const char *line)
{
    char want[512];

    snprintf(want, sizeof want, "\n%s\n", line);
    if (!str_has(str_of(text), str_of(want)))
        fail_msg("no line %s in\n%s", line, text);
}

static struct record usual(void)
{
    return (struct record){.route = STR("/v1/chat/completions"),
                           .provider = STR("openai"),
                           .status = 200,
                           .attempts = 2,
                           .bytes_in = 100,
                           .bytes_out = 50,
                           .usage = {10, 20, 3, -1, -1},
                           .first_byte_ms = 25,
                           .total_ms = 26};
}

/* ---- a small reader of the format, to hold the output against ---- */

static bool is_name(struct str s, bool colon)
{
    for (size_t i = 0; i < s.n; i++)
        if (!char_is_alpha(s.p[i]) && s.p[i] != '_' &&
            !(colon && s.p[i] == ':') && !(i > 0 && char_is_digit(s.p[i])))
            return false;
    return s.n != 0;
}

/* Takes {a="b",…} off *line; false when it is malformed. */
static bool skip_labels(struct str *line)
{
    struct str s = str_skip(*line, 1);

    for (;;) {
        struct str name = str_before(s, '=');

        s = str_skip(s, name.n + 1);
        if (!is_name(name, false) || s.n == 0 || s.p[0] != '"')
            return false;
        for (s = str_skip(s, 1); s.n != 0 && s.p[0] != '"'; s = str_skip(s, 1))
            if (s.p[0] == '\\') {
                s = str_skip(s, 1);
                if (s.n == 0 || str_find(STR("n\\\""), s.p[0]) == 3)
                    return false;
            }
        s = str_skip(s, 1);
        if (s.n == 0)
            return false;
        if (s.p[0] == '}')
            break;
        if (s.p[0] != ',')
            return false;
        s = str_skip(s, 1);
    }
    *line = str_skip(s, 1);
    return true;
}

static bool is_value(struct str s)
{
    struct str whole = str_before(s, '.');
    uint64_t v;

    return num_u64(whole, &v) &&
           (whole.n == s.n || num_u64(str_skip(s, whole.n + 1), &v));
}

/* The sample belongs to the family that the last TYPE line began. */
static bool is_of_family(struct str name, struct str family, bool histogram)
{
    static const char *const suffixes[] = {"_bucket", "_sum", "_count"};

    if (!histogram)
        return str_eq(name, family);
    for (size_t i = 0; i < SL_LEN(suffixes); i++)
        if (str_starts(name, family) &&
            str_eq(str_skip(name, family.n), str_of(suffixes[i])))
            return true;
    return false;
}

static void check_format(const char *text)
{
    struct str rest = str_of(text), line, family = {0}, help = {0};
    bool histogram = false;

    assert_true(str_ends(rest, STR("\n")));
    while (str_split(&rest, '\n', &line)) {
        struct str all = line, name;
        struct str again = {0};

        if (str_starts(line, STR("# HELP "))) {
            help = str_before(str_skip(line, 7), ' ');
            assert_true(is_name(help, true));
            continue;
        }
        if (str_starts(line, STR("# TYPE "))) {
            family = str_before(str_skip(line, 7), ' ');
            check_str(family, help);
            line = str_skip(line, 7 + family.n + 1);
            histogram = str_eq(line, STR("histogram"));
            assert_true(histogram || str_eq(line, STR("counter")) ||
                        str_eq(line, STR("gauge")));
            continue;
        }
        name.p = line.p;
        for (name.n = 0;
             name.n < line.n && line.p[name.n] != '{' && line.p[name.n] != ' ';)
            name.n++;
        assert_true(is_name(name, true));
        assert_true(is_of_family(name, family, histogram));
        line = str_skip(line, name.n);
        if (line.n != 0 && line.p[0] == '{')
            assert_true(skip_labels(&line));
        assert_true(line.n > 1 && line.p[0] == ' ');
        assert_true(is_value(str_skip(line, 1)));
        /* no series stands twice */
        again = (struct str){all.p, (size_t)(line.p - all.p) + 1};
        assert_false(
            str_has(rest, again) &&
            str_starts(str_skip(rest, str_find_str(rest, again)), again) &&
            (str_find_str(rest, again) == 0 ||
             rest.p[str_find_str(rest, again) - 1] == '\n'));
    }
}

/* ---- tests ---- */

static void nothing_yet(void **state)
{
    struct metrics *m = new_metrics();
    char *text = text_of(m, &none);

    (void)state;
    check_format(text);
    check_has(text, "sluice_connections 0");
    check_has(text, "# TYPE sluice_requests_total counter");
    check_has(text, "# TYPE sluice_request_seconds histogram");
    free(text);
    free(m);
}

static void one_request(void **state)
{
    struct metrics *m = new_metrics();
    struct record r = usual();
    char *text;

    (void)state;
    r.hedges = 1;
    r.hedge_won = true;
    metrics_add(m, &r);
    r.hedges = 2;
    r.hedge_won = false;
    r.rc = SL_UP_TIMEOUT;
    r.status = 504;
    r.usage = unknown;
    r.first_byte_ms = -1;
    r.total_ms = 600001;
    metrics_add(m, &r);
    text = text_of(m, &none);
    check_format(text);
    check_has(text, "sluice_requests_total{route=\"/v1/chat/completions\","
                    "provider=\"openai\",status=\"200\"} 1");
    check_has(text, "sluice_requests_total{route=\"/v1/chat/completions\","
                    "provider=\"openai\",status=\"504\"} 1");
    check_has(text, "sluice_errors_total{route=\"/v1/chat/completions\","
                    "provider=\"openai\",reason=\"up_timeout\"} 1");
    check_has(text, "sluice_attempts_total{provider=\"openai\"} 4");
    check_has(text, "sluice_hedges_total{provider=\"openai\"} 3");
    check_has(text, "sluice_hedges_won_total{provider=\"openai\"} 1");
    check_has(text, "sluice_tokens_total{provider=\"openai\",kind=\"input\"} "
                    "10");
    check_has(text, "sluice_tokens_total{provider=\"openai\",kind=\"output\"} "
                    "20");
    check_has(text, "sluice_tokens_total{provider=\"openai\",kind=\"cached\"} "
                    "3");
    assert_false(str_has(str_of(text), STR("kind=\"reasoning\"")));
    check_has(text, "sluice_body_bytes_total{direction=\"in\"} 200");
    check_has(text, "sluice_body_bytes_total{direction=\"out\"} 100");
    /* a bound is part of its bucket, one more is not */
    check_has(text, "sluice_first_byte_seconds_bucket{route=\"/v1/chat/"
                    "completions\",le=\"0.025\"} 1");
    check_has(text, "sluice_request_seconds_bucket{route=\"/v1/chat/"
                    "completions\",le=\"0.025\"} 0");
    check_has(text, "sluice_request_seconds_bucket{route=\"/v1/chat/"
                    "completions\",le=\"0.05\"} 1");
    check_has(text, "sluice_request_seconds_bucket{route=\"/v1/chat/"
                    "completions\",le=\"600\"} 1");
    check_has(text, "sluice_request_seconds_bucket{route=\"/v1/chat/"
                    "completions\",le=\"+Inf\"} 2");
    check_has(text, "sluice_request_seconds_sum{route=\"/v1/chat/"
                    "completions\"} 600.027");
    check_has(text, "sluice_request_seconds_count{route=\"/v1/chat/"
                    "completions\"} 2");
    check_has(text, "sluice_first_byte_seconds_count{route=\"/v1/chat/"
                    "completions\"} 1");
    free(text);
    free(m);
}

static void gauges(void **state)
{
    const struct metrics_gauges g = {1, 2, 3, 4, 5, 6, 7, 8, 1795262400123};
    struct metrics *m = new_metrics();
    char *text = text_of(m, &g);

    (void)state;
    check_format(text);
    check_has(text, "sluice_connections 1");
    check_has(text, "sluice_exchanges 2");
    check_has(text, "sluice_streams 3");
    check_has(text, "sluice_provider_connections{state=\"idle\"} 4");
    check_has(text, "sluice_provider_connections{state=\"busy\"} 5");
    check_has(text, "sluice_provider_requests_total{connection=\"new\"} 6");
    check_has(text, "sluice_provider_requests_total{connection=\"kept\"} 7");
    check_has(text, "sluice_refused_connections_total 8");
    check_has(text, "sluice_start_time_seconds 1795262400.123");
    free(text);
    free(m);
}

static void labels_are_escaped(void **state)
{
    struct metrics *m = new_metrics();
    struct record r = usual();
    char *text;

    (void)state;
    r.provider = STR("a\"b\\c\nd");
    r.status = -5;
    metrics_add(m, &r);
    r.provider = (struct str){0};
    r.status = 1000;
    metrics_add(m, &r);
    text = text_of(m, &none);
    check_format(text);
    check_has(text, "sluice_attempts_total{provider=\"a\\\"b\\\\c\\nd\"} 2");
    check_has(text, "sluice_requests_total{route=\"/v1/chat/completions\","
                    "provider=\"\",status=\"000\"} 1");
    free(text);
    free(m);
}

/* The value of all series of a family, those labelled "other" included. */
static uint64_t total(const char *text, struct str family)
{
    struct str rest = str_of(text), line;
    uint64_t sum = 0;

    while (str_split(&rest, '\n', &line)) {
        size_t at = str_find_str(line, STR("} "));
        uint64_t v = 0;

        if (!str_starts(line, family) || line.p[family.n] != '{')
            continue;
        assert_true(num_u64(str_skip(line, at + 2), &v));
        sum += v;
    }
    return sum;
}

/* More label texts, routes and series than there is room for. */
static void full_tables(void **state)
{
    struct metrics *m = new_metrics();
    uint64_t counts = 0;
    struct str rest, line;
    char *text;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        char route[32], provider[32];
        struct record r = usual();

        snprintf(route, sizeof route, "/route-%d", i % 120);
        snprintf(provider, sizeof provider, "p%d", i % 100 + i / 2500 * 300);
        r.route = str_of(route);
        r.provider = str_of(provider);
        r.status = 200 + i % 37;
        metrics_add(m, &r);
    }
    text = text_of(m, &none);
    check_format(text);
    assert_int_equal(total(text, STR("sluice_requests_total")), 5000);
    assert_int_equal(total(text, STR("sluice_attempts_total")), 10000);
    assert_int_equal(total(text, STR("sluice_request_seconds_count")), 5000);
    assert_true(str_has(str_of(text),
                        STR("sluice_requests_total{route=\"other\",provider="
                            "\"other\",status=\"other\"} ")));
    assert_true(str_has(str_of(text),
                        STR("sluice_request_seconds_count{route=\"other\"} ")));
    rest = str_of(text);
    while (str_split(&rest, '\n', &line))
        counts += str_starts(line, STR("sluice_request_seconds_count{"));
    assert_int_equal(counts, 96);
    free(text);
    free(m);
}

static void long_labels_are_cut(void **state)
{
    static char text[200];
    struct metrics *m = new_metrics();
    struct record r = usual();
    char *out;

    (void)state;
    memset(text, 'p', sizeof text);
    r.provider = (struct str){text, 72};
    metrics_add(m, &r);
    r.provider.n = 73;
    metrics_add(m, &r);
    out = text_of(m, &none);
    check_format(out);
    assert_int_equal(total(out, STR("sluice_requests_total")), 2);
    text[72] = '\0';
    assert_true(str_has(str_of(out), STR("status=\"200\"} 2\n")));
    free(out);
    free(m);
}

/* Halves counted apart and summed say what one count of all says. */
static void merged(void **state)
{
    struct metrics *a = new_metrics(), *b = new_metrics(), *sum = new_metrics();
    struct metrics *whole = new_metrics();
    char *got, *want;

    (void)state;
    for (int i = 0; i < 60; i++) {
        static const char *const names[] = {"x", "y", "z", "other"};
        struct record r = usual();

        r.provider = str_of(names[i % 4]);
        r.route = str_of(names[i / 2 % 3]);
        r.total_ms = i * 100;
        r.rc = i % 5 == 0 ? SL_UP_CUT : SL_OK;
        metrics_add(whole, &r);
        metrics_add(i < 30 ? a : b, &r);
    }
    metrics_merge(sum, a);
    metrics_merge(sum, b);
    got = text_of(sum, &none);
    want = text_of(whole, &none);
    check_format(got);
    /* The order of series may differ: every line of one is in the other. */
    assert_int_equal(strlen(got), strlen(want));
    for (struct str rest = str_of(want), line; str_split(&rest, '\n', &line);)
        assert_true(str_has(str_of(got), line));
    metrics_merge(sum, whole);
    free(got);
    got = text_of(sum, &none);
    assert_int_equal(total(got, STR("sluice_requests_total")), 120);
    free(got);
    free(want);
    free(a);
    free(b);
    free(sum);
    free(whole);
}

static void merged_when_full(void **state)
{
    struct metrics *a = new_metrics(), *sum = new_metrics();
    char *text;

    (void)state;
    for (int i = 0; i < 4000; i++) {
        char route[32];
        struct record r = usual();

        snprintf(route, sizeof route, "/%d", i % 300);
        r.route = str_of(route);
        r.status = 200 + i % 50;
        metrics_add(a, &r);
        r.provider = STR("elsewhere");
        snprintf(route, sizeof route, "/x%d", i % 300);
        metrics_add(sum, &r);
    }
    metrics_merge(sum, a);
    text = text_of(sum, &none);
    check_format(text);
    assert_int_equal(total(text, STR("sluice_requests_total")), 8000);
    assert_int_equal(total(text, STR("sluice_request_seconds_count")), 8000);
    free(text);
    free(a);
    free(sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_yet), cmocka_unit_test(one_request),
        cmocka_unit_test(gauges),      cmocka_unit_test(labels_are_escaped),
        cmocka_unit_test(full_tables), cmocka_unit_test(long_labels_are_cut),
        cmocka_unit_test(merged),      cmocka_unit_test(merged_when_full),
    };

    return test_run("metrics", tests, SL_LEN(tests));
}
