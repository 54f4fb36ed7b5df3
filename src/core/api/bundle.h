/* SPDX-License-Identifier: MIT */
/* The body of one request to an AI Gateway's universal endpoint: steps that
 * the gateway tries in order, each with a key of ours.
 *
 *     bundle_init(x, &b, n_raw);
 *     bundle_step(x, &b, &step);          up to the value of "query"
 *     bundle_raw(x, &b, raw); …           the value, piece by piece
 *     bundle_text(&b, STR("}"));
 *     if (bundle_finish(x, &b))           else it was answered
 *         bundle_send(x, &b, &fetch, target);
 *
 * Keys stand within the body. They are written to one buffer, the glue, that
 * holds all that is not the caller's own and is wiped when it is given back;
 * the raw texts stay where they are and must live as long. */
#ifndef SL_BUNDLE_H
#define SL_BUNDLE_H

#include "core/api/universal.h"
#include "core/fetch.h"

struct bundle_piece;

struct bundle {
    size_t length; /* of the body, once it is finished */
    /* private */
    struct sl_mem wiping;
    struct buf glue;
    struct bundle_piece *pieces;
    size_t n, cap, n_steps;
};

/* n_raw: calls of bundle_raw there may be at most. */
void bundle_init(struct exchange *x, struct bundle *b, size_t n_raw);
void bundle_step(struct exchange *x, struct bundle *b, const struct step *s);
void bundle_raw(struct exchange *x, struct bundle *b, struct str raw);
void bundle_text(struct bundle *b, struct str text);
bool bundle_finish(struct exchange *x, struct bundle *b);
/* Opens the fetch, pushes the body, ends it. */
void bundle_send(struct exchange *x, const struct bundle *b, struct fetch *c,
                 struct str target);
/* Safe on {0}. */
void bundle_release(struct bundle *b);

/* Does the step get a key of ours? */
bool bundle_gets_key(const struct step *s);

#endif
