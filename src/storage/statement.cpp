#include <sqlite3.h>

#include "base/utf8.hpp"
#include "storage/connection.hpp"

namespace sesame::storage {
namespace {

/// A null pointer would bind NULL: an empty text or blob stays one.
const char* start_of(std::string_view bytes) { return bytes.data() != nullptr ? bytes.data() : ""; }

auto lifetime_of(Statement::Parameters parameters) {
  return parameters == Statement::Parameters::copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
}

}  // namespace

Statement::~Statement() {
  const ConnectionOptions& options = connection_->options_;
  if (spent_ > options.slow_query && options.on_slow_query) {
    options.on_slow_query(compiled_->name, std::chrono::duration_cast<std::chrono::milliseconds>(spent_));
  }
  if (!compiled_->cached) {
    sqlite3_finalize(compiled_->handle);
    delete compiled_;
    return;
  }
  sqlite3_reset(compiled_->handle);
  sqlite3_clear_bindings(compiled_->handle);
  compiled_->running = false;
}

void Statement::bind(std::span<const Value> values, Parameters parameters) {
  const int wanted = sqlite3_bind_parameter_count(compiled_->handle);
  if (static_cast<std::size_t>(wanted) != values.size()) {
    throw Failure(Failure::Kind::other, compiled_->name,
                  "takes " + std::to_string(wanted) + " parameters, got " + std::to_string(values.size()));
  }
  int position = 0;
  for (const Value& value : values) {
    ++position;
    int code = SQLITE_OK;
    switch (value.kind()) {
      case Value::Kind::null:
        code = sqlite3_bind_null(compiled_->handle, position);
        break;
      case Value::Kind::integer:
        code = sqlite3_bind_int64(compiled_->handle, position, value.integer());
        break;
      case Value::Kind::text:
        code = bind_text(position, value.bytes(), parameters);
        break;
      case Value::Kind::blob:
        code = sqlite3_bind_blob64(compiled_->handle, position, start_of(value.bytes()), value.bytes().size(),
                                   lifetime_of(parameters));
        break;
    }
    if (code != SQLITE_OK) connection_->fail(code, compiled_->name);
  }
}

int Statement::bind_text(int position, std::string_view text, Parameters parameters) {
  if (utf8::storable(text)) {
    return sqlite3_bind_text64(compiled_->handle, position, start_of(text), text.size(),
                               lifetime_of(parameters), SQLITE_UTF8);
  }
  const ConnectionOptions& options = connection_->options_;
  const bool changes_rows = sqlite3_stmt_readonly(compiled_->handle) == 0;
  if (changes_rows && options.on_mended_text) options.on_mended_text(compiled_->name);
  const std::string mended = utf8::mended_to_store(text);
  return sqlite3_bind_text64(compiled_->handle, position, mended.data(), mended.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8);
}

bool Statement::step() {
  const Clock* clock = connection_->options_.clock;
  const auto begun = clock != nullptr ? clock->steady_now() : std::chrono::steady_clock::time_point{};
  const int code = sqlite3_step(compiled_->handle);
  if (clock != nullptr) spent_ += clock->steady_now() - begun;
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->fail(code, compiled_->name);
  return false;
}

int Statement::columns() const { return sqlite3_column_count(compiled_->handle); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(compiled_->handle, column); }

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(compiled_->handle, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(compiled_->handle, column))};
}

Blob Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(compiled_->handle, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(compiled_->handle, column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(compiled_->handle, column) == SQLITE_NULL;
}

}  // namespace sesame::storage
