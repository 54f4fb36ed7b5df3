/* SPDX-License-Identifier: MIT */
/* Events and actions as bytes, for a host that shares memory with the core but
 * not the shape of its structs. All numbers are little-endian; a text is a u32
 * length and its bytes; fields are a u32 count, then name and value of each.
 *
 *   event    u8 kind, u32 call, u8 last, u32 rc, i64 number, i64 length,
 *            text bytes,
 *            u8 1: a request follows: text method, target, host; u8 is_http10;
 *                  fields; u8 framing, i64 length, u8 keep_alive,
 *                  u8 expects_continue
 *            u8 1: a response follows: u32 status, u8 is_http10, fields
 *            u8 1: an error follows: text where, what
 *   action   u8 kind, u32 call, text bytes, then by kind:
 *     CALL   u8 tls, text host, u32 port, text method, target; fields;
 *            u8 framing, i64 length, i64 connect_ms, u8 fresh, u32 provider,
 *            u32 key
 *     SEND   u8 1: a head follows: u32 status, i64 length, fields
 *     PICK   u32 provider, u32 first, last, u8 is_even, u8 is_retry,
 *            u8 is_hedge, u64 session, u32 n, n times u32
 *     MARK   u32 provider, u32 key, u8 verdict, i64 began_ms, i64 until_ms,
 *            u64 speed_id, i64 took_ms, u64 late_id, i64 late_ms
 *     LOAD   text key
 *     STORE  text key, i64 ttl_ms
 *     SIGN   u8 kind, text key, u32 n, n texts
 *     WAKE   i64 at_ms
 *     DONE   u8 abort, u8 close, text: the line of the log, as JSON
 *
 * Kinds, codes and framings are numbered as in exchange.h, sign.h,
 * tbl/rc.h and http.h. A proxy of an origin is not told: such a host has no
 * sockets. */
#ifndef SL_WORKER_CODEC_H
#define SL_WORKER_CODEC_H

#include "core/exchange.h"

enum { CODEC_FIELDS = 128 };

/* An event and what it points to; it must not move. */
struct codec_event {
    struct event event;
    struct http_request request;
    struct http_framing framing;
    struct http_response response;
    struct err err;
    struct http_field fields[CODEC_FIELDS];
};

/* Slices borrow `bytes`. False: malformed, more than CODEC_FIELDS fields, or
 * bytes behind the end. */
SL_MUST_USE bool codec_read_event(struct codec_event *e, struct str bytes);
/* record: of the exchange that says it. Secrets are written out: the result is
 * for the wire alone. */
void codec_write_action(struct buf *out, const struct action *a,
                        const struct record *record);

#endif
