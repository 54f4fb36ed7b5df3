/* SPDX-License-Identifier: MIT */
/* TLS over memory. OpenSSL reads the caller's bytes and writes to the caller's
 * buf through a BIO of our own, which never blocks for writing; renegotiation
 * is off. So a write never wants a read, and the only thing to wait for is
 * bytes from the peer. What reading makes OpenSSL say (a key update) waits in
 * `pending` for the next write, as RFC 8446, section 4.6.3 allows.
 *
 * Sessions: a client offers the last ticket it got from that host and port.
 * OpenSSL's own cache is off, since it knows no names. */
#include "server/tls.h"

#include "server/files.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SESSIONS = 64,             /* hosts whose ticket is kept */
    PENDING_LIMIT = 64 * 1024, /* bytes reading may leave to be written */
    HOST_MAX = 255,
};

struct session {
    char *host;
    uint16_t port;
    SSL_SESSION *session;
};

struct tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *method;
    atomic_uint users;
    bool is_server;
    pthread_mutex_t lock; /* of what follows */
    struct session sessions[SESSIONS];
    unsigned next; /* the one to be replaced when all are in use */
};

struct tls {
    SSL *ssl;
    struct tls_context *ctx;
    struct str wire;    /* what OpenSSL may read now */
    struct buf *out;    /* where it writes; NULL: pending */
    struct buf pending; /* hardly ever used */
    const char *text;
    uint16_t port;
    bool failed;
    char host[]; /* NUL-terminated; "" for servers */
};

static const unsigned char alpn[] = "\x08http/1.1";

/* ---- the BIO ---- */

static int bio_read(BIO *bio, char *to, size_t room, size_t *n)
{
    struct tls *t = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (t->wire.n == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    *n = room < t->wire.n ? room : t->wire.n;
    memcpy(to, t->wire.p, *n);
    t->wire = str_skip(t->wire, *n);
    return 1;
}

static int bio_write(BIO *bio, const char *from, size_t n, size_t *written)
{
    struct tls *t = BIO_get_data(bio);
    struct buf *out = t->out != NULL ? t->out : &t->pending;

    BIO_clear_retry_flags(bio);
    buf_add(out, (struct str){from, n});
    if (out->failed)
        return 0;
    *written = n;
    return 1;
}

static long bio_ctrl(BIO *bio, int cmd, long number, void *p)
{
    (void)bio;
    (void)number;
    (void)p;
    return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}

static BIO_METHOD *bio_method(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "sluice");

    if (m == NULL)
        return NULL;
    if (BIO_meth_set_read_ex(m, bio_read) == 1 &&
        BIO_meth_set_write_ex(m, bio_write) == 1 &&
        BIO_meth_set_ctrl(m, bio_ctrl) == 1)
        return m;
    BIO_meth_free(m);
    return NULL;
}

/* ---- sessions ---- */

/* With the lock held: the entry of that server, or NULL. */
static struct session *find_session(struct tls_context *ctx,
                                    const struct tls *t)
{
    for (unsigned i = 0; i < SESSIONS; i++) {
        struct session *s = &ctx->sessions[i];

        if (s->host != NULL && s->port == t->port &&
            strcmp(s->host, t->host) == 0)
            return s;
    }
    return NULL;
}

/* With the lock held: an entry for that server; NULL: no memory. */
static struct session *new_session(struct tls_context *ctx, const struct tls *t)
{
    struct session *s = &ctx->sessions[ctx->next];
    char *host = strdup(t->host);

    if (host == NULL)
        return NULL;
    ctx->next = (ctx->next + 1) % SESSIONS;
    free(s->host);
    SSL_SESSION_free(s->session);
    *s = (struct session){.host = host, .port = t->port};
    return s;
}

/* OpenSSL has got a ticket. 0: the reference stays with it. What is kept is a
 * copy, since OpenSSL goes on writing to its own without a lock. */
static int on_session(SSL *ssl, SSL_SESSION *session)
{
    const struct tls *t = SSL_get_app_data(ssl);
    struct tls_context *ctx = t->ctx;
    SSL_SESSION *copy = SSL_SESSION_dup(session);
    struct session *s;

    pthread_mutex_lock(&ctx->lock);
    s = find_session(ctx, t);
    if (s == NULL && copy != NULL)
        s = new_session(ctx, t);
    if (s != NULL) {
        SSL_SESSION_free(s->session);
        s->session = copy;
        copy = NULL;
    }
    pthread_mutex_unlock(&ctx->lock);
    SSL_SESSION_free(copy);
    return 0;
}

static void offer_session(struct tls *t)
{
    struct tls_context *ctx = t->ctx;
    SSL_SESSION *copy = NULL;
    const struct session *s;

    pthread_mutex_lock(&ctx->lock);
    s = find_session(ctx, t);
    if (s != NULL && s->session != NULL)
        copy = SSL_SESSION_dup(s->session);
    pthread_mutex_unlock(&ctx->lock);
    if (copy != NULL)
        (void)SSL_set_session(t->ssl, copy);
    SSL_SESSION_free(copy);
}

/* ---- contexts ---- */

/* The reason of the first error in the thread's queue; static. */
static const char *queued_text(const char *otherwise)
{
    const char *text = ERR_reason_error_string(ERR_peek_error());

    ERR_clear_error();
    return text != NULL ? text : otherwise;
}

/* Frees ctx and says why; NULL. */
static struct tls_context *refuse(struct tls_context *ctx, const char *what,
                                  char *text, size_t room)
{
    (void)snprintf(text, room, "%s: %s", what, queued_text("not accepted"));
    tls_context_drop(ctx);
    return NULL;
}

static struct tls_context *context_new(const SSL_METHOD *method)
{
    struct tls_context *ctx = calloc(1, sizeof *ctx);

    if (ctx == NULL)
        return NULL;
    ERR_clear_error();
    pthread_mutex_init(&ctx->lock, NULL);
    atomic_init(&ctx->users, 1);
    ctx->ssl = SSL_CTX_new(method);
    ctx->method = bio_method();
    if (ctx->ssl == NULL || ctx->method == NULL ||
        SSL_CTX_set_min_proto_version(ctx->ssl, TLS1_2_VERSION) != 1) {
        tls_context_drop(ctx);
        return NULL;
    }
    SSL_CTX_set_mode(ctx->ssl, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(ctx->ssl,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    return ctx;
}

/* A client that offers protocols must offer ours (RFC 7301, section 3.2). The
 * six parameters are OpenSSL's. */
// NOLINTNEXTLINE(readability-function-size)
static int choose_alpn(SSL *ssl, const unsigned char **chosen,
                       unsigned char *chosen_n, const unsigned char *offered,
                       unsigned offered_n, void *arg)
{
    (void)ssl;
    (void)arg;
    for (unsigned at = 0; at < offered_n; at += 1U + offered[at]) {
        if (offered_n - at < sizeof alpn - 1 ||
            memcmp(offered + at, alpn, sizeof alpn - 1) != 0)
            continue;
        *chosen = offered + at + 1;
        *chosen_n = offered[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

struct tls_context *tls_server_context(const char *cert, const char *key,
                                       char *text, size_t room)
{
    static const unsigned char id[] = "sluice";
    struct tls_context *ctx = context_new(TLS_server_method());

    if (ctx == NULL)
        return refuse(NULL, "TLS", text, room);
    ctx->is_server = true;
    if (SSL_CTX_use_certificate_chain_file(ctx->ssl, cert) != 1)
        return refuse(ctx, cert, text, room);
    if (SSL_CTX_use_PrivateKey_file(ctx->ssl, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx->ssl) != 1)
        return refuse(ctx, key, text, room);
    if (SSL_CTX_set_cipher_list(ctx->ssl, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
        SSL_CTX_set_session_id_context(ctx->ssl, id, sizeof id - 1) != 1)
        return refuse(ctx, "TLS", text, room);
    /* Tickets alone: no session is held in our memory. */
    SSL_CTX_set_session_cache_mode(ctx->ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(ctx->ssl, SSL_OP_CIPHER_SERVER_PREFERENCE |
                                      SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_alpn_select_cb(ctx->ssl, choose_alpn, NULL);
    return ctx;
}

struct tls_context *tls_client_context(char *text, size_t room)
{
    struct tls_context *ctx = context_new(TLS_client_method());

    if (ctx == NULL)
        return refuse(NULL, "TLS", text, room);
    if (SSL_CTX_set_default_verify_paths(ctx->ssl) != 1)
        return refuse(ctx, "trusted certificates", text, room);
    if (SSL_CTX_set_alpn_protos(ctx->ssl, alpn, sizeof alpn - 1) != 0)
        return refuse(ctx, "TLS", text, room);
    SSL_CTX_set_verify(ctx->ssl, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(ctx->ssl, SSL_SESS_CACHE_CLIENT |
                                                 SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx->ssl, on_session);
    /* A missing file leaves an unused error behind. */
    ERR_clear_error();
    return ctx;
}

struct tls_context *tls_client_once(_Atomic(struct tls_context *) *slot)
{
    struct tls_context *known = atomic_load(slot);
    struct tls_context *made;
    char text[256];

    if (known != NULL)
        return known;
    made = tls_client_context(text, sizeof text);
    if (made != NULL && !atomic_compare_exchange_strong(slot, &known, made)) {
        tls_context_drop(made);
        made = known;
    }
    return made;
}

struct tls_context *tls_context_hold(struct tls_context *ctx)
{
    if (ctx != NULL)
        atomic_fetch_add_explicit(&ctx->users, 1, memory_order_relaxed);
    return ctx;
}

void tls_context_drop(struct tls_context *ctx)
{
    if (ctx == NULL ||
        atomic_fetch_sub_explicit(&ctx->users, 1, memory_order_acq_rel) != 1)
        return;
    for (unsigned i = 0; i < SESSIONS; i++) {
        free(ctx->sessions[i].host);
        SSL_SESSION_free(ctx->sessions[i].session);
    }
    SSL_CTX_free(ctx->ssl);
    BIO_meth_free(ctx->method);
    pthread_mutex_destroy(&ctx->lock);
    free(ctx);
}

/* ---- connections ---- */

/* Whom the certificate must name; the name is sent too, an address is not
 * (RFC 6066, section 3). */
static bool expect_host(struct tls *t)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(t->ssl);

    if (X509_VERIFY_PARAM_set1_ip_asc(param, t->host) == 1)
        return true;
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(param,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(param, t->host, strlen(t->host)) == 1 &&
           SSL_set_tlsext_host_name(t->ssl, t->host) == 1;
}

/* False: no memory, or a host that can't be one. */
static bool start(struct tls *t)
{
    BIO *bio = BIO_new(t->ctx->method);

    if (bio == NULL)
        return false;
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    SSL_set_bio(t->ssl, bio, bio);
    SSL_set_app_data(t->ssl, t);
    if (t->ctx->is_server) {
        SSL_set_accept_state(t->ssl);
        return true;
    }
    SSL_set_connect_state(t->ssl);
    /* Without a name there would be nothing to verify. */
    if (t->host[0] == '\0' || !expect_host(t))
        return false;
    offer_session(t);
    return true;
}

struct tls *tls_new(struct tls_context *ctx, struct str host, uint16_t port)
{
    struct tls *t;

    if (host.n > HOST_MAX)
        return NULL;
    t = calloc(1, sizeof *t + host.n + 1);
    if (t == NULL)
        return NULL;
    if (host.n != 0)
        memcpy(t->host, host.p, host.n);
    t->port = port;
    t->ctx = tls_context_hold(ctx);
    t->text = "";
    buf_init(&t->pending, &mem_malloc, PENDING_LIMIT);
    ERR_clear_error();
    t->ssl = SSL_new(ctx->ssl);
    if (t->ssl == NULL || !start(t)) {
        ERR_clear_error();
        tls_free(t);
        return NULL;
    }
    return t;
}

void tls_free(struct tls *t)
{
    if (t == NULL)
        return;
    SSL_free(t->ssl);
    tls_context_drop(t->ctx);
    buf_release(&t->pending);
    free(t);
}

void tls_feed(struct tls *t, struct str wire)
{
    SL_ASSERT(t->wire.n == 0);
    t->wire = wire;
}

/* What a call that returned `result` means, and why. */
static enum sl_rc outcome(struct tls *t, int result)
{
    switch (SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_NONE:
        return SL_OK;
    case SSL_ERROR_WANT_READ:
        return SL_AGAIN;
    case SSL_ERROR_ZERO_RETURN:
        t->wire = (struct str){0};
        return SL_EOF;
    default:
        break;
    }
    t->wire = (struct str){0};
    t->failed = true;
    if (SSL_get_verify_result(t->ssl) != X509_V_OK) {
        t->text = X509_verify_cert_error_string(SSL_get_verify_result(t->ssl));
        ERR_clear_error();
    } else {
        t->text = queued_text("TLS failed");
    }
    return SL_UP_TLS;
}

enum sl_rc tls_read(struct tls *t, char *to, size_t room, size_t *n)
{
    size_t got = 0;
    enum sl_rc rc;

    if (t->failed)
        return SL_UP_TLS;
    ERR_clear_error();
    rc = outcome(t, SSL_read_ex(t->ssl, to, room, &got));
    if (rc == SL_OK)
        *n = got;
    return rc;
}

/* OpenSSL writes to out now, first what reading left. */
static void write_to(struct tls *t, struct buf *out)
{
    t->out = out;
    if (t->pending.n == 0)
        return;
    buf_add(out, buf_str(&t->pending));
    buf_release(&t->pending);
}

enum sl_rc tls_write(struct tls *t, struct str plain, struct buf *out)
{
    enum sl_rc rc = SL_OK;
    size_t n;

    if (t->failed)
        return SL_UP_TLS;
    ERR_clear_error();
    write_to(t, out);
    /* Without partial writes OpenSSL takes all of it: no room is missing. */
    if (plain.n != 0)
        rc = outcome(t, SSL_write_ex(t->ssl, plain.p, plain.n, &n));
    t->out = NULL;
    if (out->failed)
        return buf_rc(out);
    return rc == SL_OK ? SL_OK : SL_UP_TLS;
}

enum sl_rc tls_handshake(struct tls *t, struct buf *out)
{
    enum sl_rc rc;

    if (t->failed)
        return SL_UP_TLS;
    ERR_clear_error();
    write_to(t, out);
    rc = outcome(t, SSL_do_handshake(t->ssl));
    t->out = NULL;
    return rc == SL_EOF ? SL_UP_TLS : rc;
}

void tls_close(struct tls *t, struct buf *out)
{
    if (t->failed || SSL_in_init(t->ssl))
        return;
    ERR_clear_error();
    t->wire = (struct str){0};
    write_to(t, out);
    (void)SSL_shutdown(t->ssl);
    ERR_clear_error();
    t->out = NULL;
}

const char *tls_text(const struct tls *t)
{
    return t->text;
}

bool tls_resumed(const struct tls *t)
{
    return SSL_session_reused(t->ssl) == 1;
}
