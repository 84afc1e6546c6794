#include "engagement/unsubscribe_page.hpp"

#include <sodium.h>

#include <array>

#include "base/base64.hpp"
#include "content/template.hpp"

namespace sesame::engagement {
namespace {

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--text:#1c1e21;--soft:#5b616b;--line:#d9dce1;"
    "--main:#1f5fbf}"
    "@media(prefers-color-scheme:dark){:root{--back:#15171a;--card:#1f2226;--text:#eceef0;--soft:#a7adb6;"
    "--line:#363b42;--main:#2b69d4}}"
    "*{box-sizing:border-box}"
    "body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:1rem;"
    "background:var(--back);color:var(--text);font:1.0625rem/1.6 system-ui,-apple-system,'Segoe UI',Roboto,"
    "'Noto Sans','PingFang SC','Microsoft YaHei',sans-serif}"
    "main{width:100%;max-width:30rem;padding:2rem;background:var(--card);border:1px solid var(--line);"
    "border-radius:.75rem}"
    "h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.35;overflow-wrap:anywhere}"
    "p{margin:0 0 1.25rem;color:var(--soft);overflow-wrap:anywhere}"
    "form{margin:0}"
    "button{width:100%;min-height:3rem;padding:.5rem 1rem;font:inherit;font-weight:600;color:#fff;"
    "background:var(--main);border:1px solid var(--main);border-radius:.5rem;cursor:pointer}"
    "button.quiet{color:var(--text);background:none;border-color:var(--line);font-weight:400}"
    "button:focus-visible{outline:3px solid var(--main);outline-offset:3px}"
    "hr{margin:0 0 1.25rem;border:0;border-top:1px solid var(--line)}"
    "p.slip{margin-bottom:.75rem}"
    "p:last-child{margin-bottom:0}";

using Escaping = content::Escaping;

void append_text(std::string& out, std::string_view text) {
  content::append_escaped(text, Escaping::html, out);
}

/// Isolates a name or an address: it keeps its own direction among Arabic words.
void append_isolated(std::string& out, std::string_view text) {
  out += "<bdi>";
  append_text(out, text);
  out += "</bdi>";
}

/// Fills in a text's {domain} and {address}.
void append_filled(std::string& out, std::string_view text, const Subscription* subscription) {
  constexpr std::string_view kDomain = "{domain}", kAddress = "{address}";
  while (subscription != nullptr) {
    const std::size_t at = text.find('{');
    if (at == std::string_view::npos) break;
    const bool domain = text.substr(at).starts_with(kDomain);
    append_text(out, text.substr(0, at));
    append_isolated(out, domain ? subscription->sender_domain : hinted_address(subscription->address));
    text.remove_prefix(at + (domain ? kDomain : kAddress).size());
  }
  append_text(out, text);
}

struct Button {
  std::string_view field, value, text;
  bool quiet = false;
};

void append_form(std::string& out, const Button& button) {
  out.append("<form method=\"post\"><input type=\"hidden\" name=\"").append(button.field);
  out.append("\" value=\"").append(button.value).append("\"><button type=\"submit\"");
  if (button.quiet) out += " class=\"quiet\"";
  out += '>';
  append_text(out, button.text);
  out += "</button></form>";
}

struct Words {
  std::string_view heading, detail;
};

Words words_of(const content::UnsubscribeTexts& texts, UnsubscribeView view) {
  switch (view) {
    case UnsubscribeView::ask:
      return {texts.ask, texts.ask_detail};
    case UnsubscribeView::done:
      return {texts.done, texts.done_detail};
    case UnsubscribeView::again:
      return {texts.again, texts.again_detail};
    case UnsubscribeView::invalid:
      return {texts.invalid, texts.invalid_detail};
    case UnsubscribeView::failed:
      return {texts.failed, texts.failed_detail};
  }
  return {texts.failed, texts.failed_detail};
}

void append_buttons(std::string& out, const content::UnsubscribeTexts& texts, UnsubscribeView view,
                    const Subscription* subscription) {
  if (view == UnsubscribeView::ask) {
    append_form(out, {kUnsubscribeField, kUnsubscribeValue, texts.button});
    return;
  }
  const bool may_return = subscription != nullptr && subscription->state == Subscription::State::unsubscribed;
  if (view != UnsubscribeView::done || !may_return) return;
  out += "<hr><p class=\"slip\">";
  append_text(out, texts.slip);
  out += "</p>";
  append_form(out, {kSubscribeField, kSubscribeValue, texts.again_button, true});
}

}  // namespace

std::string unsubscribe_page(const content::UnsubscribeTexts& texts, UnsubscribeView view,
                             const Subscription* subscription) {
  const Words words = words_of(texts, view);
  std::string page = "<!DOCTYPE html>\n<html lang=\"";
  page.append(texts.tag).append("\" dir=\"").append(texts.direction);
  page +=
      "\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>";
  append_text(page, texts.title);
  page.append("</title><style>").append(kStyle).append("</style></head><body><main role=\"main\"><h1>");
  append_filled(page, words.heading, subscription);
  page += "</h1><p role=\"status\">";
  append_filled(page, words.detail, subscription);
  page += "</p>";
  append_buttons(page, texts, view, subscription);
  page += "</main></body></html>\n";
  return page;
}

const std::string& unsubscribe_page_policy() {
  static const std::string policy = [] {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(kStyle.data()), kStyle.size());
    const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
    return "default-src 'none'; style-src 'sha256-" + encode_base64(bytes) +
           "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  }();
  return policy;
}

std::string hinted_address(std::string_view address) {
  constexpr std::string_view kHidden = "•••";
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0) return std::string(kHidden);
  // The whole first character, of several bytes or one.
  std::size_t end = 1;
  while (end < at && (static_cast<unsigned char>(address[end]) & 0xc0) == 0x80) ++end;
  std::string hint(address.substr(0, end));
  hint += kHidden;
  hint += address.substr(at);
  return hint;
}

}  // namespace sesame::engagement
