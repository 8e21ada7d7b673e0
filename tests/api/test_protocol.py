import asyncio
import socket

from uvicorn import Config
from uvicorn.server import ServerState

from chatbot.api.protocol import PromptProtocol


async def answer(scope: object, receive: object, send: object) -> None:
    """An application that is never asked anything."""


def test_connections_to_a_socket_bound_elsewhere_send_at_once() -> None:
    async def delayed() -> int:
        config = Config(app=answer, lifespan="off")
        config.load()
        loop = asyncio.get_running_loop()
        made: asyncio.Future[socket.socket] = loop.create_future()

        class Seen(PromptProtocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                made.set_result(transport.get_extra_info("socket"))

        # As uvicorn binds it for several workers: without a protocol, by which asyncio goes.
        bound = socket.socket(socket.AF_INET)
        bound.bind(("127.0.0.1", 0))
        server = await loop.create_server(
            lambda: Seen(config=config, server_state=ServerState(), app_state={}), sock=bound
        )
        async with server:
            _, writer = await asyncio.open_connection(*bound.getsockname())
            connection = await asyncio.wait_for(made, 10)
            delay = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            await writer.wait_closed()
        return delay

    assert asyncio.run(delayed()) != 0
