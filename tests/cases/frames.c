/* SPDX-License-Identifier: MIT */
/* u32 total, u32 headers, u32 crc of those two, headers, payload, u32 crc of
 * all before it; big-endian. A header is u8 length, name, 7 (a string), u16
 * length, value. */
#include "frames.h"

enum { PRELUDE = 12, MESSAGE_MAX = 1 << 20 };

static uint32_t crc32(struct str s)
{
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < s.n; i++) {
        crc ^= (uint8_t)s.p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

static void add_u32(struct buf *out, size_t v)
{
    for (unsigned shift = 32; shift != 0; shift -= 8)
        buf_add_char(out, (char)(v >> (shift - 8) & 0xFF));
}

static void add_header(struct buf *out, struct str name, struct str value)
{
    buf_add_char(out, (char)name.n);
    buf_add(out, name);
    buf_add_char(out, 7);
    buf_add_char(out, (char)(value.n >> 8));
    buf_add_char(out, (char)(value.n & 0xFF));
    buf_add(out, value);
}

static void add_message(struct buf *out, struct str name, struct str payload)
{
    bool is_exception = str_starts(name, STR("!"));
    size_t from = out->n;
    struct buf headers;

    buf_init(&headers, out->mem, MESSAGE_MAX);
    add_header(&headers,
               is_exception ? STR(":exception-type") : STR(":event-type"),
               str_skip(name, is_exception ? 1 : 0));
    add_header(&headers, STR(":content-type"), STR("application/json"));
    add_header(&headers, STR(":message-type"),
               is_exception ? STR("exception") : STR("event"));
    add_u32(out, PRELUDE + headers.n + payload.n + 4);
    add_u32(out, headers.n);
    add_u32(out, crc32(str_skip(buf_str(out), from)));
    buf_add(out, buf_str(&headers));
    buf_add(out, payload);
    add_u32(out, crc32(str_skip(buf_str(out), from)));
    buf_release(&headers);
}

void frames_write(struct buf *out, struct str lines)
{
    struct str line;

    while (str_split(&lines, '\n', &line)) {
        struct str name = str_before(line, ' ');

        if (line.n != 0)
            add_message(out, name, str_skip(line, name.n + 1));
    }
}
