/* SPDX-License-Identifier: MIT */
/* Slices. The one hard idea: an empty slice may have a null pointer, which the
 * mem functions must never see, so each guards their use by the length. */
#include "core/base/str.h"

#include "core/base/base.h"

struct str str_of(const char *z)
{
    struct str s = {z, 0};

    if (z != NULL)
        while (z[s.n] != '\0')
            s.n++;
    return s;
}

struct str str_range(const char *from, const char *to)
{
    SL_ASSERT(from <= to);
    return (struct str){from, (size_t)(to - from)};
}

char char_lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c | 0x20);
    return c;
}

bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool char_is_alpha(char c)
{
    char l = char_lower(c);

    return l >= 'a' && l <= 'z';
}

int char_hex(char c)
{
    char l = char_lower(c);

    if (char_is_digit(c))
        return c - '0';
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] != b.p[i] && char_lower(a.p[i]) != char_lower(b.p[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_first(s, prefix.n), prefix);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq_nocase(str_first(s, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_skip(s, s.n - suffix.n), suffix);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

size_t str_find(struct str s, char c)
{
    /* No object is larger; said for gcc's link-time warnings. */
    bool sane = s.n != 0 && s.n <= PTRDIFF_MAX;
    const char *at = sane ? memchr(s.p, c, s.n) : NULL;

    return at == NULL ? s.n : (size_t)(at - s.p);
}

/* Quadratic at worst: what is looked for is short and ours. */
size_t str_find_str(struct str s, struct str sub)
{
    size_t at = 0;

    if (sub.n == 0)
        return 0;
    while (s.n - at >= sub.n) {
        size_t last = s.n - sub.n;
        struct str rest = {s.p + at, last - at + 1};
        size_t next = str_find(rest, sub.p[0]);

        if (next == rest.n)
            return s.n;
        at += next;
        if (memcmp(s.p + at, sub.p, sub.n) == 0)
            return at;
        at++;
    }
    return s.n;
}

bool str_has(struct str s, struct str sub)
{
    return sub.n == 0 || str_find_str(s, sub) != s.n;
}

struct str str_before(struct str s, char c)
{
    return str_first(s, str_find(s, c));
}

struct str str_skip(struct str s, size_t n)
{
    if (n == 0)
        return s;
    if (n > s.n)
        n = s.n;
    return (struct str){s.n == 0 ? s.p : s.p + n, s.n - n};
}

struct str str_first(struct str s, size_t n)
{
    return (struct str){s.p, n < s.n ? n : s.n};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n != 0 && is_space(s.p[0]))
        s = str_skip(s, 1);
    while (s.n != 0 && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_split(struct str *rest, char sep, struct str *piece)
{
    if (rest->n == 0)
        return false;
    *piece = str_before(*rest, sep);
    *rest = str_skip(*rest, piece->n + 1);
    return true;
}

/* Every byte of `given` is looked at whatever the ones before it were. Past
 * the end of the secret its first byte is compared again: the lengths differ
 * then, so the answer is no anyway. */
bool str_eq_secret(struct str secret, struct str given)
{
    const char *p = secret.n == 0 ? "" : secret.p;
    volatile unsigned differ = secret.n != given.n;

    for (size_t i = 0; i < given.n; i++) {
        size_t at = i < secret.n ? i : 0;

        differ = differ | (unsigned char)(p[at] ^ given.p[i]);
    }
    return differ == 0;
}
