/* SPDX-License-Identifier: MIT */
/* The middle form of a chat: what every dialect is read into and written from,
 * so that N dialects give N × N pairs. Three things:
 *
 *   chat_request   what a client asks: messages of typed parts, tools,
 *                  parameters; what is not understood is kept as raw JSON
 *   chat_event     what a provider answers, piece by piece
 *   chat_answer    the same events, folded into a whole answer
 *
 * Texts are unescaped UTF-8, borrowed from the body they were read from or
 * from the exchange's arena; members called `raw` are JSON text. {0} is "not
 * given" everywhere. */
#ifndef SL_CHAT_H
#define SL_CHAT_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/usage.h"

struct dialect;

/* ---- the request ---- */

enum chat_role {
    CHAT_ROLE_SYSTEM, /* in any place; a developer's message too */
    CHAT_ROLE_USER,
    CHAT_ROLE_ASSISTANT,
    CHAT_ROLE_TOOL, /* its parts are CHAT_TOOL_RESULT, and only there */
};

enum chat_part_kind {
    CHAT_TEXT,
    CHAT_IMAGE,       /* media, or url, or file_id */
    CHAT_AUDIO,       /* media */
    CHAT_DOCUMENT,    /* media, or url, or file_id, or text; name */
    CHAT_REFUSAL,     /* text; the assistant's */
    CHAT_REASONING,   /* text and state; the assistant's. Redacted reasoning
                         has a state and no text */
    CHAT_TOOL_CALL,   /* id, name, arguments, state; the assistant's */
    CHAT_TOOL_RESULT, /* id, name (of its call), parts, is_error */
};

/* What only its maker understands and wants back unchanged: a signature of
 * Anthropic, a thought signature of Gemini, encrypted reasoning of OpenAI. A
 * dialect writes the state of its own vendor as it was; the state of another
 * one travels to a client wrapped (chat_state_wrap) and is lost on the way to
 * a provider that is not its maker. */
struct chat_state {
    struct str maker; /* name of the dialect it came from */
    struct str bytes;
};

struct chat_part {
    enum chat_part_kind kind;
    struct str text;
    struct str media_type; /* "image/png" */
    struct str data;       /* base64 */
    struct str url;        /* http(s), gs://, … ; never a data: URL */
    struct str file_id;    /* of a file the provider holds */
    struct str detail;     /* of an image: low, high, auto */
    struct str name;       /* of a file, or of a function */
    struct str id;         /* of a tool call */
    struct str arguments;  /* of a tool call: JSON text as the model wrote it;
                              may be invalid. {0}: none, {} is meant */
    bool is_custom;        /* a custom tool's call: arguments is plain text */
    bool is_error;         /* of a tool result */
    struct str cache_raw;  /* {"type":"ephemeral",…}: a prompt-cache marker
                              stands behind this part */
    struct chat_state state;
    struct chat_part *parts; /* of a tool result: text, images, documents */
    size_t n_parts;
    struct str raw; /* the client's own JSON of it where that says more than
                       the members above: for a target of the same dialect */
};

struct chat_message {
    enum chat_role role;
    struct str name; /* of the participant */
    struct chat_part *parts;
    size_t n;
};

struct chat_tool {
    struct str name;
    struct str description;
    struct str schema_raw; /* JSON Schema of the arguments; {0}: none */
    struct str strict_raw; /* true or false */
    struct str cache_raw;
    bool is_custom;        /* takes plain text; format_raw says which */
    struct str format_raw; /* of a custom tool, in the Responses' flat form */
    struct str server_raw; /* a tool that the vendor itself runs (web search,
                              code): its own JSON, nothing else is set */
    struct str maker;      /* name of the dialect whose server tool it is */
    struct str raw;        /* as of chat_part; {0} for a server tool */
};

enum chat_tool_choice {
    CHAT_CHOICE_UNSET,
    CHAT_CHOICE_AUTO,
    CHAT_CHOICE_NONE,
    CHAT_CHOICE_REQUIRED, /* some tool; of `allowed` if there are any */
    CHAT_CHOICE_NAMED,    /* choice_name */
};

enum chat_format {
    CHAT_FORMAT_TEXT,
    CHAT_FORMAT_JSON,   /* any JSON object */
    CHAT_FORMAT_SCHEMA, /* schema_raw */
};

enum chat_effort {
    CHAT_EFFORT_UNSET,
    CHAT_EFFORT_NONE, /* no reasoning */
    CHAT_EFFORT_MINIMAL,
    CHAT_EFFORT_LOW,
    CHAT_EFFORT_MEDIUM,
    CHAT_EFFORT_HIGH,
    CHAT_EFFORT_XHIGH,
    CHAT_EFFORT_MAX,
};

enum chat_bool {
    CHAT_UNSET,
    CHAT_NO,
    CHAT_YES,
};

/* A number as the client spelled it. */
struct chat_number {
    struct str raw; /* {0}: not given */
    double value;
};

/* A member the reader does not understand: kept for a target that may, named
 * as lost by all others. A name with a dot ("tools.defer_loading") is no
 * member of the request but of something in it: a note of what is lost. */
struct chat_extra {
    struct str name;
    struct str raw;
};

struct chat_request {
    const struct dialect *from; /* the client's */
    struct str model;           /* as the client named it */
    struct chat_message *messages;
    size_t n_messages;

    struct chat_tool *tools;
    size_t n_tools;
    enum chat_tool_choice choice;
    struct str choice_name;
    struct str *allowed; /* names of tools that may be used; NULL: all */
    size_t n_allowed;
    enum chat_bool parallel_tools;

    struct chat_number max_tokens; /* of the output, reasoning included */
    struct chat_number temperature, top_p, top_k, min_p;
    struct chat_number presence_penalty, frequency_penalty;
    struct chat_number seed, n;
    struct str *stop;
    size_t n_stop;
    bool wants_logprobs;
    struct chat_number top_logprobs;

    enum chat_format format;
    struct str schema_name, schema_description, schema_raw, schema_strict_raw;

    enum chat_effort effort;
    int64_t reasoning_budget;       /* tokens; -1: not given */
    enum chat_bool wants_reasoning; /* the text (or summary) of it */
    struct str reasoning_summary;   /* auto, concise, detailed */
    /* Encrypted reasoning in the answer. Where a provider has none, nothing is
     * lost: the text comes without it. */
    enum chat_bool wants_sealed_state;
    struct str reasoning_raw; /* how a client of the target's own dialect says
                                 this, where the members above can't */

    struct str user;
    struct str metadata_raw;       /* an object of strings */
    struct str service_tier;       /* in OpenAI's words */
    struct str prompt_cache_key;   /* requests alike share a cache */
    struct str verbosity;          /* low, medium, high */
    bool wants_image, wants_audio; /* modalities of the answer beyond text */
    struct str audio_raw;          /* {"voice","format"}, OpenAI's */
    struct str store_raw;          /* true or false */
    /* The answer that this one goes on from, kept by whoever gave it. Nothing
     * is stored here: without a store the request can't be answered. */
    struct str previous_response_id;
    bool stream;
    bool wants_usage; /* in the stream; always true where the dialect always
                         reports it */
    struct chat_extra *extras;
    size_t n_extras;
    struct chat_extra *repeats; /* what the client's dialect says again in its
                                   answer, as the client wrote it */
    size_t n_repeats;
};

/* ---- the answer, piece by piece ---- */

enum chat_finish {
    CHAT_FINISH_NONE, /* not known yet */
    CHAT_FINISH_STOP,
    CHAT_FINISH_STOP_SEQUENCE, /* one of `stop`; its text may be known */
    CHAT_FINISH_LENGTH,
    CHAT_FINISH_TOOLS,
    CHAT_FINISH_FILTER, /* refused or blocked */
};

enum chat_event_kind {
    CHAT_EVENT_START,      /* id, model, created_s: once, first */
    CHAT_EVENT_TEXT,       /* text */
    CHAT_EVENT_REFUSAL,    /* text */
    CHAT_EVENT_REASONING,  /* text */
    CHAT_EVENT_STATE,      /* state: of the reasoning that came right before; or
                              with no reasoning before it, redacted reasoning */
    CHAT_EVENT_TOOL_START, /* tool, id, name, is_custom, state */
    CHAT_EVENT_TOOL_ARGUMENTS, /* tool, text: a piece of the JSON text. Pieces
                                  of several calls may alternate */
    CHAT_EVENT_TOOL_END,       /* tool: its arguments are complete */
    CHAT_EVENT_IMAGE,          /* media_type, text: base64; or url */
    CHAT_EVENT_AUDIO,          /* media_type, text: base64 */
    CHAT_EVENT_CITATION,       /* url, title of a source of the text before */
    CHAT_EVENT_LOGPROBS,       /* raw: a JSON array of OpenAI's token objects,
                                  for the text that comes next */
    CHAT_EVENT_USAGE,          /* usage so far; -1: as before */
    CHAT_EVENT_FINISH,         /* finish, stop_sequence: of one choice */
    CHAT_EVENT_ERROR,          /* error: the provider failed. Ends the stream */
    CHAT_EVENT_END,            /* the provider said all is said */
};

/* A failure that a provider reports, in a body or in a stream. */
struct chat_error {
    int status;             /* of HTTP, 400 … 599; 0: not said */
    struct str type;        /* OpenAI's word, or {0} */
    struct str code;        /* {0}: none */
    struct str param;       /* {0}: none */
    struct str message;     /* {0}: none */
    int64_t retry_after_ms; /* 0: not said */
};

/* OpenAI's word for what a status means. */
struct str chat_error_type(int status);
/* The same for a finish, also in log and metrics; {0}: not known yet. */
struct str chat_finish_name(enum chat_finish finish);

/* Slices are borrowed for the call. */
struct chat_event {
    enum chat_event_kind kind;
    uint32_t choice; /* 0 unless the client asked for n > 1 */
    uint32_t tool;   /* the call's number within its choice, from 0 */
    struct str text;
    struct str id, name, model;
    struct str media_type, url, title;
    struct str raw;
    struct str stop_sequence;
    struct chat_state state;
    bool is_custom;
    enum chat_finish finish;
    int64_t created_s;
    struct usage usage;
    struct chat_error error;
};

/* Who is told of events. */
struct chat_sink {
    void (*on_event)(struct chat_sink *sink, const struct chat_event *ev);
};

/* ---- the answer, whole ---- */

struct chat_choice {
    struct chat_part *parts; /* text, refusal, reasoning, tool calls, images,
                                audio, in the order they came */
    size_t n, cap;
    enum chat_finish finish;
    struct str stop_sequence;
    struct buf logprobs; /* elements of OpenAI's token array, with commas */
    struct chat_citation {
        struct str url, title;
        size_t part; /* the text part it belongs to */
    } * citations;
    size_t n_citations, citations_cap;
};

struct chat_answer {
    struct str id, model;
    int64_t created_s;
    struct chat_choice *choices;
    size_t n, cap;
    struct usage usage;
    struct chat_error error; /* .status != 0 or a message: it failed */
    bool has_error;
    bool has_end;
};

/* Folds events into an answer, in arena. `sink` first, so that a decoder can
 * be given it.
 *
 *     chat_fold_init(&f, arena);
 *     dialect->decode_whole(&decoder, body);      decoder.sink = &f.sink
 *     rc = chat_fold_end(&f);
 *     ... f.answer */
struct chat_fold {
    struct chat_sink sink;
    struct chat_answer answer;
    /* private */
    struct arena *arena;
    struct chat_open *open; /* parts whose text is still coming */
    bool failed;
};

void chat_fold_init(struct chat_fold *f, struct arena *a);
/* SL_OK, SL_NOMEM. */
SL_MUST_USE enum sl_rc chat_fold_end(struct chat_fold *f);

/* ---- what dialects share ---- */

/* What is known now replaces what was known before. */
void chat_usage_add(struct usage *have, const struct usage *now);

/* Names what a translation drops or changes, each thing once:
 * "seed;dropped, temperature;approximated" (the field sluice-loss). */
struct chat_loss {
    struct buf text;
};
void chat_loss_init(struct chat_loss *l, struct arena *a);
/* how: "dropped", "approximated" or "moved". what: a parameter's name as the
 * client wrote it, or "messages.image" for a kind of part. */
void chat_lose(struct chat_loss *l, struct str what, struct str how);
#define CHAT_DROPPED STR("dropped")
#define CHAT_APPROXIMATED STR("approximated")
#define CHAT_MOVED STR("moved")

/* "none", "minimal" … ; {0} for UNSET. */
struct str chat_effort_name(enum chat_effort e);
/* False: no such word. */
bool chat_effort_read(struct str name, enum chat_effort *e);
/* What an effort is worth in tokens where a budget is wanted, and the
 * reverse: 1024, 2048, 8192, 16384, 24576, 32768 from MINIMAL to MAX. */
int64_t chat_effort_budget(enum chat_effort e);
enum chat_effort chat_budget_effort(int64_t budget);

/* A state on its way to a client whose dialect is not its maker's:
 * "sluice:gemini:BYTES". Unwrapping gives maker and bytes back; a text without
 * the prefix is a state of `own`. */
struct str chat_state_wrap(const struct chat_state *s, const struct str own,
                           struct arena *a);
struct chat_state chat_state_unwrap(struct str text, struct str own);

/* The name of the function that a call of this id names, searched backwards
 * from message `before`; {0}: no such call. */
struct str chat_call_name(const struct chat_request *r, size_t before,
                          struct str id);

/* Splits "data:image/png;base64,AAAA"; false when it is no such URL. */
bool chat_data_url(struct str url, struct str *media_type, struct str *data);

#endif
