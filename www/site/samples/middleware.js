/** Logs every request. It never sees the key. */
export const log = {
  async request(request, next) {
    const response = await next(request);
    console.info(request.url, response.status);
    return response;
  },
};

/** Hides mail addresses from the page; the conversation keeps them. */
export const redact = {
  event(event) {
    return event.type === "text-delta" ? { ...event, text: event.text.replace(/\S+@\S+/g, "…") } : event;
  },
};
