/* SPDX-License-Identifier: MIT */
/* The configuration: one immutable snapshot, made from a file, the environment
 * and flags, all handed in as text.
 *
 *     config_init(&cfg, mem);
 *     rc = config_load(&cfg, &sources, &problems);
 *     ... rc is SL_OK, or problems says file, line, what and what is accepted
 *     config_release(&cfg);      wipes the keys
 *
 * Order: defaults < file < environment < flags. Everything in it lives in its
 * own arena until config_release. The arena wipes all that it gives back: keys
 * leave no copy behind. docs/configuration.md lists every option. */
#ifndef SL_CONFIG_H
#define SL_CONFIG_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/catalogue.h"
#include "core/origin.h"
#include "core/secret.h"

/* Time limits of one attempt, in milliseconds (DESIGN 11). */
struct timeouts {
    int64_t connect_ms;     /* DNS, TCP and TLS together; 5 s */
    int64_t first_byte_ms;  /* to the head of a whole answer; 600 s */
    int64_t first_event_ms; /* to the first meaningful event; 180 s */
    int64_t idle_ms;        /* between two reads; 180 s */
    int64_t backoff_ms;     /* longest wait between two attempts; 1 s */
    int64_t total_ms;       /* of the whole exchange; 30 min */
};

enum key_strategy {
    KEYS_RANDOM,
    KEYS_ROUNDROBIN,
    KEYS_LEAST_BUSY,
    KEYS_WEIGHTED,
};

/* Where one of several keys is used: keys of Cloudflare belong to accounts,
 * which are a part of the path. */
struct key_place {
    struct str base_path;
    bool is_gateways; /* the account is that of the AI Gateway */
};

/* What a key is made of that is not sent as it is: the key itself is AWS's
 * secret access key, or the private key (PEM) of a service account. */
struct credential {
    struct str id;               /* access key id; client_email */
    struct str key_id;           /* private_key_id; may be {0} */
    const struct secret *token;  /* AWS_SESSION_TOKEN; NULL: none */
    const struct provider *from; /* where access tokens are got: no keys, the
                                    whole path is its base_path; NULL: none */
};

/* Which requests stay with the key (or target) of their conversation, while it
 * is healthy (api/session.h). */
enum affinity {
    AFFINITY_NONE,
    AFFINITY_NAMED, /* those with a prompt_cache_key */
    AFFINITY_ANY,   /* those with a `user`, or that begin alike, too */
};

enum { COMPAT_CHAT, COMPAT_COMPLETIONS, COMPAT_WAYS };

struct provider {
    struct str name;
    size_t index; /* in config.providers */
    const struct catalogue_row
        *row; /* custom endpoints have one of their own */
    bool is_custom;
    bool is_available;  /* could answer: has what it needs to be called */
    bool shuns_gateway; /* never asked through an AI Gateway */
    struct origin origin;
    struct str base_path; /* "" or "/v1": no slash at the end */
    struct secret *keys;
    size_t n_keys;
    struct key_place *places; /* one for each key; NULL: base_path for all */
    struct credential *credentials; /* one for each key; NULL: keys are sent as
                                       they are */
    struct str key_id; /* variable or endpoint name: the rotation's name */
    enum key_strategy strategy;
    uint32_t *weights; /* KEYS_WEIGHTED: one for each key */
    enum affinity affinity;
    struct timeouts timeouts;
    /* Before and behind the path of an API endpoint, after base_path; {model}
     * in them is the model's name. */
    struct str compat, query;
    struct str chat_path; /* compat + "/chat/completions" + query */
    /* Its OpenAI-compatible interface as ways (way.h): chats, and legacy
     * completions. None when chat_path is {0}. */
    struct chat_way compat_ways[COMPAT_WAYS];
    const struct chat_way *ways; /* the row's, with place and project in */
    size_t n_ways;
    const struct whole_way *wholes; /* the same */
    size_t n_wholes;
    const struct dialect *dialect; /* the one that is used; NULL: as it fits */
    struct str place;              /* region, location; {0}: none */
    struct str project;
    struct str models_path; /* after base_path; {0}: not listed */
    struct str *models;     /* static list; NULL: ask */
    size_t n_models;
};

/* Who serves a request: a provider, and the model's name there. */
struct target {
    const struct provider *provider;
    struct str model;
    uint32_t weight; /* share of first attempts in a weighted group */
    /* Conditions; what is not said is the table's (model_facts.h). */
    int64_t max_context; /* tokens of the longest prompt; 0: not said */
    int64_t min_context; /* for prompts of so many tokens and more */
    unsigned needs;      /* only for requests that need all these abilities */
    unsigned has;        /* what it can; only when */
    bool has_is_said;
};

enum group_strategy {
    GROUP_FALLBACK, /* in their order */
    GROUP_WEIGHTED, /* the first attempt is drawn by weight */
    GROUP_CHEAPEST,
    GROUP_FASTEST,
};

/* A second attempt beside one that is late. */
struct hedge {
    int64_t after_ms; /* 0: when 95 of 100 answers would have come (p95) */
    unsigned max;     /* such attempts for a request; 0: none are made */
};

/* A model name of the operator's own. */
struct model_group {
    struct str name;
    struct target *targets; /* in the order of attempts */
    size_t n;
    enum group_strategy strategy;
    enum affinity affinity; /* GROUP_WEIGHTED: of the first target */
    unsigned require;       /* abilities every request is taken to need */
    bool next_on_policy;    /* a refused prompt goes to the next target */
    struct hedge hedge;
};

struct limits {
#define X(name, key, kind, value, text) int64_t name;
#include "core/tbl/limits.h"
#undef X
};

enum log_format { LOG_TEXT, LOG_JSON, LOG_OFF };

struct config {
    struct provider *providers; /* in the order of /v1/models */
    size_t n_providers;
    struct secret *callers; /* PROXY_API_KEY */
    size_t n_callers;
    bool is_open;      /* callers need no credentials: DEV, or there are none */
    bool has_affinity; /* AFFINITY_ANY is somewhere */
    struct model_group *groups; /* `models` */
    size_t n_groups;
    struct str default_model; /* {0}: none */
    struct str *listen;       /* "127.0.0.1:8787", "[::]:443", "unix:/path" */
    size_t n_listen;
    bool insecure_open;
    int64_t threads;              /* 0: one per core */
    struct str tls_cert, tls_key; /* files; {0}: plain HTTP */
    enum log_format log_format;
    struct str store;
    int64_t models_ttl_ms; /* a provider's list is used that long */
    int64_t pings_ms;      /* silence of a stream that is filled; 0: none is */
    bool early_pings;      /* before there is an answer too */
    struct str account;    /* CLOUDFLARE_ACCOUNT_ID */
    /* AI Gateways as one provider: where they are, no keys, no models. Which
     * of them, if any, is each exchange's matter (gateway.h). */
    struct provider gateway;
    struct str gateway_name;      /* AI_GATEWAY_NAME; {0}: none by default */
    bool gateway_universal;       /* a chat goes there with all keys at once */
    bool gateway_rest;            /* /compat is Cloudflare's REST interface */
    struct secret *gateway_token; /* CF_AIG_TOKEN; NULL: none */
    struct limits limits;
    /* private */
    struct sl_mem wiping; /* host, with what is given back overwritten */
    const struct sl_mem *host;
    struct arena arena;
    struct map by_name;
};

/* One thing that is wrong, or (is_warning) that deserves a look. */
struct problem {
    struct str file;       /* "sluice.jsonc", "environment", "command line" */
    uint32_t line, column; /* from 1; 0: unknown */
    struct str where;      /* "providers.openai.baseUrl" */
    struct str what;       /* what is wrong and what is accepted */
    bool is_warning;
};

enum { CONFIG_PROBLEMS = 32 };

struct problems {
    struct problem v[CONFIG_PROBLEMS]; /* texts live in the config's arena */
    size_t n; /* all of them, also those beyond the room */
    size_t n_errors;
};

/* A flag or variable. */
struct setting {
    struct str name, value;
};

/* Files that the configuration names. *text: wiped by whoever gave the buf;
 * false: *why a sentence. */
typedef bool config_read_file(void *ctx, struct str path, struct buf *text,
                              struct str *why);

struct config_sources {
    struct str file_name;      /* for messages */
    struct str file_text;      /* JSONC; {0}: no file */
    const struct setting *env; /* the whole environment */
    size_t n_env;
    const struct setting *flags; /* "listen", "threads", "store",
                                    "log-format", "insecure-open" (the value
                                    of the last may be empty: true) */
    size_t n_flags;
    config_read_file *read_file; /* NULL: none can be read */
    void *read_ctx;
};

/* The configuration must not move from here on: it is its own source of
 * memory. */
void config_init(struct config *c, const struct sl_mem *mem);
/* SL_OK, or SL_BAD_REQUEST with at least one error in problems, or SL_NOMEM.
 * Warnings may stand there either way. */
SL_MUST_USE enum sl_rc config_load(struct config *c,
                                   const struct config_sources *sources,
                                   struct problems *problems);
/* Wipes every secret, then gives the memory back; safe on {0}. */
void config_release(struct config *c);

/* A configured provider by name or alias; NULL when there is none. */
const struct provider *config_provider(const struct config *c, struct str name);

/* Where the provider is for a key; one that does not exist: the first. */
struct str config_base_path(const struct provider *p, size_t key);

/* A list of keys as the environment spells it: a string, "a,b" or a JSON
 * array; empty items are an error. Numbers and literals are text: 12345 is
 * the key "12345". */
SL_MUST_USE enum sl_rc config_key_list(struct arena *a, struct str text,
                                       struct str **items, size_t *n,
                                       struct err *err);

/* Comments and trailing commas become spaces: every offset and line stays what
 * it was. SL_SYNTAX on a comment without end. */
SL_MUST_USE enum sl_rc config_jsonc(struct arena *a, struct str text,
                                    struct str *plain, struct err *err);

/* "sluice.jsonc:12:3: providers.openia: unknown provider; did you mean
 * openai?" and a line end. */
void problem_write(struct buf *out, const struct problem *p);

#endif
