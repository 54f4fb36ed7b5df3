/* SPDX-License-Identifier: MIT */
/* What clients of Ollama ask besides chats: which models there are, what one
 * can do, the version, and that a model be loaded (providers' reference:
 * ollama, "Native"). Nothing is measured or held here: sizes and times are 0.
 */
#ifndef SL_OLLAMA_LISTS_H
#define SL_OLLAMA_LISTS_H

#include "core/base/json.h"

struct ollama_model {
    struct str name;
    int64_t modified_s; /* Unix time; 0: not known */
    /* For ollama_write_show alone. */
    int64_t context; /* tokens of the longest prompt; 0: not known */
    bool has_facts;  /* what follows is known */
    bool has_tools, has_vision, thinks;
};

/* GET /api/tags: {"models":[…]} */
void ollama_write_tags(struct buf *out, const struct ollama_model *models,
                       size_t n);
/* GET /api/version: {"version":"…"} */
void ollama_write_version(struct buf *out, struct str version);
/* POST /api/show, of a model that is there. */
void ollama_write_show(struct buf *out, const struct ollama_model *model);

/* True when a request of /api/chat or /api/generate asks for nothing but its
 * model to be loaded, or unloaded: there is no message, no prompt. */
bool ollama_is_load(struct jval body);
/* The answer to it. */
void ollama_write_loaded(struct buf *out, struct jval body, bool is_generate,
                         int64_t now_s);

#endif
