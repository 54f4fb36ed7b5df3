/* SPDX-License-Identifier: MIT */
/* A provider request with an AWS signature (sigv4.h). Who makes it does nothing
 * special: fetch_open, fetch_push and fetch_end note what is to be sent; then
 * the host hashes and signs, and the call begins.
 *
 * The body's hash is a part of the signature, so what is pushed must stay where
 * it is until the call is over: a held body, no event's bytes. upload.h sees to
 * that for streamed ones. */
#ifndef SL_SIGNED_H
#define SL_SIGNED_H

#include "core/fetch.h"

/* For fetch.c alone. */

/* Is it signed? False where the key is sent as it is. */
bool signed_is_needed(const struct exchange *x, const struct fetch *c);
/* Of a fetch with all its fields; sets c->signing. */
void signed_open(struct exchange *x, struct fetch *c);
void signed_push(struct exchange *x, struct fetch *c, struct str bytes);
void signed_end(struct exchange *x, struct fetch *c);
void signed_cancel(struct exchange *x, struct fetch *c);

#endif
