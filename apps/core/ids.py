"""Public ids: a prefix that says of what, and 128 random bits."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
LENGTH = 26  # 26 * 5 bits = 130


def new(prefix: str) -> str:
    """Return an id such as "rec_0c2m…"; `prefix` has three letters."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"


def rec() -> str:
    return new("rec")


def lnk() -> str:
    return new("lnk")


def rcp() -> str:
    return new("rcp")


def cns() -> str:
    return new("cns")


def ntc() -> str:
    return new("ntc")


def sub() -> str:
    return new("sub")


def cut() -> str:
    return new("cut")


def dlr() -> str:
    return new("del")


def era() -> str:
    return new("era")


def aud() -> str:
    return new("aud")


def sit() -> str:
    return new("sit")


def pk() -> str:
    return new("pk")


def asset() -> str:
    """Lower case: it is part of an object's name too."""
    return secrets.token_hex(12)


def cpt() -> str:
    return new("cpt")


def act() -> str:
    return new("act")
