#pragma once

#include <memory>
#include <span>

#include "storage/connection.hpp"
#include "storage/database.hpp"

namespace sesame::storage {

/// The Writer of jobs, over a connection; also the Reader over a query-only connection. Thread: one, the
/// connection's.
class Session final : public Writer {
 public:
  explicit Session(Connection& connection) : connection_(connection) {}

  std::unique_ptr<Rows> query_values(const Sql& sql, std::span<const Value> values) override;
  std::int64_t run_values(const Sql& sql, std::span<const Value> values) override;
  std::int64_t last_inserted_id() const override { return connection_.last_inserted_id(); }

 private:
  Connection& connection_;
};

}  // namespace sesame::storage
