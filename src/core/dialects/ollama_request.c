/* SPDX-License-Identifier: MIT */
/* Requests of Ollama's /api/chat and /api/generate.
 *
 * Calls have no id there, or not always: they are numbered as they are read,
 * and a result belongs to the first unanswered call of the turn before it, of
 * its tool's name where it has one. */
#include "core/dialects/ollama.h"

#include "core/dialects/writing.h"

#define OWN STR("ollama")

static const struct str chat_known[] = {
    STR_INIT("model"),    STR_INIT("messages"),     STR_INIT("tools"),
    STR_INIT("format"),   STR_INIT("options"),      STR_INIT("think"),
    STR_INIT("logprobs"), STR_INIT("top_logprobs"), STR_INIT("stream"),
};
static const struct str generate_known[] = {
    STR_INIT("model"),  STR_INIT("prompt"),   STR_INIT("system"),
    STR_INIT("images"), STR_INIT("format"),   STR_INIT("options"),
    STR_INIT("think"),  STR_INIT("logprobs"), STR_INIT("top_logprobs"),
    STR_INIT("stream"),
};
static const struct str options_known[] = {
    STR_INIT("num_predict"),
    STR_INIT("temperature"),
    STR_INIT("top_p"),
    STR_INIT("top_k"),
    STR_INIT("min_p"),
    STR_INIT("seed"),
    STR_INIT("stop"),
    STR_INIT("presence_penalty"),
    STR_INIT("frequency_penalty"),
};

/* ---- reading: messages ---- */

/* Calls of the last turn of the assistant, and how many there have been. */
struct calls {
    const struct chat_part *parts; /* n of them */
    bool *is_answered;
    size_t n;
    size_t numbered; /* in the whole conversation */
};

/* What base64 begins with tells what an image is. */
static struct str image_type(struct str base64)
{
    if (str_starts(base64, STR("/9j/")))
        return STR("image/jpeg");
    if (str_starts(base64, STR("R0lGOD")))
        return STR("image/gif");
    if (str_starts(base64, STR("UklGR")))
        return STR("image/webp");
    return STR("image/png");
}

static size_t image_count(struct chat_reading *r, struct jval object)
{
    struct jval images = json_get(object, STR("images"));

    if (json_is_null(images))
        return 0;
    if (!json_is_arr(images))
        reading_wrong(r, images, STR("must be an array of base64 strings"));
    return json_count(images);
}

/* parts has room for image_count. The number of them. */
static size_t read_images(struct chat_reading *r, struct jval object,
                          struct chat_part *parts)
{
    struct jval_iter it = json_iter(json_get(object, STR("images")));
    size_t n = 0;

    while (r->rc == SL_OK && json_iter_next(&it)) {
        struct chat_part *p = &parts[n++];
        struct str text = reading_string(r, it.value);

        p->kind = CHAT_IMAGE;
        if (chat_data_url(text, &p->media_type, &p->data))
            continue;
        p->media_type = image_type(text);
        p->data = text;
    }
    return n;
}

static struct chat_part *add_text(struct chat_message *m,
                                  enum chat_part_kind kind, struct str text)
{
    struct chat_part *p = &m->parts[m->n];

    if (text.n == 0)
        return NULL;
    m->n++;
    p->kind = kind;
    p->text = text;
    return p;
}

static struct str call_number(struct chat_reading *r, size_t number)
{
    struct buf id;

    buf_init(&id, arena_mem(r->arena), 32);
    buf_add(&id, STR("call_"));
    buf_add_u64(&id, number);
    if (id.failed && r->rc == SL_OK)
        r->rc = SL_NOMEM;
    return buf_str(&id);
}

static void read_call(struct chat_reading *r, struct jval call,
                      struct chat_part *p, struct calls *calls)
{
    struct jval function = json_get(call, STR("function"));
    struct jval arguments = json_get(function, STR("arguments"));

    p->kind = CHAT_TOOL_CALL;
    p->id = reading_text(r, call, STR("id"));
    p->name = reading_text(r, function, STR("name"));
    calls->numbered++;
    if (p->id.n == 0)
        p->id = call_number(r, calls->numbered);
    if (json_is_str(arguments))
        p->arguments = reading_string(r, arguments);
    else
        p->arguments = reading_object(r, function, STR("arguments"));
    if (r->rc == SL_OK && p->name.n == 0)
        reading_missing(r, call, STR("function.name"),
                        STR("must name a function"));
}

static void read_calls(struct chat_reading *r, struct jval list,
                       struct chat_message *m, struct calls *calls)
{
    struct jval_iter it = json_iter(list);

    if (json_is_null(list) || json_count(list) == 0)
        return;
    calls->parts = &m->parts[m->n];
    calls->n = json_count(list);
    calls->is_answered = READING_ARRAY(r, bool, calls->n);
    while (r->rc == SL_OK && json_iter_next(&it))
        read_call(r, it.value, &m->parts[m->n++], calls);
}

static const struct chat_part *answered_call(struct calls *calls, struct str id,
                                             struct str name)
{
    for (size_t i = 0; i < calls->n; i++) {
        const struct chat_part *p = &calls->parts[i];

        if (calls->is_answered[i] || (id.n != 0 && !str_eq(p->id, id)) ||
            (id.n == 0 && name.n != 0 && !str_eq(p->name, name)))
            continue;
        calls->is_answered[i] = true;
        return p;
    }
    return NULL;
}

/* A tool's message becomes one result that holds its text and images. */
static void read_result(struct chat_reading *r, struct jval message,
                        struct chat_message *m, struct calls *calls)
{
    struct str id = reading_text(r, message, STR("tool_call_id"));
    struct str name = reading_text(r, message, STR("tool_name"));
    struct chat_part *result = READING_ARRAY(r, struct chat_part, 1);
    const struct chat_part *call;

    if (r->rc != SL_OK)
        return;
    if (name.n == 0)
        name = reading_text(r, message, STR("name"));
    call = answered_call(calls, id, name);
    if (call == NULL) {
        reading_wrong(r, message,
                      STR("must follow the call of a tool that it answers"));
        return;
    }
    *result = (struct chat_part){.kind = CHAT_TOOL_RESULT,
                                 .id = call->id,
                                 .name = call->name,
                                 .parts = m->parts,
                                 .n_parts = m->n};
    m->parts = result;
    m->n = 1;
}

static bool read_role(struct str word, enum chat_role *role)
{
    if (str_eq(word, STR("system")))
        *role = CHAT_ROLE_SYSTEM;
    else if (str_eq(word, STR("user")))
        *role = CHAT_ROLE_USER;
    else if (str_eq(word, STR("assistant")))
        *role = CHAT_ROLE_ASSISTANT;
    else if (str_eq(word, STR("tool")))
        *role = CHAT_ROLE_TOOL;
    else
        return false;
    return true;
}

static void read_message(struct chat_reading *r, struct jval message,
                         struct chat_message *m, struct calls *calls)
{
    struct str role = reading_text(r, message, STR("role"));
    struct jval list = json_get(message, STR("tool_calls"));
    size_t images = image_count(r, message);

    if (r->rc == SL_OK && !read_role(role, &m->role))
        reading_missing(r, message, STR("role"),
                        STR("must be system, user, assistant or tool"));
    if (!json_is_null(list) && !json_is_arr(list))
        reading_wrong(r, list, STR("must be an array"));
    m->parts =
        READING_ARRAY(r, struct chat_part, 2 + images + json_count(list));
    if (r->rc != SL_OK)
        return;
    (void)add_text(m, CHAT_REASONING,
                   reading_text(r, message, STR("thinking")));
    (void)add_text(m, CHAT_TEXT, reading_text(r, message, STR("content")));
    m->n += read_images(r, message, &m->parts[m->n]);
    if (m->role == CHAT_ROLE_ASSISTANT)
        read_calls(r, list, m, calls);
    else if (m->role == CHAT_ROLE_TOOL && r->rc == SL_OK)
        read_result(r, message, m, calls);
}

static void read_messages(struct chat_reading *r)
{
    struct jval list = json_get(r->root, STR("messages"));
    struct chat_request *q = r->request;
    struct jval_iter it = json_iter(list);
    struct calls calls = {0};

    if (!json_is_arr(list) || json_count(list) == 0) {
        reading_missing(r, r->root, STR("messages"),
                        STR("must be an array of at least one message"));
        return;
    }
    q->messages = READING_ARRAY(r, struct chat_message, json_count(list));
    while (r->rc == SL_OK && json_iter_next(&it)) {
        if (!json_is_obj(it.value))
            reading_wrong(r, it.value, STR("must be an object"));
        else
            read_message(r, it.value, &q->messages[q->n_messages++], &calls);
    }
}

/* ---- reading: the rest ---- */

static void read_tools(struct chat_reading *r)
{
    struct jval list = json_get(r->root, STR("tools"));
    struct jval_iter it = json_iter(list);
    struct chat_request *q = r->request;

    if (json_is_null(list))
        return;
    if (!json_is_arr(list)) {
        reading_wrong(r, list, STR("must be an array"));
        return;
    }
    q->tools = READING_ARRAY(r, struct chat_tool, json_count(list));
    while (r->rc == SL_OK && json_iter_next(&it)) {
        struct jval function = json_get(it.value, STR("function"));
        struct chat_tool *t = &q->tools[q->n_tools++];

        t->name = reading_text(r, function, STR("name"));
        t->description = reading_text(r, function, STR("description"));
        t->schema_raw = reading_object(r, function, STR("parameters"));
        if (r->rc == SL_OK && t->name.n == 0)
            reading_missing(r, it.value, STR("function.name"),
                            STR("must name a function"));
    }
}

static void read_format(struct chat_reading *r)
{
    struct jval v = json_get(r->root, STR("format"));
    struct chat_request *q = r->request;

    if (json_is_null(v) || json_text_eq(v, STR("")))
        return;
    if (json_text_eq(v, STR("json"))) {
        q->format = CHAT_FORMAT_JSON;
    } else if (json_is_obj(v)) {
        q->format = CHAT_FORMAT_SCHEMA;
        q->schema_name = STR("answer");
        q->schema_raw = json_raw(v);
    } else {
        reading_wrong(r, v, STR("must be \"json\" or a JSON Schema"));
    }
}

/* true leaves the depth to the model; others want a word for it. */
static void read_think(struct chat_reading *r)
{
    struct jval v = json_get(r->root, STR("think"));
    struct chat_request *q = r->request;
    struct str word = {0};

    if (json_is_null(v))
        return;
    if (json_is_str(v))
        word = reading_string(r, v);
    else if (json_is_true(v))
        word = STR("medium");
    else if (json_type(v) == JSON_FALSE)
        word = STR("none");
    if (r->rc == SL_OK && !chat_effort_read(word, &q->effort))
        reading_wrong(r, v, STR("must be true, false, low, medium or high"));
    q->wants_reasoning = q->effort == CHAT_EFFORT_NONE ? CHAT_NO : CHAT_YES;
}

static void read_options(struct chat_reading *r)
{
    struct jval o = json_get(r->root, STR("options"));
    struct chat_request *q = r->request;

    if (!json_is_null(o) && !json_is_obj(o)) {
        reading_wrong(r, o, STR("must be an object"));
        return;
    }
    /* -1: no limit, -2: what the context holds. */
    q->max_tokens = reading_number(r, o, STR("num_predict"));
    if (q->max_tokens.value < 0)
        q->max_tokens = (struct chat_number){0};
    q->temperature = reading_number(r, o, STR("temperature"));
    q->top_p = reading_number(r, o, STR("top_p"));
    q->top_k = reading_number(r, o, STR("top_k"));
    q->min_p = reading_number(r, o, STR("min_p"));
    q->seed = reading_number(r, o, STR("seed"));
    q->presence_penalty = reading_number(r, o, STR("presence_penalty"));
    q->frequency_penalty = reading_number(r, o, STR("frequency_penalty"));
    reading_texts(r, o, STR("stop"), &q->stop, &q->n_stop);
}

/* Other options, as extras named "options.num_ctx", behind those of the top
 * level. */
static void add_option(struct chat_reading *r, struct jval_iter *it)
{
    struct chat_request *q = r->request;
    struct str text = {0};
    struct buf name;

    buf_init(&name, arena_mem(r->arena), 1024);
    buf_add(&name, STR("options."));
    if (json_text(it->name, r->arena, &text))
        buf_add(&name, str_first(text, 512));
    else
        name.failed = true;
    if (name.failed && r->rc == SL_OK)
        r->rc = SL_NOMEM;
    q->extras[q->n_extras++] =
        (struct chat_extra){buf_str(&name), json_raw(it->value)};
}

static bool is_option(struct jval name)
{
    for (size_t i = 0; i < SL_LEN(options_known); i++) {
        if (json_text_eq(name, options_known[i]))
            return true;
    }
    return false;
}

static void read_extras(struct chat_reading *r, const struct str *known,
                        size_t n)
{
    struct jval options = json_get(r->root, STR("options"));
    struct jval_iter it = json_iter(options);
    struct chat_request *q = r->request;
    const struct chat_extra *top;

    reading_extras(r, known, n);
    if (r->rc != SL_OK || json_count(options) == 0)
        return;
    top = q->extras;
    q->extras =
        READING_ARRAY(r, struct chat_extra, q->n_extras + json_count(options));
    if (q->extras == NULL)
        return;
    if (q->n_extras != 0)
        memcpy(q->extras, top, q->n_extras * sizeof(*top));
    while (r->rc == SL_OK && json_iter_next(&it)) {
        if (!json_is_null(it.value) && !is_option(it.name))
            add_option(r, &it);
    }
}

/* What both kinds of requests have. A stream is what one gets here without
 * asking, and it always ends in counts. */
static enum sl_rc read_common(struct chat_reading *r, const struct str *known,
                              size_t n)
{
    struct chat_request *q = r->request;

    q->model = reading_text(r, r->root, STR("model"));
    q->stream = reading_bool(r, r->root, STR("stream")) != CHAT_NO;
    q->wants_usage = true;
    q->wants_logprobs = reading_bool(r, r->root, STR("logprobs")) == CHAT_YES;
    q->top_logprobs = reading_number(r, r->root, STR("top_logprobs"));
    if (r->rc == SL_OK)
        read_format(r);
    if (r->rc == SL_OK)
        read_think(r);
    if (r->rc == SL_OK)
        read_options(r);
    if (r->rc == SL_OK)
        read_extras(r, known, n);
    return r->rc;
}

enum sl_rc ollama_read_chat(struct chat_reading *r)
{
    read_messages(r);
    if (r->rc == SL_OK)
        read_tools(r);
    return r->rc != SL_OK ? r->rc
                          : read_common(r, chat_known, SL_LEN(chat_known));
}

static void read_prompt(struct chat_reading *r)
{
    struct str system = reading_text(r, r->root, STR("system"));
    struct str prompt = reading_text(r, r->root, STR("prompt"));
    size_t images = image_count(r, r->root);
    struct chat_request *q = r->request;
    struct chat_message *m = READING_ARRAY(r, struct chat_message, 2);
    struct chat_part *parts = READING_ARRAY(r, struct chat_part, 2 + images);

    if (r->rc != SL_OK)
        return;
    if (prompt.n == 0) {
        reading_missing(r, r->root, STR("prompt"),
                        STR("must be a text that is not empty"));
        return;
    }
    q->messages = m;
    if (system.n != 0) {
        *m = (struct chat_message){.role = CHAT_ROLE_SYSTEM, .parts = parts};
        (void)add_text(m++, CHAT_TEXT, system);
        parts++;
    }
    *m = (struct chat_message){.role = CHAT_ROLE_USER, .parts = parts};
    (void)add_text(m, CHAT_TEXT, prompt);
    m->n += read_images(r, r->root, &m->parts[m->n]);
    q->n_messages = (size_t)(m + 1 - q->messages);
}

enum sl_rc ollama_read_generate(struct chat_reading *r)
{
    read_prompt(r);
    return r->rc != SL_OK
               ? r->rc
               : read_common(r, generate_known, SL_LEN(generate_known));
}

/* ---- writing ---- */

/* Images are embedded only: nothing is fetched there. */
static void write_images(struct chat_writing *w, enum chat_role role,
                         const struct chat_part *parts, size_t n)
{
    bool has_one = false;

    for (size_t i = 0; i < n; i++) {
        const struct chat_part *p = &parts[i];

        if (p->kind != CHAT_IMAGE)
            continue;
        if (p->data.n == 0) {
            writing_skip_part(w, role, p);
            continue;
        }
        if (!has_one) {
            json_member(w->out, STR("images"));
            buf_add_char(w->out, '[');
        }
        has_one = true;
        json_next(w->out);
        json_str(w->out, p->data);
    }
    if (has_one)
        buf_add_char(w->out, ']');
}

/* What is neither a text, an image, reasoning nor a call. */
static void lose_parts(struct chat_writing *w, enum chat_role role,
                       const struct chat_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct chat_part *p = &parts[i];

        writing_lose_marks(w, p, OWN);
        if (p->kind == CHAT_AUDIO ||
            (p->kind == CHAT_DOCUMENT && p->text.n == 0))
            writing_skip_part(w, role, p);
    }
}

static void write_reasoning(struct chat_writing *w,
                            const struct chat_message *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->parts[i].kind == CHAT_REASONING && m->parts[i].text.n != 0) {
            member_text(w->out, STR("thinking"), m->parts[i].text);
            return;
        }
    }
}

static void write_calls(struct chat_writing *w, const struct chat_message *m)
{
    bool has_one = false;

    for (size_t i = 0; i < m->n; i++) {
        const struct chat_part *p = &m->parts[i];

        if (p->kind != CHAT_TOOL_CALL)
            continue;
        if (!has_one) {
            json_member(w->out, STR("tool_calls"));
            buf_add_char(w->out, '[');
        }
        has_one = true;
        json_next(w->out);
        buf_add_char(w->out, '{');
        member_text(w->out, STR("id"), p->id);
        json_member(w->out, STR("function"));
        buf_add_char(w->out, '{');
        json_member(w->out, STR("name"));
        json_str(w->out, p->name);
        json_member(w->out, STR("arguments"));
        writing_arguments(w, p);
        buf_add(w->out, STR("}}"));
    }
    if (has_one)
        buf_add_char(w->out, ']');
}

static void write_result(struct chat_writing *w, size_t at,
                         const struct chat_part *p)
{
    struct str name =
        p->name.n != 0 ? p->name : chat_call_name(w->request, at, p->id);

    json_next(w->out);
    buf_add(w->out, STR("{\"role\":\"tool\""));
    member_text(w->out, STR("tool_name"), name);
    member_text(w->out, STR("tool_call_id"), p->id);
    json_member(w->out, STR("content"));
    json_str(w->out, writing_text(w, p->parts, p->n_parts));
    write_images(w, CHAT_ROLE_TOOL, p->parts, p->n_parts);
    lose_parts(w, CHAT_ROLE_TOOL, p->parts, p->n_parts);
    writing_lose_marks(w, p, OWN);
    if (p->is_error)
        chat_lose(w->loss, STR("messages.is_error"), CHAT_DROPPED);
    buf_add_char(w->out, '}');
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
    json_member(w->out, STR("content"));
    json_str(w->out, writing_text(w, m->parts, m->n));
    write_reasoning(w, m);
    write_images(w, m->role, m->parts, m->n);
    write_calls(w, m);
    lose_parts(w, m->role, m->parts, m->n);
    if (m->name.n != 0)
        chat_lose(w->loss, STR("messages.name"), CHAT_DROPPED);
    buf_add_char(w->out, '}');
}

static struct str option_name(struct str extra)
{
    return str_starts(extra, STR("options.")) ? str_skip(extra, 8)
                                              : (struct str){0};
}

static void write_options(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct buf *out = w->out;
    size_t empty;

    json_member(out, STR("options"));
    buf_add_char(out, '{');
    empty = out->n;
    member_number(out, STR("num_predict"), &q->max_tokens);
    member_number(out, STR("temperature"), &q->temperature);
    member_number(out, STR("top_p"), &q->top_p);
    member_number(out, STR("top_k"), &q->top_k);
    member_number(out, STR("min_p"), &q->min_p);
    member_number(out, STR("seed"), &q->seed);
    member_number(out, STR("presence_penalty"), &q->presence_penalty);
    member_number(out, STR("frequency_penalty"), &q->frequency_penalty);
    member_texts(out, STR("stop"), q->stop, q->n_stop);
    for (size_t i = 0; i < q->n_extras; i++) {
        struct str name = option_name(q->extras[i].name);

        if (name.n != 0)
            member_raw(out, name, q->extras[i].raw);
    }
    if (out->n == empty && !out->failed)
        out->n -= sizeof(",\"options\":{") - 1;
    else
        buf_add_char(out, '}');
}

static void write_format(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    switch (q->format) {
    case CHAT_FORMAT_TEXT:
        break;
    case CHAT_FORMAT_JSON:
        member_raw(w->out, STR("format"), STR("\"json\""));
        break;
    case CHAT_FORMAT_SCHEMA:
        member_raw(w->out, STR("format"), q->schema_raw);
        if (q->schema_description.n != 0)
            chat_lose(w->loss, STR("response_format.description"),
                      CHAT_DROPPED);
        break;
    }
}

/* Every thinking model takes a boolean; gpt-oss alone tells depths apart, and
 * others refuse its words. */
static void write_think(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    enum chat_effort effort = q->effort == CHAT_EFFORT_UNSET
                                  ? chat_budget_effort(q->reasoning_budget)
                                  : q->effort;
    bool has_words = str_has(w->model, STR("gpt-oss"));
    enum chat_effort near = effort < CHAT_EFFORT_LOW    ? CHAT_EFFORT_LOW
                            : effort > CHAT_EFFORT_HIGH ? CHAT_EFFORT_HIGH
                                                        : effort;

    if (effort == CHAT_EFFORT_UNSET)
        return;
    if (effort == CHAT_EFFORT_NONE || !has_words)
        member_bool(w->out, STR("think"), effort != CHAT_EFFORT_NONE);
    else
        member_text(w->out, STR("think"), chat_effort_name(near));
    if (effort != CHAT_EFFORT_NONE &&
        (!has_words || near != effort || q->effort == CHAT_EFFORT_UNSET))
        chat_lose(w->loss, STR("reasoning_effort"), CHAT_APPROXIMATED);
}

/* There is no tool_choice: none is no tools, a named one is that tool alone,
 * which the model may still not call. */
static void write_tools(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (q->choice == CHAT_CHOICE_NONE)
        return;
    writing_functions(w, true);
    if (q->n_tools != 0 && q->choice > CHAT_CHOICE_AUTO)
        chat_lose(w->loss, STR("tool_choice"), CHAT_APPROXIMATED);
}

/* Extras that are neither kept nor options. */
static void lose_extras(struct chat_writing *w, const struct str *kept,
                        size_t n)
{
    const struct chat_request *q = w->request;

    for (size_t i = 0; i < q->n_extras; i++) {
        struct str name = q->extras[i].name;
        bool is_written = option_name(name).n != 0;

        for (size_t k = 0; k < n && !is_written; k++)
            is_written = str_eq(name, kept[k]);
        if (!is_written)
            chat_lose(w->loss, name, CHAT_DROPPED);
    }
}

/* Members behind the conversation; `kept` are extras that are Ollama's. */
static void write_common(struct chat_writing *w, const struct str *kept,
                         size_t n)
{
    const struct chat_request *q = w->request;

    write_format(w);
    write_options(w);
    write_think(w);
    if (q->wants_logprobs)
        member_bool(w->out, STR("logprobs"), true);
    member_number(w->out, STR("top_logprobs"), &q->top_logprobs);
    member_extras(w->out, q->extras, q->n_extras, kept, n);
    lose_extras(w, kept, n);
    member_bool(w->out, STR("stream"), q->stream);
    buf_add_char(w->out, '}');
    writing_lose_rest(w, MEMBER_TOOLS | MEMBER_CHOICE | MEMBER_MAX_TOKENS |
                             MEMBER_TEMPERATURE | MEMBER_TOP_P | MEMBER_TOP_K |
                             MEMBER_MIN_P | MEMBER_PRESENCE | MEMBER_FREQUENCY |
                             MEMBER_SEED | MEMBER_STOP | MEMBER_LOGPROBS |
                             MEMBER_TOP_LOGPROBS | MEMBER_FORMAT |
                             MEMBER_REASONING);
}

void ollama_write_chat(struct chat_writing *w)
{
    static const struct str kept[] = {STR_INIT("keep_alive")};

    buf_add_char(w->out, '{');
    json_member(w->out, STR("model"));
    json_str(w->out, w->model);
    json_member(w->out, STR("messages"));
    buf_add_char(w->out, '[');
    for (size_t i = 0; i < w->request->n_messages; i++)
        write_message(w, i);
    buf_add_char(w->out, ']');
    write_tools(w);
    write_common(w, kept, SL_LEN(kept));
}

void ollama_write_generate(struct chat_writing *w)
{
    static const struct str kept[] = {
        STR_INIT("keep_alive"), STR_INIT("suffix"),  STR_INIT("template"),
        STR_INIT("raw"),        STR_INIT("context"),
    };
    const struct chat_request *q = w->request;
    const struct chat_message *m = q->messages;
    const struct chat_message *last = m + q->n_messages - 1;

    if (q->n_messages == 0 || q->n_messages > 2 ||
        last->role != CHAT_ROLE_USER ||
        (m != last && m->role != CHAT_ROLE_SYSTEM)) {
        writing_refuse(w, STR("messages"),
                       STR("must be one of the user's, behind a system prompt "
                           "at most: /api/generate takes no conversation"));
        return;
    }
    buf_add_char(w->out, '{');
    json_member(w->out, STR("model"));
    json_str(w->out, w->model);
    json_member(w->out, STR("prompt"));
    json_str(w->out, writing_text(w, last->parts, last->n));
    if (m != last)
        member_text(w->out, STR("system"), writing_text(w, m->parts, m->n));
    write_images(w, CHAT_ROLE_USER, last->parts, last->n);
    lose_parts(w, CHAT_ROLE_USER, last->parts, last->n);
    if (q->n_tools != 0)
        chat_lose(w->loss, STR("tools"), CHAT_DROPPED);
    write_common(w, kept, SL_LEN(kept));
}
