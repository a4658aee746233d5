#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apps/verify/studies/arrays.h"
#include "apps/verify/studies/breast_cancer.h"
#include "apps/verify/studies/fixed_threshold.h"
#include "apps/verify/studies/images.h"
#include "apps/verify/studies/judges.h"
#include "autograd/tensor/factories.h"
#include "tests/support/message.h"

namespace verify {
namespace {

TEST(BreastCancer, HasItsSamplesFeaturesAndClasses) {
  const LabelledSamples samples = breast_cancer();
  EXPECT_EQ(samples.features, 30U);
  EXPECT_EQ(samples.x.size(), 569U * 30);
  ASSERT_EQ(samples.labels.size(), 569U);
  EXPECT_EQ(std::count(samples.labels.begin(), samples.labels.end(), 1), 357);
  EXPECT_EQ(samples.x[0], 17.99);
  EXPECT_EQ(samples.x[29], 0.1189);
}

TEST(BreastCancer, WhatIsWrongWithAFileIsToldWithItsLine) {
  const auto message = [](const std::string& text) {
    return message_of([&] { parse_samples(text, "s.csv"); });
  };
  EXPECT_EQ(parse_samples("1,2,a,b\n0.5,-1e3,1\n", "s").x, (std::vector<double>{0.5, -1000}));
  const std::string header = "s.csv: line 1: expected the header samples,features,class,class";
  for (const char* text : {"", "x,2,a,b\n", "1\n", "1,0,a,b\n"}) EXPECT_EQ(message(text), header);
  const std::string line = "s.csv:2: expected 2 numbers and a class below 2";
  for (const char* text : {"1,2,a,b\n1,0\n", "1,2,a,b\n1,2,3,0\n", "1,2,a,b\n1,x,0\n",
                           "1,2,a,b\n1,2,2\n", "1,2,a,b\n\n", "1,2,a,b\n1,2,-1\n"}) {
    EXPECT_EQ(message(text), line) << text;
  }
  EXPECT_EQ(message("2,2,a,b\n1,2,0\n"), "s.csv: its header promises 2 samples; 1 are there");
}

TEST(Images, ComeFromTheProgramUnlessAFolderIsGiven) {
  const auto images = images_of("", "mnist", "train", 1000);
  EXPECT_EQ(images.size(), 1000);
  const Pixels pixels = pixels_of(images, {3});
  ASSERT_EQ(pixels.x.size(), 784U);
  EXPECT_EQ(pixels.labels[0], images.labels[3]);
  EXPECT_EQ(*std::max_element(pixels.x.begin(), pixels.x.end()), 1);
  EXPECT_THROW(images_of("", "mnist", "train", 1001), autograd::FileError);
}

TEST(Images, MomentsOfAllPixelsAreThoseOfTheirNumbers) {
  const auto images = images_of("", "fashion-mnist", "train", 1);
  const Pixels pixels = pixels_of(images, first(images, images.size()));
  const nn::Moments expected = nn::moments(autograd::tensor(pixels.x));
  EXPECT_NEAR(moments_of(images).mean, expected.mean, 1e-11);
  EXPECT_NEAR(moments_of(images).deviation, expected.deviation, 1e-11);
}

TEST(FixedThreshold, TakesZeroOverZeroForZeroAndNamesTheWorst) {
  const std::vector<autograd::check::Block> blocks{{"u", {2}, 0}, {"v", {2}, 2}};
  const FixedCheck good = check_fixed(blocks, {0, 1, 2, 3}, {0, 1, 2, 3.0001});
  EXPECT_EQ(good.failed, 0U);
  EXPECT_EQ(describe(good), "all 4 entries pass");
  const FixedCheck bad = check_fixed(blocks, {0, 1, 2, 3}, {0, 1.001, 2, 6});
  EXPECT_EQ(bad.failed, 2U);
  EXPECT_EQ(describe(bad),
            "2 of 4 entries fail, v[1] worst: claimed 3, difference 6, relative 0.33");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(check_fixed(blocks, {nan, 1, 2, 3}, {0, 1, 2, 3}).worst, "u[0]");
}

TEST(Judges, SeeTheSameLossAsTheDifferencesInEveryStudy) {
  autograd::Random random(5);
  const by_hand::Layers layers{6, 4, 3};
  const std::vector<double> x = to_vector(random.normal({12}));
  const Problem problem{layers, autograd::f64, x, {2, 0}};
  const std::vector<double> point = to_vector(random.normal({43}));
  using by_differences::Activation;
  by_differences::LossSpec tanh, relu, sigmoid, book;
  relu.hidden = Activation::relu;
  sigmoid.hidden = Activation::sigmoid;
  book.output = Activation::tanh;
  book.loss = by_differences::LossKind::sum_squared_error;
  book.reduction = by_differences::Reduction::sum;
  const auto expect_same = [&](const by_differences::LossSpec& spec,
                               const std::vector<Judge>& judges) {
    const double loss = plain_loss(problem, spec)(point);
    for (const Judge& judge : judges) EXPECT_NEAR(judge.at(point).loss, loss, 1e-14) << judge.name;
  };
  expect_same(tanh, six_weights_judges(problem));
  expect_same(relu, flat_vector_judges(problem, by_hand::Variant::correct));
  expect_same(sigmoid, line_search_judges(problem));
  expect_same(book, by_the_book_judges(problem));
}

TEST(TermSizes, AreLargeWhereSamplesCancelOrUnitsSaturate) {
  // Two equal samples of two classes, and weights that make both probabilities one half.
  const Problem problem{{1, 1, 2}, autograd::f64, {1, 1}, {0, 1}};
  const std::vector<double> point{30, 0, 0.5, 0.5, 0, 0};  // W1, b1, W2, b2; σ(30) is nearly 1
  const std::vector<double> sizes =
      term_sizes(problem, point, by_differences::Reduction::mean, line_search_judges);
  const auto gradient = line_search_judges(problem).front().at(point).gradient;
  EXPECT_NEAR(gradient[2], 0, 1e-15);  // the samples cancel
  EXPECT_GT(sizes[2], 0.4);
  const Problem one{{1, 1, 2}, autograd::f64, {1}, {0}};
  const std::vector<double> apart{30, 0, 0.5, -0.5, 0, 0};
  EXPECT_LT(std::abs(line_search_judges(one).front().at(apart).gradient[0]), 1e-12);
  EXPECT_GT(term_sizes(one, apart, by_differences::Reduction::mean, line_search_judges)[0], 0.05);
}

TEST(Arrays, TransposeAndOneHotAreWhatTheySay) {
  EXPECT_EQ(transposed(std::vector<int>{1, 2, 3, 4, 5, 6}, 2),
            (std::vector<int>{1, 4, 2, 5, 3, 6}));
  const std::vector<std::int64_t> labels{1, 0};
  EXPECT_EQ(one_hot<float>(labels, 2), (std::vector<float>{0, 1, 1, 0}));
}

}  // namespace
}  // namespace verify
