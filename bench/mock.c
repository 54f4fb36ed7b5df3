/* SPDX-License-Identifier: MIT */
/* A provider for the bench: answers at once, or streams at a fixed pace, and
 * costs as little as it can.
 *
 *     build/rel/bench/mock            prints "listening on PORT"; ends with
 *                                     its parent, or after ten minutes
 *
 * POST with "stream":true near the front or the end of the body gives an SSE
 * stream, in Anthropic's events where the path has /messages, else OpenAI's
 * chunks; any other gives a small whole answer. GET /pace?INTERVAL_MS,EVENTS
 * sets the pace of the streams that start later.
 *
 * The one hard idea: streams wait in a ring ordered by time. All of one pace
 * are due in the order in which they were served, so a queue suffices; a
 * change of pace while streams run would break that, and is not made. */
#include "bench/net.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

enum { HEAD_MAX = 16384, EVENTS_MAX = 256, LIFE_SECONDS = 600 };

struct client {
    int fd;
    size_t n;            /* bytes of the head so far */
    size_t body_left;    /* after the head, when it is complete */
    int events_left;     /* of the stream; 0: none */
    int64_t due_us;      /* its next event */
    struct client *next; /* in the queue of streams */
    bool has_head;
    bool is_stream;
    bool is_anthropic;
    bool is_gone;        /* closed while it waits in the queue */
    char head[HEAD_MAX]; /* and the end of the body, for "stream" */
};

static int64_t pace_us = 20000;
static int pace_events = 100;
static struct client *first, *last;

static const char whole_openai[] =
    "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\","
    "\"created\":1700000000,\"model\":\"gpt-4o-2024-08-06\",\"choices\":[{"
    "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"The quick "
    "brown fox jumps over the lazy dog, again and again, until the bench is "
    "over.\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
    "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":21,"
    "\"total_tokens\":33},\"system_fingerprint\":\"fp_bench\"}";

static const char whole_anthropic[] =
    "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\","
    "\"model\":\"claude-sonnet-4-5\",\"content\":[{\"type\":\"text\",\"text\":"
    "\"The quick brown fox.\"}],\"stop_reason\":\"end_turn\","
    "\"stop_sequence\":null,\"usage\":{\"input_tokens\":12,"
    "\"output_tokens\":21}}";

static const char chunk_openai[] =
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
    "\"created\":1700000000,\"model\":\"gpt-4o-2024-08-06\",\"choices\":[{"
    "\"index\":0,\"delta\":{\"content\":\" jumps\"},\"finish_reason\":null}]}"
    "\n\n";

static const char end_openai[] =
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
    "\"created\":1700000000,\"model\":\"gpt-4o-2024-08-06\",\"choices\":[{"
    "\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    "data: [DONE]\n\n";

static const char start_anthropic[] =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{"
    "\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\","
    "\"model\":\"claude-sonnet-4-5\",\"content\":[],\"stop_reason\":null,"
    "\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\","
    "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";

static const char chunk_anthropic[] =
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
    "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" jumps\"}}\n\n";

static const char end_anthropic[] =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
    "\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{"
    "\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{"
    "\"output_tokens\":21}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

/* Small enough for any socket buffer; what does not fit means that the other
 * side is gone or stuck, and it is dropped by its own end. */
static void push(struct client *c, const char *text, size_t n)
{
    ssize_t sent = send(c->fd, text, n, MSG_NOSIGNAL);

    if (sent >= 0 && (size_t)sent < n)
        fprintf(stderr, "mock: %zd of %zu bytes sent\n", sent, n);
}

static void push_chunk(struct client *c, const char *text, bool ends)
{
    char out[2048];
    int n = snprintf(out, sizeof(out), "%zx\r\n%s\r\n%s", strlen(text), text,
                     ends ? "0\r\n\r\n" : "");

    push(c, out, (size_t)n);
}

static void push_whole(struct client *c, const char *json)
{
    char out[2048];
    int n = snprintf(out, sizeof(out),
                     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     strlen(json), json);

    push(c, out, (size_t)n);
}

static void enqueue(struct client *c)
{
    c->due_us = now_us() + pace_us;
    c->next = NULL;
    if (first == NULL)
        first = c;
    else
        last->next = c;
    last = c;
}

static void start_stream(struct client *c)
{
    static const char head[] = "HTTP/1.1 200 OK\r\n"
                               "Content-Type: text/event-stream\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n";

    push(c, head, sizeof(head) - 1);
    push_chunk(c, c->is_anthropic ? start_anthropic : chunk_openai, false);
    c->events_left = pace_events;
    enqueue(c);
}

static void next_event(struct client *c)
{
    bool ends = --c->events_left == 0;

    if (c->is_anthropic)
        push_chunk(c, ends ? end_anthropic : chunk_anthropic, ends);
    else
        push_chunk(c, ends ? end_openai : chunk_openai, ends);
    if (!ends)
        enqueue(c);
}

/* Serves what is due; the time to the next in milliseconds, -1: none waits. */
static int serve_streams(void)
{
    int64_t now = now_us();

    while (first != NULL && first->due_us <= now) {
        struct client *c = first;

        first = c->next;
        if (c->is_gone)
            free(c);
        else
            next_event(c);
    }
    return first == NULL ? -1 : (int)((first->due_us - now + 999) / 1000);
}

static void answer(struct client *c)
{
    int ms, events;

    c->has_head = false;
    c->n = 0;
    if (sscanf(c->head, "GET /pace?%d,%d", &ms, &events) == 2) {
        pace_us = (int64_t)ms * 1000;
        pace_events = events;
        push_whole(c, "{}");
    } else if (c->is_stream) {
        start_stream(c);
    } else {
        push_whole(c, c->is_anthropic ? whole_anthropic : whole_openai);
    }
    c->is_stream = false;
}

static bool has_stream(const char *p, size_t n)
{
    return memmem(p, n, "\"stream\":true", 13) != NULL ||
           memmem(p, n, "\"stream\": true", 14) != NULL;
}

/* The head is complete at `end`: what it says, and the part of the body that
 * came with it. False: not HTTP as the bench speaks it. */
static bool read_head(struct client *c, const char *end)
{
    const char *field = strcasestr(c->head, "\r\ncontent-length:");
    size_t head_n = (size_t)(end + 4 - c->head);
    size_t body_n = c->n - head_n;
    size_t length = 0;

    if (field != NULL && field < end)
        length = strtoul(field + 17, NULL, 10);
    if (body_n > length)
        return false;
    c->is_anthropic = memmem(c->head, 64, "/messages", 9) != NULL;
    c->is_stream = has_stream(end, body_n + 4);
    c->body_left = length - body_n;
    c->has_head = true;
    return true;
}

/* False when the client is gone. */
static bool read_client(struct client *c)
{
    static char body[262144];
    ssize_t n;

    if (c->has_head) {
        n = recv(c->fd, body, sizeof(body), 0);
        if (n <= 0 || (size_t)n > c->body_left)
            return n < 0 && errno == EAGAIN;
        c->body_left -= (size_t)n;
        if (c->body_left < 4096)
            c->is_stream = c->is_stream || has_stream(body, (size_t)n);
    } else {
        const char *end;

        n = recv(c->fd, c->head + c->n, HEAD_MAX - 1 - c->n, 0);
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        c->n += (size_t)n;
        c->head[c->n] = '\0';
        end = strstr(c->head, "\r\n\r\n");
        if (end == NULL)
            return c->n < HEAD_MAX - 1;
        if (!read_head(c, end))
            return false;
    }
    if (c->body_left == 0)
        answer(c);
    return true;
}

static void accept_clients(int ep, int listener)
{
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct client *c = calloc(1, sizeof(*c));

        if (c == NULL)
            die("calloc");
        c->fd = fd;
        set_nodelay(fd);
        watch(ep, fd, c);
    }
}

static int listen_anywhere(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in a = loopback(0);
    socklen_t n = sizeof(a);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 ||
        listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        die("listen");
    printf("listening on %d\n", ntohs(a.sin_port));
    fflush(stdout);
    return fd;
}

int main(void)
{
    int listener, ep;

    raise_files();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    alarm(LIFE_SECONDS);
    listener = listen_anywhere();
    ep = epoll_create1(0);
    watch(ep, listener, NULL);
    for (;;) {
        struct epoll_event ev[EVENTS_MAX];
        int n = epoll_wait(ep, ev, EVENTS_MAX, serve_streams());

        for (int i = 0; i < n; i++) {
            struct client *c = ev[i].data.ptr;

            if (c == NULL) {
                accept_clients(ep, listener);
            } else if (!read_client(c)) {
                close(c->fd);
                /* One in the queue is freed when its turn comes. */
                c->is_gone = c->events_left > 0;
                if (!c->is_gone)
                    free(c);
            }
        }
    }
}
