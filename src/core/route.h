/* SPDX-License-Identifier: MIT */
/* The table of what we serve: one row a route. The authentication class is a
 * field of the row; a test walks the table and shows that every route refuses
 * a caller without credentials, save the few that are open. */
#ifndef SL_ROUTE_H
#define SL_ROUTE_H

#include "core/api/surface.h"

enum auth_class {
    AUTH_CALLER = 1, /* one of PROXY_API_KEY; 0 is no class: not a valid row */
    AUTH_OPEN,       /* anyone */
};

/* How requests of a surface with several routes differ. */
struct endpoint {
    struct str path;       /* after the provider's OpenAI-compatible prefix */
    enum whole_kind whole; /* what some providers have in another form */
    bool has_one_prompt;   /* Ollama's older embeddings */
    /* What the caller speaks, in chats, embeddings and errors. NULL: no chat,
     * OpenAI's errors. */
    const struct dialect *dialect;
    bool is_chat;         /* streams end in [DONE] and report usage */
    bool is_raw;          /* the answer need not be JSON */
    bool has_path_model;  /* the model stands in the path (Gemini) */
    bool is_stream_usual; /* unless the body says no (Ollama) */
    bool is_list;         /* of models: no supplier can be named */
    bool is_count;        /* the answer is how many tokens the request has */
};

struct route {
    struct str pattern; /* a `*` at the end stands for the rest of the path;
                           `{provider}` for a configured provider's name,
                           `{supplier}` for any segment */
    unsigned methods;   /* bits: 1 << HTTP_GET … ; ROUTE_ANY */
    enum auth_class auth;
    const struct surface *surface;
    const struct endpoint *endpoint; /* NULL: none */
};

#define ROUTE_ANY (~0u)

extern const struct route routes[];
extern const size_t routes_n;

struct route_match {
    const struct route *route; /* NULL: no such path, or method */
    struct str rest;
    const struct provider *provider; /* for {provider} */
    struct str supplier;             /* for {supplier}; {0}: none */
    unsigned allowed;                /* methods of the path when only the
                                        method did not match; 0: no such path */
    const struct route *near;        /* without a route: the one that was meant,
                                        by other methods or at the path's end;
                                        NULL: none is known */
    struct str near_path;            /* the end of the path that it serves; {0}:
                                        the path is right */
};

/* path is normalised. OPTIONS matches every path. */
void route_find(const struct config *config, enum http_method method,
                struct str path, struct route_match *match);

#endif
