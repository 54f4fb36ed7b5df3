/* SPDX-License-Identifier: MIT */
/* URLs: a normal path stays as it is and has no dot segments; escaped text
 * comes back; no parameter survives url_query_without. */
#include "core/base/url.h"

#include "fuzz.h"

static void check_path(struct arena *a, struct str in)
{
    struct str path, again;

    if (url_normalize(a, in, &path) != SL_OK)
        return;
    FUZZ_CHECK(!str_has(path, STR("//")) && !str_has(path, STR("/./")));
    FUZZ_CHECK(!str_has(path, STR("/../")) && !str_ends(path, STR("/..")));
    FUZZ_CHECK(url_normalize(a, path, &again) == SL_OK && str_eq(path, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size), back, rest, name, value;
    struct buf text;
    struct arena a;
    struct url u;

    arena_init(&a, &fuzz_mem, 256, in.n * 16 + 4096);
    buf_init(&text, &fuzz_mem, in.n * 3);
    check_path(&a, in);
    url_encode(&text, in, true);
    FUZZ_CHECK(url_decode(&a, buf_str(&text), true, &back) == SL_OK &&
               str_eq(back, in));
    FUZZ_CHECK(url_query_without(&a, in, STR("k"), &rest) == SL_OK);
    while (url_query_next(&rest, &name, &value))
        FUZZ_CHECK(!url_eq(name, STR("k")));
    FUZZ_CHECK(url_parse(in, &u, NULL) != SL_OK || u.host.n != 0);
    buf_release(&text);
    arena_release(&a);
    fuzz_free(in);
    return 0;
}
