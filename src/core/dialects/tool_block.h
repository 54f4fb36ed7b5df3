/* SPDX-License-Identifier: MIT */
/* Calls of tools in an answer whose blocks come one after another (Anthropic,
 * Bedrock's Converse), to events. Two of them are not what they seem: the one
 * whose input is the structured answer that our own request asked for, which
 * becomes text; and a custom tool's, whose plain text stands in {"input":…}.
 *
 *     tool_block_begin(&t, d, id, name);
 *     tool_block_piece(&t, d, piece);        as often as they come
 *     tool_block_end(&t, d); */
#ifndef SL_TOOL_BLOCK_H
#define SL_TOOL_BLOCK_H

#include "core/dialects/dialect.h"

enum tool_block {
    TOOL_BLOCK_CALL,
    TOOL_BLOCK_CUSTOM, /* its input is held until it is complete */
    TOOL_BLOCK_ANSWER,
};

struct tool_blocks {
    uint32_t n; /* calls seen so far; the open one is the last */
    bool has_answer;
    /* private */
    enum tool_block open;
    bool has_pieces;
    struct buf input;
};

/* a: the answer's. */
void tool_blocks_init(struct tool_blocks *t, struct arena *a);
void tool_block_begin(struct tool_blocks *t, struct chat_decoder *d,
                      struct str id, struct str name);
/* False: no memory. */
SL_MUST_USE bool tool_block_piece(struct tool_blocks *t, struct chat_decoder *d,
                                  struct str piece);
SL_MUST_USE bool tool_block_end(struct tool_blocks *t, struct chat_decoder *d);

#endif
