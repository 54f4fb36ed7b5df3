/* SPDX-License-Identifier: MIT */
/* The program. */
#include <stdio.h>

#include "server/app.h"
#include "server/cli.h"
#include "server/files.h"

static int serve(const struct app_options *options)
{
    struct app *a = app_new(options);
    int code;

    if (a == NULL)
        return 1;
    code = app_run(a);
    app_free(a);
    return code;
}

static int check(const struct app_options *options)
{
    if (!app_check(options))
        return 1;
    puts("the configuration is good");
    return 0;
}

int main(int argc, char **argv)
{
    static struct cli c;
    struct app_options options;

    if (!cli_parse(&c, argc, argv)) {
        say("%s", c.message);
        return 2;
    }
    options = (struct app_options){
        .config_path = c.config_path,
        .flags = c.flags,
        .n_flags = c.n_flags,
    };
    switch (c.command) {
    case CLI_SERVE:
        return serve(&options);
    case CLI_CHECK:
        return check(&options);
    case CLI_HELP:
        fputs(cli_help, stdout);
        return 0;
    case CLI_VERSION:
        puts("sluice " SLUICE_VERSION);
        return 0;
    }
    return 2;
}
