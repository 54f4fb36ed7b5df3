/* SPDX-License-Identifier: MIT */
/* Answers of OpenAI's Responses as a provider sends them (providers' reference:
 * openai-responses sections 4, 5 and 9). A stream names its items by their
 * place in the output; the calls among them are counted here, and kept as long
 * as they are open. */
#include "core/dialects/openai_responses.h"

#include "core/dialects/openai_chat.h"

/* A call whose arguments are still coming. */
struct open_call {
    int64_t output_index;
    uint32_t tool;
    bool has_arguments; /* pieces have come */
};

struct answer {
    bool has_started;
    bool failed; /* no memory */
    uint32_t n_tools;
    struct open_call *calls;
    size_t n, cap;
};

static struct str text_of(struct chat_decoder *d, struct jval object,
                          struct str name)
{
    struct jval v = json_get(object, name);
    struct str text = {0};

    if (json_is_str(v) && !json_text(v, d->turn, &text))
        ((struct answer *)d->state)->failed = true;
    return text;
}

static void emit_text(struct chat_decoder *d, enum chat_event_kind kind,
                      struct str text)
{
    if (text.n != 0)
        decoder_emit(d, &(struct chat_event){.kind = kind, .text = text});
}

/* ---- errors ---- */

static const struct {
    struct str code; /* or how it begins */
    int status;
    struct str type;
} codes[] = {
    {STR_INIT("rate_limit_exceeded"), 429, STR_INIT("rate_limit_error")},
    {STR_INIT("insufficient_quota"), 429, STR_INIT("insufficient_quota")},
    {STR_INIT("slow_down"), 503, STR_INIT("server_error")},
    {STR_INIT("server_is_overloaded"), 503, STR_INIT("server_error")},
    {STR_INIT("context_length_exceeded"), 400,
     STR_INIT("invalid_request_error")},
    {STR_INIT("invalid_"), 400, STR_INIT("invalid_request_error")},
    {STR_INIT("unsupported_"), 400, STR_INIT("invalid_request_error")},
    {STR_INIT("image_"), 400, STR_INIT("invalid_request_error")},
    {STR_INIT("bio_policy"), 400, STR_INIT("invalid_request_error")},
};

static void emit_error(struct chat_decoder *d, struct jval error)
{
    struct chat_event ev = {.kind = CHAT_EVENT_ERROR};
    struct chat_error *e = &ev.error;

    *e = (struct chat_error){
        .status = 500,
        .type = STR("server_error"),
        .code = text_of(d, error, STR("code")),
        .param = text_of(d, error, STR("param")),
        .message = text_of(d, error, STR("message")),
    };
    for (size_t i = 0; i < SL_LEN(codes); i++) {
        if (str_starts(e->code, codes[i].code)) {
            e->status = codes[i].status;
            e->type = codes[i].type;
            break;
        }
    }
    decoder_emit(d, &ev);
}

/* Flat, or nested as OpenAI's own server was seen to send it. */
static void on_error(struct chat_decoder *d, struct jval ev)
{
    struct jval nested = json_get(ev, STR("error"));

    emit_error(d, json_is_obj(nested) ? nested : ev);
}

/* ---- the frame around an answer ---- */

static void start(struct chat_decoder *d, struct jval response)
{
    struct answer *a = d->state;
    struct chat_event ev = {.kind = CHAT_EVENT_START};

    if (a->has_started)
        return;
    a->has_started = true;
    ev.id = text_of(d, response, STR("id"));
    ev.model = text_of(d, response, STR("model"));
    if (!json_i64(json_get(response, STR("created_at")), &ev.created_s))
        ev.created_s = 0;
    decoder_emit(d, &ev);
}

static void read_count(struct jval usage, struct str path, int64_t *n)
{
    int64_t v;

    if (json_i64(json_path(usage, path), &v) && v >= 0 && v <= USAGE_MOST)
        *n = v;
}

static void emit_usage(struct chat_decoder *d, struct jval usage)
{
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};

    if (!json_is_obj(usage))
        return;
    read_count(usage, STR("input_tokens"), &ev.usage.input_tokens);
    read_count(usage, STR("output_tokens"), &ev.usage.output_tokens);
    read_count(usage, STR("input_tokens_details.cached_tokens"),
               &ev.usage.cached_tokens);
    read_count(usage, STR("input_tokens_details.cache_write_tokens"),
               &ev.usage.cache_write_tokens);
    read_count(usage, STR("output_tokens_details.reasoning_tokens"),
               &ev.usage.reasoning_tokens);
    decoder_emit(d, &ev);
}

static enum chat_finish finish_of(const struct answer *a, struct jval response)
{
    struct jval reason = json_path(response, STR("incomplete_details.reason"));

    if (json_text_eq(reason, STR("content_filter")))
        return CHAT_FINISH_FILTER;
    if (json_is_str(reason) ||
        json_text_eq(json_get(response, STR("status")), STR("incomplete")))
        return CHAT_FINISH_LENGTH;
    return a->n_tools != 0 ? CHAT_FINISH_TOOLS : CHAT_FINISH_STOP;
}

static void emit_end(struct chat_decoder *d, struct jval response)
{
    emit_usage(d, json_get(response, STR("usage")));
    decoder_emit(d,
                 &(struct chat_event){.kind = CHAT_EVENT_FINISH,
                                      .finish = finish_of(d->state, response)});
    decoder_emit(d, &(struct chat_event){.kind = CHAT_EVENT_END});
}

static void on_begun(struct chat_decoder *d, struct jval ev)
{
    start(d, json_get(ev, STR("response")));
}

static void on_ended(struct chat_decoder *d, struct jval ev)
{
    struct jval response = json_get(ev, STR("response"));

    start(d, response);
    emit_end(d, response);
}

static void on_failed(struct chat_decoder *d, struct jval ev)
{
    struct jval response = json_get(ev, STR("response"));

    emit_usage(d, json_get(response, STR("usage")));
    emit_error(d, json_get(response, STR("error")));
}

/* ---- pieces that a stream and a whole answer have in common ---- */

static void emit_citation(struct chat_decoder *d, struct jval note)
{
    struct chat_event ev = {.kind = CHAT_EVENT_CITATION};

    if (!json_text_eq(json_get(note, STR("type")), STR("url_citation")))
        return;
    ev.url = text_of(d, note, STR("url"));
    ev.title = text_of(d, note, STR("title"));
    decoder_emit(d, &ev);
}

static void emit_logprobs(struct chat_decoder *d, struct jval list)
{
    if (json_is_arr(list) && json_count(list) != 0)
        decoder_emit(d, &(struct chat_event){.kind = CHAT_EVENT_LOGPROBS,
                                             .raw = json_raw(list)});
}

static void emit_sealed(struct chat_decoder *d, struct jval item)
{
    struct str sealed = text_of(d, item, STR("encrypted_content"));

    if (sealed.n != 0)
        decoder_emit(d,
                     &(struct chat_event){.kind = CHAT_EVENT_STATE,
                                          .state = {OPENAI_RESPONSES, sealed}});
}

static void emit_image(struct chat_decoder *d, struct jval item)
{
    struct chat_event ev = {.kind = CHAT_EVENT_IMAGE};
    struct str format = text_of(d, item, STR("output_format"));

    ev.text = text_of(d, item, STR("result"));
    ev.media_type = str_eq(format, STR("jpeg"))   ? STR("image/jpeg")
                    : str_eq(format, STR("webp")) ? STR("image/webp")
                                                  : STR("image/png");
    if (ev.text.n != 0)
        decoder_emit(d, &ev);
}

static bool is_type(struct jval object, struct str type)
{
    return json_text_eq(json_get(object, STR("type")), type);
}

static bool is_call(struct jval item)
{
    return is_type(item, STR("function_call")) ||
           is_type(item, STR("custom_tool_call"));
}

/* A call begins; its number. */
static uint32_t emit_call(struct chat_decoder *d, struct jval item)
{
    struct answer *a = d->state;
    struct chat_event ev = {.kind = CHAT_EVENT_TOOL_START, .tool = a->n_tools};

    ev.id = text_of(d, item, STR("call_id"));
    ev.name = text_of(d, item, STR("name"));
    ev.is_custom = is_type(item, STR("custom_tool_call"));
    decoder_emit(d, &ev);
    return a->n_tools++;
}

static void emit_arguments(struct chat_decoder *d, uint32_t tool,
                           struct str text)
{
    if (text.n != 0)
        decoder_emit(d, &(struct chat_event){.kind = CHAT_EVENT_TOOL_ARGUMENTS,
                                             .tool = tool,
                                             .text = text});
}

static void emit_call_end(struct chat_decoder *d, uint32_t tool)
{
    decoder_emit(
        d, &(struct chat_event){.kind = CHAT_EVENT_TOOL_END, .tool = tool});
}

static struct str arguments_of(struct chat_decoder *d, struct jval item)
{
    return text_of(d, item,
                   is_type(item, STR("custom_tool_call")) ? STR("input")
                                                          : STR("arguments"));
}

/* ---- a stream ---- */

static struct open_call *find_call(struct answer *a, struct jval ev)
{
    int64_t at;

    if (!json_i64(json_get(ev, STR("output_index")), &at))
        return NULL;
    for (size_t i = 0; i < a->n; i++) {
        if (a->calls[i].output_index == at)
            return &a->calls[i];
    }
    return NULL;
}

static struct open_call *add_call(struct chat_decoder *d)
{
    struct answer *a = d->state;

    if (a->n == a->cap) {
        size_t more = a->cap == 0 ? 4 : 2 * a->cap;
        struct open_call *room = arena_array(d->arena, struct open_call, more);

        if (room == NULL) {
            a->failed = true;
            return NULL;
        }
        if (a->n != 0)
            memcpy(room, a->calls, a->n * sizeof(room[0]));
        a->calls = room;
        a->cap = more;
    }
    return &a->calls[a->n++];
}

static void on_item_added(struct chat_decoder *d, struct jval ev)
{
    struct jval item = json_get(ev, STR("item"));
    struct open_call *call;
    int64_t at;

    if (!is_call(item) || !json_i64(json_get(ev, STR("output_index")), &at))
        return;
    call = add_call(d);
    if (call != NULL)
        *call =
            (struct open_call){.output_index = at, .tool = emit_call(d, item)};
}

static void on_arguments(struct chat_decoder *d, struct jval ev)
{
    struct open_call *call = find_call(d->state, ev);
    struct str delta = text_of(d, ev, STR("delta"));

    if (call == NULL || delta.n == 0)
        return;
    call->has_arguments = true;
    emit_arguments(d, call->tool, delta);
}

/* A provider may send a call's arguments at its end alone. */
static void end_call(struct chat_decoder *d, struct jval ev, struct jval item)
{
    struct answer *a = d->state;
    struct open_call *call = find_call(a, ev);

    if (call == NULL)
        return;
    if (!call->has_arguments)
        emit_arguments(d, call->tool, arguments_of(d, item));
    /* The limit of tokens may cut it. */
    if (!json_text_eq(json_get(item, STR("status")), STR("incomplete")))
        emit_call_end(d, call->tool);
    *call = a->calls[--a->n];
}

static void on_item_done(struct chat_decoder *d, struct jval ev)
{
    struct jval item = json_get(ev, STR("item"));

    if (is_call(item))
        end_call(d, ev, item);
    else if (is_type(item, STR("reasoning")))
        emit_sealed(d, item);
    else if (is_type(item, STR("image_generation_call")))
        emit_image(d, item);
}

static void on_text(struct chat_decoder *d, struct jval ev)
{
    emit_logprobs(d, json_get(ev, STR("logprobs")));
    emit_text(d, CHAT_EVENT_TEXT, text_of(d, ev, STR("delta")));
}

static void on_annotation(struct chat_decoder *d, struct jval ev)
{
    emit_citation(d, json_get(ev, STR("annotation")));
}

static void on_refusal(struct chat_decoder *d, struct jval ev)
{
    emit_text(d, CHAT_EVENT_REFUSAL, text_of(d, ev, STR("delta")));
}

static void on_reasoning(struct chat_decoder *d, struct jval ev)
{
    emit_text(d, CHAT_EVENT_REASONING, text_of(d, ev, STR("delta")));
}

/* Parts of a summary are paragraphs. */
static void on_summary_part(struct chat_decoder *d, struct jval ev)
{
    int64_t at;

    if (json_i64(json_get(ev, STR("summary_index")), &at) && at > 0)
        emit_text(d, CHAT_EVENT_REASONING, STR("\n\n"));
}

/* What is not here tells nothing that is not told elsewhere: ends of pieces,
 * the progress of tools that OpenAI runs. */
static const struct {
    struct str type;
    void (*on)(struct chat_decoder *d, struct jval ev);
    bool is_piece; /* of an answer that has begun, even if nobody said so */
} events[] = {
    {STR_INIT("response.output_text.delta"), on_text, true},
    {STR_INIT("response.function_call_arguments.delta"), on_arguments, true},
    {STR_INIT("response.reasoning_summary_text.delta"), on_reasoning, true},
    {STR_INIT("response.reasoning_text.delta"), on_reasoning, true},
    {STR_INIT("response.custom_tool_call_input.delta"), on_arguments, true},
    {STR_INIT("response.output_item.added"), on_item_added, true},
    {STR_INIT("response.output_item.done"), on_item_done, true},
    {STR_INIT("response.reasoning_summary_part.added"), on_summary_part, true},
    {STR_INIT("response.output_text.annotation.added"), on_annotation, true},
    {STR_INIT("response.refusal.delta"), on_refusal, true},
    {STR_INIT("response.created"), on_begun, false},
    {STR_INIT("response.in_progress"), on_begun, false},
    {STR_INIT("response.queued"), on_begun, false},
    {STR_INIT("response.completed"), on_ended, false},
    {STR_INIT("response.incomplete"), on_ended, false},
    {STR_INIT("response.failed"), on_failed, false},
    {STR_INIT("response.cancelled"), on_failed, false},
    {STR_INIT("error"), on_error, false},
};

static enum sl_rc parse(struct chat_decoder *d, struct str text,
                        struct json *doc)
{
    enum sl_rc rc;

    if (decoder_state(d, sizeof(struct answer)) == NULL)
        return SL_NOMEM;
    rc = json_parse(doc, text, d->turn, NULL, NULL);
    if (rc == SL_NOMEM)
        return rc;
    return rc == SL_OK && json_is_obj(json_root(doc)) ? SL_OK : SL_UP_GARBAGE;
}

static enum sl_rc outcome(const struct chat_decoder *d)
{
    return ((const struct answer *)d->state)->failed ? SL_NOMEM : SL_OK;
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct json doc;
    struct jval root;
    struct str type;
    enum sl_rc rc;

    if (str_starts(f->data, STR("[DONE]")))
        return SL_OK;
    rc = parse(d, f->data, &doc);
    if (rc != SL_OK)
        return rc;
    root = json_root(&doc);
    type = text_of(d, root, STR("type"));
    if (type.n == 0)
        type =
            json_is_obj(json_get(root, STR("error"))) ? STR("error") : f->name;
    for (size_t i = 0; i < SL_LEN(events); i++) {
        if (!str_eq(events[i].type, type))
            continue;
        if (events[i].is_piece)
            start(d, (struct jval){0});
        events[i].on(d, root);
        break;
    }
    return outcome(d);
}

/* ---- a whole answer ---- */

static void emit_part(struct chat_decoder *d, struct jval part)
{
    struct jval_iter notes = json_iter(json_get(part, STR("annotations")));

    if (is_type(part, STR("refusal"))) {
        emit_text(d, CHAT_EVENT_REFUSAL, text_of(d, part, STR("refusal")));
        return;
    }
    if (!is_type(part, STR("output_text")))
        return;
    emit_logprobs(d, json_get(part, STR("logprobs")));
    emit_text(d, CHAT_EVENT_TEXT, text_of(d, part, STR("text")));
    while (json_iter_next(&notes))
        emit_citation(d, notes.value);
}

/* Summaries, then what was thought in the open: paragraphs all. */
static void emit_reasoning(struct chat_decoder *d, struct jval item)
{
    const struct jval lists[] = {json_get(item, STR("summary")),
                                 json_get(item, STR("content"))};
    bool is_first = true;

    for (size_t i = 0; i < SL_LEN(lists); i++) {
        struct jval_iter it = json_iter(lists[i]);

        while (json_is_arr(lists[i]) && json_iter_next(&it)) {
            if (!is_first)
                emit_text(d, CHAT_EVENT_REASONING, STR("\n\n"));
            is_first = false;
            emit_text(d, CHAT_EVENT_REASONING,
                      text_of(d, it.value, STR("text")));
        }
    }
}

static void emit_item(struct chat_decoder *d, struct jval item)
{
    struct jval_iter content = json_iter(json_get(item, STR("content")));

    if (is_type(item, STR("message"))) {
        while (json_iter_next(&content))
            emit_part(d, content.value);
    } else if (is_type(item, STR("reasoning"))) {
        emit_reasoning(d, item);
        emit_sealed(d, item);
    } else if (is_call(item)) {
        uint32_t tool = emit_call(d, item);

        emit_arguments(d, tool, arguments_of(d, item));
        if (!json_text_eq(json_get(item, STR("status")), STR("incomplete")))
            emit_call_end(d, tool);
    } else if (is_type(item, STR("image_generation_call"))) {
        emit_image(d, item);
    }
}

/* An answer that is made in the background. */
static bool is_at_work(struct jval response)
{
    struct jval status = json_get(response, STR("status"));

    return json_text_eq(status, STR("queued")) ||
           json_text_eq(status, STR("in_progress"));
}

static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct json doc;
    struct jval root, output;
    struct jval_iter it;
    enum sl_rc rc = parse(d, body, &doc);

    if (rc != SL_OK)
        return rc;
    root = json_root(&doc);
    output = json_get(root, STR("output"));
    start(d, root);
    if (json_is_obj(json_get(root, STR("error")))) {
        emit_usage(d, json_get(root, STR("usage")));
        emit_error(d, json_get(root, STR("error")));
        return outcome(d);
    }
    if (!json_is_arr(output))
        return SL_UP_GARBAGE;
    if (is_at_work(root)) {
        /* Only what is relayed may have asked for that. */
        if (d->request != NULL)
            return SL_UP_GARBAGE;
        decoder_emit(d, &(struct chat_event){.kind = CHAT_EVENT_END});
        return outcome(d);
    }
    it = json_iter(output);
    while (json_iter_next(&it))
        emit_item(d, it.value);
    emit_end(d, root);
    return outcome(d);
}

static void read_error(struct str body, struct arena *a, struct chat_error *out)
{
    dialect_openai_chat.read_error(body, a, out);
}

const struct dialect dialect_openai_responses = {
    .name = STR_INIT("openai-responses"),
    .history = STR_INIT("input"),
    .read_request = openai_responses_read,
    .encode = openai_responses_encode,
    .write_answer = openai_responses_write_answer,
    .write_error = openai_error_write,
    .stream_type = STR_INIT("text/event-stream"),
    .ping = STR_INIT(": ping\n\n"),
    .write_request = openai_responses_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = read_error,
    .framing = FRAMING_SSE,
    .accept = STR_INIT("text/event-stream"),
};
