/* SPDX-License-Identifier: MIT */
/* JSON arrays over time: two cuts give the same elements; and where the whole
 * is JSON, it is seen as complete, with as many elements as it has. */
#include "core/http/jsonarray.h"

#include "core/base/json.h"

#include "fuzz.h"

enum { LIMIT = 300 };

static enum sl_rc read_all(struct str text, size_t step, struct buf *told,
                           size_t *n)
{
    struct jsonarray s;
    struct str element;
    enum sl_rc rc = SL_AGAIN;

    *n = 0;
    jsonarray_init(&s, &fuzz_mem, LIMIT);
    for (size_t at = 0; at < text.n && rc == SL_AGAIN; at += step) {
        struct str piece = str_first(str_skip(text, at), step);
        struct str copy =
            fuzz_copy((const uint8_t *)(uintptr_t)piece.p, piece.n);
        struct str in = copy;

        while ((rc = jsonarray_next(&s, &in, &element)) == SL_OK) {
            FUZZ_CHECK(element.n != 0 && element.n <= LIMIT);
            buf_add(told, element);
            buf_add_char(told, '\n');
            *n += 1;
        }
        FUZZ_CHECK(rc != SL_AGAIN || in.n == 0);
        fuzz_free(copy);
    }
    if (rc == SL_AGAIN)
        rc = jsonarray_finish(&s);
    jsonarray_release(&s);
    return rc;
}

/* What is an array of JSON must be read as one. */
static void compare(struct str text, enum sl_rc rc, size_t n)
{
    const struct json_limits limits = {64, 100000, 1 << 20};
    struct arena arena;
    struct json doc;

    arena_init(&arena, &fuzz_mem, 4096, 1 << 24);
    if (json_parse(&doc, text, &arena, &limits, NULL) == SL_OK &&
        json_is_arr(json_root(&doc)) && rc != SL_TOO_LARGE) {
        FUZZ_CHECK(rc == SL_EOF);
        FUZZ_CHECK(n == json_count(json_root(&doc)));
    }
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    size_t steps[] = {size + 1, (size_t)fuzz_byte(&text) + 1, 1};
    struct buf told[3];
    enum sl_rc rc[3];
    size_t n[3];

    for (int i = 0; i < 3; i++) {
        buf_init(&told[i], &fuzz_mem, 1 << 22);
        rc[i] = read_all(text, steps[i], &told[i], &n[i]);
        FUZZ_CHECK(rc[i] == rc[0] && n[i] == n[0]);
        FUZZ_CHECK(str_eq(buf_str(&told[i]), buf_str(&told[0])));
    }
    compare(text, rc[0], n[0]);
    for (int i = 0; i < 3; i++)
        buf_release(&told[i]);
    fuzz_free(in);
    return 0;
}
