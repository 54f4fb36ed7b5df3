/* SPDX-License-Identifier: MIT */
/* The rows are read-only data without a single pointer, so that they cost no
 * relocation at start: names lie end to end in one struct, rows hold their
 * offsets, sorted by provider and name. */
#include "core/model_facts.h"

#include <stddef.h>

struct names {
#define P(provider, n)
#define X(i, name, context, output, in, out, abilities) char n##i[sizeof(name)];
#include "core/tbl/models.h"
#undef X
#undef P
};

static const struct names names = {
#define P(provider, n)
/* In parentheses a text can't fill an array. */
#define X(i, name, context, output, in, out, abilities) \
    .n##i = name, // NOLINT(bugprone-macro-parentheses)
#include "core/tbl/models.h"
#undef X
#undef P
};

static const struct row {
    uint32_t name; /* offset into names */
    uint32_t context, output, input_price, output_price, abilities;
} rows[] = {
#define P(provider, n)
#define X(i, name, context, output, in, out, abilities) \
    {offsetof(struct names, n##i), context, output, in, out, abilities},
#include "core/tbl/models.h"
#undef X
#undef P
};

static const struct {
    struct str name;
    size_t n;
} providers[] = {
#define P(provider, n) {STR_INIT(provider), n},
#define X(i, name, context, output, in, out, abilities)
#include "core/tbl/models.h"
#undef X
#undef P
};

enum { KNOWN = 8, KNOWN_ABILITIES = 7, DATE_DIGITS = 8 };

/* As names are spelled in the table. */
static char spelled(char c)
{
    return c == '.' ? '-' : char_lower(c);
}

static int compare(const char *name, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char a = (unsigned char)name[i];
        unsigned char b = (unsigned char)spelled(s.p[i]);

        if (a != b)
            return a < b ? -1 : 1;
    }
    return name[s.n] == '\0' ? 0 : 1;
}

static const struct row *search(size_t from, size_t n, struct str model)
{
    while (n != 0) {
        const struct row *r = &rows[from + n / 2];
        int c = compare((const char *)&names + r->name, model);

        if (c == 0)
            return r;
        if (c < 0) {
            from += n / 2 + 1;
            n -= n / 2 + 1;
        } else {
            n /= 2;
        }
    }
    return NULL;
}

static const struct row *find_exact(struct str provider, struct str model)
{
    size_t from = 0;

    for (size_t i = 0; i < SL_LEN(providers); i++) {
        if (str_eq(providers[i].name, provider))
            return search(from, providers[i].n, model);
        from += providers[i].n;
    }
    return NULL;
}

/* "-20250929" and "-2024-08-06" are left out. */
static struct str without_date(struct str model)
{
    size_t n = model.n;
    unsigned digits = 0;

    while (n != 0 && (char_is_digit(model.p[n - 1]) || model.p[n - 1] == '-')) {
        digits += char_is_digit(model.p[n - 1]) ? 1 : 0;
        n--;
        if (digits == DATE_DIGITS)
            break;
    }
    if (digits != DATE_DIGITS || n == 0 || model.p[n - 1] != '-')
        return model;
    return str_first(model, n - 1);
}

static const struct row *find_near(struct str provider, struct str model)
{
    const struct row *r = find_exact(provider, model);
    struct str bare = str_before(str_before(model, ':'), '@');

    /* "models/gemini-2.5-pro", as Google lists it. */
    if (r == NULL && str_starts(model, STR("models/")))
        bare = str_skip(bare, 7);
    if (r == NULL && bare.n != model.n)
        r = find_exact(provider, bare);
    return r != NULL ? r : find_exact(provider, without_date(bare));
}

bool model_facts_find(struct str provider, struct str model,
                      struct model_facts *facts)
{
    const struct row *r = find_near(provider, model);
    struct str vendor = str_before(model, '/');

    if (r == NULL && vendor.n != model.n)
        r = find_near(vendor, str_skip(model, vendor.n + 1));
    if (r == NULL)
        return false;
    *facts = (struct model_facts){
        .context = r->context,
        .output = r->output,
        .input_price = r->input_price,
        .output_price = r->output_price,
        .abilities = r->abilities & KNOWN_ABILITIES,
        .known_abilities = (r->abilities & KNOWN) != 0 ? KNOWN_ABILITIES : 0};
    return true;
}

uint64_t model_facts_price(const struct model_facts *facts)
{
    uint64_t out = facts->output_price;

    if (facts->input_price == PRICE_UNKNOWN)
        return UINT64_MAX;
    /* Embeddings have no output. */
    if (out == PRICE_UNKNOWN)
        out = 0;
    return 3 * (uint64_t)facts->input_price + out;
}
