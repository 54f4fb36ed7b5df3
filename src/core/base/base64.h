/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648, sections 4 and 5). */
#ifndef SL_BASE64_H
#define SL_BASE64_H

#include "core/base/buf.h"

enum base64_kind {
    BASE64_STANDARD, /* + and /, padded */
    BASE64_URL,      /* - and _, without padding */
};

void base64_write(struct buf *out, struct str bytes, enum base64_kind kind);
/* Strict: only the kind's alphabet; padding required for STANDARD and
 * optional for URL; unused bits zero. SL_SYNTAX with nothing promised about
 * what stands in out. */
SL_MUST_USE enum sl_rc base64_read(struct buf *out, struct str text,
                                   enum base64_kind kind);

#endif
