/* SPDX-License-Identifier: MIT */
/* Answers for a client that speaks Gemini (providers' reference: google-gemini
 * sections 3 and 4). Calls go out whole, so their arguments are gathered; why
 * a choice ended and what it cost stand in the last response, so both wait for
 * the end. */
#include "core/dialects/gemini.h"

#include "core/dialects/writing.h"

enum { ARGUMENT_BYTES = 64 * 1024 * 1024 }; /* the arena is the nearer limit */

/* A call whose arguments are still coming. */
struct gathered_call {
    struct gathered_call *next;
    uint32_t choice, tool;
    bool is_custom;
    struct str id, name, signature;
    struct buf arguments;
};

/* What is told at the end of a choice. */
struct ended_choice {
    struct ended_choice *next;
    uint32_t choice;
    enum chat_finish finish;
    struct buf sources; /* groundingChunks, with commas */
};

struct encoding {
    struct str id, model;
    bool has_frame;    /* one was written */
    bool is_reasoning; /* the last words were */
    struct gathered_call *calls;
    struct ended_choice *choices;
    struct usage usage;
};

/* ---- texts that both kinds of answers have ---- */

static void write_usage(struct buf *out, const struct usage *u)
{
    int64_t input = u->input_tokens < 0 ? 0 : u->input_tokens;
    int64_t output = u->output_tokens < 0 ? 0 : u->output_tokens;
    int64_t thoughts = u->reasoning_tokens < 0 ? 0 : u->reasoning_tokens;

    buf_add(out, STR("{\"promptTokenCount\":"));
    buf_add_i64(out, input);
    buf_add(out, STR(",\"candidatesTokenCount\":"));
    buf_add_i64(out, output > thoughts ? output - thoughts : 0);
    buf_add(out, STR(",\"totalTokenCount\":"));
    buf_add_i64(out, input + output);
    if (u->cached_tokens >= 0) {
        buf_add(out, STR(",\"cachedContentTokenCount\":"));
        buf_add_i64(out, u->cached_tokens);
    }
    if (u->reasoning_tokens >= 0) {
        buf_add(out, STR(",\"thoughtsTokenCount\":"));
        buf_add_i64(out, u->reasoning_tokens);
    }
    buf_add_char(out, '}');
}

static struct str finish_name(enum chat_finish finish)
{
    switch (finish) {
    case CHAT_FINISH_NONE:
        return STR("OTHER");
    case CHAT_FINISH_STOP:
    case CHAT_FINISH_STOP_SEQUENCE:
    case CHAT_FINISH_TOOLS:
        break;
    case CHAT_FINISH_LENGTH:
        return STR("MAX_TOKENS");
    case CHAT_FINISH_FILTER:
        return STR("SAFETY");
    }
    return STR("STOP");
}

static void write_text(struct buf *out, struct str text, bool is_thought)
{
    buf_add(out, STR("{\"text\":"));
    json_str(out, text);
    if (is_thought)
        buf_add(out, STR(",\"thought\":true"));
}

static void write_signature(struct buf *out, struct str signature)
{
    if (signature.n == 0)
        return;
    buf_add(out, STR(",\"thoughtSignature\":"));
    json_str(out, signature);
}

static void write_media(struct buf *out, struct str type, struct str data,
                        struct str url)
{
    if (url.n != 0) {
        buf_add(out, STR("{\"fileData\":{\"fileUri\":"));
        json_str(out, url);
        if (type.n != 0) {
            buf_add(out, STR(",\"mimeType\":"));
            json_str(out, type);
        }
    } else {
        buf_add(out, STR("{\"inlineData\":{\"mimeType\":"));
        json_str(out, type.n != 0 ? type : STR("image/png"));
        buf_add(out, STR(",\"data\":"));
        json_str(out, data);
    }
    buf_add(out, STR("}}"));
}

/* Arguments are an object there: a custom tool's text, and what the model
 * wrote wrong, is put into one. */
static void write_arguments(struct chat_encoder *e, struct str text,
                            bool is_custom)
{
    text = str_trim(text);
    if (!is_custom && text.n == 0) {
        buf_add(e->out, STR("{}"));
        return;
    }
    if (!is_custom && is_json_object(text, e->turn, &e->failed)) {
        json_line(e->out, text);
        return;
    }
    if (!is_custom)
        chat_lose(e->loss, STR("tool_calls.arguments"), CHAT_APPROXIMATED);
    buf_add(e->out, is_custom ? STR("{\"input\":") : STR("{\"arguments\":"));
    json_str(e->out, text);
    buf_add_char(e->out, '}');
}

static void write_call(struct chat_encoder *e, const struct gathered_call *c,
                       struct str arguments)
{
    buf_add(e->out, STR("{\"functionCall\":{"));
    if (c->id.n != 0) {
        buf_add(e->out, STR("\"id\":"));
        json_str(e->out, c->id);
        buf_add_char(e->out, ',');
    }
    buf_add(e->out, STR("\"name\":"));
    json_str(e->out, c->name);
    buf_add(e->out, STR(",\"args\":"));
    write_arguments(e, arguments, c->is_custom);
    buf_add_char(e->out, '}');
    write_signature(e->out, c->signature);
    buf_add_char(e->out, '}');
}

static void write_source(struct buf *out, struct str url, struct str title)
{
    buf_add(out, STR("{\"web\":{\"uri\":"));
    json_str(out, url);
    buf_add(out, STR(",\"title\":"));
    json_str(out, title);
    buf_add(out, STR("}}"));
}

static void write_token(struct chat_encoder *e, struct jval token)
{
    struct jval text = json_get(token, STR("token"));
    struct jval logprob = json_get(token, STR("logprob"));

    buf_add(e->out, STR("{\"token\":"));
    buf_add(e->out, json_is_str(text) ? json_raw(text) : STR("\"\""));
    buf_add(e->out, STR(",\"logProbability\":"));
    buf_add(e->out, json_is_num(logprob) ? json_raw(logprob) : STR("0"));
    buf_add_char(e->out, '}');
}

static void write_chosen(struct chat_encoder *e, struct jval tokens)
{
    struct jval_iter it = json_iter(tokens);

    for (size_t i = 0; json_iter_next(&it); i++) {
        if (i != 0)
            buf_add_char(e->out, ',');
        write_token(e, it.value);
    }
}

/* elements: of OpenAI's array. The alternatives stand in a list of their
 * own. */
static void write_logprobs(struct chat_encoder *e, struct str elements)
{
    struct buf raw;
    struct json doc;
    struct jval_iter it;
    enum sl_rc rc;

    buf_init(&raw, arena_mem(e->turn), elements.n + 2);
    buf_add_char(&raw, '[');
    buf_add(&raw, elements);
    buf_add_char(&raw, ']');
    rc = raw.failed ? SL_NOMEM
                    : json_parse(&doc, buf_str(&raw), e->turn, NULL, NULL);
    e->failed |= rc == SL_NOMEM;
    if (rc != SL_OK)
        return;
    buf_add(e->out, STR(",\"logprobsResult\":{\"chosenCandidates\":["));
    write_chosen(e, json_root(&doc));
    buf_add(e->out, STR("],\"topCandidates\":["));
    it = json_iter(json_root(&doc));
    for (size_t i = 0; json_iter_next(&it); i++) {
        buf_add(e->out,
                i == 0 ? STR("{\"candidates\":[") : STR(",{\"candidates\":["));
        write_chosen(e, json_get(it.value, STR("top_logprobs")));
        buf_add(e->out, STR("]}"));
    }
    buf_add(e->out, STR("]}"));
}

/* What stands at the end of every response. */
static void write_tail(struct chat_encoder *e, struct str id, struct str model)
{
    if (model.n != 0) {
        buf_add(e->out, STR(",\"modelVersion\":"));
        json_str(e->out, model);
    }
    buf_add(e->out, STR(",\"responseId\":"));
    json_str(e->out, id.n != 0 ? id : e->id);
    buf_add_char(e->out, '}');
}

/* ---- a stream's frames ---- */

static void begin_frame(struct chat_encoder *e, struct encoding *s)
{
    if (!e->is_json_array)
        buf_add(e->out, STR("data: "));
    else
        buf_add(e->out, s->has_frame ? STR(",\r\n") : STR("["));
    s->has_frame = true;
}

static void end_frame(struct chat_encoder *e, const struct encoding *s)
{
    write_tail(e, s->id, s->model);
    if (!e->is_json_array)
        buf_add(e->out, STR("\r\n\r\n"));
}

/* A frame of one candidate with one part, which the caller writes. */
static void begin_part(struct chat_encoder *e, struct encoding *s)
{
    begin_frame(e, s);
    buf_add(e->out, STR("{\"candidates\":[{\"content\":{\"parts\":["));
}

static void end_part(struct chat_encoder *e, const struct encoding *s,
                     uint32_t choice)
{
    buf_add(e->out, STR("],\"role\":\"model\"},\"index\":"));
    buf_add_u64(e->out, choice);
    buf_add(e->out, STR("}]"));
    end_frame(e, s);
}

static void encode_text(struct chat_encoder *e, struct encoding *s,
                        const struct chat_event *ev)
{
    if (ev->text.n == 0)
        return;
    s->is_reasoning = ev->kind == CHAT_EVENT_REASONING;
    begin_part(e, s);
    write_text(e->out, ev->text, s->is_reasoning);
    buf_add_char(e->out, '}');
    end_part(e, s, ev->choice);
}

static void encode_state(struct chat_encoder *e, struct encoding *s,
                         const struct chat_event *ev)
{
    struct str signature = gemini_state_write(&ev->state, e->turn);

    if (signature.n == 0) {
        e->failed |= ev->state.bytes.n != 0;
        return;
    }
    begin_part(e, s);
    /* What Gemini signed was words or thoughts; another's state is of its
     * thoughts alone. */
    write_text(e->out, (struct str){0},
               s->is_reasoning || !str_eq(ev->state.maker, GEMINI));
    write_signature(e->out, signature);
    buf_add_char(e->out, '}');
    end_part(e, s, ev->choice);
}

static void encode_media(struct chat_encoder *e, struct encoding *s,
                         const struct chat_event *ev)
{
    begin_part(e, s);
    write_media(e->out, ev->media_type, ev->text, ev->url);
    end_part(e, s, ev->choice);
}

static void begin_call(struct chat_encoder *e, struct encoding *s,
                       const struct chat_event *ev)
{
    struct gathered_call *c = arena_new(e->arena, struct gathered_call);

    s->is_reasoning = false;
    if (c == NULL) {
        e->failed = true;
        return;
    }
    c->choice = ev->choice;
    c->tool = ev->tool;
    c->is_custom = ev->is_custom;
    c->id = encoder_keep(e, ev->id);
    c->name = encoder_keep(e, ev->name);
    c->signature = gemini_state_write(&ev->state, e->arena);
    buf_init(&c->arguments, arena_mem(e->arena), ARGUMENT_BYTES);
    c->next = s->calls;
    s->calls = c;
}

static struct gathered_call **find_call(struct encoding *s,
                                        const struct chat_event *ev)
{
    struct gathered_call **at = &s->calls;

    while (*at != NULL &&
           ((*at)->choice != ev->choice || (*at)->tool != ev->tool))
        at = &(*at)->next;
    return at;
}

static void encode_arguments(struct chat_encoder *e, struct encoding *s,
                             const struct chat_event *ev)
{
    struct gathered_call *c = *find_call(s, ev);

    if (c == NULL)
        return;
    buf_add(&c->arguments, ev->text);
    e->failed |= c->arguments.failed;
}

static void end_call(struct chat_encoder *e, struct encoding *s,
                     const struct chat_event *ev)
{
    struct gathered_call **at = find_call(s, ev);
    struct gathered_call *c = *at;

    if (c == NULL)
        return;
    *at = c->next;
    begin_part(e, s);
    write_call(e, c, buf_str(&c->arguments));
    end_part(e, s, c->choice);
}

/* ---- a stream's end ---- */

/* By number, so that the last response lists them in order. */
static struct ended_choice *choice_of(struct chat_encoder *e,
                                      struct encoding *s, uint32_t choice)
{
    struct ended_choice **at = &s->choices;
    struct ended_choice *c;

    while (*at != NULL && (*at)->choice < choice)
        at = &(*at)->next;
    if (*at != NULL && (*at)->choice == choice)
        return *at;
    c = arena_new(e->arena, struct ended_choice);
    if (c == NULL) {
        e->failed = true;
        return NULL;
    }
    c->choice = choice;
    buf_init(&c->sources, arena_mem(e->arena), ARGUMENT_BYTES);
    c->next = *at;
    *at = c;
    return c;
}

static void take_source(struct chat_encoder *e, struct encoding *s,
                        const struct chat_event *ev)
{
    struct ended_choice *c = choice_of(e, s, ev->choice);

    if (c == NULL)
        return;
    if (c->sources.n != 0)
        buf_add_char(&c->sources, ',');
    write_source(&c->sources, ev->url, ev->title);
    e->failed |= c->sources.failed;
}

static void write_rest(struct chat_encoder *e, uint32_t index,
                       struct str sources, struct str logprobs)
{
    buf_add(e->out, STR(",\"index\":"));
    buf_add_u64(e->out, index);
    if (sources.n != 0) {
        buf_add(e->out, STR(",\"groundingMetadata\":{\"groundingChunks\":["));
        buf_add(e->out, sources);
        buf_add(e->out, STR("]}"));
    }
    if (logprobs.n != 0)
        write_logprobs(e, logprobs);
    buf_add_char(e->out, '}');
}

/* At once: what the text before or after it cost is told beside it. */
static void encode_logprobs(struct chat_encoder *e, struct encoding *s,
                            const struct chat_event *ev)
{
    struct str elements = str_trim(ev->raw);

    if (elements.n < 2)
        return;
    begin_frame(e, s);
    buf_add(e->out, STR("{\"candidates\":[{"));
    buf_add(e->out, STR("\"content\":{\"parts\":[{\"text\":\"\"}],"
                        "\"role\":\"model\"}"));
    write_rest(e, ev->choice, (struct str){0},
               (struct str){elements.p + 1, elements.n - 2});
    buf_add_char(e->out, ']');
    end_frame(e, s);
}

static void encode_end(struct chat_encoder *e, struct encoding *s)
{
    begin_frame(e, s);
    buf_add(e->out, STR("{\"candidates\":["));
    for (const struct ended_choice *c = s->choices; c != NULL; c = c->next) {
        buf_add(e->out, c == s->choices ? STR("{") : STR(",{"));
        buf_add(e->out, STR("\"content\":{\"parts\":[{\"text\":\"\"}],"
                            "\"role\":\"model\"},\"finishReason\":"));
        json_str(e->out, finish_name(c->finish));
        write_rest(e, c->choice, buf_str(&c->sources), (struct str){0});
    }
    buf_add(e->out, STR("],\"usageMetadata\":"));
    write_usage(e->out, &s->usage);
    end_frame(e, s);
    if (e->is_json_array)
        buf_add(e->out, STR("]"));
}

static void encode_error(struct chat_encoder *e, struct encoding *s,
                         const struct chat_error *error)
{
    begin_frame(e, s);
    gemini_write_error(e->out, error);
    buf_add(e->out, e->is_json_array ? STR("]") : STR("\r\n\r\n"));
}

static void take_finish(struct chat_encoder *e, struct encoding *s,
                        const struct chat_event *ev)
{
    struct ended_choice *c = choice_of(e, s, ev->choice);

    if (c != NULL)
        c->finish = ev->finish;
}

void gemini_encode(struct chat_encoder *e, const struct chat_event *ev)
{
    bool is_first = e->state == NULL;
    struct encoding *s = encoder_state(e, sizeof(*s));

    if (s == NULL)
        return;
    if (is_first) {
        s->usage = USAGE_UNKNOWN;
        s->model = e->model;
    }
    switch (ev->kind) {
    case CHAT_EVENT_START:
        s->id = encoder_keep(e, ev->id);
        if (ev->model.n != 0)
            s->model = encoder_keep(e, ev->model);
        break;
    case CHAT_EVENT_TEXT:
    case CHAT_EVENT_REFUSAL:
    case CHAT_EVENT_REASONING:
        encode_text(e, s, ev);
        break;
    case CHAT_EVENT_STATE:
        encode_state(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_START:
        begin_call(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_ARGUMENTS:
        encode_arguments(e, s, ev);
        break;
    case CHAT_EVENT_TOOL_END:
        end_call(e, s, ev);
        break;
    case CHAT_EVENT_IMAGE:
    case CHAT_EVENT_AUDIO:
        encode_media(e, s, ev);
        break;
    case CHAT_EVENT_CITATION:
        take_source(e, s, ev);
        break;
    case CHAT_EVENT_LOGPROBS:
        encode_logprobs(e, s, ev);
        break;
    case CHAT_EVENT_USAGE:
        chat_usage_add(&s->usage, &ev->usage);
        break;
    case CHAT_EVENT_FINISH:
        take_finish(e, s, ev);
        break;
    case CHAT_EVENT_ERROR:
        encode_error(e, s, &ev->error);
        break;
    case CHAT_EVENT_END:
        encode_end(e, s);
        break;
    }
}

/* ---- a whole answer ---- */

static void write_reasoning(struct chat_encoder *e, const struct chat_part *p,
                            const struct chat_part *before)
{
    /* A signature of Gemini's behind a text is that text's. */
    bool is_words = p->text.n == 0 && str_eq(p->state.maker, GEMINI) &&
                    before != NULL && before->kind == CHAT_TEXT;

    write_text(e->out, p->text, !is_words);
    write_signature(e->out, gemini_state_write(&p->state, e->turn));
    buf_add_char(e->out, '}');
}

static void write_part(struct chat_encoder *e, const struct chat_part *p,
                       const struct chat_part *before)
{
    const struct gathered_call call = {
        .id = p->id,
        .name = p->name,
        .is_custom = p->is_custom,
        .signature = gemini_state_write(&p->state, e->turn),
    };

    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        write_text(e->out, p->text, false);
        buf_add_char(e->out, '}');
        break;
    case CHAT_REASONING:
        write_reasoning(e, p, before);
        break;
    case CHAT_TOOL_CALL:
        write_call(e, &call, p->arguments);
        break;
    case CHAT_IMAGE:
    case CHAT_AUDIO:
    case CHAT_DOCUMENT:
    case CHAT_TOOL_RESULT:
        write_media(e->out, p->media_type, p->data, p->url);
        break;
    }
}

static void write_choice(struct chat_encoder *e, const struct chat_choice *c,
                         uint32_t index)
{
    struct buf sources;

    buf_init(&sources, arena_mem(e->turn), ARGUMENT_BYTES);
    buf_add(e->out, STR("{\"content\":{\"parts\":["));
    for (size_t i = 0; i < c->n; i++) {
        if (i != 0)
            buf_add_char(e->out, ',');
        write_part(e, &c->parts[i], i == 0 ? NULL : &c->parts[i - 1]);
    }
    buf_add(e->out, STR("],\"role\":\"model\"},\"finishReason\":"));
    json_str(e->out, finish_name(c->finish));
    for (size_t i = 0; i < c->n_citations; i++) {
        if (i != 0)
            buf_add_char(&sources, ',');
        write_source(&sources, c->citations[i].url, c->citations[i].title);
    }
    e->failed |= sources.failed;
    write_rest(e, index, buf_str(&sources), buf_str(&c->logprobs));
}

void gemini_write_answer(struct chat_encoder *e, const struct chat_answer *a)
{
    buf_add(e->out, STR("{\"candidates\":["));
    for (size_t i = 0; i < a->n; i++) {
        if (i != 0)
            buf_add_char(e->out, ',');
        write_choice(e, &a->choices[i], (uint32_t)i);
    }
    buf_add(e->out, STR("],\"usageMetadata\":"));
    write_usage(e->out, &a->usage);
    write_tail(e, a->id, a->model.n != 0 ? a->model : e->model);
}

/* ---- errors and counts ---- */

static struct str status_name(int status)
{
    switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
        return STR("INVALID_ARGUMENT");
    case 401:
        return STR("UNAUTHENTICATED");
    case 403:
        return STR("PERMISSION_DENIED");
    case 404:
    case 405:
        return STR("NOT_FOUND");
    case 408:
    case 504:
        return STR("DEADLINE_EXCEEDED");
    case 409:
        return STR("ABORTED");
    case 429:
        return STR("RESOURCE_EXHAUSTED");
    case 501:
        return STR("UNIMPLEMENTED");
    case 502:
    case 503:
    case 529:
        return STR("UNAVAILABLE");
    default:
        return status >= 400 && status < 500 ? STR("FAILED_PRECONDITION")
                                             : STR("INTERNAL");
    }
}

void gemini_write_error(struct buf *out, const struct chat_error *error)
{
    int status = error->status != 0 ? error->status : 500;

    buf_add(out, STR("{\"error\":{\"code\":"));
    buf_add_i64(out, status);
    buf_add(out, STR(",\"message\":"));
    json_str(out, error->message);
    buf_add(out, STR(",\"status\":"));
    json_str(out, status_name(status));
    if (error->retry_after_ms > 0) {
        buf_add(out, STR(",\"details\":[{\"@type\":\"type.googleapis.com/"
                         "google.rpc.RetryInfo\",\"retryDelay\":\""));
        buf_add_i64(out, (error->retry_after_ms + 999) / 1000);
        buf_add(out, STR("s\"}]"));
    }
    buf_add(out, STR("}}"));
}

void gemini_write_count(struct buf *out, int64_t tokens)
{
    buf_add(out, STR("{\"totalTokens\":"));
    buf_add_i64(out, tokens);
    buf_add_char(out, '}');
}
