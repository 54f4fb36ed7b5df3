/* SPDX-License-Identifier: MIT */
/* Messages of AWS's event stream, written as lines:
 *
 *     contentBlockDelta {"contentBlockIndex":0,…}      an event
 *     !throttlingException {"message":"…"}             an exception */
#ifndef SL_CASE_FRAMES_H
#define SL_CASE_FRAMES_H

#include "core/base/buf.h"

/* Each line as one message, with both its checksums. */
void frames_write(struct buf *out, struct str lines);

#endif
