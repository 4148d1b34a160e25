// ArkType's declarations name Node's `buffer`, whose File is the browser's own.
declare module "buffer" {
  export const File: typeof globalThis.File;
}
