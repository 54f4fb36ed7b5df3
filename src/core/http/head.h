/* SPDX-License-Identifier: MIT */
/* HTTP/1.1 heads (RFC 9112), strict: what two implementations could read
 * differently is refused. Refused are: bare CR or LF, NUL and other control
 * characters, obs-fold, white space before the colon or in a name, an empty
 * name, Content-Length with Transfer-Encoding, several or malformed lengths
 * (the same number twice, or one with a tab behind it, is malformed too) and
 * those over INT64_MAX, any transfer coding but `chunked` once and last, any in
 * HTTP/1.0, no Host in HTTP/1.1, several or malformed ones anywhere, a target
 * that is neither origin-form, absolute-form nor `*` with OPTIONS, versions
 * other than 1.0 and 1.1.
 *
 *     struct head h = {0};
 *     rc = head_request(&h, bytes, &limits, fields, &req, &framing, &err);
 *     SL_AGAIN: call again with more bytes (the same ones first)
 *     SL_OK: h.used bytes were the head
 *
 * What is found borrows `bytes`. */
#ifndef SL_HEAD_H
#define SL_HEAD_H

#include "core/base/buf.h"
#include "core/http/http.h"

struct head_limits {
    size_t bytes;  /* of the whole head; more is SL_HEAD_TOO_LARGE */
    size_t fields; /* lines; also the room of the array that is handed in */
};

/* Progress between calls; zero-initialise for each new head. */
struct head {
    size_t used; /* bytes of the head, once complete */
    /* private */
    size_t seen;     /* bytes of the lines that have been read */
    size_t n_fields; /* field lines among them */
    bool has_start;  /* the start line is among them */
};

/* fields: room for limits->fields entries. Empty lines before the request
 * line are skipped (RFC 9112 section 2.2), at most two. SL_SYNTAX: 400;
 * SL_HEAD_TOO_LARGE: 431; SL_BAD_VERSION: 505; SL_UNSUPPORTED: a transfer
 * coding we do not know, 501; SL_BAD_METHOD: CONNECT or TRACE;
 * SL_EXPECTATION: 417. What is wrong shows as soon as the bytes do, where
 * that is possible: no need to wait for the end of the head. */
SL_MUST_USE enum sl_rc
head_request(struct head *h, struct str bytes, const struct head_limits *limits,
             struct http_field *fields, struct http_request *req,
             struct http_framing *framing, struct err *err);

/* A response to `method` (HEAD, 1xx, 204 and 304 have no body). 1xx heads are
 * returned like others: the caller skips them. Anything wrong is
 * SL_UP_GARBAGE; too large as well. */
SL_MUST_USE enum sl_rc
head_response(struct head *h, struct str bytes,
              const struct head_limits *limits, enum http_method method,
              struct http_field *fields, struct http_response *res,
              struct http_framing *framing, struct err *err);

/* Writers: the start line and the fields as given, secrets included, then
 * what the framing adds (content-length or transfer-encoding; nothing for
 * NONE and CLOSE), then an empty line. Left out are fields that the readers
 * above would refuse (a CR, LF or NUL would split the message) and those that
 * could contradict the framing: transfer-encoding always, content-length save
 * in a response without a body (to HEAD, or 304). Bytes that a target can't
 * have are escaped in it; an empty one is "/". method is a token, status has
 * three digits. */
void head_write_request(struct buf *out, struct str method, struct str target,
                        const struct http_fields *fields,
                        const struct http_framing *framing);
void head_write_response(struct buf *out, int status,
                         const struct http_fields *fields,
                         const struct http_framing *framing);
/* One field line, or nothing when it would not be a valid one. */
void head_write_field(struct buf *out, const struct http_field *f);

#endif
