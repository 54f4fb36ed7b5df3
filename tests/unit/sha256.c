/* SPDX-License-Identifier: MIT */
/* FIPS 180-4, section 6.2, and RFC 2104. Sums wrap around by design: they are
 * taken in 64 bits and cut, so that a sanitizer of integers has no complaint.
 */
#include "sha256.h"

#include <stdlib.h>

enum { BLOCK = 64 };

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                  0xa54ff53a, 0x510e527f, 0x9b05688c,
                                  0x1f83d9ab, 0x5be0cd19};

static uint32_t sum(uint64_t a, uint64_t b)
{
    return (uint32_t)((a + b) & UINT32_MAX);
}

static uint32_t turn(uint32_t v, unsigned n)
{
    return (uint32_t)(((uint64_t)v >> n) |
                      (((uint64_t)v << (32 - n)) & UINT32_MAX));
}

static void block(uint32_t h[8], const unsigned char *p)
{
    uint32_t w[64], v[8];

    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
               (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (size_t i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];

        w[i] = sum(sum(w[i - 16], turn(a, 7) ^ turn(a, 18) ^ (a >> 3)),
                   sum(w[i - 7], turn(b, 17) ^ turn(b, 19) ^ (b >> 10)));
    }
    memcpy(v, h, sizeof(v));
    for (size_t i = 0; i < 64; i++) {
        uint32_t e = v[4], a = v[0];
        uint32_t one =
            sum(sum(v[7], turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)),
                sum(sum((e & v[5]) ^ (~e & v[6]), round_constants[i]), w[i]));
        uint32_t two = sum(turn(a, 2) ^ turn(a, 13) ^ turn(a, 22),
                           (a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));

        memmove(v + 1, v, 7 * sizeof(v[0]));
        v[4] = sum(v[4], one);
        v[0] = sum(one, two);
    }
    for (size_t i = 0; i < 8; i++)
        h[i] = sum(h[i], v[i]);
}

void sha256(struct str bytes, unsigned char out[SHA256_BYTES])
{
    size_t n = (bytes.n + 9 + BLOCK - 1) / BLOCK * BLOCK;
    unsigned char *padded = calloc(1, n);
    uint64_t bits = 8 * (uint64_t)bytes.n;
    uint32_t h[8];

    if (padded == NULL)
        abort();
    if (bytes.n != 0)
        memcpy(padded, bytes.p, bytes.n);
    padded[bytes.n] = 0x80;
    for (size_t i = 0; i < 8; i++)
        padded[n - 1 - i] = (unsigned char)(bits >> (8 * i) & 0xff);
    memcpy(h, start, sizeof(h));
    for (size_t at = 0; at < n; at += BLOCK)
        block(h, padded + at);
    free(padded);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
}

void hmac_sha256(struct str key, struct str bytes,
                 unsigned char out[SHA256_BYTES])
{
    unsigned char pad[BLOCK] = {0};
    unsigned char *text = malloc(BLOCK + bytes.n + SHA256_BYTES);

    if (text == NULL)
        abort();
    if (key.n > BLOCK)
        sha256(key, pad);
    else if (key.n != 0)
        memcpy(pad, key.p, key.n);
    for (size_t i = 0; i < BLOCK; i++)
        text[i] = pad[i] ^ 0x36;
    if (bytes.n != 0)
        memcpy(text + BLOCK, bytes.p, bytes.n);
    sha256((struct str){(char *)text, BLOCK + bytes.n}, out);
    for (size_t i = 0; i < BLOCK; i++)
        text[i] = pad[i] ^ 0x5c;
    memcpy(text + BLOCK, out, SHA256_BYTES);
    sha256((struct str){(char *)text, BLOCK + SHA256_BYTES}, out);
    free(text);
}
