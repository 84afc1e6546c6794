#include "storage/failure.hpp"

#include "storage/errors.hpp"

namespace sesame::storage {

namespace {

const ErrorName& name_of(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::full:
      return errors::kFull;
    case Failure::Kind::io:
      return errors::kFailed;
    case Failure::Kind::corrupt:
      return errors::kCorrupt;
    case Failure::Kind::other:
      return errors::kJobFailed;
  }
  return errors::kJobFailed;
}

}  // namespace

Error Failure::error() const {
  return Error(durability_unknown_ ? errors::kSyncLost : name_of(kind_)).because(text_);
}

}  // namespace sesame::storage
