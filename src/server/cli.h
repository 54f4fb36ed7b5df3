/* SPDX-License-Identifier: MIT */
/* The command line: a subcommand and flags, "--flag value" or "--flag=value".
 * Exit codes as Unix users expect: 0, 1 for a failure, 2 for wrong usage. */
#ifndef SL_CLI_H
#define SL_CLI_H

#include "core/config.h"

enum cli_command {
    CLI_SERVE,
    CLI_CHECK,
    CLI_HELP,
    CLI_VERSION,
};

enum { CLI_SETTINGS = 64, CLI_MESSAGE = 256 };

struct cli {
    enum cli_command command;
    const char *config_path; /* NULL: not given */
    struct setting flags[CLI_SETTINGS];
    size_t n_flags;
    char message[CLI_MESSAGE]; /* what is wrong, when it is */
};

/* False: wrong usage, see message. Borrows the arguments. */
SL_MUST_USE bool cli_parse(struct cli *c, int argc, char *const *argv);
/* The text of --help. */
extern const char cli_help[];

#endif
