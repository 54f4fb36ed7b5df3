/* SPDX-License-Identifier: MIT */
/* Server-sent events, incrementally (WHATWG HTML, section 9.2.6).
 *
 *     while ((rc = sse_next(&s, &in, &ev)) == SL_OK)
 *         handle(ev);
 *     SL_AGAIN: in is used up; anything else: the stream is broken for good
 *
 * Bytes may be cut anywhere, inside a CRLF pair included, and the events are
 * the same. An event that lies whole in `in` is borrowed from there, so that a
 * relay can pass neighbours on in one piece; one that was cut is put together
 * in a buffer of the reader. */
#ifndef SL_SSE_H
#define SL_SSE_H

#include "core/base/buf.h"
#include "core/base/rc.h"

/* Everything up to and including one blank line. Comments and blank lines
 * alone come as events without data, so that the raws, joined, are the whole
 * stream. Slices are valid until the next call (raw: until `in` dies when it
 * lies there).
 *
 * A blank line that ends in CR is followed by an LF, or not. Where the line
 * before it ended in CR alone, as in a stream of CRs, the event is handed out
 * at once, and an LF is a blank line of its own, an event without data;
 * otherwise the next byte is waited for, and an LF belongs to the event. */
struct sse_event {
    struct str raw;  /* every byte of it */
    struct str name; /* of the `event:` line; {0} when there was none */
    struct str data; /* of the data lines, joined by LF */
    bool has_data;   /* at least one data line */
    bool in_input;   /* raw borrows the input of this call */
};

struct sse {
    /* private */
    struct buf held;   /* an event that is not complete yet */
    struct buf joined; /* data of several lines */
    size_t limit;      /* bytes of one event */
    uint8_t broken;    /* the result code that ended it; SL_OK: none */
    uint8_t ending;    /* how the last line ended: LF, CR, CRLF */
    bool has_cr;       /* a CR came last; an LF may belong to it */
    bool in_line;      /* the current line is not empty */
    bool is_given;     /* what is held was handed out */
    bool has_started;  /* past the place where a byte order mark may stand */
};

/* limit: bytes of one event; more is SL_TOO_LARGE. No memory is held between
 * events. */
void sse_init(struct sse *s, const struct sl_mem *mem, size_t limit);
void sse_release(struct sse *s);
SL_MUST_USE enum sl_rc sse_next(struct sse *s, struct str *in,
                                struct sse_event *ev);
/* At the end of the stream: the unfinished event, if any, as if a blank line
 * had followed (some providers leave it out). SL_OK or SL_EOF. */
SL_MUST_USE enum sl_rc sse_finish(struct sse *s, struct sse_event *ev);
/* Bytes that wait for the rest of their event. */
size_t sse_pending(const struct sse *s);

/* Writes one event; name may be {0}, and ends at its first line end. Data
 * with line ends becomes several data lines. */
void sse_write(struct buf *out, struct str name, struct str data);
/* A comment and a blank line, so that it is an event for a reader. */
void sse_write_comment(struct buf *out, struct str text);

#endif
