#include "apps/verify/claim_file/settings.h"

#include <filesystem>
#include <fstream>

#include "apps/verify/claim_file/words.h"
#include "tests/support/message.h"

namespace verify {
namespace {

std::string refusal(const std::string& key, const std::string& text) {
  return message_of([&] {
    FileSettings settings;
    set(settings, key, text, "--" + key);
  });
}

std::string refused_file(const std::string& text) {
  return message_of([&] { parse_settings(text, "c.yaml"); });
}

TEST(Settings, ReadsEveryKeyOfAFile) {
  const FileSettings s = parse_settings(
      "hidden: [tanh, leaky-relu]\noutput: softmax\nloss: cross-entropy\nreduction: sum\n"
      "weights: in-out\nsamples: columns\nl2: 1e-4\nloss_scale: -2\n"
      "names: {W1: theta1, dW1: grad_theta1}\n",
      "c.yaml");
  EXPECT_EQ(s.hidden, (std::vector<Activation>{Activation::tanh, Activation::leaky_relu}));
  EXPECT_EQ(s.output, Output::softmax);
  EXPECT_EQ(s.loss, Loss::cross_entropy);
  EXPECT_EQ(s.average, false);
  EXPECT_EQ(s.weights, WeightOrder::in_out);
  EXPECT_EQ(s.samples, SampleOrder::columns);
  EXPECT_EQ(s.l2, 1e-4);
  EXPECT_EQ(s.scale, -2);
  EXPECT_EQ(s.names.at("W1"), "theta1");
  EXPECT_EQ(s.names.at("dW1"), "grad_theta1");
}

TEST(Settings, AFileMaySayAsFlagsDo) {
  const FileSettings s = parse_settings("hidden: tanh, relu\nnames: W1=a,b1=b\n", "c.yaml");
  EXPECT_EQ(s.hidden.size(), 2U);
  EXPECT_EQ(s.names.at("b1"), "b");
  EXPECT_TRUE(parse_settings("", "c.yaml").hidden.empty());
}

TEST(Settings, WhatComesFirstWins) {
  FileSettings flags, file;
  set(flags, "loss", "squared-error", "--loss");
  set(flags, "names", "W1=mine", "--names");
  set(file, "loss", "cross-entropy", "f");
  set(file, "hidden", "relu", "f");
  set(file, "output", "tanh", "f");
  set(file, "names", "W1=theirs,b1=b", "f");
  const FileSettings both = merged(flags, file);
  EXPECT_EQ(both.loss, Loss::squared_error);
  EXPECT_EQ(both.hidden, std::vector<Activation>{Activation::relu});
  EXPECT_EQ(both.output, Output::tanh);
  EXPECT_EQ(both.names.at("W1"), "mine");
  EXPECT_EQ(both.names.at("b1"), "b");
}

TEST(Settings, RefusesAWordWithTheNearestOne) {
  EXPECT_EQ(refusal("hidden", "tanh,rleu"),
            "--hidden: expected one of identity, tanh, sigmoid, relu, leaky-relu, elu, softplus, "
            "gelu, silu; got rleu; did you mean relu?");
  EXPECT_EQ(refusal("output", "Log_Softmax"),
            "--output: expected one of identity, softmax, log-softmax, tanh, sigmoid; got "
            "Log_Softmax; did you mean log-softmax?");
  EXPECT_EQ(refusal("loss", "crossentropy"),
            "--loss: expected one of cross-entropy, squared-error, sum-squared-error, "
            "binary-cross-entropy; got crossentropy; did you mean cross-entropy?");
  EXPECT_EQ(refusal("loss", "hinge"),
            "--loss: expected one of cross-entropy, squared-error, sum-squared-error, "
            "binary-cross-entropy; got hinge");
  EXPECT_EQ(refusal("reduction", "none"), "--reduction: expected one of mean, sum; got none");
  EXPECT_EQ(refusal("weights", "out_in"),
            "--weights: expected one of out-in, in-out; got out_in; did you mean out-in?");
  EXPECT_EQ(refusal("samples", "column"),
            "--samples: expected one of rows, columns; got column; did you mean columns?");
}

TEST(Settings, RefusesNumbersThatAreNone) {
  EXPECT_EQ(refusal("l2", "-1"), "--l2: expected a number of 0 or more; got -1");
  EXPECT_EQ(refusal("l2", "much"), "--l2: expected a number of 0 or more; got much");
  EXPECT_EQ(refusal("l2", "nan"), "--l2: expected a number of 0 or more; got nan");
  EXPECT_EQ(refusal("loss_scale", "0"), "--loss_scale: expected a number other than 0; got 0");
  EXPECT_EQ(refusal("loss_scale", "1e3x"),
            "--loss_scale: expected a number other than 0; got 1e3x");
}

TEST(Settings, RefusesNamesThatAreNoPairs) {
  EXPECT_EQ(refusal("names", "W1"),
            "--names: expected pairs as W1=theta1,dW1=grad_theta1, our name before that in the "
            "file; got W1");
  EXPECT_EQ(refusal("names", "W1=a,W1=b"), "--names: W1 is named twice");
}

TEST(Settings, RefusesAFileByLineAndKey) {
  EXPECT_EQ(refused_file("hidden: tanh\nhiden: relu\n"),
            "c.yaml:2: hiden: unknown key; expected one of hidden, output, loss, reduction, "
            "weights, samples, l2, loss_scale, names; did you mean hidden?");
  EXPECT_EQ(refused_file("output: soft max\n"),
            "c.yaml:1: output: expected one of identity, softmax, log-softmax, tanh, sigmoid; got "
            "soft max; did you mean softmax?");
  EXPECT_EQ(refused_file("loss: [a]\n"), "c.yaml:1: loss: expected a word or a number; got a list");
  EXPECT_EQ(refused_file("l2:\n"), "c.yaml:1: l2: expected a word or a number; got nothing");
  EXPECT_EQ(refused_file("names: [a]\n"), "c.yaml:1: names: expected a map of names; got a list");
  EXPECT_EQ(refused_file("names: {W1: [a]}\n"), "c.yaml:1: names: expected a name; got a list");
  EXPECT_EQ(refused_file("hidden: [[tanh]]\n"),
            "c.yaml:1: hidden: expected a list of words; got a list");
  EXPECT_EQ(refused_file("loss: cross-entropy\nloss: cross-entropy\n"),
            "c.yaml:2: loss: the key stands twice");
  EXPECT_EQ(refused_file("- tanh\n"), "c.yaml:1: expected lines of the form key: value");
  EXPECT_EQ(refused_file("? [a]\n: b\n"), "c.yaml:1: expected a key that is a word; got a list");
  EXPECT_EQ(refused_file("a: [").substr(0, 26), "c.yaml:1: it is not YAML: ");
  EXPECT_EQ(message_of([] { read_settings("nowhere.yaml"); }),
            "nowhere.yaml: there is no such file");
}

TEST(Settings, ReadsAFileFromDisk) {
  const auto file = std::filesystem::path(testing::TempDir()) / "plumb_settings_test.yaml";
  std::ofstream(file) << "output: sigmoid\n";
  EXPECT_EQ(read_settings(file).output, Output::sigmoid);
  std::filesystem::remove(file);
}

TEST(Words, ShowsOneShortLine) {
  EXPECT_EQ(shown("a\nb"), "a b");
  EXPECT_EQ(shown(std::string(50, 'x')), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…");
  EXPECT_EQ(split(" a, b,,c ", ','), (std::vector<std::string>{"a", "b", "", "c"}));
}

}  // namespace
}  // namespace verify
