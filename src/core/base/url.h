/* SPDX-License-Identifier: MIT */
/* URLs (RFC 3986), as far as a gateway needs them: splitting a base URL from
 * the configuration, normalising a request's path, and its query. */
#ifndef SL_URL_H
#define SL_URL_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/rc.h"

struct url {
    struct str scheme; /* "http" or "https" as written */
    struct str host;   /* without brackets for IPv6 */
    uint16_t port;     /* the scheme's default when absent */
    bool has_port;     /* it was written */
    struct str path;   /* "" or starts with '/' */
    struct str query;  /* without '?' */
};

/* An absolute http or https URL without user info and fragment. Slices borrow
 * text. err says what is wrong with it. */
SL_MUST_USE enum sl_rc url_parse(struct str text, struct url *url,
                                 struct err *err);

/* The path of a request target made canonical for routing and authorisation:
 * dot segments resolved (section 5.2.4; above the root is SL_SYNTAX), doubled
 * slashes made one, escapes of unreserved characters decoded, other escapes
 * kept with upper-case digits. %2F stays an escape. SL_SYNTAX: bad escapes,
 * %00, bytes outside of visible ASCII, '?', '#', a backslash (some take it for
 * a slash), and what does not begin with '/'. In arena, or path itself when
 * there is nothing to change. */
SL_MUST_USE enum sl_rc url_normalize(struct arena *a, struct str path,
                                     struct str *normal);

/* Every %XX decoded (and '+' to space when plus). SL_SYNTAX on a bad escape.
 * In arena, or text itself when there is nothing to decode. */
SL_MUST_USE enum sl_rc url_decode(struct arena *a, struct str text, bool plus,
                                  struct str *decoded);
/* Everything but unreserved characters (and '/' when slash) escaped. */
void url_encode(struct buf *out, struct str text, bool slash);

/* True when escaped, decoded and '+' read as a space, is plain. For names in
 * a query: who looks for "key" must find "k%65y" too. */
bool url_eq(struct str escaped, struct str plain);

/* Takes the next "name=value" off a query; both still escaped. Empty ones
 * ("a&&b") are passed over. */
bool url_query_next(struct str *rest, struct str *name, struct str *value);
/* The query without every parameter of that name, however it is escaped (see
 * url_eq); order and spelling of the others kept. In arena, or query itself.
 * No memory: SL_NOMEM. */
SL_MUST_USE enum sl_rc url_query_without(struct arena *a, struct str query,
                                         struct str name, struct str *left);

#endif
