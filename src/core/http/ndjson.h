/* SPDX-License-Identifier: MIT */
/* Lines of JSON (application/x-ndjson), incrementally, as Ollama streams.
 *
 *     while ((rc = ndjson_next(&s, &in, &line)) == SL_OK)
 *         handle(line);
 *     SL_AGAIN: in is used up; anything else: the stream is broken for good
 *     ... at the end: ndjson_finish(&s, &line)
 *
 * A line ends in LF or CRLF. Bytes may be cut anywhere, and the lines are the
 * same. One that lies whole in `in` is borrowed from there, one that was cut
 * is put together in a buffer of the reader. What is in a line is not looked
 * at. */
#ifndef SL_NDJSON_H
#define SL_NDJSON_H

#include "core/base/buf.h"
#include "core/base/rc.h"

/* Slices are valid until the next call (raw: until `in` dies when it lies
 * there). The raws, joined, are the whole stream. */
struct ndjson_line {
    struct str raw;  /* with its end */
    struct str text; /* without; empty for a blank line */
    bool in_input;   /* raw borrows the input of this call */
};

struct ndjson {
    /* private */
    struct buf held; /* a line that is not complete yet */
    size_t limit;    /* bytes of one line */
    uint8_t broken;  /* the result code that ended it; SL_OK: none */
    bool is_given;   /* what is held was handed out */
};

/* limit: bytes of one line with its end; more is SL_TOO_LARGE. No memory is
 * held between lines. */
void ndjson_init(struct ndjson *s, const struct sl_mem *mem, size_t limit);
void ndjson_release(struct ndjson *s);
SL_MUST_USE enum sl_rc ndjson_next(struct ndjson *s, struct str *in,
                                   struct ndjson_line *line);
/* At the end of the stream: the line that no LF has ended. SL_OK or SL_EOF. */
SL_MUST_USE enum sl_rc ndjson_finish(struct ndjson *s,
                                     struct ndjson_line *line);

#endif
