/* SPDX-License-Identifier: MIT */
/* Answers of OpenAI's Responses as a client gets them (providers' reference:
 * openai-responses sections 5 and 8). The last event of a stream repeats the
 * whole answer, so every item is kept: what a stream has told bit by bit and
 * what a whole answer says are written from the same list of items. */
#include "core/dialects/openai_responses_items.h"

/* The elements of a raw array, to those in `list`. */
static void add_elements(struct chat_encoder *e, struct buf *list,
                         struct str raw)
{
    struct str elements = str_trim(raw);

    if (elements.n < 2)
        return;
    elements = str_trim((struct str){elements.p + 1, elements.n - 2});
    if (elements.n == 0)
        return;
    if (list->n != 0)
        buf_add_char(list, ',');
    json_line(list, elements);
    e->failed |= list->failed;
}

/* ---- a stream ---- */

static void begin_event(struct chat_encoder *e, struct str type)
{
    struct responses_output *w = e->state;

    buf_add(e->out, STR("event: "));
    buf_add(e->out, type);
    buf_add(e->out, STR("\ndata: {\"type\":"));
    json_str(e->out, type);
    buf_add(e->out, STR(",\"sequence_number\":"));
    buf_add_i64(e->out, e->n_passed + w->sequence++);
}

static void end_event(struct chat_encoder *e)
{
    buf_add(e->out, STR("}\n\n"));
}

static void response_event(struct chat_encoder *e, struct str type,
                           bool is_ended)
{
    begin_event(e, type);
    buf_add(e->out, STR(",\"response\":"));
    responses_write_whole(e, is_ended);
    end_event(e);
}

static void item_event(struct chat_encoder *e, const struct responses_item *i,
                       struct str type, bool is_empty)
{
    begin_event(e, type);
    buf_add(e->out, STR(",\"output_index\":"));
    buf_add_u64(e->out, i->index);
    buf_add(e->out, STR(",\"item\":"));
    responses_write_item(e, i, is_empty);
    end_event(e);
}

/* Up to where in the item: {"content_index":0} and the like. */
static void begin_inside(struct chat_encoder *e, const struct responses_item *i,
                         struct str type)
{
    begin_event(e, type);
    buf_add(e->out, STR(",\"item_id\":"));
    responses_write_item_id(e, i);
    buf_add(e->out, STR(",\"output_index\":"));
    buf_add_u64(e->out, i->index);
    if (i->kind == CHAT_REASONING)
        buf_add(e->out, STR(",\"summary_index\":0"));
    else if (i->kind == CHAT_TEXT || i->kind == CHAT_REFUSAL)
        buf_add(e->out, STR(",\"content_index\":0"));
}

/* What the pieces of an item are called, by its kind. */
struct words {
    struct str part_added, delta, done, part_done;
    struct str member; /* of the done event */
};

static const struct words *words_of(const struct responses_item *i)
{
    static const struct words text = {
        STR_INIT("response.content_part.added"),
        STR_INIT("response.output_text.delta"),
        STR_INIT("response.output_text.done"),
        STR_INIT("response.content_part.done"),
        STR_INIT("text"),
    };
    static const struct words refusal = {
        STR_INIT("response.content_part.added"),
        STR_INIT("response.refusal.delta"),
        STR_INIT("response.refusal.done"),
        STR_INIT("response.content_part.done"),
        STR_INIT("refusal"),
    };
    static const struct words reasoning = {
        STR_INIT("response.reasoning_summary_part.added"),
        STR_INIT("response.reasoning_summary_text.delta"),
        STR_INIT("response.reasoning_summary_text.done"),
        STR_INIT("response.reasoning_summary_part.done"),
        STR_INIT("text"),
    };
    static const struct words function = {
        {0},
        STR_INIT("response.function_call_arguments.delta"),
        STR_INIT("response.function_call_arguments.done"),
        {0},
        STR_INIT("arguments"),
    };
    static const struct words custom = {
        {0},
        STR_INIT("response.custom_tool_call_input.delta"),
        STR_INIT("response.custom_tool_call_input.done"),
        {0},
        STR_INIT("input"),
    };

    if (i->kind == CHAT_TOOL_CALL)
        return i->is_custom ? &custom : &function;
    if (i->kind == CHAT_REASONING)
        return &reasoning;
    return i->kind == CHAT_REFUSAL ? &refusal : &text;
}

static void part_event(struct chat_encoder *e, const struct responses_item *i,
                       struct str type, bool is_empty)
{
    begin_inside(e, i, type);
    buf_add(e->out, STR(",\"part\":"));
    if (i->kind == CHAT_REASONING)
        responses_write_summary(e,
                                is_empty ? (struct str){0} : buf_str(&i->text));
    else
        responses_write_part(e, i, is_empty);
    end_event(e);
}

static void write_delta(struct chat_encoder *e, struct responses_item *i,
                        struct str text, struct str logprobs)
{
    const struct words *words = words_of(i);

    if (!i->has_part && words->part_added.n != 0)
        part_event(e, i, words->part_added, true);
    i->has_part = true;
    begin_inside(e, i, words->delta);
    responses_put_text(e->out, STR("delta"), text);
    if (i->kind == CHAT_TEXT) {
        buf_add(e->out, STR(",\"logprobs\":["));
        buf_add(e->out, logprobs);
        buf_add_char(e->out, ']');
    }
    end_event(e);
    responses_add_text(e, i, text);
}

static void write_done(struct chat_encoder *e, struct responses_item *i)
{
    const struct words *words = words_of(i);

    begin_inside(e, i, words->done);
    if (i->kind == CHAT_TOOL_CALL && !i->is_custom)
        responses_put_text(e->out, STR("name"), i->name);
    responses_put_text(e->out, words->member, buf_str(&i->text));
    if (i->kind == CHAT_TEXT) {
        buf_add(e->out, STR(",\"logprobs\":["));
        buf_add(e->out, buf_str(&i->logprobs));
        buf_add_char(e->out, ']');
    }
    end_event(e);
    if (words->part_done.n != 0)
        part_event(e, i, words->part_done, false);
}

static void close_item(struct chat_encoder *e, struct responses_item *i)
{
    struct responses_output *w = e->state;

    if (!i->is_open)
        return;
    i->is_open = false;
    if (w->current == i)
        w->current = NULL;
    /* A function without parameters is called with none. */
    if (i->kind == CHAT_TOOL_CALL && !i->is_custom && i->text.n == 0)
        write_delta(e, i, STR("{}"), (struct str){0});
    if (i->has_part || i->kind == CHAT_TOOL_CALL)
        write_done(e, i);
    item_event(e, i, STR("response.output_item.done"), false);
}

static void close_current(struct chat_encoder *e)
{
    struct responses_output *w = e->state;

    if (w->current != NULL)
        close_item(e, w->current);
}

/* Goes on with the open item when it is of that kind. NULL: no memory. */
static struct responses_item *open_item(struct chat_encoder *e,
                                        enum chat_part_kind kind)
{
    struct responses_output *w = e->state;

    if (w->current != NULL && w->current->kind == kind)
        return w->current;
    close_current(e);
    w->current = responses_new_item(e, kind);
    if (w->current != NULL)
        item_event(e, w->current, STR("response.output_item.added"), true);
    return w->current;
}

static void begin(struct chat_encoder *e, const struct chat_event *ev)
{
    struct responses_output *w = e->state;

    if (w->has_begun)
        return;
    w->has_begun = true;
    w->id = encoder_keep(e, ev->id);
    w->model = encoder_keep(e, ev->model);
    w->created_s = ev->created_s;
    response_event(e, STR("response.created"), false);
    response_event(e, STR("response.in_progress"), false);
}

static void encode_text(struct chat_encoder *e, enum chat_part_kind kind,
                        struct str text)
{
    struct responses_output *w = e->state;
    struct responses_item *i = text.n == 0 ? NULL : open_item(e, kind);

    if (i == NULL)
        return;
    write_delta(e, i, text, buf_str(&w->logprobs));
    if (kind != CHAT_TEXT || w->logprobs.n == 0)
        return;
    if (i->logprobs.n != 0)
        buf_add_char(&i->logprobs, ',');
    buf_add(&i->logprobs, buf_str(&w->logprobs));
    e->failed |= i->logprobs.failed;
    buf_reset(&w->logprobs);
}

static struct str seal(struct chat_encoder *e, const struct chat_state *s)
{
    struct str sealed = chat_state_wrap(s, OPENAI_RESPONSES, e->arena);

    e->failed |= sealed.n == 0 && s->bytes.n != 0;
    return sealed.p == s->bytes.p ? encoder_keep(e, sealed) : sealed;
}

/* Of the reasoning before it, which is complete then, or of its own. */
static void encode_state(struct chat_encoder *e, const struct chat_state *s)
{
    struct responses_output *w = e->state;
    struct responses_item *i = w->current;

    if (i == NULL || i->kind != CHAT_REASONING) {
        close_current(e);
        i = responses_new_item(e, CHAT_REASONING);
        if (i == NULL)
            return;
        i->sealed = seal(e, s);
        item_event(e, i, STR("response.output_item.added"), true);
    }
    i->sealed = seal(e, s);
    close_item(e, i);
}

/* The state of a call, as a reasoning item before it. */
static struct chat_state call_state(struct chat_encoder *e,
                                    const struct chat_state *s)
{
    struct chat_state own = {OPENAI_RESPONSES_CALL, seal(e, s)};

    return own;
}

static void encode_call(struct chat_encoder *e, const struct chat_event *ev)
{
    struct responses_item *i;

    close_current(e);
    if (ev->state.bytes.n != 0) {
        struct chat_state s = call_state(e, &ev->state);

        encode_state(e, &s);
    }
    i = responses_new_item(e, CHAT_TOOL_CALL);
    if (i == NULL)
        return;
    i->tool = ev->tool;
    i->id = encoder_keep(e, ev->id);
    i->name = encoder_keep(e, ev->name);
    i->is_custom = ev->is_custom;
    item_event(e, i, STR("response.output_item.added"), true);
}

static struct responses_item *find_call(struct chat_encoder *e, uint32_t tool)
{
    const struct responses_output *w = e->state;

    for (struct responses_item *i = w->first; i != NULL; i = i->next) {
        if (i->kind == CHAT_TOOL_CALL && i->tool == tool && i->is_open)
            return i;
    }
    return NULL;
}

static void encode_arguments(struct chat_encoder *e,
                             const struct chat_event *ev)
{
    struct responses_item *i = find_call(e, ev->tool);

    if (i != NULL && ev->text.n != 0)
        write_delta(e, i, ev->text, (struct str){0});
}

/* A picture that stands elsewhere has no place here. */
static struct responses_item *new_image(struct chat_encoder *e,
                                        struct str media_type, struct str data)
{
    struct responses_item *i =
        data.n == 0 ? NULL : responses_new_item(e, CHAT_IMAGE);

    if (data.n == 0)
        chat_lose(e->loss, STR("image"), CHAT_DROPPED);
    if (i == NULL)
        return NULL;
    i->name = str_starts(media_type, STR("image/"))
                  ? encoder_keep(e, str_skip(media_type, 6))
                  : STR("png");
    responses_add_text(e, i, data);
    return i;
}

static void encode_image(struct chat_encoder *e, const struct chat_event *ev)
{
    struct responses_item *i;

    close_current(e);
    i = new_image(e, ev->media_type, ev->text);
    if (i == NULL)
        return;
    item_event(e, i, STR("response.output_item.added"), true);
    begin_inside(e, i, STR("response.image_generation_call.completed"));
    end_event(e);
    i->is_open = false;
    item_event(e, i, STR("response.output_item.done"), false);
}

/* The text before it ends where the source is named. */
static void write_note(struct buf *out, const struct responses_item *i,
                       struct str url, struct str title)
{
    buf_add(out, STR("{\"type\":\"url_citation\",\"start_index\":"));
    buf_add_u64(out, i->chars);
    buf_add(out, STR(",\"end_index\":"));
    buf_add_u64(out, i->chars);
    responses_put_text(out, STR("url"), url);
    responses_put_text(out, STR("title"), title);
    buf_add_char(out, '}');
}

static void add_note(struct chat_encoder *e, struct responses_item *i,
                     struct str url, struct str title)
{
    if (i->n_notes++ != 0)
        buf_add_char(&i->notes, ',');
    write_note(&i->notes, i, url, title);
    e->failed |= i->notes.failed;
}

static void encode_citation(struct chat_encoder *e, const struct chat_event *ev)
{
    struct responses_item *i = open_item(e, CHAT_TEXT);

    if (i == NULL)
        return;
    if (!i->has_part)
        part_event(e, i, words_of(i)->part_added, true);
    i->has_part = true;
    begin_inside(e, i, STR("response.output_text.annotation.added"));
    buf_add(e->out, STR(",\"annotation_index\":"));
    buf_add_u64(e->out, i->n_notes);
    buf_add(e->out, STR(",\"annotation\":"));
    write_note(e->out, i, ev->url, ev->title);
    end_event(e);
    add_note(e, i, ev->url, ev->title);
}

/* A call that the limit of tokens has cut is never said to be done: a client
 * would run it. */
static void encode_end(struct chat_encoder *e)
{
    struct responses_output *w = e->state;
    bool is_cut = responses_is_short(w->finish);

    for (struct responses_item *i = w->first; i != NULL; i = i->next) {
        if (!i->is_open)
            continue;
        i->is_cut = is_cut;
        if (!is_cut || i->kind != CHAT_TOOL_CALL)
            close_item(e, i);
    }
    response_event(
        e, is_cut ? STR("response.incomplete") : STR("response.completed"),
        true);
}

/* OpenAI's server was seen to say it twice; some clients look at the one, some
 * at the other (Codex: response.failed). Before an answer has begun there is
 * none that could fail. */
static void encode_error(struct chat_encoder *e, const struct chat_error *error)
{
    struct responses_output *w = e->state;

    begin_event(e, STR("error"));
    responses_put_text(e->out, STR("code"),
                       error->code.n != 0 ? error->code : STR("server_error"));
    responses_put_text(e->out, STR("message"), error->message);
    buf_add(e->out, STR(",\"param\":"));
    if (error->param.n != 0)
        json_str(e->out, error->param);
    else
        buf_add(e->out, STR("null"));
    end_event(e);
    if (!w->has_begun)
        return;
    w->error = error;
    response_event(e, STR("response.failed"), true);
    w->error = NULL;
}

static void encode_tool_end(struct chat_encoder *e, const struct chat_event *ev)
{
    struct responses_item *i = find_call(e, ev->tool);

    if (i != NULL)
        close_item(e, i);
}

/* Pieces of the one choice that there is. */
static void encode_piece(struct chat_encoder *e, const struct chat_event *ev)
{
    struct responses_output *w = e->state;

    switch (ev->kind) {
    case CHAT_EVENT_TEXT:
        encode_text(e, CHAT_TEXT, ev->text);
        break;
    case CHAT_EVENT_REFUSAL:
        encode_text(e, CHAT_REFUSAL, ev->text);
        break;
    case CHAT_EVENT_REASONING:
        encode_text(e, CHAT_REASONING, ev->text);
        break;
    case CHAT_EVENT_STATE:
        encode_state(e, &ev->state);
        break;
    case CHAT_EVENT_TOOL_START:
        encode_call(e, ev);
        break;
    case CHAT_EVENT_TOOL_ARGUMENTS:
        encode_arguments(e, ev);
        break;
    case CHAT_EVENT_TOOL_END:
        encode_tool_end(e, ev);
        break;
    case CHAT_EVENT_IMAGE:
        encode_image(e, ev);
        break;
    case CHAT_EVENT_AUDIO:
        chat_lose(e->loss, STR("audio"), CHAT_DROPPED);
        break;
    case CHAT_EVENT_CITATION:
        encode_citation(e, ev);
        break;
    case CHAT_EVENT_LOGPROBS:
        add_elements(e, &w->logprobs, ev->raw);
        break;
    case CHAT_EVENT_FINISH:
        w->finish = ev->finish;
        break;
    case CHAT_EVENT_USAGE:
        chat_usage_add(&w->usage, &ev->usage);
        break;
    case CHAT_EVENT_END:
        encode_end(e);
        break;
    case CHAT_EVENT_START:
    case CHAT_EVENT_ERROR:
        break;
    }
}

void openai_responses_encode(struct chat_encoder *e,
                             const struct chat_event *ev)
{
    static const struct chat_event nothing = {.kind = CHAT_EVENT_START};

    if (responses_output(e) == NULL)
        return;
    if (ev->kind == CHAT_EVENT_ERROR) {
        encode_error(e, &ev->error);
        return;
    }
    begin(e, ev->kind == CHAT_EVENT_START ? ev : &nothing);
    if (ev->choice == 0)
        encode_piece(e, ev);
    else
        chat_lose(e->loss, STR("n"), CHAT_DROPPED);
}

/* ---- a whole answer ---- */

static void take_call(struct chat_encoder *e, const struct chat_part *p)
{
    struct responses_item *i;

    if (p->state.bytes.n != 0) {
        struct chat_state s = call_state(e, &p->state);

        i = responses_new_item(e, CHAT_REASONING);
        if (i != NULL)
            i->sealed = seal(e, &s);
    }
    i = responses_new_item(e, CHAT_TOOL_CALL);
    if (i == NULL)
        return;
    i->id = p->id;
    i->name = p->name;
    i->is_custom = p->is_custom;
    responses_add_text(
        e, i, p->arguments.n == 0 && !p->is_custom ? STR("{}") : p->arguments);
}

static void take_text(struct chat_encoder *e, const struct chat_choice *c,
                      const struct chat_part *p)
{
    struct responses_output *w = e->state;
    struct responses_item *i = responses_new_item(e, p->kind);

    if (i == NULL)
        return;
    responses_add_text(e, i, p->text);
    if (p->state.bytes.n != 0)
        i->sealed = seal(e, &p->state);
    if (p->kind != CHAT_TEXT)
        return;
    buf_add(&i->logprobs, buf_str(&w->logprobs));
    e->failed |= i->logprobs.failed;
    buf_reset(&w->logprobs);
    for (size_t k = 0; k < c->n_citations; k++) {
        if (&c->parts[c->citations[k].part] == p)
            add_note(e, i, c->citations[k].url, c->citations[k].title);
    }
}

static void take_part(struct chat_encoder *e, const struct chat_choice *c,
                      const struct chat_part *p)
{
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
    case CHAT_REASONING:
        take_text(e, c, p);
        break;
    case CHAT_TOOL_CALL:
        take_call(e, p);
        break;
    case CHAT_IMAGE:
        (void)new_image(e, p->media_type, p->data);
        break;
    case CHAT_AUDIO:
        chat_lose(e->loss, STR("audio"), CHAT_DROPPED);
        break;
    case CHAT_DOCUMENT:
    case CHAT_TOOL_RESULT:
        break;
    }
}

static void lose_stray_citations(struct chat_encoder *e,
                                 const struct chat_choice *c)
{
    for (size_t k = 0; k < c->n_citations; k++) {
        size_t part = c->citations[k].part;

        if (part >= c->n || c->parts[part].kind != CHAT_TEXT)
            chat_lose(e->loss, STR("citations"), CHAT_DROPPED);
    }
}

static void take_choice(struct chat_encoder *e, const struct chat_choice *c)
{
    struct responses_output *w = e->state;

    w->finish = c->finish;
    buf_add(&w->logprobs, buf_str(&c->logprobs));
    e->failed |= w->logprobs.failed;
    for (size_t k = 0; k < c->n && !e->failed; k++)
        take_part(e, c, &c->parts[k]);
    /* The end of what was cut is the end of the answer. */
    if (w->last != NULL)
        w->last->is_cut = responses_is_short(c->finish);
    lose_stray_citations(e, c);
}

void openai_responses_write_answer(struct chat_encoder *e,
                                   const struct chat_answer *a)
{
    struct responses_output *w = responses_output(e);

    if (w == NULL)
        return;
    w->id = a->id;
    w->model = a->model;
    w->created_s = a->created_s;
    w->usage = a->usage;
    if (a->n != 0)
        take_choice(e, &a->choices[0]);
    if (a->n > 1)
        chat_lose(e->loss, STR("n"), CHAT_DROPPED);
    responses_write_whole(e, true);
}
