#include "autograd/tensor/tensor.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>

#include "autograd/tensor/factories.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/print.h"
#include "tests/support/message.h"

namespace autograd {
namespace {

TEST(Tensor, TakesTheDtypeShapeAndNumbersItIsGiven) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}}, f32);
  EXPECT_EQ(x.shape(), Shape({2, 3}));
  EXPECT_EQ(x.dtype(), f32);
  EXPECT_EQ(x.at({1, -1}), 6);
  EXPECT_EQ(x.extent(-1), 3);
  EXPECT_EQ(x.values<float>()[3], 4.0F);
  EXPECT_EQ(to_vector(tensor(std::vector<std::int64_t>{7, 8})), (std::vector<double>{7, 8}));
}

TEST(Tensor, IsAValueWhoseCopiesShareStorage) {
  const Tensor x = tensor({1, 2, 3, 4});
  EXPECT_TRUE(x.is_unique());
  const Tensor copy = x;  // NOLINT: the copy is what is tested
  EXPECT_FALSE(x.is_unique());
  EXPECT_TRUE(copy.same_storage(x));
  EXPECT_TRUE(x.reshaped({2, 2}).same_storage(x));
  EXPECT_EQ(to_vector(x.reshaped({2, 2}).rows(1, 2)), (std::vector<double>{3, 4}));
}

TEST(Tensor, SharedNumbersOutliveTheTensorTheyCameFrom) {
  Tensor row;
  {
    const Tensor x = tensor({{1, 2}, {3, 4}});
    row = x.rows(1, 2);
  }
  EXPECT_EQ(to_vector(row), (std::vector<double>{3, 4}));
}

TEST(Tensor, APlainNumberIsALiteralAndAScalarIsNot) {
  EXPECT_TRUE(Tensor(2).is_literal());
  EXPECT_EQ(Tensor(2.5F).item(), 2.5);
  EXPECT_FALSE(scalar(2).is_literal());
  EXPECT_FALSE(Tensor(2).converted(f64).is_literal());
}

TEST(Tensor, ConvertsBetweenDtypes) {
  EXPECT_EQ(tensor({0.1}).converted(f32).at({0}), static_cast<double>(0.1F));
  EXPECT_EQ(to_vector(tensor({1.9, -1.9}).converted(i64)), (std::vector<double>{1, -1}));
}

TEST(Tensor, APlaceOnATapeBelongsToTheHandle) {
  const Tensor x = tensor({1, 2});
  const Tensor traced = x.traced({7, 3});
  EXPECT_EQ(traced.trace().key, 7U);
  EXPECT_EQ(traced.trace().node, 3U);
  EXPECT_EQ(x.trace().key, 0U);
  EXPECT_TRUE(traced.same_storage(x));
}

TEST(Tensor, EveryMistakeSaysWhatToDo) {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  const struct {
    std::string expected;
    std::function<void()> mistake;
  } table[] = {
      {"tensor: used before it was given a value; assign it a tensor first",
       [] { static_cast<void>(Tensor().shape()); }},
      {"values: the tensor is f64, not f32; convert it with to(x, f32)",
       [&] { static_cast<void>(x.values<float>()); }},
      {"item: expected a tensor of one element; got shape [2, 3]",
       [&] { static_cast<void>(x.item()); }},
      {"at: expected 2 indices for shape [2, 3]; got 1", [&] { static_cast<void>(x.at({1})); }},
      {"at: index 3 is out of range for axis 1 of shape [2, 3]",
       [&] {
         static_cast<void>(x.at({0, 3}));
       }},
      {"extent: axis 2 is out of range for rank 2; expected -2 to 1",
       [&] { static_cast<void>(x.extent(2)); }},
      {"extent: axis 0 is out of range for rank 0; a scalar has no axes",
       [] { static_cast<void>(scalar(1).extent(0)); }},
      {"reshape: [2, 3] has 6 elements, [4] has 4; expected as many",
       [&] { static_cast<void>(x.reshaped({4})); }},
      {"rows: [1, 3) does not lie within axis 0 of shape [2, 3]",
       [&] { static_cast<void>(x.rows(1, 3)); }},
      {"tensor: shape [2] needs 2 numbers; got 1", [] { tensor(std::vector<double>{1}, {2}); }},
      {"tensor: rows must be equally long; got 2 and 1 numbers",
       [] {
         tensor({{1, 2}, {3}});
       }},
      {"arange: the count must not be negative; got -1", [] { arange(-1); }},
      {"tensor: the values of shape [2] were not kept, because no pullback needs them",
       [] { static_cast<void>(Tensor::hollow({2}, f64).data()); }},
  };
  for (const auto& row : table) EXPECT_EQ(message_of(row.mistake), row.expected);
}

TEST(Tensor, EmptyTensorsAndScalarsAreTensors) {
  EXPECT_EQ(zeros({0, 3}).size(), 0);
  EXPECT_TRUE(zeros({0, 3}).values<double>().empty());
  EXPECT_FALSE(zeros({0}).is_hollow());
  EXPECT_EQ(zeros({0, 3}).rows(0, 0).size(), 0);
  EXPECT_EQ(scalar(3).rank(), 0);
  EXPECT_EQ(scalar(3).size(), 1);
}

TEST(Factories, MakeWhatTheySay) {
  EXPECT_EQ(to_vector(arange(4)), (std::vector<double>{0, 1, 2, 3}));
  EXPECT_EQ(to_vector(linspace(1, 2, 5)), (std::vector<double>{1, 1.25, 1.5, 1.75, 2}));
  EXPECT_EQ(to_vector(linspace(1, 2, 1)), (std::vector<double>{1}));
  EXPECT_EQ(to_vector(eye(2)), (std::vector<double>{1, 0, 0, 1}));
  EXPECT_EQ(to_vector(ones_like(full({2}, 7, f32))), (std::vector<double>{1, 1}));
  EXPECT_EQ(zeros_like(ones({2}, i64)).dtype(), i64);
}

TEST(Print, ShowsEveryDigitOfALabel) {
  const Tensor x = tensor(std::vector<Index>{9007199254740993, -1});
  EXPECT_EQ(to_string(x), "[9007199254740993, -1] i64 [2]");
}

TEST(Print, ShowsNumbersDtypeAndShape) {
  EXPECT_EQ(to_string(tensor({{1, 2.5}, {3, -4}})), "[[1, 2.5],\n [3, -4]] f64 [2, 2]");
  EXPECT_EQ(to_string(scalar(1.0 / 3, f32)), "0.333333 f32 []");
  EXPECT_EQ(to_string(arange(10)), "[0, 1, 2, …, 7, 8, 9] f64 [10]");
  EXPECT_EQ(to_string(zeros({0, 2})), "[] f64 [0, 2]");
  EXPECT_EQ(to_string(Tensor()), "no tensor");
  EXPECT_EQ(to_string(Tensor::hollow({2}, f32)), "(values not kept) f32 [2]");
}

TEST(Memory, ASecondTensorOfTheSameSizeAsksTheSystemForNothing) {
  const auto step = [] { return Tensor(zeros({1000})); };
  step();
  const auto before = memory::usage();
  for (int i = 0; i < 100; ++i) step();
  EXPECT_EQ(memory::usage().system_requests, before.system_requests);
  EXPECT_EQ(memory::usage().live_bytes, before.live_bytes);
}

TEST(Memory, CountsWhatLivesAndThePeak) {
  const auto before = memory::usage().live_bytes;
  memory::reset_peak();
  {
    const Tensor x = zeros({1 << 20});
    EXPECT_GE(memory::usage().live_bytes, before + (8 << 20));
  }
  EXPECT_EQ(memory::usage().live_bytes, before);
  EXPECT_GE(memory::usage().peak_bytes, before + (8 << 20));
  memory::release_pool();
  EXPECT_EQ(memory::usage().pooled_bytes, 0);
}

TEST(Memory, BlocksOfEverySizeHoldWhatWasAskedForAndAreAligned) {
  std::vector<std::pair<unsigned char*, std::size_t>> blocks;
  for (std::size_t bytes = 1; bytes < 5000; bytes += 7) {
    auto* block = static_cast<unsigned char*>(memory::allocate(bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
    std::fill(block, block + bytes, static_cast<unsigned char>(bytes));
    blocks.emplace_back(block, bytes);
  }
  for (const auto& [block, bytes] : blocks) {
    EXPECT_EQ(block[0], static_cast<unsigned char>(bytes));
    EXPECT_EQ(block[bytes - 1], static_cast<unsigned char>(bytes));
    memory::deallocate(block, bytes);
  }
}

TEST(Memory, ATensorMayEndOnAnotherThread) {
  Tensor x = full({1000}, 3);
  double seen = 0;
  std::thread([moved = std::move(x), &seen]() mutable {
    seen = moved.at({999});
    moved = Tensor();
  }).join();
  EXPECT_EQ(seen, 3);
}

}  // namespace
}  // namespace autograd
