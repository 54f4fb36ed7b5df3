/* SPDX-License-Identifier: MIT */
#include "play.h"

#include <stdio.h>

#include "same_json.h"

enum { HEAD_MAX = 1 << 16, ADVANCES = 64 };

/* Of every exchange of host.c. */
#define RUN_ID STR("00000000000011110000000000002222")
#define RUN_NOW STR("1700000000")

/* ---- playing ---- */

static const char *text_z(struct arena *a, struct str s)
{
    char *z = arena_get(a, s.n + 1);

    SL_ASSERT(z != NULL);
    if (s.n != 0)
        memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return z;
}

static enum sl_rc rc_of(struct str name)
{
    for (int rc = 0; rc < SL_RC_COUNT; rc++) {
        if (str_eq(rc_info((enum sl_rc)rc)->name, name))
            return (enum sl_rc)rc;
    }
    fail_msg("upstream fails: no such code: %.*s", (int)name.n, name.p);
    return SL_INTERNAL;
}

static void add_lines(struct buf *out, struct str lines)
{
    struct str line;

    while (str_split(&lines, '\n', &line)) {
        buf_add(out, line);
        buf_add(out, STR("\r\n"));
    }
}

static void answer_head(struct play *p, size_t call, const struct case_part *s)
{
    bool has_type;
    struct buf head;

    buf_init(&head, arena_mem(p->arena), HEAD_MAX);
    buf_add(&head, STR("HTTP/1.1 "));
    buf_add(&head, s->line.n == 0 ? STR("200") : str_first(s->line, 3));
    buf_add(&head, STR(" Scripted\r\n"));
    add_lines(&head, s->fields);
    (void)case_field(s->fields, STR("content-type"), &has_type);
    if (!has_type) {
        buf_add(&head, STR("content-type: "));
        buf_add(&head, case_media(s));
        buf_add(&head, STR("\r\n"));
    }
    buf_add(&head, STR("\r\n"));
    host_answer(p->host, call, text_z(p->arena, buf_str(&head)));
}

static void answer(struct play *p, size_t call, const struct case_part *s)
{
    bool is_cut = case_has(s, "cut") || case_has(s, "cut inside");
    bool is_last = !is_cut && !case_has(s, "hangs");
    struct str bytes;

    if (s->is_failure) {
        host_fail(p->host, call, rc_of(s->line));
        return;
    }
    answer_head(p, call, s);
    bytes = case_bytes(s, p->arena);
    p->longest = bytes.n > p->longest ? bytes.n : p->longest;
    if (p->cut == PLAY_ONCE && p->at < bytes.n) {
        host_data(p->host, call, str_first(bytes, p->at), false);
        host_data(p->host, call, str_skip(bytes, p->at), is_last);
    } else if (p->cut == PLAY_PIECES) {
        host_data_cut(p->host, call, bytes, p->at, is_last);
    } else if (bytes.n != 0 || is_last) {
        host_data(p->host, call, bytes, is_last);
    }
    if (is_cut)
        host_fail(p->host, call, SL_UP_CUT);
}

static bool request(struct play *p, const struct case_part *r)
{
    struct buf fields;

    buf_init(&fields, arena_mem(p->arena), HEAD_MAX);
    add_lines(&fields, r->fields);
    return host_ask(p->host, text_z(p->arena, r->line),
                    text_z(p->arena, buf_str(&fields)), r->body);
}

static void say(struct play *p, const char *what)
{
    static const char *const cuts[] = {"whole", "cut once behind byte",
                                       "in pieces of bytes:"};

    if (!p->is_told)
        fprintf(stderr, "%s: %s %zu: %s\n", p->file->path, cuts[p->cut], p->at,
                what);
    p->is_told = true;
}

bool play_turn(struct play *p, const struct case_turn *t)
{
    struct host *h = p->host;
    size_t call = 0;

    if (!request(p, &t->request)) {
        say(p, "no memory");
        return false;
    }
    for (int n = 0; !h->done && n < ADVANCES;) {
        if (call < h->n_calls && call < t->n_sends) {
            answer(p, call, &t->sends[call]);
            call++;
        } else if (h->wake_ms != 0) {
            host_advance(h, h->wake_ms - h->now_ms);
            n++;
        } else {
            break;
        }
    }
    if (!h->done)
        say(p, "the exchange does not end");
    return h->done;
}

/* ---- what came, as a case file spells it ---- */

static struct str golden_status(struct play *p)
{
    struct buf out;

    buf_init(&out, arena_mem(p->arena), 64);
    buf_add_u64(&out, (uint64_t)p->host->status);
    if (p->host->aborted)
        buf_add(&out, STR(" cut"));
    return buf_str(&out);
}

/* Method and path, as in "POST /v1/messages". */
static struct str call_line(const struct host_call *c)
{
    return str_first(c->head, str_find_str(c->head, STR(" HTTP/1.1")));
}

static struct str got_field(struct str head, struct str name, bool *is_there)
{
    /* The fields follow the start line where there is one. */
    return case_field(head, name, is_there);
}

/* ---- comparing ---- */

static bool differ(struct play *p, const char *what, struct str want,
                   struct str got)
{
    if (str_eq(want, got))
        return false;
    if (!p->is_told)
        fprintf(stderr, "--- want ---\n%.*s\n--- got ---\n%.*s\n---\n",
                (int)want.n, want.p, (int)got.n, got.p);
    say(p, what);
    return true;
}

static struct str fill(struct play *p, struct str text)
{
    return case_fill(text, RUN_ID, RUN_NOW, p->arena);
}

static bool check_fields(struct play *p, struct str want, struct str head)
{
    struct str line;

    while (str_split(&want, '\n', &line)) {
        struct str name = str_before(line, ':');
        struct str value = str_trim(str_skip(line, name.n + 1));
        bool is_there;
        struct str got = got_field(head, name, &is_there);

        if (value.n == 0 && is_there) {
            say(p, text_z(p->arena, line));
            return false;
        }
        if (differ(p, text_z(p->arena, name), fill(p, value), got))
            return false;
    }
    return true;
}

static bool check_get(struct play *p, const struct case_part *want, size_t call)
{
    const struct host_call *c = &p->host->calls[call];
    struct str got = buf_str(&c->body);
    struct str body = fill(p, want->body);

    if (differ(p, "the upstream's request line", want->line, call_line(c)) ||
        !check_fields(p, want->fields, c->head))
        return false;
    if (!case_has(want, "byte for byte") && same_json(body, got, p->arena))
        return true;
    return !differ(p, "what the upstream got", body, got);
}

/* What must be said whenever it is so, listed or not. */
static bool check_always(struct play *p, const struct case_part *want)
{
    static const struct str names[] = {STR_INIT("sluice-loss"),
                                       STR_INIT("content-type"),
                                       STR_INIT("retry-after")};

    for (size_t i = 0; i < SL_LEN(names); i++) {
        if (differ(p, text_z(p->arena, names[i]),
                   fill(p, case_field(want->fields, names[i], NULL)),
                   case_field(p->host->head, names[i], NULL)))
            return false;
    }
    return true;
}

static bool check_reply(struct play *p, const struct case_part *want)
{
    struct str bytes = fill(p, case_bytes(want, p->arena));

    return !differ(p, "the client's status", want->line, golden_status(p)) &&
           check_always(p, want) &&
           check_fields(p, want->fields, p->host->head) &&
           !differ(p, "what the client got", bytes, host_body(p->host));
}

bool play_check(struct play *p, const struct case_turn *t)
{
    if (p->host->n_calls != t->n_gets) {
        if (!p->is_told)
            fprintf(stderr, "%zu calls, want %zu; the client got: %.*s\n",
                    p->host->n_calls, t->n_gets, (int)host_body(p->host).n,
                    host_body(p->host).p);
        say(p, "the number of calls");
        return false;
    }
    for (size_t i = 0; i < t->n_gets; i++) {
        if (!check_get(p, &t->gets[i], i))
            return false;
    }
    return check_reply(p, &t->reply);
}

/* ---- golden texts ---- */

/* The id and time of the run under their names again. */
static void add_named(struct buf *out, struct str text)
{
    while (text.n != 0) {
        size_t id = str_find_str(text, RUN_ID);
        size_t now = str_find_str(text, RUN_NOW);
        size_t at = id < now ? id : now;

        buf_add(out, str_first(text, at));
        if (at < text.n)
            buf_add(out, id < now ? STR("$id") : STR("$now"));
        text = str_skip(text, at + (id < now ? RUN_ID.n : RUN_NOW.n));
    }
}

static void add_field(struct buf *out, struct str name, struct str value)
{
    buf_add(out, name);
    buf_add(out, value.n == 0 ? STR(":") : STR(": "));
    add_named(out, value);
    buf_add_char(out, '\n');
}

/* The fields that the case names, with the values they have now. */
static void add_listed(struct buf *out, struct str listed, struct str head)
{
    struct str line;

    while (str_split(&listed, '\n', &line)) {
        struct str name = str_before(line, ':');

        add_field(out, name, case_field(head, name, NULL));
    }
}

static void add_unlisted(struct buf *out, struct str listed, struct str head,
                         struct str name)
{
    bool is_listed;
    bool is_there;
    struct str value = case_field(head, name, &is_there);

    (void)case_field(listed, name, &is_listed);
    if (is_there && !is_listed)
        add_field(out, name, value);
}

/* What read_part leaves out at the end of a section. */
static void add_body(struct buf *out, struct str body)
{
    while (body.n > 0 && body.p[body.n - 1] == '\n')
        body.n--;
    buf_add_char(out, '\n');
    for (size_t i = 0; i < body.n; i++) {
        if (body.p[i] != '\r')
            continue;
        add_named(out, str_first(body, i));
        body = str_skip(body, i + 1);
        i = (size_t)-1;
    }
    add_named(out, body);
}

void play_write_get(struct play *p, struct buf *out,
                    const struct case_part *want, size_t call)
{
    const struct host_call *c = &p->host->calls[call];
    struct str body = fill(p, want->body);
    bool is_same = !case_has(want, "byte for byte") &&
                   same_json(body, buf_str(&c->body), p->arena);

    buf_add(out, call_line(c));
    buf_add_char(out, '\n');
    add_listed(out, want->fields, c->head);
    if (c->body.n != 0)
        add_body(out, is_same ? want->body : buf_str(&c->body));
}

void play_write_reply(struct play *p, struct buf *out,
                      const struct case_part *want)
{
    struct str head = p->host->head;

    buf_add(out, golden_status(p));
    buf_add_char(out, '\n');
    add_unlisted(out, want->fields, head, STR("content-type"));
    add_unlisted(out, want->fields, head, STR("retry-after"));
    add_listed(out, want->fields, head);
    add_unlisted(out, want->fields, head, STR("sluice-loss"));
    if (host_body(p->host).n != 0)
        add_body(out, host_body(p->host));
}
