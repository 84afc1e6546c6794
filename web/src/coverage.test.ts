import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { kCoverage } from './coverage';

const kDescription = join(__dirname, '../../api/ses-2020-10-02.json');

function sourcesOf(page: string): string {
  const folder = join(__dirname, 'pages', page);
  return readdirSync(folder)
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

describe('the pages', () => {
  it('call every action of the API', () => {
    const described = Object.keys((JSON.parse(readFileSync(kDescription, 'utf8')) as { actions: object }).actions);
    expect(Object.values(kCoverage).flat().sort()).toEqual(described.sort());
  });
  it('call the actions that the table says', () => {
    for (const [page, actions] of Object.entries(kCoverage)) {
      const sources = sourcesOf(page);
      for (const action of actions) expect(sources.includes(`'${action}'`), `${page}: ${action}`).toBe(true);
    }
  });
});
