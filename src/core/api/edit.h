/* SPDX-License-Identifier: MIT */
/* A client's JSON body on its way to a provider that speaks the same: its own
 * bytes, with only the edits that the route needs. The model's name; what asks
 * for usage when it must be counted and the client did not ask; members that
 * the provider refuses or that were meant for us, taken out.
 *
 *     rc = edit_read(&e, body, &err);          what the body says at its top
 *     edit_write(x, &e, &how);                 pieces, or x->failed
 *     ... e.pieces, e.n, e.total */
#ifndef SL_EDIT_H
#define SL_EDIT_H

#include "core/api/overrides.h"
#include "core/api/session.h"

enum {
    WANT_MODEL,
    WANT_STREAM,
    WANT_STREAM_OPTIONS,
    WANT_OVERRIDES,
    WANTS = WANT_OVERRIDES + OVERRIDES
};

struct edit {
    struct json_want want[WANTS];
    struct str *pieces; /* of the edited body; in the arena */
    size_t n, total;
    struct str loss;  /* members taken out: "seed;dropped, …" */
    bool hides_usage; /* usage was asked for by us alone */
};

/* How it is for a target. */
struct edit_how {
    struct str model;         /* {0}: the body holds none */
    const char *const *drops; /* members the provider refuses; may be NULL */
    bool asks_usage;          /* of a stream: include_usage */
    bool keeps_overrides;     /* they are the provider's own business */
};

/* One pass over the top level, which also finds what names the conversation:
 * session has room for SESSION_WANTS. SL_OK; SL_SYNTAX, SL_DUPLICATE … of
 * json_scan. */
SL_MUST_USE enum sl_rc edit_read(struct edit *e, struct str body,
                                 struct json_want *session, struct err *err);
void edit_write(struct exchange *x, struct edit *e, const struct edit_how *how);

#endif
