/* SPDX-License-Identifier: MIT */
/* Access tokens: looked up, or else signed for and asked for. */
#include "core/token.h"

#include "core/base/base64.h"
#include "core/base/json.h"
#include "core/base/num.h"

enum {
    ISSUER_MS = 10000,        /* for an exchange */
    ANSWER_BYTES = 64 * 1024, /* of an issuer's answer */
    SHOWN_BYTES = 200,        /* of what it says of an error */
    LIFE_S = 3600,            /* of what we sign */
    MARGIN_S = 300,           /* before its end a token is not used any more */
    LONGEST_S = 12 * 3600,    /* that a token is believed to be good for */
};

bool token_is_needed(const struct exchange *x, const struct provider *p,
                     size_t key)
{
    return p->credentials != NULL && key < p->n_keys &&
           p->credentials[key].from != NULL &&
           !(x->has_own_key && p == x->supplier);
}

static void fail(struct exchange *x, struct token *t, enum sl_rc rc,
                 struct str why)
{
    t->why = why;
    t->done(x, t, rc);
}

/* ---- the issuer's answer ---- */

static struct str issuer_says(struct exchange *x, const struct token *t,
                              struct str what)
{
    return JOIN(x, t->fetch.provider->origin.authority, STR(" "), what);
}

static struct str shown(struct exchange *x, struct jval v)
{
    struct str text = {0};

    if (json_is_str(v) && !json_text(v, &x->arena, &text))
        x->failed = true;
    return str_first(text, SHOWN_BYTES);
}

/* "oauth2.googleapis.com answered 400: invalid_grant: Invalid JWT" */
static void refused(struct exchange *x, struct token *t, struct jval v)
{
    bool is_final = t->status == 400 || t->status == 401 || t->status == 403;
    struct str error = shown(x, json_get(v, STR("error")));
    struct str more = shown(x, json_get(v, STR("error_description")));
    char room[24];
    struct str status = {room, num_write_u64(room, (uint64_t)t->status)};

    fail(x, t, is_final ? SL_UP_KEY : SL_UP_ERROR,
         issuer_says(x, t,
                     JOIN(x, STR("answered "), status,
                          error.n == 0 ? STR("") : STR(": "), error,
                          more.n == 0 ? STR("") : STR(": "), more)));
}

static void keep(struct exchange *x, const struct token *t, struct str value,
                 int64_t ttl_ms)
{
    struct action *a = exchange_act(x, ACTION_STORE);

    if (a == NULL)
        return;
    a->key = t->name;
    a->bytes = value;
    a->ttl_ms = ttl_ms;
}

static void take(struct exchange *x, struct token *t, struct jval v)
{
    int64_t life_s = 0;
    struct str value = {0};

    if (json_is_str(json_get(v, STR("access_token"))) &&
        !json_text(json_get(v, STR("access_token")), &x->arena, &value))
        x->failed = true;
    if (value.n == 0 || !http_is_of(value, HTTP_VALUE)) {
        fail(x, t, SL_UP_GARBAGE, issuer_says(x, t, STR("gave no token")));
        return;
    }
    if (!json_i64(json_get(v, STR("expires_in")), &life_s) || life_s < 0)
        life_s = 0;
    if (life_s > LONGEST_S)
        life_s = LONGEST_S;
    life_s = life_s > 2 * MARGIN_S ? life_s - MARGIN_S : life_s / 2;
    if (life_s > 0)
        keep(x, t, value, 1000 * life_s);
    t->value = secret_of(value);
    t->is_kept = false;
    t->done(x, t, SL_OK);
}

static void read_answer(struct exchange *x, struct token *t)
{
    const struct json_limits limits = {8, 1000, ANSWER_BYTES};
    struct jval v = {0};
    struct json doc;

    if (json_parse(&doc, buf_str(&t->answer), &x->arena, &limits, NULL) ==
        SL_OK)
        v = json_root(&doc);
    if (t->status == 200)
        take(x, t, v);
    else
        refused(x, t, v);
}

static void on_head(struct exchange *x, struct fetch *c,
                    const struct http_response *res, int64_t length)
{
    struct token *t = c->owner;

    (void)x;
    (void)length;
    t->status = res->status;
}

static void on_body(struct exchange *x, struct fetch *c, struct str bytes,
                    bool last)
{
    struct token *t = c->owner;

    buf_add(&t->answer, bytes);
    if (t->answer.failed) {
        fetch_cancel(x, c);
        fail(x, t, SL_UP_GARBAGE, issuer_says(x, t, STR("said too much")));
    } else if (last) {
        read_answer(x, t);
    }
}

static void on_failed(struct exchange *x, struct fetch *c, enum sl_rc rc)
{
    fail(x, c->owner, rc, issuer_says(x, c->owner, rc_info(rc)->text));
}

static const struct fetch_events fetch_on = {on_head, on_body, on_failed};

/* ---- asking it ---- */

static void exchange_for(struct exchange *x, struct token *t,
                         struct str assertion)
{
    struct str body =
        JOIN(x, STR("assertion="), assertion,
             STR("&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
                 "jwt-bearer"));
    struct http_framing framing = {.body = HTTP_BODY_LENGTH, .length = body.n};
    struct fetch *c = &t->fetch;

    c->on = &fetch_on;
    c->owner = t;
    buf_init(&t->answer, arena_mem(&x->arena), ANSWER_BYTES);
    fetch_prepare(x, c, t->provider->credentials[t->key].from, SIZE_MAX);
    fetch_field(x, c, STR("content-type"),
                STR("application/x-www-form-urlencoded"));
    fetch_field(x, c, STR("accept"), STR("application/json"));
    fetch_field(x, c, STR("accept-encoding"), STR("identity"));
    fetch_open(x, c, STR("POST"), STR(""), &framing);
    fetch_within(x, c, ISSUER_MS);
    fetch_push(x, c, body);
    fetch_end(x, c);
}

static void on_signed(struct exchange *x, struct ask *q, enum sl_rc rc,
                      struct str bytes)
{
    struct token *t = (struct token *)q;
    struct buf out;

    if (rc != SL_OK) {
        fail(x, t, rc, STR("the private key can't sign"));
        return;
    }
    buf_init(&out, arena_mem(&x->arena), ANSWER_BYTES);
    buf_add(&out, t->text);
    buf_add_char(&out, '.');
    base64_write(&out, bytes, BASE64_URL);
    if (out.failed)
        x->failed = true;
    else
        exchange_for(x, t, buf_str(&out));
}

/* Header and claims, each in base64, a dot between them. */
static struct str write_text(struct exchange *x, const struct token *t)
{
    const struct credential *c = &t->provider->credentials[t->key];
    const struct origin *at = &c->from->origin;
    int64_t now_s = (x->wall_ms + x->now_ms - x->start_ms) / 1000;
    struct buf head, claims, out;

    buf_init(&head, arena_mem(&x->arena), ANSWER_BYTES);
    buf_init(&claims, arena_mem(&x->arena), ANSWER_BYTES);
    buf_init(&out, arena_mem(&x->arena), ANSWER_BYTES);
    buf_add(&head, STR("{\"alg\":\"RS256\",\"typ\":\"JWT\""));
    if (c->key_id.n != 0) {
        buf_add(&head, STR(",\"kid\":"));
        json_str(&head, c->key_id);
    }
    buf_add_char(&head, '}');
    buf_add(&claims, STR("{\"iss\":"));
    json_str(&claims, c->id);
    buf_add(&claims, STR(",\"scope\":\"https://www.googleapis.com/auth/"
                         "cloud-platform\",\"aud\":"));
    json_str(&claims, JOIN(x, at->tls ? STR("https://") : STR("http://"),
                           at->authority, c->from->base_path));
    buf_add(&claims, STR(",\"iat\":"));
    buf_add_i64(&claims, now_s);
    buf_add(&claims, STR(",\"exp\":"));
    buf_add_i64(&claims, now_s + LIFE_S);
    buf_add_char(&claims, '}');
    base64_write(&out, buf_str(&head), BASE64_URL);
    buf_add_char(&out, '.');
    base64_write(&out, buf_str(&claims), BASE64_URL);
    x->failed = x->failed || head.failed || claims.failed || out.failed;
    return buf_str(&out);
}

static void sign(struct exchange *x, struct token *t)
{
    t->text = write_text(x, t);
    if (x->failed)
        return;
    t->part = (struct sign_part){.text = t->text};
    t->job = (struct sign_job){.kind = SIGN_RSA,
                               .key = {.secret = &t->provider->keys[t->key]},
                               .parts = &t->part,
                               .n = 1};
    t->ask.answered = on_signed;
    ask_sign(x, &t->ask, &t->job);
}

static void on_loaded(struct exchange *x, struct ask *q, enum sl_rc rc,
                      struct str bytes)
{
    struct token *t = (struct token *)q;
    struct str value;

    if (rc != SL_OK) {
        sign(x, t);
        return;
    }
    if (!arena_copy(&x->arena, bytes, &value)) {
        x->failed = true;
        return;
    }
    t->value = secret_of(value);
    t->is_kept = true;
    t->done(x, t, SL_OK);
}

/* ---- use ---- */

void token_get(struct exchange *x, struct token *t, const struct provider *p,
               size_t key)
{
    struct buf name;

    t->provider = p;
    t->key = key;
    t->why = (struct str){0};
    buf_init(&name, arena_mem(&x->arena), ANSWER_BYTES);
    buf_add(&name, STR("token:"));
    buf_add(&name, p->name);
    buf_add_char(&name, ':');
    buf_add(&name, p->credentials[key].id);
    buf_add_char(&name, ':');
    buf_add_hex(&name, secret_hash(&p->keys[key]), 16);
    if (name.failed) {
        x->failed = true;
        return;
    }
    t->name = buf_str(&name);
    if (t->is_dropped) {
        t->is_dropped = false;
        sign(x, t);
        return;
    }
    t->ask.answered = on_loaded;
    ask_load(x, &t->ask, t->name, (struct str){0});
}

void token_drop(struct token *t)
{
    t->is_dropped = true;
    t->is_kept = false;
}

void token_cancel(struct exchange *x, struct token *t)
{
    ask_forget(x, &t->ask);
    fetch_cancel(x, &t->fetch);
}
