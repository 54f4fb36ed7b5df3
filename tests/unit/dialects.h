/* SPDX-License-Identifier: MIT */
/* Tables for tests of dialects: a request from one dialect to another, frames
 * to events, frames to a client's bytes. Each row is run once as it is, and
 * again with every allocation failing in turn. */
#ifndef SL_TEST_DIALECTS_H
#define SL_TEST_DIALECTS_H

#include "core/translate.h"
#include "support.h"

/* body is read by client and written by provider for `model`. want: what
 * comes out; or "400 WHERE: WHAT". loss: NULL is none. */
struct request_case {
    const char *name;
    const struct dialect *client, *provider;
    const char *model;
    const char *body, *want, *loss;
};
void check_requests(const struct request_case *cases, size_t n);
/* To a provider that differs from its dialect. */
void check_requests_to(const struct chat_quirks *quirks,
                       const struct request_case *cases, size_t n);

/* Frames, one in each line: data, or "@NAME DATA" ("\\n" in data is a line
 * feed). want: an event in each line, as event_print says. A frame that is not
 * understood ends in "garbage". */
struct decode_case {
    const char *name;
    const struct dialect *provider;
    bool is_whole; /* frames is a body */
    const char *frames, *want;
};
void check_decodes(const struct decode_case *cases, size_t n);

/* The client's bytes: a stream of frames, or a whole answer; the exchange's id
 * is "x1", the time 1700000000, the model asked for "m". A stream without a
 * finish ends in the error "cut". */
struct answer_case {
    const char *name;
    const struct dialect *provider, *client;
    bool is_stream;
    const char *frames, *want, *loss;
};
void check_answers(const struct answer_case *cases, size_t n);
/* What the client has asked for decides how the answer is read. */
void check_answers_for(const struct chat_request *request,
                       const struct answer_case *cases, size_t n);

#endif
