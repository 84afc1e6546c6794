#include "storage/read_beside.hpp"

#include "storage/connection.hpp"
#include "storage/failure.hpp"
#include "storage/session.hpp"

namespace sesame::storage {

Status read_beside(const std::string& path, const Clock& clock, const Database::ReadJob& job) {
  try {
    ConnectionOptions options;
    options.path = path;
    options.query_only = true;
    options.clock = &clock;
    Connection connection(std::move(options));
    JobEffects effects;
    Session session(connection, effects);
    return job(session);
  } catch (const Failure& failure) {
    return failure.error();
  }
}

}  // namespace sesame::storage
