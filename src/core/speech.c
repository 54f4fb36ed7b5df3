/* SPDX-License-Identifier: MIT */
/* Speech between OpenAI's form and a vendor's. */
#include "core/base/num.h"
#include "core/dialects/dialect.h"
#include "core/media.h"

enum {
    BODY_BYTES = 256 * 1024 * 1024, /* the arena is the nearer limit */
    WAV_HEAD = 36, /* bytes of a WAV's head behind its first length */
    SAMPLE_BYTES = 2,
    RATE = 24000, /* samples of a second, where the type says none */
};

/* ---- the request ---- */

static const struct str known[] = {
    STR_INIT("model"),         STR_INIT("input"),           STR_INIT("voice"),
    STR_INIT("instructions"),  STR_INIT("response_format"), STR_INIT("speed"),
    STR_INIT("stream_format"),
};

static const struct {
    struct str name, type;
} formats[] = {
    {STR_INIT("mp3"), STR_INIT("audio/mpeg")},
    {STR_INIT("opus"), STR_INIT("audio/ogg")},
    {STR_INIT("aac"), STR_INIT("audio/aac")},
    {STR_INIT("flac"), STR_INIT("audio/flac")},
    {STR_INIT("wav"), STR_INIT("audio/wav")},
    {STR_INIT("pcm"), STR_INIT("audio/pcm")},
};

static struct str type_of(struct str format)
{
    for (size_t i = 0; i < SL_LEN(formats); i++) {
        if (str_eq(format, formats[i].name))
            return formats[i].type;
    }
    return (struct str){0};
}

static void read_voice(struct chat_reading *r, struct speech_request *q)
{
    struct jval v = json_get(r->root, STR("voice"));

    q->voice = json_is_obj(v) ? reading_text(r, v, STR("id"))
                              : reading_text(r, r->root, STR("voice"));
}

static void read_format(struct chat_reading *r, struct speech_request *q)
{
    struct jval stream = json_get(r->root, STR("stream_format"));

    q->format = reading_text(r, r->root, STR("response_format"));
    if (q->format.n == 0)
        q->format = STR("mp3");
    if (r->rc == SL_OK && type_of(q->format).n == 0)
        reading_wrong(r, json_get(r->root, STR("response_format")),
                      STR("must be mp3, opus, aac, flac, wav or pcm"));
    if (!json_is_null(stream) && !json_text_eq(stream, STR("audio")))
        reading_wrong(r, stream,
                      STR("must be audio: the provider of this model speaks "
                          "in no events"));
}

enum sl_rc speech_read(struct str body, struct arena *a,
                       struct speech_request **request, struct err *err)
{
    struct speech_request *q = arena_new(a, struct speech_request);
    struct chat_request extras = {0};
    struct chat_reading r = {.arena = a, .request = &extras, .err = err};
    enum sl_rc rc = q == NULL ? SL_NOMEM : reading_body(&r, body);

    if (rc != SL_OK)
        return rc;
    q->model = reading_text(&r, r.root, STR("model"));
    q->input = reading_text(&r, r.root, STR("input"));
    if (r.rc == SL_OK && q->input.n == 0)
        reading_missing(&r, r.root, STR("input"),
                        STR("must be a text that is not empty"));
    q->instructions = reading_text(&r, r.root, STR("instructions"));
    q->speed = reading_number(&r, r.root, STR("speed"));
    read_voice(&r, q);
    read_format(&r, q);
    reading_extras(&r, known, SL_LEN(known));
    q->extras = extras.extras;
    q->n_extras = extras.n_extras;
    if (r.rc == SL_OK)
        *request = q;
    return r.rc;
}

bool speech_is_openai_voice(struct str voice)
{
    static const struct str voices[] = {
        STR_INIT("alloy"), STR_INIT("ash"),   STR_INIT("ballad"),
        STR_INIT("cedar"), STR_INIT("coral"), STR_INIT("echo"),
        STR_INIT("fable"), STR_INIT("marin"), STR_INIT("nova"),
        STR_INIT("onyx"),  STR_INIT("sage"),  STR_INIT("shimmer"),
        STR_INIT("verse"),
    };

    for (size_t i = 0; i < SL_LEN(voices); i++) {
        if (str_eq(voice, voices[i]))
            return true;
    }
    return false;
}

enum sl_rc speech_write(const struct speaker *speaker,
                        const struct speech_request *request, struct str model,
                        struct arena *a, struct media_written *written)
{
    struct chat_loss loss;
    struct buf out;
    struct speech_writing w = {.arena = a,
                               .request = request,
                               .model = model,
                               .out = &out,
                               .loss = &loss,
                               .err = &written->err};
    enum sl_rc rc;

    *written = (struct media_written){0};
    chat_loss_init(&loss, a);
    buf_init(&out, arena_mem(a), BODY_BYTES);
    rc = speaker->write_request(&w);
    if (rc == SL_OK && (out.failed || loss.text.failed))
        rc = SL_NOMEM;
    if (rc != SL_OK)
        return rc;
    written->body = buf_str(&out);
    written->loss = buf_str(&loss.text);
    return SL_OK;
}

/* ---- the answer ---- */

static bool is_bare(struct str type)
{
    return str_starts_nocase(type, STR("audio/l16")) ||
           str_starts_nocase(type, STR("audio/pcm"));
}

/* "audio/L16;codec=pcm;rate=24000" */
static uint32_t rate_of(struct str type)
{
    struct str part;
    uint64_t rate;

    while (str_split(&type, ';', &part)) {
        part = str_trim(part);
        if (str_starts(part, STR("rate=")) &&
            num_u64(str_skip(part, 5), &rate) && rate > 0 && rate <= 192000)
            return (uint32_t)rate;
    }
    return RATE;
}

/* n bytes, the least first. */
static void add_little(struct buf *out, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_add_char(out, (char)(unsigned char)(v >> (8 * i) & 0xff));
}

/* One channel of 16-bit samples as a file (RIFF WAVE). */
static void write_wav(struct buf *out, struct str samples, uint32_t rate)
{
    buf_add(out, STR("RIFF"));
    add_little(out, WAV_HEAD + (uint64_t)samples.n, 4);
    buf_add(out, STR("WAVEfmt "));
    add_little(out, 16, 4);
    add_little(out, 1, 2); /* PCM */
    add_little(out, 1, 2); /* channels */
    add_little(out, rate, 4);
    add_little(out, (uint64_t)rate * SAMPLE_BYTES, 4);
    add_little(out, SAMPLE_BYTES, 2);
    add_little(out, 8 * SAMPLE_BYTES, 2);
    buf_add(out, STR("data"));
    add_little(out, samples.n, 4);
    buf_add(out, samples);
}

/* Whether a sound of this type is what was asked for. */
static bool is_asked(struct str format, struct str type)
{
    struct str bare = str_before(type, ';');

    return str_eq_nocase(bare, type_of(format)) ||
           (str_eq(format, STR("mp3")) &&
            str_eq_nocase(bare, STR("audio/mp3"))) ||
           (str_eq(format, STR("wav")) &&
            str_eq_nocase(bare, STR("audio/x-wav"))) ||
           (str_eq(format, STR("opus")) &&
            str_eq_nocase(bare, STR("audio/opus")));
}

enum sl_rc speech_answer(const struct speaker *speaker,
                         const struct speech_request *request,
                         const struct media_given *given, struct arena *a,
                         struct media_reply *reply)
{
    struct speech_sound sound = {.usage = USAGE_UNKNOWN};
    enum sl_rc rc = speaker->read_answer(given, a, &sound);
    bool is_pcm = str_eq(request->format, STR("pcm"));
    struct chat_loss loss;
    struct buf out;

    *reply = (struct media_reply){.type = sound.type,
                                  .body = sound.bytes,
                                  .usage = sound.usage,
                                  .error = sound.error};
    if (rc != SL_OK)
        return rc;
    chat_loss_init(&loss, a);
    buf_init(&out, arena_mem(a), BODY_BYTES);
    if (is_bare(sound.type) && !is_pcm) {
        write_wav(&out, sound.bytes, rate_of(sound.type));
        reply->type = STR("audio/wav");
        reply->body = buf_str(&out);
    } else if (is_bare(sound.type)) {
        reply->type = STR("audio/pcm");
    }
    if (!is_asked(request->format, reply->type))
        chat_lose(&loss, STR("response_format"), CHAT_APPROXIMATED);
    reply->loss = buf_str(&loss.text);
    return out.failed || loss.text.failed ? SL_NOMEM : SL_OK;
}
