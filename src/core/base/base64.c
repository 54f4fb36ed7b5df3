/* SPDX-License-Identifier: MIT */
/* Base64. Three bytes are four digits; the one hard idea is the last group,
 * whose unused bits must be zero, or one value would have several spellings. */
#include "core/base/base64.h"

#include "core/base/base.h"

static const char alphabets[][65] = {
    [BASE64_STANDARD] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    [BASE64_URL] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

enum { NO_DIGIT = 0xFF };

/* The bytes p[0] to p[n - 1], n at most 3, as the top bits of 24. */
static uint32_t join(const char *p, size_t n)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < 3; i++)
        bits = bits << 8 | (i < n ? (unsigned char)p[i] : 0);
    return bits;
}

void base64_write(struct buf *out, struct str bytes, enum base64_kind kind)
{
    const char *digits = alphabets[kind];
    size_t groups = bytes.n / 3 + (bytes.n % 3 != 0);
    size_t missing = groups * 3 - bytes.n;
    size_t n;
    char *to;

    if (groups == 0)
        return;
    /* What does not fit size_t does not fit any limit. */
    n = groups > SIZE_MAX / 4 ? SIZE_MAX : groups * 4;
    to = buf_room(out, n);
    if (to == NULL)
        return;
    for (size_t i = 0; i < groups; i++) {
        uint32_t bits = join(bytes.p + i * 3, bytes.n - i * 3);

        for (unsigned k = 0; k < 4; k++)
            to[i * 4 + k] = digits[bits >> (18 - 6 * k) & 63];
    }
    if (kind == BASE64_URL)
        n -= missing;
    else
        memset(to + n - missing, '=', missing);
    buf_grew(out, n);
}

/* Takes the padding off; false when it is not as the kind wants it. */
static bool strip(struct str *text, enum base64_kind kind)
{
    size_t padding = 0;

    while (padding < 2 && padding < text->n &&
           text->p[text->n - 1 - padding] == '=')
        padding++;
    if ((padding != 0 || kind == BASE64_STANDARD) && text->n % 4 != 0)
        return false;
    text->n -= padding;
    return text->n % 4 != 1;
}

/* Decodes n digits, at most 4, into n - 1 bytes at `to`. */
static bool read_group(const unsigned char *values, const char *p, size_t n,
                       char *to)
{
    uint32_t bits = 0;
    unsigned bad = 0;

    for (size_t i = 0; i < 4; i++) {
        unsigned v = i < n ? values[(unsigned char)p[i]] : 0;

        bad |= v;
        bits = bits << 6 | (v & 63);
    }
    for (size_t i = 0; i + 1 < n; i++)
        to[i] = (char)(bits >> (16 - 8 * i) & 0xFF);
    /* 8 × (n - 1) bits are used of the 24. */
    return bad < 64 && (bits & 0xFFFFFFU >> (8 * (n - 1))) == 0;
}

enum sl_rc base64_read(struct buf *out, struct str text, enum base64_kind kind)
{
    unsigned char values[256];
    size_t tail, n;
    char *to;

    if (!strip(&text, kind))
        return SL_SYNTAX;
    if (text.n == 0)
        return buf_rc(out);
    memset(values, NO_DIGIT, sizeof values);
    for (unsigned char i = 0; i < 64; i++)
        values[(unsigned char)alphabets[kind][i]] = i;
    tail = text.n % 4;
    n = text.n / 4 * 3 + (tail == 0 ? 0 : tail - 1);
    to = buf_room(out, n);
    if (to == NULL)
        return buf_rc(out);
    for (size_t i = 0; i < text.n / 4; i++)
        if (!read_group(values, text.p + i * 4, 4, to + i * 3))
            return SL_SYNTAX;
    if (tail != 0 &&
        !read_group(values, text.p + text.n - tail, tail, to + text.n / 4 * 3))
        return SL_SYNTAX;
    buf_grew(out, n);
    return SL_OK;
}
