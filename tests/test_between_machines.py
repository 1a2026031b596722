"""What is spoken with other machines: a certificate needs somebody who vouches for it, a request one end."""

import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.mail import get_connection
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.http.errors import InvalidHeader
from gunicorn.http.parser import RequestParser

from csec.accounts import oidc


@pytest.fixture
def somebody(tmp_path: Path) -> Iterator[int]:
    """The port of a server on this machine whose certificate it has made itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path / "certificate"))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    caller, _address = server.accept()
                    with caller, suppress(OSError), context.wrap_socket(caller, server_side=True) as said:
                        said.sendall(b"220 here\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def _certificate(path: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_no_message_is_given_to_a_mail_server_whose_certificate_nobody_vouches_for(somebody: int) -> None:
    mail = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=somebody, use_ssl=True
    )
    with pytest.raises(ssl.SSLCertVerificationError):
        mail.open()


@pytest.mark.django_db
def test_nobody_is_sent_to_a_provider_whose_certificate_nobody_vouches_for(
    somebody: int, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = oidc._app(oidc.GOOGLE, "Google", "our-client", "our-secret", f"https://127.0.0.1:{somebody}")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    with caplog.at_level(logging.WARNING, logger="csec"):
        answer = Client().post(reverse("openid_connect_login", args=["google"]))
    assert answer.status_code == 503
    assert "A provider of sign-in could not be asked: SSLError." in caplog.text


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Content-Length: 4\r\nContent-Length: 5",
        "Transfer-Encoding: chunked, identity",
        "Content-Length: +4",
    ],
)
def test_a_request_that_could_end_in_two_places_is_refused(headers: str) -> None:
    sent = f"POST / HTTP/1.1\r\nHost: lantern\r\n{headers}\r\n\r\n0\r\n\r\n".encode()
    with pytest.raises(InvalidHeader):
        next(RequestParser(Config(), iter([sent]), ("127.0.0.1", 1)))
