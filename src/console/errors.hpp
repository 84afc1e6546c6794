#pragma once

#include "base/error.hpp"

namespace sesame::console::errors {

// The console is not served under the name in the Host header. Facts: value.
inline constexpr ErrorName kHost{
    "console.host",
    Fault::input,
    {"The console is not served under the host name `{value}`. If it should be, add the name to the setting "
     "`console.hosts`.",
     "控制台不在主机名 `{value}` 下提供服务；如需使用该名称，请将其加入设置 `console.hosts`。"}};
// A request comes from a page of another origin, or does not say from which.
inline constexpr ErrorName kOrigin{
    "console.origin",
    Fault::input,
    {"The request does not come from a page of this console.", "该请求不是由本控制台的页面发出的。"}};
// A password would cross a network in the clear.
inline constexpr ErrorName kPlainHttp{
    "console.plain_http",
    Fault::state,
    {"Over plain HTTP the console takes passwords and links from this machine only. Use HTTPS (the settings "
     "`tls.certificate` and `tls.key`, or a proxy named by `http.trusted_proxies`), or set "
     "`console.plain_http` to true.",
     "通过明文 HTTP 时，控制台只接受来自本机的密码和链接。请使用 HTTPS（设置 "
     "`tls.certificate`、`tls.key`，或由 "
     "`http.trusted_proxies` 指定的代理），或将 `console.plain_http` 设为 true。"}};
// Name and password do not belong together, or the user is disabled.
inline constexpr ErrorName kLoginWrong{
    "console.login_wrong", Fault::input, {"The name or the password is wrong.", "用户名或密码不正确。"}};
// The password is right, and a code of the second factor is missing.
inline constexpr ErrorName kCodeNeeded{
    "console.code_needed",
    Fault::state,
    {"This login also needs a code of your app, or a recovery code.", "此登录还需要验证码或恢复码。"}};
// A code of the second factor is wrong, or was used.
inline constexpr ErrorName kCodeWrong{
    "console.code_wrong",
    Fault::input,
    {"The code is wrong or was used. Wait for the next one.", "验证码不正确或已使用，请等待下一个验证码。"}};
// Too many failed logins. Facts: seconds.
inline constexpr ErrorName kThrottled{"console.throttled",
                                      Fault::temporary,
                                      {"Too many failed logins. Try again in {seconds} seconds.",
                                       "登录失败次数过多，请在 {seconds} 秒后重试。"}};
// Too many wrong codes of a second factor. Facts: seconds.
inline constexpr ErrorName kCodesThrottled{
    "console.codes_throttled",
    Fault::temporary,
    {"Too many wrong codes. Whether or not you sent them, log in with a recovery code, or wait {seconds} "
     "seconds; if you did not send them, change your password.",
     "验证码错误次数过多。无论是否由您输入，请使用恢复码登录，或等待 {seconds} "
     "秒；若并非您所输入，请修改密码。"}};
// A one-time link was used, is too old, or was never made.
inline constexpr ErrorName kLinkWrong{
    "console.link_wrong",
    Fault::input,
    {"The link was used, is too old, or is incomplete. `sesame console link` prints a new one.",
     "链接已使用、已过期或不完整。请运行 `sesame console link` 获取新链接。"}};
// Nobody has set the console up.
inline constexpr ErrorName kSetUpNeeded{
    "console.set_up_needed",
    Fault::state,
    {"The console has no owner yet. `sesame serve` prints the link that makes one when it starts, and "
     "`sesame "
     "console link` another.",
     "控制台尚无所有者。`sesame serve` 启动时会打印创建链接，也可运行 `sesame console link` 获取。"}};
// The request has no session that goes on.
inline constexpr ErrorName kNoSession{
    "console.no_session", Fault::state, {"The session has ended. Log in again.", "会话已结束，请重新登录。"}};
// The request lacks the session's own token in X-Sesame-Csrf.
inline constexpr ErrorName kCsrf{
    "console.csrf",
    Fault::input,
    {"The header `X-Sesame-Csrf` does not belong to this session. Load the page again.",
     "请求头 `X-Sesame-Csrf` 与当前会话不符，请重新加载页面。"}};
// A dangerous act needs a proof of the last minutes.
inline constexpr ErrorName kProofNeeded{
    "console.proof_needed",
    Fault::state,
    {"This act needs your password again.", "执行此操作前请再次输入密码。"}};
// A signed call came to the console, which knows sessions only.
inline constexpr ErrorName kSigned{
    "console.signed",
    Fault::input,
    {"The console takes no signed calls. Send them to `/`.", "控制台不接受签名请求，请发送到 `/`。"}};
// The body of a request of the console cannot be read. Facts: rule.
inline constexpr ErrorName kBadRequest{
    "console.bad_request", Fault::input, {"The request cannot be read: {rule}.", "无法读取该请求：{rule}。"}};
// The person may not sign with that credential.
inline constexpr ErrorName kCredential{
    "console.credential",
    Fault::state,
    {"There is no such credential, it is disabled, or your role may not sign with it.",
     "该密钥不存在、已禁用，或您的角色无权使用其签名。"}};
// The program does not listen for signed calls yet.
inline constexpr ErrorName kNoListener{"console.no_listener",
                                       Fault::temporary,
                                       {"The server is starting. Try again.", "服务器正在启动，请重试。"}};
// Content for a frame is larger than it may be. Facts: limit.
inline constexpr ErrorName kPartTooLarge{"console.part_too_large",
                                         Fault::input,
                                         {"The content is too large to be shown (more than {limit} bytes).",
                                          "内容过大，无法显示（超过 {limit} 字节）。"}};
// A session, or the program, has as many event streams as it may.
inline constexpr ErrorName kTooManyStreams{
    "console.too_many_streams",
    Fault::temporary,
    {"Too many event streams are open. The pages ask again from time to time instead.",
     "打开的事件流过多，页面将改为定时刷新。"}};
// There is nothing at the path.
inline constexpr ErrorName kNotFound{
    "console.not_found", Fault::input, {"There is nothing here.", "此处没有内容。"}};
// The path does not take the method.
inline constexpr ErrorName kMethod{
    "console.method", Fault::input, {"This path does not take the method.", "该路径不支持此方法。"}};

}  // namespace sesame::console::errors
