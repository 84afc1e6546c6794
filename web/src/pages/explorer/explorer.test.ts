import { describe, expect, it } from 'vitest';

import { readJson, writeJson } from '../../api/json';
import { firstList, readAnswer, usesOf } from './answer';
import { describedApi } from './api.fixture';
import { broken } from './breaks';
import { check, checkAnswer, utf8Length } from './check';
import { groupOf, withoutFacts } from './description';
import { choiceLabel, conditionOf, isNumericText, kindOf } from './kinds';
import { countLines, firstColumn, splitPasted } from './ListEditors';
import { rowsOf, textOf } from './NamesEditor';
import { csvCells, rowsOfText } from './ObjectEditor';
import { initials } from './pinyin';
import { integerOf } from './PlainEditors';
import { prettyLines } from './pretty';
import { labelsOf } from './RequestTab';
import { ActionSearch, nearlyIn } from './search';
import { fragmentOf, readFragment } from './share';
import { stripped } from './strip';

const api = describedApi();
const words = {
  missing: 'missing',
  wrongType: (type: string) => `type ${type}`,
  unknown: 'unknown',
  nullRefused: 'null',
  needsRecipient: '',
};
const action = (name: string) => api.action(name)!;
const input = (name: string, member: string) => action(name).input.find((field) => field.name === member)!;

describe('the form', () => {
  it('chooses the control of each member by its description', () => {
    const kinds: [string, string, string][] = [
      ['SendEmail', 'FromEmailAddress', 'mailbox'],
      ['SendEmail', 'Destination', 'chips'],
      ['SendEmail', 'Template', 'object'],
      ['SendEmail', 'Attachments', 'objects'],
      ['SendEmail', 'Unsubscribe', 'choice'],
      ['SendEmail', 'TriggerType', 'choice'],
      ['SendEmail', 'SmtpHeaders', 'json'],
      ['CreateReceiverDetail', 'Emails', 'lines'],
      ['CreateReceiverDetail', 'ReceiverId', 'uint64'],
      ['UpdateEmailSmtpPassWord', 'Password', 'password'],
      ['GetSendEmailStatus', 'RequestDate', 'date'],
      ['ReviewEmailTemplate', 'Approved', 'bool'],
      ['ListSendTaskRecipients', 'States', 'choices'],
      ['ResendSendTask', 'BeginTime', 'datetime'],
    ];
    for (const [name, member, kind] of kinds) expect(kindOf(input(name, member)), `${name}.${member}`).toBe(kind);
    const content = api.members(action('CreateEmailTemplate'), input('CreateEmailTemplate', 'TemplateContent'));
    expect(content.map(kindOf)).toEqual(['base64', 'base64']);
    const template = api.members(action('SendEmail'), input('SendEmail', 'Template'));
    expect(template.map(kindOf)).toEqual(['uint64', 'json']);
  });
  it('marks numbers that are sent as text', () => {
    expect(isNumericText(input('SendEmail', 'Unsubscribe'))).toBe(true);
    expect(isNumericText(input('SendEmail', 'TriggerType'))).toBe(false);
    expect(isNumericText(input('SendEmail', 'Subject'))).toBe(false);
  });
  it('finds the words of a value in the description', () => {
    expect(choiceLabel(input('SendEmail', 'Unsubscribe'), '1', 'en')).toBe('Simplified Chinese');
    expect(choiceLabel(input('SendEmail', 'Unsubscribe'), '12', 'zh-CN')).toBe('越南语');
    expect(choiceLabel(input('ListReceivers', 'Status'), 2, 'en')).toBe('uploading');
  });
  it('knows which member calls for another', () => {
    expect(conditionOf(input('BatchSendEmail', 'TimedParam'))).toEqual({ name: 'TaskType', value: '2' });
    expect(conditionOf(input('BatchSendEmail', 'Subject'))).toBeUndefined();
  });
  it('keeps 64-bit numbers, and sends as text what is no integer', () => {
    expect(integerOf('18446744073709551615')).toBe(18446744073709551615n);
    expect(integerOf('17')).toBe(17);
    expect(integerOf('007')).toBe('007');
    expect(integerOf('+5')).toBe('+5');
    expect(integerOf('1.0')).toBe('1.0');
  });
  it('edits JSON in a string as names and values, and leaves other texts alone', () => {
    expect(rowsOf('{"name":"Ann","n":"1"}')).toEqual([
      { name: 'name', value: 'Ann' },
      { name: 'n', value: '1' },
    ]);
    expect(rowsOf('{"n":1}')).toBeUndefined();
    expect(rowsOf('X-Tag: a')).toBeUndefined();
    expect(textOf([{ name: 'a', value: '"' }])).toBe('{"a":"\\""}');
  });
  it('splits what is pasted, but not names in brackets or quotes', () => {
    expect(splitPasted('a@x.test, b@x.test;c@x.test\n"Doe, Ann" <d@x.test>')).toEqual([
      'a@x.test',
      'b@x.test',
      'c@x.test',
      '"Doe, Ann" <d@x.test>',
    ]);
  });
  it('counts a long list', () => {
    const lines = ['a@x.test', '', 'A@x.test', 'nobody', `${'l'.repeat(250)}@x.test`];
    expect(countLines(lines, true)).toEqual({ items: 4, empty: 1, doubles: 1, long: 1, malformed: 1 });
  });
  it('reads rows from JSON and from CSV', () => {
    expect(rowsOfText('[{"Email":"a@x.test"}]', ['Email', 'TemplateData'])).toEqual([{ Email: 'a@x.test' }]);
    expect(rowsOfText('a@x.test,"{""n"":""1""}"', ['Email', 'TemplateData'])).toEqual([
      { Email: 'a@x.test', TemplateData: '{"n":"1"}' },
    ]);
    expect(rowsOfText('TemplateData,Email\n{},b@x.test', ['Email', 'TemplateData'])).toEqual([
      { TemplateData: '{}', Email: 'b@x.test' },
    ]);
    expect(rowsOfText('[1]', ['Email'])).toBeUndefined();
    expect(csvCells('a;b;"c;d"')).toEqual(['a', 'b', 'c;d']);
    expect(firstColumn('"x@y.test",1')).toBe('x@y.test');
  });
});

describe('check', () => {
  it('accepts every documented example', () => {
    for (const each of api.actions) {
      expect([...check(api, each, each.example.request, 'en', words)], each.name).toEqual([]);
    }
  });
  it('finds what the server would refuse', () => {
    const doc = {
      FromEmailAddress: 1,
      Subject: '',
      Destination: Array.from({ length: 51 }, (_, i) => `p${i}@x.test`),
      Template: { TemplateData: '{}' },
      TriggerType: 2,
      Unsubscribe: 1,
      Nothing: true,
    };
    const found = check(api, action('SendEmail'), doc, 'en', words);
    expect(found.get('FromEmailAddress')).toBe('type string');
    expect(found.get('Subject')).toContain('at least 1');
    expect(found.get('Destination')).toContain('at most 50');
    expect(found.get('Template.TemplateID')).toBe('missing');
    expect(found.get('TriggerType')).toContain('one of 0, 1');
    expect(found.get('Unsubscribe')).toBe('type string');
    expect(found.get('Nothing')).toBe('unknown');
  });
  it('knows the bounds of 64 bits', () => {
    const found = (id: bigint) => check(api, action('DeleteReceiver'), { ReceiverId: id }, 'en', words).get('ReceiverId');
    expect(found(18446744073709551615n)).toBeUndefined();
    expect(found(18446744073709551616n)).toBe('type uint64');
  });
  it('compares answers with the description', () => {
    for (const each of api.actions) {
      expect([...checkAnswer(api, each, { ...each.example.response, RequestId: 'r' }, words)], each.name).toEqual([]);
    }
    const found = checkAnswer(api, action('SendEmail'), { Other: 1, RequestId: 'r' }, words);
    expect([...found.keys()]).toEqual(['MessageId', 'Other']);
  });
  it('counts bytes as UTF-8', () => {
    for (const text of ['a', 'ü', '你', '😀', 'a\ud800b']) expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  });
});

describe('search', () => {
  const search = new ActionSearch(api, [{ number: '1007', name: 'SendStatus', text: 'blocked', actions: ['GetSendEmailStatus'] }]);
  const names = (query: string) => search.find(query, 'en').map((hit) => hit.action.name);
  it('finds by name, capitals, member, error code, status and text', () => {
    expect(names('sende')[0]).toBe('SendEmail');
    expect(names('BSE')[0]).toBe('BatchSendEmail');
    expect(names('ReceiverId')).toContain('BatchSendEmail');
    expect(names('TooManyAttachments')).toContain('SendEmail');
    expect(search.find('1007', 'en')[0]).toMatchObject({ action: { name: 'GetSendEmailStatus' }, why: 'SendStatus 1007: blocked' });
    expect(names('收件箱').length).toBeGreaterThan(0);
  });
  it('forgives one wrong letter', () => {
    expect(names('SendEmial')[0]).toBe('SendEmail');
    expect(names('BlackLsit').length).toBeGreaterThan(0);
    expect(nearlyIn('sendemail', 'xyzw')).toBe(false);
  });
  it('finds Chinese by pinyin initials', () => {
    expect(initials('发送一封邮件')).toBe('fsyfyj');
    expect(names('fsyfyj')).toContain('SendEmail');
  });
  it('puts every action into a group', () => {
    expect(groupOf('SendEmail')).toBe('sending');
    expect(groupOf('ListBlackEmailAddress')).toBe('blocks');
    expect(api.actions.filter((each) => groupOf(each.name) === 'other').map((each) => each.name)).toEqual([]);
  });
});

describe('texts of errors', () => {
  it('stand without the facts of a case', () => {
    expect(withoutFacts('The value{? `{value}`} of {?parameter `{name}`|a parameter} is not valid{?: {rule}}.')).toBe(
      'The value of a parameter is not valid.',
    );
    expect(withoutFacts('`{{\\"name\\":{value}}}`')).toBe('`{\\"name\\":…}`');
    for (const each of api.actions) {
      for (const code of each.errors) expect(api.meaning(code, 'en'), code).not.toMatch(/\{[?\w]+/);
    }
  });
});

describe('answers', () => {
  it('are laid out without changing a number', () => {
    const text = '{"Response":{"Id":18446744073709551615,"Rows":[],"n":1.50,"s":"a\\"b","e":{}}}';
    const lines = [...prettyLines(text)].map((line) => '  '.repeat(line.indent) + line.tokens.map((token) => token.text).join(''));
    expect(lines).toEqual([
      '{',
      '  "Response": {',
      '    "Id": 18446744073709551615,',
      '    "Rows": [],',
      '    "n": 1.50,',
      '    "s": "a\\"b",',
      '    "e": {}',
      '  }',
      '}',
    ]);
  });
  it('of many megabytes cost only the lines that are shown', () => {
    const text = `{"Response":{"Raw":"${'a'.repeat(10 * 1024 * 1024)}","RequestId":"r"}}`;
    const begin = performance.now();
    const lines = prettyLines(text);
    for (let i = 0; i < 3; i += 1) lines.next();
    expect(readAnswer(text).requestId).toBe('r');
    expect(performance.now() - begin).toBeLessThan(500);
  });
  it('show text that is no JSON as it is', () => {
    const lines = [...prettyLines('<html>\nno')];
    expect(lines.map((line) => line.tokens.map((token) => token.text).join(''))).toEqual(['<html>\nno']);
  });
  it('are taken apart', () => {
    expect(readAnswer('{"Response":{"Error":{"Code":"C","Message":"m"},"RequestId":"r"}}')).toMatchObject({
      error: { code: 'C', message: 'm' },
      requestId: 'r',
    });
    expect(firstList({ a: 1, Data: [{ x: 1 }] })).toEqual({ name: 'Data', rows: [{ x: 1 }] });
  });
  it('lead on to actions that take their values', () => {
    const uses = usesOf(api, { MessageId: 'm', RequestId: 'r' }, action('SendEmail'));
    expect(uses.map((use) => use.action.name)).toContain('GetSendEmailStatus');
  });
});

describe('links and history', () => {
  it('carry parameters without secrets and files', async () => {
    const doc = { EmailAddress: 'a@x.test', Password: 'secret' };
    const safe = stripped(api, action('UpdateEmailSmtpPassWord'), doc, false);
    expect(safe).toEqual({ doc: { EmailAddress: 'a@x.test' }, left: ['Password'] });
    const file = stripped(api, action('SendEmail'), { Attachments: [{ FileName: 'a', Content: 'AA==' }] }, false);
    expect(file).toEqual({ doc: { Attachments: [{ FileName: 'a' }] }, left: ['Attachments.0.Content'] });
  });
  it('give back what they were made from', async () => {
    const shared = { region: 'ap-guangzhou', params: { ReceiverId: 18446744073709551615n, s: 'ü' } };
    expect(await readFragment(await fragmentOf(shared))).toEqual(shared);
    expect(await readFragment('#setup=abc')).toBeUndefined();
    expect(await readFragment('#c=AAAA')).toBeUndefined();
  });
});

describe('broken calls', () => {
  const call = { action: 'SendEmail', version: '2020-10-02', region: 'ap-guangzhou', body: '{}', method: 'POST', signature: 'TC3-HMAC-SHA256', language: 'en-US', send: true } as const;
  it('have the fault that was chosen', () => {
    const doc = { FromEmailAddress: 'a@x.test', Subject: 's' };
    const fault = (name: Parameters<typeof broken>[1]) => broken({ ...call }, name, api, action('SendEmail'), doc);
    expect(readJson(fault('extra_field').body)).toHaveProperty('NoSuchMember');
    expect(readJson(fault('missing_field').body)).toEqual({ Subject: 's' });
    expect(readJson(fault('wrong_type').body)).toMatchObject({ FromEmailAddress: 12345 });
    expect(fault('wrong_region').region).toBe('eu-moscow');
    expect(fault('unserved_action').action).toBe('SendEmailNotServed');
    expect(fault('expired_timestamp').break).toBe('expired_timestamp');
  });
});

describe('form and JSON', () => {
  it('are the same document for every documented example', () => {
    for (const each of api.actions) {
      expect(readJson(writeJson(each.example.request, 2)), each.name).toEqual(each.example.request);
    }
  });
});

describe('lines of a signature', () => {
  it('are named', () => {
    const canonical = 'POST\n/\n\ncontent-type:application/json\nhost:x\n\ncontent-type;host\nabc'.split('\n');
    expect(labelsOf('canonical_request', canonical)).toEqual(['method', 'path', 'query', 'header', 'header', 'blank', 'signed', 'hash']);
  });
});
