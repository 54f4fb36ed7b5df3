/* SPDX-License-Identifier: MIT */
/* How a provider's models are chatted with. A provider may have several
 * interfaces, each of another dialect, and models that have only one of them:
 * its row lists these ways, and for each request one is chosen.
 *
 *     a client whose dialect is among them is relayed: nothing is translated
 *     else the first of the usual ways
 *     `providers.NAME.dialect` in the configuration decides before both */
#ifndef SL_WAY_H
#define SL_WAY_H

#include "core/base/arena.h"

struct dialect;
struct embedder;
struct painter;
struct provider;
struct speaker;

/* How a provider differs from its dialect (rows of catalogue.c). */
struct chat_quirks {
    /* Of OpenAI-compatible ones. */
    bool is_openai; /* takes all of OpenAI's own parameters: verbosity,
                       metadata, store, prompt_cache_key, service_tier … */
    bool has_max_completion_tokens; /* else "max_tokens" */
    bool has_stream_options;        /* known to take include_usage */
    bool has_reasoning_content;     /* takes reasoning back in the history, and
                                       says so in a field of that name */
    bool has_top_k;                 /* top_k, min_p */
    bool has_cache_control;         /* on parts, as OpenRouter */
    const char *const *drops;       /* members it refuses, NULL-terminated */
    /* A vendor's model on a cloud: Anthropic's "anthropic_version" stands in
     * the body, the model does not; {0}: as at home. */
    struct str cloud_version;
    /* Of Gemini's dialect: takes schemas in OpenAPI's form alone. */
    bool has_openapi_schema;
};

enum way_use {
    WAY_USUAL, /* of two usual ones the first */
    WAY_RELAY, /* for clients of its dialect alone */
    WAY_ASKED, /* only when the configuration says so: a translation into
                  another way loses less */
};

struct chat_way {
    const struct dialect *dialect;
    enum way_use use;
    struct str model_prefix; /* models it is for; {0}: all */
    struct str path;         /* after the base; {model} stands for the model,
                                {+model} for one that keeps its slashes */
    struct str stream_path;  /* {0}: the same */
    struct str count_path;   /* where it counts the tokens of a request; {0}: it
                                does not */
    struct str base_end; /* what this interface's base lacks of the provider's:
                            "/v1" of Ollama's */
    struct chat_quirks quirks;
};

/* What is asked and answered whole, and is no chat. */
enum whole_kind {
    WHOLE_NONE,
    WHOLE_EMBEDDINGS,
    WHOLE_IMAGES,
    WHOLE_SPEECH,
};

/* How that is got where it is not OpenAI's way. A provider that has neither
 * this nor an OpenAI-compatible surface does not have it. */
struct whole_way {
    enum whole_kind kind;
    union { /* by the kind */
        const struct embedder *embedder;
        const struct painter *painter;
        const struct speaker *speaker;
    };
    /* Only for clients of this dialect, and when the configuration says so;
     * NULL: for all. */
    const struct dialect *dialect;
    struct str model_mark; /* stands in the names of models it is for; {0}: all
                              models */
    struct str path, base_end; /* as of a chat_way */
};

/* NULL: there is none. client may be NULL. */
const struct whole_way *whole_way_choose(const struct provider *p,
                                         enum whole_kind kind,
                                         const struct dialect *client,
                                         struct str model);
struct str whole_way_path(const struct whole_way *w, struct str model,
                          struct arena *a);

/* Can it be chatted with at all? */
bool way_is_there(const struct provider *p);
/* NULL: there is none. client may be NULL: the usual one. model as the provider
 * knows it. */
const struct chat_way *way_choose(const struct provider *p,
                                  const struct dialect *client,
                                  struct str model);
/* Has it a way of this dialect at all? */
bool way_has(const struct provider *p, const struct dialect *dialect);
/* The path with the model in its place; {0}: no memory. */
struct str way_path(const struct chat_way *w, struct str model, bool is_stream,
                    struct arena *a);
/* The same of the path where tokens are counted. */
struct str way_count_path(const struct chat_way *w, struct str model,
                          struct arena *a);

#endif
