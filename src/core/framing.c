/* SPDX-License-Identifier: MIT */
/* One face for four framings. */
#include "core/framing.h"

#include "core/http/http.h"

void framing_init(struct framing *f, enum chat_framing kind,
                  const struct sl_mem *mem, size_t limit)
{
    *f = (struct framing){.kind = kind, .is_open = true};
    switch (kind) {
    case FRAMING_SSE:
        sse_init(&f->sse, mem, limit);
        break;
    case FRAMING_NDJSON:
        ndjson_init(&f->ndjson, mem, limit);
        break;
    case FRAMING_JSON_ARRAY:
        jsonarray_init(&f->array, mem, limit);
        break;
    case FRAMING_EVENT_STREAM:
        evstream_init(&f->events, mem, limit);
        break;
    }
}

void framing_release(struct framing *f)
{
    if (!f->is_open)
        return;
    f->is_open = false;
    switch (f->kind) {
    case FRAMING_SSE:
        sse_release(&f->sse);
        break;
    case FRAMING_NDJSON:
        ndjson_release(&f->ndjson);
        break;
    case FRAMING_JSON_ARRAY:
        jsonarray_release(&f->array);
        break;
    case FRAMING_EVENT_STREAM:
        evstream_release(&f->events);
        break;
    }
}

static void take_event(const struct sse_event *ev, struct frame *frame)
{
    *frame = (struct frame){.chat = {ev->name, ev->data},
                            .raw = ev->raw,
                            .has_data = ev->has_data,
                            .in_input = ev->in_input};
}

static void take_line(const struct ndjson_line *line, struct frame *frame)
{
    struct str text = str_trim(line->text);

    *frame = (struct frame){.chat = {{0}, text},
                            .raw = line->raw,
                            .has_data = text.n != 0,
                            .in_input = line->in_input};
}

/* An event's or exception's type is its name; an error of the stream itself
 * is named "error", and its message is the data. */
static void take_message(const struct evstream_frame *m, struct frame *frame)
{
    struct chat_frame *chat = &frame->chat;

    *frame = (struct frame){.has_data = true};
    if (str_eq(m->message_type, STR("exception"))) {
        *chat = (struct chat_frame){m->exception_type, m->payload};
    } else if (str_eq(m->message_type, STR("error"))) {
        *chat = (struct chat_frame){STR("error"), m->error_message};
    } else {
        *chat = (struct chat_frame){m->event_type, m->payload};
    }
}

enum sl_rc framing_next(struct framing *f, struct str *in, struct frame *frame)
{
    struct sse_event ev;
    struct ndjson_line line;
    struct evstream_frame message;
    struct str element;
    enum sl_rc rc = SL_AGAIN;

    switch (f->kind) {
    case FRAMING_SSE:
        rc = sse_next(&f->sse, in, &ev);
        if (rc == SL_OK)
            take_event(&ev, frame);
        break;
    case FRAMING_NDJSON:
        rc = ndjson_next(&f->ndjson, in, &line);
        if (rc == SL_OK)
            take_line(&line, frame);
        break;
    case FRAMING_JSON_ARRAY:
        rc = jsonarray_next(&f->array, in, &element);
        if (rc == SL_OK)
            *frame = (struct frame){.chat = {{0}, element}, .has_data = true};
        break;
    case FRAMING_EVENT_STREAM:
        rc = evstream_next(&f->events, in, &message);
        if (rc == SL_OK)
            take_message(&message, frame);
        break;
    }
    return rc;
}

enum sl_rc framing_finish(struct framing *f, struct frame *frame)
{
    struct sse_event ev;
    struct ndjson_line line;

    switch (f->kind) {
    case FRAMING_SSE:
        if (sse_finish(&f->sse, &ev) != SL_OK)
            return SL_EOF;
        take_event(&ev, frame);
        return SL_OK;
    case FRAMING_NDJSON:
        if (ndjson_finish(&f->ndjson, &line) != SL_OK)
            return SL_EOF;
        take_line(&line, frame);
        return SL_OK;
    case FRAMING_JSON_ARRAY:
        return jsonarray_finish(&f->array) == SL_EOF ? SL_EOF : SL_UP_CUT;
    case FRAMING_EVENT_STREAM:
        return evstream_pending(&f->events) == 0 ? SL_EOF : SL_UP_CUT;
    }
    return SL_EOF;
}

bool framing_is(enum chat_framing kind, struct str content_type, bool is_asked)
{
    switch (kind) {
    case FRAMING_SSE:
        return http_is_media(content_type, STR("text/event-stream"));
    case FRAMING_NDJSON:
        return http_is_media(content_type, STR("application/x-ndjson")) ||
               (is_asked &&
                http_is_media(content_type, STR("application/json")));
    case FRAMING_JSON_ARRAY:
        return is_asked && http_is_media(content_type, STR("application/json"));
    case FRAMING_EVENT_STREAM:
        return http_is_media(content_type,
                             STR("application/vnd.amazon.eventstream"));
    }
    return false;
}
