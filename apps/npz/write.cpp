#include <new>
#include <vector>

#include "apps/npz/archive.h"
#include "apps/npz/name.h"
#include "apps/npz/npz.h"
#include "apps/verify/report/file.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/npy.h"
#include "autograd/tensor/quote.h"

namespace apps {

using autograd::FileError;
using autograd::Tensor;
namespace fs = std::filesystem;

namespace {

// Adds a member whose bytes must outlive the archive. The date is the first one that zip knows, so
// that the same arrays give the same file.
void add(zip_t* archive, const std::string& name, const std::string& bytes,
         const std::string& place) {
  constexpr zip_uint16_t first_of_january_1980 = 1U << 5U | 1U;
  ZipSource source(zip_source_buffer(archive, bytes.data(), bytes.size(), 0));
  const zip_int64_t index = source == nullptr ? -1
                                              : zip_file_add(archive, (name + ".npy").c_str(),
                                                             source.get(), ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    throw FileError(place, std::string("it cannot be added to the archive: ") +
                               zip_strerror(archive) + "; is its name UTF-8?");
  }
  static_cast<void>(source.release());  // the archive owns it now
  const auto place_in_archive = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(archive, place_in_archive, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(archive, place_in_archive, 0, first_of_january_1980, 0) != 0) {
    throw FileError(place,
                    std::string("it cannot be added to the archive: ") + zip_strerror(archive));
  }
}

// All bytes of a source that an archive was written into.
std::string contents(zip_source_t* source, const std::string& file) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source, &stat) == 0 && zip_source_open(source) == 0) {
    std::string bytes(stat.size, '\0');
    const zip_int64_t got = zip_source_read(source, bytes.data(), bytes.size());
    zip_source_close(source);
    if (got >= 0 && static_cast<std::uint64_t>(got) == bytes.size()) return bytes;
  }
  throw FileError(file, "the archive cannot be put together");
}

std::string format_npz(const fs::path& file, const Arrays& arrays) {
  std::vector<std::string> members;
  members.reserve(arrays.size());  // libzip keeps pointers into them
  ZipError error;
  ZipSource source(zip_source_buffer_create(nullptr, 0, 0, error.handle()));
  if (source == nullptr) throw std::bad_alloc();
  ZipHandle archive(zip_open_from_source(source.get(), ZIP_TRUNCATE, error.handle()));
  if (archive == nullptr) throw FileError(file, "the archive cannot be made: " + error.text());
  zip_source_keep(source.get());  // one reference for the archive, one for the bytes afterwards
  for (const auto& [name, x] : arrays) {
    const std::string place = file.string() + ": array " + autograd::in_quotes(name);
    require_name(name, place);
    members.push_back(autograd::format_npy(x));
    add(archive.get(), name, members.back(), place);
  }
  if (zip_close(archive.get()) != 0) {
    throw FileError(file,
                    std::string("the archive cannot be written: ") + zip_strerror(archive.get()));
  }
  static_cast<void>(archive.release());  // closed
  return contents(source.get(), file.string());
}

}  // namespace

void write_npz(const fs::path& file, const Arrays& arrays) {
  if (arrays.empty()) throw FileError(file, "there is no array to write; expected one or more");
  verify::require_writable(file);
  try {
    verify::write_whole(file, format_npz(file, arrays));
  } catch (const std::bad_alloc&) {
    throw FileError(file, "there is no memory left to put the archive together");
  }
}

}  // namespace apps
