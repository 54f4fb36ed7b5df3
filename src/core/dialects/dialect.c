/* SPDX-License-Identifier: MIT */
/* The table of dialects, and reading members of a request with the path of
 * what is wrong. */
#include "core/dialects/dialect.h"

#include "core/dialects/openai_models.h"

const struct dialect *const dialects[] = {
    &dialect_openai_chat,        &dialect_anthropic,  &dialect_ollama,
    &dialect_ollama_generate,    &dialect_workers_ai, &dialect_cohere,
    &dialect_replicate,          &dialect_gemini,     &dialect_openai_responses,
    &dialect_openai_completions, &dialect_bedrock,
};
const size_t dialects_n = SL_LEN(dialects);

bool dialect_is_openai(const struct dialect *d)
{
    return d == &dialect_openai_chat || d == &dialect_openai_completions;
}

const struct dialect *dialect_find(struct str name)
{
    for (size_t i = 0; i < dialects_n; i++) {
        if (str_eq(dialects[i]->name, name))
            return dialects[i];
    }
    return NULL;
}

/* ---- reading ---- */

enum { PATH_BYTES = 1024 };

static void fail(struct chat_reading *r, const struct buf *where,
                 struct str what)
{
    if (r->rc != SL_OK)
        return;
    r->rc = where->failed && !where->over ? SL_NOMEM : SL_BAD_REQUEST;
    (void)err_set(r->err, r->rc, buf_str(where), what);
}

enum sl_rc reading_body(struct chat_reading *r, struct str body)
{
    struct json *doc = arena_new(r->arena, struct json);
    enum sl_rc rc;

    if (doc == NULL)
        return SL_NOMEM;
    rc = json_parse(doc, body, r->arena, NULL, r->err);
    if (rc != SL_OK)
        return rc;
    r->root = json_root(doc);
    if (!json_is_obj(r->root))
        return err_set(r->err, SL_BAD_REQUEST, (struct str){0},
                       STR("the body must be a JSON object"));
    return SL_OK;
}

void reading_wrong(struct chat_reading *r, struct jval v, struct str what)
{
    struct buf where;

    buf_init(&where, arena_mem(r->arena), PATH_BYTES);
    json_where(v, &where);
    fail(r, &where, what);
}

void reading_missing(struct chat_reading *r, struct jval parent,
                     struct str name, struct str what)
{
    struct buf where;

    buf_init(&where, arena_mem(r->arena), PATH_BYTES);
    json_where(parent, &where);
    if (where.n != 0)
        buf_add_char(&where, '.');
    buf_add(&where, name);
    fail(r, &where, what);
}

struct str reading_string(struct chat_reading *r, struct jval v)
{
    struct str text = {0};

    if (!json_is_str(v))
        reading_wrong(r, v, STR("must be a string"));
    else if (!json_text(v, r->arena, &text) && r->rc == SL_OK)
        r->rc = SL_NOMEM;
    return text;
}

struct str reading_text(struct chat_reading *r, struct jval object,
                        struct str name)
{
    struct jval v = json_get(object, name);

    return json_is_null(v) ? (struct str){0} : reading_string(r, v);
}

struct chat_number reading_number(struct chat_reading *r, struct jval object,
                                  struct str name)
{
    struct jval v = json_get(object, name);
    struct chat_number n = {0};

    if (json_is_null(v))
        return n;
    if (!json_is_num(v) || !json_f64(v, &n.value)) {
        reading_wrong(r, v, STR("must be a number"));
        return (struct chat_number){0};
    }
    n.raw = json_raw(v);
    return n;
}

enum chat_bool reading_bool(struct chat_reading *r, struct jval object,
                            struct str name)
{
    struct jval v = json_get(object, name);

    if (json_is_null(v))
        return CHAT_UNSET;
    if (json_type(v) != JSON_TRUE && json_type(v) != JSON_FALSE) {
        reading_wrong(r, v, STR("must be true or false"));
        return CHAT_UNSET;
    }
    return json_is_true(v) ? CHAT_YES : CHAT_NO;
}

struct str reading_object(struct chat_reading *r, struct jval object,
                          struct str name)
{
    struct jval v = json_get(object, name);

    if (json_is_null(v))
        return (struct str){0};
    if (!json_is_obj(v)) {
        reading_wrong(r, v, STR("must be an object"));
        return (struct str){0};
    }
    return json_raw(v);
}

void *reading_room(struct chat_reading *r, size_t n, size_t size)
{
    void *room = arena_zero(r->arena, n, size);

    if (room == NULL && r->rc == SL_OK)
        r->rc = SL_NOMEM;
    return room;
}

void reading_texts(struct chat_reading *r, struct jval object, struct str name,
                   struct str **texts, size_t *n)
{
    struct jval v = json_get(object, name);
    struct jval_iter it = json_iter(v);
    size_t count = json_is_arr(v) ? json_count(v) : 1;
    struct str *list;

    if (json_is_null(v))
        return;
    if (!json_is_str(v) && !json_is_arr(v)) {
        reading_wrong(r, v, STR("must be a string or an array of strings"));
        return;
    }
    list = READING_ARRAY(r, struct str, count);
    if (list == NULL)
        return;
    if (json_is_str(v))
        list[0] = reading_string(r, v);
    for (size_t i = 0; json_is_arr(v) && json_iter_next(&it); i++)
        list[i] = reading_string(r, it.value);
    *texts = list;
    *n = count;
}

static bool is_known(struct jval name, const struct str *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (json_text_eq(name, known[i]))
            return true;
    }
    return false;
}

void reading_extras(struct chat_reading *r, const struct str *known, size_t n)
{
    struct jval_iter it = json_iter(r->root);
    struct chat_request *q = r->request;

    q->extras = READING_ARRAY(r, struct chat_extra, json_count(r->root));
    if (q->extras == NULL)
        return;
    while (json_iter_next(&it)) {
        struct str name;

        if (json_is_null(it.value) || is_known(it.name, known, n))
            continue;
        if (!json_text(it.name, r->arena, &name)) {
            r->rc = SL_NOMEM;
            return;
        }
        q->extras[q->n_extras++] =
            (struct chat_extra){name, json_raw(it.value)};
    }
}

/* ---- writing ---- */

void writing_refuse(struct chat_writing *w, struct str where, struct str what)
{
    if (w->refused.n != 0)
        return;
    w->refused = what;
    w->refused_where = where;
}

static bool is_refused(const struct chat_writing *w, struct str name)
{
    const char *const *d = w->quirks->drops;

    while (d != NULL && *d != NULL && !str_eq(str_of(*d), name))
        d++;
    if (d != NULL && *d != NULL)
        return true;
    return w->quirks->is_openai &&
           openai_model_refuses(w->model, w->request, name);
}

bool writing_drops(struct chat_writing *w, struct str name)
{
    if (!is_refused(w, name))
        return false;
    chat_lose(w->loss, name, CHAT_DROPPED);
    return true;
}

/* ---- promises ---- */

bool promise_may_go(const struct chat_promise *p, struct str url)
{
    struct url u;

    if (url_parse(url, &u, NULL) != SL_OK)
        return false;
    if (str_eq_nocase(u.host, p->base.host) && u.port == p->base.port &&
        str_eq_nocase(u.scheme, p->base.scheme))
        return true;
    for (size_t i = 0; i < p->n_hosts; i++) {
        if (str_eq_nocase(u.host, p->hosts[i]))
            return str_eq_nocase(u.scheme, STR("https")) && u.port == 443;
    }
    return false;
}

/* ---- answers ---- */

void decoder_emit(struct chat_decoder *d, const struct chat_event *ev)
{
    d->sink->on_event(d->sink, ev);
}

void *decoder_state(struct chat_decoder *d, size_t size)
{
    if (d->state == NULL)
        d->state = arena_zero(d->arena, 1, size);
    return d->state;
}

void *encoder_state(struct chat_encoder *e, size_t size)
{
    if (e->state == NULL)
        e->state = arena_zero(e->arena, 1, size);
    if (e->state == NULL)
        e->failed = true;
    return e->state;
}

struct str encoder_keep(struct chat_encoder *e, struct str text)
{
    struct str copy = {0};

    if (!arena_copy(e->arena, text, &copy))
        e->failed = true;
    return copy;
}
