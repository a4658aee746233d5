#include <cmath>
#include <limits>

#include "tests/apps/verify/claim_file/archive.h"

namespace verify {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Archive without(const std::string& name) {
  Archive arrays = archive();
  arrays.erase(name);
  return arrays;
}

Archive with(const std::string& name, const Tensor& array) {
  Archive arrays = archive();
  arrays[name] = array;
  return arrays;
}

FileSettings told(const std::string& ours, const std::string& theirs) {
  FileSettings s = settings();
  s.names = {{ours, theirs}};
  return s;
}

TEST(ClaimFileRefuses, AnArchiveInWhichSomethingIsMissing) {
  EXPECT_EQ(refusal({{"theta1", numbers({3, 4})}}),
            "claim.npz: it holds no W1; expected X, y or Y, W1, b1, … and dW1, db1, …; it holds "
            "theta1; names can be given, as --names W1=theta1,dW1=grad_theta1");
  EXPECT_EQ(refusal(without("X")),
            "claim.npz: it holds no X; it holds W1, W2, b1, b2, dW1, dW2, db1, db2, y");
  EXPECT_EQ(refusal(without("y")),
            "claim.npz: it holds neither y nor Y; expected labels, y (N), or targets, Y (N, c)");
  EXPECT_EQ(refusal(with("Y", numbers({5, 2}))),
            "claim.npz: it holds both y and Y; expected one of them: leave one out");
  EXPECT_EQ(refusal(without("dW2")),
            "claim.npz: it holds W2 but no dW2; expected the claimed gradient of every parameter");
  EXPECT_EQ(refusal(without("db1")),
            "claim.npz: it holds b1 but no db1; expected the claimed gradient of every parameter");
  EXPECT_EQ(refusal(without("b1")),
            "claim.npz: it holds db1 but no b1; expected the parameter that the gradient is of");
  EXPECT_EQ(refusal(with("W4", numbers({2, 2}))),
            "claim.npz: it holds W4 but no W3; expected one weight matrix a layer, W1, W2, …");
  Archive from_zero = with("W0", numbers({4, 4}));
  from_zero["dW0"] = numbers({4, 4});
  EXPECT_EQ(refusal(from_zero),
            "claim.npz: it holds W0, but layers count from 1; name them, as --names W1=W0,dW1=dW0");
}

TEST(ClaimFileRefuses, ArraysThatDoNotFitOneAnother) {
  EXPECT_EQ(refusal(with("X", numbers({5, 7}))),
            "claim.npz: W1 has shape [3, 4]; expected [any, 7], because X has shape [5, 7] (read "
            "as --weights out-in --samples rows)");
  Archive arrays = with("W2", numbers({2, 9}));
  arrays["dW2"] = numbers({2, 9});
  EXPECT_EQ(refusal(arrays),
            "claim.npz: W2 has shape [2, 9]; expected [any, 3], because W1 has shape [3, 4] (read "
            "as --weights out-in --samples rows)");
  arrays = with("b1", numbers({4}));
  arrays["db1"] = numbers({4});
  EXPECT_EQ(refusal(arrays),
            "claim.npz: b1 has shape [4]; expected [3], because W1 has shape [3, 4] (read as "
            "--weights out-in --samples rows)");
  EXPECT_EQ(refusal(with("y", labels({0, 1}))),
            "claim.npz: y has shape [2]; expected [5], because X has shape [5, 4] (read as "
            "--weights out-in --samples rows)");
  EXPECT_EQ(refusal(with("mask1", numbers({5, 4}))),
            "claim.npz: mask1 has shape [5, 4]; expected [5, 3] or [3], because W1 has shape [3, "
            "4] (read as --weights out-in --samples rows)");
  arrays = without("y");
  arrays["Y"] = numbers({5, 3});
  EXPECT_EQ(refusal(arrays),
            "claim.npz: Y has shape [5, 3]; expected [5, 2], because W2 has shape [2, 3] (read as "
            "--weights out-in --samples rows)");
  arrays["Y"] = numbers({5});
  EXPECT_EQ(refusal(arrays),
            "claim.npz: Y has shape [5]; expected [5, 2] (labels, one a sample, are called y), "
            "because W2 has shape [2, 3] (read as --weights out-in --samples rows)");
}

TEST(ClaimFileRefuses, AnOrientationThatDoesNotFitAndNamesTheOneThatDoes) {
  FileSettings s = settings();
  s.weights = WeightOrder::in_out;
  EXPECT_EQ(refusal(archive(), s),
            "claim.npz: W1 has shape [3, 4]; expected [4, any], because X has shape [5, 4] (read "
            "as --weights in-out --samples rows); they fit with --weights out-in");
  s.weights.reset();
  s.samples = SampleOrder::columns;
  const std::string message = refusal(archive(), s);
  EXPECT_NE(message.find("; they fit with --samples rows"), std::string::npos) << message;
}

TEST(ClaimFileRefuses, ArraysOfAnotherRank) {
  EXPECT_EQ(refusal(with("X", numbers({5, 2, 2}))),
            "claim.npz: X has shape [5, 2, 2]; expected a matrix, samples by inputs; reshape it "
            "before saving");
  Archive arrays = with("W1", numbers({12}));
  arrays["dW1"] = numbers({12});
  EXPECT_EQ(refusal(arrays), "claim.npz: W1 has shape [12]; expected a matrix, outputs by inputs");
  EXPECT_EQ(refusal(with("X", numbers({0, 4}))),
            "claim.npz: X has shape [0, 4]; expected no extent of 0");
  EXPECT_EQ(refusal(with("y", numbers({5, 2}))),
            "claim.npz: y has shape [5, 2]; expected one label a sample; targets of this shape are "
            "called Y, as --names Y=y");
  EXPECT_EQ(refusal(with("loss", numbers({2}))),
            "claim.npz: loss has shape [2]; expected a single number");
}

TEST(ClaimFileRefuses, AClaimOfAnotherShape) {
  EXPECT_EQ(refusal(with("dW1", numbers({4, 3}))),
            "claim.npz: dW1 has shape [4, 3] but W1 has [3, 4]; transpose it");
  EXPECT_EQ(refusal(with("dW1", numbers({3, 5}))),
            "claim.npz: dW1 has shape [3, 5] but W1 has [3, 4]; expected one derivative an entry");
  EXPECT_EQ(refusal(with("db1", numbers({5, 3}))),
            "claim.npz: db1 has shape [5, 3] but b1 has [3]; was it not summed over the samples?");
  EXPECT_EQ(refusal(with("db1", numbers({2}))),
            "claim.npz: db1 has shape [2] but b1 has [3]; expected one derivative an entry");
}

TEST(ClaimFileRefuses, LabelsThatAreNone) {
  EXPECT_EQ(refusal(with("y", labels({0, 1, 2, 0, 1}))),
            "claim.npz: y[2] is 2; expected a class from 0 to 1");
  EXPECT_EQ(refusal(with("y", labels({2, 1, 1, 2, 1}))),
            "claim.npz: y[0] is 2; expected a class from 0 to 1; labels seem to start at 1: "
            "subtract 1");
  EXPECT_EQ(refusal(with("y", labels({0, -1, 1, 0, 1}))),
            "claim.npz: y[1] is -1; expected a class from 0 to 1");
  EXPECT_EQ(refusal(with("y", autograd::tensor({0, 1, 0.5, 0, 1}))),
            "claim.npz: y[2] is 0.5; expected labels, whole numbers from 0 to 1; targets are "
            "called Y");
}

TEST(ClaimFileRefuses, NumbersThatAreNotFinite) {
  EXPECT_EQ(refusal(with("W2", autograd::tensor({{1, 2, 3}, {4, kNan, 6}}))),
            "claim.npz: W2[1, 1] is NaN; expected finite numbers");
  EXPECT_EQ(refusal(with("b1", autograd::tensor({1, 2, -kInfinity}))),
            "claim.npz: b1[2] is infinite; expected finite numbers");
  EXPECT_EQ(refusal(with("X", autograd::full({5, 4}, kInfinity))),
            "claim.npz: X[0, 0] is infinite; expected finite numbers");
  EXPECT_EQ(refusal(with("mask1", autograd::full({3}, kNan))),
            "claim.npz: mask1[0] is NaN; expected finite numbers");
  EXPECT_EQ(refusal(with("y", autograd::full({5}, kNan))),
            "claim.npz: y[0] is NaN; expected finite numbers");
  Archive arrays = without("y");
  arrays["Y"] = autograd::full({5, 2}, kNan);
  EXPECT_EQ(refusal(arrays), "claim.npz: Y[0, 0] is NaN; expected finite numbers");
}

TEST(ClaimFileRefuses, NamesThatNameNothing) {
  EXPECT_EQ(refusal(archive(), told("W1", "w2")),
            "claim.npz: --names: it holds no w2 for W1; it holds W1, W2, X, b1, b2, dW1, dW2, db1, "
            "db2, y; did you mean W2?");
  EXPECT_EQ(refusal(archive(), told("theta", "W1")),
            "claim.npz: --names: theta is not a name to give; expected X, y, Y, loss, or W, b, dW, "
            "db or mask with the number of a layer");
  EXPECT_EQ(refusal(with("theta", numbers({3, 4})), told("theta", "W1")),
            "claim.npz: --names: theta is not a name to give; expected X, y, Y, loss, or W, b, dW, "
            "db or mask with the number of a layer; did you mean W1=theta?");
  Archive arrays = without("X");
  arrays["inputs"] = numbers({5, 7});
  EXPECT_EQ(refusal(arrays, told("X", "inputs")),
            "claim.npz: W1 has shape [3, 4]; expected [any, 7], because inputs (X) has shape [5, "
            "7] (read as --weights out-in --samples rows)");
}

TEST(ClaimFileRefuses, ANetworkOfWhichTooLittleIsTold) {
  FileSettings s = settings();
  s.hidden = {};
  EXPECT_EQ(refusal(archive(), s),
            "claim.npz: --hidden is missing, and it holds 1 hidden layer; expected one of "
            "identity, tanh, sigmoid, relu, leaky-relu, elu, softplus, gelu, silu");
  s.hidden = {Activation::tanh, Activation::relu};
  EXPECT_EQ(refusal(archive(), s),
            "claim.npz: --hidden names 2 activations; expected one, or one for each of the 1 "
            "hidden layers");
  s = settings();
  s.output.reset();
  EXPECT_EQ(refusal(archive(), s),
            "--output is missing; expected one of identity, softmax, log-softmax, tanh, sigmoid");
  s = settings();
  s.loss.reset();
  EXPECT_EQ(refusal(archive(), s),
            "--loss is missing; expected one of cross-entropy, squared-error, sum-squared-error, "
            "binary-cross-entropy");
}

TEST(ClaimFileRefuses, ProbabilitiesThatAreNone) {
  FileSettings s = settings();
  s.output = Output::identity;
  EXPECT_EQ(refusal(archive(), s),
            "--loss cross-entropy needs probabilities, and those of --output identity are none; "
            "did you mean --output softmax?");
  s.output = Output::log_softmax;
  s.loss = Loss::binary_cross_entropy;
  EXPECT_EQ(refusal(archive(), s),
            "--loss binary-cross-entropy needs probabilities, and those of --output log-softmax "
            "are none; did you mean --output sigmoid?");
}

}  // namespace
}  // namespace verify
