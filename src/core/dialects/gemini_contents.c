/* SPDX-License-Identifier: MIT */
/* What was said so far, for Gemini (providers' reference: google-gemini
 * sections 2 and 6). Contents alternate between user and model and begin with
 * the user; a system prompt stands apart. */
#include "core/dialects/gemini_write.h"

/* What Gemini takes in place of a signature that it did not get back: calls
 * that another model made, or that a client has stripped. */
#define NO_SIGNATURE STR("skip_thought_signature_validator")

/* Contents as they are being written. */
struct contents {
    struct chat_writing *w;
    bool is_open, is_model;
    bool has_call;       /* of the open one: parallel calls follow */
    bool is_first;       /* none was written yet */
    bool system_is_user; /* there are only system prompts */
};

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
    json_next(c->w->out);
    buf_add(out, is_model ? STR("{\"role\":\"model\",\"parts\":[")
                          : STR("{\"role\":\"user\",\"parts\":["));
    c->is_open = true;
    c->is_model = is_model;
    c->has_call = false;
}

static void write_text(struct chat_writing *w, struct str text)
{
    json_next(w->out);
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
    json_next(w->out);
    buf_add(w->out, STR("{\"inlineData\":{\"mimeType\":"));
    json_str(w->out, type);
    buf_add(w->out, STR(",\"data\":"));
    json_str(w->out, p->data);
    buf_add(w->out, STR("}}"));
}

static void write_file(struct chat_writing *w, struct str uri, struct str type)
{
    json_next(w->out);
    buf_add(w->out, STR("{\"fileData\":{"));
    gemini_put_text(w, STR("mimeType"), type);
    gemini_put_text(w, STR("fileUri"), uri);
    buf_add(w->out, STR("}}"));
}

/* An image, a sound or a document: its bytes, or where they are. */
static void write_media(struct chat_writing *w, const struct chat_part *p)
{
    struct str uri = p->url.n != 0 ? p->url : p->file_id;
    struct str type = p->media_type;
    bool is_image = p->kind == CHAT_IMAGE;

    gemini_lose(w, p->detail.n != 0 && !str_eq(p->detail, STR("auto")),
                STR("messages.image.detail"));
    gemini_lose(w, p->name.n != 0, STR("messages.file.filename"));
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
    gemini_put_text(w, STR("thoughtSignature"), bytes);
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

    json_next(w->out);
    buf_add(w->out, STR("{\"functionCall\":{"));
    gemini_put_text(w, STR("id"), p->id);
    json_member(w->out, STR("name"));
    json_str(w->out, p->name);
    json_member(w->out, STR("args"));
    write_arguments(w, p);
    buf_add_char(w->out, '}');
    if (signature.n == 0 && !c->has_call &&
        gemini_family(w->model) == GEMINI_LEVEL)
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
    bool is_inside = gemini_family(w->model) == GEMINI_LEVEL && has_media(p);

    json_next(w->out);
    buf_add(w->out, STR("{\"functionResponse\":{"));
    gemini_put_text(w, STR("id"), p->id);
    json_member(w->out, STR("name"));
    json_str(w->out, name);
    json_member(w->out, STR("response"));
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
    gemini_lose(w, p->cache_raw.n != 0, STR("cache_control"));
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
        gemini_lose(w, p->text.n != 0, STR("messages.reasoning"));
        return;
    }
    open_content(c, true);
    json_next(w->out);
    buf_add(w->out, STR("{\"text\":"));
    json_str(w->out, p->text);
    if (p->text.n != 0)
        gemini_put(w, STR("thought"), STR("true"));
    write_signature(w, signature);
    buf_add_char(w->out, '}');
}

static void write_part(struct contents *c, const struct chat_part *p,
                       bool is_model)
{
    struct chat_writing *w = c->w;

    gemini_lose(w, p->cache_raw.n != 0, STR("cache_control"));
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

        gemini_lose(c->w, m->name.n != 0 && m->role != CHAT_ROLE_TOOL,
                    STR("messages.name"));
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

            gemini_lose(w, p->cache_raw.n != 0, STR("cache_control"));
            gemini_lose(w, p->text.n == 0 && p->kind != CHAT_TEXT,
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

void gemini_write_contents(struct chat_writing *w)
{
    struct contents c = {
        .w = w, .is_first = true, .system_is_user = is_only_system(w->request)};

    write_messages(&c);
    if (c.system_is_user)
        chat_lose(w->loss, STR("messages.system"), CHAT_MOVED);
    else
        write_system(w);
}
