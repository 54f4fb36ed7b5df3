/* SPDX-License-Identifier: MIT */
/* URLs. The one hard idea is the order in url_normalize: escapes of unreserved
 * characters are decoded before dot segments are looked for, so that "%2e%2e"
 * is "..", and no result changes when it is normalised again. */
#include "core/base/url.h"

#include "core/base/base.h"
#include "core/base/num.h"

static bool is_unreserved(char c)
{
    return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

static bool is_visible(char c)
{
    return c > ' ' && c < 0x7F;
}

/* The byte that the escape at s.p[at] stands for; -1 when it is malformed. */
static int escaped_byte(struct str s, size_t at)
{
    int high, low;

    if (s.n - at < 3)
        return -1;
    high = char_hex(s.p[at + 1]);
    low = char_hex(s.p[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Offset of the first byte that may not stand in a URL as it is, or of a
 * malformed escape; s.n when all is well. Braces are let through, as base
 * URLs of a configuration have them until they are filled in. */
static size_t find_bad(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_visible(s.p[i]) || str_find(STR("\"<>\\^`|"), s.p[i]) != 7)
            return i;
        if (s.p[i] == '%' && escaped_byte(s, i) < 0)
            return i;
    }
    return s.n;
}

static bool is_name(struct str host)
{
    char last = '.';

    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];

        if (!is_unreserved(c) || c == '~' || (c == '.' && last == '.'))
            return false;
        last = c;
    }
    return host.n != 0 && host.n <= 253;
}

/* Enough to keep everything else out; what it says is for who connects. */
static bool is_ipv6(struct str host)
{
    size_t colons = 0;

    for (size_t i = 0; i < host.n; i++) {
        colons += host.p[i] == ':';
        if (host.p[i] != ':' && host.p[i] != '.' && char_hex(host.p[i]) < 0)
            return false;
    }
    return colons >= 2;
}

/* Splits "host", "host:port", "[v6]", "[v6]:port"; *port is {0} when absent.
 * False when brackets are wrong. */
static bool split_authority(struct str s, struct str *host, struct str *port,
                            bool *bracketed)
{
    size_t end = str_find(s, ']');
    struct str rest;

    *bracketed = s.n != 0 && s.p[0] == '[';
    if (*bracketed && end == s.n)
        return false;
    *host = *bracketed ? str_skip(str_first(s, end), 1) : str_before(s, ':');
    rest = str_skip(s, *bracketed ? end + 1 : host->n);
    if (rest.n != 0 && rest.p[0] != ':')
        return false;
    *port = str_skip(rest, 1);
    /* "host:" would be the default; nobody who writes it means that. */
    return rest.n != 1;
}

static enum sl_rc read_authority(struct str s, size_t at, struct url *url,
                                 struct err *err)
{
    struct str port;
    bool bracketed;
    uint64_t number;

    if (str_find(s, '@') != s.n)
        return err_set_at(err, SL_SYNTAX, at,
                          STR("user and password are not allowed in a URL"));
    if (!split_authority(s, &url->host, &port, &bracketed) ||
        !(bracketed ? is_ipv6(url->host) : is_name(url->host)))
        return err_set_at(err, SL_SYNTAX, at, STR("host is missing or wrong"));
    if (port.n == 0)
        return SL_OK;
    if (port.n > 5 || !num_u64(port, &number) || number == 0 || number > 65535)
        return err_set_at(err, SL_SYNTAX, at,
                          STR("port must be a number from 1 to 65535"));
    url->port = (uint16_t)number;
    url->has_port = true;
    return SL_OK;
}

enum sl_rc url_parse(struct str text, struct url *url, struct err *err)
{
    struct url u = {.port = 80};
    struct str rest, authority;
    size_t bad = find_bad(text);
    size_t end = 0;
    enum sl_rc rc;

    if (bad != text.n)
        return err_set_at(err, SL_SYNTAX, bad,
                          STR("character is not allowed in a URL"));
    u.scheme = str_before(text, ':');
    if (str_eq_nocase(u.scheme, STR("https")))
        u.port = 443;
    else if (!str_eq_nocase(u.scheme, STR("http")))
        return err_set_at(err, SL_SYNTAX, 0,
                          STR("URL must begin with http:// or https://"));
    rest = str_skip(text, u.scheme.n);
    if (!str_starts(rest, STR("://")))
        return err_set_at(err, SL_SYNTAX, u.scheme.n,
                          STR("URL must begin with http:// or https://"));
    rest = str_skip(rest, 3);
    if (str_find(rest, '#') != rest.n)
        return err_set_at(err, SL_SYNTAX, str_find(text, '#'),
                          STR("a fragment is not allowed in a URL"));
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
        end++;
    authority = str_first(rest, end);
    rc = read_authority(authority, u.scheme.n + 3, &u, err);
    if (rc != SL_OK)
        return rc;
    rest = str_skip(rest, end);
    u.path = str_before(rest, '?');
    u.query = str_skip(rest, u.path.n + 1);
    *url = u;
    return SL_OK;
}

/* A path byte is visible and none of those that end a path, or that some take
 * for a slash. */
static bool is_path_byte(char c)
{
    return is_visible(c) && c != '?' && c != '#' && c != '\\';
}

/* True when it is plain to see that nothing needs a change. */
static bool is_normal(struct str path)
{
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];
        bool after_slash = i != 0 && path.p[i - 1] == '/';

        if (!is_path_byte(c) || c == '%' ||
            (after_slash && (c == '/' || c == '.')))
            return false;
    }
    return true;
}

static size_t write_escape(char *to, unsigned byte)
{
    static const char digits[] = "0123456789ABCDEF";

    to[0] = '%';
    to[1] = digits[byte >> 4];
    to[2] = digits[byte & 15];
    return 3;
}

/* Copies one segment, with its escapes made canonical, to `to`; the length, or
 * SIZE_MAX when it is malformed. */
static size_t copy_segment(struct str s, char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        int byte;

        if (!is_path_byte(s.p[i]))
            return SIZE_MAX;
        if (s.p[i] != '%') {
            to[n++] = s.p[i];
            continue;
        }
        byte = escaped_byte(s, i);
        if (byte <= 0)
            return SIZE_MAX;
        if (byte < 0x80 && is_unreserved((char)byte))
            to[n++] = (char)byte;
        else
            n += write_escape(to + n, (unsigned)byte);
        i += 2;
    }
    return n;
}

/* Length of the path to[0..n) without its last segment. */
static size_t drop_segment(const char *to, size_t n)
{
    do
        n--;
    while (to[n] != '/');
    return n;
}

/* Writes the canonical path to `to`, which has room for path.n bytes. */
static enum sl_rc normalize(struct str path, char *to, size_t *size)
{
    struct str rest = path;
    size_t n = 0;
    bool open = false; /* it ends in a slash, not written yet */

    while (rest.n != 0) {
        struct str segment = str_before(str_skip(rest, 1), '/');
        size_t len = copy_segment(segment, to + n + 1);
        struct str copy = {to + n + 1, len};

        if (len == SIZE_MAX)
            return SL_SYNTAX;
        rest = str_skip(rest, segment.n + 1);
        open = len == 0 || str_eq(copy, STR(".")) || str_eq(copy, STR(".."));
        if (len == 2 && open) {
            if (n == 0)
                return SL_SYNTAX;
            n = drop_segment(to, n);
        } else if (!open) {
            to[n] = '/';
            n += 1 + len;
        }
    }
    if (open)
        to[n++] = '/';
    *size = n;
    return SL_OK;
}

enum sl_rc url_normalize(struct arena *a, struct str path, struct str *normal)
{
    size_t n;
    char *to;
    enum sl_rc rc;

    if (path.n == 0 || path.p[0] != '/')
        return SL_SYNTAX;
    if (is_normal(path)) {
        *normal = path;
        return SL_OK;
    }
    to = arena_get(a, path.n);
    if (to == NULL)
        return SL_NOMEM;
    rc = normalize(path, to, &n);
    if (rc != SL_OK)
        return rc;
    *normal =
        n == path.n && memcmp(to, path.p, n) == 0 ? path : (struct str){to, n};
    return SL_OK;
}

/* Takes one byte of an escaped text off its front; -1 on a bad escape. */
static int take_byte(struct str *s, bool plus)
{
    int byte = (unsigned char)s->p[0];

    if (byte == '%') {
        byte = escaped_byte(*s, 0);
        *s = str_skip(*s, 3);
        return byte;
    }
    *s = str_skip(*s, 1);
    return plus && byte == '+' ? ' ' : byte;
}

enum sl_rc url_decode(struct arena *a, struct str text, bool plus,
                      struct str *decoded)
{
    size_t n = 0;
    char *to;

    if (str_find(text, '%') == text.n &&
        (!plus || str_find(text, '+') == text.n)) {
        *decoded = text;
        return SL_OK;
    }
    to = arena_get(a, text.n);
    if (to == NULL)
        return SL_NOMEM;
    while (text.n != 0) {
        int byte = take_byte(&text, plus);

        if (byte < 0)
            return SL_SYNTAX;
        to[n++] = (char)byte;
    }
    *decoded = (struct str){to, n};
    return SL_OK;
}

bool url_eq(struct str escaped, struct str plain)
{
    size_t i = 0;

    for (; escaped.n != 0 && i < plain.n; i++)
        if (take_byte(&escaped, true) != (unsigned char)plain.p[i])
            return false;
    return escaped.n == 0 && i == plain.n;
}

void url_encode(struct buf *out, struct str text, bool slash)
{
    char escape[3];

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (is_unreserved(c) || (slash && c == '/'))
            buf_add_char(out, c);
        else
            buf_add(out, (struct str){escape,
                                      write_escape(escape, (unsigned char)c)});
    }
}

bool url_query_next(struct str *rest, struct str *name, struct str *value)
{
    struct str piece;

    do
        if (!str_split(rest, '&', &piece))
            return false;
    while (piece.n == 0);
    *name = str_before(piece, '=');
    *value = str_skip(piece, name->n + 1);
    return true;
}

static bool has_name(struct str piece, struct str name)
{
    return piece.n != 0 && url_eq(str_before(piece, '='), name);
}

enum sl_rc url_query_without(struct arena *a, struct str query, struct str name,
                             struct str *left)
{
    struct str rest = query, piece;
    bool found = false, more = true, first = true;
    size_t n = 0;
    char *to;

    while (!found && str_split(&rest, '&', &piece))
        found = has_name(piece, name);
    if (!found) {
        *left = query;
        return SL_OK;
    }
    to = arena_get(a, query.n);
    if (to == NULL)
        return SL_NOMEM;
    for (rest = query; more; rest = str_skip(rest, piece.n + 1)) {
        piece = str_before(rest, '&');
        more = piece.n < rest.n;
        if (has_name(piece, name))
            continue;
        if (!first)
            to[n++] = '&';
        first = false;
        if (piece.n != 0)
            memcpy(to + n, piece.p, piece.n);
        n += piece.n;
    }
    *left = (struct str){to, n};
    return SL_OK;
}
