/* SPDX-License-Identifier: MIT */
/* Decimal numbers and doubles. A number is first computed with 64 bits of
 * mantissa and a bound of the error; only when the bound reaches the middle
 * between two doubles is it compared with that middle in big integers. Writing
 * takes the exact digits of the double and keeps as few as read back. */
#include "core/base/decimal.h"

#include "core/base/num.h"

enum {
    WORD_DIGITS = 9,
    MAX_DIGITS = 19,    /* always fit 64 bits */
    EXACT_DIGITS = 800, /* the middle of two doubles has at most 768 */
    BIG_WORDS = 96,     /* 864 digits; what is compared has at most 820 */
    HEAD_DIGITS = 18,
    MIN_POWER = -23, /* of the table below */
    POWER_STEP = 16,
    MANTISSA_BITS = 52,
    MIN_EXPONENT = -1074, /* of the last bit of the smallest double */
};

static const uint32_t BIG_BASE = 1000000000;
static const uint64_t INFINITE = 0x7FF0000000000000;

/* 10^(16 × k) for k from MIN_POWER on: its upper 64 bits, rounded. */
static const uint64_t POWERS[] = {
    0xB8E1CBC28BEF0B69, 0xCD42A11346F34F7D, 0xE3E27A444D8D98B8,
    0xFD00B897478238D1, 0x8C71DCD9BA0B4926, 0x9BECCE62836AC577,
    0xAD1C8EAB5EE43B67, 0xC0314325637A193A, 0xD5605FCDCF32E1D7,
    0xECE53CEC4A314EBE, 0x8380DEA93DA4BC60, 0x91FF83775423CC06,
    0xA21727DB38CB0030, 0xB3F4E093DB73A093, 0xC7CABA6E7C5382C9,
    0xDDD0467C64BCE4A1, 0xF64335BCF065D37D, 0x88B402F7FD75539B,
    0x97C560BA6B0919A6, 0xA87FEA27A539E9A5, 0xBB127C53B17EC159,
    0xCFB11EAD453994BA, 0xE69594BEC44DE15B, 0x8000000000000000,
    0x8E1BC9BF04000000, 0x9DC5ADA82B70B59E, 0xAF298D050E4395D7,
    0xC2781F49FFCFA6D5, 0xD7E77A8F87DAF7FC, 0xEFB3AB16C59B14A3,
    0x850FADC09923329E, 0x93BA47C980E98CE0, 0xA402B9C5A8D3A6E7,
    0xB616A12B7FE617AA, 0xCA28A291859BBF93, 0xE070F78D3927556B,
    0xF92E0C3537826146, 0x8A5296FFE33CC930, 0x9991A6F3D6BF1766,
    0xAA7EEBFB9DF9DE8E, 0xBD49D14AA79DBC82, 0xD226FC195C6A2F8C,
    0xE950DF20247C83FD, 0x81842F29F2CCE376,
};

static const uint64_t TENS[] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* n significant digits, beginning at p and holding at most a point between
 * them, × 10^exp. Neither the first nor the last digit is 0; n is 0 for zero.
 */
struct decimal {
    bool negative;
    size_t n;
    int64_t exp;
    uint64_t w; /* the first MAX_DIGITS of them */
    const char *p;
};

/* ---- reading the text ---- */

/* The exponent at p, "e-5", or 0; of an absurd one a large value. */
static int64_t read_exponent(const char *p, const char *end)
{
    const int64_t absurd = 1000000000000000;
    bool negative = false;
    int64_t v = 0;

    for (; p < end; p++) {
        if (*p == '-')
            negative = true;
        else if (char_is_digit(*p) && v < absurd)
            v = v * 10 + (*p - '0');
    }
    return negative ? -v : v;
}

static uint64_t first_digits(const char *p, size_t n)
{
    uint64_t w = 0;

    for (; n != 0; p++) {
        if (*p == '.')
            continue;
        w = w * 10 + (uint64_t)(*p - '0');
        n--;
    }
    return w;
}

static struct decimal read_decimal(struct str s)
{
    struct decimal d = {0};
    const char *end = s.p + s.n;
    const char *p = s.p;
    bool point = false;
    size_t n = 0; /* digits from the first significant one on */

    d.negative = *p == '-';
    for (p += d.negative ? 1 : 0; p < end && (*p | 0x20) != 'e'; p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        d.exp -= point ? 1 : 0;
        if (n == 0 && *p == '0')
            continue;
        if (n == 0)
            d.p = p;
        n++;
        if (*p != '0')
            d.n = n;
    }
    d.exp += (int64_t)(n - d.n) + read_exponent(p, end);
    d.w = first_digits(d.p, d.n < MAX_DIGITS ? d.n : MAX_DIGITS);
    return d;
}

/* ---- big integers ---- */

struct big {
    uint32_t w[BIG_WORDS]; /* base BIG_BASE, the lowest first */
    unsigned n;
};

/* b × f + add */
static void big_mul(struct big *b, uint32_t f, uint32_t add)
{
    uint64_t carry = add;

    for (unsigned i = 0; i < b->n; i++) {
        carry += (uint64_t)b->w[i] * f;
        b->w[i] = (uint32_t)(carry % BIG_BASE);
        carry /= BIG_BASE;
    }
    for (; carry != 0; carry /= BIG_BASE) {
        SL_ASSERT(b->n < BIG_WORDS);
        b->w[b->n++] = (uint32_t)(carry % BIG_BASE);
    }
}

static void big_mul_2(struct big *b, int64_t n)
{
    for (; n >= 31; n -= 31)
        big_mul(b, (uint32_t)1 << 31, 0);
    big_mul(b, (uint32_t)1 << n, 0);
}

static void big_mul_5(struct big *b, int64_t n)
{
    for (; n >= 13; n -= 13)
        big_mul(b, 1220703125, 0);
    for (; n > 0; n--)
        big_mul(b, 5, 0);
}

static void big_set(struct big *b, uint64_t v)
{
    b->n = 0;
    for (; v != 0; v /= BIG_BASE)
        b->w[b->n++] = (uint32_t)(v % BIG_BASE);
}

static void big_set_digits(struct big *b, const char *p, size_t n)
{
    b->n = 0;
    for (; n != 0; p++) {
        if (*p == '.')
            continue;
        big_mul(b, 10, (uint32_t)(*p - '0'));
        n--;
    }
}

static int big_cmp(const struct big *a, const struct big *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (unsigned i = a->n; i > 0; i--) {
        if (a->w[i - 1] != b->w[i - 1])
            return a->w[i - 1] < b->w[i - 1] ? -1 : 1;
    }
    return 0;
}

/* The decimal compared with m × 2^k, near to it. */
static int compare(const struct decimal *d, uint64_t m, int64_t k)
{
    size_t n = d->n < EXACT_DIGITS ? d->n : EXACT_DIGITS;
    int64_t exp = d->exp + (int64_t)(d->n - n);
    struct big a;
    struct big b;
    int c;

    if (n <= MAX_DIGITS)
        big_set(&a, d->w);
    else
        big_set_digits(&a, d->p, n);
    big_set(&b, m);
    if (exp > 0)
        big_mul_5(&a, exp);
    else
        big_mul_5(&b, -exp);
    if (exp > k)
        big_mul_2(&a, exp - k);
    else
        big_mul_2(&b, k - exp);
    c = big_cmp(&a, &b);
    /* The digits that were left out are not all 0. */
    return c == 0 && n < d->n ? 1 : c;
}

/* ---- from decimal ---- */

/* m × 2^q with the upper bit of m set. */
struct wide {
    uint64_t m;
    int64_t q;
};

static struct wide wide_of(uint64_t v)
{
    int shift = __builtin_clzll(v);

    return (struct wide){v << shift, -shift};
}

/* The upper half of the product, normalized; less than 2 too small. */
static struct wide wide_mul(struct wide x, struct wide y)
{
    uint64_t xl = x.m & UINT32_MAX;
    uint64_t xh = x.m >> 32;
    uint64_t yl = y.m & UINT32_MAX;
    uint64_t yh = y.m >> 32;
    uint64_t low = xl * yl;
    uint64_t mid = xh * yl + (low >> 32);
    uint64_t mid2 = xl * yh + (mid & UINT32_MAX);
    uint64_t high = xh * yh + (mid >> 32) + (mid2 >> 32);
    struct wide z = {high, x.q + y.q + 64};

    if (high >> 63 == 0)
        z = (struct wide){high << 1 | (mid2 >> 31 & 1), z.q - 1};
    return z;
}

/* 10^e is near 2^(e × log2(10)); right for every e in question. */
static int64_t power_exponent(int64_t e)
{
    return (e * 217706 >> 16) - 63;
}

static struct wide wide_decimal(uint64_t w, int64_t exp)
{
    int64_t k = (exp - MIN_POWER * POWER_STEP) / POWER_STEP;
    int64_t e = (k + MIN_POWER) * POWER_STEP;
    struct wide big = {POWERS[k], power_exponent(e)};

    return wide_mul(wide_mul(wide_of(w), wide_of(TENS[exp - e])), big);
}

/* Whether the decimal, which is near x, is above the middle between m × 2^k and
 * the next double; a tie goes to the even one. */
static bool rounds_up(const struct decimal *d, struct wide x, uint64_t m,
                      int64_t k)
{
    /* In units of the last bit of x: two products and the table, doubled where
     * one is normalized; digits left out count up to 16 before that. */
    uint64_t error = d->n > MAX_DIGITS ? 128 : 8;
    int c;

    if (k - x.q < 64) {
        uint64_t half = (uint64_t)1 << (k - x.q - 1);
        uint64_t rest = x.m & (2 * half - 1);

        if (rest + error < half || rest > half + error)
            return rest > half;
    }
    c = compare(d, 2 * m + 1, k - 1);
    return c > 0 || (c == 0 && m % 2 != 0);
}

/* The bits of the nearest double, without the sign; false: infinite. */
static bool nearest(const struct decimal *d, uint64_t *bits)
{
    size_t n = d->n < MAX_DIGITS ? d->n : MAX_DIGITS;
    int64_t magnitude = d->exp + (int64_t)d->n; /* the value is < 10^that */
    struct wide x;
    uint64_t m = 0;
    int64_t k;

    *bits = 0;
    if (d->n == 0 || magnitude < -325)
        return true;
    if (magnitude > 310)
        return false;
    x = wide_decimal(d->w, d->exp + (int64_t)(d->n - n));
    k = x.q + 63 - MANTISSA_BITS; /* exponent of the double's last bit */
    if (k < MIN_EXPONENT)
        k = MIN_EXPONENT;
    if (k - x.q < 64)
        m = x.m >> (k - x.q);
    /* The upper bit of a normal m counts as one more in the exponent. */
    *bits = ((uint64_t)(k - MIN_EXPONENT) << MANTISSA_BITS) + m;
    *bits += rounds_up(d, x, m, k) ? 1 : 0;
    return *bits < INFINITE;
}

bool decimal_f64(struct str number, double *v)
{
    struct decimal d = read_decimal(number);
    uint64_t bits;

    if (!nearest(&d, &bits))
        return false;
    bits |= (uint64_t)(d.negative ? 1 : 0) << 63;
    memcpy(v, &bits, sizeof(bits));
    return true;
}

bool decimal_i64(struct str number, int64_t *v)
{
    const uint64_t limit = (uint64_t)1 << 63; /* only negative */
    struct decimal d = read_decimal(number);
    uint64_t w = d.w;

    if (d.n == 0) {
        *v = 0;
        return true;
    }
    if (d.exp < 0 || d.exp + (int64_t)d.n > MAX_DIGITS)
        return false;
    for (; d.exp > 0; d.exp--) {
        if (w > limit / 10)
            return false;
        w *= 10;
    }
    if (w > limit || (w == limit && !d.negative))
        return false;
    if (w == limit)
        *v = INT64_MIN;
    else
        *v = d.negative ? -(int64_t)w : (int64_t)w;
    return true;
}

/* ---- to decimal ---- */

static size_t count_digits(uint64_t v)
{
    size_t n = 1;

    for (; v >= 10; v /= 10)
        n++;
    return n;
}

/* The first HEAD_DIGITS digits of b, as if zeros followed it; *exact when
 * nothing but zeros does. Returns the number of all its digits. */
static size_t take_head(const struct big *b, uint64_t *head, bool *exact)
{
    unsigned top = b->n - 1;
    size_t n = count_digits(b->w[top]);
    uint64_t second = top >= 1 ? b->w[top - 1] : 0;
    uint64_t third = top >= 2 ? b->w[top - 2] : 0;

    *head = (b->w[top] * (uint64_t)BIG_BASE + second) * TENS[WORD_DIGITS - n] +
            third / TENS[n];
    *exact = third % TENS[n] == 0;
    for (unsigned i = 0; i + 2 < top; i++)
        *exact = *exact && b->w[i] == 0;
    return n + (size_t)top * WORD_DIGITS;
}

/* Digits w × 10^exp. */
struct shortest {
    uint64_t w;
    int64_t exp;
};

/* w × 10^exp is nearest to the double of these bits. */
static bool reads_back(struct shortest s, uint64_t bits)
{
    struct decimal d = {.n = count_digits(s.w), .exp = s.exp, .w = s.w};
    uint64_t got;

    return nearest(&d, &got) && got == bits;
}

/* The decimals of n digits on both sides, the nearer one first. */
static bool try_digits(uint64_t head, bool exact, size_t n, uint64_t bits,
                       struct shortest *s)
{
    uint64_t unit = TENS[HEAD_DIGITS - n];
    uint64_t rest = head % unit;
    uint64_t low = head / unit;
    uint64_t up = rest > unit / 2 || (rest == unit / 2 && !exact) ? 1 : 0;
    struct shortest near = {low + up, s->exp + (int64_t)(HEAD_DIGITS - n)};
    struct shortest far = {low + 1 - up, near.exp};

    if (reads_back(near, bits)) {
        *s = near;
        return true;
    }
    if (far.w != 0 && reads_back(far, bits)) {
        *s = far;
        return true;
    }
    return false;
}

/* bits: of a finite double above 0. */
static struct shortest shorten(uint64_t bits)
{
    uint64_t m = bits & (((uint64_t)1 << MANTISSA_BITS) - 1);
    int64_t e = (int64_t)(bits >> MANTISSA_BITS);
    int64_t k = (e == 0 ? 1 : e) - 1 + MIN_EXPONENT;
    /* Up to 15 digits survive in every normal double: if that few do, they are
     * the nearest 15. */
    size_t n = e == 0 ? 1 : 15;
    struct shortest s = {0};
    struct big b;
    uint64_t head;
    bool exact;

    m += e == 0 ? 0 : (uint64_t)1 << MANTISSA_BITS;
    for (; m % 2 == 0; m /= 2)
        k++;
    big_set(&b, m);
    if (k > 0)
        big_mul_2(&b, k);
    else
        big_mul_5(&b, -k);
    s.exp = (k > 0 ? 0 : k) - HEAD_DIGITS;
    s.exp += (int64_t)take_head(&b, &head, &exact);
    while (!try_digits(head, exact, n, bits, &s)) {
        n++;
        SL_ASSERT(n <= 17); /* so many always read back */
    }
    for (; s.w % 10 == 0; s.w /= 10)
        s.exp++;
    return s;
}

/* Digits with a point `before` digits from the front, or behind zeros. */
static char *put_plain(char *to, const char *digits, int64_t n, int64_t before)
{
    if (before <= 0) {
        memcpy(to, "0.", 2);
        to += 2;
        memset(to, '0', (size_t)-before);
        to += -before;
        memcpy(to, digits, (size_t)n);
        return to + n;
    }
    if (before >= n) {
        memcpy(to, digits, (size_t)n);
        memset(to + n, '0', (size_t)(before - n));
        return to + before;
    }
    memcpy(to, digits, (size_t)before);
    to[before] = '.';
    memcpy(to + before + 1, digits + before, (size_t)(n - before));
    return to + n + 1;
}

static char *put_scientific(char *to, const char *digits, int64_t n, int64_t e)
{
    *to++ = digits[0];
    if (n > 1) {
        *to++ = '.';
        memcpy(to, digits + 1, (size_t)(n - 1));
        to += n - 1;
    }
    *to++ = 'e';
    if (e < 0)
        *to++ = '-';
    return to + num_write_u64(to, (uint64_t)(e < 0 ? -e : e));
}

size_t decimal_write(char *to, double v)
{
    char digits[20];
    char *p = to;
    struct shortest s = {0};
    uint64_t bits;
    int64_t n;
    int64_t before; /* digits in front of the point */

    memcpy(&bits, &v, sizeof(bits));
    if (bits >> 63 != 0)
        *p++ = '-';
    bits &= UINT64_MAX >> 1;
    SL_ASSERT(bits < INFINITE);
    if (bits != 0)
        s = shorten(bits);
    n = (int64_t)num_write_u64(digits, s.w);
    before = n + s.exp;
    /* Where JavaScript draws the lines, too. */
    if (before > -6 && before <= 21)
        p = put_plain(p, digits, n, before);
    else
        p = put_scientific(p, digits, n, before - 1);
    return (size_t)(p - to);
}
