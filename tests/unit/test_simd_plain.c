/* SPDX-License-Identifier: MIT */
/* The tests of simd.h again, over the variant for machines without any: the
 * one that no build here would otherwise choose. */
#undef __SSE2__
#undef __ARM_NEON
#include "test_simd.c"
