/* SPDX-License-Identifier: MIT */
/* OpenAI's chat completions on the wire, as a relay watches them: the bytes
 * pass unchanged, and this tells what they mean (providers' reference:
 * openai-chat, sections 2, 3 and 4; quirks, rules 1, 2, 5). */
#ifndef SL_OPENAI_WATCH_H
#define SL_OPENAI_WATCH_H

#include "core/base/arena.h"
#include "core/record.h"

/* What one streamed chunk, or a whole answer, is. */
struct openai_seen {
    bool is_done;       /* "[DONE]" */
    bool is_json;       /* an object; false: garbage */
    bool is_meaningful; /* holds text, reasoning, an image, a tool call's start
                           or a finish reason: worth committing to */
    bool is_finish;     /* a choice has a finish reason */
    bool is_usage_only; /* the extra chunk that include_usage brings */
    struct str error;   /* raw value of a top-level error; {0} when none */
    struct str finish;  /* raw value, with quotes; {0} when none */
    struct str usage;   /* raw value; {0} when none or null */
};

/* A whole body: is_json, error, usage, and the finish reason of its first
 * choice. Borrows it. */
void openai_answer_see(struct str body, struct openai_seen *seen);
/* data: of one event. Borrows it. */
void openai_chunk_see(struct str data, struct openai_seen *seen);

/* Reads a usage object of OpenAI's chat, Responses or images; what is not told
 * stays as it was. */
void openai_usage_read(struct str raw, struct usage *usage);

/* The message in an error body of any provider's shape, for people: tries
 * error.message, error, message, detail, errors[0].message (with its code, and
 * what to do when it is Cloudflare's AI Gateway that speaks), title. {0} when
 * there is none. In arena or borrowed. */
struct str openai_error_message(struct str body, struct arena *a);
/* True when body is {"error":{"message":"…"}}: fit to be passed on as it is. */
bool openai_is_error_body(struct str body);
/* error.code or error.status as an HTTP status, 0 when it is none. raw: the
 * value of `error`. */
int openai_error_status(struct str raw);

#endif
