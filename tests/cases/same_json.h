/* SPDX-License-Identifier: MIT */
#ifndef SL_CASE_SAME_JSON_H
#define SL_CASE_SAME_JSON_H

#include "core/base/arena.h"
#include "core/base/str.h"

/* True when both texts are JSON and say the same: members in any order,
 * strings unescaped, numbers by their value. */
bool same_json(struct str a, struct str b, struct arena *arena);

#endif
