/* SPDX-License-Identifier: MIT */
/* Decimal numbers and doubles, exact both ways and by integers alone, so that
 * every machine and wasm say the same.
 *
 * The text is a JSON number (RFC 8259 section 6) and has been checked to be
 * one. On failure the out-parameter is untouched. */
#ifndef SL_DECIMAL_H
#define SL_DECIMAL_H

#include "core/base/base.h"
#include "core/base/str.h"

/* The nearest double, ties to even; false when that is infinite. What is too
 * small becomes 0 with its sign. */
SL_MUST_USE bool decimal_f64(struct str number, double *v);
/* The value when it is an integer in range, however written: 1e3, 2.0. */
SL_MUST_USE bool decimal_i64(struct str number, int64_t *v);

enum { DECIMAL_ROOM = 32 };

/* Writes v, which is finite, with the fewest digits that read back the same
 * (of those the nearest): 0.1, 100, 1e21, 1.5e-7, -0. `to` has DECIMAL_ROOM
 * bytes; returns the length. */
size_t decimal_write(char *to, double v);

#endif
