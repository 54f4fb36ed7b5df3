/* SPDX-License-Identifier: MIT */
/* Embeddings between OpenAI's form and a vendor's. */
#include "core/embed.h"

#include "core/base/base64.h"
#include "core/dialects/dialect.h"

#include <float.h>

enum { BODY_BYTES = 256 * 1024 * 1024 }; /* the arena is the nearer limit */

/* ---- the request ---- */

static const struct str known[] = {
    STR_INIT("model"),           STR_INIT("input"), STR_INIT("dimensions"),
    STR_INIT("encoding_format"), STR_INIT("user"),
};

static void check_inputs(struct chat_reading *r, struct jval input,
                         const struct embed_request *q)
{
    if (r->rc != SL_OK)
        return;
    if (q->n == 0)
        reading_wrong(r, input, STR("must hold at least one text"));
    for (size_t i = 0; i < q->n; i++) {
        if (q->inputs[i].n == 0)
            reading_wrong(
                r, json_is_arr(input) ? json_at(input, (uint32_t)i) : input,
                STR("must not be an empty string"));
    }
}

static void read_inputs(struct chat_reading *r, struct embed_request *q)
{
    struct jval input = json_get(r->root, STR("input"));
    struct jval first = json_at(input, 0);

    if (json_is_null(input)) {
        reading_missing(r, r->root, STR("input"), STR("is required"));
        return;
    }
    if (json_is_num(first) || json_is_arr(first)) {
        reading_wrong(r, input,
                      STR("must be text: the provider of this model takes no "
                          "arrays of tokens"));
        return;
    }
    reading_texts(r, r->root, STR("input"), &q->inputs, &q->n);
    check_inputs(r, input, q);
}

static void read_dimensions(struct chat_reading *r, struct embed_request *q)
{
    struct jval v = json_get(r->root, STR("dimensions"));

    if (json_is_null(v))
        return;
    if (!json_i64(v, &q->dimensions) || q->dimensions < 1)
        reading_wrong(r, v, STR("must be an integer of at least 1"));
}

static void read_format(struct chat_reading *r, struct embed_request *q)
{
    struct str format = reading_text(r, r->root, STR("encoding_format"));

    q->wants_base64 = str_eq(format, STR("base64"));
    if (r->rc == SL_OK && format.n != 0 && !q->wants_base64 &&
        !str_eq(format, STR("float")))
        reading_wrong(r, json_get(r->root, STR("encoding_format")),
                      STR("must be \"float\" or \"base64\""));
}

enum sl_rc embed_read(struct str body, struct arena *a,
                      struct embed_request **request, struct err *err)
{
    struct embed_request *q = arena_new(a, struct embed_request);
    struct chat_request extras = {0};
    struct chat_reading r = {.arena = a, .request = &extras, .err = err};
    enum sl_rc rc = q == NULL ? SL_NOMEM : reading_body(&r, body);

    if (rc != SL_OK)
        return rc;
    q->model = reading_text(&r, r.root, STR("model"));
    q->user = reading_text(&r, r.root, STR("user"));
    read_inputs(&r, q);
    read_dimensions(&r, q);
    read_format(&r, q);
    reading_extras(&r, known, SL_LEN(known));
    q->extras = extras.extras;
    q->n_extras = extras.n_extras;
    if (r.rc == SL_OK)
        *request = q;
    return r.rc;
}

static bool is_kept(struct str name, const struct str *kept, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(name, kept[i]))
            return true;
    }
    return false;
}

void embed_lose_rest(struct embed_writing *w, const struct str *kept, size_t n)
{
    const struct embed_request *q = w->request;

    if (q->user.n != 0)
        chat_lose(w->loss, STR("user"), CHAT_DROPPED);
    for (size_t i = 0; i < q->n_extras; i++) {
        if (!is_kept(q->extras[i].name, kept, n))
            chat_lose(w->loss, q->extras[i].name, CHAT_DROPPED);
    }
}

enum sl_rc embed_write_request(const struct embedder *embedder,
                               const struct embed_request *request,
                               struct str model, struct arena *a,
                               struct embed_written *written)
{
    struct chat_loss loss;
    struct buf out;
    struct embed_writing w = {.arena = a,
                              .request = request,
                              .model = model,
                              .out = &out,
                              .loss = &loss,
                              .err = &written->err};
    enum sl_rc rc;

    *written = (struct embed_written){0};
    if (embedder->max_inputs != 0 && request->n > embedder->max_inputs)
        return err_set(&written->err, SL_BAD_REQUEST, STR("input"),
                       STR("holds more texts than the provider of this model "
                           "takes at once"));
    chat_loss_init(&loss, a);
    buf_init(&out, arena_mem(a), BODY_BYTES);
    rc = embedder->write_request(&w);
    if (rc == SL_OK && (out.failed || (loss.text.failed && !loss.text.over)))
        rc = SL_NOMEM;
    if (rc != SL_OK)
        return rc;
    written->body = buf_str(&out);
    written->loss = buf_str(&loss.text);
    return SL_OK;
}

/* ---- the answer ---- */

bool embed_room(struct embed_answer *answer, struct arena *a, size_t n)
{
    answer->vectors = arena_array(a, struct jval, n);
    answer->n = n;
    return answer->vectors != NULL;
}

enum sl_rc embed_take(struct embed_answer *answer, struct arena *a,
                      struct jval list, struct str member)
{
    struct jval_iter it = json_iter(list);

    if (!json_is_arr(list))
        return SL_UP_GARBAGE;
    if (!embed_room(answer, a, json_count(list)))
        return SL_NOMEM;
    for (size_t i = 0; json_iter_next(&it); i++)
        answer->vectors[i] =
            member.n == 0 ? it.value : json_get(it.value, member);
    return SL_OK;
}

static int64_t count_words(struct str text)
{
    int64_t n = 0;
    bool is_inside = false;

    for (size_t i = 0; i < text.n; i++) {
        bool is_space = (unsigned char)text.p[i] <= ' ';

        n += !is_space && !is_inside;
        is_inside = !is_space;
    }
    return n;
}

int64_t embed_tokens(const struct embed_request *request,
                     const struct embed_answer *answer)
{
    int64_t n = 0;

    if (answer->input_tokens >= 0)
        return answer->input_tokens;
    for (size_t i = 0; i < request->n; i++)
        n += count_words(request->inputs[i]);
    return n;
}

/* Bytes of a float32, the least first; false: it is none. */
static bool add_float(struct buf *out, struct jval v)
{
    double wide;
    float narrow;
    uint32_t bits;

    if (!json_is_num(v) || !json_f64(v, &wide) || wide > (double)FLT_MAX ||
        wide < -(double)FLT_MAX)
        return false;
    narrow = (float)wide;
    memcpy(&bits, &narrow, sizeof(bits));
    for (unsigned shift = 0; shift < 32; shift += 8)
        buf_add_char(out, (char)(unsigned char)(bits >> shift & 0xff));
    return true;
}

/* One vector's bytes replace what stands in scratch. */
static bool pack(struct buf *scratch, struct jval vector)
{
    struct jval_iter it = json_iter(vector);

    buf_reset(scratch);
    if (!json_is_arr(vector))
        return false;
    while (json_iter_next(&it)) {
        if (!add_float(scratch, it.value))
            return false;
    }
    return true;
}

static enum sl_rc write_vectors(const struct embed_request *q,
                                const struct embed_answer *answer,
                                struct buf *scratch, struct buf *out)
{
    for (size_t i = 0; i < answer->n; i++) {
        if (!pack(scratch, answer->vectors[i]))
            return scratch->failed ? SL_NOMEM : SL_UP_GARBAGE;
        buf_add(out, i == 0 ? STR("{\"object\":\"embedding\",\"index\":")
                            : STR(",{\"object\":\"embedding\",\"index\":"));
        buf_add_u64(out, i);
        buf_add(out, STR(",\"embedding\":"));
        if (q->wants_base64) {
            buf_add_char(out, '"');
            base64_write(out, buf_str(scratch), BASE64_STANDARD);
            buf_add_char(out, '"');
        } else {
            buf_add(out, json_raw(answer->vectors[i]));
        }
        buf_add_char(out, '}');
    }
    return scratch->failed || out->failed ? SL_NOMEM : SL_OK;
}

static enum sl_rc write_answer(const struct embed_request *q,
                               const struct embed_answer *answer,
                               struct arena *a, struct str *text)
{
    int64_t tokens = embed_tokens(q, answer);
    struct buf out;
    struct buf scratch;
    enum sl_rc rc;

    buf_init(&out, arena_mem(a), BODY_BYTES);
    buf_init(&scratch, arena_mem(a), BODY_BYTES);
    buf_add(&out, STR("{\"object\":\"list\",\"data\":["));
    rc = write_vectors(q, answer, &scratch, &out);
    if (rc != SL_OK)
        return rc;
    buf_add(&out, STR("],\"model\":"));
    json_str(&out, q->model);
    buf_add(&out, STR(",\"usage\":{\"prompt_tokens\":"));
    buf_add_i64(&out, tokens);
    buf_add(&out, STR(",\"total_tokens\":"));
    buf_add_i64(&out, tokens);
    buf_add(&out, STR("}}"));
    if (out.failed)
        return SL_NOMEM;
    *text = buf_str(&out);
    return SL_OK;
}

enum sl_rc embed_read_answer(const struct embedder *embedder,
                             const struct embed_request *request,
                             struct str body, struct arena *a,
                             struct embed_answer *answer)
{
    struct json *doc = arena_new(a, struct json);
    enum sl_rc rc;

    if (doc == NULL)
        return SL_NOMEM;
    *answer = (struct embed_answer){.input_tokens = -1};
    rc = json_parse(doc, body, a, NULL, NULL);
    if (rc != SL_OK)
        return rc == SL_NOMEM ? SL_NOMEM : SL_UP_GARBAGE;
    if (!json_is_obj(json_root(doc)))
        return SL_UP_GARBAGE;
    rc = embedder->read_answer(json_root(doc), a, answer);
    if (rc == SL_OK && answer->n != request->n)
        rc = SL_UP_GARBAGE;
    return rc;
}

enum sl_rc embed_write_answer(const struct embedder *embedder,
                              const struct embed_request *request,
                              struct str body, struct arena *a,
                              struct embed_reply *reply)
{
    struct embed_answer answer;
    enum sl_rc rc = embed_read_answer(embedder, request, body, a, &answer);

    if (rc == SL_OK)
        rc = write_answer(request, &answer, a, &reply->body);
    if (rc == SL_OK) {
        reply->usage = USAGE_UNKNOWN;
        reply->usage.input_tokens = answer.input_tokens;
    }
    return rc;
}
