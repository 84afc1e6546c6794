/** Calls of one action, code and client, as ListCalls counts them; those that were carried out have no code. */
export interface CallGroup {
  readonly Action: string;
  readonly Code: string;
  readonly Client: string;
  readonly LastTime: string;
  readonly LastRequestId: string;
}

/** Calls of the console itself: its pages, and what its Explorer signs. */
const kOwn: ReadonlySet<string> = new Set(['console', 'sesame-explorer']);

/** The newest call that a program outside the console made and that was carried out; without one, the newest refused. */
export function firstOutside(groups: readonly CallGroup[]): CallGroup | undefined {
  const outside = groups.filter((group) => !kOwn.has(group.Client));
  const newest = (some: readonly CallGroup[]) =>
    [...some].sort((a, b) => b.LastTime.localeCompare(a.LastTime))[0];
  return newest(outside.filter((group) => group.Code === '')) ?? newest(outside);
}
