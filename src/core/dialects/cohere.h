/* SPDX-License-Identifier: MIT */
/* Cohere's v2 chat (providers' reference: cohere, sections 2 to 4). A
 * provider's alone. */
#ifndef SL_COHERE_H
#define SL_COHERE_H

#include "core/dialects/dialect.h"

void cohere_write(struct chat_writing *w);

#endif
