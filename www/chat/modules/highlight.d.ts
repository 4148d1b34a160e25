// refinire-web/chat/highlight: highlight.js for <refinire-chat>.
import type { ChatHighlight } from "refinire-web/chat/element";

/** What is used of highlight.js: any build of it has this. */
export interface Highlighter {
  /** Undefined where the language is not known. */
  getLanguage(name: string): unknown;
  /** The code as HTML. */
  highlight(code: string, options: { language: string; ignoreIllegals?: boolean }): { value: string };
}

/** `chat.highlight = highlight(hljs)`, with a build of highlight.js that has the languages you want. Code in other languages, without a
 *  language, or of more than 100,000 characters stays as it is. Brings a theme, light and dark; change its colours with
 *  `--refinire-chat-code-comment`, `-keyword`, `-string`, `-number`, `-title`, `-type` and `-deletion`. */
export function highlight(hljs: Highlighter): ChatHighlight;
