import { wordsOf } from '../../words/words';

/** The words of the review of a template. */
export const reviewWords = wordsOf(
  {
    title: { 1: 'This template waits for its review', 2: 'This template was refused' },
    text: 'No mail is made of it until an owner, an admin or a reviewer of the account that manages the others approves it.',
    notApproved: 'It is not approved.',
    approve: 'Approve',
    refuse: 'Refuse…',
    question: 'Refuse this template?',
    reason: 'Reason, shown in the list of templates',
    do: 'Refuse',
    noReason: 'Give a reason first.',
    approved: 'Template approved',
    refused: 'Template refused',
    failed: 'The review could not be stored',
  },
  {
    title: { 1: '此模板正在等待审核', 2: '此模板未通过审核' },
    text: '在管理其他账号的账号的所有者、管理员或审核员审核通过之前，不能用它发信。',
    notApproved: '尚未通过审核。',
    approve: '通过',
    refuse: '不通过…',
    question: '确定不通过此模板？',
    reason: '审核意见，显示在模板列表中',
    do: '不通过',
    noReason: '请先填写审核意见。',
    approved: '模板已通过',
    refused: '模板未通过',
    failed: '无法保存审核结果',
  },
);
