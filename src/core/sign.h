/* SPDX-License-Identifier: MIT */
/* What ACTION_SIGN asks for. The core has no cryptography of its own: a host
 * has OpenSSL or its platform's. */
#ifndef SL_SIGN_H
#define SL_SIGN_H

#include "core/secret.h"

enum sign_kind {
    SIGN_SHA256, /* the digest of all parts joined: 32 bytes */
    SIGN_HMAC,   /* HMAC-SHA256 of the first part; with the result as key, of
                    the second; and so on: 32 bytes. So AWS derives keys, and
                    what is derived need not leave the host */
    SIGN_RSA,    /* RSASSA-PKCS1-v1_5 with SHA-256 of all parts joined */
};

/* The secret's text follows `text` where there is one. */
struct sign_part {
    struct str text;
    const struct secret *secret;
};

/* Lives until it is answered, and so does what it points to. */
struct sign_job {
    enum sign_kind kind;
    struct sign_part key; /* HMAC; RSA: a private key in PEM (PKCS #8) */
    const struct sign_part *parts;
    size_t n;
};

#endif
