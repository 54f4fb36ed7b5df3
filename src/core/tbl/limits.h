/* SPDX-License-Identifier: MIT */
/* Every limit that can be configured under "limits": X(name in C, name in the
 * configuration, kind (SIZE bytes, COUNT, TIME ms; with _0 where 0 makes
 * sense), default, what it bounds). Included by config.h (the struct), config.c
 * (reading) and tools/gen_config_doc.c. */
X(head, "head", SIZE, 32768, "bytes of a request's head; more is 431")
X(head_fields, "headFields", COUNT, 128,
  "fields in a request's head; more is 431")
X(body, "body", SIZE, 33554432,
  "bytes of a request body that is held; more is 413")
X(bodies, "bodies", SIZE, 268435456,
  "bytes of all held bodies together; more is 503")
X(replay, "replay", SIZE_0, 65536,
  "bytes of a pass-through body kept for another attempt")
X(answer, "answer", SIZE, 1048576,
  "bytes of a whole answer held before it is passed on")
X(event, "event", SIZE, 1048576, "bytes of one streamed event")
X(exchange, "exchange", SIZE, 8388608,
  "bytes of memory of one exchange, bodies excepted")
X(connections, "connections", COUNT, 16384, "client connections; more get 503")
X(pool, "pool", COUNT_0, 64, "idle connections kept per provider and loop")
X(high_water, "highWater", SIZE, 262144,
  "bytes queued to a slow peer before reading stops")
X(models, "models", COUNT, 20000, "models taken from one provider's list")
X(client_head_ms, "headTimeout", TIME, 15000, "for a request's head to arrive")
X(client_body_ms, "bodyTimeout", TIME, 60000,
  "between two reads of a request's body")
X(client_idle_ms, "idleTimeout", TIME, 75000,
  "of silence on a kept client connection")
X(client_write_ms, "writeTimeout", TIME, 60000,
  "without progress while a client reads its answer")
X(pool_idle_ms, "poolIdle", TIME_0, 55000,
  "an unused provider connection is kept")
X(drain_ms, "drain", TIME_0, 30000, "for open answers to end after SIGTERM")
X(dns_ms, "dns", TIME_0, 30000, "a resolved address is used")
