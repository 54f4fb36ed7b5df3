/* SPDX-License-Identifier: MIT */
/* UTF-8. ASCII is skipped in blocks; everything else goes by its first byte,
 * which alone decides the length and what the second byte may be (RFC 3629,
 * section 4): all that is overlong, a surrogate or too high shows there. */
#include "core/base/utf8.h"

#include "core/base/base.h"
#include "core/base/simd.h"

/* Four loads make a block: one test for all of them. */
enum {
    SECOND = SIMD_BYTES,
    THIRD = 2 * SIMD_BYTES,
    FOURTH = 3 * SIMD_BYTES,
    BLOCK = 4 * SIMD_BYTES
};

/* The first byte that is not ASCII, or end. */
static const char *skip_ascii(const char *p, const char *end)
{
    for (; end - p >= BLOCK; p += BLOCK) {
        struct simd a = simd_or(simd_load(p), simd_load(p + SECOND));
        struct simd b = simd_or(simd_load(p + THIRD), simd_load(p + FOURTH));

        if (simd_high(simd_or(a, b)) != 0)
            break;
    }
    for (; end - p >= SIMD_BYTES; p += SIMD_BYTES) {
        simd_mask m = simd_high(simd_load(p));

        if (m != 0)
            return p + simd_first(m);
    }
    while (p != end && (unsigned char)*p < 0x80)
        p++;
    return p;
}

static bool in_range(char c, unsigned low, unsigned high)
{
    return (unsigned char)c >= low && (unsigned char)c <= high;
}

/* Length of the sequence that begins at p with a byte that is not ASCII; 0
 * when it is invalid or cut by end. */
static unsigned sequence(const char *p, const char *end)
{
    unsigned char first = (unsigned char)*p;
    unsigned n = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned low = 0x80, high = 0xBF;

    if (first < 0xC2 || first > 0xF4 || end - p < (ptrdiff_t)n)
        return 0;
    if (first == 0xE0)
        low = 0xA0; /* overlong below */
    else if (first == 0xED)
        high = 0x9F; /* surrogates above */
    else if (first == 0xF0)
        low = 0x90; /* overlong below */
    else if (first == 0xF4)
        high = 0x8F; /* over U+10FFFF above */
    if (!in_range(p[1], low, high) || (n > 2 && !in_range(p[2], 0x80, 0xBF)) ||
        (n > 3 && !in_range(p[3], 0x80, 0xBF)))
        return 0;
    return n;
}

size_t utf8_check(struct str s)
{
    size_t at = 0;

    while (at < s.n) {
        unsigned n;

        if ((unsigned char)s.p[at] < 0x80) {
            at = (size_t)(skip_ascii(s.p + at, s.p + s.n) - s.p);
            continue;
        }
        n = sequence(s.p + at, s.p + s.n);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

void utf8_write(struct buf *out, uint32_t code)
{
    char p[4];

    SL_ASSERT(code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF));
    if (code < 0x80) {
        buf_add_char(out, (char)code);
    } else if (code < 0x800) {
        p[0] = (char)(0xC0 | code >> 6);
        p[1] = (char)(0x80 | (code & 0x3F));
        buf_add(out, (struct str){p, 2});
    } else if (code < 0x10000) {
        p[0] = (char)(0xE0 | code >> 12);
        p[1] = (char)(0x80 | (code >> 6 & 0x3F));
        p[2] = (char)(0x80 | (code & 0x3F));
        buf_add(out, (struct str){p, 3});
    } else {
        p[0] = (char)(0xF0 | code >> 18);
        p[1] = (char)(0x80 | (code >> 12 & 0x3F));
        p[2] = (char)(0x80 | (code >> 6 & 0x3F));
        p[3] = (char)(0x80 | (code & 0x3F));
        buf_add(out, (struct str){p, 4});
    }
}
