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
    struct str maker;     /* whose states and server tools are taken */
    bool is_own;          /* the client's dialect is this one too */
    bool thinks_alike;    /* the client's words for thinking are the target's */
    bool has_description; /* a format may be described */
    /* What differs by dialect. Is this part taken? False: it has no place, or
     * says nothing; what is lost is named. And then it is written, with no
     * comma before it. */
    bool (*takes)(struct writer *x, enum run run, const struct chat_part *p);
    void (*write)(struct writer *x, const struct chat_part *p);
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
bool writer_offers(const struct writer *x, const struct chat_tool *t);

/* ,"system":[…],"messages":[…], the blocks by `takes` and `write`. */
void writer_system(struct writer *x);
void writer_messages(struct writer *x);
/* The id of a call, of which both dialects take the same characters. */
void writer_id(struct writer *x, struct str id);
/* A call's arguments as an object. */
void writer_input(struct writer *x, const struct chat_part *p);
/* Has the result its call? False: refused. */
bool writer_takes_result(struct writer *x, const struct chat_part *p);
/* Anthropic's own blocks. */
bool writer_takes_block(struct writer *x, enum run run,
                        const struct chat_part *p);
void writer_block(struct writer *x, const struct chat_part *p);

/* A JSON Schema that says it is an object's. */
void writer_schema(struct writer *x, struct str schema);
/* The tool in which the answer comes. */
struct chat_tool writer_answer_tool(const struct writer *x);
/* What a custom tool takes, and what is lost by that. */
struct str writer_custom_schema(struct writer *x, const struct chat_tool *t);
/* What the model takes of the numbers that choose its words: the rest is named
 * and not given. */
struct writer_sampling {
    struct chat_number temperature, top_p, top_k;
};
struct writer_sampling writer_sampling(struct writer *x);
/* "name":["…"] without those that are blank. */
void writer_stops(struct writer *x, struct str name);
/* "thinking":{…} */
void writer_thinking(struct writer *x);

/* "name":raw, a comma before it where one belongs; nothing when it is not
 * given. */
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
