#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "content/template.hpp"
#include "content/text_part.hpp"

namespace content = sesame::content;

// The first line is the value of every name, the rest the template.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string_view value = input.substr(0, line);
  const std::string_view source = line == std::string_view::npos ? "" : input.substr(line + 1);
  const content::Template compiled(source);

  std::string untouched;
  compiled.render({}, content::Escaping::html, untouched);
  if (untouched != source) std::abort();

  std::vector<std::pair<std::string, std::string>> all;
  for (const std::string& name : compiled.names()) all.emplace_back(name, value);
  const content::Variables values(std::move(all));
  std::string header;
  content::append_escaped(value, content::Escaping::header, header);
  if (header.find_first_of("\r\n") != std::string::npos) std::abort();

  std::string body;
  content::TextPart(sesame::mime::TextKind::html, compiled).append_body(body, {values});
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\0' || (body[i] & 0x80) != 0) std::abort();
    if (body[i] == '\n' && (i == 0 || body[i - 1] != '\r')) std::abort();
    if (body[i] == '\r' && (i + 1 == body.size() || body[i + 1] != '\n')) std::abort();
  }
  return 0;
}
