/* SPDX-License-Identifier: MIT */
/* Frames of a streamed answer, whatever carries them: events of SSE, lines of
 * NDJSON, elements of a JSON array, messages of AWS's event stream.
 *
 *     while ((rc = framing_next(&f, &in, &frame)) == SL_OK)
 *         handle(frame);
 *     SL_AGAIN: in is used up; anything else: the stream is broken for good
 *     ... at the end: framing_finish(&f, &frame)
 *
 * Bytes may be cut anywhere, and the frames are the same. */
#ifndef SL_FRAMING_H
#define SL_FRAMING_H

#include "core/dialects/dialect.h"
#include "core/http/evstream.h"
#include "core/http/jsonarray.h"
#include "core/http/ndjson.h"
#include "core/http/sse.h"

/* Valid until the next call; raw, when in_input, until the input dies. */
struct frame {
    struct chat_frame chat;
    struct str raw; /* every byte of it, for a relay: of SSE and NDJSON */
    bool has_data;  /* false: a comment, a blank line */
    bool in_input;  /* raw borrows the input of this call */
};

struct framing {
    /* private */
    enum chat_framing kind;
    bool is_open;
    union {
        struct sse sse;
        struct ndjson ndjson;
        struct jsonarray array;
        struct evstream events;
    };
};

/* limit: bytes of one frame; more is SL_TOO_LARGE. */
void framing_init(struct framing *f, enum chat_framing kind,
                  const struct sl_mem *mem, size_t limit);
/* Safe on {0}. */
void framing_release(struct framing *f);
SL_MUST_USE enum sl_rc framing_next(struct framing *f, struct str *in,
                                    struct frame *frame);
/* At the end of the stream: the frame that nothing has ended. SL_OK; SL_EOF:
 * there is none; SL_UP_CUT: it was cut within one. */
SL_MUST_USE enum sl_rc framing_finish(struct framing *f, struct frame *frame);

/* Does an answer of this content-type come in these frames? is_asked: a stream
 * was asked for. */
bool framing_is(enum chat_framing kind, struct str content_type, bool is_asked);

#endif
