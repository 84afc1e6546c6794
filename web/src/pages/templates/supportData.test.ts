import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const kScript = join(__dirname, '../../../build/client_support.mjs');

/** Tests by version, in the order of the file, and the letter of the newest. */
const kTests = [
  // Whole numbers come first in an object, wherever they stand in the file.
  ['{"11.4": "n", "12": "y"}', 'y'],
  ['{"102.6": "y", "60.8": "n"}', 'y'],
  ['{"2019-02": "n", "2024-11": "a #1"}', 'a'],
  // A build of the product after the one that was named by its year.
  ['{"16.80": "n", "2016": "y"}', 'n'],
  // A day and a version cannot be compared: the later in the file counts.
  ['{"12.1": "y", "2024-10": "a #4"}', 'a'],
  ['{"2019-10": "y", "16.80": "n"}', 'n'],
  ['{}', 'u'],
] as const;

it('the data say what the newest version does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-support-'));
  try {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'LICENSE'), 'MIT');
    writeFileSync(join(folder, 'package.json'), '{"version": "1.0.0"}');
    const features = kTests.map(
      ([tests], number) => `{"slug": "${number}", "title": "", "category": "css", "stats": {"mail": {"phone": ${tests}}}}`,
    );
    const data = `{"last_update_date": "2026-01-01", "nicenames": {"family": {}, "platform": {}}, "data": [${features.join()}]}`;
    writeFileSync(join(folder, 'data/caniemail.json'), data);
    execFileSync(process.execPath, [kScript, folder, folder]);
    const written = JSON.parse(readFileSync(join(folder, 'data.json'), 'utf8')) as { features: string[][] };
    expect(written.features.map((feature) => feature[2])).toEqual(kTests.map(([, letter]) => letter));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
