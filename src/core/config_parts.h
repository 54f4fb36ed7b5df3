/* SPDX-License-Identifier: MIT */
/* What the files config*.c share while one configuration is loaded. No one
 * else includes this. */
#ifndef SL_CONFIG_PARTS_H
#define SL_CONFIG_PARTS_H

#include "core/base/json.h"
#include "core/base/url.h"
#include "core/config.h"

enum {
    CONFIG_FILE_BYTES = 4 * 1024 * 1024, /* of the file */
    CONFIG_FILE_DEPTH = 16,
    CONFIG_NAME_BYTES = 64, /* of a custom endpoint's name */
};

/* A value as somebody gave it. */
struct given {
    bool is_set;
    struct str source; /* name of the file, "environment", "command line" */
    struct str where;  /* path, variable or flag */
    struct jval json;  /* {0}: it is `text` */
    struct str text;
};

struct names {
    const struct str *v;
    size_t n;
};

/* Accounts, and a key of each. */
struct accounts {
    struct str *ids;
    struct secret *keys; /* NULL: those of the variables, in their order */
    size_t n;
    struct str key_id;
};

struct loader {
    struct config *c;
    const struct config_sources *from;
    struct problems *problems;
    struct arena scratch; /* for the time of the load; wiped as well */
    struct json file;     /* the file without its comments */
    bool has_file;
    struct accounts accounts;
    bool out_of_memory; /* sticky: looked at once, at the end */
};

/* ---- config_problem.c ---- */

/* a, b and c in one text that lives as long as the configuration. */
struct str config_join(struct loader *l, struct str a, struct str b,
                       struct str c);
void config_wrong(struct loader *l, const struct given *g, struct str what);
void config_warn(struct loader *l, const struct given *g, struct str what);
/* The file is wrong at an offset. */
void config_wrong_at(struct loader *l, size_t at, struct str what);
/* Complains of every object in doc that has two members of one name. */
void config_check_twins(struct loader *l, const struct json *doc,
                        const struct given *as);
/* "what; did you mean NAME?" or, when nothing is near, "what; known are: …". */
struct str config_suggest(struct loader *l, struct str what, struct str name,
                          const struct names *known);
/* The name within `most` typing errors of it; {0}: none, or it is known. */
struct str config_nearest(const struct names *known, struct str name,
                          size_t most);

/* ---- config_value.c: each complains and returns false when it is wrong ----
 */

/* A member's value, a null left out; its path is where.name. */
struct given config_member(struct loader *l, const struct given *object,
                           struct str name);
/* From a variable a number or a literal is its text; `strict` wants a string.
 * The text lives as long as the configuration, without blanks at its ends. */
SL_MUST_USE bool config_text(struct loader *l, const struct given *g,
                             bool strict, struct str *text);
SL_MUST_USE bool config_switch(struct loader *l, const struct given *g,
                               bool *on);
SL_MUST_USE bool config_count(struct loader *l, const struct given *g,
                              int64_t min, int64_t max, int64_t *n);
SL_MUST_USE bool config_size(struct loader *l, const struct given *g,
                             int64_t min, int64_t *bytes);
SL_MUST_USE bool config_duration(struct loader *l, const struct given *g,
                                 int64_t min, int64_t *ms);
/* Strings of an array, or one string alone. */
SL_MUST_USE bool config_strings(struct loader *l, const struct given *g,
                                struct str **v, size_t *n);
/* The grammar of keys (config_key_list), or an array. An empty text and an
 * empty array are no keys: true. */
SL_MUST_USE bool config_keys(struct loader *l, const struct given *g,
                             struct secret **keys, size_t *n);
/* The texts of such a list, in l->scratch; nobody is told what is wrong. */
SL_MUST_USE enum sl_rc config_list(struct loader *l, const struct given *g,
                                   struct str **v, size_t *n, struct err *err);
/* One key or an array of them; commas are part of a key. */
SL_MUST_USE bool config_plain_keys(struct loader *l, const struct given *g,
                                   struct secret **keys, size_t *n);
/* An object whose members are all among `known`; others are complained of. */
SL_MUST_USE bool config_object(struct loader *l, const struct given *g,
                               const struct names *known);

/* ---- config.c ---- */

enum option_id {
#define X(id, path, variable, flag, kind, value, text) OPTION_##id,
#include "core/tbl/options.h"
#undef X
    OPTIONS
};

/* What the strongest source says of an option; its default when none does. */
struct given config_option(struct loader *l, enum option_id id);
/* A member of the file at top level, whatever it is. */
struct given config_section(struct loader *l, struct str name);
/* A variable, in the environment or in the file. Empty ones are not set, save
 * for config_env_any. */
struct given config_env(struct loader *l, struct str name);
struct given config_env_any(struct loader *l, struct str name);
struct given config_file(struct loader *l, struct str name);

/* ---- config_option.c ---- */

/* Everything that does not depend on providers. */
void config_plain_options(struct loader *l);
/* These need the providers. */
void config_default_model(struct loader *l);
void config_models(struct loader *l); /* config_models.c */
bool config_switch_option(struct loader *l, enum option_id id);

/* ---- config_provider.c, config_custom.c ---- */

struct custom {
    struct catalogue_row row;
    struct given given, base; /* the whole object; its baseUrl */
    struct secret *keys;
    size_t n_keys;
    struct str chat_path;
    struct str *models;
    size_t n_models;
};

/* A value that is JSON, and in a variable the text of one; .json stays {0}, or
 * the text's, when it is none, which has been complained of. */
struct given config_array(struct loader *l, const struct given *g);
/* What CUSTOM_OPENAI_ENDPOINTS holds. */
void config_customs(struct loader *l, const struct given *g, struct custom **v,
                    size_t *n);

/* All providers of the configuration. `section` is "providers" of the file. */
void config_providers(struct loader *l, const struct given *section,
                      const struct given *endpoints,
                      enum key_strategy strategy);
/* Reads where the provider is. g: whose text it is; NULL: the catalogue's.
 * False when it is wrong, or lacks an account to fill in. */
SL_MUST_USE bool config_base(struct loader *l, struct provider *p,
                             const struct given *g, struct str text);

/* ---- config_cloud.c ---- */

/* Place, project and version of the row, from their variables. */
void config_words(struct loader *l, struct provider *p);
/* The text with the place's mark filled in. False: it is not set. */
SL_MUST_USE bool config_place(struct loader *l, const struct provider *p,
                              struct str *text);
/* Compat and what goes with it: after config_words. */
void config_compat(struct loader *l, struct provider *p);
/* The same as ways; after whatever changes one of the two. */
void config_compat_ways(struct loader *l, struct provider *p);
/* The row's ways and its compat path, with place and project in them; those
 * that lack one are left out. After config_credentials, which may know the
 * project. */
void config_ways(struct loader *l, struct provider *p);
/* What stands in for keys, when there are none; after the base URL. */
void config_credentials(struct loader *l, struct provider *p);

/* ---- config_proxy.c ---- */

/* "providers.NAME.proxy". NULL, and complained of without a word of what
 * stands there, when it is wrong. */
struct proxy *config_proxy(struct loader *l, const struct given *g);
/* A host in lower case, and with its port as a Host field has it. */
struct str config_lower(struct loader *l, struct str s);
struct str config_authority(struct loader *l, const struct url *u,
                            struct str host);

/* Whether a base path or a path in it can stand in a request line. */
bool config_is_path(struct str path);

/* ---- config_accounts.c ---- */

/* Cloudflare's accounts: l->accounts, and c->account, the gateway's. */
void config_accounts(struct loader *l);
/* Is it ACCOUNT_n_ID or ACCOUNT_n_API_KEY? */
bool config_is_account(struct str name);

/* ---- config_gateway.c ---- */

/* Needs the account. */
void config_gateway(struct loader *l);

#endif
