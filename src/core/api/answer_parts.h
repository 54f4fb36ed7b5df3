/* SPDX-License-Identifier: MIT */
/* What the three files of an answer share: answer.c (heads, failures, time),
 * answer_whole.c (whole answers, and what both kinds need to be seen) and
 * answer_stream.c. For no one else. */
#ifndef SL_ANSWER_PARTS_H
#define SL_ANSWER_PARTS_H

#include "core/api/answer.h"
#include "core/dialects/openai_watch.h"

/* What a frame, or a whole answer, is. */
struct look {
    bool is_understood;
    bool is_meaningful; /* worth committing to */
    bool is_finish;
    bool is_done;       /* the provider's end mark */
    bool is_usage_only; /* what the client did not ask for, if so */
    bool has_error;
    struct str error;  /* raw, of OpenAI's; else error_seen */
    struct str usage;  /* raw, of OpenAI's */
    struct str finish; /* raw, of OpenAI's */
    const struct chat_error *error_seen;
};

/* ---- answer.c: the head, failures, time ---- */

/* A field of the provider's head that is passed on. */
struct str answer_kept_field(const struct answer *an, struct str name);
/* Status and fields; with_type: the provider's content-type holds. */
void answer_reply_begin(struct exchange *x, struct answer *an, int status,
                        bool with_type);
/* After a provider's status: true when the leg is over, or begins anew. */
bool answer_again_after(struct exchange *x, struct answer *an, int status,
                        const struct http_fields *fields);
/* Sends the events that lie side by side. */
void answer_flush(struct exchange *x, struct answer *an);
/* After the commit of a stream: a terminal error event. */
void answer_end_with_error(struct exchange *x, struct answer *an,
                           const struct failure *f);
/* What was counted on the way: of the leg that answers. */
void answer_record(struct exchange *x, const struct answer *an);
/* No other attempt follows: the client is told. */
void answer_fail(struct exchange *x, struct answer *an, enum sl_rc rc,
                 struct str what);
/* Another attempt, if one may follow; else the client is told. */
void answer_fail_or_again(struct exchange *x, struct answer *an, enum sl_rc rc,
                          struct str what);
/* The next piece has its time limit. */
void answer_expect_more(struct exchange *x, struct answer *an);
/* Unix time. */
int64_t answer_now_s(const struct exchange *x);

/* ---- answer.c: a provider's error ---- */

struct chat_error answer_told_error(const struct answer *an,
                                    const struct chat_error *e);
/* As an error of ours, in the caller's words. */
void answer_reply_error(struct exchange *x, struct answer *an,
                        const struct chat_error *read);
/* For the log. */
void answer_note_error(struct exchange *x, struct answer *an);
/* An error's body: in the provider's own words where they have the caller's
 * shape. */
void answer_tell_error(struct exchange *x, struct answer *an, struct str body);

/* ---- answer_whole.c: what was seen, and the commit ---- */

void look_seen(const struct openai_seen *seen, struct look *look);
void look_translated(struct exchange *x, const struct answer *an, enum sl_rc rc,
                     struct look *look);
/* Usage and finish reason. */
void answer_note(struct exchange *x, struct answer *an,
                 const struct look *look);
/* From here on the answer is this leg's. */
void answer_commit(struct exchange *x, struct answer *an);
/* An error inside of a 200, before the commit. */
void answer_error_inside(struct exchange *x, struct answer *an,
                         const struct look *look);
/* Its bytes reach the client as they are. */
bool answer_is_relayed(const struct answer *an);
/* The head of an answer that may be of our making. */
void answer_reply_begin_own(struct exchange *x, struct answer *an);
/* sluice-strict: true, and answered, when the answer would lose something. */
bool answer_refuses_loss(struct exchange *x, struct answer *an);
void answer_whole_body(struct exchange *x, struct answer *an, struct str bytes,
                       bool last);

/* ---- answer_stream.c ---- */

void answer_stream_body(struct exchange *x, struct answer *an, struct str in,
                        bool last);

#endif
