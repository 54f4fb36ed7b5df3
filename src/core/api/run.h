/* SPDX-License-Identifier: MIT */
/* Workers AI's own form of a request, {"prompt": "…", …}, posted to "/": as a
 * proxy in front of several accounts once took it. It goes to
 * /run/{model}, with a key of the next account. */
#ifndef SL_RUN_H
#define SL_RUN_H

#include "core/api/surface.h"

/* Is it an object with a prompt? */
bool run_is_prompt(struct str body);
/* Takes the exchange over from its surface. The body is held. */
void run_start(struct exchange *x, struct str body);

#endif
