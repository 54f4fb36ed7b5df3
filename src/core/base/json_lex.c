/* SPDX-License-Identifier: MIT */
/* The words of JSON. The hard idea is the block: as many bytes as a mask has
 * bits for are sorted at once into quotes, brackets and the rest, and a prefix
 * xor over the quotes says which of them stand inside strings. So a nested
 * value is walked by its brackets alone, whatever stands between them; a
 * string that goes on behind its block is finished by itself, as that is
 * faster for the long ones. */
#include "core/base/json_lex.h"

#include "core/base/simd.h"

enum {
    MASK_BITS = 64,
    STEPS = MASK_BITS / (SIMD_BYTES * SIMD_BITS), /* loads in a block */
    STEP_BITS = SIMD_BYTES * SIMD_BITS,
    BLOCK = SIMD_BYTES * STEPS,
};

static const simd_mask ALL = ~(simd_mask)0;
/* Written out, as gcc 12 leaves a loop at -O2: a quarter faster. */
static const bool FOUR_STEPS = STEPS == 4;

struct json_lex json_lex_of(struct str text)
{
    return (struct json_lex){.p = text.p, .end = text.p + text.n};
}

struct str json_solid(struct str text)
{
    return text.p == NULL ? STR("") : text;
}

bool json_lex_fail(struct json_lex *x, const char *p, struct str what)
{
    x->p = p;
    x->rc = SL_SYNTAX;
    x->what = what;
    return false;
}

enum sl_rc json_lex_err(const struct json_lex *x, struct str text,
                        struct err *err)
{
    return err_set_at(err, x->rc, (size_t)(x->p - text.p), x->what);
}

bool json_lex_char(struct json_lex *x, char c, struct str what)
{
    if (x->p < x->end && *x->p != c)
        json_lex_space(x);
    if (x->p == x->end || *x->p != c)
        return json_lex_fail(x, x->p, what);
    x->p++;
    return true;
}

/* ---- strings ---- */

static inline const char *stop_at(const char *p, const char *end)
{
    for (; end - p >= SIMD_BYTES; p += SIMD_BYTES) {
        struct simd s = simd_load(p);
        simd_mask m = simd_stop(s);

        if (m != 0)
            m &= ~simd_high(s); /* what is not ASCII does not stop here */
        if (m != 0)
            return p + simd_first(m);
    }
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
        p++;
    return p;
}

const char *json_lex_stop(const char *p, const char *end)
{
    return stop_at(p, end);
}

static bool fail_in_string(struct json_lex *x, const char *p)
{
    if (p >= x->end)
        return json_lex_fail(x, x->end, STR("a string is not closed"));
    return json_lex_fail(x, p, STR("a control character in a string"));
}

/* From p, inside a string, to past its closing quote. */
static bool finish_string(struct json_lex *x, const char *p)
{
    p = stop_at(p, x->end);
    while (x->end - p >= 2 && *p == '\\' && (unsigned char)p[1] >= 0x20)
        p = stop_at(p + 2, x->end);
    if (p < x->end && *p == '\\')
        p++;
    if (p == x->end || *p != '"')
        return fail_in_string(x, p);
    x->p = p + 1;
    return true;
}

bool json_lex_string(struct json_lex *x)
{
    return finish_string(x, x->p + 1);
}

/* Four hex digits at p; false when there are none. */
static bool hex4(const char *p, const char *end, uint32_t *v)
{
    uint32_t sum = 0;

    if (end - p < 4)
        return false;
    for (unsigned i = 0; i < 4; i++) {
        int d = char_hex(p[i]);

        if (d < 0)
            return false;
        sum = sum * 16 + (uint32_t)d;
    }
    *v = sum;
    return true;
}

static size_t escape_unit(const char *p, const char *end, uint32_t *code)
{
    uint32_t high;
    uint32_t low;

    if (!hex4(p + 2, end, &high) || (high >= 0xDC00 && high <= 0xDFFF))
        return 0;
    if (high < 0xD800 || high > 0xDFFF) {
        *code = high;
        return 6;
    }
    if (end - p < 12 || p[6] != '\\' || p[7] != 'u' ||
        !hex4(p + 8, end, &low) || low < 0xDC00 || low > 0xDFFF)
        return 0;
    *code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

size_t json_escape(const char *p, const char *end, uint32_t *code)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    const char *at;

    if (end - p < 2)
        return 0;
    if (p[1] == 'u')
        return escape_unit(p, end, code);
    at = memchr(names, p[1], sizeof(names) - 1);
    if (at == NULL)
        return 0;
    *code = (uint32_t)values[at - names];
    return 2;
}

bool json_lex_strict(struct json_lex *x, uint32_t *escapes)
{
    const char *p = stop_at(x->p + 1, x->end);
    uint32_t n = 0;

    for (; p < x->end && *p == '\\'; n++) {
        uint32_t code;
        size_t used = json_escape(p, x->end, &code);

        if (used == 0)
            return json_lex_fail(x, p, STR("an escape that is none"));
        p = stop_at(p + used, x->end);
    }
    if (p == x->end || *p != '"')
        return fail_in_string(x, p);
    x->p = p + 1;
    *escapes = n;
    return true;
}

static size_t encode(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xE0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3F));
        to[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 0x3F));
    to[2] = (char)(0x80 | (code >> 6 & 0x3F));
    to[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* An inner text read piece by piece: runs without escapes, and one escape at
 * a time. A bad escape (only json_scan lets it pass) stands for itself. */
struct walk {
    const char *p, *end;
    char escaped[4];
};

static struct str walk_next(struct walk *w)
{
    size_t n = (size_t)(w->end - w->p);
    const char *stop = n == 0 ? NULL : memchr(w->p, '\\', n);
    struct str run = {w->p, stop == NULL ? n : (size_t)(stop - w->p)};
    uint32_t code;
    size_t used;

    if (run.n == 0 && stop != NULL) {
        used = json_escape(w->p, w->end, &code);
        run.n = used == 0 ? 1 : used;
        if (used != 0) {
            w->p += used;
            return (struct str){w->escaped, encode(code, w->escaped)};
        }
    }
    w->p += run.n;
    return run;
}

size_t json_unescape(struct str inner, char *to)
{
    struct walk w = {inner.p, inner.p + inner.n, {0}};
    size_t n = 0;

    for (;;) {
        struct str run = walk_next(&w);

        if (run.n == 0)
            return n;
        memcpy(to + n, run.p, run.n);
        n += run.n;
    }
}

int json_inner_cmp(struct str a, struct str b)
{
    struct walk wa = {a.p, a.p + a.n, {0}};
    struct walk wb = {b.p, b.p + b.n, {0}};
    struct str x = walk_next(&wa);
    struct str y = walk_next(&wb);

    while (x.n != 0 && y.n != 0) {
        size_t n = x.n < y.n ? x.n : y.n;
        int c = memcmp(x.p, y.p, n);

        if (c != 0)
            return c;
        x = x.n == n ? walk_next(&wa) : str_skip(x, n);
        y = y.n == n ? walk_next(&wb) : str_skip(y, n);
    }
    return (x.n != 0) - (y.n != 0);
}

bool json_inner_eq(struct str inner, struct str text)
{
    struct walk w = {inner.p, inner.p + inner.n, {0}};

    /* An escape is longer than what it stands for. */
    if (inner.n < text.n)
        return false;
    for (;;) {
        struct str run = walk_next(&w);

        if (run.n == 0)
            return text.n == 0;
        if (!str_starts(text, run))
            return false;
        text = str_skip(text, run.n);
    }
}

struct str json_inner(struct str raw)
{
    return (struct str){raw.p + 1, raw.n - 2};
}

/* ---- other scalars ---- */

bool json_lex_literal(struct json_lex *x)
{
    static const struct str words[] = {STR_INIT("true"), STR_INIT("false"),
                                       STR_INIT("null")};
    struct str rest = str_range(x->p, x->end);

    for (size_t i = 0; i < SL_LEN(words); i++) {
        if (str_starts(rest, words[i])) {
            x->p += words[i].n;
            return true;
        }
    }
    return json_lex_fail(x, x->p, STR("a value is expected"));
}

/* False when there is not even one. */
static bool digits(struct json_lex *x)
{
    const char *from = x->p;

    while (x->p < x->end && *x->p >= '0' && *x->p <= '9')
        x->p++;
    return x->p != from ||
           json_lex_fail(x, x->p, STR("a digit of a number is expected"));
}

bool json_lex_number(struct json_lex *x)
{
    if (x->p < x->end && *x->p == '-')
        x->p++;
    if (x->p < x->end && *x->p == '0')
        x->p++;
    else if (!digits(x))
        return false;
    if (x->p < x->end && *x->p == '.') {
        x->p++;
        if (!digits(x))
            return false;
    }
    if (x->p < x->end && (*x->p == 'e' || *x->p == 'E')) {
        x->p++;
        if (x->p < x->end && (*x->p == '+' || *x->p == '-'))
            x->p++;
        return digits(x);
    }
    return true;
}

/* ---- blocks ---- */

/* One bit for a byte each; a block begins outside of strings. */
struct block {
    simd_mask inside; /* strings, with the opening quote, not the closing */
    simd_mask errors; /* controls in strings, backslashes outside */
    simd_mask open;   /* brackets, in strings too */
    simd_mask close;
    bool cut;     /* it ends inside a string */
    bool escaped; /* ... whose next byte is escaped by the last one */
};

/* The bytes behind a backslash that is not itself behind one. *last: the block
 * ends in such a backslash. */
static simd_mask escaped_bytes(simd_mask slashes, bool *last)
{
    simd_mask escaped = 0;

    while (slashes != 0) {
        simd_mask slash = slashes & ~simd_rest(slashes);

        slashes = simd_rest(slashes);
        if (slash >> (MASK_BITS - 1) != 0) {
            *last = true;
            break;
        }
        escaped |= slash << SIMD_BITS;
        slashes &= ~(slash << SIMD_BITS);
    }
    return escaped;
}

/* A bit is set when an odd number of those up to it are. Bytes have but one
 * bit of theirs in use, so their number of bits does not matter. */
static simd_mask prefix_xor(simd_mask m)
{
    /* Masked before the shift, so that no bit is lost by it. */
    m ^= (m & ALL >> 1) << 1;
    m ^= (m & ALL >> 2) << 2;
    m ^= (m & ALL >> 4) << 4;
    m ^= (m & ALL >> 8) << 8;
    m ^= (m & ALL >> 16) << 16;
    m ^= (m & ALL >> 32) << 32;
    return m;
}

struct sorted {
    simd_mask quotes, open, close;
    simd_mask odd; /* backslashes, controls, what is not ASCII */
};

static inline void sort_step(const char *p, unsigned step, struct sorted *b)
{
    struct simd s = simd_load(p + step * SIMD_BYTES);
    struct simd l = simd_lane_lower(s);
    struct simd odd = simd_or(simd_lane_eq(s, '\\'), simd_lane_odd(s));
    unsigned at = step * STEP_BITS;

    b->quotes |= simd_eq(s, '"') << at;
    b->open |= simd_eq(l, '{') << at;
    b->close |= simd_eq(l, '}') << at;
    b->odd |= simd_high(odd) << at;
}

/* Backslashes and controls, which most blocks have none of. */
static void sort_odd(const char *p, simd_mask *slashes, simd_mask *controls)
{
    for (unsigned i = 0; i < STEPS; i++) {
        struct simd s = simd_load(p + i * SIMD_BYTES);
        simd_mask low = simd_high(simd_lane_odd(s)) & ~simd_high(s);

        *slashes |= simd_eq(s, '\\') << (i * STEP_BITS);
        *controls |= low << (i * STEP_BITS);
    }
}

static struct block read_block(const char *p)
{
    struct sorted m = {0};
    struct block b = {0};
    simd_mask slashes = 0;
    simd_mask controls = 0;
    simd_mask quotes;

    sort_step(p, 0, &m);
    if (FOUR_STEPS) {
        sort_step(p, 1 % STEPS, &m);
        sort_step(p, 2 % STEPS, &m);
        sort_step(p, 3 % STEPS, &m);
    }
    quotes = m.quotes;
    if (m.odd != 0) {
        sort_odd(p, &slashes, &controls);
        quotes &= ~escaped_bytes(slashes, &b.escaped);
    }
    b.inside = prefix_xor(quotes);
    b.errors = (controls & b.inside) | (slashes & ~b.inside);
    b.open = m.open;
    b.close = m.close;
    b.cut = b.inside >> (MASK_BITS - 1) != 0;
    return b;
}

/* The block at p; the last one is copied and filled up with spaces. */
static const char *block_at(const char *p, const char *end, char tail[BLOCK])
{
    if (end - p >= BLOCK)
        return p;
    memset(tail, ' ', BLOCK);
    memcpy(tail, p, (size_t)(end - p));
    return tail;
}

/* From a block that was read at x->p to the next one. */
static bool next_block(struct json_lex *x, const struct block *b)
{
    if (b->errors != 0) {
        const char *p = x->p + simd_first(b->errors);

        return *p == '\\' ? json_lex_fail(x, p, STR("a value is expected"))
                          : fail_in_string(x, p);
    }
    x->p = x->end - x->p < BLOCK ? x->end : x->p + BLOCK;
    return !b->cut || finish_string(x, b->escaped ? x->p - 1 : x->p);
}

/* The brackets that are open, by the byte that closes them. */
struct nesting {
    unsigned n, max;
    char closing[JSON_DEPTH];
};

enum step { STEP_ON, STEP_CLOSED, STEP_FAILED };

/* The bracket c at p. */
static enum step take_bracket(struct json_lex *x, const char *p, char c,
                              struct nesting *open)
{
    if (c == '{' || c == '[') {
        if (open->n == open->max) {
            json_lex_fail(x, p, STR("nested too deep"));
            x->rc = SL_TOO_LARGE;
            return STEP_FAILED;
        }
        open->closing[open->n++] = (char)(c + 2); /* ASCII has it there */
        return STEP_ON;
    }
    if (open->closing[--open->n] != c) {
        json_lex_fail(x, p, STR("a bracket that does not match"));
        return STEP_FAILED;
    }
    return open->n == 0 ? STEP_CLOSED : STEP_ON;
}

/* Walks the brackets of one block that stands at x->p and was read from
 * `bytes`. STEP_CLOSED: x->p is past the last one. */
static enum step walk_brackets(struct json_lex *x, const char *bytes,
                               simd_mask brackets, struct nesting *open)
{
    for (; brackets != 0; brackets = simd_rest(brackets)) {
        unsigned i = simd_first(brackets);
        enum step step = take_bracket(x, x->p + i, bytes[i], open);

        if (step == STEP_CLOSED)
            x->p += i + 1;
        if (step != STEP_ON)
            return step;
    }
    return STEP_ON;
}

/* What stands before the first of the errors. */
static simd_mask before(simd_mask errors)
{
    return errors == 0 ? ALL : ((errors & ~simd_rest(errors)) - 1);
}

bool json_lex_nested(struct json_lex *x, unsigned depth)
{
    struct nesting open = {.max = depth < JSON_DEPTH ? depth : JSON_DEPTH};
    char tail[BLOCK];

    while (x->p < x->end) {
        const char *bytes = block_at(x->p, x->end, tail);
        struct block b = read_block(bytes);
        simd_mask brackets = (b.open | b.close) & ~b.inside & before(b.errors);
        enum step step = walk_brackets(x, bytes, brackets, &open);

        if (step != STEP_ON)
            return step == STEP_CLOSED;
        if (!next_block(x, &b))
            return false;
    }
    return json_lex_fail(x, x->end, STR("a bracket is not closed"));
}

bool json_lex_value(struct json_lex *x, unsigned depth)
{
    const char *from = x->p;

    if (x->p == x->end)
        return json_lex_fail(x, x->p, STR("a value is expected"));
    if (*x->p == '"')
        return json_lex_string(x);
    if (*x->p == '{' || *x->p == '[')
        return json_lex_nested(x, depth);
    while (x->p < x->end &&
           (char_is_digit(*x->p) || *x->p == '-' || *x->p == '+' ||
            *x->p == '.' || *x->p == 'e' || *x->p == 'E'))
        x->p++;
    return x->p != from || json_lex_literal(x);
}

/* Set bits; no machine instruction is relied on, as its absence would call a
 * library. */
static unsigned count_bits(simd_mask m)
{
    m = m - (m >> 1 & 0x5555555555555555U);
    m = (m & 0x3333333333333333U) + (m >> 2 & 0x3333333333333333U);
    m = (m + (m >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    m += m >> 8;
    m += m >> 16;
    m += m >> 32;
    return (unsigned)(m & 0x7F);
}

/* Bytes that a value may stand behind. */
static simd_mask leads(const char *p)
{
    simd_mask m = 0;

    for (unsigned i = 0; i < STEPS; i++) {
        struct simd s = simd_load(p + i * SIMD_BYTES);
        struct simd l = simd_or(simd_lane_eq(s, ','), simd_lane_eq(s, ':'));

        m |= simd_high(l) << (i * STEP_BITS % MASK_BITS);
    }
    return m;
}

size_t json_lex_count(struct str text)
{
    struct json_lex x = json_lex_of(text);
    char tail[BLOCK];
    size_t n = 1;

    while (x.p < x.end) {
        const char *bytes = block_at(x.p, x.end, tail);
        struct block b = read_block(bytes);

        n += count_bits((leads(bytes) | b.open) & ~b.inside);
        if (!next_block(&x, &b))
            break;
    }
    return n;
}
