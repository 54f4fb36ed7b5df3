/* SPDX-License-Identifier: MIT */
/* JSON arrays over time. The one hard idea: where an element ends is found
 * without looking back at its bytes, by its depth of brackets and whether we
 * are between quotes, so that a cut element is put together only once. */
#include "core/http/jsonarray.h"

#include "core/base/base.h"

enum place {
    BEFORE,  /* the array: blanks, then [ */
    FIRST,   /* an element or ] */
    ELEMENT, /* the next byte belongs to one */
    SCALAR,  /* the same, in a number or a literal */
    COMMA,   /* a comma or ] */
    NEXT,    /* behind a comma: an element */
    AFTER,   /* the array: blanks */
};

void jsonarray_init(struct jsonarray *s, const struct sl_mem *mem, size_t limit)
{
    *s = (struct jsonarray){.limit = limit, .broken = SL_OK, .at = BEFORE};
    buf_init(&s->held, mem, limit);
}

void jsonarray_release(struct jsonarray *s)
{
    buf_release(&s->held);
    s->is_given = false;
}

static enum sl_rc end_with(struct jsonarray *s, enum sl_rc rc)
{
    jsonarray_release(s);
    s->broken = (uint8_t)rc;
    return rc;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One byte between elements. False: it must not stand there. It is not used up
 * when an element begins with it. */
static bool step(struct jsonarray *s, char c)
{
    bool is_comma = c == ',', is_end = c == ']';

    switch ((enum place)s->at) {
    case BEFORE:
        s->at = FIRST;
        return c == '[';
    case COMMA:
        s->at = is_end ? AFTER : NEXT;
        return is_comma || is_end;
    case FIRST:
        if (is_end) {
            s->at = AFTER;
            return true;
        }
        break;
    case NEXT:
        break;
    case ELEMENT:
    case SCALAR:
    case AFTER:
        return false;
    }
    s->at = c == '{' || c == '[' || c == '"' ? ELEMENT : SCALAR;
    return !is_comma && !is_end && c != '}' && c != ':';
}

static bool is_inside(const struct jsonarray *s)
{
    return s->at == ELEMENT || s->at == SCALAR;
}

/* Past the bytes between elements. False: one must not stand there. */
static bool skip_between(struct jsonarray *s, struct str *in)
{
    while (in->n != 0 && !is_inside(s)) {
        if (!is_blank(in->p[0]) && !step(s, in->p[0]))
            return false;
        if (!is_inside(s))
            *in = str_skip(*in, 1);
    }
    return true;
}

/* One byte of an element that is no scalar; true when it is the last one. */
static bool step_inside(struct jsonarray *s, char c)
{
    if (s->in_text) {
        if (s->is_escaped)
            s->is_escaped = false;
        else if (c == '\\')
            s->is_escaped = true;
        else
            s->in_text = c != '"';
        return !s->in_text && s->depth == 0;
    }
    s->in_text = c == '"';
    if (c == '{' || c == '[')
        s->depth++;
    if (c == '}' || c == ']')
        s->depth--;
    return !s->in_text && s->depth == 0;
}

/* Reads on to the end of the element, or of the input. True: it ends with the
 * first *n bytes of the input, which may be none of them. */
static bool find_end(struct jsonarray *s, struct str in, size_t *n)
{
    size_t at = 0;
    bool ends = false;

    if (s->at == SCALAR) {
        while (at < in.n && in.p[at] != ',' && in.p[at] != ']' &&
               !is_blank(in.p[at]))
            at++;
        ends = at < in.n;
    }
    while (s->at == ELEMENT && at < in.n && !ends)
        ends = step_inside(s, in.p[at++]);
    *n = at;
    return ends;
}

enum sl_rc jsonarray_next(struct jsonarray *s, struct str *in,
                          struct str *element)
{
    struct str piece;
    bool ends;
    size_t n;

    if (s->broken != SL_OK)
        return (enum sl_rc)s->broken;
    if (s->is_given)
        jsonarray_release(s);
    if (!skip_between(s, in))
        return end_with(s, SL_SYNTAX);
    if (in->n == 0)
        return SL_AGAIN;
    ends = find_end(s, *in, &n);
    if (n > s->limit - s->held.n)
        return end_with(s, SL_TOO_LARGE);
    piece = str_first(*in, n);
    *in = str_skip(*in, n);
    if (!ends || s->held.n != 0) {
        buf_add(&s->held, piece);
        if (s->held.failed)
            return end_with(s, SL_NOMEM);
        piece = buf_str(&s->held);
        s->is_given = ends;
    }
    if (!ends)
        return SL_AGAIN;
    s->at = COMMA;
    *element = piece;
    return SL_OK;
}

enum sl_rc jsonarray_finish(struct jsonarray *s)
{
    if (s->broken != SL_OK)
        return (enum sl_rc)s->broken;
    return end_with(s, s->at == AFTER ? SL_EOF : SL_SYNTAX);
}
