import json

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from refinire import RefinireAgent

app = FastAPI()
agent = RefinireAgent(
    name="backend",
    generation_instructions="Give helpful answers.",
    model="gpt-4o-mini",
)


class Question(BaseModel):
    message: str


@app.post("/stream")
async def stream(question: Question):
    async def events():
        async for chunk in agent.run_streamed(question.message):
            yield f"data: {json.dumps({'chunk': chunk})}\n\n"
        yield f"data: {json.dumps({'complete': True})}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
