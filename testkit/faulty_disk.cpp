#include "testkit/faulty_disk.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace sesame::testkit {

struct FaultyDisk::FileSystem {
  sqlite3_vfs vfs;  // First: SQLite hands us a pointer to it.
  sqlite3_vfs* real;
  FaultyDisk* disk;
};

namespace {

/// SQLite's state of an open file; the real file system's part follows it in memory.
struct File {
  sqlite3_file base;
  FaultyDisk* disk;
  const std::string* path;
  sqlite3_file* real;
};

File& self(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return self(file).real; }

int close_file(sqlite3_file* file) {
  const int code = real(file)->pMethods->xClose(real(file));
  delete self(file).path;
  return code;
}

int read_file(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
  if (!self(file).disk->has_power()) return SQLITE_IOERR_READ;
  return real(file)->pMethods->xRead(real(file), into, bytes, offset);
}

int write_file(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
  return self(file).disk->write(*self(file).path, real(file), from, bytes, offset);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return self(file).disk->truncate(*self(file).path, real(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  return self(file).disk->sync(*self(file).path, real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* held) {
  return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int control(sqlite3_file* file, int what, void* with) {
  return real(file)->pMethods->xFileControl(real(file), what, with);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int shared_map(sqlite3_file* file, int page, int bytes, int extend, void volatile** at) {
  return real(file)->pMethods->xShmMap(real(file), page, bytes, extend, at);
}
int shared_lock(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shared_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shared_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

constexpr sqlite3_io_methods kMethods = {
    2,           close_file,     read_file,    write_file, truncate_file, sync_file,       file_size,
    lock_file,   unlock_file,    check_lock,   control,    sector_size,   characteristics, shared_map,
    shared_lock, shared_barrier, shared_unmap, nullptr,    nullptr};

FaultyDisk::FileSystem& system_of(sqlite3_vfs* vfs) {
  return *reinterpret_cast<FaultyDisk::FileSystem*>(vfs);
}

int open_file(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  auto& system = system_of(vfs);
  File& opened = self(file);
  opened.real = reinterpret_cast<sqlite3_file*>(&opened + 1);
  opened.disk = system.disk;
  const int code = system.real->xOpen(system.real, path, opened.real, flags, out_flags);
  opened.base.pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  opened.path = code == SQLITE_OK ? new std::string(path != nullptr ? path : "") : nullptr;
  return code;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  auto& system = system_of(vfs);
  if (!system.disk->has_power()) return SQLITE_IOERR_DELETE;
  return system.real->xDelete(system.real, path, sync_folder);
}

void write_back(int file, std::int64_t offset, const std::vector<char>& bytes) {
  if (pwrite(file, bytes.data(), bytes.size(), offset) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the faulty disk can't go back");
  }
}

}  // namespace

FaultyDisk::FaultyDisk() : file_system_(new FileSystem{}) {
  static std::atomic<int> count = 0;
  name_ = "faulty-disk-" + std::to_string(++count);
  sqlite3_vfs* real_vfs = sqlite3_vfs_find(nullptr);
  *file_system_ = {*real_vfs, real_vfs, this};
  sqlite3_vfs& vfs = file_system_->vfs;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
  vfs.zName = name_.c_str();
  vfs.pNext = nullptr;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  sqlite3_vfs_register(&vfs, 0);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&file_system_->vfs);
  delete file_system_;
}

int FaultyDisk::write(const std::string& path, sqlite3_file* file, const void* from, int bytes,
                      std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  if (!has_power_ || write_errors_) return SQLITE_IOERR_WRITE;
  if (full_) return SQLITE_FULL;
  remember(path, file, offset, bytes);
  return file->pMethods->xWrite(file, from, bytes, offset);
}

int FaultyDisk::truncate(const std::string& path, sqlite3_file* file, std::int64_t size) {
  const std::lock_guard lock(mutex_);
  if (!has_power_ || write_errors_) return SQLITE_IOERR_TRUNCATE;
  sqlite3_int64 now = 0;
  file->pMethods->xFileSize(file, &now);
  if (now > size) remember(path, file, size, now - size);
  return file->pMethods->xTruncate(file, size);
}

int FaultyDisk::sync(const std::string& path, sqlite3_file* file, int flags) {
  const std::lock_guard lock(mutex_);
  ++syncs_;
  if (!has_power_ || sync_errors_) return SQLITE_IOERR_FSYNC;
  unsynced_.erase(path);
  return file->pMethods->xSync(file, flags);
}

void FaultyDisk::remember(const std::string& path, sqlite3_file* file, std::int64_t offset,
                          std::int64_t bytes) {
  Unsynced change{0, offset, {}};
  sqlite3_int64 size = 0;
  file->pMethods->xFileSize(file, &size);
  change.file_bytes = size;
  const std::int64_t old_bytes = std::clamp<std::int64_t>(size - offset, 0, bytes);
  change.old_bytes.resize(static_cast<std::size_t>(old_bytes));
  if (old_bytes > 0)
    file->pMethods->xRead(file, change.old_bytes.data(), static_cast<int>(old_bytes), offset);
  unsynced_[path].push_back(std::move(change));
}

void FaultyDisk::lose_power() {
  const std::lock_guard lock(mutex_);
  has_power_ = false;
  for (auto& [path, changes] : unsynced_) {
    const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) continue;  // Deleted since.
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
      write_back(file, change->offset, change->old_bytes);
      if (ftruncate(file, change->file_bytes) != 0) throw std::runtime_error("the faulty disk can't go back");
    }
    close(file);
  }
  unsynced_.clear();
}

void FaultyDisk::restore_power() { has_power_ = true; }

}  // namespace sesame::testkit
