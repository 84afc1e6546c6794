import { beforeEach, describe, expect, it } from 'vitest';

import { clearLog, loggedCalls, masked, record, shellLine, type LoggedCall } from './log';

const entry: LoggedCall = {
  action: 'UpdateEmailSmtpPassWord', version: '2020-10-02', region: 'ap-guangzhou', at: 1, ms: 2, code: 'ok', requestId: 'r',
  params: { EmailAddress: 'news@mail.shop.example', Password: 'Spring26News', Absent: undefined },
};

describe('the log of calls', () => {
  beforeEach(clearLog);
  it('holds no secret, in memory and in the store', () => {
    record(entry);
    expect(loggedCalls()[0]?.params).toEqual({ EmailAddress: 'news@mail.shop.example', Password: '•••' });
    expect(sessionStorage.getItem('sesame.calls')).not.toContain('Spring26News');
  });
  it('keeps the newest 200', () => {
    for (let at = 0; at < 205; at += 1) record({ ...entry, at });
    expect(loggedCalls()).toHaveLength(200);
    expect(loggedCalls()[0]?.at).toBe(204);
  });
  it('cuts what is too long to look at', () => {
    expect(masked({ Html: 'x'.repeat(3000), Emails: Array.from({ length: 30 }, String), Id: 18446744073709551615n })).toEqual({
      Html: `${'x'.repeat(64)}… (3000 characters)`,
      Emails: [...Array.from({ length: 20 }, String), '… 30 items'],
      Id: 18446744073709551615n,
    });
  });
  it('becomes lines for a shell, whatever stands in them', () => {
    expect(shellLine({ ...entry, action: 'SendEmail', params: { Subject: "it's" } })).toBe(
      `sesame call SendEmail '{"Subject":"it'\\''s"}'`,
    );
  });
});
