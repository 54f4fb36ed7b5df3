/* SPDX-License-Identifier: MIT */
/* The words of JSON, for the files of the JSON module alone. A cursor moves
 * over the text; a function that fails leaves it where the text is wrong, with
 * the reason. */
#ifndef SL_JSON_LEX_H
#define SL_JSON_LEX_H

#include "core/base/json.h"

struct json_lex {
    const char *p, *end;
    enum sl_rc rc;   /* of the failure */
    struct str what; /* its reason */
};

/* At the beginning of a text that is not {0}, so that pointers may be compared
 * and counted on. */
struct json_lex json_lex_of(struct str text);
/* {0} as an empty text. */
struct str json_solid(struct str text);

/* Fails at p with SL_SYNTAX. Always false. */
bool json_lex_fail(struct json_lex *x, const char *p, struct str what);
/* err_set_at for a failed cursor over text. */
enum sl_rc json_lex_err(const struct json_lex *x, struct str text,
                        struct err *err);

static inline bool json_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline void json_lex_space(struct json_lex *x)
{
    while (x->p < x->end && *x->p <= ' ' && json_is_space(*x->p))
        x->p++;
}

/* Takes c, after spaces; fails with `what` on anything else. */
bool json_lex_char(struct json_lex *x, char c, struct str what);

/* First quote, backslash or control character from p on; end without one. */
const char *json_lex_stop(const char *p, const char *end);
/* From the opening quote to past the closing one; escapes are stepped over. */
bool json_lex_string(struct json_lex *x);
/* The same with every escape checked, and counted. UTF-8 is not looked at. */
bool json_lex_strict(struct json_lex *x, uint32_t *escapes);
bool json_lex_literal(struct json_lex *x);
bool json_lex_number(struct json_lex *x);

/* An array or object, from its bracket to past the other: strings and nesting
 * are checked, nothing else. SL_TOO_LARGE when it has more than `depth`
 * levels. */
bool json_lex_nested(struct json_lex *x, unsigned depth);
/* Any value as loosely as that; of a number the characters only. */
bool json_lex_value(struct json_lex *x, unsigned depth);

/* An upper bound of the nodes of the text up to its first error. */
size_t json_lex_count(struct str text);

/* One escape at p: bytes it takes, 0 when it is none. A pair of surrogates is
 * one, a lone surrogate none. */
size_t json_escape(const char *p, const char *end, uint32_t *code);
/* Inner text of a string (between the quotes, escapes valid) unescaped to
 * `to`, which has room for inner.n bytes; the length. */
size_t json_unescape(struct str inner, char *to);
/* Inner texts compared unescaped, in byte order. */
int json_inner_cmp(struct str a, struct str b);
/* An inner text, unescaped, is `text`. */
bool json_inner_eq(struct str inner, struct str text);
/* Without its quotes. */
struct str json_inner(struct str raw);

#endif
