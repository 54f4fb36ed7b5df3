/* SPDX-License-Identifier: MIT */
/* Answers of Cohere's v2 chat. What the model means to do with tools, and what
 * it thinks, is reasoning here. A whole message holds arrays where an event
 * of a stream holds one object: both are read by the same functions. */
#include "core/dialects/cohere.h"

#include "core/dialects/decoding.h"

enum {
    CALLS = 1024, /* of one answer */
    LOGPROBS_BYTES = 16 * 1024 * 1024,
};

/* ---- parts ---- */

/* {"text"} or {"thinking"}. */
static void read_content(struct decoding *x, struct jval content)
{
    emit_text(x, CHAT_EVENT_REASONING, json_get(content, STR("thinking")));
    emit_text(x, CHAT_EVENT_TEXT, json_get(content, STR("text")));
}

static void read_source(struct decoding *x, struct jval source)
{
    struct jval document = json_get(source, STR("document"));
    struct chat_event ev = {.kind = CHAT_EVENT_CITATION};

    if (!json_is_obj(document))
        document = json_get(source, STR("tool_output"));
    ev.url = decoding_text(x, json_get(document, STR("url")));
    ev.title = decoding_text(x, json_get(document, STR("title")));
    if (ev.url.n != 0)
        decoder_emit(x->d, &ev);
}

static void read_citation(struct decoding *x, struct jval citation)
{
    struct jval list = json_get(citation, STR("sources"));
    struct jval_iter it = json_iter(list);

    while (json_is_arr(list) && json_iter_next(&it))
        read_source(x, it.value);
}

/* {"text","logprobs":[…]}: a text of one or more tokens becomes one of
 * OpenAI's, with the probability of them all. */
static void read_logprob(struct buf *out, struct decoding *x, struct jval item)
{
    struct jval list = json_get(item, STR("logprobs"));
    struct jval_iter it = json_iter(list);
    double sum = 0;
    double v;

    while (json_is_arr(list) && json_iter_next(&it)) {
        if (json_f64(it.value, &v))
            sum += v;
    }
    buf_add(out, out->n == 1 ? STR("{\"token\":") : STR(",{\"token\":"));
    json_str(out, decoding_text(x, json_get(item, STR("text"))));
    buf_add(out, STR(",\"logprob\":"));
    json_f64_write(out, sum);
    buf_add(out, STR(",\"bytes\":null,\"top_logprobs\":[]}"));
}

/* One object, or an array of them. */
static void read_logprobs(struct decoding *x, struct jval v)
{
    struct jval_iter it = json_iter(v);
    struct buf out;

    if (!json_is_obj(v) && !json_is_arr(v))
        return;
    buf_init(&out, arena_mem(x->d->turn), LOGPROBS_BYTES);
    buf_add_char(&out, '[');
    if (json_is_obj(v))
        read_logprob(&out, x, v);
    while (json_is_arr(v) && json_iter_next(&it))
        read_logprob(&out, x, it.value);
    buf_add_char(&out, ']');
    x->failed |= out.failed;
    if (out.n > 2 && !out.failed)
        decoder_emit(x->d, &(struct chat_event){.kind = CHAT_EVENT_LOGPROBS,
                                                .raw = buf_str(&out)});
}

/* What was read; what is billed may be less. */
static void read_usage(struct decoding *x, struct jval usage)
{
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};
    struct jval counts = json_get(usage, STR("tokens"));

    if (!json_is_obj(usage))
        return;
    if (!json_is_obj(counts))
        counts = json_get(usage, STR("billed_units"));
    ev.usage.input_tokens =
        decoding_count(json_get(counts, STR("input_tokens")));
    ev.usage.output_tokens =
        decoding_count(json_get(counts, STR("output_tokens")));
    ev.usage.cached_tokens =
        decoding_count(json_get(usage, STR("cached_tokens")));
    decoder_emit(x->d, &ev);
}

static enum chat_finish finish_of(struct jval reason)
{
    if (json_text_eq(reason, STR("MAX_TOKENS")))
        return CHAT_FINISH_LENGTH;
    if (json_text_eq(reason, STR("TOOL_CALL")))
        return CHAT_FINISH_TOOLS;
    if (json_text_eq(reason, STR("STOP_SEQUENCE")))
        return CHAT_FINISH_STOP_SEQUENCE;
    if (json_text_eq(reason, STR("ERROR_TOXIC")))
        return CHAT_FINISH_FILTER;
    return CHAT_FINISH_STOP;
}

/* The end of it all: of a message, or of what failed to become one. */
static void read_end(struct decoding *x, struct jval object)
{
    struct jval reason = json_get(object, STR("finish_reason"));
    struct str why = decoding_text(x, json_get(object, STR("error")));

    read_usage(x, json_get(object, STR("usage")));
    if (json_text_eq(reason, STR("ERROR"))) {
        emit_error(x, 502, why.n != 0 ? why : STR("the model failed"));
    } else if (json_text_eq(reason, STR("TIMEOUT"))) {
        emit_error(x, 504, why.n != 0 ? why : STR("the model took too long"));
    } else {
        emit_finish(x, finish_of(reason));
        emit(x, CHAT_EVENT_END);
    }
}

static void start(struct decoding *x)
{
    decoder_emit(x->d, &(struct chat_event){
                           .kind = CHAT_EVENT_START,
                           .id = decoding_text(x, json_get(x->root, STR("id"))),
                       });
}

/* ---- events ---- */

static enum sl_rc read_call_event(struct decoding *x, struct jval type)
{
    int64_t index = decoding_count(json_get(x->root, STR("index")));
    struct jval call = json_path(x->root, STR("delta.message.tool_calls"));
    struct jval function = json_get(call, STR("function"));
    struct chat_event ev = {.kind = CHAT_EVENT_TOOL_END};

    if (index >= CALLS)
        return SL_UP_GARBAGE;
    ev.tool = index < 0 ? 0 : (uint32_t)index;
    if (json_text_eq(type, STR("tool-call-start"))) {
        ev.kind = CHAT_EVENT_TOOL_START;
        ev.id = decoding_text(x, json_get(call, STR("id")));
        ev.name = decoding_text(x, json_get(function, STR("name")));
    }
    if (!json_text_eq(type, STR("tool-call-delta")))
        decoder_emit(x->d, &ev);
    emit_arguments(x, ev.tool, json_get(function, STR("arguments")));
    return SL_OK;
}

static enum sl_rc read_event(struct decoding *x, struct jval type)
{
    struct jval delta = json_get(x->root, STR("delta"));
    struct jval message = json_get(delta, STR("message"));

    if (json_text_eq(type, STR("message-start"))) {
        start(x);
    } else if (json_text_eq(type, STR("content-start")) ||
               json_text_eq(type, STR("content-delta"))) {
        read_logprobs(x, json_get(x->root, STR("logprobs")));
        read_content(x, json_get(message, STR("content")));
    } else if (json_text_eq(type, STR("tool-plan-delta"))) {
        emit_text(x, CHAT_EVENT_REASONING, json_get(message, STR("tool_plan")));
    } else if (json_text_eq(type, STR("tool-call-start")) ||
               json_text_eq(type, STR("tool-call-delta")) ||
               json_text_eq(type, STR("tool-call-end"))) {
        return read_call_event(x, type);
    } else if (json_text_eq(type, STR("citation-start"))) {
        read_citation(x, json_get(message, STR("citations")));
    } else if (json_text_eq(type, STR("message-end"))) {
        read_end(x, delta);
    }
    return SL_OK;
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct decoding x = {.d = d};
    struct jval type;
    enum sl_rc rc;

    /* Behind message-end, if at all. */
    if (str_starts(f->data, STR("[DONE]")))
        return SL_OK;
    rc = decoding_parse(&x, f->data);
    if (rc != SL_OK)
        return rc;
    type = json_get(x.root, STR("type"));
    if (json_is_null(type) && json_is_str(json_get(x.root, STR("message")))) {
        emit_error(&x, 0, decoding_text(&x, json_get(x.root, STR("message"))));
        return decoding_rc(&x);
    }
    rc = read_event(&x, type);
    return rc == SL_OK ? decoding_rc(&x) : rc;
}

/* ---- whole ---- */

static void read_message(struct decoding *x, struct jval message)
{
    struct jval content = json_get(message, STR("content"));
    struct jval calls = json_get(message, STR("tool_calls"));
    struct jval citations = json_get(message, STR("citations"));
    struct jval_iter it = json_iter(content);
    uint32_t n = 0;

    emit_text(x, CHAT_EVENT_REASONING, json_get(message, STR("tool_plan")));
    emit_text(x, CHAT_EVENT_TEXT, content);
    while (json_is_arr(content) && json_iter_next(&it))
        read_content(x, it.value);
    it = json_iter(citations);
    while (json_is_arr(citations) && json_iter_next(&it))
        read_citation(x, it.value);
    it = json_iter(calls);
    while (json_is_arr(calls) && json_iter_next(&it))
        emit_call(x, n++, json_get(it.value, STR("id")),
                  json_path(it.value, STR("function.name")),
                  json_path(it.value, STR("function.arguments")));
}

static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct decoding x = {.d = d};
    enum sl_rc rc = decoding_parse(&x, body);
    struct jval message;

    if (rc != SL_OK)
        return rc;
    message = json_get(x.root, STR("message"));
    if (!json_is_obj(message))
        return SL_UP_GARBAGE;
    start(&x);
    read_logprobs(&x, json_get(x.root, STR("logprobs")));
    read_message(&x, message);
    read_end(&x, x.root);
    return decoding_rc(&x);
}

static void read_error(struct str body, struct arena *a, struct chat_error *out)
{
    struct json doc;

    if (json_parse(&doc, str_trim(body), a, NULL, NULL) == SL_OK &&
        !json_text(json_get(json_root(&doc), STR("message")), a, &out->message))
        out->message = (struct str){0};
    /* Cohere's own status for a token that is not valid. */
    if (out->status == 498)
        out->status = 401;
}

const struct dialect dialect_cohere = {
    .name = STR_INIT("cohere"),
    .write_request = cohere_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = read_error,
    .framing = FRAMING_SSE,
    .accept = STR_INIT("text/event-stream"),
};
