const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const answer = document.querySelector("#answer");

worker.onmessage = ({ data }) => {
  if (data.chunk) answer.append(data.chunk);
  if (data.error) answer.textContent = data.error;
};

export function ask(question) {
  answer.textContent = "";
  worker.postMessage({ question });
}

export const stop = () => worker.postMessage({ stop: true });
