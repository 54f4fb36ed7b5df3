/* SPDX-License-Identifier: MIT */
/* Writes one answer to a stream as HTTP/1.1 frames it (RFC 9112, sections 6
 * and 7): content-length where the length is known, else chunked, else until
 * the connection ends.
 *
 *     framer_begin(&f, worker, stream);
 *     f.is_head = …; f.is_http10 = …;
 *     framer_head(&f, head, keep_alive);
 *     framer_body(&f, bytes); …          borrowed until framer_flush
 *     framer_end(&f, is_cut);
 *     framer_flush(&f);                  at the end of each drain */
#ifndef SL_FRAMER_H
#define SL_FRAMER_H

#include "server/stream.h"
#include "server/worker.h"

enum framer_state {
    FRAMER_NONE, /* the head was not written */
    FRAMER_BODY, /* it was */
    FRAMER_DONE,
    FRAMER_CUT, /* it ended too early */
};

struct framer {
    struct worker *worker; /* its scratch */
    struct stream *stream;
    enum framer_state state;
    enum http_body body;
    bool is_head;    /* the request was HEAD: no body is written */
    bool is_http10;  /* the request was */
    bool says_close; /* the head said that the connection ends */
    /* private */
    uint64_t left;   /* with HTTP_BODY_LENGTH */
    bool chunk_open; /* its closing CRLF was not written */
};

void framer_begin(struct framer *f, struct worker *w, struct stream *s);
/* keep_alive: another request may follow; not when the body ends with the
 * connection. Adds date and connection. */
void framer_head(struct framer *f, const struct reply_head *head,
                 bool keep_alive);
void framer_body(struct framer *f, struct str bytes);
/* is_cut: the answer is incomplete; so is one that is shorter than it said. */
void framer_end(struct framer *f, bool is_cut);
void framer_flush(struct framer *f);

#endif
