/* SPDX-License-Identifier: MIT */
/* Numbers and durations in text. On failure the out-parameter is untouched. */
#ifndef SL_NUM_H
#define SL_NUM_H

#include "core/base/base.h"
#include "core/base/str.h"

/* Decimal digits only, no sign, no spaces, no overflow. */
SL_MUST_USE bool num_u64(struct str s, uint64_t *v);
/* The same with an optional '-'. */
SL_MUST_USE bool num_i64(struct str s, int64_t *v);
/* Hex digits, at most 16, at least one. */
SL_MUST_USE bool num_hex(struct str s, uint64_t *v);
/* "250ms", "20s", "5m", "2h", "1d"; a bare number is seconds (as in nginx).
 * A fraction is accepted ("1.5s"), a part of a millisecond is not: it would
 * have to become 0. Result in milliseconds. */
SL_MUST_USE bool num_duration_ms(struct str s, int64_t *ms);
/* "64k", "32m", "1g" (powers of 1024, an i and a b may follow, in either
 * case), or bytes. */
SL_MUST_USE bool num_size(struct str s, uint64_t *bytes);
/* Writes v at `to`, which has room for 20 bytes; returns the length. */
size_t num_write_u64(char *to, uint64_t v);

#endif
