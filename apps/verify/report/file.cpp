#include "apps/verify/report/file.h"

#include <unistd.h>

#include <fstream>

#include "autograd/tensor/error.h"

namespace verify {

using autograd::FileError;
namespace fs = std::filesystem;

namespace {

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// Where a link leads, so that it is its target that is replaced and not the link.
fs::path target_of(const fs::path& file) {
  std::error_code error;
  if (!fs::is_symlink(file, error)) return file;
  const fs::path target = fs::weakly_canonical(file, error);
  return error ? file : target;
}

}  // namespace

void require_writable(const fs::path& name) {
  std::error_code error;
  if (name.empty()) throw autograd::Error("expected the name of a file to write; got an empty one");
  const fs::path file = target_of(name);
  if (!file.has_filename() || fs::is_directory(file, error)) {
    throw FileError(file, "it is a folder; expected the name of a file to write");
  }
  if (fs::exists(file, error) && !fs::is_regular_file(file, error)) {
    throw FileError(file, "it is a device or a pipe; expected the name of a file to write");
  }
  const fs::path folder = folder_of(file);
  if (!fs::is_directory(folder, error)) {
    throw FileError(file, "there is no folder " + folder.string() + " to write it into");
  }
  if (access(folder.c_str(), W_OK) != 0) {
    throw FileError(file, "the folder " + folder.string() + " does not let itself be written to");
  }
}

void write_whole(const fs::path& name, const std::string& text) {
  require_writable(name);
  const fs::path file = target_of(name);
  fs::path temporary = file;
  temporary += ".part" + std::to_string(getpid());
  std::error_code error;
  {
    std::ofstream out(temporary, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
      fs::remove(temporary, error);
      throw FileError(file, "it cannot be written; is the disk full?");
    }
  }
  fs::rename(temporary, file, error);
  if (!error) return;
  const std::string reason = error.message();
  fs::remove(temporary, error);
  throw FileError(file, "it cannot be put in place: " + reason);
}

}  // namespace verify
