/** Whether Enter was pressed to send. While a Japanese or Chinese word is being composed, it belongs to the input method; Safari says so by
 *  the code alone. */
export const isEnter = ({ key, shiftKey, isComposing, keyCode }) => key === "Enter" && !shiftKey && !isComposing && keyCode !== 229;
