/* SPDX-License-Identifier: MIT */
/* A request for Anthropic while it is written: what the files of the writing
 * side share.
 *
 *     writer_decide(&x)            anthropic_plan.c: what the model is asked
 *     writer_system(&x)            anthropic_messages.c
 *     writer_messages(&x)
 *     tools, parameters            anthropic_write.c */
#ifndef SL_ANTHROPIC_WRITE_H
#define SL_ANTHROPIC_WRITE_H

#include "core/dialects/anthropic.h"

/* Whose message it is. */
enum run {
    RUN_NONE, /* no message has been begun */
    RUN_USER,
    RUN_ASSISTANT,
    RUN_SYSTEM,
};

enum thinking {
    THINKING_UNSET,
    THINKING_DISABLED,
    THINKING_ENABLED,  /* with `budget` */
    THINKING_ADAPTIVE, /* with `effort` */
    THINKING_RAW,      /* as the client of our own dialect wrote it */
};

struct writer {
    struct chat_writing *w;
    const struct chat_request *q;
    const struct anthropic_model *model;
    struct buf *out;
    bool is_own; /* the client's dialect is this one too */
    /* Decided first. */
    bool has_tools;         /* one at least is written */
    bool has_answer_tool;   /* the answer comes as a call of it */
    bool has_format;        /* output_config.format */
    struct str instruction; /* for want of both */
    bool system_is_user;    /* nobody else says anything */
    enum chat_tool_choice choice;
    enum thinking thinking;
    enum chat_effort effort;
    int64_t budget;
    int64_t max_tokens;
    /* While messages are written. */
    enum run run; /* of the message that is open */
};

/* Decides what stands under "Decided first". */
void writer_decide(struct writer *x);
/* Is it written? False: the client has left it out, or it is a server tool of
 * another vendor. */
bool writer_offers(const struct chat_request *q, const struct chat_tool *t);
void writer_system(struct writer *x);
void writer_messages(struct writer *x);
/* {"type":"text","text":text} */
void writer_text(struct writer *x, struct str text);

/* ,"name":raw; nothing when it is not given. */
void writer_put(struct writer *x, struct str name, struct str raw);
void writer_put_text(struct writer *x, struct str name, struct str text);

static inline void writer_lose(struct writer *x, struct str what,
                               struct str how)
{
    chat_lose(x->w->loss, what, how);
}

static inline bool number_is_given(const struct chat_number *n)
{
    return n->raw.n != 0;
}

#endif
