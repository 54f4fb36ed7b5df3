/* SPDX-License-Identifier: MIT */
/* Server-sent events. The one hard idea: where an event ends is found without
 * looking back at its bytes (four small facts are kept about them), so a cut
 * event is put together only once, and its lines are read only when it is
 * whole and in one piece. */
#include "core/http/sse.h"

#include "core/base/base.h"
#include "core/base/simd.h"

/* How a line ended; NONE: no line has ended yet. */
enum ending {
    END_NONE,
    END_LF,
    END_CR,
    END_CRLF,
};

void sse_init(struct sse *s, const struct sl_mem *mem, size_t limit)
{
    *s = (struct sse){.limit = limit, .broken = SL_OK};
    buf_init(&s->held, mem, limit);
    buf_init(&s->joined, mem, limit);
}

void sse_release(struct sse *s)
{
    buf_release(&s->held);
    buf_release(&s->joined);
    s->is_given = false;
}

size_t sse_pending(const struct sse *s)
{
    return s->is_given ? 0 : s->held.n;
}

/* Offset of the first CR or LF; s.n when there is none. */
static size_t find_line_end(struct str s)
{
    size_t at = 0;

    for (; s.n - at >= SIMD_BYTES; at += SIMD_BYTES) {
        struct simd v = simd_load(s.p + at);
        simd_mask m =
            simd_high(simd_or(simd_lane_eq(v, '\n'), simd_lane_eq(v, '\r')));

        if (m != 0)
            return at + simd_first(m);
    }
    while (at < s.n && s.p[at] != '\n' && s.p[at] != '\r')
        at++;
    return at;
}

/* Notes the end of a line; true when the line was blank. */
static bool end_line(struct sse *s, enum ending ending)
{
    bool is_blank = !s->in_line;

    s->ending = (uint8_t)ending;
    s->in_line = false;
    return is_blank;
}

/* Reads on to the end of the event, or of the input. True: the event ends
 * with the first *n bytes of the input, which may be none of them. */
static bool find_end(struct sse *s, struct str in, size_t *n)
{
    bool ends = false;
    size_t at = 0;

    while (!ends && at < in.n) {
        size_t run;

        if (s->has_cr) {
            bool is_pair = in.p[at] == '\n';

            s->has_cr = false;
            at += is_pair ? 1 : 0;
            ends = end_line(s, is_pair ? END_CRLF : END_CR);
            continue;
        }
        run = find_line_end(str_skip(in, at));
        s->in_line |= run != 0;
        at += run;
        if (at == in.n)
            break;
        /* A stream of CRs would have to wait for its next event. */
        if (in.p[at] == '\n')
            ends = end_line(s, END_LF);
        else if (!s->in_line && s->ending == END_CR)
            ends = end_line(s, END_CR);
        else
            s->has_cr = true;
        at++;
    }
    *n = at;
    return ends;
}

/* The value of a line when its field has this name. */
static bool has_name(struct str line, struct str name, struct str *value)
{
    if (line.n < name.n || memcmp(line.p, name.p, name.n) != 0)
        return false;
    *value = str_skip(line, name.n);
    if (value->n == 0)
        return true;
    if (value->p[0] != ':')
        return false;
    *value = str_skip(*value, value->n > 1 && value->p[1] == ' ' ? 2 : 1);
    return true;
}

static void add_data(struct sse *s, struct sse_event *ev, struct str value)
{
    if (!ev->has_data) {
        ev->has_data = true;
        ev->data = value;
        return;
    }
    if (s->joined.n == 0)
        buf_add(&s->joined, ev->data);
    buf_add_char(&s->joined, '\n');
    buf_add(&s->joined, value);
    ev->data = buf_str(&s->joined);
}

static enum sl_rc read_lines(struct sse *s, struct sse_event *ev)
{
    struct str rest = ev->raw;

    if (!s->has_started && str_starts(rest, STR("\xEF\xBB\xBF")))
        rest = str_skip(rest, 3);
    s->has_started = true;
    while (rest.n != 0) {
        struct str line = str_first(rest, find_line_end(rest));
        struct str value;

        rest = str_skip(rest, line.n + 1);
        if (has_name(line, STR("data"), &value))
            add_data(s, ev, value);
        else if (has_name(line, STR("event"), &value))
            ev->name = value;
    }
    return buf_rc(&s->joined);
}

/* Gives back what the last event was put together in. */
static void forget_last(struct sse *s)
{
    if (s->is_given)
        buf_release(&s->held);
    s->is_given = false;
    if (s->joined.n != 0)
        buf_release(&s->joined);
}

static enum sl_rc end_with(struct sse *s, enum sl_rc rc)
{
    sse_release(s);
    s->broken = (uint8_t)rc;
    return rc;
}

enum sl_rc sse_next(struct sse *s, struct str *in, struct sse_event *ev)
{
    struct sse_event found = {0};
    size_t n;
    bool ends;
    enum sl_rc rc;

    if (s->broken != SL_OK)
        return (enum sl_rc)s->broken;
    forget_last(s);
    ends = find_end(s, *in, &n);
    if (n > s->limit - s->held.n)
        return end_with(s, SL_TOO_LARGE);
    found.raw = str_first(*in, n);
    found.in_input = ends && s->held.n == 0;
    if (!found.in_input) {
        buf_add(&s->held, found.raw);
        if (s->held.failed)
            return end_with(s, SL_NOMEM);
        found.raw = buf_str(&s->held);
        s->is_given = ends;
    }
    if (ends) {
        rc = read_lines(s, &found);
        if (rc != SL_OK)
            return end_with(s, rc);
        *ev = found;
    }
    *in = str_skip(*in, n);
    return ends ? SL_OK : SL_AGAIN;
}

enum sl_rc sse_finish(struct sse *s, struct sse_event *ev)
{
    struct sse_event found = {0};
    enum sl_rc rc;

    if (s->broken != SL_OK)
        return (enum sl_rc)s->broken;
    forget_last(s);
    if (s->held.n == 0)
        return end_with(s, SL_EOF);
    found.raw = buf_str(&s->held);
    rc = read_lines(s, &found);
    if (rc != SL_OK)
        return end_with(s, rc);
    s->is_given = true;
    *ev = found;
    return SL_OK;
}

/* Takes the next line off *rest; *rest is {0} behind the last one. */
static struct str take_line(struct str *rest)
{
    struct str line = str_first(*rest, find_line_end(*rest));
    size_t n = line.n + 1;

    if (line.n == rest->n)
        *rest = (struct str){0};
    else if (rest->p[line.n] == '\r' && n < rest->n && rest->p[n] == '\n')
        *rest = str_skip(*rest, n + 1);
    else
        *rest = str_skip(*rest, n);
    return line;
}

/* "Last" is behind the last line end, so "a\n" are two lines; "" is one. */
static void write_lines(struct buf *out, struct str start, struct str text)
{
    do {
        buf_add(out, start);
        buf_add(out, take_line(&text));
        buf_add_char(out, '\n');
    } while (text.p != NULL);
}

void sse_write(struct buf *out, struct str name, struct str data)
{
    if (name.n != 0) {
        buf_add(out, STR("event: "));
        buf_add(out, take_line(&name));
        buf_add_char(out, '\n');
    }
    write_lines(out, STR("data: "), data);
    buf_add_char(out, '\n');
}

void sse_write_comment(struct buf *out, struct str text)
{
    write_lines(out, STR(": "), text);
    buf_add_char(out, '\n');
}
