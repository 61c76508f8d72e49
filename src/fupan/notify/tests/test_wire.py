"""Where a message may go, and that nothing outside can hurt: addresses, redirects, certificates, silence."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fupan.core import clock
from fupan.notify import senders
from fupan.notify.messages import Message
from fupan.notify.senders import wire
from fupan.notify.senders.parcel import Parcel, Request

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.5", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]", "[::]",
]  # fmt: skip


def parcel(url, secret="0123456789abcdef"):
    return Parcel(url, secret, Message("hello"), clock.now(), "msg_1", {})


@pytest.fixture
def no_line(monkeypatch):
    """Nobody may even try."""

    def never(*_said):
        pytest.fail("a line was opened")

    monkeypatch.setattr(wire, "_connect", never)


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused(host, no_line):
    answer = senders.send("webhook", parcel(f"https://{host}/hook"))
    assert (answer.ok, answer.code, answer.final) == (False, "private-address", True)


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1", "::1", "169.254.169.254"])
def test_a_name_that_leads_into_a_private_network_is_refused(address, no_line, monkeypatch):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    private = (family, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *_said, **_more: [public, private])
    assert senders.send("webhook", parcel("https://rebind.example/")).code == "private-address"


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
    asked, called = [], []

    def once(*said, **_more):
        asked.append(said)
        return found

    def line(told):
        called.append(told)
        raise ConnectionRefusedError

    monkeypatch.setattr(wire.socket, "getaddrinfo", once)
    monkeypatch.setattr(wire, "_connect", line)
    assert senders.send("webhook", parcel("https://public.example/")).code == "unreachable"
    assert called == [found]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://public.example/", "not-https"), ("ftp://public.example/", "not-https"), ("", "bad-address"),
        ("https://", "bad-address"), ("https://me:pass@public.example/", "bad-address"),
        ("https://public.example:99999/", "bad-address"), ("https://public.example/a b", "bad-address"),
        ("https://public.example/\r\nX: y", "bad-address"), ("https://例子.example/", "bad-address"),
        ("https://[::1/", "bad-address"),
    ],
)  # fmt: skip
def test_odd_addresses_are_refused(url, code, no_line):
    answer = senders.send("webhook", parcel(url))
    assert (answer.ok, answer.code) == (False, code)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_robots_live_at_their_own_hosts(kind, no_line):
    assert senders.send(kind, parcel("https://evil.example/send?key=1")).code == "other-host"
    assert senders.send(kind, parcel("https://qyapi.weixin.qq.com.evil.example/")).code == "other-host"


def test_the_setting_opens_the_own_network(endpoint, settings):
    assert senders.send("webhook", parcel(endpoint.url)).ok
    settings.LOCAL_DESTINATIONS = False
    assert senders.send("webhook", parcel(endpoint.url)).code == "not-https"
    assert senders.send("webhook", parcel(endpoint.url.replace("http:", "https:"))).code == "private-address"
    assert len(endpoint.heard) == 1


def test_the_request_is_json_to_the_whole_address(endpoint):
    wire.post(Request(endpoint.url, '{"a":"复盘"}'.encode(), {"X-More": "1"}))
    heard = endpoint.heard[0]
    assert heard.path == "/hook?key=abcd-1234"
    assert heard.json == {"a": "复盘"}
    assert heard.headers["Content-Type"] == "application/json; charset=utf-8"
    assert heard.headers["X-More"] == "1"
    assert heard.headers["Host"] in endpoint.url


def test_redirects_are_not_followed(endpoint):
    endpoint.answer(302, Location=endpoint.url)
    answer = senders.send("webhook", parcel(endpoint.url))
    assert (answer.ok, answer.code) == (False, "302")
    assert len(endpoint.heard) == 1


def test_an_endless_answer_is_cut(endpoint):
    endpoint.answer(200, b"x" * 500_000)
    assert len(wire.post(Request(endpoint.url, b"{}")).body) == wire.MOST


def listener(answer):
    """A raw server of one connection."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(1)

    def serve():
        line, _from = server.accept()
        answer(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return server, thread, server.getsockname()[1]


def test_somebody_who_never_ends_is_left(settings, monkeypatch):
    settings.LOCAL_DESTINATIONS = True
    monkeypatch.setattr(wire, "DEADLINE", 0.3)
    over = threading.Event()

    def drip(line):
        with line:
            line.sendall(b"HTTP/1.1 200 OK\r\n")
            while not over.wait(0.05):
                try:
                    line.sendall(b"X-Wait: 1\r\n")
                except OSError:
                    return

    server, thread, port = listener(drip)
    answer = senders.send("webhook", parcel(f"http://127.0.0.1:{port}/"))
    over.set()
    thread.join(5)
    server.close()
    assert not answer.ok
    assert answer.code in {"unreachable", "no-answer"}


def test_nobody_there_is_an_answer(settings):
    settings.LOCAL_DESTINATIONS = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = senders.send("webhook", parcel(f"http://127.0.0.1:{port}/"))
    assert (answer.ok, answer.code, answer.pause) == (False, "unreachable", 60)


def test_nonsense_is_an_answer(settings):
    settings.LOCAL_DESTINATIONS = True

    def babble(line):
        with line:
            line.recv(65536)
            line.sendall(b"hello?\r\n\r\n")

    server, thread, port = listener(babble)
    answer = senders.send("webhook", parcel(f"http://127.0.0.1:{port}/"))
    thread.join(5)
    server.close()
    assert (answer.ok, answer.code) == (False, "no-answer")


def test_a_certificate_nobody_vouches_for_is_not_trusted(settings, tmp_path):
    settings.LOCAL_DESTINATIONS = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_made(tmp_path))

    def veil(line):
        with line:
            try:
                context.wrap_socket(line, server_side=True)
            except (ssl.SSLError, OSError):
                return

    server, thread, port = listener(veil)
    answer = senders.send("webhook", parcel(f"https://127.0.0.1:{port}/"))
    thread.join(5)
    server.close()
    assert (answer.ok, answer.code) == (False, "untrusted")


def self_made(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    day, hosts = dt.timedelta(days=1), [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + 20_000 * day)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / "server.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    return file
