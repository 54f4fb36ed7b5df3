/* SPDX-License-Identifier: MIT */
/* Requests of OpenAI's Responses as a client sends them (providers' reference:
 * openai-responses sections 1 to 3). The hard part is that the input is a flat
 * list of items: those of the assistant that stand together (reasoning, text,
 * calls) are one message here, and all parts lie in one pool, so that a message
 * grows by taking the next ones. */
#include "core/dialects/openai_responses.h"

static const struct str known[] = {
    STR_INIT("model"),
    STR_INIT("input"),
    STR_INIT("instructions"),
    STR_INIT("previous_response_id"),
    STR_INIT("conversation"),
    STR_INIT("background"),
    STR_INIT("prompt"),
    STR_INIT("max_output_tokens"),
    STR_INIT("temperature"),
    STR_INIT("top_p"),
    STR_INIT("top_logprobs"),
    STR_INIT("parallel_tool_calls"),
    STR_INIT("tools"),
    STR_INIT("tool_choice"),
    STR_INIT("text"),
    STR_INIT("reasoning"),
    STR_INIT("include"),
    STR_INIT("store"),
    STR_INIT("stream"),
    STR_INIT("stream_options"),
    STR_INIT("metadata"),
    STR_INIT("user"),
    STR_INIT("safety_identifier"),
    STR_INIT("service_tier"),
    STR_INIT("prompt_cache_key"),
    STR_INIT("truncation"),
};

enum {
    EXTRA_ROOM = 48
}; /* extras that are no members of the top level: every
      name comes from a table here */

/* The messages that grow out of the items. */
struct reader {
    struct chat_reading *r;
    struct chat_part *parts; /* of all messages */
    size_t n_parts, parts_cap;
    struct chat_state call_state; /* of the call that comes next */
};

/* ---- extras ---- */

static bool has_extra(const struct chat_request *q, struct str name)
{
    for (size_t i = 0; i < q->n_extras; i++) {
        if (str_eq(q->extras[i].name, name))
            return true;
    }
    return false;
}

/* name: literal, or from a table. */
static void add_extra(struct chat_reading *r, struct str name, struct str raw)
{
    struct chat_request *q = r->request;

    if (r->rc == SL_OK && !has_extra(q, name))
        q->extras[q->n_extras++] = (struct chat_extra){name, raw};
}

static void read_extras(struct chat_reading *r)
{
    struct chat_request *q = r->request;
    struct chat_extra *list;

    reading_extras(r, known, SL_LEN(known));
    list = READING_ARRAY(r, struct chat_extra, q->n_extras + EXTRA_ROOM);
    if (r->rc != SL_OK)
        return;
    if (q->n_extras != 0)
        memcpy(list, q->extras, q->n_extras * sizeof(list[0]));
    q->extras = list;
}

/* ---- parts of a content ---- */

static struct str need_text(struct chat_reading *r, struct jval object,
                            struct str name)
{
    if (json_is_null(json_get(object, name)))
        reading_missing(r, object, name, STR("must be a string"));
    return reading_text(r, object, name);
}

static void read_image(struct chat_reading *r, struct jval part,
                       struct chat_part *p)
{
    struct str url = reading_text(r, part, STR("image_url"));

    p->kind = CHAT_IMAGE;
    p->detail = reading_text(r, part, STR("detail"));
    p->file_id = reading_text(r, part, STR("file_id"));
    if (url.n == 0 && p->file_id.n == 0)
        reading_missing(r, part, STR("image_url"),
                        STR("must be a URL of http, https or data"));
    if (!chat_data_url(url, &p->media_type, &p->data))
        p->url = url;
}

static void read_file(struct chat_reading *r, struct jval part,
                      struct chat_part *p)
{
    struct str data = reading_text(r, part, STR("file_data"));

    p->kind = CHAT_DOCUMENT;
    p->name = reading_text(r, part, STR("filename"));
    p->file_id = reading_text(r, part, STR("file_id"));
    p->url = reading_text(r, part, STR("file_url"));
    if (data.n == 0 && p->file_id.n == 0 && p->url.n == 0)
        reading_missing(r, part, STR("file_data"),
                        STR("must be there, or file_url or file_id"));
    if (data.n != 0 && !chat_data_url(data, &p->media_type, &p->data)) {
        p->data = data;
        p->media_type = STR("application/pdf");
    }
}

static void read_audio(struct chat_reading *r, struct jval part,
                       struct chat_part *p)
{
    struct jval audio = json_get(part, STR("input_audio"));

    p->kind = CHAT_AUDIO;
    if (!json_is_obj(audio)) {
        reading_missing(r, part, STR("input_audio"),
                        STR("must be an object with data and format"));
        return;
    }
    p->data = need_text(r, audio, STR("data"));
    p->media_type = str_eq(reading_text(r, audio, STR("format")), STR("mp3"))
                        ? STR("audio/mp3")
                        : STR("audio/wav");
}

static void read_part(struct chat_reading *r, struct jval part,
                      struct chat_part *p)
{
    struct str type;

    if (!json_is_obj(part)) {
        reading_wrong(r, part, STR("must be an object with a type"));
        return;
    }
    type = reading_text(r, part, STR("type"));
    if (reading_object(r, part, STR("prompt_cache_breakpoint")).n != 0) {
        p->cache_raw = STR("{\"type\":\"ephemeral\"}");
        p->raw = json_raw(part);
    }
    if (str_eq(type, STR("input_text")) || str_eq(type, STR("output_text")) ||
        str_eq(type, STR("text"))) {
        p->kind = CHAT_TEXT;
        p->text = need_text(r, part, STR("text"));
    } else if (str_eq(type, STR("refusal"))) {
        p->kind = CHAT_REFUSAL;
        p->text = need_text(r, part, STR("refusal"));
    } else if (str_eq(type, STR("input_image"))) {
        read_image(r, part, p);
    } else if (str_eq(type, STR("input_file"))) {
        read_file(r, part, p);
    } else if (str_eq(type, STR("input_audio"))) {
        read_audio(r, part, p);
    } else {
        reading_missing(r, part, STR("type"),
                        STR("must be input_text, input_image, input_file, "
                            "input_audio, output_text or refusal"));
    }
}

static struct chat_part *next_part(struct reader *in)
{
    SL_ASSERT(in->n_parts < in->parts_cap);
    return &in->parts[in->n_parts++];
}

/* A string or an array of parts, into the pool; how many. */
static size_t read_content(struct reader *in, struct jval item, struct str name)
{
    struct jval content = json_get(item, name);
    struct jval_iter it = json_iter(content);
    size_t before = in->n_parts;

    if (json_is_str(content)) {
        struct chat_part *p = next_part(in);

        p->kind = CHAT_TEXT;
        p->text = reading_string(in->r, content);
    } else if (!json_is_arr(content)) {
        reading_missing(in->r, item, name,
                        STR("must be a string or an array of parts"));
    }
    while (json_is_arr(content) && in->r->rc == SL_OK && json_iter_next(&it))
        read_part(in->r, it.value, next_part(in));
    return in->n_parts - before;
}

/* ---- items ---- */

/* The message that what is read next belongs to: the assistant's last one when
 * it is the last, else a new one. */
static struct chat_message *message(struct reader *in, enum chat_role role)
{
    struct chat_request *q = in->r->request;
    struct chat_message *m = q->messages + q->n_messages;

    if (role == CHAT_ROLE_ASSISTANT && q->n_messages != 0 && m[-1].role == role)
        return &m[-1];
    q->n_messages++;
    *m = (struct chat_message){.role = role, .parts = in->parts + in->n_parts};
    return m;
}

static struct chat_part *add_part(struct reader *in, enum chat_part_kind kind)
{
    struct chat_part *p = next_part(in);

    *p = (struct chat_part){.kind = kind};
    return p;
}

static void read_message(struct reader *in, struct jval item)
{
    struct str role = reading_text(in->r, item, STR("role"));
    struct chat_message *m;

    if (str_eq(role, STR("user"))) {
        m = message(in, CHAT_ROLE_USER);
    } else if (str_eq(role, STR("assistant"))) {
        m = message(in, CHAT_ROLE_ASSISTANT);
    } else if (str_eq(role, STR("system")) || str_eq(role, STR("developer"))) {
        m = message(in, CHAT_ROLE_SYSTEM);
    } else {
        reading_missing(in->r, item, STR("role"),
                        STR("must be user, assistant, system or developer"));
        return;
    }
    m->n += read_content(in, item, STR("content"));
}

static void read_call(struct reader *in, struct jval item)
{
    struct chat_message *m = message(in, CHAT_ROLE_ASSISTANT);
    struct chat_part *p = add_part(in, CHAT_TOOL_CALL);

    m->n++;
    p->is_custom =
        json_text_eq(json_get(item, STR("type")), STR("custom_tool_call"));
    p->id = need_text(in->r, item, STR("call_id"));
    p->name = need_text(in->r, item, STR("name"));
    if (p->is_custom)
        p->arguments = need_text(in->r, item, STR("input"));
    else
        p->arguments = reading_text(in->r, item, STR("arguments"));
    p->state = in->call_state;
    in->call_state = (struct chat_state){0};
}

static void read_output(struct reader *in, struct jval item)
{
    struct chat_message *m = message(in, CHAT_ROLE_TOOL);
    struct chat_part *p = add_part(in, CHAT_TOOL_RESULT);

    m->n = 1;
    p->id = need_text(in->r, item, STR("call_id"));
    p->name =
        chat_call_name(in->r->request, in->r->request->n_messages - 1, p->id);
    p->parts = in->parts + in->n_parts;
    p->n_parts = read_content(in, item, STR("output"));
}

/* The texts of a list of {"type","text"}, with an empty line between. */
static struct str read_summary(struct chat_reading *r, struct jval list)
{
    struct jval_iter it = json_iter(list);
    struct buf out;

    if (!json_is_arr(list))
        return (struct str){0};
    if (json_count(list) == 1)
        return reading_text(r, json_at(list, 0), STR("text"));
    buf_init(&out, arena_mem(r->arena), json_raw(list).n);
    while (json_iter_next(&it)) {
        struct str text = reading_text(r, it.value, STR("text"));

        if (out.n != 0)
            buf_add(&out, STR("\n\n"));
        buf_add(&out, text);
    }
    if (out.failed && r->rc == SL_OK)
        r->rc = SL_NOMEM;
    return buf_str(&out);
}

static void read_reasoning(struct reader *in, struct jval item)
{
    struct str sealed = reading_text(in->r, item, STR("encrypted_content"));
    struct chat_state state = chat_state_unwrap(sealed, OPENAI_RESPONSES);
    struct str text = read_summary(in->r, json_get(item, STR("summary")));
    struct chat_part *p;

    if (text.n == 0)
        text = read_summary(in->r, json_get(item, STR("content")));
    if (str_eq(state.maker, OPENAI_RESPONSES_CALL)) {
        in->call_state = chat_state_unwrap(state.bytes, OPENAI_RESPONSES);
        return;
    }
    if (text.n == 0 && sealed.n == 0)
        return; /* says nothing to anyone but a store */
    message(in, CHAT_ROLE_ASSISTANT)->n++;
    p = add_part(in, CHAT_REASONING);
    p->text = text;
    if (sealed.n != 0)
        p->state = state;
}

/* Vercel's client, unless told to store nothing, refers to reasoning and sends
 * the rest. Others can go on without what they thought, and their seal. */
static void read_reference(struct reader *in, struct jval item)
{
    if (str_starts(reading_text(in->r, item, STR("id")), STR("rs_")))
        add_extra(in->r, STR("input.item_reference"), json_raw(item));
    else
        reading_wrong(in->r, item,
                      STR("items are not stored here: send the item itself"));
}

/* What becomes of an item: one of the three. */
static const struct {
    struct str type;
    void (*read)(struct reader *in, struct jval item);
    struct str refusal; /* the answer would not make sense without it */
    struct str lost;    /* the history of a tool that the vendor ran: dropped
                           under this name */
} kinds[] = {
    {STR_INIT("message"), read_message, {0}, {0}},
    {STR_INIT("function_call"), read_call, {0}, {0}},
    {STR_INIT("function_call_output"), read_output, {0}, {0}},
    {STR_INIT("custom_tool_call"), read_call, {0}, {0}},
    {STR_INIT("custom_tool_call_output"), read_output, {0}, {0}},
    {STR_INIT("reasoning"), read_reasoning, {0}, {0}},
    {STR_INIT("item_reference"), read_reference, {0}, {0}},
    {STR_INIT("compaction"),
     NULL,
     STR_INIT("can be read by OpenAI alone: send the conversation itself"),
     {0}},
#define X(type)                                         \
    {STR_INIT(type),                                    \
     NULL,                                              \
     STR_INIT(type " is not supported for this model"), \
     {0}},
    X("compaction_trigger") X("computer_call") X("computer_call_output")
        X("local_shell_call") X("local_shell_call_output") X("shell_call")
            X("shell_call_output") X("apply_patch_call")
                X("apply_patch_call_output") X("mcp_approval_request")
                    X("mcp_approval_response") X("program") X("program_output")
                        X("additional_tools")
#undef X
#define X(type) {STR_INIT(type), NULL, {0}, STR_INIT("input." type)},
                            X("web_search_call") X("file_search_call")
                                X("code_interpreter_call")
                                    X("image_generation_call")
                                        X("mcp_list_tools") X("mcp_call")
                                            X("tool_search_call")
                                                X("tool_search_output")
#undef X
};

static void read_item(struct reader *in, struct jval item)
{
    struct str type;

    if (!json_is_obj(item)) {
        reading_wrong(in->r, item, STR("must be an object"));
        return;
    }
    type = reading_text(in->r, item, STR("type"));
    if (type.n == 0)
        type = STR("message");
    for (size_t i = 0; i < SL_LEN(kinds); i++) {
        if (!str_eq(kinds[i].type, type))
            continue;
        if (kinds[i].read != NULL)
            kinds[i].read(in, item);
        else if (kinds[i].refusal.n != 0)
            reading_wrong(in->r, item, kinds[i].refusal);
        else
            add_extra(in->r, kinds[i].lost, json_raw(item));
        return;
    }
    reading_missing(in->r, item, STR("type"),
                    STR("is no type of an item that is known here"));
}

/* No fewer than the parts of all items. */
static size_t count_parts(struct jval input)
{
    struct jval_iter it = json_iter(input);
    size_t n = 2; /* instructions, an input that is a string */

    /* The most an item has: itself and a text that stands in it. */
    while (json_is_arr(input) && json_iter_next(&it))
        n += 2 + (size_t)json_count(json_get(it.value, STR("content"))) +
             json_count(json_get(it.value, STR("output")));
    return n;
}

static void read_input(struct chat_reading *r)
{
    struct jval input = json_get(r->root, STR("input"));
    struct str instructions = reading_text(r, r->root, STR("instructions"));
    struct reader in = {.r = r};
    struct jval_iter it = json_iter(input);

    if (!json_is_str(input) && !json_is_arr(input)) {
        reading_missing(r, r->root, STR("input"),
                        STR("must be a string or an array of items"));
        return;
    }
    in.parts_cap = count_parts(input);
    in.parts = READING_ARRAY(r, struct chat_part, in.parts_cap);
    r->request->messages =
        READING_ARRAY(r, struct chat_message, 2 + (size_t)json_count(input));
    if (r->rc != SL_OK)
        return;
    if (instructions.n != 0) {
        message(&in, CHAT_ROLE_SYSTEM)->n = 1;
        add_part(&in, CHAT_TEXT)->text = instructions;
    }
    if (json_is_str(input)) {
        message(&in, CHAT_ROLE_USER)->n = 1;
        add_part(&in, CHAT_TEXT)->text = reading_string(r, input);
    }
    while (json_is_arr(input) && r->rc == SL_OK && json_iter_next(&it))
        read_item(&in, it.value);
    if (r->rc == SL_OK && json_is_arr(input) && json_count(input) == 0 &&
        r->request->previous_response_id.n == 0)
        reading_wrong(r, input, STR("must hold at least one item"));
}

/* ---- tools ---- */

static const struct str tool_members[] = {
    STR_INIT("type"),   STR_INIT("name"),   STR_INIT("description"),
    STR_INIT("strict"), STR_INIT("format"), STR_INIT("parameters"),
};

static bool is_tool_member(struct jval name)
{
    for (size_t i = 0; i < SL_LEN(tool_members); i++) {
        if (json_text_eq(name, tool_members[i]))
            return true;
    }
    return false;
}

/* async, defer_loading, … of a function: all under one name. */
static void read_tool_rest(struct chat_reading *r, struct jval tool,
                           struct chat_tool *t)
{
    struct jval_iter it = json_iter(tool);

    while (json_iter_next(&it)) {
        if (json_is_null(it.value) || is_tool_member(it.name))
            continue;
        t->raw = json_raw(tool);
        add_extra(r, STR("tools.options"), t->raw);
    }
}

static void read_tool(struct chat_reading *r, struct jval tool,
                      struct chat_tool *t)
{
    struct str type;

    if (!json_is_obj(tool)) {
        reading_wrong(r, tool, STR("must be an object with a type"));
        return;
    }
    type = need_text(r, tool, STR("type"));
    t->is_custom = str_eq(type, STR("custom"));
    if (!t->is_custom && !str_eq(type, STR("function"))) {
        t->server_raw = json_raw(tool);
        t->maker = OPENAI_RESPONSES;
        return;
    }
    t->name = need_text(r, tool, STR("name"));
    t->description = reading_text(r, tool, STR("description"));
    t->schema_raw = reading_object(r, tool, STR("parameters"));
    t->format_raw = reading_object(r, tool, STR("format"));
    if (reading_bool(r, tool, STR("strict")) != CHAT_UNSET)
        t->strict_raw = json_raw(json_get(tool, STR("strict")));
    read_tool_rest(r, tool, t);
}

static void read_tools(struct chat_reading *r)
{
    struct jval tools = json_get(r->root, STR("tools"));
    struct chat_request *q = r->request;
    struct jval_iter it = json_iter(tools);

    if (json_is_null(tools))
        return;
    if (!json_is_arr(tools)) {
        reading_wrong(r, tools, STR("must be an array"));
        return;
    }
    q->tools = READING_ARRAY(r, struct chat_tool, json_count(tools));
    while (r->rc == SL_OK && json_iter_next(&it))
        read_tool(r, it.value, &q->tools[q->n_tools++]);
}

static bool read_choice_word(struct chat_request *q, struct str word)
{
    if (str_eq(word, STR("auto")))
        q->choice = CHAT_CHOICE_AUTO;
    else if (str_eq(word, STR("none")))
        q->choice = CHAT_CHOICE_NONE;
    else if (str_eq(word, STR("required")))
        q->choice = CHAT_CHOICE_REQUIRED;
    else
        return false;
    return true;
}

static void read_allowed(struct chat_reading *r, struct jval choice)
{
    struct chat_request *q = r->request;
    struct jval tools = json_get(choice, STR("tools"));
    struct jval_iter it = json_iter(tools);

    if (!read_choice_word(q, need_text(r, choice, STR("mode"))))
        reading_missing(r, choice, STR("mode"),
                        STR("must be auto or required"));
    if (!json_is_arr(tools))
        reading_missing(r, choice, STR("tools"), STR("must be an array"));
    q->allowed = READING_ARRAY(r, struct str, json_count(tools));
    while (r->rc == SL_OK && json_iter_next(&it)) {
        struct str name = reading_text(r, it.value, STR("name"));

        if (name.n != 0)
            q->allowed[q->n_allowed++] = name;
        else
            add_extra(r, STR("tool_choice.tools"), json_raw(it.value));
    }
}

static void read_choice(struct chat_reading *r)
{
    struct jval v = json_get(r->root, STR("tool_choice"));
    struct chat_request *q = r->request;
    struct str type;

    if (json_is_null(v))
        return;
    if (json_is_str(v)) {
        if (!read_choice_word(q, reading_string(r, v)))
            reading_wrong(r, v,
                          STR("must be none, auto, required or an object"));
        return;
    }
    if (!json_is_obj(v)) {
        reading_wrong(r, v, STR("must be a string or an object"));
        return;
    }
    type = need_text(r, v, STR("type"));
    if (str_eq(type, STR("allowed_tools"))) {
        read_allowed(r, v);
    } else if (str_eq(type, STR("function")) || str_eq(type, STR("custom"))) {
        q->choice = CHAT_CHOICE_NAMED;
        q->choice_name = need_text(r, v, STR("name"));
    } else {
        /* A tool of the vendor's. */
        add_extra(r, STR("tool_choice"), json_raw(v));
    }
}

/* ---- parameters ---- */

static void read_format(struct chat_reading *r, struct jval format)
{
    struct chat_request *q = r->request;
    struct str type = reading_text(r, format, STR("type"));

    if (str_eq(type, STR("json_object"))) {
        q->format = CHAT_FORMAT_JSON;
    } else if (str_eq(type, STR("json_schema"))) {
        q->format = CHAT_FORMAT_SCHEMA;
        q->schema_name = need_text(r, format, STR("name"));
        q->schema_description = reading_text(r, format, STR("description"));
        q->schema_raw = reading_object(r, format, STR("schema"));
        if (reading_bool(r, format, STR("strict")) != CHAT_UNSET)
            q->schema_strict_raw = json_raw(json_get(format, STR("strict")));
        if (q->schema_raw.n == 0)
            reading_missing(r, format, STR("schema"), STR("must be an object"));
    } else if (!str_eq(type, STR("text"))) {
        reading_missing(r, format, STR("type"),
                        STR("must be text, json_object or json_schema"));
    }
}

static void read_text_options(struct chat_reading *r)
{
    struct jval text = json_get(r->root, STR("text"));

    if (reading_object(r, r->root, STR("text")).n == 0)
        return;
    if (reading_object(r, text, STR("format")).n != 0)
        read_format(r, json_get(text, STR("format")));
    r->request->verbosity = reading_text(r, text, STR("verbosity"));
}

static void read_reasoning_options(struct chat_reading *r)
{
    struct jval own = json_get(r->root, STR("reasoning"));
    struct chat_request *q = r->request;
    struct str effort;

    if (reading_object(r, r->root, STR("reasoning")).n == 0)
        return;
    effort = reading_text(r, own, STR("effort"));
    if (effort.n != 0 && !chat_effort_read(effort, &q->effort))
        reading_missing(r, own, STR("effort"),
                        STR("must be none, minimal, low, medium, high, xhigh "
                            "or max"));
    q->reasoning_summary = reading_text(r, own, STR("summary"));
    if (q->reasoning_summary.n == 0)
        q->reasoning_summary = reading_text(r, own, STR("generate_summary"));
    if (q->reasoning_summary.n != 0)
        q->wants_reasoning = CHAT_YES;
    if (!json_is_null(json_get(own, STR("context"))) ||
        !json_is_null(json_get(own, STR("mode"))))
        q->reasoning_raw = json_raw(own);
    if (!json_is_null(json_get(own, STR("context"))))
        add_extra(r, STR("reasoning.context"),
                  json_raw(json_get(own, STR("context"))));
    if (!json_is_null(json_get(own, STR("mode"))))
        add_extra(r, STR("reasoning.mode"),
                  json_raw(json_get(own, STR("mode"))));
}

static void read_include(struct chat_reading *r)
{
    struct chat_request *q = r->request;
    struct str *list = NULL;
    size_t n = 0;

    reading_texts(r, r->root, STR("include"), &list, &n);
    for (size_t i = 0; i < n && r->rc == SL_OK; i++) {
        if (str_eq(list[i], STR("reasoning.encrypted_content")))
            q->wants_sealed_state = true;
        else if (str_eq(list[i], STR("message.output_text.logprobs")))
            q->wants_logprobs = true;
        else
            add_extra(r, STR("include"),
                      json_raw(json_get(r->root, STR("include"))));
    }
}

/* What needs a store, or a run that outlives the request. */
static void refuse_stateful(struct chat_reading *r)
{
    struct jval conversation = json_get(r->root, STR("conversation"));
    struct jval prompt = json_get(r->root, STR("prompt"));

    if (!json_is_null(conversation))
        reading_wrong(r, conversation,
                      STR("conversations are not stored here: send the items "
                          "in input"));
    if (!json_is_null(prompt))
        reading_wrong(r, prompt,
                      STR("stored prompts are not known here: send "
                          "instructions and input"));
    if (reading_bool(r, r->root, STR("background")) == CHAT_YES)
        reading_wrong(r, json_get(r->root, STR("background")),
                      STR("answers are not run in the background here: leave "
                          "it out or stream"));
}

static void read_rest(struct chat_reading *r)
{
    struct chat_request *q = r->request;
    struct str truncation = reading_text(r, r->root, STR("truncation"));

    q->max_tokens = reading_number(r, r->root, STR("max_output_tokens"));
    q->temperature = reading_number(r, r->root, STR("temperature"));
    q->top_p = reading_number(r, r->root, STR("top_p"));
    q->top_logprobs = reading_number(r, r->root, STR("top_logprobs"));
    /* Without the other it asks for nothing. */
    if (!q->wants_logprobs)
        q->top_logprobs = (struct chat_number){0};
    q->parallel_tools = reading_bool(r, r->root, STR("parallel_tool_calls"));
    q->user = reading_text(r, r->root, STR("safety_identifier"));
    if (q->user.n == 0)
        q->user = reading_text(r, r->root, STR("user"));
    q->metadata_raw = reading_object(r, r->root, STR("metadata"));
    q->service_tier = reading_text(r, r->root, STR("service_tier"));
    q->prompt_cache_key = reading_text(r, r->root, STR("prompt_cache_key"));
    if (reading_bool(r, r->root, STR("store")) != CHAT_UNSET)
        q->store_raw = json_raw(json_get(r->root, STR("store")));
    q->stream = reading_bool(r, r->root, STR("stream")) == CHAT_YES;
    q->wants_usage = true;
    /* "disabled" is what everyone does. */
    if (truncation.n != 0 && !str_eq(truncation, STR("disabled")))
        add_extra(r, STR("truncation"),
                  json_raw(json_get(r->root, STR("truncation"))));
}

static void read_repeats(struct chat_reading *r)
{
    struct chat_request *q = r->request;

    q->repeats = READING_ARRAY(r, struct chat_extra, responses_repeats_n);
    for (size_t i = 0; i < responses_repeats_n && r->rc == SL_OK; i++) {
        struct str name = responses_repeats[i].name;
        struct jval v = json_get(r->root, name);

        if (!json_is_null(v))
            q->repeats[q->n_repeats++] = (struct chat_extra){name, json_raw(v)};
    }
}

enum sl_rc openai_responses_read(struct chat_reading *r)
{
    static void (*const steps[])(struct chat_reading *) = {
        refuse_stateful, read_extras,
        read_input,      read_tools,
        read_choice,     read_text_options,
        read_include,    read_reasoning_options,
        read_rest,       read_repeats,
    };

    r->request->model = reading_text(r, r->root, STR("model"));
    r->request->previous_response_id =
        reading_text(r, r->root, STR("previous_response_id"));
    for (size_t i = 0; i < SL_LEN(steps) && r->rc == SL_OK; i++)
        steps[i](r);
    return r->rc;
}
