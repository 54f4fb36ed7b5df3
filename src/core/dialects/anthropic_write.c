/* SPDX-License-Identifier: MIT */
/* A provider's request (anthropic-messages sections 1, 2 and 6), in the form
 * of version 2023-06-01, which the newer one only takes members away from.
 *
 * What the model takes is looked up once (anthropic_models.c), and what it is
 * asked to do is decided before a byte is written: thinking, a forced tool and
 * sampling exclude each other. */
#include "core/dialects/anthropic.h"

#include "core/base/base64.h"

enum {
    BUDGET_MIN = 1024, /* tokens of thinking; must be less than max_tokens */
    ID_BYTES = 64,     /* of a tool call's id (quirks, 8) */
};

enum run {
    RUN_NONE, /* no message has been begun */
    RUN_USER,
    RUN_ASSISTANT,
    RUN_SYSTEM,
};

enum thinking {
    THINKING_UNSET,
    THINKING_DISABLED,
    THINKING_ENABLED,  /* with `budget` */
    THINKING_ADAPTIVE, /* with `effort` */
    THINKING_RAW,      /* as the client of our own dialect wrote it */
};

struct writer {
    struct chat_writing *w;
    const struct chat_request *q;
    const struct anthropic_model *model;
    struct buf *out;
    bool is_own; /* the client's dialect is this one too */
    /* Decided first. */
    bool has_tools;         /* one at least is written */
    bool has_answer_tool;   /* the answer comes as a call of it */
    bool has_format;        /* output_config.format */
    struct str instruction; /* for want of both */
    bool system_is_user;    /* nobody else says anything */
    enum chat_tool_choice choice;
    enum thinking thinking;
    enum chat_effort effort;
    int64_t budget;
    int64_t max_tokens;
    /* While messages are written. */
    enum run run; /* of the message that is open */
};

static void lose(struct writer *x, struct str what, struct str how)
{
    chat_lose(x->w->loss, what, how);
}

static bool is_given(const struct chat_number *n)
{
    return n->raw.n != 0;
}

/* ,"name":raw; nothing when it is not given. */
static void put(struct writer *x, struct str name, struct str raw)
{
    if (raw.n == 0)
        return;
    buf_add_char(x->out, ',');
    json_key(x->out, name);
    buf_add(x->out, raw);
}

static void put_text(struct writer *x, struct str name, struct str text)
{
    if (text.n == 0)
        return;
    buf_add_char(x->out, ',');
    json_key(x->out, name);
    json_str(x->out, text);
}

/* ---- tools that are there ---- */

static bool is_listed(const struct str *list, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(list[i], name))
            return true;
    }
    return false;
}

/* False: the client has left it out, or it is another vendor's. */
static bool is_offered(const struct chat_request *q, const struct chat_tool *t)
{
    if (t->server_raw.n != 0)
        return str_eq(t->maker, ANTHROPIC);
    return q->allowed == NULL || is_listed(q->allowed, q->n_allowed, t->name);
}

static bool has_tool_named(const struct chat_request *q, struct str name)
{
    for (size_t i = 0; i < q->n_tools; i++) {
        if (str_eq(q->tools[i].name, name))
            return true;
    }
    return false;
}

static bool is_forced(enum chat_tool_choice choice)
{
    return choice == CHAT_CHOICE_REQUIRED || choice == CHAT_CHOICE_NAMED;
}

bool anthropic_is_answer_tool(const struct chat_request *request,
                              struct str name)
{
    return request != NULL && request->format == CHAT_FORMAT_SCHEMA &&
           !is_forced(request->choice) && str_eq(name, ANTHROPIC_JSON_TOOL) &&
           !has_tool_named(request, name);
}

/* ---- decisions ---- */

#define JSON_ONLY                                                            \
    "Answer with one valid JSON object and nothing else: no other text, no " \
    "code fence."

static void instruct(struct writer *x)
{
    struct buf text;

    lose(x, STR("response_format"), CHAT_APPROXIMATED);
    x->instruction = STR(JSON_ONLY);
    if (x->q->format != CHAT_FORMAT_SCHEMA)
        return;
    buf_init(&text, arena_mem(x->w->arena), SIZE_MAX);
    buf_add(&text, STR(JSON_ONLY " It must fit this JSON Schema: "));
    buf_add(&text, x->q->schema_raw);
    x->out->failed |= text.failed;
    x->instruction = buf_str(&text);
}

/* A structured answer: natively, as the input of a forced tool, or asked for
 * in words. A client that forces a tool of its own wants that call now. */
static void decide_format(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (q->format == CHAT_FORMAT_TEXT)
        return;
    x->has_format = q->format == CHAT_FORMAT_SCHEMA && x->model->has_format;
    x->has_answer_tool = !x->has_format && x->model->has_forced_tools &&
                         anthropic_is_answer_tool(q, ANTHROPIC_JSON_TOOL);
    if (!x->has_answer_tool && q->schema_description.n != 0)
        lose(x, STR("response_format.description"), CHAT_DROPPED);
    if (x->has_format || x->has_answer_tool)
        return;
    if (is_forced(q->choice))
        lose(x, STR("response_format"), CHAT_DROPPED);
    else
        instruct(x);
}

static void decide_choice(struct writer *x)
{
    const struct chat_request *q = x->q;

    for (size_t i = 0; i < q->n_tools; i++)
        x->has_tools |= is_offered(q, &q->tools[i]);
    x->choice = q->choice;
    if (x->has_answer_tool)
        x->choice = x->has_tools && q->choice != CHAT_CHOICE_NONE
                        ? CHAT_CHOICE_REQUIRED
                        : CHAT_CHOICE_NAMED;
    else if (!x->has_tools && is_forced(q->choice)) {
        lose(x, STR("tool_choice"), CHAT_DROPPED);
        x->choice = CHAT_CHOICE_UNSET;
    } else if (is_forced(q->choice) && !x->model->has_forced_tools) {
        lose(x, STR("tool_choice"), CHAT_APPROXIMATED);
        x->choice = CHAT_CHOICE_AUTO;
    }
}

/* A turn whose tools were called without thinking, or by another vendor's
 * model, can't be gone on with while thinking is enabled: the provider wants
 * the signed thinking in front of the call. */
static bool can_go_on_thinking(const struct chat_request *q)
{
    bool has_call = false;
    size_t i = q->n_messages;

    while (i > 0 && q->messages[i - 1].role == CHAT_ROLE_TOOL)
        i--;
    if (i == q->n_messages || i == 0)
        return true;
    for (size_t k = 0; k < q->messages[i - 1].n; k++) {
        const struct chat_part *p = &q->messages[i - 1].parts[k];

        if (p->kind == CHAT_REASONING && p->state.bytes.n != 0 &&
            str_eq(p->state.maker, ANTHROPIC))
            return true;
        has_call |= p->kind == CHAT_TOOL_CALL;
    }
    return !has_call;
}

/* A budget that leaves room for the answer; false: there is none. */
static bool fit_budget(struct writer *x)
{
    int64_t wanted = x->q->reasoning_budget;
    bool is_said = wanted > 0;

    if (!is_said)
        wanted = chat_effort_budget(x->q->effort);
    x->budget = wanted < BUDGET_MIN ? BUDGET_MIN : wanted;
    if (x->max_tokens <= BUDGET_MIN)
        return false;
    if (x->budget >= x->max_tokens)
        x->budget =
            x->max_tokens / 2 > BUDGET_MIN ? x->max_tokens / 2 : BUDGET_MIN;
    if (is_said && x->budget != wanted)
        lose(x, STR("reasoning_budget"), CHAT_APPROXIMATED);
    return true;
}

static enum chat_effort fit_effort(struct writer *x, enum chat_effort effort)
{
    enum chat_effort fit = effort;

    if (effort == CHAT_EFFORT_MINIMAL)
        fit = CHAT_EFFORT_LOW;
    else if (effort > CHAT_EFFORT_HIGH && !x->model->has_xhigh)
        fit = CHAT_EFFORT_HIGH;
    if (fit != effort)
        lose(x, STR("reasoning_effort"), CHAT_APPROXIMATED);
    return fit;
}

/* The client's own words, as long as the model takes them. */
static bool takes_raw(const struct writer *x)
{
    const struct chat_request *q = x->q;
    enum anthropic_thinking takes = x->model->thinking;

    if (!x->is_own)
        return false;
    if (q->reasoning_budget > 0)
        return takes != ANTHROPIC_THINKS_ADAPTIVE;
    return q->effort == CHAT_EFFORT_NONE || takes == ANTHROPIC_THINKS_EITHER ||
           takes == ANTHROPIC_THINKS_ADAPTIVE || q->reasoning_raw.n == 0;
}

static enum thinking choose_thinking(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool has_budget = q->reasoning_budget > 0;

    switch (x->model->thinking) {
    case ANTHROPIC_THINKS_NEVER:
        return THINKING_UNSET;
    case ANTHROPIC_THINKS_EITHER:
        if (has_budget)
            break;
        x->effort = fit_effort(x, q->effort);
        return THINKING_ADAPTIVE;
    case ANTHROPIC_THINKS_ADAPTIVE:
        if (has_budget && q->effort == CHAT_EFFORT_UNSET)
            lose(x, STR("reasoning_budget"), CHAT_APPROXIMATED);
        x->effort =
            fit_effort(x, q->effort != CHAT_EFFORT_UNSET
                              ? q->effort
                              : chat_budget_effort(q->reasoning_budget));
        return THINKING_ADAPTIVE;
    case ANTHROPIC_THINKS_BUDGET:
        break;
    }
    return can_go_on_thinking(q) && fit_budget(x) ? THINKING_ENABLED
                                                  : THINKING_UNSET;
}

static void decide_thinking(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool has_effort = q->effort > CHAT_EFFORT_NONE;

    if (takes_raw(x)) {
        x->thinking = q->reasoning_raw.n != 0 ? THINKING_RAW : THINKING_UNSET;
        x->effort = has_effort ? q->effort : CHAT_EFFORT_UNSET;
        return;
    }
    if (!has_effort && q->reasoning_budget <= 0) {
        if ((q->effort == CHAT_EFFORT_NONE || q->reasoning_budget == 0) &&
            x->model->thinking != ANTHROPIC_THINKS_NEVER)
            x->thinking = THINKING_DISABLED;
        return;
    }
    if (!is_forced(x->choice))
        x->thinking = choose_thinking(x);
    if (x->thinking == THINKING_UNSET)
        lose(x, STR("reasoning_effort"), CHAT_DROPPED);
}

static void decide(struct writer *x)
{
    const struct chat_request *q = x->q;

    x->system_is_user = true;
    for (size_t i = 0; i < q->n_messages; i++)
        x->system_is_user &= q->messages[i].role == CHAT_ROLE_SYSTEM;
    x->max_tokens = x->model->max_tokens;
    if (is_given(&q->max_tokens) &&
        !json_raw_i64(q->max_tokens.raw, &x->max_tokens))
        x->max_tokens = 0;
    decide_format(x);
    decide_choice(x);
    decide_thinking(x);
}

/* ---- blocks ---- */

static void write_cache(struct writer *x, const struct chat_part *p)
{
    put(x, STR("cache_control"), p->cache_raw);
}

static void write_text(struct writer *x, const struct chat_part *p)
{
    buf_add(x->out, STR("{\"type\":\"text\",\"text\":"));
    json_str(x->out, p->text);
    write_cache(x, p);
    buf_add_char(x->out, '}');
}

static bool is_text_type(struct str media_type)
{
    return str_starts(media_type, STR("text/")) ||
           str_eq(media_type, STR("application/json"));
}

/* The text of a document that is one; its base64 is read. */
static struct str document_text(struct writer *x, const struct chat_part *p)
{
    struct buf text;

    if (p->data.n == 0)
        return p->text;
    buf_init(&text, arena_mem(x->w->arena), SIZE_MAX);
    if (base64_read(&text, p->data, BASE64_STANDARD) != SL_OK)
        writing_refuse(x->w, STR("messages"),
                       STR("a document's data is not base64"));
    x->out->failed |= text.failed;
    return buf_str(&text);
}

static void write_source(struct writer *x, const struct chat_part *p)
{
    bool is_text = p->kind == CHAT_DOCUMENT &&
                   (p->text.n != 0 || is_text_type(p->media_type));

    buf_add(x->out, STR(",\"source\":{\"type\":"));
    if (is_text && p->url.n == 0 && p->file_id.n == 0) {
        buf_add(x->out,
                STR("\"text\",\"media_type\":\"text/plain\",\"data\":"));
        json_str(x->out, document_text(x, p));
    } else if (p->data.n != 0) {
        buf_add(x->out, STR("\"base64\""));
        put_text(x, STR("media_type"),
                 p->media_type.n != 0    ? p->media_type
                 : p->kind == CHAT_IMAGE ? STR("image/png")
                                         : STR("application/pdf"));
        put_text(x, STR("data"), p->data);
    } else if (p->url.n != 0) {
        buf_add(x->out, STR("\"url\""));
        put_text(x, STR("url"), p->url);
    } else {
        buf_add(x->out, STR("\"file\""));
        put_text(x, STR("file_id"), p->file_id);
    }
    buf_add_char(x->out, '}');
}

static void write_media(struct writer *x, const struct chat_part *p)
{
    buf_add(x->out, p->kind == CHAT_IMAGE ? STR("{\"type\":\"image\"")
                                          : STR("{\"type\":\"document\""));
    write_source(x, p);
    if (p->kind == CHAT_DOCUMENT)
        put_text(x, STR("title"), p->name);
    write_cache(x, p);
    buf_add_char(x->out, '}');
}

static void write_reasoning(struct writer *x, const struct chat_part *p)
{
    if (anthropic_is_block(&p->state)) {
        buf_add(x->out, p->state.bytes);
        return;
    }
    buf_add(x->out, STR("{\"type\":\"thinking\",\"thinking\":"));
    json_str(x->out, p->text);
    put_text(x, STR("signature"), p->state.bytes);
    buf_add_char(x->out, '}');
}

/* Ids of other vendors may hold what is refused here; a call and its result
 * are changed alike. */
static void write_id(struct writer *x, struct str id)
{
    buf_add_char(x->out, '"');
    id = str_first(id.n == 0 ? STR("call") : id, ID_BYTES);
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];

        buf_add_char(x->out, char_is_alpha(c) || char_is_digit(c) || c == '_' ||
                                     c == '-'
                                 ? c
                                 : '_');
    }
    buf_add_char(x->out, '"');
}

static bool is_object(struct writer *x, struct str text)
{
    struct json doc;

    return json_raw_type(text) == JSON_OBJECT &&
           json_parse(&doc, text, x->w->arena, NULL, NULL) == SL_OK;
}

static void write_input(struct writer *x, const struct chat_part *p)
{
    struct str arguments = str_trim(p->arguments);

    if (!p->is_custom && arguments.n == 0) {
        buf_add(x->out, STR("{}"));
    } else if (!p->is_custom && is_object(x, arguments)) {
        buf_add(x->out, arguments);
    } else {
        if (!p->is_custom)
            lose(x, STR("messages.tool_calls.arguments"), CHAT_APPROXIMATED);
        buf_add(x->out, STR("{\"input\":"));
        json_str(x->out, p->arguments);
        buf_add_char(x->out, '}');
    }
}

static void write_call(struct writer *x, const struct chat_part *p)
{
    buf_add(x->out, STR("{\"type\":\"tool_use\",\"id\":"));
    write_id(x, p->id);
    put_text(x, STR("name"), p->name);
    buf_add(x->out, STR(",\"input\":"));
    write_input(x, p);
    write_cache(x, p);
    buf_add_char(x->out, '}');
}

static bool is_taken(struct writer *x, enum run run, const struct chat_part *p);
static void write_block(struct writer *x, const struct chat_part *p);

static void write_result(struct writer *x, const struct chat_part *p)
{
    bool any = false;

    buf_add(x->out, STR("{\"type\":\"tool_result\",\"tool_use_id\":"));
    write_id(x, p->id);
    for (size_t i = 0; i < p->n_parts; i++) {
        if (!is_taken(x, RUN_USER, &p->parts[i]))
            continue;
        buf_add(x->out, any ? STR(",") : STR(",\"content\":["));
        write_block(x, &p->parts[i]);
        any = true;
    }
    if (any)
        buf_add_char(x->out, ']');
    if (p->is_error)
        buf_add(x->out, STR(",\"is_error\":true"));
    write_cache(x, p);
    buf_add_char(x->out, '}');
}

static void write_block(struct writer *x, const struct chat_part *p)
{
    if (x->is_own && p->raw.n != 0) {
        buf_add(x->out, p->raw);
        return;
    }
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        write_text(x, p);
        break;
    case CHAT_IMAGE:
    case CHAT_DOCUMENT:
        write_media(x, p);
        break;
    case CHAT_REASONING:
        write_reasoning(x, p);
        break;
    case CHAT_TOOL_CALL:
        write_call(x, p);
        break;
    case CHAT_TOOL_RESULT:
        write_result(x, p);
        break;
    case CHAT_AUDIO: /* is never taken */
        break;
    }
}

/* ---- what is taken ---- */

static void refuse(struct writer *x, struct str what)
{
    writing_refuse(x->w, STR("messages"), what);
}

static bool has_source(struct writer *x, const struct chat_part *p)
{
    bool is_web = str_starts_nocase(p->url, STR("https://")) ||
                  str_starts_nocase(p->url, STR("http://"));
    bool is_document = p->kind == CHAT_DOCUMENT;

    if (p->file_id.n != 0 && !x->is_own)
        refuse(x, STR("this provider does not have the file that a file_id "
                      "names: send the data itself"));
    else if (p->url.n != 0 && !is_web)
        refuse(x, STR("a URL must begin with https:// for this provider"));
    else if (is_document && p->data.n != 0 && p->media_type.n != 0 &&
             !str_eq(p->media_type, STR("application/pdf")) &&
             !is_text_type(p->media_type))
        refuse(x, STR("a document must be PDF or text for this provider"));
    else if (p->data.n + p->url.n + p->file_id.n + p->text.n != 0)
        return true;
    else
        refuse(x, STR("an image or a document has no data"));
    return false;
}

static bool takes_media(struct writer *x, enum run run,
                        const struct chat_part *p)
{
    if (run != RUN_USER) {
        lose(x,
             p->kind == CHAT_IMAGE ? STR("messages.image")
                                   : STR("messages.document"),
             CHAT_DROPPED);
        return false;
    }
    if (p->detail.n != 0 && !str_eq(p->detail, STR("auto")))
        lose(x, STR("messages.image_url.detail"), CHAT_DROPPED);
    return has_source(x, p);
}

static bool takes_reasoning(struct writer *x, enum run run,
                            const struct chat_part *p)
{
    bool is_ours = p->state.bytes.n != 0 && str_eq(p->state.maker, ANTHROPIC);

    if (is_ours && (run == RUN_ASSISTANT || anthropic_is_block(&p->state))) {
        if (anthropic_is_block(&p->state) && p->text.n != 0)
            lose(x, STR("messages.reasoning"), CHAT_DROPPED);
        return true;
    }
    lose(x, STR("messages.reasoning"), CHAT_DROPPED);
    return false;
}

/* The provider would refuse it too, but not in the client's words. */
static bool takes_result(struct writer *x, const struct chat_part *p)
{
    const struct chat_request *q = x->q;

    for (size_t i = 0; i < q->n_messages; i++) {
        for (size_t k = 0; k < q->messages[i].n; k++) {
            if (q->messages[i].parts[k].kind == CHAT_TOOL_CALL &&
                str_eq(q->messages[i].parts[k].id, p->id))
                return true;
        }
    }
    refuse(x,
           STR("a tool's result answers no tool call of an earlier message"));
    return false;
}

/* False: it has no place, or says nothing. Names what is lost. */
static bool is_taken(struct writer *x, enum run run, const struct chat_part *p)
{
    if (p->state.bytes.n != 0 && p->kind != CHAT_REASONING &&
        !str_eq(p->state.maker, ANTHROPIC))
        lose(x, STR("messages.state"), CHAT_DROPPED);
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        return str_trim(p->text).n != 0; /* empty blocks are refused */
    case CHAT_IMAGE:
    case CHAT_DOCUMENT:
        return takes_media(x, run, p);
    case CHAT_REASONING:
        return takes_reasoning(x, run, p);
    case CHAT_TOOL_CALL:
        return run == RUN_ASSISTANT;
    case CHAT_TOOL_RESULT:
        return takes_result(x, p);
    case CHAT_AUDIO:
        if (run == RUN_USER)
            refuse(x, STR("this provider takes no audio"));
        else
            lose(x, STR("messages.audio"), CHAT_DROPPED);
        break;
    }
    return false;
}

/* ---- messages ---- */

static struct str run_name(enum run run)
{
    static const struct str names[] = {
        [RUN_NONE] = {0},
        [RUN_USER] = STR_INIT("user"),
        [RUN_ASSISTANT] = STR_INIT("assistant"),
        [RUN_SYSTEM] = STR_INIT("system"),
    };

    return names[run];
}

/* Neighbours of one role are one message, which begins with its first block;
 * so a message that says nothing is none. */
static void begin_block(struct writer *x, enum run run)
{
    if (x->run == run) {
        buf_add_char(x->out, ',');
        return;
    }
    buf_add(x->out,
            x->run == RUN_NONE ? STR("{\"role\":") : STR("]},{\"role\":"));
    json_str(x->out, run_name(run));
    buf_add(x->out, STR(",\"content\":["));
    x->run = run;
}

static void write_message(struct writer *x, enum run run,
                          const struct chat_message *m)
{
    if (m->name.n != 0)
        lose(x, STR("messages.name"), CHAT_DROPPED);
    for (size_t i = 0; i < m->n; i++) {
        if (!is_taken(x, run, &m->parts[i]))
            continue;
        begin_block(x, run);
        write_block(x, &m->parts[i]);
    }
}

static bool is_leading(const struct chat_request *q, size_t i)
{
    while (i > 0 && q->messages[i - 1].role == CHAT_ROLE_SYSTEM)
        i--;
    return i == 0;
}

/* A system message between others stays there only where the client knows
 * that the model takes it. */
static bool is_hoisted(const struct writer *x, size_t i)
{
    return x->q->messages[i].role == CHAT_ROLE_SYSTEM && !x->system_is_user &&
           (!x->is_own || is_leading(x->q, i));
}

/* Where the user's turn that begins at i ends. */
static size_t user_end(const struct writer *x, size_t i)
{
    while (i < x->q->n_messages &&
           (x->q->messages[i].role == CHAT_ROLE_USER ||
            x->q->messages[i].role == CHAT_ROLE_TOOL || is_hoisted(x, i)))
        i++;
    return i;
}

static void write_role(struct writer *x, size_t from, size_t to,
                       enum chat_role role)
{
    for (size_t i = from; i < to; i++) {
        if (x->q->messages[i].role == role)
            write_message(x, RUN_USER, &x->q->messages[i]);
    }
}

/* In a user's turn the results of tools come first. */
static void write_messages(struct writer *x)
{
    const struct chat_request *q = x->q;
    size_t i = 0;

    buf_add(x->out, STR(",\"messages\":["));
    while (i < q->n_messages) {
        size_t end = user_end(x, i);

        write_role(x, i, end, CHAT_ROLE_TOOL);
        write_role(x, i, end, CHAT_ROLE_USER);
        i = end;
        if (i == q->n_messages)
            break;
        write_message(x,
                      q->messages[i].role == CHAT_ROLE_ASSISTANT ? RUN_ASSISTANT
                      : x->system_is_user                        ? RUN_USER
                                                                 : RUN_SYSTEM,
                      &q->messages[i]);
        i++;
    }
    buf_add(x->out, x->run == RUN_NONE ? STR("]") : STR("]}]"));
}

static void begin_system(struct writer *x, bool *any)
{
    buf_add(x->out, *any ? STR(",") : STR(",\"system\":["));
    *any = true;
}

static void write_system(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool any = false;

    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        if (!is_hoisted(x, i))
            continue;
        if (!is_leading(q, i))
            lose(x, STR("messages.system"), CHAT_MOVED);
        for (size_t k = 0; k < m->n; k++) {
            if (!is_taken(x, RUN_SYSTEM, &m->parts[k]))
                continue;
            begin_system(x, &any);
            write_block(x, &m->parts[k]);
        }
    }
    if (x->instruction.n != 0) {
        begin_system(x, &any);
        write_text(x, &(struct chat_part){.text = x->instruction});
    }
    if (any)
        buf_add_char(x->out, ']');
    if (x->system_is_user && q->n_messages != 0)
        lose(x, STR("messages.system"), CHAT_MOVED);
}

/* ---- tools ---- */

/* A schema must say that it is an object's. */
static void write_schema(struct writer *x, struct str schema)
{
    struct json_want want = {.name = STR("type")};
    struct str rest;

    if (schema.n == 0) {
        buf_add(x->out, STR("{\"type\":\"object\",\"properties\":{}}"));
        return;
    }
    if (json_scan(schema, &want, 1, NULL) != SL_OK || want.value.n != 0) {
        buf_add(x->out, schema);
        return;
    }
    rest = str_trim(str_skip(str_trim(schema), 1));
    buf_add(x->out, rest.n == 1 ? STR("{\"type\":\"object\"")
                                : STR("{\"type\":\"object\","));
    buf_add(x->out, rest);
}

static void lose_server_tool(struct writer *x, const struct chat_tool *t)
{
    struct json_want want = {.name = STR("type")};
    struct str type = {0};
    struct buf name;

    buf_init(&name, arena_mem(x->w->arena), SIZE_MAX);
    buf_add(&name, STR("tools"));
    if (json_scan(t->server_raw, &want, 1, NULL) == SL_OK &&
        json_raw_text(want.value, x->w->arena, &type) == SL_OK) {
        buf_add_char(&name, '.');
        buf_add(&name, type);
    }
    lose(x, buf_str(&name), CHAT_DROPPED);
}

static void write_custom(struct writer *x, const struct chat_tool *t)
{
    lose(x,
         t->format_raw.n != 0 ? STR("tools.custom.format")
                              : STR("tools.custom"),
         CHAT_APPROXIMATED);
    buf_add(x->out,
            STR(",\"input_schema\":{\"type\":\"object\",\"properties\":{"
                "\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}"));
}

static void write_tool(struct writer *x, const struct chat_tool *t)
{
    if (t->server_raw.n != 0 || (x->is_own && t->raw.n != 0)) {
        buf_add(x->out, t->server_raw.n != 0 ? t->server_raw : t->raw);
        return;
    }
    buf_add(x->out, STR("{\"name\":"));
    json_str(x->out, t->name);
    put_text(x, STR("description"), t->description);
    if (t->is_custom) {
        write_custom(x, t);
    } else {
        buf_add(x->out, STR(",\"input_schema\":"));
        write_schema(x, t->schema_raw);
    }
    if (str_eq(t->strict_raw, STR("true"))) {
        if (x->model->has_format)
            put(x, STR("strict"), t->strict_raw);
        else
            lose(x, STR("tools.strict"), CHAT_DROPPED);
    }
    put(x, STR("cache_control"), t->cache_raw);
    buf_add_char(x->out, '}');
}

static void write_answer_tool(struct writer *x)
{
    const struct chat_request *q = x->q;

    write_tool(x, &(struct chat_tool){
                      .name = ANTHROPIC_JSON_TOOL,
                      .description = q->schema_description.n != 0
                                         ? q->schema_description
                                         : STR("Answer with a JSON object."),
                      .schema_raw = q->schema_raw});
}

static void write_tools(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool any = false;

    for (size_t i = 0; i < q->n_tools; i++) {
        const struct chat_tool *t = &q->tools[i];

        if (!is_offered(q, t)) {
            if (t->server_raw.n != 0)
                lose_server_tool(x, t);
            continue;
        }
        buf_add(x->out, any ? STR(",") : STR(",\"tools\":["));
        write_tool(x, t);
        any = true;
    }
    if (x->has_answer_tool) {
        buf_add(x->out, any ? STR(",") : STR(",\"tools\":["));
        write_answer_tool(x);
        any = true;
    }
    if (any)
        buf_add_char(x->out, ']');
}

static void write_choice(struct writer *x)
{
    static const struct str types[] = {
        [CHAT_CHOICE_UNSET] = STR_INIT("auto"),
        [CHAT_CHOICE_AUTO] = STR_INIT("auto"),
        [CHAT_CHOICE_NONE] = STR_INIT("none"),
        [CHAT_CHOICE_REQUIRED] = STR_INIT("any"),
        [CHAT_CHOICE_NAMED] = STR_INIT("tool"),
    };
    bool is_single = (x->q->parallel_tools == CHAT_NO || x->has_answer_tool) &&
                     x->choice != CHAT_CHOICE_NONE;

    if ((!x->has_tools && !x->has_answer_tool) ||
        (x->choice == CHAT_CHOICE_UNSET && !is_single))
        return;
    buf_add(x->out, STR(",\"tool_choice\":{\"type\":"));
    json_str(x->out, types[x->choice]);
    if (x->choice == CHAT_CHOICE_NAMED)
        put_text(x, STR("name"),
                 x->has_answer_tool ? ANTHROPIC_JSON_TOOL : x->q->choice_name);
    if (is_single)
        buf_add(x->out, STR(",\"disable_parallel_tool_use\":true"));
    buf_add_char(x->out, '}');
}

/* ---- parameters ---- */

static bool thinks(const struct writer *x)
{
    return x->thinking == THINKING_ENABLED ||
           x->thinking == THINKING_ADAPTIVE ||
           (x->thinking == THINKING_RAW && x->q->effort != CHAT_EFFORT_NONE);
}

/* A number where the model takes it; true when it was written. */
static bool put_number(struct writer *x, struct str name,
                       const struct chat_number *n, bool is_taken_here)
{
    if (is_given(n) && !is_taken_here)
        lose(x, name, CHAT_DROPPED);
    if (is_given(n) && is_taken_here)
        put(x, name, n->raw);
    return is_given(n) && is_taken_here;
}

/* 0 … 1 here, 0 … 2 at others'. While thinking: temperature 1, top_p from
 * 0.95 on, no top_k. */
static void write_sampling(struct writer *x)
{
    const struct chat_request *q = x->q;
    struct chat_number temperature = q->temperature;
    bool has = x->model->has_sampling;
    bool is_thinking = thinks(x);
    bool has_temperature;

    if (is_given(&temperature) && temperature.value > 1) {
        temperature = (struct chat_number){STR("1"), 1};
        if (has)
            lose(x, STR("temperature"), CHAT_APPROXIMATED);
    }
    has_temperature =
        put_number(x, STR("temperature"), &temperature,
                   has && (!is_thinking || temperature.value >= 1));
    (void)put_number(x, STR("top_p"), &q->top_p,
                     has && (x->model->has_both || !has_temperature) &&
                         (!is_thinking || q->top_p.value >= 0.95));
    (void)put_number(x, STR("top_k"), &q->top_k, has && !is_thinking);
}

static void write_stop(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool any = false;

    for (size_t i = 0; i < q->n_stop; i++) {
        if (str_trim(q->stop[i]).n == 0) {
            lose(x, STR("stop"), CHAT_APPROXIMATED);
            continue;
        }
        buf_add(x->out, any ? STR(",") : STR(",\"stop_sequences\":["));
        json_str(x->out, q->stop[i]);
        any = true;
    }
    if (any)
        buf_add_char(x->out, ']');
}

static void write_display(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (q->wants_reasoning == CHAT_NO)
        put_text(x, STR("display"), STR("omitted"));
    else if (q->wants_reasoning == CHAT_YES || q->reasoning_summary.n != 0)
        put_text(x, STR("display"), STR("summarized"));
    buf_add_char(x->out, '}');
}

static void write_thinking(struct writer *x)
{
    switch (x->thinking) {
    case THINKING_UNSET:
        break;
    case THINKING_RAW:
        put(x, STR("thinking"), x->q->reasoning_raw);
        break;
    case THINKING_DISABLED:
        put(x, STR("thinking"), STR("{\"type\":\"disabled\"}"));
        break;
    case THINKING_ENABLED:
        buf_add(x->out,
                STR(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":"));
        buf_add_i64(x->out, x->budget);
        write_display(x);
        break;
    case THINKING_ADAPTIVE:
        buf_add(x->out, STR(",\"thinking\":{\"type\":\"adaptive\""));
        write_display(x);
        break;
    }
}

static void write_output(struct writer *x)
{
    bool has_effort = x->effort != CHAT_EFFORT_UNSET;

    if (!has_effort && !x->has_format)
        return;
    buf_add(x->out, STR(",\"output_config\":{"));
    if (has_effort) {
        buf_add(x->out, STR("\"effort\":"));
        json_str(x->out, chat_effort_name(x->effort));
    }
    if (x->has_format) {
        buf_add(x->out,
                has_effort ? STR(",\"format\":{") : STR("\"format\":{"));
        buf_add(x->out, STR("\"type\":\"json_schema\",\"schema\":"));
        write_schema(x, x->q->schema_raw);
        buf_add_char(x->out, '}');
    }
    buf_add_char(x->out, '}');
}

static void write_service(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (q->user.n != 0) {
        buf_add(x->out, STR(",\"metadata\":{\"user_id\":"));
        json_str(x->out, q->user);
        buf_add_char(x->out, '}');
    }
    if (str_eq(q->service_tier, STR("auto")))
        put_text(x, STR("service_tier"), STR("auto"));
    else if (str_eq(q->service_tier, STR("default")))
        put_text(x, STR("service_tier"), STR("standard_only"));
    else if (q->service_tier.n != 0)
        lose(x, STR("service_tier"), CHAT_DROPPED);
}

/* ---- what has no place ---- */

static void lose_if(struct writer *x, bool is_set, struct str name)
{
    if (is_set)
        lose(x, name, CHAT_DROPPED);
}

static void lose_rest(struct writer *x)
{
    const struct chat_request *q = x->q;

    lose_if(x, is_given(&q->min_p), STR("min_p"));
    lose_if(x, is_given(&q->presence_penalty), STR("presence_penalty"));
    lose_if(x, is_given(&q->frequency_penalty), STR("frequency_penalty"));
    lose_if(x, is_given(&q->seed), STR("seed"));
    lose_if(x, is_given(&q->n) && q->n.value > 1, STR("n"));
    lose_if(x, q->wants_logprobs, STR("logprobs"));
    lose_if(x, is_given(&q->top_logprobs), STR("top_logprobs"));
    lose_if(x, q->metadata_raw.n != 0, STR("metadata"));
    lose_if(x, q->prompt_cache_key.n != 0, STR("prompt_cache_key"));
    lose_if(x, q->verbosity.n != 0, STR("verbosity"));
    lose_if(x, q->wants_image || q->wants_audio, STR("modalities"));
    lose_if(x, q->audio_raw.n != 0, STR("audio"));
    lose_if(x, str_eq(q->store_raw, STR("true")), STR("store"));
}

static void write_extras(struct writer *x)
{
    const struct chat_request *q = x->q;

    for (size_t i = 0; i < q->n_extras; i++) {
        const struct chat_extra *extra = &q->extras[i];
        bool is_note = str_find(extra->name, '.') < extra->name.n;

        if (!x->is_own)
            lose(x, extra->name, CHAT_DROPPED);
        else if (is_note)
            lose_if(x,
                    str_starts(extra->name, STR("output_config.")) ||
                        str_starts(extra->name, STR("metadata.")),
                    extra->name);
        else
            put(x, extra->name, extra->raw);
    }
}

static void write_head(struct writer *x)
{
    const struct chat_request *q = x->q;

    if (x->w->quirks->cloud_version.n != 0) {
        buf_add(x->out, STR("{\"anthropic_version\":"));
        json_str(x->out, x->w->quirks->cloud_version);
    } else {
        buf_add(x->out, STR("{\"model\":"));
        json_str(x->out, x->w->model);
    }
    buf_add(x->out, STR(",\"max_tokens\":"));
    if (x->max_tokens != 0)
        buf_add_i64(x->out, x->max_tokens);
    else
        buf_add(x->out, q->max_tokens.raw); /* not for us to judge */
}

void anthropic_write(struct chat_writing *w)
{
    struct writer x = {
        .w = w,
        .q = w->request,
        .model = anthropic_model_find(w->model),
        .out = w->out,
        .is_own = w->request->from != NULL &&
                  str_eq(w->request->from->name, ANTHROPIC),
    };

    decide(&x);
    write_head(&x);
    write_system(&x);
    write_messages(&x);
    write_tools(&x);
    write_choice(&x);
    write_sampling(&x);
    write_stop(&x);
    write_thinking(&x);
    write_output(&x);
    write_service(&x);
    lose_rest(&x);
    write_extras(&x);
    /* Bedrock's path says whether it is a stream (aws-bedrock section 5). */
    if (w->request->stream &&
        !str_starts(w->quirks->cloud_version, STR("bedrock-")))
        put(&x, STR("stream"), STR("true"));
    buf_add_char(x.out, '}');
}
