/* SPDX-License-Identifier: MIT */
/* Another reader of HTTP heads, libhttp-parser in its strict mode, behind our
 * own words: its names of methods clash with ours. */
#ifndef SL_TEST_ORACLE_H
#define SL_TEST_ORACLE_H

#include "core/base/str.h"

enum { ORACLE_FIELDS = 64 };

struct oracle {
    bool is_response;
    bool skips_body; /* the answer is one to HEAD */
    /* What it found. */
    bool is_complete;
    struct str method, url;
    int status;
    bool is_http10;
    struct str names[ORACLE_FIELDS], values[ORACLE_FIELDS];
    size_t n_fields;
    bool keep_alive, chunked, has_length;
    uint64_t length;
    /* What it did not like. */
    const char *error;
    bool is_unknown_method;
};

/* True when `head` is one head from its first byte to its last. */
bool oracle_is_head(struct oracle *o, struct str head);
/* True when `text` begins with a head. */
bool oracle_starts_with_head(struct oracle *o, struct str text);

#endif
