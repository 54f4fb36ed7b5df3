/* SPDX-License-Identifier: MIT */
/* Dates in text (RFC 3339). */
#ifndef SL_DATE_H
#define SL_DATE_H

#include "core/base/str.h"

/* "2026-11-21T12:00:00Z", a fraction and an offset ("+02:00") allowed; Unix
 * seconds. False, and *unix_s untouched, for anything else. */
SL_MUST_USE bool date_read(struct str text, int64_t *unix_s);

#endif
