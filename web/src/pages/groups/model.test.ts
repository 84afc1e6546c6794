import { describe, expect, it } from 'vitest';

import { namesOf, valuesOf, type Person } from './model';

const person = (TemplateData: string): Person => ({
  Email: 'ada@post.example', CreateTime: '', TemplateData, Reason: '', Status: 1, EmailId: 1,
});

describe('the data of people', () => {
  it('are names and values, and nothing when they cannot be read', () => {
    expect(valuesOf(person('{"name":"Ada","points":7,"member":true}'))).toEqual({ name: 'Ada', points: '7', member: 'true' });
    for (const text of ['', '[]', '{', 'null', '7']) expect(valuesOf(person(text)), text).toEqual({});
  });
  it('make columns, each name once', () => {
    expect(namesOf([person('{"a":"1"}'), person(''), person('{"b":"","a":"2"}')])).toEqual(['a', 'b']);
  });
});
