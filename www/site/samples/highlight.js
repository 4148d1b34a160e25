import "refinire-web/chat";
import { highlight } from "refinire-web/chat/highlight";
import { math } from "refinire-web/chat/math";
import hljs from "highlight.js/lib/common";
import katex from "katex";

const chat = document.querySelector("refinire-chat");
chat.highlight = highlight(hljs);
chat.math = math(katex);
