"""A backend for `provider: "relay"`: python fastapi_relay.py, with PORT=8000."""

import json
import os
import traceback

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse

from stand_in import StandIn

# ---- your own agent goes here: RefinireAgent(name="api_agent", generation_instructions="…", model="gpt-4o-mini")
agent = StandIn()

app = FastAPI()
# Name the origins of your pages; a page that comes from this server needs none of it.
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["POST"], allow_headers=["*"])


def event(**payload):
    return f"data: {json.dumps(payload)}\n\n"


@app.post("/stream")
async def stream_response(request: dict):
    async def generate():
        outcome = "stopped"
        try:
            async for chunk in agent.run_streamed(request["message"]):
                yield event(chunk=chunk)
            outcome = "complete"
            yield event(complete=True)
        except Exception:
            outcome = "failed"
            traceback.print_exc()
            yield event(error="the agent could not answer")
        finally:
            print(outcome, flush=True)

    return StreamingResponse(generate(), media_type="text/plain", headers={"Cache-Control": "no-store"})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
