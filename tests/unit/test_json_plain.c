/* SPDX-License-Identifier: MIT */
/* The tests of the scan again, over the words of JSON as they are built for
 * machines without vector instructions: eight bytes at a time. */
#undef __SSE2__
#undef __ARM_NEON
#include "core/base/json_lex.c" // NOLINT(bugprone-suspicious-include)
#include "test_json_scan.c"     // NOLINT(bugprone-suspicious-include)
