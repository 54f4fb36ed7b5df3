/* SPDX-License-Identifier: MIT */
/* What readers of providers' answers share: one frame's JSON on its way to
 * events.
 *
 *     struct decoding x = {.d = d};
 *     rc = decoding_parse(&x, frame->data);
 *     if (rc != SL_OK) return rc;
 *     emit_text(&x, CHAT_EVENT_TEXT, json_get(x.root, STR("content")));
 *     return decoding_rc(&x); */
#ifndef SL_DECODING_H
#define SL_DECODING_H

#include "core/dialects/dialect.h"

struct decoding {
    struct chat_decoder *d;
    struct json doc;
    struct jval root; /* an object */
    bool failed;      /* no memory */
};

/* SL_OK; SL_UP_GARBAGE: no JSON object; SL_NOMEM. */
SL_MUST_USE enum sl_rc decoding_parse(struct decoding *x, struct str text);
/* SL_OK or SL_NOMEM. */
SL_MUST_USE enum sl_rc decoding_rc(const struct decoding *x);

/* The text of a string; {0} for anything else. Lives as long as the turn. */
struct str decoding_text(struct decoding *x, struct jval v);
/* A count that may be written as a fraction; -1 for anything else. */
int64_t decoding_count(struct jval v);

void emit(struct decoding *x, enum chat_event_kind kind);
/* Texts that are empty, or none, emit nothing. */
void emit_text(struct decoding *x, enum chat_event_kind kind, struct jval v);
void emit_finish(struct decoding *x, enum chat_finish finish);
/* A whole call: start, arguments (an object, or their text), end. */
void emit_call(struct decoding *x, uint32_t tool, struct jval id,
               struct jval name, struct jval arguments);
void emit_arguments(struct decoding *x, uint32_t tool, struct jval arguments);
void emit_error(struct decoding *x, int status, struct str message);

#endif
