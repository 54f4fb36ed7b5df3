/* SPDX-License-Identifier: MIT */
/* Every option that is neither a limit nor a provider's: X(id, path in the
 * file, variable, flag, kind, default, what it means). A variable may also
 * stand in the file at top level under its own name. Order of a value:
 * default, path in the file, variable in the file, environment, flag.
 * Included by config.c (reading) and tools/gen_config_doc.c (the reference). */
X(listen, "server.listen", "SLUICE_LISTEN", "listen", ADDRESSES,
  "127.0.0.1:8787",
  "where to listen: `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`, one or several")
X(threads, "server.threads", "SLUICE_THREADS", "threads", THREADS, "0",
  "event loops; 0: one for each core")
X(tls_cert, "server.tls.cert", "", "", FILE, "",
  "certificate chain (PEM file); with it and the key, HTTPS is spoken")
X(tls_key, "server.tls.key", "", "", FILE, "",
  "private key of the certificate (PEM file)")
X(models_ttl, "server.modelsTtl", "", "", TIME, "60s",
  "how long a provider's list of models is used before it is asked again")
X(pings, "server.pings", "", "", TIME, "15s",
  "when a stream has been silent for so long, its client gets a keep-alive "
  "that means nothing to it; 0: never. Ollama's clients know none")
X(early_pings, "server.earlyPings", "", "", SWITCH, "false",
  "a stream may begin with a keep-alive, before any provider has answered: the "
  "status is 200 then, and a failure is an error event")
X(log_format, "log.format", "SLUICE_LOG_FORMAT", "log-format", FORMAT, "text",
  "the line of each request: `text`, `json` or `off`")
X(store, "store", "SLUICE_STORE", "store", STORE, "memory:",
  "where state is kept: `memory:`, or `sqlite:FILE`: then whose "
  "turn it is among keys survives a restart")
X(insecure_open, "", "", "insecure-open", SWITCH, "false",
  "listen without credentials on other addresses than loopback")
X(callers, "", "PROXY_API_KEY", "", KEYS, "",
  "the secrets of callers; without one only loopback is listened on")
X(endpoints, "", "CUSTOM_OPENAI_ENDPOINTS", "", ENDPOINTS, "",
  "more OpenAI-compatible servers, see below")
X(default_model, "", "DEFAULT_MODEL", "", MODEL, "",
  "`provider/model` that the model name `default` stands for")
X(dev, "", "DEV", "", SWITCH, "false",
  "callers need no credentials; for loopback only")
X(round_robin, "", "ENABLE_GLOBAL_ROUND_ROBIN", "", SWITCH, "false",
  "keys of all providers take turns instead of being drawn at random")
X(account, "", "CLOUDFLARE_ACCOUNT_ID", "", ACCOUNT, "",
  "stands for `{account}` in the base URL of Workers AI; of several, each goes "
  "with the key at its place; the (first) account of AI Gateways, `/g/NAME/` "
  "picks one of its")
X(accounts, "", "CLOUDFLARE_ACCOUNTS", "", ACCOUNTS, "",
  "several accounts with a key each, for Workers AI: "
  "`[{\"id\": …, \"key\": …}, …]` or `ID:KEY,ID:KEY`, see below")
X(gateway, "", "AI_GATEWAY_NAME", "", GATEWAY, "",
  "with the account: the Cloudflare AI Gateway that the providers it knows are "
  "reached through")
X(gateway_base, "", "AI_GATEWAY_BASE_URL", "", GATEWAY,
  "https://gateway.ai.cloudflare.com/v1",
  "where AI Gateways are; account and name are added to it")
X(gateway_token, "", "CF_AIG_TOKEN", "", KEYS, "",
  "token of an authenticated gateway, sent as `cf-aig-authorization`")
X(gateway_universal, "gateway.universal", "AI_GATEWAY_UNIVERSAL", "", SWITCH,
  "false",
  "a chat through the gateway is one request to its universal endpoint with a "
  "step for each key, and the gateway goes on to the next key; else it goes to "
  "the provider's path there, and Sluice does")
X(gateway_rest, "gateway.rest", "AI_GATEWAY_REST", "", SWITCH, "false",
  "`/compat/…` goes to Cloudflare's REST interface (`/ai/v1/…` of the account) "
  "with a key of Workers AI, not to the gateway's older compat interface; "
  "models are named as there: `openai/…`, `google/…`, `@cf/…`")
