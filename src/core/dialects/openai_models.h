/* SPDX-License-Identifier: MIT */
/* What OpenAI's reasoning models refuse that its others take (providers'
 * reference: openai-chat section 1). A relayed request is the client's own
 * affair; one that is translated comes from a client that can't know. */
#ifndef SL_OPENAI_MODELS_H
#define SL_OPENAI_MODELS_H

#include "core/chat.h"

/* Whether q, sent to this model (OpenAI's name of it), may not hold the member
 * of this name: sampling and what goes with it. Values that are the default
 * are taken. Models that are not known take all. */
bool openai_model_refuses(struct str model, const struct chat_request *q,
                          struct str name);

#endif
