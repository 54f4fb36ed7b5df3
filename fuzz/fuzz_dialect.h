/* SPDX-License-Identifier: MIT */
/* What the fuzz targets of dialects share. An answer, one frame in each line
 * ("@NAME DATA" names an event, a form feed is a line feed within), never
 * crashes, and what any client is given is JSON, each on a line of its own; a
 * request that is read can be written as JSON. */
#ifndef SL_FUZZ_DIALECT_H
#define SL_FUZZ_DIALECT_H

#include "core/translate.h"

#include "fuzz.h"

enum { FUZZ_ARENA = 64 * 1024 * 1024 };

static inline bool fuzz_is_json(struct str text, struct arena *a)
{
    struct json doc;
    enum sl_rc rc = json_parse(&doc, text, a, NULL, NULL);

    /* What is nested as deep as may be is nested deeper in what it is for. */
    return rc == SL_OK || rc == SL_TOO_LARGE;
}

/* "data: JSON" and empty lines by turns (a CR may end them), perhaps behind
 * "event: NAME", the last one "[DONE]"; or JSON in each line. Names and texts
 * of the provider's are never outside of JSON. */
static inline void fuzz_check_events(const struct dialect *client,
                                     struct str bytes, struct arena *a)
{
    bool is_sse = str_eq(client->stream_type, STR("text/event-stream"));
    struct str line;

    while (str_split(&bytes, '\n', &line)) {
        line = str_trim(line);
        if (line.n == 0 || (is_sse && (str_starts(line, STR("event: ")) ||
                                       str_eq(line, STR("data: [DONE]")))))
            continue;
        FUZZ_CHECK(!is_sse || str_starts(line, STR("data: ")));
        FUZZ_CHECK(fuzz_is_json(is_sse ? str_skip(line, 6) : line, a));
    }
}

static inline struct str fuzz_unfeed(struct str line, struct arena *a)
{
    struct str copy = {0};
    char *p;

    FUZZ_CHECK(arena_copy(a, line, &copy));
    memcpy(&p, &copy.p, sizeof p);
    for (size_t i = 0; i < copy.n; i++)
        p[i] = p[i] == '\f' ? '\n' : p[i];
    return copy;
}

static inline void fuzz_frames(struct translation *t,
                               const struct dialect *client, struct str text,
                               struct arena *turn)
{
    enum sl_rc rc = SL_OK;
    struct str line;

    while (rc == SL_OK && !t->seen.has_error && str_split(&text, '\n', &line)) {
        struct chat_frame f = {.data = fuzz_unfeed(line, turn)};

        if (str_starts(f.data, STR("@"))) {
            f.name = str_skip(str_before(f.data, ' '), 1);
            f.data = str_skip(f.data, f.name.n + 2);
        }
        rc = translation_frame(t, &f);
        if (rc == SL_OK)
            fuzz_check_events(client, translation_take(t), turn);
    }
    if (rc == SL_OK && translation_end(t) == SL_OK)
        fuzz_check_events(client, translation_take(t), turn);
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
        fuzz_frames(&t, client, text, &turn);
    else
        fuzz_whole(&t, text, &turn);
    arena_release(&turn);
    arena_release(&a);
}

/* To one of the clients, by the input's length. */
static inline void fuzz_answer(const struct dialect *provider, bool is_stream,
                               struct str text)
{
    size_t i = text.n % dialects_n;

    while (dialects[i]->encode == NULL)
        i = (i + 1) % dialects_n;
    fuzz_answer_to(dialects[i], provider, is_stream, text);
}

static inline void fuzz_request(const struct dialect *client,
                                const struct dialect *provider, struct str body)
{
    struct translate_written written = {0};
    struct chat_request *q;
    struct arena a;

    arena_init(&a, &fuzz_mem, 4096, FUZZ_ARENA);
    if (translate_read(&(struct translate_source){client, body, NULL}, &a, &q,
                       NULL) == SL_OK &&
        translate_write(&(struct translate_target){provider, STR("m"), NULL}, q,
                        &a, &written) == SL_OK)
        FUZZ_CHECK(fuzz_is_json(written.body, &a));
    arena_release(&a);
}

#endif
