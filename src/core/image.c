/* SPDX-License-Identifier: MIT */
/* Images between OpenAI's form and a vendor's. */
#include "core/base/num.h"
#include "core/dialects/writing.h"
#include "core/media.h"

enum {
    BODY_BYTES = 256 * 1024 * 1024, /* the arena is the nearer limit */
    IMAGES = 10,                    /* OpenAI's most */
    PIXELS = 16384,                 /* of a side */
};

/* ---- the request ---- */

static const struct str known[] = {
    STR_INIT("model"),           STR_INIT("prompt"), STR_INIT("n"),
    STR_INIT("response_format"), STR_INIT("size"),   STR_INIT("stream"),
};

static bool read_side(struct str text, int64_t *side)
{
    uint64_t v;

    if (!num_u64(text, &v) || v == 0 || v > PIXELS)
        return false;
    *side = (int64_t)v;
    return true;
}

static void read_size(struct chat_reading *r, struct image_request *q)
{
    struct str size = reading_text(r, r->root, STR("size"));
    struct str width = str_before(size, 'x');

    if (size.n == 0 || str_eq(size, STR("auto")))
        return;
    if (!read_side(width, &q->width) ||
        !read_side(str_skip(size, width.n + 1), &q->height))
        reading_wrong(r, json_get(r->root, STR("size")),
                      STR("must be auto, or WIDTHxHEIGHT in pixels"));
}

static void read_count(struct chat_reading *r, struct image_request *q)
{
    struct jval n = json_get(r->root, STR("n"));

    q->n = 1;
    if (json_is_null(n))
        return;
    if (!json_i64(n, &q->n) || q->n < 1 || q->n > IMAGES)
        reading_wrong(r, n, STR("must be an integer from 1 to 10"));
}

static void read_form(struct chat_reading *r, struct image_request *q)
{
    struct jval v = json_get(r->root, STR("response_format"));

    q->wants_url = json_text_eq(v, STR("url"));
    if (!json_is_null(v) && !q->wants_url && !json_text_eq(v, STR("b64_json")))
        reading_wrong(r, v, STR("must be url or b64_json"));
    if (reading_bool(r, r->root, STR("stream")) == CHAT_YES)
        reading_wrong(r, json_get(r->root, STR("stream")),
                      STR("must be false: the provider of this model paints "
                          "no image in pieces"));
}

enum sl_rc image_read(struct str body, struct arena *a,
                      struct image_request **request, struct err *err)
{
    struct image_request *q = arena_new(a, struct image_request);
    struct chat_request extras = {0};
    struct chat_reading r = {.arena = a, .request = &extras, .err = err};
    enum sl_rc rc = q == NULL ? SL_NOMEM : reading_body(&r, body);

    if (rc != SL_OK)
        return rc;
    q->model = reading_text(&r, r.root, STR("model"));
    q->prompt = reading_text(&r, r.root, STR("prompt"));
    if (r.rc == SL_OK && q->prompt.n == 0)
        reading_missing(&r, r.root, STR("prompt"),
                        STR("must be a text that is not empty"));
    read_size(&r, q);
    read_count(&r, q);
    read_form(&r, q);
    reading_extras(&r, known, SL_LEN(known));
    q->extras = extras.extras;
    q->n_extras = extras.n_extras;
    if (r.rc == SL_OK)
        *request = q;
    return r.rc;
}

enum sl_rc image_write(const struct painter *painter,
                       const struct image_request *request, struct str model,
                       struct arena *a, struct media_written *written)
{
    struct chat_loss loss;
    struct buf out;
    struct image_writing w = {.arena = a,
                              .request = request,
                              .model = model,
                              .out = &out,
                              .loss = &loss,
                              .err = &written->err};
    enum sl_rc rc;

    *written = (struct media_written){0};
    if ((size_t)request->n > painter->max_images)
        return err_set(&written->err, SL_BAD_REQUEST, STR("n"),
                       STR("is more than the provider of this model paints at "
                           "once"));
    chat_loss_init(&loss, a);
    buf_init(&out, arena_mem(a), BODY_BYTES);
    rc = painter->write_request(&w);
    if (rc == SL_OK && (out.failed || loss.text.failed))
        rc = SL_NOMEM;
    if (rc != SL_OK)
        return rc;
    written->body = buf_str(&out);
    written->loss = buf_str(&loss.text);
    return SL_OK;
}

/* ---- the answer ---- */

/* "png" of "image/png". */
static struct str format_of(struct str type)
{
    return str_starts(type, STR("image/")) ? str_before(str_skip(type, 6), ';')
                                           : STR("png");
}

static void write_image(struct buf *out, const struct image *image,
                        bool wants_url)
{
    json_next(out);
    buf_add_char(out, '{');
    json_member(out, wants_url ? STR("url") : STR("b64_json"));
    buf_add_char(out, '"');
    if (wants_url) {
        buf_add(out, STR("data:"));
        json_str_part(out, image->type);
        buf_add(out, STR(";base64,"));
    }
    json_str_part(out, image->data);
    buf_add(out, STR("\"}"));
}

static void write_usage(struct buf *out, const struct usage *usage)
{
    if (usage->input_tokens < 0 || usage->output_tokens < 0)
        return;
    json_member(out, STR("usage"));
    buf_add_char(out, '{');
    member_i64(out, STR("input_tokens"), usage->input_tokens);
    member_i64(out, STR("output_tokens"), usage->output_tokens);
    member_i64(out, STR("total_tokens"),
               usage->input_tokens + usage->output_tokens);
    buf_add_char(out, '}');
}

enum sl_rc image_answer(const struct painter *painter,
                        const struct image_request *request,
                        const struct media_given *given, struct arena *a,
                        struct media_reply *reply)
{
    struct image_list list = {.usage = USAGE_UNKNOWN};
    struct buf out;
    enum sl_rc rc = painter->read_answer(given, a, &list);

    *reply = (struct media_reply){.type = STR("application/json"),
                                  .usage = list.usage,
                                  .error = list.error};
    if (rc != SL_OK)
        return rc;
    buf_init(&out, arena_mem(a), BODY_BYTES);
    buf_add_char(&out, '{');
    member_i64(&out, STR("created"), given->now_s);
    json_member(&out, STR("data"));
    buf_add_char(&out, '[');
    for (size_t i = 0; i < list.n; i++)
        write_image(&out, &list.images[i], request->wants_url);
    buf_add_char(&out, ']');
    member_text(&out, STR("output_format"), format_of(list.images[0].type));
    write_usage(&out, &list.usage);
    buf_add_char(&out, '}');
    reply->body = buf_str(&out);
    return out.failed ? SL_NOMEM : SL_OK;
}
