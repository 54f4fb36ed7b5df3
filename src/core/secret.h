/* SPDX-License-Identifier: MIT */
/* A key that must not be seen: no function gives its text back as a slice, so
 * that none lands in a log or an error by accident. What can be done with it
 * is listed here: compare, put on the wire, show masked, wipe. */
#ifndef SL_SECRET_H
#define SL_SECRET_H

#include "core/base/buf.h"
#include "core/base/str.h"

struct secret {
    struct str hidden_; /* private to secret.c */
};

/* Borrows text, which must be writable when the secret is wiped later. */
struct secret secret_of(struct str text);
/* Overwrites the text where it stands; the secret is empty then. */
void secret_wipe(struct secret *s);

/* In a time that depends on the length of `given` alone. */
bool secret_matches(const struct secret *s, struct str given);
/* True when text holds it: such a text must not be shown. Always false for one
 * of less than eight characters, which would be found in any text. */
bool secret_occurs_in(const struct secret *s, struct str text);
/* True when it can stand in a field: no control characters, so that it can't
 * end the line it is on. */
bool secret_fits_field(const struct secret *s);

/* The same for the same text, within one process: tells whether a key stayed
 * where it was. Not to be shown. */
uint64_t secret_hash(const struct secret *s);

/* Appends the text. For wires only. */
void secret_write(struct buf *out, const struct secret *s);
/* Appends what may be shown: the last three characters behind at most ten
 * asterisks; nothing of a text of three characters or less. */
void secret_mask(struct buf *out, const struct secret *s);

#endif
