/* SPDX-License-Identifier: MIT */
/* OpenAI's surfaces with a multipart body: transcriptions, translations, image
 * edits and variations. The form is held up to and including its `model` part,
 * whose value is replaced; what follows streams through. */
#include "core/api/answer.h"
#include "core/api/request.h"
#include "core/api/upload.h"
#include "core/http/multipart.h"

struct form {
    struct answer answer; /* first: found by its attempt */
    struct race race;
    struct lookup lookup;
    struct multipart parts;
    struct upload upload;
    size_t value_n; /* bytes of the model part's value, at parts.value_at */
    bool is_found;
};

static void send(struct exchange *x, struct attempt *a)
{
    struct form *f = (struct form *)a;
    struct http_framing framing = {.body = HTTP_BODY_CHUNKED};
    struct str kept = buf_str(&f->upload.kept);
    struct str value = {kept.p + f->parts.value_at, f->value_n};

    if (x->framing.body == HTTP_BODY_LENGTH) {
        framing.body = HTTP_BODY_LENGTH;
        framing.length = x->framing.length - value.n + a->model.n;
    }
    fetch_field(x, &a->fetch, STR("content-type"),
                http_value(&x->fields, STR("content-type")));
    fetch_field(x, &a->fetch, STR("accept"), STR("*/*"));
    request_forward_fields(x, &a->fetch, false);
    fetch_open(x, &a->fetch, STR("POST"),
               request_path(x, a, f->answer.endpoint), &framing);
    upload_send(x, &f->upload, &a->fetch, value, a->model);
    answer_expect(x, &f->answer);
}

static bool can_resend(struct exchange *x, struct attempt *a)
{
    struct form *f = (struct form *)a;

    (void)x;
    return !a->committed && f->upload.is_whole;
}

static const struct attempt_events attempt_on = {
    send, can_resend, answer_head, answer_body, answer_failed, answer_aside,
};

/* It is the same for all. */
static bool prepare(struct exchange *x, struct answer *an, struct failure *why)
{
    const struct target *t = an->target;

    (void)why;
    return request_name_fits(x, t->provider->compat, t->model);
}

/* A body that streams through can't be sent twice at once. */
static const struct answer_kind kind = {.on = &attempt_on, .prepare = prepare};

static void go(struct exchange *x, const struct plan *plan)
{
    struct form *f = x->state;

    f->answer.kind = &kind;
    race_start(x, &f->race, &f->answer, plan);
}

static void missing_model(struct exchange *x)
{
    reply_failure(x, &(struct failure){
                         .rc = SL_BAD_REQUEST,
                         .param = STR("model"),
                         .code = STR("missing_required_parameter"),
                         .what = STR("the form has no `model` part: name it "
                                     "as provider/model"),
                     });
}

static void find_model(struct exchange *x, struct form *f)
{
    enum sl_rc rc = multipart_find(&f->parts, buf_str(&f->upload.kept));
    struct str name;

    if (rc == SL_AGAIN && !f->upload.is_complete)
        return;
    if (rc == SL_AGAIN) {
        reply_rc(x, SL_BAD_REQUEST, STR("the form ends too early"));
        return;
    }
    if (rc == SL_NOT_FOUND || (rc == SL_OK && f->parts.value.n == 0)) {
        missing_model(x);
        return;
    }
    if (rc != SL_OK) {
        reply_rc(x, rc == SL_TOO_LARGE ? rc : SL_BAD_REQUEST,
                 STR("the multipart form is malformed"));
        return;
    }
    f->is_found = true;
    f->value_n = f->parts.value.n;
    if (!arena_copy(&x->arena, f->parts.value, &name))
        x->failed = true;
    else
        lookup_start(x, &f->lookup, name, go);
}

static void body(struct exchange *x, struct str bytes, bool last)
{
    struct form *f = x->state;

    if (!upload_take(x, &f->upload, &f->answer.attempt.fetch, bytes, last))
        return;
    if (!f->is_found)
        find_model(x, f);
    else if (f->upload.is_sent)
        answer_expect_still(x, &f->answer);
}

static void start(struct exchange *x)
{
    struct str type = http_value(&x->fields, STR("content-type"));
    struct str boundary;
    struct form *f;

    if (http_is_media(type, STR("application/json"))) {
        x->surface = &surface_json;
        x->surface->start(x);
        return;
    }
    if (!request_is_plain(x))
        return;
    if (!http_is_media(type, STR("multipart/form-data")) ||
        multipart_boundary(type, &boundary) != SL_OK) {
        reply_rc(x, SL_BAD_REQUEST,
                 STR("a multipart/form-data body with its boundary is "
                     "expected"));
        return;
    }
    f = arena_new(&x->arena, struct form);
    if (f == NULL) {
        x->failed = true;
        return;
    }
    x->state = f;
    x->body.mode = BODY_STREAMED;
    f->answer.endpoint = x->route->endpoint;
    upload_init(x, &f->upload);
    multipart_init(&f->parts, boundary, STR("model"));
}

static void loaded(struct exchange *x, enum sl_rc rc, struct str bytes)
{
    struct form *f = x->state;

    lookup_loaded(x, &f->lookup, rc, bytes);
}

static void release(struct exchange *x)
{
    struct form *f = x->state;

    if (f == NULL)
        return;
    race_release(&f->race);
    upload_release(&f->upload);
    model_lists_release(f->lookup.lists);
}

const struct surface surface_form = {
    .name = STR_INIT("form"),
    .start = start,
    .body = body,
    .loaded = loaded,
    .release = release,
};
