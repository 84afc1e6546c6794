import { describe, expect, it } from 'vitest';

import { holdsOf, kSiteLooks, kSiteStates, nameOfHold, nameOfSite, shortPath, type Hold, type Site } from './siteModel';

const site = (more: Partial<Site>) => ({ Destination: '', Provider: '', Hosts: [], Site: '6f0c8b1f2a3e4a519d555b1f8e0a3c5d', ...more }) as unknown as Site;

describe('a site', () => {
  it('is named by what a person knows it by', () => {
    expect(nameOfSite(site({ Destination: 'shop.example', Provider: 'gmail', Hosts: ['mx.example'] }))).toBe('shop.example');
    expect(nameOfSite(site({ Provider: 'gmail', Hosts: ['mx.example'] }))).toBe('gmail');
    expect(nameOfSite(site({ Hosts: ['mx.example', 'mx2.example'] }))).toBe('mx.example');
    expect(nameOfSite(site({}))).toBe('6f0c8b1f');
  });
  it('has a mark for each state', () => {
    expect(Object.keys(kSiteLooks).sort()).toEqual([...kSiteStates].sort());
  });
});

describe('holds', () => {
  it('are named by provider and site, as far as the path has them', () => {
    const named = (Path: string, Provider: string, Sender = '') => nameOfHold({ Path, Provider, Sender } as Hold);
    expect(named('provider gmail', 'gmail')).toBe('gmail');
    expect(named('provider gmail over a', 'gmail')).toBe('gmail over a');
    expect(named('provider gmail over a from shop.example', 'gmail', 'shop.example')).toBe('gmail over a');
    expect(named('site 6f0c8b1f2a3e4a519d555b1f8e0a3c5d', 'strict')).toBe('strict, site 6f0c8b1f');
    expect(named('site 6f0c8b1f2a3e4a519d555b1f8e0a3c5d from shop.example', '', 'shop.example')).toBe('site 6f0c8b1f');
  });
  it('stand before all mail, or before that of one sender domain', () => {
    const [all, shop, other] = ['', 'mail.shop.example', 'other.example'].map((Sender) => ({ Sender }) as Hold) as [Hold, Hold, Hold];
    expect(holdsOf({ Holds: [all, shop, other] }, 'mail.shop.example')).toEqual([all, shop]);
    expect(holdsOf(undefined, 'mail.shop.example')).toEqual([]);
  });
});

describe('a path', () => {
  it('keeps what tells it apart', () => {
    expect(shortPath('provider gmail')).toBe('provider gmail');
    expect(shortPath('site 6f0c8b1f2a3e4a519d555b1f8e0a3c5d')).toBe('site 6f0c8b1f');
    expect(shortPath('site 6f0c8b1f2a3e4a519d555b1f8e0a3c5d from mail.shop.example')).toBe('site 6f0c8b1f from mail.shop.example');
  });
});
