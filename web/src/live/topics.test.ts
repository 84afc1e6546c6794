import { describe, expect, it } from 'vitest';

import { callKey } from '../api/query';
import { kListTopics, topicsOf, topicsOfKey, topicsOfQuery } from './topics';

describe('topics of an answer', () => {
  it('are those of its list, or of its object', () => {
    expect(topicsOf('ListSendTasks')).toEqual(['tasks']);
    expect(topicsOf('GetSendTask', { TaskId: 18446744073709551615n })).toEqual(['task:18446744073709551615']);
    expect(topicsOf('GetMail', { MessageId: 'a,b' })).toEqual(['messages', 'message:ab']);
    expect(topicsOf('GetSendTask', { TaskId: 0n })).toEqual([]);
    expect(topicsOf('GetImport', { ImportId: 4 })).toEqual(['import:4']);
    expect(topicsOf('GetLimits')).toEqual([]);
  });

  it('are found by the key of a query', () => {
    expect(topicsOfKey(callKey('GetSendTask', { TaskId: 7 }))).toEqual(['task:7']);
    expect(topicsOfKey(['ListReceivers', 'one', 'ap-guangzhou', '17'])).toEqual(['groups']);
    expect(topicsOfKey(['ListReceivers', 'one', 'ap-guangzhou', 'not json'])).toEqual(['groups']);
    expect(topicsOfKey([17])).toEqual([]);
  });

  it('are those that a query was made with, whatever its key', () => {
    const queryKey = ['GetMail', 'ap-guangzhou', '{}', ''];
    expect(topicsOfQuery({ queryKey, meta: { topics: ['messages', 'message:a'] } })).toEqual(['messages', 'message:a']);
    expect(topicsOfQuery({ queryKey, meta: {} })).toEqual(['messages']);
  });

  it('of lists are always asked for', () => {
    for (const action of ['ListInboxMails', 'ListEmailTemplates', 'ListImports', 'GetStatisticsReport'])
      for (const topic of topicsOf(action)) expect(kListTopics).toContain(topic);
  });
});
