// Attachments in IndexedDB, a record for each: { id, blob, name, created, owners }. Rust decides who owns which, and which ones go.
// What reads a record and writes it is here: between the two nothing may be awaited, or the transaction is over and another tab writes.

const STORE = "attachments";

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

const openDatabase = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("refinire-web", 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("owners", "owners", { multiEntry: true });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      // Another page is deleting the database, or the browser has closed it: the next use opens it again.
      database.onversionchange = database.onclose = () => {
        database.close();
        opened = undefined;
      };
      resolve(database);
    };
  });

/** Does `work` in a transaction. Resolves to the result of the request that it returns, when everything is written. */
const inStore = async (mode, work) => {
  const database = await (opened ??= openDatabase());
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
};

export const putAttachment = (id, blob, name, created, owner) =>
  inStore("readwrite", (store) => store.put({ id, blob, name, created, owners: [owner] }));

export const readAttachment = async (id) => (await inStore("readonly", (store) => store.get(id)))?.blob;

/** The stored attachments as JSON, without the bytes. */
export const listAttachments = async () => {
  const records = await inStore("readonly", (store) => store.getAll());
  return JSON.stringify(records.map(({ blob, ...rest }) => ({ ...rest, size: blob.size })));
};

export const removeAttachments = (ids) => inStore("readwrite", (store) => ids.forEach((id) => store.delete(id)));

/** Adds the owner to these attachments. */
export const ownAttachments = (ids, owner) =>
  inStore("readwrite", (store) =>
    ids.forEach((id) => {
      const request = store.get(id);
      request.onsuccess = () => {
        const record = request.result;
        if (record && !record.owners.includes(owner)) store.put({ ...record, owners: [...record.owners, owner] });
      };
    }),
  );

/** Removes the owner from these attachments; from all, without ids. Attachments without an owner are removed. */
export const disownAttachments = (ids, owner) =>
  inStore("readwrite", (store) => {
    const request = store.index("owners").getAll(owner);
    request.onsuccess = () => {
      for (const record of request.result) {
        if (ids && !ids.includes(record.id)) continue;
        const owners = record.owners.filter((other) => other !== owner);
        if (owners.length) store.put({ ...record, owners });
        else store.delete(record.id);
      }
    };
  });

/** The bytes of a data URL. A content security policy may not let the page fetch it. */
export const blobOfDataUrl = (url) => {
  const [head, data] = url.split(",", 2);
  const type = head.slice("data:".length, -";base64".length);
  return new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))], { type });
};
