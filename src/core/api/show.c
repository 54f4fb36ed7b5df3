/* SPDX-License-Identifier: MIT */
/* POST /v1/translate: the request that a provider would get for a client's
 * one. The hard idea: nothing is done twice. The path that the client would
 * have used is found in the route table, its surface takes the exchange over,
 * and what it would send is shown (shown.h).
 *
 *     POST /v1/translate?from=anthropic      body: the client's request
 *     POST /v1/translate?path=/v1beta/models/gpt-4o:generateContent
 *     POST /v1/translate                     body: {"from" or "path", "model",
 *                                                   "request": {…}} */
#include "core/api/request.h"
#include "core/base/json.h"
#include "core/base/url.h"
#include "core/dialects/dialect.h"
#include "core/shown.h"

/* Where clients of a dialect post their chats. */
static const struct chat_path {
    const struct dialect *dialect;
    struct str path, end; /* what stands before and behind the model's name */
    bool has_model;
} paths[] = {
    {&dialect_openai_chat, STR_INIT("/v1/chat/completions"), {0}, false},
    {&dialect_openai_responses, STR_INIT("/v1/responses"), {0}, false},
    {&dialect_openai_completions, STR_INIT("/v1/completions"), {0}, false},
    {&dialect_anthropic, STR_INIT("/v1/messages"), {0}, false},
    {&dialect_gemini, STR_INIT("/v1beta/models/"), STR_INIT(":generateContent"),
     true},
    {&dialect_ollama, STR_INIT("/api/chat"), {0}, false},
    {&dialect_ollama_generate, STR_INIT("/api/generate"), {0}, false},
};

/* What is to be shown; {0}: not said. */
struct show {
    struct str from, path, model;
    struct str request; /* a slice of the body */
};

static bool wrong(struct exchange *x, struct str param, struct str what)
{
    if (x->failed)
        return false;
    reply_failure(x, &(struct failure){.rc = SL_BAD_REQUEST,
                                       .code = STR("invalid_value"),
                                       .param = param,
                                       .what = what});
    return false;
}

/* ---- where it would have been sent ---- */

static struct str dialect_names(struct exchange *x)
{
    struct str names = paths[0].dialect->name;

    for (size_t i = 1; i < SL_LEN(paths); i++)
        names = JOIN(x, names, STR(", "), paths[i].dialect->name);
    return names;
}

/* The path of a dialect's chats. */
static bool path_from(struct exchange *x, const struct show *s,
                      struct str *path)
{
    const struct chat_path *it = paths;
    struct buf model;

    while (it < paths + SL_LEN(paths) && !str_eq(it->dialect->name, s->from))
        it++;
    if (it == paths + SL_LEN(paths))
        return wrong(x, STR("from"),
                     JOIN(x, STR("from must be one of "), dialect_names(x)));
    *path = it->path;
    if (!it->has_model)
        return s->model.n == 0 ||
               wrong(x, STR("model"),
                     STR("the request itself names its model; model is for "
                         "from=gemini"));
    if (s->model.n == 0)
        return wrong(x, STR("model"),
                     STR("from=gemini has the model in its path: say model, "
                         "or path, as /v1beta/models/MODEL:generateContent"));
    buf_init(&model, arena_mem(&x->arena), 4 * s->model.n + 8);
    url_encode(&model, s->model, false);
    *path = JOIN(x, it->path, buf_str(&model), it->end);
    x->failed = x->failed || model.failed;
    return !x->failed;
}

static bool read_path(struct exchange *x, const struct show *s,
                      struct str *path)
{
    if (s->path.n != 0 && (s->from.n != 0 || s->model.n != 0))
        return wrong(x, STR("path"),
                     STR("path says all: from and model don't go with it"));
    if (s->path.n != 0) {
        *path = s->path;
        return true;
    }
    if (s->from.n != 0 || s->model.n != 0)
        return path_from(x, s, path);
    *path = paths[0].path;
    return true;
}

static bool find_route(struct exchange *x, struct str target,
                       struct route_match *match)
{
    struct str path = str_before(target, '?');
    enum sl_rc rc = url_normalize(&x->arena, path, &path);

    if (rc == SL_NOMEM) {
        x->failed = true;
        return false;
    }
    if (rc != SL_OK)
        return wrong(x, STR("path"), STR("path is malformed"));
    route_find(x->config, HTTP_POST, path, match);
    if (match->route != NULL && match->route->surface == &surface_json)
        return true;
    return wrong(x, STR("path"),
                 JOIN(x, STR("nothing can be shown for the path "),
                      str_first(path, 200),
                      STR(": it must be one that takes JSON for a model, as "
                          "/v1/chat/completions or /v1/messages")));
}

/* The surface of that path goes on as if the request had come to it. */
static void enter(struct exchange *x, const struct route_match *match,
                  struct str target, struct str request)
{
    const struct route *route = match->route;

    if (match->supplier.n != 0) {
        x->supplier = config_provider(x->config, match->supplier);
        if (x->supplier == NULL) {
            surface_suppliers.start(x);
            return;
        }
    }
    memmove(x->body.p, request.p, request.n);
    x->body.n = request.n;
    x->query = str_skip(target, str_find(target, '?') + 1);
    x->rest = match->rest;
    x->route = route;
    x->surface = route->surface;
    x->dialect = route->endpoint->dialect != NULL ? route->endpoint->dialect
                                                  : &dialect_openai_chat;
    shown_start(x);
    x->surface->start(x);
    if (!x->ended && !x->failed)
        x->surface->ready(x);
}

/* ---- what is asked ---- */

static bool read_query(struct exchange *x, struct show *s)
{
    struct str rest = x->query;
    struct str name, value;

    while (url_query_next(&rest, &name, &value)) {
        struct str *to = url_eq(name, STR("from"))    ? &s->from
                         : url_eq(name, STR("path"))  ? &s->path
                         : url_eq(name, STR("model")) ? &s->model
                                                      : NULL;

        if (to == NULL)
            continue;
        switch ((int)url_decode(&x->arena, value, true, to)) {
        case SL_OK:
            break;
        case SL_NOMEM:
            x->failed = true;
            return false;
        default:
            return wrong(x, name, STR("the query is malformed"));
        }
    }
    return true;
}

static bool read_text(struct exchange *x, const struct json_want *w,
                      struct str *text)
{
    if (w->value.n == 0 || json_raw_type(w->value) == JSON_NULL)
        return true;
    if (json_raw_text(w->value, &x->arena, text) == SL_OK &&
        arena_copy(&x->arena, *text, text))
        return true;
    return wrong(x, w->name, JOIN(x, w->name, STR(" must be a string")));
}

/* {"from", "path", "model", "request"}. What is no such envelope is the
 * request itself. */
static bool read_envelope(struct exchange *x, struct show *s)
{
    struct json_want want[] = {{.name = STR_INIT("request")},
                               {.name = STR_INIT("from")},
                               {.name = STR_INIT("path")},
                               {.name = STR_INIT("model")}};
    struct err err = {0};
    enum sl_rc rc = json_scan(s->request, want, SL_LEN(want), &err);

    if (rc != SL_OK) {
        reply_bad_json(x, rc, &err);
        return false;
    }
    if (want[0].value.n == 0 && want[1].value.n == 0 && want[2].value.n == 0)
        return true;
    if (json_raw_type(want[0].value) != JSON_OBJECT)
        return wrong(x, STR("request"),
                     STR("request must be an object: the body as the client "
                         "would send it"));
    s->request = want[0].value;
    return read_text(x, &want[1], &s->from) &&
           read_text(x, &want[2], &s->path) &&
           read_text(x, &want[3], &s->model);
}

static void ready(struct exchange *x)
{
    struct show s = {.request = str_trim(body_bytes(x))};
    struct route_match match;
    struct str target;

    if (!read_query(x, &s))
        return;
    if (s.from.n == 0 && s.path.n == 0 && s.model.n == 0 &&
        !read_envelope(x, &s))
        return;
    if (read_path(x, &s, &target) && find_route(x, target, &match))
        enter(x, &match, target, s.request);
}

static void start(struct exchange *x)
{
    if (request_is_plain(x))
        x->body.mode = BODY_HELD;
}

const struct surface surface_translate = {
    .name = STR_INIT("translate"), .start = start, .ready = ready};
