import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

/** A client of your MCP server, which has to allow the page (CORS). */
export async function connect(url) {
  const client = new Client({ name: "my-page", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

/** The server's tools, for the option `tools` of an agent. */
export async function toolsOf(client) {
  const { tools } = await client.listTools();
  return tools.map(({ name, description = "", inputSchema }) => ({
    name,
    description,
    parameters: inputSchema,
    async execute(input, context, { signal }) {
      const { content, isError } = await client.callTool({ name, arguments: input }, { signal });
      const text = content.map((part) => (part.type === "text" ? part.text : JSON.stringify(part))).join("\n");
      if (isError) throw new Error(text); // the model is told, and may try again
      return text;
    },
  }));
}
