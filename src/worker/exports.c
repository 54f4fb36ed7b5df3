/* SPDX-License-Identifier: MIT */
/* The border of the core on a host that runs WebAssembly: functions of
 * integers, and bytes in linear memory. Nothing is imported: the host tells
 * events and asks for actions.
 *
 *     at = sl_in(n); write n bytes there; sl_config(n_file)
 *     h = sl_open(now_ms, wall_ms, random, random)
 *     at = sl_in(n); write an event (codec.h); sl_feed(h, now_ms)
 *     while ((n = sl_next(h)) != 0)
 *         perform the action in the n bytes at sl_out()
 *     sl_close(h)
 *
 * Any call may grow the memory: a view of it is looked up anew behind each.
 * What is written to sl_in is kept for as long as the core borrows it; what
 * stands at sl_out, until the next call. 0 is "no" everywhere: no memory, a
 * handle that is over, an event that is malformed. */
#include "worker/codec.h"
#include "worker/heap.h"

#define EXPORT(name) __attribute__((export_name(#name), used))

enum { ABI = 1, OUT_MAX = 1 << 28, HANDLES = 4096, HANDLE_BITS = 12 };

/* Bytes from the host, and the event that was read from them. */
struct input {
    struct input *next;
    size_t n;
    struct codec_event event;
    char bytes[];
};

struct handle {
    struct exchange *exchange;
    struct input *inputs; /* borrowed until the drain has ended */
    uint32_t generation;  /* of the next exchange in this slot */
};

static struct config config;
static bool is_configured;
static struct input *given; /* by sl_in, not used yet */
static struct handle handles[HANDLES];
static struct buf out;
static uint32_t live;

uint32_t sl_abi(void);
uint32_t sl_in(uint32_t n);
uint32_t sl_out(void);
uint32_t sl_config(uint32_t n_file);
uint32_t sl_open(int64_t now_ms, int64_t wall_ms, uint64_t random0,
                 uint64_t random1);
uint32_t sl_feed(uint32_t h, int64_t now_ms);
uint32_t sl_next(uint32_t h);
uint32_t sl_wants_body(uint32_t h);
uint32_t sl_close(uint32_t h);
uint32_t sl_live(void);
uint32_t sl_heap(void);

/* ---- windows ---- */

static void free_input(struct input *in)
{
    if (in != NULL)
        heap_mem.put(NULL, in, sizeof *in + in->n);
}

EXPORT(sl_abi) uint32_t sl_abi(void)
{
    return ABI;
}

/* Room for n bytes, for the next call of sl_config, sl_open or sl_feed. */
EXPORT(sl_in) uint32_t sl_in(uint32_t n)
{
    free_input(given);
    given = NULL;
    if (n > UINT32_MAX - sizeof *given)
        return 0;
    given = heap_mem.get(NULL, sizeof *given + n);
    if (given == NULL)
        return 0;
    given->next = NULL;
    given->n = n;
    return (uint32_t)(uintptr_t)given->bytes;
}

EXPORT(sl_out) uint32_t sl_out(void)
{
    return (uint32_t)(uintptr_t)out.p;
}

static struct str given_text(void)
{
    return given == NULL ? (struct str){0}
                         : (struct str){given->bytes, given->n};
}

/* ---- the configuration ---- */

/* "NAME=value" of each variable, a NUL behind it. */
static size_t read_settings(struct str text, struct setting *settings, size_t n)
{
    struct str pair;
    size_t used = 0;

    while (used < n && str_split(&text, '\0', &pair)) {
        size_t at = str_find(pair, '=');

        settings[used].name = str_first(pair, at);
        settings[used++].value = str_skip(pair, at + 1);
    }
    return used;
}

/* In the window: the file's n_file bytes, then the variables. 1; or 0, and the
 * problems stand as text in sl_out, ended by a NUL. Once in an instance. */
EXPORT(sl_config) uint32_t sl_config(uint32_t n_file)
{
    static struct setting settings[256];
    static struct problems problems;
    struct str text = given_text();
    struct config_sources sources = {.file_name = STR("sluice.jsonc"),
                                     .env = settings};
    enum sl_rc rc;

    if (is_configured || n_file > text.n)
        return 0;
    sources.file_text = str_first(text, n_file);
    sources.n_env =
        read_settings(str_skip(text, n_file), settings, SL_LEN(settings));
    buf_init(&out, &heap_mem, OUT_MAX);
    config_init(&config, &heap_mem);
    rc = config_load(&config, &sources, &problems);
    for (size_t i = 0; i < problems.n && i < CONFIG_PROBLEMS; i++)
        problem_write(&out, &problems.v[i]);
    buf_add_char(&out, '\0');
    is_configured = rc == SL_OK;
    if (!is_configured)
        config_release(&config);
    if (given != NULL) /* it holds keys */
        memset(given->bytes, 0, given->n);
    return is_configured;
}

/* ---- exchanges ---- */

/* NULL: its exchange is over. */
static struct handle *handle_of(uint32_t h)
{
    struct handle *slot = &handles[h % HANDLES];

    return slot->exchange != NULL && slot->generation == h >> HANDLE_BITS
               ? slot
               : NULL;
}

/* A handle, never 0. The window holds the client's address. */
EXPORT(sl_open)
uint32_t sl_open(int64_t now_ms, int64_t wall_ms, uint64_t random0,
                 uint64_t random1)
{
    struct exchange_setup setup = {.config = &config,
                                   .mem = &heap_mem,
                                   .bodies = &heap_mem,
                                   .random = {random0, random1},
                                   .now_ms = now_ms,
                                   .wall_ms = wall_ms,
                                   .peer = given_text()};
    uint32_t i = 0;

    while (i < HANDLES && handles[i].exchange != NULL)
        i++;
    if (!is_configured || i == HANDLES)
        return 0;
    handles[i].exchange = exchange_new(&setup);
    if (handles[i].exchange == NULL)
        return 0;
    live++;
    handles[i].generation =
        (handles[i].generation + 1) & (UINT32_MAX >> HANDLE_BITS);
    if (handles[i].generation == 0)
        handles[i].generation = 1;
    return handles[i].generation << HANDLE_BITS | i;
}

static void free_inputs(struct handle *slot)
{
    while (slot->inputs != NULL) {
        struct input *in = slot->inputs;

        slot->inputs = in->next;
        free_input(in);
    }
}

EXPORT(sl_feed) uint32_t sl_feed(uint32_t h, int64_t now_ms)
{
    struct handle *slot = handle_of(h);
    struct input *in = given;

    if (slot == NULL || in == NULL ||
        !codec_read_event(&in->event, given_text()))
        return 0;
    given = NULL;
    in->next = slot->inputs;
    slot->inputs = in;
    exchange_feed(slot->exchange, &in->event.event, now_ms);
    return 1;
}

/* Bytes of the next action at sl_out; 0: none until the next event. */
EXPORT(sl_next) uint32_t sl_next(uint32_t h)
{
    struct handle *slot = handle_of(h);
    struct action a;

    if (slot == NULL)
        return 0;
    if (!exchange_next(slot->exchange, &a)) {
        exchange_rest(slot->exchange);
        free_inputs(slot);
        return 0;
    }
    buf_reset(&out);
    codec_write_action(&out, &a, exchange_record(slot->exchange));
    SL_ASSERT(!out.failed); /* without this action it can't go on */
    return (uint32_t)out.n;
}

EXPORT(sl_wants_body) uint32_t sl_wants_body(uint32_t h)
{
    struct handle *slot = handle_of(h);

    return slot != NULL && exchange_wants_body(slot->exchange);
}

EXPORT(sl_close) uint32_t sl_close(uint32_t h)
{
    struct handle *slot = handle_of(h);

    if (slot == NULL)
        return 0;
    exchange_free(slot->exchange);
    slot->exchange = NULL;
    free_inputs(slot);
    if (--live == 0)
        buf_release(&out);
    return 1;
}

/* ---- for tests and for a host that watches itself ---- */

EXPORT(sl_live) uint32_t sl_live(void)
{
    return live;
}

EXPORT(sl_heap) uint32_t sl_heap(void)
{
    return (uint32_t)heap_live();
}
