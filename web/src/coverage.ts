/**
 * Which page calls which of the 36 actions of the cloud's API by a click. A unit test compares the table with the
 * description of the API and looks for each action in its page's folder.
 */
export const kCoverage: Readonly<Record<string, readonly string[]>> = {
  domains: [
    'CreateEmailIdentity', 'UpdateEmailIdentity', 'GetEmailIdentity', 'ListEmailIdentities', 'DeleteEmailIdentity',
    'CreateEmailAddress', 'ListEmailAddress', 'DeleteEmailAddress', 'UpdateEmailSmtpPassWord',
    'CreateAddressUnsubscribeConfig', 'UpdateAddressUnsubscribeConfig', 'ListAddressUnsubscribeConfig',
    'DeleteAddressUnsubscribeConfig',
  ],
  templates: [
    'CreateEmailTemplate', 'UpdateEmailTemplate', 'GetEmailTemplate', 'ListEmailTemplates', 'DeleteEmailTemplate',
  ],
  messages: ['GetSendEmailStatus'],
  groups: [
    'CreateReceiver', 'CreateReceiverDetail', 'CreateReceiverDetailWithData', 'ListReceivers', 'ListReceiverDetails',
    'DeleteReceiver',
  ],
  tasks: ['SendEmail', 'BatchSendEmail', 'ListSendTasks'],
  blocks: [
    'ListBlackEmailAddress', 'DeleteBlackList', 'CreateCustomBlacklist', 'ListCustomBlacklist', 'UpdateCustomBlackList',
    'DeleteCustomBlackList', 'GetAbuseReport',
  ],
  statistics: ['GetStatisticsReport'],
};
