/* SPDX-License-Identifier: MIT */
/* Files as the program reads them at start and on reload, memory that must be
 * had at start, and lines on stderr. */
#ifndef SL_FILES_H
#define SL_FILES_H

#include "core/base/buf.h"

enum { FILES_CONFIG_BYTES = 8 * 1024 * 1024 };

/* malloc as a source of memory for the core. */
extern const struct sl_mem mem_malloc;
/* The same, wiped when it is given back: for keys. */
extern const struct sl_mem mem_wiping;
/* At start only: no memory ends the process. */
void *xmalloc(size_t n);
/* The same, cleared. */
void *xzalloc(size_t n);

bool errno_is_interrupt(void);

/* The whole file. False, and *why a sentence. */
SL_MUST_USE bool file_read(const char *path, struct buf *out, const char **why);
/* The same of an open file, which stays open. */
SL_MUST_USE bool file_read_fd(int fd, struct buf *out, const char **why);
bool file_exists(const char *path);

/* What tells one version of a file from the next. */
struct file_stamp {
    int64_t mtime_ns, size;
    uint64_t inode;
};
/* All zero when there is none; path may be NULL. */
struct file_stamp file_stamp(const char *path);
bool file_stamp_eq(const struct file_stamp *a, const struct file_stamp *b);

/* One operational message: "sluice: …" and a line end, in one write. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
