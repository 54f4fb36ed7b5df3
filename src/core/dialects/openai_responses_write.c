/* SPDX-License-Identifier: MIT */
/* Requests of OpenAI's Responses as a provider gets them (providers' reference:
 * openai-responses sections 1 to 3 and 7). What it can't hold is named. */
#include "core/dialects/openai_responses.h"

enum { LEAST_TOKENS = 16 }; /* OpenAI refuses less */

static const double most_temperature = 2;

/* Extras of OpenAI's chat that mean the same here. */
static const struct str chat_extras[] = {
    STR_INIT("prompt_cache_options"),
    STR_INIT("prompt_cache_retention"),
    STR_INIT("moderation"),
};

static void lose(struct chat_writing *w, struct str what)
{
    chat_lose(w->loss, what, CHAT_DROPPED);
}

/* ,"name":raw */
static void put(struct chat_writing *w, struct str name, struct str raw)
{
    if (raw.n == 0)
        return;
    buf_add_char(w->out, ',');
    json_key(w->out, name);
    buf_add(w->out, raw);
}

static void put_text(struct chat_writing *w, struct str name, struct str text)
{
    if (text.n == 0)
        return;
    buf_add_char(w->out, ',');
    json_key(w->out, name);
    json_str(w->out, text);
}

/* A member of the request itself, unless the provider refuses it. */
static void put_member(struct chat_writing *w, struct str name, struct str raw)
{
    if (raw.n != 0 && !writing_drops(w, name))
        put(w, name, raw);
}

static void put_member_text(struct chat_writing *w, struct str name,
                            struct str text)
{
    if (text.n != 0 && !writing_drops(w, name))
        put_text(w, name, text);
}

static bool is_own_client(const struct chat_request *q)
{
    return q->from == &dialect_openai_responses;
}

/* ---- parts ---- */

static void write_data_url(struct chat_writing *w, const struct chat_part *p)
{
    buf_add(w->out, STR("\"data:"));
    json_str_part(w->out, p->media_type);
    buf_add(w->out, STR(";base64,"));
    json_str_part(w->out, p->data);
    buf_add_char(w->out, '"');
}

static void write_image(struct chat_writing *w, const struct chat_part *p)
{
    buf_add(w->out, STR("{\"type\":\"input_image\""));
    put_text(w, STR("detail"), p->detail.n != 0 ? p->detail : STR("auto"));
    put_text(w, STR("file_id"), p->file_id);
    put_text(w, STR("image_url"), p->url);
    if (p->data.n != 0) {
        buf_add(w->out, STR(",\"image_url\":"));
        write_data_url(w, p);
    }
    buf_add_char(w->out, '}');
}

static void write_document(struct chat_writing *w, const struct chat_part *p)
{
    if (p->text.n != 0) {
        buf_add(w->out, STR("{\"type\":\"input_text\""));
        put_text(w, STR("text"), p->text);
        buf_add_char(w->out, '}');
        return;
    }
    buf_add(w->out, STR("{\"type\":\"input_file\""));
    put_text(w, STR("file_id"), p->file_id);
    put_text(w, STR("file_url"), p->url);
    if (p->data.n != 0) {
        /* OpenAI wants a name with data. */
        put_text(w, STR("filename"), p->name.n != 0 ? p->name : STR("file"));
        buf_add(w->out, STR(",\"file_data\":"));
        write_data_url(w, p);
    }
    buf_add_char(w->out, '}');
}

static void write_audio(struct chat_writing *w, const struct chat_part *p)
{
    bool is_mp3 = str_ends(p->media_type, STR("mp3")) ||
                  str_ends(p->media_type, STR("mpeg"));

    buf_add(w->out,
            STR("{\"type\":\"input_audio\",\"input_audio\":{\"data\":"));
    json_str(w->out, p->data);
    put_text(w, STR("format"), is_mp3 ? STR("mp3") : STR("wav"));
    buf_add(w->out, STR("}}"));
}

static void write_text_part(struct chat_writing *w, const struct chat_part *p,
                            struct str type)
{
    buf_add(w->out, STR("{\"type\":"));
    json_str(w->out, type);
    buf_add(w->out, STR(",\"text\":"));
    json_str(w->out, p->text);
    if (str_eq(type, STR("output_text")))
        buf_add(w->out, STR(",\"annotations\":[]"));
    buf_add_char(w->out, '}');
}

/* A part with a prompt-cache marker that a client of ours wrote goes as it is;
 * another vendor's marker has no place. */
static bool is_raw_part(struct chat_writing *w, const struct chat_part *p)
{
    if (p->cache_raw.n == 0)
        return false;
    if (is_own_client(w->request) && p->raw.n != 0) {
        buf_add(w->out, p->raw);
        return true;
    }
    lose(w, STR("cache_control"));
    return false;
}

static void write_input_part(struct chat_writing *w, const struct chat_part *p)
{
    if (is_raw_part(w, p))
        return;
    switch (p->kind) {
    case CHAT_IMAGE:
        write_image(w, p);
        break;
    case CHAT_AUDIO:
        write_audio(w, p);
        break;
    case CHAT_DOCUMENT:
        write_document(w, p);
        break;
    case CHAT_TEXT:
    case CHAT_REFUSAL:
    case CHAT_REASONING:
    case CHAT_TOOL_CALL:
    case CHAT_TOOL_RESULT:
        write_text_part(w, p, STR("input_text"));
        break;
    }
}

/* A string where one text is all. */
static void write_content(struct chat_writing *w, const struct chat_part *parts,
                          size_t n)
{
    if (n == 1 && parts[0].kind == CHAT_TEXT && parts[0].cache_raw.n == 0) {
        json_str(w->out, parts[0].text);
        return;
    }
    buf_add_char(w->out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i != 0)
            buf_add_char(w->out, ',');
        write_input_part(w, &parts[i]);
    }
    buf_add_char(w->out, ']');
}

/* ---- items ---- */

static void next_item(struct chat_writing *w)
{
    if (w->out->n != 0 && w->out->p[w->out->n - 1] != '[')
        buf_add_char(w->out, ',');
}

static void write_plain(struct chat_writing *w, const struct chat_message *m)
{
    next_item(w);
    buf_add(w->out, m->role == CHAT_ROLE_SYSTEM ? STR("{\"role\":\"developer\"")
                                                : STR("{\"role\":\"user\""));
    buf_add(w->out, STR(",\"content\":"));
    write_content(w, m->parts, m->n);
    buf_add_char(w->out, '}');
}

/* Texts and refusals from *i on, as one message. */
static void write_said(struct chat_writing *w, const struct chat_message *m,
                       size_t *i)
{
    bool is_first = true;

    next_item(w);
    buf_add(w->out, STR("{\"type\":\"message\",\"role\":\"assistant\","
                        "\"content\":["));
    for (; *i < m->n && (m->parts[*i].kind == CHAT_TEXT ||
                         m->parts[*i].kind == CHAT_REFUSAL);
         ++*i) {
        const struct chat_part *p = &m->parts[*i];

        if (!is_first)
            buf_add_char(w->out, ',');
        is_first = false;
        if (is_raw_part(w, p))
            continue;
        if (p->kind == CHAT_TEXT) {
            write_text_part(w, p, STR("output_text"));
            continue;
        }
        buf_add(w->out, STR("{\"type\":\"refusal\",\"refusal\":"));
        json_str(w->out, p->text);
        buf_add_char(w->out, '}');
    }
    buf_add(w->out, STR("]}"));
}

/* OpenAI takes reasoning back as it sealed it. Its id is left out: it names
 * what is stored, and with what is sealed none is needed. */
static void write_reasoning(struct chat_writing *w, const struct chat_part *p)
{
    if (p->state.bytes.n == 0 || !str_eq(p->state.maker, OPENAI_RESPONSES)) {
        lose(w, STR("messages.reasoning"));
        return;
    }
    next_item(w);
    buf_add(w->out, STR("{\"type\":\"reasoning\",\"summary\":["));
    if (p->text.n != 0) {
        buf_add(w->out, STR("{\"type\":\"summary_text\",\"text\":"));
        json_str(w->out, p->text);
        buf_add_char(w->out, '}');
    }
    buf_add_char(w->out, ']');
    put_text(w, STR("encrypted_content"), p->state.bytes);
    buf_add_char(w->out, '}');
}

static void write_call(struct chat_writing *w, const struct chat_part *p)
{
    next_item(w);
    buf_add(w->out, p->is_custom ? STR("{\"type\":\"custom_tool_call\"")
                                 : STR("{\"type\":\"function_call\""));
    put_text(w, STR("call_id"), p->id);
    put_text(w, STR("name"), p->name);
    buf_add(w->out, p->is_custom ? STR(",\"input\":") : STR(",\"arguments\":"));
    if (p->arguments.n == 0 && !p->is_custom)
        buf_add(w->out, STR("\"{}\""));
    else
        json_str(w->out, p->arguments);
    buf_add_char(w->out, '}');
    if (p->state.bytes.n != 0)
        lose(w, STR("messages.reasoning_state"));
}

static void write_assistant(struct chat_writing *w,
                            const struct chat_message *m)
{
    size_t i = 0;

    while (i < m->n) {
        const struct chat_part *p = &m->parts[i];

        switch (p->kind) {
        case CHAT_TEXT:
        case CHAT_REFUSAL:
            write_said(w, m, &i);
            continue;
        case CHAT_REASONING:
            write_reasoning(w, p);
            break;
        case CHAT_TOOL_CALL:
            write_call(w, p);
            break;
        case CHAT_IMAGE:
            lose(w, STR("messages.image"));
            break;
        case CHAT_AUDIO:
            lose(w, STR("messages.audio"));
            break;
        case CHAT_DOCUMENT:
        case CHAT_TOOL_RESULT:
            lose(w, STR("messages.document"));
            break;
        }
        i++;
    }
}

static const struct chat_part *find_call(const struct chat_request *q,
                                         size_t before, struct str id)
{
    for (size_t at = before; at > 0; at--) {
        const struct chat_message *m = &q->messages[at - 1];

        for (size_t i = 0; i < m->n; i++) {
            if (m->parts[i].kind == CHAT_TOOL_CALL &&
                str_eq(m->parts[i].id, id))
                return &m->parts[i];
        }
    }
    return NULL;
}

static void write_result(struct chat_writing *w, size_t at,
                         const struct chat_part *p)
{
    const struct chat_part *call = find_call(w->request, at, p->id);
    bool is_custom = call != NULL && call->is_custom;

    if (call == NULL && w->request->previous_response_id.n == 0)
        writing_refuse(w, STR("messages"),
                       STR("a tool's result must follow the call it answers"));
    if (p->is_error)
        lose(w, STR("messages.is_error"));
    if (p->cache_raw.n != 0)
        lose(w, STR("cache_control"));
    next_item(w);
    buf_add(w->out, is_custom ? STR("{\"type\":\"custom_tool_call_output\"")
                              : STR("{\"type\":\"function_call_output\""));
    put_text(w, STR("call_id"), p->id);
    buf_add(w->out, STR(",\"output\":"));
    if (p->n_parts == 0)
        buf_add(w->out, STR("\"\""));
    else
        write_content(w, p->parts, p->n_parts);
    buf_add_char(w->out, '}');
}

/* The first message when it is a system's text goes where OpenAI's own clients
 * put it. */
static bool is_instructions(const struct chat_message *m)
{
    return m->role == CHAT_ROLE_SYSTEM && m->n == 1 &&
           m->parts[0].kind == CHAT_TEXT && m->parts[0].cache_raw.n == 0 &&
           m->name.n == 0;
}

static void write_messages(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t i = q->n_messages != 0 && is_instructions(&q->messages[0]) ? 1 : 0;

    if (i != 0)
        put_text(w, STR("instructions"), q->messages[0].parts[0].text);
    buf_add(w->out, STR(",\"input\":["));
    for (; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        if (m->name.n != 0)
            lose(w, STR("messages.name"));
        switch (m->role) {
        case CHAT_ROLE_SYSTEM:
        case CHAT_ROLE_USER:
            write_plain(w, m);
            break;
        case CHAT_ROLE_ASSISTANT:
            write_assistant(w, m);
            break;
        case CHAT_ROLE_TOOL:
            for (size_t k = 0; k < m->n; k++)
                write_result(w, i, &m->parts[k]);
            break;
        }
    }
    buf_add_char(w->out, ']');
}

/* ---- tools ---- */

static bool is_own(const struct chat_tool *t)
{
    return str_eq(t->maker, OPENAI_RESPONSES);
}

/* A tool that another vendor runs. */
static void lose_tool(struct chat_writing *w, const struct chat_tool *t)
{
    struct json_want type = {.name = STR_INIT("type")};
    struct str word = {0};
    struct buf name;

    buf_init(&name, arena_mem(w->arena), 200);
    buf_add(&name, STR("tools"));
    if (json_scan(t->server_raw, &type, 1, NULL) == SL_OK &&
        json_raw_type(type.value) == JSON_STRING &&
        json_raw_text(type.value, w->arena, &word) == SL_OK) {
        buf_add_char(&name, '.');
        buf_add(&name, str_first(word, 100));
    }
    lose(w, buf_str(&name));
}

static void write_tool(struct chat_writing *w, const struct chat_tool *t)
{
    struct str raw = is_own_client(w->request) ? t->raw : (struct str){0};

    if (t->server_raw.n != 0 || raw.n != 0) {
        buf_add(w->out, raw.n != 0 ? raw : t->server_raw);
        return;
    }
    if (t->cache_raw.n != 0)
        lose(w, STR("cache_control"));
    buf_add(w->out, t->is_custom ? STR("{\"type\":\"custom\"")
                                 : STR("{\"type\":\"function\""));
    put_text(w, STR("name"), t->name);
    put_text(w, STR("description"), t->description);
    if (t->is_custom) {
        put(w, STR("format"), t->format_raw);
    } else {
        put(w, STR("parameters"),
            t->schema_raw.n != 0
                ? t->schema_raw
                : STR("{\"type\":\"object\",\"properties\":{}}"));
        /* Left out it is true here, and false in every other dialect. */
        if (t->strict_raw.n != 0)
            put(w, STR("strict"), t->strict_raw);
        else if (!is_own_client(w->request))
            put(w, STR("strict"), STR("false"));
    }
    buf_add_char(w->out, '}');
}

static void write_tools(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    bool is_first = true;

    for (size_t i = 0; i < q->n_tools; i++) {
        const struct chat_tool *t = &q->tools[i];

        if (t->server_raw.n != 0 && !is_own(t)) {
            lose_tool(w, t);
            continue;
        }
        buf_add(w->out, is_first ? STR(",\"tools\":[") : STR(","));
        is_first = false;
        write_tool(w, t);
    }
    if (!is_first)
        buf_add_char(w->out, ']');
}

static struct str tool_type(const struct chat_request *q, struct str name)
{
    for (size_t i = 0; i < q->n_tools; i++) {
        if (str_eq(q->tools[i].name, name) && q->tools[i].is_custom)
            return STR("custom");
    }
    return STR("function");
}

static void write_named(struct chat_writing *w, struct str name)
{
    buf_add(w->out, STR("{\"type\":"));
    json_str(w->out, tool_type(w->request, name));
    buf_add(w->out, STR(",\"name\":"));
    json_str(w->out, name);
    buf_add_char(w->out, '}');
}

static struct str choice_word(enum chat_tool_choice choice)
{
    switch (choice) {
    case CHAT_CHOICE_UNSET:
    case CHAT_CHOICE_NAMED:
        break;
    case CHAT_CHOICE_AUTO:
        return STR("auto");
    case CHAT_CHOICE_NONE:
        return STR("none");
    case CHAT_CHOICE_REQUIRED:
        return STR("required");
    }
    return (struct str){0};
}

static void write_choice(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (q->choice == CHAT_CHOICE_NAMED) {
        buf_add(w->out, STR(",\"tool_choice\":"));
        write_named(w, q->choice_name);
        return;
    }
    if (q->n_allowed == 0 || q->choice == CHAT_CHOICE_NONE) {
        put_text(w, STR("tool_choice"), choice_word(q->choice));
        return;
    }
    buf_add(w->out, STR(",\"tool_choice\":{\"type\":\"allowed_tools\""));
    put_text(w, STR("mode"),
             q->choice == CHAT_CHOICE_REQUIRED ? STR("required") : STR("auto"));
    buf_add(w->out, STR(",\"tools\":["));
    for (size_t i = 0; i < q->n_allowed; i++) {
        if (i != 0)
            buf_add_char(w->out, ',');
        write_named(w, q->allowed[i]);
    }
    buf_add(w->out, STR("]}"));
}

/* ---- parameters ---- */

static void write_format(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    switch (q->format) {
    case CHAT_FORMAT_TEXT:
        buf_add(w->out, STR("{\"type\":\"text\"}"));
        break;
    case CHAT_FORMAT_JSON:
        buf_add(w->out, STR("{\"type\":\"json_object\"}"));
        break;
    case CHAT_FORMAT_SCHEMA:
        buf_add(w->out, STR("{\"type\":\"json_schema\""));
        put_text(w, STR("name"),
                 q->schema_name.n != 0 ? q->schema_name : STR("answer"));
        put_text(w, STR("description"), q->schema_description);
        put(w, STR("schema"), q->schema_raw);
        put(w, STR("strict"), q->schema_strict_raw);
        buf_add_char(w->out, '}');
        break;
    }
}

static void write_text_options(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (q->format == CHAT_FORMAT_TEXT && q->verbosity.n == 0)
        return;
    buf_add(w->out, STR(",\"text\":{\"format\":"));
    write_format(w);
    put_text(w, STR("verbosity"), q->verbosity);
    buf_add_char(w->out, '}');
}

/* The effort, or what a budget comes to. */
static enum chat_effort effort_of(const struct chat_request *q)
{
    return q->effort != CHAT_EFFORT_UNSET || q->reasoning_budget < 0
               ? q->effort
               : chat_budget_effort(q->reasoning_budget);
}

/* A model that does not reason refuses to seal: so it is asked for only where
 * the client asks, or asks for reasoning and is to send it back. */
static bool wants_seal(const struct chat_request *q)
{
    return q->wants_sealed_state ||
           (effort_of(q) > CHAT_EFFORT_NONE && !is_own_client(q));
}

static void write_include(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    bool is_sealed = wants_seal(q);

    for (size_t i = 0; i < q->n_extras; i++) {
        /* The client's own list, which goes as it is. */
        if (is_own_client(q) && str_eq(q->extras[i].name, STR("include")))
            return;
    }
    if (!is_sealed && !q->wants_logprobs)
        return;
    buf_add(w->out, STR(",\"include\":["));
    if (is_sealed)
        buf_add(w->out, STR("\"reasoning.encrypted_content\""));
    if (is_sealed && q->wants_logprobs)
        buf_add_char(w->out, ',');
    if (q->wants_logprobs)
        buf_add(w->out, STR("\"message.output_text.logprobs\""));
    buf_add_char(w->out, ']');
}

static void write_reasoning_options(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    enum chat_effort effort = effort_of(q);
    bool has_effort = effort != CHAT_EFFORT_UNSET;
    struct str summary = q->reasoning_summary;

    if (effort != q->effort)
        chat_lose(w->loss, STR("reasoning_budget"), CHAT_APPROXIMATED);
    if (summary.n == 0 && q->wants_reasoning == CHAT_YES)
        summary = STR("auto");
    if (is_own_client(q) && q->reasoning_raw.n != 0) {
        put(w, STR("reasoning"), q->reasoning_raw);
    } else if (has_effort || summary.n != 0) {
        buf_add(w->out, STR(",\"reasoning\":{"));
        if (has_effort) {
            json_key(w->out, STR("effort"));
            json_str(w->out, chat_effort_name(effort));
        }
        if (has_effort && summary.n != 0)
            buf_add_char(w->out, ',');
        if (summary.n != 0) {
            json_key(w->out, STR("summary"));
            json_str(w->out, summary);
        }
        buf_add_char(w->out, '}');
    }
}

static void write_max_tokens(struct chat_writing *w)
{
    const struct chat_number *n = &w->request->max_tokens;

    if (n->raw.n == 0 || writing_drops(w, STR("max_output_tokens")))
        return;
    if (n->value < LEAST_TOKENS) {
        chat_lose(w->loss, STR("max_tokens"), CHAT_APPROXIMATED);
        buf_add(w->out, STR(",\"max_output_tokens\":"));
        buf_add_i64(w->out, LEAST_TOKENS);
        return;
    }
    put(w, STR("max_output_tokens"), n->raw);
}

static void write_temperature(struct chat_writing *w)
{
    const struct chat_number *n = &w->request->temperature;

    if (n->raw.n == 0 || writing_drops(w, STR("temperature")))
        return;
    if (n->value > most_temperature) {
        chat_lose(w->loss, STR("temperature"), CHAT_APPROXIMATED);
        put(w, STR("temperature"), STR("2"));
        return;
    }
    put(w, STR("temperature"), n->raw);
}

static void lose_if(struct chat_writing *w, bool is_set, struct str name)
{
    if (is_set)
        lose(w, name);
}

/* What Responses have no parameter for. */
static void lose_rest(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    lose_if(w, q->top_k.raw.n != 0, STR("top_k"));
    lose_if(w, q->min_p.raw.n != 0, STR("min_p"));
    lose_if(w, q->presence_penalty.raw.n != 0, STR("presence_penalty"));
    lose_if(w, q->frequency_penalty.raw.n != 0, STR("frequency_penalty"));
    lose_if(w, q->seed.raw.n != 0, STR("seed"));
    lose_if(w, q->n.raw.n != 0 && q->n.value > 1, STR("n"));
    lose_if(w, q->n_stop != 0, STR("stop"));
    lose_if(w, q->wants_image || q->wants_audio, STR("modalities"));
    lose_if(w, q->audio_raw.n != 0, STR("audio"));
}

static bool is_listed(struct str name, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(name, list[i]))
            return true;
    }
    return false;
}

/* What was written with the tool, or the reasoning, that it is a part of. */
static bool is_written(const struct chat_request *q, struct str name)
{
    return is_own_client(q) && (str_eq(name, STR("tools.options")) ||
                                str_starts(name, STR("reasoning.")));
}

/* A name with a dot is no member of the top level. */
static void write_extras(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    for (size_t i = 0; i < q->n_extras; i++) {
        struct str name = q->extras[i].name;
        bool is_known = is_own_client(q)
                            ? str_find(name, '.') == name.n
                            : is_listed(name, chat_extras, SL_LEN(chat_extras));

        if (is_known)
            put_member(w, name, q->extras[i].raw);
        else if (!is_written(q, name))
            lose(w, name);
    }
}

static void write_rest(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    put_member(w, STR("top_p"), q->top_p.raw);
    put_member(w, STR("top_logprobs"), q->top_logprobs.raw);
    if (q->parallel_tools != CHAT_UNSET)
        put_member(w, STR("parallel_tool_calls"),
                   q->parallel_tools == CHAT_YES ? STR("true") : STR("false"));
    put_member_text(w, STR("user"), q->user);
    put_member(w, STR("metadata"), q->metadata_raw);
    put_member_text(w, STR("service_tier"), q->service_tier);
    put_member_text(w, STR("prompt_cache_key"), q->prompt_cache_key);
    put_member_text(w, STR("previous_response_id"), q->previous_response_id);
    /* Left out it is true here, and false in every other dialect. */
    if (q->store_raw.n != 0)
        put_member(w, STR("store"), q->store_raw);
    else if (!is_own_client(q))
        put_member(w, STR("store"), STR("false"));
    if (q->stream)
        put_member(w, STR("stream"), STR("true"));
}

/* Members that are put together. */
static const struct {
    struct str name;
    void (*write)(struct chat_writing *w);
} members[] = {
    {STR_INIT("tools"), write_tools},
    {STR_INIT("tool_choice"), write_choice},
    {STR_INIT("text"), write_text_options},
    {STR_INIT("reasoning"), write_reasoning_options},
    {STR_INIT("include"), write_include},
};

void openai_responses_write(struct chat_writing *w)
{
    buf_add(w->out, STR("{\"model\":"));
    json_str(w->out, w->model);
    write_messages(w);
    for (size_t i = 0; i < SL_LEN(members); i++) {
        size_t before = w->out->n;

        members[i].write(w);
        if (w->out->n != before && writing_drops(w, members[i].name))
            w->out->n = before;
    }
    write_max_tokens(w);
    write_temperature(w);
    write_rest(w);
    write_extras(w);
    lose_rest(w);
    buf_add_char(w->out, '}');
}
