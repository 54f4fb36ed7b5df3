/* SPDX-License-Identifier: MIT */
/* HTTP messages: methods, fields, status codes (RFC 9110), and what every
 * host and the exchange hand each other. */
#ifndef SL_HTTP_H
#define SL_HTTP_H

#include "core/base/arena.h"
#include "core/base/rc.h"
#include "core/base/str.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_DELETE,
    HTTP_PATCH,
    HTTP_OPTIONS,
    HTTP_OTHER, /* any other token; CONNECT and TRACE are refused by the codec
                 */
};

struct secret;

/* One field. Where `secret` is set, its text follows `value` on the wire: a
 * key is never copied into a slice that a log could print. */
struct http_field {
    struct str name, value;
    const struct secret *secret;
};

struct http_fields {
    struct http_field *v;
    size_t n;
};

struct http_request {
    enum http_method method;
    struct str method_text;
    struct str target; /* as sent: origin-form; absolute-form reduced to it */
    struct str host;   /* of the Host field, or the absolute form */
    struct http_fields fields;
    bool is_http10;
};

struct http_response {
    int status;
    struct http_fields fields;
    bool is_http10;
};

/* How the body of a message is delimited (RFC 9112, section 6). */
enum http_body {
    HTTP_BODY_NONE,
    HTTP_BODY_LENGTH, /* `length` bytes */
    HTTP_BODY_CHUNKED,
    HTTP_BODY_CLOSE, /* until the connection ends; responses only */
};

struct http_framing {
    enum http_body body;
    uint64_t length;       /* with HTTP_BODY_LENGTH */
    bool keep_alive;       /* the peer allows another message */
    bool expects_continue; /* requests: Expect: 100-continue */
};

/* Which bytes may stand where: a set of these for each byte. */
enum {
    HTTP_TOKEN = 1,  /* field names, methods (RFC 9110, section 5.6.2) */
    HTTP_TARGET = 2, /* a request target: visible ASCII without '#' */
    HTTP_VALUE = 4,  /* field values: tab, space, all but control characters */
    HTTP_HOST = 8,   /* letters, digits, '-', '.', '_', '~' */
};
extern const uint8_t http_bytes[256];

static inline bool http_is(char c, unsigned set)
{
    return (http_bytes[(unsigned char)c] & set) != 0;
}

/* All bytes of s are in the set; true for an empty s. */
bool http_is_of(struct str s, unsigned set);

/* {0} for HTTP_OTHER. */
struct str http_method_name(enum http_method m);
enum http_method http_method_of(struct str text);
/* "Not Found"; "Unknown" for what is not registered. */
struct str http_reason(int status);

/* First field of that name, without case; NULL when absent. */
const struct http_field *http_find(const struct http_fields *f,
                                   struct str name);
/* Its value, {0} when absent. */
struct str http_value(const struct http_fields *f, struct str name);
/* True when a comma-separated field holds the token, in any of its lines. */
bool http_has_token(const struct http_fields *f, struct str name,
                    struct str token);
/* Takes the next element off a comma-separated list, trimmed, empty ones
 * included: "a,,b," gives "a", "", "b", ""; {0} gives nothing. Commas within
 * quotes do not count. *rest.p is NULL at the end. */
bool http_list_next(struct str *rest, struct str *item);
/* Media type without parameters, trimmed: "text/event-stream". */
struct str http_media_type(struct str content_type);
bool http_is_media(struct str content_type, struct str type);

/* RFC 9110 section 7.6.1: connection, keep-alive, te, trailer,
 * transfer-encoding, upgrade, proxy-*; and what Connection names. */
bool http_is_hop_by_hop(const struct http_fields *f, struct str name);

#endif
