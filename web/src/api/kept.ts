// What the browser keeps for the console. Its stores throw where they are off (private windows, a strict policy) or full;
// then a value lives as long as the page.

export class Kept {
  private readonly unstored = new Map<string, string>();

  constructor(private readonly store: () => Storage) {}

  read(key: string): string | undefined {
    const text = this.unstored.get(key);
    if (text !== undefined) return text;
    try {
      return this.store().getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  keep(key: string, text: string): void {
    try {
      this.store().setItem(key, text);
      this.unstored.delete(key);
    } catch {
      this.unstored.set(key, text);
    }
  }

  drop(key: string): void {
    this.unstored.delete(key);
    try {
      this.store().removeItem(key);
    } catch {
      // Nothing is stored where the store is off.
    }
  }
}

/** Kept until the person deletes it, and shared by all tabs. */
export const inBrowser = new Kept(() => localStorage);
/** Kept as long as the tab is open, through reloads. */
export const inTab = new Kept(() => sessionStorage);
