/* SPDX-License-Identifier: MIT */
#include "core/api/pings.h"

#include "core/dialects/dialect.h"

enum { ERROR_BYTES = 65536 };

void pings_allow(struct exchange *x, bool is_array)
{
    x->pings.may_open = x->config->early_pings;
    x->pings.is_array = is_array;
}

void pings_start(struct exchange *x)
{
    x->pings.is_on = true;
    x->pings.has_opened = false;
}

int64_t pings_next_time(const struct exchange *x)
{
    bool is_wanted = x->pings.is_on || x->pings.has_opened || x->pings.may_open;
    int64_t since = x->pings.sent_ms;

    if (!is_wanted || x->dialect->ping.n == 0 || x->config->pings_ms == 0)
        return 0;
    return (since != 0 ? since : x->start_ms) + x->config->pings_ms;
}

static void open_stream(struct exchange *x)
{
    x->pings.has_opened = true;
    x->record.is_stream = true;
    reply_start(x, 200);
    reply_field(x, STR("content-type"),
                x->pings.is_array ? STR("application/json")
                                  : x->dialect->stream_type);
    reply_field(x, STR("cache-control"), STR("no-cache"));
    reply_head_send(x, -1);
}

void pings_on_time(struct exchange *x)
{
    int64_t at = pings_next_time(x);

    if (at == 0 || x->now_ms < at)
        return;
    if (!x->head_sent)
        open_stream(x);
    reply_send(x, x->dialect->ping);
}

bool pings_fail(struct exchange *x, const struct failure *f)
{
    struct chat_error error = failure_error(f);
    struct chat_event ev = {.kind = CHAT_EVENT_ERROR, .error = error};
    struct chat_loss loss;
    struct buf out;
    struct chat_encoder e = {.dialect = x->dialect,
                             .arena = &x->arena,
                             .turn = &x->turn,
                             .out = &out,
                             .id = x->record.id,
                             .now_s = x->wall_ms / 1000,
                             .loss = &loss,
                             .is_json_array = x->pings.is_array};

    if (!x->pings.has_opened)
        return false;
    chat_loss_init(&loss, &x->arena);
    buf_init(&out, arena_mem(&x->arena), ERROR_BYTES);
    x->dialect->encode(&e, &ev);
    if (e.failed || out.failed)
        return false;
    reply_send(x, buf_str(&out));
    reply_end(x);
    return true;
}
