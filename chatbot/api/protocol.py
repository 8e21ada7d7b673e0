"""HTTP on connections that send at once."""

import asyncio
import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PromptProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with every connection's small packets sent without delay.

    asyncio sees to it for sockets that it binds itself, but not for the one that several workers
    share: an answer would wait 40 ms there for the acknowledgement of its headers.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
