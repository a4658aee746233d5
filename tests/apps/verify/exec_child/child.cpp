// A program to be checked, and, by its first argument, all that such a program can do wrong.
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

std::string mode;  // NOLINT: a program of one file
int calls = 0;     // NOLINT

using Numbers = std::vector<double>;

/// f = Σ (k + 1) sin xₖ over all entries but, in mode "deaf", those of b (the last two).
double loss(const Numbers& x) {
  double sum = mode == "offset" ? 1000 : 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (mode == "deaf" && k >= 6) continue;
    sum += static_cast<double>(k + 1) * std::sin(x[k]);
  }
  if (mode == "constant") return 1;
  if (mode == "single") {
    float single = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      single += static_cast<float>(k + 1) * std::sin(static_cast<float>(x[k]));
    }
    return static_cast<double>(single);
  }
  if (mode == "random") sum += 0.1 * ++calls;
  if (mode == "trembling") sum += ++calls % 2 == 0 ? 1e-13 : 0;
  if (mode == "nan") return std::nan("");
  if (mode == "nan-nearby" && calls++ > 1) return std::nan("");
  if (mode == "nan-above" && x[0] > 0.5) return std::nan("");
  return sum;
}

Numbers gradient(const Numbers& x) {
  Numbers g;
  for (std::size_t k = 0; k < x.size(); ++k) {
    double entry = static_cast<double>(k + 1) * std::cos(x[k]);
    if ((mode == "deaf" && k >= 6) || mode == "constant") entry = 0;
    if (mode == "single") entry = static_cast<double>(static_cast<float>(entry));
    if (mode == "wrong" && k < 6) entry *= 2;
    if (mode == "stale") entry *= ++calls;
    if (mode == "nan-gradient" && k == 3) entry = std::nan("");
    g.push_back(entry);
  }
  return g;
}

void print_parameters() {
  if (mode == "no-colon") std::cout << "W 2 3 1 2 3\n";
  if (mode == "bad-extent") std::cout << "W 2 x : 1\n";
  if (mode == "huge-extent") std::cout << "W 100000 100000 : 1\n";
  if (mode == "few-numbers") std::cout << "W 2 3 : 1 2 3\n";
  if (mode == "bad-number") std::cout << "W 2 : 1 two\n";
  if (mode == "nan-parameter") std::cout << "W 2 : 1 nan\n";
  if (mode == "twice") std::cout << "W : 1\nW : 1\n";
  if (mode != "none" && mode != "large")
    std::cout << "W 2 3 : 0.1 0.2 -0.3 4e-1 .5 +0.6\nb 2 : 1 -1\r\n";
  if (mode == "large") {
    std::cout << "W 40 50 :";
    for (int k = 0; k < 2000; ++k) std::cout << ' ' << 0.001 * k;
    std::cout << "\n";
  }
  std::cout << "end" << std::endl;
}

void print(const Numbers& numbers) {
  std::string line;
  for (const double x : numbers) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.17g ", x);
    line += digits;
  }
  std::cout << line << std::endl;
}

void answer(const std::string& request, const Numbers& x) {
  using namespace std::chrono_literals;
  if (request == "loss") {
    if (mode == "dies") std::exit(3);
    if (mode == "crashes") std::abort();
    if (mode == "closes") {
      close(STDOUT_FILENO);
      std::this_thread::sleep_for(60s);
    }
    if (mode == "sleeps") std::this_thread::sleep_for(60s);
    if (mode == "garbage") {
      std::cout << "hello world" << std::endl;
    } else if (mode == "empty") {
      std::cout << std::endl;
    } else if (mode == "two") {
      std::cout << "1 2" << std::endl;
    } else if (mode == "endless") {
      while (std::cout << std::string(65536, '1')) {
      }
    } else {
      print({loss(x)});
    }
  } else if (mode == "short-gradient") {
    print({1, 2, 3});
  } else {
    if (mode == "talks") std::cerr << "a word from the child\n";
    print(gradient(x));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) mode = argv[1];
  if (mode == "deaf-ears") {
    std::this_thread::sleep_for(std::chrono::seconds(60));
  }
  if (mode == "pid") std::cerr << getpid() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string request, word;
    words >> request;
    Numbers x;
    while (words >> word) x.push_back(std::strtod(word.c_str(), nullptr));
    if (request == "parameters") print_parameters();
    if (request == "loss" || request == "gradient") answer(request, x);
    if (request == "quit") return 0;
  }
  return 0;
}
