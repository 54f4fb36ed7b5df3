/* SPDX-License-Identifier: MIT */
/* Our reader of HTTP heads against another one, libhttp-parser in its strict
 * mode: what we accept it must accept too, and understand the same. That we
 * refuse more is fine, and counted.
 *
 *     check_heads [HEADS [SEED]]      a seed replays a failure
 *
 * Heads are put together from good and bad parts, and most are then damaged a
 * little. Deliberate differences are listed in is_exception. */
#include "core/http/head.h"

#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_HEAD = 4096, MAX_FIELDS = ORACLE_FIELDS, SHOWN = 10 };

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
    abort();
}

/* ---- heads ---- */

static const char *const methods[] = {
    "GET",   "POST",    "PUT",  "DELETE", "HEAD", "PATCH",   "OPTIONS",
    "GET",   "POST",    "POST", "get",    "PRI",  "TRACE",   "CONNECT",
    "MKCOL", "UNHEARD", "GE T", "",       "G\"T", "\r\nGET", "\r\n\r\n\r\nGET",
};

static const char *const targets[] = {
    "/",
    "/v1/chat/completions",
    "/a?b=c&d",
    "//a/../b/./%2e",
    "/a%20b;c,d@e:f=g+h$i!j*k'l(m)n~o",
    "/?\"<>\\^`{|}[]",
    "*",
    "http://a.b/c",
    "http://a:80",
    "https://[::1]:8080/?x",
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

static const char *const versions[] = {
    "HTTP/1.1",  "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1",
    "HTTP/1.0",  "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/1.2",
    "HTTP/1.10", "HTTP/11",  "http/1.1", "HTTP/1.",  "",
};

static const char *const statuses[] = {
    "200 OK",   "200 ",         "200",      "100 Continue", "204 No Content",
    "304 Same", "404 \xC3\xA9", "503 a  b", "599 x",        "600 x",
    "099 x",    "20 x",         "2000 x",   " 200 x",       "200  x",
};

static const char *const field_lines[] = {
    "Host: a",
    "Host: a:80",
    "Host: [::1]:80",
    "host: a.b-c_d~e",
    "Content-Length: 0",
    "Content-Length: 5",
    "content-length:\t007 ",
    "Content-Length: 9223372036854775807",
    "Content-Length: 18446744073709551615",
    "Content-Length: 18446744073709551621",
    "Content-Length: 99999999999999999999999",
    "Content-Length: +5",
    "Content-Length: -5",
    "Content-Length: 0x5",
    "Content-Length: 5, 5",
    "Content-Length: 5 5",
    "Content-Length: 5,5",
    "Content-Length:",
    "Content_Length: 5",
    "Transfer-Encoding: chunked",
    "transfer-encoding:CHUNKED\t",
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
    "Transfer-Encoding: \x0B"
    "chunked",
    "Transfer-Encoding:",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: Keep-Alive, close",
    "Connection: a,close , b",
    "Connection: closed",
    "Connection: upgrade",
    "Connection:",
    "Upgrade: websocket",
    "Proxy-Connection: close",
    "Expect: 100-continue",
    "Expect: 200",
    "Accept: */*",
    "User-Agent:  a b\tc \t",
    "X-High: \xC3\xA9\xFF",
    "X-Empty:",
    "!#$%&'*+-.^_`|~09azAZ: x",
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

static const char *const line_ends[] = {"\r\n", "\r\n", "\r\n",   "\r\n",
                                        "\r\n", "\r\n", "\r\n",   "\r\n",
                                        "\n",   "\r",   "\r\r\n", ""};

/* Marsaglia's xorshift64*: good enough, and the same everywhere. */
static uint64_t state;

static size_t pick(size_t n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)(state * 0x2545F4914F6CDD1DU >> 33) % n;
}

#define PICK(list) (list)[pick(SL_LEN(list))]

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

static const char *line_end(bool is_clean)
{
    return is_clean ? "\r\n" : PICK(line_ends);
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

static void make_head(struct sample *s)
{
    bool is_clean = pick(4) != 0;
    size_t n_fields = pick(6);

    s->n = 0;
    s->is_response = pick(3) == 0;
    if (s->is_response) {
        add(s, PICK(versions));
        add(s, " ");
        add(s, PICK(statuses));
    } else {
        add(s, PICK(methods));
        add(s, " ");
        add(s, PICK(targets));
        add(s, pick(20) == 0 ? "  " : " ");
        add(s, PICK(versions));
    }
    add(s, line_end(is_clean));
    if (!s->is_response && pick(8) != 0) {
        add(s, "Host: h");
        add(s, line_end(is_clean));
    }
    for (size_t i = 0; i < n_fields; i++) {
        add(s, PICK(field_lines));
        add(s, line_end(is_clean));
    }
    add(s, line_end(is_clean));
    if (pick(3) == 0)
        for (size_t i = pick(3); i > 0 && s->n > 1; i--)
            damage(s);
    if (pick(4) == 0)
        add(s, "5\r\nhello\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");
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

/* We accept it, the other does not, and that is right so. */
static bool is_exception(const struct ours *o, const struct sample *s,
                         const struct oracle *other)
{
    /* It has a list of methods; we pass any token on. */
    return !s->is_response && o->req.method == HTTP_OTHER &&
           other->is_unknown_method;
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
    if (f->keep_alive && !other->keep_alive)
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
    const char *why = NULL;

    if (ask_ours(&ours, s, &h, fields,
                 other.skips_body ? HTTP_HEAD : HTTP_GET) != SL_OK) {
        if (oracle_starts_with_head(&other, text))
            k->stricter++;
        else
            k->refused++;
        return;
    }
    if (oracle_is_head(&other, str_first(text, h.used))) {
        why = compare(&ours, &other);
    } else if (is_exception(&ours, s, &other)) {
        k->exceptions++;
        return;
    } else {
        why = other.error;
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
    if (k.accepted < n / 50) {
        printf("too few heads were accepted\n");
        k.failed++;
    }
    printf("%lu passed, %lu failed\n",
           k.accepted + k.refused + k.stricter + k.exceptions, k.failed);
    return k.failed == 0 ? 0 : 1;
}
