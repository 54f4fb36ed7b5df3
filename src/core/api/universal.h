/* SPDX-License-Identifier: MIT */
/* The universal endpoint's request, an array of steps that are tried in order:
 *
 *     [{"provider": "openai", "endpoint": "chat/completions",
 *       "headers": {"x-a": "1"}, "query": {…}, "config": {…}}, …]
 *
 * read and checked here, sent by universal.c. */
#ifndef SL_UNIVERSAL_H
#define SL_UNIVERSAL_H

#include "core/api/surface.h"

enum { UNIVERSAL_STEPS = 64 };

struct step {
    const struct provider
        *provider;             /* whose key it gets; NULL: none is known */
    struct str slug;           /* the provider's name at the gateway */
    struct str endpoint;       /* as given; {0}: not given */
    struct http_fields fields; /* what the caller wants to be sent */
    struct str query, config;  /* raw; config may be {0} */
    bool has_credentials;      /* the caller's own, in `fields` */
    int64_t timeout_ms;        /* to the head; 0: the provider's own */
    int64_t max_attempts;      /* 0: as usual */
    size_t key;                /* of the provider */
};

/* Slices borrow the body. False, and answered, when something is wrong. */
bool universal_read(struct exchange *x, struct str body, struct step **steps,
                    size_t *n);
/* The provider's chat path as the gateway wants it: "v1/chat/completions". */
struct str universal_endpoint(struct exchange *x, const struct step *s);
/* The same as a path after the provider's own base. */
struct str universal_path(struct exchange *x, const struct step *s);

#endif
