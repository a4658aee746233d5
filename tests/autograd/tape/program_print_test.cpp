#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/elementwise.h"
#include "autograd/ops/index.h"
#include "autograd/ops/linalg.h"
#include "autograd/ops/reduce.h"
#include "autograd/tape/program.h"
#include "autograd/tape/tape.h"
#include "autograd/tape/user_operation.h"
#include "autograd/tensor/factories.h"

namespace autograd {
namespace {

using Inputs = std::span<const Tensor>;
using Outputs = std::vector<Tensor>;
using Json = nlohmann::json;

Program layer() {
  const Parameter w("w", ones({2, 3}, f32));
  return Program::record(
      [&](Inputs x) {
        const Tensor y = exp(matmul(x[0], w, {.b = true}) + 1);
        return Outputs{sum(y, 0), y};
      },
      {ones({4, 3}, f32)});
}

TEST(ProgramPrint, IsATableOfTheSteps) {
  EXPECT_EQ(layer().table(),
            "step  operation      inputs  type        bytes  kept  last read by  chain\n"
            "0     input 0                f32 [4, 3]  48     yes   2\n"
            "1     w                      f32 [2, 3]  24     yes   2\n"
            "2     matmul (a·bᵀ)  0, 1    f32 [4, 2]  32     no    4\n"
            "3     constant               f32 []      4      no    4\n"
            "4     add            2, 3    f32 [4, 2]  32     no    5             1\n"
            "5     exp            4       f32 [4, 2]  32     yes   output        1\n"
            "6     sum (axes 0)   5       f32 [2]     8      no    output\n");
}

TEST(ProgramPrint, LeavesTheReaderOpenOfWhatNobodyReads) {
  const Program f = Program::record([](Inputs x) { return Outputs{x[1]}; }, {1, 2});
  EXPECT_EQ(f.table(),
            "step  operation  inputs  type    bytes  kept  last read by  chain\n"
            "0     input 0            f64 []  8      no\n"
            "1     input 1            f64 []  8      no    output\n");
}

TEST(ProgramPrint, KeepsNoValueForThePullbackOfAConstant) {
  const Program f = Program::record(
      [](Inputs x) {
        return Outputs{x[0] * tensor({1, 2})};
      },
      {ones({2})});
  const Json json = Json::parse(f.json());
  EXPECT_FALSE(json["steps"][0]["kept"]);  // dx = dy·c looks at c alone
  EXPECT_TRUE(json["steps"][1]["kept"]);
}

TEST(ProgramPrint, IsAGraph) {
  EXPECT_EQ(layer().graphviz(),
            "digraph program {\n"
            "  rankdir=LR;\n"
            "  node [shape=box, fontname=\"sans-serif\"];\n"
            "  n0 [label=\"input 0\\nf32 [4, 3]\", style=bold];\n"
            "  n1 [label=\"w\\nf32 [2, 3]\", style=bold];\n"
            "  n2 [label=\"matmul (a·bᵀ)\\nf32 [4, 2]\"];\n"
            "  n0 -> n2;\n"
            "  n1 -> n2;\n"
            "  n3 [label=\"constant\\nf32 []\", style=dotted];\n"
            "  n4 [label=\"add\\nf32 [4, 2]\"];\n"
            "  n2 -> n4;\n"
            "  n3 -> n4;\n"
            "  n5 [label=\"exp\\nf32 [4, 2]\", peripheries=2];\n"
            "  n4 -> n5;\n"
            "  n6 [label=\"sum (axes 0)\\nf32 [2]\", peripheries=2];\n"
            "  n5 -> n6;\n"
            "}\n");
}

TEST(ProgramPrint, IsJson) {
  const Json json = Json::parse(layer().json());
  EXPECT_EQ(json["outputs"], Json({6, 5}));
  ASSERT_EQ(json["steps"].size(), 7U);
  EXPECT_EQ(json["steps"][2], Json::parse(R"({"step": 2, "operation": "matmul", "settings": "a·bᵀ",
                                              "inputs": [0, 1], "dtype": "f32", "shape": [4, 2],
                                              "bytes": 32, "kept": false})"));
  EXPECT_EQ(json["steps"][3]["shape"], Json::array());
  EXPECT_EQ(json["steps"][0]["operation"], "input 0");
  EXPECT_EQ(json["steps"][1]["operation"], "w");
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(json["steps"][i]["step"], i);
}

TEST(ProgramPrint, QuotesNames) {
  const std::string name = "a \"b\" \\ c\n\td";
  const UserOperation odd(name, [](Inputs x) { return x[0]; }, {{}});
  const Program f = Program::record([&](Inputs x) { return Outputs{odd({x[0]})}; }, {1});
  EXPECT_EQ(Json::parse(f.json())["steps"][1]["operation"], name);
  EXPECT_NE(f.graphviz().find("label=\"a \\\"b\\\" \\\\ c\\n\td\\nf64 []\""), std::string::npos)
      << f.graphviz();
}

TEST(ProgramPrint, OfNothingIsJsonToo) {
  const Program f = Program::record([](Inputs) { return Outputs{}; }, {});
  const Json json = Json::parse(f.json());
  EXPECT_TRUE(json["steps"].empty());
  EXPECT_TRUE(json["outputs"].empty());
}

}  // namespace
}  // namespace autograd
