import type { Words } from './words';

type Keys = (readonly [string, string])[];

interface KeyTexts {
  everywhere: string;
  lists: string;
  onPages: string;
  goTo: string;
  single: string;
  singleText: string;
  keys: { everywhere: Keys; lists: Keys; onPages: Keys };
}

/** The keys of the console, each with what it does; `Mod` is Control, on a Mac Command. */
export const keyWords: Words<KeyTexts> = {
  en: {
    everywhere: 'Everywhere',
    lists: 'Lists',
    onPages: 'On a page',
    goTo: 'Go to a page',
    single: 'Keys that are a single letter',
    singleText: 'They act only while no field has the focus. Keys with Mod stay.',
    keys: {
      everywhere: [
        ['Mod K', 'search, or jump to anything pasted'],
        ['/', 'focus the filter of the page'],
        ['`', 'the API calls of this console'],
        ['r', 'read again'],
        ['?', 'this list'],
        ['Esc', 'close the top layer, then leave the field'],
      ],
      lists: [
        ['j k', 'next and previous row'],
        ['Enter', 'open the row'],
        ['x', 'choose the row'],
        ['Shift x', 'choose all rows up to this one'],
        ['u', 'from an item back to its row'],
        ['[ ]', 'previous and next item'],
      ],
      onPages: [
        ['n', 'new task, group, template, domain, test mail'],
        ['Mod s', 'save'],
        ['Mod Enter', 'send or run'],
        ['p', 'pause or resume the task, pause delivery'],
      ],
    },
  },
  'zh-CN': {
    everywhere: '所有页面',
    lists: '列表',
    onPages: '页面操作',
    goTo: '前往页面',
    single: '启用单字母快捷键',
    singleText: '仅在没有输入框获得焦点时生效。带 Mod 的快捷键始终可用。',
    keys: {
      everywhere: [
        ['Mod K', '搜索，或跳转到粘贴的内容'],
        ['/', '定位到本页的筛选框'],
        ['`', '控制台的 API 调用'],
        ['r', '重新读取'],
        ['?', '显示本列表'],
        ['Esc', '关闭最上层，再离开输入框'],
      ],
      lists: [
        ['j k', '下一行、上一行'],
        ['Enter', '打开所在行'],
        ['x', '选中所在行'],
        ['Shift x', '选中到所在行为止的所有行'],
        ['u', '从详情返回列表中的所在行'],
        ['[ ]', '上一项、下一项'],
      ],
      onPages: [
        ['n', '新建任务、列表、模板、域名、测试邮件'],
        ['Mod s', '保存'],
        ['Mod Enter', '发送或执行'],
        ['p', '暂停或继续任务，暂停投递'],
      ],
    },
  },
};
