// What samples for Node use of it.
declare const process: { env: Record<string, string | undefined> };
declare module "node:stream" {
  export const Readable: any;
}
declare module "express";
declare module "vitest";
declare module "@vitejs/plugin-react";
