/* SPDX-License-Identifier: MIT */
/* Numbers in text. Each reader takes the whole slice or nothing, and checks
 * for overflow before it multiplies, in a way that needs no 128-bit product:
 * wasm would take that from a library. */
#include "core/base/num.h"

#include "core/base/base.h"

bool num_u64(struct str s, uint64_t *v)
{
    uint64_t sum = 0;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint64_t digit = (uint64_t)(s.p[i] - '0');

        if (!char_is_digit(s.p[i]) || sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *v = sum;
    return true;
}

bool num_i64(struct str s, int64_t *v)
{
    bool negative = s.n != 0 && s.p[0] == '-';
    uint64_t size;

    if (!num_u64(str_skip(s, negative ? 1 : 0), &size))
        return false;
    if (size > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    if (negative && size != 0)
        *v = -(int64_t)(size - 1) - 1;
    else
        *v = (int64_t)size;
    return true;
}

bool num_hex(struct str s, uint64_t *v)
{
    uint64_t sum = 0;

    if (s.n == 0 || s.n > 16)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int digit = char_hex(s.p[i]);

        if (digit < 0)
            return false;
        sum = sum * 16 + (uint64_t)digit;
    }
    *v = sum;
    return true;
}

/* The leading digits of s, which come off it. */
static struct str take_digits(struct str *s)
{
    struct str digits = {s->p, 0};

    while (digits.n < s->n && char_is_digit(s->p[digits.n]))
        digits.n++;
    *s = str_skip(*s, digits.n);
    return digits;
}

struct unit {
    struct str name;
    uint64_t size;
};

static uint64_t find_unit(const struct unit *units, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(units[i].name, name))
            return units[i].size;
    return 0;
}

bool num_duration_ms(struct str s, int64_t *ms)
{
    static const struct unit units[] = {
        {STR_INIT(""), 1000},      {STR_INIT("ms"), 1},
        {STR_INIT("s"), 1000},     {STR_INIT("m"), 60000},
        {STR_INIT("h"), 3600000U}, {STR_INIT("d"), 86400000U},
    };
    struct str whole = take_digits(&s);
    struct str part = {0};
    uint64_t sum, unit, fraction = 0, scale = 1;

    if (s.n != 0 && s.p[0] == '.') {
        s = str_skip(s, 1);
        part = take_digits(&s);
        if (part.n > 9 || !num_u64(part, &fraction))
            return false;
    }
    for (size_t i = 0; i < part.n; i++)
        scale *= 10;
    unit = find_unit(units, SL_LEN(units), s);
    if (unit == 0 || fraction * unit % scale != 0 || !num_u64(whole, &sum) ||
        sum >= (uint64_t)INT64_MAX / unit)
        return false;
    /* The fraction is less than one unit, so it fits as well. */
    *ms = (int64_t)(sum * unit + fraction * unit / scale);
    return true;
}

bool num_size(struct str s, uint64_t *bytes)
{
    struct str digits = take_digits(&s);
    uint64_t sum;
    unsigned shift = 0;

    if (s.n != 0) {
        size_t power = str_find(STR("kmg"), char_lower(s.p[0]));

        s = str_skip(s, 1);
        if (power == 3 ||
            !(s.n == 0 || str_eq_nocase(s, STR("b")) ||
              str_eq_nocase(s, STR("i")) || str_eq_nocase(s, STR("ib"))))
            return false;
        shift = 10 * (unsigned)(power + 1);
    }
    if (!num_u64(digits, &sum) || sum > UINT64_MAX >> shift)
        return false;
    *bytes = sum << shift;
    return true;
}

size_t num_write_u64(char *to, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    memcpy(to, digits + at, sizeof digits - at);
    return sizeof digits - at;
}
