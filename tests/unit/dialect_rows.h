/* SPDX-License-Identifier: MIT */
/* Tables about dialects: a client's request on its way to a provider, a
 * provider's answer on its way to a client. In all texts a ' stands for a ",
 * so that JSON can be read. Every row runs again with each allocation
 * failing. */
#ifndef SL_DIALECT_ROWS_H
#define SL_DIALECT_ROWS_H

#include "core/dialects/dialect.h"
#include "core/translate.h"

#include "support.h"

enum { ROW_FRAMES = 24 };

struct request_row {
    const char *name;
    const struct dialect *from, *to;
    const char *model; /* as the provider knows it */
    const char *cloud; /* anthropic_version; NULL: none */
    const char *in;
    const char *want; /* the body, or "where: what" of a refusal */
    const char *loss; /* NULL: nothing */
};

struct answer_row {
    const char *name;
    const struct dialect *from, *to; /* provider, client */
    const char *request;             /* the client's; NULL: none */
    bool is_whole;
    const char *frames[ROW_FRAMES]; /* or the whole body in the first */
    /* The client's bytes; then "ERROR 503 type code: message" where the
     * provider said so, or the name of a result code. */
    const char *want;
    const char *loss;
};

void check_request_rows(const struct request_row *rows, size_t n);
void check_answer_rows(const struct answer_row *rows, size_t n);
/* ' becomes "; good until the third call after. */
struct str quoted(const char *text);

#endif
