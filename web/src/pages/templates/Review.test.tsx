// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { kOperator, kReviewer } from '../../api/roles.fixture';
import type { Session } from '../../api/session';
import { ConsoleContext } from '../../shell/SessionContext';
import { Review } from './Review';
import { reviewWords } from './reviewWords';

const w = reviewWords.en;
const calls: [string, object][] = [];
let refused = false;

vi.mock('../../api/call', async (original) => ({
  ...(await original<typeof import('../../api/call')>()),
  call: (action: string, params: object) => {
    calls.push([action, params]);
    return refused ? Promise.reject(new Error('The server is away.')) : Promise.resolve({});
  },
}));

const kSession: Session = {
  user: 'ann', role: 'owner', account: '1', administers: true, second_factor: false, recovery_codes: 0, csrf: '',
  actions: ['*'], addresses: 'clear', mode: 'sandbox', regions: [], version: '',
};

let root: Root;
const button = (label: string) => [...document.querySelectorAll('button')].filter((one) => one.textContent === label).at(-1);
const press = (label: string) => flushSync(() => button(label)!.click());

function show(session: Partial<Session>, changed = false): void {
  const place = { session: { ...kSession, ...session }, refreshSession: async () => undefined, region: '', chooseRegion: () => undefined };
  flushSync(() =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <ConsoleContext.Provider value={place}>
          <MemoryRouter>
            <Review id="7" status={1} changed={changed} />
          </MemoryRouter>
        </ConsoleContext.Provider>
      </QueryClientProvider>,
    ),
  );
}

beforeEach(() => {
  calls.length = 0;
  refused = false;
  // The DOM of the tests has no dialogues.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= () => undefined;
  root = createRoot(document.body.appendChild(document.createElement('main')));
});
afterEach(() => {
  root.unmount();
  document.body.replaceChildren();
});

it('says to everybody that a template waits, and lets only those decide who may', () => {
  for (const session of [
    { administers: false },
    { role: 'operator', actions: kOperator },
    { role: 'reviewer', actions: kReviewer, administers: false },
  ]) {
    show(session);
    expect(document.body.textContent).toContain(w.title[1]);
    expect(button(w.approve)).toBeUndefined();
    expect(button(w.refuse)).toBeUndefined();
  }
});

it('lets reviewers of the account that manages the others decide', async () => {
  show({ role: 'reviewer', actions: kReviewer });
  expect(button(w.refuse)).toBeDefined();
  press(w.approve);
  await vi.waitFor(() => expect(calls).toEqual([['ReviewEmailTemplate', { TemplateID: 7n, Approved: true }]]));
});

it('approves what is saved', async () => {
  show({}, true);
  press(w.approve);
  expect(calls).toEqual([]);
  show({});
  press(w.approve);
  await vi.waitFor(() => expect(calls).toEqual([['ReviewEmailTemplate', { TemplateID: 7n, Approved: true }]]));
});

it('refuses with a reason only', async () => {
  show({});
  press(w.refuse);
  press(w.do);
  expect(calls).toEqual([]);
  expect(document.body.textContent).toContain(w.noReason);
  const field = document.querySelector('input')!;
  flushSync(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, ' No way to unsubscribe. ');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  press(w.do);
  await vi.waitFor(() =>
    expect(calls).toEqual([['ReviewEmailTemplate', { TemplateID: 7n, Approved: false, Reason: 'No way to unsubscribe.' }]]),
  );
});

it('opens the dialogue without the error of an earlier try', async () => {
  refused = true;
  show({});
  press(w.approve);
  await vi.waitFor(() => expect(document.body.textContent).toContain(w.failed));
  press(w.refuse);
  expect(document.querySelector('dialog')!.textContent).toContain(w.question);
  expect(document.body.textContent).not.toContain(w.failed);
});
