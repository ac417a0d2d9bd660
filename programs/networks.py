"""Where a request comes from, for limits on how often: never stored, never logged."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def network(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the half of an IPv6 address that one household shares.

    Behind a proxy on this machine, or one the operator vouches for (BEHIND_PROXY), the proxy's last word
    counts; what a visitor wrote in front of it does not.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if told and (settings.SECURE_PROXY_SSL_HEADER or _here(peer)):
        return _coarse(told) or _coarse(peer) or "unknown"
    return _coarse(peer) or "unknown"


def _here(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return True  # a socket on this machine has no address


def _coarse(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return found.exploded[:19]
    return str(found)
