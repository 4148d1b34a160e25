// Copy buttons on code.
import { copyButton } from "./demo/common/copy.js";

for (const block of document.querySelectorAll(".code")) block.append(copyButton(block.querySelector("code").textContent));
