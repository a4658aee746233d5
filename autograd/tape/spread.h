#pragma once

#include "autograd/tape/plan.h"

namespace autograd::detail {

/// Writes out, block by block, the numbers of an operand that is broadcast.
class Spreader {
 public:
  Spreader(const Spread& spread, const void* from, void* to)
      : spread_(&spread), from_(from), to_(to) {}

  /// Those that numbers begin … begin + n − 1 of the chain meet. What the block before has written
  /// is not written again where it is the same.
  void write(Index begin, Index n);

 private:
  template <class T>
  void write_as(Index begin, Index n);

  const Spread* spread_;
  const void* from_;
  void* to_;
  Index written_ = 0;  // numbers at hand, of the same repetition, from the same place in the period
  Index repetition_ = -1;
  Index phase_ = 0;
};

}  // namespace autograd::detail
