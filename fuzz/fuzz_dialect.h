/* SPDX-License-Identifier: MIT */
/* What the fuzz targets of dialects share. An answer, one frame in each line
 * ("@NAME DATA" names an event), never crashes, and what a client of OpenAI's
 * is given is JSON; a request that is read can be written as JSON. */
#ifndef SL_FUZZ_DIALECT_H
#define SL_FUZZ_DIALECT_H

#include "core/translate.h"

#include "fuzz.h"

enum { FUZZ_ARENA = 64 * 1024 * 1024 };

static inline bool fuzz_is_json(struct str text, struct arena *a)
{
    struct json doc;

    return json_parse(&doc, text, a, NULL, NULL) == SL_OK;
}

/* "data: JSON" and empty lines by turns (a CR may end them), in Responses
 * behind "event: NAME"; of a chat the last one is "[DONE]". */
static inline void fuzz_check_events(struct str bytes, struct arena *a)
{
    struct str line;

    while (str_split(&bytes, '\n', &line)) {
        if (str_trim(line).n == 0 ||
            str_starts(line, STR("event: response.")) ||
            str_eq(line, STR("event: error")))
            continue;
        FUZZ_CHECK(str_starts(line, STR("data: ")));
        line = str_skip(line, 6);
        FUZZ_CHECK(str_eq(line, STR("[DONE]")) || fuzz_is_json(line, a));
    }
}

static inline void fuzz_frames(struct translation *t, struct str text,
                               struct arena *turn)
{
    enum sl_rc rc = SL_OK;
    struct str line;

    while (rc == SL_OK && !t->seen.has_error && str_split(&text, '\n', &line)) {
        struct chat_frame f = {.data = line};

        if (str_starts(line, STR("@"))) {
            f.name = str_skip(str_before(line, ' '), 1);
            f.data = str_skip(line, f.name.n + 2);
        }
        rc = translation_frame(t, &f);
        if (rc == SL_OK)
            fuzz_check_events(translation_take(t), turn);
    }
    if (rc == SL_OK && translation_end(t) == SL_OK)
        fuzz_check_events(translation_take(t), turn);
}

static inline void fuzz_whole(struct translation *t, struct str text,
                              struct arena *turn)
{
    if (translation_whole(t, text) == SL_OK && !t->seen.has_error &&
        translation_end(t) == SL_OK)
        FUZZ_CHECK(fuzz_is_json(translation_take(t), turn));
}

static inline void fuzz_answer_to(const struct dialect *client,
                                  const struct dialect *provider,
                                  bool is_stream, struct str text)
{
    struct chat_request q = {.wants_usage = true};
    struct arena a;
    struct arena turn;
    struct translation t;
    struct translation_setup setup = {.provider = provider,
                                      .client = client,
                                      .request = &q,
                                      .is_stream = is_stream,
                                      .id = STR("1"),
                                      .arena = &a,
                                      .turn = &turn};

    arena_init(&a, &fuzz_mem, 4096, FUZZ_ARENA);
    arena_init(&turn, &fuzz_mem, 4096, FUZZ_ARENA);
    translation_init(&t, &setup);
    if (is_stream)
        fuzz_frames(&t, text, &turn);
    else
        fuzz_whole(&t, text, &turn);
    arena_release(&turn);
    arena_release(&a);
}

static inline void fuzz_answer(const struct dialect *provider, bool is_stream,
                               struct str text)
{
    fuzz_answer_to(&dialect_openai_chat, provider, is_stream, text);
}

static inline void fuzz_request(const struct dialect *client,
                                const struct dialect *provider, struct str body)
{
    struct translate_written written = {0};
    struct chat_request *q;
    struct arena a;

    arena_init(&a, &fuzz_mem, 4096, FUZZ_ARENA);
    if (translate_read(client, body, NULL, &a, &q, NULL) == SL_OK &&
        translate_write(provider, q, STR("m"), NULL, &a, &written) == SL_OK)
        FUZZ_CHECK(fuzz_is_json(written.body, &a));
    arena_release(&a);
}

#endif
