/* SPDX-License-Identifier: MIT */
/* An answer from one dialect to another, without a gateway around it, so that
 * an official client can be the judge of its bytes:
 *
 *     translate PROVIDER CLIENT stream|whole <input >bytes
 *
 * The first line of the input is the client's request; then a frame's data in
 * each line, or the provider's body. Exit code 1: it was not understood. */
#include "core/translate.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_BYTES = 1 << 24 };

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, what);
    abort();
}

static void *get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n == 0 ? 1 : n);
}

static void put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

static void print(struct str s)
{
    (void)fwrite(s.p, 1, s.n, stdout);
}

static enum sl_rc answer(struct translation *t, struct str rest, bool is_stream)
{
    enum sl_rc rc = SL_OK;
    struct str line;

    if (!is_stream)
        rc = translation_whole(t, rest);
    while (is_stream && rc == SL_OK && str_split(&rest, '\n', &line)) {
        rc = translation_frame(t, &(struct chat_frame){.data = line});
        print(translation_take(t));
    }
    if (rc == SL_OK && t->seen.has_error)
        translation_fail(t, &t->seen.error);
    else if (rc == SL_OK)
        rc = translation_end(t);
    print(translation_take(t));
    return rc;
}

static enum sl_rc run(struct translation_setup *setup, struct str in)
{
    struct str request = str_before(in, '\n');
    struct chat_request *q = NULL;
    struct translation t;
    enum sl_rc rc;

    rc =
        translate_read(&(struct translate_source){setup->client, request, NULL},
                       setup->arena, &q, NULL);
    if (rc != SL_OK)
        return rc;
    setup->request = q;
    setup->model = q->model;
    translation_init(&t, setup);
    return answer(&t, str_skip(in, request.n + 1), setup->is_stream);
}

int main(int argc, char **argv)
{
    static char text[MOST_BYTES];
    const struct sl_mem mem = {get, put, NULL};
    struct translation_setup setup = {.id = STR("x1"), .now_s = 1700000000};
    struct str in = {text, fread(text, 1, sizeof(text), stdin)};
    struct arena a;
    struct arena turn;
    enum sl_rc rc = SL_BAD_REQUEST;

    if (argc != 4)
        return 2;
    setup.provider = dialect_find(str_of(argv[1]));
    setup.client = dialect_find(str_of(argv[2]));
    setup.is_stream = str_eq(str_of(argv[3]), STR("stream"));
    setup.arena = &a;
    setup.turn = &turn;
    arena_init(&a, &mem, 4096, SIZE_MAX);
    arena_init(&turn, &mem, 4096, SIZE_MAX);
    if (setup.provider != NULL && setup.client != NULL)
        rc = run(&setup, in);
    arena_release(&turn);
    arena_release(&a);
    return rc == SL_OK ? 0 : 1;
}
