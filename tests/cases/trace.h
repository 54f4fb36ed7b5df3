/* SPDX-License-Identifier: MIT */
/* Writes down what the exchange is told and what it says, in the bytes of
 * worker/codec.h, so that another build of the core can be told the same:
 * parity.mjs compares what it says.
 *
 * A record is u8 what, u32 length, bytes:
 *     C  a case: u32 length and its name; u32 length and the configuration;
 *        the variables, each ended by a NUL
 *     B  an exchange begins: i64 now_ms, i64 wall_ms, u64 random, u64 random,
 *        the peer
 *     E  an event: i64 now_ms, the event
 *     A  an action
 *     Z  no action is left */
#ifndef SL_CASE_TRACE_H
#define SL_CASE_TRACE_H

#include "host.h"

struct trace;

/* path NULL: NULL. The same trace for each call. */
struct trace *trace_open(const char *path);
/* From here on the host's exchanges are the case's. */
void trace_begin(struct trace *t, struct host *h, const char *name,
                 struct str config, const char *const *env);
/* False: it was not written whole. */
bool trace_close(void);

#endif
