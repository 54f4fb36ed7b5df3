/* SPDX-License-Identifier: MIT */
/* RFC 3339 dates. Days are counted in years that begin in March, so that the
 * leap day is the last one of its year. */
#include "core/base/date.h"

/* Takes n digits off *s. */
static bool take_number(struct str *s, size_t n, int64_t *v)
{
    int64_t sum = 0;

    if (s->n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!char_is_digit(s->p[i]))
            return false;
        sum = 10 * sum + (s->p[i] - '0');
    }
    *s = str_skip(*s, n);
    *v = sum;
    return true;
}

static bool take_char(struct str *s, char c)
{
    if (s->n == 0 || char_lower(s->p[0]) != char_lower(c))
        return false;
    *s = str_skip(*s, 1);
    return true;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t m = month > 2 ? month - 3 : month + 9;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
           719469;
}

static bool take_offset(struct str *s, int64_t *seconds)
{
    int64_t hours, minutes, sign;

    *seconds = 0;
    if (take_char(s, 'Z'))
        return true;
    sign = s->n != 0 && s->p[0] == '-' ? -1 : 1;
    if (!take_char(s, '+') && !take_char(s, '-'))
        return false;
    if (!take_number(s, 2, &hours) || !take_char(s, ':') ||
        !take_number(s, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = sign * (3600 * hours + 60 * minutes);
    return true;
}

static bool take_day(struct str *s, int64_t *days)
{
    int64_t year, month, day;

    if (!take_number(s, 4, &year) || !take_char(s, '-') ||
        !take_number(s, 2, &month) || !take_char(s, '-') ||
        !take_number(s, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1)
        return false;
    *days = days_of(year, month, day);
    /* The 30th of February is a day of March. */
    return *days < (month == 12 ? days_of(year + 1, 1, 1)
                                : days_of(year, month + 1, 1));
}

bool date_read(struct str text, int64_t *unix_s)
{
    int64_t days, hour, minute, second, offset;

    if (!take_day(&text, &days) ||
        (!take_char(&text, 'T') && !take_char(&text, ' ')))
        return false;
    if (!take_number(&text, 2, &hour) || !take_char(&text, ':') ||
        !take_number(&text, 2, &minute) || !take_char(&text, ':') ||
        !take_number(&text, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    if (take_char(&text, '.')) {
        if (text.n == 0 || !char_is_digit(text.p[0]))
            return false;
        while (text.n != 0 && char_is_digit(text.p[0]))
            text = str_skip(text, 1);
    }
    if (!take_offset(&text, &offset) || text.n != 0)
        return false;
    *unix_s = 86400 * days + 3600 * hour + 60 * minute + second - offset;
    return true;
}

struct parts {
    int64_t year, month, day, second; /* of the day */
};

/* Years 1 to 9999: what lies outside is moved to the nearer end. */
static struct parts split(int64_t unix_s)
{
    const int64_t first = 86400 * days_of(1, 1, 1);
    const int64_t last = 86400 * days_of(10000, 1, 1) - 1;
    int64_t s = unix_s < first ? first : unix_s > last ? last : unix_s;
    int64_t days = (s - first) / 86400 + days_of(1, 1, 1);
    struct parts p = {.second = (s - first) % 86400, .month = 1};

    /* The estimate may be one year off. */
    p.year = 1 + (days - days_of(1, 1, 1)) * 400 / 146097;
    if (days_of(p.year + 1, 1, 1) <= days)
        p.year++;
    if (days_of(p.year, 1, 1) > days)
        p.year--;
    while (p.month < 12 && days_of(p.year, p.month + 1, 1) <= days)
        p.month++;
    p.day = days - days_of(p.year, p.month, 1) + 1;
    return p;
}

/* n digits at p; what stands behind them. */
static char *put_number(char *p, size_t n, int64_t v)
{
    for (size_t i = n; i > 0; i--) {
        p[i - 1] = (char)('0' + v % 10);
        v /= 10;
    }
    return p + n;
}

void date_write_basic(char out[DATE_BASIC_BYTES], int64_t unix_s)
{
    struct parts d = split(unix_s);
    char *p = put_number(out, 4, d.year);

    p = put_number(p, 2, d.month);
    p = put_number(p, 2, d.day);
    *p++ = 'T';
    p = put_number(p, 2, d.second / 3600);
    p = put_number(p, 2, d.second / 60 % 60);
    p = put_number(p, 2, d.second % 60);
    *p = 'Z';
}

void date_write(struct buf *out, int64_t unix_s)
{
    struct parts d = split(unix_s);
    char text[] = "0000-00-00T00:00:00Z";

    (void)put_number(text, 4, d.year);
    (void)put_number(text + 5, 2, d.month);
    (void)put_number(text + 8, 2, d.day);
    (void)put_number(text + 11, 2, d.second / 3600);
    (void)put_number(text + 14, 2, d.second / 60 % 60);
    (void)put_number(text + 17, 2, d.second % 60);
    buf_add(out, (struct str){text, sizeof(text) - 1});
}
