/* SPDX-License-Identifier: MIT */
/* Answers of OpenAI's chat completions and of the many that speak like it
 * (providers' reference: openai-chat sections 2 to 4, quirks). The hard idea:
 * vendors number tool calls badly or not at all, so a call is known by its
 * index and its id, and gets a number of ours. */
#include "core/dialects/openai_chat.h"

#include "core/dialects/openai_watch.h"

enum {
    CALLS = 1024, /* tool calls of one answer; more are not understood */
    CHOICES = 128,
    ERROR_BYTES = 4096, /* of a foreign message */
};

/* ---- a provider's answer ---- */

struct call {
    struct call *next;
    uint32_t choice, number;
    int64_t index; /* the vendor's; -1: it gave none */
    bool is_custom;
    struct str id;
};

struct choice_state {
    uint32_t n_calls;
    bool is_finished;
};

struct decoding {
    bool has_started;
    struct call *calls; /* newest first */
    size_t n_calls;
    struct choice_state choices[CHOICES];
};

/* What a delta, or a message, is read with. */
struct reading {
    struct chat_decoder *d;
    struct decoding *s;
    uint32_t choice;
    enum sl_rc rc;
};

static struct str text_of(struct reading *r, struct jval v)
{
    struct str text = {0};

    if (json_is_str(v) && !json_text(v, r->d->turn, &text))
        r->rc = SL_NOMEM;
    return text;
}

static void emit(struct reading *r, struct chat_event ev)
{
    ev.choice = r->choice;
    decoder_emit(r->d, &ev);
}

static void emit_text(struct reading *r, enum chat_event_kind kind,
                      struct jval v)
{
    struct str text = text_of(r, v);

    if (text.n != 0)
        emit(r, (struct chat_event){.kind = kind, .text = text});
}

/* Mistral's reasoning: {"type":"thinking","thinking":[{"type":"text",…}]}. */
static void read_thinking(struct reading *r, struct jval v)
{
    struct jval_iter it = json_iter(v);

    emit_text(r, CHAT_EVENT_REASONING, v);
    while (json_is_arr(v) && json_iter_next(&it))
        emit_text(r, CHAT_EVENT_REASONING, json_get(it.value, STR("text")));
}

static void read_media(struct reading *r, struct jval url)
{
    struct chat_event ev = {.kind = CHAT_EVENT_IMAGE};
    struct str text = text_of(r, url);

    if (!chat_data_url(text, &ev.media_type, &ev.text))
        ev.url = text;
    if (text.n != 0)
        emit(r, ev);
}

static void read_part(struct reading *r, struct jval part)
{
    struct jval type = json_get(part, STR("type"));

    if (json_text_eq(type, STR("thinking")))
        read_thinking(r, json_get(part, STR("thinking")));
    else if (json_text_eq(type, STR("image_url")))
        read_media(r, json_path(part, STR("image_url.url")));
    else if (json_text_eq(type, STR("refusal")))
        emit_text(r, CHAT_EVENT_REFUSAL, json_get(part, STR("refusal")));
    else
        emit_text(r, CHAT_EVENT_TEXT, json_get(part, STR("text")));
}

static void read_content(struct reading *r, struct jval content)
{
    struct jval_iter it = json_iter(content);

    emit_text(r, CHAT_EVENT_TEXT, content);
    while (json_is_arr(content) && json_iter_next(&it))
        read_part(r, it.value);
}

/* Signatures and encrypted reasoning of OpenRouter's reasoning_details; the
 * texts there repeat `reasoning`. */
static void read_details(struct reading *r, struct jval details, bool has_text)
{
    struct jval_iter it = json_iter(details);

    while (json_is_arr(details) && json_iter_next(&it)) {
        struct str maker =
            openai_state_maker(text_of(r, json_get(it.value, STR("format"))));
        struct str state = text_of(r, json_get(it.value, STR("signature")));

        if (!has_text)
            emit_text(r, CHAT_EVENT_REASONING, json_get(it.value, STR("text")));
        if (state.n == 0)
            state = text_of(r, json_get(it.value, STR("data")));
        if (state.n != 0)
            emit(r,
                 (struct chat_event){.kind = CHAT_EVENT_STATE,
                                     .state = chat_state_unwrap(state, maker)});
    }
}

static void read_reasoning(struct reading *r, struct jval delta)
{
    struct jval text = json_get(delta, STR("reasoning_content"));

    if (!json_is_str(text))
        text = json_get(delta, STR("reasoning"));
    emit_text(r, CHAT_EVENT_REASONING, text);
    read_details(r, json_get(delta, STR("reasoning_details")),
                 json_is_str(text));
}

/* ---- tool calls ---- */

static struct call *find_call(struct reading *r, int64_t index, struct str id)
{
    struct call *c = r->s->calls;

    for (; c != NULL; c = c->next) {
        if (c->choice != r->choice)
            continue;
        /* A new id is a new call, whatever its index says. */
        if (id.n != 0 && c->id.n != 0 && !str_eq(c->id, id))
            continue;
        if (index < 0 || c->index == index || (id.n != 0 && c->id.n != 0))
            return c;
    }
    return NULL;
}

static struct call *add_call(struct reading *r, int64_t index, struct str id)
{
    struct call *c;

    if (r->s->n_calls == CALLS) {
        r->rc = SL_UP_GARBAGE;
        return NULL;
    }
    c = arena_new(r->d->arena, struct call);
    if (c == NULL || !arena_copy(r->d->arena, id, &c->id)) {
        r->rc = SL_NOMEM;
        return NULL;
    }
    c->choice = r->choice;
    c->index = index;
    c->number = r->s->choices[r->choice].n_calls++;
    c->next = r->s->calls;
    r->s->calls = c;
    r->s->n_calls++;
    return c;
}

static struct chat_state call_state(struct reading *r, struct jval call)
{
    struct jval extra = json_get(call, STR("extra_content"));
    struct str google =
        text_of(r, json_path(extra, STR("google.thought_signature")));
    struct str other = text_of(r, json_path(extra, STR("sluice.state")));

    if (google.n != 0)
        return (struct chat_state){STR("gemini"), google};
    if (other.n != 0)
        return chat_state_unwrap(other, STR("openai-chat"));
    return (struct chat_state){0};
}

/* Arguments should be a string; some give the object itself. */
static void read_arguments(struct reading *r, const struct call *c,
                           struct jval arguments)
{
    struct str text =
        json_is_obj(arguments) ? json_raw(arguments) : text_of(r, arguments);

    if (text.n != 0)
        emit(r, (struct chat_event){.kind = CHAT_EVENT_TOOL_ARGUMENTS,
                                    .tool = c->number,
                                    .is_custom = c->is_custom,
                                    .text = text});
}

/* whole: each element is a call of its own. */
static void read_call(struct reading *r, struct jval call, bool whole)
{
    struct jval custom = json_get(call, STR("custom"));
    struct jval function = json_get(call, STR("function"));
    struct jval body = json_is_obj(custom) ? custom : function;
    struct str id = text_of(r, json_get(call, STR("id")));
    int64_t index = -1;
    struct call *c;

    if (!json_i64(json_get(call, STR("index")), &index))
        index = -1;
    c = whole ? NULL : find_call(r, index, id);
    if (c == NULL) {
        c = add_call(r, index, id);
        if (c == NULL)
            return;
        c->is_custom = json_is_obj(custom);
        emit(r, (struct chat_event){
                    .kind = CHAT_EVENT_TOOL_START,
                    .tool = c->number,
                    .id = id,
                    .name = text_of(r, json_get(body, STR("name"))),
                    .is_custom = json_is_obj(custom),
                    .state = call_state(r, call),
                });
    }
    read_arguments(
        r, c,
        json_get(body, json_is_obj(custom) ? STR("input") : STR("arguments")));
}

static void read_calls(struct reading *r, struct jval delta, bool whole)
{
    struct jval calls = json_get(delta, STR("tool_calls"));
    struct jval old = json_get(delta, STR("function_call"));
    struct jval_iter it = json_iter(calls);

    while (json_is_arr(calls) && r->rc == SL_OK && json_iter_next(&it)) {
        if (json_is_obj(it.value))
            read_call(r, it.value, whole);
    }
    if (json_is_obj(old)) {
        struct call *c = find_call(r, 0, (struct str){0});

        if (c == NULL) {
            c = add_call(r, 0, (struct str){0});
            if (c == NULL)
                return;
            emit(r, (struct chat_event){
                        .kind = CHAT_EVENT_TOOL_START,
                        .tool = c->number,
                        .name = text_of(r, json_get(old, STR("name"))),
                    });
        }
        read_arguments(r, c, json_get(old, STR("arguments")));
    }
}

/* ---- the rest of a choice ---- */

static void read_extras(struct reading *r, struct jval delta)
{
    struct jval images = json_get(delta, STR("images"));
    struct jval notes = json_get(delta, STR("annotations"));
    struct jval audio = json_get(delta, STR("audio"));
    struct jval_iter it = json_iter(images);

    while (json_is_arr(images) && json_iter_next(&it))
        read_media(r, json_path(it.value, STR("image_url.url")));
    if (json_is_obj(audio)) {
        struct str data = text_of(r, json_get(audio, STR("data")));

        if (data.n != 0)
            emit(r, (struct chat_event){.kind = CHAT_EVENT_AUDIO,
                                        .media_type = STR("audio/wav"),
                                        .text = data});
        emit_text(r, CHAT_EVENT_TEXT, json_get(audio, STR("transcript")));
    }
    it = json_iter(notes);
    while (json_is_arr(notes) && json_iter_next(&it)) {
        struct jval url = json_get(it.value, STR("url_citation"));

        if (json_is_obj(url))
            emit(r, (struct chat_event){
                        .kind = CHAT_EVENT_CITATION,
                        .url = text_of(r, json_get(url, STR("url"))),
                        .title = text_of(r, json_get(url, STR("title"))),
                    });
    }
}

static enum chat_finish finish_of(struct jval reason, bool has_calls)
{
    if (json_text_eq(reason, STR("length")) ||
        json_text_eq(reason, STR("model_length")))
        return CHAT_FINISH_LENGTH;
    if (json_text_eq(reason, STR("tool_calls")) ||
        json_text_eq(reason, STR("function_call")))
        return CHAT_FINISH_TOOLS;
    if (json_text_eq(reason, STR("content_filter")) ||
        json_text_eq(reason, STR("sensitive")))
        return CHAT_FINISH_FILTER;
    return has_calls ? CHAT_FINISH_TOOLS : CHAT_FINISH_STOP;
}

static void read_finish(struct reading *r, struct jval reason)
{
    struct choice_state *c = &r->s->choices[r->choice];
    enum chat_finish finish;

    if (!json_is_str(reason) || c->is_finished || json_text_eq(reason, STR("")))
        return;
    c->is_finished = true;
    /* DeepSeek's word for a failure of its own, OpenRouter's too. */
    if (json_text_eq(reason, STR("insufficient_system_resource")) ||
        json_text_eq(reason, STR("error"))) {
        emit(r, (struct chat_event){
                    .kind = CHAT_EVENT_ERROR,
                    .error = {.status = 503,
                              .message = STR("the model was interrupted")}});
        return;
    }
    finish = finish_of(reason, c->n_calls != 0);
    /* The call that a limit has cut never ends: a client would run it. */
    for (uint32_t i = 0; i < c->n_calls; i++) {
        if (i + 1 < c->n_calls ||
            (finish != CHAT_FINISH_LENGTH && finish != CHAT_FINISH_FILTER))
            emit(r,
                 (struct chat_event){.kind = CHAT_EVENT_TOOL_END, .tool = i});
    }
    emit(r, (struct chat_event){.kind = CHAT_EVENT_FINISH, .finish = finish});
}

static void read_logprobs(struct reading *r, struct jval choice)
{
    struct jval list = json_path(choice, STR("logprobs.content"));

    if (json_is_arr(list) && json_count(list) != 0)
        emit(r, (struct chat_event){.kind = CHAT_EVENT_LOGPROBS,
                                    .raw = json_raw(list)});
}

static void read_usage(struct reading *r, struct jval usage)
{
    struct chat_event ev = {.kind = CHAT_EVENT_USAGE, .usage = USAGE_UNKNOWN};

    if (!json_is_obj(usage))
        return;
    openai_usage_read(json_raw(usage), &ev.usage);
    decoder_emit(r->d, &ev);
}

static void read_choice(struct reading *r, struct jval choice)
{
    struct jval message = json_get(choice, STR("message"));
    bool whole = json_is_obj(message);
    struct jval delta = whole ? message : json_get(choice, STR("delta"));
    int64_t index;

    if (!json_i64(json_get(choice, STR("index")), &index))
        index = 0;
    if (index < 0 || index >= CHOICES) {
        r->rc = SL_UP_GARBAGE;
        return;
    }
    r->choice = (uint32_t)index;
    read_logprobs(r, choice);
    read_reasoning(r, delta);
    read_content(r, json_get(delta, STR("content")));
    emit_text(r, CHAT_EVENT_TEXT, json_get(choice, STR("text")));
    emit_text(r, CHAT_EVENT_REFUSAL, json_get(delta, STR("refusal")));
    read_extras(r, delta);
    read_calls(r, delta, whole);
    if (r->rc == SL_OK)
        read_finish(r, json_get(choice, STR("finish_reason")));
    /* Moonshot counts here. */
    read_usage(r, json_get(choice, STR("usage")));
}

/* ---- errors ---- */

static struct str error_text(struct jval v, struct arena *a)
{
    struct str text = {0};

    if (json_is_num(v))
        return json_raw(v);
    if (!json_is_str(v) || !json_text(v, a, &text))
        return (struct str){0};
    return str_first(text, ERROR_BYTES);
}

/* {"error":{…}}, {"error":"text"}, or the members at the top. */
static void read_error_body(struct jval root, struct arena *a,
                            struct chat_error *e)
{
    struct jval error = json_get(root, STR("error"));
    struct str whole = json_raw(root);

    if (!json_is_obj(error))
        error = root;
    e->message = openai_error_message(whole, a);
    e->type = error_text(json_get(error, STR("type")), a);
    e->code = error_text(json_get(error, STR("code")), a);
    e->param = error_text(json_get(error, STR("param")), a);
    if (e->status == 0)
        e->status = openai_error_status(json_raw(error));
}

static void read_error(struct str body, struct arena *a, struct chat_error *e)
{
    struct json doc;

    if (json_parse(&doc, str_trim(body), a, NULL, NULL) != SL_OK)
        return;
    read_error_body(json_root(&doc), a, e);
}

/* ---- frames ---- */

static void start(struct reading *r, struct jval root)
{
    struct chat_event ev = {.kind = CHAT_EVENT_START};

    if (r->s->has_started)
        return;
    r->s->has_started = true;
    ev.id = text_of(r, json_get(root, STR("id")));
    ev.model = text_of(r, json_get(root, STR("model")));
    if (!json_i64(json_get(root, STR("created")), &ev.created_s))
        ev.created_s = 0;
    decoder_emit(r->d, &ev);
}

static void read_body(struct reading *r, struct jval root)
{
    struct jval choices = json_get(root, STR("choices"));
    struct jval_iter it = json_iter(choices);

    if (!json_is_null(json_get(root, STR("error")))) {
        struct chat_event ev = {.kind = CHAT_EVENT_ERROR};

        read_error_body(root, r->d->turn, &ev.error);
        decoder_emit(r->d, &ev);
        return;
    }
    start(r, root);
    while (json_is_arr(choices) && r->rc == SL_OK && json_iter_next(&it)) {
        if (json_is_obj(it.value))
            read_choice(r, it.value);
    }
    r->choice = 0;
    read_usage(r, json_get(root, STR("usage")));
    read_usage(r, json_path(root, STR("x_groq.usage")));
}

static enum sl_rc parse(struct chat_decoder *d, struct str text,
                        struct json *doc, struct reading *r)
{
    enum sl_rc rc = json_parse(doc, str_trim(text), d->turn, NULL, NULL);

    *r = (struct reading){.d = d};
    r->s = decoder_state(d, sizeof(struct decoding));
    if (rc == SL_NOMEM || r->s == NULL)
        return SL_NOMEM;
    if (rc != SL_OK || !json_is_obj(json_root(doc)))
        return SL_UP_GARBAGE;
    return SL_OK;
}

static enum sl_rc decode(struct chat_decoder *d, const struct chat_frame *f)
{
    struct json doc;
    struct reading r;
    enum sl_rc rc;

    if (str_starts(f->data, STR("[DONE]"))) {
        decoder_emit(d, &(struct chat_event){.kind = CHAT_EVENT_END});
        return SL_OK;
    }
    rc = parse(d, f->data, &doc, &r);
    if (rc != SL_OK)
        return rc;
    read_body(&r, json_root(&doc));
    return r.rc;
}

static enum sl_rc decode_whole(struct chat_decoder *d, struct str body)
{
    struct json doc;
    struct reading r;
    enum sl_rc rc = parse(d, body, &doc, &r);
    struct jval root;

    if (rc != SL_OK)
        return rc;
    root = json_root(&doc);
    if (json_is_null(json_get(root, STR("error"))) &&
        !json_is_arr(json_get(root, STR("choices"))))
        return SL_UP_GARBAGE;
    read_body(&r, root);
    return r.rc;
}

/* ---- to the client ---- */

struct encoding {
    bool has_started;
    uint8_t greeted[CHOICES / 8]; /* choices whose role was said */
    uint64_t spoken; /* calls of choice 0, the first 64, with arguments */
    uint32_t n_ids;  /* invented so far */
    struct str id, model;
    int64_t created_s;
    struct usage usage;
    bool has_usage;
};

static void take_start(struct chat_encoder *e, struct encoding *s,
                       const struct chat_event *ev)
{
    s->has_started = true;
    s->id = encoder_keep(e, ev->id);
    s->model = encoder_keep(e, ev->model.n != 0 ? ev->model : e->model);
    s->created_s = ev->created_s != 0 ? ev->created_s : e->now_s;
}

static void write_id(struct chat_encoder *e, struct str id)
{
    if (id.n != 0) {
        json_str(e->out, id);
        return;
    }
    buf_add(e->out, STR("\"chatcmpl-"));
    json_str_part(e->out, e->id);
    buf_add_char(e->out, '"');
}

static void write_head(struct chat_encoder *e, struct str id, struct str object,
                       int64_t created_s, struct str model)
{
    buf_add(e->out, STR("{\"id\":"));
    write_id(e, id);
    buf_add(e->out, STR(",\"object\":"));
    json_str(e->out, object);
    buf_add(e->out, STR(",\"created\":"));
    json_i64_write(e->out, created_s);
    buf_add(e->out, STR(",\"model\":"));
    json_str(e->out, model);
}

/* Everything of a chunk before its delta's members. */
static void begin_chunk(struct chat_encoder *e, const struct encoding *s,
                        uint32_t choice)
{
    buf_add(e->out, STR("data: "));
    write_head(e, s->id, STR("chat.completion.chunk"), s->created_s, s->model);
    buf_add(e->out, STR(",\"choices\":[{\"index\":"));
    buf_add_u64(e->out, choice);
    buf_add(e->out, STR(",\"delta\":{"));
}

/* after: what follows the delta within the choice. */
static void end_chunk(struct chat_encoder *e, struct str finish)
{
    buf_add(e->out, STR("},\"finish_reason\":"));
    if (finish.n != 0)
        json_str(e->out, finish);
    else
        buf_add(e->out, STR("null"));
    buf_add(e->out, STR("}]"));
    if (e->request != NULL && e->request->wants_usage)
        buf_add(e->out, STR(",\"usage\":null"));
    buf_add(e->out, STR("}\n\n"));
}

/* The first chunk of a choice says its role. */
static void greet(struct chat_encoder *e, struct encoding *s, uint32_t choice)
{
    uint8_t bit = (uint8_t)(1u << (choice % 8));

    if (choice >= CHOICES || (s->greeted[choice / 8] & bit) != 0)
        return;
    s->greeted[choice / 8] |= bit;
    begin_chunk(e, s, choice);
    buf_add(e->out, STR("\"role\":\"assistant\",\"content\":\"\""));
    end_chunk(e, (struct str){0});
}

static void encode_text(struct chat_encoder *e, const struct encoding *s,
                        const struct chat_event *ev, struct str name)
{
    if (ev->text.n == 0)
        return;
    begin_chunk(e, s, ev->choice);
    json_key(e->out, name);
    json_str(e->out, ev->text);
    end_chunk(e, (struct str){0});
}

/* One of reasoning_details: what the client sends back next time. */
static void write_detail(struct chat_encoder *e, const struct chat_state *state,
                         struct str text)
{
    struct str format = openai_state_format(state->maker);
    bool is_text = text.n != 0 || str_eq(state->maker, STR("anthropic"));

    buf_add(e->out, is_text ? STR("{\"type\":\"reasoning.text\",\"text\":")
                            : STR("{\"type\":\"reasoning.encrypted\""));
    if (is_text)
        json_str(e->out, text);
    buf_add(e->out, is_text ? STR(",\"signature\":") : STR(",\"data\":"));
    if (str_eq(format, STR("unknown")))
        json_str(e->out, chat_state_wrap(state, STR("openai-chat"), e->turn));
    else
        json_str(e->out, state->bytes);
    buf_add(e->out, STR(",\"format\":"));
    json_str(e->out, format);
    buf_add_char(e->out, '}');
}

static void encode_state(struct chat_encoder *e, const struct encoding *s,
                         const struct chat_event *ev)
{
    begin_chunk(e, s, ev->choice);
    buf_add(e->out, STR("\"reasoning_details\":["));
    write_detail(e, &ev->state, ev->text);
    buf_add_char(e->out, ']');
    end_chunk(e, (struct str){0});
}

static void write_call_state(struct chat_encoder *e,
                             const struct chat_state *state)
{
    if (state->bytes.n == 0)
        return;
    if (str_eq(state->maker, STR("gemini"))) {
        buf_add(e->out,
                STR(",\"extra_content\":{\"google\":{\"thought_signature\":"));
        json_str(e->out, state->bytes);
    } else {
        buf_add(e->out, STR(",\"extra_content\":{\"sluice\":{\"state\":"));
        json_str(e->out, chat_state_wrap(state, STR("openai-chat"), e->turn));
    }
    buf_add(e->out, STR("}}"));
}

static void write_call_id(struct chat_encoder *e, struct str id, uint32_t n)
{
    if (id.n != 0) {
        json_str(e->out, id);
        return;
    }
    buf_add(e->out, STR("\"call_"));
    json_str_part(e->out, e->id);
    buf_add_char(e->out, '_');
    buf_add_u64(e->out, n);
    buf_add_char(e->out, '"');
}

static void encode_tool_start(struct chat_encoder *e, struct encoding *s,
                              const struct chat_event *ev)
{
    begin_chunk(e, s, ev->choice);
    buf_add(e->out, STR("\"tool_calls\":[{\"index\":"));
    buf_add_u64(e->out, ev->tool);
    buf_add(e->out, STR(",\"id\":"));
    write_call_id(e, ev->id, s->n_ids);
    s->n_ids++;
    buf_add(e->out,
            ev->is_custom
                ? STR(",\"type\":\"custom\",\"custom\":{\"name\":")
                : STR(",\"type\":\"function\",\"function\":{\"name\":"));
    json_str(e->out, ev->name);
    buf_add(e->out, ev->is_custom ? STR(",\"input\":\"\"}")
                                  : STR(",\"arguments\":\"\"}"));
    write_call_state(e, &ev->state);
    buf_add(e->out, STR("}]"));
    end_chunk(e, (struct str){0});
}

static uint64_t call_bit(const struct chat_event *ev)
{
    return ev->choice == 0 && ev->tool < 64 ? 1ull << ev->tool : 0;
}

static void encode_arguments(struct chat_encoder *e, struct encoding *s,
                             const struct chat_event *ev, struct str text)
{
    if (text.n == 0)
        return;
    s->spoken |= call_bit(ev);
    begin_chunk(e, s, ev->choice);
    buf_add(e->out, STR("\"tool_calls\":[{\"index\":"));
    buf_add_u64(e->out, ev->tool);
    buf_add(e->out, ev->is_custom ? STR(",\"custom\":{\"input\":")
                                  : STR(",\"function\":{\"arguments\":"));
    json_str(e->out, text);
    buf_add(e->out, STR("}}]"));
    end_chunk(e, (struct str){0});
}

static void write_image(struct chat_encoder *e, struct str media_type,
                        struct str data, struct str url)
{
    buf_add(e->out, STR("{\"type\":\"image_url\",\"image_url\":{\"url\":"));
    if (url.n != 0) {
        json_str(e->out, url);
    } else {
        buf_add(e->out, STR("\"data:"));
        json_str_part(e->out, media_type);
        buf_add(e->out, STR(";base64,"));
        json_str_part(e->out, data);
        buf_add_char(e->out, '"');
    }
    buf_add(e->out, STR("}}"));
}

static void write_citation(struct chat_encoder *e, struct str url,
                           struct str title)
{
    buf_add(e->out, STR("{\"type\":\"url_citation\",\"url_citation\":{"
                        "\"url\":"));
    json_str(e->out, url);
    buf_add(e->out, STR(",\"title\":"));
    json_str(e->out, title);
    buf_add(e->out, STR(",\"start_index\":0,\"end_index\":0}}"));
}

static void encode_extra(struct chat_encoder *e, const struct encoding *s,
                         const struct chat_event *ev)
{
    begin_chunk(e, s, ev->choice);
    if (ev->kind == CHAT_EVENT_IMAGE) {
        buf_add(e->out, STR("\"images\":["));
        write_image(e, ev->media_type, ev->text, ev->url);
    } else if (ev->kind == CHAT_EVENT_CITATION) {
        buf_add(e->out, STR("\"annotations\":["));
        write_citation(e, ev->url, ev->title);
    } else {
        buf_add(e->out, STR("\"audio\":{\"data\":"));
        json_str(e->out, ev->text);
    }
    buf_add_char(e->out, ev->kind == CHAT_EVENT_AUDIO ? '}' : ']');
    end_chunk(e, (struct str){0});
}

static void encode_logprobs(struct chat_encoder *e, const struct encoding *s,
                            const struct chat_event *ev)
{
    begin_chunk(e, s, ev->choice);
    buf_add(e->out, STR("},\"logprobs\":{\"content\":"));
    json_line(e->out, ev->raw);
    buf_add(e->out, STR(",\"refusal\":null"));
    end_chunk(e, (struct str){0});
}

static struct str finish_name(enum chat_finish finish)
{
    return finish == CHAT_FINISH_NONE ? STR("stop") : chat_finish_name(finish);
}

static void add_count(struct buf *out, int64_t n)
{
    json_i64_write(out, n < 0 ? 0 : n);
}

void openai_usage_write(struct buf *out, const struct usage *usage)
{
    int64_t input = usage->input_tokens < 0 ? 0 : usage->input_tokens;
    int64_t output = usage->output_tokens < 0 ? 0 : usage->output_tokens;

    buf_add(out, STR("{\"prompt_tokens\":"));
    json_i64_write(out, input);
    buf_add(out, STR(",\"completion_tokens\":"));
    json_i64_write(out, output);
    buf_add(out, STR(",\"total_tokens\":"));
    json_i64_write(out, input + output);
    buf_add(out, STR(",\"prompt_tokens_details\":{\"cached_tokens\":"));
    add_count(out, usage->cached_tokens);
    if (usage->cache_write_tokens >= 0) {
        buf_add(out, STR(",\"cache_write_tokens\":"));
        add_count(out, usage->cache_write_tokens);
    }
    buf_add(out, STR("},\"completion_tokens_details\":{"
                     "\"reasoning_tokens\":"));
    add_count(out, usage->reasoning_tokens);
    buf_add(out, STR("}}"));
}

static void encode_end(struct chat_encoder *e, const struct encoding *s)
{
    if (e->request != NULL && e->request->wants_usage && s->has_usage) {
        buf_add(e->out, STR("data: "));
        write_head(e, s->id, STR("chat.completion.chunk"), s->created_s,
                   s->model);
        buf_add(e->out, STR(",\"choices\":[],\"usage\":"));
        openai_usage_write(e->out, &s->usage);
        buf_add(e->out, STR("}\n\n"));
    }
    buf_add(e->out, STR("data: [DONE]\n\n"));
}

void openai_error_write(struct buf *out, const struct chat_error *error)
{
    buf_add(out, STR("{\"error\":{\"message\":"));
    json_str(out, error->message);
    buf_add(out, STR(",\"type\":"));
    json_str(out, error->type.n != 0 ? error->type : STR("server_error"));
    buf_add(out, STR(",\"param\":"));
    if (error->param.n != 0)
        json_str(out, error->param);
    else
        buf_add(out, STR("null"));
    buf_add(out, STR(",\"code\":"));
    if (error->code.n != 0)
        json_str(out, error->code);
    else
        buf_add(out, STR("null"));
    buf_add(out, STR("}}"));
}

static void encode_usage(struct encoding *s, const struct chat_event *ev)
{
    if (!s->has_usage)
        s->usage = USAGE_UNKNOWN;
    s->has_usage = true;
    chat_usage_add(&s->usage, &ev->usage);
}

static void encode_error(struct chat_encoder *e, const struct chat_error *error)
{
    buf_add(e->out, STR("data: "));
    openai_error_write(e->out, error);
    buf_add(e->out, STR("\n\n"));
}

/* One line for each kind of event. NOLINTNEXTLINE(readability-function-size) */
static void encode(struct chat_encoder *e, const struct chat_event *ev)
{
    struct encoding *s = encoder_state(e, sizeof(*s));

    if (s == NULL)
        return;
    if (ev->kind == CHAT_EVENT_ERROR) {
        encode_error(e, &ev->error);
        return;
    }
    if (!s->has_started)
        take_start(e, s, ev);
    if (ev->kind != CHAT_EVENT_USAGE && ev->kind != CHAT_EVENT_END)
        greet(e, s, ev->choice);
    switch (ev->kind) {
    case CHAT_EVENT_START:
    case CHAT_EVENT_ERROR:
        break;
    case CHAT_EVENT_TEXT:
        encode_text(e, s, ev, STR("content"));
        break;
    case CHAT_EVENT_REFUSAL:
        encode_text(e, s, ev, STR("refusal"));
        break;
    case CHAT_EVENT_REASONING:
        encode_text(e, s, ev, STR("reasoning_content"));
        break;
    case CHAT_EVENT_STATE:
        encode_state(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_START:
        encode_tool_start(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_ARGUMENTS:
        encode_arguments(e, s, ev, ev->text);
        break;
    case CHAT_EVENT_TOOL_END:
        /* A call without arguments has empty ones. */
        if (!ev->is_custom && call_bit(ev) != 0 &&
            (s->spoken & call_bit(ev)) == 0)
            encode_arguments(e, s, ev, STR("{}"));
        break;
    case CHAT_EVENT_IMAGE:
    case CHAT_EVENT_AUDIO:
    case CHAT_EVENT_CITATION:
        encode_extra(e, s, ev);
        break;
    case CHAT_EVENT_LOGPROBS:
        encode_logprobs(e, s, ev);
        break;
    case CHAT_EVENT_USAGE:
        encode_usage(s, ev);
        break;
    case CHAT_EVENT_FINISH:
        begin_chunk(e, s, ev->choice);
        end_chunk(e, finish_name(ev->finish));
        break;
    case CHAT_EVENT_END:
        encode_end(e, s);
        break;
    }
}

/* ---- a whole answer ---- */

/* All parts of a kind as one string, or null when there are none. */
static void write_texts(struct chat_encoder *e, const struct chat_choice *c,
                        enum chat_part_kind kind)
{
    bool has_one = false;

    for (size_t i = 0; i < c->n; i++) {
        if (c->parts[i].kind != kind || c->parts[i].text.n == 0)
            continue;
        if (!has_one)
            buf_add_char(e->out, '"');
        has_one = true;
        json_str_part(e->out, c->parts[i].text);
    }
    buf_add(e->out, has_one ? STR("\"") : STR("null"));
}

static bool has_kind(const struct chat_choice *c, enum chat_part_kind kind)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->parts[i].kind == kind)
            return true;
    }
    return false;
}

static void write_whole_reasoning(struct chat_encoder *e,
                                  const struct chat_choice *c)
{
    size_t n = 0;

    if (!has_kind(c, CHAT_REASONING))
        return;
    buf_add(e->out, STR(",\"reasoning_content\":"));
    write_texts(e, c, CHAT_REASONING);
    for (size_t i = 0; i < c->n; i++) {
        const struct chat_part *p = &c->parts[i];

        if (p->kind != CHAT_REASONING || p->state.bytes.n == 0)
            continue;
        buf_add(e->out, n++ == 0 ? STR(",\"reasoning_details\":[") : STR(","));
        write_detail(e, &p->state, p->text);
    }
    if (n != 0)
        buf_add_char(e->out, ']');
}

static void write_whole_call(struct chat_encoder *e, const struct chat_part *p,
                             uint32_t n)
{
    buf_add(e->out, STR("{\"id\":"));
    write_call_id(e, p->id, n);
    buf_add(e->out,
            p->is_custom
                ? STR(",\"type\":\"custom\",\"custom\":{\"name\":")
                : STR(",\"type\":\"function\",\"function\":{\"name\":"));
    json_str(e->out, p->name);
    buf_add(e->out, p->is_custom ? STR(",\"input\":") : STR(",\"arguments\":"));
    json_str(e->out,
             p->arguments.n == 0 && !p->is_custom ? STR("{}") : p->arguments);
    buf_add_char(e->out, '}');
    write_call_state(e, &p->state);
    buf_add_char(e->out, '}');
}

static void write_whole_calls(struct chat_encoder *e,
                              const struct chat_choice *c)
{
    uint32_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        if (c->parts[i].kind != CHAT_TOOL_CALL)
            continue;
        buf_add(e->out, n == 0 ? STR(",\"tool_calls\":[") : STR(","));
        write_whole_call(e, &c->parts[i], n++);
    }
    if (n != 0)
        buf_add_char(e->out, ']');
}

static void write_whole_media(struct chat_encoder *e,
                              const struct chat_choice *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        const struct chat_part *p = &c->parts[i];

        if (p->kind != CHAT_IMAGE)
            continue;
        buf_add(e->out, n++ == 0 ? STR(",\"images\":[") : STR(","));
        write_image(e, p->media_type, p->data, p->url);
    }
    if (n != 0)
        buf_add_char(e->out, ']');
    for (size_t i = 0; i < c->n; i++) {
        if (c->parts[i].kind != CHAT_AUDIO)
            continue;
        buf_add(e->out, STR(",\"audio\":{\"id\":\"audio_"));
        json_str_part(e->out, e->id);
        buf_add(e->out, STR("\",\"data\":"));
        json_str(e->out, c->parts[i].data);
        buf_add(e->out, STR(",\"expires_at\":0,\"transcript\":\"\"}"));
        break;
    }
    for (size_t i = 0; i < c->n_citations; i++) {
        buf_add(e->out, i == 0 ? STR(",\"annotations\":[") : STR(","));
        write_citation(e, c->citations[i].url, c->citations[i].title);
    }
    if (c->n_citations != 0)
        buf_add_char(e->out, ']');
}

static void write_choice(struct chat_encoder *e, const struct chat_choice *c,
                         size_t i)
{
    buf_add(e->out, STR("{\"index\":"));
    buf_add_u64(e->out, i);
    buf_add(e->out, STR(",\"message\":{\"role\":\"assistant\",\"content\":"));
    write_texts(e, c, CHAT_TEXT);
    buf_add(e->out, STR(",\"refusal\":"));
    write_texts(e, c, CHAT_REFUSAL);
    write_whole_reasoning(e, c);
    write_whole_calls(e, c);
    write_whole_media(e, c);
    buf_add(e->out, STR("},\"logprobs\":"));
    if (c->logprobs.n != 0) {
        buf_add(e->out, STR("{\"content\":["));
        buf_add(e->out, buf_str(&c->logprobs));
        buf_add(e->out, STR("],\"refusal\":null}"));
    } else {
        buf_add(e->out, STR("null"));
    }
    buf_add(e->out, STR(",\"finish_reason\":"));
    json_str(e->out, finish_name(c->finish));
    buf_add_char(e->out, '}');
}

static void write_answer(struct chat_encoder *e, const struct chat_answer *a)
{
    static const struct chat_choice empty = {0};

    write_head(e, a->id, STR("chat.completion"),
               a->created_s != 0 ? a->created_s : e->now_s,
               a->model.n != 0 ? a->model : e->model);
    buf_add(e->out, STR(",\"choices\":["));
    for (size_t i = 0; i < a->n || i == 0; i++) {
        if (i != 0)
            buf_add_char(e->out, ',');
        write_choice(e, a->n == 0 ? &empty : &a->choices[i], i);
    }
    buf_add(e->out, STR("],\"usage\":"));
    openai_usage_write(e->out, &a->usage);
    buf_add_char(e->out, '}');
}

const struct dialect dialect_openai_chat = {
    .name = STR_INIT("openai-chat"),
    .read_request = openai_chat_read,
    .encode = encode,
    .write_answer = write_answer,
    .write_error = openai_error_write,
    .stream_type = STR_INIT("text/event-stream"),
    .ping = STR_INIT(": ping\n\n"),
    .write_request = openai_chat_write,
    .decode = decode,
    .decode_whole = decode_whole,
    .read_error = read_error,
    .framing = FRAMING_SSE,
    .accept = STR_INIT("text/event-stream"),
    .end_mark = STR_INIT("data: [DONE]\n\n"),
};
