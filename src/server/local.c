/* SPDX-License-Identifier: MIT */
/* One exchange at a time on a loop of our own. The one hard idea: the client
 * is this struct instead of a connection, and the shell can't tell. */
#include "server/local.h"

#include <signal.h>
#include <stdlib.h>

#include "core/http/head.h"
#include "server/files.h"
#include "server/shell.h"

enum {
    LOCAL_BODY = 64 * 1024 * 1024, /* of an answer */
    LOCAL_FIELD = 16 * 1024,
    LOCAL_HEAD = 4096,
    LOCAL_FIELDS = 8,
    TICK_MS = 100,
};

struct local {
    struct app *app;
    struct worker *worker;
    struct shell *shell;
    struct deadline tick;
    /* the request at hand */
    const struct local_request *request;
    struct local_answer *answer;
    bool is_done;
};

/* ---- the client's side ---- */

static void take_head(struct local_answer *a, const struct reply_head *head)
{
    struct str type = http_value(&head->fields, STR("content-type"));

    a->status = head->status;
    a->is_events = http_is_media(type, STR("text/event-stream"));
    buf_add(&a->unlisted, http_value(&head->fields, STR("sluice-unlisted")));
}

static void on_send(void *owner, const struct reply_head *head,
                    struct str bytes)
{
    struct local *l = owner;
    const struct local_request *r = l->request;

    if (head != NULL)
        take_head(l->answer, head);
    if (r->on_bytes != NULL && l->answer->status == 200)
        r->on_bytes(r->owner, l->answer, bytes);
    else
        buf_add(&l->answer->body, bytes);
}

static void on_done(void *owner, bool abort, bool close)
{
    struct local *l = owner;

    (void)close;
    l->answer->is_complete = !abort && !l->answer->body.failed;
    l->is_done = true;
    l->shell = NULL;
}

static void on_turn(void *owner)
{
    (void)owner;
}

static size_t queued(void *owner)
{
    (void)owner;
    return 0;
}

static const struct shell_events events = {
    .on_send = on_send,
    .on_done = on_done,
    .on_turn = on_turn,
    .queued = queued,
};

static void on_tick(struct deadline *d)
{
    struct local *l = d->owner;
    size_t begun, open;

    if (l->shell == NULL)
        return;
    shell_calls(l->shell, &begun, &open);
    l->request->on_tick(l->request->owner, begun, open);
    deadline_set(d, loop_now(l->worker->loop) + TICK_MS);
}

/* ---- asking ---- */

static void write_head(struct buf *out, const struct local_request *r)
{
    buf_add(out, r->method);
    buf_add_char(out, ' ');
    buf_add(out, r->target);
    buf_add(out, STR(" HTTP/1.1\r\nhost: localhost\r\n"));
    if (r->body.n != 0) {
        buf_add(out, STR("content-type: application/json\r\n"
                         "content-length: "));
        buf_add_u64(out, r->body.n);
        buf_add(out, STR("\r\n"));
    }
    buf_add(out, r->fields);
    buf_add(out, STR("\r\n"));
}

/* The head goes through the codec, so that a request is what a client's would
 * be. False: no memory. */
static bool feed_head(struct local *l)
{
    static const struct head_limits limits = {LOCAL_HEAD, LOCAL_FIELDS};
    struct http_field fields[LOCAL_FIELDS];
    struct http_framing framing = {0};
    struct http_request req;
    struct head head = {0};
    struct buf text;
    bool ok;

    buf_init(&text, &mem_malloc, LOCAL_HEAD);
    write_head(&text, l->request);
    ok = !text.failed && head_request(&head, buf_str(&text), &limits, fields,
                                      &req, &framing, NULL) == SL_OK;
    if (ok)
        shell_feed(l->shell, &(struct event){.kind = EVENT_REQUEST,
                                             .request = &req,
                                             .framing = &framing});
    buf_release(&text);
    return ok;
}

bool local_ask(struct local *l, const struct local_request *r,
               struct local_answer *a)
{
    bool ok;

    *a = (struct local_answer){0};
    buf_init(&a->body, &mem_malloc, LOCAL_BODY);
    buf_init(&a->unlisted, &mem_malloc, LOCAL_FIELD);
    l->request = r;
    l->answer = a;
    l->is_done = false;
    /* The loop may have slept for long, while somebody typed. */
    uv_update_time(&l->worker->loop->uv);
    l->shell = shell_new(l->worker, &events, l, STR("local"));
    ok = l->shell != NULL && feed_head(l);
    if (ok && l->shell != NULL)
        shell_feed(l->shell, &(struct event){.kind = EVENT_BODY,
                                             .bytes = r->body,
                                             .last = true});
    if (r->on_tick != NULL)
        deadline_set(&l->tick, loop_now(l->worker->loop) + TICK_MS);
    loop_leave(l->worker->loop);
    while (ok && !l->is_done)
        (void)uv_run(&l->worker->loop->uv, UV_RUN_ONCE);
    deadline_set(&l->tick, DEADLINE_NONE);
    if (!ok)
        say("out of memory");
    if (!ok && l->shell != NULL)
        shell_leave(l->shell);
    l->shell = NULL;
    return ok;
}

void local_answer_release(struct local_answer *a)
{
    buf_release(&a->body);
    buf_release(&a->unlisted);
}

/* ---- life ---- */

struct local *local_new(const struct app_options *options, bool serves)
{
    struct sigaction ignore = {.sa_flags = 0};
    struct local *l = xzalloc(sizeof(*l));

    /* A provider that leaves while it is written to is an error, no end. */
    ignore.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &ignore, NULL);
    l->app = app_new_local(options, serves);
    if (l->app == NULL) {
        free(l);
        return NULL;
    }
    l->worker = &l->app->workers[0];
    deadline_init(&l->tick, l->worker->loop, on_tick, l);
    return l;
}

void local_free(struct local *l)
{
    if (l == NULL)
        return;
    deadline_close(&l->tick, NULL);
    app_free(l->app);
    free(l);
}

const struct config *local_config(const struct local *l)
{
    return &l->worker->generation->config;
}
