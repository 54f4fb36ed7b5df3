/* SPDX-License-Identifier: MIT */
/* Lines of JSON: two cuts give the same lines, and the raws joined are the
 * stream. */
#include "core/http/ndjson.h"

#include "fuzz.h"

enum { LIMIT = 300 };

static void tell(struct buf *told, struct buf *raws,
                 const struct ndjson_line *line)
{
    buf_add(told, line->text);
    buf_add_char(told, '\n');
    FUZZ_CHECK(str_find(line->text, '\n') == line->text.n);
    FUZZ_CHECK(str_starts(line->raw, line->text));
    buf_add(raws, line->raw);
}

static enum sl_rc read_all(struct str text, size_t step, struct buf *told,
                           struct buf *raws)
{
    struct ndjson s;
    struct ndjson_line line;
    enum sl_rc rc = SL_AGAIN;

    ndjson_init(&s, &fuzz_mem, LIMIT);
    for (size_t at = 0; at < text.n && rc == SL_AGAIN; at += step) {
        struct str piece = str_first(str_skip(text, at), step);
        struct str copy =
            fuzz_copy((const uint8_t *)(uintptr_t)piece.p, piece.n);
        struct str in = copy;

        while ((rc = ndjson_next(&s, &in, &line)) == SL_OK)
            tell(told, raws, &line);
        FUZZ_CHECK(rc != SL_AGAIN || in.n == 0);
        fuzz_free(copy);
    }
    if (rc == SL_AGAIN && ndjson_finish(&s, &line) == SL_OK)
        tell(told, raws, &line);
    ndjson_release(&s);
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
        buf_init(&told[i], &fuzz_mem, 1 << 22);
        buf_init(&raws[i], &fuzz_mem, 1 << 22);
        rc[i] = read_all(text, steps[i], &told[i], &raws[i]);
        FUZZ_CHECK(rc[i] == rc[0]);
        FUZZ_CHECK(str_eq(buf_str(&told[i]), buf_str(&told[0])));
        if (rc[i] == SL_AGAIN)
            FUZZ_CHECK(str_eq(buf_str(&raws[i]), text));
    }
    for (int i = 0; i < 3; i++) {
        buf_release(&told[i]);
        buf_release(&raws[i]);
    }
    fuzz_free(in);
    return 0;
}
