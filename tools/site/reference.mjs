// The API reference, by TypeDoc from the declarations that the package ships. A member without a doc comment is an error.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { Application, LogLevel, ReflectionKind } from "typedoc";
import { die, root } from "../lib.mjs";
import { entries } from "../npm.mjs";

const sources = join(root, "target/reference");

const read = (...files) => files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");

/** Entries of the package: the file that declares one, below `sources`, and what it is made of. */
const ENTRIES = {
  "refinire-web": { file: "refinire-web.d.ts", parts: ["src/web/init.d.ts", "src/web/types.d.ts"] },
  "refinire-web/chat": { file: "chat.d.ts", parts: ["www/chat/types.d.ts"] },
  ...Object.fromEntries(entries.map((name) => [`refinire-web/${name}`, { file: `npm/${name}/index.d.ts`, parts: [`src/npm/${name}/index.d.ts`] }])),
};

/** Begins the address of a link to another part of the site. */
const SITE = "site:";

/** Writes the reference into `folder`. `links` are the site's other parts, by their titles: addresses below the folder's parent. */
export async function makeReference(folder, links) {
  const entryPoints = writeSources();
  const app = await Application.bootstrap({
    name: "refinire-web",
    entryPoints,
    tsconfig: join(sources, "tsconfig.json"),
    out: folder,
    readme: "none",
    favicon: join(root, "www/icon.svg"),
    customCss: join(root, "www/site/reference.css"),
    navigationLinks: Object.fromEntries(Object.entries(links).map(([title, address]) => [title, SITE + address])),
    disableSources: true,
    excludeExternals: true,
    githubPages: false,
    includeVersion: false,
    hideGenerator: true,
    sort: ["source-order"],
    groupOrder: ["Functions", "Classes", "Variables", "Interfaces", "Type Aliases", "*"],
    navigation: { includeGroups: false },
    visibilityFilters: {},
    validation: { notExported: true, invalidLink: true, notDocumented: true, unusedMergeModuleWith: true },
    treatValidationWarningsAsErrors: true,
    logLevel: LogLevel.Warn,
  });
  const project = await app.convert();
  if (!project) die("TypeDoc could not read the declarations");
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.validationWarningCount > 0) die("the declarations are not documented as they should be; TypeDoc says where");
  nameDefaults(project);
  await app.generateDocs(project, folder);
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"))) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(`href="${SITE}`, `href="${"../".repeat(file.split(sep).length)}`));
  }
}

/** The default export is called as everybody imports it. */
function nameDefaults(project) {
  const kinds = ReflectionKind.Function | ReflectionKind.CallSignature;
  for (const reflection of project.getReflectionsByKind(kinds)) if (reflection.name === "default") reflection.name = "init";
}

/** One file an entry, which is called what it is imported as. */
function writeSources() {
  rmSync(sources, { recursive: true, force: true });
  const write = (file, text) => {
    mkdirSync(dirname(join(sources, file)), { recursive: true });
    writeFileSync(join(sources, file), text);
  };
  for (const [name, { file, parts }] of Object.entries(ENTRIES)) write(file, `/** @module ${name} */\n${read(...parts)}`);
  for (const name of readdirSync(join(root, "src/npm")).filter((one) => !entries.includes(one))) {
    write(`npm/${name}/index.d.ts`, read(`src/npm/${name}/index.d.ts`));
  }
  const paths = Object.fromEntries(Object.entries(ENTRIES).map(([name, { file }]) => [name, [join(sources, file)]]));
  const compilerOptions = { strict: true, noEmit: true, target: "es2022", lib: ["es2022", "dom"], module: "esnext", moduleResolution: "bundler", types: [], paths };
  write("tsconfig.json", JSON.stringify({ compilerOptions, files: Object.values(ENTRIES).map(({ file }) => file) }));
  return Object.values(ENTRIES).map(({ file }) => join(sources, file));
}
