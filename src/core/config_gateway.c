/* SPDX-License-Identifier: MIT */
/* Cloudflare's AI Gateway in the configuration. The one hard idea: the place
 * where gateways are is a provider like any other, so that calls to it need no
 * second way to be made. */
#include "core/config_parts.h"

#include "core/gateway.h"

static const struct catalogue_row row = {.name = STR_INIT("ai-gateway"),
                                         .key_style = KEY_NONE};

static const struct str no_account =
    STR_INIT("has no effect until CLOUDFLARE_ACCOUNT_ID is set as well");

static void read_base(struct loader *l)
{
    struct given g = config_option(l, OPTION_gateway_base);
    struct provider *p = &l->c->gateway;
    struct str text;

    *p = (struct provider){.name = row.name,
                           .row = &row,
                           .timeouts = {
#define X(id, name, value, text) .id = (value),
#include "core/tbl/timeouts.h"
#undef X
                           }};
    p->is_available =
        config_text(l, &g, false, &text) && config_base(l, p, &g, text);
}

static void read_name(struct loader *l)
{
    struct given g = config_option(l, OPTION_gateway);
    struct str text;

    if (!g.is_set || !config_text(l, &g, false, &text))
        return;
    if (!gateway_is_name(text)) {
        config_wrong(l, &g,
                     STR("must be a gateway's name: at most 64 letters, "
                         "digits, - and _"));
        return;
    }
    if (l->c->account.n == 0)
        config_warn(l, &g, no_account);
    l->c->gateway_name = text;
}

static void read_token(struct loader *l)
{
    struct given g = config_option(l, OPTION_gateway_token);
    struct secret *keys;
    size_t n = 0;

    if (!g.is_set || !config_plain_keys(l, &g, &keys, &n) || n == 0)
        return;
    if (n > 1)
        config_wrong(l, &g, STR("must be one token"));
    else
        l->c->gateway_token = keys;
}

static bool read_switch(struct loader *l, enum option_id id)
{
    struct given g = config_option(l, id);
    bool on = config_switch_option(l, id);

    if (on && l->c->account.n == 0)
        config_warn(l, &g, no_account);
    return on;
}

void config_gateway(struct loader *l)
{
    read_base(l);
    read_name(l);
    read_token(l);
    l->c->gateway_universal = read_switch(l, OPTION_gateway_universal);
    l->c->gateway_rest = read_switch(l, OPTION_gateway_rest);
}
