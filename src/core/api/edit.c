/* SPDX-License-Identifier: MIT */
/* Editing a body in place. Every byte that no edit touches stays the
 * client's. */
#include "core/api/edit.h"

enum {
    DROPS_MAX = 24,  /* members one provider refuses */
    EDIT_PIECES = 8, /* pieces that one edit can make */
};

enum sl_rc edit_read(struct edit *e, struct str body, struct json_want *session,
                     struct err *err)
{
    struct json_want want[WANTS + SESSION_WANTS] = {
        [WANT_MODEL] = {.name = STR_INIT("model")},
        [WANT_STREAM] = {.name = STR_INIT("stream")},
        [WANT_STREAM_OPTIONS] = {.name = STR_INIT("stream_options")},
    };
    enum sl_rc rc;

    overrides_want(&want[WANT_OVERRIDES]);
    session_want(&want[WANTS]);
    rc = json_scan(body, want, SL_LEN(want), err);
    if (rc != SL_OK)
        return rc;
    memcpy(e->want, want, sizeof(e->want));
    memcpy(session, &want[WANTS], SESSION_WANTS * sizeof(*want));
    return SL_OK;
}

/* stream_options with include_usage, however the client wrote it. */
static void ask_for_usage(struct edit *e, struct json_edit *edit)
{
    struct json_want usage = {.name = STR_INIT("include_usage")};
    struct str options = e->want[WANT_STREAM_OPTIONS].value;

    if (json_raw_type(options) != JSON_OBJECT) {
        e->hides_usage = true;
        if (options.n != 0)
            json_edit_replace(edit, options, STR("{\"include_usage\":true}"));
        else
            json_edit_insert(edit, edit->text, STR("stream_options"),
                             STR("{\"include_usage\":true}"));
        return;
    }
    if (json_scan(options, &usage, 1, NULL) != SL_OK ||
        json_raw_type(usage.value) == JSON_TRUE)
        return;
    e->hides_usage = true;
    if (usage.value.n != 0)
        json_edit_replace(edit, usage.value, STR("true"));
    else
        json_edit_insert(edit, options, STR("include_usage"), STR("true"));
}

/* Takes out what the provider would refuse, and notes it as lost. */
static void drop_members(struct exchange *x, struct edit *e,
                         const char *const *drops, struct json_edit *edit)
{
    struct json_want want[DROPS_MAX] = {0};
    struct chat_loss loss;
    size_t n = 0;

    for (; drops != NULL && drops[n] != NULL; n++) {
        SL_ASSERT(n < DROPS_MAX);
        want[n].name = str_of(drops[n]);
    }
    if (n == 0 || json_scan(edit->text, want, n, NULL) != SL_OK)
        return;
    chat_loss_init(&loss, &x->arena);
    for (size_t i = 0; i < n; i++) {
        if (want[i].member.n == 0)
            continue;
        json_edit_remove(edit, edit->text, want[i].member);
        chat_lose(&loss, want[i].name, CHAT_DROPPED);
    }
    e->loss = buf_str(&loss.text);
}

static struct str quoted(struct exchange *x, struct str text)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 65536);
    json_str(&out, text);
    if (out.failed)
        x->failed = true;
    return buf_str(&out);
}

static void set_model(struct exchange *x, const struct edit *e,
                      struct json_edit *edit, struct str model)
{
    struct str name;

    if (model.n == 0)
        return;
    name = quoted(x, model);
    if (e->want[WANT_MODEL].value.n != 0)
        json_edit_replace(edit, e->want[WANT_MODEL].value, name);
    else
        json_edit_insert(edit, edit->text, STR("model"), name);
}

void edit_write(struct exchange *x, struct edit *e, const struct edit_how *how)
{
    struct str pieces[EDIT_PIECES * (WANTS + DROPS_MAX)];
    struct json_edit edit;

    json_edit_init(&edit, str_trim(body_bytes(x)), &x->arena);
    e->hides_usage = false;
    e->loss = (struct str){0};
    set_model(x, e, &edit, how->model);
    for (size_t i = WANT_OVERRIDES; i < WANTS && !how->keeps_overrides; i++)
        if (e->want[i].member.n != 0)
            json_edit_remove(&edit, edit.text, e->want[i].member);
    drop_members(x, e, how->drops, &edit);
    if (how->asks_usage)
        ask_for_usage(e, &edit);
    e->n = json_edit_pieces(&edit, pieces, SL_LEN(pieces), &e->total);
    e->pieces = arena_array(&x->arena, struct str, e->n);
    if (e->n == 0 || e->pieces == NULL)
        x->failed = true;
    else
        memcpy(e->pieces, pieces, e->n * sizeof(pieces[0]));
}
