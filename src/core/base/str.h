/* SPDX-License-Identifier: MIT */
/* Borrowed, immutable bytes: a pointer and a length, passed by value.
 * Empty is {0}; p may be NULL only when n is 0; nothing relies on a NUL. */
#ifndef SL_STR_H
#define SL_STR_H

#include "core/base/base.h"

struct str {
    const char *p;
    size_t n;
};

/* A literal as a slice; also usable in static initialisers as STR_INIT. */
#define STR(lit) ((struct str){"" lit, sizeof(lit) - 1})
#define STR_INIT(lit)           \
    {                           \
        "" lit, sizeof(lit) - 1 \
    }

/* libc's edge: a NUL-terminated string as a slice; NULL gives {0}. */
struct str str_of(const char *z);
struct str str_range(const char *from, const char *to);

/* Inline, so that against a literal it is a length and a few words. */
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
/* ASCII letters without case, as HTTP field names compare. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_starts_nocase(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* <0, 0, >0 in byte order. */
int str_cmp(struct str a, struct str b);

/* Offset of the first c, of the first `sub`; s.n when there is none. An empty
 * `sub` is found at 0. */
size_t str_find(struct str s, char c);
size_t str_find_str(struct str s, struct str sub);
bool str_has(struct str s, struct str sub);

/* What stands before the first c; all of s when there is none. */
struct str str_before(struct str s, char c);
/* s without its first n bytes (all of it when n is more). */
struct str str_skip(struct str s, size_t n);
/* The first n bytes (all of it when n is more). */
struct str str_first(struct str s, size_t n);
/* Without spaces, tabs, CR and LF at both ends. */
struct str str_trim(struct str s);
/* Takes the piece before the next sep off *rest; false once *rest is used up.
 * "a,,b" gives "a", "", "b"; "a," gives "a"; "" gives nothing. */
bool str_split(struct str *rest, char sep, struct str *piece);

char char_lower(char c);
bool char_is_digit(char c);
bool char_is_alpha(char c);
/* Value of a hex digit, -1 for anything else. */
int char_hex(char c);

/* Equal bytes, in a time that depends on the length of `given` alone:
 * for secrets. */
bool str_eq_secret(struct str secret, struct str given);

#endif
