/* SPDX-License-Identifier: MIT */
/* JSON Schema, brought down to what a provider's decoder knows (providers'
 * reference: google-gemini section 2, "Schema down-conversion"), and back.
 *
 *     struct schema_job job = {.arena = a, .out = &out, .loss = loss,
 *                              .form = SCHEMA_KEYWORDS,
 *                              .name = STR("response_format")};
 *     schema_write(&job, raw);
 *     if (job.refused.n != 0) ...      it can't be said in this form
 *
 * Every keyword that has no place is named in loss: "NAME.pattern;dropped". A
 * recursive schema that must be written out ends where it would repeat
 * itself: "NAME.$ref;approximated". */
#ifndef SL_SCHEMA_H
#define SL_SCHEMA_H

#include "core/base/json.h"
#include "core/chat.h"

enum schema_form {
    SCHEMA_KEYWORDS, /* JSON Schema with the keywords that Gemini's decoder
                        knows; $ref and $defs stay */
    SCHEMA_OPENAPI,  /* the Schema of OpenAPI 3.0, types in capitals; $ref is
                        written out */
};

struct schema_job {
    struct arena *arena;
    struct buf *out;
    struct chat_loss *loss;
    enum schema_form form;
    struct str name;    /* of the parameter, as the client wrote it */
    struct str refused; /* why it can't be converted; {0}: it could */
    size_t steps;       /* taken so far, for the schemas of one request: a
                           bound on the time */
    /* private */
    struct jval root;
    uint32_t depth, n; /* schemas around this one, written so far */
    bool failed;       /* no memory */
};

/* raw: valid JSON. */
void schema_write(struct schema_job *job, struct str raw);

/* True of an object without properties: what takes no arguments. */
bool schema_is_empty(struct str raw, struct arena *a);

/* A Schema of OpenAPI's form as JSON Schema. {0}: no memory. */
struct str schema_from_openapi(struct jval schema, struct arena *a);

#endif
