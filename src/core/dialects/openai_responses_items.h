/* SPDX-License-Identifier: MIT */
/* The output of a response on its way to a client: a list of items, and how
 * they and the object around them are written. */
#ifndef SL_OPENAI_RESPONSES_ITEMS_H
#define SL_OPENAI_RESPONSES_ITEMS_H

#include "core/dialects/openai_responses.h"

/* One of the output. A message holds one part here: a text or a refusal. */
struct responses_item {
    struct responses_item *next;
    enum chat_part_kind kind; /* TEXT, REFUSAL, REASONING, TOOL_CALL, IMAGE */
    uint32_t index;           /* its place in the output */
    uint32_t tool;            /* number of the call */
    bool is_custom;
    bool is_open;      /* more may come */
    bool is_cut;       /* the limit of tokens came before its end */
    bool has_part;     /* the stream has been told of its first text */
    struct str id;     /* of a call */
    struct str name;   /* of a call; of an image: its format */
    struct str sealed; /* a state, ready for the client */
    struct buf text;   /* a summary, arguments, base64 too */
    size_t chars;      /* of text */
    struct buf notes;  /* annotations, with commas between */
    size_t n_notes;
    struct buf logprobs; /* elements, with commas between */
};

struct responses_output {
    struct responses_item *first, *last;
    struct responses_item
        *current; /* the open text, refusal or reasoning, if any */
    uint32_t n;
    int64_t sequence;
    struct str id, model; /* the provider's; {0}: none */
    int64_t created_s;
    bool has_begun;
    enum chat_finish finish;
    struct usage usage;
    struct buf logprobs; /* elements for the text that comes next */
    const struct chat_error *error;
};

/* The encoder's state, made on first use; NULL: no memory. */
struct responses_output *responses_output(struct chat_encoder *e);
/* One more item at the end, open; NULL and e->failed: no memory. */
struct responses_item *responses_new_item(struct chat_encoder *e,
                                          enum chat_part_kind kind);
void responses_add_text(struct chat_encoder *e, struct responses_item *i,
                        struct str text);

/* Did it end before it was complete? */
bool responses_is_short(enum chat_finish finish);

/* The rest writes JSON to e->out. is_empty: as it is before its text has
 * come. */

/* ,"name":"text" */
void responses_put_text(struct buf *out, struct str name, struct str text);
void responses_write_item_id(struct chat_encoder *e,
                             const struct responses_item *i);
/* {"type":"output_text",…} or the refusal of a message. */
void responses_write_part(struct chat_encoder *e,
                          const struct responses_item *i, bool is_empty);
/* {"type":"summary_text",…} */
void responses_write_summary(struct chat_encoder *e, struct str text);
void responses_write_item(struct chat_encoder *e,
                          const struct responses_item *i, bool is_empty);
/* The response object; is_ended: no longer in progress. */
void responses_write_whole(struct chat_encoder *e, bool is_ended);

#endif
