"""Answers in place of an agent, so that the examples run without a key."""

import asyncio
import re


class StandIn:
    """Streams as an agent of Refinire does. "Count to 9" counts; what has "fail" in it fails behind its first words."""

    async def run_streamed(self, message):
        count = re.search(r"count to (\d+)", message, re.IGNORECASE)
        answer = " ".join(map(str, range(1, int(count[1]) + 1))) if count else f"You said: {message}"
        for place, piece in enumerate(re.findall(r"\s*\S+", answer)):
            if place == 2 and "fail" in message:
                raise RuntimeError("the stand-in was asked to fail")
            yield piece
            await asyncio.sleep(0.02)
