// @vitest-environment jsdom
/** @jsxImportSource preact */
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, expect, it, vi } from 'vitest';

import { entranceWords } from '../words/entrance';
import { LinkLogin } from './LinkLogin';

const w = entranceWords.en;
const root = document.body.appendChild(document.createElement('main'));
let sent: { token?: string; code?: string; name?: string; password?: string }[] = [];

/** The server answers with these codes, one after the other; "lost" is no answer, "in" a session. */
function answers(...codes: string[]): void {
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(init.body as string) as (typeof sent)[number]);
    const code = codes.shift();
    if (code === 'lost') throw new TypeError('Failed to fetch');
    if (code === 'in') return new Response(JSON.stringify({ csrf: 'c', regions: [] }));
    const headers = code === 'TooManyAttempts' ? { 'Retry-After': '7' } : undefined;
    return new Response(JSON.stringify({ error: { code, message: code } }), { status: 403, headers });
  });
}

const onIn = vi.fn();
const open = () => act(async () => render(<LinkLogin token="t" onIn={onIn} />, root));
const press = (label: string) => act(async () => [...root.querySelectorAll('button')].find((one) => one.textContent === label)!.click());
async function fill(input: HTMLInputElement, text: string) {
  await act(async () => {
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
async function enter(code: string) {
  await fill(root.querySelector('input')!, code);
  await press(w.logIn);
}
/** What the page says, as soon as it says it. */
const says = (heading: string, alert: string) =>
  vi.waitFor(() =>
    expect([root.querySelector('h1')?.textContent, root.querySelector('[role=alert]')?.textContent]).toEqual([heading, alert]),
  );
const isIn = () => vi.waitFor(() => expect(onIn).toHaveBeenCalledOnce());

afterEach(() => {
  render(null, root);
  vi.unstubAllGlobals();
  onIn.mockReset();
  sent = [];
});

it('a link whose try was lost or held up is tried again with the same token', async () => {
  answers('lost', 'TooManyAttempts', 'in');
  await open();
  await says(w.linkFailed, w.noAnswer);
  await press(w.tryAgain);
  await says(w.linkFailed, w.later(7));
  await press(w.tryAgain);
  await isIn();
  expect(sent).toEqual([{ token: 't' }, { token: 't' }, { token: 't' }]);
});

it('a link whose try was held up leaves the way in by name and password', async () => {
  answers('TooManyAttempts', 'in');
  await open();
  await says(w.linkFailed, w.later(7));
  await fill(root.querySelector('input[autocomplete=username]')!, 'ann');
  await fill(root.querySelector('input[type=password]')!, 'a long password');
  await press(w.logIn);
  await isIn();
  expect(sent).toEqual([{ token: 't' }, { name: 'ann', password: 'a long password' }]);
});

it('too many codes leave the form, where a recovery code still logs in', async () => {
  answers('CodeNeeded', 'TooManyAttempts', 'in');
  await open();
  await says(w.logIn, '');
  await enter('123456');
  await says(w.logIn, w.later(7));
  await enter('aaaa-bbbb');
  await isIn();
  expect(sent.at(-1)).toEqual({ token: 't', code: 'aaaa-bbbb' });
});

it('a link that was used is given up for a name and a password', async () => {
  answers('LinkInvalid');
  await open();
  await says(w.linkRefused, 'LinkInvalid');
  expect(root.querySelector('input[type=password]')).not.toBeNull();
});
