/* SPDX-License-Identifier: MIT */
/* A client's request (anthropic-messages section 2). What the middle form has
 * no place for is noted by name, so that a target that is no Anthropic names
 * it as lost; the block it stands in is kept raw for one that is. */
#include "core/dialects/anthropic.h"

#define NAMES(...)                     \
    (const struct str[]){__VA_ARGS__}, \
        sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str)

enum {
    NAME_BYTES = 100, /* of a noted name */
    NOTES = 64,
};

/* A member that is lost outside of this dialect. */
struct note {
    struct note *next;
    struct chat_extra extra;
};

struct reader {
    struct chat_reading *r;
    struct note *notes;
    size_t n_notes;
    struct chat_state call_state; /* of the next tool_use */
};

static bool is_known(struct jval name, const struct str *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (json_text_eq(name, known[i]))
            return true;
    }
    return false;
}

/* "WHERE.NAME" of a member. */
static bool is_noted(const struct reader *x, struct str where, struct str name)
{
    for (const struct note *n = x->notes; n != NULL; n = n->next) {
        struct str full = n->extra.name;

        if (full.n == where.n + 1 + name.n && str_starts(full, where) &&
            str_ends(full, name))
            return true;
    }
    return false;
}

/* Each name once, and no more of them than are worth reading. */
static void note(struct reader *x, struct str where, struct str name,
                 struct str raw)
{
    struct note *one;
    struct buf full;

    name = str_first(name, NAME_BYTES);
    if (x->n_notes == NOTES || is_noted(x, where, name))
        return;
    one = reading_room(x->r, 1, sizeof(*one));
    if (one == NULL)
        return;
    buf_init(&full, arena_mem(x->r->arena), SIZE_MAX);
    buf_add(&full, where);
    buf_add_char(&full, '.');
    buf_add(&full, name);
    if (full.failed && x->r->rc == SL_OK)
        x->r->rc = SL_NOMEM;
    one->extra = (struct chat_extra){buf_str(&full), raw};
    one->next = x->notes;
    x->notes = one;
    x->n_notes++;
}

/* SDKs send back what they got: the default there says nothing. */
static bool is_default(struct jval name, struct jval value)
{
    return json_is_null(value) ||
           (json_text_eq(name, STR("caller")) &&
            json_text_eq(json_get(value, STR("type")), STR("direct")));
}

/* Notes the members of an object that are not known; true if there are any. */
static bool note_others(struct reader *x, struct str where, struct jval object,
                        const struct str *known, size_t n)
{
    struct jval_iter it = json_iter(object);
    bool any = false;

    while (json_iter_next(&it)) {
        struct str name = json_raw(it.name);

        if (is_default(it.name, it.value) || is_known(it.name, known, n))
            continue;
        note(x, where, (struct str){name.p + 1, name.n - 2},
             json_raw(it.value));
        any = true;
    }
    return any;
}

static struct str need_text(struct reader *x, struct jval object,
                            struct str name, struct str what)
{
    struct str text = reading_text(x->r, object, name);

    if (x->r->rc == SL_OK && text.p == NULL)
        reading_missing(x->r, object, name, what);
    return text;
}

/* ---- blocks ---- */

static void read_text(struct reader *x, struct jval block, struct chat_part *p)
{
    p->kind = CHAT_TEXT;
    p->text = need_text(x, block, STR("text"), STR("must be a string"));
}

/* The text of an array of text blocks, or of a string. Other blocks in it are
 * noted. */
static struct str joined_text(struct reader *x, struct jval content)
{
    struct jval_iter it = json_iter(content);
    struct buf all;

    if (json_is_str(content))
        return reading_string(x->r, content);
    buf_init(&all, arena_mem(x->r->arena), SIZE_MAX);
    while (json_is_arr(content) && json_iter_next(&it)) {
        if (json_text_eq(json_get(it.value, STR("type")), STR("text")))
            buf_add(&all, reading_text(x->r, it.value, STR("text")));
        else
            note(x, STR("messages.document"), STR("content"),
                 json_raw(it.value));
    }
    if (all.failed && x->r->rc == SL_OK)
        x->r->rc = SL_NOMEM;
    return buf_str(&all);
}

/* Where an image or a document comes from. */
static void read_source(struct reader *x, struct jval block,
                        struct chat_part *p)
{
    struct jval source = json_get(block, STR("source"));
    struct str type = reading_text(x->r, source, STR("type"));

    if (!json_is_obj(source)) {
        reading_missing(x->r, block, STR("source"), STR("must be an object"));
    } else if (str_eq(type, STR("base64"))) {
        p->media_type = need_text(x, source, STR("media_type"),
                                  STR("must be a media type"));
        p->data = need_text(x, source, STR("data"), STR("must be base64"));
    } else if (str_eq(type, STR("url"))) {
        p->url = need_text(x, source, STR("url"), STR("must be a URL"));
    } else if (str_eq(type, STR("file"))) {
        p->file_id =
            need_text(x, source, STR("file_id"), STR("must name a file"));
    } else if (p->kind == CHAT_DOCUMENT && str_eq(type, STR("text"))) {
        p->media_type = STR("text/plain");
        p->text = need_text(x, source, STR("data"), STR("must be a string"));
    } else if (p->kind == CHAT_DOCUMENT && str_eq(type, STR("content"))) {
        p->media_type = STR("text/plain");
        p->text = joined_text(x, json_get(source, STR("content")));
        p->raw = json_raw(block);
    } else {
        reading_missing(x->r, source, STR("type"),
                        STR("must be base64, url or file; or, of a document, "
                            "text or content"));
    }
}

static void read_image(struct reader *x, struct jval block, struct chat_part *p)
{
    p->kind = CHAT_IMAGE;
    read_source(x, block, p);
}

static void read_document(struct reader *x, struct jval block,
                          struct chat_part *p)
{
    p->kind = CHAT_DOCUMENT;
    p->name = reading_text(x->r, block, STR("title"));
    read_source(x, block, p);
}

static void read_search_result(struct reader *x, struct jval block,
                               struct chat_part *p)
{
    p->kind = CHAT_DOCUMENT;
    p->name = reading_text(x->r, block, STR("title"));
    p->media_type = STR("text/plain");
    p->text = joined_text(x, json_get(block, STR("content")));
    p->raw = json_raw(block);
}

static void read_tool_use(struct reader *x, struct jval block,
                          struct chat_part *p)
{
    p->kind = CHAT_TOOL_CALL;
    p->id = need_text(x, block, STR("id"), STR("must be the id of the call"));
    p->name =
        need_text(x, block, STR("name"), STR("must be the name of the tool"));
    p->arguments = reading_object(x->r, block, STR("input"));
    p->state = x->call_state;
    x->call_state = (struct chat_state){0};
}

static void read_thinking(struct reader *x, struct jval block,
                          struct chat_part *p)
{
    struct str signature = reading_text(x->r, block, STR("signature"));

    p->kind = CHAT_REASONING;
    p->text = need_text(x, block, STR("thinking"), STR("must be a string"));
    if (signature.n != 0)
        p->state = chat_state_unwrap(signature, ANTHROPIC);
}

/* Ours is kept whole; another vendor's state was put there by the encoder. */
static void read_redacted(struct reader *x, struct jval block,
                          struct chat_part *p)
{
    struct str data = need_text(x, block, STR("data"), STR("must be a string"));

    p->kind = CHAT_REASONING;
    p->state = chat_state_unwrap(data, ANTHROPIC);
    if (str_eq(p->state.maker, ANTHROPIC))
        p->state.bytes = json_raw(block);
}

static void read_result(struct reader *x, struct jval block,
                        struct chat_part *p);

/* What a block may be, and the members of it that are understood. */
static const struct block_kind {
    struct str type;
    void (*read)(struct reader *x, struct jval block, struct chat_part *p);
    struct str known[6];
} block_kinds[] = {
    {STR_INIT("text"), read_text, {STR_INIT("text")}},
    {STR_INIT("image"), read_image, {STR_INIT("source")}},
    {STR_INIT("document"),
     read_document,
     {STR_INIT("source"), STR_INIT("title")}},
    {STR_INIT("search_result"),
     read_search_result,
     {STR_INIT("title"), STR_INIT("content")}},
    {STR_INIT("tool_use"),
     read_tool_use,
     {STR_INIT("id"), STR_INIT("name"), STR_INIT("input")}},
    {STR_INIT("tool_result"),
     read_result,
     {STR_INIT("tool_use_id"), STR_INIT("content"), STR_INIT("is_error")}},
    {STR_INIT("thinking"),
     read_thinking,
     {STR_INIT("thinking"), STR_INIT("signature")}},
    {STR_INIT("redacted_thinking"), read_redacted, {STR_INIT("data")}},
};

static const struct block_kind *kind_of(struct jval block)
{
    struct jval type = json_get(block, STR("type"));

    for (size_t i = 0; i < SL_LEN(block_kinds); i++) {
        if (json_text_eq(type, block_kinds[i].type))
            return &block_kinds[i];
    }
    return NULL;
}

static void note_block(struct reader *x, const struct block_kind *kind,
                       struct jval block, struct chat_part *p)
{
    struct str known[SL_LEN(kind->known) + 2] = {STR("type"),
                                                 STR("cache_control")};
    struct buf where;

    memcpy(known + 2, kind->known, sizeof(kind->known));
    buf_init(&where, arena_mem(x->r->arena), SIZE_MAX);
    buf_add(&where, STR("messages."));
    buf_add(&where, kind->type);
    if (note_others(x, buf_str(&where), block, known, SL_LEN(known)))
        p->raw = json_raw(block);
}

static void read_block(struct reader *x, struct jval block, struct chat_part *p)
{
    const struct block_kind *kind = kind_of(block);

    if (!json_is_obj(block)) {
        reading_wrong(x->r, block, STR("must be an object with a type"));
        return;
    }
    if (reading_text(x->r, block, STR("type")).n == 0) {
        reading_missing(x->r, block, STR("type"),
                        STR("must be text, image, document, tool_use, "
                            "tool_result, thinking or another kind of block"));
        return;
    }
    p->cache_raw = reading_object(x->r, block, STR("cache_control"));
    if (kind == NULL) {
        p->kind = CHAT_REASONING;
        p->state = (struct chat_state){ANTHROPIC, json_raw(block)};
        return;
    }
    kind->read(x, block, p);
    note_block(x, kind, block, p);
}

static size_t count_content(struct reader *x, struct jval parent,
                            struct jval content)
{
    if (json_is_str(content))
        return 1;
    if (json_is_arr(content))
        return json_count(content);
    reading_missing(x->r, parent, STR("content"),
                    STR("must be a string or an array of blocks"));
    return 0;
}

static bool is_result(struct jval block)
{
    return json_text_eq(json_get(block, STR("type")), STR("tool_result"));
}

static void read_result(struct reader *x, struct jval block,
                        struct chat_part *p)
{
    struct jval content = json_get(block, STR("content"));
    struct jval_iter it = json_iter(content);
    struct chat_part *parts;

    p->kind = CHAT_TOOL_RESULT;
    p->id = need_text(x, block, STR("tool_use_id"),
                      STR("must name the call that this is the result of"));
    p->is_error = reading_bool(x->r, block, STR("is_error")) == CHAT_YES;
    if (json_is_null(content))
        return;
    parts =
        READING_ARRAY(x->r, struct chat_part, count_content(x, block, content));
    if (parts == NULL)
        return;
    if (json_is_str(content))
        parts[p->n_parts++] = (struct chat_part){
            .kind = CHAT_TEXT, .text = reading_string(x->r, content)};
    while (json_is_arr(content) && x->r->rc == SL_OK && json_iter_next(&it)) {
        if (is_result(it.value)) {
            reading_wrong(x->r, it.value, STR("has no place in a tool_result"));
            return;
        }
        read_block(x, it.value, &parts[p->n_parts++]);
        if (parts[p->n_parts - 1].raw.n != 0)
            p->raw = json_raw(block);
    }
    p->parts = parts;
}

/* ---- messages ---- */

/* Another vendor's state of a call, which the encoder put in front of it. */
static bool take_call_state(struct reader *x, struct jval block)
{
    struct str data;

    if (!json_text_eq(json_get(block, STR("type")), STR("redacted_thinking")))
        return false;
    data = reading_text(x->r, block, STR("data"));
    if (!str_starts(data, STR("call:sluice:")))
        return false;
    x->call_state = chat_state_unwrap(str_skip(data, 5), ANTHROPIC);
    return true;
}

/* The blocks of a message that are results, or those that are not. */
static void read_parts(struct reader *x, struct jval content,
                       struct chat_message *m)
{
    struct jval_iter it = json_iter(content);

    if (json_is_str(content)) {
        m->parts[m->n++] = (struct chat_part){
            .kind = CHAT_TEXT, .text = reading_string(x->r, content)};
        return;
    }
    x->call_state = (struct chat_state){0};
    while (x->r->rc == SL_OK && json_iter_next(&it)) {
        if (is_result(it.value) != (m->role == CHAT_ROLE_TOOL) ||
            take_call_state(x, it.value))
            continue;
        read_block(x, it.value, &m->parts[m->n++]);
    }
}

static struct chat_message *add_message(struct reader *x, enum chat_role role,
                                        struct jval content, size_t n)
{
    struct chat_request *q = x->r->request;
    struct chat_message *m = &q->messages[q->n_messages];

    m->role = role;
    m->parts = READING_ARRAY(x->r, struct chat_part, n);
    if (m->parts == NULL)
        return NULL;
    q->n_messages++;
    read_parts(x, content, m);
    return m;
}

/* A system prompt is text, wherever it stands. */
static void read_system(struct reader *x, struct jval content, size_t n)
{
    struct chat_message *m = add_message(x, CHAT_ROLE_SYSTEM, content, n);

    for (size_t i = 0; m != NULL && i < m->n && x->r->rc == SL_OK; i++) {
        if (m->parts[i].kind != CHAT_TEXT)
            reading_wrong(x->r, json_at(content, (uint32_t)i),
                          STR("must be a text block"));
    }
}

static void name_results(struct chat_request *q)
{
    struct chat_message *m = &q->messages[q->n_messages - 1];

    for (size_t i = 0; i < m->n; i++)
        m->parts[i].name = chat_call_name(q, q->n_messages - 1, m->parts[i].id);
}

/* A user's message gives two where it holds results: those come first. */
static void read_user(struct reader *x, struct jval content, size_t n)
{
    struct jval_iter it = json_iter(content);
    size_t results = 0;

    while (json_is_arr(content) && json_iter_next(&it))
        results += is_result(it.value);
    if (results != 0 &&
        add_message(x, CHAT_ROLE_TOOL, content, results) != NULL)
        name_results(x->r->request);
    if (results < n || n == 0)
        (void)add_message(x, CHAT_ROLE_USER, content, n - results);
}

static void check_results(struct reader *x, struct jval content)
{
    struct jval_iter it = json_iter(content);

    while (json_is_arr(content) && json_iter_next(&it)) {
        if (is_result(it.value))
            reading_wrong(x->r, it.value,
                          STR("belongs in a message of the user"));
    }
}

static void read_message(struct reader *x, struct jval message)
{
    struct jval content = json_get(message, STR("content"));
    struct str role;
    size_t n;

    if (!json_is_obj(message)) {
        reading_wrong(x->r, message,
                      STR("must be an object with role and content"));
        return;
    }
    role = reading_text(x->r, message, STR("role"));
    n = count_content(x, message, content);
    (void)note_others(x, STR("messages"), message,
                      NAMES(STR("role"), STR("content")));
    if (x->r->rc != SL_OK)
        return;
    if (str_eq(role, STR("user"))) {
        read_user(x, content, n);
        return;
    }
    check_results(x, content);
    if (str_eq(role, STR("assistant")))
        (void)add_message(x, CHAT_ROLE_ASSISTANT, content, n);
    else if (str_eq(role, STR("system")))
        read_system(x, content, n);
    else
        reading_missing(x->r, message, STR("role"),
                        STR("must be user, assistant or system"));
}

static void read_messages(struct reader *x)
{
    struct jval system = json_get(x->r->root, STR("system"));
    struct jval messages = json_get(x->r->root, STR("messages"));
    struct jval_iter it = json_iter(messages);
    struct chat_request *q = x->r->request;

    if (!json_is_arr(messages) || json_count(messages) == 0) {
        reading_missing(x->r, x->r->root, STR("messages"),
                        STR("must be an array of at least one message"));
        return;
    }
    q->messages = READING_ARRAY(x->r, struct chat_message,
                                1 + 2 * (size_t)json_count(messages));
    if (q->messages == NULL)
        return;
    if (json_is_str(system) || json_is_arr(system))
        read_system(x, system, json_is_str(system) ? 1 : json_count(system));
    else if (!json_is_null(system))
        reading_wrong(x->r, system,
                      STR("must be a string or an array of text blocks"));
    while (x->r->rc == SL_OK && json_iter_next(&it))
        read_message(x, it.value);
}

/* ---- tools ---- */

static void read_tool(struct reader *x, struct jval tool, struct chat_tool *t)
{
    struct jval type = json_get(tool, STR("type"));
    struct chat_reading *r = x->r;

    if (!json_is_obj(tool)) {
        reading_wrong(r, tool, STR("must be an object"));
        return;
    }
    if (!json_is_null(type) && !json_text_eq(type, STR("custom"))) {
        (void)reading_text(r, tool, STR("type"));
        t->server_raw = json_raw(tool);
        t->maker = ANTHROPIC;
        return;
    }
    t->name =
        need_text(x, tool, STR("name"), STR("must be the name of the tool"));
    t->description = reading_text(r, tool, STR("description"));
    t->schema_raw = reading_object(r, tool, STR("input_schema"));
    t->cache_raw = reading_object(r, tool, STR("cache_control"));
    if (reading_bool(r, tool, STR("strict")) != CHAT_UNSET)
        t->strict_raw = json_raw(json_get(tool, STR("strict")));
    if (r->rc == SL_OK && t->schema_raw.n == 0)
        reading_missing(r, tool, STR("input_schema"),
                        STR("must be a JSON Schema"));
    if (note_others(x, STR("tools"), tool,
                    NAMES(STR("type"), STR("name"), STR("description"),
                          STR("input_schema"), STR("cache_control"),
                          STR("strict"))))
        t->raw = json_raw(tool);
}

static void read_tools(struct reader *x)
{
    struct jval tools = json_get(x->r->root, STR("tools"));
    struct jval_iter it = json_iter(tools);
    struct chat_request *q = x->r->request;

    if (json_is_null(tools))
        return;
    if (!json_is_arr(tools)) {
        reading_wrong(x->r, tools, STR("must be an array of tools"));
        return;
    }
    q->tools = READING_ARRAY(x->r, struct chat_tool, json_count(tools));
    while (x->r->rc == SL_OK && json_iter_next(&it))
        read_tool(x, it.value, &q->tools[q->n_tools++]);
}

static void read_choice(struct reader *x)
{
    struct jval choice = json_get(x->r->root, STR("tool_choice"));
    struct chat_request *q = x->r->request;
    struct str type;

    if (reading_object(x->r, x->r->root, STR("tool_choice")).n == 0)
        return;
    type = reading_text(x->r, choice, STR("type"));
    if (reading_bool(x->r, choice, STR("disable_parallel_tool_use")) ==
        CHAT_YES)
        q->parallel_tools = CHAT_NO;
    if (str_eq(type, STR("auto"))) {
        q->choice = CHAT_CHOICE_AUTO;
    } else if (str_eq(type, STR("none"))) {
        q->choice = CHAT_CHOICE_NONE;
    } else if (str_eq(type, STR("any"))) {
        q->choice = CHAT_CHOICE_REQUIRED;
    } else if (str_eq(type, STR("tool"))) {
        q->choice = CHAT_CHOICE_NAMED;
        q->choice_name = need_text(x, choice, STR("name"),
                                   STR("must be the name of the tool"));
    } else {
        reading_missing(x->r, choice, STR("type"),
                        STR("must be auto, any, tool or none"));
    }
}

/* ---- parameters ---- */

static void read_display(struct reader *x, struct jval thinking)
{
    struct str display = reading_text(x->r, thinking, STR("display"));

    if (str_eq(display, STR("summarized")))
        x->r->request->wants_reasoning = CHAT_YES;
    else if (str_eq(display, STR("omitted")))
        x->r->request->wants_reasoning = CHAT_NO;
    else if (display.p != NULL)
        reading_wrong(x->r, json_get(thinking, STR("display")),
                      STR("must be summarized or omitted"));
}

static void read_budget(struct reader *x, struct jval thinking)
{
    struct jval budget = json_get(thinking, STR("budget_tokens"));
    int64_t tokens = 0;

    if (!json_i64(budget, &tokens) || tokens < 1) {
        reading_missing(x->r, thinking, STR("budget_tokens"),
                        STR("must be a number of tokens"));
        return;
    }
    x->r->request->reasoning_budget = tokens;
}

/* Its text comes with it unless it is said to be left out. */
static void want_text(struct chat_request *q)
{
    if (q->wants_reasoning == CHAT_UNSET)
        q->wants_reasoning = CHAT_YES;
}

/* An effort without thinking is an effort all the same; adaptive thinking
 * without one is high, as the vendor's default is. */
static void read_thinking_config(struct reader *x, struct jval effort)
{
    struct jval thinking = json_get(x->r->root, STR("thinking"));
    struct chat_request *q = x->r->request;
    struct str type;

    q->reasoning_raw = reading_object(x->r, x->r->root, STR("thinking"));
    if (q->reasoning_raw.n == 0)
        return;
    type = reading_text(x->r, thinking, STR("type"));
    read_display(x, thinking);
    q->wants_sealed_state = CHAT_YES;
    if (str_eq(type, STR("enabled"))) {
        want_text(q);
        read_budget(x, thinking);
    } else if (str_eq(type, STR("adaptive"))) {
        want_text(q);
        if (q->effort == CHAT_EFFORT_UNSET)
            q->effort = CHAT_EFFORT_HIGH;
    } else if (str_eq(type, STR("disabled"))) {
        q->wants_sealed_state = CHAT_UNSET;
        q->wants_reasoning = CHAT_UNSET;
        if (q->effort != CHAT_EFFORT_UNSET)
            note(x, STR("output_config"), STR("effort"), json_raw(effort));
        q->effort = CHAT_EFFORT_NONE;
    } else if (str_eq(type, STR("between_tools"))) {
        note(x, STR("thinking"), STR("type"), STR("\"between_tools\""));
    } else {
        reading_missing(x->r, thinking, STR("type"),
                        STR("must be enabled, adaptive, disabled or "
                            "between_tools"));
    }
}

static void read_format(struct reader *x, struct jval config)
{
    struct jval format = json_get(config, STR("format"));
    struct chat_request *q = x->r->request;

    if (reading_object(x->r, config, STR("format")).n == 0)
        return;
    if (!json_text_eq(json_get(format, STR("type")), STR("json_schema"))) {
        reading_missing(x->r, format, STR("type"), STR("must be json_schema"));
        return;
    }
    q->format = CHAT_FORMAT_SCHEMA;
    q->schema_raw = reading_object(x->r, format, STR("schema"));
    q->schema_strict_raw = STR("true");
    if (q->schema_raw.n == 0)
        reading_missing(x->r, format, STR("schema"),
                        STR("must be a JSON Schema"));
    (void)note_others(x, STR("output_config.format"), format,
                      NAMES(STR("type"), STR("schema")));
}

static void read_output(struct reader *x)
{
    struct jval config = json_get(x->r->root, STR("output_config"));
    struct jval effort = json_get(config, STR("effort"));
    struct str word;

    if (reading_object(x->r, x->r->root, STR("output_config")).n != 0) {
        word = reading_text(x->r, config, STR("effort"));
        if (word.p != NULL && !chat_effort_read(word, &x->r->request->effort))
            reading_wrong(x->r, effort,
                          STR("must be low, medium, high, xhigh or max"));
        read_format(x, config);
        (void)note_others(x, STR("output_config"), config,
                          NAMES(STR("effort"), STR("format")));
    }
    read_thinking_config(x, effort);
}

static void read_service(struct reader *x)
{
    struct str tier = reading_text(x->r, x->r->root, STR("service_tier"));
    struct jval metadata = json_get(x->r->root, STR("metadata"));
    struct chat_request *q = x->r->request;

    if (str_eq(tier, STR("auto")))
        q->service_tier = STR("auto");
    else if (str_eq(tier, STR("standard_only")))
        q->service_tier = STR("default");
    else if (tier.p != NULL)
        reading_wrong(x->r, json_get(x->r->root, STR("service_tier")),
                      STR("must be auto or standard_only"));
    if (reading_object(x->r, x->r->root, STR("metadata")).n == 0)
        return;
    q->user = reading_text(x->r, metadata, STR("user_id"));
    (void)note_others(x, STR("metadata"), metadata, NAMES(STR("user_id")));
}

static void read_parameters(struct reader *x)
{
    struct chat_reading *r = x->r;
    struct chat_request *q = r->request;
    struct jval thread = json_get(r->root, STR("thread"));

    q->model = need_text(x, r->root, STR("model"), STR("must name a model"));
    q->max_tokens = reading_number(r, r->root, STR("max_tokens"));
    q->temperature = reading_number(r, r->root, STR("temperature"));
    q->top_p = reading_number(r, r->root, STR("top_p"));
    q->top_k = reading_number(r, r->root, STR("top_k"));
    reading_texts(r, r->root, STR("stop_sequences"), &q->stop, &q->n_stop);
    q->stream = reading_bool(r, r->root, STR("stream")) == CHAT_YES;
    q->wants_usage = true;
    if (!json_is_null(thread))
        reading_wrong(r, thread,
                      STR("conversations are not kept here: send "
                          "the whole one in messages"));
    read_output(x);
    read_service(x);
}

/* The notes go behind the extras. */
static void add_notes(struct reader *x)
{
    struct chat_request *q = x->r->request;
    size_t n = q->n_extras + x->n_notes;
    struct chat_extra *all;

    if (x->n_notes == 0 || x->r->rc != SL_OK)
        return;
    all = READING_ARRAY(x->r, struct chat_extra, n);
    if (all == NULL)
        return;
    if (q->n_extras != 0)
        memcpy(all, q->extras, q->n_extras * sizeof(all[0]));
    for (const struct note *one = x->notes; one != NULL; one = one->next)
        all[--n] = one->extra;
    q->extras = all;
    q->n_extras += x->n_notes;
}

static enum sl_rc read_all(struct chat_reading *r, bool wants_max_tokens)
{
    struct reader x = {.r = r};

    read_parameters(&x);
    if (wants_max_tokens && r->rc == SL_OK && r->request->max_tokens.raw.n == 0)
        reading_missing(r, r->root, STR("max_tokens"),
                        STR("must be a number of tokens"));
    read_tools(&x);
    read_choice(&x);
    read_messages(&x);
    reading_extras(r, NAMES(STR("model"), STR("max_tokens"), STR("messages"),
                            STR("system"), STR("temperature"), STR("top_p"),
                            STR("top_k"), STR("stop_sequences"), STR("stream"),
                            STR("tools"), STR("tool_choice"), STR("thinking"),
                            STR("output_config"), STR("metadata"),
                            STR("service_tier"), STR("thread")));
    add_notes(&x);
    return r->rc;
}

enum sl_rc anthropic_read(struct chat_reading *r)
{
    return read_all(r, true);
}

enum sl_rc anthropic_read_to_count(struct chat_reading *r)
{
    return read_all(r, false);
}
