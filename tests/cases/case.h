/* SPDX-License-Identifier: MIT */
/* A conversation as a Markdown file: what each side sends, and what the other
 * one must get. Sections, each headed by "## ":
 *
 *     config                 the configuration file; JSONC
 *     environment            NAME=value lines, beside those every case has
 *     client sends           "POST /v1/…", fields, an empty line, the body;
 *                            begins another turn when it stands again
 *     upstream must get      of the next call: method and path, fields that
 *                            must be there (all of a name that stands alone
 *                            with its colon: absent), the body: as JSON, or,
 *                            headed "upstream must get, byte for byte", as is
 *     upstream sends         status and fields (both may be left out), body;
 *                            words behind commas: "crlf" (its lines end so),
 *                            "event stream" (a line NAME {…} is a message of
 *                            AWS's framing), "cut" (the connection breaks
 *                            behind it), "cut inside" (and its last frame is
 *                            not closed), "newline" (one ends it, where its
 *                            kind has none), "hangs" (nothing more comes)
 *     upstream fails         a name of tbl/rc.h, "UP_REFUSED"
 *     client must get        status ("200 cut": the answer was broken off),
 *                            fields, body
 *
 * Empty lines at the end of a section are the file's; a stream of events gets
 * the one that closes its last frame. $id and $now stand for the id and the
 * Unix time that every exchange of a case has. */
#ifndef SL_CASE_H
#define SL_CASE_H

#include "core/base/arena.h"
#include "core/base/str.h"

enum { CASE_CALLS = 8, CASE_TURNS = 4, CASE_ENV = 24 };

/* One section; slices of the file, or in the arena. */
struct case_part {
    struct str how;    /* what stands behind the first comma of its heading */
    struct str line;   /* request line or status; {0}: none */
    struct str fields; /* lines */
    struct str body;   /* without the empty lines at its end */
    struct str text;   /* the whole section in the file, its heading left out */
    bool is_failure;   /* upstream fails: line is the code */
    bool is_set;
};

struct case_turn {
    struct case_part request, reply;
    struct case_part gets[CASE_CALLS], sends[CASE_CALLS]; /* by call */
    size_t n_gets, n_sends;
};

struct case_file {
    const char *path;
    struct str text;
    struct str config;
    const char *env[CASE_ENV + 1]; /* NULL-terminated */
    size_t n_env;
    struct case_turn turns[CASE_TURNS];
    size_t n_turns;
};

/* text outlives c. False: *wrong says why. */
bool case_read(struct case_file *c, const char *path, struct str text,
               struct arena *a, const char **wrong);

/* True when `how` holds the word. */
bool case_has(const struct case_part *p, const char *word);
/* A field's value; {0} when it is not there. *is_there may be NULL. */
struct str case_field(struct str fields, struct str name, bool *is_there);
/* The body as it is on the wire: lines ended, frames closed. */
struct str case_bytes(const struct case_part *p, struct arena *a);
/* text with each $id and $now replaced. */
struct str case_fill(struct str text, struct str id, struct str now,
                     struct arena *a);
/* The media type that a part has or, without fields, shows. */
struct str case_media(const struct case_part *p);

#endif
