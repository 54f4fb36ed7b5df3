/* SPDX-License-Identifier: MIT */
/* An invariant of ours does not hold, on a host without a terminal: what and
 * where stay in memory, at the address sl_panic_text() gives, and the machine
 * traps. The shim reads them when the trap reaches it, and then throws the
 * instance away. */
#include "core/base/base.h"

enum { TEXT_MAX = 256 };

static char text[TEXT_MAX];
static size_t text_n;

const char *sl_panic_text(void);
size_t sl_panic_text_n(void);

static void add(const char *s)
{
    while (*s != '\0' && text_n < TEXT_MAX)
        text[text_n++] = *s++;
}

static void add_number(int n)
{
    char digits[10];
    size_t at = sizeof(digits);

    while (n > 0 && at > 0) {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    }
    while (at < sizeof(digits) && text_n < TEXT_MAX)
        text[text_n++] = digits[at++];
}

const char *sl_panic_text(void)
{
    return text;
}

size_t sl_panic_text_n(void)
{
    return text_n;
}

_Noreturn void sl_panic(const char *file, int line, const char *what)
{
    text_n = 0;
    add(file);
    add(":");
    add_number(line);
    add(": ");
    add(what);
    __builtin_trap();
}
