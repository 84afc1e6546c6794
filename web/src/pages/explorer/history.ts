/** A call as the history of this browser keeps it; secrets are left out before it is stored. */
export interface Remembered {
  id?: number;
  /** Unix milliseconds. */
  at: number;
  action: string;
  version: string;
  region: string;
  /** The parameters as JSON; absent when they were larger than kBodyMax. */
  body?: string;
  bytes: number;
  status: number;
  code: string;
  requestId: string;
  ms: number;
}

const kName = 'sesame-explorer';
const kStore = 'calls';
const kCallsMax = 200;
export const kBodyMax = 256 * 1024;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(kName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(kStore, { keyPath: 'id', autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

/** Stores a call and drops the oldest ones beyond 200. */
export async function remember(call: Remembered): Promise<void> {
  const database = await open();
  try {
    const store = database.transaction(kStore, 'readwrite').objectStore(kStore);
    await done(store.add(call));
    const keys = await done(store.getAllKeys());
    await Promise.all(keys.slice(0, Math.max(0, keys.length - kCallsMax)).map((key) => done(store.delete(key))));
  } finally {
    database.close();
  }
}

/** The calls, the newest first. */
export async function remembered(): Promise<Remembered[]> {
  const database = await open();
  try {
    const all = await done(database.transaction(kStore).objectStore(kStore).getAll());
    return (all as Remembered[]).reverse();
  } finally {
    database.close();
  }
}

export async function clearHistory(): Promise<void> {
  const database = await open();
  try {
    await done(database.transaction(kStore, 'readwrite').objectStore(kStore).clear());
  } finally {
    database.close();
  }
}
