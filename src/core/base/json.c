/* SPDX-License-Identifier: MIT */
/* The full index: every value of a text in one array of nodes, in the order of
 * the document, so that a container is walked by hopping from value to value.
 * The array is counted before it is allocated, and a container that is still
 * open keeps its parent in `next`, so there is no other stack. */
#include "core/base/decimal.h"
#include "core/base/json_lex.h"
#include "core/base/num.h"
#include "core/base/utf8.h"

static const uint32_t NONE = UINT32_MAX;

struct parser {
    struct json_lex x;
    struct str text;
    struct json_node *nodes;
    uint32_t n, max; /* nodes in use, allowed */
    uint32_t open;   /* innermost container that is open, or NONE */
    uint32_t depth, max_depth;
};

static uint32_t offset(const struct parser *ps)
{
    return (uint32_t)(ps->x.p - ps->text.p);
}

static bool fail(struct parser *ps, struct str what)
{
    return json_lex_fail(&ps->x, ps->x.p, what);
}

static bool fail_limit(struct parser *ps, struct str what)
{
    fail(ps, what);
    ps->x.rc = SL_TOO_LARGE;
    return false;
}

static struct json_node *add_node(struct parser *ps, enum json_type type)
{
    struct json_node *node = &ps->nodes[ps->n];

    if (ps->n == ps->max) {
        fail_limit(ps, STR("too many values"));
        return NULL;
    }
    ps->n++;
    *node = (struct json_node){
        .start = offset(ps), .next = ps->n, .type = (uint8_t)type};
    return node;
}

static bool open_container(struct parser *ps, enum json_type type)
{
    struct json_node *node;

    if (ps->depth == ps->max_depth)
        return fail_limit(ps, STR("nested too deep"));
    node = add_node(ps, type);
    if (node == NULL)
        return false;
    node->next = ps->open;
    ps->open = ps->n - 1;
    ps->depth++;
    ps->x.p++;
    return true;
}

static void close_container(struct parser *ps)
{
    struct json_node *node = &ps->nodes[ps->open];

    ps->x.p++;
    ps->depth--;
    ps->open = node->next;
    node->next = ps->n;
    node->end = offset(ps);
}

static bool take_string(struct parser *ps)
{
    struct json_node *node = add_node(ps, JSON_STRING);

    if (node == NULL || !json_lex_strict(&ps->x, &node->n))
        return false;
    node->end = offset(ps);
    return true;
}

static bool take_scalar(struct parser *ps, enum json_type type)
{
    struct json_node *node = add_node(ps, type);

    if (node == NULL)
        return false;
    if (type == JSON_NUMBER ? !json_lex_number(&ps->x)
                            : !json_lex_literal(&ps->x))
        return false;
    node->end = offset(ps);
    return true;
}

/* A value; a container is left open. */
static bool take_value(struct parser *ps)
{
    if (ps->x.p == ps->x.end)
        return fail(ps, STR("a value is expected"));
    switch (*ps->x.p) {
    case '"':
        return take_string(ps);
    case '{':
        return open_container(ps, JSON_OBJECT);
    case '[':
        return open_container(ps, JSON_ARRAY);
    case 't':
        return take_scalar(ps, JSON_TRUE);
    case 'f':
        return take_scalar(ps, JSON_FALSE);
    case 'n':
        return take_scalar(ps, JSON_NULL);
    default:
        if (*ps->x.p == '-' || char_is_digit(*ps->x.p))
            return take_scalar(ps, JSON_NUMBER);
        return fail(ps, STR("a value is expected"));
    }
}

static bool take_name(struct parser *ps)
{
    if (ps->x.p == ps->x.end || *ps->x.p != '"')
        return fail(ps, STR("a member's name is expected"));
    if (!take_string(ps) ||
        !json_lex_char(&ps->x, ':', STR("a colon is expected")))
        return false;
    json_lex_space(&ps->x);
    return true;
}

/* In the innermost open container: its end, or its next item. */
static bool take_item(struct parser *ps)
{
    struct json_node *node = &ps->nodes[ps->open];
    bool is_object = node->type == JSON_OBJECT;

    json_lex_space(&ps->x);
    if (ps->x.p < ps->x.end && *ps->x.p == (is_object ? '}' : ']')) {
        close_container(ps);
        return true;
    }
    if (node->n != 0) {
        if (!json_lex_char(&ps->x, ',',
                           is_object
                               ? STR("a comma or a closing brace is expected")
                               : STR("a comma or a bracket is expected")))
            return false;
        json_lex_space(&ps->x);
    }
    node->n++;
    if (is_object && !take_name(ps))
        return false;
    return take_value(ps);
}

static bool take_text(struct parser *ps)
{
    json_lex_space(&ps->x);
    if (!take_value(ps))
        return false;
    while (ps->open != NONE) {
        if (!take_item(ps))
            return false;
    }
    json_lex_space(&ps->x);
    return ps->x.p == ps->x.end ||
           fail(ps, STR("something stands behind the value"));
}

/* The limits to hold: what is 0 is the default, and offsets have 32 bits. */
static struct json_limits settle_limits(const struct json_limits *given)
{
    struct json_limits l = {0};

    if (given != NULL)
        l = *given;
    if (l.depth == 0)
        l.depth = JSON_DEPTH;
    if (l.nodes == 0)
        l.nodes = JSON_NODES;
    if (l.bytes == 0)
        l.bytes = JSON_BYTES;
    if (l.bytes > UINT32_MAX - 1)
        l.bytes = UINT32_MAX - 1;
    return l;
}

static enum sl_rc parse(struct parser *ps, struct err *err)
{
    size_t valid = utf8_check(ps->text);
    bool ok = take_text(ps);

    if (valid < ps->text.n && (ok || ps->text.p + valid < ps->x.p))
        ok = json_lex_fail(&ps->x, ps->text.p + valid, STR("invalid UTF-8"));
    return ok ? SL_OK : json_lex_err(&ps->x, ps->text, err);
}

enum sl_rc json_parse(struct json *doc, struct str text, struct arena *a,
                      const struct json_limits *limits, struct err *err)
{
    struct json_limits l = settle_limits(limits);
    struct parser ps = {
        .text = json_solid(text), .open = NONE, .max_depth = l.depth};
    enum sl_rc rc;
    size_t n;

    if (text.n > l.bytes)
        return err_set_at(err, SL_TOO_LARGE, l.bytes, STR("too many bytes"));
    ps.x = json_lex_of(ps.text);
    n = json_lex_count(ps.text);
    if (n > l.nodes)
        n = l.nodes;
    if (n <= SIZE_MAX / sizeof(*ps.nodes))
        ps.nodes = arena_get(a, n * sizeof(*ps.nodes));
    if (ps.nodes == NULL)
        return err_set_at(err, SL_NOMEM, 0, STR("no memory for the index"));
    ps.max = (uint32_t)n;
    rc = parse(&ps, err);
    if (rc == SL_OK)
        *doc = (struct json){.text = text, .nodes = ps.nodes, .n = ps.n};
    return rc;
}

/* ---- access ---- */

struct jval json_root(const struct json *doc)
{
    return doc->n == 0 ? (struct jval){0} : (struct jval){.doc = doc};
}

/* The node of a value of one type; NULL for any other. */
static const struct json_node *node_of(struct jval v, enum json_type type)
{
    return json_type(v) == type ? &v.doc->nodes[v.i] : NULL;
}

enum json_type json_type(struct jval v)
{
    return v.doc == NULL ? JSON_NONE : (enum json_type)v.doc->nodes[v.i].type;
}

bool json_is_null(struct jval v)
{
    return json_type(v) <= JSON_NULL;
}

bool json_is_true(struct jval v)
{
    return json_type(v) == JSON_TRUE;
}

bool json_is_str(struct jval v)
{
    return json_type(v) == JSON_STRING;
}

bool json_is_num(struct jval v)
{
    return json_type(v) == JSON_NUMBER;
}

bool json_is_arr(struct jval v)
{
    return json_type(v) == JSON_ARRAY;
}

bool json_is_obj(struct jval v)
{
    return json_type(v) == JSON_OBJECT;
}

static struct str node_text(const struct json *doc, uint32_t i)
{
    const struct json_node *node = &doc->nodes[i];

    return (struct str){doc->text.p + node->start, node->end - node->start};
}

struct str json_raw(struct jval v)
{
    return v.doc == NULL ? (struct str){0} : node_text(v.doc, v.i);
}

uint32_t json_count(struct jval v)
{
    return json_is_arr(v) || json_is_obj(v) ? v.doc->nodes[v.i].n : 0;
}

struct jval_iter json_iter(struct jval v)
{
    return (struct jval_iter){.doc = v.doc,
                              .at = v.i + 1,
                              .left = json_count(v),
                              .is_object = json_is_obj(v)};
}

bool json_iter_next(struct jval_iter *it)
{
    it->name = it->value = (struct jval){0};
    if (it->left == 0)
        return false;
    it->left--;
    if (it->is_object)
        it->name = (struct jval){it->doc, it->at++};
    it->value = (struct jval){it->doc, it->at};
    it->at = it->doc->nodes[it->at].next;
    return true;
}

bool json_text_eq(struct jval v, struct str text)
{
    const struct json_node *node = node_of(v, JSON_STRING);
    struct str inner;

    if (node == NULL)
        return false;
    inner = json_inner(json_raw(v));
    return node->n == 0 ? str_eq(inner, text) : json_inner_eq(inner, text);
}

struct jval json_get(struct jval object, struct str name)
{
    struct jval found = {0};
    struct jval_iter it;

    if (!json_is_obj(object))
        return found;
    it = json_iter(object);
    while (json_iter_next(&it)) {
        if (json_text_eq(it.name, name))
            found = it.value;
    }
    return found;
}

struct jval json_at(struct jval array, uint32_t i)
{
    struct jval_iter it = json_iter(array);

    if (!json_is_arr(array))
        return (struct jval){0};
    while (json_iter_next(&it)) {
        if (i == 0)
            return it.value;
        i--;
    }
    return (struct jval){0};
}

struct jval json_path(struct jval v, struct str path)
{
    struct str step;
    uint64_t i;

    while (str_split(&path, '.', &step)) {
        if (!json_is_arr(v))
            v = json_get(v, step);
        else if (num_u64(step, &i) && i < json_count(v))
            v = json_at(v, (uint32_t)i);
        else
            return (struct jval){0};
    }
    return v;
}

void json_where(struct jval v, struct buf *out)
{
    struct jval at = {v.doc, 0};

    if (v.doc == NULL)
        return;
    while (at.i != v.i) {
        struct jval_iter it = json_iter(at);
        uint32_t i = 0;

        /* The child that holds v is the last one that begins at or before it:
         * nodes stand in document order. */
        while (json_iter_next(&it) && v.i >= v.doc->nodes[it.value.i].next)
            i++;
        if (json_is_arr(at)) {
            buf_add_char(out, '[');
            buf_add_u64(out, i);
            buf_add_char(out, ']');
        } else {
            if (out->n != 0)
                buf_add_char(out, '.');
            buf_add(out, json_inner(json_raw(it.name)));
        }
        at = v.i < it.value.i ? v : it.value;
    }
}

bool json_text(struct jval v, struct arena *a, struct str *text)
{
    const struct json_node *node = node_of(v, JSON_STRING);
    struct str inner;
    char *to;

    *text = (struct str){0};
    if (node == NULL)
        return false;
    inner = json_inner(json_raw(v));
    if (node->n == 0) {
        *text = inner;
        return true;
    }
    to = arena_get(a, inner.n);
    if (to == NULL)
        return false;
    *text = (struct str){to, json_unescape(inner, to)};
    return true;
}

bool json_i64(struct jval v, int64_t *n)
{
    return json_is_num(v) && decimal_i64(json_raw(v), n);
}

bool json_f64(struct jval v, double *n)
{
    return json_is_num(v) && decimal_f64(json_raw(v), n);
}

/* ---- duplicates ---- */

/* No memory is given, so names are sorted a batch at a time: each pass over
 * the object keeps the smallest names above those of the pass before. One pass
 * does for any object that people write; for n members it takes n / BATCH,
 * which bounds what a hostile text costs. */
enum { BATCH = 1024 };

struct batch {
    const struct json *doc;
    uint32_t n;
    uint32_t heap[BATCH]; /* name nodes, the largest on top */
};

static int cmp(const struct json *doc, uint32_t a, uint32_t b)
{
    return json_inner_cmp(json_inner(node_text(doc, a)),
                          json_inner(node_text(doc, b)));
}

static void swap(struct batch *h, uint32_t i, uint32_t j)
{
    uint32_t t = h->heap[i];

    h->heap[i] = h->heap[j];
    h->heap[j] = t;
}

static void sift_up(struct batch *h, uint32_t i)
{
    while (i != 0 && cmp(h->doc, h->heap[i], h->heap[(i - 1) / 2]) > 0) {
        swap(h, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

static void sift_down(struct batch *h)
{
    uint32_t i = 0;

    for (;;) {
        uint32_t child = 2 * i + 1;

        if (child + 1 < h->n &&
            cmp(h->doc, h->heap[child + 1], h->heap[child]) > 0)
            child++;
        if (child >= h->n || cmp(h->doc, h->heap[child], h->heap[i]) <= 0)
            return;
        swap(h, i, child);
        i = child;
    }
}

/* Keeps name among the smallest. */
static void offer(struct batch *h, uint32_t name)
{
    if (h->n < BATCH) {
        h->heap[h->n++] = name;
        sift_up(h, h->n - 1);
    } else if (cmp(h->doc, name, h->heap[0]) < 0) {
        h->heap[0] = name;
        sift_down(h);
    }
}

/* Empties the heap from above; two equal names come out one after the other. */
static bool find_equal(struct batch *h, uint32_t *name)
{
    while (h->n > 1) {
        uint32_t top = h->heap[0];

        h->heap[0] = h->heap[--h->n];
        sift_down(h);
        if (cmp(h->doc, top, h->heap[0]) == 0) {
            *name = top;
            return true;
        }
    }
    return false;
}

/* One pass: the names above `above` go into the heap. True when `above` itself
 * stands twice, as a batch may have ended between the two. */
static bool fill(struct batch *h, struct jval object, uint32_t above)
{
    struct jval_iter it = json_iter(object);
    uint32_t n_equal = 0;

    h->n = 0;
    while (json_iter_next(&it)) {
        int c = above == NONE ? 1 : cmp(h->doc, it.name.i, above);

        if (c > 0)
            offer(h, it.name.i);
        else if (c == 0)
            n_equal++;
    }
    return n_equal > 1;
}

bool json_duplicates(struct jval object, struct str *name)
{
    struct batch h = {.doc = object.doc};
    uint32_t above = NONE; /* the largest name of the batches done */
    uint32_t left = json_is_obj(object) ? json_count(object) : 0;

    while (left != 0) {
        uint32_t twice = above;
        bool found = fill(&h, object, above);

        left -= h.n;
        if (h.n != 0)
            above = h.heap[0];
        if (found || find_equal(&h, &twice)) {
            if (name != NULL)
                *name = json_inner(node_text(h.doc, twice));
            return true;
        }
    }
    return false;
}
