/* SPDX-License-Identifier: MIT */
/* What the forms of schema.h share. A node is one schema as it is to be
 * written: the object itself and all that stands beside it by allOf, by a $ref
 * that is written out, or around an alternative that is written alone. */
#ifndef SL_SCHEMA_NODE_H
#define SL_SCHEMA_NODE_H

#include "core/schema.h"

enum { SCHEMA_PARTS = 16 }; /* objects that make one schema, at most */

struct schema_node {
    const struct schema_node *parent;
    struct jval parts[SCHEMA_PARTS];
    size_t n;
    size_t n_outer; /* the first parts stand around an alternative: their own
                       alternatives are not meant */
    size_t n_noted; /* titles and the like of the first parts stand further
                       out */
    bool is_cut;    /* it would repeat itself */
    bool has_ref;   /* a $ref was left standing */
};

/* What becomes of a keyword. */
enum schema_kind {
    SCHEMA_DROP,   /* named as lost */
    SCHEMA_SILENT, /* says nothing about values */
    SCHEMA_OWN,    /* by code of its own */
    SCHEMA_COPY,   /* as it is; all parts must agree */
    SCHEMA_NOTE,   /* as it is; the first part's */
    SCHEMA_UNION,  /* a list of names */
    SCHEMA_CHILD,  /* a schema, or a boolean */
    SCHEMA_LIST,   /* of schemas */
    SCHEMA_MAP,    /* of schemas by name */
};

enum schema_type {
    SCHEMA_STRING = 1,
    SCHEMA_NUMBER = 2,
    SCHEMA_INTEGER = 4,
    SCHEMA_BOOLEAN = 8,
    SCHEMA_ARRAY = 16,
    SCHEMA_OBJECT = 32,
    SCHEMA_NULL = 64,
};

struct schema_keyword {
    struct str name;
    uint8_t kinds[2]; /* by enum schema_form */
    uint8_t types;    /* enum schema_type: where it has a meaning; 0: all */
};
extern const struct schema_keyword schema_keywords[];
extern const size_t schema_keywords_n;

void schema_refuse(struct schema_job *job, struct str why);
void schema_lose(struct schema_job *job, struct str keyword, struct str how);

/* Counts what is about to be looked at; false, and refused, when it is too
 * much. */
bool schema_afford(struct schema_job *job, size_t steps);
/* Counts one more schema to be written; false, and refused, when there are too
 * many: references multiply. */
bool schema_count(struct schema_job *job);
/* Adds v and all that allOf puts beside it; with `inline_refs` what $ref names
 * too. */
void schema_gather(struct schema_job *job, struct schema_node *node,
                   struct jval v, bool inline_refs);
/* The values that parts give a keyword; at most SCHEMA_PARTS. */
size_t schema_values(const struct schema_node *node, struct str keyword,
                     struct jval *values);
/* Writes a keyword by its kind, but for OWN. */
void schema_write_keyword(struct schema_job *job,
                          const struct schema_node *node,
                          const struct schema_keyword *keyword);
/* A schema that is made of n values, as `form` has it. */
void schema_write_child(struct schema_job *job, const struct schema_node *node,
                        const struct jval *values, size_t n);

/* Writes a node in the form of OpenAPI. */
void schema_write_openapi(struct schema_job *job,
                          const struct schema_node *node, bool is_nullable);

#endif
