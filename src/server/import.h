/* SPDX-License-Identifier: MIT */
/* A configuration that is being made of another program's: `sluice import`.
 *
 * Each piece is tried as it is added: the text so far and the piece must be a
 * configuration that `sluice check` takes. One that is refused stands there as
 * a comment, with the reason, and is warned of on stderr. So what is printed is
 * always good, and what is missing is seen.
 *
 * Values may be keys: they are written to the text alone, never to stderr. */
#ifndef SL_IMPORT_H
#define SL_IMPORT_H

#include "core/base/json.h"

enum import_part {
    IMPORT_MEMBERS,   /* top level: "NAME": value */
    IMPORT_ENDPOINTS, /* CUSTOM_OPENAI_ENDPOINTS: objects */
    IMPORT_PROVIDERS, /* providers: "NAME": object */
    IMPORT_PARTS
};

struct import {
    struct arena arena;
    struct buf parts[IMPORT_PARTS]; /* lines, each piece with a comma */
    size_t n_pieces[IMPORT_PARTS];
    struct buf notes; /* comment lines at the end */
    size_t n_warnings;
    bool out_of_memory;
};

void import_init(struct import *im);
/* Keys in it are wiped. */
void import_release(struct import *im);

/* False: it was refused, and stands in the notes. name is {0} for an
 * endpoint. */
bool import_add(struct import *im, enum import_part part, struct str name,
                struct str value);
/* A comment above the piece that is added next to this part. */
void import_comment(struct import *im, enum import_part part, struct str text);
/* A comment at the end. */
void import_note(struct import *im, struct str text);
/* A line on stderr: no values in it. */
void import_warn(struct import *im, struct str where, struct str what);
/* Both: "where: value" as a comment, "where what" on stderr. */
void import_leave(struct import *im, struct str where, struct jval value,
                  struct str what);

/* Parts joined in the arena; {0} when there is no memory. */
struct str import_join(struct import *im, const struct str *parts, size_t n);
#define IMPORT_JOIN(im, ...)                             \
    import_join((im), (const struct str[]){__VA_ARGS__}, \
                SL_LEN(((const struct str[]){__VA_ARGS__})))
/* On one line. */
struct str import_compact(struct import *im, struct jval value);
/* The text of a string, a number or a literal; {0}: none. */
struct str import_text(struct import *im, struct jval value);
struct str import_quoted(struct import *im, struct str text);

void import_write(struct import *im, struct str file, struct buf *out);

/* import_litellm.c, import_jsonc.c: the whole configuration. False: it is none,
 * and was said why. */
SL_MUST_USE bool import_litellm(struct import *im, struct jval root);
SL_MUST_USE bool import_jsonc(struct import *im, struct jval root);

#endif
