#include "nn/data/preprocess.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

namespace nn {
namespace {

using autograd::f32;
using autograd::f64;
using autograd::Index;
using autograd::tensor;
using autograd::Tensor;

const double s = std::sqrt(1.5);  // (1, 2, 3) scaled is (−s, 0, s)

TEST(Preprocess, MomentsDivideByTheCount) {
  const Moments m = moments(tensor({{1, 2}, {3, 6}}));
  EXPECT_DOUBLE_EQ(m.mean, 3);
  EXPECT_DOUBLE_EQ(m.deviation, std::sqrt(3.5));
}

TEST(Preprocess, ZScoreOverRowsAndColumnsTakesEachByItself) {
  const Tensor rows = z_score(tensor({{1, 2, 3}, {30, 20, 10}}), Over::rows);
  const Tensor columns = z_score(tensor({{1, 30}, {2, 20}, {3, 10}}), Over::columns);
  const std::vector<double> expected_rows{-s, 0, s, s, 0, -s};
  const std::vector<double> expected_columns{-s, s, 0, 0, s, -s};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(to_vector(rows)[i], expected_rows[i], 1e-15);
    EXPECT_NEAR(to_vector(columns)[i], expected_columns[i], 1e-15);
  }
  EXPECT_EQ(rows.shape(), autograd::Shape({2, 3}));
}

TEST(Preprocess, ZScoreOverEverythingKeepsShapeAndDtype) {
  const Tensor x = z_score(tensor({{1, 2}, {3, 6}}, f32), Over::everything);
  EXPECT_EQ(x.shape(), autograd::Shape({2, 2}));
  EXPECT_EQ(x.dtype(), f32);
  EXPECT_FLOAT_EQ(x.values<float>()[3], 3 / std::sqrt(3.5F));
}

TEST(Preprocess, StandardizeTakesTheMomentsOfAnotherSet) {
  const Tensor x = standardize(tensor({1, 5}), {3, 2});
  EXPECT_EQ(to_vector(x), (std::vector<double>{-1, 1}));
}

TEST(Preprocess, WhatHasNoVarianceIsNamed) {
  EXPECT_EQ(message_of([] {
              z_score(tensor({{1, 7}, {2, 7}}), Over::columns);
            }),
            "z_score: column 1 has no variance; leave it out or scale over more numbers");
  EXPECT_EQ(message_of([] {
              z_score(tensor({{1, 2}, {7, 7}}), Over::rows);
            }),
            "z_score: row 1 has no variance; leave it out or scale over more numbers");
  EXPECT_EQ(message_of([] {
              z_score(tensor({0.1, 0.1, 0.1}), Over::everything);
            }),
            "z_score: the tensor has no variance; leave it out or scale over more numbers");
  EXPECT_EQ(message_of([] {
              standardize(tensor({1, 2}), {0, 0});
            }),
            "standardize: expected a deviation above 0; got 0.000000");
}

TEST(Preprocess, ZScoreRefusesShapesAndDtypesThatItCannotScale) {
  EXPECT_EQ(message_of([] {
              z_score(tensor({1, 2}), Over::rows);
            }),
            "z_score: rows and columns need a shape [n, d]; got [2]");
  EXPECT_EQ(message_of([] {
              z_score(autograd::zeros({0, 3}), Over::columns);
            }),
            "z_score: there are no numbers; got [0, 3]");
  EXPECT_EQ(message_of([] {
              z_score(tensor(std::vector<Index>{1, 2}), Over::everything);
            }),
            "z_score: expected f32 or f64; got i64; convert it first");
  EXPECT_EQ(message_of([] { moments(autograd::zeros({0})); }),
            "moments: there are no numbers; got [0]");
}

TEST(Preprocess, AccuracyCountsTheFirstOfEqualsAndNeverANan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor scores = tensor({{1, 3, 2}, {5, 5, 0}, {0, 0, 1}, {nan, 0, 9}});
  EXPECT_EQ(accuracy(scores, tensor(std::vector<Index>{1, 0, 0, 2})), 0.5);
  EXPECT_EQ(accuracy(scores, tensor(std::vector<Index>{1, 1, 2, 0})), 0.5);
}

TEST(Preprocess, AccuracyRefusesScoresAndLabelsThatDoNotFit) {
  EXPECT_EQ(message_of([] {
              accuracy(tensor({{1, 2}}), tensor(std::vector<Index>{0, 1}));
            }),
            "accuracy: expected scores [n, classes] and labels [n]; got [1, 2] and [2]");
  EXPECT_EQ(message_of([] {
              accuracy(tensor({{1, 2}}), tensor({0.0}));
            }),
            "accuracy: expected labels i64 [n]; got f64 [1]");
}

}  // namespace
}  // namespace nn
