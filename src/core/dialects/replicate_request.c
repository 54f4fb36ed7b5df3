/* SPDX-License-Identifier: MIT */
/* A conversation as the input of a prediction. */
#include "core/dialects/replicate.h"

#include "core/dialects/writing.h"

#define OWN STR("replicate")

enum { PROMPT_BYTES = 64 * 1024 * 1024 }; /* the arena is the nearer limit */

/* ---- the prompt ---- */

static void add_line(struct buf *out, struct str who, struct str text)
{
    if (text.n == 0)
        return;
    buf_add(out, out->n != 0 ? STR("\n\n") : STR(""));
    buf_add(out, who);
    buf_add(out, text);
}

static void add_part(struct chat_writing *w, struct buf *out, size_t at,
                     const struct chat_part *p)
{
    struct str name =
        p->name.n != 0 ? p->name : chat_call_name(w->request, at, p->id);

    if (p->kind == CHAT_TOOL_CALL) {
        add_line(out, STR("Assistant called "), name);
        buf_add(out, STR(": "));
        buf_add(out, p->arguments.n != 0 ? p->arguments : STR("{}"));
    } else {
        add_line(out, STR(""), name.n != 0 ? name : STR("A tool"));
        buf_add(out, STR(" returned: "));
        buf_add(out, writing_text(w, p->parts, p->n_parts));
    }
    chat_lose(w->loss, STR("messages.tool_calls"), CHAT_APPROXIMATED);
}

static void add_message(struct chat_writing *w, struct buf *out, size_t at)
{
    const struct chat_message *m = &w->request->messages[at];
    bool is_user = m->role == CHAT_ROLE_USER;

    if (m->role == CHAT_ROLE_SYSTEM)
        return;
    if (m->role != CHAT_ROLE_TOOL)
        add_line(out, is_user ? STR("User: ") : STR("Assistant: "),
                 writing_text(w, m->parts, m->n));
    for (size_t i = 0; i < m->n; i++) {
        enum chat_part_kind kind = m->parts[i].kind;

        if (kind == CHAT_TOOL_CALL || kind == CHAT_TOOL_RESULT)
            add_part(w, out, at, &m->parts[i]);
    }
}

/* The only message that is not the system's, if it is the user's. */
static const struct chat_message *only_user(const struct chat_request *q)
{
    const struct chat_message *only = NULL;

    for (size_t i = 0; i < q->n_messages; i++) {
        if (q->messages[i].role == CHAT_ROLE_SYSTEM)
            continue;
        if (only != NULL || q->messages[i].role != CHAT_ROLE_USER)
            return NULL;
        only = &q->messages[i];
    }
    return only;
}

static struct str write_prompt(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    const struct chat_message *only = only_user(q);
    struct buf out;

    if (only != NULL)
        return writing_text(w, only->parts, only->n);
    buf_init(&out, arena_mem(w->arena), PROMPT_BYTES);
    for (size_t i = 0; i < q->n_messages; i++)
        add_message(w, &out, i);
    if (q->n_messages != 0 &&
        q->messages[q->n_messages - 1].role != CHAT_ROLE_ASSISTANT)
        buf_add(&out, STR("\n\nAssistant:"));
    w->out->failed |= out.failed;
    return buf_str(&out);
}

static struct str system_prompt(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct buf out;

    buf_init(&out, arena_mem(w->arena), PROMPT_BYTES);
    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        if (m->role == CHAT_ROLE_SYSTEM)
            add_line(&out, STR(""), writing_text(w, m->parts, m->n));
    }
    w->out->failed |= out.failed;
    return buf_str(&out);
}

/* ---- what is no text ---- */

/* One image has a place. True: it was taken. */
static bool write_part(struct chat_writing *w, enum chat_role role,
                       const struct chat_part *p, bool has_image)
{
    writing_lose_marks(w, p, OWN);
    switch (p->kind) {
    case CHAT_IMAGE:
        if (!has_image && p->file_id.n == 0) {
            json_member(w->out, STR("image"));
            writing_image_url(w->out, p);
            return true;
        }
        chat_lose(w->loss, STR("messages.image"), CHAT_DROPPED);
        break;
    case CHAT_DOCUMENT:
        if (p->text.n != 0)
            break;
        writing_skip_part(w, role, p);
        break;
    case CHAT_AUDIO:
    case CHAT_REASONING:
        writing_skip_part(w, role, p);
        break;
    case CHAT_TEXT:
    case CHAT_REFUSAL:
    case CHAT_TOOL_CALL:
    case CHAT_TOOL_RESULT:
        break;
    }
    return has_image;
}

static void write_parts(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    bool has_image = false;

    for (size_t i = 0; i < q->n_messages; i++) {
        const struct chat_message *m = &q->messages[i];

        if (m->name.n != 0)
            chat_lose(w->loss, STR("messages.name"), CHAT_DROPPED);
        for (size_t k = 0; k < m->n; k++) {
            const struct chat_part *p = &m->parts[k];

            has_image = write_part(w, m->role, p, has_image);
            for (size_t j = 0; j < p->n_parts; j++)
                has_image = write_part(w, m->role, &p->parts[j], has_image);
        }
    }
}

/* Joined by commas; one that holds a comma can't be said. */
static void write_stop(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct buf all;

    buf_init(&all, arena_mem(w->arena), PROMPT_BYTES);
    for (size_t i = 0; i < q->n_stop; i++) {
        if (str_find(q->stop[i], ',') != q->stop[i].n) {
            chat_lose(w->loss, STR("stop"), CHAT_APPROXIMATED);
            continue;
        }
        buf_add(&all, all.n != 0 ? STR(",") : STR(""));
        buf_add(&all, q->stop[i]);
    }
    w->out->failed |= all.failed;
    member_text(w->out, STR("stop_sequences"), buf_str(&all));
}

/* The model stands in the path. */
void replicate_write(struct chat_writing *w)
{
    const struct chat_request *q = w->request;
    struct buf *out = w->out;

    buf_add(out, STR("{\"input\":{"));
    json_member(out, STR("prompt"));
    json_str(out, write_prompt(w));
    member_text(out, STR("system_prompt"), system_prompt(w));
    write_parts(w);
    member_number(out, STR("max_tokens"), &q->max_tokens);
    member_number(out, STR("temperature"), &q->temperature);
    member_number(out, STR("top_p"), &q->top_p);
    member_number(out, STR("top_k"), &q->top_k);
    member_number(out, STR("seed"), &q->seed);
    member_number(out, STR("presence_penalty"), &q->presence_penalty);
    member_number(out, STR("frequency_penalty"), &q->frequency_penalty);
    write_stop(w);
    buf_add_char(out, '}');
    if (q->stream)
        member_bool(out, STR("stream"), true);
    buf_add_char(out, '}');
    writing_extras(w, NULL, 0);
    writing_lose_rest(w, MEMBER_MAX_TOKENS | MEMBER_TEMPERATURE | MEMBER_TOP_P |
                             MEMBER_TOP_K | MEMBER_SEED | MEMBER_PRESENCE |
                             MEMBER_FREQUENCY | MEMBER_STOP);
}
