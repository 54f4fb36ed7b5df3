/* SPDX-License-Identifier: MIT */
/* Our reader of HTTP heads against another one, libhttp-parser in its strict
 * mode: what we accept it must accept too, and understand the same. That we
 * refuse more is fine, and counted.
 *
 *     check_heads [HEADS [SEED]]      a seed replays a failure
 *
 * Heads are put together from good and a few bad parts, and some are then
 * damaged a little. Deliberate differences are listed in is_exception. */
/* Its names of methods are ours, too. */
#define http_method other_method
#define HTTP_GET OTHER_GET
#define HTTP_HEAD OTHER_HEAD
#define HTTP_POST OTHER_POST
#define HTTP_PUT OTHER_PUT
#define HTTP_DELETE OTHER_DELETE
#define HTTP_PATCH OTHER_PATCH
#define HTTP_OPTIONS OTHER_OPTIONS
#include <http_parser.h>
#undef http_method
#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_POST
#undef HTTP_PUT
#undef HTTP_DELETE
#undef HTTP_PATCH
#undef HTTP_OPTIONS

#include "core/http/head.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_HEAD = 4096, MAX_FIELDS = 64, SHOWN = 10 };

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
    abort();
}

/* ---- heads ---- */

/* Parts of heads: the first n_good of them are valid. */
struct parts {
    const char *const *v;
    size_t n_good, n;
};

#define PARTS(list, n_good)        \
    {                              \
        list, n_good, SL_LEN(list) \
    }

static const char *const method_list[] = {
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "HEAD",
    "PATCH",
    "OPTIONS",
    "MKCOL",
    "UNHEARD",
    "\r\nGET",
    /* not good */
    "get",
    "PRI",
    "TRACE",
    "CONNECT",
    "GE T",
    "",
    "G\"T",
    "\r\n\r\n\r\nGET",
    "\nGET",
};
static const struct parts methods = PARTS(method_list, 10);

static const char *const target_list[] = {
    "/",
    "/v1/chat/completions",
    "/a?b=c&d",
    "//a/../b/./%2e",
    "/a%20b;c,d@e:f=g+h$i!j*k'l(m)n~o",
    "/?\"<>\\^`{|}[]",
    "http://a.b/c",
    "http://a:80",
    "https://[::1]:8080/?x",
    /* not good */
    "*",
    "http://u:p@a/",
    "http://a?b",
    "http:///a",
    "ftp://a/",
    "a:443",
    "/a#b",
    "/a b",
    "/\xC3\xA9",
    "?a",
    "",
};
static const struct parts targets = PARTS(target_list, 9);

static const char *const version_list[] = {
    "HTTP/1.1",
    "HTTP/1.1",
    "HTTP/1.1",
    "HTTP/1.0",
    /* not good */
    "HTTP/2.0",
    "HTTP/0.9",
    "HTTP/1.2",
    "HTTP/1.10",
    "HTTP/11",
    "http/1.1",
    "HTTP/1.",
    "",
};
static const struct parts versions = PARTS(version_list, 4);

static const char *const status_list[] = {
    "200 OK",
    "200 ",
    "200",
    "100 Continue",
    "204 No Content",
    "304 Same",
    "404 \xC3\xA9",
    "503 a  b",
    "599 x",
    /* not good */
    "600 x",
    "099 x",
    "20 x",
    "2000 x",
    " 200 x",
    "200\tx",
};
static const struct parts statuses = PARTS(status_list, 9);

/* Good ones, each for itself. */
static const char *const field_list[] = {
    "Content-Length: 0",
    "Content-Length: 5",
    "content-length:\t007 ",
    "Content-Length: 9223372036854775807",
    "Content_Length: 5",
    "Transfer-Encoding: chunked",
    "transfer-encoding:CHUNKED ",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: Keep-Alive, close",
    "Connection: a,close , b",
    "Connection: closed",
    "Connection: keep-alive\t",
    "Connection: upgrade",
    "Connection:",
    "Upgrade: websocket",
    "Proxy-Connection: close",
    "Expect: 100-continue",
    "Accept: */*",
    "User-Agent:  a b\tc \t",
    "X-High: \xC3\xA9\xFF",
    "X-Empty:",
    "!#$%&'*+-.^_`|~09azAZ: x",
    /* not good */
    "Host: a:80",
    "host: a/b",
    "Content-Length: 18446744073709551615",
    "Content-Length: 18446744073709551621",
    "Content-Length: 99999999999999999999999",
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 0x5",
    "Content-Length: 5, 5",
    "Content-Length: 5 5",
    "Content-Length: 5,5",
    "Content-Length: 5\t",
    "Content-Length:",
    "Transfer-Encoding: chunked\t",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunkedx",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked;a",
    "Transfer-Encoding: chunked,",
    "Transfer-Encoding: ,chunked",
    "Transfer-Encoding: \013chunked",
    "Transfer-Encoding:",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    "Expect: 200",
    "X-Del: \x7F",
    "X-Low: \x01",
    "X: a\r\n b",
    "X: a\r\n\tb",
    " X: a",
    ": a",
    "X a: b",
    "X",
    "X: a\rb",
    "X: a\nTransfer-Encoding: chunked",
    "X(: a",
};
static const struct parts field_lines = PARTS(field_list, 23);

static const char *const line_end_list[] = {
    "\r\n",
    /* not good */
    "\n",
    "\r",
    "\r\r\n",
    "",
};
static const struct parts line_ends = PARTS(line_end_list, 1);

/* Marsaglia's xorshift64*: good enough, and the same everywhere. */
static uint64_t state;

static size_t pick(size_t n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)(state * 0x2545F4914F6CDD1DU >> 33) % n;
}

/* Mostly a good one. */
static const char *pick_part(const struct parts *p)
{
    return p->v[pick(20) == 0 ? pick(p->n) : pick(p->n_good)];
}

struct sample {
    char text[MAX_HEAD];
    size_t n;
    bool is_response;
};

static void add(struct sample *s, const char *text)
{
    size_t n = strlen(text);

    memcpy(s->text + s->n, text, n);
    s->n += n;
}

static void damage(struct sample *s)
{
    static const char bytes[] = {
        '\r', '\n', '\0',   ' ',    '\t',   ':',    ',', ';', '"', '0',
        'a',  '/',  '\x0B', '\x7F', '\x80', '\xFF', '-', '#', '.', '1'};
    size_t at = pick(s->n);

    switch (pick(4)) {
    case 0:
        s->text[at] = bytes[pick(sizeof bytes)];
        break;
    case 1:
        memmove(s->text + at, s->text + at + 1, s->n - at - 1);
        s->n--;
        break;
    case 2:
        memmove(s->text + at + 1, s->text + at, s->n - at);
        s->text[at] = bytes[pick(sizeof bytes)];
        s->n++;
        break;
    case 3:
        s->text[at] = (char)pick(256);
        break;
    }
}

static void add_line(struct sample *s, const char *text)
{
    add(s, text);
    add(s, pick_part(&line_ends));
}

static void make_head(struct sample *s)
{
    s->n = 0;
    s->is_response = pick(3) == 0;
    if (s->is_response) {
        add(s, pick_part(&versions));
        add(s, " ");
        add_line(s, pick_part(&statuses));
    } else {
        add(s, pick_part(&methods));
        add(s, " ");
        add(s, pick_part(&targets));
        add(s, pick(20) == 0 ? "  " : " ");
        add_line(s, pick_part(&versions));
        if (pick(20) != 0)
            add_line(s, pick(4) == 0 ? "host: [::1]:80" : "Host: a.b-c_d~e");
    }
    for (size_t i = pick(5); i > 0; i--)
        add_line(s, pick_part(&field_lines));
    add_line(s, "");
    if (pick(3) == 0)
        for (size_t i = pick(3); i > 0 && s->n > 1; i--)
            damage(s);
    if (pick(4) == 0)
        add(s, "5\r\nhello\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");
}

/* ---- the other reader ---- */

struct oracle {
    bool is_response;
    bool skips_body; /* the answer is one to HEAD */
    /* What it found. */
    bool is_complete;
    struct str method, url;
    int status;
    bool is_http10;
    struct str names[MAX_FIELDS], values[MAX_FIELDS];
    size_t n_fields;
    bool chunked, has_length;
    uint64_t length;
    bool keep_alive; /* of oracle_is_head alone */
    /* What it did not like. */
    const char *error;
    bool is_unknown_method;
};

static int on_url(http_parser *p, const char *at, size_t n)
{
    struct oracle *o = p->data;

    o->url = (struct str){at, n};
    return 0;
}

static int on_name(http_parser *p, const char *at, size_t n)
{
    struct oracle *o = p->data;

    if (o->n_fields == MAX_FIELDS)
        return 1;
    o->names[o->n_fields] = (struct str){at, n};
    o->values[o->n_fields] = (struct str){0};
    o->n_fields++;
    return 0;
}

/* A folded value comes in pieces; we refuse those, so its length need not be
 * exact. */
static int on_value(http_parser *p, const char *at, size_t n)
{
    struct oracle *o = p->data;
    struct str *value = &o->values[o->n_fields - 1];

    if (value->p == NULL)
        value->p = at;
    value->n += n;
    return 0;
}

static int on_complete(http_parser *p)
{
    struct oracle *o = p->data;

    /* A second head behind the first is not ours. */
    if (o->is_complete)
        return 0;
    o->is_complete = true;
    o->chunked = (p->flags & F_CHUNKED) != 0;
    o->has_length = p->content_length != ULLONG_MAX;
    o->length = o->has_length ? p->content_length : 0;
    o->is_http10 = p->http_minor == 0;
    if (o->is_response)
        o->status = (int)p->status_code;
    else
        o->method = str_of(http_method_str((enum other_method)p->method));
    return o->skips_body ? 1 : 0;
}

static bool feed(struct oracle *o, http_parser *p, struct str s)
{
    static const http_parser_settings settings = {
        .on_url = on_url,
        .on_header_field = on_name,
        .on_header_value = on_value,
        .on_headers_complete = on_complete,
    };
    size_t n = http_parser_execute(p, &settings, s.p, s.n);
    enum http_errno e = HTTP_PARSER_ERRNO(p);

    o->error = http_errno_description(e);
    o->is_unknown_method = e == HPE_INVALID_METHOD;
    return n == s.n && e == HPE_OK;
}

static void oracle_start(struct oracle *o, http_parser *p)
{
    *o = (struct oracle){.is_response = o->is_response,
                         .skips_body = o->skips_body};
    http_parser_init(p, o->is_response ? HTTP_RESPONSE : HTTP_REQUEST);
    p->data = o;
}

/* True when `head` is one head from its first byte to its last. */
static bool oracle_is_head(struct oracle *o, struct str head)
{
    http_parser p;

    oracle_start(o, &p);
    if (!feed(o, &p, str_first(head, head.n - 1)) || o->is_complete ||
        !feed(o, &p, str_skip(head, head.n - 1)) || !o->is_complete)
        return false;
    /* Known only now: that there is no body counts as well. */
    o->keep_alive = http_should_keep_alive(&p) != 0;
    return true;
}

/* True when `text` begins with a head. */
static bool oracle_starts_with_head(struct oracle *o, struct str text)
{
    http_parser p;

    oracle_start(o, &p);
    (void)feed(o, &p, text);
    return o->is_complete;
}

/* ---- both ---- */

struct ours {
    struct http_request req;
    struct http_response res;
    struct http_framing framing;
    struct http_fields fields;
};

static enum sl_rc ask_ours(struct ours *o, const struct sample *s,
                           struct head *h, struct http_field *fields,
                           enum http_method method)
{
    static const struct head_limits limits = {MAX_HEAD, MAX_FIELDS};
    struct str in = {s->text, s->n};
    enum sl_rc rc;

    if (s->is_response) {
        rc = head_response(h, in, &limits, method, fields, &o->res, &o->framing,
                           NULL);
        o->fields = o->res.fields;
    } else {
        rc = head_request(h, in, &limits, fields, &o->req, &o->framing, NULL);
        o->fields = o->req.fields;
    }
    return rc;
}

/* We accept it, the other does not, or reads something else; and that is
 * right so. */
static bool is_exception(const struct ours *o, const struct oracle *other)
{
    /* It has a list of methods; we pass any token on. */
    if (!other->is_response && o->req.method == HTTP_OTHER &&
        other->is_unknown_method)
        return true;
    /* A mistake of its last version: it takes every name that begins with
     * Transfer-Encoding for that. */
    for (size_t i = 0; i < o->fields.n; i++)
        if (o->fields.v[i].name.n > 17 &&
            str_starts_nocase(o->fields.v[i].name, STR("transfer-encoding")))
            return true;
    return false;
}

static bool same_fields(const struct http_fields *ours,
                        const struct oracle *other)
{
    if (ours->n != other->n_fields)
        return false;
    for (size_t i = 0; i < ours->n; i++) {
        struct str value = other->values[i];

        /* It leaves white space at the end. */
        while (value.n != 0 &&
               (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t'))
            value.n--;
        if (!str_eq(ours->v[i].name, other->names[i]) ||
            !str_eq(ours->v[i].value, value))
            return false;
    }
    return true;
}

/* The absolute form ends in our target, save where that was added. */
static bool same_target(struct str target, struct str url)
{
    return str_eq(target, url) ||
           (str_starts_nocase(url, STR("http")) &&
            (str_ends(url, target) || str_eq(target, STR("/")) ||
             str_eq(target, STR("*"))));
}

static const char *compare_start(const struct ours *ours,
                                 const struct oracle *other)
{
    if (other->is_response) {
        if (ours->res.status != other->status)
            return "status";
        return ours->res.is_http10 != other->is_http10 ? "version" : NULL;
    }
    if (!str_eq(ours->req.method_text, other->method))
        return "method";
    if (!same_target(ours->req.target, other->url))
        return "target";
    return ours->req.is_http10 != other->is_http10 ? "version" : NULL;
}

/* Why they differ; NULL when they don't. */
static const char *compare(const struct ours *ours, const struct oracle *other)
{
    const struct http_framing *f = &ours->framing;
    const char *why = compare_start(ours, other);

    if (why != NULL)
        return why;
    if (!same_fields(&ours->fields, other))
        return "fields";
    /* It takes Proxy-Connection for Connection, which RFC 9112, appendix
     * C.2.2, warns of. */
    if (f->keep_alive && !other->keep_alive &&
        http_find(&ours->fields, STR("proxy-connection")) == NULL)
        return "kept alive by us alone";
    if (other->is_response && f->body == HTTP_BODY_NONE)
        return NULL; /* because of its status or HEAD, whatever it says */
    if ((f->body == HTTP_BODY_CHUNKED) != other->chunked)
        return "chunked";
    if ((f->body == HTTP_BODY_LENGTH) != other->has_length)
        return "has a length";
    return f->length != other->length ? "length" : NULL;
}

struct counts {
    unsigned long accepted, refused, stricter, exceptions, failed;
};

static void print_escaped(const struct sample *s)
{
    for (size_t i = 0; i < s->n; i++) {
        unsigned char c = (unsigned char)s->text[i];

        if (c == '\n')
            printf("\\n\n    ");
        else if (c == '\r')
            printf("\\r");
        else
            printf(c < 32 || c > 126 ? "\\x%02x" : "%c", c);
    }
    printf("\n");
}

static void check(struct counts *k, const struct sample *s, size_t number)
{
    struct http_field fields[MAX_FIELDS];
    struct str text = {s->text, s->n};
    struct head h = {0};
    struct ours ours = {0};
    struct oracle other = {.is_response = s->is_response,
                           .skips_body = s->is_response && pick(8) == 0};
    const char *why;

    if (ask_ours(&ours, s, &h, fields,
                 other.skips_body ? HTTP_HEAD : HTTP_GET) != SL_OK) {
        if (oracle_starts_with_head(&other, text))
            k->stricter++;
        else
            k->refused++;
        return;
    }
    why = oracle_is_head(&other, str_first(text, h.used))
              ? compare(&ours, &other)
              : other.error;
    if (why != NULL && is_exception(&ours, &other)) {
        k->exceptions++;
        return;
    }
    if (why == NULL) {
        k->accepted++;
        return;
    }
    if (k->failed++ < SHOWN) {
        printf("head %zu: %s\n    ", number, why);
        print_escaped(s);
    }
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 300000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    struct counts k = {0};
    static struct sample s;

    state = seed * 2 + 1;
    for (size_t i = 0; i < n; i++) {
        make_head(&s);
        check(&k, &s, i);
    }
    printf("seed %lu: both accept %lu, both refuse %lu, we alone refuse %lu, "
           "deliberately accepted %lu\n",
           (unsigned long)seed, k.accepted, k.refused, k.stricter,
           k.exceptions);
    /* Heads that are all refused would prove nothing. */
    if (k.accepted < n / 4) {
        printf("too few heads were accepted\n");
        k.failed++;
    }
    printf("%lu passed, %lu failed\n",
           k.accepted + k.refused + k.stricter + k.exceptions, k.failed);
    return k.failed == 0 ? 0 : 1;
}
