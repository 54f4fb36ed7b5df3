/* SPDX-License-Identifier: MIT */
/* Answers of Ollama's /api/chat and /api/generate: lines of JSON, the last one
 * with "done":true, why, and counts. A call of a tool stands whole in one line,
 * so its arguments wait here until they are complete; times we have not taken
 * are 0. */
#include "core/dialects/ollama.h"

#include "core/base/date.h"
#include "core/dialects/decoding.h"
#include "core/dialects/openai_watch.h"
#include "core/dialects/writing.h"

enum { ARGUMENTS_BYTES = 16 * 1024 * 1024 }; /* of one call */

/* ---- from a provider ---- */

struct from_ollama {
    bool has_started;
    uint32_t calls;
};

static void start(struct decoding *x, struct from_ollama *s)
{
    struct chat_event ev = {.kind = CHAT_EVENT_START};
    struct str created;

    if (s->has_started)
        return;
    s->has_started = true;
    ev.model = decoding_text(x, json_get(x->root, STR("model")));
    created = decoding_text(x, json_get(x->root, STR("created_at")));
    if (!date_read(created, &ev.created_s))
        ev.created_s = 0;
    decoder_emit(x->d, &ev);
}

static void emit_calls(struct decoding *x, struct from_ollama *s,
                       struct jval list)
{
    struct jval_iter it = json_iter(list);

    while (json_iter_next(&it)) {
        struct jval function = json_get(it.value, STR("function"));

        emit_call(x, s->calls++, json_get(it.value, STR("id")),
                  json_get(function, STR("name")),
                  json_get(function, STR("arguments")));
    }
}

static void emit_images(struct decoding *x, struct jval list)
{
    struct jval_iter it = json_iter(list);

    while (json_iter_next(&it)) {
        struct str data = decoding_text(x, it.value);

        if (data.n != 0)
            decoder_emit(x->d,
                         &(struct chat_event){.kind = CHAT_EVENT_IMAGE,
                                              .media_type = STR("image/png"),
                                              .text = data});
    }
}

static void end(struct decoding *x, const struct from_ollama *s)
{
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};
    struct jval reason = json_get(x->root, STR("done_reason"));
    int64_t input = decoding_count(json_get(x->root, STR("prompt_eval_count")));

    ev.usage.output_tokens =
        decoding_count(json_get(x->root, STR("eval_count")));
    /* A prompt that was found in the cache is left out of the counts. */
    ev.usage.input_tokens =
        input < 0 && ev.usage.output_tokens >= 0 ? 0 : input;
    decoder_emit(x->d, &ev);
    if (s->calls != 0)
        emit_finish(x, CHAT_FINISH_TOOLS);
    else if (json_text_eq(reason, STR("length")))
        emit_finish(x, CHAT_FINISH_LENGTH);
    else
        emit_finish(x, CHAT_FINISH_STOP);
    emit(x, CHAT_EVENT_END);
}

static enum sl_rc decode_line(struct chat_decoder *d, struct str line)
{
    struct from_ollama *s = decoder_state(d, sizeof(*s));
    struct decoding x = {.d = d};
    enum sl_rc rc = decoding_parse(&x, line);
    struct jval message, error, logprobs;

    if (s == NULL)
        return SL_NOMEM;
    if (rc != SL_OK)
        return rc;
    error = json_get(x.root, STR("error"));
    if (!json_is_null(error)) {
        emit_error(&x, 0, openai_error_message(line, d->turn));
        return decoding_rc(&x);
    }
    start(&x, s);
    logprobs = json_get(x.root, STR("logprobs"));
    if (json_is_arr(logprobs))
        decoder_emit(d, &(struct chat_event){.kind = CHAT_EVENT_LOGPROBS,
                                             .raw = json_raw(logprobs)});
    /* /api/generate has its text at the top level. */
    message = json_get(x.root, STR("message"));
    if (!json_is_obj(message))
        message = x.root;
    emit_text(&x, CHAT_EVENT_REASONING, json_get(message, STR("thinking")));
    emit_text(&x, CHAT_EVENT_TEXT, json_get(message, STR("content")));
    emit_text(&x, CHAT_EVENT_TEXT, json_get(message, STR("response")));
    emit_images(&x, json_get(message, STR("images")));
    emit_calls(&x, s, json_get(message, STR("tool_calls")));
    if (json_is_true(json_get(x.root, STR("done"))))
        end(&x, s);
    return decoding_rc(&x);
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    return decode_line(d, f->data);
}

/* {"error":"text"}; the cloud may say it as OpenAI does. */
static void read_error(struct str body, struct arena *a, struct chat_error *out)
{
    out->message = openai_error_message(body, a);
}

/* ---- to a client ---- */

/* A call whose arguments are still coming. */
struct open_call {
    struct open_call *next;
    uint32_t tool;
    uint32_t number; /* from 0, as they began */
    struct chat_part part;
    struct buf arguments;
};

struct to_ollama {
    struct str model;
    int64_t created_s;
    struct buf logprobs; /* raw, for the text that comes next */
    struct open_call *open, *free;
    uint32_t calls;
    bool has_finished;
    enum chat_finish finish;
    struct usage usage;
};

static bool is_generate(const struct chat_encoder *e)
{
    return e->dialect == &dialect_ollama_generate;
}

/* The model and the time, and of a chat the beginning of its message: what
 * comes next is a member of the one or the other. */
static void begin_line(struct chat_encoder *e, struct str model,
                       int64_t created_s)
{
    struct buf *out = e->out;

    buf_add_char(out, '{');
    json_member(out, STR("model"));
    json_str(out, model.n != 0 ? model : e->model);
    json_member(out, STR("created_at"));
    buf_add_char(out, '"');
    date_write(out, created_s != 0 ? created_s : e->now_s);
    buf_add_char(out, '"');
    if (!is_generate(e)) {
        json_member(out, STR("message"));
        buf_add(out, STR("{\"role\":\"assistant\""));
    }
}

static void end_message(struct chat_encoder *e, bool is_done)
{
    if (!is_generate(e))
        buf_add_char(e->out, '}');
    member_bool(e->out, STR("done"), is_done);
}

static struct str text_name(const struct chat_encoder *e)
{
    return is_generate(e) ? STR("response") : STR("content");
}

static void add_text(struct chat_encoder *e, struct str text)
{
    json_member(e->out, text_name(e));
    json_str(e->out, text);
}

static void encode_text(struct chat_encoder *e, struct to_ollama *s,
                        struct str text)
{
    begin_line(e, s->model, s->created_s);
    add_text(e, text);
    end_message(e, false);
    if (s->logprobs.n != 0)
        member_raw(e->out, STR("logprobs"), buf_str(&s->logprobs));
    buf_reset(&s->logprobs);
    buf_add(e->out, STR("}\n"));
}

static void encode_reasoning(struct chat_encoder *e, struct to_ollama *s,
                             struct str text)
{
    begin_line(e, s->model, s->created_s);
    add_text(e, STR(""));
    member_text(e->out, STR("thinking"), text);
    end_message(e, false);
    buf_add(e->out, STR("}\n"));
}

static void encode_image(struct chat_encoder *e, struct to_ollama *s,
                         const struct chat_event *ev)
{
    if (is_generate(e) || ev->text.n == 0) {
        chat_lose(e->loss, STR("image"), CHAT_DROPPED);
        return;
    }
    begin_line(e, s->model, s->created_s);
    add_text(e, STR(""));
    member_texts(e->out, STR("images"), &ev->text, 1);
    end_message(e, false);
    buf_add(e->out, STR("}\n"));
}

/* {"id","function":{"index","name","arguments":{…}}} */
static void add_call(struct chat_encoder *e, uint32_t number,
                     const struct chat_part *call)
{
    struct str text = str_trim(call->arguments);
    struct buf *out = e->out;

    json_next(out);
    buf_add(out, STR("{\"id\":"));
    if (call->id.n != 0) {
        json_str(out, call->id);
    } else {
        buf_add(out, STR("\"call_"));
        buf_add(out, e->id);
        buf_add_char(out, '_');
        buf_add_u64(out, number);
        buf_add_char(out, '"');
    }
    buf_add(out, STR(",\"function\":{\"index\":"));
    buf_add_u64(out, number);
    json_member(out, STR("name"));
    json_str(out, call->name);
    json_member(out, STR("arguments"));
    if (text.n == 0) {
        buf_add(out, STR("{}"));
    } else if (!call->is_custom && is_json_object(text, e->turn, &e->failed)) {
        json_line(out, text);
    } else {
        buf_add(out, STR("{\"input\":"));
        json_str(out, call->arguments);
        buf_add_char(out, '}');
        chat_lose(e->loss, STR("tool_calls.arguments"), CHAT_APPROXIMATED);
    }
    buf_add(out, STR("}}"));
}

static struct open_call **find_call(struct to_ollama *s, uint32_t tool)
{
    struct open_call **at = &s->open;

    while (*at != NULL && (*at)->tool != tool)
        at = &(*at)->next;
    return at;
}

static void begin_call(struct chat_encoder *e, struct to_ollama *s,
                       const struct chat_event *ev)
{
    struct open_call *call = s->free;

    if (call != NULL) {
        s->free = call->next;
        buf_reset(&call->arguments);
    } else {
        call = arena_new(e->arena, struct open_call);
        if (call == NULL) {
            e->failed = true;
            return;
        }
        buf_init(&call->arguments, arena_mem(e->arena), ARGUMENTS_BYTES);
    }
    call->tool = ev->tool;
    call->number = s->calls++;
    call->part.is_custom = ev->is_custom;
    if (!arena_copy(e->arena, ev->id, &call->part.id) ||
        !arena_copy(e->arena, ev->name, &call->part.name))
        e->failed = true;
    call->next = s->open;
    s->open = call;
    if (ev->state.bytes.n != 0)
        chat_lose(e->loss, STR("reasoning_state"), CHAT_DROPPED);
}

static void end_call(struct chat_encoder *e, struct to_ollama *s, uint32_t tool)
{
    struct open_call **at = find_call(s, tool);
    struct open_call *call = *at;

    if (call == NULL)
        return;
    *at = call->next;
    call->next = s->free;
    s->free = call;
    if (call->arguments.failed)
        e->failed = true;
    call->part.arguments = buf_str(&call->arguments);
    begin_line(e, s->model, s->created_s);
    add_text(e, STR(""));
    json_member(e->out, STR("tool_calls"));
    buf_add_char(e->out, '[');
    add_call(e, call->number, &call->part);
    buf_add_char(e->out, ']');
    end_message(e, false);
    buf_add(e->out, STR("}\n"));
}

static int64_t known(int64_t count)
{
    return count < 0 ? 0 : count;
}

/* A cut is no stop; what was filtered has no word here, and is said as OpenAI
 * says it. */
static void add_end(struct chat_encoder *e, enum chat_finish finish,
                    const struct usage *usage)
{
    struct buf *out = e->out;

    switch (finish) {
    case CHAT_FINISH_NONE:
    case CHAT_FINISH_STOP:
    case CHAT_FINISH_STOP_SEQUENCE:
    case CHAT_FINISH_TOOLS:
        member_text(out, STR("done_reason"), STR("stop"));
        break;
    case CHAT_FINISH_LENGTH:
        member_text(out, STR("done_reason"), STR("length"));
        break;
    case CHAT_FINISH_FILTER:
        member_text(out, STR("done_reason"), STR("content_filter"));
        break;
    }
    member_i64(out, STR("total_duration"), 0);
    member_i64(out, STR("load_duration"), 0);
    member_i64(out, STR("prompt_eval_count"), known(usage->input_tokens));
    member_i64(out, STR("prompt_eval_duration"), 0);
    member_i64(out, STR("eval_count"), known(usage->output_tokens));
    member_i64(out, STR("eval_duration"), 0);
    buf_add(out, STR("}\n"));
}

static void encode_end(struct chat_encoder *e, struct to_ollama *s)
{
    begin_line(e, s->model, s->created_s);
    add_text(e, STR(""));
    end_message(e, true);
    add_end(e, s->finish, &s->usage);
}

static void write_error(struct buf *out, const struct chat_error *error)
{
    buf_add(out, STR("{\"error\":"));
    json_str(out, error->message.n != 0 ? error->message
                                        : STR("the provider failed"));
    buf_add_char(out, '}');
}

static struct to_ollama *state_of(struct chat_encoder *e)
{
    bool is_new = e->state == NULL;
    struct to_ollama *s = encoder_state(e, sizeof(*s));

    if (s == NULL || !is_new)
        return s;
    s->usage = USAGE_UNKNOWN;
    buf_init(&s->logprobs, arena_mem(e->arena), ARGUMENTS_BYTES);
    return s;
}

static void encode_start(struct chat_encoder *e, struct to_ollama *s,
                         const struct chat_event *ev)
{
    s->created_s = ev->created_s;
    if (!arena_copy(e->arena, ev->model, &s->model))
        e->failed = true;
}

static void encode_arguments(struct to_ollama *s, const struct chat_event *ev)
{
    struct open_call *call = *find_call(s, ev->tool);

    if (call != NULL)
        buf_add(&call->arguments, ev->text);
}

static void encode_event(struct chat_encoder *e, struct to_ollama *s,
                         const struct chat_event *ev)
{
    switch (ev->kind) {
    case CHAT_EVENT_START:
        encode_start(e, s, ev);
        break;
    case CHAT_EVENT_TEXT:
    case CHAT_EVENT_REFUSAL:
        encode_text(e, s, ev->text);
        break;
    case CHAT_EVENT_REASONING:
        encode_reasoning(e, s, ev->text);
        break;
    case CHAT_EVENT_STATE:
        chat_lose(e->loss, STR("reasoning_state"), CHAT_DROPPED);
        break;
    case CHAT_EVENT_TOOL_START:
        begin_call(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_ARGUMENTS:
        encode_arguments(s, ev);
        break;
    case CHAT_EVENT_TOOL_END:
        end_call(e, s, ev->tool);
        break;
    case CHAT_EVENT_IMAGE:
        encode_image(e, s, ev);
        break;
    case CHAT_EVENT_AUDIO:
        chat_lose(e->loss, STR("audio"), CHAT_DROPPED);
        break;
    case CHAT_EVENT_CITATION:
        chat_lose(e->loss, STR("citations"), CHAT_DROPPED);
        break;
    case CHAT_EVENT_LOGPROBS:
        buf_reset(&s->logprobs);
        json_line(&s->logprobs, ev->raw);
        e->failed |= s->logprobs.failed;
        break;
    case CHAT_EVENT_USAGE:
        chat_usage_add(&s->usage, &ev->usage);
        break;
    case CHAT_EVENT_FINISH:
        s->finish = ev->finish;
        break;
    case CHAT_EVENT_ERROR:
        write_error(e->out, &ev->error);
        buf_add_char(e->out, '\n');
        break;
    case CHAT_EVENT_END:
        encode_end(e, s);
        break;
    }
}

/* Only the first choice has a place. */
static void encode(struct chat_encoder *e, const struct chat_event *ev)
{
    struct to_ollama *s = state_of(e);

    if (s == NULL)
        return;
    if (ev->choice == 0)
        encode_event(e, s, ev);
    else
        chat_lose(e->loss, STR("choices"), CHAT_DROPPED);
}

/* All texts of a kind, one after another. */
static struct str all_text(struct chat_encoder *e, const struct chat_choice *c,
                           bool is_reasoning)
{
    struct buf all;

    buf_init(&all, arena_mem(e->turn), 4 * ARGUMENTS_BYTES);
    for (size_t i = 0; i < c->n; i++) {
        enum chat_part_kind kind = c->parts[i].kind;

        if (is_reasoning ? kind == CHAT_REASONING
                         : kind == CHAT_TEXT || kind == CHAT_REFUSAL)
            buf_add(&all, c->parts[i].text);
    }
    e->failed |= all.failed;
    return buf_str(&all);
}

static void add_calls(struct chat_encoder *e, const struct chat_choice *c)
{
    uint32_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        if (c->parts[i].kind != CHAT_TOOL_CALL)
            continue;
        if (n == 0) {
            json_member(e->out, STR("tool_calls"));
            buf_add_char(e->out, '[');
        }
        add_call(e, n++, &c->parts[i]);
    }
    if (n != 0)
        buf_add_char(e->out, ']');
}

static void add_images(struct chat_encoder *e, const struct chat_choice *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        const struct chat_part *p = &c->parts[i];

        if (p->kind != CHAT_IMAGE)
            continue;
        if (is_generate(e) || p->data.n == 0) {
            chat_lose(e->loss, STR("image"), CHAT_DROPPED);
            continue;
        }
        if (n++ == 0) {
            json_member(e->out, STR("images"));
            buf_add_char(e->out, '[');
        }
        json_next(e->out);
        json_str(e->out, p->data);
    }
    if (n != 0)
        buf_add_char(e->out, ']');
}

static void lose_parts(struct chat_encoder *e, const struct chat_answer *a,
                       const struct chat_choice *c)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->parts[i].kind == CHAT_AUDIO)
            chat_lose(e->loss, STR("audio"), CHAT_DROPPED);
        if (c->parts[i].state.bytes.n != 0)
            chat_lose(e->loss, STR("reasoning_state"), CHAT_DROPPED);
    }
    if (c->n_citations != 0)
        chat_lose(e->loss, STR("citations"), CHAT_DROPPED);
    if (a->n > 1)
        chat_lose(e->loss, STR("choices"), CHAT_DROPPED);
}

static void write_answer(struct chat_encoder *e, const struct chat_answer *a)
{
    static const struct chat_choice none = {0};
    const struct chat_choice *c = a->n == 0 ? &none : &a->choices[0];

    begin_line(e, a->model, a->created_s);
    add_text(e, all_text(e, c, false));
    member_text(e->out, STR("thinking"), all_text(e, c, true));
    add_images(e, c);
    add_calls(e, c);
    end_message(e, true);
    if (c->logprobs.n != 0) {
        json_member(e->out, STR("logprobs"));
        buf_add_char(e->out, '[');
        buf_add(e->out, buf_str(&c->logprobs));
        buf_add_char(e->out, ']');
    }
    add_end(e, c->finish, &a->usage);
    lose_parts(e, a, c);
}

const struct dialect dialect_ollama = {
    .name = STR_INIT("ollama"),
    .read_request = ollama_read_chat,
    .encode = encode,
    .write_answer = write_answer,
    .write_error = write_error,
    .stream_type = STR_INIT("application/x-ndjson"),
    .write_request = ollama_write_chat,
    .decode = decode,
    .decode_whole = decode_line,
    .read_error = read_error,
    .framing = FRAMING_NDJSON,
    .accept = STR_INIT("application/x-ndjson"),
};

const struct dialect dialect_ollama_generate = {
    .name = STR_INIT("ollama-generate"),
    .history = STR_INIT("prompt"),
    .read_request = ollama_read_generate,
    .encode = encode,
    .write_answer = write_answer,
    .write_error = write_error,
    .stream_type = STR_INIT("application/x-ndjson"),
    .write_request = ollama_write_generate,
    .decode = decode,
    .decode_whole = decode_line,
    .read_error = read_error,
    .framing = FRAMING_NDJSON,
    .accept = STR_INIT("application/x-ndjson"),
};
