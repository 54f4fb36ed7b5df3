/* SPDX-License-Identifier: MIT */
/* AWS event streams. The one hard idea: the first twelve bytes are checked by
 * themselves as soon as they are there, so that a broken length neither waits
 * for bytes that never come nor asks for memory. */
#include "core/http/evstream.h"

#include "core/base/base.h"
#include "core/base/crc32.h"

enum {
    PRELUDE = 12,     /* two lengths and their checksum */
    FRAME_MIN = 16,   /* prelude and checksum */
    LONGEST = 0xffff, /* value of a header */
    UUID_BYTES = 16,
    NAME_MAX = 255,
};

void evstream_init(struct evstream *s, const struct sl_mem *mem, size_t limit)
{
    *s = (struct evstream){.limit = limit, .broken = SL_OK};
    buf_init(&s->held, mem, limit);
}

void evstream_release(struct evstream *s)
{
    buf_release(&s->held);
    s->is_given = false;
}

size_t evstream_pending(const struct evstream *s)
{
    return s->is_given ? 0 : s->held.n;
}

/* ---- numbers ---- */

static uint64_t read_unsigned(struct str bytes)
{
    uint64_t v = 0;

    for (size_t i = 0; i < bytes.n; i++)
        v = (v << 8) | (unsigned char)bytes.p[i];
    return v;
}

static int64_t read_signed(struct str bytes)
{
    uint64_t sign = (uint64_t)1 << (8 * bytes.n - 1);
    uint64_t v = read_unsigned(bytes);

    /* Without a shift of what is negative, and without overflow. */
    return (v & sign) == 0 ? (int64_t)v
                           : -(int64_t)(sign - 1 - (v & (sign - 1))) - 1;
}

static void write_unsigned(struct buf *out, uint64_t v, unsigned bytes)
{
    for (; bytes > 0; bytes--)
        buf_add_char(out, (char)(unsigned char)(v >> (8 * bytes - 8) & 0xff));
}

/* ---- headers ---- */

/* Bytes of a value whose length its type says; of the others -1. */
static int fixed_bytes(enum evstream_type type)
{
    switch (type) {
    case EVSTREAM_TRUE:
    case EVSTREAM_FALSE:
        return 0;
    case EVSTREAM_I8:
        return 1;
    case EVSTREAM_I16:
        return 2;
    case EVSTREAM_I32:
        return 4;
    case EVSTREAM_I64:
    case EVSTREAM_TIME:
        return 8;
    case EVSTREAM_UUID:
        return UUID_BYTES;
    case EVSTREAM_BYTES:
    case EVSTREAM_STRING:
    case EVSTREAM_TYPES:
        break;
    }
    return -1;
}

static bool is_text(enum evstream_type type)
{
    return type == EVSTREAM_BYTES || type == EVSTREAM_STRING ||
           type == EVSTREAM_UUID;
}

static bool take(struct str *s, size_t n, struct str *bytes)
{
    if (s->n < n)
        return false;
    *bytes = str_first(*s, n);
    *s = str_skip(*s, n);
    return true;
}

static bool take_number(struct str *s, size_t n, size_t *v)
{
    struct str bytes;

    if (!take(s, n, &bytes))
        return false;
    *v = (size_t)read_unsigned(bytes);
    return true;
}

enum sl_rc evstream_header_next(struct str *headers, struct evstream_header *h)
{
    struct evstream_header found = {0};
    struct str rest = *headers, value;
    size_t n, type;

    if (rest.n == 0)
        return SL_EOF;
    if (!take_number(&rest, 1, &n) || n == 0 || !take(&rest, n, &found.name) ||
        !take_number(&rest, 1, &type) || type >= EVSTREAM_TYPES)
        return SL_SYNTAX;
    found.type = (enum evstream_type)type;
    if (fixed_bytes(found.type) >= 0)
        n = (size_t)fixed_bytes(found.type);
    else if (!take_number(&rest, 2, &n))
        return SL_SYNTAX;
    if (!take(&rest, n, &value))
        return SL_SYNTAX;
    if (is_text(found.type))
        found.bytes = value;
    else
        found.number =
            n == 0 ? found.type == EVSTREAM_TRUE : read_signed(value);
    *headers = rest;
    *h = found;
    return SL_OK;
}

/* ---- frames ---- */

struct member {
    struct str name;
    size_t at; /* in struct evstream_frame */
};

/* In the order that Amazon writes them. */
static const struct member members[] = {
    {STR_INIT(":event-type"), offsetof(struct evstream_frame, event_type)},
    {STR_INIT(":exception-type"),
     offsetof(struct evstream_frame, exception_type)},
    {STR_INIT(":error-code"), offsetof(struct evstream_frame, error_code)},
    {STR_INIT(":error-message"),
     offsetof(struct evstream_frame, error_message)},
    {STR_INIT(":content-type"), offsetof(struct evstream_frame, content_type)},
    {STR_INIT(":message-type"), offsetof(struct evstream_frame, message_type)},
};

static enum sl_rc read_headers(struct evstream_frame *frame)
{
    struct str rest = frame->headers;
    struct evstream_header h;
    enum sl_rc rc;

    while ((rc = evstream_header_next(&rest, &h)) == SL_OK) {
        for (size_t i = 0; i < SL_LEN(members); i++)
            if (h.type == EVSTREAM_STRING && str_eq(h.name, members[i].name))
                memcpy((char *)frame + members[i].at, &h.bytes,
                       sizeof(h.bytes));
    }
    return rc == SL_EOF ? SL_OK : rc;
}

/* Bytes of the frame that begins there; the prelude must be whole. */
static enum sl_rc read_prelude(const struct evstream *s, struct str bytes,
                               size_t *n)
{
    uint64_t total = read_unsigned(str_first(bytes, 4));
    uint64_t headers = read_unsigned(str_first(str_skip(bytes, 4), 4));
    uint64_t sum = read_unsigned(str_first(str_skip(bytes, 8), 4));

    if (crc32_add(0, str_first(bytes, 8)) != sum || total < FRAME_MIN ||
        headers > total - FRAME_MIN)
        return SL_SYNTAX;
    if (total > s->limit)
        return SL_TOO_LARGE;
    *n = (size_t)total;
    return SL_OK;
}

static enum sl_rc read_frame(struct str bytes, struct evstream_frame *frame)
{
    struct str all = str_first(bytes, bytes.n - 4);
    size_t n = (size_t)read_unsigned(str_first(str_skip(bytes, 4), 4));

    if (crc32_add(0, all) != read_unsigned(str_skip(bytes, all.n)))
        return SL_SYNTAX;
    *frame = (struct evstream_frame){
        .headers = str_first(str_skip(all, PRELUDE), n),
        .payload = str_skip(all, PRELUDE + n),
    };
    return read_headers(frame);
}

static enum sl_rc end_with(struct evstream *s, enum sl_rc rc)
{
    evstream_release(s);
    s->broken = (uint8_t)rc;
    return rc;
}

/* Holds bytes of *in until there are n; SL_AGAIN: *in is used up before. */
static enum sl_rc hold(struct evstream *s, struct str *in, size_t n)
{
    struct str piece = str_first(*in, n - s->held.n);

    buf_add(&s->held, piece);
    if (s->held.failed)
        return buf_rc(&s->held);
    *in = str_skip(*in, piece.n);
    return s->held.n < n ? SL_AGAIN : SL_OK;
}

/* The bytes of a whole frame, taken off *in. */
static enum sl_rc take_frame(struct evstream *s, struct str *in,
                             struct str *bytes)
{
    size_t n = 0;
    enum sl_rc rc;

    if (s->held.n == 0 && in->n >= PRELUDE) {
        rc = read_prelude(s, *in, &n);
        if (rc != SL_OK)
            return rc;
        if (take(in, n, bytes))
            return SL_OK;
    }
    if (s->held.n < PRELUDE) {
        rc = hold(s, in, PRELUDE);
        if (rc != SL_OK)
            return rc;
    }
    rc = read_prelude(s, buf_str(&s->held), &n);
    if (rc == SL_OK)
        rc = hold(s, in, n);
    if (rc != SL_OK)
        return rc;
    s->is_given = true;
    *bytes = buf_str(&s->held);
    return SL_OK;
}

enum sl_rc evstream_next(struct evstream *s, struct str *in,
                         struct evstream_frame *frame)
{
    struct evstream_frame found;
    struct str bytes;
    enum sl_rc rc;

    if (s->broken != SL_OK)
        return (enum sl_rc)s->broken;
    if (s->is_given)
        evstream_release(s);
    rc = take_frame(s, in, &bytes);
    if (rc == SL_AGAIN)
        return SL_AGAIN;
    if (rc == SL_OK)
        rc = read_frame(bytes, &found);
    if (rc != SL_OK)
        return end_with(s, rc);
    *frame = found;
    return SL_OK;
}

/* ---- writing ---- */

void evstream_write_header(struct buf *out, const struct evstream_header *h)
{
    SL_ASSERT(h->name.n != 0 && h->name.n <= NAME_MAX && h->bytes.n <= LONGEST);
    write_unsigned(out, h->name.n, 1);
    buf_add(out, h->name);
    write_unsigned(out, h->type, 1);
    if (h->type == EVSTREAM_BYTES || h->type == EVSTREAM_STRING)
        write_unsigned(out, h->bytes.n, 2);
    if (is_text(h->type)) {
        SL_ASSERT(h->type != EVSTREAM_UUID || h->bytes.n == UUID_BYTES);
        buf_add(out, h->bytes);
    } else {
        write_unsigned(out, (uint64_t)h->number,
                       (unsigned)fixed_bytes(h->type));
    }
}

static void write_members(struct buf *out, const struct evstream_frame *frame)
{
    for (size_t i = 0; i < SL_LEN(members); i++) {
        struct evstream_header h = {.name = members[i].name,
                                    .type = EVSTREAM_STRING};

        memcpy(&h.bytes, (const char *)frame + members[i].at, sizeof(h.bytes));
        if (h.bytes.n != 0)
            evstream_write_header(out, &h);
    }
}

void evstream_write(struct buf *out, const struct sl_mem *mem,
                    const struct evstream_frame *frame)
{
    struct buf headers;
    size_t start = out->n;

    buf_init(&headers, mem, UINT32_MAX / 2);
    write_members(&headers, frame);
    buf_add(&headers, frame->headers);
    write_unsigned(out, FRAME_MIN + headers.n + frame->payload.n, 4);
    write_unsigned(out, headers.n, 4);
    write_unsigned(out, crc32_add(0, str_skip(buf_str(out), start)), 4);
    buf_add(out, buf_str(&headers));
    buf_add(out, frame->payload);
    write_unsigned(out, crc32_add(0, str_skip(buf_str(out), start)), 4);
    if (headers.failed)
        out->failed = true;
    buf_release(&headers);
}
