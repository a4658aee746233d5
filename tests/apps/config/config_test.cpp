#include "apps/config/config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/message.h"

namespace apps {
namespace {

const std::string all_keys =
    "layers, activation, learning_rate, batch_size, epochs, momentum, momentum_gamma, l2_penalty, "
    "early_stopping, patience";
const std::string layers_expected =
    "expected a list of 2 or more whole numbers from 1 to 1000000, as [784, 50, 10]; got ";

std::string message(const std::string& text) {
  return message_of([&] { parse_config(text, "c.yaml"); });
}

TEST(Config, ReadsEveryKey) {
  const Config c = parse_config(
      "# a network\n"
      "layers: [784, 30, 10]\n"
      "activation: relu\n"
      "learning_rate: 5e-3\n"
      "batch_size: 32\n"
      "epochs: 7\n"
      "momentum: 0.5\n"
      "l2_penalty: 1e-4\n"
      "early_stopping: true\n"
      "patience: 3\n",
      "c.yaml");
  EXPECT_EQ(c.layers, (std::vector<std::int64_t>{784, 30, 10}));
  EXPECT_EQ(c.activation, "relu");
  EXPECT_EQ(c.learning_rate, 0.005);
  EXPECT_EQ(c.batch_size, 32);
  EXPECT_EQ(c.epochs, 7);
  EXPECT_EQ(c.momentum, 0.5);
  EXPECT_EQ(c.l2_penalty, 1e-4);
  EXPECT_TRUE(c.early_stopping);
  EXPECT_EQ(c.patience, 3);
  EXPECT_EQ(c.place("patience"), "c.yaml:10: patience");
}

TEST(Config, ReadsTheOtherSpellingsOfACoursesFile) {
  const Config c = parse_config(
      "layer_specs: [784, 64, 10]\nactivation: \"tanh\"\nmomentum: True\nmomentum_gamma: 0.8\n"
      "L2_penalty: 0\nearly_stop: False\nearly_stop_epoch: 4\n",
      "c.yaml");
  EXPECT_EQ(c.layers[1], 64);
  EXPECT_EQ(c.momentum, 0.8);
  EXPECT_FALSE(c.early_stopping);
  EXPECT_EQ(c.patience, 4);
  EXPECT_EQ(parse_config("momentum: false\nmomentum_gamma: 0.8\n", "c").momentum, 0);
  EXPECT_EQ(parse_config("momentum_gamma: 0.8\n", "c").momentum, 0.8);
  EXPECT_EQ(parse_config("momentum: true\n", "c").momentum, 0.9);
}

TEST(Config, AnEmptyFileMeansTheDefaults) {
  const Config c = parse_config("", "c.yaml");
  EXPECT_EQ(c.layers, (std::vector<std::int64_t>{784, 50, 10}));
  EXPECT_EQ(c.place("layers"), "layers");
}

TEST(Config, WhatIsWrongIsToldWithFileLineAndKey) {
  const struct {
    std::string text, expected;
  } table[] = {
      {"epochs: 3\nlearning_rat: 1\n",
       "c.yaml:2: learning_rat: unknown key; expected one of " + all_keys},
      {"learning_rate: 0\n", "c.yaml:1: learning_rate: expected a number above 0; got 0"},
      {"learning_rate: fast\n", "c.yaml:1: learning_rate: expected a number above 0; got fast"},
      {"learning_rate: .nan\n", "c.yaml:1: learning_rate: expected a number above 0; got .nan"},
      {"learning_rate: .inf\n", "c.yaml:1: learning_rate: expected a number above 0; got .inf"},
      {"learning_rate: \"1\"\n",
       "c.yaml:1: learning_rate: expected a number above 0; got the text \"1\""},
      {"\nbatch_size: 0\n",
       "c.yaml:2: batch_size: expected a whole number from 1 to 1000000; got 0"},
      {"batch_size: 1.5\n",
       "c.yaml:1: batch_size: expected a whole number from 1 to 1000000; got 1.5"},
      {"epochs: -1\n", "c.yaml:1: epochs: expected a whole number from 0 to 1000000; got -1"},
      {"epochs:\n", "c.yaml:1: epochs: expected a whole number from 0 to 1000000; got nothing"},
      {"momentum: 1\n",
       "c.yaml:1: momentum: expected a number from 0 to below 1, or true or false; got 1"},
      {"momentum_gamma: -0.1\n",
       "c.yaml:1: momentum_gamma: expected a number from 0 to below 1; got -0.1"},
      {"momentum: 0.5\nmomentum_gamma: 0.8\n",
       "c.yaml:2: momentum_gamma: momentum is a number already; expected it to be true or false "
       "beside this"},
      {"l2_penalty: -1\n", "c.yaml:1: l2_penalty: expected a number of 0 or more; got -1"},
      {"early_stopping: 3\n", "c.yaml:1: early_stopping: expected true or false; got 3"},
      {"patience: 0\n", "c.yaml:1: patience: expected a whole number from 1 to 1000000; got 0"},
      {"activation: selu\n",
       "c.yaml:1: activation: expected one of tanh, relu, sigmoid, identity; got selu"},
      {"layers: 784\n", "c.yaml:1: layers: " + layers_expected + "784"},
      {"layers: [784]\n", "c.yaml:1: layers: " + layers_expected + "a list of 1"},
      {"layers: [784, x, 10]\n", "c.yaml:1: layers: " + layers_expected + "x"},
      {"layers: [784, 0, 10]\n", "c.yaml:1: layers: " + layers_expected + "0"},
      {"layers: {a: 1}\n", "c.yaml:1: layers: " + layers_expected + "a map"},
      {"epochs: 1\nepochs: 2\n",
       "c.yaml:2: epochs: the key stands at c.yaml:1 already; expected it once"},
      {"l2_penalty: 1\nL2_penalty: 2\n",
       "c.yaml:2: L2_penalty: the key stands at c.yaml:1 already; expected it once"},
      {"- 1\n- 2\n", "c.yaml:1: expected lines of the form key: value"},
      {"? [a]\n: 1\n", "c.yaml:1: expected a key that is a word"},
  };
  for (const auto& row : table) EXPECT_EQ(message(row.text), row.expected);
}

TEST(Config, TextThatIsNoYamlIsRefusedAtItsLine) {
  EXPECT_EQ(message("epochs: 1\nlayers: [1, 2\n").find("c.yaml:"), 0U);
  EXPECT_NE(message("epochs: 1\nlayers: [1, 2\n").find("it is not YAML: "), std::string::npos);
  EXPECT_NE(message(std::string(100'000, '[')).find("it is not YAML: "), std::string::npos);
}

TEST(Config, AnUnreadableFileIsNamed) {
  const std::filesystem::path folder = testing::TempDir();
  const auto file = folder / "plumb_config_test.yaml";
  std::ofstream(file) << "epochs: 9\n";
  EXPECT_EQ(read_config(file).epochs, 9);
  std::ofstream(file) << std::string(2 << 20, '#');
  EXPECT_EQ(message_of([&] { read_config(file); }),
            file.string() + ": it is larger than 1 MiB; expected a config in YAML");
  std::filesystem::remove(file);
  EXPECT_EQ(message_of([&] { read_config(file); }), file.string() + ": there is no such file");
  EXPECT_EQ(message_of([&] { read_config("/"); }),
            "/: it is not a file; expected a config in YAML");
}

}  // namespace
}  // namespace apps
