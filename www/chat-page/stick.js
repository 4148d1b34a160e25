// Keeps the end of the page in view while it grows, until the reader scrolls away from it. A page with nothing on it begins at its top.

const NEAR = 48;

export function stickToEnd(button, isEmpty) {
  const root = document.scrollingElement;
  let sticking = true;
  let lastTop = 0;

  const fromEnd = () => root.scrollHeight - root.clientHeight - root.scrollTop;
  const show = () => {
    button.hidden = sticking || isEmpty() || fromEnd() < NEAR;
  };

  addEventListener("scroll", () => {
    const top = root.scrollTop;
    if (fromEnd() < NEAR) sticking = true;
    else if (top < lastTop) sticking = false;
    lastTop = top;
    show();
  }, { passive: true });

  const follow = () => {
    if (isEmpty()) root.scrollTop = 0;
    else if (sticking) root.scrollTop = root.scrollHeight;
    show();
  };
  const jump = () => {
    sticking = true;
    follow();
  };
  button.addEventListener("click", jump);
  addEventListener("resize", () => isEmpty() || follow());
  return { follow, jump };
}
