/* SPDX-License-Identifier: MIT */
/* Event streams: two cuts give the same events, the raws joined are the
 * stream, and data written again is read as the same. */
#include "core/http/sse.h"

#include "fuzz.h"

enum { LIMIT = 300 };

static void tell(struct buf *told, const struct sse_event *ev)
{
    buf_add_u64(told, ev->raw.n);
    buf_add_char(told, ev->has_data ? '=' : '-');
    buf_add(told, ev->name);
    buf_add_char(told, '|');
    buf_add(told, ev->data);
    buf_add_char(told, ';');
}

static void write_again(const struct sse_event *ev)
{
    struct sse_event again;
    struct buf out;
    struct sse s;
    struct str in;

    buf_init(&out, &fuzz_mem, 16 * LIMIT);
    sse_write(&out, ev->name, ev->data);
    in = buf_str(&out);
    sse_init(&s, &fuzz_mem, 16 * LIMIT);
    FUZZ_CHECK(sse_next(&s, &in, &again) == SL_OK && in.n == 0);
    FUZZ_CHECK(str_eq(again.data, ev->data) && str_eq(again.name, ev->name));
    sse_release(&s);
    buf_release(&out);
}

static enum sl_rc read_all(struct str text, size_t step, struct buf *told,
                           struct buf *raws)
{
    struct sse s;
    struct sse_event ev;
    enum sl_rc rc = SL_AGAIN;

    sse_init(&s, &fuzz_mem, LIMIT);
    for (size_t at = 0; at < text.n && rc == SL_AGAIN; at += step) {
        struct str piece = str_first(str_skip(text, at), step);
        struct str copy =
            fuzz_copy((const uint8_t *)(uintptr_t)piece.p, piece.n);
        struct str in = copy;

        while ((rc = sse_next(&s, &in, &ev)) == SL_OK) {
            tell(told, &ev);
            buf_add(raws, ev.raw);
            write_again(&ev);
        }
        FUZZ_CHECK(in.n <= piece.n && (rc != SL_AGAIN || in.n == 0));
        FUZZ_CHECK(sse_pending(&s) <= LIMIT);
        fuzz_free(copy);
    }
    if (rc == SL_AGAIN && sse_finish(&s, &ev) == SL_OK) {
        tell(told, &ev);
        buf_add(raws, ev.raw);
    }
    sse_release(&s);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    size_t steps[] = {size + 1, (size_t)fuzz_byte(&text) + 1, 1};
    struct buf told[3], raws[3];
    enum sl_rc rc[3];

    for (int i = 0; i < 3; i++) {
        buf_init(&told[i], &fuzz_mem, 1 << 20);
        buf_init(&raws[i], &fuzz_mem, 1 << 20);
        rc[i] = read_all(text, steps[i], &told[i], &raws[i]);
        FUZZ_CHECK(rc[i] == rc[0]);
        FUZZ_CHECK(str_eq(buf_str(&told[i]), buf_str(&told[0])));
        if (rc[i] == SL_AGAIN)
            FUZZ_CHECK(str_eq(buf_str(&raws[i]), text));
        else
            FUZZ_CHECK(str_starts(text, buf_str(&raws[i])));
    }
    for (int i = 0; i < 3; i++) {
        buf_release(&told[i]);
        buf_release(&raws[i]);
    }
    fuzz_free(in);
    return 0;
}
