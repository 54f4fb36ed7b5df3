/* SPDX-License-Identifier: MIT */
/* Reading the configuration: file, environment and flags become a generation,
 * or lines on stderr that say what is wrong. */
#ifndef SL_GENERATION_H
#define SL_GENERATION_H

#include "server/app.h"
#include "server/listener.h"

/* The file that is meant: the one that was asked for, else ./sluice.jsonc,
 * else ./config.jsonc, else NULL. */
const char *config_path(const struct app_options *options);

/* One reference is the caller's. NULL: it was said why. `listening`: what is
 * listened on already; NULL: what the configuration says will be. It is
 * refused to serve others than this machine without credentials. app may be
 * NULL for a check; such a generation can't serve. */
struct generation *generation_load(struct app *app,
                                   const struct app_options *options,
                                   const struct listening *listening);

/* The paths of its certificate and key, for struct file_stamp; NULL: none.
 * Room for both. */
struct tls_paths {
    char cert[1024], key[1024];
};
void generation_tls_paths(const struct generation *g, struct tls_paths *out);

/* One screen on stderr: what runs, who may call, and the first curl. */
void greet(struct app *a, const struct listening *listening, const char *path);

#endif
