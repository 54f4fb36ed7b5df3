/* SPDX-License-Identifier: MIT */
/* Load of two kinds that wrk does not make, from one thread.
 *
 *     load streams PORT PATH BODY_FILE AUTH COUNT SECONDS
 *         opens COUNT streams, prints "open" when each has begun, reads them
 *         to their end: "events E done D failed F"
 *     load rate PORT PATH BODY_FILE AUTH PER_SECOND SECONDS
 *         sends at a steady rate whatever comes back:
 *         "requests N failed F p50_us X p99_us Y"
 *
 * AUTH is the value of the Authorization field. Ends by itself: streams after
 * SECONDS at the latest.
 *
 * The one hard idea: at a rate, a request never waits for another one. It
 * takes an idle connection or opens one, else a slow proxy would be asked less
 * often and look better than it is. */
#include "bench/net.h"

#include <fcntl.h>
#include <string.h>
#include <sys/timerfd.h>

enum { CONNS_MAX = 20000, EVENTS_MAX = 256, SAMPLES_MAX = 1000000 };

struct conn {
    int fd;
    int64_t sent_us; /* when its request left */
    size_t left;     /* of a body with a length */
    bool is_busy;
    bool has_begun;
    bool has_length;
    bool is_ok;   /* status 200 */
    char tail[8]; /* the last bytes that came */
};

struct load {
    int ep;
    int port;
    char *request;
    size_t request_n;
    struct conn *conns;
    int n_conns;
    int n_begun, n_done, n_failed;
    long n_events;
    int32_t *samples; /* latencies, us */
    size_t n_samples;
};

static struct load load;

static void read_request(char **argv)
{
    static char body[1 << 20];
    FILE *f = fopen(argv[3], "rb");
    size_t n, head_n;

    if (f == NULL)
        die(argv[3]);
    n = fread(body, 1, sizeof(body), f);
    fclose(f);
    load.request = malloc(n + 4096);
    if (load.request == NULL)
        die("malloc");
    head_n = (size_t)snprintf(load.request, 4096,
                              "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                              "Authorization: %s\r\n"
                              "Content-Type: application/json\r\n"
                              "Content-Length: %zu\r\n\r\n",
                              argv[2], load.port, argv[4], n);
    memcpy(load.request + head_n, body, n);
    load.request_n = head_n + n;
}

static struct conn *open_conn(void)
{
    struct sockaddr_in a = loopback(load.port);
    struct conn *c;

    if (load.n_conns == CONNS_MAX)
        die("too many connections");
    c = &load.conns[load.n_conns++];
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        die("connect");
    set_nodelay(c->fd);
    watch(load.ep, c->fd, c);
    return c;
}

/* Requests fit the socket buffer: the socket still blocks here. */
static void send_request(struct conn *c)
{
    c->is_busy = true;
    c->has_begun = false;
    c->has_length = false;
    c->sent_us = now_us();
    if (send(c->fd, load.request, load.request_n, MSG_NOSIGNAL) !=
        (ssize_t)load.request_n)
        die("send");
}

/* An event ends in an empty line. Chunk framing has CRLF, so it adds none;
 * one that is cut between the two LF is seen by the byte kept from before. */
static void count_events(const struct conn *c, const char *p, size_t n)
{
    char before = c->tail[sizeof(c->tail) - 1];

    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n' && before == '\n')
            load.n_events++;
        before = p[i];
    }
}

static void keep_tail(struct conn *c, const char *p, size_t n)
{
    size_t size = sizeof(c->tail);

    if (n >= size) {
        memcpy(c->tail, p + n - size, size);
    } else {
        memmove(c->tail, c->tail + n, size - n);
        memcpy(c->tail + size - n, p, n);
    }
}

/* Heads come in one piece from a peer on the loopback. */
static size_t read_head(struct conn *c, const char *p, size_t n)
{
    const char *end = memmem(p, n, "\r\n\r\n", 4);
    const char *field;

    if (end == NULL)
        die("answer head in pieces");
    field = strcasestr(p, "\r\ncontent-length:");
    c->has_begun = true;
    c->has_length = field != NULL && field < end;
    c->left = c->has_length ? strtoul(field + 17, NULL, 10) : 0;
    c->is_ok = memcmp(p, "HTTP/1.1 200", 12) == 0;
    load.n_begun++;
    return (size_t)(end + 4 - p);
}

static void finish(struct conn *c, bool ok)
{
    if (ok && load.n_samples < SAMPLES_MAX)
        load.samples[load.n_samples++] = (int32_t)(now_us() - c->sent_us);
    if (ok)
        load.n_done++;
    else
        load.n_failed++;
    c->is_busy = false;
}

static void drop(struct conn *c)
{
    if (c->is_busy)
        finish(c, false);
    epoll_ctl(load.ep, EPOLL_CTL_DEL, c->fd, NULL);
    close(c->fd);
    c->fd = -1;
}

static void read_conn(struct conn *c)
{
    static char in[65537];
    ssize_t got = recv(c->fd, in, sizeof(in) - 1, MSG_DONTWAIT);
    size_t at = 0, n;

    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0 || !c->is_busy) {
        drop(c);
        return;
    }
    n = (size_t)got;
    in[n] = '\0';
    if (!c->has_begun)
        at = read_head(c, in, n);
    count_events(c, in + at, n - at);
    keep_tail(c, in, n);
    if (c->has_length) {
        c->left -= n - at < c->left ? n - at : c->left;
        if (c->left == 0)
            finish(c, c->is_ok);
    } else if (memcmp(c->tail + 1, "\r\n0\r\n\r\n", 7) == 0) {
        finish(c, c->is_ok);
    }
}

static void turn(int timeout_ms)
{
    struct epoll_event ev[EVENTS_MAX];
    int n = epoll_wait(load.ep, ev, EVENTS_MAX, timeout_ms);

    for (int i = 0; i < n; i++)
        if (ev[i].data.ptr != NULL)
            read_conn(ev[i].data.ptr);
}

static void run_streams(int count, int seconds)
{
    int64_t end = now_us() + (int64_t)seconds * 1000000;
    bool told = false;

    for (int i = 0; i < count; i++) {
        send_request(open_conn());
        turn(0);
    }
    while (load.n_done + load.n_failed < count && now_us() < end) {
        turn(50);
        if (!told && load.n_begun >= count) {
            told = true;
            printf("open\n");
            fflush(stdout);
        }
    }
    printf("events %ld done %d failed %d\n", load.n_events, load.n_done,
           count - load.n_done);
}

static int by_size(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

static struct conn *idle_conn(void)
{
    for (int i = 0; i < load.n_conns; i++)
        if (load.conns[i].fd >= 0 && !load.conns[i].is_busy)
            return &load.conns[i];
    return open_conn();
}

static void run_rate(int per_second, int seconds)
{
    struct itimerspec every = {.it_interval.tv_nsec = 1000000000 / per_second,
                               .it_value.tv_nsec = 1000000};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    int64_t end = now_us() + (int64_t)seconds * 1000000;

    if (timer < 0 || timerfd_settime(timer, 0, &every, NULL) != 0)
        die("timerfd");
    watch(load.ep, timer, NULL);
    while (now_us() < end) {
        uint64_t ticks = 0;

        turn(100);
        if (read(timer, &ticks, sizeof(ticks)) < 0)
            continue;
        while (ticks-- > 0)
            send_request(idle_conn());
    }
    for (int i = 0; i < 20; i++)
        turn(10);
    qsort(load.samples, load.n_samples, sizeof(*load.samples), by_size);
    if (load.n_samples == 0)
        die("no answers");
    printf("requests %zu failed %d p50_us %d p99_us %d\n", load.n_samples,
           load.n_failed, load.samples[load.n_samples / 2],
           load.samples[load.n_samples * 99 / 100]);
}

int main(int argc, char **argv)
{
    int count, seconds;

    if (argc != 8) {
        fputs("usage: load streams|rate PORT PATH BODY_FILE AUTH N SECONDS\n",
              stderr);
        return 2;
    }
    raise_files();
    load.port = (int)strtol(argv[2], NULL, 10);
    load.ep = epoll_create1(0);
    load.conns = calloc(CONNS_MAX, sizeof(*load.conns));
    load.samples = calloc(SAMPLES_MAX, sizeof(*load.samples));
    if (load.ep < 0 || load.conns == NULL || load.samples == NULL)
        die("load");
    read_request(argv + 1);
    count = (int)strtol(argv[6], NULL, 10);
    seconds = (int)strtol(argv[7], NULL, 10);
    /* Whatever happens, it does not stay. */
    alarm((unsigned)seconds + 30);
    if (strcmp(argv[1], "streams") == 0)
        run_streams(count, seconds);
    else
        run_rate(count, seconds);
    return 0;
}
