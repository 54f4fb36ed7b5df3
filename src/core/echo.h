/* SPDX-License-Identifier: MIT */
/* The built-in provider `sluice`: for trying things out without any key. It
 * takes the same requests as an OpenAI-compatible server and answers by the
 * clock. Its models:
 *
 *     echo, echo-50ms    says the last user message, a word per 50 ms
 *     slow, slow-10s     the same, the first byte after three (ten) seconds
 *     tools              calls the first tool that is offered
 *     error, error-429   fails with that status (500)
 *     cut, cut-5         breaks off after three (five) words
 *
 * It serves chat, completions and embeddings (of `echo`: made from a hash). */
#ifndef SL_ECHO_H
#define SL_ECHO_H

#include "core/api/surface.h"

struct echo;

enum echo_kind {
    ECHO_HEAD,
    ECHO_BODY,
    ECHO_CUT, /* the connection ends here */
};

struct echo_event {
    enum echo_kind kind;
    struct http_response response;
    int64_t length;
    struct str bytes; /* valid until the drain ends */
    bool last;
};

/* target: "/chat/completions" …; NULL: no memory (x->failed is set). */
struct echo *echo_open(struct exchange *x, struct str target, struct str body);
/* The next thing that happens by now; false: nothing before echo_due. */
bool echo_next(struct exchange *x, struct echo *e, struct echo_event *ev);
int64_t echo_due(const struct echo *e);

#endif
