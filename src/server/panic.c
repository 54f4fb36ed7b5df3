/* SPDX-License-Identifier: MIT */
/* The native end of SL_ASSERT. */
#include <stdlib.h>

#include "core/base/base.h"
#include "server/files.h"

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    say("%s:%d: this must hold and does not: %s", file, line, what);
    abort();
}
