/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259, strict) in three strengths, so that a relay never parses
 * more than it needs; no strength copies the text.
 *
 *   json_scan   one pass that finds a few top-level members of an object:
 *               nesting, closed strings and nothing after the value are
 *               checked; UTF-8 and the grammar of numbers are not.
 *   json_parse  a full, validated index over the text, to walk by path.
 *   json_edit   replaces, inserts and removes members; every byte that is not
 *               touched stays as it was.
 *
 *     struct json_want want[] = {{.name = STR("model")}};
 *     rc = json_scan(body, want, 1, &err);
 *     ... want[0].value is the raw text: "gpt-4o" with its quotes
 *
 *     struct json doc;
 *     rc = json_parse(&doc, body, arena, NULL, &err);
 *     struct jval role = json_get(json_at(json_get(json_root(&doc),
 *                                 STR("messages")), 0), STR("role"));
 *
 * Readers propagate null: no check is needed between the steps. */
#ifndef SL_JSON_H
#define SL_JSON_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/rc.h"

/* ---- one pass ---- */

/* A member to look for: `name` goes in, the rest comes out. */
struct json_want {
    struct str name;   /* unescaped */
    struct str value;  /* raw text of the value, borrowed; {0} when absent */
    struct str member; /* raw text from the name's quote to the value's end */
};

/* Finds members at the top level of the object in text; keys are compared
 * unescaped. SL_SYNTAX with the offset when text is not one object, strings
 * are not closed, hold a control character, or brackets do not match;
 * SL_TOO_LARGE when nested deeper than JSON_DEPTH; SL_DUPLICATE when a wanted
 * name stands twice (err->where says which). Other members may repeat. When it
 * fails, every wanted value is {0}. */
SL_MUST_USE enum sl_rc json_scan(struct str text, struct json_want *want,
                                 size_t n, struct err *err);

/* The same for the elements of a raw array, for the members of a raw object:
 * steps over them without an index. *rest is the raw value on the first call,
 * and must have passed json_scan or json_parse. False at the end, and where
 * what json_scan does not look at is no array or object. `name` is raw, with
 * its quotes. */
bool json_next_element(struct str *rest, struct str *value);
bool json_next_member(struct str *rest, struct str *name, struct str *value);

/* ---- raw values: what json_scan hands out ---- */

enum json_type {
    JSON_NONE, /* absent */
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* By its first byte; JSON_NONE for {0}. */
enum json_type json_raw_type(struct str raw);
/* The text of a raw string, with its quotes, unescaped: borrows raw when there
 * is no escape, else in arena. SL_SYNTAX: not a string, a bad escape, a lone
 * surrogate or invalid UTF-8; SL_NOMEM. */
SL_MUST_USE enum sl_rc json_raw_text(struct str raw, struct arena *a,
                                     struct str *text);
/* An integer that fits; a fraction or exponent is false, save when it is
 * integral ("1e3", "2.0"). */
SL_MUST_USE bool json_raw_i64(struct str raw, int64_t *v);
/* The nearest double; false when it would be infinite, as for "1e999". */
SL_MUST_USE bool json_raw_f64(struct str raw, double *v);

/* ---- the full index ---- */

enum {
    JSON_DEPTH = 128,         /* levels of nesting, unless the limits differ */
    JSON_NODES = 1024 * 1024, /* values in one text */
    JSON_BYTES = 64 * 1024 * 1024,
};

/* A limit that is 0 is the default above. */
struct json_limits {
    uint32_t depth, nodes;
    size_t bytes;
};

/* One value. Members of an object are two nodes, name (a string) and value. */
struct json_node {
    uint32_t start, end; /* offsets of its first byte and past its last */
    uint32_t next;       /* index past this value and all it holds */
    uint32_t n;          /* elements, members; escapes in a string */
    uint8_t type;        /* enum json_type */
};

struct json {
    struct str text;
    const struct json_node *nodes; /* in arena; document order */
    uint32_t n;
};

/* A value of a document, or nothing: {0}. */
struct jval {
    const struct json *doc;
    uint32_t i;
};

/* Validates the whole text and indexes it. limits may be NULL. Duplicate keys
 * are kept in order and json_get finds the LAST one, as most readers do (RFC
 * 8259 section 4); json_duplicates tells of them. err gets the offset:
 * SL_SYNTAX, SL_TOO_LARGE (a limit), SL_NOMEM. A lone surrogate escape and
 * invalid UTF-8 are SL_SYNTAX; a byte order mark too. */
SL_MUST_USE enum sl_rc json_parse(struct json *doc, struct str text,
                                  struct arena *a,
                                  const struct json_limits *limits,
                                  struct err *err);

struct jval json_root(const struct json *doc);
enum json_type json_type(struct jval v);
bool json_is_null(struct jval v); /* absent or null */
bool json_is_true(struct jval v); /* the literal true */
bool json_is_str(struct jval v);
bool json_is_num(struct jval v);
bool json_is_arr(struct jval v);
bool json_is_obj(struct jval v);
struct str json_raw(struct jval v); /* its text; {0} when absent */
uint32_t json_count(struct jval v); /* elements or members; 0 otherwise */

struct jval json_get(struct jval object, struct str name);
struct jval json_at(struct jval array, uint32_t i);
/* By dotted path with indexes: "choices.0.message.content". */
struct jval json_path(struct jval v, struct str path);
/* Where a value stands in its document: "messages[3].content[0]"; nothing for
 * the document itself. A member's name as it is written between its quotes. */
void json_where(struct jval v, struct buf *out);
/* True when the object (not those in it) has two members of one name, which
 * goes to *name as it is written between its quotes; name may be NULL. */
bool json_duplicates(struct jval object, struct str *name);

/* Walks the elements or members:
 *     struct jval_iter it = json_iter(v);
 *     while (json_iter_next(&it)) use(it.name, it.value);
 * `name` is a string value, nothing in an array. */
struct jval_iter {
    struct jval name, value;
    /* private */
    const struct json *doc;
    uint32_t at, left;
    bool is_object;
};
struct jval_iter json_iter(struct jval v);
bool json_iter_next(struct jval_iter *it);

/* The text of a string, unescaped; {0} text and false when v is no string or
 * there is no memory. Borrows the document when nothing is escaped. */
SL_MUST_USE bool json_text(struct jval v, struct arena *a, struct str *text);
/* Equal to an unescaped text. */
bool json_text_eq(struct jval v, struct str text);
SL_MUST_USE bool json_i64(struct jval v, int64_t *n);
SL_MUST_USE bool json_f64(struct jval v, double *n);

/* ---- editing ---- */

struct json_change;

/* Edits of one text, kept in order; the text itself is never changed. */
struct json_edit {
    struct str text;
    /* private */
    struct arena *arena;
    struct json_change *changes; /* sorted by offset */
    size_t n, cap;
    bool failed;
};

void json_edit_init(struct json_edit *e, struct str text, struct arena *a);
/* `old` and the others are slices of text, as scan or index gave them; `raw`
 * is JSON text that lives as long as the edit. Overlapping edits are a bug
 * of the caller (asserted), save that removed members may be neighbours. */
void json_edit_replace(struct json_edit *e, struct str old, struct str raw);
/* Adds a member at the end of an object, given by its raw text. Several go in
 * the order of the calls. */
void json_edit_insert(struct json_edit *e, struct str object, struct str name,
                      struct str raw);
/* Removes a member (the `member` slice of a scan) and one comma. */
void json_edit_remove(struct json_edit *e, struct str object,
                      struct str member);
/* The edited text as pieces that borrow the text and the replacements, at
 * most cap of them, in order, none empty. Returns their number; 0 with
 * *total 0 when an edit failed for want of memory or cap is too small (cap of
 * 2 × edits × 4 + 1 always suffices). */
size_t json_edit_pieces(struct json_edit *e, struct str *pieces, size_t cap,
                        size_t *total);
/* The same, written out. */
void json_edit_write(struct json_edit *e, struct buf *out);

/* ---- writing ---- */

/* A quoted string. What is not valid UTF-8 becomes U+FFFD, so that the output
 * is always valid. Escapes ", \ and control characters only. */
void json_str(struct buf *out, struct str text);
/* The same without the quotes, for a string made of several texts. */
void json_str_part(struct buf *out, struct str text);
/* "name": */
void json_key(struct buf *out, struct str name);
/* A comma, unless out is empty or an object or an array has just begun. */
void json_next(struct buf *out);
/* The same, and "name": */
void json_member(struct buf *out, struct str name);
/* JSON text as it is, on one line: what breaks lines can only stand between its
 * words, and becomes a space. For framings in which a line ends a text. */
void json_line(struct buf *out, struct str raw);
void json_i64_write(struct buf *out, int64_t v);
/* The fewest digits that read back the same; NaN and infinities are null. */
void json_f64_write(struct buf *out, double v);

#endif
