#include "autograd/check/page.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/autograd/check/reports.h"

namespace autograd::check {
namespace {

bool has(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

std::size_t count(const std::string& page, const std::string& text) {
  std::size_t n = 0;
  for (auto at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) ++n;
  return n;
}

// Nothing that a browser could not draw, and nothing from elsewhere.
void expect_sound(const std::string& page) {
  for (const char* tag : {"svg", "table", "details", "section", "div", "p", "style"}) {
    const std::string open = std::string("<") + tag;
    EXPECT_EQ(count(page, open + ">") + count(page, open + " "),
              count(page, std::string("</") + tag + ">"))
        << tag;
  }
  for (const char* broken : {"=\"nan\"", "=\"-nan\"", "=\"inf\"", "=\"-inf\"", ",nan", ",inf",
                             "(nan", " nan ", " inf "}) {
    EXPECT_FALSE(has(page, broken)) << broken;
  }
  for (const char* elsewhere : {"http:", "https:", "<script", "url(//", "@import"}) {
    EXPECT_FALSE(has(page, elsewhere)) << elsewhere;
  }
}

TEST(Page, SaysWhatIsWrongAndWhatToDo) {
  const std::string page = to_html(made_up(5), "study <1> & more");
  expect_sound(page);
  EXPECT_TRUE(has(page, "The gradient is wrong"));
  EXPECT_TRUE(has(page, "summed &lt;over&gt; the batch &amp; more"));
  EXPECT_TRUE(has(page, "Divide by the batch size."));
  EXPECT_TRUE(has(page, "study &lt;1&gt; &amp; more"));
  EXPECT_TRUE(has(page, "claim = 5"));
  EXPECT_TRUE(has(page, "viewport"));
  EXPECT_GE(count(page, "<svg"), 3U);  // a heat map, a scatter and the curve
}

TEST(Page, SaysThatARightGradientIsRight) {
  const std::string page = to_html(made_up(1), "study");
  expect_sound(page);
  EXPECT_FALSE(has(page, "The gradient is wrong"));
  EXPECT_TRUE(has(page, "10⁻¹²"));  // the resolution
}

TEST(Page, IsSoundWhateverIsClaimed) {
  Report report = made_up(5);
  report.entries[0].claimed = report.entries[1].claimed = std::numeric_limits<double>::quiet_NaN();
  report.entries[2].claimed = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < 3; ++i) {
    report.entries[i].difference = std::numeric_limits<double>::infinity();
  }
  report.curve[3].forward = std::numeric_limits<double>::quiet_NaN();
  report.curve[4].central = 0;
  expect_sound(to_html(report, "not numbers"));
  Report zero = made_up(1);
  for (Entry& e : zero.entries) e.claimed = e.reference.value = e.tolerance = 0;
  expect_sound(to_html(zero, "zeros"));
  expect_sound(to_html(made_up(5, 1, 1), "one entry"));
  expect_sound(to_html(Report(), "nothing"));
}

TEST(Page, StaysSmallForManyParameters) {
  const std::string page = to_html(made_up(5, 40, 784), "large");
  expect_sound(page);
  EXPECT_LT(page.size(), 400'000U);
}

}  // namespace
}  // namespace autograd::check
