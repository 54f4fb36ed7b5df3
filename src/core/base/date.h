/* SPDX-License-Identifier: MIT */
/* Dates in text (RFC 3339). */
#ifndef SL_DATE_H
#define SL_DATE_H

#include "core/base/buf.h"
#include "core/base/str.h"

/* "2026-11-21T12:00:00Z", a fraction and an offset ("+02:00") allowed; Unix
 * seconds. False, and *unix_s untouched, for anything else. */
SL_MUST_USE bool date_read(struct str text, int64_t *unix_s);

/* "2026-11-21T12:00:00Z". Years 1 to 9999; what lies outside is moved to the
 * nearer end. */
void date_write(struct buf *out, int64_t unix_s);
enum { DATE_BASIC_BYTES = 16 };
/* "20261121T120000Z", the basic format of ISO 8601; the same years; no NUL. */
void date_write_basic(char out[DATE_BASIC_BYTES], int64_t unix_s);

#endif
