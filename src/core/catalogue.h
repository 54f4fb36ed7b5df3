/* SPDX-License-Identifier: MIT */
/* The providers Sluice knows by itself. A provider is one row of data in
 * catalogue.c; no other file learns its name. */
#ifndef SL_CATALOGUE_H
#define SL_CATALOGUE_H

#include "core/base/str.h"
#include "core/way.h"

/* How a key travels (each provider's own documentation). */
enum key_style {
    KEY_BEARER,    /* Authorization: Bearer KEY */
    KEY_X_API_KEY, /* x-api-key: KEY (Anthropic) */
    KEY_X_GOOG,    /* x-goog-api-key: KEY; Bearer on the OpenAI-compatible
                      paths (Google AI Studio) */
    KEY_API_KEY,   /* api-key: KEY (Azure) */
    KEY_NONE,      /* the provider takes none */
};

/* What may stand in for keys, by `credential_vars`; it is not sent as it is. */
enum credential_kind {
    CREDENTIAL_NONE,
    CREDENTIAL_AWS,    /* ids, secrets and session tokens of access keys:
                          requests are signed (signed.h) */
    CREDENTIAL_GOOGLE, /* files of service accounts: access tokens are got for
                          them (token.h) */
};

/* How a list of models looks (providers/README.md of the reference facts). */
enum models_shape {
    MODELS_NONE, /* cannot be asked for; `static_models` or nothing */
    MODELS_DATA, /* {"data":[{"id","object","created","owned_by",…}]}, or a
                    bare array of those */
    MODELS_ANTHROPIC,  /* data[].{type,id,created_at}, has_more, last_id */
    MODELS_GOOGLE,     /* models[].name "models/…", nextPageToken */
    MODELS_COHERE,     /* models[].name, next_page_token */
    MODELS_CLOUDFLARE, /* result[].name, pages by ?page= */
};

enum { CATALOGUE_VARS = 4, CREDENTIAL_VARS = 3, PLACE_VARS = 2 };

/* A word of the operator's that belongs into base URL and paths: a region, a
 * project, a version. */
struct catalogue_word {
    struct str mark; /* what it replaces, "{region}"; may be {0} */
    struct str vars[PLACE_VARS];
    struct str fallback; /* {0}: none */
};

/* Another base URL for one value of the place. */
struct catalogue_base {
    struct str place, base_url;
};

struct catalogue_row {
    struct str name;     /* path prefix and model prefix */
    struct str alias;    /* a second name that means the same; may be {0} */
    struct str base_url; /* {account} stands for CLOUDFLARE_ACCOUNT_ID */
    struct str
        key_vars[CATALOGUE_VARS]; /* X_API_KEY; X_BASE_URL goes with it */
    enum key_style key_style;
    bool keyless;        /* usable without a key once its base is configured */
    struct str host_var; /* a variable "host:port" that names the local one;
                            {0}: there is none */
    struct str host_port, host_path; /* what the base made of it lacks */
    bool is_builtin;                 /* answered by Sluice itself: `sluice` */

    /* What stands between the base and "/chat/completions", "/embeddings" … ;
     * `chats` false: no OpenAI-compatible surface at all, pass-through only */
    struct str compat;
    bool chats;
    bool needs_account; /* base_url holds {account} */
    enum credential_kind credential;
    struct str credential_vars[CREDENTIAL_VARS];
    struct str service;                 /* in AWS's signatures */
    struct catalogue_word place;        /* base_url holds its mark */
    const struct catalogue_base *bases; /* ends with {0}; NULL: none */
    struct catalogue_word project;      /* its mark stands in paths */
    /* Of the API: when it is not the fallback, `versioned` stands instead of
     * compat, and ?api-version= behind the path. */
    struct catalogue_word version;
    struct str versioned; /* {model}: the model's name, escaped */
    /* Fields sent with every request: "anthropic-version: 2023-06-01" */
    struct str fixed_name, fixed_value;

    struct str models_path; /* after the base, query included */
    enum models_shape models_shape;
    bool wraps_models;   /* what else a list says of a model goes under "_" */
    struct str owned_by; /* in lists that do not say it */
    const char *const *static_models; /* NULL-terminated, or NULL */

    /* Its OpenAI-compatible chat, where `chats` says it has one: when that is
     * used beside `ways`, and what it differs in */
    enum way_use compat_use;
    struct chat_quirks quirks;
    const struct chat_way *ways; /* its other interfaces; NULL: none */
    size_t n_ways;
    const struct str *hosts; /* others that its answers may point to, by https
                                (api/follow.h); NULL: none */
    size_t n_hosts;
    /* Embeddings, images, speech; those that are not here: as OpenAI has them,
     * if at all */
    const struct whole_way *wholes;
    size_t n_wholes;
    bool reads_overrides; /* `models`, `provider` and `fallbacks` of a body are
                             its own business (api/overrides.h) */

    struct str gateway_slug;   /* Cloudflare AI Gateway; {0} when not listed */
    struct str gateway_prefix; /* stands between the slug and a path after
                                  base_url: "/v1" when the base ends in it and
                                  the gateway's does not */
    struct str gateway_run;    /* of a path after base_url, what the gateway's
                                  own base holds already: "/run" */
    struct str prompt_model;   /* of a bare prompt that names none; {0}: prompts
                                  are not for this provider */
    struct str gateway_lacks;  /* paths that begin so it does not serve */

    char task_mark; /* begins what is no part of a model's name: '#' in
                       "@cf/meta/m#text-generation"; 0: nothing does */
};

extern const struct catalogue_row catalogue[];
extern const size_t catalogue_n;

/* By name or alias; NULL when unknown. */
const struct catalogue_row *catalogue_find(struct str name);

/* The variable that replaces the base URL, "X_BASE_URL" for "X_API_KEY": its
 * stem. {0} for a key variable that has none of its own ("HF_TOKEN"). */
struct str catalogue_stem(struct str key_var);

#endif
