#pragma once

#include <zip.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace apps {

struct ZipDiscard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct ZipClose {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};
struct ZipFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using ZipHandle = std::unique_ptr<zip_t, ZipDiscard>;
using ZipMember = std::unique_ptr<zip_file_t, ZipClose>;
using ZipSource = std::unique_ptr<zip_source_t, ZipFree>;

/// What libzip has to say about an error.
class ZipError {
 public:
  ZipError() { zip_error_init(&error_); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;
  ~ZipError() { zip_error_fini(&error_); }

  zip_error_t* handle() { return &error_; }
  int code() const { return zip_error_code_zip(&error_); }
  std::string text() { return zip_error_strerror(&error_); }

 private:
  zip_error_t error_{};
};

/// A zip archive to read from, whose directory is not believed: every size that it gives is held
/// against the length of the archive first. All messages are FileErrors that name the file, and the
/// member where there is one.
class Archive {
 public:
  struct Member {
    std::uint64_t index = 0;
    std::string name;
    std::uint64_t bytes = 0;  ///< unpacked, as far as the directory is right
  };

  Archive(ZipSource source, std::string name);

  std::uint64_t count() const;

  /// The name of a member.
  std::string name(std::uint64_t index) const;

  /// A member that can be unpacked: not encrypted, stored or deflated, of a size that its packed
  /// bytes can hold.
  Member member(std::uint64_t index) const;

  /// All bytes of a member; memory is asked for as they arrive. Their checksum is right.
  std::vector<std::byte> read(const Member& member) const;

  /// `FILE: member "NAME"`, to begin a message with.
  std::string place(const std::string& member) const;

 private:
  std::string name_;
  std::uint64_t length_ = 0;
  ZipHandle archive_;
};

}  // namespace apps
