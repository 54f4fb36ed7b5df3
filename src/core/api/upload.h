/* SPDX-License-Identifier: MIT */
/* A request body on its way through: handed on piece by piece, and kept from
 * its start while it is small enough to be sent again to another key. */
#ifndef SL_UPLOAD_H
#define SL_UPLOAD_H

#include "core/fetch.h"

struct upload {
    struct buf kept;  /* the body so far, while `is_whole` */
    bool is_whole;    /* nothing is missing in it: can be sent again */
    bool is_sent;     /* a fetch gets the pieces */
    bool is_complete; /* the last piece came */
    /* private: for a fetch that gets all at once, at the end */
    size_t cut_at, cut_n;
    struct str instead;
};

void upload_init(struct exchange *x, struct upload *u);
void upload_release(struct upload *u);
/* The next piece. Before a fetch is there to take it (upload_send) it is kept,
 * up to limits.body; afterwards pushed on, and kept as well while the body is
 * within limits.replay. False, and answered, when a limit is passed. */
bool upload_take(struct exchange *x, struct upload *u, struct fetch *c,
                 struct str bytes, bool last);
/* Pushes what was kept to a new fetch (one that wants the whole body gets it
 * when it is complete; it is kept up to limits.body until then), with `instead`
 * in the place of `cut`, a slice of u->kept; both may be {0}. */
void upload_send(struct exchange *x, struct upload *u, struct fetch *c,
                 struct str cut, struct str instead);

#endif
