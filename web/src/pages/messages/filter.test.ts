import { describe, expect, it } from 'vitest';

import { filterOf, paramsOf, readFilter, writeFilter } from './filter';

describe('the filter of mails', () => {
  it('takes words, and recognises an address, a MessageId and a domain alone', () => {
    expect(readFilter('to:ann@shop.example task:17').filter).toEqual({ to: 'ann@shop.example', task: '17' });
    expect(readFilter('Ann <ann@shop.example>').filter.to).toBe('ann@shop.example');
    expect(readFilter('qcloudses-30-1250000001-date-20260301090003-Gk2mZ7aQ').filter.id).toContain('Gk2mZ7aQ');
    expect(readFilter('Brightmail.Example').filter).toEqual({ domain: 'brightmail.example' });
    expect(readFilter('from:news@shop.example').filter).toEqual({ sender: 'news@shop.example' });
  });
  it('names what it does not understand', () => {
    expect(readFilter('task:seventeen hello state:gone').unknown).toEqual(['task:seventeen', 'hello', 'state:gone']);
  });
  it('survives being written and read', () => {
    const filter = { id: 'a-date-20260301090003-b', to: 'ann@shop.example', sender: 'n@s.example', domain: 'b.example', task: '1', template: '2' };
    expect(readFilter(writeFilter(filter)).filter).toEqual(filter);
  });
  it('of an address leaves out what the API would refuse', () => {
    expect(filterOf(new URLSearchParams('task=x&to=a@b.example&state=no&day=2026-03-01'))).toEqual({ to: 'a@b.example', day: '2026-03-01' });
  });
  it('carries ids of 64 bits whole', () => {
    expect(paramsOf({ task: '18446744073709551615' }).TaskId).toBe(18446744073709551615n);
  });
});
