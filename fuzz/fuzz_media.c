/* SPDX-License-Identifier: MIT */
/* Embeddings, images and speech: what is read can be written, as JSON; what a
 * provider answers never crashes. */
#include "core/dialects/ollama_embed.h"
#include "core/media.h"
#include "fuzz_dialect.h"

static const struct embedder *const embedders[] = {
    &embedder_openai,     &embedder_gemini, &embedder_cohere,
    &embedder_workers_ai, &embedder_ollama, &embedder_bedrock_titan,
};

static void embeddings(uint8_t kind, struct str text, struct arena *a)
{
    const struct embedder *embedder = embedders[kind % SL_LEN(embedders)];
    struct ollama_embed e = {.is_legacy = kind % 2 != 0};
    struct embed_request one = {.inputs = &text, .n = 1};
    struct embed_written written;
    struct embed_reply reply;

    if (ollama_embed_read(&e, text, a, NULL) == SL_OK &&
        embed_write_request(embedder, e.request, STR("m"), a, &written) ==
            SL_OK)
        FUZZ_CHECK(fuzz_is_json(written.body, a));
    e.request = &one;
    if (ollama_embed_write(&e, embedder, text, a, &reply) == SL_OK)
        FUZZ_CHECK(fuzz_is_json(reply.body, a));
}

static void images(const struct painter *painter, struct str text,
                   struct arena *a)
{
    const struct media_given given = {STR("application/json"), text, 0};
    const struct image_request one = {.n = 1};
    struct image_request *q;
    struct media_written written;
    struct media_reply reply;

    if (image_read(text, a, &q, NULL) == SL_OK &&
        image_write(painter, q, STR("m"), a, &written) == SL_OK)
        FUZZ_CHECK(fuzz_is_json(written.body, a));
    if (image_answer(painter, &one, &given, a, &reply) == SL_OK)
        FUZZ_CHECK(fuzz_is_json(reply.body, a));
}

static void speech(const struct speaker *speaker, struct str text,
                   struct arena *a)
{
    const struct media_given given = {STR("application/json"), text, 0};
    const struct speech_request one = {.format = STR("wav")};
    struct speech_request *q;
    struct media_written written;
    struct media_reply reply;

    if (speech_read(text, a, &q, NULL) == SL_OK &&
        speech_write(speaker, q, STR("m"), a, &written) == SL_OK)
        FUZZ_CHECK(fuzz_is_json(written.body, a));
    FUZZ_CHECK(speech_answer(speaker, &one, &given, a, &reply) != SL_OK ||
               reply.body.n != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = fuzz_copy(data, size);
    struct str text = in;
    uint8_t kind = fuzz_byte(&text);
    struct arena a;

    arena_init(&a, &fuzz_mem, 4096, FUZZ_ARENA);
    embeddings(kind, text, &a);
    images(kind % 2 != 0 ? &painter_gemini : &painter_workers_ai, text, &a);
    speech(kind % 2 != 0 ? &speaker_gemini : &speaker_workers_ai, text, &a);
    arena_release(&a);
    fuzz_free(in);
    return 0;
}
