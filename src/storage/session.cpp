#include "storage/session.hpp"

namespace sesame::storage {
namespace {

class StatementRows final : public Rows {
 public:
  StatementRows(Connection& connection, const Sql& sql, std::span<const Value> values)
      : statement_(connection.statement(sql)) {
    set_columns(statement_.columns());
    // The caller's values are destroyed with the call that makes the rows; the rows are read later.
    statement_.bind(values, Statement::Parameters::copy);
  }

 private:
  /// After the end it stays at the end: SQLite would start the statement again.
  bool step() override { return more_ = more_ && statement_.step(); }
  std::int64_t integer(int column) const override { return statement_.integer(column); }
  std::string_view text(int column) const override { return statement_.text(column); }
  Blob blob(int column) const override { return statement_.blob(column); }
  bool is_null(int column) const override { return statement_.is_null(column); }

  Statement statement_;
  bool more_ = true;
};

}  // namespace

void JobEffects::commit() {
  for (const auto& then : committed_) then();
  committed_.clear();
  undone_.clear();
  published_.clear();
}

void JobEffects::undo() {
  for (auto undo = undone_.rbegin(); undo != undone_.rend(); ++undo) (*undo)();
  committed_.clear();
  undone_.clear();
  published_.clear();
}

std::unique_ptr<Rows> Session::query_values(const Sql& sql, std::span<const Value> values) {
  return std::make_unique<StatementRows>(connection_, sql, values);
}

std::int64_t Session::run_values(const Sql& sql, std::span<const Value> values) {
  Statement statement = connection_.statement(sql);
  statement.bind(values, Statement::Parameters::outlive_statement);
  while (statement.step()) {
  }
  return connection_.changed_rows();
}

}  // namespace sesame::storage
