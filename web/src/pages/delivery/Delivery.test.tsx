// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Params } from '../../api/call';
import { kAnalyst, kOperator } from '../../api/roles.fixture';
import type { Session } from '../../api/session';
import { ToastProvider } from '../../parts';
import { ConsoleContext } from '../../shell/SessionContext';
import Delivery from './Delivery';

const kHold = {
  Path: 'site 6f0c8b1f2a3e4a519d555b1f8e0a3c5d from mail.shop.example', Provider: '', Sender: 'mail.shop.example', Kind: 'refused', Rule: 'shop-blocked',
  Step: 2, SinceTime: '2026-03-01 09:00:03', UntilTime: '2026-03-01 11:00:03', Reply: '554 5.7.1 blocked',
};
const kSite = {
  Path: 'provider gmail', Site: '6f0c8b1f2a3e4a519d555b1f8e0a3c5d', Destination: '', Provider: 'gmail', Hosts: ['mx.gmail.example', 'mx2.gmail.example'],
  State: 'held', SinceTime: '2026-03-01 09:00:03', UntilTime: '2026-03-01 11:00:03', Rule: 'gmail-blocked', Reply: '421 4.7.28 unusual rate of mail',
  Connections: 0, PathConnections: 2, ConnectionsAllowed: 5, MailsPerHour: 1200, MailsPerHourAllowed: 9000, MailCount: 7, UnderWayCount: 0,
  DeliveredCount: 512, DeferredCount: 3, RefusedCount: 1,
};
const kAnswers: Readonly<Record<string, object>> = {
  ListDeliverySites: { Available: true, TotalCount: 1, Data: [kSite] },
  ListDeliveryHolds: { Available: true, TotalCount: 1, Data: [kHold] },
  EndDeliveryHold: { Holds: [kHold] },
};
let acts: [string, Params][];

vi.mock('../../api/call', async (original) => ({
  ...(await original<typeof import('../../api/call')>()),
  call: (action: string, params: Params) => {
    acts.push([action, params]);
    return kAnswers[action] ? Promise.resolve(kAnswers[action]) : new Promise(() => undefined);
  },
}));

let root: Root;
function open(more: Partial<Session>, address = '/?tab=sites'): void {
  const session = { user: 'ann', account: '1', administers: true, actions: ['*'], mode: 'direct', ...more } as Session;
  const place = { session, refreshSession: async () => undefined, region: '', chooseRegion: () => undefined };
  flushSync(() =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <ConsoleContext.Provider value={place}>
          <MemoryRouter key={address} initialEntries={[address]}>
            <ToastProvider>
              <Delivery />
            </ToastProvider>
          </MemoryRouter>
        </ConsoleContext.Provider>
      </QueryClientProvider>,
    ),
  );
}
const ownActions = (role: readonly string[]) =>
  role.map((action) => (action.startsWith('!') ? `!sesame:${action.slice(1)}` : `sesame:${action}`));
const tabs = () => [...document.querySelectorAll('[role=tab]')].map((one) => one.textContent);
const button = (name: string) => [...document.querySelectorAll('button')].find((one) => (one.getAttribute('aria-label') ?? one.textContent) === name);

beforeEach(() => {
  acts = [];
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= () => undefined;
  root = createRoot(document.body.appendChild(document.createElement('main')));
});
afterEach(() => {
  flushSync(() => root.unmount());
  document.body.replaceChildren();
});

it('shows sites where mail goes to the receiving servers, to who manages the accounts', () => {
  open({});
  expect(tabs()).toEqual(['Queues', 'Sites', 'Tasks', 'Came back', 'State']);
  open({ mode: 'relay' });
  expect(tabs()).not.toContain('Sites');
  open({ actions: ownActions(kOperator) });
  expect(tabs()).not.toContain('Sites');
});

it('tells what a site takes and why, and ends a hold after asking', async () => {
  open({});
  await vi.waitFor(() => expect(button('End now: site 6f0c8b1f, mail.shop.example')).toBeDefined());
  const text = document.body.textContent ?? '';
  for (const said of ['gmail', 'mx.gmail.example', 'and 1 more server', 'held', '2 of 5', '1,200 of 9,000', '512 delivered, 3 delayed, 1 refused',
    '421 4.7.28 unusual rate of mail', 'rule gmail-blocked', 'only mail of tasks from mail.shop.example', '2 in a row', '554 5.7.1 blocked'])
    expect(text).toContain(said);
  flushSync(() => button('End now: site 6f0c8b1f, mail.shop.example')?.click());
  expect(document.querySelector('dialog h2')?.textContent).toBe('End the hold of site 6f0c8b1f, mail.shop.example?');
  expect(acts.some(([action]) => action === 'EndDeliveryHold')).toBe(false);
  flushSync(() => [...document.querySelectorAll<HTMLElement>('dialog button')].find((one) => one.textContent === 'End now')?.click());
  await vi.waitFor(() => expect(acts).toContainEqual(['EndDeliveryHold', { Path: kHold.Path }]));
});

it('asks what to pause at the key p, for who may pause', () => {
  const press = () => flushSync(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'p', bubbles: true, cancelable: true })));
  open({ actions: ownActions(kAnalyst) }, '/queues/shop.example');
  press();
  expect(document.querySelector('dialog')).toBeNull();
  for (const address of ['/', '/queues/shop.example?account=7']) {
    open({ actions: ownActions(kOperator), administers: false }, address);
    press();
    expect(document.querySelector('dialog h2')?.textContent).toBe('Pause delivery');
  }
  expect(document.querySelector('dialog input')?.getAttribute('value')).toBe('shop.example');
});
