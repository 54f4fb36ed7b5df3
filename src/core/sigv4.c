/* SPDX-License-Identifier: MIT */
/* AWS signatures, version 4. The one hard idea: both sides put the same text
 * together from the request as it travels, so that everything here is about
 * spelling it in one way only. */
#include "core/sigv4.h"

#include "core/base/url.h"

enum { PARAMETERS = 64 };

bool sigv4_is_signed(struct str name)
{
    return str_eq_nocase(name, STR("host")) ||
           str_eq_nocase(name, STR("content-type")) ||
           str_starts_nocase(name, STR("x-amz-"));
}

/* In the order of lower-case names. */
static int compare_names(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;

    for (size_t i = 0; i < n; i++) {
        char p = char_lower(a.p[i]), q = char_lower(b.p[i]);

        if (p != q)
            return p < q ? -1 : 1;
    }
    return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

/* By insertion: they are few, and those of one name keep their order. */
size_t sigv4_select(const struct http_fields *f, const struct http_field **out)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++) {
        size_t at = n;

        if (!sigv4_is_signed(f->v[i].name))
            continue;
        for (; at > 0 && compare_names(out[at - 1]->name, f->v[i].name) > 0;
             at--)
            out[at] = out[at - 1];
        out[at] = &f->v[i];
        n++;
    }
    return n;
}

static void add_lower(struct buf *out, struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        buf_add_char(out, char_lower(name.p[i]));
}

static bool is_same(const struct sigv4 *s, size_t i)
{
    return i > 0 && str_eq_nocase(s->fields[i]->name, s->fields[i - 1]->name);
}

/* ---- path and query ---- */

struct parameter {
    struct str name, value;
};

/* Escapes stay what they are, all that is not unreserved becomes one. */
static void add_escaped(struct buf *out, struct str text)
{
    while (text.n != 0) {
        size_t n = str_find(text, '%');

        url_encode(out, str_first(text, n), false);
        text = str_skip(text, n);
        if (text.n >= 3 && char_hex(text.p[1]) >= 0 &&
            char_hex(text.p[2]) >= 0) {
            buf_add(out, str_first(text, 3));
            text = str_skip(text, 3);
        } else if (text.n != 0) {
            buf_add(out, STR("%25"));
            text = str_skip(text, 1);
        }
    }
}

/* Of two: by name, then by value. */
static bool is_before(const struct parameter *a, const struct parameter *b)
{
    int order = str_cmp(a->name, b->name);

    return order != 0 ? order < 0 : str_cmp(a->value, b->value) < 0;
}

/* The smallest parameter behind `last`; those that are equal to it are counted
 * in *n. False: there is none. */
static bool next_parameter(struct str query, const struct parameter *last,
                           struct parameter *next, size_t *n)
{
    struct parameter p;

    *n = 0;
    while (url_query_next(&query, &p.name, &p.value)) {
        if (last->name.p != NULL && !is_before(last, &p))
            continue;
        if (*n == 0 || is_before(&p, next)) {
            *next = p;
            *n = 1;
        } else if (!is_before(next, &p)) {
            *n += 1;
        }
    }
    return *n != 0;
}

/* Sorted by walking over it once for each: there are few, and no memory is
 * needed. More than any operation takes are left out, for AWS to refuse. */
static void add_query(struct buf *out, struct str query)
{
    struct parameter last = {0}, p = {0};
    bool is_first = true;
    size_t n, done = 0;

    while (done++ < PARAMETERS && next_parameter(query, &last, &p, &n)) {
        for (; n > 0; n--) {
            if (!is_first)
                buf_add_char(out, '&');
            is_first = false;
            add_escaped(out, p.name);
            buf_add_char(out, '=');
            add_escaped(out, p.value);
        }
        last = p;
    }
}

/* ---- fields ---- */

/* Runs of blanks within it are one. */
static void add_value(struct buf *out, struct str value)
{
    bool was_blank = false;

    value = str_trim(value);
    for (size_t i = 0; i < value.n; i++) {
        bool blank = value.p[i] == ' ' || value.p[i] == '\t';

        if (!blank || !was_blank)
            buf_add_char(out, blank ? ' ' : value.p[i]);
        was_blank = blank;
    }
}

static void add_names(struct buf *out, const struct sigv4 *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (is_same(s, i))
            continue;
        if (i != 0)
            buf_add_char(out, ';');
        add_lower(out, s->fields[i]->name);
    }
}

void sigv4_canonical(struct buf *out, const struct sigv4 *s,
                     struct str body_hash, size_t *secret_at,
                     const struct secret **secret)
{
    struct str path = str_before(s->target, '?');
    bool has_secret = false;

    *secret = NULL;
    buf_add(out, s->method);
    buf_add_char(out, '\n');
    url_encode(out, path.n == 0 ? STR("/") : path, true);
    buf_add_char(out, '\n');
    add_query(out, str_skip(s->target, path.n + 1));
    for (size_t i = 0; i < s->n; i++) {
        if (is_same(s, i)) {
            buf_add_char(out, ',');
        } else {
            buf_add_char(out, '\n');
            add_lower(out, s->fields[i]->name);
            buf_add_char(out, ':');
        }
        add_value(out, s->fields[i]->value);
        if (s->fields[i]->secret == NULL)
            continue;
        SL_ASSERT(!has_secret);
        has_secret = true;
        *secret_at = out->n;
        *secret = s->fields[i]->secret;
    }
    buf_add(out, STR("\n\n"));
    add_names(out, s);
    buf_add_char(out, '\n');
    buf_add(out, body_hash);
    if (!has_secret)
        *secret_at = out->n;
}

/* ---- signing ---- */

static void add_scope(struct buf *out, const struct sigv4 *s)
{
    buf_add(out, str_first(s->time, 8));
    buf_add_char(out, '/');
    buf_add(out, s->region);
    buf_add_char(out, '/');
    buf_add(out, s->service);
    buf_add(out, STR("/aws4_request"));
}

void sigv4_to_sign(struct buf *out, const struct sigv4 *s,
                   struct str canonical_hash)
{
    buf_add(out, STR("AWS4-HMAC-SHA256\n"));
    buf_add(out, s->time);
    buf_add_char(out, '\n');
    add_scope(out, s);
    buf_add_char(out, '\n');
    buf_add(out, canonical_hash);
}

void sigv4_authorization(struct buf *out, const struct sigv4 *s,
                         struct str key_id, struct str signature)
{
    buf_add(out, STR("AWS4-HMAC-SHA256 Credential="));
    buf_add(out, key_id);
    buf_add_char(out, '/');
    add_scope(out, s);
    buf_add(out, STR(", SignedHeaders="));
    add_names(out, s);
    buf_add(out, STR(", Signature="));
    buf_add(out, signature);
}
