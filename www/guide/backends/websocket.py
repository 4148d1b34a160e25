import asyncio

from refinire import RefinireAgent
from websockets.asyncio.server import serve

agent = RefinireAgent(
    name="backend",
    generation_instructions="Give helpful answers.",
    model="gpt-4o-mini",
)


async def answer(socket):
    async for message in socket:
        async for chunk in agent.run_streamed(message):
            await socket.send(chunk)
        await socket.send("[COMPLETE]")


async def main():
    async with serve(answer, "localhost", 8765) as server:
        await server.serve_forever()


asyncio.run(main())
