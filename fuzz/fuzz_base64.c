/* SPDX-License-Identifier: MIT */
/* Base64: any bytes come back from their text, and a text that is accepted is
 * the only one for its bytes (but for optional padding). */
#include "core/base/base64.h"

#include "fuzz.h"

static void check_kind(struct str in, enum base64_kind kind)
{
    struct buf text, bytes;

    buf_init(&text, &fuzz_mem, in.n * 2 + 4);
    buf_init(&bytes, &fuzz_mem, in.n);
    base64_write(&text, in, kind);
    FUZZ_CHECK(base64_read(&bytes, buf_str(&text), kind) == SL_OK);
    FUZZ_CHECK(str_eq(buf_str(&bytes), in));

    buf_reset(&text);
    buf_reset(&bytes);
    if (base64_read(&bytes, in, kind) == SL_OK) {
        base64_write(&text, buf_str(&bytes), kind);
        FUZZ_CHECK(str_starts(in, buf_str(&text)));
        FUZZ_CHECK(in.n == text.n || kind == BASE64_URL);
        for (size_t i = text.n; i < in.n; i++)
            FUZZ_CHECK(in.p[i] == '=');
    }
    buf_release(&text);
    buf_release(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);

    check_kind(in, BASE64_STANDARD);
    check_kind(in, BASE64_URL);
    fuzz_free(in);
    return 0;
}
