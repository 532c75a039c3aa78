#!/usr/bin/env python3
"""Asks a Fairfile node about one person, for one purpose, with a signed request.

Identifier and name come from standard input, a line each, so that they stand in no
list of processes and in no shell history:

    python3 -m venv ask && ask/bin/pip install -r requirements.txt
    printf '%s\\n%s\\n' "$IDENTIFIER" "$NAME" | ask/bin/python ask.py \\
        --node https://node.example --key county.pem --key-id county.2026 \\
        --purpose licence-renewal --case 2026-0417

Prints the status and the body of the answer. Exits with 0 when the node answered,
with 1 when it did not (its problem is printed), with 2 when the question is not
complete. Nothing is written to a file.

To ask again after a lost answer, give the same --idempotency-key: the node then
answers as it did the first time, and looks only once.
"""

import argparse
import datetime
import json
import sys
import uuid

import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPSignatureKeyResolver,
    algorithms,
)

# What the node wants covered. Whatever is not covered could be changed on the way.
COVERED = ("@method", "@authority", "@target-uri", "content-digest", "content-type", "idempotency-key")


class OneKey(HTTPSignatureKeyResolver):
    """The member's own key, under the code by which the registrar registered it."""

    def __init__(self, key_id, pem):
        self.key_id = key_id
        self.key = load_pem_private_key(pem, password=None)

    def resolve_private_key(self, key_id):
        if key_id != self.key_id:
            raise KeyError("no such key")
        return self.key


def signed_post(url, body, pem, key_id, idempotency_key, created=None):
    """A POST of `body` (bytes) to `url`, signed by the key in `pem` (bytes), ready to be sent."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
    request = requests.Request("POST", url, data=body, headers=headers).prepare()
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=OneKey(key_id, pem),
    )
    signer.sign(
        request,
        key_id=key_id,
        created=created or datetime.datetime.now(datetime.timezone.utc),
        label="sig1",
        covered_component_ids=COVERED,
        body=body,  # makes the header Content-Digest, with sha-256
    )
    return request


def question(purpose, case, number, name):
    """The body of an inquiry."""
    identifier = {"kind": "cn-resident", "number": number}
    asked = {"purpose": purpose, "case": case, "identifier": identifier, "name": name}
    return json.dumps(asked, ensure_ascii=False).encode("utf-8")


def main():
    parser = argparse.ArgumentParser(description="Asks a Fairfile node about one person, for one purpose.")
    parser.add_argument("--node", required=True, help="address of the node, such as https://node.example")
    parser.add_argument("--key", required=True, help="file with the private key (PEM, Ed25519)")
    parser.add_argument("--key-id", required=True, help="code under which the key is registered")
    parser.add_argument("--purpose", required=True, help="one of the purposes of the catalog")
    parser.add_argument("--case", required=True, help="reference of the case that the question belongs to")
    parser.add_argument("--idempotency-key", help="the one of the first attempt, when asking again")
    args = parser.parse_args()

    number = sys.stdin.readline().strip()
    name = sys.stdin.readline().strip()
    if not number or not name:
        parser.error("expected the identifier on the first line of standard input and the name on the second")
    try:
        with open(args.key, "rb") as file:
            pem = file.read()
    except OSError as error:
        parser.error(f"the key cannot be read: {error.strerror}")

    idempotency_key = args.idempotency_key or str(uuid.uuid4())
    url = args.node.rstrip("/") + "/api/inquiries"
    body = question(args.purpose, args.case, number, name)
    try:
        request = signed_post(url, body, pem, args.key_id, idempotency_key)
    except (HTTPMessageSignaturesException, requests.RequestException, TypeError, ValueError) as error:
        parser.error(
            "the request cannot be signed: expected an address such as https://node.example and an Ed25519 key "
            f"in PEM without passphrase ({type(error).__name__})"
        )
    try:
        with requests.Session() as session:
            # A redirect would lead to another address than the signed one.
            answer = session.send(request, timeout=30, allow_redirects=False)
    except requests.RequestException as error:
        print(f"no answer from the node: {type(error).__name__}", file=sys.stderr)
        print(f"to ask again: --idempotency-key {idempotency_key}", file=sys.stderr)
        return 1
    print(answer.status_code)
    print(answer.text)
    return 0 if answer.ok else 1


if __name__ == "__main__":
    sys.exit(main())
