/* SPDX-License-Identifier: MIT */
/* Naming origins. */
#include "core/origin.h"

#include "core/base/map.h"

/* Only pools use the number, within one process and one host: no peer can
 * choose the texts that go in. */
enum { ORIGIN_SEED = 0x51 };

uint64_t origin_id(struct str authority, bool tls)
{
    return hash_str(authority, ORIGIN_SEED + (tls ? 1 : 0));
}

void origin_https(struct origin *o, struct str host, const struct proxy *proxy)
{
    *o = (struct origin){.host = host,
                         .authority = host,
                         .id = origin_id(host, true),
                         .port = 443,
                         .tls = true,
                         .proxy = proxy};
}
