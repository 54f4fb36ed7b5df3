# SPDX-License-Identifier: MIT
"""A test authority and what it signs, made afresh: nothing secret lies in the
repository.

    certs.make(directory)

makes ca.pem, and pairs NAME.pem + NAME.key: server (localhost, 127.0.0.1),
other (a name that is not ours), expired, self (signed by nobody)."""

import pathlib
import subprocess
import sys


def openssl(*args):
    subprocess.run(
        ['openssl', *map(str, args)], check=True, capture_output=True
    )


def key(path):
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', path)


def sign(d, name, names, *dates):
    ext = d / (name + '.ext')
    ext.write_text(
        'subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n'
        % names
    )
    key(d / (name + '.key'))
    openssl(
        'req',
        '-new',
        '-key',
        d / (name + '.key'),
        '-subj',
        '/CN=' + name,
        '-out',
        d / (name + '.csr'),
    )
    openssl(
        'x509',
        '-req',
        '-in',
        d / (name + '.csr'),
        '-CA',
        d / 'ca.pem',
        '-CAkey',
        d / 'ca.key',
        '-CAcreateserial',
        '-extfile',
        ext,
        '-out',
        d / (name + '.pem'),
        *dates,
    )


def make(directory):
    d = pathlib.Path(directory)
    key(d / 'ca.key')
    openssl(
        'req',
        '-x509',
        '-new',
        '-key',
        d / 'ca.key',
        '-subj',
        '/CN=Test authority',
        '-days',
        '2',
        '-addext',
        'basicConstraints=critical,CA:TRUE',
        '-addext',
        'keyUsage=keyCertSign',
        '-out',
        d / 'ca.pem',
    )
    sign(d, 'server', 'DNS:localhost,IP:127.0.0.1', '-days', '2')
    sign(d, 'other', 'DNS:other.example', '-days', '2')
    # An end before its beginning is refused: it ends in the second that it
    # begins.
    sign(d, 'expired', 'DNS:localhost,IP:127.0.0.1', '-days', '0')
    key(d / 'self.key')
    openssl(
        'req',
        '-x509',
        '-new',
        '-key',
        d / 'self.key',
        '-subj',
        '/CN=localhost',
        '-days',
        '2',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
        '-out',
        d / 'self.pem',
    )
    return d


if __name__ == '__main__':
    make(sys.argv[1])
