/* SPDX-License-Identifier: MIT */
/* Images and speech of Gemini: chats whose answer is one, so that the dialect
 * writes the request and reads the answer. */
#include "core/base/base64.h"
#include "core/dialects/dialect.h"
#include "core/dialects/writing.h"
#include "core/media.h"

enum { MEDIA_BYTES = 256 * 1024 * 1024 }; /* the arena is the nearer limit */

/* `wish` with one message of the user's; as if the dialect's own client asked,
 * so that its extras are kept. */
static enum sl_rc write_chat(struct chat_writing *w,
                             const struct chat_request *wish, struct str text,
                             struct err *err)
{
    static const struct chat_quirks none = {0};
    struct chat_part part = {.kind = CHAT_TEXT, .text = text};
    struct chat_message message = {
        .role = CHAT_ROLE_USER, .parts = &part, .n = 1};
    struct chat_request q = *wish;

    q.from = &dialect_gemini;
    q.messages = &message;
    q.n_messages = 1;
    q.reasoning_budget = -1;
    w->request = &q;
    w->quirks = &none;
    dialect_gemini.write_request(w);
    w->request = NULL;
    if (w->refused.n != 0)
        return err_set(err, SL_BAD_REQUEST, w->refused_where, w->refused);
    return SL_OK;
}

/* The whole answer, folded; or why there is none. */
static enum sl_rc read_chat(const struct media_given *given, struct arena *a,
                            struct chat_fold *f, struct chat_error *error)
{
    struct chat_decoder d = {
        .dialect = &dialect_gemini, .arena = a, .turn = a, .sink = &f->sink};
    enum sl_rc rc;

    chat_fold_init(f, a);
    rc = dialect_gemini.decode_whole(&d, given->body);
    if (rc == SL_OK)
        rc = chat_fold_end(f);
    if (rc != SL_OK)
        return rc;
    *error = f->answer.error;
    return f->answer.has_error ? SL_UP_ERROR : SL_OK;
}

/* Nothing came, and nobody said that anything is wrong. */
static enum sl_rc refused(const struct chat_answer *answer,
                          struct chat_error *error)
{
    bool is_blocked =
        answer->n != 0 && answer->choices[0].finish == CHAT_FINISH_FILTER;

    if (!is_blocked)
        return SL_UP_GARBAGE;
    *error = (struct chat_error){
        .status = 400,
        .type = STR("invalid_request_error"),
        .code = STR("content_policy_violation"),
        .message = STR("the provider's safety system refused the request"),
    };
    return SL_UP_ERROR;
}

static const struct chat_part *next_part(const struct chat_answer *answer,
                                         enum chat_part_kind kind, size_t *at)
{
    const struct chat_choice *c = answer->n != 0 ? answer->choices : NULL;

    while (c != NULL && *at < c->n) {
        const struct chat_part *p = &c->parts[(*at)++];

        if (p->kind == kind && p->data.n != 0)
            return p;
    }
    return NULL;
}

/* ---- images ---- */

/* The shapes that Gemini paints. */
static const struct {
    int64_t width, height;
    struct str raw;
} shapes[] = {
    {1, 1, STR_INIT("{\"aspectRatio\":\"1:1\"}")},
    {2, 3, STR_INIT("{\"aspectRatio\":\"2:3\"}")},
    {3, 2, STR_INIT("{\"aspectRatio\":\"3:2\"}")},
    {3, 4, STR_INIT("{\"aspectRatio\":\"3:4\"}")},
    {4, 3, STR_INIT("{\"aspectRatio\":\"4:3\"}")},
    {4, 5, STR_INIT("{\"aspectRatio\":\"4:5\"}")},
    {5, 4, STR_INIT("{\"aspectRatio\":\"5:4\"}")},
    {9, 16, STR_INIT("{\"aspectRatio\":\"9:16\"}")},
    {16, 9, STR_INIT("{\"aspectRatio\":\"16:9\"}")},
    {21, 9, STR_INIT("{\"aspectRatio\":\"21:9\"}")},
};

/* How much wider one is than the other, from 1 on. */
static double stretch(size_t i, const struct image_request *q)
{
    double have = (double)q->width * (double)shapes[i].height;
    double want = (double)q->height * (double)shapes[i].width;

    return have > want ? have / want : want / have;
}

static struct str nearest_shape(const struct image_request *q)
{
    size_t best = 0;

    for (size_t i = 1; i < SL_LEN(shapes); i++) {
        if (stretch(i, q) < stretch(best, q))
            best = i;
    }
    return shapes[best].raw;
}

static enum sl_rc write_image(struct image_writing *w)
{
    const struct image_request *q = w->request;
    struct chat_extra shape = {STR("generationConfig.imageConfig"), {0}};
    struct chat_request chat = {.wants_image = true};
    struct chat_writing chatting = {
        .arena = w->arena, .model = w->model, .out = w->out, .loss = w->loss};

    for (size_t i = 0; i < q->n_extras; i++)
        chat_lose(w->loss, q->extras[i].name, CHAT_DROPPED);
    if (q->width != 0) {
        shape.raw = nearest_shape(q);
        chat.extras = &shape;
        chat.n_extras = 1;
        chat_lose(w->loss, STR("size"), CHAT_APPROXIMATED);
    }
    return write_chat(&chatting, &chat, q->prompt, w->err);
}

static enum sl_rc read_images(const struct media_given *given, struct arena *a,
                              struct image_list *list)
{
    struct chat_fold f;
    const struct chat_part *p;
    size_t at = 0;
    enum sl_rc rc = read_chat(given, a, &f, &list->error);

    if (rc != SL_OK)
        return rc;
    list->usage = f.answer.usage;
    list->images = arena_array(a, struct image,
                               f.answer.n == 0 ? 1 : f.answer.choices[0].n + 1);
    if (list->images == NULL)
        return SL_NOMEM;
    while ((p = next_part(&f.answer, CHAT_IMAGE, &at)) != NULL)
        list->images[list->n++] = (struct image){p->media_type, p->data};
    return list->n != 0 ? SL_OK : refused(&f.answer, &list->error);
}

const struct painter painter_gemini = {
    .name = STR_INIT("gemini"),
    .write_request = write_image,
    .read_answer = read_images,
    .max_images = 1,
};

/* ---- speech ---- */

/* OpenAI's voices have no namesakes: the first of Gemini's stands in. */
static struct str voice_config(struct speech_writing *w)
{
    struct str voice = w->request->voice;
    struct buf out;

    if (speech_is_openai_voice(voice)) {
        chat_lose(w->loss, STR("voice"), CHAT_APPROXIMATED);
        voice = STR("Kore");
    }
    buf_init(&out, arena_mem(w->arena), MEDIA_BYTES);
    buf_add(&out,
            STR("{\"voiceConfig\":{\"prebuiltVoiceConfig\":{\"voiceName\":"));
    json_str(&out, voice);
    buf_add(&out, STR("}}}"));
    w->out->failed |= out.failed;
    return buf_str(&out);
}

/* How to speak stands before what to say: "Cheerfully: Good morning". */
static struct str spoken(struct speech_writing *w)
{
    const struct speech_request *q = w->request;
    struct buf out;

    if (q->instructions.n == 0)
        return q->input;
    buf_init(&out, arena_mem(w->arena), MEDIA_BYTES);
    buf_add(&out, q->instructions);
    buf_add(&out, STR(": "));
    buf_add(&out, q->input);
    w->out->failed |= out.failed;
    chat_lose(w->loss, STR("instructions"), CHAT_MOVED);
    return buf_str(&out);
}

static enum sl_rc write_speech(struct speech_writing *w)
{
    const struct speech_request *q = w->request;
    struct chat_extra voice = {STR("generationConfig.speechConfig"), {0}};
    struct chat_request chat = {.wants_audio = true};
    struct chat_writing chatting = {
        .arena = w->arena, .model = w->model, .out = w->out, .loss = w->loss};

    if (q->voice.n != 0) {
        voice.raw = voice_config(w);
        chat.extras = &voice;
        chat.n_extras = 1;
    }
    if (q->speed.raw.n != 0 && (q->speed.value < 1 || q->speed.value > 1))
        chat_lose(w->loss, STR("speed"), CHAT_DROPPED);
    for (size_t i = 0; i < q->n_extras; i++)
        chat_lose(w->loss, q->extras[i].name, CHAT_DROPPED);
    return write_chat(&chatting, &chat, spoken(w), w->err);
}

static enum sl_rc read_speech(const struct media_given *given, struct arena *a,
                              struct speech_sound *sound)
{
    struct chat_fold f;
    const struct chat_part *p;
    struct buf bytes;
    size_t at = 0;
    enum sl_rc rc = read_chat(given, a, &f, &sound->error);

    if (rc != SL_OK)
        return rc;
    sound->usage = f.answer.usage;
    buf_init(&bytes, arena_mem(a), MEDIA_BYTES);
    while ((p = next_part(&f.answer, CHAT_AUDIO, &at)) != NULL) {
        sound->type = p->media_type;
        if (base64_read(&bytes, p->data, BASE64_STANDARD) != SL_OK)
            return bytes.failed ? SL_NOMEM : SL_UP_GARBAGE;
    }
    sound->bytes = buf_str(&bytes);
    return bytes.n != 0 ? SL_OK : refused(&f.answer, &sound->error);
}

const struct speaker speaker_gemini = {
    .name = STR_INIT("gemini"),
    .write_request = write_speech,
    .read_answer = read_speech,
};
