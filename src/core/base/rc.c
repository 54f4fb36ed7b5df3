/* SPDX-License-Identifier: MIT */
/* The table of result codes, and the line to set a breakpoint on when it must
 * be known who failed: err_set. */
#include "core/base/rc.h"

#include "core/base/base.h"

static const struct rc_info infos[] = {
#define X(name, status, type, retry, text) \
    {STR_INIT(#name), status, STR_INIT(type), retry, STR_INIT(text)},
#include "core/tbl/rc.h"
#undef X
};

_Static_assert(SL_LEN(infos) == SL_RC_COUNT, "one row for each code");

const struct rc_info *rc_info(enum sl_rc rc)
{
    size_t i = (size_t)rc;

    SL_ASSERT(i < SL_LEN(infos));
    return &infos[i];
}

enum sl_rc err_set(struct err *err, enum sl_rc rc, struct str where,
                   struct str what)
{
    if (err != NULL && err->rc == SL_OK)
        *err = (struct err){.rc = rc, .where = where, .what = what};
    return rc;
}

enum sl_rc err_set_at(struct err *err, enum sl_rc rc, size_t at,
                      struct str what)
{
    if (err != NULL && err->rc == SL_OK)
        *err = (struct err){.rc = rc, .what = what, .at = at, .has_at = true};
    return rc;
}
