"""A mail server (aiosmtpd) and an SMS gateway (http.server) for the tests of crates/post.

Prints one line of JSON for each thing that happens: first the ports, then whatever arrives. What is answered depends on whom
it is for: `refused` in an address or a phone ending in 550 is refused for good, `later` or an ending in 451 for now.
"""

import datetime
import json
import ssl
import sys
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LOCK = threading.Lock()


def tell(**what):
    with LOCK:
        print(json.dumps(what), flush=True)


class Mails:
    def __init__(self, tls):
        self.tls = tls

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "refused" in address:
            return "550 5.1.1 <%s> is nobody here" % address
        if "later" in address:
            return "451 4.3.0 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        tell(
            kind="mail",
            to=envelope.rcpt_tos,
            sender=envelope.mail_from,
            tls=self.tls,
            login=session.auth_data.login.decode() if session.auth_data else None,
            headers={name.lower(): str(value) for name, value in mail.items()},
            names=[name.lower() for name in mail.keys()],
            body=mail.get_content(),
        )
        return "250 OK"


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        tell(kind="sms", path=self.path, authorization=self.headers["authorization"], body=body)
        to = body["to"]
        status = 422 if to.endswith("550") else 503 if to.endswith("451") else 302 if to.endswith("302") else 202
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Port(Controller):
    """aiosmtpd's controller on a port of the system's choice."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def certificate(folder):
    """Makes a certificate for localhost that is its own root, in FOLDER/root.pem; gives the file that has the key as well."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (Path(folder) / "root.pem").write_bytes(public)
    (Path(folder) / "both.pem").write_bytes(public + private)
    return Path(folder) / "both.pem"


def authenticator(server, session, envelope, mechanism, data):
    fits = isinstance(data, LoginPassword) and data.password == b"open sesame"
    return AuthResult(success=fits, handled=False, auth_data=data if fits else None)


def main():
    plain = Port(Mails(tls=False), hostname="127.0.0.1", port=0)
    plain.start()
    ports = {"plain": plain.port}
    gateway = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    ports["http"] = gateway.server_address[1]
    if len(sys.argv) == 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(sys.argv[1]))
        login = {"authenticator": authenticator, "auth_require_tls": False}
        wrapped = Port(Mails(tls=True), hostname="127.0.0.1", port=0, ssl_context=context, **login)
        wrapped.start()
        ports["tls"] = wrapped.port
        secure = HTTPServer(("127.0.0.1", 0), Gateway)
        secure.socket = context.wrap_socket(secure.socket, server_side=True)
        threading.Thread(target=secure.serve_forever, daemon=True).start()
        ports["https"] = secure.server_address[1]
    tell(**ports)
    sys.stdin.read()


main()
