/** How many answers there are at once, where a flow is compared with runs of their own. */
export const BRANCHES = 2;
