#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::commands {

/// One cell of a table: what people read, and its value in JSON.
class Cell {
 public:
  Cell(std::string text) : text_(std::move(text)), json_(boost::json::string(text_)) {}
  Cell(const char* text) : Cell(std::string(text)) {}
  /// "20,000" for people, 20000 in JSON.
  static Cell number(std::uint64_t number);
  /// A number that identifies something: without commas.
  static Cell id(std::uint64_t number);
  static Cell list(const std::vector<std::string>& words);
  static Cell flag(bool value, const char* when_true, const char* when_false);

  const std::string& text() const { return text_; }
  const boost::json::value& json() const { return json_; }

 private:
  Cell(std::string text, boost::json::value json) : text_(std::move(text)), json_(std::move(json)) {}

  std::string text_;
  boost::json::value json_;
};

/// Rows under heads, for people or for programs. A value.
class Table {
 public:
  explicit Table(std::vector<std::string> heads) : heads_(std::move(heads)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  std::size_t size() const { return rows_.size(); }

  /// Columns as wide as their widest cell; within `width` columns of a terminal, if given, by wrapping the
  /// cells of the widest ones.
  std::string text(std::optional<unsigned> width) const;
  /// A list of objects whose keys are the heads in lower case: "may_call".
  std::string json() const;

 private:
  std::vector<std::size_t> widths(std::optional<unsigned> width) const;

  std::vector<std::string> heads_;
  std::vector<std::vector<Cell>> rows_;
};

/// Text in lines of at most `width` columns, cut at blanks where there are some.
std::vector<std::string> wrapped_lines(std::string_view text, std::size_t width);

/// The number of terminal columns that UTF-8 text takes.
std::size_t columns_of(std::string_view text);

}  // namespace sesame::commands
