/** The version of the actions that the cloud's API has, too. */
export const kSes = '2020-10-02';
/** The version of the actions that only Sesame has. */
export const kOwn = '2026-12-01';

export type Version = typeof kSes | typeof kOwn;

/** The actions of the cloud's API; a test compares them with the description. */
export const kSesActions: ReadonlySet<string> = new Set([
  'CreateReceiver',
  'CreateReceiverDetail',
  'CreateReceiverDetailWithData',
  'ListReceivers',
  'ListReceiverDetails',
  'DeleteReceiver',
  'CreateEmailIdentity',
  'UpdateEmailIdentity',
  'GetEmailIdentity',
  'ListEmailIdentities',
  'DeleteEmailIdentity',
  'CreateEmailAddress',
  'ListEmailAddress',
  'DeleteEmailAddress',
  'UpdateEmailSmtpPassWord',
  'CreateAddressUnsubscribeConfig',
  'UpdateAddressUnsubscribeConfig',
  'ListAddressUnsubscribeConfig',
  'DeleteAddressUnsubscribeConfig',
  'CreateEmailTemplate',
  'UpdateEmailTemplate',
  'GetEmailTemplate',
  'ListEmailTemplates',
  'DeleteEmailTemplate',
  'SendEmail',
  'BatchSendEmail',
  'ListSendTasks',
  'GetSendEmailStatus',
  'ListBlackEmailAddress',
  'DeleteBlackList',
  'CreateCustomBlacklist',
  'ListCustomBlacklist',
  'UpdateCustomBlackList',
  'DeleteCustomBlackList',
  'GetStatisticsReport',
  'GetAbuseReport',
]);

/** What only the account that manages the others may call, and there only whoever may call everything. */
export const kManagersActions: ReadonlySet<string> = new Set([
  'CheckOutboundPort', 'CreateAccount', 'ListAccounts', 'ListDeliverySites', 'GetDeliverySite', 'ListDeliveryHolds', 'EndDeliveryHold',
  'ReloadDeliveryRules',
]);
/** What only the account that manages the others may call, and there whoever's role names it. */
export const kManagingAccountActions: ReadonlySet<string> = new Set(['ReviewEmailTemplate']);

/** Its right tells who manages users: PutUser is everybody's, for the own password. */
export const kManagesUsers = 'DeleteUser';

/** The version that an action belongs to: all others are Sesame's own. */
export function versionOf(action: string): Version {
  return kSesActions.has(action) ? kSes : kOwn;
}
