// @vitest-environment jsdom
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { surroundings } from '../api/call';
import type { Session } from '../api/session';
import { partWords } from '../words/parts';
import { shellWords } from '../words/shell';
import { ConsoleContext } from './SessionContext';
import { StepUp } from './StepUpDialog';

const w = shellWords.en;
const kPlace = {
  session: { second_factor: false } as Session, refreshSession: async () => undefined, region: '', chooseRegion: () => undefined,
};

let root: Root;
/** Answers the step-up that is under way. */
let answer: (response: Response) => void;
const button = (label: string) => [...document.querySelectorAll('button')].find((one) => one.textContent === label)!;
const ask = (action: string) => {
  let asked!: Promise<boolean>;
  flushSync(() => (asked = surroundings.askStepUp(action)));
  return asked;
};
function submit(password: string): void {
  const field = document.querySelector('input')!;
  flushSync(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, password);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  flushSync(() => button(w.goOn).click());
}

beforeEach(() => {
  // The DOM of the tests has no dialogues.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= () => undefined;
  vi.stubGlobal('fetch', vi.fn(() => new Promise<Response>((resolve) => (answer = resolve))));
  root = createRoot(document.body.appendChild(document.createElement('main')));
  flushSync(() =>
    root.render(
      <ConsoleContext.Provider value={kPlace}>
        <StepUp />
      </ConsoleContext.Provider>,
    ),
  );
});
afterEach(() => {
  flushSync(() => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it('answers a call that asks while the password of another is on its way', async () => {
  const first = ask('DeleteUser');
  submit('a long password');
  const second = ask('CreateCredential');
  expect(fetch).toHaveBeenCalledOnce();
  answer(new Response('{}'));
  expect(await Promise.all([first, second])).toEqual([true, true]);
  await vi.waitFor(() => expect(document.querySelector('dialog')).toBeNull());
});

it('asks again in the same dialogue after a wrong password, for all who wait', async () => {
  const asked = [ask('DeleteUser'), ask('CreateCredential')];
  submit('wrong');
  answer(new Response(JSON.stringify({ error: { code: 'WrongPassword', message: 'No.' } }), { status: 403 }));
  await vi.waitFor(() => expect(document.body.textContent).toContain('No.'));
  submit('right');
  answer(new Response('{}'));
  expect(await Promise.all(asked)).toEqual([true, true]);
});

it('refuses all who wait when the person goes back, and asks anew later', async () => {
  const asked = [ask('DeleteUser'), ask('CreateCredential')];
  flushSync(() => button(partWords.en.back).click());
  expect(await Promise.all(asked)).toEqual([false, false]);
  expect(document.querySelector('dialog')).toBeNull();
  void ask('DeleteUser');
  expect(document.querySelector('dialog')).not.toBeNull();
});

it('refuses all who wait when the console is left', async () => {
  const asked = ask('DeleteUser');
  flushSync(() => root.unmount());
  expect(await asked).toBe(false);
  expect(await surroundings.askStepUp('DeleteUser')).toBe(false);
});
