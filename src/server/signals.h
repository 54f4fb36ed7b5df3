/* SPDX-License-Identifier: MIT */
/* SIGTERM and SIGINT end the program, SIGHUP reloads its configuration; all of
 * them arrive on loop 0. SIGPIPE is ignored: a write says it better. */
#ifndef SL_SIGNALS_H
#define SL_SIGNALS_H

#include <uv.h>

#include "server/app.h"

enum { SIGNALS = 3 };

struct signals {
    uv_signal_t v[SIGNALS];
    struct app *app;
};

/* Before any thread is started. False: a signal can't be watched. */
SL_MUST_USE bool signals_init(struct signals *s, struct app *app);
/* From then on the system's defaults hold: another SIGTERM kills. */
void signals_close(struct signals *s);

#endif
