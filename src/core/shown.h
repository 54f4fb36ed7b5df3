/* SPDX-License-Identifier: MIT */
/* A provider request that is shown to the caller instead of sent (POST
 * /v1/translate): everything is decided as ever, from the route to the last
 * field, but no key's turn advances, no token is fetched, nothing is signed,
 * and the answer is the request itself as JSON:
 *
 *     {"provider", "model", "dialect", "method", "url", "headers", "body",
 *      "loss"}
 *
 * Keys are masked as in /status. Lists of models are asked for as ever, where
 * a bare name needs them. */
#ifndef SL_SHOWN_H
#define SL_SHOWN_H

#include "core/api/surface.h"

struct fetch;

/* From here on. */
void shown_start(struct exchange *x);
/* What the surface knows of the request that it is about to send; dialect: of
 * its body, {0} when it passes unchanged and is no chat. loss: as the field
 * sluice-loss. Does nothing when nobody wants to see it. */
void shown_note(struct exchange *x, struct str dialect, struct str loss);
/* Stands for a token that is not fetched: asterisks. */
const struct secret *shown_token(const struct exchange *x);
/* For fetch.c: all has been pushed, c->sent is the body. Ends the exchange. */
void shown_reply(struct exchange *x, const struct fetch *c);

#endif
