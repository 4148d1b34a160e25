import * as svelte from "svelte";
import App from "./App.svelte";

if (svelte.mount) svelte.mount(App, { target: document.getElementById("app") });
else new App({ target: document.getElementById("app") });
