import react from "@vitejs/plugin-react";

// In development, Vite adds the key; run it with OPENAI_API_KEY set. In production, your server does.
const openai = {
  target: "https://api.openai.com",
  changeOrigin: true,
  rewrite: (path) => path.replace("/api/openai", ""),
  headers: { authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
};

export default { plugins: [react()], server: { proxy: { "/api/openai": openai } } };
