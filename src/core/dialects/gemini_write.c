/* SPDX-License-Identifier: MIT */
/* A request to Gemini (providers' reference: google-gemini sections 2 and 6).
 * Contents alternate between user and model and begin with the user; a system
 * prompt stands apart. Reasoning is asked for by level (Gemini 3) or by budget
 * (2.5), never by both. */
#include "core/dialects/gemini.h"
#include "core/schema.h"

enum {
    MAX_STOPS = 5,
    FLASH_BUDGET = 24576,
    PRO_BUDGET = 32768,
    PRO_LEAST = 128, /* 2.5 pro always thinks */
    LITE_LEAST = 512,
};

/* What Gemini takes in place of a signature that it did not get back: calls
 * that another model made, or that a client has stripped. */
#define NO_SIGNATURE STR("skip_thought_signature_validator")

enum family {
    FAMILY_OTHER, /* no thinking to be set, as far as is known */
    FAMILY_BUDGET,
    FAMILY_LEVEL,
};

/* Contents as they are being written. */
struct contents {
    struct chat_writing *w;
    bool is_open, is_model;
    bool has_call;       /* of the open one: parallel calls follow */
    bool is_first;       /* none was written yet */
    bool system_is_user; /* there are only system prompts */
};

/* ---- words ---- */

/* "publishers/google/models/gemini-…", "models/gemini-…" */
static struct str bare_model(struct str model)
{
    struct str rest = model;
    struct str piece;

    while (str_split(&rest, '/', &piece))
        model = piece;
    return model;
}

static enum family family_of(struct str model)
{
    model = bare_model(model);
    if (str_starts(model, STR("gemini-2.5")) ||
        str_starts(model, STR("gemini-flash")) ||
        str_starts(model, STR("gemini-pro-latest")) ||
        str_starts(model, STR("gemini-robotics")))
        return FAMILY_BUDGET;
    if (str_starts(model, STR("gemini-1")) ||
        str_starts(model, STR("gemini-2.0")) ||
        !str_starts(model, STR("gemini-")) || char_is_alpha(model.p[7]))
        return FAMILY_OTHER;
    return FAMILY_LEVEL;
}

static void lose(struct chat_writing *w, bool is_set, struct str name)
{
    if (is_set)
        chat_lose(w->loss, name, CHAT_DROPPED);
}

static void comma(struct chat_writing *w)
{
    char last = w->out->n == 0 ? '{' : w->out->p[w->out->n - 1];

    if (last != '{' && last != '[')
        buf_add_char(w->out, ',');
}

static void key(struct chat_writing *w, struct str name)
{
    comma(w);
    json_key(w->out, name);
}

static void put(struct chat_writing *w, struct str name, struct str raw)
{
    if (raw.n == 0)
        return;
    key(w, name);
    buf_add(w->out, raw);
}

static void put_text(struct chat_writing *w, struct str name, struct str text)
{
    if (text.n == 0)
        return;
    key(w, name);
    json_str(w->out, text);
}

/* An object that may turn out empty: then its name goes again. */
static size_t begin_object(struct chat_writing *w, struct str name)
{
    size_t before = w->out->n;

    key(w, name);
    buf_add_char(w->out, '{');
    return before;
}

static void end_object(struct chat_writing *w, size_t before)
{
    if (w->out->n != 0 && w->out->p[w->out->n - 1] == '{')
        w->out->n = before;
    else
        buf_add_char(w->out, '}');
}

/* ---- contents ---- */

static void close_content(struct contents *c)
{
    if (c->is_open)
        buf_add(c->w->out, STR("]}"));
    c->is_open = false;
}

/* The content of a role is the last one, or a new one. */
static void open_content(struct contents *c, bool is_model)
{
    struct buf *out = c->w->out;

    if (c->is_open && c->is_model == is_model)
        return;
    close_content(c);
    /* The first word is the user's. */
    if (c->is_first && is_model) {
        buf_add(out, STR("{\"role\":\"user\",\"parts\":[{\"text\":\" \"}]}"));
        chat_lose(c->w->loss, STR("messages"), CHAT_APPROXIMATED);
    }
    c->is_first = false;
    comma(c->w);
    buf_add(out, is_model ? STR("{\"role\":\"model\",\"parts\":[")
                          : STR("{\"role\":\"user\",\"parts\":["));
    c->is_open = true;
    c->is_model = is_model;
    c->has_call = false;
}

static void write_text(struct chat_writing *w, struct str text)
{
    comma(w);
    buf_add(w->out, STR("{\"text\":"));
    json_str(w->out, text);
    buf_add_char(w->out, '}');
}

/* ---- files ---- */

/* What a file is, by the end of its URL: the API wants to be told. */
static struct str guess_type(struct str url)
{
    static const struct {
        struct str end, type;
    } ends[] = {
        {STR_INIT(".png"), STR_INIT("image/png")},
        {STR_INIT(".webp"), STR_INIT("image/webp")},
        {STR_INIT(".gif"), STR_INIT("image/gif")},
        {STR_INIT(".heic"), STR_INIT("image/heic")},
        {STR_INIT(".jpg"), STR_INIT("image/jpeg")},
        {STR_INIT(".jpeg"), STR_INIT("image/jpeg")},
        {STR_INIT(".pdf"), STR_INIT("application/pdf")},
        {STR_INIT(".txt"), STR_INIT("text/plain")},
        {STR_INIT(".mp3"), STR_INIT("audio/mp3")},
        {STR_INIT(".wav"), STR_INIT("audio/wav")},
        {STR_INIT(".mp4"), STR_INIT("video/mp4")},
    };
    struct str path = str_before(str_before(url, '#'), '?');

    for (size_t i = 0; i < SL_LEN(ends); i++) {
        if (str_ends(path, ends[i].end))
            return ends[i].type;
    }
    return (struct str){0};
}

static void write_inline(struct chat_writing *w, const struct chat_part *p,
                         struct str type)
{
    comma(w);
    buf_add(w->out, STR("{\"inlineData\":{\"mimeType\":"));
    json_str(w->out, type);
    buf_add(w->out, STR(",\"data\":"));
    json_str(w->out, p->data);
    buf_add(w->out, STR("}}"));
}

static void write_file(struct chat_writing *w, struct str uri, struct str type)
{
    comma(w);
    buf_add(w->out, STR("{\"fileData\":{"));
    put_text(w, STR("mimeType"), type);
    put_text(w, STR("fileUri"), uri);
    buf_add(w->out, STR("}}"));
}

/* An image, a sound or a document: its bytes, or where they are. */
static void write_media(struct chat_writing *w, const struct chat_part *p)
{
    struct str uri = p->url.n != 0 ? p->url : p->file_id;
    struct str type = p->media_type;
    bool is_image = p->kind == CHAT_IMAGE;

    lose(w, p->detail.n != 0 && !str_eq(p->detail, STR("auto")),
         STR("messages.image.detail"));
    lose(w, p->name.n != 0, STR("messages.file.filename"));
    if (p->data.n != 0) {
        write_inline(w, p,
                     type.n != 0 ? type
                     : is_image  ? STR("image/png")
                                 : STR("application/pdf"));
        return;
    }
    if (p->text.n != 0) {
        write_text(w, p->text);
        return;
    }
    if (p->url.n == 0 && !str_starts(uri, STR("files/")) &&
        !str_has(uri, STR("://"))) {
        writing_refuse(w, STR("messages"),
                       STR("names a file that this model's provider does not "
                           "hold"));
        return;
    }
    if (type.n == 0)
        type = guess_type(uri);
    write_file(w, uri, type.n == 0 && is_image ? STR("image/jpeg") : type);
}

/* ---- calls and results ---- */

/* True when raw is one JSON object. */
static bool is_object(struct chat_writing *w, struct str raw)
{
    struct json doc;
    enum sl_rc rc;

    raw = str_trim(raw);
    if (raw.n == 0 || raw.p[0] != '{')
        return false;
    rc = json_parse(&doc, raw, w->arena, NULL, NULL);
    w->out->failed |= rc == SL_NOMEM;
    return rc == SL_OK;
}

/* Arguments must be an object: what the model wrote wrong, and a custom
 * tool's text, is put into one. */
static void write_arguments(struct chat_writing *w, const struct chat_part *p)
{
    struct str arguments = str_trim(p->arguments);

    if (!p->is_custom && arguments.n == 0) {
        buf_add(w->out, STR("{}"));
    } else if (!p->is_custom && is_object(w, arguments)) {
        buf_add(w->out, arguments);
    } else {
        buf_add(w->out,
                p->is_custom ? STR("{\"input\":") : STR("{\"arguments\":"));
        json_str(w->out, p->arguments);
        buf_add_char(w->out, '}');
    }
}

static void write_signature(struct chat_writing *w, struct str bytes)
{
    put_text(w, STR("thoughtSignature"), bytes);
}

/* A signature of Gemini's own; {0}, and named, when it is another's. */
static struct str own_signature(struct chat_writing *w,
                                const struct chat_state *s)
{
    if (s->bytes.n == 0 || str_eq(s->maker, GEMINI))
        return s->bytes;
    chat_lose(w->loss, STR("messages.reasoning_state"), CHAT_DROPPED);
    return (struct str){0};
}

/* Of parallel calls the first alone is signed, and must be on Gemini 3. */
static void write_call(struct contents *c, const struct chat_part *p)
{
    struct chat_writing *w = c->w;
    struct str signature = own_signature(w, &p->state);

    comma(w);
    buf_add(w->out, STR("{\"functionCall\":{"));
    put_text(w, STR("id"), p->id);
    key(w, STR("name"));
    json_str(w->out, p->name);
    key(w, STR("args"));
    write_arguments(w, p);
    buf_add_char(w->out, '}');
    if (signature.n == 0 && !c->has_call && family_of(w->model) == FAMILY_LEVEL)
        signature = NO_SIGNATURE;
    write_signature(w, signature);
    buf_add_char(w->out, '}');
    c->has_call = true;
}

/* The texts of a result, one after the other. */
static struct str result_text(struct chat_writing *w, const struct chat_part *p)
{
    struct buf text;
    size_t n = 0;

    if (p->n_parts == 1 && p->parts[0].kind == CHAT_TEXT)
        return p->parts[0].text;
    for (size_t i = 0; i < p->n_parts; i++)
        n += p->parts[i].text.n;
    buf_init(&text, arena_mem(w->arena), n + 1);
    for (size_t i = 0; i < p->n_parts; i++)
        buf_add(&text, p->parts[i].text);
    w->out->failed |= text.failed;
    return buf_str(&text);
}

static bool is_media(const struct chat_part *p)
{
    return p->kind != CHAT_TEXT && p->text.n == 0;
}

/* Gemini 3 looks at what a result shows; older ones see it beside it. */
static void write_result_media(struct contents *c, const struct chat_part *p)
{
    for (size_t i = 0; i < p->n_parts; i++) {
        if (is_media(&p->parts[i]))
            write_media(c->w, &p->parts[i]);
    }
}

static bool has_media(const struct chat_part *p)
{
    for (size_t i = 0; i < p->n_parts; i++) {
        if (is_media(&p->parts[i]))
            return true;
    }
    return false;
}

static void write_result(struct contents *c, const struct chat_part *p,
                         struct str name)
{
    struct chat_writing *w = c->w;
    struct str text = result_text(w, p);
    bool is_inside = family_of(w->model) == FAMILY_LEVEL && has_media(p);

    comma(w);
    buf_add(w->out, STR("{\"functionResponse\":{"));
    put_text(w, STR("id"), p->id);
    key(w, STR("name"));
    json_str(w->out, name);
    key(w, STR("response"));
    if (!p->is_error && is_object(w, text)) {
        buf_add(w->out, str_trim(text));
    } else {
        buf_add(w->out, p->is_error ? STR("{\"error\":") : STR("{\"output\":"));
        json_str(w->out, text);
        buf_add_char(w->out, '}');
    }
    if (is_inside) {
        buf_add(w->out, STR(",\"parts\":["));
        write_result_media(c, p);
        buf_add_char(w->out, ']');
    }
    buf_add(w->out, STR("}}"));
    if (!is_inside && has_media(p)) {
        chat_lose(w->loss, STR("messages.tool_result"), CHAT_MOVED);
        write_result_media(c, p);
    }
    lose(w, p->cache_raw.n != 0, STR("cache_control"));
}

static void write_results(struct contents *c, size_t message)
{
    const struct chat_request *q = c->w->request;
    const struct chat_message *m = &q->messages[message];

    for (size_t i = 0; i < m->n; i++) {
        struct str name = chat_call_name(q, message, m->parts[i].id);

        if (name.n == 0)
            name = m->parts[i].name;
        if (name.n == 0) {
            writing_refuse(c->w, STR("messages"),
                           STR("holds a tool's result without its call"));
            return;
        }
        open_content(c, false);
        write_result(c, &m->parts[i], name);
    }
}

/* ---- messages ---- */

/* Another maker's thoughts mean nothing to this one. */
static void write_reasoning(struct contents *c, const struct chat_part *p)
{
    struct chat_writing *w = c->w;
    struct str signature = own_signature(w, &p->state);
    bool is_own = signature.n != 0 || str_eq(w->request->from->name, GEMINI);

    if (!is_own) {
        lose(w, p->text.n != 0, STR("messages.reasoning"));
        return;
    }
    open_content(c, true);
    comma(w);
    buf_add(w->out, STR("{\"text\":"));
    json_str(w->out, p->text);
    if (p->text.n != 0)
        put(w, STR("thought"), STR("true"));
    write_signature(w, signature);
    buf_add_char(w->out, '}');
}

static void write_part(struct contents *c, const struct chat_part *p,
                       bool is_model)
{
    struct chat_writing *w = c->w;

    lose(w, p->cache_raw.n != 0, STR("cache_control"));
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        /* An empty part is refused. */
        if (p->text.n == 0)
            return;
        open_content(c, is_model);
        write_text(w, p->text);
        break;
    case CHAT_IMAGE:
    case CHAT_AUDIO:
    case CHAT_DOCUMENT:
        open_content(c, is_model);
        write_media(w, p);
        break;
    case CHAT_REASONING:
        write_reasoning(c, p);
        break;
    case CHAT_TOOL_CALL:
        open_content(c, is_model);
        write_call(c, p);
        break;
    case CHAT_TOOL_RESULT:
        break;
    }
}

static void write_messages(struct contents *c)
{
    const struct chat_request *q = c->w->request;

    buf_add(c->w->out, STR("{\"contents\":["));
    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        lose(c->w, m->name.n != 0, STR("messages.name"));
        if (m->role == CHAT_ROLE_SYSTEM && !c->system_is_user)
            continue;
        if (m->role == CHAT_ROLE_TOOL)
            write_results(c, i);
        for (size_t k = 0; k < m->n && m->role != CHAT_ROLE_TOOL; k++)
            write_part(c, &m->parts[k], m->role == CHAT_ROLE_ASSISTANT);
    }
    close_content(c);
    /* Contents may not be empty. */
    if (c->is_first)
        buf_add(c->w->out,
                STR("{\"role\":\"user\",\"parts\":[{\"text\":\" \"}]}"));
    buf_add_char(c->w->out, ']');
}

static bool is_only_system(const struct chat_request *q)
{
    for (size_t i = 0; i < q->n_messages; i++) {
        if (q->messages[i].role != CHAT_ROLE_SYSTEM)
            return false;
    }
    return true;
}

/* Prompts in the middle go to the front, with the others. */
static void write_system(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    bool is_behind = false;
    size_t n = 0;

    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        is_behind |= m->role != CHAT_ROLE_SYSTEM;
        for (size_t k = 0; k < m->n && m->role == CHAT_ROLE_SYSTEM; k++) {
            const struct chat_part *p = &m->parts[k];

            lose(w, p->cache_raw.n != 0, STR("cache_control"));
            lose(w, p->text.n == 0 && p->kind != CHAT_TEXT,
                 STR("messages.system"));
            if (p->text.n == 0)
                continue;
            if (is_behind)
                chat_lose(w->loss, STR("messages.system"), CHAT_MOVED);
            if (n++ == 0)
                buf_add(w->out, STR(",\"systemInstruction\":{\"parts\":["));
            write_text(w, p->text);
        }
    }
    if (n != 0)
        buf_add(w->out, STR("]}"));
}

/* ---- tools ---- */

/* As JSON Schema, or as OpenAPI's where that alone is known. */
static void write_schema(struct chat_writing *w, struct str raw,
                         struct str param)
{
    struct schema_job job = {
        .arena = w->arena,
        .out = w->out,
        .loss = w->loss,
        .form =
            w->quirks->has_openapi_schema ? SCHEMA_OPENAPI : SCHEMA_KEYWORDS,
        .name = param,
    };

    schema_write(&job, raw);
    if (job.refused.n != 0)
        writing_refuse(w, param, job.refused);
}

static void write_function(struct chat_writing *w, const struct chat_tool *t)
{
    comma(w);
    buf_add(w->out, STR("{\"name\":"));
    json_str(w->out, t->name);
    put_text(w, STR("description"), t->description);
    /* Without arguments the schema is left out: an object without properties
     * is refused by some models. */
    if (t->is_custom) {
        key(w, w->quirks->has_openapi_schema ? STR("parameters")
                                             : STR("parametersJsonSchema"));
        write_schema(w,
                     STR("{\"type\":\"object\",\"properties\":{\"input\":"
                         "{\"type\":\"string\"}},\"required\":[\"input\"]}"),
                     STR("tools"));
        if (t->format_raw.n != 0)
            chat_lose(w->loss, STR("tools.format"), CHAT_DROPPED);
    } else if (!schema_is_empty(t->schema_raw, w->arena)) {
        key(w, w->quirks->has_openapi_schema ? STR("parameters")
                                             : STR("parametersJsonSchema"));
        write_schema(w, t->schema_raw, STR("tools"));
    }
    buf_add_char(w->out, '}');
    lose(w, str_eq(t->strict_raw, STR("true")), STR("tools.strict"));
    lose(w, t->cache_raw.n != 0, STR("cache_control"));
}

/* AUTO can't be told which ones: what is not allowed is not declared. */
static bool is_declared(const struct chat_request *q, const struct chat_tool *t)
{
    if (t->server_raw.n != 0)
        return false;
    if (q->choice == CHAT_CHOICE_REQUIRED || q->n_allowed == 0)
        return true;
    for (size_t i = 0; i < q->n_allowed; i++) {
        if (str_eq(q->allowed[i], t->name))
            return true;
    }
    return false;
}

/* Tools that other vendors run and Gemini has too, by the start of their
 * type. */
static const struct {
    struct str type, raw;
} server_tools[] = {
    {STR_INIT("web_search"), STR_INIT("{\"googleSearch\":{}}")},
    {STR_INIT("web_fetch"), STR_INIT("{\"urlContext\":{}}")},
    {STR_INIT("code_interpreter"), STR_INIT("{\"codeExecution\":{}}")},
    {STR_INIT("code_execution"), STR_INIT("{\"codeExecution\":{}}")},
};

static void write_server_tool(struct chat_writing *w, const struct chat_tool *t)
{
    struct json doc;
    struct str type = {0};

    if (str_eq(t->maker, GEMINI)) {
        comma(w);
        buf_add(w->out, t->server_raw);
        return;
    }
    if (json_parse(&doc, t->server_raw, w->arena, NULL, NULL) != SL_OK ||
        !json_text(json_get(json_root(&doc), STR("type")), w->arena, &type))
        type = (struct str){0};
    for (size_t i = 0; i < SL_LEN(server_tools); i++) {
        if (!str_starts(type, server_tools[i].type))
            continue;
        comma(w);
        buf_add(w->out, server_tools[i].raw);
        chat_lose(w->loss, STR("tools"), CHAT_APPROXIMATED);
        return;
    }
    chat_lose(w->loss, STR("tools"), CHAT_DROPPED);
}

static void write_tools(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t n = 0;

    if (q->n_tools == 0)
        return;
    key(w, STR("tools"));
    buf_add_char(w->out, '[');
    for (size_t i = 0; i < q->n_tools; i++) {
        if (!is_declared(q, &q->tools[i]))
            continue;
        if (n++ == 0)
            buf_add(w->out, STR("{\"functionDeclarations\":["));
        write_function(w, &q->tools[i]);
    }
    if (n != 0)
        buf_add(w->out, STR("]}"));
    for (size_t i = 0; i < q->n_tools; i++) {
        if (q->tools[i].server_raw.n != 0)
            write_server_tool(w, &q->tools[i]);
    }
    buf_add_char(w->out, ']');
}

static void write_mode(struct chat_writing *w, struct str mode)
{
    const struct chat_request *q = w->request;
    bool is_named = q->choice == CHAT_CHOICE_NAMED;
    size_t n = is_named ? 1 : q->n_allowed;

    key(w, STR("functionCallingConfig"));
    buf_add(w->out, STR("{\"mode\":"));
    json_str(w->out, mode);
    if (str_eq(mode, STR("ANY")) && n != 0) {
        buf_add(w->out, STR(",\"allowedFunctionNames\":["));
        for (size_t i = 0; i < n; i++) {
            comma(w);
            json_str(w->out, is_named ? q->choice_name : q->allowed[i]);
        }
        buf_add_char(w->out, ']');
    }
    buf_add_char(w->out, '}');
}

/* ---- extras ---- */

/* Members that only Gemini has pass between its two sides; a prefix says where
 * they stood. */
static void write_extras(struct chat_writing *w, struct str prefix)
{
    const struct chat_request *q = w->request;

    if (!str_eq(q->from->name, GEMINI))
        return;
    for (size_t i = 0; i < q->n_extras; i++) {
        struct str name = q->extras[i].name;
        bool is_here = prefix.n != 0
                           ? str_starts(name, prefix)
                           : !str_starts(name, STR("generationConfig.")) &&
                                 !str_starts(name, STR("toolConfig."));

        if (is_here)
            put(w, str_skip(name, prefix.n), q->extras[i].raw);
    }
}

/* What OpenAI's clients know to be Gemini's: {"google":{…}}, alone or in
 * "extra_body" (Google's own compatible endpoint takes it so). */
static struct jval google_extra(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (str_eq(q->from->name, GEMINI))
        return (struct jval){0};
    for (size_t i = 0; i < q->n_extras; i++) {
        bool is_body = str_eq(q->extras[i].name, STR("extra_body"));
        struct json *doc;
        struct jval v;

        if (!is_body && !str_eq(q->extras[i].name, STR("google")))
            continue;
        doc = arena_new(w->arena, struct json);
        if (doc == NULL ||
            json_parse(doc, q->extras[i].raw, w->arena, NULL, NULL) != SL_OK) {
            w->out->failed = true;
            break;
        }
        v = json_root(doc);
        v = is_body ? json_get(v, STR("google")) : v;
        if (json_is_obj(v))
            return v;
    }
    return (struct jval){0};
}

/* Extras by the names under which they pass from any client. */
static const struct {
    struct str name, to;
} shared_extras[] = {
    {STR_INIT("safetySettings"), STR_INIT("safetySettings")},
    {STR_INIT("safety_settings"), STR_INIT("safetySettings")},
    {STR_INIT("cachedContent"), STR_INIT("cachedContent")},
    {STR_INIT("cached_content"), STR_INIT("cachedContent")},
};

static struct str shared_name(struct str name)
{
    for (size_t i = 0; i < SL_LEN(shared_extras); i++) {
        if (str_eq(name, shared_extras[i].name))
            return shared_extras[i].to;
    }
    return (struct str){0};
}

static void write_foreign_extras(struct chat_writing *w, struct jval google)
{
    const struct chat_request *q = w->request;
    bool is_google = json_is_obj(google);
    struct jval v;

    if (str_eq(q->from->name, GEMINI))
        return;
    for (size_t i = 0; i < q->n_extras; i++) {
        struct str name = q->extras[i].name;
        struct str to = shared_name(name);

        if (to.n != 0)
            put(w, to, q->extras[i].raw);
        else if (!is_google || (!str_eq(name, STR("google")) &&
                                !str_eq(name, STR("extra_body"))))
            chat_lose(w->loss, name, CHAT_DROPPED);
    }
    v = gemini_get(google, STR("safetySettings"));
    put(w, STR("safetySettings"), json_raw(v));
    v = gemini_get(google, STR("cachedContent"));
    put(w, STR("cachedContent"), json_raw(v));
}

static void write_choice(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t before = begin_object(w, STR("toolConfig"));

    switch (q->choice) {
    case CHAT_CHOICE_UNSET:
        break;
    case CHAT_CHOICE_AUTO:
        write_mode(w, STR("AUTO"));
        break;
    case CHAT_CHOICE_NONE:
        write_mode(w, STR("NONE"));
        break;
    case CHAT_CHOICE_REQUIRED:
    case CHAT_CHOICE_NAMED:
        write_mode(w, STR("ANY"));
        break;
    }
    write_extras(w, STR("toolConfig."));
    end_object(w, before);
}

/* ---- thinking ---- */

struct thinking {
    enum chat_effort effort;
    int64_t budget; /* -1: not given */
};

static bool is_pro(struct str model)
{
    return str_has(model, STR("pro"));
}

/* XHIGH and MAX are the most there is; pro models have nothing below LOW, and
 * none of them can be told not to think. */
static void write_level(struct chat_writing *w, struct thinking t)
{
    enum chat_effort effort =
        t.effort != CHAT_EFFORT_UNSET ? t.effort : chat_budget_effort(t.budget);
    enum chat_effort least =
        is_pro(w->model) ? CHAT_EFFORT_LOW : CHAT_EFFORT_MINIMAL;
    enum chat_effort level = effort;

    if (level == CHAT_EFFORT_UNSET)
        return;
    if (level < least)
        level = least;
    if (level > CHAT_EFFORT_HIGH)
        level = CHAT_EFFORT_HIGH;
    if (t.effort == CHAT_EFFORT_UNSET)
        chat_lose(w->loss, STR("reasoning_budget"), CHAT_APPROXIMATED);
    else if (level != effort)
        chat_lose(w->loss, STR("reasoning_effort"), CHAT_APPROXIMATED);
    key(w, STR("thinkingLevel"));
    buf_add(w->out, level == CHAT_EFFORT_MINIMAL  ? STR("\"MINIMAL\"")
                    : level == CHAT_EFFORT_LOW    ? STR("\"LOW\"")
                    : level == CHAT_EFFORT_MEDIUM ? STR("\"MEDIUM\"")
                                                  : STR("\"HIGH\""));
}

/* Google's own table for its compatible endpoint. */
static int64_t budget_of(enum chat_effort effort)
{
    switch (effort) {
    case CHAT_EFFORT_UNSET:
        break;
    case CHAT_EFFORT_NONE:
        return 0;
    case CHAT_EFFORT_MINIMAL:
    case CHAT_EFFORT_LOW:
        return 1024;
    case CHAT_EFFORT_MEDIUM:
        return 8192;
    case CHAT_EFFORT_HIGH:
    case CHAT_EFFORT_XHIGH:
    case CHAT_EFFORT_MAX:
        return FLASH_BUDGET;
    }
    return -1;
}

static void write_budget(struct chat_writing *w, struct thinking t)
{
    int64_t wanted = t.budget >= 0 ? t.budget : budget_of(t.effort);
    int64_t most = is_pro(w->model) ? PRO_BUDGET : FLASH_BUDGET;
    int64_t budget = wanted;

    if (wanted < 0)
        return;
    if (is_pro(w->model) && budget < PRO_LEAST)
        budget = PRO_LEAST;
    if (str_has(w->model, STR("lite")) && budget > 0 && budget < LITE_LEAST)
        budget = LITE_LEAST;
    if (budget > most)
        budget = most;
    if (budget != wanted)
        chat_lose(w->loss,
                  t.budget >= 0 ? STR("reasoning_budget")
                                : STR("reasoning_effort"),
                  CHAT_APPROXIMATED);
    key(w, STR("thinkingBudget"));
    buf_add_i64(w->out, budget);
}

static bool wants_thoughts(const struct chat_request *q)
{
    if (q->wants_reasoning != CHAT_UNSET)
        return q->wants_reasoning == CHAT_YES;
    return q->effort > CHAT_EFFORT_NONE || q->reasoning_budget > 0;
}

static void write_thinking(struct chat_writing *w, struct jval google)
{
    const struct chat_request *q = w->request;
    struct thinking t = {q->effort, q->reasoning_budget};
    struct jval own = gemini_get(google, STR("thinkingConfig"));
    bool is_set = t.effort != CHAT_EFFORT_UNSET || t.budget >= 0;
    size_t before;

    if (q->reasoning_summary.n != 0 &&
        !str_eq(q->reasoning_summary, STR("auto")))
        chat_lose(w->loss, STR("reasoning.summary"), CHAT_DROPPED);
    if (json_is_obj(own)) {
        put(w, STR("thinkingConfig"), json_raw(own));
        return;
    }
    if (!is_set && !wants_thoughts(q))
        return;
    if (family_of(w->model) == FAMILY_OTHER) {
        lose(w, is_set && q->effort != CHAT_EFFORT_NONE,
             t.budget >= 0 ? STR("reasoning_budget") : STR("reasoning_effort"));
        return;
    }
    before = begin_object(w, STR("thinkingConfig"));
    if (family_of(w->model) == FAMILY_LEVEL)
        write_level(w, t);
    else
        write_budget(w, t);
    if (wants_thoughts(q))
        put(w, STR("includeThoughts"), STR("true"));
    end_object(w, before);
}

/* ---- parameters ---- */

static void write_numbers(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    bool is_hot = q->temperature.value > 2;

    if (is_hot)
        chat_lose(w->loss, STR("temperature"), CHAT_APPROXIMATED);
    put(w, STR("temperature"), is_hot ? STR("2") : q->temperature.raw);
    put(w, STR("topP"), q->top_p.raw);
    put(w, STR("topK"), q->top_k.raw);
    put(w, STR("candidateCount"), q->n.raw);
    put(w, STR("maxOutputTokens"), q->max_tokens.raw);
    put(w, STR("presencePenalty"), q->presence_penalty.raw);
    put(w, STR("frequencyPenalty"), q->frequency_penalty.raw);
    put(w, STR("seed"), q->seed.raw);
    lose(w, q->min_p.raw.n != 0, STR("min_p"));
    if (!q->wants_logprobs) {
        lose(w, q->top_logprobs.raw.n != 0, STR("top_logprobs"));
        return;
    }
    put(w, STR("responseLogprobs"), STR("true"));
    if (q->top_logprobs.value > 0)
        put(w, STR("logprobs"), q->top_logprobs.raw);
}

static void write_stops(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    size_t n = 0;

    for (size_t i = 0; i < q->n_stop; i++) {
        if (q->stop[i].n == 0)
            continue;
        if (n == MAX_STOPS) {
            chat_lose(w->loss, STR("stop"), CHAT_APPROXIMATED);
            break;
        }
        if (n++ == 0) {
            key(w, STR("stopSequences"));
            buf_add_char(w->out, '[');
        }
        comma(w);
        json_str(w->out, q->stop[i]);
    }
    if (n != 0)
        buf_add_char(w->out, ']');
}

static void write_format(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    lose(w, q->schema_description.n != 0,
         STR("response_format.json_schema.description"));
    if (q->format == CHAT_FORMAT_TEXT)
        return;
    put(w, STR("responseMimeType"), STR("\"application/json\""));
    if (q->format != CHAT_FORMAT_SCHEMA)
        return;
    key(w, w->quirks->has_openapi_schema ? STR("responseSchema")
                                         : STR("responseJsonSchema"));
    write_schema(w, q->schema_raw, STR("response_format"));
}

/* Gemini's voices are names, OpenAI's are written small; what comes is
 * PCM. */
static void write_voice(struct chat_writing *w)
{
    struct str raw = w->request->audio_raw;
    struct json doc;
    struct str voice = {0};

    if (raw.n == 0)
        return;
    if (json_parse(&doc, raw, w->arena, NULL, NULL) != SL_OK ||
        !json_text(json_get(json_root(&doc), STR("voice")), w->arena, &voice))
        voice = (struct str){0};
    if (voice.n == 0 || voice.p[0] < 'A' || voice.p[0] > 'Z') {
        chat_lose(w->loss, STR("audio"), CHAT_DROPPED);
        return;
    }
    chat_lose(w->loss, STR("audio"), CHAT_APPROXIMATED);
    buf_add(w->out, STR(",\"speechConfig\":{\"voiceConfig\":{"
                        "\"prebuiltVoiceConfig\":{\"voiceName\":"));
    json_str(w->out, voice);
    buf_add(w->out, STR("}}}"));
}

static void write_modalities(struct chat_writing *w)
{
    const struct chat_request *q = w->request;

    if (!q->wants_image && !q->wants_audio)
        return;
    /* Models that speak do nothing else. */
    put(w, STR("responseModalities"),
        q->wants_image && q->wants_audio ? STR("[\"TEXT\",\"IMAGE\",\"AUDIO\"]")
        : q->wants_image                 ? STR("[\"TEXT\",\"IMAGE\"]")
                                         : STR("[\"AUDIO\"]"));
    write_voice(w);
}

static void write_config(struct chat_writing *w, struct jval google)
{
    size_t before = begin_object(w, STR("generationConfig"));

    write_numbers(w);
    write_stops(w);
    write_format(w);
    write_modalities(w);
    write_thinking(w, google);
    write_extras(w, STR("generationConfig."));
    end_object(w, before);
}

static struct str tier_of(struct str tier)
{
    if (str_eq(tier, STR("default")))
        return STR("standard");
    if (str_eq(tier, STR("flex")) || str_eq(tier, STR("priority")))
        return tier;
    return (struct str){0};
}

static void write_rest(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct str tier = tier_of(q->service_tier);

    put_text(w, STR("serviceTier"), tier);
    lose(w,
         q->service_tier.n != 0 && tier.n == 0 &&
             !str_eq(q->service_tier, STR("auto")),
         STR("service_tier"));
    if (str_eq(q->from->name, GEMINI))
        put(w, STR("store"), q->store_raw);
    else
        lose(w, str_eq(q->store_raw, STR("true")), STR("store"));
    lose(w, q->parallel_tools == CHAT_NO, STR("parallel_tool_calls"));
    lose(w, q->user.n != 0, STR("user"));
    lose(w, q->metadata_raw.n != 0, STR("metadata"));
    lose(w, q->prompt_cache_key.n != 0, STR("prompt_cache_key"));
    lose(w, q->verbosity.n != 0, STR("verbosity"));
}

void gemini_write(struct chat_writing *w)
{
    struct contents c = {
        .w = w, .is_first = true, .system_is_user = is_only_system(w->request)};
    struct jval google = google_extra(w);

    write_messages(&c);
    if (c.system_is_user)
        chat_lose(w->loss, STR("messages.system"), CHAT_MOVED);
    else
        write_system(w);
    write_tools(w);
    write_choice(w);
    write_config(w, google);
    write_rest(w);
    write_extras(w, (struct str){0});
    write_foreign_extras(w, google);
    buf_add_char(w->out, '}');
}
