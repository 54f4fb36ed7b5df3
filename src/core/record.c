/* SPDX-License-Identifier: MIT */
/* The line of one exchange. The one hard idea: paths, models and messages come
 * from outside, so nothing of them is written as it came: no line can be
 * forged, no field moved, no terminal steered. */
#include "core/record.h"

#include "core/base/base.h"
#include "core/base/json.h"

enum {
    FIELD_BYTES = 200, /* of one text; the rest is cut off */
    ERROR_BYTES = 500,
    DAY_MS = 86400000,
};

/* ---- time ---- */

static void write_digits(struct buf *out, uint64_t v, unsigned n)
{
    char digits[20];

    SL_ASSERT(n <= sizeof digits);
    for (unsigned i = n; i > 0; i--) {
        digits[i - 1] = (char)('0' + v % 10);
        v /= 10;
    }
    buf_add(out, (struct str){digits, n});
}

/* Days since 1970 as a date of the Gregorian calendar, counted in eras of 400
 * years that begin on a 1st of March, so that the leap day is the last. */
static void write_date(struct buf *out, uint64_t days)
{
    uint64_t shifted = days + 719468; /* 0000-03-01 is day 0 */
    uint64_t era = shifted / 146097, day = shifted % 146097;
    uint64_t year_of_era =
        (day - day / 1460 + day / 36524 - day / 146096) / 365;
    uint64_t day_of_year =
        day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */
    uint64_t year = era * 400 + year_of_era + (month >= 10 ? 1 : 0);

    write_digits(out, year, 4);
    buf_add_char(out, '-');
    write_digits(out, month < 10 ? month + 3 : month - 9, 2);
    buf_add_char(out, '-');
    write_digits(out, day_of_year - (153 * month + 2) / 5 + 1, 2);
}

void record_write_time(struct buf *out, int64_t wall_ms)
{
    /* To the end of the year 9999; clocks that are off show an end of it. */
    const int64_t last = 253402300799999;
    int64_t ms = wall_ms < 0 ? 0 : wall_ms > last ? last : wall_ms;
    uint64_t rest = (uint64_t)(ms % DAY_MS);

    write_date(out, (uint64_t)(ms / DAY_MS));
    buf_add_char(out, 'T');
    write_digits(out, rest / 3600000, 2);
    buf_add_char(out, ':');
    write_digits(out, rest / 60000 % 60, 2);
    buf_add_char(out, ':');
    write_digits(out, rest / 1000 % 60, 2);
    buf_add_char(out, '.');
    write_digits(out, rest % 1000, 3);
    buf_add_char(out, 'Z');
}

/* ---- text ---- */

static bool is_plain(char c, bool quoted)
{
    return c > ' ' ? c <= '~' && c != '"' && c != '\\' : c == ' ' && quoted;
}

/* Blanks are kept in what is quoted only. */
static void write_escaped(struct buf *out, struct str s, bool quoted)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (is_plain(s.p[i], quoted))
            continue;
        buf_add(out, (struct str){s.p + from, i - from});
        buf_add(out, STR("\\x"));
        buf_add_hex(out, (unsigned char)s.p[i], 2);
        from = i + 1;
    }
    buf_add(out, str_skip(s, from));
}

static void write_field(struct buf *out, struct str s)
{
    buf_add_char(out, ' ');
    if (s.n == 0)
        buf_add_char(out, '-');
    write_escaped(out, str_first(s, FIELD_BYTES), false);
    if (s.n > FIELD_BYTES)
        buf_add(out, STR("..."));
}

static void write_count(struct buf *out, int64_t v)
{
    if (v < 0)
        buf_add_char(out, '-');
    else
        buf_add_i64(out, v);
}

static struct str without_rc(enum sl_rc rc)
{
    return rc == SL_OK ? (struct str){0} : rc_info(rc)->name;
}

static void write_numbers(struct buf *out, const struct record *r)
{
    buf_add_char(out, ' ');
    buf_add_i64(out, r->status);
    buf_add(out, STR(" try="));
    buf_add_u64(out, r->attempts);
    buf_add(out, STR(" in="));
    buf_add_u64(out, r->bytes_in);
    buf_add(out, STR(" out="));
    buf_add_u64(out, r->bytes_out);
    buf_add(out, STR(" tok="));
    write_count(out, r->usage.input_tokens);
    buf_add_char(out, '/');
    write_count(out, r->usage.output_tokens);
    if (r->usage.cached_tokens > 0) {
        buf_add(out, STR(" cached="));
        buf_add_i64(out, r->usage.cached_tokens);
    }
    if (r->usage.reasoning_tokens > 0) {
        buf_add(out, STR(" reasoning="));
        buf_add_i64(out, r->usage.reasoning_tokens);
    }
    buf_add(out, STR(" first="));
    write_count(out, r->first_byte_ms);
    buf_add(out, r->first_byte_ms < 0 ? STR("") : STR("ms"));
    buf_add(out, STR(" total="));
    write_count(out, r->total_ms);
    buf_add(out, r->total_ms < 0 ? STR("") : STR("ms"));
}

void record_write_text(struct buf *out, const struct record *r)
{
    const struct str fields[] = {r->id,    r->peer,     r->caller, r->method,
                                 r->route, r->provider, r->model};

    record_write_time(out, r->wall_ms);
    for (size_t i = 0; i < SL_LEN(fields); i++)
        write_field(out, fields[i]);
    write_numbers(out, r);
    if (r->is_stream)
        buf_add(out, STR(" stream"));
    if (r->hedges != 0) {
        buf_add(out, STR(" hedges="));
        buf_add_u64(out, r->hedges);
        buf_add(out, r->hedge_won ? STR(" hedge=won") : STR(" hedge=lost"));
    }
    if (r->finish.n != 0) {
        buf_add(out, STR(" finish="));
        write_escaped(out, str_first(r->finish, FIELD_BYTES), false);
    }
    if (r->rc != SL_OK) {
        buf_add(out, STR(" code="));
        buf_add(out, without_rc(r->rc));
    }
    if (r->error.n != 0) {
        buf_add(out, STR(" error=\""));
        write_escaped(out, str_first(r->error, ERROR_BYTES), true);
        buf_add(out, r->error.n > ERROR_BYTES ? STR("...\"") : STR("\""));
    }
    buf_add_char(out, '\n');
}

/* ---- JSON ---- */

static void member_text(struct buf *out, struct str name, struct str s)
{
    buf_add_char(out, ',');
    json_key(out, name);
    json_str(out, str_first(s, ERROR_BYTES));
}

/* Negative: not known. */
static void member_count(struct buf *out, struct str name, int64_t v)
{
    buf_add_char(out, ',');
    json_key(out, name);
    if (v < 0)
        buf_add(out, STR("null"));
    else
        buf_add_i64(out, v);
}

static void member_u64(struct buf *out, struct str name, uint64_t v)
{
    buf_add_char(out, ',');
    json_key(out, name);
    buf_add_u64(out, v);
}

void record_write_json(struct buf *out, const struct record *r)
{
    buf_add(out, STR("{\"time\":\""));
    record_write_time(out, r->wall_ms);
    buf_add_char(out, '"');
    member_text(out, STR("id"), r->id);
    member_text(out, STR("peer"), r->peer);
    member_text(out, STR("caller"), r->caller);
    member_text(out, STR("method"), r->method);
    member_text(out, STR("route"), r->route);
    member_text(out, STR("provider"), r->provider);
    member_text(out, STR("model"), r->model);
    member_count(out, STR("status"), r->status);
    member_u64(out, STR("attempts"), r->attempts);
    member_u64(out, STR("hedges"), r->hedges);
    buf_add(out, r->hedge_won ? STR(",\"hedge_won\":true")
                              : STR(",\"hedge_won\":false"));
    member_u64(out, STR("bytes_in"), r->bytes_in);
    member_u64(out, STR("bytes_out"), r->bytes_out);
    member_count(out, STR("input_tokens"), r->usage.input_tokens);
    member_count(out, STR("output_tokens"), r->usage.output_tokens);
    member_count(out, STR("cached_tokens"), r->usage.cached_tokens);
    member_count(out, STR("reasoning_tokens"), r->usage.reasoning_tokens);
    member_count(out, STR("first_byte_ms"), r->first_byte_ms);
    member_count(out, STR("total_ms"), r->total_ms);
    buf_add(out,
            r->is_stream ? STR(",\"stream\":true") : STR(",\"stream\":false"));
    member_text(out, STR("finish"), r->finish);
    member_text(out, STR("code"), without_rc(r->rc));
    member_text(out, STR("error"), r->error);
    buf_add(out, STR("}\n"));
}
