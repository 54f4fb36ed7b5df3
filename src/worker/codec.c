/* SPDX-License-Identifier: MIT */
#include "worker/codec.h"

#include "core/secret.h"

enum { LINE_MAX = 1 << 16 };

/* ---- reading ---- */

struct reader {
    struct str in;
    bool failed;
};

static uint64_t read_number(struct reader *r, size_t bytes)
{
    uint64_t v = 0;

    if (r->in.n < bytes) {
        r->failed = true;
        return 0;
    }
    for (size_t i = bytes; i > 0; i--)
        v = v << 8 | (uint8_t)r->in.p[i - 1];
    r->in = str_skip(r->in, bytes);
    return v;
}

static uint32_t read_u32(struct reader *r)
{
    return (uint32_t)read_number(r, 4);
}

static bool read_bool(struct reader *r)
{
    return read_number(r, 1) != 0;
}

static int64_t read_i64(struct reader *r)
{
    return (int64_t)read_number(r, 8);
}

static struct str read_text(struct reader *r)
{
    size_t n = read_u32(r);
    struct str s;

    if (n > r->in.n) {
        r->failed = true;
        return (struct str){0};
    }
    s = str_first(r->in, n);
    r->in = str_skip(r->in, n);
    return s;
}

static struct http_fields read_fields(struct reader *r, struct codec_event *e)
{
    struct http_fields f = {.v = e->fields, .n = read_u32(r)};

    if (f.n > CODEC_FIELDS) {
        r->failed = true;
        f.n = 0;
    }
    for (size_t i = 0; i < f.n; i++) {
        f.v[i].name = read_text(r);
        f.v[i].value = read_text(r);
    }
    return f;
}

/* A member of an enum that ends before `end`. */
static unsigned read_enum(struct reader *r, size_t bytes, unsigned end)
{
    uint64_t v = read_number(r, bytes);

    if (v >= end) {
        r->failed = true;
        return 0;
    }
    return (unsigned)v;
}

static void read_request(struct reader *r, struct codec_event *e)
{
    e->request.method_text = read_text(r);
    e->request.method = http_method_of(e->request.method_text);
    e->request.target = read_text(r);
    e->request.host = read_text(r);
    e->request.is_http10 = read_bool(r);
    e->request.fields = read_fields(r, e);
    e->framing.body = (enum http_body)read_enum(r, 1, HTTP_BODY_CLOSE + 1);
    e->framing.length = (uint64_t)read_i64(r);
    e->framing.keep_alive = read_bool(r);
    e->framing.expects_continue = read_bool(r);
    e->event.request = &e->request;
    e->event.framing = &e->framing;
}

static void read_response(struct reader *r, struct codec_event *e)
{
    e->response.status = (int)read_enum(r, 4, 1000);
    e->response.is_http10 = read_bool(r);
    e->response.fields = read_fields(r, e);
    e->event.response = &e->response;
}

bool codec_read_event(struct codec_event *e, struct str bytes)
{
    struct reader r = {.in = bytes};

    *e = (struct codec_event){0};
    e->event.kind = (enum event_kind)read_enum(&r, 1, EVENT_WAKE + 1);
    e->event.call = read_u32(&r);
    e->event.last = read_bool(&r);
    e->event.rc = (enum sl_rc)read_enum(&r, 4, SL_RC_COUNT);
    e->event.number = (size_t)read_i64(&r);
    e->event.length = read_i64(&r);
    e->event.bytes = read_text(&r);
    if (read_bool(&r))
        read_request(&r, e);
    if (read_bool(&r))
        read_response(&r, e);
    if (read_bool(&r)) {
        e->err.rc = e->event.rc;
        e->err.where = read_text(&r);
        e->err.what = read_text(&r);
        e->event.err = &e->err;
    }
    return !r.failed && r.in.n == 0;
}

/* ---- writing ---- */

static void write_number(struct buf *out, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        buf_add_char(out, (char)(v >> (8 * i) & 0xFF));
}

static void write_u32(struct buf *out, size_t v)
{
    write_number(out, v, 4);
}

static void write_i64(struct buf *out, int64_t v)
{
    write_number(out, (uint64_t)v, 8);
}

static void write_text(struct buf *out, struct str s)
{
    write_u32(out, s.n);
    buf_add(out, s);
}

/* The text with the secret behind it, as one text. */
static void write_hidden(struct buf *out, struct str text,
                         const struct secret *secret)
{
    size_t at = out->n;
    size_t n;

    write_u32(out, 0);
    buf_add(out, text);
    if (secret != NULL)
        secret_write(out, secret);
    if (out->failed)
        return;
    n = out->n - at - 4;
    for (size_t i = 0; i < 4; i++)
        out->p[at + i] = (char)(n >> (8 * i) & 0xFF);
}

static void write_fields(struct buf *out, const struct http_fields *f)
{
    write_u32(out, f->n);
    for (size_t i = 0; i < f->n; i++) {
        write_text(out, f->v[i].name);
        write_hidden(out, f->v[i].value, f->v[i].secret);
    }
}

static void write_call(struct buf *out, const struct call_request *r)
{
    write_number(out, r->origin->tls, 1);
    write_text(out, r->origin->host);
    write_u32(out, r->origin->port);
    write_text(out, r->method);
    write_text(out, r->target);
    write_fields(out, &r->fields);
    write_number(out, r->framing.body, 1);
    write_i64(out, (int64_t)r->framing.length);
    write_i64(out, r->connect_ms);
    write_number(out, r->fresh, 1);
    write_u32(out, r->provider->index);
    write_u32(out, r->key);
}

static void write_head(struct buf *out, const struct reply_head *h)
{
    write_number(out, h != NULL, 1);
    if (h == NULL)
        return;
    write_u32(out, (size_t)h->status);
    write_i64(out, h->length);
    write_fields(out, &h->fields);
}

static void write_pick(struct buf *out, const struct action *a)
{
    write_u32(out, a->provider->index);
    write_u32(out, a->pick->first);
    write_u32(out, a->pick->last);
    write_number(out, a->pick->is_even, 1);
    write_number(out, a->pick->is_retry, 1);
    write_number(out, a->pick->is_hedge, 1);
    write_number(out, a->pick->session, 8);
    write_u32(out, a->pick->n_tried);
    for (size_t i = 0; i < a->pick->n_tried; i++)
        write_u32(out, a->pick->tried[i]);
}

static void write_mark(struct buf *out, const struct key_mark *m)
{
    write_u32(out, m->provider->index);
    write_u32(out, m->key);
    write_number(out, m->verdict, 1);
    write_i64(out, m->began_ms);
    write_i64(out, m->until_ms);
    write_number(out, m->speed_id, 8);
    write_i64(out, m->took_ms);
    write_number(out, m->late_id, 8);
    write_i64(out, m->late_ms);
}

static void write_job(struct buf *out, const struct sign_job *j)
{
    write_number(out, j->kind, 1);
    write_hidden(out, j->key.text, j->key.secret);
    write_u32(out, j->n);
    for (size_t i = 0; i < j->n; i++)
        write_hidden(out, j->parts[i].text, j->parts[i].secret);
}

static void write_done(struct buf *out, const struct action *a,
                       const struct record *record)
{
    struct buf line;

    buf_init(&line, out->mem, LINE_MAX);
    record_write_json(&line, record);
    write_number(out, a->abort, 1);
    write_number(out, a->close, 1);
    write_text(out, buf_str(&line));
    out->failed |= line.failed;
    buf_release(&line);
}

void codec_write_action(struct buf *out, const struct action *a,
                        const struct record *record)
{
    write_number(out, a->kind, 1);
    write_u32(out, a->call);
    write_text(out, a->bytes);
    switch (a->kind) {
    case ACTION_CALL:
        write_call(out, a->request);
        break;
    case ACTION_SEND:
        write_head(out, a->head);
        break;
    case ACTION_PICK:
        write_pick(out, a);
        break;
    case ACTION_MARK:
        write_mark(out, a->mark);
        break;
    case ACTION_LOAD:
        write_text(out, a->key);
        break;
    case ACTION_STORE:
        write_text(out, a->key);
        write_i64(out, a->ttl_ms);
        break;
    case ACTION_SIGN:
        write_job(out, a->job);
        break;
    case ACTION_WAKE:
        write_i64(out, a->at_ms);
        break;
    case ACTION_DONE:
        write_done(out, a, record);
        break;
    case ACTION_PUSH:
    case ACTION_END:
    case ACTION_CANCEL:
        break;
    }
}
