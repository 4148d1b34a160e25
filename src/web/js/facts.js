// What a page knows about a request that it could not send. To the page that is one opaque TypeError, whatever the cause was.
import { addressOf } from "./connection.js";

// By the exception that a request failed with.
const known = new WeakMap();

/** The facts about the request that failed with this exception, as JSON; none for any other. */
export const factsOf = (error) => known.get(Object(error)) ?? "";

/** Sends a request to `url` by `fetch`, and where it fails takes down what the page knows. `isOwn`: the fetch is the caller's. */
export async function watched(url, isOwn, signal, fetch) {
  const address = addressOf(url);
  let forbidden = false;
  const onViolation = ({ blockedURI, effectiveDirective }) => {
    forbidden ||= effectiveDirective === "connect-src" && isMeant(blockedURI, address);
  };
  // In a worker there is no document, and the event goes to the global scope.
  const target = globalThis.document ?? globalThis;
  target.addEventListener?.("securitypolicyviolation", onViolation);
  try {
    return await fetch();
  } catch (error) {
    if (error instanceof Error && !signal.aborted) {
      // The event comes in a task of its own, which may be behind that of the failure.
      if (!forbidden) await new Promise((resolve) => setTimeout(resolve));
      known.set(error, await factsAbout(address, isOwn, forbidden));
    }
    throw error;
  } finally {
    target.removeEventListener?.("securitypolicyviolation", onViolation);
  }
}

async function factsAbout({ origin, pathname, hostname }, ownFetch, forbidden) {
  const page = globalThis.location?.origin ?? "";
  return JSON.stringify({
    url: origin + pathname,
    origin: page,
    offline: globalThis.navigator?.onLine === false,
    forbidden,
    denied: isMorePrivate(hostname) && (await isDenied(hostname)),
    ownFetch,
  });
}

/** Browsers tell of the whole address, of its origin, or of its scheme alone. */
const isMeant = (blocked, { href, origin, protocol }) => href.startsWith(blocked) || blocked.startsWith(origin) || `${blocked}:` === protocol;

const LOOPBACK = /^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/;
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cd]|\[fe80:)|\.local$/;

const privacyOf = (hostname) => (LOOPBACK.test(hostname) ? 2 : Number(PRIVATE.test(hostname)));

/** Only then does a browser ask whether the page may: a page of this machine may ask this machine. */
const isMorePrivate = (hostname) => privacyOf(hostname) > privacyOf(globalThis.location?.hostname ?? "");

/** Whether the page was denied this machine or the local network: <https://wicg.github.io/local-network-access/>. */
async function isDenied(hostname) {
  const names = [LOOPBACK.test(hostname) ? "loopback-network" : "local-network", "local-network-access"];
  for (const name of names) {
    try {
      const { state } = await navigator.permissions.query({ name });
      return state === "denied";
    } catch {
      // A browser that does not know the permission asks for none, or knows it by its other name.
    }
  }
  return false;
}
