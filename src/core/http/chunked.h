/* SPDX-License-Identifier: MIT */
/* The chunked transfer coding (RFC 9112, section 7.1), incrementally.
 *
 *     while ((rc = chunked_next(&c, &in, &data)) == SL_OK)
 *         use(data);                  a piece of the body, borrows `in`
 *     SL_AGAIN: in is used up; SL_EOF: the body has ended, in is what follows
 *
 * Strict: sizes are 1 to 16 hex digits without overflow, every line ends in
 * CRLF, no spaces around the size, extensions (dropped) and trailers (dropped,
 * but they must be field lines) have limits. A piece is never empty. What is
 * wrong stays wrong: every later call says the same. */
#ifndef SL_CHUNKED_H
#define SL_CHUNKED_H

#include "core/base/rc.h"

enum {
    CHUNKED_EXT_BYTES = 4096,     /* extensions of one body */
    CHUNKED_TRAILER_BYTES = 8192, /* trailers of one body */
};

struct chunked {
    /* private */
    uint64_t left; /* bytes of this chunk still to come */
    uint32_t line; /* bytes of extensions or trailers so far */
    uint8_t state, digits;
};

void chunked_init(struct chunked *c);
SL_MUST_USE enum sl_rc chunked_next(struct chunked *c, struct str *in,
                                    struct str *data);

/* Writes the size line of a chunk of n > 0 bytes at `to` (20 bytes of room);
 * returns its length. The data and CRLF follow. The end is "0\r\n\r\n". */
size_t chunked_write_size(char *to, uint64_t n);

#endif
