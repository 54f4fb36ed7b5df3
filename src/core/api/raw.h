/* SPDX-License-Identifier: MIT */
/* The way back of surfaces that pass a provider's answer on as it is: the
 * head's fields that a client may see, the bytes, and a cut where it breaks
 * off. They are attempt_events, save that raw_head asks for no other attempt.
 */
#ifndef SL_RAW_H
#define SL_RAW_H

#include "core/attempt.h"

/* more: one more field of ours; NULL: none. */
void raw_head(struct exchange *x, struct attempt *a,
              const struct http_response *res, int64_t length,
              const struct http_field *more);
void raw_body(struct exchange *x, struct attempt *a, struct str bytes,
              bool last);
void raw_failed(struct exchange *x, struct attempt *a, enum sl_rc rc);

#endif
