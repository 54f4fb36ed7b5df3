/* SPDX-License-Identifier: MIT */
/* CRC-32, half a byte at a time: a table of 64 bytes instead of 1024, which is
 * fast enough for the frames that need it. */
#include "core/base/crc32.h"

/* What four bits leave behind. */
static const uint32_t steps[16] = {
    0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu,
    0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
    0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu,
    0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu};

uint32_t crc32_add(uint32_t sum, struct str bytes)
{
    uint32_t c = ~sum;

    for (size_t i = 0; i < bytes.n; i++) {
        c ^= (unsigned char)bytes.p[i];
        c = steps[c & 15] ^ (c >> 4);
        c = steps[c & 15] ^ (c >> 4);
    }
    return ~c;
}
