/* SPDX-License-Identifier: MIT */
/* The command line: a command, its argument and flags, "--flag value" or
 * "--flag=value". What there is stands in two tables of cli.c. Exit codes as
 * Unix users expect: 0, 1 for a failure, 2 for wrong usage. */
#ifndef SL_CLI_H
#define SL_CLI_H

#include <stdio.h>

#include "server/app.h"

enum { CLI_SETTINGS = 64, CLI_MESSAGE = 256 };

/* Flags that belong to some commands alone. */
enum {
    CLI_JSON = 1,
    CLI_LIVE = 2,
    CLI_TEXT = 4,
    CLI_FROM = 8,
    CLI_PATH = 16,
};

struct cli;

struct command {
    struct str name;
    const char *arguments; /* as --help writes them */
    const char *summary;
    int (*run)(const struct cli *c); /* returns the exit code */
    unsigned takes;                  /* CLI_JSON … */
    bool may_have_argument, needs_argument;
};

struct cli {
    const struct command *command;
    const char *config_path; /* NULL: not given */
    const char *argument;    /* NULL: none */
    const char *text;        /* of --message; NULL: none */
    const char *from, *path; /* NULL: not given */
    unsigned given;          /* CLI_JSON … */
    struct setting flags[CLI_SETTINGS];
    size_t n_flags;
    char message[CLI_MESSAGE]; /* what is wrong, when it is */
};

/* False: wrong usage, see message. Borrows the arguments. */
SL_MUST_USE bool cli_parse(struct cli *c, int argc, char *const *argv);
/* The text of --help. */
void cli_write_help(FILE *out);
/* What it says of the configuration. */
struct app_options cli_options(const struct cli *c);

#endif
