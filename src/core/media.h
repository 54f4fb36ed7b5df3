/* SPDX-License-Identifier: MIT */
/* Images and speech: OpenAI's requests read, what OpenAI answers written. What
 * stands between is a vendor's: a painter or a speaker, one for each wire
 * format, in dialects/.
 *
 *     rc = image_read(body, arena, &request, &err);
 *     rc = image_write(&painter_workers_ai, request, model, arena, &written);
 *     ... written.body goes to the provider, its answer is `given`
 *     rc = image_answer(&painter_workers_ai, request, &given, arena, &reply);
 *
 * Speech the same way. Providers' reference: openai-chat, sections 8 and 9. */
#ifndef SL_MEDIA_H
#define SL_MEDIA_H

#include "core/base/json.h"
#include "core/chat.h"

/* A provider's request. */
struct media_written {
    struct str body; /* in arena */
    struct str loss; /* {0}: nothing was lost */
    struct err err;  /* with SL_BAD_REQUEST: it can't be said */
};

/* A provider's answer, of status 2xx. */
struct media_given {
    struct str type; /* its content-type */
    struct str body;
    int64_t now_s; /* Unix time */
};

/* What goes to the client. */
struct media_reply {
    struct str type; /* content-type */
    struct str body; /* in arena, or the provider's own */
    struct str loss; /* of the answer's side; {0}: nothing was lost */
    struct usage usage;
    struct chat_error error; /* with SL_UP_ERROR: why there is nothing */
};

/* ---- images ---- */

struct image_request {
    struct str model, prompt;
    int64_t n;                 /* at least 1 */
    int64_t width, height;     /* pixels; 0: as the model likes */
    bool wants_url;            /* response_format: a data: URL is one */
    struct chat_extra *extras; /* quality, style, … and what is unknown */
    size_t n_extras;
};

/* Reads OpenAI's images/generations; body outlives the request. SL_OK;
 * SL_SYNTAX; SL_BAD_REQUEST (err says where and what); SL_TOO_LARGE;
 * SL_NOMEM. */
SL_MUST_USE enum sl_rc image_read(struct str body, struct arena *a,
                                  struct image_request **request,
                                  struct err *err);

struct image_writing {
    struct arena *arena;
    const struct image_request *request;
    struct str model; /* as the provider knows it */
    struct buf *out;
    struct chat_loss *loss;
    struct err *err;
};

struct image {
    struct str type; /* "image/png" */
    struct str data; /* base64 */
};

/* What a provider has painted. */
struct image_list {
    struct image *images;
    size_t n;
    struct usage usage;
    struct chat_error error; /* with SL_UP_ERROR */
};

struct painter {
    struct str name;
    /* SL_OK; SL_BAD_REQUEST with w->err; memory is seen in w->out. */
    enum sl_rc (*write_request)(struct image_writing *w);
    /* SL_OK with at least one image, SL_UP_GARBAGE, SL_UP_ERROR, SL_NOMEM. */
    enum sl_rc (*read_answer)(const struct media_given *given, struct arena *a,
                              struct image_list *list);
    size_t max_images; /* of one request */
};

/* SL_OK, SL_BAD_REQUEST, SL_NOMEM. */
SL_MUST_USE enum sl_rc image_write(const struct painter *painter,
                                   const struct image_request *request,
                                   struct str model, struct arena *a,
                                   struct media_written *written);
/* SL_OK, SL_UP_GARBAGE, SL_UP_ERROR, SL_NOMEM. */
SL_MUST_USE enum sl_rc image_answer(const struct painter *painter,
                                    const struct image_request *request,
                                    const struct media_given *given,
                                    struct arena *a, struct media_reply *reply);

extern const struct painter painter_workers_ai;
extern const struct painter painter_gemini;

/* ---- speech ---- */

struct speech_request {
    struct str model, input;
    struct str voice;        /* {0}: the model's own */
    struct str instructions; /* how to speak */
    struct str format;       /* mp3, opus, aac, flac, wav, pcm */
    struct chat_number speed;
    struct chat_extra *extras;
    size_t n_extras;
};

/* Reads OpenAI's audio/speech, as image_read. A stream of events is refused. */
SL_MUST_USE enum sl_rc speech_read(struct str body, struct arena *a,
                                   struct speech_request **request,
                                   struct err *err);
/* OpenAI's voices have no namesakes elsewhere. */
bool speech_is_openai_voice(struct str voice);

struct speech_writing {
    struct arena *arena;
    const struct speech_request *request;
    struct str model;
    struct buf *out;
    struct chat_loss *loss;
    struct err *err;
};

/* What a provider has said. */
struct speech_sound {
    struct str type;  /* "audio/mpeg"; "audio/L16;rate=24000": bare samples */
    struct str bytes; /* borrowed, or in the arena */
    struct usage usage;
    struct chat_error error;
};

struct speaker {
    struct str name;
    enum sl_rc (*write_request)(struct speech_writing *w);
    enum sl_rc (*read_answer)(const struct media_given *given, struct arena *a,
                              struct speech_sound *sound);
};

SL_MUST_USE enum sl_rc speech_write(const struct speaker *speaker,
                                    const struct speech_request *request,
                                    struct str model, struct arena *a,
                                    struct media_written *written);
/* Bare samples get the head of a WAV file, unless "pcm" was asked for; another
 * format than was asked for is named as approximated. */
SL_MUST_USE enum sl_rc speech_answer(const struct speaker *speaker,
                                     const struct speech_request *request,
                                     const struct media_given *given,
                                     struct arena *a,
                                     struct media_reply *reply);

extern const struct speaker speaker_workers_ai;
extern const struct speaker speaker_gemini;

#endif
