import os

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

app = FastAPI()
openai = httpx.AsyncClient(
    base_url="https://api.openai.com/v1",
    headers={"authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
    timeout=httpx.Timeout(120, connect=30),
)


@app.post("/api/openai/v1/chat/completions")
async def chat_completions(request: Request):
    # Check here who is asking: a session, a rate limit. Without a check everyone can use your key.
    question = openai.build_request(
        "POST",
        "/chat/completions",
        content=await request.body(),
        headers={"content-type": "application/json"},
    )
    answer = await openai.send(question, stream=True)
    return StreamingResponse(
        answer.aiter_bytes(),
        status_code=answer.status_code,
        media_type=answer.headers.get("content-type"),
        headers={"cache-control": "no-store"},
        background=BackgroundTask(answer.aclose),
    )
