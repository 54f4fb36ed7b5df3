/* SPDX-License-Identifier: MIT */
/* Event streams of AWS: two cuts give the same frames, and a frame written
 * again is read as the same. With an odd first byte the rest is the payload of
 * a frame, so that checksums are no wall. */
#include "core/http/evstream.h"

#include "fuzz.h"

enum { LIMIT = 400 };

static void tell(struct buf *told, const struct evstream_frame *f)
{
    struct str rest = f->headers;
    struct evstream_header h;
    struct buf again;

    buf_add(told, f->message_type);
    buf_add_char(told, '|');
    buf_add(told, f->event_type);
    buf_add(told, f->exception_type);
    buf_add_char(told, '|');
    buf_add(told, f->payload);
    buf_add_char(told, ';');
    buf_init(&again, &fuzz_mem, LIMIT);
    while (evstream_header_next(&rest, &h) == SL_OK)
        evstream_write_header(&again, &h);
    FUZZ_CHECK(rest.n == 0 && str_eq(buf_str(&again), f->headers));
    buf_release(&again);
}

static enum sl_rc read_all(struct str text, size_t step, struct buf *told)
{
    struct evstream s;
    struct evstream_frame frame;
    enum sl_rc rc = SL_AGAIN;

    evstream_init(&s, &fuzz_mem, LIMIT);
    for (size_t at = 0; at < text.n && rc == SL_AGAIN; at += step) {
        struct str piece = str_first(str_skip(text, at), step);
        struct str copy =
            fuzz_copy((const uint8_t *)(uintptr_t)piece.p, piece.n);
        struct str in = copy;

        while ((rc = evstream_next(&s, &in, &frame)) == SL_OK)
            tell(told, &frame);
        FUZZ_CHECK(rc != SL_AGAIN || in.n == 0);
        FUZZ_CHECK(evstream_pending(&s) <= LIMIT);
        fuzz_free(copy);
    }
    evstream_release(&s);
    return rc;
}

/* A frame with the input as headers, and what the reader makes of it. */
static void wrap(struct buf *out, struct str in)
{
    size_t n = fuzz_byte(&in);
    struct evstream_frame frame = {.headers = str_first(in, n),
                                   .payload = str_skip(in, n)};

    evstream_write(out, &fuzz_mem, &frame);
    evstream_write(out, &fuzz_mem, &frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    bool is_wrapped = fuzz_byte(&text) % 2 == 1;
    size_t steps[] = {2 * size + 64, (size_t)fuzz_byte(&text) + 1, 1};
    struct buf told[3], wrapped;
    enum sl_rc rc[3];

    buf_init(&wrapped, &fuzz_mem, 1 << 22);
    if (is_wrapped) {
        wrap(&wrapped, text);
        text = buf_str(&wrapped);
    }
    for (int i = 0; i < 3; i++) {
        buf_init(&told[i], &fuzz_mem, 1 << 22);
        rc[i] = read_all(text, steps[i], &told[i]);
        FUZZ_CHECK(rc[i] == rc[0]);
        FUZZ_CHECK(str_eq(buf_str(&told[i]), buf_str(&told[0])));
    }
    for (int i = 0; i < 3; i++)
        buf_release(&told[i]);
    buf_release(&wrapped);
    fuzz_free(in);
    return 0;
}
