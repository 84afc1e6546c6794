import { describe, expect, it } from 'vitest';

import { firstOutside, type CallGroup } from './outside';

const group = (Client: string, Code: string, LastTime: string): CallGroup => ({
  Action: 'SendEmail',
  Code,
  Client,
  LastTime,
  LastRequestId: `${Client} ${Code}`,
});

describe('firstOutside', () => {
  it('takes no call of the console for one from outside', () => {
    expect(firstOutside([group('console', '', '2026-03-01 09:00:02'), group('sesame-explorer', '', '2026-03-01 09:00:03')])).toBeUndefined();
  });
  it('prefers a call that was carried out to a newer refused one', () => {
    const seen = [
      group('console', '', '2026-03-01 09:00:09'),
      group('SDK_PYTHON_3.1.1', '', '2026-03-01 09:00:02'),
      group('curl', 'AuthFailure.SignatureFailure', '2026-03-01 09:00:05'),
    ];
    expect(firstOutside(seen)?.Client).toBe('SDK_PYTHON_3.1.1');
    expect(firstOutside(seen.filter((one) => one.Client !== 'SDK_PYTHON_3.1.1'))?.Client).toBe('curl');
  });
});
