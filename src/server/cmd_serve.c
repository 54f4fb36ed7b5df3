/* SPDX-License-Identifier: MIT */
/* sluice serve */
#include "server/cmd.h"

int cmd_serve(const struct cli *c)
{
    struct app_options options = cli_options(c);
    struct app *a = app_new(&options);
    int code;

    if (a == NULL)
        return 1;
    code = app_run(a);
    app_free(a);
    return code;
}
