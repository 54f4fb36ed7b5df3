/* SPDX-License-Identifier: MIT */
#include "dialects.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 1024 * 1024, TEXT_BYTES = 64 * 1024 };

/* What a row has come to; kept outside of the memory that fails. */
static char text[TEXT_BYTES];
static size_t text_n;

static void put(struct str s)
{
    assert_true(text_n + s.n < sizeof(text));
    if (s.n != 0)
        memcpy(text + text_n, s.p, s.n);
    text_n += s.n;
}

static void put_z(const char *z)
{
    put(str_of(z));
}

static void put_i64(int64_t v)
{
    char digits[32];

    snprintf(digits, sizeof(digits), "%lld", (long long)v);
    put_z(digits);
}

/* Every row that differs is shown; the number of them. */
static size_t differs(const char *name, const char *want)
{
    struct str got = {text, text_n};

    if (str_eq(got, str_of(want)))
        return 0;
    fprintf(stderr, "%s\n  got\n%.*s\n  want\n%s\n", name, (int)got.n, got.p,
            want);
    return 1;
}

/* ---- requests ---- */

struct request_run {
    const struct request_case *row;
    const struct chat_quirks *quirks;
};

static bool give_request(void *ctx, struct test_mem *m)
{
    const struct request_run *run = ctx;
    const struct request_case *c = run->row;
    struct translate_written written = {0};
    struct chat_request *q = NULL;
    struct err err = {0};
    struct arena a;
    enum sl_rc rc;

    text_n = 0;
    arena_init(&a, &m->mem, 256, ARENA_BYTES);
    rc = translate_read(
        &(struct translate_source){c->client, str_of(c->body), NULL}, &a, &q,
        &err);
    if (rc == SL_OK) {
        rc = translate_write(&(struct translate_target){c->provider,
                                                        str_of(c->model),
                                                        run->quirks},
                             q, &a, &written);
        err = written.err;
    }
    if (rc == SL_OK) {
        put(written.body);
        put_z(written.loss.n != 0 ? "\n" : "");
        put(written.loss);
    } else {
        put_i64(rc_info(rc)->status);
        put_z(" ");
        put(err.where);
        put_z(": ");
        put(err.what);
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

void check_requests_to(const struct chat_quirks *quirks,
                       const struct request_case *cases, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        const struct request_case *c = &cases[i];
        struct request_run run = {c, quirks};
        char want[TEXT_BYTES];
        struct test_mem m;

        snprintf(want, sizeof(want), "%s%s%s", c->want,
                 c->loss == NULL ? "" : "\n", c->loss == NULL ? "" : c->loss);
        test_mem_init(&m);
        assert_true(give_request(&run, &m));
        wrong += differs(c->name, want);
        test_each_allocation(give_request, &run);
    }
    assert_int_equal(wrong, 0);
}

void check_requests(const struct request_case *cases, size_t n)
{
    check_requests_to(NULL, cases, n);
}

/* ---- events ---- */

static void put_part(const char *name, struct str s)
{
    if (s.n == 0)
        return;
    put_z(" ");
    put_z(name);
    put_z("=");
    put(s);
}

static void put_count(const char *name, int64_t v)
{
    if (v < 0)
        return;
    put_z(" ");
    put_z(name);
    put_z("=");
    put_i64(v);
}

static void print_event(struct chat_sink *sink, const struct chat_event *ev)
{
    static const char *const kinds[] = {
        "start", "text",     "refusal", "reasoning", "state",    "tool",
        "args",  "end-tool", "image",   "audio",     "citation", "logprobs",
        "usage", "finish",   "error",   "end",
    };
    static const char *const finishes[] = {"none",   "stop",  "sequence",
                                           "length", "tools", "filter"};

    (void)sink;
    put_z(kinds[ev->kind]);
    if (ev->choice != 0)
        put_count("choice", ev->choice);
    if (ev->kind >= CHAT_EVENT_TOOL_START && ev->kind <= CHAT_EVENT_TOOL_END)
        put_count("n", ev->tool);
    put_part("id", ev->id);
    put_part("name", ev->name);
    put_part("model", ev->model);
    put_part("text", ev->text);
    put_part("type", ev->media_type);
    put_part("url", ev->url);
    put_part("title", ev->title);
    put_part("raw", ev->raw);
    if (ev->created_s != 0)
        put_count("created", ev->created_s);
    if (ev->kind == CHAT_EVENT_USAGE) {
        put_count("in", ev->usage.input_tokens);
        put_count("out", ev->usage.output_tokens);
        put_count("cached", ev->usage.cached_tokens);
        put_count("reasoning", ev->usage.reasoning_tokens);
    }
    if (ev->kind == CHAT_EVENT_FINISH)
        put_part("why", str_of(finishes[ev->finish]));
    if (ev->kind == CHAT_EVENT_ERROR) {
        if (ev->error.status != 0)
            put_count("status", ev->error.status);
        put_part("code", ev->error.code);
        put_part("message", ev->error.message);
    }
    put_z("\n");
}

/* ---- frames ---- */

/* Line feeds that are written as \n; in a buffer of its own, so that reading
 * too far is seen. */
static struct str unescape(struct str s, char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        bool is_feed = s.p[i] == '\\' && i + 2 < s.n && s.p[i + 1] == '\\' &&
                       s.p[i + 2] == 'n';

        to[n++] = is_feed ? '\n' : s.p[i];
        i += is_feed ? 2 : 0;
    }
    return (struct str){to, n};
}

static bool next_frame(struct str *rest, struct chat_frame *f, char *room)
{
    struct str line;

    *f = (struct chat_frame){0};
    if (!str_split(rest, '\n', &line))
        return false;
    if (str_starts(line, STR("@"))) {
        f->name = str_skip(str_before(line, ' '), 1);
        line = str_skip(line, f->name.n + 2);
    }
    f->data = unescape(line, room);
    return true;
}

static bool give_frames(void *ctx, struct test_mem *m)
{
    const struct decode_case *c = ctx;
    struct chat_sink sink = {print_event};
    struct str rest = str_of(c->frames);
    enum sl_rc rc = SL_OK;
    struct chat_frame f;
    struct arena a;
    struct arena turn;
    struct chat_decoder d = {
        .dialect = c->provider, .arena = &a, .turn = &turn, .sink = &sink};
    char *room = malloc(rest.n + 1);

    text_n = 0;
    arena_init(&a, &m->mem, 256, ARENA_BYTES);
    arena_init(&turn, &m->mem, 256, ARENA_BYTES);
    if (c->is_whole)
        rc = c->provider->decode_whole(&d, rest);
    while (!c->is_whole && rc == SL_OK && next_frame(&rest, &f, room)) {
        rc = c->provider->decode(&d, &f);
        arena_release(&turn);
    }
    if (rc == SL_UP_GARBAGE)
        put_z("garbage\n");
    arena_release(&turn);
    arena_release(&a);
    free(room);
    return rc != SL_NOMEM;
}

void check_decodes(const struct decode_case *cases, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct decode_case copy = cases[i];
        struct test_mem m;

        test_mem_init(&m);
        assert_true(give_frames(&copy, &m));
        wrong += differs(copy.name, copy.want);
        test_each_allocation(give_frames, &copy);
    }
    assert_int_equal(wrong, 0);
}

/* ---- answers ---- */

static enum sl_rc translate_frames(struct translation *t,
                                   const struct answer_case *c,
                                   struct arena *turn, char *room)
{
    struct str rest = str_of(c->frames);
    enum sl_rc rc = SL_OK;
    struct chat_frame f;

    if (!c->is_stream) {
        rc = translation_whole(t, rest);
    } else {
        while (rc == SL_OK && next_frame(&rest, &f, room)) {
            rc = translation_frame(t, &f);
            put(translation_take(t));
            arena_release(turn);
        }
    }
    if (rc == SL_OK && t->seen.has_error)
        translation_fail(t, &t->seen.error);
    else if (rc == SL_OK && c->is_stream && !t->seen.is_finished &&
             !t->seen.has_end)
        translation_fail(t, &(struct chat_error){.message = STR("cut")});
    else if (rc == SL_OK)
        rc = translation_end(t);
    put(translation_take(t));
    return rc;
}

struct answer_run {
    const struct answer_case *row;
    const struct chat_request *request;
};

static bool give_answer(void *ctx, struct test_mem *m)
{
    const struct answer_run *run = ctx;
    const struct answer_case *c = run->row;
    struct arena a;
    struct arena turn;
    struct translation t;
    struct translation_setup setup = {.provider = c->provider,
                                      .client = c->client,
                                      .request = run->request,
                                      .is_stream = c->is_stream,
                                      .id = STR("x1"),
                                      .model = STR("m"),
                                      .now_s = 1700000000,
                                      .arena = &a,
                                      .turn = &turn};
    char *room = malloc(strlen(c->frames) + 1);
    enum sl_rc rc;

    text_n = 0;
    arena_init(&a, &m->mem, 256, ARENA_BYTES);
    arena_init(&turn, &m->mem, 256, ARENA_BYTES);
    translation_init(&t, &setup);
    rc = translate_frames(&t, c, &turn, room);
    if (rc == SL_UP_GARBAGE)
        put_z("garbage\n");
    put(translation_loss(&t));
    arena_release(&turn);
    arena_release(&a);
    free(room);
    return rc != SL_NOMEM;
}

void check_answers_for(const struct chat_request *request,
                       const struct answer_case *cases, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        const struct answer_case *c = &cases[i];
        struct answer_run run = {c, request};
        char want[TEXT_BYTES];
        struct test_mem m;

        snprintf(want, sizeof(want), "%s%s", c->want,
                 c->loss == NULL ? "" : c->loss);
        test_mem_init(&m);
        assert_true(give_answer(&run, &m));
        wrong += differs(c->name, want);
        test_each_allocation(give_answer, &run);
    }
    assert_int_equal(wrong, 0);
}

void check_answers(const struct answer_case *cases, size_t n)
{
    struct chat_request q = {.model = STR("m"), .wants_usage = true};

    check_answers_for(&q, cases, n);
}
