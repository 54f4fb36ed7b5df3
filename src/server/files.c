/* SPDX-License-Identifier: MIT */
/* The few blocking calls of the program: made at start, and by loop 0 on a
 * reload (a small local file, read in well under a millisecond). */
#include "server/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void *get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n == 0 ? 1 : n);
}

static void put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

static void wipe_and_put(void *ctx, void *p, size_t n)
{
    explicit_bzero(p, n);
    put(ctx, p, n);
}

const struct sl_mem mem_malloc = {get, put, NULL};
const struct sl_mem mem_wiping = {get, wipe_and_put, NULL};

void *xmalloc(size_t n)
{
    void *p = malloc(n);

    if (p == NULL) {
        say("out of memory at start");
        exit(1);
    }
    return p;
}

void *xzalloc(size_t n)
{
    void *p = xmalloc(n);

    memset(p, 0, n);
    return p;
}

bool errno_is_interrupt(void)
{
    return errno == EINTR;
}

bool file_read_fd(int fd, struct buf *out, const char **why)
{
    for (;;) {
        char *room = buf_room(out, 4096);
        ssize_t n;

        if (room == NULL) {
            *why = "it is too large";
            return false;
        }
        n = read(fd, room, 4096);
        if (n == 0)
            return true;
        if (n > 0) {
            buf_grew(out, (size_t)n);
        } else if (errno != EINTR) {
            *why = strerror(errno);
            return false;
        }
    }
}

bool file_read(const char *path, struct buf *out, const char **why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok;

    if (fd < 0) {
        *why = strerror(errno);
        return false;
    }
    ok = file_read_fd(fd, out, why);
    close(fd);
    return ok;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

struct file_stamp file_stamp(const char *path)
{
    struct stat st;

    if (path == NULL || stat(path, &st) != 0)
        return (struct file_stamp){0};
    return (struct file_stamp){
        .mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
                    (int64_t)st.st_mtim.tv_nsec,
        .size = (int64_t)st.st_size,
        .inode = (uint64_t)st.st_ino,
    };
}

bool file_stamp_eq(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->mtime_ns == b->mtime_ns && a->size == b->size &&
           a->inode == b->inode;
}

void say(const char *format, ...)
{
    char line[2048] = "sluice: ";
    size_t at = strlen(line);
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(line + at, sizeof(line) - at - 1, format, args);
    va_end(args);
    if (n < 0)
        return;
    at += (size_t)n < sizeof(line) - at - 1 ? (size_t)n : sizeof(line) - at - 2;
    line[at++] = '\n';
    /* Nobody can be told when stderr is gone. */
    if (write(STDERR_FILENO, line, at) < 0)
        return;
}
