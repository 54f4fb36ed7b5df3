/* SPDX-License-Identifier: MIT */
/* Keys that must not be seen. The one hard idea: whoever holds a secret can
 * use it, but only this file can read it. */
#include "core/secret.h"

#include "core/base/base.h"
#include "core/base/map.h"
#include "core/http/http.h"

enum { MASK_SHOWN = 3, MASK_STARS = 10, OCCURS_LEAST = 8 };

struct secret secret_of(struct str text)
{
    return (struct secret){text};
}

/* Volatile, because what is not read again need not be written, a compiler
 * would say. The text came in as borrowed and const; that it may be written is
 * the promise of who calls. */
void secret_wipe(struct secret *s)
{
    volatile char *p;

    memcpy(&p, &s->hidden_.p, sizeof p);
    for (size_t i = 0; i < s->hidden_.n; i++)
        p[i] = 0;
    s->hidden_ = (struct str){0};
}

bool secret_matches(const struct secret *s, struct str given)
{
    return str_eq_secret(s->hidden_, given);
}

bool secret_occurs_in(const struct secret *s, struct str text)
{
    return s->hidden_.n >= OCCURS_LEAST && str_has(text, s->hidden_);
}

bool secret_fits_field(const struct secret *s)
{
    return http_is_of(s->hidden_, HTTP_VALUE);
}

uint64_t secret_hash(const struct secret *s)
{
    return hash_quick(s->hidden_, 0);
}

void secret_write(struct buf *out, const struct secret *s)
{
    buf_add(out, s->hidden_);
}

void secret_mask(struct buf *out, const struct secret *s)
{
    struct str text = s->hidden_;
    struct str stars = STR("**********");

    _Static_assert(MASK_STARS == sizeof "**********" - 1, "as many as named");
    if (text.n <= MASK_SHOWN) {
        buf_add(out, STR("***"));
        return;
    }
    buf_add(out, str_first(stars, text.n - MASK_SHOWN));
    buf_add(out, str_skip(text, text.n - MASK_SHOWN));
}
