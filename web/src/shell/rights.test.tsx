// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter, useLocation } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { kAnalyst, kReviewer } from '../api/roles.fixture';
import type { Session } from '../api/session';
import { shellWords } from '../words/shell';
import { KeyList } from './KeyList';
import { Palette } from './palette/Palette';
import { ConsoleContext } from './SessionContext';
import { useShortcuts } from './shortcuts';

const { pages } = shellWords.en;
const kNothing = () => undefined;

let root: Root;
const texts = (selector: string) => [...document.querySelectorAll(selector)].map((one) => one.textContent);

function show(actions: readonly string[], what: ReactNode): void {
  const session = { actions, administers: false } as unknown as Session;
  flushSync(() =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <ConsoleContext.Provider value={{ session, refreshSession: async () => undefined, region: '', chooseRegion: kNothing }}>
          <MemoryRouter>{what}</MemoryRouter>
        </ConsoleContext.Provider>
      </QueryClientProvider>,
    ),
  );
}

function Where() {
  useShortcuts({ showKeys: kNothing, showCalls: kNothing, showPalette: kNothing, refresh: kNothing });
  return <p>{useLocation().pathname}</p>;
}

function type(keys: string): void {
  for (const key of keys) flushSync(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
}

beforeEach(() => {
  // The DOM of the tests has no dialogues.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= kNothing;
  Element.prototype.scrollIntoView ??= kNothing;
  // The description of the API does not come.
  vi.stubGlobal('fetch', () => new Promise(kNothing));
  root = createRoot(document.body.appendChild(document.createElement('main')));
});
afterEach(() => {
  flushSync(() => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it('the list of keys names only pages that the role may open', () => {
  const named = () => texts('dd').filter((text) => (Object.values(pages) as (string | null)[]).includes(text));
  show(kReviewer, <KeyList onClose={kNothing} />);
  expect(named()).toEqual([pages.templates, pages.settings, pages.explorer]);
  show(kAnalyst, <KeyList onClose={kNothing} />);
  expect(named()).toHaveLength(12);
});

it('the palette offers only pages that the role may open', () => {
  const offered = () => texts('[role=option] .palette-name');
  show(kReviewer, <Palette onClose={kNothing} onKeys={kNothing} />);
  expect(offered()).toEqual([pages.templates, pages.settings, pages.explorer]);
  show(kAnalyst, <Palette onClose={kNothing} onKeys={kNothing} />);
  expect(offered()).toHaveLength(12);
});

it('the keys lead only to pages that the role may open', () => {
  show(kReviewer, <Where />);
  type('gp');
  expect(texts('p')).toEqual(['/templates']);
  type('gm');
  expect(texts('p')).toEqual(['/templates']);
  show(kAnalyst, <Where />);
  type('gm');
  expect(texts('p')).toEqual(['/messages']);
});
