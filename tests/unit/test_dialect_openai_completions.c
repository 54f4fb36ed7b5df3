/* SPDX-License-Identifier: MIT */
/* OpenAI's legacy completions, as a client's dialect: prompts become messages,
 * answers become text. */
#include "dialect_talks.h"
#include "dialects.h"

#define CHAT &dialect_openai_chat
#define RESPONSES &dialect_openai_responses
#define COMPLETIONS &dialect_openai_completions

static const struct request_case completions[] = {
    {"a prompt", COMPLETIONS, CHAT, "up", "{\"model\":\"m\",\"prompt\":\"p\"}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"p\"}]}",
     NULL},
    {"every parameter", COMPLETIONS, CHAT, "up",
     "{\"model\":\"m\",\"prompt\":[\"p\"],\"max_tokens\":5,\"temperature\":0,"
     "\"top_p\":1,\"n\":2,\"best_of\":2,\"presence_penalty\":1,\"frequency_"
     "penalty\":1,\"seed\":3,\"stop\":[\"a\",\"b\"],\"logprobs\":2,\"user\":"
     "\"u\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
     "\"echo\":true}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"p\"}],"
     "\"max_tokens\":5,\"temperature\":0,\"top_p\":1,\"presence_penalty\":1,"
     "\"frequency_penalty\":1,\"seed\":3,\"n\":2,\"logprobs\":true,\"top_"
     "logprobs\":2,\"stop\":[\"a\",\"b\"],\"user\":\"u\",\"stream\":true}",
     NULL},
    {"what is lost", COMPLETIONS, CHAT, "up",
     "{\"model\":\"m\",\"prompt\":\"p\",\"suffix\":\"s\",\"best_of\":3,\"logit_"
     "bias\":{\"1\":1},\"echo\":false}",
     "{\"model\":\"up\",\"messages\":[{\"role\":\"user\",\"content\":\"p\"}]}",
     "suffix;dropped, logit_bias;dropped, best_of;dropped"},
    {"for Responses", COMPLETIONS, RESPONSES, "up",
     "{\"model\":\"m\",\"prompt\":\"p\",\"logprobs\":0,\"max_tokens\":20}",
     "{\"model\":\"up\",\"input\":[{\"role\":\"user\",\"content\":\"p\"}],"
     "\"include\":[\"message.output_text.logprobs\"],\"max_output_tokens\":20,"
     "\"top_logprobs\":0,\"store\":false}",
     NULL},
    {"no prompt", COMPLETIONS, CHAT, "up", "{\"model\":\"m\"}",
     "400 prompt: must be a string", NULL},
    {"no text", COMPLETIONS, CHAT, "up", "{\"prompt\":7}",
     "400 prompt: must be a string", NULL},
    {"two prompts", COMPLETIONS, CHAT, "up", "{\"prompt\":[\"a\",\"b\"]}",
     "400 prompt: several prompts at once are not supported for this model: "
     "send one request for each",
     NULL},
    {"tokens", COMPLETIONS, CHAT, "up", "{\"prompt\":[1,2]}",
     "400 prompt: tokens are not supported for this model: send the prompt as "
     "a string",
     NULL},
    {"lists of tokens", COMPLETIONS, CHAT, "up", "{\"prompt\":[[1],[2]]}",
     "400 prompt: tokens are not supported for this model: send the prompt as "
     "a string",
     NULL},
    {"no prompts", COMPLETIONS, CHAT, "up", "{\"prompt\":[]}",
     "400 prompt: must be a string", NULL},
    {"logprobs", COMPLETIONS, CHAT, "up", "{\"prompt\":\"p\",\"logprobs\":6}",
     "400 logprobs: must be 0 to 5", NULL},
    {"logprobs of no kind", COMPLETIONS, CHAT, "up",
     "{\"prompt\":\"p\",\"logprobs\":true}", "400 logprobs: must be a number",
     NULL},
    {"echo", COMPLETIONS, CHAT, "up", "{\"prompt\":\"p\",\"echo\":1}",
     "400 echo: must be true or false", NULL},
    {"best of", COMPLETIONS, CHAT, "up", "{\"prompt\":\"p\",\"best_of\":\"2\"}",
     "400 best_of: must be a number", NULL},
    {"options", COMPLETIONS, CHAT, "up",
     "{\"prompt\":\"p\",\"stream_options\":1}",
     "400 stream_options: must be an object", NULL},
    {"stop", COMPLETIONS, CHAT, "up", "{\"prompt\":\"p\",\"stop\":1}",
     "400 stop: must be a string or an array of strings", NULL},
};

static const struct talk_case texts[] = {
    {"a legacy stream",
     CHAT,
     COMPLETIONS,
     true,
     "{\"model\":\"m\",\"prompt\":\"pé\",\"stream\":true,\"stream_options\":{"
     "\"include_usage\":true},\"echo\":true,\"logprobs\":2,\"n\":2}",
     "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":"
     "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
     "\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n{\"id\":"
     "\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":"
     "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"content\":\"a\"},\"finish_reason\":null,\"logprobs\":{\"content\":[{"
     "\"token\":\"a\",\"logprob\":-1,\"top_logprobs\":[{\"token\":\"a\","
     "\"logprob\":-1},{\"token\":\"b\",\"logprob\":-2}]}]}}]}\n{\"id\":"
     "\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":"
     "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"content\":\"b\"},\"finish_reason\":null}]}\n{\"id\":\"i\",\"choices\":["
     "{\"index\":1,\"delta\":{\"content\":\"c\"}}]}\n{\"id\":\"chatcmpl-1\","
     "\"object\":\"chat.completion.chunk\",\"created\":1700000009,\"model\":"
     "\"u\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]"
     "}\n{\"id\":\"i\",\"choices\":[{\"index\":1,\"delta\":{},\"finish_"
     "reason\":\"length\"}]}\n{\"id\":\"chatcmpl-1\",\"object\":\"chat."
     "completion.chunk\",\"created\":1700000009,\"model\":\"u\",\"choices\":[],"
     "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":"
     "12,\"prompt_tokens_details\":{\"cached_tokens\":2},\"completion_tokens_"
     "details\":{\"reasoning_tokens\":3}}}\n[DONE]",
     {"data: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"péa\","
      "\"logprobs\":{\"text_offset\":[2],\"token_logprobs\":[-1],\"tokens\":["
      "\"a\"],\"top_logprobs\":[{\"a\":-1,\"b\":-2}]},\"finish_reason\":null}],"
      "\"usage\":null}\n\ndata: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"b\","
      "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\ndata: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":1,\"text\":\"péc\","
      "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\ndata: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"\","
      "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}\n\ndata: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":1,\"text\":\"\","
      "\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":null}"
      "\n\ndata: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[],\"usage\":{\"prompt_tokens\":"
      "5,\"completion_tokens\":7,\"total_tokens\":12,\"prompt_tokens_details\":"
      "{\"cached_tokens\":2},\"completion_tokens_details\":{\"reasoning_"
      "tokens\":3}}}\n\ndata: [DONE]\n\n"}},
    {"a legacy stream without usage",
     CHAT,
     COMPLETIONS,
     true,
     "{\"prompt\":\"p\"}",
     "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":"
     "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"refusal\":\"no\"},\"finish_reason\":null}]}\n{\"id\":\"chatcmpl-1\","
     "\"object\":\"chat.completion.chunk\",\"created\":1700000009,\"model\":"
     "\"u\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"content_"
     "filter\"}]}\n{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\","
     "\"created\":1700000009,\"model\":\"u\",\"choices\":[],\"usage\":{"
     "\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12,\"prompt_"
     "tokens_details\":{\"cached_tokens\":2},\"completion_tokens_details\":{"
     "\"reasoning_tokens\":3}}}\n[DONE]",
     {"data: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"no\","
      "\"logprobs\":null,\"finish_reason\":null}]}\n\ndata: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"\","
      "\"logprobs\":null,\"finish_reason\":\"content_filter\"}]}\n\ndata: "
      "[DONE]\n\n"}},
    {"what a text can't hold",
     CHAT,
     COMPLETIONS,
     true,
     "{\"prompt\":\"p\"}",
     "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":"
     "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"reasoning_content\":\"r\"},\"finish_reason\":null}]}\n{\"id\":"
     "\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":"
     "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"images\":[{\"image_url\":{\"url\":\"https://"
     "h\"}}],\"audio\":{\"data\":\"QQ\"},\"annotations\":[{\"type\":\"url_"
     "citation\",\"url_citation\":{\"url\":\"u\",\"title\":\"t\"}}]},\"finish_"
     "reason\":null}]}\n{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion."
     "chunk\",\"created\":1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,"
     "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":"
     "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
     "\"finish_reason\":null}]}\n{\"id\":\"chatcmpl-1\",\"object\":\"chat."
     "completion.chunk\",\"created\":1700000009,\"model\":\"u\",\"choices\":[{"
     "\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n[DONE]",
     {"data: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"\","
      "\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: "
      "[DONE]\n\nreasoning;dropped, image;dropped, audio;dropped, "
      "citations;dropped, tool_calls;dropped\n"}},
    {"a legacy error",
     CHAT,
     COMPLETIONS,
     true,
     "{\"prompt\":\"p\"}",
     "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":"
     "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"delta\":{"
     "\"content\":\"a\"},\"finish_reason\":null}]}\n{\"error\":{\"message\":"
     "\"broken\"}}",
     {"data: "
      "{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"a\","
      "\"logprobs\":null,\"finish_reason\":null}]}\n\ndata: "
      "{\"error\":{\"message\":\"broken\",\"type\":\"server_error\",\"param\":"
      "null,\"code\":null}}\n\n"}},
    {"a legacy answer",
     CHAT,
     COMPLETIONS,
     false,
     "{\"model\":\"m\",\"prompt\":\"pé\",\"echo\":true,\"logprobs\":2,\"n\":2}",
     "{\"id\":\"chatcmpl-1\",\"created\":1700000009,\"model\":\"u\","
     "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
     "\"content\":\"a\",\"refusal\":\"no\",\"reasoning_content\":\"hm\",\"tool_"
     "calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":"
     "\"f\",\"arguments\":\"\"},\"extra_content\":{\"google\":{\"thought_"
     "signature\":\"G\"}}},{\"id\":\"c2\",\"type\":\"custom\",\"custom\":{"
     "\"name\":\"g\",\"input\":\"\"}}],\"images\":[{\"image_url\":{\"url\":"
     "\"data:image/png;base64,QQ\"}},{\"image_url\":{\"url\":\"https://h/"
     "i.png\"}}],\"audio\":{\"data\":\"QQ\"},\"annotations\":[{\"type\":\"url_"
     "citation\",\"url_citation\":{\"url\":\"https://"
     "h\",\"title\":\"H\"}}]},\"logprobs\":{\"content\":[{\"token\":\"a\","
     "\"logprob\":-1,\"top_logprobs\":[{\"token\":\"a\",\"logprob\":-1},{"
     "\"token\":\"b\",\"logprob\":-2}]}]},\"finish_reason\":\"tool_calls\"},{"
     "\"index\":1,\"message\":{\"content\":\"b\"},\"finish_reason\":\"length\"}"
     "],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7}}",
     {"{\"id\":\"cmpl-x1\",\"object\":\"text_completion\",\"created\":"
      "1700000009,\"model\":\"u\",\"choices\":[{\"index\":0,\"text\":\"péano\","
      "\"logprobs\":{\"text_offset\":[2],\"token_logprobs\":[-1],\"tokens\":["
      "\"a\"],\"top_logprobs\":[{\"a\":-1,\"b\":-2}]},\"finish_reason\":"
      "\"stop\"},{\"index\":1,\"text\":\"péb\",\"logprobs\":null,\"finish_"
      "reason\":\"length\"}],\"usage\":{\"prompt_tokens\":5,\"completion_"
      "tokens\":7,\"total_tokens\":12,\"prompt_tokens_details\":{\"cached_"
      "tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}"
      "reasoning;dropped, image;dropped, audio;dropped, tool_calls;dropped, "
      "citations;dropped\n"}},
    {"odd probabilities",
     CHAT,
     COMPLETIONS,
     false,
     "{\"prompt\":\"p\",\"logprobs\":1}",
     "{\"id\":\"cmpl-7\",\"choices\":[{\"index\":0,\"message\":{\"content\":"
     "\"b\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"top_logprobs\":[{"
     "\"token\":\"x\"}]},{\"logprob\":-1},7]},\"finish_reason\":\"stop\"}]}",
     {"{\"id\":\"cmpl-7\",\"object\":\"text_completion\",\"created\":"
      "1700000000,\"model\":\"\",\"choices\":[{\"index\":0,\"text\":\"b\","
      "\"logprobs\":{\"text_offset\":[0,1,1],\"token_logprobs\":[null,-1,null],"
      "\"tokens\":[\"a\",\"\",\"\"],\"top_logprobs\":[{},{},{}]},\"finish_"
      "reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":0,\"completion_"
      "tokens\":0,\"total_tokens\":0,\"prompt_tokens_details\":{\"cached_"
      "tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}"
      "\n"}},
};

static void prompts_become_messages(void **state)
{
    (void)state;
    check_requests(completions, SL_LEN(completions));
}

static void answers_become_text(void **state)
{
    (void)state;
    check_talks(texts, SL_LEN(texts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompts_become_messages),
        cmocka_unit_test(answers_become_text),
    };

    return test_run("dialect_openai_completions", tests, SL_LEN(tests));
}
