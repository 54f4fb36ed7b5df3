/* SPDX-License-Identifier: MIT */
/* JSON text from values. Plain runs are copied whole; what has to be escaped
 * or mended stands between them. */
#include "core/base/decimal.h"
#include "core/base/json_lex.h"
#include "core/base/utf8.h"

static void add_escape(struct buf *out, unsigned char c)
{
    static const char values[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *at = memchr(values, c, sizeof(values) - 1);

    if (at != NULL) {
        buf_add_char(out, '\\');
        buf_add_char(out, names[at - values]);
    } else {
        buf_add(out, STR("\\u"));
        buf_add_hex(out, c, 4);
    }
}

/* Valid UTF-8. */
static void add_valid(struct buf *out, struct str s)
{
    const char *p = s.p;
    const char *end;

    if (s.n == 0)
        return;
    end = p + s.n;
    while (p < end) {
        const char *stop = json_lex_stop(p, end);

        buf_add(out, str_range(p, stop));
        if (stop == end)
            return;
        add_escape(out, (unsigned char)*stop);
        p = stop + 1;
    }
}

/* Bytes at the front of s, which are not valid UTF-8, that one U+FFFD stands
 * for: the longest beginning of a sequence that could have become valid, else
 * one byte (Unicode 15, section 3.9, "maximal subparts"). */
static size_t broken(struct str s)
{
    unsigned char lead = (unsigned char)s.p[0];
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    size_t n = 1;

    if (lead < 0xC2 || lead > 0xF4)
        return 1;
    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    for (; n < want && n < s.n; n++) {
        unsigned char c = (unsigned char)s.p[n];

        if (c < low || c > high)
            break;
        low = 0x80;
        high = 0xBF;
    }
    return n;
}

void json_str_part(struct buf *out, struct str text)
{
    for (;;) {
        size_t valid = utf8_check(text);

        add_valid(out, str_first(text, valid));
        text = str_skip(text, valid);
        if (text.n == 0)
            break;
        buf_add(out, STR("\xEF\xBF\xBD"));
        text = str_skip(text, broken(text));
    }
}

void json_str(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    json_str_part(out, text);
    buf_add_char(out, '"');
}

void json_key(struct buf *out, struct str name)
{
    json_str(out, name);
    buf_add_char(out, ':');
}

void json_next(struct buf *out)
{
    char last = out->n == 0 ? '{' : out->p[out->n - 1];

    if (last != '{' && last != '[')
        buf_add_char(out, ',');
}

void json_member(struct buf *out, struct str name)
{
    json_next(out);
    json_key(out, name);
}

void json_line(struct buf *out, struct str raw)
{
    size_t from = 0;

    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] != '\n' && raw.p[i] != '\r')
            continue;
        buf_add(out, str_range(raw.p + from, raw.p + i));
        buf_add_char(out, ' ');
        from = i + 1;
    }
    buf_add(out, str_skip(raw, from));
}

void json_i64_write(struct buf *out, int64_t v)
{
    buf_add_i64(out, v);
}

void json_f64_write(struct buf *out, double v)
{
    char text[DECIMAL_ROOM];

    /* Infinity minus itself is NaN, and NaN differs from everything. */
    if (v - v != 0) {
        buf_add(out, STR("null"));
        return;
    }
    buf_add(out, (struct str){text, decimal_write(text, v)});
}
