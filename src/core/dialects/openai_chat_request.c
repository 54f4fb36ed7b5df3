/* SPDX-License-Identifier: MIT */
/* Requests of OpenAI's chat completions (providers' reference: openai-chat
 * section 1). As a client's they are read leniently, as vendors' extensions
 * spell them (reasoning_content, reasoning_details, top_k, cache_control); as
 * a provider's they are written with what its row says it takes. */
#include "core/dialects/openai_chat.h"
#include "core/dialects/writing.h"

static const struct str known[] = {
    STR_INIT("model"),
    STR_INIT("messages"),
    STR_INIT("tools"),
    STR_INIT("functions"),
    STR_INIT("tool_choice"),
    STR_INIT("function_call"),
    STR_INIT("parallel_tool_calls"),
    STR_INIT("max_completion_tokens"),
    STR_INIT("max_tokens"),
    STR_INIT("temperature"),
    STR_INIT("top_p"),
    STR_INIT("top_k"),
    STR_INIT("min_p"),
    STR_INIT("presence_penalty"),
    STR_INIT("frequency_penalty"),
    STR_INIT("seed"),
    STR_INIT("n"),
    STR_INIT("stop"),
    STR_INIT("logprobs"),
    STR_INIT("top_logprobs"),
    STR_INIT("response_format"),
    STR_INIT("reasoning_effort"),
    STR_INIT("reasoning"),
    STR_INIT("user"),
    STR_INIT("safety_identifier"),
    STR_INIT("metadata"),
    STR_INIT("service_tier"),
    STR_INIT("prompt_cache_key"),
    STR_INIT("verbosity"),
    STR_INIT("modalities"),
    STR_INIT("audio"),
    STR_INIT("store"),
    STR_INIT("stream"),
    STR_INIT("stream_options"),
};

/* ---- reading parts ---- */

static void read_image(struct chat_reading *r, struct jval part,
                       struct chat_part *p)
{
    struct jval image = json_get(part, STR("image_url"));
    struct str url;

    p->kind = CHAT_IMAGE;
    /* Some clients send a bare string. */
    if (json_is_obj(image)) {
        url = reading_text(r, image, STR("url"));
        p->detail = reading_text(r, image, STR("detail"));
    } else if (json_is_str(image)) {
        url = reading_string(r, image);
    } else {
        reading_missing(r, part, STR("image_url"),
                        STR("must be an object with a url"));
        return;
    }
    if (r->rc == SL_OK && url.n == 0)
        reading_missing(r, image, STR("url"),
                        STR("must be a URL of http, https or data"));
    if (!chat_data_url(url, &p->media_type, &p->data))
        p->url = url;
}

static void read_audio(struct chat_reading *r, struct jval part,
                       struct chat_part *p)
{
    struct jval audio = json_get(part, STR("input_audio"));
    struct str format;

    p->kind = CHAT_AUDIO;
    if (!json_is_obj(audio)) {
        reading_missing(r, part, STR("input_audio"),
                        STR("must be an object with data and format"));
        return;
    }
    p->data = reading_text(r, audio, STR("data"));
    format = reading_text(r, audio, STR("format"));
    p->media_type =
        str_eq(format, STR("mp3")) ? STR("audio/mp3") : STR("audio/wav");
}

static void read_file(struct chat_reading *r, struct jval part,
                      struct chat_part *p)
{
    struct jval file = json_get(part, STR("file"));
    struct str data;

    p->kind = CHAT_DOCUMENT;
    if (!json_is_obj(file)) {
        reading_missing(r, part, STR("file"),
                        STR("must be an object with file_data or file_id"));
        return;
    }
    p->file_id = reading_text(r, file, STR("file_id"));
    p->name = reading_text(r, file, STR("filename"));
    data = reading_text(r, file, STR("file_data"));
    if (!chat_data_url(data, &p->media_type, &p->data) && data.n != 0) {
        p->data = data;
        p->media_type = STR("application/pdf");
    }
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
    p->cache_raw = reading_object(r, part, STR("cache_control"));
    if (str_eq(type, STR("text"))) {
        p->kind = CHAT_TEXT;
        p->text = reading_text(r, part, STR("text"));
    } else if (str_eq(type, STR("image_url"))) {
        read_image(r, part, p);
    } else if (str_eq(type, STR("input_audio"))) {
        read_audio(r, part, p);
    } else if (str_eq(type, STR("file"))) {
        read_file(r, part, p);
    } else if (str_eq(type, STR("refusal"))) {
        p->kind = CHAT_REFUSAL;
        p->text = reading_text(r, part, STR("refusal"));
    } else {
        reading_missing(r, part, STR("type"),
                        STR("must be text, image_url, input_audio, file or "
                            "refusal"));
    }
}

/* content: parts into p, as many as content_count said. */
static void read_content(struct chat_reading *r, struct jval content,
                         struct chat_part *p)
{
    struct jval_iter it = json_iter(content);

    if (json_is_str(content)) {
        p->kind = CHAT_TEXT;
        p->text = reading_string(r, content);
    }
    while (json_is_arr(content) && r->rc == SL_OK && json_iter_next(&it))
        read_part(r, it.value, p++);
}

static size_t content_count(struct chat_reading *r, struct jval content)
{
    if (json_is_null(content))
        return 0;
    if (json_is_str(content))
        return 1;
    if (json_is_arr(content))
        return json_count(content);
    reading_wrong(r, content, STR("must be a string or an array of parts"));
    return 0;
}

/* ---- reading the assistant's turns ---- */

struct str openai_state_maker(struct str format)
{
    if (str_starts(format, STR("anthropic")))
        return STR("anthropic");
    if (str_starts(format, STR("google")))
        return STR("gemini");
    if (str_starts(format, STR("openai-responses")))
        return STR("openai-responses");
    if (str_starts(format, STR("bedrock")))
        return STR("bedrock");
    return STR("openai-chat");
}

struct str openai_state_format(struct str maker)
{
    if (str_eq(maker, STR("anthropic")))
        return STR("anthropic-claude-v1");
    if (str_eq(maker, STR("gemini")))
        return STR("google-gemini-v1");
    if (str_eq(maker, STR("openai-responses")))
        return STR("openai-responses-v1");
    if (str_eq(maker, STR("bedrock")))
        return STR("bedrock-converse-v1");
    return STR("unknown");
}

/* One of reasoning_details (OpenRouter's form). */
static void read_detail(struct chat_reading *r, struct jval detail,
                        struct chat_part *p)
{
    struct str maker =
        openai_state_maker(reading_text(r, detail, STR("format")));
    struct str signature = reading_text(r, detail, STR("signature"));
    struct str data = reading_text(r, detail, STR("data"));

    p->kind = CHAT_REASONING;
    p->id = reading_text(r, detail, STR("id"));
    p->text = reading_text(r, detail, STR("text"));
    if (p->text.n == 0)
        p->text = reading_text(r, detail, STR("summary"));
    p->state = chat_state_unwrap(signature.n != 0 ? signature : data, maker);
}

/* Reasoning comes as text, as details, or as both; in a stream that was put
 * together by a client, the text of a signed detail may stand in
 * reasoning_content alone. */
static size_t read_reasoning(struct chat_reading *r, struct jval message,
                             struct chat_part *p)
{
    struct str text = reading_text(r, message, STR("reasoning_content"));
    struct jval details = json_get(message, STR("reasoning_details"));
    struct jval_iter it = json_iter(details);
    size_t n = 0;

    if (text.n == 0 && json_is_str(json_get(message, STR("reasoning"))))
        text = reading_text(r, message, STR("reasoning"));
    while (json_is_arr(details) && json_iter_next(&it)) {
        if (json_is_obj(it.value))
            read_detail(r, it.value, &p[n++]);
    }
    if (n == 1 && p[0].text.n == 0 && text.n != 0)
        p[0].text = text;
    if (n != 0 || text.n == 0)
        return n;
    p->kind = CHAT_REASONING;
    p->text = text;
    return 1;
}

static void read_call_state(struct chat_reading *r, struct jval call,
                            struct chat_part *p)
{
    struct jval extra = json_get(call, STR("extra_content"));
    struct str google = reading_text(r, json_get(extra, STR("google")),
                                     STR("thought_signature"));
    struct str other =
        reading_text(r, json_get(extra, STR("sluice")), STR("state"));

    if (google.n != 0)
        p->state = (struct chat_state){STR("gemini"), google};
    else if (other.n != 0)
        p->state = chat_state_unwrap(other, STR("openai-chat"));
}

static void read_call(struct chat_reading *r, struct jval call,
                      struct chat_part *p)
{
    struct jval custom = json_get(call, STR("custom"));
    struct jval function = json_get(call, STR("function"));

    p->kind = CHAT_TOOL_CALL;
    p->id = reading_text(r, call, STR("id"));
    p->is_custom = json_is_obj(custom);
    if (!p->is_custom && !json_is_obj(function)) {
        reading_missing(r, call, STR("function"),
                        STR("must be an object with name and arguments"));
        return;
    }
    p->name = reading_text(r, p->is_custom ? custom : function, STR("name"));
    if (p->is_custom)
        p->arguments = reading_text(r, custom, STR("input"));
    else
        p->arguments = reading_text(r, function, STR("arguments"));
    if (r->rc == SL_OK && p->name.n == 0)
        reading_missing(r, p->is_custom ? custom : function, STR("name"),
                        STR("must be the function's name"));
    read_call_state(r, call, p);
}

/* The deprecated form has no id: the name stands for it. */
static void read_old_call(struct chat_reading *r, struct jval call,
                          struct chat_part *p)
{
    p->kind = CHAT_TOOL_CALL;
    p->name = reading_text(r, call, STR("name"));
    p->id = p->name;
    p->arguments = reading_text(r, call, STR("arguments"));
}

static void read_assistant(struct chat_reading *r, struct jval message,
                           struct chat_message *m)
{
    struct jval content = json_get(message, STR("content"));
    struct jval calls = json_get(message, STR("tool_calls"));
    struct jval details = json_get(message, STR("reasoning_details"));
    struct jval old = json_get(message, STR("function_call"));
    struct str refusal = reading_text(r, message, STR("refusal"));
    size_t n_content = content_count(r, content);
    struct jval_iter it = json_iter(calls);

    if (!json_is_null(calls) && !json_is_arr(calls))
        reading_wrong(r, calls, STR("must be an array"));
    m->parts =
        READING_ARRAY(r, struct chat_part,
                      n_content + json_count(calls) + json_count(details) + 3);
    if (r->rc != SL_OK)
        return;
    m->n = read_reasoning(r, message, m->parts);
    read_content(r, content, m->parts + m->n);
    m->n += n_content;
    if (refusal.n != 0)
        m->parts[m->n++] =
            (struct chat_part){.kind = CHAT_REFUSAL, .text = refusal};
    while (r->rc == SL_OK && json_iter_next(&it))
        read_call(r, it.value, &m->parts[m->n++]);
    if (json_is_obj(old))
        read_old_call(r, old, &m->parts[m->n++]);
}

/* ---- reading messages ---- */

static void read_tool_result(struct chat_reading *r, struct jval message,
                             struct chat_message *m, bool is_old)
{
    struct jval content = json_get(message, STR("content"));
    size_t n = content_count(r, content);
    struct chat_part *p;

    m->parts = READING_ARRAY(r, struct chat_part, 1 + n);
    if (r->rc != SL_OK)
        return;
    m->n = 1;
    p = &m->parts[0];
    p->kind = CHAT_TOOL_RESULT;
    p->name = reading_text(r, message, STR("name"));
    p->id = is_old ? p->name : reading_text(r, message, STR("tool_call_id"));
    if (r->rc == SL_OK && p->id.n == 0)
        reading_missing(r, message, is_old ? STR("name") : STR("tool_call_id"),
                        STR("must name the call that this is the result of"));
    p->cache_raw = reading_object(r, message, STR("cache_control"));
    p->parts = m->parts + 1;
    p->n_parts = n;
    read_content(r, content, p->parts);
}

static void read_plain(struct chat_reading *r, struct jval message,
                       struct chat_message *m)
{
    struct jval content = json_get(message, STR("content"));

    m->n = content_count(r, content);
    if (r->rc == SL_OK && json_is_null(content))
        reading_missing(r, message, STR("content"),
                        STR("must be a string or an array of parts"));
    m->parts = READING_ARRAY(r, struct chat_part, m->n);
    if (r->rc == SL_OK)
        read_content(r, content, m->parts);
}

static void read_message(struct chat_reading *r, struct jval message,
                         struct chat_message *m)
{
    struct str role;

    if (!json_is_obj(message)) {
        reading_wrong(r, message,
                      STR("must be an object with role and content"));
        return;
    }
    role = reading_text(r, message, STR("role"));
    m->name = reading_text(r, message, STR("name"));
    if (str_eq(role, STR("user"))) {
        m->role = CHAT_ROLE_USER;
        read_plain(r, message, m);
    } else if (str_eq(role, STR("system")) || str_eq(role, STR("developer"))) {
        m->role = CHAT_ROLE_SYSTEM;
        read_plain(r, message, m);
    } else if (str_eq(role, STR("assistant"))) {
        m->role = CHAT_ROLE_ASSISTANT;
        read_assistant(r, message, m);
    } else if (str_eq(role, STR("tool")) || str_eq(role, STR("function"))) {
        m->role = CHAT_ROLE_TOOL;
        read_tool_result(r, message, m, str_eq(role, STR("function")));
    } else {
        reading_missing(r, message, STR("role"),
                        STR("must be system, developer, user, assistant or "
                            "tool"));
    }
}

static void read_messages(struct chat_reading *r)
{
    struct jval messages = json_get(r->root, STR("messages"));
    struct chat_request *q = r->request;
    struct jval_iter it = json_iter(messages);

    if (!json_is_arr(messages) || json_count(messages) == 0) {
        reading_missing(r, r->root, STR("messages"),
                        STR("must be an array of at least one message"));
        return;
    }
    q->messages = READING_ARRAY(r, struct chat_message, json_count(messages));
    while (r->rc == SL_OK && json_iter_next(&it))
        read_message(r, it.value, &q->messages[q->n_messages++]);
}

/* ---- reading tools ---- */

/* {"type":"grammar","grammar":{…}} of the chat form is flat in ours. */
static struct str flat_format(struct chat_reading *r, struct jval format)
{
    struct jval grammar = json_get(format, STR("grammar"));
    struct buf out;

    if (!json_is_obj(grammar))
        return json_is_obj(format) ? json_raw(format) : (struct str){0};
    buf_init(&out, arena_mem(r->arena), SIZE_MAX);
    buf_add(&out, STR("{\"type\":\"grammar\",\"syntax\":"));
    json_str(&out, reading_text(r, grammar, STR("syntax")));
    buf_add(&out, STR(",\"definition\":"));
    json_str(&out, reading_text(r, grammar, STR("definition")));
    buf_add_char(&out, '}');
    if (out.failed && r->rc == SL_OK)
        r->rc = SL_NOMEM;
    return buf_str(&out);
}

static void read_tool(struct chat_reading *r, struct jval tool,
                      struct chat_tool *t)
{
    struct jval custom = json_get(tool, STR("custom"));
    struct jval function = json_get(tool, STR("function"));
    struct jval body = json_is_obj(custom) ? custom : function;

    if (!json_is_obj(body) && json_is_obj(tool) &&
        reading_text(r, tool, STR("type")).n != 0 &&
        !json_text_eq(json_get(tool, STR("type")), STR("function"))) {
        t->server_raw = json_raw(tool);
        t->maker = STR("openai-chat");
        return;
    }
    if (!json_is_obj(body)) {
        reading_missing(r, tool, STR("function"),
                        STR("must be an object with a name"));
        return;
    }
    t->is_custom = json_is_obj(custom);
    t->name = reading_text(r, body, STR("name"));
    t->description = reading_text(r, body, STR("description"));
    t->schema_raw = reading_object(r, body, STR("parameters"));
    if (reading_bool(r, body, STR("strict")) != CHAT_UNSET)
        t->strict_raw = json_raw(json_get(body, STR("strict")));
    t->cache_raw = reading_object(r, tool, STR("cache_control"));
    t->format_raw = flat_format(r, json_get(body, STR("format")));
    if (r->rc == SL_OK && t->name.n == 0)
        reading_missing(r, body, STR("name"), STR("must be a name"));
}

static void read_tools(struct chat_reading *r)
{
    struct jval tools = json_get(r->root, STR("tools"));
    struct jval old = json_get(r->root, STR("functions"));
    struct jval list = json_is_null(tools) ? old : tools;
    struct chat_request *q = r->request;
    struct jval_iter it = json_iter(list);

    if (json_is_null(list))
        return;
    if (!json_is_arr(list)) {
        reading_wrong(r, list, STR("must be an array"));
        return;
    }
    q->tools = READING_ARRAY(r, struct chat_tool, json_count(list));
    while (r->rc == SL_OK && json_iter_next(&it)) {
        struct chat_tool *t = &q->tools[q->n_tools++];

        if (!json_is_null(tools)) {
            read_tool(r, it.value, t);
            continue;
        }
        t->name = reading_text(r, it.value, STR("name"));
        t->description = reading_text(r, it.value, STR("description"));
        t->schema_raw = reading_object(r, it.value, STR("parameters"));
    }
}

static bool read_choice_word(struct chat_request *q, struct str word)
{
    if (str_eq(word, STR("auto")))
        q->choice = CHAT_CHOICE_AUTO;
    else if (str_eq(word, STR("none")))
        q->choice = CHAT_CHOICE_NONE;
    else if (str_eq(word, STR("required")) || str_eq(word, STR("any")))
        q->choice = CHAT_CHOICE_REQUIRED;
    else
        return false;
    return true;
}

static void read_allowed(struct chat_reading *r, struct jval allowed)
{
    struct chat_request *q = r->request;
    struct jval tools = json_get(allowed, STR("tools"));
    struct jval_iter it = json_iter(tools);

    q->choice = CHAT_CHOICE_AUTO;
    (void)read_choice_word(q, reading_text(r, allowed, STR("mode")));
    q->allowed = READING_ARRAY(r, struct str, json_count(tools));
    while (r->rc == SL_OK && json_iter_next(&it)) {
        struct jval inner = json_get(it.value, STR("function"));

        q->allowed[q->n_allowed++] =
            reading_text(r, json_is_obj(inner) ? inner : it.value, STR("name"));
    }
}

static void read_choice(struct chat_reading *r)
{
    struct jval v = json_get(r->root, STR("tool_choice"));
    struct chat_request *q = r->request;
    struct jval inner;

    if (json_is_null(v))
        v = json_get(r->root, STR("function_call"));
    if (json_is_null(v))
        return;
    if (json_is_str(v)) {
        if (!read_choice_word(q, reading_string(r, v)))
            reading_wrong(r, v,
                          STR("must be none, auto, required or an object"));
        return;
    }
    inner = json_get(v, STR("allowed_tools"));
    if (json_is_obj(inner)) {
        read_allowed(r, inner);
        return;
    }
    inner = json_get(v, STR("function"));
    if (!json_is_obj(inner))
        inner = json_get(v, STR("custom"));
    q->choice = CHAT_CHOICE_NAMED;
    q->choice_name =
        reading_text(r, json_is_obj(inner) ? inner : v, STR("name"));
    if (r->rc == SL_OK && q->choice_name.n == 0)
        reading_wrong(r, v, STR("must name a function"));
}

/* ---- reading parameters ---- */

static void read_format(struct chat_reading *r)
{
    struct jval v = json_get(r->root, STR("response_format"));
    struct jval schema = json_get(v, STR("json_schema"));
    struct chat_request *q = r->request;
    struct str type;

    if (json_is_null(v))
        return;
    type = reading_text(r, v, STR("type"));
    if (str_eq(type, STR("json_object"))) {
        q->format = CHAT_FORMAT_JSON;
    } else if (str_eq(type, STR("json_schema"))) {
        q->format = CHAT_FORMAT_SCHEMA;
        q->schema_name = reading_text(r, schema, STR("name"));
        q->schema_description = reading_text(r, schema, STR("description"));
        q->schema_raw = reading_object(r, schema, STR("schema"));
        if (reading_bool(r, schema, STR("strict")) != CHAT_UNSET)
            q->schema_strict_raw = json_raw(json_get(schema, STR("strict")));
        if (r->rc == SL_OK && q->schema_raw.n == 0)
            reading_missing(r, json_is_obj(schema) ? schema : v,
                            json_is_obj(schema) ? STR("schema")
                                                : STR("json_schema"),
                            STR("must be an object"));
    } else if (!str_eq(type, STR("text"))) {
        reading_missing(r, v, STR("type"),
                        STR("must be text, json_object or json_schema"));
    }
}

static void read_effort(struct chat_reading *r)
{
    struct jval own = json_get(r->root, STR("reasoning"));
    struct str effort = reading_text(r, r->root, STR("reasoning_effort"));
    struct chat_request *q = r->request;
    int64_t budget;

    /* OpenRouter's form: {"effort","max_tokens","exclude"}. */
    if (json_is_obj(own)) {
        if (effort.n == 0)
            effort = reading_text(r, own, STR("effort"));
        if (json_i64(json_get(own, STR("max_tokens")), &budget) && budget >= 0)
            q->reasoning_budget = budget;
        q->wants_reasoning = reading_bool(r, own, STR("exclude")) == CHAT_YES
                                 ? CHAT_NO
                                 : CHAT_YES;
    }
    if (effort.n != 0 && !chat_effort_read(effort, &q->effort))
        reading_missing(r, r->root, STR("reasoning_effort"),
                        STR("must be none, minimal, low, medium, high, xhigh "
                            "or max"));
    if (q->effort == CHAT_EFFORT_NONE)
        q->wants_reasoning = CHAT_UNSET;
}

static void read_modalities(struct chat_reading *r)
{
    struct str *list = NULL;
    size_t n = 0;

    reading_texts(r, r->root, STR("modalities"), &list, &n);
    for (size_t i = 0; i < n && r->rc == SL_OK; i++) {
        r->request->wants_image |= str_eq(list[i], STR("image"));
        r->request->wants_audio |= str_eq(list[i], STR("audio"));
    }
    r->request->audio_raw = reading_object(r, r->root, STR("audio"));
}

static void read_numbers(struct chat_reading *r)
{
    struct chat_request *q = r->request;

    q->max_tokens = reading_number(r, r->root, STR("max_completion_tokens"));
    if (q->max_tokens.raw.n == 0)
        q->max_tokens = reading_number(r, r->root, STR("max_tokens"));
    q->temperature = reading_number(r, r->root, STR("temperature"));
    q->top_p = reading_number(r, r->root, STR("top_p"));
    q->top_k = reading_number(r, r->root, STR("top_k"));
    q->min_p = reading_number(r, r->root, STR("min_p"));
    q->presence_penalty = reading_number(r, r->root, STR("presence_penalty"));
    q->frequency_penalty = reading_number(r, r->root, STR("frequency_penalty"));
    q->seed = reading_number(r, r->root, STR("seed"));
    q->n = reading_number(r, r->root, STR("n"));
    q->top_logprobs = reading_number(r, r->root, STR("top_logprobs"));
}

static void read_rest(struct chat_reading *r)
{
    struct chat_request *q = r->request;
    struct jval options = json_get(r->root, STR("stream_options"));

    reading_texts(r, r->root, STR("stop"), &q->stop, &q->n_stop);
    q->wants_logprobs = reading_bool(r, r->root, STR("logprobs")) == CHAT_YES;
    q->parallel_tools = reading_bool(r, r->root, STR("parallel_tool_calls"));
    q->user = reading_text(r, r->root, STR("safety_identifier"));
    if (q->user.n == 0)
        q->user = reading_text(r, r->root, STR("user"));
    q->metadata_raw = reading_object(r, r->root, STR("metadata"));
    q->service_tier = reading_text(r, r->root, STR("service_tier"));
    q->prompt_cache_key = reading_text(r, r->root, STR("prompt_cache_key"));
    q->verbosity = reading_text(r, r->root, STR("verbosity"));
    if (reading_bool(r, r->root, STR("store")) != CHAT_UNSET)
        q->store_raw = json_raw(json_get(r->root, STR("store")));
    q->stream = reading_bool(r, r->root, STR("stream")) == CHAT_YES;
    q->wants_usage = json_is_true(json_get(options, STR("include_usage")));
}

enum sl_rc openai_chat_read(struct chat_reading *r)
{
    r->request->model = reading_text(r, r->root, STR("model"));
    read_messages(r);
    if (r->rc == SL_OK)
        read_tools(r);
    if (r->rc == SL_OK)
        read_choice(r);
    if (r->rc == SL_OK)
        read_format(r);
    if (r->rc == SL_OK)
        read_effort(r);
    if (r->rc == SL_OK)
        read_modalities(r);
    if (r->rc == SL_OK)
        read_numbers(r);
    if (r->rc == SL_OK)
        read_rest(r);
    if (r->rc == SL_OK)
        reading_extras(r, known, SL_LEN(known));
    return r->rc;
}

/* ---- writing ---- */

/* "name": raw, unless the provider refuses it. */
static void put(struct chat_writing *w, struct str name, struct str raw)
{
    if (raw.n == 0 || writing_drops(w, name))
        return;
    buf_add_char(w->out, ',');
    json_key(w->out, name);
    buf_add(w->out, raw);
}

static void put_text(struct chat_writing *w, struct str name, struct str text)
{
    struct buf raw;

    if (text.n == 0)
        return;
    buf_init(&raw, arena_mem(w->arena), text.n * 6 + 2);
    json_str(&raw, text);
    put(w, name, buf_str(&raw));
    w->out->failed |= raw.failed;
}

/* What only OpenAI itself is sure to take. */
static void put_openai(struct chat_writing *w, struct str name, struct str raw)
{
    if (raw.n != 0 && !w->quirks->is_openai)
        chat_lose(w->loss, name, CHAT_DROPPED);
    else
        put(w, name, raw);
}

static void put_openai_text(struct chat_writing *w, struct str name,
                            struct str text)
{
    if (text.n != 0 && !w->quirks->is_openai)
        chat_lose(w->loss, name, CHAT_DROPPED);
    else
        put_text(w, name, text);
}

static void write_data_url(struct buf *out, const struct chat_part *p)
{
    if (p->url.n != 0) {
        json_str(out, p->url);
        return;
    }
    buf_add(out, STR("\"data:"));
    json_str_part(out, p->media_type);
    buf_add(out, STR(";base64,"));
    json_str_part(out, p->data);
    buf_add_char(out, '"');
}

/* ---- writing parts ---- */

static void write_image(struct buf *out, const struct chat_part *p)
{
    buf_add(out, STR("{\"type\":\"image_url\",\"image_url\":{\"url\":"));
    write_data_url(out, p);
    if (p->detail.n != 0) {
        buf_add(out, STR(",\"detail\":"));
        json_str(out, p->detail);
    }
    buf_add_char(out, '}');
}

static void write_audio(struct buf *out, const struct chat_part *p)
{
    bool is_mp3 = str_eq(p->media_type, STR("audio/mp3")) ||
                  str_eq(p->media_type, STR("audio/mpeg"));

    buf_add(out, STR("{\"type\":\"input_audio\",\"input_audio\":{\"data\":"));
    json_str(out, p->data);
    buf_add(out,
            is_mp3 ? STR(",\"format\":\"mp3\"}") : STR(",\"format\":\"wav\"}"));
}

static void write_file(struct buf *out, const struct chat_part *p)
{
    buf_add(out, STR("{\"type\":\"file\",\"file\":{"));
    if (p->file_id.n != 0) {
        buf_add(out, STR("\"file_id\":"));
        json_str(out, p->file_id);
    } else {
        buf_add(out, STR("\"filename\":"));
        json_str(out, p->name.n != 0 ? p->name : STR("document"));
        buf_add(out, STR(",\"file_data\":"));
        write_data_url(out, p);
    }
    buf_add_char(out, '}');
}

static void write_text(struct buf *out, struct str text)
{
    buf_add(out, STR("{\"type\":\"text\",\"text\":"));
    json_str(out, text);
}

static bool is_media(const struct chat_part *p)
{
    return p->kind == CHAT_IMAGE || p->kind == CHAT_AUDIO ||
           (p->kind == CHAT_DOCUMENT && p->text.n == 0);
}

/* Can it stand in a message of this dialect? */
static bool has_place(struct chat_writing *w, const struct chat_part *p,
                      enum chat_role role)
{
    bool is_user = role == CHAT_ROLE_USER;

    /* A result's media follow as the user's (write_result_media). */
    if (role == CHAT_ROLE_TOOL && is_media(p))
        return false;
    switch (p->kind) {
    case CHAT_TEXT:
        return true;
    case CHAT_IMAGE:
        if (is_user && p->file_id.n == 0)
            return true;
        chat_lose(w->loss, STR("messages.image"), CHAT_DROPPED);
        return false;
    case CHAT_AUDIO:
        if (is_user)
            return true;
        chat_lose(w->loss, STR("messages.audio"), CHAT_DROPPED);
        return false;
    case CHAT_DOCUMENT:
        /* A text becomes one; a URL has no place. */
        if (p->text.n != 0 || (is_user && p->url.n == 0))
            return true;
        chat_lose(w->loss, STR("messages.document"), CHAT_DROPPED);
        return false;
    case CHAT_REFUSAL:
        return true;
    case CHAT_REASONING:
    case CHAT_TOOL_CALL:
    case CHAT_TOOL_RESULT:
        break;
    }
    return false;
}

static void write_part(struct chat_writing *w, const struct chat_part *p)
{
    switch (p->kind) {
    case CHAT_IMAGE:
        write_image(w->out, p);
        break;
    case CHAT_AUDIO:
        write_audio(w->out, p);
        break;
    case CHAT_DOCUMENT:
        if (p->text.n == 0) {
            write_file(w->out, p);
            break;
        }
        chat_lose(w->loss, STR("messages.document"), CHAT_MOVED);
        write_text(w->out, p->text);
        break;
    case CHAT_TEXT:
    case CHAT_REFUSAL:
    case CHAT_REASONING:
    case CHAT_TOOL_CALL:
    case CHAT_TOOL_RESULT:
        write_text(w->out, p->text);
        break;
    }
    if (p->cache_raw.n != 0 && w->quirks->has_cache_control) {
        buf_add(w->out, STR(",\"cache_control\":"));
        buf_add(w->out, p->cache_raw);
    } else if (p->cache_raw.n != 0) {
        chat_lose(w->loss, STR("cache_control"), CHAT_DROPPED);
    }
    buf_add_char(w->out, '}');
}

/* As a string where it is one text and nothing else, as most providers
 * understand it best; else an array of parts. n counts what has a place. */
static void write_content(struct chat_writing *w, const struct chat_message *m)
{
    const struct chat_part *only = NULL;
    size_t n = 0;

    for (size_t i = 0; i < m->n; i++) {
        if (!has_place(w, &m->parts[i], m->role))
            continue;
        only = &m->parts[i];
        n++;
    }
    if (n == 0) {
        buf_add(w->out,
                m->role == CHAT_ROLE_ASSISTANT ? STR("null") : STR("\"\""));
        return;
    }
    if (n == 1 && (only->kind == CHAT_TEXT || only->kind == CHAT_REFUSAL) &&
        (only->cache_raw.n == 0 || !w->quirks->has_cache_control)) {
        json_str(w->out, only->text);
        if (only->cache_raw.n != 0)
            chat_lose(w->loss, STR("cache_control"), CHAT_DROPPED);
        return;
    }
    buf_add_char(w->out, '[');
    n = 0;
    for (size_t i = 0; i < m->n; i++) {
        if (!has_place(w, &m->parts[i], m->role))
            continue;
        if (n++ != 0)
            buf_add_char(w->out, ',');
        write_part(w, &m->parts[i]);
    }
    buf_add_char(w->out, ']');
}

/* ---- writing messages ---- */

static void write_call_state(struct chat_writing *w, const struct chat_part *p)
{
    if (p->state.bytes.n == 0)
        return;
    /* Google's compatible endpoint takes its own back in this place. */
    if (!str_eq(p->state.maker, STR("gemini"))) {
        chat_lose(w->loss, STR("messages.reasoning_state"), CHAT_DROPPED);
        return;
    }
    buf_add(w->out,
            STR(",\"extra_content\":{\"google\":{\"thought_signature\":"));
    json_str(w->out, p->state.bytes);
    buf_add(w->out, STR("}}"));
}

static void write_call(struct chat_writing *w, const struct chat_part *p)
{
    buf_add(w->out, STR("{\"id\":"));
    json_str(w->out, p->id);
    if (p->is_custom) {
        buf_add(w->out, STR(",\"type\":\"custom\",\"custom\":{\"name\":"));
        json_str(w->out, p->name);
        buf_add(w->out, STR(",\"input\":"));
        json_str(w->out, p->arguments);
    } else {
        buf_add(w->out, STR(",\"type\":\"function\",\"function\":{\"name\":"));
        json_str(w->out, p->name);
        buf_add(w->out, STR(",\"arguments\":"));
        json_str(w->out, p->arguments.n != 0 ? p->arguments : STR("{}"));
    }
    buf_add_char(w->out, '}');
    write_call_state(w, p);
    buf_add_char(w->out, '}');
}

static void write_calls(struct chat_writing *w, const struct chat_message *m)
{
    bool has_one = false;

    for (size_t i = 0; i < m->n; i++) {
        if (m->parts[i].kind != CHAT_TOOL_CALL)
            continue;
        buf_add(w->out, has_one ? STR(",") : STR(",\"tool_calls\":["));
        has_one = true;
        write_call(w, &m->parts[i]);
    }
    if (has_one)
        buf_add_char(w->out, ']');
}

/* The text of what was thought, where the provider takes it back. */
static void write_reasoning(struct chat_writing *w,
                            const struct chat_message *m)
{
    bool has_one = false;

    for (size_t i = 0; i < m->n; i++) {
        const struct chat_part *p = &m->parts[i];

        if (p->kind != CHAT_REASONING)
            continue;
        if (p->state.bytes.n != 0)
            chat_lose(w->loss, STR("messages.reasoning_state"), CHAT_DROPPED);
        if (p->text.n == 0)
            continue;
        if (!w->quirks->has_reasoning_content) {
            chat_lose(w->loss, STR("messages.reasoning"), CHAT_DROPPED);
            continue;
        }
        if (!has_one)
            buf_add(w->out, STR(",\"reasoning_content\":\""));
        has_one = true;
        json_str_part(w->out, p->text);
    }
    if (has_one)
        buf_add_char(w->out, '"');
}

static void begin_message(struct chat_writing *w, struct str role)
{
    if (w->out->n != 0 && w->out->p[w->out->n - 1] != '[')
        buf_add_char(w->out, ',');
    buf_add(w->out, STR("{\"role\":"));
    json_str(w->out, role);
}

static void write_result(struct chat_writing *w, const struct chat_part *p)
{
    const struct chat_message content = {
        .role = CHAT_ROLE_TOOL, .parts = p->parts, .n = p->n_parts};

    begin_message(w, STR("tool"));
    buf_add(w->out, STR(",\"tool_call_id\":"));
    json_str(w->out, p->id);
    buf_add(w->out, STR(",\"content\":"));
    if (p->is_error)
        chat_lose(w->loss, STR("messages.is_error"), CHAT_DROPPED);
    write_content(w, &content);
    buf_add_char(w->out, '}');
}

/* One more part of the message that shows what results held. */
static void write_shown(struct chat_writing *w, const struct chat_part *p,
                        size_t *n)
{
    if (!is_media(p) || !has_place(w, p, CHAT_ROLE_USER))
        return;
    if (*n == 0) {
        begin_message(w, STR("user"));
        buf_add(w->out, STR(",\"content\":["));
    } else {
        buf_add_char(w->out, ',');
    }
    ++*n;
    write_part(w, p);
    chat_lose(w->loss, STR("messages.tool_result"), CHAT_MOVED);
}

/* A result holds text alone here: its images follow as the user's. */
static void write_result_media(struct chat_writing *w,
                               const struct chat_message *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->n; i++) {
        for (size_t k = 0; k < m->parts[i].n_parts; k++)
            write_shown(w, &m->parts[i].parts[k], &n);
    }
    if (n != 0)
        buf_add(w->out, STR("]}"));
}

static struct str role_name(enum chat_role role)
{
    switch (role) {
    case CHAT_ROLE_SYSTEM:
        return STR("system");
    case CHAT_ROLE_USER:
        return STR("user");
    case CHAT_ROLE_ASSISTANT:
        return STR("assistant");
    case CHAT_ROLE_TOOL:
        break;
    }
    return STR("tool");
}

static void write_message(struct chat_writing *w, const struct chat_message *m)
{
    begin_message(w, role_name(m->role));
    if (m->name.n != 0) {
        buf_add(w->out, STR(",\"name\":"));
        json_str(w->out, m->name);
    }
    buf_add(w->out, STR(",\"content\":"));
    write_content(w, m);
    if (m->role == CHAT_ROLE_ASSISTANT) {
        write_reasoning(w, m);
        write_calls(w, m);
    }
    buf_add_char(w->out, '}');
}

static void write_messages(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    buf_add(w->out, STR(",\"messages\":["));
    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        if (m->role != CHAT_ROLE_TOOL) {
            write_message(w, m);
            continue;
        }
        for (size_t k = 0; k < m->n; k++)
            write_result(w, &m->parts[k]);
        /* Results of one turn stand together; what they showed, after all of
         * them. */
        if (i + 1 == q->n_messages || q->messages[i + 1].role != CHAT_ROLE_TOOL)
            write_result_media(w, m);
    }
    buf_add_char(w->out, ']');
}

/* ---- writing tools ---- */

static void write_function(struct chat_writing *w, const struct chat_tool *t)
{
    struct buf *out = w->out;

    buf_add(out, STR("{\"type\":\"function\",\"function\":{\"name\":"));
    json_str(out, t->name);
    if (t->description.n != 0) {
        buf_add(out, STR(",\"description\":"));
        json_str(out, t->description);
    }
    if (t->schema_raw.n != 0) {
        buf_add(out, STR(",\"parameters\":"));
        buf_add(out, t->schema_raw);
    }
    if (t->strict_raw.n != 0 && w->quirks->is_openai) {
        buf_add(out, STR(",\"strict\":"));
        buf_add(out, t->strict_raw);
    }
    buf_add_char(out, '}');
    if (t->cache_raw.n != 0 && w->quirks->has_cache_control) {
        buf_add(out, STR(",\"cache_control\":"));
        buf_add(out, t->cache_raw);
    } else if (t->cache_raw.n != 0) {
        chat_lose(w->loss, STR("cache_control"), CHAT_DROPPED);
    }
    buf_add_char(out, '}');
}

static void write_custom(struct chat_writing *w, const struct chat_tool *t)
{
    struct buf *out = w->out;

    buf_add(out, STR("{\"type\":\"custom\",\"custom\":{\"name\":"));
    json_str(out, t->name);
    if (t->description.n != 0) {
        buf_add(out, STR(",\"description\":"));
        json_str(out, t->description);
    }
    /* {"type":"grammar","syntax":…} is nested here. */
    if (str_has(t->format_raw, STR("\"grammar\""))) {
        buf_add(out, STR(",\"format\":{\"type\":\"grammar\",\"grammar\":"));
        buf_add(out, t->format_raw);
        buf_add_char(out, '}');
    } else if (t->format_raw.n != 0) {
        buf_add(out, STR(",\"format\":"));
        buf_add(out, t->format_raw);
    }
    buf_add(out, STR("}}"));
}

static bool is_allowed(const struct chat_request *q, struct str name)
{
    for (size_t i = 0; i < q->n_allowed; i++) {
        if (str_eq(q->allowed[i], name))
            return true;
    }
    return q->n_allowed == 0;
}

/* Tools that may not be used are left out: providers do not all know
 * "allowed_tools", and it means the same. */
static size_t write_tools(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t n = 0;

    if (q->n_tools != 0 && writing_drops(w, STR("tools")))
        return 0;
    for (size_t i = 0; i < q->n_tools; i++) {
        const struct chat_tool *t = &q->tools[i];

        if (t->server_raw.n != 0 || (t->is_custom && !w->quirks->is_openai)) {
            writing_lose_tool(w, t);
            continue;
        }
        if (!is_allowed(q, t->name))
            continue;
        buf_add(w->out, n++ == 0 ? STR(",\"tools\":[") : STR(","));
        if (t->is_custom)
            write_custom(w, t);
        else
            write_function(w, t);
    }
    if (n != 0)
        buf_add_char(w->out, ']');
    return n;
}

static bool is_custom_name(const struct chat_request *q, struct str name)
{
    for (size_t i = 0; i < q->n_tools; i++) {
        if (q->tools[i].is_custom && str_eq(q->tools[i].name, name))
            return true;
    }
    return false;
}

static void write_choice(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct buf raw;

    buf_init(&raw, arena_mem(w->arena), SIZE_MAX);
    switch (q->choice) {
    case CHAT_CHOICE_UNSET:
        break;
    case CHAT_CHOICE_AUTO:
        buf_add(&raw, STR("\"auto\""));
        break;
    case CHAT_CHOICE_NONE:
        buf_add(&raw, STR("\"none\""));
        break;
    case CHAT_CHOICE_REQUIRED:
        buf_add(&raw, STR("\"required\""));
        break;
    case CHAT_CHOICE_NAMED:
        buf_add(&raw, is_custom_name(q, q->choice_name)
                          ? STR("{\"type\":\"custom\",\"custom\":{\"name\":")
                          : STR("{\"type\":\"function\",\"function\":{"
                                "\"name\":"));
        json_str(&raw, q->choice_name);
        buf_add(&raw, STR("}}"));
        break;
    }
    put(w, STR("tool_choice"), buf_str(&raw));
    w->out->failed |= raw.failed;
    if (q->parallel_tools != CHAT_UNSET)
        put(w, STR("parallel_tool_calls"),
            q->parallel_tools == CHAT_YES ? STR("true") : STR("false"));
}

/* ---- writing parameters ---- */

static void write_format(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct buf raw;

    buf_init(&raw, arena_mem(w->arena), SIZE_MAX);
    if (q->format == CHAT_FORMAT_JSON)
        buf_add(&raw, STR("{\"type\":\"json_object\"}"));
    if (q->format == CHAT_FORMAT_SCHEMA) {
        buf_add(&raw,
                STR("{\"type\":\"json_schema\",\"json_schema\":{\"name\":"));
        json_str(&raw,
                 q->schema_name.n != 0 ? q->schema_name : STR("response"));
        if (q->schema_description.n != 0) {
            buf_add(&raw, STR(",\"description\":"));
            json_str(&raw, q->schema_description);
        }
        buf_add(&raw, STR(",\"schema\":"));
        buf_add(&raw, q->schema_raw);
        if (q->schema_strict_raw.n != 0) {
            buf_add(&raw, STR(",\"strict\":"));
            buf_add(&raw, q->schema_strict_raw);
        }
        buf_add(&raw, STR("}}"));
    }
    put(w, STR("response_format"), buf_str(&raw));
    w->out->failed |= raw.failed;
}

static void write_effort(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    enum chat_effort effort = q->effort;

    if (effort == CHAT_EFFORT_UNSET && q->reasoning_budget >= 0) {
        effort = chat_budget_effort(q->reasoning_budget);
        chat_lose(w->loss, STR("reasoning_budget"), CHAT_APPROXIMATED);
    }
    put_text(w, STR("reasoning_effort"), chat_effort_name(effort));
    if (q->reasoning_summary.n != 0)
        chat_lose(w->loss, STR("reasoning.summary"), CHAT_DROPPED);
}

static void write_stop(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct buf raw;

    if (q->n_stop == 0)
        return;
    buf_init(&raw, arena_mem(w->arena), SIZE_MAX);
    for (size_t i = 0; i < q->n_stop; i++) {
        buf_add_char(&raw, i == 0 ? '[' : ',');
        json_str(&raw, q->stop[i]);
    }
    buf_add_char(&raw, ']');
    put(w, STR("stop"), buf_str(&raw));
    w->out->failed |= raw.failed;
}

/* 0 … 2 here; others go no further than 1. */
static void write_numbers(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    bool is_new = w->quirks->has_max_completion_tokens;

    put(w, is_new ? STR("max_completion_tokens") : STR("max_tokens"),
        q->max_tokens.raw);
    put(w, STR("temperature"), q->temperature.raw);
    put(w, STR("top_p"), q->top_p.raw);
    if (w->quirks->has_top_k) {
        put(w, STR("top_k"), q->top_k.raw);
        put(w, STR("min_p"), q->min_p.raw);
    } else {
        if (q->top_k.raw.n != 0)
            chat_lose(w->loss, STR("top_k"), CHAT_DROPPED);
        if (q->min_p.raw.n != 0)
            chat_lose(w->loss, STR("min_p"), CHAT_DROPPED);
    }
    put(w, STR("presence_penalty"), q->presence_penalty.raw);
    put(w, STR("frequency_penalty"), q->frequency_penalty.raw);
    put(w, STR("seed"), q->seed.raw);
    put(w, STR("n"), q->n.raw);
    put(w, STR("logprobs"), q->wants_logprobs ? STR("true") : (struct str){0});
    put(w, STR("top_logprobs"), q->top_logprobs.raw);
}

static void write_rest(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    put_text(w, STR("user"), q->user);
    put_openai(w, STR("metadata"), q->metadata_raw);
    put_openai(w, STR("store"), q->store_raw);
    put_openai_text(w, STR("service_tier"), q->service_tier);
    put_openai_text(w, STR("prompt_cache_key"), q->prompt_cache_key);
    put_openai_text(w, STR("verbosity"), q->verbosity);
    put(w, STR("modalities"),
        q->wants_audio   ? STR("[\"text\",\"audio\"]")
        : q->wants_image ? STR("[\"text\",\"image\"]")
                         : (struct str){0});
    put(w, STR("audio"), q->audio_raw);
    for (size_t i = 0; i < q->n_extras; i++)
        chat_lose(w->loss, q->extras[i].name, CHAT_DROPPED);
    if (!q->stream)
        return;
    put(w, STR("stream"), STR("true"));
    if (w->quirks->has_stream_options)
        put(w, STR("stream_options"), STR("{\"include_usage\":true}"));
}

void openai_chat_write(struct chat_writing *w)
{
    buf_add(w->out, STR("{\"model\":"));
    json_str(w->out, w->model);
    write_messages(w);
    if (write_tools(w) != 0)
        write_choice(w);
    write_format(w);
    write_effort(w);
    write_numbers(w);
    write_stop(w);
    write_rest(w);
    buf_add_char(w->out, '}');
}
