#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/user_operation.h"
#include "autograd/tensor/factories.h"

namespace autograd {
namespace {

TEST(Tape, PrintsATableOfWhatItRecorded) {
  const Parameter w("w", ones({2, 3}, f32));
  Tape tape;
  const Tensor x = tape.watch(ones({3}, f32));
  sum(tanh(matmul(x, w, {.b = true})) + 1, 0);
  EXPECT_EQ(tape.table(),
            "node  operation      inputs  type        bytes  kept\n"
            "0     watched                f32 [3]     12     yes\n"
            "1     w                      f32 [2, 3]  24     yes\n"
            "2     reshape        0       f32 [1, 3]  12     yes\n"
            "3     matmul (a·bᵀ)  2, 1    f32 [1, 2]  8      no\n"
            "4     reshape        3       f32 [2]     8      yes\n"
            "5     tanh           4       f32 [2]     8      no\n"
            "6     constant               f32 []      4      yes\n"
            "7     add            5, 6    f32 [2]     8      no\n"
            "8     sum (axes 0)   7       f32 []      4      no\n");
}

TEST(Tape, PrintsItselfForGraphviz) {
  Tape tape;
  const Tensor x = tape.watch(ones({2}));
  sum(x * 3);
  EXPECT_EQ(tape.graphviz(),
            "digraph tape {\n"
            "  rankdir=LR;\n"
            "  node [shape=box, fontname=\"sans-serif\"];\n"
            "  n0 [label=\"watched\\nf64 [2]\", style=bold];\n"
            "  n1 [label=\"constant\\nf64 []\", style=dotted];\n"
            "  n2 [label=\"multiply\\nf64 [2]\"];\n"
            "  n0 -> n2;\n"
            "  n1 -> n2;\n"
            "  n3 [label=\"sum (axes 0)\\nf64 []\"];\n"
            "  n2 -> n3;\n"
            "}\n");
}

TEST(Tape, QuotesNamesForGraphviz) {
  const UserOperation odd("a \"b\" \\ c", [](std::span<const Tensor> x) { return x[0]; }, {{}});
  Tape tape;
  odd({tape.watch(1)});
  EXPECT_NE(tape.graphviz().find("label=\"a \\\"b\\\" \\\\ c\\nf64 []\""), std::string::npos)
      << tape.graphviz();
}

TEST(Tape, PrintsOnlyWhatBelongsToAnInnerTape) {
  Tape outer;
  const Tensor x = outer.watch(1);
  exp(x);
  Tape inner;
  inner.watch(x);
  EXPECT_EQ(inner.size(), 1U);
  EXPECT_EQ(inner.table(),
            "node  operation  inputs  type    bytes  kept\n"
            "2     watch      0       f64 []  8      yes\n");
}

}  // namespace
}  // namespace autograd
