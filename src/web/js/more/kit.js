// What the entry gives: `addressOf`, `describe`, `Growth`, `invalid` and `RefinireError`.

export const kit = {};
