/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <http_parser.h>
#include <limits.h>

static int on_url(http_parser *p, const char *at, size_t n)
{
    struct oracle *o = p->data;

    o->url = (struct str){at, n};
    return 0;
}

static int on_name(http_parser *p, const char *at, size_t n)
{
    struct oracle *o = p->data;

    if (o->n_fields == ORACLE_FIELDS)
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
    o->keep_alive = http_should_keep_alive(p) != 0;
    o->chunked = (p->flags & F_CHUNKED) != 0;
    o->has_length = p->content_length != ULLONG_MAX;
    o->length = o->has_length ? p->content_length : 0;
    o->is_http10 = p->http_minor == 0;
    if (o->is_response)
        o->status = (int)p->status_code;
    else
        o->method = str_of(http_method_str((enum http_method)p->method));
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

static void start(struct oracle *o, http_parser *p)
{
    *o = (struct oracle){.is_response = o->is_response,
                         .skips_body = o->skips_body};
    http_parser_init(p, o->is_response ? HTTP_RESPONSE : HTTP_REQUEST);
    p->data = o;
}

bool oracle_is_head(struct oracle *o, struct str head)
{
    http_parser p;

    start(o, &p);
    return feed(o, &p, str_first(head, head.n - 1)) && !o->is_complete &&
           feed(o, &p, str_skip(head, head.n - 1)) && o->is_complete;
}

bool oracle_starts_with_head(struct oracle *o, struct str text)
{
    http_parser p;

    start(o, &p);
    (void)feed(o, &p, text);
    return o->is_complete;
}
