/* SPDX-License-Identifier: MIT */
/* ACTION_SIGN by OpenSSL. A key is opened for the time of one call, in memory
 * that is wiped. */
#include "server/sign.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "server/files.h"

enum {
    DIGEST_BYTES = 32,
    KEY_BYTES = 64 * 1024,    /* of a private key's text */
    SECRET_BYTES = 16 * 1024, /* of a part that is secret */
};

/* What a part says, opened: the text, then the secret's. */
static void open_part(struct buf *out, const struct sign_part *part,
                      size_t limit)
{
    buf_init(out, &mem_wiping, limit);
    buf_add(out, part->text);
    if (part->secret != NULL)
        secret_write(out, part->secret);
}

/* ---- joined parts ---- */

static bool add_part(EVP_MD_CTX *md, const struct sign_part *part)
{
    struct buf secret;
    bool ok;

    if (part->text.n != 0 &&
        EVP_DigestUpdate(md, part->text.p, part->text.n) != 1)
        return false;
    if (part->secret == NULL)
        return true;
    buf_init(&secret, &mem_wiping, SECRET_BYTES);
    secret_write(&secret, part->secret);
    ok = !secret.failed && EVP_DigestUpdate(md, secret.p, secret.n) == 1;
    buf_release(&secret);
    return ok;
}

static bool add_parts(EVP_MD_CTX *md, const struct sign_job *job)
{
    for (size_t i = 0; i < job->n; i++)
        if (!add_part(md, &job->parts[i]))
            return false;
    return true;
}

static enum sl_rc digest(const struct sign_job *job, struct buf *out)
{
    unsigned char sum[DIGEST_BYTES];
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
              add_parts(md, job) && EVP_DigestFinal_ex(md, sum, NULL) == 1;

    EVP_MD_CTX_free(md);
    if (!ok)
        return SL_NOMEM;
    buf_add(out, (struct str){(const char *)sum, sizeof(sum)});
    return buf_rc(out);
}

/* ---- a chain of HMACs ---- */

/* The next link: sum is the key, and then the result. */
static bool link_part(unsigned char *sum, const struct sign_part *part)
{
    unsigned char next[DIGEST_BYTES];
    struct buf text;
    bool ok;

    open_part(&text, part, SECRET_BYTES);
    ok = !text.failed &&
         HMAC(EVP_sha256(), sum, DIGEST_BYTES, (const unsigned char *)text.p,
              text.n, next, NULL) != NULL;
    buf_release(&text);
    if (ok)
        memcpy(sum, next, sizeof(next));
    OPENSSL_cleanse(next, sizeof(next));
    return ok;
}

static bool first_part(unsigned char *sum, const struct sign_job *job)
{
    struct buf key, text;
    bool ok;

    open_part(&key, &job->key, SECRET_BYTES);
    open_part(&text, &job->parts[0], SECRET_BYTES);
    ok = !key.failed && !text.failed &&
         HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)text.p,
              text.n, sum, NULL) != NULL;
    buf_release(&key);
    buf_release(&text);
    return ok;
}

static enum sl_rc chain(const struct sign_job *job, struct buf *out)
{
    unsigned char sum[DIGEST_BYTES];
    bool ok;

    SL_ASSERT(job->n != 0);
    ok = first_part(sum, job);
    for (size_t i = 1; ok && i < job->n; i++)
        ok = link_part(sum, &job->parts[i]);
    if (ok)
        buf_add(out, (struct str){(const char *)sum, sizeof(sum)});
    OPENSSL_cleanse(sum, sizeof(sum));
    return ok ? buf_rc(out) : SL_NOMEM;
}

/* ---- RSA ---- */

/* Nobody is asked for a password on the terminal. */
static int no_password(char *to, int room, int is_write, void *ctx)
{
    (void)to;
    (void)room;
    (void)is_write;
    (void)ctx;
    return -1;
}

static EVP_PKEY *open_key(const struct sign_part *key)
{
    EVP_PKEY *pkey = NULL;
    BIO *bio = NULL;
    struct buf pem;

    open_part(&pem, key, KEY_BYTES);
    if (!pem.failed && pem.n != 0)
        bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    if (bio != NULL)
        pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    buf_release(&pem);
    if (pkey != NULL && EVP_PKEY_base_id(pkey) != EVP_PKEY_RSA) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    return pkey;
}

static enum sl_rc rsa(const struct sign_job *job, struct buf *out)
{
    EVP_PKEY *key = open_key(&job->key);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    enum sl_rc rc = SL_UP_KEY;
    size_t n = 0;
    char *room;

    if (key != NULL && md != NULL &&
        EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
        add_parts(md, job) && EVP_DigestSignFinal(md, NULL, &n) == 1) {
        room = buf_room(out, n);
        if (room != NULL &&
            EVP_DigestSignFinal(md, (unsigned char *)room, &n) == 1) {
            buf_grew(out, n);
            rc = SL_OK;
        }
    }
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    /* What went wrong with this key is not the next connection's matter. */
    ERR_clear_error();
    return rc;
}

enum sl_rc sign_do(const struct sign_job *job, struct buf *out)
{
    switch (job->kind) {
    case SIGN_SHA256:
        return digest(job, out);
    case SIGN_HMAC:
        return chain(job, out);
    case SIGN_RSA:
        return rsa(job, out);
    }
    return SL_INTERNAL;
}
