/* SPDX-License-Identifier: MIT */
/* Images and speech: OpenAI's bodies, Workers AI's, Gemini's. */
#include "core/media.h"

#include "support.h"

#include <stdio.h>

/* "400 WHERE", or the text. */
static struct str said(enum sl_rc rc, struct str text, const struct err *err)
{
    static char failure[256];

    if (rc == SL_OK)
        return text;
    snprintf(failure, sizeof(failure), "%d %.*s", rc_info(rc)->status,
             (int)err->where.n, err->where.n == 0 ? "" : err->where.p);
    return str_of(failure);
}

/* ---- requests ---- */

struct request_row {
    const char *name;
    const struct painter *painter; /* or */
    const struct speaker *speaker;
    const char *model, *in, *want, *loss; /* want: or "400 WHERE" */
};

#define WORKERS &painter_workers_ai, NULL
#define GEMINI &painter_gemini, NULL
#define WORKERS_SPEAK NULL, &speaker_workers_ai
#define GEMINI_SPEAK NULL, &speaker_gemini

static const struct request_row requests[] = {
    {"as it is", WORKERS, "m", "{\"model\":\"x\",\"prompt\":\"p\"}",
     "{\"prompt\":\"p\"}", NULL},
    {"a size, and all else", WORKERS, "m",
     "{\"prompt\":\"p\",\"n\":1,\"size\":\"512x768\",\"quality\":\"high\","
     "\"steps\":4,\"response_format\":\"url\",\"stream\":false}",
     "{\"prompt\":\"p\",\"width\":512,\"height\":768,\"steps\":4}",
     "quality;dropped"},
    {"no size", WORKERS, "m", "{\"prompt\":\"p\",\"size\":\"auto\"}",
     "{\"prompt\":\"p\"}", NULL},
    {"Gemini", GEMINI, "m", "{\"prompt\":\"p\",\"style\":\"vivid\"}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"p\"}]}],"
     "\"generationConfig\":{\"responseModalities\":[\"TEXT\",\"IMAGE\"]}}",
     "style;dropped"},
    {"the nearest shape", GEMINI, "m",
     "{\"prompt\":\"p\",\"size\":\"1792x1024\"}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"p\"}]}],"
     "\"generationConfig\":{\"responseModalities\":[\"TEXT\",\"IMAGE\"],"
     "\"imageConfig\":{\"aspectRatio\":\"16:9\"}}}",
     "size;approximated"},
    {"too many", WORKERS, "m", "{\"prompt\":\"p\",\"n\":2}", "400 n", NULL},
    {"none", WORKERS, "m", "{\"prompt\":\"p\",\"n\":0}", "400 n", NULL},
    {"no prompt", WORKERS, "m", "{}", "400 prompt", NULL},
    {"no text", WORKERS, "m", "{\"prompt\":1}", "400 prompt", NULL},
    {"a size of one side", WORKERS, "m", "{\"prompt\":\"p\",\"size\":\"512\"}",
     "400 size", NULL},
    {"a size of nothing", WORKERS, "m", "{\"prompt\":\"p\",\"size\":\"0x512\"}",
     "400 size", NULL},
    {"a form", WORKERS, "m", "{\"prompt\":\"p\",\"response_format\":\"x\"}",
     "400 response_format", NULL},
    {"a stream", WORKERS, "m", "{\"prompt\":\"p\",\"stream\":true}",
     "400 stream", NULL},
    {"no object", WORKERS, "m", "[]", "400 ", NULL},
    {"no JSON", WORKERS, "m", "{", "400 ", NULL},

    {"Deepgram", WORKERS_SPEAK, "@cf/deepgram/aura-1",
     "{\"input\":\"hi\",\"voice\":\"luna\",\"response_format\":\"wav\","
     "\"speed\":1}",
     "{\"text\":\"hi\",\"speaker\":\"luna\",\"encoding\":\"linear16\","
     "\"container\":\"wav\"}",
     NULL},
    {"OpenAI's voice", WORKERS_SPEAK, "@cf/deepgram/aura-1",
     "{\"input\":\"hi\",\"voice\":\"alloy\",\"instructions\":\"i\",\"speed\":2,"
     "\"x\":1}",
     "{\"text\":\"hi\",\"encoding\":\"mp3\"}",
     "voice;approximated, instructions;dropped, speed;dropped, x;dropped"},
    {"MeloTTS", WORKERS_SPEAK, "@cf/myshell-ai/melotts",
     "{\"input\":\"hi\",\"voice\":\"fr\"}",
     "{\"prompt\":\"hi\",\"lang\":\"fr\"}", NULL},
    {"MeloTTS, OpenAI's voice", WORKERS_SPEAK, "@cf/myshell-ai/melotts",
     "{\"input\":\"hi\",\"voice\":\"nova\"}", "{\"prompt\":\"hi\"}",
     "voice;approximated"},
    {"Gemini speaks", GEMINI_SPEAK, "m",
     "{\"input\":\"hi\",\"voice\":{\"id\":\"Puck\"}}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],"
     "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"],"
     "\"speechConfig\":{\"voiceConfig\":{\"prebuiltVoiceConfig\":{"
     "\"voiceName\":\"Puck\"}}}}}",
     NULL},
    {"and how", GEMINI_SPEAK, "m",
     "{\"input\":\"hi\",\"voice\":\"onyx\",\"instructions\":\"Sadly\","
     "\"speed\":0.5,\"x\":1}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Sadly: hi\"}]}],"
     "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"],"
     "\"speechConfig\":{\"voiceConfig\":{\"prebuiltVoiceConfig\":{"
     "\"voiceName\":\"Kore\"}}}}}",
     "voice;approximated, speed;dropped, x;dropped, instructions;moved"},
    {"no voice", GEMINI_SPEAK, "m", "{\"input\":\"hi\"}",
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],"
     "\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}",
     NULL},
    {"no input", GEMINI_SPEAK, "m", "{\"input\":\"\"}", "400 input", NULL},
    {"a format", GEMINI_SPEAK, "m",
     "{\"input\":\"hi\",\"response_format\":\"midi\"}", "400 response_format",
     NULL},
    {"events", GEMINI_SPEAK, "m",
     "{\"input\":\"hi\",\"stream_format\":\"sse\"}", "400 stream_format", NULL},
    {"a voice of a number", GEMINI_SPEAK, "m", "{\"input\":\"hi\",\"voice\":1}",
     "400 voice", NULL},
};

static enum sl_rc write_row(const struct request_row *row, struct arena *a,
                            struct media_written *w, struct err *err)
{
    struct image_request *image;
    struct speech_request *speech;
    enum sl_rc rc = row->painter != NULL
                        ? image_read(str_of(row->in), a, &image, err)
                        : speech_read(str_of(row->in), a, &speech, err);

    if (rc != SL_OK)
        return rc;
    rc = row->painter != NULL
             ? image_write(row->painter, image, str_of(row->model), a, w)
             : speech_write(row->speaker, speech, str_of(row->model), a, w);
    *err = w->err;
    return rc;
}

static bool give_request(void *ctx, struct test_mem *m)
{
    const struct request_row *row = ctx;
    struct media_written w = {0};
    struct err err = {0};
    struct arena a;
    enum sl_rc rc;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    rc = write_row(row, &a, &w, &err);
    if (rc != SL_NOMEM) {
        check_str_case(row->name, said(rc, w.body, &err), str_of(row->want));
        check_str_case(row->name, w.loss, str_of(row->loss));
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static void requests_are_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(requests); i++) {
        struct request_row row = requests[i];

        test_each_allocation(give_request, &row);
    }
}

/* ---- answers ---- */

struct answer_row {
    const char *name;
    const struct painter *painter; /* or */
    const struct speaker *speaker;
    const char *request, *type, *answer;
    const char *want_type, *want, *loss; /* want: NULL is garbage; or
                                            "ERROR STATUS" */
};

#define PROMPT "{\"prompt\":\"p\"}"
#define URL "{\"prompt\":\"p\",\"response_format\":\"url\"}"
#define SAY(format) "{\"input\":\"hi\",\"response_format\":\"" format "\"}"
#define JSON "application/json"
#define PART(type, data) \
    "{\"inlineData\":{\"mimeType\":\"" type "\",\"data\":\"" data "\"}}"
#define CANDIDATE(parts, reason)                                          \
    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" parts \
    "]},\"finishReason\":\"" reason                                       \
    "\"}],\"usageMetadata\":{\"promptTokenCount\":3,"                     \
    "\"candidatesTokenCount\":4}}"

static const struct answer_row answers[] = {
    {"bytes", WORKERS, PROMPT, "image/jpeg", "\xff\xd8", JSON,
     "{\"created\":1700000000,\"data\":[{\"b64_json\":\"/9g=\"}],"
     "\"output_format\":\"jpeg\"}",
     NULL},
    {"an envelope", WORKERS, URL, JSON,
     "{\"result\":{\"image\":\"/9j/4A==\"},\"success\":true}", JSON,
     "{\"created\":1700000000,\"data\":[{\"url\":"
     "\"data:image/jpeg;base64,/9j/4A==\"}],\"output_format\":\"jpeg\"}",
     NULL},
    {"another picture in one", WORKERS, PROMPT, JSON,
     "{\"result\":{\"image\":\"iVBO\"}}", JSON,
     "{\"created\":1700000000,\"data\":[{\"b64_json\":\"iVBO\"}],"
     "\"output_format\":\"png\"}",
     NULL},
    {"no success", WORKERS, PROMPT, JSON,
     "{\"success\":false,\"errors\":[{\"code\":3040,\"message\":\"x\"}]}", JSON,
     "ERROR 429", NULL},
    {"no image", WORKERS, PROMPT, JSON, "{\"result\":{},\"success\":true}",
     JSON, NULL, NULL},
    {"an empty one", WORKERS, PROMPT, "image/png", "", JSON, NULL, NULL},
    {"no JSON", WORKERS, PROMPT, "text/html", "<", JSON, NULL, NULL},
    {"Gemini", GEMINI, PROMPT, JSON,
     CANDIDATE("{\"text\":\"Here\"}," PART("image/png", "QQ=="), "STOP"), JSON,
     "{\"created\":1700000000,\"data\":[{\"b64_json\":\"QQ==\"}],"
     "\"output_format\":\"png\",\"usage\":{\"input_tokens\":3,"
     "\"output_tokens\":4,\"total_tokens\":7}}",
     NULL},
    {"Gemini refuses", GEMINI, PROMPT, JSON,
     CANDIDATE("{\"text\":\"\"}", "IMAGE_SAFETY"), JSON, "ERROR 400", NULL},
    {"Gemini only talks", GEMINI, PROMPT, JSON,
     CANDIDATE("{\"text\":\"no\"}", "STOP"), JSON, NULL, NULL},
    {"Gemini's nothing", GEMINI, PROMPT, JSON, "[", JSON, NULL, NULL},

    {"sound", WORKERS_SPEAK, SAY("mp3"), "audio/mpeg", "abc", "audio/mpeg",
     "abc", NULL},
    {"another sound than asked", WORKERS_SPEAK, SAY("opus"), "audio/mpeg",
     "abc", "audio/mpeg", "abc", "response_format;approximated"},
    {"an envelope of sound", WORKERS_SPEAK, SAY("mp3"), JSON,
     "{\"result\":{\"audio\":\"YWJj\"},\"success\":true}", "audio/mpeg", "abc",
     NULL},
    {"a wave in one", WORKERS_SPEAK, SAY("wav"), JSON,
     "{\"result\":{\"audio\":\"UklGRg==\"}}", "audio/wav", "RIFF", NULL},
    {"not base64", WORKERS_SPEAK, SAY("mp3"), JSON,
     "{\"result\":{\"audio\":\"?\"}}", NULL, NULL, NULL},
    {"no sound", WORKERS_SPEAK, SAY("mp3"), JSON,
     "{\"success\":false,\"errors\":[{\"code\":5007,\"message\":\"x\"}]}", NULL,
     "ERROR 400", NULL},
    {"bare samples", GEMINI_SPEAK, SAY("pcm"), JSON,
     CANDIDATE(PART("audio/L16;codec=pcm;rate=24000", "YWJj"), "STOP"),
     "audio/pcm", "abc", NULL},
    {"no samples", GEMINI_SPEAK, SAY("pcm"), JSON,
     CANDIDATE("{\"text\":\"no\"}", "STOP"), NULL, NULL, NULL},
    {"samples that are none", GEMINI_SPEAK, SAY("pcm"), JSON,
     CANDIDATE(PART("audio/L16", "?"), "STOP"), NULL, NULL, NULL},
    {"Gemini will not say it", GEMINI_SPEAK, SAY("pcm"), JSON,
     CANDIDATE("{\"text\":\"\"}", "SAFETY"), NULL, "ERROR 400", NULL},
};

static enum sl_rc answer_row(const struct answer_row *row, struct arena *a,
                             struct media_reply *reply)
{
    const struct media_given given = {str_of(row->type), str_of(row->answer),
                                      1700000000};
    struct image_request *image;
    struct speech_request *speech;
    enum sl_rc rc = row->painter != NULL
                        ? image_read(str_of(row->request), a, &image, NULL)
                        : speech_read(str_of(row->request), a, &speech, NULL);

    if (rc != SL_OK)
        return rc;
    return row->painter != NULL
               ? image_answer(row->painter, image, &given, a, reply)
               : speech_answer(row->speaker, speech, &given, a, reply);
}

static bool give_answer(void *ctx, struct test_mem *m)
{
    const struct answer_row *row = ctx;
    struct media_reply reply = {0};
    char failure[32];
    struct arena a;
    enum sl_rc rc;

    arena_init(&a, &m->mem, 256, SIZE_MAX);
    rc = answer_row(row, &a, &reply);
    snprintf(failure, sizeof(failure), "ERROR %d", reply.error.status);
    if (rc == SL_UP_ERROR)
        check_str_case(row->name, str_of(failure), str_of(row->want));
    else if (rc != SL_NOMEM)
        assert_int_equal(rc, row->want == NULL ? SL_UP_GARBAGE : SL_OK);
    if (rc == SL_OK) {
        check_str_case(row->name, reply.body, str_of(row->want));
        check_str_case(row->name, reply.type, str_of(row->want_type));
        check_str_case(row->name, reply.loss, str_of(row->loss));
    }
    arena_release(&a);
    return rc != SL_NOMEM;
}

static void answers_are_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < SL_LEN(answers); i++) {
        struct answer_row row = answers[i];

        test_each_allocation(give_answer, &row);
    }
}

/* Samples become a file, whose head says what they are. */
static void samples_get_a_head(void **state)
{
    static const char want[] =
        "RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0"
        "\x10\0data\4\0\0\0abcd";
    static const struct answer_row row = {
        "samples",
        GEMINI_SPEAK,
        SAY("mp3"),
        JSON,
        CANDIDATE(PART("audio/L16;codec=pcm; rate=8000", "YWJjZA=="), "STOP"),
        NULL,
        NULL,
        NULL};
    struct media_reply reply;
    struct test_mem m;
    struct arena a;

    (void)state;
    test_mem_init(&m);
    arena_init(&a, &m.mem, 4096, SIZE_MAX);
    assert_int_equal(answer_row(&row, &a, &reply), SL_OK);
    check_str(reply.type, STR("audio/wav"));
    check_str(reply.body, str_range(want, want + sizeof(want) - 1));
    check_str(reply.loss, STR("response_format;approximated"));
    assert_int_equal(reply.usage.input_tokens, 3);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written),
        cmocka_unit_test(answers_are_written),
        cmocka_unit_test(samples_get_a_head),
    };

    return test_run("media", tests, SL_LEN(tests));
}
