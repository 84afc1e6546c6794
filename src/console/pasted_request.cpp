#include "console/pasted_request.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/ascii.hpp"

namespace sesame::console {
namespace {

constexpr std::size_t kWordsMax = 1000;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void add_header(net::HttpRequest& request, std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  request.headers.push_back(
      {std::string(ascii::trim(line.substr(0, colon))), std::string(ascii::trim(line.substr(colon + 1)))});
}

std::optional<net::HttpRequest> read_http(std::string_view text) {
  const std::string_view first = take_line(text);
  const std::vector<std::string_view> words = ascii::split(first, ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/1.")) return std::nullopt;
  net::HttpRequest request;
  request.method = words[0];
  request.target = words[1];
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    add_header(request, line);
  }
  request.body = text;
  return request;
}

/// The words of a command as a shell would split them. nullopt when a quotation mark is left open.
std::optional<std::vector<std::string>> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size() && words.size() < kWordsMax; ++i) {
    const char c = text[i];
    if (quote == '\'') {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\\' && i + 1 < text.size()) {
      const char next = text[++i];
      const bool kept =
          quote == '"' && next != '"' && next != '\\' && next != '$' && next != '`' && next != '\n';
      if (kept) word += c;
      if (next != '\n') word += next;
      in_word = in_word || next != '\n';
    } else if (quote == '"') {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (ascii::is_space(c)) {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(word);
  return quote == 0 ? std::optional(std::move(words)) : std::nullopt;
}

void read_url(net::HttpRequest& request, std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t path = url.find_first_of("/?");
  const std::string_view rest = path == std::string_view::npos ? std::string_view() : url.substr(path);
  request.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  if (!request.has_header("host")) request.headers.push_back({"Host", std::string(url.substr(0, path))});
}

std::optional<net::HttpRequest> read_curl(std::string_view text) {
  const auto words = shell_words(text);
  if (!words) return std::nullopt;
  net::HttpRequest request;
  std::string url;
  bool has_body = false;
  for (std::size_t i = 1; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    const bool has_value = i + 1 < words->size();
    const bool data = word == "-d" || word.starts_with("--data");
    if (has_value && (word == "-H" || word == "--header")) {
      add_header(request, (*words)[++i]);
    } else if (has_value && (word == "-X" || word == "--request")) {
      request.method = (*words)[++i];
    } else if (has_value && data) {
      request.body = (*words)[++i];
      has_body = true;
    } else if (!word.starts_with('-')) {
      url = word;
    }
  }
  read_url(request, url);
  if (request.method.empty()) request.method = has_body ? "POST" : "GET";
  return request;
}

}  // namespace

std::optional<net::HttpRequest> read_pasted_request(std::string_view text) {
  while (!text.empty() && ascii::is_space(text.front())) text.remove_prefix(1);
  if (text.starts_with("$ ")) text.remove_prefix(2);
  return text.starts_with("curl ") ? read_curl(text) : read_http(text);
}

}  // namespace sesame::console
