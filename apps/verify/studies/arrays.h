#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

#include "apps/verify/by_hand/plain.h"

// Small conversions between the flat double vectors of the studies and plain arrays of any dtype.

namespace verify {

/// The numbers in another precision.
template <class To, class From>
std::vector<To> cast(const std::vector<From>& numbers) {
  std::vector<To> result;
  result.reserve(numbers.size());
  for (const From v : numbers) result.push_back(static_cast<To>(v));
  return result;
}

/// The four arrays one after another, in double.
template <class Arrays>
std::vector<double> flatten(const Arrays& p) {
  std::vector<double> flat;
  for (const auto* block : {&p.W1, &p.b1, &p.W2, &p.b2}) {
    flat.insert(flat.end(), block->begin(), block->end());
  }
  return flat;
}

/// The transpose of a matrix (rows, columns).
template <class T>
std::vector<T> transposed(const std::vector<T>& matrix, std::size_t rows) {
  const std::size_t columns = rows == 0 ? 0 : matrix.size() / rows;
  std::vector<T> result(matrix.size());
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) result[j * rows + i] = matrix[i * columns + j];
  }
  return result;
}

/// 1 at each label, 0 elsewhere: (N, classes).
template <class T>
std::vector<T> one_hot(std::span<const std::int64_t> labels, std::size_t classes) {
  std::vector<T> rows(labels.size() * classes, T(0));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    rows[i * classes + static_cast<std::size_t>(labels[i])] = T(1);
  }
  return rows;
}

}  // namespace verify
