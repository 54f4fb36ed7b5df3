/* SPDX-License-Identifier: MIT */
/* The whole exchange: the input is a schedule of what a host may tell it, one
 * byte for what happens and a few for how. Whatever happens in whatever order,
 * nothing breaks, each side keeps to the contract (fuzz_host.h), and when the
 * client goes it ends and gives all memory back. */
#include "fuzz_host.h"

#include "core/http/head.h"

static const char config_text[] =
    "{\"OPENAI_API_KEY\": [\"k0\", \"k1\", \"k2\"],"
    "\"ANTHROPIC_API_KEY\": \"a0\", \"GROQ_API_KEY\": \"g0\","
    "\"AWS_ACCESS_KEY_ID\": [\"A\", \"B\"],"
    "\"AWS_SECRET_ACCESS_KEY\": [\"a\", \"b\"],"
    "\"GOOGLE_APPLICATION_CREDENTIALS\": \"{\\\"type\\\": "
    "\\\"service_account\\\", \\\"client_email\\\": \\\"a\\\", "
    "\\\"private_key\\\": \\\"-----BEGIN A-----END A\\\"}\","
    "\"DEFAULT_MODEL\": \"sluice/echo\","
    "\"models\": {\"fast\": {\"targets\": [\"groq/a\", \"openai/b\", "
    "{\"target\": \"anthropic/c\", \"needs\": \"tools\", \"maxContext\": 9}], "
    "\"strategy\": \"fastest\", \"onContentPolicy\": \"next\"}, "
    "\"both\": {\"targets\": [\"openai/a\", \"sluice/echo\", "
    "\"anthropic/c\"], \"hedge\": {\"after\": \"50ms\", \"max\": 3}}, "
    "\"keys\": {\"targets\": \"openai/a\", \"hedge\": {\"after\": "
    "\"p95\"}}, "
    "\"split\": {\"targets\": [\"groq/a\", \"openai/b\"], \"strategy\": "
    "\"weighted\", \"affinity\": true}},"
    "\"limits\": {\"body\": 2000, \"replay\": 100, \"answer\": 300, "
    "\"event\": 300, \"exchange\": 100000},"
    "\"PROXY_API_KEY\": \"pk\"}";

static const char *const lines[] = {"POST /v1/chat/completions",
                                    "POST /v1/completions",
                                    "POST /v1/embeddings",
                                    "POST /v1/audio/speech",
                                    "POST /v1/images/edits",
                                    "POST /v1/audio/transcriptions",
                                    "GET /v1/models",
                                    "GET /v1/models/openai%2Fm",
                                    "GET /status",
                                    "GET /metrics",
                                    "GET /readyz",
                                    "GET /healthz",
                                    "GET /ping",
                                    "PUT /openai/x?key=1&y",
                                    "HEAD /anthropic/x",
                                    "GET /groq/",
                                    "OPTIONS /",
                                    "DELETE /v1/models",
                                    "POST /aws-bedrock/x?b&a",
                                    "POST /google-vertex-ai/x"};

static const char *const fields[] = {
    "",
    "content-type: multipart/form-data; boundary=B\r\n",
    "sluice-strict: true\r\n",
    "content-type: application/json\r\n",
    "sluice-explain: true\r\n",
    "sluice-explain: plan\r\n"};

static const char *const bodies[] = {
    "{\"model\":\"openai/m\"}",
    "{\"model\":\"openai/m\",\"stream\":true}",
    "{\"model\":\"groq/m\",\"stream\":true,\"logprobs\":1}",
    "{\"model\":\"m\"}",
    "{\"model\":\"default\",\"stream\":true,\"messages\":[{\"role\":\"user\","
    "\"content\":\"a b\"}]}",
    "{\"model\":\"sluice/tools\",\"messages\":[{\"role\":\"user\"}],\"tools\":["
    "{\"function\":{\"name\":\"f\"}}]}",
    "{\"model\":\"sluice/cut-1\",\"stream\":true,\"prompt\":\"a b c\"}",
    "--B\r\ncontent-disposition: form-data; name=model\r\n\r\nopenai/w\r\n--B"
    "\r\n\r\nfile\r\n--B--\r\n",
    "--B\r\ncontent-disposition: form-data; name=model\r\n\r\nm\r\n--B--\r\n",
    "{\"model\":\"sluice/echo-50ms\",\"stream\":true,\"prompt\":\"a b c\"}",
    "{\"model\":\"sluice/echo\",\"input\":[\"a\",\"b\"]}",
    "{\"model\":\"sluice/tools\",\"stream\":true,\"messages\":[{\"role\":"
    "\"user\"}],\"tools\":[{\"function\":{\"name\":\"f\"}}]}",
    "{\"model\":",
    "",
    "{\"model\":\"fast\",\"stream\":true,\"tools\":[1],\"user\":\"u\"}",
    "{\"model\":\"split\",\"messages\":[{\"role\":\"user\",\"content\":[{"
    "\"type\":\"image_url\"}]}]}",
    "{\"model\":\"openai/m\",\"models\":[\"fast\",\"bare\"],\"fallbacks\":["
    "\"groq/x\"],\"provider\":{\"order\":[\"groq\"],\"sort\":\"price\",\"x\":"
    "1}}",
    "{\"model\":\"both\",\"stream\":true,\"messages\":[{\"role\":\"user\","
    "\"content\":\"a b\"}]}",
    "{\"model\":\"both\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
    "{\"model\":\"keys\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
    "{\"models\":[\"groq/x\",\"openai/y\"],\"provider\":{\"only\":[\"openai\"],"
    "\"allow_fallbacks\":false}}"};

static const char *const heads[] = {
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nset-cookie: x\r\n\r\n",
    "HTTP/1.1 500 X\r\n\r\n",
    "HTTP/1.1 429 X\r\nretry-after: 5\r\n\r\n",
    "HTTP/1.1 400 X\r\n\r\n",
    "HTTP/1.1 204 X\r\n\r\n",
    "HTTP/1.1 302 X\r\nlocation: /\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\n",
    "HTTP/1.1 429 X\r\n\r\n",
    "HTTP/1.1 503 X\r\nretry-after: 1\r\n\r\n"};

static const char *const answers[] = {
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n",
    "data: [DONE]\n\n",
    "data: {\"error\":{\"message\":\"m\",\"code\":503}}\n\n",
    "data: x\n\n",
    ": ping\n\n",
    "{\"data\":[{\"id\":\"m\"}]}",
    "{\"data\":[{\"id\":\"m\"}],\"has_more\":true,\"last_id\":\"m\"}",
    "{\"choices\":[{\"finish_reason\":\"stop\"}]}",
    "{\"error\":{\"message\":\"m\"}}",
    "12345",
    "{\"access_token\":\"t\",\"expires_in\":9}",
    "{\"error\":{\"code\":\"context_length_exceeded\"}}",
    "{\"error\":{\"code\":\"content_filter\"}}"};

static const int64_t steps[] = {0, 1, 50, 500, 5000, 180000, 600000, 1800000};

/* A canned text, or bytes of the schedule itself. */
static struct str take_text(struct str *in, const char *const *v, size_t n)
{
    uint8_t which = fuzz_byte(in);
    struct str text;

    if (which < 0xC0)
        return str_of(v[which % n]);
    text = str_first(*in, which & 0x3F);
    *in = str_skip(*in, text.n);
    return text;
}

static const struct config *config(void)
{
    static struct config c;
    static bool is_loaded;
    static struct problems problems;
    struct config_sources sources = {.file_text = str_of(config_text)};

    if (!is_loaded) {
        config_init(&c, &fuzz_mem);
        FUZZ_CHECK(config_load(&c, &sources, &problems) == SL_OK);
        is_loaded = true;
    }
    return &c;
}

/* ---- the request ---- */

struct upload {
    struct http_framing framing;
    uint64_t left; /* of a told length */
    bool is_over;
};

static void tell_request(struct fuzz_host *h, struct upload *u, struct str *in)
{
    static const struct head_limits limits = {4096, 32};
    struct http_field room[32];
    struct http_request req;
    struct head head = {0};
    struct buf text;
    uint8_t how = fuzz_byte(in);
    struct str line = take_text(in, lines, SL_LEN(lines));

    buf_init(&text, &fuzz_mem, 8192);
    buf_add(&text, line);
    buf_add(&text, STR(" HTTP/1.1\r\nhost: x\r\n"));
    if (how < 0xF8)
        buf_add(&text, STR("authorization: Bearer pk\r\n"));
    buf_add(&text, str_of(fields[how % SL_LEN(fields)]));
    if ((how & 0x0C) == 4)
        buf_add(&text, STR("transfer-encoding: chunked\r\n"));
    if ((how & 0x0C) >= 8) {
        buf_add(&text, STR("content-length: "));
        buf_add_u64(&text, (how & 4) != 0 ? 20 : how);
        buf_add(&text, STR("\r\n"));
    }
    buf_add(&text, STR("\r\n"));
    if (head_request(&head, buf_str(&text), &limits, room, &req, &u->framing,
                     NULL) == SL_OK) {
        h->is_head = req.method == HTTP_HEAD;
        fuzz_host_feed(h, &(struct event){.kind = EVENT_REQUEST,
                                          .request = &req,
                                          .framing = &u->framing});
    } else {
        u->is_over = true;
        fuzz_host_feed(h,
                       &(struct event){.kind = EVENT_REFUSED, .rc = SL_SYNTAX});
    }
    u->left = u->framing.body == HTTP_BODY_LENGTH ? u->framing.length : 0;
    buf_release(&text);
}

/* Reads a piece to where the exchange wants it; false: it has no room. */
static bool tell_in_place(struct fuzz_host *h, struct event *ev)
{
    struct exchange_room room = exchange_room(h->x);

    if (ev->bytes.n == 0 || room.n < ev->bytes.n)
        return false;
    memcpy(room.p, ev->bytes.p, ev->bytes.n);
    ev->bytes.p = room.p;
    fuzz_host_tell(h, ev);
    return true;
}

static void tell_body(struct fuzz_host *h, struct upload *u, struct str *in)
{
    uint8_t how = fuzz_byte(in);
    struct str bytes = take_text(in, bodies, SL_LEN(bodies));
    struct event ev = {.kind = EVENT_BODY, .last = how % 2 != 0};

    if (u->is_over)
        return;
    if (u->framing.body == HTTP_BODY_NONE) {
        bytes = (struct str){0};
        ev.last = true;
    } else if (u->framing.body == HTTP_BODY_LENGTH) {
        bytes = str_first(bytes, u->left > 4096 ? 4096 : (size_t)u->left);
        u->left -= bytes.n;
        ev.last = u->left == 0;
    }
    u->is_over = ev.last;
    ev.bytes = bytes;
    if (how >= 0xF8) {
        u->is_over = true;
        ev = (struct event){.kind = EVENT_BODY_FAILED, .rc = SL_SYNTAX};
    }
    if ((how & 2) == 0 || !tell_in_place(h, &ev))
        fuzz_host_feed(h, &ev);
}

/* ---- provider requests ---- */

static void tell_head(struct fuzz_host *h, struct fuzz_call *c, struct str *in)
{
    static const struct head_limits limits = {4096, 32};
    struct http_field room[32];
    struct http_response res;
    struct http_framing framing;
    struct head head = {0};
    struct event ev = {.kind = EVENT_CALL_HEAD, .response = &res};
    struct str text = take_text(in, heads, SL_LEN(heads));

    if (c->has_head || head_response(&head, text, &limits, c->method, room,
                                     &res, &framing, NULL) != SL_OK)
        return;
    c->has_head = true;
    ev.call = c->id;
    ev.length = -1; /* what follows need not keep to one */
    fuzz_host_feed(h, &ev);
}

static void tell_call(struct fuzz_host *h, struct str *in)
{
    static const enum sl_rc failures[] = {SL_UP_STALE, SL_UP_CUT, SL_UP_REFUSED,
                                          SL_UP_TIMEOUT};
    uint8_t how = fuzz_byte(in);
    struct fuzz_call *c;
    struct event ev = {0};

    if (h->n_calls == 0)
        return;
    c = &h->calls[h->n_calls - 1 - (how >> 6) % h->n_calls];
    ev.call = c->id;
    if (!c->has_head && (how & 0x30) != 0x30 && !c->over) {
        tell_head(h, c, in);
        return;
    }
    if ((how & 0x30) == 0x30) {
        ev.kind = EVENT_CALL_FAILED;
        ev.rc = failures[how % SL_LEN(failures)];
    } else {
        ev.kind = EVENT_CALL_BODY;
        ev.bytes = take_text(in, answers, SL_LEN(answers));
        ev.last = (how & 0x0F) == 1;
    }
    /* Events of a call that is over are under way when it is cancelled. */
    if (!c->over)
        c->over = ev.kind == EVENT_CALL_FAILED || ev.last;
    fuzz_host_feed(h, &ev);
}

/* ---- the rest ---- */

static void tell_asked(struct fuzz_host *h, struct str *in)
{
    uint8_t how = fuzz_byte(in);
    struct event ev = {.number = how};

    if (h->picks != 0) {
        h->picks--;
        ev.kind = EVENT_PICKED;
        ev.call = h->pick;
        ev.rc = how == 0xFF ? SL_NO_KEY : how == 0xFE ? SL_LIMITED : SL_OK;
    } else if (h->signs != 0) {
        h->signs--;
        ev.kind = EVENT_SIGNED;
        ev.call = h->sign;
        ev.rc = how == 0xFF ? SL_UP_KEY : SL_OK;
        ev.bytes = STR("0123456789abcdef0123456789abcdef");
    } else if (h->loads != 0) {
        h->loads--;
        ev.kind = EVENT_LOADED;
        ev.call = h->load;
        ev.rc = how % 4 == 0 ? SL_OK : SL_NOT_FOUND;
        if (how == 0)
            ev.bytes = STR("[{\"id\":\"openai/m\"}]");
    } else {
        return;
    }
    fuzz_host_feed(h, &ev);
}

static void pass_time(struct fuzz_host *h, struct str *in)
{
    h->now_ms += steps[fuzz_byte(in) % SL_LEN(steps)];
    if (h->wake_ms != 0 && h->wake_ms <= h->now_ms) {
        h->wake_ms = 0;
        fuzz_host_feed(h, &(struct event){.kind = EVENT_WAKE});
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str all = fuzz_copy(data, size), in = all;
    struct upload u = {0};
    struct fuzz_host h;

    FUZZ_CHECK(fuzz_host_begin(&h, config()));
    tell_request(&h, &u, &in);
    while (in.n != 0 && !h.done && h.n_calls + 32 < FUZZ_CALLS) {
        uint8_t what = fuzz_byte(&in);

        if (what < 0x50)
            tell_body(&h, &u, &in);
        else if (what < 0xB0)
            tell_call(&h, &in);
        else if (what < 0xD0)
            tell_asked(&h, &in);
        else if (what < 0xF0)
            pass_time(&h, &in);
        else
            h.failing = what & 3;
    }
    h.failing = 0;
    fuzz_host_end(&h);
    fuzz_free(all);
    return 0;
}
