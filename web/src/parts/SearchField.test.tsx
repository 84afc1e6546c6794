// @vitest-environment jsdom
import { act, useState } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { SearchField } from './SearchField';

let root: Root;
let seen: string[];
/** Renders the page anew, as live data do, and sets its filter when one is given. */
let render: (filter?: string) => void;

/** A page whose filter is written in its own way: without blanks at the ends, in small letters. */
function Page() {
  const [filter, setFilter] = useState('');
  const [, setRenders] = useState(0);
  render = (wanted) => act(() => (wanted === undefined ? setRenders((n) => n + 1) : setFilter(wanted)));
  return (
    <SearchField
      label="Find"
      value={filter}
      onChange={(value) => {
        seen.push(value);
        setFilter(value.toLowerCase());
      }}
    />
  );
}

const field = () => document.querySelector('input')!;
const wait = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

function type(text: string) {
  field().focus();
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field(), text);
    field().dispatchEvent(new Event('input', { bubbles: true }));
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  seen = [];
  const frame = document.body.appendChild(document.createElement('div'));
  root = createRoot(frame);
  act(() => root.render(<MemoryRouter><Page /></MemoryRouter>));
});
afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('keeps what is typed while the page reads it and shows new data', async () => {
  type('Ann ');
  await wait(300);
  expect(seen).toEqual(['Ann']);
  expect(field().value).toBe('Ann ');
  type('Ann Le');
  render();
  await wait(100);
  render();
  expect(field().value).toBe('Ann Le');
  await wait(300);
  expect(seen).toEqual(['Ann', 'Ann Le']);
  expect(field().value).toBe('Ann Le');
});

it('does not lose the letters that come while an earlier filter takes effect', async () => {
  type('ann');
  await wait(240);
  type('anna');
  render('ann');
  expect(field().value).toBe('anna');
  await wait(300);
  expect(seen).toEqual(['anna']);
});

it('follows a filter that is cleared or set elsewhere', async () => {
  type('ann');
  await wait(300);
  render('');
  expect(field().value).toBe('');
  render('bob');
  expect(field().value).toBe('bob');
  await wait(1_000);
  expect(seen).toEqual(['ann']);
});

it('follows a filter that is cleared after Enter or a blank, which change nothing', async () => {
  type('ann');
  await wait(300);
  act(() => void field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })));
  type('ann ');
  await wait(300);
  expect(seen).toEqual(['ann']);
  render('');
  expect(field().value).toBe('');
});

it('reports what is typed before the field is left', () => {
  type('ann');
  act(() => field().blur());
  expect(seen).toEqual(['ann']);
});
