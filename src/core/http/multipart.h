/* SPDX-License-Identifier: MIT */
/* multipart/form-data (RFC 7578, RFC 2046), incrementally and only as far as a
 * gateway needs: to find one small part (`model`) and its place in the body,
 * without holding what follows it.
 *
 *     multipart_init(&m, boundary, STR("model"));
 *     rc = multipart_find(&m, bytes);    the body so far, from its first byte
 *     SL_AGAIN: not there yet, call again with more (the same bytes first)
 *     SL_OK: m.value is the part's content, a slice of bytes
 *     SL_NOT_FOUND: the closing boundary came first
 *
 * The cost of all calls together is linear in the body's size. */
#ifndef SL_MULTIPART_H
#define SL_MULTIPART_H

#include "core/base/rc.h"

enum {
    MULTIPART_PARTS = 256,   /* parts before the one looked for */
    MULTIPART_HEAD = 8192,   /* bytes of one part's head */
    MULTIPART_VALUE = 4096,  /* bytes of the part looked for */
    MULTIPART_BOUNDARY = 70, /* RFC 2046, section 5.1.1 */
};

struct multipart {
    struct str value; /* once found: borrows the bytes of that call */
    size_t value_at;  /* its offset in the body */
    /* private */
    char boundary[MULTIPART_BOUNDARY + 4];
    size_t boundary_n;
    struct str name;
    size_t at;      /* bytes that need not be looked at again */
    size_t part_at; /* start of the content of the part looked for */
    unsigned parts;
    uint8_t state;
    bool wanted; /* the current part is the one looked for */
};

/* The boundary parameter of a content-type, unquoted; borrows it. SL_SYNTAX
 * when it is missing or not allowed. */
SL_MUST_USE enum sl_rc multipart_boundary(struct str content_type,
                                          struct str *boundary);
void multipart_init(struct multipart *m, struct str boundary, struct str name);
/* SL_SYNTAX, SL_TOO_LARGE: refused. */
SL_MUST_USE enum sl_rc multipart_find(struct multipart *m, struct str bytes);

#endif
