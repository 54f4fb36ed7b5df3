/* SPDX-License-Identifier: MIT */
/* The chunked transfer coding, a byte at a time outside of the data. The one
 * hard idea: each state is what the next byte may be, so that a cut anywhere
 * is nothing special. */
#include "core/http/chunked.h"

#include "core/base/base.h"
#include "core/http/http.h"

enum { MAX_DIGITS = 16 };

/* What the next byte belongs to. */
enum state {
    SIZE,          /* the size of a chunk; no or some digits are read */
    EXTENSION,     /* behind the size, up to its CR */
    SIZE_END,      /* the LF behind it */
    DATA,          /* `left` bytes of the body */
    DATA_CR,       /* the line end behind the data */
    DATA_LF,       /*  ... */
    TRAILER,       /* a trailer's first byte, or the CR of the last line */
    TRAILER_NAME,  /* behind its first byte, up to the colon */
    TRAILER_VALUE, /* behind the colon, up to its CR */
    TRAILER_END,   /* the LF behind it */
    LAST_END,      /* the LF of the last line */
    DONE,
    BROKEN, /* malformed, for good */
    OVER,   /* over a limit, for good */
};

void chunked_init(struct chunked *c)
{
    *c = (struct chunked){.state = SIZE};
}

/* Counts a byte of an extension or a trailer. */
static enum state count(struct chunked *c, uint32_t limit, enum state next)
{
    if (c->line == limit)
        return OVER;
    c->line++;
    return next;
}

static enum state after_size(struct chunked *c, char b)
{
    int digit = char_hex(b);

    if (digit >= 0 && c->digits < MAX_DIGITS) {
        c->left = c->left << 4 | (unsigned)digit;
        c->digits++;
        return SIZE;
    }
    if (c->digits == 0 || digit >= 0)
        return BROKEN;
    if (b == '\r')
        return SIZE_END;
    return b == ';' ? count(c, CHUNKED_EXT_BYTES, EXTENSION) : BROKEN;
}

static enum state after_extension(struct chunked *c, char b)
{
    if (b == '\r')
        return SIZE_END;
    if (!http_is(b, HTTP_VALUE))
        return BROKEN;
    return count(c, CHUNKED_EXT_BYTES, EXTENSION);
}

static enum state after_size_end(struct chunked *c, char b)
{
    if (b != '\n')
        return BROKEN;
    c->digits = 0;
    if (c->left != 0)
        return DATA;
    c->line = 0;
    return TRAILER;
}

static enum state in_trailer(struct chunked *c, bool may_be, enum state next)
{
    return may_be ? count(c, CHUNKED_TRAILER_BYTES, next) : BROKEN;
}

/* The state behind byte b; not for DATA and the last three. */
static enum state step(struct chunked *c, char b)
{
    bool in_name = http_is(b, HTTP_TOKEN);

    switch ((enum state)c->state) {
    case SIZE:
        return after_size(c, b);
    case EXTENSION:
        return after_extension(c, b);
    case SIZE_END:
        return after_size_end(c, b);
    case DATA_CR:
        return b == '\r' ? DATA_LF : BROKEN;
    case DATA_LF:
        return b == '\n' ? SIZE : BROKEN;
    case TRAILER:
        if (b == '\r')
            return LAST_END;
        return in_trailer(c, in_name, TRAILER_NAME);
    case TRAILER_NAME:
        if (b == ':')
            return in_trailer(c, true, TRAILER_VALUE);
        return in_trailer(c, in_name, TRAILER_NAME);
    case TRAILER_VALUE:
        if (b == '\r')
            return in_trailer(c, true, TRAILER_END);
        return in_trailer(c, http_is(b, HTTP_VALUE), TRAILER_VALUE);
    case TRAILER_END:
        return in_trailer(c, b == '\n', TRAILER);
    case LAST_END:
        return b == '\n' ? DONE : BROKEN;
    case DATA:
    case DONE:
    case BROKEN:
    case OVER:
        break;
    }
    return BROKEN;
}

enum sl_rc chunked_next(struct chunked *c, struct str *in, struct str *data)
{
    while (c->state < DONE && in->n != 0) {
        if (c->state == DATA) {
            size_t n = c->left < in->n ? (size_t)c->left : in->n;

            *data = str_first(*in, n);
            *in = str_skip(*in, n);
            c->left -= n;
            if (c->left == 0)
                c->state = DATA_CR;
            return SL_OK;
        }
        c->state = (uint8_t)step(c, in->p[0]);
        *in = str_skip(*in, 1);
    }
    if (c->state == DONE)
        return SL_EOF;
    if (c->state == BROKEN)
        return SL_SYNTAX;
    return c->state == OVER ? SL_TOO_LARGE : SL_AGAIN;
}

size_t chunked_write_size(char *to, uint64_t n)
{
    unsigned shift = 60;
    size_t at = 0;

    SL_ASSERT(n != 0);
    while (n >> shift == 0)
        shift -= 4;
    for (;; shift -= 4) {
        to[at++] = "0123456789abcdef"[n >> shift & 15];
        if (shift == 0)
            break;
    }
    to[at++] = '\r';
    to[at++] = '\n';
    return at;
}
