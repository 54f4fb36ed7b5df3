/* SPDX-License-Identifier: MIT */
/* Runs the tables about dialects. */
#include "dialect_rows.h"

enum { LIMIT = 1 << 20, TEXT = 32768 };

struct str quoted(const char *text)
{
    static char rooms[3][TEXT];
    static unsigned next;
    char *room = rooms[next++ % 3];
    size_t n = strlen(text);

    assert_true(n < TEXT);
    for (size_t i = 0; i < n; i++)
        room[i] = text[i] == '\'' ? '"' : text[i];
    return (struct str){room, n};
}

/* ---- requests ---- */

static void add_error(struct buf *out, const struct err *err)
{
    buf_add(out, err->where);
    buf_add(out, STR(": "));
    buf_add(out, err->what);
}

/* SL_NOMEM, or all that is to be said in got and loss. */
static enum sl_rc run_request(const struct request_row *row, struct arena *a,
                              struct buf *got, struct buf *loss)
{
    struct chat_request *request = NULL;
    struct translate_written written = {0};
    struct chat_quirks quirks = {.cloud_version = str_of(row->cloud)};
    struct err err = {0};
    enum sl_rc rc =
        translate_read(row->from, quoted(row->in), NULL, a, &request, &err);

    if (rc == SL_OK) {
        rc = translate_write(row->to, request, str_of(row->model), &quirks, a,
                             &written);
        err = written.err;
    }
    if (rc == SL_NOMEM)
        return rc;
    if (rc == SL_OK)
        buf_add(got, written.body);
    else
        add_error(got, &err);
    buf_add(loss, written.loss);
    return rc;
}

static bool try_request(void *ctx, struct test_mem *m)
{
    const struct request_row *row = ctx;
    struct test_mem own;
    struct arena a;
    struct buf got, loss;
    enum sl_rc rc;

    test_mem_init(&own);
    buf_init(&got, &own.mem, LIMIT);
    buf_init(&loss, &own.mem, LIMIT);
    arena_init(&a, &m->mem, 64, LIMIT);
    rc = run_request(row, &a, &got, &loss);
    if (rc != SL_NOMEM) {
        check_str_case(row->name, buf_str(&got), quoted(row->want));
        check_str_case(row->name, buf_str(&loss),
                       str_of(row->loss == NULL ? "" : row->loss));
    }
    arena_release(&a);
    buf_release(&got);
    buf_release(&loss);
    return rc != SL_NOMEM;
}

void check_request_rows(const struct request_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct request_row row = rows[i];

        test_each_allocation(try_request, &row);
    }
}

/* ---- answers ---- */

struct answering {
    const struct answer_row *row;
    struct arena arena, turn;
    struct buf got;
    struct translation t;
};

static enum sl_rc feed_answer(struct answering *x, const char *text)
{
    struct chat_frame frame = {.data = quoted(text)};
    enum sl_rc rc = x->row->is_whole ? translation_whole(&x->t, frame.data)
                                     : translation_frame(&x->t, &frame);

    buf_add(&x->got, translation_take(&x->t));
    /* Nothing may point there when the next frame comes. */
    arena_release(&x->turn);
    return rc;
}

static void add_seen(struct answering *x)
{
    const struct chat_error *e = &x->t.seen.error;

    buf_add(&x->got, STR("ERROR "));
    buf_add_i64(&x->got, e->status);
    buf_add_char(&x->got, ' ');
    buf_add(&x->got, e->type);
    buf_add_char(&x->got, ' ');
    buf_add(&x->got, e->code);
    buf_add(&x->got, STR(": "));
    buf_add(&x->got, e->message);
}

static enum sl_rc run_answer(struct answering *x)
{
    const struct answer_row *row = x->row;
    struct translation_setup setup = {
        .provider = row->from,
        .client = row->to,
        .is_stream = !row->is_whole,
        .id = STR("0a1b"),
        .model = STR("asked"),
        .now_s = 1700000000,
        .arena = &x->arena,
        .turn = &x->turn,
    };
    struct chat_request *request = NULL;
    enum sl_rc rc = SL_OK;

    if (row->request != NULL)
        rc = translate_read(row->to, quoted(row->request), NULL, &x->arena,
                            &request, NULL);
    if (rc != SL_OK)
        return rc;
    setup.request = request;
    translation_init(&x->t, &setup);
    for (size_t i = 0; rc == SL_OK && row->frames[i] != NULL; i++)
        rc = feed_answer(x, row->frames[i]);
    if (rc == SL_OK && x->t.seen.has_error)
        add_seen(x);
    else if (rc == SL_OK && x->t.seen.is_finished)
        rc = translation_end(&x->t);
    buf_add(&x->got, translation_take(&x->t));
    if (rc != SL_NOMEM && rc != SL_OK)
        buf_add(&x->got, rc_info(rc)->name);
    return rc;
}

static bool try_answer(void *ctx, struct test_mem *m)
{
    struct answering x = {.row = ctx};
    struct test_mem own;
    enum sl_rc rc;

    test_mem_init(&own);
    buf_init(&x.got, &own.mem, LIMIT);
    arena_init(&x.arena, &m->mem, 64, LIMIT);
    arena_init(&x.turn, &m->mem, 64, LIMIT);
    rc = run_answer(&x);
    if (rc != SL_NOMEM) {
        check_str_case(x.row->name, buf_str(&x.got), quoted(x.row->want));
        check_str_case(x.row->name, translation_loss(&x.t),
                       str_of(x.row->loss == NULL ? "" : x.row->loss));
    }
    arena_release(&x.arena);
    arena_release(&x.turn);
    buf_release(&x.got);
    return rc != SL_NOMEM;
}

void check_answer_rows(const struct answer_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct answer_row row = rows[i];

        test_each_allocation(try_answer, &row);
    }
}
