/* SPDX-License-Identifier: MIT */
/* A JSON array whose elements arrive over time, incrementally: what Gemini
 * streams where no `alt=sse` was asked for.
 *
 *     while ((rc = jsonarray_next(&s, &in, &element)) == SL_OK)
 *         handle(element);
 *     SL_AGAIN: in is used up; anything else: the stream is broken for good
 *     ... at the end: jsonarray_finish(&s)
 *
 * Bytes may be cut anywhere, and the elements are the same. An object, array or
 * string is handed out with its last byte, before the comma that follows; any
 * other value with the byte behind it. What is looked at are brackets, quotes
 * and commas: an element may still be no JSON. */
#ifndef SL_JSONARRAY_H
#define SL_JSONARRAY_H

#include "core/base/buf.h"
#include "core/base/rc.h"

struct jsonarray {
    /* private */
    struct buf held; /* an element that is not complete yet */
    size_t limit;    /* bytes of one element */
    size_t depth;    /* brackets open within the element */
    uint8_t broken;  /* the result code that ended it; SL_OK: none */
    uint8_t at;      /* enum place, of jsonarray.c */
    bool in_text;    /* between quotes */
    bool is_escaped; /* a backslash came last */
    bool is_given;   /* what is held was handed out */
};

/* limit: bytes of one element; more is SL_TOO_LARGE. No memory is held between
 * elements. */
void jsonarray_init(struct jsonarray *s, const struct sl_mem *mem,
                    size_t limit);
void jsonarray_release(struct jsonarray *s);
/* The element's raw bytes, without blanks around it, valid until the next call
 * (until `in` dies when it lies there). SL_SYNTAX: this is no array. */
SL_MUST_USE enum sl_rc jsonarray_next(struct jsonarray *s, struct str *in,
                                      struct str *element);
/* At the end of the stream: SL_EOF when the array is complete; SL_SYNTAX when
 * it was cut. */
SL_MUST_USE enum sl_rc jsonarray_finish(struct jsonarray *s);

#endif
