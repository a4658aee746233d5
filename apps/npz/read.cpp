#include <new>
#include <string_view>

#include "apps/npz/archive.h"
#include "apps/npz/name.h"
#include "apps/npz/npz.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/npy.h"

namespace apps {

using autograd::FileError;
using autograd::Tensor;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view ending = ".npy";

// What is left of the memory that the arrays may take.
class Allowance {
 public:
  explicit Allowance(std::uint64_t bytes) : all_(bytes), left_(bytes) {}

  void require(std::uint64_t bytes, const std::string& place) const {
    if (bytes <= left_) return;
    throw FileError(place, "it needs " + std::to_string(bytes) +
                               " bytes of memory; the arrays of one archive may take " +
                               std::to_string(all_) + ", of which " + std::to_string(left_) +
                               " are left");
  }
  void take(std::uint64_t bytes, const std::string& place) {
    require(bytes, place);
    left_ -= bytes;
  }

 private:
  std::uint64_t all_;
  std::uint64_t left_;
};

Tensor read_array(const Archive& archive, std::uint64_t index, Allowance& allowance) {
  const Archive::Member member = archive.member(index);
  const std::string place = archive.place(member.name);
  allowance.require(member.bytes, place);
  const std::vector<std::byte> bytes = archive.read(member);
  // Small integers grow when they become i64.
  const autograd::NpyHeader header = autograd::parse_npy_header(bytes, place);
  if (header.data_bytes() <= bytes.size()) {
    const auto count = static_cast<std::uint64_t>(header.shape.size());
    allowance.take(count * autograd::size_of(header.dtype()), place);
  }
  return autograd::parse_npy(bytes, place);
}

Arrays read_arrays(const Archive& archive, const std::string& name, std::uint64_t most_bytes) {
  Arrays arrays;
  Allowance allowance(most_bytes);
  for (std::uint64_t index = 0; index < archive.count(); ++index) {
    std::string key = archive.name(index);
    const std::string place = archive.place(key);
    if (!key.ends_with(ending)) continue;
    key.resize(key.size() - ending.size());
    require_name(key, place);
    if (arrays.contains(key)) throw FileError(place, "two members have this name");
    try {
      arrays.emplace(key, read_array(archive, index, allowance));
    } catch (const std::bad_alloc&) {
      throw FileError(place, "there is no memory left to read it");
    }
  }
  if (arrays.empty()) {
    throw FileError(name, "it holds no array; expected .npy members such as np.savez writes");
  }
  return arrays;
}

}  // namespace

Arrays read_npz(const fs::path& file, std::uint64_t most_bytes) {
  std::error_code error;
  if (!fs::exists(file, error)) throw FileError(file, "there is no such file");
  if (fs::is_directory(file, error)) {
    throw FileError(file, "it is a folder; expected a .npz file");
  }
  if (!fs::is_regular_file(file, error)) throw FileError(file, "it is not a file");
  const Archive archive(ZipSource(zip_source_file_create(file.c_str(), 0, -1, nullptr)),
                        file.string());
  return read_arrays(archive, file.string(), most_bytes);
}

Arrays parse_npz(std::span<const std::byte> bytes, const std::string& name,
                 std::uint64_t most_bytes) {
  const Archive archive(ZipSource(zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr)),
                        name);
  return read_arrays(archive, name, most_bytes);
}

}  // namespace apps
