// The default place of the module: beside the script.
import { compiled, Missing } from "./compile.js";

// A dev server's copies of dependencies: node_modules/.vite/deps/, node_modules/.cache/…, .vite/deps/. They are made without the module.
const CACHE = /^(.*?)\/(?:node_modules\/\.|\.vite\/)/;

const INLINE = 'use "refinire-web/inline", which needs no file';

/** The compiled module. Rejects with an error that says what was tried, what happened and what to do. */
export async function provided() {
  let address;
  try {
    // Bundlers recognize this form, and include the file.
    address = new URL("refinire_web_bg.wasm", import.meta.url).href;
  } catch {
    throw new Error(`the script does not know its own address here: pass init({ module_or_path }), or ${INLINE}`);
  }
  const [, base] = CACHE.exec(address) ?? [];
  const addresses = base === undefined ? [address] : [address, `${base}/node_modules/refinire-web/refinire_web_bg.wasm`];
  const problems = [];
  for (const one of addresses) {
    try {
      return await compiled(one);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      problems.push(error);
    }
  }
  const told = problems.map(({ message }) => message).join("; ");
  throw new Error(`${told}. ${adviceFor(address, base !== undefined)}`, { cause: problems[0].cause });
}

function adviceFor(address, isCached) {
  if (isCached) {
    return 'A dev server has copied the script into its cache without the module. Exclude the package from that, in Vite with optimizeDeps: { exclude: ["refinire-web"] }, ' +
      `or ${INLINE}`;
  }
  if (globalThis.process?.versions?.node && (!globalThis.location || address.startsWith("file:"))) {
    return "A server bundle does not take the file along. Call init() in the browser only, keep the package out of the bundle (in Next with serverExternalPackages), " +
      `pass init({ module_or_path: bytes }), or ${INLINE}`;
  }
  if (address.startsWith("file:")) return `A page that was opened from a file cannot fetch. Open it over HTTP, or ${INLINE}`;
  return `Serve refinire_web_bg.wasm there, pass its address with init({ module_or_path }), or ${INLINE}`;
}
