/* SPDX-License-Identifier: MIT */
/* What operators and browsers ask: /ping, /healthz, /readyz, /metrics, and the
 * CORS preflight (Fetch standard, section 3.2). */
#include "core/api/surface.h"

static void ping(struct exchange *x)
{
    reply_whole(x, 200, STR("text/plain; charset=utf-8"), STR("Pong"));
}

static void health(struct exchange *x)
{
    reply_whole(x, 200, STR("application/json"), STR("{\"status\":\"ok\"}\n"));
}

static void ask(struct exchange *x, struct str key)
{
    struct action *a = exchange_act(x, ACTION_LOAD);

    if (a != NULL)
        a->key = key;
}

static void ask_ready(struct exchange *x)
{
    ask(x, LOAD_READY);
}

static void tell_ready(struct exchange *x, enum sl_rc rc, struct str bytes)
{
    (void)bytes;
    if (rc == SL_OK)
        reply_whole(x, 200, STR("application/json"),
                    STR("{\"status\":\"ready\"}\n"));
    else
        reply_rc(x, SL_BUSY, STR("shutting down"));
}

static void ask_metrics(struct exchange *x)
{
    ask(x, LOAD_METRICS);
}

static void tell_metrics(struct exchange *x, enum sl_rc rc, struct str bytes)
{
    if (rc == SL_OK)
        reply_whole(x, 200, STR("text/plain; version=0.0.4; charset=utf-8"),
                    exchange_keep(x, bytes));
    else
        reply_rc(x, rc, (struct str){0});
}

/* Any other OPTIONS is answered with what can be used at all. */
static void preflight(struct exchange *x)
{
    struct str headers =
        http_value(&x->fields, STR("access-control-request-headers"));

    reply_start(x, 200);
    if (http_find(&x->fields, STR("origin")) != NULL && headers.n != 0 &&
        http_find(&x->fields, STR("access-control-request-method")) != NULL) {
        reply_field(x, STR("access-control-allow-methods"),
                    STR("GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS"));
        reply_field(x, STR("access-control-allow-headers"), headers);
        reply_field(x, STR("access-control-max-age"), STR("86400"));
        reply_field(x, STR("vary"), STR("access-control-request-headers"));
    } else {
        reply_field(x, STR("allow"),
                    STR("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    }
    reply_head_send(x, 0);
    reply_end(x);
}

const struct surface surface_ping = {.name = STR_INIT("ping"), .start = ping};
const struct surface surface_health = {.name = STR_INIT("health"),
                                       .start = health};
const struct surface surface_ready = {
    .name = STR_INIT("ready"), .start = ask_ready, .loaded = tell_ready};
const struct surface surface_metrics = {
    .name = STR_INIT("metrics"), .start = ask_metrics, .loaded = tell_metrics};
const struct surface surface_preflight = {.name = STR_INIT("preflight"),
                                          .start = preflight};
