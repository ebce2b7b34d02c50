"""Connections that lead nowhere but where the operator allows: whatever a name resolves to is looked at first."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import httpx2

from ethogram.models.rights import LOOPBACK, NotAllowed, check_url

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""`(host, port) -> addresses`."""


async def resolved(host: str, port: int) -> Sequence[str]:
    """Addresses of a host, as the system knows them."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotAllowed("host-unknown", f"{host} cannot be resolved: {error.strerror}") from None
    return [str(entry[4][0]) for entry in found]


def address_problem(host: str, addresses: Sequence[str]) -> str | None:
    """Why none of these addresses may be connected to; an address that the operator wrote down himself may be."""
    if host in LOOPBACK or _literal(host):
        return None
    inside = sorted({address for address in addresses if not ipaddress.ip_address(address).is_global})
    if inside or not addresses:
        leads_to = ", ".join(inside) or "nowhere"
        return f"{host} leads to {leads_to}: no public address; allow an address itself if you mean it"
    return None


def check_scheme(url: str) -> None:
    """NotAllowed for plain HTTP that would leave this machine by name."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK and not _literal(str(parts.hostname)):
        raise NotAllowed("url-plain", f"{url}: what leaves this machine goes over https")


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """Connects to the very address that was looked at, so that a name cannot change its mind in between."""

    def __init__(self, allowed: Sequence[str], resolve: Resolve = resolved) -> None:
        super().__init__(retries=0)
        self._allowed, self._resolve = tuple(allowed), resolve

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Look, then send."""
        url = request.url
        check_url(f"{url.scheme}://{url.netloc.decode()}", self._allowed)
        check_scheme(str(url))
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await self._resolve(url.host, port)
        if problem := address_problem(url.host, addresses):
            raise NotAllowed("address-not-allowed", problem)
        if url.host not in LOOPBACK:
            request.extensions = {**request.extensions, "sni_hostname": url.host}
            request.url = url.copy_with(host=addresses[0])
        return await super().handle_async_request(request)


def guarded_client(allowed: Sequence[str], timeout_s: float, resolve: Resolve = resolved) -> httpx2.AsyncClient:
    """A client that reaches allowed origins only, follows no redirect and asks no proxy of the environment."""
    transport = GuardedTransport(allowed, resolve)
    return httpx2.AsyncClient(transport=transport, follow_redirects=False, trust_env=False, timeout=timeout_s)


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
