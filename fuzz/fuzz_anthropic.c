/* SPDX-License-Identifier: MIT */
/* The first byte chooses what the rest is: a client's request, which when it
 * is accepted must be written as JSON for either dialect; a whole answer; or
 * the frames of a stream, one a line, which must end in what the client can
 * read. */
#include "core/dialects/dialect.h"
#include "core/translate.h"

#include "fuzz.h"

static void check_request(struct str body, struct arena *a)
{
    const struct dialect *to[] = {&dialect_openai_chat, &dialect_anthropic};
    struct chat_request *q;
    struct json doc;

    if (translate_read(
            &(struct translate_source){&dialect_anthropic, body, NULL}, a, &q,
            NULL) != SL_OK)
        return;
    for (size_t i = 0; i < SL_LEN(to); i++) {
        struct translate_written w = {0};

        FUZZ_CHECK(translate_write(
                       &(struct translate_target){to[i], STR("claude-x"), NULL},
                       q, a, &w) != SL_OK ||
                   json_parse(&doc, w.body, a, NULL, NULL) != SL_SYNTAX);
    }
}

/* A whole answer is JSON, and so is every line of data. */
static void check_out(struct str out, bool is_stream, struct arena *a)
{
    struct json doc;
    struct str line;

    FUZZ_CHECK(is_stream || json_parse(&doc, out, a, NULL, NULL) != SL_SYNTAX);
    while (is_stream && str_split(&out, '\n', &line)) {
        FUZZ_CHECK(line.n == 0 || str_starts(line, STR("data: ")) ||
                   str_starts(line, STR("event: ")));
        if (!str_starts(line, STR("data: ")) || str_ends(line, STR("[DONE]")))
            continue;
        FUZZ_CHECK(json_parse(&doc, str_skip(line, 6), a, NULL, NULL) !=
                   SL_SYNTAX);
    }
}

static void check_answer(struct str in, bool is_stream, bool is_ours,
                         struct arena *a)
{
    struct translation_setup setup = {
        .provider = &dialect_anthropic,
        .client = is_ours ? &dialect_anthropic : &dialect_openai_chat,
        .is_stream = is_stream,
        .id = STR("0a"),
        .arena = a,
        .turn = a,
    };
    enum sl_rc rc = SL_OK;
    struct translation t;
    struct str line;

    translation_init(&t, &setup);
    if (!is_stream)
        rc = translation_whole(&t, in);
    while (is_stream && rc == SL_OK && str_split(&in, '\n', &line))
        rc = translation_frame(&t, &(struct chat_frame){.data = line});
    if (rc == SL_OK && translation_end(&t) == SL_OK)
        check_out(translation_take(&t), is_stream, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str all = fuzz_copy(data, size);
    struct str in = all;
    uint8_t choice = fuzz_byte(&in);
    struct arena a;

    arena_init(&a, &fuzz_mem, 4096, 1 << 24);
    if (choice % 3 == 0)
        check_request(in, &a);
    else
        check_answer(in, choice % 3 == 1, (choice & 64) != 0, &a);
    arena_release(&a);
    fuzz_free(all);
    return 0;
}
