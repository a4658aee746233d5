#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "autograd/ops/operation.h"
#include "tests/autograd/ops/problem.h"

// The judge of the table is itself judged: for every row it must reject mistakes that are planted
// in the right Jacobian. And no operation may be without a row.

namespace autograd {
namespace {

using Numbers = std::vector<double>;

struct Mistake {
  std::string name;
  std::optional<Numbers> (*in)(Numbers g, const std::vector<check::Block>& blocks);
};

std::optional<Numbers> scaled(Numbers g, double factor) {
  for (double& number : g) number *= factor;
  return g;
}

const Mistake mistakes[]{
    {"sign", [](Numbers g, const auto&) { return scaled(std::move(g), -1); }},
    {"factor 2", [](Numbers g, const auto&) { return scaled(std::move(g), 2); }},
    {"one entry",
     [](Numbers g, const auto&) -> std::optional<Numbers> {
       const auto largest = std::max_element(
           g.begin(), g.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
       *largest *= 1.01;
       return g;
     }},
    {"another operand's",
     [](Numbers g, const std::vector<check::Block>& blocks) -> std::optional<Numbers> {
       if (blocks.size() < 2 || blocks[0].count() != blocks[1].count()) return {};
       std::swap_ranges(g.begin(), g.begin() + blocks[0].count(), g.begin() + blocks[1].offset);
       return g;
     }},
};

class Judge : public testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(Of, Judge, testing::ValuesIn(table()),
                         [](const auto& row) { return row.param.name(); });

TEST_P(Judge, RejectsEveryPlantedMistakeThatChangesTheJacobian) {
  const Problem problem(GetParam(), GetParam().small.front());
  const Shape& outputs = problem.cotangent().shape();
  for (const Mistake& mistake : mistakes) {
    bool changes = false;
    bool possible = false;
    bool rejected = true;
    for (Index i = 0; i < outputs.size(); ++i) {
      const Tensor w = one_at(outputs, i);
      const auto f = [&](std::span<const double> point) {
        return weighted_sum(w, problem.value(problem.at(point)));
      };
      const Numbers right = problem.gradient(problem.inputs(), w);
      const std::optional<Numbers> wrong = mistake.in(right, problem.blocks());
      if (!wrong) continue;
      possible = true;
      if (*wrong == right) continue;
      changes = true;
      rejected = rejected && !objection(f, problem, *wrong).empty();
    }
    const auto& harmless = GetParam().harmless;
    const bool declared =
        std::find(harmless.begin(), harmless.end(), mistake.name) != harmless.end();
    if (!possible) continue;
    EXPECT_EQ(!changes, declared) << mistake.name;
    EXPECT_TRUE(rejected) << mistake.name;
  }
}

// The operations that a tape records of a row, one inside another, so that `watch` is among them.
std::vector<std::string> recorded(const Row& row) {
  const Problem problem(row, row.small.front());
  Tape tape;
  std::vector<Tensor> inputs;
  for (const Tensor& x : problem.inputs()) {
    inputs.push_back(is_floating(x.dtype()) ? tape.watch(x) : x);
  }
  problem.value(inputs);
  std::istringstream lines(tape.table());
  std::vector<std::string> operations;
  for (std::string line; std::getline(lines, line);) {
    std::string node, operation;
    std::istringstream(line) >> node >> operation;
    operations.push_back(operation);
  }
  return operations;
}

TEST(Table, HasARowForEveryOperationThatTheLibraryKnows) {
  for (const std::string_view operation : ops::catalogue()) {
    const auto has = [&](const Row& row) {
      if (row.operation != operation) return false;
      const std::vector<std::string> seen = recorded(row);
      return std::find(seen.begin(), seen.end(), operation) != seen.end();
    };
    EXPECT_TRUE(std::any_of(table().begin(), table().end(), has))
        << "add a row for " << operation << " to tests/autograd/ops/table.cpp";
  }
}

TEST(Table, SeesEveryFamilyInTheCatalogue) {
  const std::vector<std::string_view> all = ops::catalogue();
  for (const std::string_view one :
       {"add", "tanh", "sum", "permute", "matmul", "pick", "softmax"}) {
    EXPECT_EQ(std::count(all.begin(), all.end(), one), 1) << one;
  }
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

}  // namespace
}  // namespace autograd
