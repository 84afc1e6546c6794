#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audience/audience_fixture.hpp"
#include "audience/import_rows.hpp"
#include "audience/imports.hpp"

/// Imports that are begun, fed, read and undone in a real database.
namespace sesame::audience {

class ImportTest : public AudienceTest {
 protected:
  Import begin(std::int64_t group_id, bool leave_out = false, std::uint64_t recipients = 0) {
    auto begun = try_begin(group_id, leave_out, recipients);
    EXPECT_TRUE(begun) << begun.error().reason();
    return begun ? *begun : Import{};
  }
  Result<Import> try_begin(std::int64_t group_id, bool leave_out = false, std::uint64_t recipients = 0,
                           std::string_view token = {}, std::string_view file = "people.csv") {
    return database_.change([&](storage::Writer& w) {
      return begin_import(w, scope_,
                          {.group_id = group_id,
                           .file_name = file,
                           .author = "demo",
                           .client_token = token,
                           .leave_out = leave_out,
                           .recipients = recipients},
                          options_, now());
    });
  }
  Result<Import> feed_data(const Import& import, std::uint32_t part, const std::vector<RowWithData>& rows,
                           bool with_data, std::uint64_t first_line, bool last) {
    Result<PartRules> rules = database_.look(
        [&](storage::Reader& r) { return read_part_rules(r, scope_, {.import_id = import.id}); });
    if (!rules) return rules.error();
    rules->with_data = with_data;
    Result<PreparedPart> prepared = prepare_part(uploads_->rules(), rows, *rules, now());
    if (!prepared) return prepared.error();
    return database_.change([&](storage::Writer& w) {
      return add_part(w, *uploads_, scope_, {import.id, part, first_line, last}, &*prepared, now());
    });
  }
  Result<Import> feed(const Import& import, std::uint32_t part, const std::vector<std::string>& addresses,
                      std::uint64_t first_line = 1, bool last = false) {
    std::vector<RowWithData> rows;
    for (const std::string& address : addresses) rows.push_back({address, {}});
    return feed_data(import, part, rows, false, first_line, last);
  }
  /// A call without rows.
  Result<Import> call(const Import& import, std::uint32_t part, bool last = false) {
    return database_.change([&](storage::Writer& w) {
      return add_part(w, *uploads_, scope_, {import.id, part, 1, last}, nullptr, now());
    });
  }
  void set(std::int64_t id, const std::string& column, std::uint64_t number) {
    const std::string text = "UPDATE audience_import SET " + column + " = ?2 WHERE id = ?1";
    database_.change([&](storage::Writer& w) { w.run(storage::Sql{"test.set", text}, id, number); });
  }
  Result<Import> stop(std::int64_t id) {
    return database_.change([&](storage::Writer& w) { return stop_undo(w, scope_, id); });
  }
  std::vector<std::string> variables(std::int64_t group_id) {
    return database_.look([&](storage::Reader& r) { return variable_names(r, group_id); });
  }
  Result<Import> undo(std::int64_t id) {
    return database_.change([&](storage::Writer& w) { return begin_undo(w, scope_, id, now()); });
  }
  Import find(std::int64_t id) {
    auto found = database_.look([&](storage::Reader& r) { return find_import(r, scope_, id); });
    EXPECT_TRUE(found);
    return found ? *found : Import{};
  }
  std::vector<ImportRow> rows_of(std::int64_t id, std::uint64_t limit = 1000, bool odd_only = false) {
    std::vector<ImportRow> rows;
    const Import import = find(id);
    for (std::uint64_t after = 0;;) {
      auto page = database_.look([&](storage::Reader& r) {
        return list_import_rows(r, import, {.after = after, .limit = limit, .odd_only = odd_only});
      });
      EXPECT_TRUE(page);
      if (!page) return rows;
      rows.insert(rows.end(), page->rows.begin(), page->rows.end());
      if (page->next_after == 0) return rows;
      EXPECT_GT(page->next_after, after);
      after = page->next_after;
    }
  }
  static std::vector<std::string> people(int from, int to) {
    std::vector<std::string> made;
    for (int i = from; i < to; ++i) made.push_back("p" + std::to_string(i) + "@shop.test");
    return made;
  }
};

}  // namespace sesame::audience
