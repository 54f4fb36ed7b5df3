/* SPDX-License-Identifier: MIT */
#include "dialect_talks.h"

#include <stdio.h>

enum { ARENA_BYTES = 1024 * 1024, TEXT_BYTES = 64 * 1024 };

static char said[TEXT_BYTES];
static size_t said_n;

static void say(struct str s)
{
    assert_true(said_n + s.n < sizeof(said));
    if (s.n != 0)
        memcpy(said + said_n, s.p, s.n);
    said_n += s.n;
}

static enum sl_rc answer(struct translation *t, const struct talk_case *c,
                         struct arena *turn)
{
    struct str rest = str_of(c->frames);
    enum sl_rc rc = SL_OK;
    struct str line;

    if (!c->is_stream)
        rc = translation_whole(t, rest);
    while (c->is_stream && rc == SL_OK && str_split(&rest, '\n', &line)) {
        struct chat_frame f = {.data = line};

        rc = translation_frame(t, &f);
        say(translation_take(t));
        arena_release(turn);
    }
    if (rc == SL_OK && t->seen.has_error)
        translation_fail(t, &t->seen.error);
    else if (rc == SL_OK)
        rc = translation_end(t);
    if (rc == SL_OK && (t->encoder.failed || t->out.failed))
        rc = SL_NOMEM;
    say(translation_take(t));
    say(translation_loss(t));
    return rc;
}

static bool talk(void *ctx, struct test_mem *m)
{
    const struct talk_case *c = ctx;
    struct chat_request *q = NULL;
    struct err err = {0};
    struct arena a;
    struct arena turn;
    struct translation t;
    enum sl_rc rc;

    said_n = 0;
    arena_init(&a, &m->mem, 256, ARENA_BYTES);
    arena_init(&turn, &m->mem, 256, ARENA_BYTES);
    rc = translate_read(
        &(struct translate_source){c->client, str_of(c->request), NULL}, &a, &q,
        &err);
    if (rc == SL_OK) {
        struct translation_setup setup = {.provider = c->provider,
                                          .client = c->client,
                                          .request = q,
                                          .is_stream = c->is_stream,
                                          .id = STR("x1"),
                                          .model = q->model,
                                          .now_s = 1700000000,
                                          .arena = &a,
                                          .turn = &turn};

        translation_init(&t, &setup);
        rc = answer(&t, c, &turn);
    }
    arena_release(&turn);
    arena_release(&a);
    if (rc == SL_UP_GARBAGE)
        say(STR("garbage"));
    assert_true(rc == SL_OK || rc == SL_NOMEM || rc == SL_UP_GARBAGE);
    return rc != SL_NOMEM;
}

/* What every response object says again when nothing was asked for. */
static const char plain[] =
    "\"background\":false,\"instructions\":null,\"max_output_tokens\":null,"
    "\"max_tool_calls\":null,\"metadata\":{},\"parallel_tool_calls\":true,"
    "\"previous_response_id\":null,\"prompt_cache_key\":null,\"reasoning\":{"
    "\"effort\":null,\"summary\":null},\"safety_identifier\":null,"
    "\"service_tier\":\"default\",\"store\":false,\"temperature\":null,"
    "\"text\":{\"format\":{\"type\":\"text\"}},\"tool_choice\":\"auto\","
    "\"tools\":[],\"top_logprobs\":0,\"top_p\":null,\"truncation\":"
    "\"disabled\",\"user\":null";

/* In short, so that a row can be read: "event: NAME" and the type in its data,
 * which must be the same, are "NAME: {"; what is plain is "~". */
static void shorten(struct buf *out)
{
    struct str rest = {said, said_n};
    struct str line, name = {0};

    while (str_split(&rest, '\n', &line)) {
        size_t at = str_find_str(line, str_of(plain));

        if (str_starts(line, STR("event: "))) {
            name = str_skip(line, 7);
            buf_add(out, name);
            continue;
        }
        if (name.n != 0) {
            line = str_skip(line, STR("data: {\"type\":\"").n);
            assert_true(str_starts(line, name));
            line = str_skip(line, name.n + 2);
            at = str_find_str(line, str_of(plain));
            buf_add(out, STR(": {"));
            name = (struct str){0};
        }
        buf_add(out, str_first(line, at));
        buf_add(out, at == line.n ? STR("") : STR("~"));
        buf_add(out, str_skip(line, at + strlen(plain)));
        buf_add_char(out, '\n');
    }
}

static bool is_wanted(const struct talk_case *c)
{
    struct buf got, want;
    struct test_mem m;
    bool is_same;

    test_mem_init(&m);
    buf_init(&got, &m.mem, SIZE_MAX);
    buf_init(&want, &m.mem, SIZE_MAX);
    shorten(&got);
    for (size_t i = 0; i < SL_LEN(c->want) && c->want[i] != NULL; i++)
        buf_add(&want, str_of(c->want[i]));
    is_same = str_eq(buf_str(&got), buf_str(&want));
    if (!is_same)
        fprintf(stderr, "%s\n  got\n%.*s\n  want\n%.*s\n", c->name, (int)got.n,
                got.p, (int)want.n, want.p);
    buf_release(&got);
    buf_release(&want);
    return is_same;
}

/* Events of Responses are numbered without a gap. */
static void check_sequence(const struct talk_case *c)
{
    struct str rest = {said, said_n};
    struct str line;
    int64_t n = 0;

    if (c->client != &dialect_openai_responses || !c->is_stream)
        return;
    while (str_split(&rest, '\n', &line)) {
        struct json_want want = {.name = STR("sequence_number")};
        int64_t at = -1;

        if (!str_starts(line, STR("data: ")))
            continue;
        assert_int_equal(json_scan(str_skip(line, 6), &want, 1, NULL), SL_OK);
        assert_true(json_raw_i64(want.value, &at));
        assert_int_equal(at, n++);
    }
    assert_true(n != 0);
}

void check_talks(const struct talk_case *cases, size_t n)
{
    size_t differing = 0;

    for (size_t i = 0; i < n; i++) {
        struct talk_case c = cases[i];
        struct test_mem m;

        test_mem_init(&m);
        assert_true(talk(&c, &m));
        differing += !is_wanted(&c);
        check_sequence(&c);
        test_each_allocation(talk, &c);
    }
    assert_int_equal(differing, 0);
}
