// refinire-web/chat/math: KaTeX for <refinire-chat>.
import type { ChatMath } from "refinire-web/chat/element";

/** What is used of KaTeX. */
export interface Typesetter {
  /** Typesets an equation into an element. */
  render(tex: string, element: HTMLElement, options?: any): void;
}

/** `chat.math = math(katex)`: equations as MathML, which needs no style sheet and no fonts. An equation that KaTeX cannot read is shown as
 *  its source. `options` are KaTeX's, but for `displayMode` and `trust`, which is always off. For `output: "html"`, give the hook KaTeX's
 *  style sheet as its `styleSheet`. */
export function math(katex: Typesetter, options?: object): ChatMath;
