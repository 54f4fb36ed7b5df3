/* SPDX-License-Identifier: MIT */
/* Digests and signatures, by OpenSSL: the answer to ACTION_SIGN. */
#ifndef SL_SERVER_SIGN_H
#define SL_SERVER_SIGN_H

#include "core/base/buf.h"
#include "core/sign.h"

enum { SIGN_BYTES = 4096 }; /* of a result: RSA keys of 32768 bits */

/* Appends the result. SL_UP_KEY: the key is none, or too large; SL_NOMEM. */
SL_MUST_USE enum sl_rc sign_do(const struct sign_job *job, struct buf *out);

#endif
