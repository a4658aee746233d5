#pragma once

#include <string>
#include <vector>

/// What is measured, and how good it has to be. Adding a work is adding an entry in rows.cpp.
namespace bench {

/// A bar on one number about a work.
struct Bar {
  enum class Of {
    peer_over_ours,     ///< the time of a contender / that of Plumb
    ours_over_peer,     ///< the other way round
    share_of_peak,      ///< floating-point operations a second / those of the fused multiply-adds
    figure,             ///< what the work says of itself, such as "allocations"
    seconds_per_figure  ///< the time / such a figure
  };
  enum class Sense { at_least, at_most };

  Of of;
  /// A contender or a figure. Contenders whose names begin so are meant, and the hardest counts.
  std::string name;
  Sense sense;
  double bound;
};

/// One work in one dtype, as contenders are told it.
struct Row {
  std::string work;
  std::string dtype;
  std::vector<Bar> bars;
  std::vector<std::string> also = {};   ///< contenders that only come where they are called
  long runs_before_loss = 5;            ///< after which losses are compared; fewer for a long work
  std::vector<std::string> tells = {};  ///< figures that are reported without a bar
};
const std::vector<Row>& rows();

/// The row that the smoke test runs.
Row smoke_row();

/// Multiplications and additions of a row's matrix products; 0 where they are not what it does.
double flops_of(const Row& row);

/// A work at many sizes, and how its cost is to grow.
struct Growth {
  std::string words;  ///< "time against length"
  std::string kind;   ///< of work; its argument is the size
  std::string dtype;
  std::string figure;  ///< what grows; empty: the time
  std::vector<long> sizes;
  double power;  ///< cost ∝ size^power
  double bound;  ///< on the largest relative deviation from that
};
const std::vector<Growth>& growths();

}  // namespace bench
