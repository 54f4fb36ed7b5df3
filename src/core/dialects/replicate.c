/* SPDX-License-Identifier: MIT */
/* Predictions of Replicate: a promise first, with where to ask for what comes
 * of it; then the prediction with its output, or a stream of plain texts. */
#include "core/dialects/replicate.h"

#include "core/base/date.h"
#include "core/dialects/decoding.h"
#include "core/dialects/openai_watch.h"

enum {
    POLL_MS = 250, /* before the first question; doubled up to the last */
    POLL_MAX_MS = 2000,
};

/* ---- the promise ---- */

static bool is_status(struct jval root, struct str word)
{
    return json_text_eq(json_get(root, STR("status")), word);
}

static enum sl_rc promise_text(const struct chat_promise *p, struct jval v,
                               struct str *text)
{
    if (!json_is_str(v))
        return SL_UP_GARBAGE;
    return json_text(v, p->arena, text) ? SL_OK : SL_NOMEM;
}

static int64_t poll_delay(unsigned followed)
{
    int64_t ms = POLL_MS;

    for (unsigned i = 0; i < followed && ms < POLL_MAX_MS; i++)
        ms *= 2;
    return ms;
}

static enum sl_rc follow(const struct chat_promise *p, struct chat_follow *next)
{
    struct chat_follow to = {.method = STR("GET")};
    struct json doc;
    struct jval root, stream, where;
    enum sl_rc rc = json_parse(&doc, p->body, p->arena, NULL, NULL);

    if (rc == SL_NOMEM)
        return rc;
    root = rc == SL_OK ? json_root(&doc) : (struct jval){0};
    if (!is_status(root, STR("starting")) &&
        !is_status(root, STR("processing"))) {
        *next = (struct chat_follow){0};
        return SL_OK;
    }
    stream = json_path(root, STR("urls.stream"));
    where = json_path(root, STR("urls.get"));
    to.is_stream = p->wants_stream && json_is_str(stream);
    rc = promise_text(p, to.is_stream ? stream : where, &to.url);
    if (rc != SL_OK)
        return rc;
    if (!promise_may_go(p, to.url))
        return SL_UP_GARBAGE;
    to.accept =
        to.is_stream ? STR("text/event-stream") : STR("application/json");
    /* A stream that turns out to be a promise again is no reason to hurry. */
    to.delay_ms =
        to.is_stream && p->followed == 0 ? 0 : poll_delay(p->followed);
    *next = to;
    return SL_OK;
}

/* ---- a prediction ---- */

static void start(struct decoding *x)
{
    struct chat_event ev = {.kind = CHAT_EVENT_START};
    struct str created = decoding_text(x, json_get(x->root, STR("created_at")));

    ev.id = decoding_text(x, json_get(x->root, STR("id")));
    ev.model = decoding_text(x, json_get(x->root, STR("model")));
    if (!date_read(created, &ev.created_s))
        ev.created_s = 0;
    decoder_emit(x->d, &ev);
}

/* A text, or its pieces; what is neither, as it stands. */
static void read_output(struct decoding *x, struct jval output)
{
    struct jval_iter it = json_iter(output);

    if (json_is_str(output)) {
        emit_text(x, CHAT_EVENT_TEXT, output);
        return;
    }
    if (!json_is_arr(output) && !json_is_null(output))
        decoder_emit(x->d, &(struct chat_event){.kind = CHAT_EVENT_TEXT,
                                                .text = json_raw(output)});
    while (json_is_arr(output) && json_iter_next(&it))
        emit_text(x, CHAT_EVENT_TEXT, it.value);
}

static void read_metrics(struct decoding *x, struct jval metrics)
{
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};

    ev.usage.input_tokens =
        decoding_count(json_get(metrics, STR("input_token_count")));
    ev.usage.output_tokens =
        decoding_count(json_get(metrics, STR("output_token_count")));
    if (ev.usage.input_tokens >= 0 || ev.usage.output_tokens >= 0)
        decoder_emit(x->d, &ev);
}

static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct decoding x = {.d = d};
    enum sl_rc rc = decoding_parse(&x, body);
    struct str why;

    if (rc != SL_OK)
        return rc;
    why = decoding_text(&x, json_get(x.root, STR("error")));
    if (is_status(x.root, STR("failed")) ||
        is_status(x.root, STR("canceled"))) {
        emit_error(&x, 502,
                   why.n != 0 ? why : STR("the prediction came to nothing"));
        return decoding_rc(&x);
    }
    if (!is_status(x.root, STR("succeeded")))
        return SL_UP_GARBAGE;
    start(&x);
    read_output(&x, json_get(x.root, STR("output")));
    read_metrics(&x, json_get(x.root, STR("metrics")));
    emit_finish(&x, CHAT_FINISH_STOP);
    emit(&x, CHAT_EVENT_END);
    return decoding_rc(&x);
}

/* ---- its stream ---- */

struct from_replicate {
    bool has_started;
};

/* A text, or an object around one. */
static struct str error_text(struct decoding *x, struct str data)
{
    struct str text;

    if (json_parse(&x->doc, data, x->d->turn, NULL, NULL) != SL_OK)
        return data;
    text = decoding_text(x, json_root(&x->doc));
    if (text.n == 0)
        text = openai_error_message(data, x->d->turn);
    return text.n != 0 ? text : data;
}

static void read_done(struct decoding *x, struct str data)
{
    struct json_want reason = {.name = STR_INIT("reason")};

    if (json_scan(data, &reason, 1, NULL) == SL_OK && reason.value.n > 2) {
        emit_error(x, 502, STR("the prediction came to nothing"));
        return;
    }
    emit_finish(x, CHAT_FINISH_STOP);
    emit(x, CHAT_EVENT_END);
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct from_replicate *s = decoder_state(d, sizeof(*s));
    struct decoding x = {.d = d};

    if (s == NULL)
        return SL_NOMEM;
    if (str_eq(f->name, STR("error"))) {
        emit_error(&x, 502, error_text(&x, f->data));
        return decoding_rc(&x);
    }
    if (!s->has_started)
        emit(&x, CHAT_EVENT_START);
    s->has_started = true;
    if (str_eq(f->name, STR("output")) && f->data.n != 0)
        decoder_emit(
            d, &(struct chat_event){.kind = CHAT_EVENT_TEXT, .text = f->data});
    else if (str_eq(f->name, STR("done")))
        read_done(&x, f->data);
    return SL_OK;
}

/* {"title","status","detail"} (RFC 9457). */
static void read_error(struct str body, struct arena *a, struct chat_error *out)
{
    out->message = openai_error_message(body, a);
}

const struct dialect dialect_replicate = {
    .name = STR_INIT("replicate"),
    .write_request = replicate_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = read_error,
    .follow = follow,
    .framing = FRAMING_SSE,
    .accept = STR_INIT("application/json"),
    .prefer = STR_INIT("wait"),
};
