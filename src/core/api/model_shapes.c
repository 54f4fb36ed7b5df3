/* SPDX-License-Identifier: MIT */
/* Entries of all lists are first brought into one array, of which a page is a
 * range. A page's mark is the id of the model at its end. */
#include "core/api/model_shapes.h"

#include "core/base/date.h"
#include "core/base/json.h"
#include "core/base/num.h"
#include "core/base/url.h"
#include "core/dialects/dialect.h"
#include "core/dialects/ollama_lists.h"
#include "core/dialects/writing.h"
#include "core/model_facts.h"
#include "core/plan.h"
#include "core/route.h"

enum {
    ANTHROPIC_PAGE = 20, /* models, unless `limit` says more */
    PAGE_MOST = 1000,
};

struct entry {
    struct str id;               /* "provider/model", or the operator's own */
    struct str display;          /* a name for people */
    int64_t created_s;           /* 0: not known */
    const struct target *target; /* of the operator's own name; NULL */
};

struct entries {
    struct entry *v;
    size_t n;
};

/* What a client says of its page, and which entries that are: [from, to). */
struct page {
    struct str names[3]; /* of the parameters: limit, after, before */
    size_t usual;        /* models, when the client says nothing; 0: all */
    struct str limit, after, before; /* {0}: not said */
    size_t from, to;
};

const struct dialect *model_shapes_choose(const struct endpoint *e,
                                          const struct http_fields *fields)
{
    if (e != NULL)
        return e->dialect;
    if (http_value(fields, STR("anthropic-version")).n != 0)
        return &dialect_anthropic;
    /* google-genai asks /v1 as well as /v1beta. */
    if (http_value(fields, STR("x-goog-api-key")).n != 0 &&
        http_value(fields, STR("authorization")).n == 0)
        return &dialect_gemini;
    return &dialect_openai_chat;
}

/* ---- entries ---- */

/* A text of a raw value; {0}: none. */
static struct str text_of(struct exchange *x, struct str raw)
{
    struct str text = {0};

    if (json_raw_type(raw) != JSON_STRING ||
        json_raw_text(raw, &x->arena, &text) != SL_OK)
        return (struct str){0};
    return text;
}

/* What the provider itself calls it: beside the id, or under "_". */
static struct str display_of(struct exchange *x, struct str raw)
{
    struct json_want want[] = {{.name = STR_INIT("display_name")},
                               {.name = STR_INIT("displayName")},
                               {.name = STR_INIT("_")}};
    struct str name;

    if (json_scan(raw, want, SL_LEN(want), NULL) != SL_OK)
        return (struct str){0};
    name = text_of(x, want[0].value.n != 0 ? want[0].value : want[1].value);
    if (name.n != 0 || json_raw_type(want[2].value) != JSON_OBJECT)
        return name;
    raw = want[2].value;
    if (json_scan(raw, want, 2, NULL) != SL_OK)
        return (struct str){0};
    return text_of(x, want[0].value.n != 0 ? want[0].value : want[1].value);
}

static struct entry read_entry(struct exchange *x, struct str raw)
{
    struct json_want want[] = {{.name = STR_INIT("id")},
                               {.name = STR_INIT("created")}};
    struct entry e = {0};

    if (json_scan(raw, want, SL_LEN(want), NULL) != SL_OK)
        return e;
    e.id = text_of(x, want[0].value);
    e.display = display_of(x, raw);
    if (e.display.n == 0)
        e.display = str_skip(e.id, str_find(e.id, '/') + 1);
    if (want[1].value.n == 0 || !json_raw_i64(want[1].value, &e.created_s))
        e.created_s = 0;
    return e;
}

static struct entry group_entry(const struct model_group *g)
{
    return (struct entry){
        .id = g->name, .display = g->name, .target = &g->targets[0]};
}

static size_t count(const struct exchange *x, const struct model_lists *l)
{
    size_t n = x->config->n_groups;
    struct str raw;

    for (size_t i = 0; i < x->config->n_providers; i++) {
        struct str rest = model_lists_array(l, i);

        while (json_next_element(&rest, &raw))
            n++;
    }
    return n;
}

static bool gather(struct exchange *x, const struct model_lists *l,
                   struct entries *all)
{
    struct str raw;

    all->n = 0;
    all->v = arena_array(&x->arena, struct entry, count(x, l));
    if (all->v == NULL) {
        x->failed = true;
        return false;
    }
    for (size_t i = 0; i < x->config->n_groups; i++)
        all->v[all->n++] = group_entry(&x->config->groups[i]);
    for (size_t i = 0; i < x->config->n_providers; i++) {
        struct str rest = model_lists_array(l, i);

        while (json_next_element(&rest, &raw)) {
            all->v[all->n] = read_entry(x, raw);
            if (all->v[all->n].id.n != 0)
                all->n++;
        }
    }
    return true;
}

/* False: nothing is known of it. */
static bool facts_of(const struct entry *e, struct model_facts *facts)
{
    if (e->target != NULL)
        return model_facts_find(e->target->provider->name, e->target->model,
                                facts);
    return model_facts_find(str_before(e->id, '/'),
                            str_skip(e->id, str_find(e->id, '/') + 1), facts);
}

/* ---- pages ---- */

static bool wrong(struct exchange *x, struct str param, struct str what)
{
    reply_failure(x, &(struct failure){.rc = SL_BAD_REQUEST,
                                       .param = param,
                                       .code = STR("invalid_value"),
                                       .what = JOIN(x, param, what)});
    return false;
}

static bool read_query(struct exchange *x, struct page *page)
{
    struct str *to[] = {&page->limit, &page->after, &page->before};
    struct str rest = x->query;
    struct str name, value;

    while (url_query_next(&rest, &name, &value)) {
        for (size_t i = 0; i < SL_LEN(to); i++) {
            if (page->names[i].n == 0 || !url_eq(name, page->names[i]))
                continue;
            if (url_decode(&x->arena, value, true, to[i]) != SL_OK)
                return wrong(x, page->names[i], STR(" is malformed"));
        }
    }
    return true;
}

/* Where the model of that id stands; all->n: nowhere. */
static size_t find(const struct entries *all, struct str id)
{
    size_t i = 0;

    while (i < all->n && !str_eq(all->v[i].id, id))
        i++;
    return i;
}

static bool read_limit(struct exchange *x, const struct page *page, size_t all,
                       size_t *limit)
{
    uint64_t n = page->usual == 0 ? all : page->usual;

    if (page->limit.n != 0 && (!num_u64(page->limit, &n) || n == 0))
        return wrong(x, page->names[0], STR(" must be a number from 1 on"));
    *limit = page->limit.n != 0 && n > PAGE_MOST ? PAGE_MOST : (size_t)n;
    return true;
}

static bool choose_page(struct exchange *x, const struct entries *all,
                        struct page *page)
{
    size_t n = 0;

    if (!read_query(x, page) || !read_limit(x, page, all->n, &n))
        return false;
    page->to = all->n;
    if (page->after.n != 0) {
        page->from = find(all, page->after) + 1;
        if (page->from > all->n)
            return wrong(x, page->names[1], STR(" names no model"));
    }
    if (page->before.n == 0) {
        if (page->to - page->from > n)
            page->to = page->from + n;
        return true;
    }
    page->to = find(all, page->before);
    if (page->to == all->n)
        return wrong(x, page->names[2], STR(" names no model"));
    if (page->from > page->to)
        page->from = page->to;
    if (page->to - page->from > n)
        page->from = page->to - n;
    return true;
}

/* ---- Anthropic ---- */

static void write_anthropic(struct buf *out, const struct entry *e)
{
    struct model_facts facts;

    json_next(out);
    buf_add(out, STR("{\"type\":\"model\""));
    member_text(out, STR("id"), e->id);
    member_text(out, STR("display_name"), e->display);
    json_member(out, STR("created_at"));
    buf_add_char(out, '"');
    date_write(out, e->created_s);
    buf_add_char(out, '"');
    if (facts_of(e, &facts)) {
        if (facts.context != 0)
            member_i64(out, STR("max_input_tokens"), facts.context);
        if (facts.output != 0)
            member_i64(out, STR("max_tokens"), facts.output);
    }
    buf_add_char(out, '}');
}

static bool list_anthropic(struct exchange *x, const struct entries *all,
                           struct buf *out)
{
    struct page page = {.names = {STR_INIT("limit"), STR_INIT("after_id"),
                                  STR_INIT("before_id")},
                        .usual = ANTHROPIC_PAGE};

    if (!choose_page(x, all, &page))
        return false;
    buf_add(out, STR("{\"data\":["));
    for (size_t i = page.from; i < page.to; i++)
        write_anthropic(out, &all->v[i]);
    buf_add_char(out, ']');
    /* In the direction that the client goes. */
    member_bool(out, STR("has_more"),
                page.before.n != 0 ? page.from != 0 : page.to != all->n);
    if (page.from == page.to) {
        buf_add(out, STR(",\"first_id\":null,\"last_id\":null}"));
        return true;
    }
    member_text(out, STR("first_id"), all->v[page.from].id);
    member_text(out, STR("last_id"), all->v[page.to - 1].id);
    buf_add_char(out, '}');
    return true;
}

/* ---- Gemini ---- */

static void write_gemini(struct exchange *x, struct buf *out,
                         const struct entry *e)
{
    struct model_facts facts;

    json_next(out);
    buf_add_char(out, '{');
    member_text(out, STR("name"), JOIN(x, STR("models/"), e->id));
    member_text(out, STR("version"), STR("001"));
    member_text(out, STR("displayName"), e->display);
    if (facts_of(e, &facts)) {
        if (facts.context != 0)
            member_i64(out, STR("inputTokenLimit"), facts.context);
        if (facts.output != 0)
            member_i64(out, STR("outputTokenLimit"), facts.output);
        if ((facts.known_abilities & ABILITY_REASONING) != 0)
            member_bool(out, STR("thinking"),
                        (facts.abilities & ABILITY_REASONING) != 0);
    }
    member_raw(out, STR("supportedGenerationMethods"),
               STR("[\"generateContent\",\"streamGenerateContent\","
                   "\"countTokens\"]}"));
}

static bool list_gemini(struct exchange *x, const struct entries *all,
                        struct buf *out)
{
    struct page page = {
        .names = {STR_INIT("pageSize"), STR_INIT("pageToken"), {0}}};

    if (!choose_page(x, all, &page))
        return false;
    buf_add(out, STR("{\"models\":["));
    for (size_t i = page.from; i < page.to; i++)
        write_gemini(x, out, &all->v[i]);
    buf_add_char(out, ']');
    if (page.to != all->n)
        member_text(out, STR("nextPageToken"), all->v[page.to - 1].id);
    buf_add_char(out, '}');
    return true;
}

/* ---- Ollama ---- */

static bool list_ollama(struct exchange *x, const struct entries *all,
                        struct buf *out)
{
    struct ollama_model *v =
        arena_array(&x->arena, struct ollama_model, all->n);

    if (v == NULL) {
        x->failed = true;
        return false;
    }
    for (size_t i = 0; i < all->n; i++)
        v[i] = (struct ollama_model){.name = all->v[i].id,
                                     .modified_s = all->v[i].created_s};
    ollama_write_tags(out, v, all->n);
    return true;
}

/* ---- all ---- */

bool model_shapes_write_list(struct exchange *x, const struct model_lists *l,
                             struct buf *out)
{
    struct entries all;

    if (!gather(x, l, &all))
        return false;
    if (x->dialect == &dialect_anthropic)
        return list_anthropic(x, &all, out);
    if (x->dialect == &dialect_gemini)
        return list_gemini(x, &all, out);
    return list_ollama(x, &all, out);
}

static void write_entry(struct exchange *x, struct buf *out,
                        const struct entry *e)
{
    if (x->dialect == &dialect_anthropic)
        write_anthropic(out, e);
    else
        write_gemini(x, out, e);
}

void model_shapes_write(struct exchange *x, struct buf *out, struct str raw)
{
    struct entry e = read_entry(x, raw);

    write_entry(x, out, &e);
}

void model_shapes_write_group(struct exchange *x, struct buf *out,
                              const struct model_group *g)
{
    struct entry e = group_entry(g);

    write_entry(x, out, &e);
}
