/* SPDX-License-Identifier: MIT */
/* Where a supplier is named that there is not: what there is. */
#include "core/api/surface.h"

enum { NAMES = 32 * 1024 }; /* bytes of names that are listed */

static void start(struct exchange *x)
{
    struct buf out;

    buf_init(&out, arena_mem(&x->arena), 256 * 1024);
    buf_add(&out, STR("supported suppliers: "));
    for (size_t i = 0; i < x->config->n_providers && out.n < NAMES; i++) {
        if (i != 0)
            buf_add(&out, STR(", "));
        buf_add(&out, x->config->providers[i].name);
    }
    buf_add(&out, STR("; their paths are /v2/{supplier}/chat/completions, "
                      "/v2/{supplier}/embeddings and so on"));
    if (out.failed)
        x->failed = true;
    else
        reply_failure(x, &(struct failure){.rc = SL_NOT_FOUND,
                                           .param = STR("supplier"),
                                           .code = STR("unknown_supplier"),
                                           .what = buf_str(&out)});
}

const struct surface surface_suppliers = {.name = STR_INIT("suppliers"),
                                          .start = start};
