/* SPDX-License-Identifier: MIT */
/* A host for tests of the exchange: it does no I/O, keeps what the exchange
 * says, and tells it what the test says, by a clock that the test moves.
 *
 *     host_init(&h, &mem, config, env, n)
 *     host_request(&h, "POST /v1/chat/completions HTTP/1.1\r\n…", body);
 *     host_answer(&h, 0, "HTTP/1.1 200 OK\r\ncontent-type: …\r\n\r\n");
 *     host_data(&h, 0, STR("…"), true);
 *     check_int(h.status, 200); check_str(host_body(&h), …); */
#ifndef SL_TEST_HOST_H
#define SL_TEST_HOST_H

#include "core/exchange.h"
#include "core/speed.h"
#include "support.h"

enum { HOST_CALLS = 64, HOST_STORE = 32, HOST_ASKS = 8, HOST_TEXT = 1 << 20 };

struct host_call {
    uint32_t id;
    const struct provider *provider;
    struct str head; /* "POST /v1/… HTTP/1.1\r\n…", as it would be sent */
    struct buf body;
    bool ended, cancelled, over;
    bool fresh;
    int64_t connect_ms;
    uint64_t origin;
    enum http_method method;
};

struct host_value {
    struct str key, bytes;
    int64_t ttl_ms, until_ms;
};

/* Told of all that passes, where a test wants to know. */
struct host_tap {
    void (*on_begin)(struct host_tap *tap, const struct exchange_setup *setup);
    void (*on_event)(struct host_tap *tap, const struct event *ev,
                     int64_t now_ms);
    /* NULL: the drain has ended. */
    void (*on_action)(struct host_tap *tap, const struct action *a,
                      const struct record *record);
};

/* The answer to a SIGN or a part's LOAD that has yet to be given. */
struct host_ask {
    enum event_kind kind;
    uint32_t call;
    enum sl_rc rc;
    struct str bytes;
};

struct host {
    struct test_mem *mem;
    struct host_tap *tap; /* NULL: none */
    struct sl_mem plain;  /* for the host's own notes: never fails */
    struct sl_mem bodies; /* mem, and no more than bodies_limit at a time */
    size_t bodies_live, bodies_limit;
    struct arena notes;
    struct config config;
    struct problems problems;
    struct exchange *x;
    int64_t now_ms;
    int64_t wake_ms; /* 0: none */
    /* the answer */
    int status;
    struct str head; /* field lines */
    int64_t length;
    struct buf body;
    unsigned sends; /* actions that carried bytes */
    bool done, aborted, closed;
    struct record record;
    /* calls in the order of their start */
    struct host_call calls[HOST_CALLS];
    size_t n_calls;
    size_t next_key;      /* what PICK is answered with; grows */
    size_t picks, loads;  /* picks: of first attempts */
    size_t marks[4];      /* by verdict */
    struct key_mark mark; /* the last one */
    struct key_pick pick; /* the last one, */
    uint32_t pick_call;   /* and its number */
    bool waits;           /* PICK and LOAD are answered by the test alone */
    bool asks_wait;       /* SIGN and LOAD with a call wait for host_reply */
    struct host_ask asks[HOST_ASKS];
    size_t n_asks;
    size_t signs;
    enum sl_rc sign_rc; /* what SIGN is answered with, SL_OK: a result */
    struct str asked;   /* the key of the last LOAD */
    struct host_value store[HOST_STORE];
    size_t n_store;
    bool ready;
    struct speeds speeds; /* what marks have told */
    uint64_t chance;      /* random bits of the next exchange */
    bool spent;           /* the budget of retries is */
    size_t retries;       /* what it was asked for, */
    size_t hedges;        /* and that for hedges */
};

/* env: "NAME=value" texts. False: no memory; a bad configuration fails the
 * test. */
bool host_init(struct host *h, struct test_mem *mem, struct str config,
               const char *const *env);
void host_release(struct host *h);

/* Starts an exchange (ending the one before) and feeds head and body; false:
 * no memory. */
bool host_request(struct host *h, const char *head, struct str body);
/* The same without the body: host_body_piece follows. */
bool host_head(struct host *h, const char *head);
void host_body_piece(struct host *h, struct str bytes, bool last);
/* "POST /v1/…" with the caller's secret `pk`, more field lines, and the body
 * with its length, at most n bytes at a time. */
bool host_ask(struct host *h, const char *line, const char *fields,
              struct str body);
bool host_ask_cut(struct host *h, const char *line, const char *fields,
                  struct str body, size_t n);
/* A new exchange that has been told nothing yet; false: no memory. */
bool host_begin(struct host *h);
/* Any event. */
void host_feed(struct host *h, struct event ev);

void host_answer(struct host *h, size_t call, const char *text);
void host_data(struct host *h, size_t call, struct str bytes, bool last);
/* Piece by piece, n bytes each. */
void host_data_cut(struct host *h, size_t call, struct str bytes, size_t n,
                   bool last);
void host_fail(struct host *h, size_t call, enum sl_rc rc);
/* Gives the answers that wait; what is asked then waits in turn. */
void host_reply(struct host *h);
/* The answer to the last PICK, when h->waits. */
void host_picked(struct host *h, enum sl_rc rc, size_t key);
void host_gone(struct host *h);
/* Moves the clock, waking the exchange whenever it asked for it. */
void host_advance(struct host *h, int64_t ms);

struct str host_body(const struct host *h);
/* A field of the answer; {0} when absent. */
struct str host_field(const struct host *h, const char *name);
/* True when the call's head holds the text. */
bool host_call_has(const struct host *h, size_t call, const char *text);
struct str host_call_body(const struct host *h, size_t call);

/* For cmocka: host_init and host_release with their checks. */
int host_setup(struct host *h, struct test_mem *mem, struct str config,
               const char *const *env);
int host_teardown(struct host *h);

#define check_int(got, want) assert_int_equal((got), (want))
#define check_has(text, part) check_has_at((text), (part), __FILE__, __LINE__)
void check_has_at(struct str text, const char *part, const char *file,
                  int line);

#endif
