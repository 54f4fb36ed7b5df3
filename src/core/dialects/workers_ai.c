/* SPDX-License-Identifier: MIT */
/* Answers of Workers AI's native interface. Older models answer in its own
 * form ("response", whole tool calls), newer ones in OpenAI's inside of the
 * same envelope: those parts are left to the decoder of openai-chat. A stream
 * ends in [DONE], and that alone says that it was not cut. */
#include "core/dialects/workers_ai.h"

#include "core/dialects/decoding.h"
#include "core/dialects/openai_watch.h"
#include "core/dialects/writing.h"

struct from_workers_ai {
    struct chat_sink sink; /* first; notes what the decoder below says */
    struct chat_sink *to;
    struct chat_decoder openai;
    bool has_started, has_finished, has_failed;
    uint32_t calls; /* in the native form */
    enum chat_finish finish;
};

/* ---- errors ---- */

static const struct {
    int64_t code;
    int status;
} codes[] = {
    {5007, 400}, {5004, 400}, {3039, 400}, {3003, 400}, {10000, 401},
    {5018, 403}, {5016, 403}, {3023, 403}, {3041, 403}, {3042, 404},
    {7003, 404}, {5019, 405}, {5005, 405}, {3007, 408}, {3008, 408},
    {3006, 413}, {3036, 429}, {3040, 429},
};

/* The neurons of the day are used up, or there is no room at the moment. */
enum { CODE_USED_UP = 3036, CODE_BUSY = 3040 };

bool workers_ai_error(struct jval root, struct arena *a, struct chat_error *out)
{
    struct jval list = json_get(root, STR("errors"));
    struct jval first;
    int64_t code;

    /* The AI Gateway's own errors, and a single text. */
    if (!json_is_arr(list) || json_count(list) == 0)
        list = json_get(root, STR("error"));
    first = json_is_arr(list) ? json_at(list, 0) : list;
    if (json_type(json_get(root, STR("success"))) != JSON_FALSE &&
        json_is_null(first))
        return false;
    out->message = openai_error_message(json_raw(root), a);
    if (!json_i64(json_get(first, STR("code")), &code))
        return true;
    out->code = json_raw(json_get(first, STR("code")));
    if (code == CODE_USED_UP)
        out->type = STR("insufficient_quota");
    else if (code == CODE_BUSY)
        out->type = STR("rate_limit_error");
    for (size_t i = 0; i < SL_LEN(codes); i++) {
        if (codes[i].code == code)
            out->status = codes[i].status;
    }
    return true;
}

static void read_error(struct str body, struct arena *a, struct chat_error *out)
{
    struct json doc;

    if (json_parse(&doc, str_trim(body), a, NULL, NULL) == SL_OK)
        (void)workers_ai_error(json_root(&doc), a, out);
}

/* True: an error was reported. */
static bool is_failure(struct decoding *x)
{
    struct chat_event ev = {.kind = CHAT_EVENT_ERROR};

    if (!workers_ai_error(x->root, x->d->turn, &ev.error))
        return false;
    decoder_emit(x->d, &ev);
    return true;
}

/* ---- events ---- */

/* Everything of OpenAI's decoder but what would come twice. */
static void relay(struct chat_sink *sink, const struct chat_event *ev)
{
    struct from_workers_ai *s = (struct from_workers_ai *)sink;

    if (ev->kind == CHAT_EVENT_START && s->has_started)
        return;
    s->has_started |= ev->kind == CHAT_EVENT_START;
    s->has_finished |= ev->kind == CHAT_EVENT_FINISH;
    s->to->on_event(s->to, ev);
}

static struct from_workers_ai *state_of(struct chat_decoder *d)
{
    struct from_workers_ai *s = decoder_state(d, sizeof(*s));

    if (s == NULL || s->to != NULL)
        return s;
    s->sink.on_event = relay;
    s->to = d->sink;
    s->openai = (struct chat_decoder){.dialect = &dialect_openai_chat,
                                      .arena = d->arena,
                                      .turn = d->turn,
                                      .sink = &s->sink};
    return s;
}

static void start(struct decoding *x, struct from_workers_ai *s)
{
    if (!s->has_started)
        emit(x, CHAT_EVENT_START);
    s->has_started = true;
}

/* A text, or what a model in JSON mode, or one that counts, gives instead. */
static void emit_response(struct decoding *x, struct jval response)
{
    if (json_is_str(response))
        emit_text(x, CHAT_EVENT_TEXT, response);
    else if (!json_is_null(response))
        decoder_emit(x->d, &(struct chat_event){.kind = CHAT_EVENT_TEXT,
                                                .text = json_raw(response)});
}

/* {"name","arguments"}, or OpenAI's {"index","id","function":{…}}, whole or in
 * pieces. A piece that says nothing ends some models' calls. */
static void emit_piece(struct decoding *x, struct from_workers_ai *s,
                       struct jval call)
{
    struct jval function = json_get(call, STR("function"));
    struct jval body = json_is_obj(function) ? function : call;
    struct jval arguments = json_get(body, STR("arguments"));
    struct str name = decoding_text(x, json_get(body, STR("name")));
    struct str id = decoding_text(x, json_get(call, STR("id")));
    int64_t index = decoding_count(json_get(call, STR("index")));
    bool is_known = index >= 0 && index < s->calls;
    uint32_t tool;

    if (name.n == 0 && s->calls == 0)
        return;
    if (is_known) {
        tool = (uint32_t)index;
    } else if (name.n == 0) {
        tool = s->calls - 1;
    } else {
        tool = s->calls++;
        decoder_emit(x->d, &(struct chat_event){.kind = CHAT_EVENT_TOOL_START,
                                                .tool = tool,
                                                .id = id,
                                                .name = name});
    }
    emit_arguments(x, tool, arguments);
}

static void emit_pieces(struct decoding *x, struct from_workers_ai *s,
                        struct jval list)
{
    struct jval_iter it = json_iter(list);

    while (json_is_arr(list) && json_iter_next(&it))
        emit_piece(x, s, it.value);
}

static void emit_usage(struct decoding *x, struct jval usage)
{
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};

    if (!json_is_obj(usage))
        return;
    openai_usage_read(json_raw(usage), &ev.usage);
    decoder_emit(x->d, &ev);
}

static void note_finish(struct decoding *x, struct from_workers_ai *s,
                        struct jval reason)
{
    if (json_text_eq(reason, STR("length")) ||
        json_text_eq(reason, STR("model_length")))
        s->finish = CHAT_FINISH_LENGTH;
    if (!json_text_eq(reason, STR("error")))
        return;
    s->has_failed = true;
    emit_error(x, 502, STR("the model was interrupted"));
}

static void read_native(struct decoding *x, struct from_workers_ai *s,
                        struct jval result)
{
    start(x, s);
    emit_text(x, CHAT_EVENT_REASONING,
              json_get(result, STR("reasoning_content")));
    emit_response(x, json_get(result, STR("response")));
    emit_pieces(x, s, json_get(result, STR("tool_calls")));
    emit_usage(x, json_get(result, STR("usage")));
    note_finish(x, s, json_get(result, STR("finish_reason")));
}

/* The end of an answer, and what no finish reason was given for. */
static void end(struct decoding *x, struct from_workers_ai *s)
{
    if (s->has_failed)
        return;
    start(x, s);
    for (uint32_t i = 0; i < s->calls; i++)
        decoder_emit(
            x->d, &(struct chat_event){.kind = CHAT_EVENT_TOOL_END, .tool = i});
    if (s->finish == CHAT_FINISH_NONE)
        s->finish = s->calls != 0 ? CHAT_FINISH_TOOLS : CHAT_FINISH_STOP;
    if (!s->has_finished)
        emit_finish(x, s->finish);
    emit(x, CHAT_EVENT_END);
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct from_workers_ai *s = state_of(d);
    struct decoding x = {.d = d};
    enum sl_rc rc;

    if (s == NULL)
        return SL_NOMEM;
    if (str_starts(f->data, STR("[DONE]"))) {
        end(&x, s);
        return SL_OK;
    }
    rc = decoding_parse(&x, f->data);
    if (rc != SL_OK || is_failure(&x))
        return rc;
    if (json_is_arr(json_get(x.root, STR("choices"))))
        return dialect_openai_chat.decode(&s->openai, f);
    read_native(&x, s, x.root);
    return decoding_rc(&x);
}

struct jval workers_ai_result(struct jval root)
{
    struct jval result = json_get(root, STR("result"));

    return json_is_null(result) ? root : result;
}

static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct from_workers_ai *s = state_of(d);
    struct decoding x = {.d = d};
    enum sl_rc rc = decoding_parse(&x, body);
    struct jval result;

    if (s == NULL)
        return SL_NOMEM;
    if (rc != SL_OK || is_failure(&x))
        return rc;
    result = workers_ai_result(x.root);
    if (json_is_arr(json_get(result, STR("choices")))) {
        rc = dialect_openai_chat.decode_whole(&s->openai, json_raw(result));
    } else if (json_is_null(json_get(result, STR("response"))) &&
               !json_is_arr(json_get(result, STR("tool_calls")))) {
        return SL_UP_GARBAGE;
    } else {
        read_native(&x, s, result);
        rc = decoding_rc(&x);
    }
    if (rc == SL_OK)
        end(&x, s);
    return rc;
}

const struct dialect dialect_workers_ai = {
    .name = STR_INIT("workers-ai"),
    .write_request = workers_ai_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = read_error,
    .framing = FRAMING_SSE,
    .accept = STR_INIT("text/event-stream"),
};
