#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "autograd/tensor/tensor.h"

/// NumPy's .npz format: a zip archive of .npy files, one an array, as np.savez and
/// np.savez_compressed write it.
///
/// Nothing in an archive is trusted. No member is ever written to disk, so a name is only a name;
/// no size is believed before it is held against the bytes that are there; nothing is unpickled.
namespace apps {

using Arrays = std::map<std::string, autograd::Tensor>;

/// How many bytes the arrays of one archive may take in memory, unless told otherwise: 4 GiB.
inline constexpr std::uint64_t npz_most_bytes = std::uint64_t{1} << 32U;

/// The arrays of an archive by their names without ".npy"; other members are passed over. Element
/// types and shapes are those of autograd::parse_npy. Throws autograd::FileError, in one line that
/// names the file and the member: when the file cannot be read, is no zip archive, is damaged or
/// cut short; when a member is encrypted, packed in another way than deflate, named twice, or named
/// like a path out of a folder; when its checksum or its array is wrong; when the arrays take more
/// than `most_bytes`; when there is none.
Arrays read_npz(const std::filesystem::path& file, std::uint64_t most_bytes = npz_most_bytes);

/// The same from bytes in memory; `name` stands for the file in messages.
Arrays parse_npz(std::span<const std::byte> bytes, const std::string& name,
                 std::uint64_t most_bytes = npz_most_bytes);

/// Writes the arrays as np.savez does, not compressed, the whole file or none: a file that is there
/// is replaced at the end. The same arrays give the same bytes. Throws autograd::FileError when the
/// file cannot be written, when there is no array, or when a name is empty, not UTF-8, or like a
/// path out of a folder.
void write_npz(const std::filesystem::path& file, const Arrays& arrays);

}  // namespace apps
