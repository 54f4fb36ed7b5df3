/* SPDX-License-Identifier: MIT */
/* JSON without an index: the one pass a relay makes over a body, steps over
 * raw arrays and objects, and what a raw value says. Members at the top level
 * are read word by word; whatever is nested is stepped over in blocks. */
#include "core/base/decimal.h"
#include "core/base/json_lex.h"
#include "core/base/utf8.h"

/* ---- one pass ---- */

/* One member, from its name's quote to its value's end. */
struct member {
    struct str name; /* without quotes, escapes as written */
    bool has_escapes;
    struct str value, whole;
};

static bool take_member(struct json_lex *x, unsigned depth, struct member *m)
{
    const char *from = x->p;
    const char *value;
    uint32_t escapes = 0;

    if (x->p == x->end || *x->p != '"')
        return json_lex_fail(x, x->p, STR("a member's name is expected"));
    if (!json_lex_strict(x, &escapes))
        return false;
    m->name = str_range(from + 1, x->p - 1);
    m->has_escapes = escapes != 0;
    if (!json_lex_char(x, ':', STR("a colon is expected")))
        return false;
    json_lex_space(x);
    value = x->p;
    if (!json_lex_value(x, depth))
        return false;
    m->value = str_range(value, x->p);
    m->whole = str_range(from, x->p);
    return true;
}

static bool name_is(const struct member *m, struct str name)
{
    return m->has_escapes ? json_inner_eq(m->name, name)
                          : str_eq(m->name, name);
}

/* A wanted member that stands a second time; the first failure is kept. */
static enum sl_rc fail_duplicate(struct str text, const struct member *m,
                                 struct str name, struct err *err)
{
    bool first = err != NULL && err->rc == SL_OK;
    enum sl_rc rc = err_set_at(err, SL_DUPLICATE, (size_t)(m->whole.p - text.p),
                               STR("this member stands twice"));

    if (first)
        err->where = name;
    return rc;
}

static enum sl_rc scan(struct str text, struct json_want *want, size_t n,
                       struct err *err)
{
    struct json_lex x = json_lex_of(text);
    struct member m = {0};
    bool more;

    if (!json_lex_char(&x, '{', STR("an object is expected")))
        return json_lex_err(&x, text, err);
    json_lex_space(&x);
    more = x.p == x.end || *x.p != '}';
    while (more) {
        if (!take_member(&x, JSON_DEPTH - 1, &m))
            return json_lex_err(&x, text, err);
        for (size_t i = 0; i < n; i++) {
            if (!name_is(&m, want[i].name))
                continue;
            if (want[i].value.p != NULL)
                return fail_duplicate(text, &m, want[i].name, err);
            want[i].value = m.value;
            want[i].member = m.whole;
        }
        json_lex_space(&x);
        more = x.p < x.end && *x.p == ',';
        if (more) {
            x.p++;
            json_lex_space(&x);
        }
    }
    if (!json_lex_char(&x, '}', STR("a comma or a closing brace is expected")))
        return json_lex_err(&x, text, err);
    json_lex_space(&x);
    if (x.p == x.end)
        return SL_OK;
    json_lex_fail(&x, x.p, STR("something stands behind the value"));
    return json_lex_err(&x, text, err);
}

static void forget(struct json_want *want, size_t n)
{
    for (size_t i = 0; i < n; i++)
        want[i].value = want[i].member = (struct str){0};
}

enum sl_rc json_scan(struct str text, struct json_want *want, size_t n,
                     struct err *err)
{
    enum sl_rc rc;

    forget(want, n);
    rc = scan(json_solid(text), want, n, err);
    if (rc != SL_OK)
        forget(want, n);
    return rc;
}

/* Moves to the next item: over the bracket at first, over a comma after that.
 * False at the end, and at what is neither. */
static bool to_item(struct json_lex *x, char open, char close)
{
    bool first;

    json_lex_space(x);
    if (x->p == x->end)
        return false;
    first = *x->p == open;
    if (!first && *x->p != ',')
        return false;
    x->p++;
    json_lex_space(x);
    return x->p < x->end && !(first && *x->p == close);
}

bool json_next_element(struct str *rest, struct str *value)
{
    struct json_lex x = json_lex_of(json_solid(*rest));
    const char *from;
    bool found = to_item(&x, '[', ']');

    from = x.p;
    if (!found || !json_lex_value(&x, JSON_DEPTH)) {
        *rest = (struct str){0};
        return false;
    }
    *value = str_range(from, x.p);
    *rest = str_range(x.p, x.end);
    return true;
}

bool json_next_member(struct str *rest, struct str *name, struct str *value)
{
    struct json_lex x = json_lex_of(json_solid(*rest));
    struct member m = {0};

    if (!to_item(&x, '{', '}') || !take_member(&x, JSON_DEPTH, &m)) {
        *rest = (struct str){0};
        return false;
    }
    *name = (struct str){m.name.p - 1, m.name.n + 2};
    *value = m.value;
    *rest = str_range(x.p, x.end);
    return true;
}

/* ---- raw values ---- */

enum json_type json_raw_type(struct str raw)
{
    if (raw.n == 0)
        return JSON_NONE;
    switch (raw.p[0]) {
    case '"':
        return JSON_STRING;
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
}

enum sl_rc json_raw_text(struct str raw, struct arena *a, struct str *text)
{
    struct json_lex x = json_lex_of(json_solid(raw));
    uint32_t escapes = 0;
    struct str inner;
    char *to;

    if (json_raw_type(raw) != JSON_STRING || !json_lex_strict(&x, &escapes) ||
        x.p != x.end || utf8_check(raw) != raw.n)
        return SL_SYNTAX;
    inner = json_inner(raw);
    if (escapes == 0) {
        *text = inner;
        return SL_OK;
    }
    to = arena_get(a, inner.n);
    if (to == NULL)
        return SL_NOMEM;
    *text = (struct str){to, json_unescape(inner, to)};
    return SL_OK;
}

static bool is_number(struct str raw)
{
    struct json_lex x = json_lex_of(json_solid(raw));

    return raw.n != 0 && json_lex_number(&x) && x.p == x.end;
}

bool json_raw_i64(struct str raw, int64_t *v)
{
    return is_number(raw) && decimal_i64(raw, v);
}

bool json_raw_f64(struct str raw, double *v)
{
    return is_number(raw) && decimal_f64(raw, v);
}
