/* SPDX-License-Identifier: MIT */
/* UTF-8: what utf8_check accepts decodes and encodes again to the same bytes,
 * and what it accepts does not depend on where the text begins. */
#include "core/base/utf8.h"

#include "fuzz.h"

static size_t length(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    size_t valid = utf8_check(in);
    struct buf out;

    FUZZ_CHECK(valid <= in.n);
    FUZZ_CHECK(utf8_check(str_first(in, valid)) == valid);
    FUZZ_CHECK(valid == in.n || utf8_check(str_skip(in, valid)) == 0);
    buf_init(&out, &fuzz_mem, in.n);
    for (size_t at = 0; at < valid;) {
        unsigned char first = (unsigned char)in.p[at];
        size_t n = length(first);
        uint32_t code = n == 1 ? first : first & (0x7FU >> n);

        FUZZ_CHECK(utf8_check(str_skip(in, at)) == valid - at);
        for (size_t i = 1; i < n; i++)
            code = code << 6 | ((unsigned char)in.p[at + i] & 0x3F);
        utf8_write(&out, code);
        at += n;
    }
    FUZZ_CHECK(str_eq(buf_str(&out), str_first(in, valid)));
    buf_release(&out);
    fuzz_free(in);
    return 0;
}
