"""The error codes that the public documentation of SES 2020-10-02 lists for each action beside the common ones, as of 2026.
The description (api/) must name at least these; promises/every_documented_error.py compares."""

# Category: details; a category alone is a code, too.
LISTED = {
    "BatchSendEmail": (
        "FailedOperation: EmailContentToolarge",
        "InvalidParameterValue: BeginTimeBeforeNow EmailContentIsWrong SubjectLengthError TemplateDataError "
        "TemplateNotMatchData",
        "MissingParameter: CycleParamNecessary SendParamNecessary TimedParamNecessary",
        "OperationDenied: ReceiverNotExist ReceiverStatusError SendAddressStatusError TemplateStatusError"),
    "CreateAddressUnsubscribeConfig": (),
    "CreateCustomBlacklist": (
        "InvalidParameterValue: WrongDate",
        "LimitExceeded: ReceiverDetailRequestLimit",
        "MissingParameter: EmailsNecessary"),
    "CreateEmailAddress": (
        "InvalidParameterValue: IllegalEmailAddress IllegalSenderName RepeatEmailAddress",
        "OperationDenied: DomainNotVerified ExceedSenderLimit"),
    "CreateEmailIdentity": (
        "InvalidParameterValue: CreatedByOther InvalidEmailIdentity RepeatCreation",
        "OperationDenied: ExceedDomainLimit"),
    "CreateEmailTemplate": (
        "FailedOperation: ExceedTemplateLimit TemplateContentToolarge",
        "InvalidParameterValue: TemplateContentIsNULL TemplateContentIsWrong TemplateNameIllegal"),
    "CreateReceiver": (
        "InvalidParameterValue: ReceiverDescIllegal ReceiverNameIllegal RepeatReceiverName",
        "LimitExceeded: ExceedReceiverLimit"),
    "CreateReceiverDetail": (
        "FailedOperation: ServiceNotAvailable",
        "FailedOperation",
        "InvalidParameterValue: TemplateDataError TemplateDataInconsistent",
        "LimitExceeded: ReceiverDetailCountLimit ReceiverDetailRequestLimit",
        "MissingParameter: EmailsNecessary ReceiverIdNecessary",
        "OperationDenied: ReceiverIsOperating ReceiverNotExist"),
    "CreateReceiverDetailWithData": (
        "FailedOperation: ServiceNotAvailable",
        "InvalidParameterValue: InValidTemplateData ReceiverEmailInvalid TemplateDataError TemplateDataInconsistent "
        "TemplateDataLenLimit",
        "LimitExceeded: ReceiverDetailCountLimit ReceiverDetailRequestLimit",
        "MissingParameter: EmailsNecessary",
        "OperationDenied: ReceiverIsOperating ReceiverNotExist"),
    "DeleteAddressUnsubscribeConfig": (),
    "DeleteBlackList": (),
    "DeleteCustomBlackList": (),
    "DeleteEmailAddress": ("InvalidParameterValue: NoSuchSender",),
    "DeleteEmailIdentity": ("OperationDenied: NotAllowDelete SenderWithDomainIsNotEmpty",),
    "DeleteEmailTemplate": (),
    "DeleteReceiver": ("MissingParameter: ReceiverIdNecessary", "OperationDenied: ReceiverNotExist"),
    "GetAbuseReport": (
        "FailedOperation: InvalidLimit",
        "InternalError: QueryDataBaseFailed",
        "InvalidParameter: AppIdIsRequired InvalidEndTimeFormat InvalidStartTimeFormat"),
    "GetEmailIdentity": ("InvalidParameterValue: NotExistDomain",),
    "GetEmailTemplate": ("InvalidParameterValue: TemplateNotExist", "ResourceNotFound"),
    "GetSendEmailStatus": (
        "FailedOperation: EmailAddrInBlacklist EmailContentToolarge ExceedSendLimit FrequencyLimit HighRejectionRate "
        "IncorrectEmail InsufficientBalance InsufficientQuota InvalidLimit InvalidTemplateID NotAuthenticatedSender "
        "NotSupportDate ProtocolCheckErr TemporaryBlocked TooManyRecipients UnsupportMailType WithOutPermission "
        "WrongContentJson",
        "InvalidParameterValue: EmailAddressIsNULL EmailContentIsWrong WrongDate"),
    "GetStatisticsReport": ("InvalidParameterValue: WrongDate",),
    "ListAddressUnsubscribeConfig": (),
    "ListBlackEmailAddress": ("FailedOperation: InvalidLimit", "InvalidParameterValue: WrongDate"),
    "ListCustomBlacklist": ("FailedOperation: InvalidLimit",),
    "ListEmailAddress": (),
    "ListEmailIdentities": (),
    "ListEmailTemplates": ("FailedOperation: InvalidLimit",),
    "ListReceiverDetails": ("FailedOperation: InvalidLimit", "OperationDenied: ReceiverNotExist"),
    "ListReceivers": ("FailedOperation: InvalidLimit",),
    "ListSendTasks": ("FailedOperation: InvalidLimit",),
    "SendEmail": (
        "FailedOperation: AttachContentToolarge EmailAddrInBlacklist EmailContentToolarge ExceedSendLimit FileURLNotExist "
        "FrequencyLimit HighRejectionRate IllegalURL IncorrectEmail IncorrectSender InsufficientBalance InsufficientQuota "
        "InvalidAttachName InvalidTemplateID MissingEmailContent NoAttachPermission NotAuthenticatedSender "
        "ProtocolCheckErr ReceiverHasUnsubscribed RejectedByRecipients SendEmailErr TemporaryBlocked TooManyAttachments "
        "TooManyRecipients URLForbidden UnsupportMailType WithOutPermission WrongContentJson",
        "InvalidParameterValue: AttachContentIsWrong EmailAddressIsNULL EmailContentIsWrong InvalidEmailIdentity "
        "ReceiverEmailInvalid"),
    "UpdateAddressUnsubscribeConfig": (),
    "UpdateCustomBlackList": ("InvalidParameterValue: IllegalEmailAddress WrongDate",),
    "UpdateEmailIdentity": ("FailedOperation: DKIMNotApplied ServiceNotAvailable", "InvalidParameterValue: NotExistDomain"),
    "UpdateEmailSmtpPassWord": ("InvalidParameterValue: InvalidSmtpPassWord NoSuchSender", "OperationDenied: RepeatPassWord"),
    "UpdateEmailTemplate": (
        "InvalidParameterValue: TemplateContentIsNULL TemplateContentIsWrong TemplateNameIllegal TemplateNameIsNULL "
        "TemplateNotExist",),
}


def codes(action):
    """As they stand on the wire."""
    for entry in LISTED[action]:
        category, _, details = entry.partition(":")
        yield from (f"{category}.{detail}" for detail in details.split()) if details else (category,)
