/* SPDX-License-Identifier: MIT */
/* What a request asks of a model, read off its body when a plan has conditions
 * to be checked: abilities, and how long the prompt is. */
#ifndef SL_NEEDS_H
#define SL_NEEDS_H

#include "core/base/str.h"

/* Tokens are estimated: four bytes of what holds the prompt (messages, input,
 * prompt, system, tools), as JSON, are one; an image counts for IMAGE_TOKENS,
 * whatever its bytes. */
enum { NEEDS_TOKEN_BYTES = 4, NEEDS_IMAGE_TOKENS = 1000 };

struct needs {
    unsigned abilities; /* enum ability (model_facts.h) */
    uint64_t tokens;    /* of the prompt, about */
};

/* body: an object that json_scan has accepted. */
void needs_read(struct str body, struct needs *n);

#endif
