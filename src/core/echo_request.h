/* SPDX-License-Identifier: MIT */
/* A request to the built-in provider, read: for echo.c. */
#ifndef SL_ECHO_REQUEST_H
#define SL_ECHO_REQUEST_H

#include "core/api/surface.h"
#include "core/base/json.h"

enum { ECHO_DIMENSIONS = 8, ECHO_DIMENSIONS_MAX = 4096 };

enum echo_api { ECHO_CHAT, ECHO_COMPLETIONS, ECHO_EMBEDDINGS, ECHO_NO_API };

struct echo_request {
    struct json doc;
    enum echo_api api;
    struct str model;     /* "echo-50ms" */
    struct str text;      /* what is said: the last user message, a tool's
                             result, the prompt */
    struct str tool;      /* name of the tool to call; {0}: none */
    struct str arguments; /* JSON text for it */
    bool stream, wants_usage;
    int64_t pace_ms;    /* between words */
    int64_t delay_ms;   /* before the first byte */
    int64_t cut_after;  /* words; -1: never */
    int64_t dimensions; /* of an embedding; 1 to ECHO_DIMENSIONS_MAX */
    int status;         /* 200, or the error to answer with */
    struct str problem; /* what is wrong with the request; status is set */
};

/* False: no memory. */
SL_MUST_USE bool echo_request_read(struct exchange *x, struct str target,
                                   struct str body, struct echo_request *r);

#endif
