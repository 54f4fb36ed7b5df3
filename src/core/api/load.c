/* SPDX-License-Identifier: MIT */
/* Loads that have nothing to load. Nearly every chat of Ollama's clients is
 * none and says so at its top level, so that is looked at first. */
#include "core/api/load.h"

#include "core/base/json.h"
#include "core/dialects/dialect.h"
#include "core/dialects/ollama_lists.h"

enum { LOADED_BYTES = 65536 };

/* False: no JSON, which is told when it is read as a chat; or no memory. */
static bool parse(struct exchange *x, struct json *doc)
{
    enum sl_rc rc =
        json_parse(doc, str_trim(body_bytes(x)), &x->turn, NULL, NULL);

    x->failed = x->failed || rc == SL_NOMEM;
    return rc == SL_OK;
}

/* Most bodies say at once that they are none. */
static bool may_be_load(struct str body)
{
    enum { EMPTY = 8 }; /* "[]" and the like */
    struct json_want want[] = {{.name = STR_INIT("messages")},
                               {.name = STR_INIT("prompt")}};

    return json_scan(body, want, SL_LEN(want), NULL) == SL_OK &&
           want[0].value.n <= EMPTY && want[1].value.n <= EMPTY;
}

bool load_is_asked(struct exchange *x, const struct dialect *client)
{
    struct json doc;

    return (client == &dialect_ollama || client == &dialect_ollama_generate) &&
           may_be_load(str_trim(body_bytes(x))) && parse(x, &doc) &&
           ollama_is_load(json_root(&doc));
}

void load_answer(struct exchange *x, const struct dialect *client,
                 const struct target *t)
{
    struct json doc;
    struct buf out;

    if (!parse(x, &doc))
        return;
    buf_init(&out, arena_mem(&x->arena), LOADED_BYTES);
    ollama_write_loaded(&out, json_root(&doc),
                        client == &dialect_ollama_generate, x->wall_ms / 1000);
    if (out.failed) {
        x->failed = true;
        return;
    }
    reply_start(x, 200);
    reply_field(x, STR("sluice-provider"), t->provider->name);
    reply_field(x, STR("sluice-model"), t->model);
    reply_field(x, STR("content-type"), STR("application/json"));
    reply_head_send(x, (int64_t)out.n);
    reply_send(x, buf_str(&out));
    reply_end(x);
}
