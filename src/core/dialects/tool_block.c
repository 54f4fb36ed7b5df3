/* SPDX-License-Identifier: MIT */
/* What a tool block is, is known when it begins. */
#include "core/dialects/tool_block.h"

#include "core/dialects/anthropic.h"

enum { HELD_BYTES = 16 * 1024 * 1024 };

void tool_blocks_init(struct tool_blocks *t, struct arena *a)
{
    *t = (struct tool_blocks){0};
    buf_init(&t->input, arena_mem(a), HELD_BYTES);
}

static bool is_custom_tool(const struct chat_request *q, struct str name)
{
    for (size_t i = 0; q != NULL && i < q->n_tools; i++) {
        if (q->tools[i].is_custom && str_eq(q->tools[i].name, name))
            return true;
    }
    return false;
}

void tool_block_begin(struct tool_blocks *t, struct chat_decoder *d,
                      struct str id, struct str name)
{
    struct chat_event ev = {.kind = CHAT_EVENT_TOOL_START,
                            .tool = t->n,
                            .id = id,
                            .name = name,
                            .is_custom = is_custom_tool(d->request, name)};

    t->has_pieces = false;
    buf_reset(&t->input);
    if (anthropic_is_answer_tool(d->request, name)) {
        t->open = TOOL_BLOCK_ANSWER;
        t->has_answer = true;
        return;
    }
    t->open = ev.is_custom ? TOOL_BLOCK_CUSTOM : TOOL_BLOCK_CALL;
    t->n++;
    decoder_emit(d, &ev);
}

static void emit_piece(struct tool_blocks *t, struct chat_decoder *d,
                       struct str piece)
{
    bool is_text = t->open == TOOL_BLOCK_ANSWER;

    decoder_emit(
        d, &(struct chat_event){.kind = is_text ? CHAT_EVENT_TEXT
                                                : CHAT_EVENT_TOOL_ARGUMENTS,
                                .tool = is_text ? 0 : t->n - 1,
                                .is_custom = t->open == TOOL_BLOCK_CUSTOM,
                                .text = piece});
}

bool tool_block_piece(struct tool_blocks *t, struct chat_decoder *d,
                      struct str piece)
{
    if (piece.n == 0)
        return true;
    t->has_pieces = true;
    if (t->open != TOOL_BLOCK_CUSTOM) {
        emit_piece(t, d, piece);
        return true;
    }
    buf_add(&t->input, piece);
    return !t->input.failed;
}

/* {"input":"…"} is what the request made a custom tool's text of. */
static bool end_custom(struct tool_blocks *t, struct chat_decoder *d)
{
    struct str text = buf_str(&t->input);
    struct json doc;
    struct jval input = {0};

    if (json_parse(&doc, text, d->turn, NULL, NULL) == SL_OK)
        input = json_get(json_root(&doc), STR("input"));
    if (json_is_str(input) && !json_text(input, d->turn, &text))
        return false;
    if (text.n != 0)
        emit_piece(t, d, text);
    return true;
}

bool tool_block_end(struct tool_blocks *t, struct chat_decoder *d)
{
    if (t->open == TOOL_BLOCK_CUSTOM && !end_custom(t, d))
        return false;
    if (t->open != TOOL_BLOCK_CUSTOM && !t->has_pieces)
        emit_piece(t, d, STR("{}"));
    if (t->open != TOOL_BLOCK_ANSWER)
        decoder_emit(
            d, &(struct chat_event){.kind = CHAT_EVENT_TOOL_END,
                                    .tool = t->n - 1,
                                    .is_custom = t->open == TOOL_BLOCK_CUSTOM});
    return true;
}
