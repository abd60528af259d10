"""Keeps requests from going where a setting must never lead: into this machine or its platform.

Whoever writes a receiver's address must not be able to have Muster ask the services that run beside
it, above all the one that hands out a cloud machine's credentials. A name is looked up once; all
its addresses are checked; and the request goes to an address that was checked, so that a name
which means something else a moment later is no way around. Redirections are not followed and no
proxy is used. Addresses of private networks are taken, since that is where government systems live.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence

import httpx

Resolve = Callable[[str, int], Sequence[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Where platforms hand out credentials, apart from the link-local address most use.
_PLATFORM = {
    ipaddress.ip_address(address)
    for address in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
}
_NAT64 = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48")))


class Barred(httpx.TransportError):
    """The request would have gone where none may go; nothing was sent."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host.

    Raises:
        OSError: if it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def why_barred(written: str, *, local: bool, plain: bool) -> str:
    """Return why no request may go to an address; empty if it may.

    Args:
        written: the address.
        local: whether this machine itself is allowed.
        plain: whether the request is not encrypted, which only this machine is good for.
    """
    address = _meant(ipaddress.ip_address(written.partition("%")[0]))
    if is_here(address):
        return "" if local else "the address is this machine"
    if address.is_link_local or address in _PLATFORM:
        return "the address is one of the platform's own"
    if address.is_multicast or address.is_unspecified or address.is_reserved:
        return "the address is nobody's"
    return "the address is not this machine and the request is not encrypted" if plain else ""


def is_here(address: Address) -> bool:
    """Tell whether an address is this machine's, on any of its networks; nothing is sent."""
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            # Only to itself does a machine speak from the very address that it speaks to.
            return str(probe.getsockname()[0]) == str(address)
    except OSError:
        return False


def _meant(address: Address) -> Address:
    """Return the address within an address, if one is written inside."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class GuardedTransport(httpx.HTTPTransport):
    """Sends requests only to addresses that were checked.

    Args:
        local: whether this machine is allowed as a receiver.
        resolve: looks a name up.
        keep: whether connections are kept for later requests.
    """

    def __init__(self, *, local: bool, resolve: Resolve = resolve, keep: bool = True) -> None:
        # A kept connection may be closed by the other side just as a request is sent on it, and
        # then nobody knows what became of it.
        super().__init__(limits=httpx.Limits(max_keepalive_connections=4 if keep else 0))
        self._local, self._resolve = local, resolve

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Raises:
            Barred: if its address is none to go to.
            httpx.ConnectError: if its host has no address, or none answers.
        """
        failure: httpx.TransportError | None = None
        for address in self._addresses(request.url):
            url = request.url.copy_with(host=address)
            extensions = {**request.extensions, "sni_hostname": request.url.host}
            pinned = httpx.Request(
                request.method,
                url,
                headers=request.headers,
                stream=request.stream,
                extensions=extensions,
            )
            try:
                return super().handle_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError("the host has no address")

    def _addresses(self, url: httpx.URL) -> Sequence[str]:
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = self._resolve(url.host, port)
        except (OSError, UnicodeError):
            raise httpx.ConnectError("the host has no address") from None
        for address in found:
            why = why_barred(address, local=self._local, plain=url.scheme == "http")
            if why:
                raise Barred(why)
        return found
