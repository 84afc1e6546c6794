// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { Session } from '../api/session';
import { ConsoleContext } from '../shell/SessionContext';
import { startWords } from '../words/start';
import Start from './Start';

const w = startWords.en;

/** What there is: no samples, or all of them and their first mail. */
let answers: { [action: string]: object };
const kNothing = { ListEmailIdentities: {}, ListEmailAddress: {}, ListEmailTemplates: { TemplatesMetadata: [] }, ListReceivers: { Data: [] } };
const kAll = {
  ListEmailIdentities: { EmailIdentities: [{ IdentityName: 'sandbox.invalid' }] },
  ListEmailAddress: { EmailSenders: [{ EmailAddress: 'hello@sandbox.invalid' }] },
  ListEmailTemplates: { TemplatesMetadata: [{ TemplateID: 1, TemplateName: 'Welcome', TemplateStatus: 0 }] },
  ListReceivers: { Data: [{ ReceiverId: 1, ReceiversName: 'Five sample people', Count: 5 }] },
};
const kMail = { ListInboxMails: { Data: [{ MailId: 1, From: 'hello@sandbox.invalid', To: '', Subject: '', Bytes: 1, ReceivedTime: '' }] } };

vi.mock('../api/call', async (original) => ({
  ...(await original<typeof import('../api/call')>()),
  call: (action: string) => Promise.resolve(answers[action] ?? { TotalCount: 0, Data: [], Groups: [], Raw: '' }),
}));

const kReader = ['Get*', 'List*', 'PutUser'];
const kSession: Session = {
  user: 'ann', role: 'owner', account: '1', administers: true, second_factor: false, recovery_codes: 0, csrf: '',
  actions: ['*'], addresses: 'clear', mode: 'sandbox', regions: ['ap-guangzhou'], version: '',
};

let root: Root;
const texts = (selector: string) => [...document.querySelectorAll(selector)].map((one) => one.textContent);
/** The page of somebody, as far as it says that they may not call something, or shows a button. */
async function open(session: Partial<Session>): Promise<{ buttons: (string | null)[]; refused: string }> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const place = { session: { ...kSession, ...session }, refreshSession: async () => undefined, region: 'ap-guangzhou', chooseRegion: () => undefined };
  flushSync(() =>
    root.render(
      <QueryClientProvider key={`${place.session.role} ${place.session.administers}`} client={client}>
        <ConsoleContext.Provider value={place}>
          <MemoryRouter>
            <Start />
          </MemoryRouter>
        </ConsoleContext.Provider>
      </QueryClientProvider>,
    ),
  );
  await vi.waitFor(() => expect(document.querySelector('.start-title')).not.toBeNull());
  return { buttons: texts('button:not(.call-mark), a.button'), refused: texts('.forbidden').join(' ') };
}

beforeEach(() => {
  root = createRoot(document.body.appendChild(document.createElement('main')));
});
afterEach(() => {
  root.unmount();
  document.body.replaceChildren();
});

it('shows the choice to whoever may make the samples, and names the missing right to others', async () => {
  answers = kNothing;
  const owner = await open({});
  expect(owner.buttons).toEqual([w.choose.here, w.choose.own, w.port.test]);
  expect(owner.refused).toBe('');
  const reader = await open({ role: 'analyst', actions: kReader });
  expect(reader.buttons).toEqual([]);
  expect(reader.refused).toContain('CreateEmailIdentity');
});

it('offers the test of the machine only where the account manages the others, and to those who may do everything', async () => {
  answers = kNothing;
  for (const session of [{ administers: false }, { role: 'operator', actions: ['Check*', 'List*', 'Get*'] }]) {
    await open(session);
    expect(texts('h2')).not.toContain(w.port.title);
  }
  await open({});
  expect(texts('h2')).toContain(w.port.title);
});

it('sends the first mail only for a role that sends', async () => {
  answers = kAll;
  expect((await open({})).buttons).toContain(w.send.send);
  const reader = await open({ role: 'analyst', actions: kReader });
  expect(reader.buttons).not.toContain(w.send.send);
  expect(reader.refused).toContain('SendEmail');
});

it('leads only to next steps that the role may take', async () => {
  answers = { ...kAll, ...kMail };
  expect((await open({})).buttons).toEqual(expect.arrayContaining([w.code.makeKey, w.remove]));
  expect(texts('.start-next strong')).toEqual([
    w.next.people, w.next.domain, w.next.template, w.next.user, w.next.factor, w.next.webhook,
  ]);
  const reader = await open({ role: 'analyst', actions: kReader });
  expect(reader.buttons).not.toContain(w.remove);
  expect(reader.refused).toContain('CreateCredential');
  expect(texts('.start-next strong')).toEqual([w.next.factor]);
});
