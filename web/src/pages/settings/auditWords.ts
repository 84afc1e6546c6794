import { counted, plural, wordsOf } from '../../words/words';

/** The words of the audit log. */
export const auditWords = wordsOf(
  {
    tab: 'Audit log',
    column: { time: 'Time', actor: 'Who', action: 'Did', target: 'To what', code: 'Result', from: 'From', client: 'With' },
    actor: { operator: 'operator (on the server)', unknown: 'somebody unknown' },
    abroad: (account: string) => `from account ${account}`,
    times: (n: number) => plural(n, 'once', '{n} times within a minute'),
    byActor: 'User or key',
    byAction: 'Action, such as Login',
    from: 'From day',
    until: 'Until day',
    emptyTitle: 'Nothing happened yet',
    emptyText: 'Every change, login and refused login will stand here.',
    noMatch: 'No entry fits',
    clear: 'Show all',
    searchOn: (n: number) => `None among the newest ${new Intl.NumberFormat('en').format(n)}. Search on`,
    verify: 'On the server, sesame audit --verify proves that no entry was changed or removed.',
  },
  {
    tab: '操作日志',
    column: { time: '时间', actor: '操作者', action: '操作', target: '对象', code: '结果', from: '来源', client: '客户端' },
    actor: { operator: '运维（服务器上）', unknown: '未知用户' },
    abroad: (account) => `来自账号 ${account}`,
    times: (n) => counted(n, '一分钟内 {n} 次'),
    byActor: '用户或密钥',
    byAction: '操作，例如 Login',
    from: '起始日期',
    until: '截止日期',
    emptyTitle: '还没有记录',
    emptyText: '每次变更、登录和失败的登录都会记录在此。',
    noMatch: '没有符合条件的记录',
    clear: '显示全部',
    searchOn: (n) => `最近 ${new Intl.NumberFormat('zh-CN').format(n)} 条中没有，继续查找`,
    verify: '在服务器上运行 sesame audit --verify，可证明没有记录被修改或删除。',
  },
);
