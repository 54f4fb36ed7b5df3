/* SPDX-License-Identifier: MIT */
/* Messages for Anthropic (anthropic-messages sections 2 and 6), and for what
 * is built like it: neighbours of one role are one message, the results of
 * tools come first in it, and system prompts go to the top. */
#include "core/dialects/anthropic_write.h"

#include "core/base/base64.h"
#include "core/dialects/writing.h"

enum {
    ID_BYTES = 64, /* of a tool call's id (quirks, 8) */
};

/* ---- blocks ---- */

static void write_cache(struct writer *x, const struct chat_part *p)
{
    writer_put(x, STR("cache_control"), p->cache_raw);
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
    if (base64_read(&text, p->data, BASE64_STANDARD) != SL_OK && !text.failed)
        writing_refuse(x->w, STR("messages"),
                       STR("the data of a document is not base64"));
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
        writer_put_text(x, STR("media_type"),
                        p->media_type.n != 0    ? p->media_type
                        : p->kind == CHAT_IMAGE ? STR("image/png")
                                                : STR("application/pdf"));
        writer_put_text(x, STR("data"), p->data);
    } else if (p->url.n != 0) {
        buf_add(x->out, STR("\"url\""));
        writer_put_text(x, STR("url"), p->url);
    } else {
        buf_add(x->out, STR("\"file\""));
        writer_put_text(x, STR("file_id"), p->file_id);
    }
    buf_add_char(x->out, '}');
}

static void write_media(struct writer *x, const struct chat_part *p)
{
    buf_add(x->out, p->kind == CHAT_IMAGE ? STR("{\"type\":\"image\"")
                                          : STR("{\"type\":\"document\""));
    write_source(x, p);
    if (p->kind == CHAT_DOCUMENT)
        writer_put_text(x, STR("title"), p->name);
    write_cache(x, p);
    buf_add_char(x->out, '}');
}

static bool is_block(struct writer *x, const struct chat_part *p)
{
    return anthropic_is_block(&p->state, x->w->arena, &x->w->out->failed);
}

static void write_reasoning(struct writer *x, const struct chat_part *p)
{
    if (is_block(x, p)) {
        buf_add(x->out, p->state.bytes);
        return;
    }
    buf_add(x->out, STR("{\"type\":\"thinking\",\"thinking\":"));
    json_str(x->out, p->text);
    writer_put_text(x, STR("signature"), p->state.bytes);
    buf_add_char(x->out, '}');
}

/* Ids of other vendors may hold what is refused here; a call and its result
 * are changed alike. */
void writer_id(struct writer *x, struct str id)
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

void writer_input(struct writer *x, const struct chat_part *p)
{
    struct str arguments = str_trim(p->arguments);

    if (!p->is_custom && arguments.n == 0) {
        buf_add(x->out, STR("{}"));
    } else if (!p->is_custom &&
               is_json_object(arguments, x->w->arena, &x->w->out->failed)) {
        buf_add(x->out, arguments);
    } else {
        if (!p->is_custom)
            writer_lose(x, STR("messages.tool_calls.arguments"),
                        CHAT_APPROXIMATED);
        buf_add(x->out, STR("{\"input\":"));
        json_str(x->out, p->arguments);
        buf_add_char(x->out, '}');
    }
}

static void write_call(struct writer *x, const struct chat_part *p)
{
    buf_add(x->out, STR("{\"type\":\"tool_use\",\"id\":"));
    writer_id(x, p->id);
    writer_put_text(x, STR("name"), p->name);
    buf_add(x->out, STR(",\"input\":"));
    writer_input(x, p);
    write_cache(x, p);
    buf_add_char(x->out, '}');
}

static void write_result(struct writer *x, const struct chat_part *p)
{
    bool any = false;

    buf_add(x->out, STR("{\"type\":\"tool_result\",\"tool_use_id\":"));
    writer_id(x, p->id);
    for (size_t i = 0; i < p->n_parts; i++) {
        if (!writer_takes_block(x, RUN_USER, &p->parts[i]))
            continue;
        buf_add(x->out, any ? STR(",") : STR(",\"content\":["));
        writer_block(x, &p->parts[i]);
        any = true;
    }
    if (any)
        buf_add_char(x->out, ']');
    if (p->is_error)
        buf_add(x->out, STR(",\"is_error\":true"));
    write_cache(x, p);
    buf_add_char(x->out, '}');
}

void writer_block(struct writer *x, const struct chat_part *p)
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
        writer_lose(x,
                    p->kind == CHAT_IMAGE ? STR("messages.image")
                                          : STR("messages.document"),
                    CHAT_DROPPED);
        return false;
    }
    if (p->detail.n != 0 && !str_eq(p->detail, STR("auto")))
        writer_lose(x, STR("messages.image_url.detail"), CHAT_DROPPED);
    return has_source(x, p);
}

static bool takes_reasoning(struct writer *x, enum run run,
                            const struct chat_part *p)
{
    bool is_ours = p->state.bytes.n != 0 && str_eq(p->state.maker, ANTHROPIC);

    if (is_ours && (run == RUN_ASSISTANT || is_block(x, p))) {
        if (is_block(x, p) && p->text.n != 0)
            writer_lose(x, STR("messages.reasoning"), CHAT_DROPPED);
        return true;
    }
    writer_lose(x, STR("messages.reasoning"), CHAT_DROPPED);
    return false;
}

/* The provider would refuse it too, but not in the client's words. */
bool writer_takes_result(struct writer *x, const struct chat_part *p)
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
bool writer_takes_block(struct writer *x, enum run run,
                        const struct chat_part *p)
{
    if (p->state.bytes.n != 0 && p->kind != CHAT_REASONING &&
        !str_eq(p->state.maker, ANTHROPIC))
        writer_lose(x, STR("messages.state"), CHAT_DROPPED);
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
        return writer_takes_result(x, p);
    case CHAT_AUDIO:
        if (run == RUN_USER)
            refuse(x, STR("this provider takes no audio"));
        else
            writer_lose(x, STR("messages.audio"), CHAT_DROPPED);
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
        writer_lose(x, STR("messages.name"), CHAT_DROPPED);
    for (size_t i = 0; i < m->n; i++) {
        if (!x->takes(x, run, &m->parts[i]))
            continue;
        begin_block(x, run);
        x->write(x, &m->parts[i]);
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
void writer_messages(struct writer *x)
{
    const struct chat_request *q = x->q;
    size_t i = 0;

    json_member(x->out, STR("messages"));
    buf_add_char(x->out, '[');
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
    if (!*any)
        json_member(x->out, STR("system"));
    buf_add_char(x->out, *any ? ',' : '[');
    *any = true;
}

void writer_system(struct writer *x)
{
    const struct chat_request *q = x->q;
    bool any = false;

    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        if (!is_hoisted(x, i))
            continue;
        if (!is_leading(q, i))
            writer_lose(x, STR("messages.system"), CHAT_MOVED);
        for (size_t k = 0; k < m->n; k++) {
            if (!x->takes(x, RUN_SYSTEM, &m->parts[k]))
                continue;
            begin_system(x, &any);
            x->write(x, &m->parts[k]);
        }
    }
    if (x->instruction.n != 0) {
        begin_system(x, &any);
        x->write(x, &(struct chat_part){.text = x->instruction});
    }
    if (any)
        buf_add_char(x->out, ']');
    if (x->system_is_user && q->n_messages != 0)
        writer_lose(x, STR("messages.system"), CHAT_MOVED);
}
