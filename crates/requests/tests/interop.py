"""The other side of interop.rs: signs as clients/python/ask.py does, verifies as its library does.

Takes one JSON object on standard input and prints one.
"""

import datetime
import json
import pathlib
import sys
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures import exceptions
from requests.structures import CaseInsensitiveDict

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "clients" / "python"))
import ask  # noqa: E402


class Known(HTTPSignatureKeyResolver):
    def __init__(self, public):
        self.key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))

    def resolve_public_key(self, key_id):
        return self.key


def sign(order):
    """The inquiry of ask.py, without sending it."""
    body = ask.question("licence-renewal", "2026-0417", order["number"], order["name"])
    created = datetime.datetime.fromtimestamp(order["created"], tz=datetime.timezone.utc)
    request = ask.signed_post(
        order["url"], body, order["pem"].encode(), order["key_id"], order["idempotency_key"], created
    )
    headers = {name.lower(): value for name, value in request.headers.items()}
    return {"method": request.method, "url": request.url, "headers": headers, "body": body.decode()}


def sign_as_is(order):
    """The library with its own habits: its label, its components, an end date, a nonce."""
    message = SimpleNamespace(method="GET", url=order["url"], headers=CaseInsensitiveDict())
    created = datetime.datetime.fromtimestamp(order["created"], tz=datetime.timezone.utc)
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519, key_resolver=ask.OneKey(order["key_id"], order["pem"].encode())
    )
    signer.sign(
        message,
        key_id=order["key_id"],
        created=created,
        expires=created + datetime.timedelta(seconds=90),
        nonce="n-1",
        include_alg=False,
    )
    headers = {name.lower(): value for name, value in message.headers.items()}
    return {"method": message.method, "url": message.url, "headers": headers, "body": ""}


def verify(order):
    """What the library makes of a request signed elsewhere."""
    headers = CaseInsensitiveDict(order["headers"])
    message = SimpleNamespace(method=order["method"], url=order["url"], headers=headers)
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Known(order["public"]))
    try:
        results = verifier.verify(message, max_age=None)
    except exceptions.InvalidSignature:
        return {"holds": False}
    return {"holds": True, "covered": list(results[0].covered_components)}


def make_key(order):
    """A new private key, as this library writes it."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(order["seed"]))
    return {"pem": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()}


DEEDS = {"sign": sign, "sign_as_is": sign_as_is, "verify": verify, "make_key": make_key}

order = json.load(sys.stdin)
json.dump(DEEDS[order["deed"]](order), sys.stdout)
