import type { en } from './parts.en';
import type { Translation } from './words';

export const zh: Translation<typeof en> = {
  copy: (name) => `复制 ${name}`,
  copied: '已复制',
  copyFailed: '浏览器不允许复制，请选中文本后手动复制。',
  callOf: (action) => `查看 ${action} 的调用`,
  close: '关闭',
  back: '返回',
  previous: '上一页',
  next: '下一页',
  pages: '表格翻页',
  selectAll: '选择本页所有行',
  select: (name) => `选择 ${name}`,
  typeToConfirm: (text) => `请输入 ${text} 以确认`,
  tryAgain: '重试',
  openInExplorer: '在 API Explorer 中打开',
  openCall: '为何被拒绝？',
  foundCall: '打开此次 API 调用',
  noAnswer: (detail) => `服务器没有应答：${detail}`,
  sessionEnded: '登录已失效，请重新登录。',
  waiting: (what) => (what ? `正在等待${what}。` : '仍在等待服务器应答。'),
  stop: '停止',
  contentFailed: '无法显示内容',
  outcomes: {
    delivered: '已送达',
    delayed: '延迟',
    refused: '被拒收',
    unsent: '未发送',
    left: '剩余',
  },
};
