#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "autograd/tensor/tensor.h"

/// NumPy's .npy format, versions 1 to 3: a magic word, a header that is a Python dictionary in
/// plain text, and the numbers.
///
///     \x93NUMPY 1 0 <length> {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }\n
///     <numbers>
///
/// Nothing in such a file is trusted or executed. The header is read as text with exactly these
/// three keys, and memory is asked for only once the numbers are known to be there.
namespace autograd {

/// What the header of a .npy file says.
struct NpyHeader {
  char kind = 'f';        ///< f: floating, i: signed, u: unsigned, b: truth value
  std::size_t bytes = 8;  ///< of an element
  bool big_endian = false;
  bool fortran_order = false;  ///< the first index runs fastest
  Shape shape;
  std::size_t data_begin = 0;  ///< where the numbers begin, counted in bytes of the file

  /// f32 and f64 stay what they are, integers and truth values become i64.
  Dtype dtype() const;
  std::uint64_t data_bytes() const { return static_cast<std::uint64_t>(shape.size()) * bytes; }
};

/// Reads the header alone. `name` stands for the file in messages. Throws FileError, in one line,
/// when the bytes are not a .npy file or its element type has no place in a tensor: half and
/// extended precision, complex numbers, text, dates, records, Python objects.
NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& name);

/// The array as a tensor of the same shape in row-major order. f4 and f8 of either byte order give
/// f32 and f64; i1 to i8, u1 to u8 and bool give i64. Throws FileError as parse_npy_header does,
/// and when there are fewer or more bytes than the header promises, when a u8 does not fit into
/// i64, or when a truth value is neither 0 nor 1.
Tensor parse_npy(std::span<const std::byte> file, const std::string& name);

/// The tensor as the bytes of a .npy file of version 1, in row-major order and this machine's byte
/// order: byte for byte what np.save writes.
std::string format_npy(const Tensor& x);

}  // namespace autograd
