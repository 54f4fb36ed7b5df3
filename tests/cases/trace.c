/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "worker/codec.h"

enum { RECORD_MAX = 1 << 24 };

struct trace {
    struct host_tap tap; /* first */
    FILE *file;
    struct buf buf;
};

static struct trace one;

/* ---- numbers and texts, as the codec reads them ---- */

static void add_number(struct buf *out, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        buf_add_char(out, (char)(v >> (8 * i) & 0xFF));
}

static void add_text(struct buf *out, struct str s)
{
    add_number(out, s.n, 4);
    buf_add(out, s);
}

static void add_fields(struct buf *out, const struct http_fields *f)
{
    add_number(out, f->n, 4);
    for (size_t i = 0; i < f->n; i++) {
        add_text(out, f->v[i].name);
        add_text(out, f->v[i].value);
    }
}

static void add_request(struct buf *out, const struct event *ev)
{
    add_text(out, ev->request->method_text);
    add_text(out, ev->request->target);
    add_text(out, ev->request->host);
    add_number(out, ev->request->is_http10, 1);
    add_fields(out, &ev->request->fields);
    add_number(out, ev->framing->body, 1);
    add_number(out, ev->framing->length, 8);
    add_number(out, ev->framing->keep_alive, 1);
    add_number(out, ev->framing->expects_continue, 1);
}

static void add_event(struct buf *out, const struct event *ev)
{
    add_number(out, ev->kind, 1);
    add_number(out, ev->call, 4);
    add_number(out, ev->last, 1);
    add_number(out, ev->rc, 4);
    add_number(out, ev->number, 8);
    add_number(out, (uint64_t)ev->length, 8);
    add_text(out, ev->bytes);
    add_number(out, ev->request != NULL, 1);
    if (ev->request != NULL)
        add_request(out, ev);
    add_number(out, ev->response != NULL, 1);
    if (ev->response != NULL) {
        add_number(out, (uint64_t)ev->response->status, 4);
        add_number(out, ev->response->is_http10, 1);
        add_fields(out, &ev->response->fields);
    }
    add_number(out, ev->err != NULL, 1);
    if (ev->err != NULL) {
        add_text(out, ev->err->where);
        add_text(out, ev->err->what);
    }
}

/* ---- records ---- */

static void write_record(struct trace *t, char what)
{
    struct str s = buf_str(&t->buf);
    uint8_t head[5] = {(uint8_t)what, (uint8_t)s.n, (uint8_t)(s.n >> 8),
                       (uint8_t)(s.n >> 16), (uint8_t)(s.n >> 24)};

    if (t->buf.failed || fwrite(head, 1, sizeof head, t->file) != sizeof head ||
        fwrite(s.n == 0 ? "" : s.p, 1, s.n, t->file) != s.n)
        fail_msg("the trace can't be written");
    buf_reset(&t->buf);
}

static void on_begin(struct host_tap *tap, const struct exchange_setup *setup)
{
    struct trace *t = (struct trace *)tap;

    add_number(&t->buf, (uint64_t)setup->now_ms, 8);
    add_number(&t->buf, (uint64_t)setup->wall_ms, 8);
    add_number(&t->buf, setup->random[0], 8);
    add_number(&t->buf, setup->random[1], 8);
    buf_add(&t->buf, setup->peer);
    write_record(t, 'B');
}

static void on_event(struct host_tap *tap, const struct event *ev,
                     int64_t now_ms)
{
    struct trace *t = (struct trace *)tap;

    add_number(&t->buf, (uint64_t)now_ms, 8);
    add_event(&t->buf, ev);
    write_record(t, 'E');
}

static void on_action(struct host_tap *tap, const struct action *a,
                      const struct record *record)
{
    struct trace *t = (struct trace *)tap;

    if (a != NULL)
        codec_write_action(&t->buf, a, record);
    write_record(t, a != NULL ? 'A' : 'Z');
}

static void *get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n);
}

static void put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

struct trace *trace_open(const char *path)
{
    static const struct sl_mem mem = {get, put, NULL};

    if (path == NULL || one.file != NULL)
        return path == NULL ? NULL : &one;
    one.tap = (struct host_tap){on_begin, on_event, on_action};
    buf_init(&one.buf, &mem, RECORD_MAX);
    one.file = fopen(path, "wb");
    if (one.file == NULL) {
        perror(path);
        exit(2);
    }
    return &one;
}

void trace_begin(struct trace *t, struct host *h, const char *name,
                 struct str config, const char *const *env)
{
    add_text(&t->buf, str_of(name));
    add_text(&t->buf, config);
    for (; *env != NULL; env++) {
        buf_add(&t->buf, str_of(*env));
        buf_add_char(&t->buf, '\0');
    }
    write_record(t, 'C');
    h->tap = &t->tap;
}

bool trace_close(void)
{
    bool ok = one.file == NULL || fclose(one.file) == 0;

    one.file = NULL;
    buf_release(&one.buf);
    return ok;
}
