/* SPDX-License-Identifier: MIT */
/* What the files of the dialect anthropic share (Messages API, versions
 * 2023-06-01 and 2026-10-21; rules from the providers' reference,
 * anthropic-messages).
 *
 * A chat_state of this maker is a signature of thinking, or a whole block as
 * JSON text: redacted thinking, and whatever no kind of part says (a call that
 * a server tool made, its result). So it passes through any client and comes
 * back as it was. */
#ifndef SL_ANTHROPIC_H
#define SL_ANTHROPIC_H

#include "core/dialects/dialect.h"

#define ANTHROPIC STR("anthropic")
/* The tool that a structured answer comes in from models without
 * output_config.format; the answer's text is its input. */
#define ANTHROPIC_JSON_TOOL STR("json")

/* ---- models ---- */

enum anthropic_thinking {
    ANTHROPIC_THINKS_NEVER,
    ANTHROPIC_THINKS_BUDGET,   /* enabled, with a budget in tokens */
    ANTHROPIC_THINKS_EITHER,   /* enabled; adaptive, with an effort */
    ANTHROPIC_THINKS_ADAPTIVE, /* adaptive alone */
};

/* What a model takes. */
struct anthropic_model {
    struct str prefix;  /* of its name, from "claude-" on */
    bool is_generation; /* later minor versions are like it */
    bool has_sampling;  /* temperature, top_p, top_k */
    bool has_both;      /* temperature and top_p in one request */
    bool has_forced_tools;
    bool has_format; /* output_config.format, strict tools */
    bool has_xhigh;  /* the efforts xhigh and max */
    enum anthropic_thinking thinking;
    int64_t max_tokens; /* of an answer, where the client does not say */
};

/* Never NULL: an unknown model has a row too. name: as the provider knows it,
 * with or without what clouds put around it. */
const struct anthropic_model *anthropic_model_find(struct str name);

/* ---- requests ---- */

enum sl_rc anthropic_read(struct chat_reading *r);
/* The same for a request whose tokens are to be counted: max_tokens may be
 * missing. */
enum sl_rc anthropic_read_to_count(struct chat_reading *r);
void anthropic_write(struct chat_writing *w);
/* A call of this name is not the client's tool but the structured answer that
 * anthropic_write asked for. request may be NULL. */
bool anthropic_is_answer_tool(const struct chat_request *request,
                              struct str name);

/* ---- answers ---- */

void anthropic_encode(struct chat_encoder *e, const struct chat_event *ev);
void anthropic_write_answer(struct chat_encoder *e,
                            const struct chat_answer *a);
void anthropic_write_error(struct buf *out, const struct chat_error *error);
void anthropic_read_error(struct str body, struct arena *a,
                          struct chat_error *out);
/* {"type","message"} of an error that the provider reports. out->status is
 * kept where the type is unknown. */
void anthropic_error_object(struct jval error, struct arena *a,
                            struct chat_error *out);

/* True for a state that is a whole block of ours, and JSON whoever it came
 * through. As is_json_object (writing.h). */
bool anthropic_is_block(const struct chat_state *s, struct arena *a,
                        bool *failed);

#endif
