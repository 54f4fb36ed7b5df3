/* SPDX-License-Identifier: MIT */
/* The providers, one row each, in the order of /v1/models. The one hard idea
 * is that a base URL is what a user would replace as a whole: what stands
 * after it differs by surface (compat, models_path) and is not part of it.
 *
 * A quirk stands here only when the provider is known to refuse the member;
 * what it merely ignores is sent as it came. */
#include "core/catalogue.h"

#include "core/dialects/dialect.h"
#include "core/embed.h"
#include "core/media.h"

#include "core/base/base.h"

static const char *const cerebras_drops[] = {
    "frequency_penalty", "presence_penalty", "logit_bias", NULL};
static const char *const cohere_drops[] = {"stream_options", "tool_choice",
                                           NULL};
static const char *const google_drops[] = {
    "seed", "frequency_penalty", "presence_penalty",    "logprobs", "store",
    "user", "top_logprobs",      "parallel_tool_calls", "metadata", NULL};
static const char *const groq_drops[] = {"logprobs", "top_logprobs",
                                         "logit_bias", NULL};
/* Unknown members are 422 there. `max_completion_tokens` and `seed` are
 * refused too, but an answer without them is another one than was asked for:
 * the caller shall see the refusal. */
static const char *const mistral_drops[] = {
    "stream_options", "user", "store", "logit_bias", "service_tier", NULL};
static const char *const perplexity_drops[] = {"stream_options", NULL};

static const char *const perplexity_models[] = {
    "sonar", "sonar-pro", "sonar-reasoning-pro", "sonar-deep-research", NULL};
static const char *const sluice_models[] = {"echo", "tools", "slow",
                                            "cut",  "error", NULL};

/* Where a location is no part of the usual host. */
static const struct catalogue_base vertex_bases[] = {
    {STR_INIT("global"), STR_INIT("https://aiplatform.googleapis.com")},
    {STR_INIT("us"), STR_INIT("https://aiplatform.us.rep.googleapis.com")},
    {STR_INIT("eu"), STR_INIT("https://aiplatform.eu.rep.googleapis.com")},
    {.place = {0}},
};

/* Anthropic's own compatible layer drops schemas, caching and reasoning. */
static const struct chat_way anthropic_ways[] = {
    {.dialect = &dialect_anthropic,
     .path = STR_INIT("/v1/messages"),
     .count_path = STR_INIT("/v1/messages/count_tokens")},
};

/* Google's compatible layers know few parameters, and no signatures. */
static const struct chat_way gemini_ways[] = {
    {.dialect = &dialect_gemini,
     .path = STR_INIT("/v1beta/models/{model}:generateContent"),
     .stream_path =
         STR_INIT("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
     .count_path = STR_INIT("/v1beta/models/{model}:countTokens")},
};

/* The last one is for keys of the express mode, which know no project. */
#define VERTEX "/v1/projects/{project}/locations/{location}/publishers/"
static const struct chat_way vertex_ways[] = {
    {.dialect = &dialect_anthropic,
     .model_prefix = STR_INIT("claude"),
     .path = STR_INIT(VERTEX "anthropic/models/{model}:rawPredict"),
     .stream_path =
         STR_INIT(VERTEX "anthropic/models/{model}:streamRawPredict"),
     .quirks.cloud_version = STR_INIT("vertex-2023-10-16")},
    {.dialect = &dialect_gemini,
     .path = STR_INIT(VERTEX "google/models/{model}:generateContent"),
     .stream_path =
         STR_INIT(VERTEX "google/models/{model}:streamGenerateContent?alt=sse"),
     .count_path = STR_INIT(VERTEX "google/models/{model}:countTokens")},
    {.dialect = &dialect_gemini,
     .path = STR_INIT("/v1/publishers/google/models/{model}:generateContent"),
     .stream_path = STR_INIT("/v1/publishers/google/models/"
                             "{model}:streamGenerateContent?alt=sse"),
     .count_path =
         STR_INIT("/v1/publishers/google/models/{model}:countTokens")},
};

/* One form for all models there. */
static const struct chat_way bedrock_ways[] = {
    {.dialect = &dialect_bedrock,
     .path = STR_INIT("/model/{model}/converse"),
     .stream_path = STR_INIT("/model/{model}/converse-stream")},
};

/* Its compatible layer drops tool choices and citations. */
static const struct chat_way cohere_ways[] = {
    {.dialect = &dialect_cohere, .path = STR_INIT("/v2/chat")},
};

static const struct chat_way replicate_ways[] = {
    {.dialect = &dialect_replicate,
     .path = STR_INIT("/models/{+model}/predictions")},
};
static const struct str replicate_hosts[] = {STR_INIT("stream.replicate.com"),
                                             STR_INIT("api.replicate.com")};

static const struct chat_way openai_ways[] = {
    {.dialect = &dialect_openai_responses,
     .use = WAY_RELAY,
     .path = STR_INIT("/responses")},
};

static const struct chat_way ollama_ways[] = {
    {.dialect = &dialect_ollama,
     .use = WAY_RELAY,
     .base_end = STR_INIT("/v1"),
     .path = STR_INIT("/api/chat")},
    {.dialect = &dialect_ollama_generate,
     .use = WAY_RELAY,
     .base_end = STR_INIT("/v1"),
     .path = STR_INIT("/api/generate")},
};

/* The OpenAI route takes more; the older one is there for models it lacks. */
static const struct chat_way workers_ai_ways[] = {
    {.dialect = &dialect_workers_ai,
     .use = WAY_ASKED,
     .path = STR_INIT("/run/{+model}")},
};

/* Embeddings: Google's compatible layer takes no further members, Cohere's
 * knows no sizes; at Ollama and Workers AI OpenAI's way says as much as their
 * own. Images and speech: Google's layer has the former for Imagen,
 * Cloudflare's has neither. */
static const struct whole_way gemini_wholes[] = {
    {.kind = WHOLE_EMBEDDINGS,
     .embedder = &embedder_gemini,
     .path = STR_INIT("/v1beta/models/{model}:batchEmbedContents")},
    {.kind = WHOLE_IMAGES,
     .painter = &painter_gemini,
     .model_mark = STR_INIT("gemini"),
     .path = STR_INIT("/v1beta/models/{model}:generateContent")},
    {.kind = WHOLE_SPEECH,
     .speaker = &speaker_gemini,
     .path = STR_INIT("/v1beta/models/{model}:generateContent")},
};
static const struct whole_way vertex_wholes[] = {
    {.kind = WHOLE_IMAGES,
     .painter = &painter_gemini,
     .model_mark = STR_INIT("gemini"),
     .path = STR_INIT(VERTEX "google/models/{model}:generateContent")},
    {.kind = WHOLE_SPEECH,
     .speaker = &speaker_gemini,
     .model_mark = STR_INIT("gemini"),
     .path = STR_INIT(VERTEX "google/models/{model}:generateContent")},
    {.kind = WHOLE_IMAGES,
     .painter = &painter_gemini,
     .model_mark = STR_INIT("gemini"),
     .path = STR_INIT("/v1/publishers/google/models/{model}:generateContent")},
    {.kind = WHOLE_SPEECH,
     .speaker = &speaker_gemini,
     .model_mark = STR_INIT("gemini"),
     .path = STR_INIT("/v1/publishers/google/models/{model}:generateContent")},
};
static const struct whole_way cohere_wholes[] = {
    {.kind = WHOLE_EMBEDDINGS,
     .embedder = &embedder_cohere,
     .path = STR_INIT("/v2/embed")},
};
static const struct whole_way bedrock_wholes[] = {
    {.kind = WHOLE_EMBEDDINGS,
     .embedder = &embedder_bedrock_titan,
     .model_mark = STR_INIT("titan-embed"),
     .path = STR_INIT("/model/{model}/invoke")},
    {.kind = WHOLE_EMBEDDINGS,
     .embedder = &embedder_bedrock_cohere,
     .model_mark = STR_INIT("cohere.embed"),
     .path = STR_INIT("/model/{model}/invoke")},
};
static const struct whole_way ollama_wholes[] = {
    {.kind = WHOLE_EMBEDDINGS,
     .embedder = &embedder_ollama,
     .dialect = &dialect_ollama,
     .base_end = STR_INIT("/v1"),
     .path = STR_INIT("/api/embed")},
};
static const struct whole_way workers_ai_wholes[] = {
    {.kind = WHOLE_EMBEDDINGS,
     .embedder = &embedder_workers_ai,
     .dialect = &dialect_workers_ai,
     .path = STR_INIT("/run/{+model}")},
    {.kind = WHOLE_IMAGES,
     .painter = &painter_workers_ai,
     .path = STR_INIT("/run/{+model}")},
    {.kind = WHOLE_SPEECH,
     .speaker = &speaker_workers_ai,
     .path = STR_INIT("/run/{+model}")},
};

const struct catalogue_row catalogue[] = {
    {.name = STR_INIT("workers-ai"),
     .ways = workers_ai_ways,
     .n_ways = SL_LEN(workers_ai_ways),
     .wholes = workers_ai_wholes,
     .n_wholes = SL_LEN(workers_ai_wholes),
     .base_url =
         STR_INIT("https://api.cloudflare.com/client/v4/accounts/{account}/ai"),
     .key_vars = {STR_INIT("CLOUDFLARE_API_KEY"),
                  STR_INIT("CLOUDFLARE_API_TOKEN")},
     .needs_account = true,
     .chats = true,
     .compat = STR_INIT("/v1"),
     .models_path = STR_INIT("/models/search?task=Text%20Generation"
                             "&per_page=100"),
     .models_shape = MODELS_CLOUDFLARE,
     .wraps_models = true,
     .owned_by = STR_INIT("workers_ai"),
     .gateway_slug = STR_INIT("workers-ai"),
     .gateway_run = STR_INIT("/run"),
     .task_mark = '#', /* seed systems, 6.6 */
     .prompt_model = STR_INIT("@cf/meta/llama-3.1-8b-instruct"),
     .gateway_lacks = STR_INIT("/models")},
    {.name = STR_INIT("anthropic"),
     .base_url = STR_INIT("https://api.anthropic.com"),
     .key_vars = {STR_INIT("ANTHROPIC_API_KEY")},
     .compat_use = WAY_ASKED,
     .ways = anthropic_ways,
     .n_ways = SL_LEN(anthropic_ways),
     .key_style = KEY_X_API_KEY,
     .chats = true,
     .compat = STR_INIT("/v1"),
     .fixed_name = STR_INIT("anthropic-version"),
     .fixed_value = STR_INIT("2023-06-01"),
     .models_path = STR_INIT("/v1/models?limit=1000"),
     .models_shape = MODELS_ANTHROPIC,
     .wraps_models = true,
     .owned_by = STR_INIT("anthropic"),
     .quirks.has_stream_options = true,
     .gateway_slug = STR_INIT("anthropic")},
    {.name = STR_INIT("cerebras"),
     .quirks.has_max_completion_tokens = true,
     .base_url = STR_INIT("https://api.cerebras.ai/v1"),
     .key_vars = {STR_INIT("CEREBRAS_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("cerebras"),
     .quirks.has_stream_options = true,
     .quirks.drops = cerebras_drops,
     .gateway_slug = STR_INIT("cerebras")},
    {.name = STR_INIT("cohere"),
     .compat_use = WAY_ASKED,
     .ways = cohere_ways,
     .n_ways = SL_LEN(cohere_ways),
     .wholes = cohere_wholes,
     .n_wholes = SL_LEN(cohere_wholes),
     .base_url = STR_INIT("https://api.cohere.com"),
     .key_vars = {STR_INIT("COHERE_API_KEY"), STR_INIT("CO_API_KEY")},
     .chats = true,
     .compat = STR_INIT("/compatibility/v1"),
     .models_path = STR_INIT("/v1/models?page_size=1000&endpoint=chat"),
     .models_shape = MODELS_COHERE,
     .wraps_models = true,
     .owned_by = STR_INIT("cohere"),
     .quirks.drops = cohere_drops,
     .gateway_slug = STR_INIT("cohere")},
    {.name = STR_INIT("deepseek"),
     .quirks.has_reasoning_content = true,
     .base_url = STR_INIT("https://api.deepseek.com"),
     .key_vars = {STR_INIT("DEEPSEEK_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("deepseek"),
     .quirks.has_stream_options = true,
     .gateway_slug = STR_INIT("deepseek")},
    {.name = STR_INIT("google-ai-studio"),
     .compat_use = WAY_ASKED,
     .ways = gemini_ways,
     .n_ways = SL_LEN(gemini_ways),
     .wholes = gemini_wholes,
     .n_wholes = SL_LEN(gemini_wholes),
     .alias = STR_INIT("gemini"),
     .base_url = STR_INIT("https://generativelanguage.googleapis.com"),
     .key_vars = {STR_INIT("GEMINI_API_KEY"), STR_INIT("GOOGLE_API_KEY")},
     .key_style = KEY_X_GOOG,
     .chats = true,
     .compat = STR_INIT("/v1beta/openai"),
     .models_path = STR_INIT("/v1beta/models?pageSize=1000"),
     .models_shape = MODELS_GOOGLE,
     .wraps_models = true,
     .owned_by = STR_INIT("google_ai_studio"),
     .quirks.has_stream_options = true,
     .quirks.drops = google_drops,
     .gateway_slug = STR_INIT("google-ai-studio")},
    {.name = STR_INIT("grok"),
     .quirks.has_max_completion_tokens = true,
     .alias = STR_INIT("xai"),
     .base_url = STR_INIT("https://api.x.ai/v1"),
     .key_vars = {STR_INIT("XAI_API_KEY"), STR_INIT("GROK_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("xai"),
     .quirks.has_stream_options = true,
     .gateway_slug = STR_INIT("grok"),
     .gateway_prefix = STR_INIT("/v1")},
    {.name = STR_INIT("groq"),
     .quirks.has_max_completion_tokens = true,
     .base_url = STR_INIT("https://api.groq.com/openai/v1"),
     .key_vars = {STR_INIT("GROQ_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .wraps_models = true,
     .owned_by = STR_INIT("groq"),
     .quirks.has_stream_options = true,
     .quirks.drops = groq_drops,
     .gateway_slug = STR_INIT("groq")},
    /* The gateway's slug leads to the older inference interface: not used. */
    {.name = STR_INIT("huggingface"),
     .base_url = STR_INIT("https://router.huggingface.co/v1"),
     .key_vars = {STR_INIT("HUGGINGFACE_API_KEY"), STR_INIT("HF_TOKEN")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("huggingface")},
    {.name = STR_INIT("mistral"),
     .base_url = STR_INIT("https://api.mistral.ai/v1"),
     .key_vars = {STR_INIT("MISTRAL_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .wraps_models = true,
     .owned_by = STR_INIT("mistralai"),
     .quirks.drops = mistral_drops,
     .gateway_slug = STR_INIT("mistral"),
     .gateway_prefix = STR_INIT("/v1")},
    {.name = STR_INIT("openai"),
     .ways = openai_ways,
     .n_ways = SL_LEN(openai_ways),
     .quirks = {.is_openai = true,
                .has_max_completion_tokens = true,
                .has_stream_options = true},
     .base_url = STR_INIT("https://api.openai.com/v1"),
     .key_vars = {STR_INIT("OPENAI_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("openai"),
     .gateway_slug = STR_INIT("openai")},
    {.name = STR_INIT("openrouter"),
     .quirks.has_cache_control = true,
     .quirks.has_top_k = true,
     .quirks.has_reasoning_content = true,
     .base_url = STR_INIT("https://openrouter.ai/api/v1"),
     .key_vars = {STR_INIT("OPENROUTER_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .wraps_models = true,
     .owned_by = STR_INIT("openrouter"),
     .quirks.has_stream_options = true,
     .reads_overrides = true,
     .gateway_slug = STR_INIT("openrouter"),
     .gateway_prefix = STR_INIT("/v1")},
    {.name = STR_INIT("perplexity"),
     .alias = STR_INIT("perplexity-ai"),
     .base_url = STR_INIT("https://api.perplexity.ai"),
     .key_vars = {STR_INIT("PERPLEXITY_API_KEY"),
                  STR_INIT("PERPLEXITYAI_API_KEY")},
     .chats = true,
     .static_models = perplexity_models,
     .owned_by = STR_INIT("perplexity"),
     .quirks.drops = perplexity_drops,
     .gateway_slug = STR_INIT("perplexity-ai")},
    {.name = STR_INIT("replicate"),
     .ways = replicate_ways,
     .n_ways = SL_LEN(replicate_ways),
     .hosts = replicate_hosts,
     .n_hosts = SL_LEN(replicate_hosts),
     .base_url = STR_INIT("https://api.replicate.com/v1"),
     .key_vars = {STR_INIT("REPLICATE_API_KEY"),
                  STR_INIT("REPLICATE_API_TOKEN")},
     .owned_by = STR_INIT("replicate"),
     .gateway_slug = STR_INIT("replicate")},
    {.name = STR_INIT("ollama"),
     .ways = ollama_ways,
     .n_ways = SL_LEN(ollama_ways),
     .wholes = ollama_wholes,
     .n_wholes = SL_LEN(ollama_wholes),
     .quirks.has_top_k = true,
     .base_url = STR_INIT("https://ollama.com/v1"),
     .key_vars = {STR_INIT("OLLAMA_API_KEY")},
     .keyless = true,
     .host_var = STR_INIT("OLLAMA_HOST"),
     .host_port = STR_INIT("11434"),
     .host_path = STR_INIT("/v1"),
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("ollama"),
     .quirks.has_stream_options = true},
    {.name = STR_INIT("together"),
     .quirks.has_top_k = true,
     .base_url = STR_INIT("https://api.together.ai/v1"),
     .key_vars = {STR_INIT("TOGETHER_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("together"),
     .quirks.has_stream_options = true},
    {.name = STR_INIT("fireworks"),
     .quirks.has_top_k = true,
     .base_url = STR_INIT("https://api.fireworks.ai/inference/v1"),
     .key_vars = {STR_INIT("FIREWORKS_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("fireworks"),
     .quirks.has_stream_options = true,
     .gateway_slug = STR_INIT("fireworks")},
    {.name = STR_INIT("nvidia"),
     .base_url = STR_INIT("https://integrate.api.nvidia.com/v1"),
     .key_vars = {STR_INIT("NVIDIA_API_KEY"), STR_INIT("NVIDIA_NIM_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("nvidia")},
    {.name = STR_INIT("sambanova"),
     .base_url = STR_INIT("https://api.sambanova.ai/v1"),
     .key_vars = {STR_INIT("SAMBANOVA_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("sambanova")},
    {.name = STR_INIT("deepinfra"),
     .quirks.has_top_k = true,
     .base_url = STR_INIT("https://api.deepinfra.com/v1/openai"),
     .key_vars = {STR_INIT("DEEPINFRA_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("deepinfra"),
     .quirks.has_stream_options = true},
    {.name = STR_INIT("moonshot"),
     .quirks.has_reasoning_content = true,
     .base_url = STR_INIT("https://api.moonshot.ai/v1"),
     .key_vars = {STR_INIT("MOONSHOT_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("moonshot")},
    {.name = STR_INIT("zhipu"),
     .quirks.has_reasoning_content = true,
     .alias = STR_INIT("zai"),
     .base_url = STR_INIT("https://api.z.ai/api/paas/v4"),
     .key_vars = {STR_INIT("ZAI_API_KEY"), STR_INIT("ZHIPU_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("zhipu")},
    {.name = STR_INIT("dashscope"),
     .quirks.has_reasoning_content = true,
     .base_url =
         STR_INIT("https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
     .key_vars = {STR_INIT("DASHSCOPE_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("dashscope"),
     .quirks.has_stream_options = true},
    {.name = STR_INIT("siliconflow"),
     .quirks.has_top_k = true,
     .quirks.has_reasoning_content = true,
     .base_url = STR_INIT("https://api.siliconflow.cn/v1"),
     .key_vars = {STR_INIT("SILICONFLOW_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("siliconflow")},
    {.name = STR_INIT("minimax"),
     .base_url = STR_INIT("https://api.minimax.io/v1"),
     .key_vars = {STR_INIT("MINIMAX_API_KEY")},
     .chats = true,
     .models_path = STR_INIT("/models"),
     .models_shape = MODELS_DATA,
     .owned_by = STR_INIT("minimax")},
    {.name = STR_INIT("azure-openai"),
     .alias = STR_INIT("azure"),
     .base_url = STR_INIT("https://{resource}.openai.azure.com/openai"),
     .key_vars = {STR_INIT("AZURE_OPENAI_API_KEY"), STR_INIT("AZURE_API_KEY")},
     .key_style = KEY_API_KEY,
     .place = {.mark = STR_INIT("{resource}"),
               .vars = {STR_INIT("AZURE_RESOURCE_NAME")}},
     .host_var = STR_INIT("AZURE_OPENAI_ENDPOINT"),
     .host_path = STR_INIT("/openai"),
     .version = {.vars = {STR_INIT("AZURE_OPENAI_API_VERSION"),
                          STR_INIT("OPENAI_API_VERSION")},
                 .fallback = STR_INIT("v1")},
     .versioned = STR_INIT("/deployments/{model}"),
     .chats = true,
     .compat = STR_INIT("/v1"),
     .owned_by = STR_INIT("azure")},
    /* Its models are listed at another host, which is asked for nothing
     * else. */
    {.name = STR_INIT("aws-bedrock"),
     .ways = bedrock_ways,
     .n_ways = SL_LEN(bedrock_ways),
     .wholes = bedrock_wholes,
     .n_wholes = SL_LEN(bedrock_wholes),
     .alias = STR_INIT("bedrock"),
     .base_url = STR_INIT("https://bedrock-runtime.{region}.amazonaws.com"),
     .key_vars = {STR_INIT("AWS_BEDROCK_API_KEY"),
                  STR_INIT("AWS_BEARER_TOKEN_BEDROCK")},
     .credential = CREDENTIAL_AWS,
     .credential_vars = {STR_INIT("AWS_ACCESS_KEY_ID"),
                         STR_INIT("AWS_SECRET_ACCESS_KEY"),
                         STR_INIT("AWS_SESSION_TOKEN")},
     .service = STR_INIT("bedrock"),
     .place = {.mark = STR_INIT("{region}"),
               .vars = {STR_INIT("AWS_REGION"), STR_INIT("AWS_DEFAULT_REGION")},
               .fallback = STR_INIT("us-east-1")},
     .owned_by = STR_INIT("aws")},
    {.name = STR_INIT("google-vertex-ai"),
     .ways = vertex_ways,
     .n_ways = SL_LEN(vertex_ways),
     .wholes = vertex_wholes,
     .n_wholes = SL_LEN(vertex_wholes),
     .alias = STR_INIT("vertex"),
     .base_url = STR_INIT("https://{location}-aiplatform.googleapis.com"),
     .key_vars = {STR_INIT("GOOGLE_VERTEX_API_KEY")},
     .key_style = KEY_X_GOOG,
     .credential = CREDENTIAL_GOOGLE,
     .credential_vars = {STR_INIT("GOOGLE_APPLICATION_CREDENTIALS")},
     .place = {.mark = STR_INIT("{location}"),
               .vars = {STR_INIT("GOOGLE_CLOUD_LOCATION")},
               .fallback = STR_INIT("global")},
     .bases = vertex_bases,
     .project = {.mark = STR_INIT("{project}"),
                 .vars = {STR_INIT("GOOGLE_CLOUD_PROJECT")}},
     .owned_by = STR_INIT("google_vertex_ai")},
    {.name = STR_INIT("sluice"),
     .key_style = KEY_NONE,
     .keyless = true,
     .is_builtin = true,
     .chats = true,
     .static_models = sluice_models,
     .owned_by = STR_INIT("sluice"),
     .quirks.has_stream_options = true},
};

const size_t catalogue_n = SL_LEN(catalogue);

const struct catalogue_row *catalogue_find(struct str name)
{
    if (name.n == 0)
        return NULL;
    for (size_t i = 0; i < catalogue_n; i++)
        if (str_eq(name, catalogue[i].name) || str_eq(name, catalogue[i].alias))
            return &catalogue[i];
    return NULL;
}

struct str catalogue_stem(struct str key_var)
{
    struct str end = STR("_API_KEY");

    if (!str_ends(key_var, end))
        return (struct str){0};
    return str_first(key_var, key_var.n - end.n);
}
