/* SPDX-License-Identifier: MIT */
/* Chunked bodies: two cuts give the same body, end and leftover. */
#include "core/http/chunked.h"

#include "core/base/buf.h"
#include "fuzz.h"

struct result {
    struct buf body;
    size_t used;
    enum sl_rc rc;
};

static struct result read_body(struct str text, size_t step)
{
    struct result r = {.rc = SL_AGAIN};
    struct chunked c;

    buf_init(&r.body, &fuzz_mem, text.n);
    chunked_init(&c);
    while (r.used < text.n && r.rc == SL_AGAIN) {
        struct str piece = str_first(str_skip(text, r.used), step);
        struct str copy =
            fuzz_copy((const uint8_t *)(uintptr_t)piece.p, piece.n);
        struct str in = copy;
        struct str data;

        while ((r.rc = chunked_next(&c, &in, &data)) == SL_OK) {
            FUZZ_CHECK(data.n != 0 && data.p >= copy.p &&
                       data.p + data.n == in.p);
            buf_add(&r.body, data);
        }
        FUZZ_CHECK(in.n <= piece.n && (r.rc != SL_AGAIN || in.n == 0));
        r.used += piece.n - in.n;
        fuzz_free(copy);
    }
    FUZZ_CHECK(!r.body.failed);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    size_t step = (size_t)fuzz_byte(&text) + 1;
    struct result a = read_body(text, text.n);
    struct result b = read_body(text, step);
    struct result c = read_body(text, 1);

    FUZZ_CHECK(a.rc == b.rc && a.rc == c.rc);
    FUZZ_CHECK(a.used == b.used && a.used == c.used);
    FUZZ_CHECK(str_eq(buf_str(&a.body), buf_str(&b.body)));
    FUZZ_CHECK(str_eq(buf_str(&a.body), buf_str(&c.body)));
    buf_release(&a.body);
    buf_release(&b.body);
    buf_release(&c.body);
    fuzz_free(in);
    return 0;
}
