/* SPDX-License-Identifier: MIT */
/* JSON with comments and trailing commas, made plain. The one hard idea: what
 * goes is overwritten with spaces instead of removed, so that the offset of a
 * mistake in the plain text is its offset in the file. */
#include "core/config_parts.h"

#include "core/base/base.h"

struct cleaner {
    char *p;
    size_t n, at;
    size_t comma; /* offset of the comma that nothing followed yet; n: none */
    char before;  /* the significant byte before that comma, or the last one */
};

static void blank(struct cleaner *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (c->p[i] != '\n' && c->p[i] != '\r')
            c->p[i] = ' ';
}

static void skip_string(struct cleaner *c)
{
    for (c->at++; c->at < c->n; c->at++) {
        if (c->p[c->at] == '\\' && c->at + 1 < c->n)
            c->at++;
        else if (c->p[c->at] == '"')
            break;
    }
    if (c->at < c->n)
        c->at++;
}

/* False: it does not end. */
static bool skip_comment(struct cleaner *c)
{
    struct str rest = {c->p + c->at, c->n - c->at};
    size_t length;

    if (rest.p[1] == '/') {
        length = str_find(rest, '\n');
    } else {
        length = 2 + str_find_str(str_skip(rest, 2), STR("*/"));
        if (length == rest.n)
            return false;
        length += 2;
    }
    blank(c, c->at, c->at + length);
    c->at += length;
    return true;
}

/* A comma goes when it stands between a value and a closing bracket; in "[,]"
 * and "[1,,]" it stays, for the parser to refuse. */
static void significant(struct cleaner *c, char byte)
{
    bool closes = byte == '}' || byte == ']';
    bool after_value = str_find(STR("\0{[,:"), c->before) == 5;

    if (c->comma != c->n && closes && after_value)
        c->p[c->comma] = ' ';
    if (byte == ',' && c->comma == c->n) {
        c->comma = c->at;
        return;
    }
    c->before = byte;
    if (byte != ',')
        c->comma = c->n;
}

static enum sl_rc clean(struct cleaner *c, struct err *err)
{
    while (c->at < c->n) {
        char byte = c->p[c->at];
        char next = c->at + 1 < c->n ? c->p[c->at + 1] : '\0';

        if (byte == '/' && (next == '/' || next == '*')) {
            if (!skip_comment(c))
                return err_set_at(err, SL_SYNTAX, c->at,
                                  STR("this comment does not end"));
            continue;
        }
        if (str_find(STR(" \t\r\n"), byte) == 4)
            significant(c, byte);
        if (byte == '"')
            skip_string(c);
        else
            c->at++;
    }
    return SL_OK;
}

enum sl_rc config_jsonc(struct arena *a, struct str text, struct str *plain,
                        struct err *err)
{
    struct cleaner c = {.n = text.n, .comma = text.n};
    enum sl_rc rc;

    c.p = arena_get(a, text.n);
    if (c.p == NULL)
        return err_set(err, SL_NOMEM, (struct str){0}, STR("no memory"));
    if (text.n != 0)
        memcpy(c.p, text.p, text.n);
    /* Editors of one system begin a text with a byte order mark. */
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        blank(&c, 0, 3);
    rc = clean(&c, err);
    if (rc == SL_OK)
        *plain = (struct str){c.p, c.n};
    return rc;
}
