#pragma once

#include "base/error.hpp"

namespace sesame::senders::errors {

// A text is not a mail address. Facts: value.
inline constexpr ErrorName kAddressIllegal{"senders.address_illegal", Fault::input};
// The scope has no such sender address. Facts: value.
inline constexpr ErrorName kAddressMissing{"senders.address_missing", Fault::state};
// The scope has the sender address already. Facts: value.
inline constexpr ErrorName kAddressTaken{"senders.address_taken", Fault::state};
// A sender name could not be written as `alias <address>`, is not UTF-8 or is too long. Facts: value.
inline constexpr ErrorName kNameIllegal{"senders.name_illegal", Fault::input};
// The domain has as many sender addresses as it may have. Facts: limit.
inline constexpr ErrorName kTooManyAddresses{"senders.too_many_addresses", Fault::state};
// A text is not the name of a domain that may send. Facts: value.
inline constexpr ErrorName kDomainIllegal{"senders.domain_illegal", Fault::input};
// The scope has no such sender domain. Facts: value.
inline constexpr ErrorName kDomainMissing{"senders.domain_missing", Fault::state};
// The scope has the sender domain already. Facts: value.
inline constexpr ErrorName kDomainTaken{"senders.domain_taken", Fault::state};
// Another account has proved the domain to be its own. Facts: value.
inline constexpr ErrorName kDomainOfOther{"senders.domain_of_other", Fault::state};
// The account has as many sender domains as it may have. Facts: limit.
inline constexpr ErrorName kTooManyDomains{"senders.too_many_domains", Fault::state};
// A domain that is to be deleted still has sender addresses. Facts: value.
inline constexpr ErrorName kDomainHasAddresses{"senders.domain_has_addresses", Fault::state};
// A domain that is to be deleted still has mail under way. Facts: value.
inline constexpr ErrorName kDomainIsMailed{"senders.domain_is_mailed", Fault::state};
// A sender address that is to be deleted still has a send task that is not finished. Facts: value.
inline constexpr ErrorName kAddressIsMailed{
    "senders.address_is_mailed",
    Fault::state,
    {"A send task from{? `{value}`|the address} is not finished, or has mail that waits for another attempt. "
     "Wait until it ends, or stop it with StopSendTask.",
     "操作被拒绝。发信地址{? `{value}`}仍有未完成的发送任务或等待重试的邮件。请等待任务结束，或先用 "
     "StopSendTask 终止任务。"}};
// A sender address is to be created at a domain that is not verified. Facts: domain.
inline constexpr ErrorName kDomainNotVerified{"senders.domain_not_verified", Fault::state};
// A sender address is to be created at a domain that the scope lacks. Facts: domain.
inline constexpr ErrorName kAddressDomainMissing{
    "senders.address_domain_missing",
    Fault::state,
    {"{?The sender domain `{domain}`|The sender domain} does not exist in this account and region. Create it "
     "first "
     "with CreateEmailIdentity{? (`sesame call CreateEmailIdentity --EmailIdentity {domain}`)}.",
     "操作被拒绝。本账号该地域中不存在{?域名 `{domain}`|该域名}，请先用 CreateEmailIdentity{?（`sesame call "
     "CreateEmailIdentity --EmailIdentity {domain}`）} 创建。"}};
// The domain has no DKIM key of the size. Facts: value.
inline constexpr ErrorName kDkimNotApplied{"senders.dkim_not_applied", Fault::state};
// No record of the domain could be looked up. Facts: value.
inline constexpr ErrorName kDnsUnavailable{
    "senders.dns_unavailable",
    Fault::temporary,
    {"The DNS could not be asked about {?`{value}`|the domain}: no server answered. Nothing was changed. Try "
     "again in a few minutes.",
     "操作失败。无法查询{?域名 `{value}`|该域名}的 DNS "
     "记录：没有服务器应答。未作任何更改，请几分钟后重试。"}};
// A DKIM key was sealed with another master key, or is damaged.
inline constexpr ErrorName kKeyUnreadable{"senders.key_unreadable", Fault::internal};
// An SMTP password breaks the rules. A password is never shown: there are no facts.
inline constexpr ErrorName kPasswordWeak{"senders.password_weak", Fault::input};
// The sender address has this SMTP password already.
inline constexpr ErrorName kPasswordRepeated{"senders.password_repeated", Fault::state};
// The sender of a mail is neither `address` nor `alias <address>`. Facts: value.
inline constexpr ErrorName kSenderMalformed{"senders.sender_malformed", Fault::input};
// The domain of the sender of a mail is not a sender domain of the scope. Facts: value, domain.
inline constexpr ErrorName kSenderDomainMissing{
    "senders.sender_domain_missing",
    Fault::state,
    {"{?The sender `{value}`|The sender} may not be used: its domain{? `{domain}`} does not exist in this "
     "account "
     "and region. Create the domain with CreateEmailIdentity{? (`sesame call CreateEmailIdentity "
     "--EmailIdentity "
     "{domain}`)}, then the address with CreateEmailAddress.",
     "操作失败。{?发件人 `{value}`|发件人}不可用：本账号该地域中不存在其域名{? `{domain}`}。请先用 "
     "CreateEmailIdentity{?（`sesame call CreateEmailIdentity --EmailIdentity {domain}`）} 创建域名，再用 "
     "CreateEmailAddress 创建地址。"}};
// The sender domain of a mail is not verified. Facts: value, domain.
inline constexpr ErrorName kSenderNotVerified{"senders.sender_not_verified",
                                              Fault::state,
                                              {"{?The sender `{value}`|The sender} may not be used yet: its "
                                               "domain{? `{domain}`} exists, but is not verified. "
                                               "Publish the DNS records that GetEmailIdentity shows, then "
                                               "have them looked up with UpdateEmailIdentity.",
                                               "操作失败。{?发件人 `{value}`|发件人}暂不可用：域名{? "
                                               "`{domain}`} 已创建但未通过验证。请按 GetEmailIdentity "
                                               "显示的记录配置 DNS，再用 UpdateEmailIdentity 验证。"}};
// Too many checks of domains are under way, of the account or of all. Facts: value.
inline constexpr ErrorName kCheckUnderWay{
    "senders.check_under_way",
    Fault::temporary,
    {"Checks of domains are under way already. Ask again when they have ended: each takes at most 8 seconds.",
     "已有域名检查正在进行，每次最多 8 秒，请待其结束后重试。"}};
// The sender of a mail is not a sender address of the scope. Facts: value.
inline constexpr ErrorName kSenderUnknown{
    "senders.sender_unknown",
    Fault::state,
    {"{?The sender `{value}`|The sender} does not exist in this account and region. Create it with "
     "CreateEmailAddress{? (`sesame call CreateEmailAddress --EmailAddress {value}`)}.",
     "操作失败。本账号该地域中不存在{?发件人 `{value}`|该发件人}，请用 CreateEmailAddress{?（`sesame call "
     "CreateEmailAddress --EmailAddress {value}`）} 创建。"}};
// The sender address has an unsubscribe setting already. Facts: value.
inline constexpr ErrorName kUnsubscribeExists{
    "senders.unsubscribe_exists",
    Fault::state,
    {"{?The sender address `{value}`|The sender address} already has an unsubscribe setting. Change it with "
     "UpdateAddressUnsubscribeConfig.",
     "参数值错误。{?发信地址 `{value}`|该发信地址}已有退订设置，请用 UpdateAddressUnsubscribeConfig 修改。"}};
// The sender address has no unsubscribe setting. Facts: value.
inline constexpr ErrorName kUnsubscribeMissing{
    "senders.unsubscribe_missing",
    Fault::state,
    {"{?The sender address `{value}`|The sender address} has no unsubscribe setting. Create one with "
     "CreateAddressUnsubscribeConfig.",
     "参数值错误。{?发信地址 `{value}`|该发信地址}没有退订设置，请用 CreateAddressUnsubscribeConfig 创建。"}};

}  // namespace sesame::senders::errors
