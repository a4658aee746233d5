#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "autograd/tape/walk.h"
#include "autograd/tensor/parallel.h"
#include "tests/autograd/tape/programs.h"

namespace autograd {

inline bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && a.dtype() == b.dtype() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * size_of(a.dtype())) ==
             0;
}

// The outputs as every step by itself gives them.
inline Outputs step_by_step(const Program& f, Inputs x) {
  const Walk walk(f, x);
  Outputs y;
  for (std::size_t k = 0; k < f.outputs(); ++k) y.push_back(walk.value(walk.output(k)));
  return y;
}

inline void expect_same_bits(const Outputs& a, const Outputs& b, const std::string& where) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k) {
    EXPECT_TRUE(same_bits(a[k], b[k])) << "output " << k << " of " << where;
  }
}

// A number of threads, as long as it is in scope.
class Threads {
 public:
  explicit Threads(int count) { set_thread_count(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { set_thread_count(1 << 20); }
};

}  // namespace autograd
