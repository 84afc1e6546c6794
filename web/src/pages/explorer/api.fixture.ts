import { readFileSync } from 'node:fs';

import { readJson } from '../../api/json';
import { Api } from './description';

/** The API as its description files say, for tests. */
export function describedApi(base = 'http://127.0.0.1:8080'): Api {
  const services = ['ses-2020-10-02', 'sesame-2026-12-01'].map((name) =>
    readJson(readFileSync(`../api/${name}.json`, 'utf8')),
  );
  return new Api({ services, regions: ['ap-guangzhou', 'ap-hongkong'], limits: {}, base, now: 0 } as unknown as ConstructorParameters<typeof Api>[0]);
}
