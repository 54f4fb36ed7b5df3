/* SPDX-License-Identifier: MIT */
/* Chat through the universal endpoint. The one hard idea: the gateway tells
 * with cf-aig-step which key has answered, and thereby that the keys before it
 * did not; so keys are judged as if the attempts had been made here. */
#include "core/api/chat_steps.h"

#include "core/base/num.h"
#include "core/gateway.h"

enum { STEPS = 64 };

void chat_steps_release(struct chat_steps *s)
{
    bundle_release(&s->bundle);
    *s = (struct chat_steps){0};
}

bool chat_steps_takes(const struct exchange *x, const struct provider *p,
                      const struct endpoint *e)
{
    /* Keys of several accounts are not all for one gateway. */
    return x->config->gateway_universal && !x->has_own_key &&
           str_eq(e->path, STR("/chat/completions")) && p->n_keys != 0 &&
           p->places == NULL && gateway_chats(p) &&
           gateway_takes(x, p, 0, p->chat_path);
}

struct str chat_steps_begin(struct exchange *x, struct chat_steps *s,
                            const struct provider *p, const struct endpoint *e,
                            struct str model)
{
    chat_steps_release(s);
    s->is_on = chat_steps_takes(x, p, e);
    return s->is_on ? JOIN(x, p->row->gateway_slug, STR("/"), model) : model;
}

/* From the picked key on, in a circle: as attempts would go. As many as the
 * limit of bodies allows, as each step holds the body once. */
static void choose_keys(struct exchange *x, const struct attempt *a,
                        struct chat_steps *s, size_t total)
{
    size_t all = a->pick.last - a->pick.first + 1;
    size_t room = (size_t)x->config->limits.body / (total + 1);
    size_t n = all < STEPS ? all : STEPS;

    if (n > room)
        n = room == 0 ? 1 : room;
    s->keys = arena_array(&x->arena, size_t, n);
    if (s->keys == NULL) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        s->keys[i] = a->pick.first + (a->key - a->pick.first + i) % all;
    s->n = n;
}

static bool write(struct exchange *x, const struct attempt *a,
                  struct chat_steps *s, const struct chat_body *body)
{
    struct step step = {.provider = a->provider, .slug = STR("compat")};

    choose_keys(x, a, s, body->total);
    if (x->failed)
        return false;
    bundle_init(x, &s->bundle, s->n * body->n);
    for (size_t i = 0; i < s->n && !x->failed; i++) {
        step.key = s->keys[i];
        bundle_step(x, &s->bundle, &step);
        for (size_t k = 0; k < body->n; k++)
            bundle_raw(x, &s->bundle, body->pieces[k]);
        bundle_text(&s->bundle, STR("}"));
    }
    return !x->failed && bundle_finish(x, &s->bundle);
}

bool chat_steps_send(struct exchange *x, struct attempt *a,
                     struct chat_steps *s, const struct chat_body *body)
{
    if (!s->is_on)
        return false;
    /* It is sent again as it was when a kept connection was dead. */
    if (s->n == 0 && !write(x, a, s, body))
        return true;
    a->fetch.holds_keys = true;
    bundle_send(x, &s->bundle, &a->fetch, (struct str){0});
    /* No key is left that another attempt could have. */
    a->pick.last = a->pick.first;
    return true;
}

void chat_steps_head(struct exchange *x, struct attempt *a,
                     const struct chat_steps *s,
                     const struct http_response *res)
{
    uint64_t step;

    if (!s->is_on ||
        !num_u64(http_value(&res->fields, STR("cf-aig-step")), &step) ||
        step >= s->n)
        return;
    a->key = s->keys[step];
    /* An error of the last step may be the request's own fault. */
    for (size_t i = 0; res->status < 400 && i < step; i++)
        attempt_blame(x, a, s->keys[i]);
}
