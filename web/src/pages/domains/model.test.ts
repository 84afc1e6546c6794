// @vitest-environment jsdom
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import {
  addressOf, causeOf, differenceOf, keepsRule, kPasswordRules, newSmtpPassword, purposeOf, relativeName, stateOf, swaksLine,
  zoneFile, zoneOf,
  type DnsRecord,
} from './model';

const record = (change: Partial<DnsRecord>): DnsRecord => ({
  Type: 'TXT', SendDomain: 'mail.shop.example', ExpectedValue: 'v=spf1 include:spf.sesame.example ~all', CurrentValue: '',
  Status: false, ...change,
});

describe('a record', () => {
  it('has a purpose', () => {
    expect(purposeOf(record({}))).toBe('sending');
    expect(purposeOf(record({ SendDomain: 's1._domainkey.mail.shop.example', ExpectedValue: 'v=DKIM1' }))).toBe('signature');
    expect(purposeOf(record({ SendDomain: '_dmarc.mail.shop.example', ExpectedValue: 'v=DMARC1' }))).toBe('policy');
    expect(purposeOf(record({ Type: 'MX', ExpectedValue: 'mx.sesame.example' }))).toBe('mail');
    expect(purposeOf(record({ Type: 'CNAME' }))).toBe('links');
  });
  it('is found, missing or different, and the cause is named', () => {
    expect(stateOf(record({ Status: true }))).toBe('found');
    expect(stateOf(record({}))).toBe('missing');
    expect(stateOf(record({ CurrentValue: 'v=spf1 -all' }))).toBe('different');
    expect(causeOf('abcdef', 'abc')).toBe('cut');
    expect(causeOf('abc', '"abc"')).toBe('quotes');
    expect(causeOf('v=spf1 a ~all', 'v=spf1 a ~all, v=spf1 mx -all')).toBe('two');
    expect(causeOf('a b', 'ab')).toBe('blank');
    expect(causeOf('AbC', 'abc')).toBe('case');
    expect(causeOf('abc', 'xyz')).toBe('other');
  });
  it('shows where the values begin to differ', () => {
    const long = 'x'.repeat(30);
    expect(differenceOf(`${long}abc`, `${long}a`)).toEqual({
      wanted: [{ text: `…${'x'.repeat(23)}a`, differs: false }, { text: 'bc', differs: true }],
      found: [{ text: `…${'x'.repeat(23)}a`, differs: false }],
    });
  });
});

describe('names', () => {
  it('are shortened by the zone', () => {
    expect(zoneOf('mail.shop.example')).toBe('shop.example');
    expect(zoneOf('mail.shop.com.cn')).toBe('shop.com.cn');
    expect(zoneOf('shop.example')).toBe('shop.example');
    expect(relativeName('s1._domainkey.mail.shop.example', 'shop.example')).toBe('s1._domainkey.mail');
    expect(relativeName('shop.example', 'shop.example')).toBe('@');
  });
  it('become a zone file with long values in parts', () => {
    expect(zoneFile([
      record({ ExpectedValue: 'a'.repeat(300) }),
      record({ Type: 'MX', ExpectedValue: 'mx.sesame.example' }),
    ])).toBe(
      `mail.shop.example. 3600 IN TXT "${'a'.repeat(255)}" "${'a'.repeat(45)}"\n` +
      'mail.shop.example. 3600 IN MX 10 mx.sesame.example.\n',
    );
  });
});

describe('a password for SMTP', () => {
  it('is ticked off rule by rule', () => {
    const kept = (password: string) => kPasswordRules.filter((rule) => keepsRule(password, rule));
    expect(kept('')).toEqual([]);
    expect(kept('aa11AA')).toEqual([]);
    expect(kept('ab12AB')).toEqual(['digits', 'lower', 'upper']);
    expect(kept('Spring26News')).toEqual(['length', 'digits', 'lower', 'upper']);
  });
  it('is made so that it keeps all', () => {
    for (let round = 0; round < 50; round += 1) {
      const password = newSmtpPassword();
      expect(kPasswordRules.every((rule) => keepsRule(password, rule)), password).toBe(true);
    }
  });
});

describe('a server that takes submitted mail', () => {
  it('is shown as programs want it', () => {
    expect(addressOf({ Host: '::1', Port: 465, Tls: 'implicit' })).toBe('[::1]:465');
    expect(addressOf({ Host: 'mail.shop.example', Port: 587, Tls: 'starttls' })).toBe('mail.shop.example:587');
  });
  it('has a line that submits a mail with its kind of encryption', () => {
    const line = (Tls: 'starttls' | 'implicit') => swaksLine({ Host: 'mx.example', Port: 587, Tls }, 'news@shop.example');
    expect(line('starttls')).toMatch(/^swaks --server 'mx\.example:587' --tls --auth-user 'news@shop\.example' /);
    expect(line('implicit')).toContain(' --tls-on-connect ');
  });
  it('gives a shell the whole sender, whatever signs its name has', () => {
    const sender = "o'neil$(id)`id`|a&b{x}!@shop.example";
    const line = swaksLine({ Host: 'mx.example', Port: 587, Tls: 'starttls' }, sender);
    const read = execFileSync('sh', ['-c', `swaks() { printf '%s\\n' "$@"; }\n${line}`], { encoding: 'utf8' });
    expect(read.trimEnd().split('\n')).toEqual([
      '--server', 'mx.example:587', '--tls', '--auth-user', sender, '--from', sender, '--to', sender,
    ]);
  });
});
