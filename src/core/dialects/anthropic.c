/* SPDX-License-Identifier: MIT */
/* A provider's answer, whole and as events of a stream (anthropic-messages
 * sections 3 to 5). Blocks come one after another; both forms go through the
 * same functions, a whole block as one whose pieces came at once. */
#include "core/dialects/anthropic.h"

#include "core/dialects/tool_block.h"
#include "core/dialects/writing.h"

enum { HELD_BYTES = 16 * 1024 * 1024 };

enum block {
    BLOCK_NONE,
    BLOCK_TEXT,
    BLOCK_THINKING,
    BLOCK_TOOL,
    BLOCK_OTHER, /* no kind of ours: held, passed on as a state */
};

/* What is kept from one event to the next. */
struct decoding {
    bool is_started;
    bool is_finished;
    enum block block;
    struct tool_blocks tools;
    struct buf input;     /* held pieces of a BLOCK_OTHER's input */
    struct buf held;      /* the start of a block that is held */
    struct buf signature; /* of thinking, the last one said */
    /* Usage by Anthropic's arithmetic; -1: not said. */
    int64_t input_tokens, output_tokens, read_tokens, write_tokens, thinking;
};

/* One event or answer at work. */
struct decode {
    struct chat_decoder *d;
    struct decoding *s;
    struct json doc;
    struct jval root; /* an object */
    bool failed;      /* no memory */
};

static void emit(struct decode *x, const struct chat_event *ev)
{
    if (!x->failed)
        decoder_emit(x->d, ev);
}

static struct str text_of(struct decode *x, struct jval v)
{
    struct str text = {0};

    if (json_is_str(v) && !json_text(v, x->d->turn, &text))
        x->failed = true;
    return text;
}

static struct str text_at(struct decode *x, struct jval object, struct str name)
{
    return text_of(x, json_get(object, name));
}

/* The text of a kind, when there is any. */
static void emit_text(struct decode *x, enum chat_event_kind kind,
                      struct str text)
{
    if (text.n != 0)
        emit(x, &(struct chat_event){.kind = kind, .text = text});
}

static void emit_state(struct decode *x, struct str bytes)
{
    emit(x, &(struct chat_event){.kind = CHAT_EVENT_STATE,
                                 .state = {ANTHROPIC, bytes}});
}

/* ---- start, usage, finish ---- */

static void start(struct decode *x, struct jval message)
{
    if (x->s->is_started)
        return;
    x->s->is_started = true;
    emit(x, &(struct chat_event){.kind = CHAT_EVENT_START,
                                 .id = text_at(x, message, STR("id")),
                                 .model = text_at(x, message, STR("model"))});
}

static void better(int64_t *have, struct jval v)
{
    int64_t n = 0;

    if (json_i64(v, &n) && n >= 0 && n <= USAGE_MOST)
        *have = n;
}

static int64_t known(int64_t n)
{
    return n < 0 ? 0 : n;
}

/* What is read from and written to the cache is no part of Anthropic's
 * input_tokens, but of ours. */
static void see_usage(struct decode *x, struct jval usage)
{
    struct decoding *s = x->s;
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE};

    if (!json_is_obj(usage))
        return;
    better(&s->input_tokens, json_get(usage, STR("input_tokens")));
    better(&s->output_tokens, json_get(usage, STR("output_tokens")));
    better(&s->read_tokens, json_get(usage, STR("cache_read_input_tokens")));
    better(&s->write_tokens,
           json_get(usage, STR("cache_creation_input_tokens")));
    better(&s->thinking,
           json_path(usage, STR("output_tokens_details.thinking_tokens")));
    ev.usage = (struct usage){
        .input_tokens = s->input_tokens < 0
                            ? -1
                            : s->input_tokens + known(s->read_tokens) +
                                  known(s->write_tokens),
        .output_tokens = s->output_tokens,
        .cached_tokens = s->read_tokens,
        .reasoning_tokens = s->thinking,
        .cache_write_tokens = s->write_tokens,
    };
    emit(x, &ev);
}

static enum chat_finish finish_of(struct jval reason)
{
    static const struct {
        struct str reason;
        enum chat_finish finish;
    } finishes[] = {
        {STR_INIT("stop_sequence"), CHAT_FINISH_STOP_SEQUENCE},
        {STR_INIT("tool_use"), CHAT_FINISH_TOOLS},
        {STR_INIT("max_tokens"), CHAT_FINISH_LENGTH},
        {STR_INIT("model_context_window_exceeded"), CHAT_FINISH_LENGTH},
        {STR_INIT("refusal"), CHAT_FINISH_FILTER},
    };

    for (size_t i = 0; i < SL_LEN(finishes); i++) {
        if (json_text_eq(reason, finishes[i].reason))
            return finishes[i].finish;
    }
    return CHAT_FINISH_STOP; /* end_turn, pause_turn, what is new */
}

/* said: what holds stop_reason and its details. */
static void see_finish(struct decode *x, struct jval said)
{
    struct jval reason = json_get(said, STR("stop_reason"));
    struct chat_event ev = {.kind = CHAT_EVENT_FINISH,
                            .finish = finish_of(reason)};

    if (!json_is_str(reason) || x->s->is_finished)
        return;
    x->s->is_finished = true;
    if (ev.finish == CHAT_FINISH_TOOLS && x->s->tools.has_answer &&
        x->s->tools.n == 0)
        ev.finish = CHAT_FINISH_STOP;
    if (ev.finish == CHAT_FINISH_FILTER)
        emit_text(x, CHAT_EVENT_REFUSAL,
                  text_of(x, json_path(said, STR("stop_details.explanation"))));
    ev.stop_sequence = text_at(x, said, STR("stop_sequence"));
    emit(x, &ev);
}

/* ---- blocks ---- */

static void begin_tool(struct decode *x, struct jval block)
{
    struct str id = text_at(x, block, STR("id"));
    struct str name = text_at(x, block, STR("name"));

    x->s->block = BLOCK_TOOL;
    tool_block_begin(&x->s->tools, x->d, id, name);
}

static void hold(struct decode *x, struct buf *b, struct str text)
{
    buf_add(b, text);
    x->failed |= b->failed;
}

static void see_piece(struct decode *x, struct str piece)
{
    struct decoding *s = x->s;

    if (s->block == BLOCK_TOOL)
        x->failed |= !tool_block_piece(&s->tools, x->d, piece);
    else if (s->block == BLOCK_OTHER)
        hold(x, &s->input, piece);
}

static void see_signature(struct decode *x, struct str signature)
{
    if (signature.n == 0)
        return;
    buf_reset(&x->s->signature);
    hold(x, &x->s->signature, signature);
}

static void see_citation(struct decode *x, struct jval citation)
{
    struct chat_event ev = {.kind = CHAT_EVENT_CITATION,
                            .url = text_at(x, citation, STR("url")),
                            .title = text_at(x, citation, STR("title"))};

    if (ev.url.n != 0)
        emit(x, &ev);
}

static void see_citations(struct decode *x, struct jval citations)
{
    struct jval_iter it = json_iter(citations);

    while (json_is_arr(citations) && json_iter_next(&it))
        see_citation(x, it.value);
}

static void begin_block(struct decode *x, struct jval block)
{
    struct decoding *s = x->s;
    struct jval type = json_get(block, STR("type"));

    buf_reset(&s->input);
    buf_reset(&s->held);
    buf_reset(&s->signature);
    if (json_text_eq(type, STR("text"))) {
        s->block = BLOCK_TEXT;
        emit_text(x, CHAT_EVENT_TEXT, text_at(x, block, STR("text")));
        see_citations(x, json_get(block, STR("citations")));
    } else if (json_text_eq(type, STR("thinking"))) {
        s->block = BLOCK_THINKING;
        emit_text(x, CHAT_EVENT_REASONING, text_at(x, block, STR("thinking")));
        see_signature(x, text_at(x, block, STR("signature")));
    } else if (json_text_eq(type, STR("tool_use"))) {
        begin_tool(x, block);
    } else {
        s->block = BLOCK_OTHER;
        hold(x, &s->held, json_raw(block));
    }
    /* A whole block has its input already, and some streams begin with it. */
    if (s->block != BLOCK_OTHER && json_count(json_get(block, STR("input"))))
        see_piece(x, json_raw(json_get(block, STR("input"))));
}

static void see_delta(struct decode *x, struct jval delta)
{
    struct jval type = json_get(delta, STR("type"));

    if (json_text_eq(type, STR("text_delta")))
        emit_text(x, CHAT_EVENT_TEXT, text_at(x, delta, STR("text")));
    else if (json_text_eq(type, STR("input_json_delta")))
        see_piece(x, text_at(x, delta, STR("partial_json")));
    else if (json_text_eq(type, STR("thinking_delta")))
        emit_text(x, CHAT_EVENT_REASONING, text_at(x, delta, STR("thinking")));
    else if (json_text_eq(type, STR("signature_delta")))
        see_signature(x, text_at(x, delta, STR("signature")));
    else if (json_text_eq(type, STR("citations_delta")))
        see_citation(x, json_get(delta, STR("citation")));
}

/* The block as it would have come whole. An input that is no JSON was not
 * meant to be read. */
static void end_other(struct decode *x)
{
    struct json_want want = {.name = STR("input")};
    struct str held = buf_str(&x->s->held);
    struct json_edit edit;
    struct buf whole;

    if (!is_json_object(buf_str(&x->s->input), x->d->turn, &x->failed) ||
        json_scan(held, &want, 1, NULL) != SL_OK || want.value.n == 0) {
        emit_state(x, held);
        return;
    }
    buf_init(&whole, arena_mem(x->d->turn), HELD_BYTES);
    json_edit_init(&edit, held, x->d->turn);
    json_edit_replace(&edit, want.value, buf_str(&x->s->input));
    json_edit_write(&edit, &whole);
    x->failed |= whole.failed || edit.failed;
    emit_state(x, buf_str(&whole));
}

static void end_block(struct decode *x)
{
    struct decoding *s = x->s;
    enum block block = s->block;

    s->block = BLOCK_NONE;
    switch (block) {
    case BLOCK_NONE:
    case BLOCK_TEXT:
        return;
    case BLOCK_THINKING:
        if (s->signature.n != 0)
            emit_state(x, buf_str(&s->signature));
        return;
    case BLOCK_OTHER:
        end_other(x);
        return;
    case BLOCK_TOOL:
        x->failed |= !tool_block_end(&s->tools, x->d);
        return;
    }
}

/* ---- both forms ---- */

static struct decoding *state_of(struct chat_decoder *d)
{
    bool is_new = d->state == NULL;
    struct decoding *s = decoder_state(d, sizeof(*s));

    if (s == NULL || !is_new)
        return s;
    s->input_tokens = s->output_tokens = -1;
    s->read_tokens = s->write_tokens = s->thinking = -1;
    tool_blocks_init(&s->tools, d->arena);
    buf_init(&s->input, arena_mem(d->arena), HELD_BYTES);
    buf_init(&s->held, arena_mem(d->arena), HELD_BYTES);
    buf_init(&s->signature, arena_mem(d->arena), HELD_BYTES);
    return s;
}

static enum sl_rc begin(struct decode *x, struct chat_decoder *d,
                        struct str text)
{
    enum sl_rc rc;

    *x = (struct decode){.d = d, .s = state_of(d)};
    if (x->s == NULL)
        return SL_NOMEM;
    rc = json_parse(&x->doc, text, d->turn, NULL, NULL);
    if (rc == SL_NOMEM)
        return SL_NOMEM;
    x->root = rc == SL_OK ? json_root(&x->doc) : (struct jval){0};
    return json_is_obj(x->root) ? SL_OK : SL_UP_GARBAGE;
}

static void see_error(struct decode *x)
{
    struct chat_event ev = {.kind = CHAT_EVENT_ERROR, .error = {.status = 500}};

    anthropic_error_object(json_get(x->root, STR("error")), x->d->turn,
                           &ev.error);
    emit(x, &ev);
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct decode x;
    struct jval type;
    enum sl_rc rc;

    if (str_eq(f->data, STR("[DONE]"))) /* not Anthropic's, but harmless */
        return SL_OK;
    rc = begin(&x, d, f->data);
    if (rc != SL_OK)
        return rc;
    type = json_get(x.root, STR("type"));
    if (json_text_eq(type, STR("error"))) {
        see_error(&x);
    } else if (json_text_eq(type, STR("message_start"))) {
        start(&x, json_get(x.root, STR("message")));
        see_usage(&x, json_path(x.root, STR("message.usage")));
    } else if (json_text_eq(type, STR("content_block_start"))) {
        start(&x, (struct jval){0});
        end_block(&x);
        begin_block(&x, json_get(x.root, STR("content_block")));
    } else if (json_text_eq(type, STR("content_block_delta"))) {
        start(&x, (struct jval){0});
        see_delta(&x, json_get(x.root, STR("delta")));
    } else if (json_text_eq(type, STR("content_block_stop"))) {
        end_block(&x);
    } else if (json_text_eq(type, STR("message_delta"))) {
        start(&x, (struct jval){0});
        see_usage(&x, json_get(x.root, STR("usage")));
        see_finish(&x, json_get(x.root, STR("delta")));
    } else if (json_text_eq(type, STR("message_stop"))) {
        start(&x, (struct jval){0});
        emit(&x, &(struct chat_event){.kind = CHAT_EVENT_END});
    }
    return x.failed ? SL_NOMEM : SL_OK;
}

static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct decode x;
    struct jval content;
    struct jval_iter it;
    enum sl_rc rc = begin(&x, d, body);

    if (rc != SL_OK)
        return rc;
    content = json_get(x.root, STR("content"));
    if (json_text_eq(json_get(x.root, STR("type")), STR("error"))) {
        see_error(&x);
        return x.failed ? SL_NOMEM : SL_OK;
    }
    if (!json_is_arr(content))
        return SL_UP_GARBAGE;
    start(&x, x.root);
    it = json_iter(content);
    while (json_iter_next(&it)) {
        begin_block(&x, it.value);
        end_block(&x);
    }
    see_usage(&x, json_get(x.root, STR("usage")));
    see_finish(&x, x.root);
    return x.failed ? SL_NOMEM : SL_OK;
}

bool anthropic_is_block(const struct chat_state *s, struct arena *a,
                        bool *failed)
{
    return str_eq(s->maker, ANTHROPIC) && is_json_object(s->bytes, a, failed);
}

const struct dialect dialect_anthropic = {
    .name = STR_INIT("anthropic"),
    .read_request = anthropic_read,
    .encode = anthropic_encode,
    .write_answer = anthropic_write_answer,
    .write_error = anthropic_write_error,
    .stream_type = STR_INIT("text/event-stream"),
    .ping = STR_INIT("event: ping\ndata: {\"type\":\"ping\"}\n\n"),
    .id_field = STR_INIT("request-id"),
    .write_request = anthropic_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = anthropic_read_error,
    .framing = FRAMING_SSE,
    .accept = STR_INIT("text/event-stream"),
    .end_mark = STR_INIT("event: message_stop\n"
                         "data: {\"type\":\"message_stop\"}\n\n"),
};

const struct dialect dialect_anthropic_count = {
    .name = STR_INIT("anthropic"),
    .read_request = anthropic_read_to_count,
    .write_error = anthropic_write_error,
    .id_field = STR_INIT("request-id"),
};
