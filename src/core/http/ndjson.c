/* SPDX-License-Identifier: MIT */
/* Lines of JSON. Only an LF ends a line: a CR within a text of JSON is always
 * escaped, so one that stands before the LF belongs to the end. */
#include "core/http/ndjson.h"

#include "core/base/base.h"

void ndjson_init(struct ndjson *s, const struct sl_mem *mem, size_t limit)
{
    *s = (struct ndjson){.limit = limit, .broken = SL_OK};
    buf_init(&s->held, mem, limit);
}

void ndjson_release(struct ndjson *s)
{
    buf_release(&s->held);
    s->is_given = false;
}

static enum sl_rc end_with(struct ndjson *s, enum sl_rc rc)
{
    ndjson_release(s);
    s->broken = (uint8_t)rc;
    return rc;
}

static struct str without_end(struct str raw)
{
    if (raw.n != 0 && raw.p[raw.n - 1] == '\n')
        raw.n--;
    if (raw.n != 0 && raw.p[raw.n - 1] == '\r')
        raw.n--;
    return raw;
}

enum sl_rc ndjson_next(struct ndjson *s, struct str *in,
                       struct ndjson_line *line)
{
    size_t n = str_find(*in, '\n');
    bool ends = n < in->n;
    struct str raw = str_first(*in, ends ? n + 1 : n);
    bool in_input;

    if (s->broken != SL_OK)
        return (enum sl_rc)s->broken;
    if (s->is_given)
        ndjson_release(s);
    in_input = ends && s->held.n == 0;
    if (raw.n > s->limit - s->held.n)
        return end_with(s, SL_TOO_LARGE);
    *in = str_skip(*in, raw.n);
    if (!in_input) {
        buf_add(&s->held, raw);
        if (s->held.failed)
            return end_with(s, SL_NOMEM);
        raw = buf_str(&s->held);
        s->is_given = ends;
    }
    if (!ends)
        return SL_AGAIN;
    *line = (struct ndjson_line){raw, without_end(raw), in_input};
    return SL_OK;
}

enum sl_rc ndjson_finish(struct ndjson *s, struct ndjson_line *line)
{
    struct str raw = buf_str(&s->held);

    if (s->broken != SL_OK)
        return (enum sl_rc)s->broken;
    if (s->is_given || raw.n == 0)
        return end_with(s, SL_EOF);
    s->is_given = true;
    *line = (struct ndjson_line){raw, without_end(raw), false};
    return SL_OK;
}
