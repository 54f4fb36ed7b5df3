/* SPDX-License-Identifier: MIT */
/* Signals as events of loop 0. */
#include "server/signals.h"

#include <signal.h>

static void on_signal(uv_signal_t *handle, int number)
{
    struct signals *s = handle->data;

    if (number == SIGHUP)
        app_reload(s->app);
    else
        app_end(s->app);
    loop_leave(&s->app->loops[0]);
}

bool signals_init(struct signals *s, struct app *app)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP};

    struct sigaction ignore = {.sa_flags = 0};

    s->app = app;
    ignore.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &ignore, NULL);
    for (size_t i = 0; i < SIGNALS; i++) {
        if (uv_signal_init(&app->loops[0].uv, &s->v[i]) != 0)
            return false;
        s->v[i].data = s;
        if (uv_signal_start(&s->v[i], on_signal, numbers[i]) != 0)
            return false;
    }
    return true;
}

void signals_close(struct signals *s)
{
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&s->v[i], NULL);
}
