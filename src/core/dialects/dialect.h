/* SPDX-License-Identifier: MIT */
/* A dialect: a wire format for chat. One file (and one for its requests)
 * in this directory, one row in dialect.c. Each does what its role needs:
 *
 *   as a client's:   read_request, encode, write_answer, write_error
 *   as a provider's: write_request, decode, decode_whole, read_error
 *
 * A member that is NULL says that it has not that role.
 *
 *     body ──read_request──► chat_request ──write_request──► body
 *     client                                             provider
 *     bytes ◄──encode──── chat_event ◄──────decode────── frames
 *
 * Nothing here does I/O or keeps anything between exchanges. All memory is the
 * exchange's arena; what one frame needs and no later one, its `turn`. */
#ifndef SL_DIALECT_H
#define SL_DIALECT_H

#include "core/base/json.h"
#include "core/base/url.h"
#include "core/chat.h"
#include "core/way.h"

/* ---- a client's request ---- */

/* Reading one. The body is parsed already; its text outlives the request.
 * Helpers below note the first thing that is wrong in err: rc SL_BAD_REQUEST,
 * where "messages[3].content[0].image_url". */
struct chat_reading {
    struct arena *arena;
    struct jval root;
    struct chat_request *request;
    struct err *err;
    enum sl_rc rc; /* SL_OK until something is wrong: then SL_BAD_REQUEST or
                      SL_NOMEM */
    /* What stands in the path where it is Gemini's way; else {0} and false. */
    struct str path_model;
    bool path_stream;
};

/* Parses a body that must be one object: r->root. SL_OK; SL_SYNTAX;
 * SL_BAD_REQUEST; SL_TOO_LARGE; SL_NOMEM; with r->err. */
SL_MUST_USE enum sl_rc reading_body(struct chat_reading *r, struct str body);

/* v is wrong: a sentence that says what is accepted. When v is absent, say
 * reading_missing with its parent. */
void reading_wrong(struct chat_reading *r, struct jval v, struct str what);
void reading_missing(struct chat_reading *r, struct jval parent,
                     struct str name, struct str what);
/* Members of an object by name. An absent or null member is "not given": the
 * result is left {0}. A wrong type is noted. */
struct str reading_text(struct chat_reading *r, struct jval object,
                        struct str name);
struct chat_number reading_number(struct chat_reading *r, struct jval object,
                                  struct str name);
enum chat_bool reading_bool(struct chat_reading *r, struct jval object,
                            struct str name);
/* Raw JSON of an object, an array; {0} when not given. */
struct str reading_object(struct chat_reading *r, struct jval object,
                          struct str name);
/* A string or an array of strings. */
void reading_texts(struct chat_reading *r, struct jval object, struct str name,
                   struct str **texts, size_t *n);
/* The text of a string value, which must be one. */
struct str reading_string(struct chat_reading *r, struct jval v);
/* n zeroed elements of T; NULL and rc SL_NOMEM without memory. */
void *reading_room(struct chat_reading *r, size_t n, size_t size);
#define READING_ARRAY(r, T, n) ((T *)reading_room((r), (n), sizeof(T)))
/* Top-level members that are not in `known`, as extras. */
void reading_extras(struct chat_reading *r, const struct str *known, size_t n);

/* ---- a provider's request ---- */

struct chat_writing {
    struct arena *arena;
    const struct chat_request *request;
    struct str model; /* as the provider knows it */
    struct buf *out;
    struct chat_loss *loss;
    /* The answer can't be had at all: an error of the caller's making (an
     * image where none can go, a schema that can't be converted). Noted once
     * with writing_refuse; {0} otherwise. */
    struct str refused;
    struct str refused_where;
    size_t schema_steps; /* taken to convert schemas (schema.h) */
    /* Of the row: what this provider differs in. */
    const struct chat_quirks *quirks;
};

void writing_refuse(struct chat_writing *w, struct str where, struct str what);
/* Does the provider (quirks.drops), or its model, refuse this member? Then it
 * is named as lost. */
bool writing_drops(struct chat_writing *w, struct str name);

/* ---- a provider's answer ---- */

/* A frame is what the framing yields: an event of SSE, a line of NDJSON, an
 * element of a JSON array, a message of AWS's event stream. */
struct chat_frame {
    struct str name; /* "event:" of SSE, :event-type or :exception-type */
    struct str data; /* JSON, unless the dialect says otherwise */
};

enum chat_framing {
    FRAMING_SSE,
    FRAMING_NDJSON,
    FRAMING_JSON_ARRAY,
    FRAMING_EVENT_STREAM, /* application/vnd.amazon.eventstream */
};

struct chat_decoder {
    const struct dialect *dialect;
    struct arena *arena;                /* lives as long as the answer */
    struct arena *turn;                 /* emptied after each frame */
    const struct chat_request *request; /* NULL when both are one dialect */
    struct chat_sink *sink;
    void *state; /* the dialect's own, in arena; NULL at the start */
};

/* Passes an event to the sink. */
void decoder_emit(struct chat_decoder *d, const struct chat_event *ev);
/* The state, made on first use; NULL: no memory. */
void *decoder_state(struct chat_decoder *d, size_t size);

/* ---- an answer that stands elsewhere ---- */

/* A provider's answer may be a promise: Replicate's says where to ask for the
 * prediction, or where its stream is. What is known of it: */
struct chat_promise {
    struct arena *arena;
    struct str body;         /* of the last answer, whole; its status was 2xx */
    bool wants_stream;       /* the client does */
    unsigned followed;       /* requests made for it so far, the first apart */
    struct url base;         /* the provider's own address */
    const struct str *hosts; /* others that its row trusts with its key */
    size_t n_hosts;
};

/* The next request for it. */
struct chat_follow {
    struct str url; /* absolute; {0}: none, the body is the answer */
    struct str method;
    struct str accept;
    int64_t delay_ms; /* to wait before */
    bool is_stream;   /* its answer is the stream */
};

/* True for an address of the provider's own origin, or of https at one of its
 * other hosts. */
bool promise_may_go(const struct chat_promise *p, struct str url);

/* ---- to the client ---- */

struct chat_encoder {
    const struct dialect *dialect;
    struct arena *arena;
    struct arena *turn;
    struct buf *out; /* the caller takes its bytes after each call */
    const struct chat_request *request;
    struct str id; /* of this exchange, hexadecimal: for ids we must invent */
    int64_t now_s; /* Unix time, where the provider says none */
    struct str model; /* what the client asked for, where the provider says
                         none */
    struct chat_loss *loss;
    bool is_json_array; /* Gemini's stream without "alt=sse" */
    int64_t n_passed;   /* frames that reached the client as they were: what is
                           written is numbered behind them */
    void *state;
    bool failed; /* no memory */
};

void *encoder_state(struct chat_encoder *e, size_t size);
/* A copy that lives as long as the exchange. */
struct str encoder_keep(struct chat_encoder *e, struct str text);

/* ---- the table ---- */

struct dialect {
    struct str name; /* "openai-chat" */

    /* As a client's. */
    enum sl_rc (*read_request)(struct chat_reading *r);
    /* One event of a stream; bytes to e->out. EVENT_END writes what ends it;
     * EVENT_ERROR the error event, after which nothing follows. */
    void (*encode)(struct chat_encoder *e, const struct chat_event *ev);
    /* A whole answer. */
    void (*write_answer)(struct chat_encoder *e, const struct chat_answer *a);
    /* The body of an error. status is that of the answer. */
    void (*write_error)(struct buf *out, const struct chat_error *error);
    struct str stream_type; /* content-type of a stream */
    struct str ping;        /* bytes that mean nothing to its clients */
    struct str id_field;    /* where they look for x-request-id; {0}: there */
    struct str history;     /* the member that holds the conversation; {0}:
                               messages */

    /* As a provider's. */
    void (*write_request)(struct chat_writing *w);
    /* SL_OK; SL_UP_GARBAGE: not understood; SL_NOMEM. */
    enum sl_rc (*decode)(struct chat_decoder *d, const struct chat_frame *f);
    enum sl_rc (*decode_whole)(struct chat_decoder *d, struct str body);
    /* What an error body says; out is zeroed, .status set to the answer's and
     * may be bettered (Gemini's wrong key is a 400). May be NULL. */
    void (*read_error)(struct str body, struct arena *a,
                       struct chat_error *out);
    /* Whether the answer stands elsewhere. SL_OK; SL_UP_GARBAGE: not
     * understood, or at a host that is not the provider's; SL_NOMEM. NULL: the
     * answer is always the answer. */
    enum sl_rc (*follow)(const struct chat_promise *p,
                         struct chat_follow *next);
    enum chat_framing framing;
    struct str accept; /* of a stream's request */
    struct str prefer; /* the field "prefer" of another's; {0}: none */
    /* What ends a stream after its last event, where there is such a thing:
     * decode makes EVENT_END of it, and a relay adds it where it is missing.
     * {0}: the end of the bytes after a finish is the end. */
    struct str end_mark;
};

extern const struct dialect dialect_openai_chat;
extern const struct dialect dialect_anthropic;
/* Reads what is to be counted: as dialect_anthropic, without max_tokens. Not
 * in the table. */
extern const struct dialect dialect_anthropic_count;
extern const struct dialect dialect_ollama;
extern const struct dialect dialect_ollama_generate;
extern const struct dialect dialect_workers_ai;
extern const struct dialect dialect_cohere;
extern const struct dialect dialect_replicate;
extern const struct dialect dialect_gemini;
extern const struct dialect dialect_bedrock;
extern const struct dialect dialect_openai_responses;
extern const struct dialect dialect_openai_completions;

/* OpenAI's chats and legacy completions: watched without being taken apart,
 * with the same options for a stream. */
bool dialect_is_openai(const struct dialect *d);
/* NULL: unknown. */
const struct dialect *dialect_find(struct str name);
extern const struct dialect *const dialects[];
extern const size_t dialects_n;

#endif
