#include "apps/verify/claim_file/claim_file.h"

#include <cmath>
#include <limits>

#include "tests/apps/verify/claim_file/archive.h"

namespace verify {
namespace {

using Said = std::vector<std::string>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double loss_of(const NetworkClaim& claim) {
  return loss_of(claim.network, claim.samples, claim.point);
}

/// What a reading of these arrays says the loss is.
double told_loss(const Archive& arrays, WeightOrder weights, SampleOrder samples, bool average) {
  FileSettings s = settings();
  s.weights = weights;
  s.samples = samples;
  s.average = average;
  return loss_of(read(arrays, s).claim);
}

TEST(ClaimFile, ReadsAnArchiveIntoANetworkAndItsClaim) {
  const NetworkClaim claim = read(archive()).claim;
  EXPECT_EQ(claim.network.widths, (std::vector<std::size_t>{4, 3, 2}));
  EXPECT_EQ(claim.network.hidden, std::vector<Activation>{Activation::tanh});
  EXPECT_EQ(claim.network.biases, (std::vector<bool>{true, true}));
  EXPECT_TRUE(claim.network.average);
  EXPECT_EQ(claim.network.l2, 0);
  EXPECT_EQ(claim.network.scale, 1);
  EXPECT_EQ(claim.samples.count, 5U);
  EXPECT_EQ(claim.samples.x, to_vector(numbers({5, 4}, 1)));
  EXPECT_EQ(claim.samples.labels, (std::vector<std::int64_t>{0, 1, 1, 0, 1}));
  EXPECT_EQ(claim.samples.targets, (std::vector<double>{1, 0, 0, 1, 0, 1, 1, 0, 0, 1}));
  EXPECT_TRUE(claim.samples.masks.empty());
  ASSERT_EQ(claim.point.size(), 23U);
  EXPECT_EQ(claim.point[12], to_vector(numbers({3}, 3))[0]);
  EXPECT_EQ(claim.gradient[15], to_vector(numbers({2, 3}, 8))[0]);
  EXPECT_FALSE(claim.loss.has_value());
  EXPECT_EQ(claim.dtype, autograd::f64);
  EXPECT_EQ(claim.name, "claim.npz");
  EXPECT_TRUE(claim.names.empty());
}

TEST(ClaimFile, PassesOnWhatTheSettingsTell) {
  FileSettings s = settings();
  s.l2 = 0.25;
  s.scale = 3;
  s.average = false;
  s.output = Output::sigmoid;
  s.loss = Loss::squared_error;
  const Reading reading = read(archive(), s);
  EXPECT_EQ(reading.claim.network.l2, 0.25);
  EXPECT_EQ(reading.claim.network.scale, 3);
  EXPECT_FALSE(reading.claim.network.average);
  EXPECT_EQ(reading.claim.network.output, Output::sigmoid);
  EXPECT_EQ(reading.claim.network.loss, Loss::squared_error);
}

TEST(ClaimFile, SaysWhatTheShapesDecidedAndWhatIsTheDefault) {
  EXPECT_EQ(read(archive()).said,
            (Said{"weights read as (out, in): the only reading that fits the shapes",
                  "samples read as rows of X: the only reading that fits the shapes",
                  "the loss read as the mean over the samples, the default"}));
}

TEST(ClaimFile, SaysNothingOfWhatItWasTold) {
  FileSettings s = settings();
  s.weights = WeightOrder::out_in;
  s.samples = SampleOrder::rows;
  s.average = true;
  EXPECT_EQ(read(archive(), s).said, Said{});
}

TEST(ClaimFile, TurnsWeightsAndTheirClaimsThatAreStoredInputsFirst) {
  Archive arrays = archive();
  for (const char* name : {"W1", "W2", "dW1", "dW2"}) arrays[name] = turned(arrays[name]);
  const Reading reading = read(arrays);
  EXPECT_EQ(reading.said[0], "weights read as (in, out): the only reading that fits the shapes");
  EXPECT_EQ(reading.claim.point, read(archive()).claim.point);
  EXPECT_EQ(reading.claim.gradient, read(archive()).claim.gradient);
}

TEST(ClaimFile, TurnsSamplesTargetsAndMasksThatAreStoredInColumns) {
  Archive rows = archive(), columns;
  rows.erase("y");
  rows["Y"] = numbers({5, 2}, 10);
  rows["mask1"] = numbers({5, 3}, 11);
  columns = rows;
  for (const char* name : {"X", "Y", "mask1"}) columns[name] = turned(rows[name]);
  const Reading reading = read(columns);
  EXPECT_EQ(reading.said[1], "samples read as columns of X: the only reading that fits the shapes");
  const Samples expected = read(rows).claim.samples, samples = reading.claim.samples;
  EXPECT_EQ(samples.x, expected.x);
  EXPECT_EQ(samples.targets, expected.targets);
  EXPECT_EQ(samples.masks, expected.masks);
  EXPECT_TRUE(samples.labels.empty());
}

TEST(ClaimFile, RepeatsAMaskThatIsTheSameForAllSamples) {
  Archive arrays = archive();
  arrays["mask1"] = autograd::tensor({0, 2, 2});
  const Samples samples = read(arrays).claim.samples;
  ASSERT_EQ(samples.masks.size(), 1U);
  EXPECT_EQ(samples.masks[0], (std::vector<double>{0, 2, 2, 0, 2, 2, 0, 2, 2, 0, 2, 2, 0, 2, 2}));
}

TEST(ClaimFile, TakesVectorsAsRowsOrColumnsAndLayersWithoutABias) {
  Archive arrays = archive();
  arrays["b1"] = arrays["b1"].reshaped({3, 1});
  arrays["db1"] = arrays["db1"].reshaped({1, 3});
  arrays["y"] = arrays["y"].reshaped({5, 1});
  arrays.erase("b2");
  arrays.erase("db2");
  const NetworkClaim claim = read(arrays).claim;
  EXPECT_EQ(claim.network.biases, (std::vector<bool>{true, false}));
  EXPECT_EQ(claim.point.size(), 21U);
  EXPECT_EQ(claim.samples.labels.size(), 5U);
}

TEST(ClaimFile, TakesWholeFloatingPointLabels) {
  Archive arrays = archive();
  arrays["y"] = autograd::tensor({0, 1, 1, 0, 1}, autograd::f32);
  EXPECT_EQ(read(arrays).claim.samples.labels, (std::vector<std::int64_t>{0, 1, 1, 0, 1}));
}

TEST(ClaimFile, ReadsAVectorOfTargetsWhereThereIsOneOutput) {
  Archive arrays = archive();
  arrays["W2"] = numbers({1, 3}, 4);
  arrays["dW2"] = numbers({1, 3}, 8);
  arrays["b2"] = numbers({1}, 5);
  arrays["db2"] = numbers({1}, 9);
  arrays["y"] = autograd::tensor({0.5, 1.5, -2, 0, 1});
  FileSettings s = settings();
  s.output = Output::identity;
  s.loss = Loss::squared_error;
  const std::vector<double> expected{0.5, 1.5, -2, 0, 1};
  EXPECT_EQ(read(arrays, s).claim.samples.targets, expected);
  arrays["Y"] = arrays["y"];
  arrays.erase("y");
  EXPECT_EQ(read(arrays, s).claim.samples.targets, expected);
}

TEST(ClaimFile, IsInFloat32WhereAnyClaimIs) {
  Archive arrays = archive();
  arrays["X"] = arrays["X"].converted(autograd::f32);
  arrays["W1"] = arrays["W1"].converted(autograd::f32);
  EXPECT_EQ(read(arrays).claim.dtype, autograd::f64);
  arrays["db2"] = arrays["db2"].converted(autograd::f32);
  EXPECT_EQ(read(arrays).claim.dtype, autograd::f32);
}

TEST(ClaimFile, PassesNanInTheClaimOn) {
  Archive arrays = archive();
  arrays["db1"] = autograd::tensor({kNan, 1, 2});
  EXPECT_TRUE(std::isnan(read(arrays).claim.gradient[12]));
}

TEST(ClaimFile, ReadsALossOfAnyShapeOfOneNumber) {
  Archive arrays = archive();
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{1, 1}}) {
    arrays["loss"] = autograd::full(shape, 0.5);
    EXPECT_EQ(read(arrays).claim.loss, 0.5);
  }
}

TEST(ClaimFile, TheLossInTheFileTellsTheSumFromTheMean) {
  Archive arrays = archive();
  for (const bool average : {true, false}) {
    const double loss = told_loss(arrays, WeightOrder::out_in, SampleOrder::rows, average);
    Archive with = arrays;
    with["loss"] = autograd::scalar(loss * (1 + 1e-9));
    const Reading reading = read(with);
    EXPECT_EQ(reading.claim.network.average, average);
    EXPECT_EQ(reading.said[2], "the loss read as the " + std::string(average ? "mean" : "sum") +
                                   " over the samples: the only reading that gives the loss in "
                                   "the file");
  }
}

TEST(ClaimFile, ALossThatNoReadingGivesIsLeftToTheJudge) {
  Archive arrays = archive();
  arrays["loss"] = autograd::scalar(77);
  const Reading reading = read(arrays);
  EXPECT_EQ(reading.claim.loss, 77);
  EXPECT_EQ(reading.said[2],
            "the loss read as the mean over the samples, the default: neither mean nor sum gives "
            "the loss in the file");
}

TEST(ClaimFile, TheLossInTheFileTellsTheOrientation) {
  for (const WeightOrder w : {WeightOrder::out_in, WeightOrder::in_out}) {
    for (const SampleOrder s : {SampleOrder::rows, SampleOrder::columns}) {
      for (const bool average : {true, false}) {
        Archive arrays = square();
        arrays["loss"] = autograd::scalar(told_loss(arrays, w, s, average));
        const Reading reading = read(arrays);
        FileSettings told = settings();
        told.weights = w;
        told.samples = s;
        told.average = average;
        EXPECT_EQ(reading.claim.point, read(arrays, told).claim.point);
        EXPECT_EQ(reading.claim.samples.x, read(arrays, told).claim.samples.x);
        EXPECT_EQ(reading.claim.network.average, average);
        ASSERT_EQ(reading.said.size(), 3U);
        EXPECT_NE(reading.said[0].find("the only reading that gives the loss in the file"),
                  std::string::npos)
            << reading.said[0];
      }
    }
  }
}

TEST(ClaimFile, AFloat32LossTellsToWithinItsPrecision) {
  Archive arrays = archive();
  arrays["dW1"] = arrays["dW1"].converted(autograd::f32);
  const double loss = told_loss(arrays, WeightOrder::out_in, SampleOrder::rows, false);
  arrays["loss"] = autograd::scalar(loss * (1 + 1e-4));
  EXPECT_FALSE(read(arrays).claim.network.average);
  arrays["dW1"] = arrays["dW1"].converted(autograd::f64);
  EXPECT_TRUE(read(arrays).claim.network.average);
}

TEST(ClaimFile, AsksWhereMoreThanOneReadingFits) {
  EXPECT_EQ(refusal(square()),
            "claim.npz: more than one reading fits the shapes: say --weights out-in where weights "
            "are (out, "
            "in), or --weights in-out where (in, out); and --samples rows where each row of X is a "
            "sample, or --samples columns where each column is; a loss in the file could also "
            "tell");
  FileSettings s = settings();
  s.samples = SampleOrder::rows;
  EXPECT_EQ(refusal(square(), s),
            "claim.npz: more than one reading fits the shapes: say --weights out-in where weights "
            "are (out, "
            "in), or --weights in-out where (in, out); a loss in the file could also tell");
  s.samples.reset();
  s.weights = WeightOrder::out_in;
  EXPECT_EQ(refusal(square(), s),
            "claim.npz: more than one reading fits the shapes: say --samples rows where each row "
            "of X is a "
            "sample, or --samples columns where each column is; a loss in the file could also "
            "tell");
  s.samples = SampleOrder::columns;
  EXPECT_EQ(read(square(), s).claim.network.widths, (std::vector<std::size_t>{2, 2, 2}));
}

TEST(ClaimFile, AsksWhereTheLossHelpsNoFurther) {
  FileSettings s = settings();
  s.samples = SampleOrder::rows;
  Archive arrays = square();
  arrays["loss"] = autograd::scalar(77);
  EXPECT_EQ(
      refusal(arrays, s),
      "claim.npz: more than one reading fits the shapes, and none gives the loss: say --weights "
      "out-in where weights are (out, in), or --weights in-out where (in, out)");
  for (const char* name : {"W1", "W2"}) arrays[name] = autograd::eye(2);
  arrays["loss"] =
      autograd::scalar(told_loss(arrays, WeightOrder::out_in, SampleOrder::rows, true));
  EXPECT_EQ(
      refusal(arrays, s),
      "claim.npz: more than one reading fits the shapes and the loss: say --weights out-in where "
      "weights are (out, in), or --weights in-out where (in, out)");
}

TEST(ClaimFile, OneNumberOfEverythingHasOneReading) {
  const Archive arrays{{"X", numbers({1, 1})},
                       {"Y", numbers({1, 1})},
                       {"W1", numbers({1, 1})},
                       {"dW1", numbers({1, 1})}};
  FileSettings s;
  s.output = Output::identity;
  s.loss = Loss::squared_error;
  const Reading reading = read(arrays, s);
  EXPECT_EQ(reading.claim.network.widths, (std::vector<std::size_t>{1, 1}));
  EXPECT_TRUE(reading.claim.network.average);
}

TEST(ClaimFile, MapsNamesAndKeepsTheirsForTheReport) {
  Archive arrays = archive();
  arrays["theta1"] = arrays["W1"];
  arrays["grad_theta1"] = arrays["dW1"];
  arrays.erase("W1");
  arrays.erase("dW1");
  FileSettings s = settings();
  s.names = {{"W1", "theta1"}, {"dW1", "grad_theta1"}};
  const NetworkClaim claim = read(arrays, s).claim;
  EXPECT_EQ(claim.names, (std::vector<std::string>{"theta1", "b1", "W2", "b2"}));
  EXPECT_EQ(claim.point, read(archive()).claim.point);
  arrays["grad_theta1"] = numbers({4, 3});
  EXPECT_EQ(refusal(arrays, s),
            "claim.npz: grad_theta1 (dW1) has shape [4, 3] but theta1 (W1) has [3, 4]; transpose "
            "it");
}

TEST(ClaimFile, NamesWhatItDidNotUse) {
  Archive arrays = archive();
  arrays["foo"] = numbers({2});
  arrays["dW4"] = numbers({2});
  arrays["mask2"] = numbers({2});
  EXPECT_EQ(read(arrays).said.back(), "not used: dW4, foo, mask2");
}

}  // namespace
}  // namespace verify
