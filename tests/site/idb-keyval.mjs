// As much of idb-keyval as the documentation's samples use, in memory that all copies share.
const shared = (globalThis.sharedDatabase ??= new Map());

export const createStore = () => shared;
export const get = async (key, store = shared) => store.get(key);
export const set = async (key, value, store = shared) => void store.set(key, value);
export const del = async (key, store = shared) => void store.delete(key);
export const keys = async (store = shared) => [...store.keys()];
