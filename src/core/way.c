/* SPDX-License-Identifier: MIT */
/* Choosing among a provider's interfaces for chat. */
#include "core/way.h"

#include "core/base/url.h"
#include "core/config.h"

/* The i-th: the row's own, then the OpenAI-compatible ones; NULL: no more. */
static const struct chat_way *way_at(const struct provider *p, size_t i)
{
    if (i < p->n_ways)
        return &p->ways[i];
    i -= p->n_ways;
    return i < COMPAT_WAYS && p->chat_path.n != 0 ? &p->compat_ways[i] : NULL;
}

bool way_is_there(const struct provider *p)
{
    return way_at(p, 0) != NULL;
}

const struct chat_way *way_choose(const struct provider *p,
                                  const struct dialect *client,
                                  struct str model)
{
    const struct chat_way *usual = NULL;
    const struct chat_way *w;

    for (size_t i = 0; (w = way_at(p, i)) != NULL; i++) {
        if (!str_starts(model, w->model_prefix))
            continue;
        if (p->dialect != NULL) {
            if (w->dialect == p->dialect)
                return w;
        } else if (w->dialect == client && w->use != WAY_ASKED) {
            return w;
        }
        if (usual == NULL && w->use == WAY_USUAL)
            usual = w;
    }
    return usual;
}

bool way_has(const struct provider *p, const struct dialect *dialect)
{
    const struct chat_way *w;

    for (size_t i = 0; (w = way_at(p, i)) != NULL; i++) {
        if (w->dialect == dialect)
            return true;
    }
    return false;
}

static void add_model(struct buf *out, struct str model, bool is_path)
{
    struct str rest = model;

    if (!is_path) {
        url_encode(out, model, false);
        return;
    }
    /* "@cf/meta/llama": what a path may hold stays as it is (RFC 3986,
     * section 3.3). */
    while (rest.n != 0) {
        char c = rest.p[0];

        if (c == '/' || c == '@' || c == ':')
            buf_add_char(out, c);
        else
            url_encode(out, str_first(rest, 1), false);
        rest = str_skip(rest, 1);
    }
}

static struct str fill(struct str path, struct str model, struct arena *a)
{
    size_t at = str_find(path, '{');
    struct str name = str_before(str_skip(path, at), '}');
    struct buf out;

    if (at == path.n)
        return path;
    buf_init(&out, arena_mem(a), path.n + 3 * model.n + 1);
    buf_add(&out, str_first(path, at));
    add_model(&out, model, str_eq(name, STR("{+model")));
    buf_add(&out, str_skip(path, at + name.n + 1));
    return out.failed ? (struct str){0} : buf_str(&out);
}

struct str way_path(const struct chat_way *w, struct str model, bool is_stream,
                    struct arena *a)
{
    return fill(is_stream && w->stream_path.n != 0 ? w->stream_path : w->path,
                model, a);
}

struct str way_count_path(const struct chat_way *w, struct str model,
                          struct arena *a)
{
    return fill(w->count_path, model, a);
}

/* ---- what is no chat ---- */

const struct whole_way *whole_way_choose(const struct provider *p,
                                         enum whole_kind kind,
                                         const struct dialect *client,
                                         struct str model)
{
    for (size_t i = 0; i < p->n_wholes; i++) {
        const struct whole_way *w = &p->wholes[i];

        if (w->kind == kind && str_has(model, w->model_mark) &&
            (w->dialect == NULL || w->dialect == client ||
             w->dialect == p->dialect))
            return w;
    }
    return NULL;
}

struct str whole_way_path(const struct whole_way *w, struct str model,
                          struct arena *a)
{
    struct chat_way way = {.path = w->path};

    return way_path(&way, model, false, a);
}
