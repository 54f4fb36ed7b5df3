/* SPDX-License-Identifier: MIT */
/* What writers of requests share: members one after another, functions in
 * OpenAI's shape, and naming what has no place in the target.
 *
 *     buf_add_char(out, '{');
 *     member_text(out, STR("model"), w->model);
 *     member_number(out, STR("seed"), &q->seed);      nothing when not given
 *     buf_add_char(out, '}');
 *     writing_lose_rest(w, MEMBER_SEED | MEMBER_TOOLS); */
#ifndef SL_WRITING_H
#define SL_WRITING_H

#include "core/dialects/dialect.h"

/* ---- JSON, piece by piece ---- */

/* Nothing is written for a text or a number that is not given. */
void member_text(struct buf *out, struct str name, struct str text);
void member_raw(struct buf *out, struct str name, struct str raw);
void member_number(struct buf *out, struct str name,
                   const struct chat_number *n);
void member_i64(struct buf *out, struct str name, int64_t v);
void member_bool(struct buf *out, struct str name, bool v);
/* An array of strings; nothing when it is empty. */
void member_texts(struct buf *out, struct str name, const struct str *texts,
                  size_t n);

/* Those extras whose names are `kept`, as they are. */
void member_extras(struct buf *out, const struct chat_extra *extras, size_t n,
                   const struct str *kept, size_t n_kept);

/* ---- a request's parts ---- */

/* A number that the target takes from low to high only: what lies outside is
 * moved to the nearer end and named, by OpenAI's name of it, as approximated.
 * `name` is the target's. */
struct writing_range {
    struct str name, openai_name;
    double low, high;
};
void writing_number(struct chat_writing *w, const struct writing_range *range,
                    const struct chat_number *n);

/* All text of these parts (text, refusals, documents that are text), an empty
 * line between two. In arena or borrowed; {0}: none, or no memory
 * (w->out->failed). */
struct str writing_text(struct chat_writing *w, const struct chat_part *parts,
                        size_t n);
/* A part that can't be written. What the user gives to be looked at is worth
 * an answer only with it: the request is refused. All else is named as lost:
 * "messages.reasoning". */
void writing_skip_part(struct chat_writing *w, enum chat_role role,
                       const struct chat_part *part);
/* A part that is written loses its cache marker, and its state unless `own`
 * has made it. */
void writing_lose_marks(struct chat_writing *w, const struct chat_part *part,
                        struct str own);
/* "data:TYPE;base64,DATA", or the url, as a JSON string. */
void writing_image_url(struct buf *out, const struct chat_part *image);
/* The arguments of a call as a JSON object: as they are when they are one,
 * else {"input":"…"}, named as approximated. */
void writing_arguments(struct chat_writing *w, const struct chat_part *call);
/* True when text is a JSON object; memory of a. *failed is set, and false is
 * no answer, when there is none. */
bool is_json_object(struct str text, struct arena *a, bool *failed);
/* {"id","type":"function","function":{"name","arguments":"…"}} */
void writing_call(struct chat_writing *w, const struct chat_part *call);

/* ---- tools ---- */

/* False where the client's choice leaves this tool out: tool_choice names
 * another one, or the allowed tools do not hold it. For targets that have no
 * such choice. */
bool writing_is_offered(const struct chat_request *q,
                        const struct chat_tool *tool);
/* {"type":"function","function":{…}} */
void writing_function(struct buf *out, const struct chat_tool *tool);
/* The member "tools" with the functions, if there is one; or with those alone
 * that are offered. What is no function (a server's tool, a custom one) is
 * named as lost. */
void writing_functions(struct chat_writing *w, bool only_offered);

/* ---- the rest ---- */

/* Members of a request that a target may have a place for. */
enum writing_member {
    MEMBER_TOOLS = 1 << 0,
    MEMBER_CHOICE = 1 << 1, /* and allowed tools */
    MEMBER_PARALLEL = 1 << 2,
    MEMBER_MAX_TOKENS = 1 << 3,
    MEMBER_TEMPERATURE = 1 << 4,
    MEMBER_TOP_P = 1 << 5,
    MEMBER_TOP_K = 1 << 6,
    MEMBER_MIN_P = 1 << 7,
    MEMBER_PRESENCE = 1 << 8,
    MEMBER_FREQUENCY = 1 << 9,
    MEMBER_SEED = 1 << 10,
    MEMBER_STOP = 1 << 11,
    MEMBER_LOGPROBS = 1 << 12,
    MEMBER_TOP_LOGPROBS = 1 << 13,
    MEMBER_FORMAT = 1 << 14,
    MEMBER_REASONING = 1 << 15, /* effort and budget */
    MEMBER_SUMMARY = 1 << 16,
    MEMBER_METADATA = 1 << 17,
    MEMBER_TIER = 1 << 18,
};

/* A tool that its vendor runs, or one that takes any text: by its type,
 * "tools.web_search_20250305;dropped". */
void writing_lose_tool(struct chat_writing *w, const struct chat_tool *t);
/* Names every member that is given and not among `kept` as dropped. What the
 * target does anyway (n of 1, parallel calls allowed, nothing stored) is no
 * loss. */
void writing_lose_rest(struct chat_writing *w, unsigned kept);
/* Writes the extras whose names are `kept`, names all others as dropped. */
void writing_extras(struct chat_writing *w, const struct str *kept, size_t n);

#endif
