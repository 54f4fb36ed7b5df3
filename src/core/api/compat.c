/* SPDX-License-Identifier: MIT */
/* /compat/…: the AI Gateway's own OpenAI-compatible interface, whose models
 * are named slug/model. It is a pass-through to the gateway itself; no key of
 * ours is added, as they belong to providers: the keys are those stored at the
 * gateway. */
#include "core/api/surface.h"

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
    x->provider = &x->config->gateway;
    x->rest = JOIN(x, x->gateway, x->path);
    x->surface = &surface_passthrough;
    x->surface->start(x);
}

const struct surface surface_compat = {.name = STR_INIT("compat"),
                                       .start = start};
