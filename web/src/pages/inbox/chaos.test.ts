import { describe, expect, it } from 'vitest';

import { faultOf, kNewRow, rowOf, toFault } from './chaos';

describe('a fault of chaos', () => {
  it('comes back as it was typed', () => {
    const faults = [
      { Stage: 'rcpt', Percent: 50, Code: 550, Reply: '5.1.1 no such user' },
      { Stage: 'connect', Percent: 100, Close: true },
      { Stage: 'data', Percent: 1, DelayMs: 300 },
    ] as const;
    for (const fault of faults) expect(toFault(rowOf(fault))).toEqual(fault);
  });
  it('is refused by the number that is wrong', () => {
    expect(faultOf(kNewRow)).toBeUndefined();
    expect(faultOf({ ...kNewRow, code: '399' })).toBe('code');
    expect(faultOf({ ...kNewRow, code: '600' })).toBe('code');
    expect(faultOf({ ...kNewRow, does: 'close', code: '' })).toBeUndefined();
    expect(faultOf({ ...kNewRow, percent: '0' })).toBe('percent');
    expect(faultOf({ ...kNewRow, percent: '101' })).toBe('percent');
    expect(faultOf({ ...kNewRow, delay: '10001' })).toBe('delay');
    expect(faultOf({ ...kNewRow, does: 'wait' })).toBe('wait');
  });
});
