/* SPDX-License-Identifier: MIT */
/* Requests of Workers AI's native interface. Messages are OpenAI's but for a
 * content that is never null; the schema of an answer stands bare; and the
 * temperature has another scale. */
#include "core/dialects/workers_ai.h"

#include "core/dialects/writing.h"

#define OWN STR("workers-ai")

/* Workers AI's own, from a client that knows them. */
static const struct str kept[] = {
    STR_INIT("repetition_penalty"),
    STR_INIT("lora"),
    STR_INIT("raw"),
    STR_INIT("chat_template_kwargs"),
};

/* ---- messages ---- */

static bool has_image(const struct chat_message *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->parts[i].kind == CHAT_IMAGE && m->parts[i].file_id.n == 0)
            return true;
    }
    return false;
}

static void write_text(struct buf *out, struct str text)
{
    if (text.n == 0)
        return;
    json_next(out);
    buf_add(out, STR("{\"type\":\"text\",\"text\":"));
    json_str(out, text);
    buf_add_char(out, '}');
}

/* A string, as every model takes it; parts only where there are images. */
static void write_content(struct chat_writing *w, const struct chat_message *m)
{
    struct buf *out = w->out;

    json_member(out, STR("content"));
    if (m->role != CHAT_ROLE_USER || !has_image(m)) {
        json_str(out, writing_text(w, m->parts, m->n));
        return;
    }
    buf_add_char(out, '[');
    for (size_t i = 0; i < m->n; i++) {
        const struct chat_part *p = &m->parts[i];

        if (p->kind == CHAT_IMAGE && p->file_id.n == 0) {
            json_next(out);
            buf_add(out,
                    STR("{\"type\":\"image_url\",\"image_url\":{\"url\":"));
            writing_image_url(out, p);
            buf_add(out, STR("}}"));
        } else {
            write_text(out, writing_text(w, p, 1));
        }
    }
    buf_add_char(out, ']');
}

static void lose_parts(struct chat_writing *w, enum chat_role role,
                       const struct chat_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct chat_part *p = &parts[i];
        bool is_lost_image = p->kind == CHAT_IMAGE &&
                             (p->file_id.n != 0 || role != CHAT_ROLE_USER);

        writing_lose_marks(w, p, OWN);
        if (is_lost_image || p->kind == CHAT_AUDIO ||
            (p->kind == CHAT_DOCUMENT && p->text.n == 0))
            writing_skip_part(w, role, p);
        if (p->kind == CHAT_IMAGE && p->detail.n != 0 &&
            !str_eq(p->detail, STR("auto")))
            chat_lose(w->loss, STR("messages.image.detail"), CHAT_DROPPED);
    }
}

static void write_calls(struct chat_writing *w, const struct chat_message *m)
{
    bool has_one = false;

    for (size_t i = 0; i < m->n; i++) {
        if (m->parts[i].kind != CHAT_TOOL_CALL)
            continue;
        if (!has_one) {
            json_member(w->out, STR("tool_calls"));
            buf_add_char(w->out, '[');
        }
        has_one = true;
        writing_call(w, &m->parts[i]);
    }
    if (has_one)
        buf_add_char(w->out, ']');
}

static void write_reasoning(struct chat_writing *w,
                            const struct chat_message *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->parts[i].kind == CHAT_REASONING && m->parts[i].text.n != 0) {
            member_text(w->out, STR("reasoning"), m->parts[i].text);
            return;
        }
    }
}

static void write_result(struct chat_writing *w, size_t at,
                         const struct chat_part *p)
{
    struct str name =
        p->name.n != 0 ? p->name : chat_call_name(w->request, at, p->id);

    json_next(w->out);
    buf_add(w->out, STR("{\"role\":\"tool\""));
    member_text(w->out, STR("tool_call_id"), p->id);
    member_text(w->out, STR("name"), name);
    json_member(w->out, STR("content"));
    json_str(w->out, writing_text(w, p->parts, p->n_parts));
    buf_add_char(w->out, '}');
    lose_parts(w, CHAT_ROLE_TOOL, p->parts, p->n_parts);
    writing_lose_marks(w, p, OWN);
    if (p->is_error)
        chat_lose(w->loss, STR("messages.is_error"), CHAT_DROPPED);
}

static void write_message(struct chat_writing *w, size_t at)
{
    static const struct str roles[] = {
        [CHAT_ROLE_SYSTEM] = STR_INIT("system"),
        [CHAT_ROLE_USER] = STR_INIT("user"),
        [CHAT_ROLE_ASSISTANT] = STR_INIT("assistant"),
        [CHAT_ROLE_TOOL] = STR_INIT("tool"),
    };
    const struct chat_message *m = &w->request->messages[at];

    if (m->role == CHAT_ROLE_TOOL) {
        for (size_t i = 0; i < m->n; i++)
            write_result(w, at, &m->parts[i]);
        return;
    }
    json_next(w->out);
    buf_add_char(w->out, '{');
    member_text(w->out, STR("role"), roles[m->role]);
    write_content(w, m);
    write_reasoning(w, m);
    write_calls(w, m);
    lose_parts(w, m->role, m->parts, m->n);
    if (m->name.n != 0)
        chat_lose(w->loss, STR("messages.name"), CHAT_DROPPED);
    buf_add_char(w->out, '}');
}

/* ---- tools ---- */

/* OpenAI's own tools become functions of one string, whose calls the caller
 * answers (seed systems, 6.9). */
static bool own_tool(const struct chat_tool *t, struct chat_tool *function)
{
    struct json_want type = {.name = STR_INIT("type")};

    if (t->server_raw.n == 0 ||
        json_scan(t->server_raw, &type, 1, NULL) != SL_OK)
        return false;
    *function = (struct chat_tool){0};
    if (str_eq(type.value, STR("\"code_interpreter\""))) {
        function->name = STR("code_interpreter");
        function->schema_raw =
            STR("{\"type\":\"object\",\"properties\":{\"code\":{\"type\":"
                "\"string\"}},\"required\":[\"code\"]}");
    } else if (str_eq(type.value, STR("\"file_search\""))) {
        function->name = STR("file_search");
        function->schema_raw =
            STR("{\"type\":\"object\",\"properties\":{\"query\":{\"type\":"
                "\"string\"}},\"required\":[\"query\"]}");
    }
    return function->name.n != 0;
}

static bool is_allowed(const struct chat_request *q, const struct chat_tool *t)
{
    return q->choice == CHAT_CHOICE_NAMED || writing_is_offered(q, t);
}

static size_t write_tool(struct chat_writing *w, const struct chat_tool *t,
                         size_t n)
{
    struct chat_tool function = *t;

    if (t->cache_raw.n != 0)
        chat_lose(w->loss, STR("cache_control"), CHAT_DROPPED);
    if (own_tool(t, &function)) {
        chat_lose(w->loss, STR("tools"), CHAT_APPROXIMATED);
    } else if (t->server_raw.n != 0 || t->is_custom) {
        writing_lose_tool(w, t);
        return n;
    }
    if (!is_allowed(w->request, &function))
        return n;
    if (n == 0) {
        json_member(w->out, STR("tools"));
        buf_add_char(w->out, '[');
    }
    writing_function(w->out, &function);
    return n + 1;
}

static void write_tools(struct chat_writing *w)
{
    static const struct str words[] = {
        [CHAT_CHOICE_UNSET] = {0},
        [CHAT_CHOICE_AUTO] = STR_INIT("auto"),
        [CHAT_CHOICE_NONE] = STR_INIT("none"),
        [CHAT_CHOICE_REQUIRED] = STR_INIT("required"),
        [CHAT_CHOICE_NAMED] = {0},
    };
    const struct chat_request *q = w->request;
    struct buf *out = w->out;
    size_t n = 0;

    for (size_t i = 0; i < q->n_tools; i++)
        n = write_tool(w, &q->tools[i], n);
    if (n == 0)
        return;
    buf_add_char(out, ']');
    member_text(out, STR("tool_choice"), words[q->choice]);
    if (q->choice != CHAT_CHOICE_NAMED)
        return;
    json_member(out, STR("tool_choice"));
    buf_add(out, STR("{\"type\":\"function\",\"function\":{\"name\":"));
    json_str(out, q->choice_name);
    buf_add(out, STR("}}"));
}

/* ---- parameters ---- */

/* OpenAI's 0 … 2 are 0 … 5 here, to one decimal; what OpenAI takes for no wish,
 * nothing or 1, is the models' own default of 0.6 (seed systems, 6.10). 0 is
 * 0. */
static void write_temperature(struct chat_writing *w)
{
    const struct chat_number *t = &w->request->temperature;
    double v = t->value < 0 ? 0 : t->value > 2 ? 2 : t->value;
    bool is_usual = t->raw.n == 0 || (v >= 1 && v <= 1);

    json_member(w->out, STR("temperature"));
    if (is_usual)
        buf_add(w->out, STR("0.6"));
    else
        json_f64_write(w->out, (double)(int64_t)(v * 25 + 0.5) / 10);
    if (t->value < 0 || t->value > 2)
        chat_lose(w->loss, STR("temperature"), CHAT_APPROXIMATED);
}

static void write_numbers(struct chat_writing *w)
{
    static const struct writing_range presence = {
        STR_INIT("presence_penalty"), STR_INIT("presence_penalty"), 0, 2};
    static const struct writing_range frequency = {
        STR_INIT("frequency_penalty"), STR_INIT("frequency_penalty"), 0, 2};
    static const struct writing_range top_k = {STR_INIT("top_k"),
                                               STR_INIT("top_k"), 1, 50};
    const struct chat_request *q = w->request;

    member_number(w->out, STR("max_tokens"), &q->max_tokens);
    write_temperature(w);
    member_number(w->out, STR("top_p"), &q->top_p);
    writing_number(w, &top_k, &q->top_k);
    member_number(w->out, STR("seed"), &q->seed);
    writing_number(w, &presence, &q->presence_penalty);
    writing_number(w, &frequency, &q->frequency_penalty);
}

static void write_format(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    switch (q->format) {
    case CHAT_FORMAT_TEXT:
        break;
    case CHAT_FORMAT_JSON:
        member_raw(w->out, STR("response_format"),
                   STR("{\"type\":\"json_object\"}"));
        break;
    case CHAT_FORMAT_SCHEMA:
        json_member(w->out, STR("response_format"));
        buf_add(w->out, STR("{\"type\":\"json_schema\",\"json_schema\":"));
        buf_add(w->out, q->schema_raw);
        buf_add_char(w->out, '}');
        if (q->schema_description.n != 0)
            chat_lose(w->loss, STR("response_format.description"),
                      CHAT_DROPPED);
        break;
    }
}

/* low, medium, high; null for none at all. */
static void write_effort(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    enum chat_effort effort = q->effort == CHAT_EFFORT_UNSET
                                  ? chat_budget_effort(q->reasoning_budget)
                                  : q->effort;
    enum chat_effort near = effort < CHAT_EFFORT_LOW    ? CHAT_EFFORT_LOW
                            : effort > CHAT_EFFORT_HIGH ? CHAT_EFFORT_HIGH
                                                        : effort;

    if (effort == CHAT_EFFORT_UNSET)
        return;
    if (effort == CHAT_EFFORT_NONE) {
        member_raw(w->out, STR("reasoning_effort"), STR("null"));
        return;
    }
    member_text(w->out, STR("reasoning_effort"), chat_effort_name(near));
    if (near != effort)
        chat_lose(w->loss, STR("reasoning_effort"), CHAT_APPROXIMATED);
    if (q->effort == CHAT_EFFORT_UNSET)
        chat_lose(w->loss, STR("reasoning_budget"), CHAT_APPROXIMATED);
}

/* The model stands in the path. */
void workers_ai_write(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    buf_add_char(w->out, '{');
    json_member(w->out, STR("messages"));
    buf_add_char(w->out, '[');
    for (size_t i = 0; i < q->n_messages; i++)
        write_message(w, i);
    buf_add_char(w->out, ']');
    write_tools(w);
    write_numbers(w);
    write_format(w);
    write_effort(w);
    writing_extras(w, kept, SL_LEN(kept));
    if (q->stream)
        member_bool(w->out, STR("stream"), true);
    buf_add_char(w->out, '}');
    writing_lose_rest(w, MEMBER_TOOLS | MEMBER_CHOICE | MEMBER_MAX_TOKENS |
                             MEMBER_TEMPERATURE | MEMBER_TOP_P | MEMBER_TOP_K |
                             MEMBER_SEED | MEMBER_PRESENCE | MEMBER_FREQUENCY |
                             MEMBER_FORMAT | MEMBER_REASONING);
}
