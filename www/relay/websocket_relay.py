"""A backend for `provider: "websocket"`: python websocket_relay.py, with PORT=8765."""

import asyncio
import json
import os
import traceback

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from stand_in import StandIn

# ---- your own agent goes here: RefinireAgent(name="websocket_agent", generation_instructions="…", model="gpt-4o-mini")
agent = StandIn()


async def answer(websocket, message):
    try:
        async for chunk in agent.run_streamed(message):
            await websocket.send(chunk)
        await websocket.send("[COMPLETE]")
    except ConnectionClosed:
        raise
    except Exception:
        traceback.print_exc()
        await websocket.send(json.dumps({"error": "the agent could not answer"}))


async def handler(websocket):
    print("opened", flush=True)
    try:
        async for message in websocket:
            await answer(websocket, message)
    except ConnectionClosed:
        print("stopped", flush=True)
    print("closed", flush=True)


async def main():
    # `origins=["https://your.page"]` keeps other pages out: a WebSocket knows no CORS.
    async with serve(handler, "127.0.0.1", int(os.environ.get("PORT", "8765"))) as server:
        print("listening", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
