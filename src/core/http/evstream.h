/* SPDX-License-Identifier: MIT */
/* AWS event streams (application/vnd.amazon.eventstream), incrementally, as
 * Amazon Bedrock answers with. A frame is
 *
 *     u32 bytes of it | u32 bytes of headers | u32 CRC of these eight bytes
 *     headers | payload | u32 CRC of all before it           (big-endian)
 *
 *     while ((rc = evstream_next(&s, &in, &frame)) == SL_OK)
 *         handle(frame);
 *     SL_AGAIN: in is used up; anything else: the stream is broken for good
 *
 * Bytes may be cut anywhere, and the frames are the same. One that lies whole
 * in `in` is borrowed from there, one that was cut is put together in a buffer
 * of the reader. */
#ifndef SL_EVSTREAM_H
#define SL_EVSTREAM_H

#include "core/base/buf.h"
#include "core/base/rc.h"

/* Slices are valid until the next call. A header that is absent, or no text,
 * is {0}. */
struct evstream_frame {
    struct str message_type;              /* "event", "exception" or "error" */
    struct str event_type;                /* of an event */
    struct str exception_type;            /* of an exception */
    struct str error_code, error_message; /* of an error */
    struct str content_type;
    struct str headers; /* all of them, for evstream_header_next */
    struct str payload;
};

struct evstream {
    /* private */
    struct buf held; /* a frame that is not complete yet */
    size_t limit;    /* bytes of one frame */
    uint8_t broken;  /* the result code that ended it; SL_OK: none */
    bool is_given;   /* what is held was handed out */
};

/* limit: bytes of one frame; more is SL_TOO_LARGE. No memory is held between
 * frames. */
void evstream_init(struct evstream *s, const struct sl_mem *mem, size_t limit);
void evstream_release(struct evstream *s);
/* SL_SYNTAX: a checksum, a length or a header is wrong. */
SL_MUST_USE enum sl_rc evstream_next(struct evstream *s, struct str *in,
                                     struct evstream_frame *frame);
/* Bytes that wait for the rest of their frame: a stream that ends then was
 * cut. */
size_t evstream_pending(const struct evstream *s);

/* ---- headers ---- */

enum evstream_type {
    EVSTREAM_TRUE,
    EVSTREAM_FALSE,
    EVSTREAM_I8,
    EVSTREAM_I16,
    EVSTREAM_I32,
    EVSTREAM_I64,
    EVSTREAM_BYTES,
    EVSTREAM_STRING,
    EVSTREAM_TIME, /* i64, Unix milliseconds */
    EVSTREAM_UUID,
    EVSTREAM_TYPES
};

struct evstream_header {
    struct str name;
    enum evstream_type type;
    struct str bytes; /* of BYTES, STRING and UUID */
    int64_t number;   /* of the others; 1 for TRUE */
};

/* Takes the next header off *headers: SL_OK, SL_EOF behind the last one, or
 * SL_SYNTAX. */
SL_MUST_USE enum sl_rc evstream_header_next(struct str *headers,
                                            struct evstream_header *h);

/* ---- writing ---- */

/* Appends a header, for frame.headers. Names are of 1 to 255 bytes, texts of
 * at most 65535. */
void evstream_write_header(struct buf *out, const struct evstream_header *h);
/* Appends a frame: of the members' texts that are set, then `headers` as they
 * are. mem: for the time of the call. */
void evstream_write(struct buf *out, const struct sl_mem *mem,
                    const struct evstream_frame *frame);

#endif
