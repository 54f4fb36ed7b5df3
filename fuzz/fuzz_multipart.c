/* SPDX-License-Identifier: MIT */
/* Forms: the same answer at once and as the body grows, a value that lies
 * within it between two delimiters; boundaries that fit. */
#include "core/http/multipart.h"

#include "fuzz.h"

static enum sl_rc find(struct str text, size_t step, struct multipart *m)
{
    enum sl_rc rc = SL_AGAIN;

    multipart_init(m, STR("b"), STR("m"));
    for (size_t n = 0; n < text.n && rc == SL_AGAIN;) {
        struct str copy;

        n = text.n - n < step ? text.n : n + step;
        copy = fuzz_copy((const uint8_t *)(uintptr_t)text.p, n);
        rc = multipart_find(m, copy);
        if (rc == SL_OK)
            FUZZ_CHECK(m->value.p == copy.p + m->value_at &&
                       m->value_at + m->value.n <= n);
        fuzz_free(copy);
    }
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    size_t step = (size_t)fuzz_byte(&text) + 1;
    struct multipart a, b;
    struct str boundary;
    enum sl_rc rc = find(text, text.n, &a);

    FUZZ_CHECK(find(text, step, &b) == rc);
    if (rc == SL_OK) {
        size_t end = a.value_at + a.value.n;

        FUZZ_CHECK(a.value_at == b.value_at && a.value.n == b.value.n);
        FUZZ_CHECK(str_starts(str_skip(text, end), STR("\r\n--b")));
        FUZZ_CHECK(!str_has(str_first(str_skip(text, a.value_at), a.value.n),
                            STR("\r\n--b")));
    }
    if (multipart_boundary(text, &boundary) == SL_OK)
        FUZZ_CHECK(boundary.n >= 1 && boundary.n <= MULTIPART_BOUNDARY);
    fuzz_free(in);
    return 0;
}
