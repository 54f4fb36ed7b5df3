/* SPDX-License-Identifier: MIT */
/* Replicate's predictions (providers' reference: replicate). A provider's
 * alone. What a model takes is its own affair; those that write text mostly
 * take one prompt, so a conversation is flattened into it:
 *
 *     one message of the user       its text as it is
 *     more                          User: TEXT
 *                                   (an empty line)
 *                                   Assistant: TEXT
 *                                   (an empty line)
 *                                   Assistant called NAME: ARGUMENTS
 *                                   (an empty line)
 *                                   NAME returned: TEXT
 *                                   (an empty line)
 *                                   User: TEXT
 *                                   (an empty line)
 *                                   Assistant:
 *
 * The last line is left out where the assistant has begun already. All system
 * messages together are system_prompt, the first image is image. */
#ifndef SL_REPLICATE_H
#define SL_REPLICATE_H

#include "core/dialects/dialect.h"

void replicate_write(struct chat_writing *w);

#endif
