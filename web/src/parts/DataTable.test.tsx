// @vitest-environment jsdom
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { DataTable } from './DataTable';

let root: Root;
let opened: string[];

function table(name: string, opens: boolean) {
  return (
    <DataTable
      caption={name}
      columns={[{ key: 'name', head: 'Name', cell: (row: string) => row }]}
      rows={[`${name} 1`, `${name} 2`]}
      rowKey={(row) => row}
      onOpen={opens ? (row) => opened.push(row) : undefined}
    />
  );
}

function press(key: string): string | null | undefined {
  const at = document.activeElement ?? document.body;
  flushSync(() => at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
  return document.activeElement?.textContent;
}

beforeEach(() => {
  opened = [];
  root = createRoot(document.body.appendChild(document.createElement('main')));
});
afterEach(() => {
  flushSync(() => root.unmount());
  document.body.replaceChildren();
});

it('has the keys before another table whose rows do not open, and keeps them while it has the focus', () => {
  flushSync(() => root.render([table('checks', false), table('queues', true), table('pauses', false)].map((one, i) => <div key={i}>{one}</div>)));
  expect(press('j')).toBe('queues 1');
  expect(press('j')).toBe('queues 2');
  press('Enter');
  expect(opened).toEqual(['queues 2']);
  document.querySelector<HTMLElement>('[aria-label=pauses] tr[data-row]')?.focus();
  expect(press('j')).toBe('pauses 2');
  expect(press('k')).toBe('pauses 1');
});

it('has the keys when no table opens its rows, the first one', () => {
  flushSync(() => root.render([table('checks', false), table('pauses', false)].map((one, i) => <div key={i}>{one}</div>)));
  expect(press('j')).toBe('checks 1');
});
