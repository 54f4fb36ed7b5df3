/* SPDX-License-Identifier: MIT */
/* Answers of Converse, whole and as messages of AWS's event stream
 * (aws-bedrock sections 4 to 7). The kind of a message stands in its name; the
 * usage comes after the reason to stop, and ends the stream. Blocks come one
 * after another, and only tools' say that they begin. */
#include "core/dialects/bedrock.h"

#include "core/dialects/decoding.h"
#include "core/dialects/tool_block.h"

enum { SIGNATURE_BYTES = 16 * 1024 * 1024, NO_BLOCK = -1 };

/* What is kept from one message to the next. */
struct blocks {
    bool has_started;
    int64_t open; /* number of the block at hand; NO_BLOCK */
    bool is_tool;
    struct tool_blocks tools;
    struct buf signature; /* of the block's reasoning */
    struct str image;     /* media type of an image at hand; {0}: none */
};

/* One message, or a whole answer, at work. */
struct answer {
    struct decoding x; /* first */
    struct blocks *s;
};

static void emit_event(struct answer *a, const struct chat_event *ev)
{
    if (!a->x.failed)
        decoder_emit(a->x.d, ev);
}

static struct str text_at(struct answer *a, struct jval object, struct str name)
{
    return decoding_text(&a->x, json_get(object, name));
}

static void emit_state(struct answer *a, struct str bytes)
{
    emit_event(a, &(struct chat_event){.kind = CHAT_EVENT_STATE,
                                       .state = {BEDROCK, bytes}});
}

static void start(struct answer *a)
{
    if (a->s->has_started)
        return;
    a->s->has_started = true;
    emit(&a->x, CHAT_EVENT_START);
}

/* ---- errors ---- */

/* By the name of the exception, with or without "Exception" and whatever the
 * first letter. A model that fails is the provider's failure, not the
 * caller's as 424 would say. */
static const struct {
    struct str name;
    int status;
    struct str code;
} exceptions[] = {
    {STR_INIT("validation"), 400, {0}},
    {STR_INIT("accessDenied"), 403, {0}},
    {STR_INIT("resourceNotFound"), 404, STR_INIT("model_not_found")},
    {STR_INIT("modelTimeout"), 504, {0}},
    {STR_INIT("modelError"), 502, {0}},
    {STR_INIT("modelStreamError"), 502, {0}},
    {STR_INIT("throttling"), 429, STR_INIT("rate_limit_exceeded")},
    {STR_INIT("modelNotReady"), 503, {0}},
    {STR_INIT("serviceQuotaExceeded"), 429, STR_INIT("insufficient_quota")},
    {STR_INIT("internalServer"), 500, {0}},
    {STR_INIT("serviceUnavailable"), 503, {0}},
};

static struct str message_in(struct jval root, struct arena *a)
{
    struct jval v = json_get(root, STR("message"));
    struct str text;

    if (!json_is_str(v))
        v = json_get(root, STR("Message"));
    return json_is_str(v) && json_text(v, a, &text) ? text : (struct str){0};
}

static void complete(struct chat_error *e)
{
    e->type = chat_error_type(e->status);
    if (str_starts_nocase(e->message, STR("input is too long")))
        e->code = STR("context_length_exceeded");
}

static void read_error(struct str body, struct arena *a, struct chat_error *out)
{
    struct json doc;

    if (json_parse(&doc, str_trim(body), a, NULL, NULL) == SL_OK)
        out->message = message_in(json_root(&doc), a);
    /* The body does not name the exception, but the status tells most. */
    if (out->status == 424)
        out->status = 502;
    else if (out->status == 404)
        out->code = STR("model_not_found");
    else if (out->status == 429)
        out->code = STR("rate_limit_exceeded");
    complete(out);
}

/* data of an error of the stream itself is its text. */
static void see_exception(struct answer *a, const struct chat_frame *f)
{
    struct chat_event ev = {.kind = CHAT_EVENT_ERROR,
                            .error = {.status = 500, .message = f->data}};
    enum sl_rc rc = decoding_parse(&a->x, f->data);

    a->x.failed |= rc == SL_NOMEM;
    if (rc == SL_OK)
        ev.error.message = message_in(a->x.root, a->x.d->turn);
    for (size_t i = 0; i < SL_LEN(exceptions); i++) {
        if (!str_eq_nocase(str_first(f->name, exceptions[i].name.n),
                           exceptions[i].name))
            continue;
        ev.error.status = exceptions[i].status;
        ev.error.code = exceptions[i].code;
        break;
    }
    complete(&ev.error);
    emit_event(a, &ev);
}

/* ---- usage, finish ---- */

static int64_t known(int64_t n)
{
    return n < 0 ? 0 : n;
}

/* What was read from and written to the cache is no part of their input. */
static void see_usage(struct answer *a, struct jval usage)
{
    int64_t input = decoding_count(json_get(usage, STR("inputTokens")));
    int64_t read = decoding_count(json_get(usage, STR("cacheReadInputTokens")));
    int64_t written =
        decoding_count(json_get(usage, STR("cacheWriteInputTokens")));
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};

    if (!json_is_obj(usage))
        return;
    if (input >= 0)
        ev.usage.input_tokens = input + known(read) + known(written);
    ev.usage.output_tokens =
        decoding_count(json_get(usage, STR("outputTokens")));
    ev.usage.cached_tokens = read;
    ev.usage.cache_write_tokens = written;
    emit_event(a, &ev);
}

static const struct {
    struct str reason;
    enum chat_finish finish;
} finishes[] = {
    {STR_INIT("stop_sequence"), CHAT_FINISH_STOP_SEQUENCE},
    {STR_INIT("tool_use"), CHAT_FINISH_TOOLS},
    {STR_INIT("max_tokens"), CHAT_FINISH_LENGTH},
    {STR_INIT("model_context_window_exceeded"), CHAT_FINISH_LENGTH},
    {STR_INIT("guardrail_intervened"), CHAT_FINISH_FILTER},
    {STR_INIT("content_filtered"), CHAT_FINISH_FILTER},
};

/* said: what holds stopReason. */
static void see_finish(struct answer *a, struct jval said)
{
    struct str reason = text_at(a, said, STR("stopReason"));
    struct chat_event ev = {.kind = CHAT_EVENT_FINISH,
                            .finish = CHAT_FINISH_STOP};

    if (str_starts(reason, STR("malformed_"))) {
        emit_error(&a->x, 502, STR("what the model wrote is not well-formed"));
        return;
    }
    for (size_t i = 0; i < SL_LEN(finishes); i++) {
        if (str_eq(reason, finishes[i].reason))
            ev.finish = finishes[i].finish;
    }
    if (ev.finish == CHAT_FINISH_TOOLS && a->s->tools.n == 0 &&
        a->s->tools.has_answer)
        ev.finish = CHAT_FINISH_STOP;
    ev.stop_sequence = decoding_text(
        &a->x,
        json_path(said, STR("additionalModelResponseFields.stop_sequence")));
    emit_event(a, &ev);
}

/* ---- blocks ---- */

static void see_signature(struct answer *a, struct str signature)
{
    if (signature.n == 0)
        return;
    buf_reset(&a->s->signature);
    buf_add(&a->s->signature, signature);
    a->x.failed |= a->s->signature.failed;
}

/* {"redactedContent":"…"}, which is a block of its own. */
static void see_redacted(struct answer *a, struct jval hidden)
{
    struct buf state;

    if (!json_is_str(hidden))
        return;
    buf_init(&state, arena_mem(a->x.d->turn), SIGNATURE_BYTES);
    buf_add(&state, STR("{\"redactedContent\":"));
    buf_add(&state, json_raw(hidden));
    buf_add_char(&state, '}');
    a->x.failed |= state.failed;
    emit_state(a, buf_str(&state));
}

static void see_citation(struct answer *a, struct jval citation)
{
    struct chat_event ev = {
        .kind = CHAT_EVENT_CITATION,
        .url =
            decoding_text(&a->x, json_path(citation, STR("location.web.url"))),
        .title = text_at(a, citation, STR("title")),
    };

    if (ev.url.n != 0)
        emit_event(a, &ev);
}

/* A block is over when it says so, when another one begins, and when the
 * message does. */
static void end_block(struct answer *a)
{
    struct blocks *s = a->s;

    if (s->is_tool)
        a->x.failed |= !tool_block_end(&s->tools, a->x.d);
    if (s->signature.n != 0)
        emit_state(a, buf_str(&s->signature));
    s->is_tool = false;
    s->open = NO_BLOCK;
    s->image = (struct str){0};
    buf_reset(&s->signature);
}

static void begin_block(struct answer *a, int64_t number)
{
    if (a->s->open == number)
        return;
    end_block(a);
    a->s->open = number;
}

/* What the provider runs by itself is no call of the client's. */
static void begin_tool(struct answer *a, struct jval call)
{
    struct str id = text_at(a, call, STR("toolUseId"));
    struct str name = text_at(a, call, STR("name"));

    a->s->is_tool =
        json_is_obj(call) &&
        !json_text_eq(json_get(call, STR("type")), STR("server_tool_use"));
    if (a->s->is_tool)
        tool_block_begin(&a->s->tools, a->x.d, id, name);
}

static struct str image_type(struct jval format)
{
    static const struct str types[] = {
        STR_INIT("image/png"), STR_INIT("image/jpeg"), STR_INIT("image/gif"),
        STR_INIT("image/webp")};

    for (size_t i = 0; i < SL_LEN(types); i++) {
        if (json_text_eq(format, str_skip(types[i], 6)))
            return types[i];
    }
    return (struct str){0};
}

static void see_image(struct answer *a, struct str type, struct jval image)
{
    struct str data =
        decoding_text(&a->x, json_path(image, STR("source.bytes")));

    if (data.n != 0)
        emit_event(a, &(struct chat_event){.kind = CHAT_EVENT_IMAGE,
                                           .media_type = type,
                                           .text = data});
}

/* ---- events ---- */

static void see_start(struct answer *a)
{
    struct jval begin = json_get(a->x.root, STR("start"));

    begin_block(a,
                decoding_count(json_get(a->x.root, STR("contentBlockIndex"))));
    begin_tool(a, json_get(begin, STR("toolUse")));
    a->s->image = image_type(json_path(begin, STR("image.format")));
}

static void see_delta(struct answer *a)
{
    struct jval delta = json_get(a->x.root, STR("delta"));
    struct jval reasoning = json_get(delta, STR("reasoningContent"));
    struct str input =
        decoding_text(&a->x, json_path(delta, STR("toolUse.input")));

    begin_block(a,
                decoding_count(json_get(a->x.root, STR("contentBlockIndex"))));
    emit_text(&a->x, CHAT_EVENT_TEXT, json_get(delta, STR("text")));
    if (a->s->is_tool)
        a->x.failed |= !tool_block_piece(&a->s->tools, a->x.d, input);
    emit_text(&a->x, CHAT_EVENT_REASONING, json_get(reasoning, STR("text")));
    see_signature(a, text_at(a, reasoning, STR("signature")));
    see_redacted(a, json_get(reasoning, STR("redactedContent")));
    see_citation(a, json_get(delta, STR("citation")));
    see_image(a, a->s->image, json_get(delta, STR("image")));
}

static bool open_answer(struct answer *a, struct chat_decoder *d)
{
    bool is_new = d->state == NULL;

    *a = (struct answer){.x = {.d = d},
                         .s = decoder_state(d, sizeof(struct blocks))};
    if (a->s == NULL)
        return false;
    if (!is_new)
        return true;
    a->s->open = NO_BLOCK;
    tool_blocks_init(&a->s->tools, d->arena);
    buf_init(&a->s->signature, arena_mem(d->arena), SIGNATURE_BYTES);
    return true;
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct answer a;
    enum sl_rc rc;

    if (!open_answer(&a, d))
        return SL_NOMEM;
    if (str_ends(f->name, STR("Exception")) || str_eq(f->name, STR("error"))) {
        see_exception(&a, f);
        return decoding_rc(&a.x);
    }
    rc = decoding_parse(&a.x, f->data);
    if (rc != SL_OK)
        return rc;
    start(&a);
    if (str_eq(f->name, STR("contentBlockStart"))) {
        see_start(&a);
    } else if (str_eq(f->name, STR("contentBlockDelta"))) {
        see_delta(&a);
    } else if (str_eq(f->name, STR("contentBlockStop"))) {
        end_block(&a);
    } else if (str_eq(f->name, STR("messageStop"))) {
        end_block(&a);
        see_finish(&a, a.x.root);
    } else if (str_eq(f->name, STR("metadata"))) {
        see_usage(&a, json_get(a.x.root, STR("usage")));
        emit(&a.x, CHAT_EVENT_END);
    }
    return decoding_rc(&a.x);
}

/* ---- whole ---- */

static void see_cited(struct answer *a, struct jval cited)
{
    struct jval list = json_get(cited, STR("content"));
    struct jval_iter it = json_iter(list);

    while (json_is_arr(list) && json_iter_next(&it))
        emit_text(&a->x, CHAT_EVENT_TEXT, json_get(it.value, STR("text")));
    list = json_get(cited, STR("citations"));
    it = json_iter(list);
    while (json_is_arr(list) && json_iter_next(&it))
        see_citation(a, it.value);
}

static void see_block(struct answer *a, struct jval block)
{
    struct jval call = json_get(block, STR("toolUse"));
    struct jval reasoning = json_get(block, STR("reasoningContent"));
    struct jval said = json_get(reasoning, STR("reasoningText"));
    struct jval image = json_get(block, STR("image"));

    emit_text(&a->x, CHAT_EVENT_TEXT, json_get(block, STR("text")));
    emit_text(&a->x, CHAT_EVENT_REASONING, json_get(said, STR("text")));
    see_signature(a, text_at(a, said, STR("signature")));
    see_redacted(a, json_get(reasoning, STR("redactedContent")));
    see_cited(a, json_get(block, STR("citationsContent")));
    see_image(a, image_type(json_get(image, STR("format"))), image);
    begin_tool(a, call);
    if (a->s->is_tool)
        a->x.failed |= !tool_block_piece(
            &a->s->tools, a->x.d, json_raw(json_get(call, STR("input"))));
    end_block(a);
}

static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct answer a;
    struct jval content;
    struct jval_iter it;
    enum sl_rc rc;

    if (!open_answer(&a, d))
        return SL_NOMEM;
    rc = decoding_parse(&a.x, body);
    if (rc != SL_OK)
        return rc;
    content = json_path(a.x.root, STR("output.message.content"));
    if (!json_is_arr(content))
        return SL_UP_GARBAGE;
    start(&a);
    it = json_iter(content);
    while (json_iter_next(&it))
        see_block(&a, it.value);
    see_usage(&a, json_get(a.x.root, STR("usage")));
    see_finish(&a, a.x.root);
    return decoding_rc(&a.x);
}

const struct dialect dialect_bedrock = {
    .name = STR_INIT("bedrock"),
    .write_request = bedrock_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = read_error,
    .framing = FRAMING_EVENT_STREAM,
    .accept = STR_INIT("application/vnd.amazon.eventstream"),
};
