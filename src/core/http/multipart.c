/* SPDX-License-Identifier: MIT */
/* multipart/form-data, up to one part. The one hard idea: a delimiter begins
 * with CR, which occurs nowhere else in it, so a failed comparison never has
 * to be taken back further than to the next CR, and the search is linear.
 *
 * Whoever reads the body behind us must find the same parts with the same
 * names: what readers take differently (spaces behind a delimiter, a longer
 * line that begins like one, escapes in a name, two names) is refused. */
#include "core/http/multipart.h"

#include "core/base/base.h"
#include "core/http/http.h"

/* What is looked for next. */
enum state {
    START,    /* the delimiter that may stand first, without a line end */
    PREAMBLE, /* the first delimiter */
    HEAD,     /* the end of a part's head; part_at is its start */
    CONTENT,  /* the delimiter behind a part's content */
    FOUND,
};

/* A parameter behind a value: name=token or name="text". */
struct param {
    struct str name, value;
    bool has_escape; /* a backslash in it: value is not the text it means */
};

/* Takes the text up to the closing quote off *rest, which begins behind the
 * opening one. */
static bool take_quoted(struct str *rest, struct param *param)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->p[i] == '\\') {
            param->has_escape = true;
            i++;
        } else if (rest->p[i] == '"') {
            param->value = str_first(*rest, i);
            *rest = str_skip(*rest, i + 1);
            return true;
        }
    }
    return false;
}

static struct str skip_blanks(struct str s)
{
    while (s.n != 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = str_skip(s, 1);
    return s;
}

/* Takes the next "; name=value" off *rest. SL_EOF: there is none. */
static enum sl_rc next_param(struct str *rest, struct param *param)
{
    struct str at = skip_blanks(*rest);
    size_t n;

    *param = (struct param){0};
    if (at.n == 0)
        return SL_EOF;
    if (at.p[0] != ';')
        return SL_SYNTAX;
    at = skip_blanks(str_skip(at, 1));
    if (at.n == 0) { /* a semicolon at the very end is common and harmless */
        *rest = at;
        return SL_EOF;
    }
    n = str_find(at, '=');
    param->name = str_first(at, n);
    if (n == 0 || n == at.n || !http_is_of(param->name, HTTP_TOKEN))
        return SL_SYNTAX;
    at = str_skip(at, n + 1);
    if (at.n != 0 && at.p[0] == '"') {
        at = str_skip(at, 1);
        if (!take_quoted(&at, param))
            return SL_SYNTAX;
    } else {
        n = 0;
        while (n < at.n && http_is(at.p[n], HTTP_TARGET) && at.p[n] != ';' &&
               at.p[n] != '"')
            n++;
        param->value = str_first(at, n);
        at = str_skip(at, n);
    }
    *rest = at;
    return SL_OK;
}

/* The value of the parameter `name`; {0} when there is none. Twice, or
 * spelled with an escape or in the extended form, is SL_SYNTAX. */
static enum sl_rc find_param(struct str rest, struct str name,
                             struct str *value)
{
    struct str found = {0};
    struct param param;
    enum sl_rc rc;

    while ((rc = next_param(&rest, &param)) == SL_OK) {
        struct str base = str_before(param.name, '*');

        if (!str_eq_nocase(base, name))
            continue;
        if (found.p != NULL || base.n != param.name.n || param.has_escape)
            return SL_SYNTAX;
        found = param.value;
    }
    if (rc != SL_EOF)
        return rc;
    *value = found;
    return SL_OK;
}

static bool is_boundary(struct str s)
{
    if (s.n == 0 || s.n > MULTIPART_BOUNDARY || s.p[s.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool is_alnum = char_is_alpha(s.p[i]) || char_is_digit(s.p[i]);

        if (!is_alnum && str_find(STR("'()+_,-./:=? "), s.p[i]) == 13)
            return false;
    }
    return true;
}

enum sl_rc multipart_boundary(struct str content_type, struct str *boundary)
{
    struct str type = str_before(content_type, ';');
    struct str found;
    enum sl_rc rc;

    if (!str_starts_nocase(str_trim(type), STR("multipart/")))
        return SL_SYNTAX;
    rc = find_param(str_skip(content_type, type.n), STR("boundary"), &found);
    if (rc != SL_OK)
        return rc;
    if (!is_boundary(found))
        return SL_SYNTAX;
    *boundary = found;
    return SL_OK;
}

void multipart_init(struct multipart *m, struct str boundary, struct str name)
{
    SL_ASSERT(boundary.n != 0 && boundary.n <= MULTIPART_BOUNDARY);
    *m = (struct multipart){.name = name, .boundary_n = boundary.n + 4};
    memcpy(m->boundary, "\r\n--", 4);
    memcpy(m->boundary + 4, boundary.p, boundary.n);
}

/* Looks from m->at on for `text`, which begins with CR. True: it begins at
 * m->at. False: m->at is where to look with more bytes. */
static bool find_text(struct multipart *m, struct str bytes, struct str text)
{
    for (;;) {
        struct str rest = str_skip(bytes, m->at);
        size_t n = str_find(rest, '\r');
        struct str found = str_first(str_skip(rest, n), text.n);

        m->at += n;
        if (!str_eq(found, str_first(text, found.n))) {
            m->at++;
            continue;
        }
        return found.n == text.n;
    }
}

/* What stands behind a delimiter that begins at m->at: another part, or the
 * end. */
static enum sl_rc read_delimiter_end(struct multipart *m, struct str bytes,
                                     struct str delimiter)
{
    struct str end = str_first(str_skip(bytes, m->at + delimiter.n), 2);

    if (end.n < 2)
        return SL_AGAIN;
    if (str_eq(end, STR("--")))
        return SL_NOT_FOUND;
    if (!str_eq(end, STR("\r\n")))
        return SL_SYNTAX;
    if (m->parts > MULTIPART_PARTS)
        return SL_TOO_LARGE;
    m->parts++;
    /* The head's first line end is the delimiter's: a head may be empty. */
    m->at += delimiter.n;
    m->part_at = m->at;
    m->state = HEAD;
    return SL_OK;
}

/* One line of a part's head; *name is set when it names the part. */
static enum sl_rc read_head_line(struct str line, struct str *name)
{
    struct str field = str_before(line, ':');
    struct str value, type, found;
    enum sl_rc rc;

    if (field.n == 0 || field.n == line.n || !http_is_of(field, HTTP_TOKEN) ||
        !http_is_of(str_skip(line, field.n), HTTP_VALUE))
        return SL_SYNTAX;
    if (!str_eq_nocase(field, STR("content-disposition")))
        return SL_OK;
    value = skip_blanks(str_skip(line, field.n + 1));
    type = str_before(value, ';');
    rc = find_param(str_skip(value, type.n), STR("name"), &found);
    if (rc != SL_OK)
        return rc;
    if (name->p != NULL)
        return SL_SYNTAX;
    *name = found.p == NULL ? STR("") : found;
    return SL_OK;
}

/* head: from its first line's first byte up to the line end of its last. */
static enum sl_rc read_part_head(struct multipart *m, struct str head)
{
    struct str name = {0};

    while (head.n != 0) {
        size_t n = str_find_str(head, STR("\r\n"));
        enum sl_rc rc = read_head_line(str_first(head, n), &name);

        if (rc != SL_OK)
            return rc;
        head = str_skip(head, n + 2);
    }
    m->wanted = str_eq(name, m->name);
    return SL_OK;
}

static enum sl_rc find_head(struct multipart *m, struct str bytes)
{
    bool is_there = find_text(m, bytes, STR("\r\n\r\n"));
    size_t n = m->at - m->part_at; /* with the delimiter's line end */
    struct str head = {0};
    enum sl_rc rc;

    if (n > MULTIPART_HEAD + 2)
        return SL_TOO_LARGE;
    if (!is_there)
        return SL_AGAIN;
    if (n > 2)
        head = str_first(str_skip(bytes, m->part_at + 2), n - 2);
    rc = read_part_head(m, head);
    if (rc != SL_OK)
        return rc;
    /* From the blank line's own line end on: a delimiter that begins there
     * would make a part without content to some, content to others. */
    m->at += 2;
    m->part_at = m->at + 2;
    m->state = CONTENT;
    return SL_OK;
}

static enum sl_rc find_content_end(struct multipart *m, struct str bytes)
{
    struct str delimiter = {m->boundary, m->boundary_n};
    bool is_there = find_text(m, bytes, delimiter);
    size_t from = m->part_at;
    size_t to = m->at;
    bool wanted = m->wanted;
    enum sl_rc rc;

    if (wanted && to > from && to - from > MULTIPART_VALUE)
        return SL_TOO_LARGE;
    if (!is_there)
        return SL_AGAIN;
    if (to < from)
        return SL_SYNTAX;
    rc = read_delimiter_end(m, bytes, delimiter);
    if (!wanted || rc == SL_AGAIN || rc == SL_SYNTAX)
        return rc;
    m->value_at = from;
    m->value = str_range(bytes.p + from, bytes.p + to);
    m->state = FOUND;
    return SL_OK;
}

static enum sl_rc find_start(struct multipart *m, struct str bytes)
{
    struct str delimiter = {m->boundary + 2, m->boundary_n - 2};
    struct str found = str_first(bytes, delimiter.n);

    if (!str_eq(found, str_first(delimiter, found.n))) {
        m->state = PREAMBLE;
        return SL_OK;
    }
    if (found.n < delimiter.n)
        return SL_AGAIN;
    return read_delimiter_end(m, bytes, delimiter);
}

static enum sl_rc find_first(struct multipart *m, struct str bytes)
{
    struct str delimiter = {m->boundary, m->boundary_n};

    if (!find_text(m, bytes, delimiter))
        return SL_AGAIN;
    return read_delimiter_end(m, bytes, delimiter);
}

enum sl_rc multipart_find(struct multipart *m, struct str bytes)
{
    enum sl_rc rc = SL_OK;

    while (rc == SL_OK && m->state != FOUND) {
        switch ((enum state)m->state) {
        case START:
            rc = find_start(m, bytes);
            break;
        case PREAMBLE:
            rc = find_first(m, bytes);
            break;
        case HEAD:
            rc = find_head(m, bytes);
            break;
        case CONTENT:
            rc = find_content_end(m, bytes);
            break;
        case FOUND:
            break;
        }
    }
    return rc;
}
