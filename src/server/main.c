/* SPDX-License-Identifier: MIT */
/* The program. */
#include "server/cli.h"
#include "server/files.h"

int main(int argc, char **argv)
{
    static struct cli c;

    if (!cli_parse(&c, argc, argv)) {
        say("%s", c.message);
        return 2;
    }
    return c.command->run(&c);
}
