#include "apps/npz/archive.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "autograd/tensor/error.h"
#include "autograd/tensor/quote.h"

namespace apps {

using autograd::FileError;

namespace {

std::string number(std::uint64_t n) { return std::to_string(n); }

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t n = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) n = n << 8U | static_cast<unsigned char>(bytes[i]);
  return n;
}

// Up to `count` bytes of an open source from `offset` on; fewer at its end or when it fails.
std::string bytes_at(zip_source_t* source, std::uint64_t offset, std::uint64_t count) {
  std::string bytes(count, '\0');
  if (offset > static_cast<std::uint64_t>(std::numeric_limits<zip_int64_t>::max()) ||
      zip_source_seek(source, static_cast<zip_int64_t>(offset), SEEK_SET) != 0) {
    return {};
  }
  const zip_int64_t got = zip_source_read(source, bytes.data(), count);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

// libzip makes room for as many members as a zip64 directory claims. Each takes at least 46 bytes
// of the directory, so a larger claim is refused before libzip sees it, wherever it may find one:
// in a record that one of the locators in the archive's last bytes leads to.
void refuse_impossible_count(zip_source_t* source, std::uint64_t length, const std::string& name) {
  constexpr std::uint64_t farthest = 20 + 22 + 65535;  // locator, end record, longest comment
  constexpr std::uint64_t least_entry = 46;
  const std::uint64_t begin = length - std::min(length, farthest);
  const std::string tail = bytes_at(source, begin, length - begin);
  for (std::size_t at = 0; (at = tail.find("PK\x06\x07", at)) != std::string::npos; ++at) {
    if (tail.size() - at < 16) break;
    const std::uint64_t offset = little_endian(std::string_view(tail).substr(at + 8, 8));
    const std::string record = offset < length ? bytes_at(source, offset, 56) : "";
    if (record.size() < 56 || !record.starts_with("PK\x06\x06")) continue;
    const std::uint64_t claimed = std::max(little_endian(std::string_view(record).substr(24, 8)),
                                           little_endian(std::string_view(record).substr(32, 8)));
    if (claimed > length / least_entry) {
      throw FileError(name, "it is a damaged zip archive: its directory claims " + number(claimed) +
                                " members, more than its " + number(length) + " bytes can hold");
    }
  }
}

void refuse_a_single_array(const std::string& begin, const std::string& name) {
  if (begin.starts_with("\x93NUMPY")) {
    throw FileError(name,
                    "this is a single array, a .npy file, not an archive; save it with np.savez");
  }
}

std::string open_failure(ZipError& error, const std::string& begin) {
  switch (error.code()) {
    case ZIP_ER_NOZIP:
      return begin.starts_with("PK\x03\x04")
                 ? "it is cut short: the directory at the end of the zip archive is not there"
                 : "it is no zip archive; expected one such as np.savez writes";
    case ZIP_ER_MEMORY:
      return "there is no memory left to read its directory";
    default:
      return "it is a damaged zip archive, or cut short: " + error.text();
  }
}

std::string method_name(unsigned method) {
  constexpr std::array<std::pair<unsigned, const char*>, 8> known{{{1, "shrink"},
                                                                   {6, "implode"},
                                                                   {9, "deflate64"},
                                                                   {12, "bzip2"},
                                                                   {14, "lzma"},
                                                                   {93, "zstd"},
                                                                   {95, "xz"},
                                                                   {98, "ppmd"}}};
  for (const auto& [code, name] : known) {
    if (code == method) return name;
  }
  return "method " + std::to_string(method);
}

}  // namespace

Archive::Archive(ZipSource source, std::string name) : name_(std::move(name)) {
  ZipError error;
  if (source == nullptr || zip_source_open(source.get()) != 0) {
    throw FileError(name_, "it cannot be read; look at its permissions");
  }
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source.get(), &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    throw FileError(name_, "its length cannot be read");
  }
  length_ = stat.size;
  // libzip crashes when it seeks in a buffer without bytes.
  if (length_ == 0) {
    throw FileError(name_, "it is empty; expected a zip archive such as np.savez writes");
  }
  const std::string begin = bytes_at(source.get(), 0, std::min<std::uint64_t>(length_, 6));
  refuse_a_single_array(begin, name_);
  refuse_impossible_count(source.get(), length_, name_);
  zip_source_close(source.get());
  archive_.reset(zip_open_from_source(source.get(), ZIP_RDONLY, error.handle()));
  if (archive_ == nullptr) throw FileError(name_, open_failure(error, begin));
  static_cast<void>(source.release());  // the archive owns it now
}

std::uint64_t Archive::count() const {
  return static_cast<std::uint64_t>(zip_get_num_entries(archive_.get(), 0));
}

std::string Archive::name(std::uint64_t index) const {
  const char* const name = zip_get_name(archive_.get(), index, ZIP_FL_ENC_RAW);
  if (name == nullptr) {
    throw FileError(name_, "it is a damaged zip archive: member " + number(index) +
                               " has no name that can be read");
  }
  return name;
}

std::string Archive::place(const std::string& member) const {
  return name_ + ": member " + autograd::in_quotes(member);
}

Archive::Member Archive::member(std::uint64_t index) const {
  constexpr std::uint64_t deflate_most = 1032;  // 258 bytes a match, 2 bits a match at the least
  const Member member{index, name(index), 0};
  const std::string at = place(member.name);
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t needed =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if (zip_stat_index(archive_.get(), index, 0, &stat) != 0 || (stat.valid & needed) != needed) {
    throw FileError(at, "its entry in the zip archive is damaged");
  }
  if (stat.encryption_method != ZIP_EM_NONE) {
    throw FileError(at, "it is encrypted; save it without a password");
  }
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
    throw FileError(at, "it is packed by " + method_name(stat.comp_method) +
                            "; expected stored or deflated, as np.savez and np.savez_compressed "
                            "write it");
  }
  if (stat.comp_size > length_) {
    throw FileError(at, "it claims " + number(stat.comp_size) +
                            " packed bytes; the whole file has " + number(length_) +
                            "; is it cut short?");
  }
  const bool stored = stat.comp_method == ZIP_CM_STORE;
  if (stored ? stat.size != stat.comp_size : stat.size > deflate_most * stat.comp_size) {
    throw FileError(at, "it claims to unpack to " + number(stat.size) + " bytes, which its " +
                            number(stat.comp_size) + (stored ? " stored" : " deflated") +
                            " bytes cannot hold; the archive is damaged or made to exhaust memory");
  }
  return {index, member.name, stat.size};
}

std::vector<std::byte> Archive::read(const Member& member) const {
  constexpr std::size_t chunk = 1 << 20;
  const std::string at = place(member.name);
  const ZipMember opened(zip_fopen_index(archive_.get(), member.index, 0));
  if (opened == nullptr) {
    throw FileError(at, std::string("it cannot be unpacked: ") + zip_strerror(archive_.get()));
  }
  std::vector<std::byte> bytes;
  // One read beyond the promised bytes, which must find the end: there the checksum is compared.
  while (true) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::min<std::uint64_t>(chunk, member.bytes - before + 1));
    const zip_int64_t got = zip_fread(opened.get(), &bytes[before], bytes.size() - before);
    if (got < 0) {
      const bool checksum = zip_error_code_zip(zip_file_get_error(opened.get())) == ZIP_ER_CRC;
      throw FileError(
          at, checksum ? "its checksum (CRC-32) does not fit its bytes; it is damaged"
                       : std::string("it cannot be unpacked: ") + zip_file_strerror(opened.get()));
    }
    bytes.resize(before + static_cast<std::size_t>(got));
    if (got == 0 || bytes.size() > member.bytes) break;
  }
  if (bytes.size() != member.bytes) {
    throw FileError(at, "it does not unpack to the " + number(member.bytes) +
                            " bytes that its entry promises; it is damaged");
  }
  return bytes;
}

}  // namespace apps
