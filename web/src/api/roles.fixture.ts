/** The actions of roles, word for word as src/accounts/roles.cpp has them; a test compares the two. */
export const kOperator = [
  '!ReviewEmailTemplate', '!ListAuditEntries', 'Get*', 'List*', 'Check*', 'Import*', '*SendTask', 'StopDryRun', '*BlackList',
  '*Blacklist', '*Unsubscribe', '*EmailTemplate', 'CreateReceiver*', 'DeleteReceiver', 'UndoImport', 'SendEmail',
  'BatchSendEmail', 'ClassifyMail', 'RestoreEmailTemplateVersion', 'DeleteInboxMails', 'PauseDelivery',
  'ResumeDelivery', '*WaitingMail', 'SimulateMailEvent', 'SetChaos',
  'RedeliverWebhookEvents', 'PutUser',
];
export const kAnalyst = ['!GetInboxMail', '!GetReturnedMail', '!ListAuditEntries', 'Get*', 'List*', 'CheckEmailTemplate', 'PutUser'];
export const kReviewer = [
  'GetLimits', 'GetEmailTemplate', 'ListEmailTemplate*', 'RenderEmailTemplate', 'CheckEmailTemplate', 'ReviewEmailTemplate', 'PutUser',
];
