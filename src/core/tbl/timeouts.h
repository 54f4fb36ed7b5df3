/* SPDX-License-Identifier: MIT */
/* The time limits of one attempt: X(name in C, name under
 * providers.NAME.timeouts, default in milliseconds, what it bounds).
 * Included by config_provider.c and tools/gen_config_doc.c. */
X(connect_ms, "connect", 5000, "name resolution, TCP and TLS together")
X(first_byte_ms, "firstByte", 600000, "until the head of a whole answer")
X(first_event_ms, "firstEvent", 180000,
  "until the first meaningful event of a streamed answer")
X(idle_ms, "idle", 180000, "between two reads of an answer")
X(backoff_ms, "backoff", 1000,
  "the longest wait for a provider that has too much to do, before it is asked "
  "again; 0: it is not")
X(total_ms, "total", 1800000, "the whole exchange")
