/* SPDX-License-Identifier: MIT */
/* A handful of bytes looked at together: SSE2, NEON or wasm SIMD sixteen at a
 * time, eight in a plain 64-bit word elsewhere. Callers are the same for all.
 *
 *     for (; end - p >= SIMD_BYTES; p += SIMD_BYTES) {
 *         simd_mask m = simd_stop(simd_load(p));
 *         if (m != 0)
 *             return p + simd_first(m);
 *     }
 *     ... the last few bytes one by one
 *
 * A mask has SIMD_BITS bits for a byte, all equal or only the uppermost in
 * use; the first byte has the lowest. Masks may be or-ed; of the complement of
 * a mask nothing is promised. simd_rest drops the first byte of a mask. */
#ifndef SL_SIMD_H
#define SL_SIMD_H

#include "core/base/base.h"

typedef uint64_t simd_mask;

#if defined(__SSE2__)
#include <emmintrin.h>

enum { SIMD_BYTES = 16, SIMD_BITS = 1 };

struct simd {
    __m128i v;
};

static inline struct simd simd_load(const char *p)
{
    return (struct simd){_mm_loadu_si128((const __m128i *)(const void *)p)};
}

static inline struct simd simd_or(struct simd a, struct simd b)
{
    return (struct simd){_mm_or_si128(a.v, b.v)};
}

/* Lanes are all ones where the byte is c. */
static inline struct simd simd_lane_eq(struct simd s, char c)
{
    return (struct simd){_mm_cmpeq_epi8(s.v, _mm_set1_epi8(c))};
}

/* Lanes are all ones where the byte is below 0x20 or above 0x7F: both are
 * below 0x20 when read as signed. */
static inline struct simd simd_lane_odd(struct simd s)
{
    return (struct simd){_mm_cmplt_epi8(s.v, _mm_set1_epi8(0x20))};
}

/* Bytes with 0x20 set, which makes '[' into '{' and ']' into '}'. */
static inline struct simd simd_lane_lower(struct simd s)
{
    return (struct simd){_mm_or_si128(s.v, _mm_set1_epi8(0x20))};
}

/* Bytes whose uppermost bit is set. */
static inline simd_mask simd_high(struct simd s)
{
    return (simd_mask)(unsigned)_mm_movemask_epi8(s.v);
}

#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>

enum { SIMD_BYTES = 16, SIMD_BITS = 1 };

struct simd {
    v128_t v;
};

static inline struct simd simd_load(const char *p)
{
    return (struct simd){wasm_v128_load(p)};
}

static inline struct simd simd_or(struct simd a, struct simd b)
{
    return (struct simd){wasm_v128_or(a.v, b.v)};
}

static inline struct simd simd_lane_eq(struct simd s, char c)
{
    return (struct simd){wasm_i8x16_eq(s.v, wasm_i8x16_splat((int8_t)c))};
}

static inline struct simd simd_lane_odd(struct simd s)
{
    return (struct simd){wasm_i8x16_lt(s.v, wasm_i8x16_splat(0x20))};
}

static inline struct simd simd_lane_lower(struct simd s)
{
    return (struct simd){wasm_v128_or(s.v, wasm_i8x16_splat(0x20))};
}

static inline simd_mask simd_high(struct simd s)
{
    return (simd_mask)(uint32_t)wasm_i8x16_bitmask(s.v);
}

#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>

enum { SIMD_BYTES = 16, SIMD_BITS = 4 };

struct simd {
    uint8x16_t v;
};

static inline struct simd simd_load(const char *p)
{
    return (struct simd){vld1q_u8((const uint8_t *)(const void *)p)};
}

static inline struct simd simd_or(struct simd a, struct simd b)
{
    return (struct simd){vorrq_u8(a.v, b.v)};
}

static inline struct simd simd_lane_eq(struct simd s, char c)
{
    return (struct simd){vceqq_u8(s.v, vdupq_n_u8((uint8_t)c))};
}

static inline struct simd simd_lane_odd(struct simd s)
{
    int8x16_t v = vreinterpretq_s8_u8(s.v);

    return (struct simd){vcltq_s8(v, vdupq_n_s8(0x20))};
}

static inline struct simd simd_lane_lower(struct simd s)
{
    return (struct simd){vorrq_u8(s.v, vdupq_n_u8(0x20))};
}

/* NEON has no mask of the uppermost bits: they are spread over their lanes,
 * and a narrowing shift keeps four bits of each. */
static inline simd_mask simd_high(struct simd s)
{
    int8x16_t v = vshrq_n_s8(vreinterpretq_s8_u8(s.v), 7);
    uint8x8_t n = vshrn_n_u16(vreinterpretq_u16_s8(v), 4);

    /* One bit a lane, so that simd_rest needs to clear one only. */
    return vget_lane_u64(vreinterpret_u64_u8(n), 0) & 0x8888888888888888U;
}

#else

enum { SIMD_BYTES = 8, SIMD_BITS = 8 };

struct simd {
    uint64_t v;
};

/* The uppermost bit of each byte of x that is zero; exact, nothing carries
 * from one byte into the next. */
static inline uint64_t simd_zero_bytes(uint64_t x)
{
    const uint64_t low = 0x7F7F7F7F7F7F7F7FU;

    return ~(((x & low) + low) | x | low);
}

/* Little-endian on every machine; compilers make one load of it. */
static inline struct simd simd_load(const char *p)
{
    struct simd s = {0};

    for (unsigned i = 0; i < 8; i++)
        s.v |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return s;
}

static inline struct simd simd_or(struct simd a, struct simd b)
{
    return (struct simd){a.v | b.v};
}

static inline struct simd simd_lane_eq(struct simd s, char c)
{
    uint64_t all = (unsigned char)c * (uint64_t)0x0101010101010101U;

    return (struct simd){simd_zero_bytes(s.v ^ all)};
}

static inline struct simd simd_lane_odd(struct simd s)
{
    return (struct simd){simd_zero_bytes(s.v & 0xE0E0E0E0E0E0E0E0U) | s.v};
}

static inline struct simd simd_lane_lower(struct simd s)
{
    return (struct simd){s.v | 0x2020202020202020U};
}

static inline simd_mask simd_high(struct simd s)
{
    return s.v & 0x8080808080808080U;
}

#endif

/* Bytes that are c. */
static inline simd_mask simd_eq(struct simd s, char c)
{
    return simd_high(simd_lane_eq(s, c));
}

/* Bytes that end the plain run of a JSON string: '"', '\\', a control
 * character or the beginning of something that is not ASCII. */
static inline simd_mask simd_stop(struct simd s)
{
    struct simd q = simd_or(simd_lane_eq(s, '"'), simd_lane_eq(s, '\\'));

    return simd_high(simd_or(q, simd_lane_odd(s)));
}

/* The same without what is not ASCII and without control characters: for a
 * scan that only looks for the string's end. */
static inline simd_mask simd_quote(struct simd s)
{
    return simd_high(simd_or(simd_lane_eq(s, '"'), simd_lane_eq(s, '\\')));
}

/* Bytes that matter to nesting: '"', '{', '}', '[' and ']'. */
static inline simd_mask simd_nesting(struct simd s)
{
    struct simd l = simd_lane_lower(s);
    struct simd b = simd_or(simd_lane_eq(l, '{'), simd_lane_eq(l, '}'));

    return simd_high(simd_or(b, simd_lane_eq(s, '"')));
}

/* Index of the first byte in m, which is not 0. */
static inline unsigned simd_first(simd_mask m)
{
    return (unsigned)__builtin_ctzll(m) / SIMD_BITS;
}

/* m, which is not 0, without its first byte. */
static inline simd_mask simd_rest(simd_mask m)
{
    return m & (m - 1);
}

#endif
