/* SPDX-License-Identifier: MIT */
/* Requests of Cohere's v2 chat. There is no named tool_choice: that tool alone
 * is offered, and required, which means the same. */
#include "core/dialects/cohere.h"

#include "core/dialects/writing.h"

#define OWN STR("cohere")

enum { STOPS = 5 }; /* Cohere takes no more */

/* Cohere's own, from a client that knows them. */
static const struct str kept[] = {
    STR_INIT("documents"),    STR_INIT("citation_options"),
    STR_INIT("safety_mode"),  STR_INIT("priority"),
    STR_INIT("strict_tools"),
};

/* ---- messages ---- */

static void write_text_part(struct buf *out, struct str type, struct str name,
                            struct str text)
{
    if (text.n == 0)
        return;
    json_next(out);
    buf_add_char(out, '{');
    member_text(out, STR("type"), type);
    member_text(out, name, text);
    buf_add_char(out, '}');
}

static void write_image(struct buf *out, const struct chat_part *p)
{
    json_next(out);
    buf_add(out, STR("{\"type\":\"image_url\",\"image_url\":{\"url\":"));
    writing_image_url(out, p);
    member_text(out, STR("detail"), p->detail);
    buf_add(out, STR("}}"));
}

static bool is_image(const struct chat_part *p)
{
    return p->kind == CHAT_IMAGE && p->file_id.n == 0;
}

static bool has_images(const struct chat_message *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (is_image(&m->parts[i]))
            return true;
    }
    return false;
}

static void lose_parts(struct chat_writing *w, enum chat_role role,
                       const struct chat_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct chat_part *p = &parts[i];
        bool has_place = role == CHAT_ROLE_USER && is_image(p);

        writing_lose_marks(w, p, OWN);
        if ((p->kind == CHAT_IMAGE && !has_place) || p->kind == CHAT_AUDIO ||
            (p->kind == CHAT_DOCUMENT && p->text.n == 0))
            writing_skip_part(w, role, p);
    }
}

static void write_user(struct chat_writing *w, const struct chat_message *m)
{
    json_member(w->out, STR("content"));
    if (!has_images(m)) {
        json_str(w->out, writing_text(w, m->parts, m->n));
        return;
    }
    buf_add_char(w->out, '[');
    for (size_t i = 0; i < m->n; i++) {
        const struct chat_part *p = &m->parts[i];

        if (is_image(p))
            write_image(w->out, p);
        else
            write_text_part(w->out, STR("text"), STR("text"),
                            writing_text(w, p, 1));
    }
    buf_add_char(w->out, ']');
}

static const struct chat_part *find_part(const struct chat_message *m,
                                         enum chat_part_kind kind)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct chat_part *p = &m->parts[i];

        if (p->kind == kind && (kind == CHAT_TOOL_CALL || p->text.n != 0))
            return p;
    }
    return NULL;
}

/* What was thought before calls is their plan; before a text, a part of it. */
static void write_assistant(struct chat_writing *w,
                            const struct chat_message *m)
{
    const struct chat_part *thought = find_part(m, CHAT_REASONING);
    bool has_calls = find_part(m, CHAT_TOOL_CALL) != NULL;
    struct str text = writing_text(w, m->parts, m->n);
    struct buf *out = w->out;

    if (has_calls && thought != NULL)
        member_text(out, STR("tool_plan"), thought->text);
    if (!has_calls && thought != NULL) {
        json_member(out, STR("content"));
        buf_add_char(out, '[');
        write_text_part(out, STR("thinking"), STR("thinking"), thought->text);
        write_text_part(out, STR("text"), STR("text"), text);
        buf_add_char(out, ']');
    } else if (text.n != 0 || !has_calls) {
        json_member(out, STR("content"));
        json_str(out, text);
    }
    if (!has_calls)
        return;
    json_member(out, STR("tool_calls"));
    buf_add_char(out, '[');
    for (size_t i = 0; i < m->n; i++) {
        if (m->parts[i].kind == CHAT_TOOL_CALL)
            writing_call(w, &m->parts[i]);
    }
    buf_add_char(out, ']');
}

static void write_result(struct chat_writing *w, const struct chat_part *p)
{
    json_next(w->out);
    buf_add(w->out, STR("{\"role\":\"tool\""));
    member_text(w->out, STR("tool_call_id"), p->id);
    json_member(w->out, STR("content"));
    json_str(w->out, writing_text(w, p->parts, p->n_parts));
    buf_add_char(w->out, '}');
    lose_parts(w, CHAT_ROLE_TOOL, p->parts, p->n_parts);
    writing_lose_marks(w, p, OWN);
    if (p->is_error)
        chat_lose(w->loss, STR("messages.is_error"), CHAT_DROPPED);
}

static void write_message(struct chat_writing *w, const struct chat_message *m)
{
    struct buf *out = w->out;

    json_next(out);
    switch (m->role) {
    case CHAT_ROLE_SYSTEM:
        buf_add(out, STR("{\"role\":\"system\""));
        json_member(out, STR("content"));
        json_str(out, writing_text(w, m->parts, m->n));
        break;
    case CHAT_ROLE_USER:
    case CHAT_ROLE_TOOL:
        buf_add(out, STR("{\"role\":\"user\""));
        write_user(w, m);
        break;
    case CHAT_ROLE_ASSISTANT:
        buf_add(out, STR("{\"role\":\"assistant\""));
        write_assistant(w, m);
        break;
    }
    buf_add_char(out, '}');
    lose_parts(w, m->role, m->parts, m->n);
    if (m->name.n != 0)
        chat_lose(w->loss, STR("messages.name"), CHAT_DROPPED);
}

static void write_messages(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    json_member(w->out, STR("messages"));
    buf_add_char(w->out, '[');
    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        if (m->role != CHAT_ROLE_TOOL)
            write_message(w, m);
        for (size_t k = 0; m->role == CHAT_ROLE_TOOL && k < m->n; k++)
            write_result(w, &m->parts[k]);
    }
    buf_add_char(w->out, ']');
}

/* ---- tools ---- */

/* Cohere holds all tools to their schemas, or none. */
static void write_strict(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t n = 0;

    for (size_t i = 0; i < q->n_tools; i++)
        n += str_eq(q->tools[i].strict_raw, STR("true"));
    if (n == 0)
        return;
    member_bool(w->out, STR("strict_tools"), true);
    if (n != q->n_tools)
        chat_lose(w->loss, STR("tools.strict"), CHAT_APPROXIMATED);
}

static void write_tools(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (q->n_tools == 0)
        return;
    writing_functions(w, true);
    write_strict(w);
    if (q->choice == CHAT_CHOICE_NONE)
        member_text(w->out, STR("tool_choice"), STR("NONE"));
    else if (q->choice == CHAT_CHOICE_REQUIRED ||
             q->choice == CHAT_CHOICE_NAMED)
        member_text(w->out, STR("tool_choice"), STR("REQUIRED"));
}

/* ---- parameters ---- */

static void write_numbers(struct chat_writing *w)
{
    static const struct writing_range temperature = {
        STR_INIT("temperature"), STR_INIT("temperature"), 0, 1e9};
    static const struct writing_range frequency = {
        STR_INIT("frequency_penalty"), STR_INIT("frequency_penalty"), 0, 1};
    static const struct writing_range presence = {
        STR_INIT("presence_penalty"), STR_INIT("presence_penalty"), 0, 1};
    static const struct writing_range k = {STR_INIT("k"), STR_INIT("top_k"), 0,
                                           500};
    static const struct writing_range p = {STR_INIT("p"), STR_INIT("top_p"),
                                           0.01, 0.99};
    const struct chat_request *q = w->request;
    size_t stops = q->n_stop > STOPS ? STOPS : q->n_stop;

    member_number(w->out, STR("max_tokens"), &q->max_tokens);
    member_texts(w->out, STR("stop_sequences"), q->stop, stops);
    if (stops != q->n_stop)
        chat_lose(w->loss, STR("stop"), CHAT_APPROXIMATED);
    writing_number(w, &temperature, &q->temperature);
    member_number(w->out, STR("seed"), &q->seed);
    writing_number(w, &frequency, &q->frequency_penalty);
    writing_number(w, &presence, &q->presence_penalty);
    writing_number(w, &k, &q->top_k);
    writing_number(w, &p, &q->top_p);
    if (q->wants_logprobs)
        member_bool(w->out, STR("logprobs"), true);
}

static void write_format(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (q->format == CHAT_FORMAT_TEXT)
        return;
    json_member(w->out, STR("response_format"));
    buf_add(w->out, STR("{\"type\":\"json_object\""));
    member_raw(w->out, STR("json_schema"), q->schema_raw);
    buf_add_char(w->out, '}');
    if (q->schema_description.n != 0)
        chat_lose(w->loss, STR("response_format.description"), CHAT_DROPPED);
}

/* A budget of tokens; an effort is worth one. */
static void write_thinking(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    int64_t budget = q->reasoning_budget >= 0 ? q->reasoning_budget
                                              : chat_effort_budget(q->effort);

    if (budget < 0)
        return;
    json_member(w->out, STR("thinking"));
    if (budget == 0 || q->effort == CHAT_EFFORT_NONE) {
        buf_add(w->out, STR("{\"type\":\"disabled\"}"));
        return;
    }
    buf_add(w->out, STR("{\"type\":\"enabled\",\"token_budget\":"));
    json_i64_write(w->out, budget);
    buf_add_char(w->out, '}');
    if (q->reasoning_budget < 0)
        chat_lose(w->loss, STR("reasoning_effort"), CHAT_APPROXIMATED);
}

void cohere_write(struct chat_writing *w)
{
    buf_add_char(w->out, '{');
    json_member(w->out, STR("model"));
    json_str(w->out, w->model);
    write_messages(w);
    write_tools(w);
    write_numbers(w);
    write_format(w);
    write_thinking(w);
    writing_extras(w, kept, SL_LEN(kept));
    member_bool(w->out, STR("stream"), w->request->stream);
    buf_add_char(w->out, '}');
    writing_lose_rest(w, MEMBER_TOOLS | MEMBER_CHOICE | MEMBER_MAX_TOKENS |
                             MEMBER_TEMPERATURE | MEMBER_TOP_P | MEMBER_TOP_K |
                             MEMBER_PRESENCE | MEMBER_FREQUENCY | MEMBER_SEED |
                             MEMBER_STOP | MEMBER_LOGPROBS | MEMBER_FORMAT |
                             MEMBER_REASONING);
}
