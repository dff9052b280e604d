"""Requests to an ASGI application without a socket."""

import asyncio

import httpx


class Client:
    """Sends one request after another, each in an event loop of its own."""

    def __init__(self, application):
        self.transport = httpx.ASGITransport(application)

    def request(self, method, path, **more):
        """The response."""

        async def send():
            async with httpx.AsyncClient(transport=self.transport, base_url="http://gate") as client:
                return await client.request(method, path, **more)

        return asyncio.run(send())

    def get(self, path, **more):
        """The response to a GET."""
        return self.request("GET", path, **more)

    def post(self, path, **more):
        """The response to a POST."""
        return self.request("POST", path, **more)
