// The table of contents: which section is being read, and a sheet that closes when one has been chosen.

export function followReading(contents, sections) {
  const links = new Map(Array.from(contents.querySelectorAll("a"), (link) => [link.hash.slice(1), link]));
  const mark = (id) => {
    for (const [other, link] of links) {
      if (other === id) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  // What crosses a line in the upper third of the window is read.
  const reader = new IntersectionObserver((entries) => {
    const read = entries.find(({ isIntersecting }) => isIntersecting);
    if (read) mark(read.target.id);
  }, { rootMargin: "-30% 0% -70% 0%" });
  for (const section of sections) reader.observe(section);

  contents.addEventListener("click", ({ target }) => {
    if (target.closest("a") && contents.matches(":popover-open")) contents.hidePopover();
  });
  // In the wide layout the contents stand beside the text and are no popover.
  matchMedia("(min-width: 60rem)").addEventListener("change", () => contents.hidePopover());
}
