// Markdown as models write it.

/** What marked reads as we do. */
export const answers = {
  steps: `To run it:

1. **Install** the package:

   \`\`\`bash
   npm install refinire-web
   \`\`\`

2. Write a function:

   \`\`\`python
   def area(r):
       if r < 0:
           raise ValueError("negative")

       return 3.14 * r ** 2
   \`\`\`

   It raises for negative numbers.

3. Call it:
   - from a script
     \`\`\`js
     area(2);
     \`\`\`
   - from a test

That is all.`,
  tight: "- one\n- two\n  - two and a half\n    1. deep\n    2. deeper\n  - more\n- three\n\nEnd.",
  loose: "* First paragraph.\n\n  Second paragraph of the same item.\n\n* Another item\n\n  > with a quote\n\nEnd.",
  numbers: "3. three\n4. four\n   - nested\n5. five\n\n1) other\n2) list",
  quotes: "> **Note**\n> Two lines.\n>\n> - a list\n> - in a quote\n>   ```\n>   code\n>   ```\n> > nested\n\nOutside.",
  lazy: "> a quote that\ngoes on lazily\n\n- an item that\ngoes on lazily",
  headings: "# One\nText\n## Two with `code` ##\nText\n### C# and F#\n#### Four\n##### Five\n#hashtag\n####### seven",
  table: "Here it is:\n\n| Name | Left | Middle | Right |\n|------|:-----|:------:|------:|\n| `a` | 1 | **2** | 3 |\n| b \\| c | [x](https://a.example/) | ~~no~~ | 30 |\n\nAfter.",
  bareTable: "Name | Age\n--- | ---:\nAda | 36\nAlan | 41\n\nAfter.",
  tableBehindText: "The table:\n| a | b |\n| - | - |\n| 1 | 2 |\n> quote",
  notTables: "a | b\nc | d\n\n| just a line |\nand text\n\n| a | b |\n| - |\nend",
  tasks: "- [x] done\n- [ ] open **soon**\n- plain [ ]\n  - [X] nested",
  breaks: "one  \ntwo\\\nthree\nfour",
  links: "[a](https://a.example/ \"The title\") [b](<https://b.example/>) [c](https://c.example/x_(y)) <https://d.example/> [`code`](https://e.example/) [*em*](https://f.example/ 'single')",
  emphasis: "un*frigging*believable, snake_case_name, __init__.py and **bold**text, ***both***, **a *b* c**, *a **b** c*, ***a* b**, ***a** b*, 2 * 3 * 4, a*b, **not closed, _a_b_, (_c_), **\"quoted\"**",
  strikes: "~~gone~~ and a~b and ~~not",
  code: "`a` ``b ` c`` ` `` ` `d\ne` \\`f\\` `` g`",
  entities: "&amp; &lt;b&gt; &#39;x&#39; &#x27; &copy; &euro; &mdash; &alpha; &nosuch; & `&amp;` [x](https://a.example/?a=1&amp;b=2 \"&quot;t&quot;\")\n\n```\n&amp;\n```",
  escapes: "\\*not em\\* \\# \\`x\\` \\[a](b) 1\\. \\a \\\\",
  fences: "~~~\ntildes\n~~~\n\n````md\n```js\ninner\n```\n````\n\n```\nnot closed\n",
  indented: "Code:\n\n    one\n      two\n\n    three\n\nText\n    not code",
  tabs: "-\tone\n-\ttwo\n\n\tparagraph\n\n```make\nall:\n\tgo build\n```",
  rules: "a\n\n---\n\n***\n\nb\n* * *\nc",
  interrupted: "Text\n- list at once\n- more\n\nThe year\n1999. was fine\n\nText\n1. numbers at once",
  emptyItems: "- a\n-\n- c\n\n1.\n2. b",
  html: "<b>bold</b> 1 < 2 && 3 > 2 List<String>".replaceAll("<b>", "&lt;b>").replaceAll("</b>", "&lt;/b>").replace("List<String>", "List&lt;String>"),
  deep: "1. a\n   1. b\n      1. c\n         ```\n         code\n         ```\n      2. d\n   2. e\n2. f",
  chinese: "# 标题\n\n这是**重点**和*斜体*。\n\n1. 第一\n2. 第二",
  hebrew: "שלום **עולם**\n\n- אחד\n- שניים",
  emoji: "**🎉 Done** and 👩‍👩‍👧 `🎉`",
};

const NOTE = '<span><sup><a href="#note-1">1</a></sup></span>';

/** What is read in another way than CommonMark has it, or is no part of it. */
export const readings = {
  "**重要：**内容": "<p><strong>重要：</strong>内容</p>",
  "Title\n===\n\ntext\n---": "<p>Title<br>===</p><p>text</p><hr>",
  "So[^1].\n\n[^1]: A *note*.\n\n    ```\n    code\n    ```\n\nEnd[^1].":
    `<p>So${NOTE}.</p><p>End${NOTE}.</p><section><ol><li>A <em>note</em>.<figure><div></div><pre><code>code</code></pre></figure> <a href="#note-1-reference">↩</a></li></ol></section>`,
  "[^b][^a]\n[^a]: A\n[^b]: B\n[^c]: C": '<p><span><sup><a href="#note-2">2</a></sup></span><span><sup><a href="#note-1">1</a></sup></span></p>'
    + '<section><ol><li>A <a href="#note-1-reference">↩</a></li><li>B <a href="#note-2-reference">↩</a></li><li>C</li></ol></section>',
  "[^never] and [^a-z] and [^": "<p><span>[^never]</span> and <span>[^a-z]</span> and [^</p>",
  "$x^2$ costs $5 or $10, US$5, \\$5 and $ 5; $5 a day or 6$": "<p><span>$x^2$</span> costs $5 or $10, US$5, $5 and $ 5; $5 a day or 6$</p>",
  "\\(a*b*c\\) and \\[x_1_2\\] and `$x$`": "<p><span>\\(a*b*c\\)</span> and <span>\\[x_1_2\\]</span> and <code>$x$</code></p>",
  "So:\n$$\n- a\n+ b\n# c\n$$\n- item": "<p>So:<br><span>$$- a+ b# c$$</span></p><ul><li>item</li></ul>",
  "- so\n  \\[\n  1. x\n  \\]": "<ul><li>so<br><span>\\[1. x\\]</span></li></ul>",
  "$$ is *money*\n\n\\[ is *open": "<p>$$ is <em>money</em></p><p>[ is *open</p>",
  "See https://a.example/b_(c). (https://a.example/), **https://a.example/d**: https://a.example/e。x":
    '<p>See <a href="https://a.example/b_(c)">https://a.example/b_(c)</a>. (<a href="https://a.example/">https://a.example/</a>), <strong><a href="https://a.example/d">https://a.example/d</a></strong>: <a href="https://a.example/e">https://a.example/e</a>。x</p>',
  "[![build](https://a.example/b.svg)](https://a.example/) ![pic](https://a.example/p.png \"T\")":
    '<p><a href="https://a.example/">build</a> <a href="https://a.example/p.png" title="T">pic</a></p>',
  "[a](javascript:x) [b][c] [d] [e](/f) <g@h.example> <i> a<br>b": '<p>[a](javascript:x) [b][c] [d] [e](/f) <a href="mailto:g@h.example">g@h.example</a> &lt;i&gt; a<br>b</p>',
};
