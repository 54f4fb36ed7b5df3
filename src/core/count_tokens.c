/* SPDX-License-Identifier: MIT */
/* The weights that count_tokens.h tells of. */
#include "core/count_tokens.h"

enum {
    ASCII_BYTES = 4, /* of one token */
    MESSAGE_TOKENS = 4,
    TOOL_TOKENS = 8,
    CALL_TOKENS = 8,
    IMAGE_TOKENS = 1600,
    DOCUMENT_BYTES = 24,
    DOCUMENT_TOKENS = 1500,
    AUDIO_BYTES = 1024,
    AUDIO_TOKENS = 100,
    ANSWER_TOKENS = 3,
};

static size_t of_text(struct str text)
{
    size_t ascii = 0;
    size_t others = 0;

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < 0x80)
            ascii++;
        else if (c >= 0xc0) /* the first byte of a character */
            others++;
    }
    return (ascii + ASCII_BYTES - 1) / ASCII_BYTES + others;
}

/* base64: 4 characters are 3 bytes. */
static size_t of_data(struct str base64, size_t bytes, size_t least)
{
    size_t n = (base64.n / 4 * 3 + bytes - 1) / bytes;

    return n < least ? least : n;
}

static size_t of_document(const struct chat_part *p)
{
    size_t named = of_text(p->name);

    if (p->text.n != 0)
        return named + of_text(p->text);
    if (str_starts(p->media_type, STR("text/")))
        return named + (p->data.n + ASCII_BYTES - 1) / ASCII_BYTES;
    return named + of_data(p->data, DOCUMENT_BYTES, DOCUMENT_TOKENS);
}

static size_t of_part(const struct chat_part *p);

static size_t of_parts(const struct chat_part *parts, size_t n)
{
    size_t tokens = 0;

    for (size_t i = 0; i < n; i++)
        tokens += of_part(&parts[i]);
    return tokens;
}

static size_t of_part(const struct chat_part *p)
{
    switch (p->kind) {
    case CHAT_TEXT:
    case CHAT_REFUSAL:
        break;
    case CHAT_REASONING:
        return of_text(p->text) + of_text(p->state.bytes);
    case CHAT_IMAGE:
        return IMAGE_TOKENS;
    case CHAT_AUDIO:
        return of_data(p->data, AUDIO_BYTES, AUDIO_TOKENS);
    case CHAT_DOCUMENT:
        return of_document(p);
    case CHAT_TOOL_CALL:
        return CALL_TOKENS + of_text(p->name) + of_text(p->arguments);
    case CHAT_TOOL_RESULT:
        return CALL_TOKENS + of_parts(p->parts, p->n_parts);
    }
    return of_text(p->text);
}

static size_t of_tool(const struct chat_tool *t)
{
    return TOOL_TOKENS + of_text(t->name) + of_text(t->description) +
           of_text(t->schema_raw) + of_text(t->format_raw) +
           of_text(t->server_raw);
}

int64_t count_tokens(const struct chat_request *r)
{
    size_t tokens = ANSWER_TOKENS + of_text(r->schema_raw);

    for (size_t i = 0; i < r->n_messages; i++)
        tokens += MESSAGE_TOKENS + of_text(r->messages[i].name) +
                  of_parts(r->messages[i].parts, r->messages[i].n);
    for (size_t i = 0; i < r->n_tools; i++)
        tokens += of_tool(&r->tools[i]);
    return (int64_t)tokens;
}

void count_tokens_write(struct buf *out, int64_t n)
{
    buf_add(out, STR("{\"input_tokens\":"));
    buf_add_i64(out, n);
    buf_add_char(out, '}');
}
