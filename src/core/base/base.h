/* SPDX-License-Identifier: MIT */
/* What every file may rely on: attributes, the assertion, the five integer
 * and memory headers of the core. */
#ifndef SL_BASE_H
#define SL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SL_MUST_USE __attribute__((warn_unused_result))
#define SL_UNUSED __attribute__((unused))

#define SL_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* An invariant of ours does not hold. Each host defines it: natively it
 * prints and aborts, in wasm it leaves the text in the output window and
 * traps. */
_Noreturn void sl_panic(const char *file, int line, const char *what);

/* Stays in release builds; cheap, free of side effects, never on input. */
#define SL_ASSERT(cond) ((cond) ? (void)0 : sl_panic(__FILE__, __LINE__, #cond))

#endif
