/* SPDX-License-Identifier: MIT */
/* Tables for tests of the dialects whose answers depend on what was asked: a
 * request of a client, frames of a provider, the client's bytes. Each row is
 * run once as it is, and again with every allocation failing in turn. */
#ifndef SL_TEST_DIALECT_TALKS_H
#define SL_TEST_DIALECT_TALKS_H

#include "core/translate.h"
#include "support.h"

/* frames: the data of one in each line, or a body. want: the client's bytes in
 * short, then what was lost; in pieces no longer than C has room for. In short:
 * "event: NAME" and its data, whose type must be the same, are "NAME: {…"; what
 * a response object says again when nothing was asked for is "~". */
struct talk_case {
    const char *name;
    const struct dialect *provider, *client;
    bool is_stream;
    const char *request, *frames, *want[4];
};
void check_talks(const struct talk_case *cases, size_t n);

#endif
