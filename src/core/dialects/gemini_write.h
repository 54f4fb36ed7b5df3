/* SPDX-License-Identifier: MIT */
/* What the two halves of writing Gemini's requests share: gemini_write.c and
 * gemini_contents.c. */
#ifndef SL_GEMINI_WRITE_H
#define SL_GEMINI_WRITE_H

#include "core/dialects/gemini.h"

enum gemini_family {
    GEMINI_OTHER, /* no thinking to be set, as far as is known */
    GEMINI_BUDGET,
    GEMINI_LEVEL,
};
enum gemini_family gemini_family(struct str model);
/* "gemini-…" of "publishers/google/models/gemini-…", "models/gemini-…". */
struct str gemini_bare_model(struct str model);

/* Names it as dropped when it is set. */
void gemini_lose(struct chat_writing *w, bool is_set, struct str name);
/* A member, unless its value is {0}. */
void gemini_put(struct chat_writing *w, struct str name, struct str raw);
void gemini_put_text(struct chat_writing *w, struct str name, struct str text);

/* {"contents":[…],"systemInstruction":{…}: the object stays open. */
void gemini_write_contents(struct chat_writing *w);

#endif
