/* SPDX-License-Identifier: MIT */
/* The commands, each in a file of its own (cmd_NAME.c), and what they share:
 * texts of others on a terminal. */
#ifndef SL_CMD_H
#define SL_CMD_H

#include <stdio.h>

#include "server/cli.h"
#include "server/local.h"

int cmd_serve(const struct cli *c);
int cmd_check(const struct cli *c);
int cmd_models(const struct cli *c);
int cmd_chat(const struct cli *c);
int cmd_explain(const struct cli *c);
int cmd_translate(const struct cli *c);
int cmd_import(const struct cli *c);

/* Writes what a provider said. On a terminal control characters are left out:
 * they could move the cursor, or worse. */
void cmd_put(FILE *out, struct str text);
/* Everything was written: 0; else it is said, and 1. */
int cmd_flush(FILE *out);
/* "sluice: what: message": the message of an error object, or the status. */
void cmd_complain(const char *what, const struct local_answer *a);

#endif
