/* SPDX-License-Identifier: MIT */
/* TLS over memory: the only file that includes <openssl/…>. Two facts about
 * OpenSSL stay in here: a write may want a read (and the reverse), and the
 * error queue is the thread's. Reads and writes go through a BIO of our own
 * over the caller's bytes, so that nothing is copied twice. */
#ifndef SL_TLS_H
#define SL_TLS_H

#include <stdatomic.h>

#include "core/base/buf.h"
#include "core/base/rc.h"

struct tls;
struct tls_context;

/* A listener's certificate and key (PEM files), TLS ≥ 1.2. NULL and text. */
struct tls_context *tls_server_context(const char *cert, const char *key,
                                       char *text, size_t room);
/* For provider connections: the system's trust (SSL_CERT_FILE and SSL_CERT_DIR
 * as OpenSSL reads them), verification always on, TLS ≥ 1.2, and a small cache
 * of sessions by host and port, guarded by its own lock. */
struct tls_context *tls_client_context(char *text, size_t room);
/* The one in *slot, made when there is none yet; from any thread. NULL: it
 * can't be made. The slot holds it. */
struct tls_context *tls_client_once(_Atomic(struct tls_context *) *slot);
/* Contexts are counted: connections hold one, so a reload can drop its own. */
struct tls_context *tls_context_hold(struct tls_context *ctx);
void tls_context_drop(struct tls_context *ctx);

/* host and port: of the server, for a client (name that is sent and verified;
 * key of the session); else {0}, 0. NULL: no memory. */
struct tls *tls_new(struct tls_context *ctx, struct str host, uint16_t port);
void tls_free(struct tls *t);

/* Bytes off the wire, borrowed until tls_handshake or tls_read has said
 * SL_AGAIN. Plain text comes with tls_read until SL_AGAIN. */
void tls_feed(struct tls *t, struct str wire);
/* SL_OK: *n bytes at `to`; SL_AGAIN; SL_EOF: close_notify; SL_UP_TLS. */
SL_MUST_USE enum sl_rc tls_read(struct tls *t, char *to, size_t room,
                                size_t *n);
/* Encrypts onto out. */
SL_MUST_USE enum sl_rc tls_write(struct tls *t, struct str plain,
                                 struct buf *out);
/* Goes on with the handshake; what must be sent is appended to out. SL_OK:
 * done; SL_AGAIN: more bytes needed; SL_UP_TLS: refused (tls_text). */
SL_MUST_USE enum sl_rc tls_handshake(struct tls *t, struct buf *out);
/* Appends close_notify. */
void tls_close(struct tls *t, struct buf *out);
/* Why it failed; static. */
const char *tls_text(const struct tls *t);
/* The session was one of before. */
bool tls_resumed(const struct tls *t);

#endif
