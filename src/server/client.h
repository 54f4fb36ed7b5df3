/* SPDX-License-Identifier: MIT */
/* A client's connection: HTTP/1.1 as a server (RFC 9112), one exchange at a
 * time, kept alive between them.
 *
 * Life: a head is read, an exchange begins, the body is fed to it, its answer
 * is framed and written; then the next head, or the close. Every wait has a
 * deadline. A client that leaves ends its exchange at once. */
#ifndef SL_CLIENT_H
#define SL_CLIENT_H

#include "core/base/rc.h"
#include "server/worker.h"

struct client;

/* Takes over an accepted socket, which is closed when false is returned. rc
 * other than SL_OK: the client is told so, and the connection ends. Its end is
 * told by worker_client_left. */
SL_MUST_USE bool client_start(struct worker *w, const struct handed *h,
                              enum sl_rc rc);
/* Closes when no request is under way, else after the answer. */
void client_drain(struct client *c);
/* Now, whatever is under way. Idempotent. */
void client_close(struct client *c);
/* In the worker's list. */
struct client *client_next(const struct client *c);

#endif
