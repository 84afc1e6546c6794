// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { kAnalyst, kReviewer } from '../../api/roles.fixture';
import type { Session } from '../../api/session';
import { ToastProvider } from '../../parts';
import { ConsoleContext } from '../../shell/SessionContext';
import Settings from './Settings';
import { words } from './words';

const { tab } = words.en;
/** What the page reads, by its actions. */
let read: string[] = [];

vi.mock('../../api/call', async (original) => ({
  ...(await original<typeof import('../../api/call')>()),
  call: (action: string) => {
    read.push(action);
    return new Promise(() => undefined);
  },
}));

let root: Root;
function open(address: string, session: Partial<Session>): { tabs: (string | null)[]; chosen: string | null | undefined } {
  const whole = { user: 'ann', role: '', second_factor: false, recovery_codes: 0, administers: true, ...session } as Session;
  const place = { session: whole, refreshSession: async () => undefined, region: '', chooseRegion: () => undefined };
  read = [];
  flushSync(() =>
    root.render(
      <QueryClientProvider key={`${address} ${whole.role}`} client={new QueryClient()}>
        <ConsoleContext.Provider value={place}>
          <MemoryRouter initialEntries={[address]}>
            <ToastProvider>
              <Settings />
            </ToastProvider>
          </MemoryRouter>
        </ConsoleContext.Provider>
      </QueryClientProvider>,
    ),
  );
  return {
    tabs: [...document.querySelectorAll('[role=tab]')].map((one) => one.textContent),
    chosen: document.querySelector('[role=tab][aria-selected=true]')?.textContent,
  };
}

beforeEach(() => {
  // The sessions of the person do not come.
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
  root = createRoot(document.body.appendChild(document.createElement('main')));
});
afterEach(() => {
  flushSync(() => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it('shows each role the tabs that it may read, the first one at first', () => {
  expect(open('/settings', { role: 'owner', actions: ['*'] })).toEqual({ tabs: Object.values(tab), chosen: tab.keys });
  expect(open('/settings', { role: 'analyst', actions: kAnalyst })).toEqual({
    tabs: [tab.keys, tab.webhooks, tab.users, tab.you, tab.limits, tab.health],
    chosen: tab.keys,
  });
  expect(open('/settings', { role: 'reviewer', actions: kReviewer })).toEqual({ tabs: [tab.you, tab.limits], chosen: tab.you });
});

it('shows the tab of the address, and the first one where the role may not read it', async () => {
  expect(open('/settings?tab=accounts', { role: 'owner', actions: ['*'] }).chosen).toBe(tab.accounts);
  await vi.waitFor(() => expect(read).toEqual(['ListAccounts']));
  for (const hidden of ['accounts', 'audit', 'nothing']) {
    expect(open(`/settings?tab=${hidden}`, { role: 'analyst', actions: kAnalyst }).chosen).toBe(tab.keys);
    await vi.waitFor(() => expect(read).toEqual(['ListCredentials']));
  }
});
