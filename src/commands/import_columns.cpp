#include "commands/import_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "base/ascii.hpp"
#include "base/invisible.hpp"
#include "base/variable_name.hpp"
#include "commands/errors.hpp"
#include "mime/address.hpp"
#include "mime/unicode.hpp"

namespace sesame::commands {

namespace {

using Row = CsvReader::Row;

// Folded: case, blanks and punctuation do not count.
constexpr std::string_view kAddressNames[] = {
    "email",          "emailaddress", "emails",       "emailid",
    "email1",         "email1value",  "primaryemail", "workemail",
    "homeemail",      "emailadresse", "adresseemail", "emailadress",
    "emailadres",     "courriel",     "correo",       "correoelectrónico",
    "indirizzoemail", "邮箱",         "邮箱地址",     "电子邮件",
    "电子邮件地址",   "电子邮箱",     "电子邮箱地址", "邮件地址",
    "收件人邮箱",     "郵箱",         "電郵",         "電郵地址",
    "電子郵件",       "電子郵件地址", "メール",       "メールアドレス",
    "eメール",        "이메일",       "이메일주소",   "электроннаяпочта"};
// Often a postal address; the cells decide.
constexpr std::string_view kMaybeNames[] = {"address", "addresses", "recipient", "收件人", "地址"};

Error problem(std::string text) { return Error(errors::kImportFile).with("problem", std::move(text)); }

std::string folded_name(std::string_view name) {
  std::string folded;
  for (const char c : mime::folded(trim_unseen(name))) {
    const bool counts = ascii::is_alpha(c) || ascii::is_digit(c) || static_cast<signed char>(c) < 0;
    if (counts) folded += c;
  }
  return folded;
}

bool is_address(std::string_view cell) {
  return mime::check_address(trim_unseen(cell)) == mime::AddressFault::none;
}

bool has_address(const Row& row) { return std::ranges::any_of(row.cells, is_address); }

/// 2 for a name that means a mail address, 1 for one that may, else 0.
int rank_of(std::string_view name) {
  const std::string folded = folded_name(name);
  if (std::ranges::find(kAddressNames, folded) != std::end(kAddressNames)) return 2;
  return std::ranges::find(kMaybeNames, folded) != std::end(kMaybeNames) ? 1 : 0;
}

/// Whether at least half of the column's cells are addresses; nullopt when none of the rows has a cell there.
std::optional<bool> looks_like_addresses(std::span<const Row> rows, std::size_t column) {
  std::size_t cells = 0, addresses = 0;
  for (const Row& row : rows) {
    if (column >= row.cells.size() || trim_unseen(row.cells[column]).empty()) continue;
    ++cells;
    addresses += is_address(row.cells[column]) ? 1 : 0;
  }
  if (cells == 0) return std::nullopt;
  return addresses * 2 >= cells;
}

std::size_t width_of(const Row& row) {
  std::size_t width = row.cells.size();
  while (width > 1 && trim_unseen(row.cells[width - 1]).empty()) --width;
  return width;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

/// Reads a header.
class Header {
 public:
  Header(const Row& header, std::span<const Row> rows, const ColumnWishes& wishes)
      : rows_(rows), wishes_(wishes), line_(header.line) {
    columns_.has_header = true;
    columns_.width = width_of(header);
    for (std::size_t i = 0; i < columns_.width; ++i) names_.emplace_back(trim_unseen(header.cells[i]));
    const auto is_report = [](const std::string& name, const char* known) { return name == known; };
    if (names_.size() > std::size(kReportColumns) &&
        std::equal(std::begin(kReportColumns), std::end(kReportColumns), names_.begin(),
                   [&](const char* known, const std::string& name) { return is_report(name, known); }))
      columns_.skipped = std::size(kReportColumns);
  }

  Result<ImportColumns> read() {
    if (Status status = find_address(); !status) return std::move(status).error();
    if (Status status = add_variables(); !status) return std::move(status).error();
    return std::move(columns_);
  }

 private:
  Status find_address() {
    const Result<std::size_t> found = wishes_.address.empty() ? guessed() : wished();
    if (!found) return found.error();
    columns_.address = *found;
    columns_.address_name = names_[*found];
    return Done{};
  }

  Result<std::size_t> wished() const {
    std::vector<std::size_t> found;
    for (std::size_t i = columns_.skipped; i < names_.size(); ++i) {
      if (folded_name(names_[i]) == folded_name(wishes_.address)) found.push_back(i);
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1)
      return problem(
          fmt::format("{} columns are named {}; rename all but one", found.size(), wishes_.address));
    return problem(
        fmt::format("there is no column {}; line {} names {}", wishes_.address, line_, quoted_list(names_)));
  }

  Result<std::size_t> guessed() const {
    std::vector<std::size_t> best;
    std::vector<std::string> others;  // Columns of addresses under names that nobody expects.
    int best_rank = 1;
    for (std::size_t i = columns_.skipped; i < names_.size(); ++i) {
      // Nothing below a name tells nothing against it.
      const std::optional<bool> fits = looks_like_addresses(rows_, i);
      const int rank = rank_of(names_[i]) * 2 + (fits.value_or(false) ? 1 : 0);
      if (fits.value_or(false)) others.push_back(names_[i]);
      if (rank < 2 || !fits.value_or(rank_of(names_[i]) == 2)) continue;
      if (rank > best_rank) best.clear();
      if (rank >= best_rank) best.push_back(i);
      best_rank = std::max(best_rank, rank);
    }
    if (best.size() == 1) return best.front();
    if (best.empty()) return none(others);
    std::vector<std::string> names;
    for (const std::size_t column : best) names.push_back(names_[column]);
    return problem("several columns may have the address: " + quoted_list(names) +
                   "; choose one with --email-column");
  }

  Result<std::size_t> none(const std::vector<std::string>& others) const {
    // The only column with a fitting name, whatever its cells are: each row will be reported.
    std::vector<std::size_t> named;
    for (std::size_t i = columns_.skipped; i < names_.size(); ++i) {
      if (rank_of(names_[i]) == 2) named.push_back(i);
    }
    if (named.size() == 1 && others.empty()) return named.front();
    return problem(
        "the first row has no address and no column named email whose cells are addresses; name the "
        "column with --email-column" +
        (others.empty() ? "" : ": addresses are in " + quoted_list(others)));
  }

  bool is_ignored(const std::string& name) const {
    return std::ranges::any_of(wishes_.ignored, [&](const std::string& wish) {
      return folded_name(wish) == folded_name(name) && !folded_name(name).empty();
    });
  }

  Status add_variables() {
    for (const std::string& wish : wishes_.ignored) {
      if (std::ranges::none_of(names_,
                               [&](const auto& name) { return folded_name(name) == folded_name(wish); }))
        return problem(fmt::format("there is no column {} to leave out; line {} names {}", wish, line_,
                                   quoted_list(names_)));
    }
    for (std::size_t i = columns_.skipped; i < names_.size(); ++i) {
      if (i == columns_.address || is_ignored(names_[i])) continue;
      if (names_[i].empty()) {
        columns_.unnamed.push_back(i);
        continue;
      }
      const std::optional<std::string> name = variable_name(names_[i]);
      if (!name) return illegal(i);
      for (const ImportColumns::Column& other : columns_.variables) {
        if (other.name != *name) continue;
        return problem(
            fmt::format("columns {} and {} are both named `{}` (line {}); rename one, or leave both "
                        "out with --skip-column",
                        other.index + 1, i + 1, *name, line_));
      }
      columns_.variables.push_back({i, *name});
    }
    return Done{};
  }

  Error illegal(std::size_t column) const {
    return problem(fmt::format(
        "column {} is named `{}` (line {}), which no placeholder can hold: names have letters, digits, `_`, "
        "`-`, `.` and blanks, up to {} bytes; rename it, or leave it out with --skip-column '{}'",
        column + 1, names_[column], line_, kVariableNameBytesMax, names_[column]));
  }

  std::span<const Row> rows_;
  const ColumnWishes& wishes_;
  const std::uint64_t line_;
  std::vector<std::string> names_;
  ImportColumns columns_;
};

}  // namespace

Result<ImportColumns> read_columns(const std::vector<Row>& first_rows, const ColumnWishes& wishes) {
  if (first_rows.empty()) return ImportColumns{};
  const Row& first = first_rows.front();
  const std::size_t width = width_of(first);
  if (has_address(first)) {
    if (!wishes.address.empty())
      return problem(
          fmt::format("line {} has an address, so nothing names the columns; begin the file with a "
                      "line of names, or leave --email-column out",
                      first.line));
    if (width == 1) return ImportColumns{};
    return problem(
        fmt::format("line {} has an address and {} more, so nothing names the columns; begin the file "
                    "with a line of names, for example `email,name`",
                    first.line, width == 2 ? "a cell" : fmt::format("{} cells", width - 1)));
  }
  // A single cell that is not a column's name is a broken address, which must be reported.
  if (width == 1 && wishes.address.empty() && rank_of(first.cells.front()) == 0) return ImportColumns{};
  return Header(first, std::span(first_rows).subspan(1), wishes).read();
}

}  // namespace sesame::commands
