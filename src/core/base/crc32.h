/* SPDX-License-Identifier: MIT */
/* CRC-32 as zlib and IEEE 802.3 have it (reflected, polynomial 0xEDB88320). */
#ifndef SL_CRC32_H
#define SL_CRC32_H

#include "core/base/str.h"

/* Of what was summed so far (0: nothing) and bytes behind it. */
uint32_t crc32_add(uint32_t sum, struct str bytes);

#endif
