/* SPDX-License-Identifier: MIT */
/* UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF. */
#ifndef SL_UTF8_H
#define SL_UTF8_H

#include "core/base/buf.h"
#include "core/base/str.h"

/* Offset of the first byte that begins an invalid sequence; s.n when valid.
 * ASCII is skipped sixteen bytes at a time where the machine can. */
size_t utf8_check(struct str s);
/* Appends one code point (must be a scalar value). */
void utf8_write(struct buf *out, uint32_t code);

#endif
