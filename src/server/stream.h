/* SPDX-License-Identifier: MIT */
/* A connection's bytes, plain or TLS, over TCP or a Unix socket: one way to
 * read and write for client and provider side. Writes gather and leave once
 * (writev); what the peer does not take is kept, up to the caller's patience
 * (stream_queued). Reading stays on unless paused, so that a closed peer is
 * noticed at once and no system call switches it.
 *
 *     stream_init(&s, loop, &events);
 *     stream_accept(&s, fd, …) or stream_adopt(&s, fd, …)
 *     stream_put(&s, head); stream_put(&s, body); stream_flush(&s);
 *     ... events.on_data(&s, bytes), events.on_end(&s, rc, text)
 *     stream_close(&s);    idempotent; events.on_closed when it may be freed
 *
 * No event is called from inside stream_put, stream_flush or stream_close:
 * what they find out is told from the loop. SIGPIPE must be ignored. */
#ifndef SL_STREAM_H
#define SL_STREAM_H

#include <uv.h>

#include "core/base/buf.h"
#include "core/base/rc.h"
#include "core/exchange.h"
#include "server/loop.h"

struct stream;
struct tls;         /* tls.h: the TLS state of one connection */
struct tls_context; /* tls.h: certificate, or trust and sessions */

struct stream_events {
    /* The TLS handshake is done. Not called for plain streams, which are open
     * at once. */
    void (*on_open)(struct stream *s);
    /* Bytes from the peer, borrowed until the callback returns. */
    void (*on_data)(struct stream *s, struct str bytes);
    /* Nothing more will come: SL_EOF (orderly), SL_UP_REFUSED, SL_UP_TLS,
     * SL_UP_CUT (reset, TLS without close_notify), SL_NOMEM. text is static.
     * Once; only when writing fails after SL_EOF, SL_UP_CUT follows. */
    void (*on_end)(struct stream *s, enum sl_rc rc, const char *text);
    /* What was queued has left; may be NULL. */
    void (*on_drain)(struct stream *s);
    /* Where to read the next bytes to; NULL or an empty room: the loop's
     * buffer. Bytes read into a room are given to on_data as they lie there.
     * Plain streams only. */
    struct exchange_room (*room)(struct stream *s);
    /* The handle is gone: the owner may be freed now. */
    void (*on_closed)(struct stream *s);
};

struct stream {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    struct loop *loop;
    const struct stream_events *events;
    const char *doing; /* "reading upstream head": said with every failure */
    /* private */
    struct tls *tls;           /* NULL: plain */
    struct tls *outer;         /* TLS to a proxy, around all of the above */
    struct farewell *farewell; /* after stream_shutdown */
    uv_buf_t *pieces;          /* gathered since the last flush; base NULL: the
                                  next len bytes of copied */
    unsigned n_pieces, pieces_room;
    unsigned writes;       /* uv_writes under way */
    struct buf copied;     /* what stream_copy was given */
    struct loop_task task; /* tells what was found out, or that it closed */
    const char *text;      /* with rc: what the task tells */
    enum sl_rc rc;
    bool has_handle, open, closing, paused, ended, cut, broken;
};

void stream_init(struct stream *s, struct loop *l,
                 const struct stream_events *events);
/* Takes over an accepted socket and starts to read; with ctx, after a TLS
 * handshake as a server. False: no memory, and the socket is closed. */
SL_MUST_USE bool stream_accept(struct stream *s, int fd, bool is_unix,
                               struct tls_context *ctx);
/* Takes over a connected socket as a client; with ctx, TLS for that name
 * (SNI and verification; session resumed when one is kept). */
SL_MUST_USE bool stream_adopt(struct stream *s, int fd, struct tls_context *ctx,
                              struct str host, uint16_t port);
/* From here on TLS for that name is spoken inside of what the stream carries
 * (a tunnel through a proxy, which may be TLS itself). Everything put before
 * must have been flushed. on_open follows. False: no memory. */
SL_MUST_USE bool stream_secure(struct stream *s, struct tls_context *ctx,
                               struct str host, uint16_t port);

/* Borrowed until stream_flush. */
void stream_put(struct stream *s, struct str bytes);
/* Copied now. */
void stream_copy(struct stream *s, struct str bytes);
/* Writes what was put; keeps a copy of what the peer does not take. */
void stream_flush(struct stream *s);
/* Bytes the peer has not taken yet. */
size_t stream_queued(const struct stream *s);
/* Nothing is known that would keep it from being read and written. */
bool stream_is_open(const struct stream *s);

/* What was read already still comes: rest of one read at most. */
void stream_pause(struct stream *s, bool paused);
/* Flushes, and closes once everything queued has left and the peer, who sees
 * the end, has closed too (or two seconds after: closing at once would reset
 * the connection under unread bytes, and the answer with it). Of events only
 * on_closed follows; a peer that takes nothing for a minute is given up. */
void stream_shutdown(struct stream *s);
/* Closes now; the peer sees a reset or a short close. */
void stream_close(struct stream *s);

#endif
