"""The business errors of the API as a table: for each action and code a request that provokes it, and the codes that
cannot happen in this build, each with the reason. Read by promises/every_documented_error.py."""
from sending_error_cases import send_cases, statistics_cases, status_cases, suppression_cases, task_cases
from setup_error_cases import domain_cases, group_cases, sender_cases, template_cases, upload_cases


def cases():
    for family in (group_cases, upload_cases, domain_cases, sender_cases, template_cases, send_cases, task_cases, status_cases,
                   suppression_cases, statistics_cases):
        yield from family()


# Provoked by tests of their own because they need a moment and not a request.
ALL_CODES = "promises/every_documented_error.py"
BY_MOMENT = {(action, "OperationDenied.ReceiverIsOperating"): ALL_CODES
             for action in ("CreateReceiverDetail", "CreateReceiverDetailWithData", "DeleteReceiver")}
BY_MOMENT |= {("DeleteEmailAddress", "OperationDenied.NotAllowDelete"): ALL_CODES,
              ("DeleteEmailIdentity", "OperationDenied.NotAllowDelete"): ALL_CODES,
              ("UpdateEmailIdentity", "FailedOperation.ServiceNotAvailable"): ALL_CODES,
              ("SendEmail", "FailedOperation.FrequencyLimit"): "promises/tasks_keep_their_time.py"}

NO_BALANCE = "there are no balances and no rejection rates"
NO_LINK_CHECK = "links in the content are not examined"
NOT_AT_CALL = "the remote side is asked after the call was answered; GetSendEmailStatus tells"

CANNOT_HAPPEN = {
    ("CreateReceiverDetail", "FailedOperation.ServiceNotAvailable"): "a full or stopped store has the common codes",
    ("CreateReceiverDetailWithData", "FailedOperation.ServiceNotAvailable"): "a full or stopped store has the common codes",
    ("CreateReceiverDetail", "InvalidParameterValue.TemplateDataError"): "its request carries no template data",
    ("CreateReceiverDetail", "FailedOperation"): "each refusal has a code that says more",
    ("GetEmailTemplate", "ResourceNotFound"): "an unknown template is TemplateNotExist",
    ("UpdateEmailIdentity", "FailedOperation.DKIMNotApplied"): "both keys are made with the domain",
    ("SendEmail", "FailedOperation.HighRejectionRate"): NO_BALANCE,
    ("SendEmail", "FailedOperation.InsufficientBalance"): NO_BALANCE,
    ("SendEmail", "FailedOperation.InsufficientQuota"): NO_BALANCE,
    ("SendEmail", "FailedOperation.NoAttachPermission"): "every account may send attachments",
    ("SendEmail", "FailedOperation.IllegalURL"): NO_LINK_CHECK,
    ("SendEmail", "FailedOperation.URLForbidden"): NO_LINK_CHECK,
    ("SendEmail", "FailedOperation.ProtocolCheckErr"): "what breaks the protocol has the common codes",
    ("SendEmail", "FailedOperation.RejectedByRecipients"): NOT_AT_CALL,
    ("SendEmail", "FailedOperation.SendEmailErr"): NOT_AT_CALL,
    ("SendEmail", "FailedOperation.TemporaryBlocked"): NOT_AT_CALL,
    ("SendEmail", "FailedOperation.UnsupportMailType"): "there is one type of mail",
    ("SendEmail", "InvalidParameterValue.InvalidEmailIdentity"): "a sender at an unknown domain is NotAuthenticatedSender",
    ("SendEmail", "InvalidParameterValue.ReceiverEmailInvalid"): "a malformed recipient is IncorrectEmail",
    ("GetAbuseReport", "InternalError.QueryDataBaseFailed"): "the database fails for no request, only for its disk",
    ("GetAbuseReport", "InvalidParameter.AppIdIsRequired"): "every credential belongs to an account",
}
# Its documentation repeats the codes of sending. It sends nothing: what became of a mail is told as SendStatus.
CANNOT_HAPPEN |= {("GetSendEmailStatus", code): "a look-up sends nothing" for code in (
    *(f"FailedOperation.{detail}" for detail in (
        "EmailAddrInBlacklist", "EmailContentToolarge", "ExceedSendLimit", "FrequencyLimit", "HighRejectionRate", "IncorrectEmail",
        "InsufficientBalance", "InsufficientQuota", "InvalidTemplateID", "NotAuthenticatedSender", "ProtocolCheckErr",
        "TemporaryBlocked", "TooManyRecipients", "UnsupportMailType", "WithOutPermission", "WrongContentJson")),
    "InvalidParameterValue.EmailAddressIsNULL", "InvalidParameterValue.EmailContentIsWrong")}

# Cannot happen, and a source names them all the same: they guard what the excuse says.
GUARDS = {"FailedOperation.DKIMNotApplied", "InternalError.QueryDataBaseFailed"}
