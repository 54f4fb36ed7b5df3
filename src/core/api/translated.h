/* SPDX-License-Identifier: MIT */
/* A client's chat for a provider of another dialect: the body read into the
 * middle form, once, and written for each target that needs it. */
#ifndef SL_TRANSLATED_H
#define SL_TRANSLATED_H

#include "core/api/surface.h"
#include "core/translate.h"
#include "core/way.h"

/* The held body in the middle form. False, and answered, when it is wrong:
 * 400 with the path of what is, in the caller's error shape. */
bool translated_read(struct exchange *x, const struct dialect *client,
                     const struct translate_path *path,
                     struct chat_request **request);
/* As this way wants it, in written->out: a buffer of the held bodies, as a
 * body may be larger than all else of an exchange. False, and answered, when
 * it can't be said there, or not within limits.body. */
bool translated_write(struct exchange *x, const struct chat_request *request,
                      const struct chat_way *way, struct str model,
                      struct translate_written *written);

#endif
