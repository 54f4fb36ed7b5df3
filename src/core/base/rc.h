/* SPDX-License-Identifier: MIT */
/* Result codes, and the one place where detail about a failure is put.
 *
 *     return err_set(err, SL_SYNTAX, STR("messages[].role"),
 *                    STR("must be a string"));
 *
 * The place that knows speaks, everyone above passes the code on; only the
 * API layer turns it into a wire body, only the host logs. */
#ifndef SL_RC_H
#define SL_RC_H

#include "core/base/base.h"
#include "core/base/str.h"

enum sl_rc {
#define X(name, status, type, retry, text) SL_##name,
#include "core/tbl/rc.h"
#undef X
    SL_RC_COUNT
};

/* What the table says of a code. */
struct rc_info {
    struct str name; /* "SYNTAX" */
    int status;      /* HTTP status when it reaches a caller */
    struct str type; /* `error.type` in OpenAI's error object */
    bool retry;      /* another attempt, elsewhere, may succeed */
    struct str text; /* a sentence without a full stop */
};

const struct rc_info *rc_info(enum sl_rc rc);

/* Detail of the first failure. Zero-initialise; `where` and `what` borrow
 * static text or the arena of the work at hand. */
struct err {
    enum sl_rc rc;
    struct str where; /* a path in the input, "messages[3].role"; may be {0} */
    struct str what;  /* a sentence */
    size_t at;        /* byte offset in the input, where one is known */
    bool has_at;
};

/* Keeps the first failure; err may be NULL. Returns rc. */
enum sl_rc err_set(struct err *err, enum sl_rc rc, struct str where,
                   struct str what);
/* The same, with the byte offset at which the input is wrong. */
enum sl_rc err_set_at(struct err *err, enum sl_rc rc, size_t at,
                      struct str what);

#endif
