// The site's pages, in the order of its navigation. Each is a Markdown file in this folder.
export default [
  { title: "Start", pages: ["install", "providers", "element"] },
  { title: "Use", pages: ["answers", "conversations", "tools", "forms", "flows", "errors"] },
  { title: "Frameworks", pages: ["react", "vue", "svelte"] },
  { title: "Cookbook", pages: ["keys", "relays", "indexeddb", "script-tag", "tabs", "worker", "csp", "highlight", "mcp", "testing", "rust"] },
  { title: "Migrate", pages: ["from-ai-sdk", "from-deep-chat"] },
];
