#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "content/tracked_html.hpp"

namespace content = sesame::content;

// The first line is the value of every name, the rest the html.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const content::MailTokens tokens(content::MailTokens::Key{});
  static const content::Links links(tokens, "https://go.shop.test", "");
  const sesame::accounts::MailId mail{3, sesame::accounts::MailId::Kind::run, 41, 7};
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string_view value = input.substr(0, line);
  const std::string_view html = line == std::string_view::npos ? "" : input.substr(line + 1);

  const content::Template compiled(html);
  std::vector<std::pair<std::string, std::string>> all;
  for (const std::string& name : compiled.names()) all.emplace_back(name, value);
  const content::Variables values(std::move(all));
  std::string expected;
  compiled.render(values, content::Escaping::html, expected);

  const content::PartSource source = content::track_links(html, links, {});
  std::string without_links;
  for (const auto& piece : source.pieces()) {
    content::append_filled(without_links, piece, {values, nullptr, mail}, content::Escaping::html);
    if (piece.kind != content::PartSource::Kind::link) continue;
    std::string target;
    piece.target.render(values, content::Escaping::none, target);
    if (content::followed_target(target, links).empty()) continue;
    std::string link;
    content::append_filled(link, piece, {values, &links, mail}, content::Escaping::html);
    if (!link.starts_with("https://go.shop.test/t/c/")) std::abort();
    // A tracked target can't leave its attribute and leads to the web.
    if (link.find_first_of("\"'<> \r\n") != std::string::npos) std::abort();
    const auto opened = tokens.open(content::TokenUse::click, link.substr(link.rfind('/') + 1));
    if (!opened || opened->mail != mail || (opened->payload.front() | 0x20) != 'h') std::abort();
  }
  if (without_links != expected) std::abort();
  return 0;
}
