/* SPDX-License-Identifier: MIT */
/* /compat/…: the AI Gateway's own OpenAI-compatible interface, whose models
 * are named slug/model. It is a pass-through to the gateway itself; no key of
 * ours is added, as they belong to providers: the keys are those stored at the
 * gateway.
 *
 * Cloudflare means to replace it by its REST interface, which is Workers AI's
 * own address and takes its keys. With gateway.rest it stands at the same path
 * here. */
#include "core/api/surface.h"

/* Who has Cloudflare's interface. */
static const struct provider *rest_provider(const struct config *c)
{
    for (size_t i = 0; i < c->n_providers; i++) {
        if (c->providers[i].row->needs_account)
            return &c->providers[i];
    }
    SL_ASSERT(false); /* the catalogue has one */
    return NULL;
}

static void by_rest(struct exchange *x)
{
    struct str name = str_skip(x->gateway, 1);

    x->gateway_id = str_skip(name, str_find(name, '/') + 1);
    x->gateway = (struct str){0};
    x->provider = rest_provider(x->config);
    x->rest =
        JOIN(x, x->provider->row->compat, str_skip(x->path, STR("/compat").n));
}

static void start(struct exchange *x)
{
    if (x->gateway.n == 0) {
        reply_failure(
            x, &(struct failure){
                   .rc = SL_NOT_FOUND,
                   .code = STR("unknown_url"),
                   .what = STR("/compat is a part of the AI Gateway: set "
                               "CLOUDFLARE_ACCOUNT_ID and AI_GATEWAY_NAME, "
                               "or call /g/NAME/compat/…")});
        return;
    }
    if (x->config->gateway_rest) {
        by_rest(x);
    } else {
        x->provider = &x->config->gateway;
        x->rest = JOIN(x, x->gateway, x->path);
    }
    x->surface = &surface_passthrough;
    x->surface->start(x);
}

const struct surface surface_compat = {.name = STR_INIT("compat"),
                                       .start = start};
