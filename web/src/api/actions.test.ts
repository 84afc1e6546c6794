import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { kSesActions } from './actions';
import { kAnalyst, kOperator, kReviewer } from './roles.fixture';
import { allows, type Session } from './session';

describe('kSesActions', () => {
  it('names the actions of the description', () => {
    const described = JSON.parse(readFileSync('../api/ses-2020-10-02.json', 'utf8')) as { actions: object };
    expect([...kSesActions].sort()).toEqual(Object.keys(described.actions).sort());
  });
});

describe('the roles of the tests', () => {
  const source = readFileSync('../src/accounts/roles.cpp', 'utf8').replace(/\/\/.*/g, '');
  it.each(Object.entries({ kOperator, kAnalyst, kReviewer }))('%s has the actions of the server', (name, actions) => {
    const list = new RegExp(`${name}\\[\\] = \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
    expect([...list.matchAll(/"([^"]*)"/g)].map((found) => found[1])).toEqual(actions);
  });
});

describe('allows', () => {
  const session = (actions: string[]) => ({ actions }) as Session;
  it('follows patterns with a star', () => {
    expect(allows(session(['ses:Get*']), 'GetEmailTemplate')).toBe(true);
    expect(allows(session(['ses:Get*']), 'SendEmail')).toBe(false);
    expect(allows(session(['ses:*']), 'GetSendTask', 'sesame')).toBe(false);
    expect(allows(session(['*']), 'GetSendTask', 'sesame')).toBe(true);
  });
  it('takes away what a pattern with "!" names', () => {
    expect(allows(session(['*', '!sesame:PutUser']), 'PutUser', 'sesame')).toBe(false);
    expect(allows(session(['*', '!sesame:PutUser']), 'ListUsers', 'sesame')).toBe(true);
  });
});
