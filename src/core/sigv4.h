/* SPDX-License-Identifier: MIT */
/* The texts of an AWS signature, version 4 (AWS General Reference, "Signature
 * Version 4 signing process"). What is hashed and signed is done elsewhere
 * (signed.h); here is what stands in it.
 *
 * Signed are host, content-type and every x-amz-* field. The path is escaped a
 * second time, as all services but S3 want it. */
#ifndef SL_SIGV4_H
#define SL_SIGV4_H

#include "core/base/buf.h"
#include "core/http/http.h"

struct sigv4 {
    struct str method;
    struct str target;                      /* as it is sent: path and query */
    const struct http_field *const *fields; /* of sigv4_select */
    size_t n;
    struct str time; /* "20260115T123456Z", as in x-amz-date */
    struct str region, service;
};

/* True when a field of that name is signed. */
bool sigv4_is_signed(struct str name);
/* Those of f that are signed, in their order; out has room for f->n. Returns
 * how many. */
size_t sigv4_select(const struct http_fields *f, const struct http_field **out);

/* The canonical request. body_hash: in hexadecimal. What a field holds secret
 * is left out: it belongs at *secret_at (out->n: nowhere), and is the one of
 * the field *secret. At most one field has one. */
void sigv4_canonical(struct buf *out, const struct sigv4 *s,
                     struct str body_hash, size_t *secret_at,
                     const struct secret **secret);
/* canonical_hash: of the whole canonical request, in hexadecimal. */
void sigv4_to_sign(struct buf *out, const struct sigv4 *s,
                   struct str canonical_hash);
/* The value of the field authorization. signature: in hexadecimal. */
void sigv4_authorization(struct buf *out, const struct sigv4 *s,
                         struct str key_id, struct str signature);

#endif
