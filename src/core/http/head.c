/* SPDX-License-Identifier: MIT */
/* HTTP/1.1 heads. The one hard idea: nothing but the count of bytes in
 * complete lines is kept between calls, since the bytes may move. New lines
 * are checked as they come, and when the last one is there all are read once
 * more; a head that comes whole, as nearly all do, is read once. */
#include "core/http/head.h"

#include "core/base/base.h"
#include "core/base/num.h"
#include "core/base/simd.h"
#include "core/secret.h"

enum { EMPTY_LINES = 2, PORT_DIGITS = 5 };

/* The reader: p moves from start to end. */
struct scan {
    const char *start, *p, *end;
    struct err *err;
    bool is_response;
};

/* What the start line says, of either kind. */
struct start_line {
    struct str method, target, host;
    int status;
    bool is_http10;
};

/* What the fields say about the body and the connection. */
struct facts {
    struct str host;
    uint64_t length;
    bool has_host, has_length;
    bool has_coding, chunked, unknown_coding;
    bool close, keep_alive, expects;
};

static struct scan scan_of(struct str bytes, struct err *err, bool is_response)
{
    const char *end = bytes.n == 0 ? bytes.p : bytes.p + bytes.n;

    return (struct scan){bytes.p, bytes.p, end, err, is_response};
}

static enum sl_rc refuse_at(struct scan *s, enum sl_rc rc, const char *at,
                            struct str what)
{
    return err_set_at(s->err, s->is_response ? SL_UP_GARBAGE : rc,
                      (size_t)(at - s->start), what);
}

static enum sl_rc refuse(struct scan *s, enum sl_rc rc, struct str what)
{
    return refuse_at(s, rc, s->p, what);
}

/* Skips bytes of a set; false when no other byte has come yet. */
static bool skip(struct scan *s, unsigned set)
{
    while (s->p != s->end && http_is(*s->p, set))
        s->p++;
    return s->p != s->end;
}

/* The same for field values, most of which are plain ASCII. */
static bool skip_value(struct scan *s)
{
    simd_mask odd = 0;

    while (odd == 0 && s->end - s->p >= SIMD_BYTES) {
        struct simd v = simd_load(s->p);

        odd = simd_high(simd_or(simd_lane_odd(v), simd_lane_eq(v, 0x7F)));
        s->p += odd == 0 ? SIMD_BYTES : simd_first(odd);
    }
    return skip(s, HTTP_VALUE);
}

/* Takes exactly this text; what differs shows with its first byte. */
static enum sl_rc take(struct scan *s, struct str text, struct str what)
{
    for (size_t i = 0; i < text.n; i++) {
        if (s->p == s->end)
            return SL_AGAIN;
        if (*s->p != text.p[i])
            return refuse(s, SL_SYNTAX, what);
        s->p++;
    }
    return SL_OK;
}

static enum sl_rc take_line_end(struct scan *s)
{
    return take(s, STR("\r\n"), STR("a line must end in CR LF"));
}

static enum sl_rc take_space(struct scan *s)
{
    return take(s, STR(" "), STR("one space must stand here"));
}

static enum sl_rc take_version(struct scan *s, bool *is_http10)
{
    const char *at = s->p;
    enum sl_rc rc = take(s, STR("HTTP/"), STR("an HTTP version is missing"));

    if (rc != SL_OK)
        return rc;
    if (s->end - s->p < 3)
        return SL_AGAIN;
    if (!char_is_digit(s->p[0]) || s->p[1] != '.' || !char_is_digit(s->p[2]))
        return refuse(s, SL_SYNTAX, STR("malformed HTTP version"));
    if (s->p[0] != '1' || s->p[2] > '1')
        return refuse_at(s, SL_BAD_VERSION, at,
                         STR("only HTTP/1.0 and HTTP/1.1 are spoken here"));
    *is_http10 = s->p[2] == '0';
    s->p += 3;
    return SL_OK;
}

static bool is_port(struct str s)
{
    uint64_t port;

    return s.n <= PORT_DIGITS && num_u64(s, &port) && port <= UINT16_MAX;
}

/* host[:port] without user info. Narrower than RFC 3986: no escapes and no
 * sub-delimiters, which no host has; an empty host or port is refused. */
static bool is_authority(struct str s)
{
    size_t n = 0;

    if (s.n != 0 && s.p[0] == '[') {
        n = str_find(s, ']');
        if (n == s.n || n < 3)
            return false;
        for (size_t i = 1; i < n; i++)
            if (char_hex(s.p[i]) < 0 && s.p[i] != ':' && s.p[i] != '.')
                return false;
        n++;
    } else {
        while (n < s.n && http_is(s.p[n], HTTP_HOST))
            n++;
    }
    if (n == 0 || n == s.n)
        return n != 0;
    return s.p[n] == ':' && is_port(str_skip(s, n + 1));
}

/* Reduces an absolute target to its path and query. A query right behind the
 * authority has no origin-form that could be borrowed; nobody sends it. */
static bool split_absolute(struct start_line *line)
{
    struct str t = line->target;
    size_t n;

    if (str_starts_nocase(t, STR("http://")))
        t = str_skip(t, 7);
    else if (str_starts_nocase(t, STR("https://")))
        t = str_skip(t, 8);
    else
        return false;
    n = str_find(t, '/');
    line->host = str_first(t, n);
    line->target = str_skip(t, n);
    if (n == t.n) /* RFC 9112, section 3.2.4 */
        line->target =
            str_eq(line->method, STR("OPTIONS")) ? STR("*") : STR("/");
    return is_authority(line->host);
}

static bool is_good_target(struct start_line *line)
{
    struct str t = line->target;

    if (t.p[0] == '/')
        return true;
    if (str_eq(t, STR("*")))
        return str_eq(line->method, STR("OPTIONS"));
    return split_absolute(line);
}

static enum sl_rc read_request_line(struct scan *s, struct start_line *line)
{
    const char *from;
    enum sl_rc rc = SL_OK;

    for (int i = 0; i < EMPTY_LINES && rc == SL_OK; i++)
        if (s->p != s->end && *s->p == '\r')
            rc = take_line_end(s);
    if (rc != SL_OK)
        return rc;
    from = s->p;
    if (!skip(s, HTTP_TOKEN))
        return SL_AGAIN;
    if (s->p == from)
        return refuse(s, SL_SYNTAX, STR("a method must stand here"));
    line->method = str_range(from, s->p);
    rc = take_space(s);
    if (rc != SL_OK)
        return rc;
    if (str_eq(line->method, STR("CONNECT")) ||
        str_eq(line->method, STR("TRACE")))
        return refuse_at(s, SL_BAD_METHOD, from,
                         STR("CONNECT and TRACE are not served"));
    from = s->p;
    if (!skip(s, HTTP_TARGET))
        return SL_AGAIN;
    if (s->p == from)
        return refuse(s, SL_SYNTAX, STR("a request target must stand here"));
    line->target = str_range(from, s->p);
    rc = take_space(s);
    if (rc == SL_OK)
        rc = take_version(s, &line->is_http10);
    if (rc == SL_OK)
        rc = take_line_end(s);
    if (rc == SL_OK && !is_good_target(line))
        rc = refuse_at(s, SL_SYNTAX, from, STR("malformed request target"));
    return rc;
}

static enum sl_rc read_status_line(struct scan *s, struct start_line *line)
{
    enum sl_rc rc = take_version(s, &line->is_http10);

    if (rc == SL_OK)
        rc = take_space(s);
    if (rc != SL_OK)
        return rc;
    if (s->end - s->p < 4) /* one byte more than the digits */
        return SL_AGAIN;
    line->status = 0;
    for (int i = 0; i < 3; i++, s->p++) {
        if (!char_is_digit(*s->p))
            return refuse(s, SL_SYNTAX, STR("malformed status code"));
        line->status = line->status * 10 + (*s->p - '0');
    }
    if (line->status < 100 || line->status > 599)
        return refuse(s, SL_SYNTAX, STR("status code out of range"));
    /* The space is often left out when no reason follows. */
    if (*s->p != '\r') {
        rc = take_space(s);
        if (rc != SL_OK)
            return rc;
        if (!skip_value(s))
            return SL_AGAIN;
    }
    return take_line_end(s);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static enum sl_rc read_field(struct scan *s, struct http_field *f)
{
    const char *from = s->p;
    const char *to;
    enum sl_rc rc;

    if (!skip(s, HTTP_TOKEN))
        return SL_AGAIN;
    if (*s->p != ':' || s->p == from)
        return refuse(s, SL_SYNTAX,
                      STR("a field name, then a colon must stand here"));
    f->name = str_range(from, s->p);
    s->p++;
    while (s->p != s->end && is_blank(*s->p))
        s->p++;
    from = s->p;
    if (!skip_value(s))
        return SL_AGAIN;
    to = s->p;
    rc = take_line_end(s);
    if (rc != SL_OK)
        return rc;
    while (to != from && is_blank(to[-1]))
        to--;
    f->value = str_range(from, to);
    f->secret = NULL;
    return SL_OK;
}

/* Reads on from the first line that was not complete. */
static enum sl_rc read_lines(struct head *h, struct scan *s,
                             struct http_field *fields, size_t max_fields,
                             struct start_line *line)
{
    enum sl_rc rc;

    s->p = s->start + h->seen;
    if (!h->has_start) {
        rc = s->is_response ? read_status_line(s, line)
                            : read_request_line(s, line);
        if (rc != SL_OK)
            return rc;
        h->has_start = true;
        h->seen = (size_t)(s->p - s->start);
    }
    while (s->p != s->end && *s->p != '\r') {
        if (h->n_fields == max_fields)
            return refuse(s, SL_HEAD_TOO_LARGE, STR("too many fields"));
        rc = read_field(s, &fields[h->n_fields]);
        if (rc != SL_OK)
            return rc;
        h->n_fields++;
        h->seen = (size_t)(s->p - s->start);
    }
    return take_line_end(s);
}

static enum sl_rc read_head(struct head *h, struct scan *s,
                            const struct head_limits *limits,
                            struct http_field *fields, struct start_line *line)
{
    bool is_over = (size_t)(s->end - s->start) >= limits->bytes;
    bool is_first = h->seen == 0;
    enum sl_rc rc;

    SL_ASSERT(h->seen <= (size_t)(s->end - s->start));
    if (is_over)
        s->end = s->start + limits->bytes;
    rc = read_lines(h, s, fields, limits->fields, line);
    if (rc == SL_OK && !is_first) {
        *h = (struct head){0};
        rc = read_lines(h, s, fields, limits->fields, line);
    }
    if (rc == SL_AGAIN && is_over)
        return refuse(s, SL_HEAD_TOO_LARGE, STR("the head is too large"));
    return rc;
}

/* White space behind a value is not part of it, but more than one reader
 * takes a tab there for a part of it, and "chunked\t" for another coding. The
 * bytes up to the line's CR are there. */
static bool has_tab_behind(struct str value)
{
    const char *p = value.p + value.n;

    while (*p == ' ')
        p++;
    return *p == '\t';
}

static enum sl_rc note_length(struct scan *s, struct facts *k, struct str value)
{
    if (k->has_length)
        return refuse_at(s, SL_SYNTAX, value.p,
                         STR("content-length stands twice"));
    k->has_length = true;
    if (!num_u64(value, &k->length) || k->length > INT64_MAX ||
        has_tab_behind(value))
        return refuse_at(s, SL_SYNTAX, value.p,
                         STR("malformed content-length"));
    return SL_OK;
}

static enum sl_rc note_codings(struct scan *s, struct facts *k,
                               struct str value)
{
    struct str rest = value;
    struct str item;

    k->has_coding = true;
    while (http_list_next(&rest, &item)) {
        /* Nothing may follow `chunked`, not even itself. */
        if (k->chunked || item.n == 0 || has_tab_behind(value))
            return refuse_at(s, SL_SYNTAX, value.p,
                             STR("malformed transfer-encoding"));
        if (str_eq_nocase(item, STR("chunked")))
            k->chunked = true;
        else
            k->unknown_coding = true;
    }
    return SL_OK;
}

/* What is no list of tokens ends the connection: that is safe whatever the
 * peer makes of it. */
static void note_connection(struct facts *k, struct str value)
{
    struct str rest = value;
    struct str item;

    while (http_list_next(&rest, &item)) {
        k->close |=
            !http_is_of(item, HTTP_TOKEN) || (item.n == 0 && value.n != 0);
        k->close |= str_eq_nocase(item, STR("close"));
        k->keep_alive |=
            str_eq_nocase(item, STR("keep-alive")) && !has_tab_behind(value);
    }
}

static enum sl_rc note_host(struct scan *s, struct facts *k, struct str value)
{
    if (s->is_response)
        return SL_OK;
    if (k->has_host)
        return refuse_at(s, SL_SYNTAX, value.p, STR("host stands twice"));
    if (!is_authority(value))
        return refuse_at(s, SL_SYNTAX, value.p, STR("malformed host"));
    k->has_host = true;
    k->host = value;
    return SL_OK;
}

static enum sl_rc note_expect(struct scan *s, struct facts *k, struct str value)
{
    if (s->is_response)
        return SL_OK;
    if (!str_eq_nocase(value, STR("100-continue")))
        return refuse_at(s, SL_EXPECTATION, value.p,
                         STR("only 100-continue can be expected"));
    k->expects = true;
    return SL_OK;
}

static enum sl_rc note_field(struct scan *s, struct facts *k,
                             const struct http_field *f)
{
    switch (f->name.n) {
    case 4:
        if (str_eq_nocase(f->name, STR("host")))
            return note_host(s, k, f->value);
        break;
    case 6:
        if (str_eq_nocase(f->name, STR("expect")))
            return note_expect(s, k, f->value);
        break;
    case 10:
        if (str_eq_nocase(f->name, STR("connection")))
            note_connection(k, f->value);
        break;
    case 14:
        if (str_eq_nocase(f->name, STR("content-length")))
            return note_length(s, k, f->value);
        break;
    case 17:
        if (str_eq_nocase(f->name, STR("transfer-encoding")))
            return note_codings(s, k, f->value);
        break;
    }
    return SL_OK;
}

/* What both kinds of messages have in common; the head is complete. */
static enum sl_rc note_fields(struct scan *s, struct facts *k,
                              const struct http_fields *fields, bool is_http10)
{
    for (size_t i = 0; i < fields->n; i++) {
        enum sl_rc rc = note_field(s, k, &fields->v[i]);

        if (rc != SL_OK)
            return rc;
    }
    if (!k->has_coding)
        return SL_OK;
    if (k->has_length)
        return refuse(s, SL_SYNTAX,
                      STR("content-length with transfer-encoding"));
    if (is_http10)
        return refuse(s, SL_SYNTAX, STR("transfer-encoding in HTTP/1.0"));
    if (k->unknown_coding)
        return refuse(s, SL_UNSUPPORTED, STR("unknown transfer coding"));
    return SL_OK;
}

static struct http_framing frame(const struct facts *k, bool is_http10)
{
    struct http_framing f = {
        .keep_alive = !k->close && (!is_http10 || k->keep_alive),
    };

    if (k->chunked) {
        f.body = HTTP_BODY_CHUNKED;
    } else if (k->has_length) {
        f.body = HTTP_BODY_LENGTH;
        f.length = k->length;
    }
    return f;
}

// NOLINTNEXTLINE(readability-function-size): two inputs and three outputs
enum sl_rc head_request(struct head *h, struct str bytes,
                        const struct head_limits *limits,
                        struct http_field *fields, struct http_request *req,
                        struct http_framing *framing, struct err *err)
{
    struct scan s = scan_of(bytes, err, false);
    struct start_line line = {0};
    struct facts k = {0};
    struct http_fields found = {fields, 0};
    enum sl_rc rc = SL_AGAIN;

    if (bytes.n != 0)
        rc = read_head(h, &s, limits, fields, &line);
    if (rc != SL_OK)
        return rc;
    found.n = h->n_fields;
    rc = note_fields(&s, &k, &found, line.is_http10);
    if (rc != SL_OK)
        return rc;
    if (!k.has_host && !line.is_http10)
        return refuse(&s, SL_SYNTAX, STR("a host field is missing"));
    h->used = (size_t)(s.p - s.start);
    *framing = frame(&k, line.is_http10);
    /* RFC 9110, section 10.1.1: HTTP/1.0 cannot expect, and who sends no
     * content has nothing to wait for. */
    framing->expects_continue =
        k.expects && !line.is_http10 && (k.chunked || k.length != 0);
    *req = (struct http_request){
        .method = http_method_of(line.method),
        .method_text = line.method,
        .target = line.target,
        .host = line.host.n != 0 ? line.host : k.host,
        .fields = found,
        .is_http10 = line.is_http10,
    };
    return SL_OK;
}

/* RFC 9112, section 6.3: the length of a response's body. */
static enum sl_rc frame_response(struct scan *s, const struct facts *k,
                                 int status, enum http_method method,
                                 struct http_framing *framing)
{
    bool has_body = k->chunked || k->length != 0;

    if (status < 200 && has_body)
        return refuse(s, SL_UP_GARBAGE, STR("a 1xx answer has no body"));
    if (status < 200 || status == 204 || status == 304 || method == HTTP_HEAD) {
        /* What calls itself a body of a 204 may follow all the same: then
         * nothing else can be read from this connection. */
        if (status == 204 && has_body)
            framing->keep_alive = false;
        framing->body = HTTP_BODY_NONE;
        framing->length = 0;
    } else if (framing->body == HTTP_BODY_NONE) {
        framing->body = HTTP_BODY_CLOSE;
        framing->keep_alive = false;
    }
    return SL_OK;
}

// NOLINTNEXTLINE(readability-function-size): as above, and the method
enum sl_rc head_response(struct head *h, struct str bytes,
                         const struct head_limits *limits,
                         enum http_method method, struct http_field *fields,
                         struct http_response *res,
                         struct http_framing *framing, struct err *err)
{
    struct scan s = scan_of(bytes, err, true);
    struct start_line line = {0};
    struct facts k = {0};
    struct http_fields found = {fields, 0};
    struct http_framing f;
    enum sl_rc rc = SL_AGAIN;

    if (bytes.n != 0)
        rc = read_head(h, &s, limits, fields, &line);
    if (rc != SL_OK)
        return rc;
    found.n = h->n_fields;
    rc = note_fields(&s, &k, &found, line.is_http10);
    if (rc != SL_OK)
        return rc;
    f = frame(&k, line.is_http10);
    rc = frame_response(&s, &k, line.status, method, &f);
    if (rc != SL_OK)
        return rc;
    h->used = (size_t)(s.p - s.start);
    *framing = f;
    *res = (struct http_response){line.status, found, line.is_http10};
    return SL_OK;
}

static void write_escaped(struct buf *out, struct str target)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < target.n; i++) {
        unsigned char c = (unsigned char)target.p[i];
        const char escape[] = {'%', digits[c >> 4], digits[c & 15]};

        if (http_is(target.p[i], HTTP_TARGET))
            buf_add_char(out, target.p[i]);
        else
            buf_add(out, (struct str){escape, sizeof escape});
    }
}

static bool is_value(struct str s)
{
    struct scan scan = scan_of(s, NULL, false);

    return !skip_value(&scan);
}

void head_write_field(struct buf *out, const struct http_field *f)
{
    if (f->name.n == 0 || !http_is_of(f->name, HTTP_TOKEN) ||
        !is_value(f->value) ||
        (f->secret != NULL && !secret_fits_field(f->secret)))
        return;
    buf_add(out, f->name);
    buf_add(out, STR(": "));
    buf_add(out, f->value);
    if (f->secret != NULL)
        secret_write(out, f->secret);
    buf_add(out, STR("\r\n"));
}

static bool is_length(const struct http_field *f)
{
    return f->name.n == 14 && str_eq_nocase(f->name, STR("content-length"));
}

static bool is_coding(const struct http_field *f)
{
    return f->name.n == 17 && str_eq_nocase(f->name, STR("transfer-encoding"));
}

static void write_fields(struct buf *out, const struct http_fields *fields,
                         const struct http_framing *framing, bool keep_length)
{
    for (size_t i = 0; i < fields->n; i++) {
        const struct http_field *f = &fields->v[i];

        if (!is_coding(f) && (keep_length || !is_length(f)))
            head_write_field(out, f);
    }
    switch (framing->body) {
    case HTTP_BODY_LENGTH:
        buf_add(out, STR("content-length: "));
        buf_add_u64(out, framing->length);
        buf_add(out, STR("\r\n"));
        break;
    case HTTP_BODY_CHUNKED:
        buf_add(out, STR("transfer-encoding: chunked\r\n"));
        break;
    case HTTP_BODY_NONE:
    case HTTP_BODY_CLOSE:
        break;
    }
    buf_add(out, STR("\r\n"));
}

void head_write_request(struct buf *out, struct str method, struct str target,
                        const struct http_fields *fields,
                        const struct http_framing *framing)
{
    SL_ASSERT(method.n != 0 && http_is_of(method, HTTP_TOKEN));
    buf_add(out, method);
    buf_add_char(out, ' ');
    if (target.n == 0)
        buf_add_char(out, '/');
    else if (http_is_of(target, HTTP_TARGET))
        buf_add(out, target);
    else
        write_escaped(out, target);
    buf_add(out, STR(" HTTP/1.1\r\n"));
    write_fields(out, fields, framing, false);
}

void head_write_response(struct buf *out, int status,
                         const struct http_fields *fields,
                         const struct http_framing *framing)
{
    SL_ASSERT(status >= 100 && status <= 999);
    buf_add(out, STR("HTTP/1.1 "));
    buf_add_u64(out, (uint64_t)status);
    buf_add_char(out, ' ');
    buf_add(out, http_reason(status));
    buf_add(out, STR("\r\n"));
    write_fields(out, fields, framing, framing->body == HTTP_BODY_NONE);
}
