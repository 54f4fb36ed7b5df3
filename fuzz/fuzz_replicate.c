/* SPDX-License-Identifier: MIT */
/* Replicate's predictions, and where their answers are said to be: never at a
 * host that is not trusted. */
#include "fuzz_dialect.h"

static void check_promise(struct str body)
{
    static const struct str hosts[] = {STR_INIT("s.example")};
    struct chat_follow next = {0};
    struct arena a;
    struct chat_promise p = {
        .arena = &a, .body = body, .hosts = hosts, .n_hosts = 1};

    FUZZ_CHECK(url_parse(STR("https://h.example"), &p.base, NULL) == SL_OK);
    arena_init(&a, &fuzz_mem, 4096, FUZZ_ARENA);
    if (dialect_replicate.follow(&p, &next) == SL_OK && next.url.n != 0) {
        next.url = str_skip(next.url, 8);
        FUZZ_CHECK(str_starts_nocase(next.url, STR("h.example")) ||
                   str_starts_nocase(next.url, STR("s.example")));
    }
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    uint8_t kind = fuzz_byte(&text) % 4;

    if (kind == 3)
        check_promise(text);
    else if (kind == 2)
        fuzz_request(&dialect_openai_chat, &dialect_replicate, text);
    else
        fuzz_answer(&dialect_replicate, kind == 0, text);
    fuzz_free(in);
    return 0;
}
