/* SPDX-License-Identifier: MIT */
/* OpenAI's legacy completions, as a client's dialect alone (providers'
 * reference: openai-chat section 7): the prompt is what a user says, the text
 * is what the assistant answers. So clients that know nothing else can talk to
 * providers that know nothing but chat. */
#include "core/dialects/dialect.h"

#include "core/dialects/openai_chat.h"

enum { MOST_LOGPROBS = 5 };

static const struct str known[] = {
    STR_INIT("model"),
    STR_INIT("prompt"),
    STR_INIT("echo"),
    STR_INIT("best_of"),
    STR_INIT("n"),
    STR_INIT("max_tokens"),
    STR_INIT("temperature"),
    STR_INIT("top_p"),
    STR_INIT("presence_penalty"),
    STR_INIT("frequency_penalty"),
    STR_INIT("seed"),
    STR_INIT("stop"),
    STR_INIT("logprobs"),
    STR_INIT("user"),
    STR_INIT("stream"),
    STR_INIT("stream_options"),
};

/* ---- the request ---- */

/* The one text that is asked about. */
static struct str read_prompt(struct chat_reading *r)
{
    struct jval prompt = json_get(r->root, STR("prompt"));

    if (json_is_null(prompt))
        reading_missing(r, r->root, STR("prompt"), STR("must be a string"));
    if (json_is_arr(prompt) && json_is_str(json_at(prompt, 0))) {
        if (json_count(prompt) > 1)
            reading_wrong(r, prompt,
                          STR("several prompts at once are not supported for "
                              "this model: send one request for each"));
        return reading_string(r, json_at(prompt, 0));
    }
    if (json_is_arr(prompt) && json_count(prompt) != 0) {
        reading_wrong(r, prompt,
                      STR("tokens are not supported for this model: send the "
                          "prompt as a string"));
        return (struct str){0};
    }
    return reading_string(r, prompt);
}

static void read_messages(struct chat_reading *r)
{
    struct chat_message *m = READING_ARRAY(r, struct chat_message, 1);
    struct chat_part *p = READING_ARRAY(r, struct chat_part, 1);
    struct str prompt = read_prompt(r);

    if (r->rc != SL_OK)
        return;
    *p = (struct chat_part){.kind = CHAT_TEXT, .text = prompt};
    *m = (struct chat_message){.role = CHAT_ROLE_USER, .parts = p, .n = 1};
    r->request->messages = m;
    r->request->n_messages = 1;
}

static void read_logprobs(struct chat_reading *r)
{
    struct chat_number n = reading_number(r, r->root, STR("logprobs"));

    if (n.raw.n == 0)
        return;
    if (n.value < 0 || n.value > MOST_LOGPROBS)
        reading_wrong(r, json_get(r->root, STR("logprobs")),
                      STR("must be 0 to 5"));
    r->request->wants_logprobs = true;
    r->request->top_logprobs = n;
}

/* The best of several is not for us to tell; of as many as are wanted, all
 * are. */
static void read_best_of(struct chat_reading *r)
{
    struct chat_request *q = r->request;
    struct chat_number best = reading_number(r, r->root, STR("best_of"));
    double n = q->n.raw.n != 0 ? q->n.value : 1;

    if (best.raw.n != 0 && best.value > n)
        q->extras[q->n_extras++] =
            (struct chat_extra){STR("best_of"), best.raw};
}

/* An echo of the prompt is ours to give. */
static void read_echo(struct chat_reading *r)
{
    struct chat_request *q = r->request;

    if (reading_bool(r, r->root, STR("echo")) != CHAT_YES)
        return;
    q->repeats = READING_ARRAY(r, struct chat_extra, 1);
    if (q->repeats == NULL)
        return;
    q->repeats[q->n_repeats++] = (struct chat_extra){
        STR("echo"), json_raw(json_get(r->root, STR("echo")))};
}

static void read_rest(struct chat_reading *r)
{
    struct chat_request *q = r->request;
    struct jval options = json_get(r->root, STR("stream_options"));

    q->max_tokens = reading_number(r, r->root, STR("max_tokens"));
    q->temperature = reading_number(r, r->root, STR("temperature"));
    q->top_p = reading_number(r, r->root, STR("top_p"));
    q->presence_penalty = reading_number(r, r->root, STR("presence_penalty"));
    q->frequency_penalty = reading_number(r, r->root, STR("frequency_penalty"));
    q->seed = reading_number(r, r->root, STR("seed"));
    q->n = reading_number(r, r->root, STR("n"));
    q->user = reading_text(r, r->root, STR("user"));
    q->stream = reading_bool(r, r->root, STR("stream")) == CHAT_YES;
    reading_texts(r, r->root, STR("stop"), &q->stop, &q->n_stop);
    if (reading_object(r, r->root, STR("stream_options")).n != 0)
        q->wants_usage =
            reading_bool(r, options, STR("include_usage")) == CHAT_YES;
}

static enum sl_rc read_request(struct chat_reading *r)
{
    static void (*const steps[])(struct chat_reading *) = {
        read_messages,
        read_logprobs,
        read_rest,
        read_echo,
    };

    r->request->model = reading_text(r, r->root, STR("model"));
    for (size_t i = 0; i < SL_LEN(steps) && r->rc == SL_OK; i++)
        steps[i](r);
    if (r->rc == SL_OK)
        reading_extras(r, known, SL_LEN(known));
    if (r->rc == SL_OK)
        read_best_of(r);
    return r->rc;
}

/* ---- the answer ---- */

/* What a stream has said so far of one choice. */
struct choice {
    bool has_begun;
    size_t chars;        /* of its text, as logprobs count them */
    struct buf logprobs; /* elements that wait for their text */
};

struct writer {
    bool has_begun;
    struct str id, model;
    int64_t created_s;
    struct usage usage;
    struct choice *choices;
    size_t n;
};

static struct str prompt_of(const struct chat_encoder *e)
{
    const struct chat_request *q = e->request;

    if (q == NULL || q->n_repeats == 0 || q->n_messages == 0)
        return (struct str){0};
    return q->messages[0].parts[0].text;
}

static size_t count_chars(struct str text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    return n;
}

/* {"id":…,"model":…,"choices":[ */
static void write_head(struct chat_encoder *e, const struct writer *w)
{
    buf_add(e->out, STR("{\"id\":"));
    if (str_starts(w->id, STR("cmpl-"))) {
        json_str(e->out, w->id);
    } else {
        buf_add(e->out, STR("\"cmpl-"));
        json_str_part(e->out, e->id);
        buf_add_char(e->out, '"');
    }
    buf_add(e->out, STR(",\"object\":\"text_completion\",\"created\":"));
    buf_add_i64(e->out, w->created_s != 0 ? w->created_s : e->now_s);
    buf_add(e->out, STR(",\"model\":"));
    json_str(e->out, w->model.n != 0 ? w->model : e->model);
    buf_add(e->out, STR(",\"choices\":["));
}

/* A text has no calls: what ends in one has stopped. */
static void write_finish(struct buf *out, enum chat_finish finish)
{
    struct str word = {0};

    switch (finish) {
    case CHAT_FINISH_NONE:
        break;
    case CHAT_FINISH_STOP:
    case CHAT_FINISH_STOP_SEQUENCE:
    case CHAT_FINISH_TOOLS:
        word = STR("stop");
        break;
    case CHAT_FINISH_LENGTH:
        word = STR("length");
        break;
    case CHAT_FINISH_FILTER:
        word = STR("content_filter");
        break;
    }
    if (word.n == 0)
        buf_add(out, STR("null"));
    else
        json_str(out, word);
}

/* {" token":-0.1,…} of one token's alternatives. */
static void write_top(struct chat_encoder *e, struct jval list)
{
    struct jval_iter it = json_iter(list);
    bool is_first = true;

    buf_add_char(e->out, '{');
    while (json_is_arr(list) && json_iter_next(&it)) {
        struct jval logprob = json_get(it.value, STR("logprob"));
        struct jval token = json_get(it.value, STR("token"));

        if (!json_is_num(logprob) || !json_is_str(token))
            continue;
        if (!is_first)
            buf_add_char(e->out, ',');
        is_first = false;
        buf_add(e->out, json_raw(token));
        buf_add_char(e->out, ':');
        buf_add(e->out, json_raw(logprob));
    }
    buf_add_char(e->out, '}');
}

/* One list of the four that legacy logprobs are. */
static void write_list(struct chat_encoder *e, struct jval tokens,
                       struct str name, size_t offset)
{
    struct jval_iter it = json_iter(tokens);
    bool is_first = true;

    json_key(e->out, name);
    buf_add_char(e->out, '[');
    while (json_iter_next(&it)) {
        struct jval token = json_get(it.value, STR("token"));
        struct jval logprob = json_get(it.value, STR("logprob"));
        struct str text = {0};

        if (!is_first)
            buf_add_char(e->out, ',');
        is_first = false;
        if (str_eq(name, STR("tokens"))) {
            buf_add(e->out, json_is_str(token) ? json_raw(token) : STR("\"\""));
        } else if (str_eq(name, STR("token_logprobs"))) {
            buf_add(e->out,
                    json_is_num(logprob) ? json_raw(logprob) : STR("null"));
        } else if (str_eq(name, STR("top_logprobs"))) {
            write_top(e, json_get(it.value, STR("top_logprobs")));
        } else {
            buf_add_u64(e->out, offset);
            if (json_text(token, e->turn, &text))
                offset += count_chars(text);
        }
    }
    buf_add_char(e->out, ']');
}

/* elements: OpenAI's token objects of a chat, with commas between. offset:
 * where their text begins. */
static void write_logprobs(struct chat_encoder *e, struct str elements,
                           size_t offset)
{
    static const struct str names[] = {
        STR_INIT("text_offset"),
        STR_INIT("token_logprobs"),
        STR_INIT("tokens"),
        STR_INIT("top_logprobs"),
    };
    struct json doc;
    struct buf array;
    enum sl_rc rc;

    buf_init(&array, arena_mem(e->turn), SIZE_MAX);
    buf_add_char(&array, '[');
    buf_add(&array, elements);
    buf_add_char(&array, ']');
    rc = array.failed ? SL_NOMEM
                      : json_parse(&doc, buf_str(&array), e->turn, NULL, NULL);
    e->failed |= rc == SL_NOMEM;
    if (elements.n == 0 || rc != SL_OK) {
        buf_add(e->out, STR("null"));
        return;
    }
    for (size_t i = 0; i < SL_LEN(names); i++) {
        buf_add_char(e->out, i == 0 ? '{' : ',');
        write_list(e, json_root(&doc), names[i], offset);
    }
    buf_add_char(e->out, '}');
}

/* One of a choice's members; a text may come in two pieces. */
struct said {
    uint32_t choice;
    struct str before, text;
    struct str logprobs;
    size_t offset;
    enum chat_finish finish;
};

static void write_choice(struct chat_encoder *e, const struct said *s)
{
    buf_add(e->out, STR("{\"index\":"));
    buf_add_u64(e->out, s->choice);
    buf_add(e->out, STR(",\"text\":\""));
    json_str_part(e->out, s->before);
    json_str_part(e->out, s->text);
    buf_add_char(e->out, '"');
    buf_add(e->out, STR(",\"logprobs\":"));
    write_logprobs(e, s->logprobs, s->offset);
    buf_add(e->out, STR(",\"finish_reason\":"));
    write_finish(e->out, s->finish);
    buf_add_char(e->out, '}');
}

/* ---- a stream ---- */

static struct writer *writer(struct chat_encoder *e)
{
    bool is_new = e->state == NULL;
    struct writer *w = encoder_state(e, sizeof(*w));

    if (w != NULL && is_new)
        w->usage = USAGE_UNKNOWN;
    return w;
}

static struct choice *choice_at(struct chat_encoder *e, uint32_t at)
{
    struct writer *w = e->state;
    struct choice *list;

    if (at < w->n)
        return &w->choices[at];
    list = arena_array(e->arena, struct choice, (size_t)at + 1);
    if (list == NULL) {
        e->failed = true;
        return NULL;
    }
    if (w->n != 0)
        memcpy(list, w->choices, w->n * sizeof(list[0]));
    for (size_t i = w->n; i <= at; i++)
        buf_init(&list[i].logprobs, arena_mem(e->arena), SIZE_MAX);
    w->choices = list;
    w->n = (size_t)at + 1;
    return &w->choices[at];
}

static void write_usage_member(struct chat_encoder *e, const struct usage *u)
{
    buf_add(e->out, STR(",\"usage\":"));
    openai_usage_write(e->out, u);
}

static void write_chunk(struct chat_encoder *e, const struct said *s)
{
    const struct writer *w = e->state;

    buf_add(e->out, STR("data: "));
    write_head(e, w);
    if (s != NULL)
        write_choice(e, s);
    buf_add_char(e->out, ']');
    if (s == NULL)
        write_usage_member(e, &w->usage);
    else if (e->request != NULL && e->request->wants_usage)
        buf_add(e->out, STR(",\"usage\":null"));
    buf_add(e->out, STR("}\n\n"));
}

static void encode_said(struct chat_encoder *e, const struct chat_event *ev)
{
    struct choice *c = choice_at(e, ev->choice);
    struct said s = {.choice = ev->choice, .finish = ev->finish};

    if (c == NULL || (ev->text.n == 0 && ev->finish == CHAT_FINISH_NONE))
        return;
    if (!c->has_begun)
        s.before = prompt_of(e);
    c->has_begun = true;
    c->chars += count_chars(s.before);
    s.text = ev->text;
    s.logprobs = buf_str(&c->logprobs);
    s.offset = c->chars;
    c->chars += count_chars(ev->text);
    write_chunk(e, &s);
    buf_reset(&c->logprobs);
}

/* The elements of a raw array wait for their text. */
static void encode_logprobs(struct chat_encoder *e, const struct chat_event *ev)
{
    struct choice *c = choice_at(e, ev->choice);
    struct str elements = str_trim(ev->raw);

    if (c == NULL || elements.n < 2)
        return;
    elements = str_trim((struct str){elements.p + 1, elements.n - 2});
    if (elements.n != 0 && c->logprobs.n != 0)
        buf_add_char(&c->logprobs, ',');
    buf_add(&c->logprobs, elements);
    e->failed |= c->logprobs.failed;
}

static void encode_start(struct chat_encoder *e, const struct chat_event *ev)
{
    struct writer *w = e->state;

    w->id = encoder_keep(e, ev->id);
    w->model = encoder_keep(e, ev->model);
    w->created_s = ev->created_s;
}

static void encode_end(struct chat_encoder *e)
{
    if (e->request != NULL && e->request->wants_usage)
        write_chunk(e, NULL);
    buf_add(e->out, STR("data: [DONE]\n\n"));
}

static void encode_error(struct chat_encoder *e, const struct chat_error *error)
{
    buf_add(e->out, STR("data: "));
    openai_error_write(e->out, error);
    buf_add(e->out, STR("\n\n"));
}

/* What a text can't hold. */
static void lose_part(struct chat_encoder *e, enum chat_event_kind kind)
{
    struct str name = STR("reasoning");

    if (kind == CHAT_EVENT_TOOL_START)
        name = STR("tool_calls");
    else if (kind == CHAT_EVENT_IMAGE)
        name = STR("image");
    else if (kind == CHAT_EVENT_AUDIO)
        name = STR("audio");
    else if (kind == CHAT_EVENT_CITATION)
        name = STR("citations");
    chat_lose(e->loss, name, CHAT_DROPPED);
}

static void encode(struct chat_encoder *e, const struct chat_event *ev)
{
    struct writer *w = writer(e);

    if (w == NULL)
        return;
    switch (ev->kind) {
    case CHAT_EVENT_START:
        encode_start(e, ev);
        break;
    case CHAT_EVENT_TEXT:
    case CHAT_EVENT_REFUSAL:
    case CHAT_EVENT_FINISH:
        encode_said(e, ev);
        break;
    case CHAT_EVENT_LOGPROBS:
        encode_logprobs(e, ev);
        break;
    case CHAT_EVENT_USAGE:
        chat_usage_add(&w->usage, &ev->usage);
        break;
    case CHAT_EVENT_ERROR:
        encode_error(e, &ev->error);
        break;
    case CHAT_EVENT_END:
        encode_end(e);
        break;
    case CHAT_EVENT_REASONING:
    case CHAT_EVENT_STATE:
    case CHAT_EVENT_TOOL_START:
    case CHAT_EVENT_IMAGE:
    case CHAT_EVENT_AUDIO:
    case CHAT_EVENT_CITATION:
        lose_part(e, ev->kind);
        break;
    case CHAT_EVENT_TOOL_ARGUMENTS:
    case CHAT_EVENT_TOOL_END:
        break;
    }
}

/* ---- a whole answer ---- */

/* All that a choice says, one after the other. */
static struct str text_of(struct chat_encoder *e, const struct chat_choice *c)
{
    struct buf text;

    buf_init(&text, arena_mem(e->turn), SIZE_MAX);
    for (size_t i = 0; i < c->n; i++) {
        const struct chat_part *p = &c->parts[i];

        switch (p->kind) {
        case CHAT_TEXT:
        case CHAT_REFUSAL:
            buf_add(&text, p->text);
            break;
        case CHAT_REASONING:
            lose_part(e, CHAT_EVENT_REASONING);
            break;
        case CHAT_TOOL_CALL:
            lose_part(e, CHAT_EVENT_TOOL_START);
            break;
        case CHAT_IMAGE:
            lose_part(e, CHAT_EVENT_IMAGE);
            break;
        case CHAT_AUDIO:
            lose_part(e, CHAT_EVENT_AUDIO);
            break;
        case CHAT_DOCUMENT:
        case CHAT_TOOL_RESULT:
            break;
        }
    }
    e->failed |= text.failed;
    return buf_str(&text);
}

static void write_answer(struct chat_encoder *e, const struct chat_answer *a)
{
    struct writer w = {.id = a->id,
                       .model = a->model,
                       .created_s = a->created_s,
                       .usage = a->usage};

    write_head(e, &w);
    for (size_t i = 0; i < a->n; i++) {
        const struct chat_choice *c = &a->choices[i];
        struct said s = {.choice = (uint32_t)i, .finish = c->finish};

        s.before = prompt_of(e);
        s.text = text_of(e, c);
        s.logprobs = buf_str(&c->logprobs);
        s.offset = count_chars(s.before);
        if (c->n_citations != 0)
            lose_part(e, CHAT_EVENT_CITATION);
        if (i != 0)
            buf_add_char(e->out, ',');
        write_choice(e, &s);
    }
    buf_add_char(e->out, ']');
    write_usage_member(e, &w.usage);
    buf_add_char(e->out, '}');
}

const struct dialect dialect_openai_completions = {
    .name = STR_INIT("openai-completions"),
    .history = STR_INIT("prompt"),
    .read_request = read_request,
    .encode = encode,
    .write_answer = write_answer,
    .write_error = openai_error_write,
    .stream_type = STR_INIT("text/event-stream"),
    .accept = STR_INIT("text/event-stream"),
    .end_mark = STR_INIT("data: [DONE]\n\n"),
    .ping = STR_INIT(": ping\n\n"),
};
