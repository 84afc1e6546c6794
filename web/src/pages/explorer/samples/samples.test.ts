import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Doc } from '../check';
import { describedApi } from '../api.fixture';
import { kLanguages } from '.';
import { pythonLiteral } from './python';

const api = describedApi();

function samplesOf(key: string, params?: Doc) {
  const language = kLanguages.find((each) => each.key === key)!;
  return api.actions.flatMap((action) =>
    language.flavours.map((flavour) => ({
      name: `${action.name}, ${flavour}`,
      ...language.write({
        api,
        action,
        params: params ?? action.example.request,
        region: 'ap-guangzhou',
        base: 'http://127.0.0.1:8080',
        language: 'en-US',
        flavour,
      }),
    })),
  );
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-samples-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('samples', () => {
  it('exist in ten languages', () => {
    expect(kLanguages.map((each) => each.title)).toEqual([
      'curl', 'tccli', 'Python', 'Node.js', 'Go', 'Java', 'C++', 'PHP', 'C#', 'Ruby',
    ]);
  });
  it('name the action and the endpoint, and say why where a language cannot', () => {
    for (const { key } of kLanguages) {
      for (const sample of samplesOf(key)) {
        if (sample.impossible) {
          expect(sample.notes.length, `${key} ${sample.name}`).toBeGreaterThan(0);
        } else {
          expect(sample.code, `${key} ${sample.name}`).toContain(sample.name.split(',')[0]);
          expect(sample.code, `${key} ${sample.name}`).toContain('127.0.0.1');
          expect(sample.code, `${key} ${sample.name}`).not.toMatch(/undefined|\[object/);
        }
      }
    }
  });
  it('read large parameters from a file', () => {
    const params = { ReceiverId: 1, Emails: Array.from({ length: 21 }, (_, i) => `p${i}@x.test`) };
    for (const { key } of kLanguages) {
      for (const sample of samplesOf(key, params).filter((each) => !each.impossible)) {
        expect(sample.file?.text, `${key} ${sample.name}`).toContain('p20@x.test');
        expect(sample.code, `${key} ${sample.name}`).not.toContain('p20@x.test');
        expect(sample.code, `${key} ${sample.name}`).toContain(sample.file!.name);
      }
    }
  });
  it('warn of the limits of an SDK', () => {
    expect(samplesOf('ruby')[0]!.notes).toContain('rubyPort');
    expect(samplesOf('tccli').find((each) => each.name.startsWith('GetSendTask'))?.notes).toContain('noOwnInTccli');
    expect(samplesOf('node', { ReceiverId: 18446744073709551615n })[0]!.notes).toContain('nodeBig');
  });
  it('of Node.js are JavaScript', () => {
    inFolder((folder) => {
      const files = samplesOf('node').map((sample, i) => {
        const file = join(folder, `${i}.cjs`);
        writeFileSync(file, sample.code);
        return file;
      });
      for (const file of files.slice(0, 12)) execFileSync(process.execPath, ['--check', file]);
    });
  }, 60_000);
  it('of Python are Python', () => {
    const code = samplesOf('python').map((sample) => sample.code);
    const done = spawnSync('python3', ['-c', 'import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)'], {
      input: JSON.stringify(code),
      encoding: 'utf8',
    });
    expect(done.stderr).toBe('');
    expect(done.status).toBe(0);
  });
  it('of curl are shell', () => {
    for (const sample of samplesOf('curl')) {
      const done = spawnSync('bash', ['-n'], { input: sample.code, encoding: 'utf8' });
      expect(done.stderr, sample.name).toBe('');
    }
  });
  it('write values as each language does', () => {
    expect(pythonLiteral({ a: true, b: null, c: ['x', 1] })).toBe('{\n    "a": True,\n    "b": None,\n    "c": ["x", 1],\n}');
    const send = { FromEmailAddress: "a'b@x.test", Subject: '$x #{y}', Template: { TemplateID: 1, TemplateData: '{}' } };
    const of = (key: string, flavour: 'typed' | 'json') =>
      kLanguages.find((each) => each.key === key)!.write({ api, action: api.action('SendEmail')!, params: send, region: 'r', base: 'https://ses.x.test', language: 'en-US', flavour }).code;
    expect(of('php', 'typed')).toContain("$request->setFromEmailAddress('a\\'b@x.test');");
    expect(of('php', 'typed')).toContain('$request->setTemplate($template);');
    expect(of('ruby', 'typed')).toContain('template = Template.new\ntemplate.TemplateID = 1');
    expect(of('java', 'typed')).toContain('template.setTemplateID(1L);');
    expect(of('go', 'typed')).toContain('TemplateID: common.Uint64Ptr(1),');
    expect(of('cpp', 'typed')).toContain('request.SetTemplate(template);');
    expect(of('csharp', 'typed')).toContain('TemplateID = 1,');
    expect(of('python', 'typed')).toContain('request.Template = models.Template()\nrequest.Template.TemplateID = 1');
  });
});
