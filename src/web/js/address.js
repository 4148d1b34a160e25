// Addresses as a page sees them.

/** The URL as it is fetched. Where there is no page, a relative one stands for any. */
export const addressOf = (url) => new URL(url, globalThis.location?.href?.startsWith("http") ? location.href : "http://page.invalid/");
