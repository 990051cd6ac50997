import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** `npm run dev` asks the api of `make up`; with a key in the environment nobody has to sign in. */
const api = {
  target: process.env.SCREENTEST_API_URL ?? "http://127.0.0.1:8400",
  headers: process.env.SCREENTEST_API_KEY
    ? { Authorization: `Bearer ${process.env.SCREENTEST_API_KEY}` }
    : undefined,
};

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": api, "/problems": api } },
  build: { target: "es2023", chunkSizeWarningLimit: 600 },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
  },
});
