// The messages of a request, whatever its format, as Chat Completions has them: { role, content }.

const textOf = (parts) => (typeof parts === "string" ? parts : (parts ?? []).map(({ text }) => text ?? "").join(""));

const system = (content) => (content ? [{ role: "system", content: textOf(content) }] : []);

function ofAnthropic({ role, content }) {
  const results = typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result");
  if (results.length === 0) return [{ role, content: textOf(content) }];
  return results.map((result) => ({ role: "tool", content: textOf(result.content) }));
}

function ofResponses({ type = "message", role, content, output }) {
  if (type === "message") return [{ role: role === "developer" ? "system" : role, content: textOf(content) }];
  return type === "function_call_output" ? [{ role: "tool", content: textOf(output) }] : [];
}

function ofGemini({ role, parts }) {
  const results = parts.filter(({ functionResponse }) => functionResponse);
  if (results.length === 0) return [{ role: role === "model" ? "assistant" : role, content: textOf(parts) }];
  return results.map(({ functionResponse }) => ({ role: "tool", content: JSON.stringify(functionResponse.response) }));
}

const READERS = {
  anthropic: (body) => [...system(body.system), ...body.messages.flatMap(ofAnthropic)],
  "openai-responses": ({ instructions, input }) => [...system(instructions), ...(typeof input === "string" ? [{ role: "user", content: input }] : input.flatMap(ofResponses))],
  gemini: (body) => [...system(body.systemInstruction?.parts), ...body.contents.flatMap(ofGemini)],
  relay: ({ message, messages }) => (messages?.length > 0 ? messages : [{ role: "user", content: message }]),
};

/** Those of a request to `refinire-web/testing`. */
export const messagesOf = ({ provider, body }) => READERS[provider]?.(body) ?? body.messages.map(({ role, content }) => ({ role, content: textOf(content) }));
