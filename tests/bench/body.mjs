// The network, for everyone the same: a fetch whose response body hands out one prepared piece a read, with nothing read ahead.

/** A fetch that answers every request with `pieces`. */
export function fakeFetch(pieces) {
  return async () => {
    let position = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          if (position === pieces.length) controller.close();
          else controller.enqueue(pieces[position++]);
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
}
