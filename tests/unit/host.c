/* SPDX-License-Identifier: MIT */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/num.h"
#include "core/http/head.h"
#include "sha256.h"

static void *plain_get(void *ctx, size_t n)
{
    (void)ctx;
    return malloc(n == 0 ? 1 : n);
}

static void plain_put(void *ctx, void *p, size_t n)
{
    (void)ctx;
    (void)n;
    free(p);
}

static void *bodies_get(void *ctx, size_t n)
{
    struct host *h = ctx;
    void *p;

    if (n > h->bodies_limit - h->bodies_live)
        return NULL;
    p = h->mem->mem.get(h->mem->mem.ctx, n);
    if (p != NULL)
        h->bodies_live += n;
    return p;
}

static void bodies_put(void *ctx, void *p, size_t n)
{
    struct host *h = ctx;

    if (p == NULL)
        return;
    h->bodies_live -= n;
    h->mem->mem.put(h->mem->mem.ctx, p, n);
}

static struct str note(struct host *h, struct str s)
{
    struct str copy = {0};

    if (!arena_copy(&h->notes, s, &copy))
        abort();
    return copy;
}

bool host_init(struct host *h, struct test_mem *mem, struct str config,
               const char *const *env)
{
    struct setting settings[64];
    struct config_sources sources = {
        .file_name = STR("test.jsonc"), .file_text = config, .env = settings};
    enum sl_rc rc;

    *h = (struct host){.mem = mem,
                       .plain = {plain_get, plain_put, NULL},
                       .bodies = {bodies_get, bodies_put, h},
                       .bodies_limit = SIZE_MAX / 2,
                       .now_ms = 1000,
                       .ready = true,
                       .chance = 0x2222};
    arena_init(&h->notes, &h->plain, 4096, (size_t)1 << 30);
    buf_init(&h->body, &h->plain, (size_t)1 << 30);
    for (; env != NULL && env[sources.n_env] != NULL; sources.n_env++) {
        struct str pair = str_of(env[sources.n_env]);
        size_t at = str_find(pair, '=');

        settings[sources.n_env].name = str_first(pair, at);
        settings[sources.n_env].value = str_skip(pair, at + 1);
    }
    config_init(&h->config, &mem->mem);
    rc = config_load(&h->config, &sources, &h->problems);
    if (rc != SL_OK && rc != SL_NOMEM)
        fail_msg("configuration: %.*s: %.*s", (int)h->problems.v[0].where.n,
                 h->problems.v[0].where.p, (int)h->problems.v[0].what.n,
                 h->problems.v[0].what.p);
    return rc == SL_OK;
}

static void end_exchange(struct host *h)
{
    exchange_free(h->x);
    h->x = NULL;
    for (size_t i = 0; i < h->n_calls; i++)
        buf_release(&h->calls[i].body);
    memset(h->calls, 0, sizeof h->calls);
    h->n_calls = 0;
    buf_reset(&h->body);
    h->status = 0;
    h->head = (struct str){0};
    h->asked = (struct str){0};
    h->wake_ms = 0;
    h->sends = 0;
    h->n_asks = 0;
    h->done = h->aborted = h->closed = false;
}

void host_release(struct host *h)
{
    end_exchange(h);
    config_release(&h->config);
    buf_release(&h->body);
    arena_release(&h->notes);
}

static struct host_call *find_call(struct host *h, uint32_t id)
{
    for (size_t i = 0; i < h->n_calls; i++) {
        if (h->calls[i].id == id)
            return &h->calls[i];
    }
    fail_msg("an action names a call that was never made");
    return NULL;
}

static void on_call(struct host *h, const struct action *a)
{
    struct host_call *c = &h->calls[h->n_calls];
    struct buf head;

    assert_true(h->n_calls < HOST_CALLS);
    h->n_calls++;
    c->id = a->call;
    c->fresh = a->request->fresh;
    c->connect_ms = a->request->connect_ms;
    c->origin = a->request->origin->id;
    c->method = http_method_of(a->request->method);
    buf_init(&c->body, &h->plain, (size_t)1 << 30);
    buf_init(&head, &h->plain, 65536);
    head_write_request(&head, a->request->method, a->request->target,
                       &a->request->fields, &a->request->framing);
    c->head = note(h, buf_str(&head));
    buf_release(&head);
}

static void on_send(struct host *h, const struct action *a)
{
    if (a->head != NULL) {
        struct http_framing none = {0};
        struct buf head;

        assert_int_equal(h->status, 0);
        h->status = a->head->status;
        h->length = a->head->length;
        buf_init(&head, &h->plain, 65536);
        head_write_response(&head, h->status, &a->head->fields, &none);
        h->head = note(h, buf_str(&head));
        buf_release(&head);
    }
    assert_int_not_equal(h->status, 0);
    h->sends++;
    buf_add(&h->body, a->bytes);
}

/* At once, or when the test says so. */
static void answer_ask(struct host *h, const struct host_ask *q)
{
    if (!h->asks_wait) {
        host_feed(h, (struct event){.kind = q->kind,
                                    .call = q->call,
                                    .rc = q->rc,
                                    .bytes = q->bytes});
        return;
    }
    assert_true(h->n_asks < HOST_ASKS);
    h->asks[h->n_asks++] = *q;
}

void host_reply(struct host *h)
{
    struct host_ask asks[HOST_ASKS];
    size_t n = h->n_asks;

    memcpy(asks, h->asks, sizeof(asks));
    h->n_asks = 0;
    for (size_t i = 0; i < n && !h->done; i++)
        host_feed(h, (struct event){.kind = asks[i].kind,
                                    .call = asks[i].call,
                                    .rc = asks[i].rc,
                                    .bytes = asks[i].bytes});
}

static void add_part(struct buf *b, const struct sign_part *part)
{
    buf_add(b, part->text);
    if (part->secret != NULL)
        secret_write(b, part->secret);
}

/* HMAC: each of the parts, with the result of the one before as key. */
static void chain(const struct sign_job *job, struct buf *text,
                  unsigned char *sum)
{
    for (size_t i = 0; i < job->n; i++) {
        struct str key = {(char *)sum, SHA256_BYTES};
        unsigned char next[SHA256_BYTES];
        size_t from;

        buf_reset(text);
        if (i == 0)
            add_part(text, &job->key);
        from = text->n;
        add_part(text, &job->parts[i]);
        if (i == 0)
            key = str_first(buf_str(text), from);
        hmac_sha256(key, str_skip(buf_str(text), from), next);
        memcpy(sum, next, sizeof(next));
    }
}

/* There is no RSA here: what stands for it is an HMAC with the PEM as key. */
static void on_sign(struct host *h, const struct action *a)
{
    struct host_ask q = {.kind = EVENT_SIGNED, .call = a->call};
    unsigned char sum[SHA256_BYTES] = {0};
    struct buf key, text;

    h->signs++;
    q.rc = h->sign_rc;
    buf_init(&text, &h->plain, (size_t)1 << 30);
    buf_init(&key, &h->plain, (size_t)1 << 20);
    add_part(&key, &a->job->key);
    if (a->job->kind == SIGN_HMAC) {
        chain(a->job, &text, sum);
    } else {
        for (size_t i = 0; i < a->job->n; i++)
            add_part(&text, &a->job->parts[i]);
        if (a->job->kind == SIGN_RSA)
            hmac_sha256(buf_str(&key), buf_str(&text), sum);
        else
            sha256(buf_str(&text), sum);
    }
    buf_release(&key);
    buf_release(&text);
    if (q.rc == SL_OK)
        q.bytes = note(h, (struct str){(char *)sum, sizeof sum});
    answer_ask(h, &q);
}

static void on_load(struct host *h, const struct action *a)
{
    struct event ev = {.kind = EVENT_LOADED, .rc = SL_NOT_FOUND};

    h->loads++;
    h->asked = note(h, a->key);
    if (h->waits && a->call == 0)
        return;
    if (str_eq(a->key, LOAD_READY))
        ev.rc = h->ready ? SL_OK : SL_BUSY;
    if (str_eq(a->key, LOAD_METRICS)) {
        ev.rc = SL_OK;
        ev.bytes = STR("metrics");
    }
    if (str_eq(a->key, LOAD_SPEEDS) || str_eq(a->key, LOAD_LATE)) {
        struct buf out;

        buf_init(&out, arena_mem(&h->notes), 65536);
        if (str_eq(a->key, LOAD_LATE))
            speeds_answer_late(&h->speeds, a->bytes, h->now_ms, &out);
        else
            speeds_answer(&h->speeds, a->bytes, h->now_ms, &out);
        ev.rc = SL_OK;
        ev.bytes = buf_str(&out);
    }
    for (size_t i = 0; i < h->n_store; i++) {
        if (!str_eq(h->store[i].key, a->key) ||
            h->store[i].until_ms <= h->now_ms)
            continue;
        ev.rc = SL_OK;
        ev.bytes = h->store[i].bytes;
    }
    if (a->call != 0)
        answer_ask(h, &(struct host_ask){ev.kind, a->call, ev.rc, ev.bytes});
    else
        host_feed(h, ev);
}

static void on_pick(struct host *h, const struct action *a)
{
    const struct key_pick *p = a->pick;
    size_t n = p->last - p->first + 1;
    size_t key = p->first;

    h->pick = *p;
    h->pick_call = a->call;
    h->retries += p->is_retry ? 1 : 0;
    h->hedges += p->is_hedge ? 1 : 0;
    if (p->n_tried == 0) {
        key += h->next_key % n;
        h->next_key += n > 1 ? 1 : 0;
        h->picks += n > 1 ? 1 : 0;
    } else {
        key += (p->tried[p->n_tried - 1] + 1 - p->first) % n;
    }
    if (!h->waits)
        host_feed(h,
                  (struct event){.kind = EVENT_PICKED,
                                 .call = a->call,
                                 .rc = h->spent && (p->is_retry || p->is_hedge)
                                           ? SL_LIMITED
                                           : SL_OK,
                                 .number = key});
}

void host_picked(struct host *h, enum sl_rc rc, size_t key)
{
    host_feed(h, (struct event){.kind = EVENT_PICKED,
                                .call = h->pick_call,
                                .rc = rc,
                                .number = key});
}

static void on_mark(struct host *h, const struct action *a)
{
    h->marks[a->mark->verdict]++;
    h->mark = *a->mark;
    if (a->mark->speed_id != 0)
        speeds_note(&h->speeds, a->mark->speed_id, a->mark->took_ms, h->now_ms);
    if (a->mark->late_id != 0)
        speeds_note(&h->speeds, a->mark->late_id, a->mark->late_ms, h->now_ms);
}

static void on_store(struct host *h, const struct action *a)
{
    struct host_value *v = &h->store[h->n_store];

    assert_true(h->n_store < HOST_STORE);
    h->n_store++;
    *v = (struct host_value){note(h, a->key), note(h, a->bytes), a->ttl_ms,
                             h->now_ms + a->ttl_ms};
}

/* A call that the host may still work on. */
static struct host_call *live_call(struct host *h, uint32_t id)
{
    struct host_call *c = find_call(h, id);

    assert_false(c->cancelled);
    assert_false(c->over);
    assert_false(c->ended);
    return c;
}

static void perform(struct host *h, const struct action *a)
{
    assert_false(h->done);
    switch (a->kind) {
    case ACTION_CALL:
        on_call(h, a);
        break;
    case ACTION_PUSH:
        buf_add(&live_call(h, a->call)->body, a->bytes);
        break;
    case ACTION_END:
        live_call(h, a->call)->ended = true;
        break;
    case ACTION_CANCEL:
        assert_false(find_call(h, a->call)->over);
        find_call(h, a->call)->cancelled = true;
        break;
    case ACTION_SEND:
        on_send(h, a);
        break;
    case ACTION_PICK:
        on_pick(h, a);
        break;
    case ACTION_MARK:
        on_mark(h, a);
        break;
    case ACTION_LOAD:
        on_load(h, a);
        break;
    case ACTION_STORE:
        on_store(h, a);
        break;
    case ACTION_SIGN:
        on_sign(h, a);
        break;
    case ACTION_WAKE:
        h->wake_ms = a->at_ms;
        break;
    case ACTION_DONE:
        h->done = true;
        h->aborted = a->abort;
        h->closed = a->close;
        h->record = *exchange_record(h->x);
        break;
    }
}

void host_feed(struct host *h, struct event ev)
{
    struct action a;

    if (h->x == NULL)
        return;
    if (h->tap != NULL)
        h->tap->on_event(h->tap, &ev, h->now_ms);
    exchange_feed(h->x, &ev, h->now_ms);
    while (exchange_next(h->x, &a)) {
        if (h->tap != NULL)
            h->tap->on_action(h->tap, &a, exchange_record(h->x));
        perform(h, &a);
    }
    exchange_rest(h->x);
    if (h->tap != NULL)
        h->tap->on_action(h->tap, NULL, NULL);
}

bool host_begin(struct host *h)
{
    struct exchange_setup setup = {.config = &h->config,
                                   .mem = &h->mem->mem,
                                   .bodies = &h->bodies,
                                   .random = {0x1111, h->chance},
                                   .now_ms = h->now_ms,
                                   .wall_ms = 1700000000000,
                                   .peer = STR("192.0.2.1")};

    end_exchange(h);
    if (h->tap != NULL)
        h->tap->on_begin(h->tap, &setup);
    h->x = exchange_new(&setup);
    return h->x != NULL;
}

bool host_head(struct host *h, const char *text)
{
    static const struct head_limits limits = {65536, 128};
    static struct http_field fields[128];
    struct http_request req;
    struct http_framing framing;
    struct head head = {0};
    struct err err = {0};
    struct guarded g;

    if (!host_begin(h))
        return false;
    g = guard_copy(str_of(text));
    if (head_request(&head, g.s, &limits, fields, &req, &framing, &err) !=
        SL_OK)
        fail_msg("the test's request is malformed: %.*s", (int)err.what.n,
                 err.what.p);
    host_feed(h, (struct event){.kind = EVENT_REQUEST,
                                .request = &req,
                                .framing = &framing});
    guard_free(&g);
    return true;
}

void host_body_piece(struct host *h, struct str bytes, bool last)
{
    struct guarded g = guard_copy(bytes);

    if (!h->done)
        host_feed(
            h, (struct event){.kind = EVENT_BODY, .bytes = g.s, .last = last});
    guard_free(&g);
}

bool host_request(struct host *h, const char *head, struct str body)
{
    if (!host_head(h, head))
        return false;
    host_body_piece(h, body, true);
    return true;
}

bool host_ask_cut(struct host *h, const char *line, const char *fields,
                  struct str body, size_t n)
{
    char head[4096];
    int len = snprintf(head, sizeof head,
                       "%s HTTP/1.1\r\nhost: x\r\nsluice-key: pk\r\n%s", line,
                       fields);

    assert_true(len > 0 && (size_t)len < sizeof head - 64);
    if (body.n == 0)
        snprintf(head + len, sizeof head - (size_t)len, "\r\n");
    else
        snprintf(head + len, sizeof head - (size_t)len,
                 "content-length: %zu\r\n\r\n", body.n);
    if (!host_head(h, head))
        return false;
    for (; body.n > n; body = str_skip(body, n))
        host_body_piece(h, str_first(body, n), false);
    host_body_piece(h, body, true);
    return true;
}

bool host_ask(struct host *h, const char *line, const char *fields,
              struct str body)
{
    return host_ask_cut(h, line, fields, body, SIZE_MAX);
}

void host_answer(struct host *h, size_t call, const char *text)
{
    static const struct head_limits limits = {65536, 128};
    static struct http_field fields[128];
    struct http_response res;
    struct http_framing framing;
    struct head head = {0};
    struct err err = {0};
    struct event ev = {.kind = EVENT_CALL_HEAD, .response = &res};
    struct guarded g;

    if (h->done || h->x == NULL)
        return;
    assert_true(call < h->n_calls);
    assert_false(h->calls[call].cancelled);
    g = guard_copy(str_of(text));
    if (head_response(&head, g.s, &limits, h->calls[call].method, fields, &res,
                      &framing, &err) != SL_OK)
        fail_msg("the test's answer is malformed");
    ev.call = h->calls[call].id;
    ev.length = framing.body == HTTP_BODY_LENGTH ? (int64_t)framing.length : -1;
    host_feed(h, ev);
    guard_free(&g);
}

void host_data(struct host *h, size_t call, struct str bytes, bool last)
{
    struct guarded g;

    if (h->done || h->x == NULL || h->calls[call].cancelled)
        return;
    g = guard_copy(bytes);
    h->calls[call].over = last;
    host_feed(h, (struct event){.kind = EVENT_CALL_BODY,
                                .call = h->calls[call].id,
                                .bytes = g.s,
                                .last = last});
    guard_free(&g);
}

void host_data_cut(struct host *h, size_t call, struct str bytes, size_t n,
                   bool last)
{
    while (bytes.n > n) {
        host_data(h, call, str_first(bytes, n), false);
        bytes = str_skip(bytes, n);
    }
    host_data(h, call, bytes, last);
}

void host_fail(struct host *h, size_t call, enum sl_rc rc)
{
    if (h->done || h->x == NULL || h->calls[call].cancelled)
        return;
    host_feed(h, (struct event){.kind = EVENT_CALL_FAILED,
                                .call = h->calls[call].id,
                                .rc = rc});
}

void host_gone(struct host *h)
{
    host_feed(h, (struct event){.kind = EVENT_CLIENT_GONE});
}

void host_advance(struct host *h, int64_t ms)
{
    int64_t until = h->now_ms + ms;

    while (!h->done && h->wake_ms != 0 && h->wake_ms <= until) {
        h->now_ms = h->wake_ms > h->now_ms ? h->wake_ms : h->now_ms;
        h->wake_ms = 0;
        host_feed(h, (struct event){.kind = EVENT_WAKE});
    }
    h->now_ms = until;
}

struct str host_body(const struct host *h)
{
    return buf_str(&h->body);
}

struct str host_field(const struct host *h, const char *name)
{
    struct str rest = h->head;
    struct str line;

    while (str_split(&rest, '\n', &line)) {
        struct str key = str_before(line, ':');

        if (str_eq_nocase(key, str_of(name)))
            return str_trim(str_skip(line, key.n + 1));
    }
    return (struct str){0};
}

bool host_call_has(const struct host *h, size_t call, const char *text)
{
    return call < h->n_calls && str_has(h->calls[call].head, str_of(text));
}

struct str host_call_body(const struct host *h, size_t call)
{
    assert_true(call < h->n_calls);
    return buf_str(&h->calls[call].body);
}

int host_setup(struct host *h, struct test_mem *mem, struct str config,
               const char *const *env)
{
    test_mem_init(mem);
    assert_true(host_init(h, mem, config, env));
    return 0;
}

int host_teardown(struct host *h)
{
    host_release(h);
    assert_int_equal(h->mem->live, 0);
    assert_int_equal(h->bodies_live, 0);
    return 0;
}

void check_has_at(struct str text, const char *part, const char *file, int line)
{
    if (str_has(text, str_of(part)))
        return;
    fprintf(stderr, "%s:%d: \"%s\" is not in:\n%.*s\n", file, line, part,
            (int)text.n, text.p);
    _fail(file, line);
}
