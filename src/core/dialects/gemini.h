/* SPDX-License-Identifier: MIT */
/* What the files of the dialect gemini share (providers' reference:
 * google-gemini, google-vertex: the bodies are the same). The model and
 * whether it is a stream stand in the path, not in the body. */
#ifndef SL_GEMINI_H
#define SL_GEMINI_H

#include "core/dialects/dialect.h"

#define GEMINI STR("gemini")

/* gemini_read.c, gemini_write.c */
enum sl_rc gemini_read(struct chat_reading *r);
void gemini_write(struct chat_writing *w);

/* gemini_encode.c. A stream is SSE ("alt=sse"), or with e->is_json_array one
 * JSON array. */
void gemini_encode(struct chat_encoder *e, const struct chat_event *ev);
void gemini_write_answer(struct chat_encoder *e, const struct chat_answer *a);
/* {"error":{"code","message","status"}}, as google.rpc has it. */
void gemini_write_error(struct buf *out, const struct chat_error *error);
/* The answer of countTokens. */
void gemini_write_count(struct buf *out, int64_t tokens);

/* True when name is `camel`, or the same in snake_case: proto JSON takes
 * both. */
bool gemini_is_name(struct str name, struct str camel);
/* A member in either spelling. */
struct jval gemini_get(struct jval object, struct str camel);

/* A thought signature is base64, and SDKs decode it as that: what is wrapped
 * for the way back is encoded once more. {0}: no memory. */
struct str gemini_state_write(const struct chat_state *s, struct arena *a);
struct chat_state gemini_state_read(struct str signature, struct arena *a);

#endif
