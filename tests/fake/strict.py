# SPDX-License-Identifier: MIT
"""Checks a JSON value against a vendor's rules; what the rules do not name is
refused.

    check(body, {'model!': str, 'max_tokens!': INTEGER, 'stop': [str]})

A rule is: str, bool; INTEGER, NUMBER, OBJECT (any members), ANY; a set: one of
these values; a list: an array of such; a dict: an object, "!" behind what must
be there; a tuple: any of these; Kind('type', {…}): a dict chosen by a member;
One({…}): an object with exactly one of these members (and those of `also`); a
function that is given value and path."""


class Refused(Exception):
    """The request breaks a rule; the text says where and which."""


def refuse(path, why):
    raise Refused('%s: %s' % (path or 'body', why))


def INTEGER(value, path):
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(path, 'must be an integer, is %r' % (value,))


def NUMBER(value, path):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        refuse(path, 'must be a number, is %r' % (value,))


def OBJECT(value, path):
    if not isinstance(value, dict):
        refuse(path, 'must be an object, is %r' % (value,))


def ANY(value, path):
    pass


def TEXT(value, path):
    """A string that says something."""
    if not isinstance(value, str) or not value.strip():
        refuse(path, 'must be a text that is not empty, is %r' % (value,))


def between(low, high):
    def rule(value, path):
        NUMBER(value, path)
        if not low <= value <= high:
            refuse(path, 'must be from %s to %s, is %r' % (low, high, value))

    return rule


class Kind:
    def __init__(self, member, rules):
        self.member, self.rules = member, rules

    def __call__(self, value, path):
        OBJECT(value, path)
        kind = value.get(self.member)
        if kind not in self.rules:
            refuse(path, '%s %r is not known' % (self.member, kind))
        check(value, {self.member + '!': str, **self.rules[kind]}, path)


class One:
    def __init__(self, rules, also=None):
        self.rules, self.also = rules, also or {}

    def __call__(self, value, path):
        OBJECT(value, path)
        if sum(name in self.rules for name in value) != 1:
            refuse(
                path,
                'must have exactly one of %s, has %s'
                % (sorted(self.rules), sorted(value)),
            )
        check(value, {**self.rules, **self.also}, path)


def check_object(value, rules, path):
    OBJECT(value, path)
    rest = set(value)
    for name, rule in rules.items():
        bare = name.rstrip('!')
        if bare in value:
            rest.discard(bare)
            check(value[bare], rule, '%s.%s' % (path, bare) if path else bare)
        elif name != bare:
            refuse(path, '%s is missing' % bare)
    if rest:
        refuse(path, 'unknown member %s' % sorted(rest))


def check_any(value, rules, path):
    whys = []
    for rule in rules:
        try:
            return check(value, rule, path)
        except Refused as e:
            whys.append(str(e))
    return refuse(path, 'none of these holds: %s' % '; '.join(whys))


def check(value, rule, path=''):
    if isinstance(rule, dict):
        check_object(value, rule, path)
    elif isinstance(rule, list):
        if not isinstance(value, list):
            refuse(path, 'must be an array, is %r' % (value,))
        for i, item in enumerate(value):
            check(item, rule[0], '%s[%d]' % (path, i))
    elif isinstance(rule, tuple):
        check_any(value, rule, path)
    elif isinstance(rule, set):
        if not isinstance(value, str) or value not in rule:
            refuse(path, 'must be one of %s, is %r' % (sorted(rule), value))
    elif isinstance(rule, type):
        if not isinstance(value, rule):
            refuse(path, 'must be a %s, is %r' % (rule.__name__, value))
    else:
        rule(value, path)
