/* SPDX-License-Identifier: MIT */
/* Gathering and reshaping model lists. Of a list that could not be had the
 * reason is kept for a moment ("!status 401"), so that one provider that hangs
 * does not make every request wait for it. */
#include "core/api/model_lists.h"

#include "core/base/date.h"
#include "core/base/json.h"
#include "core/base/num.h"
#include "core/base/url.h"
#include "core/gateway.h"
#include "core/plan.h"

enum {
    LIST_MS = 5000, /* for all pages of one provider */
    LIST_PAGES = 20,
    LIST_BYTES = 16 * 1024 * 1024, /* of one page */
    LIST_FAILED_MS = 10000,        /* a failed list is not asked for again */
};

struct list {
    const struct provider *provider;
    struct model_lists *all;
    struct fetch fetch;
    size_t key_index;   /* the one it is asked for with */
    struct str key;     /* in the host's store */
    struct str entries; /* "[{…},{…}]"; {0}: none */
    struct buf page;    /* of the answer at hand */
    struct buf out;     /* entries so far */
    int64_t until_ms;
    uint32_t n; /* entries so far */
    unsigned pages;
    int status;
    bool failed;
    struct str why; /* of a list that failed; lives long enough */
};

struct model_lists {
    model_lists_done *done;
    void *owner;
    struct list *v;
    size_t n;
    size_t loading; /* which one the next LOADED belongs to */
    size_t pending; /* lists being asked for */
    bool all_loaded;
};

/* ---- entries ---- */

static struct str created_of(struct jval model, struct arena *a, char *room)
{
    int64_t n = 0;
    struct str text;

    if (json_i64(json_get(model, STR("created")), &n) && n >= 0)
        return (struct str){room, num_write_u64(room, (uint64_t)n)};
    if (json_text(json_get(model, STR("created_at")), a, &text) &&
        date_read(text, &n))
        return (struct str){room, num_write_u64(room, (uint64_t)n)};
    return STR("0");
}

static bool is_by_name(const struct list *l)
{
    enum models_shape shape = l->provider->row->models_shape;

    return shape == MODELS_GOOGLE || shape == MODELS_COHERE ||
           shape == MODELS_CLOUDFLARE;
}

/* Is it told by the entry's own members already? */
static bool is_told(const struct list *l, struct str name)
{
    if (str_eq(name, STR("object")) || str_eq(name, STR("created")) ||
        str_eq(name, STR("owned_by")))
        return true;
    if (is_by_name(l))
        return str_eq(name, STR("name"));
    if (l->provider->row->models_shape == MODELS_ANTHROPIC &&
        (str_eq(name, STR("type")) || str_eq(name, STR("created_at"))))
        return true;
    return str_eq(name, STR("id"));
}

/* Whatever else the provider says of the model: beside the entry's members,
 * or under "_". */
static void write_rest(struct list *l, struct jval model)
{
    bool wrapped = l->provider->row->wraps_models;
    struct jval_iter it = json_iter(model);
    bool first = wrapped;

    if (wrapped)
        buf_add(&l->out, STR(",\"_\":{"));
    while (json_iter_next(&it)) {
        struct str name = json_raw(it.name);

        if (is_told(l, (struct str){name.p + 1, name.n - 2}))
            continue;
        if (!first)
            buf_add_char(&l->out, ',');
        first = false;
        buf_add(&l->out, name);
        buf_add_char(&l->out, ':');
        buf_add(&l->out, json_raw(it.value));
    }
    if (wrapped)
        buf_add_char(&l->out, '}');
}

static void write_entry(struct list *l, struct jval model, struct str id,
                        struct arena *a)
{
    const struct catalogue_row *row = l->provider->row;
    struct buf *out = &l->out;
    char room[24];
    struct str text;

    buf_add(out, l->n++ == 0 ? STR("[{\"id\":") : STR(",{\"id\":"));
    json_str(out, id);
    buf_add(out, STR(",\"object\":"));
    if (json_text(json_get(model, STR("object")), a, &text) && text.n != 0)
        json_str(out, text);
    else
        buf_add(out, STR("\"model\""));
    buf_add(out, STR(",\"created\":"));
    buf_add(out, created_of(model, a, room));
    buf_add(out, STR(",\"owned_by\":"));
    if (json_text(json_get(model, STR("owned_by")), a, &text) && text.n != 0)
        json_str(out, text);
    else
        json_str(out, row->owned_by.n != 0 ? row->owned_by : l->provider->name);
    write_rest(l, model);
    buf_add_char(out, '}');
}

static struct str model_name(const struct list *l, struct jval model,
                             struct arena *a)
{
    struct str source = is_by_name(l) ? STR("name") : STR("id");
    struct str id = {0};

    if (!json_text(json_get(model, source), a, &id))
        return (struct str){0};
    if (l->provider->row->models_shape == MODELS_GOOGLE &&
        str_starts(id, STR("models/")))
        id = str_skip(id, 7);
    return id;
}

static void take_models(struct exchange *x, struct list *l, struct jval models,
                        struct arena *a)
{
    struct jval_iter it = json_iter(models);
    struct buf id;

    buf_init(&id, arena_mem(a), 4096);
    while (json_iter_next(&it) && l->n < (uint32_t)x->config->limits.models) {
        struct str name = model_name(l, it.value, a);

        if (name.n == 0 || name.n > 1024)
            continue;
        buf_reset(&id);
        buf_add(&id, l->provider->name);
        buf_add_char(&id, '/');
        buf_add(&id, name);
        write_entry(l, it.value, buf_str(&id), a);
    }
}

static struct jval models_in(struct jval root)
{
    static const struct str names[] = {STR_INIT("data"), STR_INIT("models"),
                                       STR_INIT("result")};

    if (json_is_arr(root))
        return root;
    for (size_t i = 0; i < SL_LEN(names); i++) {
        struct jval v = json_get(root, names[i]);

        if (json_is_arr(v))
            return v;
    }
    return (struct jval){0};
}

/* ---- pages ---- */

/* The parameter that asks for the page after this one; {0}: it was the last. */
static struct str next_page(struct exchange *x, const struct list *l,
                            struct jval root, struct arena *a)
{
    struct str token = {0};
    struct str name;
    struct buf escaped;
    struct jval v;

    switch (l->provider->row->models_shape) {
    case MODELS_ANTHROPIC:
        name = STR("after_id=");
        v = json_is_true(json_get(root, STR("has_more")))
                ? json_get(root, STR("last_id"))
                : (struct jval){0};
        break;
    case MODELS_GOOGLE:
        name = STR("pageToken=");
        v = json_get(root, STR("nextPageToken"));
        break;
    case MODELS_COHERE:
        name = STR("page_token=");
        v = json_get(root, STR("next_page_token"));
        break;
    case MODELS_NONE:
    case MODELS_DATA:
    case MODELS_CLOUDFLARE:
    default:
        return (struct str){0};
    }
    if (!json_text(v, a, &token) || token.n == 0)
        return (struct str){0};
    buf_init(&escaped, arena_mem(a), 8192);
    url_encode(&escaped, token, false);
    return JOIN(x, name, buf_str(&escaped));
}

/* Cloudflare numbers its pages and says how many entries there are. */
static struct str next_number(struct exchange *x, const struct list *l,
                              struct jval root)
{
    int64_t total = 0;
    char room[24];

    if (l->provider->row->models_shape != MODELS_CLOUDFLARE ||
        !json_i64(json_path(root, STR("result_info.total_count")), &total) ||
        (int64_t)l->n >= total)
        return (struct str){0};
    return JOIN(x, STR("page="),
                ((struct str){room, num_write_u64(room, l->pages + 1)}));
}

static void ask(struct exchange *x, struct list *l, struct str page);

static void list_over(struct exchange *x, struct list *l)
{
    struct model_lists *all = l->all;
    struct action *a;

    l->entries = (struct str){0};
    if (l->failed && l->why.n == 0)
        l->why = STR("its answer is no list of models");
    if (!l->failed && l->out.n != 0)
        buf_add_char(&l->out, ']');
    if (!l->failed && l->out.n != 0 &&
        !arena_copy(&x->arena, buf_str(&l->out), &l->entries))
        x->failed = true;
    buf_release(&l->page);
    buf_release(&l->out);
    a = exchange_act(x, ACTION_STORE);
    if (a != NULL) {
        a->key = l->key;
        a->bytes = l->failed ? JOIN(x, STR("!"), l->why) : l->entries;
        a->ttl_ms = l->failed ? LIST_FAILED_MS : x->config->models_ttl_ms;
    }
    all->pending--;
    if (all->pending == 0 && all->all_loaded && !x->failed)
        all->done(x, all);
}

static void take_page(struct exchange *x, struct list *l, struct str text)
{
    struct arena a;
    struct json doc;
    struct jval models;
    struct str page = {0};

    arena_init(&a, x->mem, 16384, 8 * (size_t)LIST_BYTES);
    if (json_parse(&doc, str_trim(text), &a, NULL, NULL) != SL_OK) {
        l->failed = true;
    } else {
        models = models_in(json_root(&doc));
        l->failed = !json_is_arr(models);
        take_models(x, l, models, &a);
        page = next_page(x, l, json_root(&doc), &a);
        if (page.n == 0 && json_count(models) != 0)
            page = next_number(x, l, json_root(&doc));
    }
    arena_release(&a);
    if (l->out.failed)
        l->failed = true;
    if (!l->failed && page.n != 0 && l->pages < LIST_PAGES &&
        l->n < (uint32_t)x->config->limits.models)
        ask(x, l, page);
    else
        list_over(x, l);
}

/* ---- asking ---- */

static void on_head(struct exchange *x, struct fetch *c,
                    const struct http_response *res, int64_t length)
{
    struct list *l = c->owner;

    (void)length;
    (void)x;
    l->status = res->status;
}

static void on_failed(struct exchange *x, struct fetch *c, enum sl_rc rc)
{
    struct list *l = c->owner;

    l->failed = true;
    l->why = rc_info(rc)->text;
    list_over(x, l);
}

static struct str status_text(struct exchange *x, int status)
{
    char room[24];

    return JOIN(x, STR("status "),
                ((struct str){room, num_write_u64(room, (uint64_t)status)}));
}

static void on_body(struct exchange *x, struct fetch *c, struct str bytes,
                    bool last)
{
    struct list *l = c->owner;

    if (l->page.n == 0 && last && l->status == 200) {
        take_page(x, l, bytes);
        return;
    }
    buf_add(&l->page, bytes);
    if (!last && !l->page.failed)
        return;
    fetch_cancel(x, c);
    if (l->page.failed || l->status != 200) {
        l->failed = true;
        if (l->status != 200)
            l->why = status_text(x, l->status);
        list_over(x, l);
        return;
    }
    take_page(x, l, buf_str(&l->page));
}

static const struct fetch_events list_on = {on_head, on_body, on_failed};

static void ask(struct exchange *x, struct list *l, struct str page)
{
    static const struct http_framing no_body = {0};
    struct str path = l->provider->models_path;
    struct str target = path;

    if (page.n != 0) {
        bool has_query = str_find(path, '?') != path.n;

        target = JOIN(x, path, has_query ? STR("&") : STR("?"), page);
    }
    l->pages++;
    buf_reset(&l->page);
    fetch_prepare(x, &l->fetch, l->provider, l->key_index);
    fetch_field(x, &l->fetch, STR("accept"), STR("application/json"));
    fetch_field(x, &l->fetch, STR("accept-encoding"), STR("identity"));
    fetch_open(x, &l->fetch, STR("GET"), target, &no_body);
    l->fetch.deadline_ms = l->until_ms;
    fetch_end(x, &l->fetch);
}

/* ---- the whole ---- */

static bool is_listed(const struct provider *p)
{
    return p->is_available && (p->n_models != 0 || p->models_path.n != 0);
}

static void write_static(struct exchange *x, struct list *l)
{
    const struct provider *p = l->provider;
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), LIST_BYTES);
    for (size_t i = 0; i < p->n_models; i++) {
        struct str id = JOIN(x, p->name, STR("/"), p->models[i]);

        buf_add(&out, i == 0 ? STR("[{\"id\":") : STR(",{\"id\":"));
        json_str(&out, id);
        buf_add(&out, STR(",\"object\":\"model\",\"created\":"));
        buf_add_i64(&out, x->wall_ms / 1000);
        buf_add(&out, STR(",\"owned_by\":"));
        json_str(&out, p->name);
        buf_add_char(&out, '}');
    }
    buf_add_char(&out, ']');
    if (out.failed)
        x->failed = true;
    l->entries = buf_str(&out);
}

/* Lists are asked for with the first key, which leaves the turns alone, unless
 * the path chooses. The bits of a range name no secret. */
static void choose_key(struct exchange *x, struct list *l)
{
    struct key_range range;
    uint64_t at = 0;

    if (!x->selector.is_set || l->provider->n_keys == 0)
        return;
    range = key_selector_range(&x->selector, l->provider->n_keys);
    x->key_wrapped = x->key_wrapped || range.is_wrapped;
    l->key_index = range.first;
    if (keys_draw(x->random[1], range.last - range.first + 1, &at))
        l->key_index += (size_t)at;
}

/* What is asked for with a chosen key is kept apart. */
static struct str store_key(struct exchange *x, const struct list *l)
{
    const struct provider *p = l->provider;
    struct str gateway = gateway_takes(x, p, l->key_index, p->models_path)
                             ? x->gateway
                             : (struct str){0};
    struct str key =
        JOIN(x, STR("models:"), p->name, STR("@"), p->origin.authority,
             config_base_path(p, l->key_index), gateway);
    char digits[24];

    if (!x->selector.is_set)
        return key;
    return JOIN(x, key, STR("#"),
                ((struct str){digits, num_write_u64(digits, l->key_index)}));
}

static void start_list(struct exchange *x, struct list *l)
{
    l->all->pending++;
    l->fetch.on = &list_on;
    l->fetch.owner = l;
    l->until_ms = x->now_ms + LIST_MS;
    buf_init(&l->page, x->mem, LIST_BYTES);
    buf_init(&l->out, x->mem, LIST_BYTES);
    ask(x, l, (struct str){0});
}

/* Asks the host for the next list; done when there is none left. */
static void load_next(struct exchange *x, struct model_lists *all)
{
    for (; all->loading < all->n; all->loading++) {
        struct list *l = &all->v[all->loading];
        struct action *a;

        if (!is_listed(l->provider))
            continue;
        if (l->provider->n_models != 0) {
            write_static(x, l);
            continue;
        }
        choose_key(x, l);
        l->key = store_key(x, l);
        a = exchange_act(x, ACTION_LOAD);
        if (a != NULL)
            a->key = l->key;
        return;
    }
    all->all_loaded = true;
    if (all->pending == 0 && !x->failed)
        all->done(x, all);
}

struct model_lists *model_lists_new(struct exchange *x, model_lists_done *done,
                                    void *owner)
{
    struct model_lists *l = arena_new(&x->arena, struct model_lists);

    if (l != NULL)
        l->v = arena_array(&x->arena, struct list, x->config->n_providers);
    if (l == NULL || l->v == NULL) {
        x->failed = true;
        return NULL;
    }
    l->done = done;
    l->owner = owner;
    l->n = x->config->n_providers;
    for (size_t i = 0; i < l->n; i++) {
        l->v[i].provider = &x->config->providers[i];
        l->v[i].all = l;
    }
    return l;
}

void model_lists_release(struct model_lists *l)
{
    for (size_t i = 0; l != NULL && i < l->n; i++) {
        buf_release(&l->v[i].page);
        buf_release(&l->v[i].out);
    }
}

void *model_lists_owner(const struct model_lists *l)
{
    return l->owner;
}

void model_lists_start(struct exchange *x, struct model_lists *l)
{
    load_next(x, l);
}

void model_lists_loaded(struct exchange *x, struct model_lists *all,
                        enum sl_rc rc, struct str bytes)
{
    struct list *l;

    if (all->loading >= all->n)
        return;
    l = &all->v[all->loading++];
    if (rc != SL_OK) {
        start_list(x, l);
    } else {
        bool is_why = str_starts(bytes, STR("!"));

        if (!arena_copy(&x->arena, is_why ? str_skip(bytes, 1) : bytes,
                        is_why ? &l->why : &l->entries))
            x->failed = true;
    }
    load_next(x, all);
}

struct str model_lists_why(const struct model_lists *l, size_t provider)
{
    return l->v[provider].why;
}

struct str model_lists_of(const struct model_lists *l, size_t provider)
{
    struct str entries = l->v[provider].entries;

    return entries.n < 2 ? (struct str){0}
                         : (struct str){entries.p + 1, entries.n - 2};
}

struct str model_lists_array(const struct model_lists *l, size_t provider)
{
    return l->v[provider].entries;
}

/* ---- looking up ---- */

static bool entry_is(struct str entry, struct str id)
{
    struct json_want want = {.name = STR_INIT("id")};

    return json_scan(entry, &want, 1, NULL) == SL_OK && want.value.n >= 2 &&
           str_eq((struct str){want.value.p + 1, want.value.n - 2}, id);
}

struct str model_lists_find(const struct exchange *x,
                            const struct model_lists *l, struct str id)
{
    struct str provider = str_before(id, '/');

    for (size_t i = 0; i < x->config->n_providers; i++) {
        struct str rest = l->v[i].entries;
        struct str entry;

        if (!str_eq(x->config->providers[i].name, provider))
            continue;
        while (json_next_element(&rest, &entry)) {
            if (entry_is(entry, id))
                return entry;
        }
    }
    return (struct str){0};
}

static bool lists(struct str rest, struct str prefix, struct str model)
{
    struct str entry;
    struct json_want want = {.name = STR_INIT("id")};

    while (json_next_element(&rest, &entry)) {
        struct str id;

        if (json_scan(entry, &want, 1, NULL) != SL_OK || want.value.n < 2)
            continue;
        id = (struct str){want.value.p + 1, want.value.n - 2};
        if (id.n == prefix.n + 1 + model.n &&
            str_eq(str_skip(id, prefix.n + 1), model))
            return true;
    }
    return false;
}

size_t model_lists_owners(const struct exchange *x, const struct model_lists *l,
                          struct str model, const struct provider **p)
{
    size_t n = 0;

    for (size_t i = 0; i < x->config->n_providers; i++) {
        const struct provider *it = &x->config->providers[i];

        if (!lists(l->v[i].entries, it->name, plan_model(it, model)))
            continue;
        if (n++ == 0)
            *p = it;
    }
    return n;
}
