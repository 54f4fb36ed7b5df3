/* SPDX-License-Identifier: MIT */
/* The client's side of CONNECT and SOCKS 5. The one hard idea: all messages
 * are put together before the first byte is sent, so that the credentials are
 * needed once and wiped with the buffer. */
#include "core/http/tunnel.h"

#include "core/base/base64.h"
#include "core/base/num.h"

enum {
    MESSAGES = 4096, /* bytes of all that is told: 2 * 255 and a name at most
                        with SOCKS, base64 and a name twice with CONNECT */
    LOGIN_MAX = 1024,
    ANSWER_FIELDS = 64,
    INTERIM_MAX = 8, /* 1xx heads before the answer */
    NAME_MAX_BYTES = 255,
};

enum { SOCKS = 5, NO_LOGIN = 0, USER_PASSWORD = 2, NONE_OF_THEM = 0xFF };
enum { LOGIN_VERSION = 1 };
enum { DO_CONNECT = 1 };
enum { ADDRESS_V4 = 1, ADDRESS_NAME = 3, ADDRESS_V6 = 4 };

/* ---- addresses ---- */

/* "127.0.0.1" as four bytes. */
static bool read_v4(struct str host, char *to)
{
    struct str part;
    uint64_t value;
    size_t n = 0;

    while (str_split(&host, '.', &part)) {
        if (n == 4 || part.n == 0 || part.n > 3 || !num_u64(part, &value) ||
            value > 255)
            return false;
        to[n++] = (char)value;
    }
    return n == 4;
}

static bool read_group(struct str text, char *to)
{
    unsigned value = 0;

    if (text.n == 0 || text.n > 4)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        int digit = char_hex(text.p[i]);

        if (digit < 0)
            return false;
        value = value * 16 + (unsigned)digit;
    }
    to[0] = (char)(value >> 8);
    to[1] = (char)(value & 0xFF);
    return true;
}

/* Groups between colons, the last of which may be an IPv4 address; *n bytes
 * at `to`, which has room for 16. */
static bool read_groups(struct str text, char *to, size_t *n)
{
    struct str part;

    while (text.n != 0) {
        part = str_before(text, ':');
        if (part.n + 1 == text.n)
            return false; /* a colon at the end */
        text = str_skip(text, part.n + 1);
        if (text.n == 0 && *n <= 12 && read_v4(part, to + *n)) {
            *n += 4;
            return true;
        }
        if (*n > 14 || !read_group(part, to + *n))
            return false;
        *n += 2;
    }
    return true;
}

/* "2001:db8::1" as sixteen bytes. */
static bool read_v6(struct str host, char *to)
{
    size_t gap = str_find_str(host, STR("::"));
    size_t n_left = 0, n_right = 0;
    char left[16], right[16];

    if (!str_has(host, STR(":")) ||
        !read_groups(str_first(host, gap), left, &n_left) ||
        !read_groups(str_skip(host, gap + 2), right, &n_right))
        return false;
    if (gap == host.n ? n_left != 16 : n_left + n_right > 14)
        return false;
    memset(to, 0, 16);
    memcpy(to, left, n_left);
    memcpy(to + 16 - n_right, right, n_right);
    return true;
}

/* ---- what is told ---- */

static void add_byte(struct buf *out, unsigned byte)
{
    buf_add_char(out, (char)byte);
}

static void write_target(struct buf *out, const struct origin *origin)
{
    bool is_v6 = str_find(origin->host, ':') != origin->host.n;

    buf_add(out, is_v6 ? STR("[") : (struct str){0});
    buf_add(out, origin->host);
    buf_add(out, is_v6 ? STR("]:") : STR(":"));
    buf_add_u64(out, origin->port);
}

/* The port is always written: CONNECT has no default (RFC 9110, 9.3.6). */
static void write_connect(struct buf *out, const struct proxy *proxy,
                          const struct origin *origin)
{
    buf_add(out, STR("CONNECT "));
    write_target(out, origin);
    buf_add(out, STR(" HTTP/1.1\r\nhost: "));
    write_target(out, origin);
    if (proxy->has_login) {
        buf_add(out, STR("\r\nproxy-authorization: Basic "));
        secret_write(out, &proxy->login);
    }
    buf_add(out, STR("\r\n\r\n"));
}

static void write_address(struct buf *out, struct str host)
{
    char address[16];

    if (read_v4(host, address)) {
        add_byte(out, ADDRESS_V4);
        buf_add(out, (struct str){address, 4});
    } else if (read_v6(host, address)) {
        add_byte(out, ADDRESS_V6);
        buf_add(out, (struct str){address, 16});
    } else {
        SL_ASSERT(host.n <= NAME_MAX_BYTES);
        add_byte(out, ADDRESS_NAME);
        add_byte(out, (unsigned)host.n);
        buf_add(out, host);
    }
}

static void write_socks(struct tunnel *t, const struct proxy *proxy,
                        const struct origin *origin)
{
    struct buf *out = &t->out;

    add_byte(out, SOCKS);
    if (proxy->has_login) {
        add_byte(out, 2);
        add_byte(out, NO_LOGIN);
        add_byte(out, USER_PASSWORD);
    } else {
        add_byte(out, 1);
        add_byte(out, NO_LOGIN);
    }
    t->login_at = out->n;
    if (proxy->has_login)
        secret_write(out, &proxy->login);
    t->request_at = out->n;
    add_byte(out, SOCKS);
    add_byte(out, DO_CONNECT);
    add_byte(out, 0);
    write_address(out, origin->host);
    add_byte(out, origin->port >> 8);
    add_byte(out, origin->port & 0xFF);
}

enum sl_rc tunnel_init(struct tunnel *t, const struct proxy *proxy,
                       const struct origin *origin, const struct sl_mem *mem)
{
    *t = (struct tunnel){.text = "", .has_login = proxy->has_login};
    buf_init(&t->out, mem, MESSAGES);
    buf_init(&t->in, mem, TUNNEL_ANSWER);
    switch (proxy->kind) {
    case PROXY_HTTP:
        t->state = TUNNEL_HEAD;
        write_connect(&t->out, proxy, origin);
        t->login_at = t->request_at = t->out.n;
        break;
    case PROXY_SOCKS5:
        t->state = TUNNEL_METHOD;
        write_socks(t, proxy, origin);
        break;
    }
    if (!t->out.failed)
        return SL_OK;
    tunnel_release(t);
    return SL_NOMEM;
}

void tunnel_release(struct tunnel *t)
{
    buf_release(&t->out);
    buf_release(&t->in);
}

struct str tunnel_first(const struct tunnel *t)
{
    return str_first(buf_str(&t->out), t->login_at);
}

/* ---- what is answered ---- */

static enum sl_rc refuse(struct tunnel *t, const char *text)
{
    t->text = text;
    t->state = TUNNEL_DONE;
    return SL_UP_REFUSED;
}

static enum sl_rc read_status(struct tunnel *t, int status)
{
    if (status == 407)
        return refuse(t, t->has_login
                             ? "the proxy refused the user or the password"
                             : "the proxy refused: it wants a user and a "
                               "password");
    if (status == 403)
        return refuse(t, "the proxy refused: this provider is not allowed");
    if (status >= 500)
        return refuse(t, "the proxy refused: it can't reach the provider");
    if (status < 200 || status > 299)
        return refuse(t, "the proxy refused");
    return SL_OK;
}

static enum sl_rc read_head(struct tunnel *t)
{
    static const struct head_limits limits = {TUNNEL_ANSWER, ANSWER_FIELDS};
    struct http_field fields[ANSWER_FIELDS];
    struct http_response res;
    struct http_framing framing;
    enum sl_rc rc;

    do {
        res = (struct http_response){0};
        framing = (struct http_framing){0};
        rc = head_response(&t->progress, buf_str(&t->in), &limits, HTTP_OTHER,
                           fields, &res, &framing, NULL);
        if (rc == SL_AGAIN)
            return rc;
        /* 101 would be another protocol, which nobody has asked for. */
        if (rc != SL_OK || res.status == 101 ||
            (res.status < 200 && ++t->n_interim > INTERIM_MAX))
            return refuse(t, "the proxy's answer is not understood");
        buf_drop(&t->in, t->progress.used);
        t->progress = (struct head){0};
    } while (res.status < 200);
    return read_status(t, res.status);
}

static unsigned byte_at(const struct tunnel *t, size_t i)
{
    return (unsigned char)t->in.p[i];
}

/* The two bytes that answer greeting and login. */
static enum sl_rc read_method(struct tunnel *t, struct str *next)
{
    struct str all = buf_str(&t->out);
    unsigned method;

    if (byte_at(t, 0) != SOCKS)
        return refuse(t, "the proxy's answer is not SOCKS 5");
    if (t->in.n < 2)
        return SL_AGAIN;
    method = byte_at(t, 1);
    if (method == USER_PASSWORD && t->has_login) {
        t->state = TUNNEL_LOGIN;
        *next = str_skip(str_first(all, t->request_at), t->login_at);
    } else if (method == NO_LOGIN) {
        t->state = TUNNEL_REPLY;
        *next = str_skip(all, t->request_at);
    } else if (method == NONE_OF_THEM) {
        return refuse(t, t->has_login ? "the proxy refused: it takes no user "
                                        "and password"
                                      : "the proxy refused: it wants a user "
                                        "and a password");
    } else {
        return refuse(t, "the proxy's answer is not understood");
    }
    buf_drop(&t->in, 2);
    return SL_OK;
}

static enum sl_rc read_login(struct tunnel *t, struct str *next)
{
    if (byte_at(t, 0) != LOGIN_VERSION)
        return refuse(t, "the proxy's answer is not understood");
    if (t->in.n < 2)
        return SL_AGAIN;
    if (byte_at(t, 1) != 0)
        return refuse(t, "the proxy refused the user or the password");
    t->state = TUNNEL_REPLY;
    *next = str_skip(buf_str(&t->out), t->request_at);
    buf_drop(&t->in, 2);
    return SL_OK;
}

/* RFC 1928, section 6. */
static const char *reply_text(unsigned code)
{
    static const char *const texts[] = {
        "the proxy refused: it failed",
        "the proxy refused: this provider is not allowed",
        "the proxy refused: it has no route to the provider's network",
        "the proxy refused: it has no route to the provider",
        "the proxy refused: the provider refused the connection",
        "the proxy refused: the provider did not answer in time",
        "the proxy refused: it does not know CONNECT",
        "the proxy refused: it does not know this kind of address",
    };

    return code <= SL_LEN(texts) ? texts[code - 1] : "the proxy refused";
}

/* Bytes of the reply, as far as they are known. */
static size_t reply_size(const struct tunnel *t)
{
    if (t->in.n < 5)
        return 5;
    switch (byte_at(t, 3)) {
    case ADDRESS_V4:
        return 4 + 4 + 2;
    case ADDRESS_V6:
        return 4 + 16 + 2;
    case ADDRESS_NAME:
        return 4 + 1 + byte_at(t, 4) + 2;
    default:
        return 0;
    }
}

static enum sl_rc read_reply(struct tunnel *t)
{
    size_t size = reply_size(t);

    if (byte_at(t, 0) != SOCKS)
        return refuse(t, "the proxy's answer is not SOCKS 5");
    /* Many send less than a whole reply when it is a refusal. */
    if (t->in.n >= 2 && byte_at(t, 1) != 0)
        return refuse(t, reply_text(byte_at(t, 1)));
    if ((t->in.n >= 3 && byte_at(t, 2) != 0) || size == 0)
        return refuse(t, "the proxy's answer is not understood");
    if (t->in.n < size)
        return SL_AGAIN;
    buf_drop(&t->in, size);
    return SL_OK;
}

/* One message; SL_OK: it is complete, and *next may be what follows. */
static enum sl_rc read_one(struct tunnel *t, struct str *next)
{
    switch (t->state) {
    case TUNNEL_METHOD:
        return read_method(t, next);
    case TUNNEL_LOGIN:
        return read_login(t, next);
    case TUNNEL_REPLY:
        return read_reply(t);
    case TUNNEL_HEAD:
        return read_head(t);
    case TUNNEL_DONE:
        break;
    }
    return SL_INTERNAL;
}

enum sl_rc tunnel_feed(struct tunnel *t, struct str bytes, struct str *next)
{
    struct str fits = str_first(bytes, TUNNEL_ANSWER - t->in.n);
    enum sl_rc rc;

    SL_ASSERT(t->state != TUNNEL_DONE);
    *next = (struct str){0};
    if (bytes.n == 0)
        return SL_AGAIN;
    buf_add(&t->in, fits);
    if (t->in.failed)
        return SL_NOMEM;
    rc = read_one(t, next);
    if (rc == SL_AGAIN && t->in.n == TUNNEL_ANSWER)
        return refuse(t, "the proxy's answer is too large");
    if (rc != SL_OK)
        return rc;
    if (t->in.n != 0 || fits.n != bytes.n)
        return refuse(t, "the proxy said more than it was asked");
    if (next->n != 0)
        return SL_AGAIN;
    t->state = TUNNEL_DONE;
    return SL_OK;
}

/* ---- credentials ---- */

bool tunnel_takes(enum proxy_kind kind, struct str user, struct str password)
{
    if (kind == PROXY_SOCKS5)
        return user.n >= 1 && user.n <= NAME_MAX_BYTES && password.n >= 1 &&
               password.n <= NAME_MAX_BYTES;
    for (size_t i = 0; i < user.n; i++) {
        if (user.p[i] == ':' || (unsigned char)user.p[i] < ' ' ||
            user.p[i] == 0x7F)
            return false;
    }
    for (size_t i = 0; i < password.n; i++) {
        if ((unsigned char)password.p[i] < ' ' || password.p[i] == 0x7F)
            return false;
    }
    return user.n != 0 && user.n + password.n <= LOGIN_MAX;
}

void tunnel_write_login(struct buf *out, enum proxy_kind kind, struct str user,
                        struct str password)
{
    char pair[LOGIN_MAX + 1];
    volatile char *wipe = pair;

    SL_ASSERT(tunnel_takes(kind, user, password));
    if (kind == PROXY_SOCKS5) {
        add_byte(out, LOGIN_VERSION);
        add_byte(out, (unsigned)user.n);
        buf_add(out, user);
        add_byte(out, (unsigned)password.n);
        buf_add(out, password);
        return;
    }
    memcpy(pair, user.p, user.n);
    pair[user.n] = ':';
    if (password.n != 0)
        memcpy(pair + user.n + 1, password.p, password.n);
    base64_write(out, (struct str){pair, user.n + 1 + password.n},
                 BASE64_STANDARD);
    for (size_t i = 0; i < sizeof pair; i++)
        wipe[i] = 0;
}
