// What the entry gives: `describe`, `Growth`, `invalid` and `RefinireError`.

export const kit = {};
