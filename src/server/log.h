/* SPDX-License-Identifier: MIT */
/* The request log of one loop: a line per request on stdout, gathered and
 * written when 32 KiB are there or 200 ms after the first line. A reader of
 * stdout that does not read costs lines, never time: the loop does not wait
 * for it, keeps up to 1 MiB, and then drops and counts. */
#ifndef SL_LOG_H
#define SL_LOG_H

#include "core/config.h"
#include "core/record.h"
#include "server/deadline.h"

struct log {
    struct buf lines;
    struct deadline flush;
    uint64_t dropped; /* lines, since it was last said */
    int fd;
    bool may_block; /* a pipe, socket or terminal: asked before each write */
};

void log_init(struct log *g, struct loop *l, int fd);
/* Writes what is there; on_closed follows, and then the memory may go. */
void log_close(struct log *g, void (*on_closed)(struct deadline *d));
void log_record(struct log *g, const struct record *r, enum log_format format);
void log_flush(struct log *g);

#endif
