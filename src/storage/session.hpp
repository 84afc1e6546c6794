#pragma once

#include <memory>
#include <span>

#include "storage/connection.hpp"
#include "storage/database.hpp"

namespace sesame::storage {

/// The Writer that jobs see, over a connection. The same object serves as the Reader of a query-only
/// connection. Used by the connection's thread.
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
