/* SPDX-License-Identifier: MIT */
/* Memory where there is no malloc: blocks of a power of two, taken from the
 * end of the linear memory, which only grows; those given back wait in a list
 * of their size. */
#ifndef SL_WORKER_HEAP_H
#define SL_WORKER_HEAP_H

#include "core/base/arena.h"

extern const struct sl_mem heap_mem;

/* Bytes in use, rounded as they are. */
size_t heap_live(void);

#endif
