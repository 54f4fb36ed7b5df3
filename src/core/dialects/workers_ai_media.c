/* SPDX-License-Identifier: MIT */
/* Images and speech of Workers AI's models. Some answer with the bytes
 * themselves, some with base64 in the usual envelope. A speaker of Deepgram's
 * takes a text, MeloTTS a prompt. */
#include "core/base/base64.h"
#include "core/dialects/workers_ai.h"
#include "core/dialects/writing.h"
#include "core/media.h"

enum { MEDIA_BYTES = 256 * 1024 * 1024 }; /* the arena is the nearer limit */

/* The string `name` of the result in an envelope, or what failed in *error. */
static enum sl_rc read_envelope(const struct media_given *given,
                                struct arena *a, struct str name,
                                struct str *text, struct chat_error *error)
{
    struct json doc;
    struct jval v;
    enum sl_rc rc = json_parse(&doc, given->body, a, NULL, NULL);

    if (rc != SL_OK)
        return rc == SL_NOMEM ? rc : SL_UP_GARBAGE;
    if (workers_ai_error(json_root(&doc), a, error))
        return SL_UP_ERROR;
    v = json_get(workers_ai_result(json_root(&doc)), name);
    if (!json_is_str(v))
        return SL_UP_GARBAGE;
    return json_text(v, a, text) ? SL_OK : SL_NOMEM;
}

/* ---- images ---- */

static const struct str image_kept[] = {
    STR_INIT("negative_prompt"), STR_INIT("steps"),    STR_INIT("num_steps"),
    STR_INIT("guidance"),        STR_INIT("seed"),     STR_INIT("strength"),
    STR_INIT("image_b64"),       STR_INIT("mask_b64"),
};

static bool is_kept(struct str name)
{
    for (size_t i = 0; i < SL_LEN(image_kept); i++) {
        if (str_eq(name, image_kept[i]))
            return true;
    }
    return false;
}

static enum sl_rc write_image(struct image_writing *w)
{
    const struct image_request *q = w->request;

    buf_add_char(w->out, '{');
    member_text(w->out, STR("prompt"), q->prompt);
    if (q->width != 0) {
        member_i64(w->out, STR("width"), q->width);
        member_i64(w->out, STR("height"), q->height);
    }
    member_extras(w->out, q->extras, q->n_extras, image_kept,
                  SL_LEN(image_kept));
    buf_add_char(w->out, '}');
    for (size_t i = 0; i < q->n_extras; i++) {
        if (!is_kept(q->extras[i].name))
            chat_lose(w->loss, q->extras[i].name, CHAT_DROPPED);
    }
    return SL_OK;
}

static enum sl_rc read_image(const struct media_given *given, struct arena *a,
                             struct image_list *list)
{
    struct image *image = arena_new(a, struct image);
    struct buf data;
    enum sl_rc rc;

    if (image == NULL)
        return SL_NOMEM;
    if (str_starts_nocase(given->type, STR("image/"))) {
        buf_init(&data, arena_mem(a), MEDIA_BYTES);
        base64_write(&data, given->body, BASE64_STANDARD);
        *image = (struct image){given->type, buf_str(&data)};
        rc = data.failed ? SL_NOMEM : SL_OK;
    } else {
        rc = read_envelope(given, a, STR("image"), &image->data, &list->error);
        image->type = str_starts(image->data, STR("/9j/")) ? STR("image/jpeg")
                                                           : STR("image/png");
    }
    if (rc == SL_OK && image->data.n == 0)
        rc = SL_UP_GARBAGE;
    list->images = image;
    list->n = 1;
    return rc;
}

const struct painter painter_workers_ai = {
    .name = STR_INIT("workers-ai"),
    .write_request = write_image,
    .read_answer = read_image,
    .max_images = 1,
};

/* ---- speech ---- */

static void write_format(struct speech_writing *w)
{
    static const struct {
        struct str format, encoding, container;
    } rows[] = {
        {STR_INIT("mp3"), STR_INIT("mp3"), {0}},
        {STR_INIT("opus"), STR_INIT("opus"), STR_INIT("ogg")},
        {STR_INIT("aac"), STR_INIT("aac"), {0}},
        {STR_INIT("flac"), STR_INIT("flac"), {0}},
        {STR_INIT("wav"), STR_INIT("linear16"), STR_INIT("wav")},
        {STR_INIT("pcm"), STR_INIT("linear16"), STR_INIT("none")},
    };

    for (size_t i = 0; i < SL_LEN(rows); i++) {
        if (!str_eq(w->request->format, rows[i].format))
            continue;
        member_text(w->out, STR("encoding"), rows[i].encoding);
        member_text(w->out, STR("container"), rows[i].container);
    }
}

/* OpenAI's voices are left to the model's own. */
static void write_deepgram(struct speech_writing *w)
{
    const struct speech_request *q = w->request;

    member_text(w->out, STR("text"), q->input);
    if (speech_is_openai_voice(q->voice))
        chat_lose(w->loss, STR("voice"), CHAT_APPROXIMATED);
    else
        member_text(w->out, STR("speaker"), q->voice);
    write_format(w);
}

/* The voice is a language there. */
static void write_melo(struct speech_writing *w)
{
    const struct speech_request *q = w->request;

    member_text(w->out, STR("prompt"), q->input);
    if (speech_is_openai_voice(q->voice))
        chat_lose(w->loss, STR("voice"), CHAT_APPROXIMATED);
    else
        member_text(w->out, STR("lang"), q->voice);
}

static enum sl_rc write_speech(struct speech_writing *w)
{
    const struct speech_request *q = w->request;

    buf_add_char(w->out, '{');
    if (str_has(w->model, STR("melotts")))
        write_melo(w);
    else
        write_deepgram(w);
    buf_add_char(w->out, '}');
    if (q->instructions.n != 0)
        chat_lose(w->loss, STR("instructions"), CHAT_DROPPED);
    if (q->speed.raw.n != 0 && (q->speed.value < 1 || q->speed.value > 1))
        chat_lose(w->loss, STR("speed"), CHAT_DROPPED);
    for (size_t i = 0; i < q->n_extras; i++)
        chat_lose(w->loss, q->extras[i].name, CHAT_DROPPED);
    return SL_OK;
}

static enum sl_rc read_speech(const struct media_given *given, struct arena *a,
                              struct speech_sound *sound)
{
    struct str base64 = {0};
    struct buf bytes;
    enum sl_rc rc;

    if (str_starts_nocase(given->type, STR("audio/"))) {
        sound->type = given->type;
        sound->bytes = given->body;
        return SL_OK;
    }
    rc = read_envelope(given, a, STR("audio"), &base64, &sound->error);
    if (rc != SL_OK)
        return rc;
    buf_init(&bytes, arena_mem(a), MEDIA_BYTES);
    rc = base64_read(&bytes, base64, BASE64_STANDARD);
    if (bytes.failed)
        return SL_NOMEM;
    sound->bytes = buf_str(&bytes);
    sound->type = str_starts(sound->bytes, STR("RIFF")) ? STR("audio/wav")
                                                        : STR("audio/mpeg");
    return rc == SL_OK && bytes.n != 0 ? SL_OK : SL_UP_GARBAGE;
}

const struct speaker speaker_workers_ai = {
    .name = STR_INIT("workers-ai"),
    .write_request = write_speech,
    .read_answer = read_speech,
};
