/* SPDX-License-Identifier: MIT */
/* What all loops of the process share: the configuration snapshot, the TLS
 * contexts, the one truth about keys (shared.h), the memory store, and whether
 * we are draining.
 *
 *     struct app *a = app_new(&options);     NULL: told on stderr why not
 *     code = app_run(a);                     until a signal ends it
 *     app_free(a);
 *
 * A configuration is read once into a generation; a reload makes another, and
 * the old one lives until its last exchange has ended. */
#ifndef SL_APP_H
#define SL_APP_H

#include <stdatomic.h>

#include "core/config.h"
#include "server/loop.h"
#include "server/tls.h"

struct app;
struct key_group;    /* shared.h */
struct memory_store; /* store/memory.h */
struct shared;       /* shared.h */
struct worker;       /* worker.h: the client side of one loop */

/* One loaded configuration; freed when the last exchange on it has ended. */
struct generation {
    struct config config;
    struct tls_context *tls_server; /* NULL: plain listener */
    struct key_group **groups;      /* of config.providers, by index */
    struct sl_mem bodies;           /* held bodies: up to limits.bodies */
    atomic_uint users;
    unsigned number;
    struct app *app;
};

/* What the command line said. Borrowed as long as the app lives. */
struct app_options {
    const char *config_path; /* NULL: ./sluice.jsonc, ./config.jsonc or none */
    const struct setting *flags;
    size_t n_flags;
};

struct app {
    /* Made by the first provider request over TLS: reading the system's
     * certificates takes longer than the whole start otherwise does. */
    _Atomic(struct tls_context *) tls_client;
    struct loop *loops;
    struct worker *workers; /* one for each loop */
    unsigned n_loops;
    struct shared *shared;
    struct memory_store *store;
    atomic_size_t body_bytes; /* held bodies of all loops: limits.bodies */
    atomic_size_t n_clients;  /* connections of all loops, up to the limit */
    atomic_size_t n_turned;   /* those over it that are being told so */
    atomic_ullong n_refused;  /* connections over limits.connections */
    atomic_uint n_finished;   /* loops that have ended; the first is the last */
    atomic_bool draining;     /* no new connections; open answers may end */
    atomic_bool stopping;     /* nothing may end any more */
    bool is_local;            /* a command's own: keys' health is not told */
    int64_t started_wall_ms;
    /* private to app.c; see its functions */
    struct app_private *private_;
};

struct app *app_new(const struct app_options *options);
/* For a command that asks itself (local.h): one loop, which the caller runs;
 * nothing listens, no credentials are asked for, nothing is logged. serves: a
 * configuration that is open to other machines is refused. */
struct app *app_new_local(const struct app_options *options, bool serves);
/* The process's exit code. */
int app_run(struct app *a);
void app_free(struct app *a);

/* Reads configuration and certificates again. What is wrong is printed, and
 * the running generation stays. On loop 0 alone. */
void app_reload(struct app *a);
/* The same, when one of the files has changed. */
void app_reload_if_changed(struct app *a);
/* SIGTERM: drain; the second time: stop. On loop 0 alone. */
void app_end(struct app *a);

/* `sluice check`: prints what is wrong; true when nothing is. */
bool app_check(const struct app_options *options);

/* The current snapshot, held until generation_drop. From any thread. */
struct generation *app_generation(struct app *a);
struct generation *generation_hold(struct generation *g);
void generation_drop(struct generation *g);

#endif
