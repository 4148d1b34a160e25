// What a run needs of a context.
import { contextOf } from "#glue";
import { Context } from "./exports.js";

/** See src/web/inside.rs. */
export const coreOf = (context) => contextOf(context);

/** A conversation that lasts as long as one run. */
export const fleeting = () => new Context({ id: "fleeting", storage: "memory" });
