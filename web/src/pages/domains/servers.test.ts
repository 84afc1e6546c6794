import { describe, expect, it } from 'vitest';

import description from '../../../../api/sesame-2026-12-01.json';
import { allRight, kFindings, onTrust, toneOf, verdictsOf, type RecordCheck, type ServerVerdict } from './servers';
import { words } from './words';

const verdict = (Finding: ServerVerdict['Finding']): ServerVerdict => ({
  Server: '', Address: '', Finding, Reason: '', Value: '', Milliseconds: 1,
});

describe('what servers say', () => {
  it('has words for every finding of the description', () => {
    const fields = description.structures.ServerVerdict.fields as { name: string; one_of?: string[] }[];
    expect([...kFindings]).toEqual(fields.find((field) => field.name === 'Finding')?.one_of);
    for (const language of ['en', 'zh-CN'] as const) expect(Object.keys(words[language].finding)).toEqual([...kFindings]);
  });
  it('is unknown when no server said anything', () => {
    expect(toneOf('right')).toBe('good');
    expect(toneOf('two_spf')).toBe('bad');
    expect(toneOf('silent')).toBe('unknown');
    expect(allRight([])).toBe(false);
    expect(allRight([verdict('right'), verdict('silent')])).toBe(false);
    expect(allRight([verdict('right'), verdict('right')])).toBe(true);
  });
  it('is not what a record on trust says', () => {
    expect(onTrust({ Status: true }, [verdict('no_name')])).toBe(true);
    expect(onTrust({ Status: true }, [verdict('right'), verdict('no_name')])).toBe(false);
    expect(onTrust({ Status: true }, [verdict('silent')])).toBe(false);
    expect(onTrust({ Status: false }, [verdict('no_name')])).toBe(false);
  });
  it('belongs to the record with its name, type and value', () => {
    const check = (ExpectedValue: string, finding: ServerVerdict['Finding']): RecordCheck => ({
      Type: 'TXT', SendDomain: 'a.test', Host: '@', ExpectedValue, Servers: [verdict(finding)],
    });
    const checks = [check('one', 'cut'), check('two', 'right')];
    expect(verdictsOf(checks, { Type: 'TXT', SendDomain: 'a.test', ExpectedValue: 'two' })[0]?.Finding).toBe('right');
    expect(verdictsOf(checks, { Type: 'MX', SendDomain: 'a.test', ExpectedValue: 'two' })).toEqual([]);
  });
});
