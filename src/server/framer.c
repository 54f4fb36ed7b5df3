/* SPDX-License-Identifier: MIT */
/* Framing of answers. The one hard idea: nothing is copied but the head. Chunk
 * sizes stand in lines of the worker until the flush, and a chunk's closing
 * CRLF goes with the next size, so a streamed event leaves as three pieces of
 * one write. */
#include "server/framer.h"

#include "core/http/chunked.h"
#include "core/http/head.h"

void framer_begin(struct framer *f, struct worker *w, struct stream *s)
{
    *f = (struct framer){.worker = w, .stream = s, .body = HTTP_BODY_NONE};
}

static enum http_body choose(const struct framer *f,
                             const struct reply_head *head)
{
    if (head->status == 204 || head->status == 304 || head->status < 200)
        return HTTP_BODY_NONE;
    if (head->length >= 0)
        return HTTP_BODY_LENGTH;
    if (f->is_head)
        return HTTP_BODY_NONE;
    return f->is_http10 ? HTTP_BODY_CLOSE : HTTP_BODY_CHUNKED;
}

void framer_head(struct framer *f, const struct reply_head *head,
                 bool keep_alive)
{
    struct buf *out = &f->worker->head;
    struct http_framing framing = {.body = choose(f, head)};

    if (framing.body == HTTP_BODY_LENGTH)
        framing.length = (uint64_t)head->length;
    f->state = FRAMER_BODY;
    f->body = framing.body;
    f->left = framing.length;
    f->says_close = !keep_alive || framing.body == HTTP_BODY_CLOSE;
    buf_reset(out);
    head_write_response(out, head->status, &head->fields, &framing);
    if (!out->failed)
        out->n -= 2; /* the empty line, which comes after our own fields */
    buf_add(out, worker_date(f->worker));
    if (f->says_close)
        buf_add(out, STR("connection: close\r\n"));
    else if (f->is_http10)
        buf_add(out, STR("connection: keep-alive\r\n"));
    buf_add(out, STR("\r\n"));
    if (out->failed)
        f->state = FRAMER_CUT;
    else
        stream_put(f->stream, buf_str(out));
}

static void put_chunk(struct framer *f, struct str bytes)
{
    struct worker *w = f->worker;
    char *line;
    size_t n = 0;

    if (w->n_lines == WORKER_LINES) {
        stream_flush(f->stream);
        w->n_lines = 0;
    }
    line = w->lines[w->n_lines++];
    if (f->chunk_open) {
        line[n++] = '\r';
        line[n++] = '\n';
    }
    n += chunked_write_size(line + n, bytes.n);
    stream_put(f->stream, (struct str){line, n});
    stream_put(f->stream, bytes);
    f->chunk_open = true;
}

void framer_body(struct framer *f, struct str bytes)
{
    if (bytes.n == 0 || f->is_head || f->state != FRAMER_BODY)
        return;
    switch (f->body) {
    case HTTP_BODY_NONE:
        break;
    case HTTP_BODY_LENGTH:
        if (bytes.n > f->left)
            bytes.n = (size_t)f->left;
        f->left -= bytes.n;
        stream_put(f->stream, bytes);
        break;
    case HTTP_BODY_CHUNKED:
        put_chunk(f, bytes);
        break;
    case HTTP_BODY_CLOSE:
        stream_put(f->stream, bytes);
        break;
    }
}

void framer_end(struct framer *f, bool is_cut)
{
    bool is_short = f->body == HTTP_BODY_LENGTH && f->left != 0 && !f->is_head;

    if (is_cut || is_short || f->state != FRAMER_BODY) {
        f->state = FRAMER_CUT;
        return;
    }
    f->state = FRAMER_DONE;
    if (f->body != HTTP_BODY_CHUNKED)
        return;
    stream_put(f->stream,
               f->chunk_open ? STR("\r\n0\r\n\r\n") : STR("0\r\n\r\n"));
    f->chunk_open = false;
}

void framer_flush(struct framer *f)
{
    if (f->chunk_open) {
        stream_put(f->stream, STR("\r\n"));
        f->chunk_open = false;
    }
    stream_flush(f->stream);
    f->worker->n_lines = 0;
}
