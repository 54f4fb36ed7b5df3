/* SPDX-License-Identifier: MIT */
/* SHA-256 and HMAC for the tests' host, so that tests of the core need no
 * library. Plain and slow; tests/server/test_sign.c compares it to OpenSSL. */
#ifndef SL_TEST_SHA256_H
#define SL_TEST_SHA256_H

#include "core/base/str.h"

enum { SHA256_BYTES = 32 };

void sha256(struct str bytes, unsigned char out[SHA256_BYTES]);
void hmac_sha256(struct str key, struct str bytes,
                 unsigned char out[SHA256_BYTES]);

#endif
