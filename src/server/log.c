/* SPDX-License-Identifier: MIT */
/* Lines to stdout in batches. The one hard idea: stdout may not be made
 * non-blocking, because a terminal or pipe shares that flag with other
 * programs. So it is asked first (poll), and what may block gets pieces small
 * enough for the room that poll promises. */
#include "server/log.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/files.h"

enum {
    LOG_BATCH = 32 * 1024,
    LOG_WAIT_MS = 200,
    LOG_KEEP = 1024 * 1024,
    LOG_PIECE = 4096, /* PIPE_BUF: what POLLOUT of a pipe stands for */
};

static void on_due(struct deadline *d)
{
    log_flush(d->owner);
}

void log_init(struct log *g, struct loop *l, int fd)
{
    struct stat st;

    *g = (struct log){.fd = fd};
    g->may_block = fstat(fd, &st) != 0 || !S_ISREG(st.st_mode);
    buf_init(&g->lines, &mem_malloc, LOG_KEEP);
    deadline_init(&g->flush, l, on_due, g);
}

static bool can_write(const struct log *g)
{
    struct pollfd p = {.fd = g->fd, .events = POLLOUT};

    if (!g->may_block)
        return true;
    return poll(&p, 1, 0) > 0;
}

/* What the reader does not take stays in the buffer. A stdout that is closed
 * for good takes everything: there is nobody to tell. */
static void write_lines(struct log *g)
{
    size_t done = 0;

    while (done < g->lines.n && can_write(g)) {
        size_t left = g->lines.n - done;
        size_t n = g->may_block && left > LOG_PIECE ? LOG_PIECE : left;
        ssize_t wrote = write(g->fd, g->lines.p + done, n);

        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            done = g->lines.n;
    }
    buf_drop(&g->lines, done);
}

void log_flush(struct log *g)
{
    write_lines(g);
    if (g->lines.n != 0) {
        deadline_set(&g->flush, loop_now(g->flush.loop) + LOG_WAIT_MS);
        return;
    }
    deadline_set(&g->flush, DEADLINE_NONE);
    if (g->dropped != 0) {
        say("%llu lines of the request log were dropped: stdout was not read",
            (unsigned long long)g->dropped);
        g->dropped = 0;
    }
}

void log_close(struct log *g, void (*on_closed)(struct deadline *d))
{
    log_flush(g);
    buf_release(&g->lines);
    deadline_close(&g->flush, on_closed);
}

void log_record(struct log *g, const struct record *r, enum log_format format)
{
    size_t before = g->lines.n;

    switch (format) {
    case LOG_TEXT:
        record_write_text(&g->lines, r);
        break;
    case LOG_JSON:
        record_write_json(&g->lines, r);
        break;
    case LOG_OFF:
        return;
    }
    if (g->lines.failed) {
        /* Whole lines only: the part that fitted goes as well. */
        g->lines.n = before;
        g->lines.failed = g->lines.over = false;
        g->dropped++;
    }
    if (before == 0 && g->lines.n != 0)
        deadline_set(&g->flush, loop_now(g->flush.loop) + LOG_WAIT_MS);
    else if (before < LOG_BATCH && g->lines.n >= LOG_BATCH)
        log_flush(g);
}
