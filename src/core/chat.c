/* SPDX-License-Identifier: MIT */
/* The middle form's own work: folding events into a whole answer, and what
 * several dialects need to say or to look up. */
#include "core/chat.h"

enum {
    PART_BYTES = 64 * 1024 * 1024, /* of one folded text; the arena is the
                                      nearer limit */
    LOSS_BYTES = 4096,
    FIRST_ROOM = 4, /* entries of a list that grows */
};

/* ---- folding ---- */

/* A part whose text is still coming. */
struct chat_open {
    struct chat_open *next;
    uint32_t choice;
    uint32_t tool; /* of a tool call */
    size_t part;
    struct buf text;
};

/* One more entry of a list of `size`d entries in the arena; NULL: no memory. */
static void *grow(struct chat_fold *f, void *list, size_t *n, size_t *cap,
                  size_t size)
{
    if (*n == *cap) {
        size_t more = *cap == 0 ? FIRST_ROOM : 2 * *cap;
        void *room = arena_zero(f->arena, more, size);

        if (room == NULL) {
            f->failed = true;
            return NULL;
        }
        if (list != NULL)
            memcpy(room, list, *n * size);
        list = room;
        *cap = more;
    }
    ++*n;
    return list;
}

static struct str keep(struct chat_fold *f, struct str text)
{
    struct str copy = {0};

    if (!arena_copy(f->arena, text, &copy))
        f->failed = true;
    return copy;
}

static struct chat_choice *choice_at(struct chat_fold *f, uint32_t i)
{
    struct chat_answer *a = &f->answer;

    while (a->n <= i) {
        void *list = grow(f, a->choices, &a->n, &a->cap, sizeof(a->choices[0]));

        if (list == NULL)
            return NULL;
        a->choices = list;
        a->choices[a->n - 1] = (struct chat_choice){0};
        buf_init(&a->choices[a->n - 1].logprobs, arena_mem(f->arena),
                 PART_BYTES);
    }
    return &a->choices[i];
}

static struct chat_part *add_part(struct chat_fold *f, struct chat_choice *c,
                                  enum chat_part_kind kind)
{
    void *list = grow(f, c->parts, &c->n, &c->cap, sizeof(c->parts[0]));

    if (list == NULL)
        return NULL;
    c->parts = list;
    c->parts[c->n - 1] = (struct chat_part){.kind = kind};
    return &c->parts[c->n - 1];
}

/* What a choice's part has been given so far becomes its text. */
static void close_open(struct chat_fold *f, struct chat_open *o)
{
    struct chat_part *p = &f->answer.choices[o->choice].parts[o->part];

    if (o->text.failed)
        f->failed = true;
    if (p->kind == CHAT_TOOL_CALL)
        p->arguments = buf_str(&o->text);
    else
        p->text = buf_str(&o->text);
}

static struct chat_open *new_open(struct chat_fold *f, uint32_t choice,
                                  uint32_t tool)
{
    struct chat_open *o = arena_new(f->arena, struct chat_open);

    if (o == NULL) {
        f->failed = true;
        return NULL;
    }
    o->choice = choice;
    o->tool = tool;
    o->part = f->answer.choices[choice].n - 1;
    buf_init(&o->text, arena_mem(f->arena), PART_BYTES);
    o->next = f->open;
    f->open = o;
    return o;
}

static void fold_text(struct chat_fold *f, const struct chat_event *ev,
                      enum chat_part_kind kind)
{
    struct chat_choice *c = choice_at(f, ev->choice);
    struct chat_open *o = f->open;

    if (c == NULL)
        return;
    /* Goes on with the choice's last part when that is of its kind and has
     * not been sealed by a state. */
    while (o != NULL && (o->choice != ev->choice || o->part + 1 != c->n))
        o = o->next;
    if (o == NULL || c->parts[o->part].kind != kind ||
        c->parts[o->part].state.bytes.n != 0) {
        if (add_part(f, c, kind) == NULL)
            return;
        o = new_open(f, ev->choice, 0);
    }
    if (o != NULL)
        buf_add(&o->text, ev->text);
}

static struct chat_state keep_state(struct chat_fold *f,
                                    const struct chat_state *s)
{
    return (struct chat_state){s->maker, keep(f, s->bytes)};
}

static void fold_state(struct chat_fold *f, const struct chat_event *ev)
{
    struct chat_choice *c = choice_at(f, ev->choice);
    struct chat_part *p;

    if (c == NULL)
        return;
    p = c->n == 0 ? NULL : &c->parts[c->n - 1];
    if (p == NULL || p->kind != CHAT_REASONING || p->state.bytes.n != 0)
        p = add_part(f, c, CHAT_REASONING);
    if (p != NULL)
        p->state = keep_state(f, &ev->state);
}

static void fold_tool(struct chat_fold *f, const struct chat_event *ev)
{
    struct chat_choice *c = choice_at(f, ev->choice);
    struct chat_part *p = c == NULL ? NULL : add_part(f, c, CHAT_TOOL_CALL);

    if (p == NULL)
        return;
    p->id = keep(f, ev->id);
    p->name = keep(f, ev->name);
    p->is_custom = ev->is_custom;
    p->state = keep_state(f, &ev->state);
    (void)new_open(f, ev->choice, ev->tool);
}

static void fold_arguments(struct chat_fold *f, const struct chat_event *ev)
{
    struct chat_open *o = f->open;

    while (o != NULL &&
           (o->choice != ev->choice || o->tool != ev->tool ||
            f->answer.choices[o->choice].parts[o->part].kind != CHAT_TOOL_CALL))
        o = o->next;
    if (o != NULL)
        buf_add(&o->text, ev->text);
}

static void fold_media(struct chat_fold *f, const struct chat_event *ev,
                       enum chat_part_kind kind)
{
    struct chat_choice *c = choice_at(f, ev->choice);
    struct chat_part *p = c == NULL ? NULL : add_part(f, c, kind);

    if (p == NULL)
        return;
    p->media_type = keep(f, ev->media_type);
    p->data = keep(f, ev->text);
    p->url = keep(f, ev->url);
}

static void fold_citation(struct chat_fold *f, const struct chat_event *ev)
{
    struct chat_choice *c = choice_at(f, ev->choice);
    void *list = c == NULL ? NULL
                           : grow(f, c->citations, &c->n_citations,
                                  &c->citations_cap, sizeof(c->citations[0]));

    if (list == NULL)
        return;
    c->citations = list;
    c->citations[c->n_citations - 1] = (struct chat_citation){
        .url = keep(f, ev->url),
        .title = keep(f, ev->title),
        .part = c->n == 0 ? 0 : c->n - 1,
    };
}

/* The elements of the array in raw. */
static void fold_logprobs(struct chat_fold *f, const struct chat_event *ev)
{
    struct chat_choice *c = choice_at(f, ev->choice);
    struct str elements = str_trim(ev->raw);

    if (c == NULL || elements.n < 2)
        return;
    elements = str_trim((struct str){elements.p + 1, elements.n - 2});
    if (elements.n == 0)
        return;
    if (c->logprobs.n != 0)
        buf_add_char(&c->logprobs, ',');
    buf_add(&c->logprobs, elements);
    f->failed |= c->logprobs.failed;
}

static void better(int64_t *have, int64_t now)
{
    if (now >= 0)
        *have = now;
}

void chat_usage_add(struct usage *have, const struct usage *now)
{
    better(&have->input_tokens, now->input_tokens);
    better(&have->output_tokens, now->output_tokens);
    better(&have->cached_tokens, now->cached_tokens);
    better(&have->reasoning_tokens, now->reasoning_tokens);
    better(&have->cache_write_tokens, now->cache_write_tokens);
}

static void fold_finish(struct chat_fold *f, const struct chat_event *ev)
{
    struct chat_choice *c = choice_at(f, ev->choice);

    if (c == NULL)
        return;
    c->finish = ev->finish;
    c->stop_sequence = keep(f, ev->stop_sequence);
}

static void fold_error(struct chat_fold *f, const struct chat_event *ev)
{
    struct chat_error *e = &f->answer.error;

    *e = ev->error;
    e->type = keep(f, e->type);
    e->code = keep(f, e->code);
    e->param = keep(f, e->param);
    e->message = keep(f, e->message);
    f->answer.has_error = true;
}

static void fold_start(struct chat_fold *f, const struct chat_event *ev)
{
    f->answer.id = keep(f, ev->id);
    f->answer.model = keep(f, ev->model);
    f->answer.created_s = ev->created_s;
}

static void fold(struct chat_sink *sink, const struct chat_event *ev)
{
    struct chat_fold *f = (struct chat_fold *)sink;

    if (f->failed)
        return;
    switch (ev->kind) {
    case CHAT_EVENT_START:
        fold_start(f, ev);
        break;
    case CHAT_EVENT_TEXT:
        fold_text(f, ev, CHAT_TEXT);
        break;
    case CHAT_EVENT_REFUSAL:
        fold_text(f, ev, CHAT_REFUSAL);
        break;
    case CHAT_EVENT_REASONING:
        fold_text(f, ev, CHAT_REASONING);
        break;
    case CHAT_EVENT_STATE:
        fold_state(f, ev);
        break;
    case CHAT_EVENT_TOOL_START:
        fold_tool(f, ev);
        break;
    case CHAT_EVENT_TOOL_ARGUMENTS:
        fold_arguments(f, ev);
        break;
    case CHAT_EVENT_IMAGE:
        fold_media(f, ev, CHAT_IMAGE);
        break;
    case CHAT_EVENT_AUDIO:
        fold_media(f, ev, CHAT_AUDIO);
        break;
    case CHAT_EVENT_CITATION:
        fold_citation(f, ev);
        break;
    case CHAT_EVENT_LOGPROBS:
        fold_logprobs(f, ev);
        break;
    case CHAT_EVENT_USAGE:
        chat_usage_add(&f->answer.usage, &ev->usage);
        break;
    case CHAT_EVENT_FINISH:
        fold_finish(f, ev);
        break;
    case CHAT_EVENT_ERROR:
        fold_error(f, ev);
        break;
    case CHAT_EVENT_TOOL_END:
        break;
    case CHAT_EVENT_END:
        f->answer.has_end = true;
        break;
    }
}

void chat_fold_init(struct chat_fold *f, struct arena *a)
{
    *f = (struct chat_fold){
        .sink = {fold}, .arena = a, .answer = {.usage = USAGE_UNKNOWN}};
}

enum sl_rc chat_fold_end(struct chat_fold *f)
{
    for (struct chat_open *o = f->open; o != NULL && !f->failed; o = o->next)
        close_open(f, o);
    f->open = NULL;
    return f->failed ? SL_NOMEM : SL_OK;
}

/* ---- losses ---- */

void chat_loss_init(struct chat_loss *l, struct arena *a)
{
    buf_init(&l->text, arena_mem(a), LOSS_BYTES);
}

static bool is_named(struct str list, struct str what)
{
    struct str entry;

    while (str_split(&list, ',', &entry)) {
        if (str_eq(str_trim(str_before(entry, ';')), what))
            return true;
    }
    return false;
}

/* A name goes into a header field: what could end it there stays out. */
static void add_visible(struct buf *out, struct str what)
{
    for (size_t i = 0; i < what.n; i++) {
        char c = what.p[i];

        buf_add_char(out,
                     c > ' ' && c < 0x7f && c != ',' && c != ';' ? c : '_');
    }
}

void chat_lose(struct chat_loss *l, struct str what, struct str how)
{
    if (l->text.failed || is_named(buf_str(&l->text), what))
        return;
    if (l->text.n != 0)
        buf_add(&l->text, STR(", "));
    add_visible(&l->text, str_first(what, 100));
    buf_add_char(&l->text, ';');
    buf_add(&l->text, how);
}

/* ---- effort ---- */

static const struct {
    struct str name;
    int64_t budget;
} efforts[] = {
    [CHAT_EFFORT_UNSET] = {{0}, -1},
    [CHAT_EFFORT_NONE] = {STR_INIT("none"), 0},
    [CHAT_EFFORT_MINIMAL] = {STR_INIT("minimal"), 1024},
    [CHAT_EFFORT_LOW] = {STR_INIT("low"), 2048},
    [CHAT_EFFORT_MEDIUM] = {STR_INIT("medium"), 8192},
    [CHAT_EFFORT_HIGH] = {STR_INIT("high"), 16384},
    [CHAT_EFFORT_XHIGH] = {STR_INIT("xhigh"), 24576},
    [CHAT_EFFORT_MAX] = {STR_INIT("max"), 32768},
};

struct str chat_effort_name(enum chat_effort e)
{
    return efforts[e].name;
}

bool chat_effort_read(struct str name, enum chat_effort *e)
{
    for (size_t i = CHAT_EFFORT_NONE; i < SL_LEN(efforts); i++) {
        if (str_eq(name, efforts[i].name)) {
            *e = (enum chat_effort)i;
            return true;
        }
    }
    return false;
}

int64_t chat_effort_budget(enum chat_effort e)
{
    return efforts[e].budget;
}

enum chat_effort chat_budget_effort(int64_t budget)
{
    if (budget < 0)
        return CHAT_EFFORT_UNSET;
    for (size_t i = CHAT_EFFORT_NONE; i < SL_LEN(efforts); i++) {
        if (budget <= efforts[i].budget)
            return (enum chat_effort)i;
    }
    return CHAT_EFFORT_MAX;
}

/* ---- state ---- */

#define WRAPPED STR("sluice:")

struct str chat_state_wrap(const struct chat_state *s, const struct str own,
                           struct arena *a)
{
    struct buf out;

    if (s->bytes.n == 0 || str_eq(s->maker, own))
        return s->bytes;
    buf_init(&out, arena_mem(a), WRAPPED.n + s->maker.n + s->bytes.n + 2);
    buf_add(&out, WRAPPED);
    buf_add(&out, s->maker);
    buf_add_char(&out, ':');
    buf_add(&out, s->bytes);
    return out.failed ? (struct str){0} : buf_str(&out);
}

struct chat_state chat_state_unwrap(struct str text, struct str own)
{
    struct str rest = str_skip(text, WRAPPED.n);
    struct str maker = str_before(rest, ':');

    if (!str_starts(text, WRAPPED) || maker.n == rest.n)
        return (struct chat_state){own, text};
    return (struct chat_state){maker, str_skip(rest, maker.n + 1)};
}

/* ---- looking up ---- */

struct str chat_call_name(const struct chat_request *r, size_t before,
                          struct str id)
{
    for (size_t at = before; at > 0; at--) {
        const struct chat_message *m = &r->messages[at - 1];

        for (size_t i = 0; i < m->n; i++) {
            if (m->parts[i].kind == CHAT_TOOL_CALL &&
                str_eq(m->parts[i].id, id))
                return m->parts[i].name;
        }
    }
    return (struct str){0};
}

bool chat_data_url(struct str url, struct str *media_type, struct str *data)
{
    struct str head;

    if (!str_starts_nocase(url, STR("data:")))
        return false;
    head = str_before(url, ',');
    if (head.n == url.n || !str_ends(head, STR(";base64")))
        return false;
    *media_type = str_before(str_skip(head, 5), ';');
    *data = str_skip(url, head.n + 1);
    return true;
}

struct str chat_error_type(int status)
{
    switch (status) {
    case 401:
        return STR("authentication_error");
    case 403:
        return STR("permission_error");
    case 429:
        return STR("rate_limit_error");
    default:
        return status >= 500 ? STR("server_error")
                             : STR("invalid_request_error");
    }
}

struct str chat_finish_name(enum chat_finish finish)
{
    switch (finish) {
    case CHAT_FINISH_NONE:
        break;
    case CHAT_FINISH_STOP:
    case CHAT_FINISH_STOP_SEQUENCE:
        return STR("stop");
    case CHAT_FINISH_LENGTH:
        return STR("length");
    case CHAT_FINISH_TOOLS:
        return STR("tool_calls");
    case CHAT_FINISH_FILTER:
        return STR("content_filter");
    }
    return (struct str){0};
}
