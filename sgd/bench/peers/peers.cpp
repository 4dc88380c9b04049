// The C++ side of bench: ensmallen on Armadillo. peers PART prints one JSON line a
// measurement, in processor time of one thread, the median of seven rounds.
#include <ensmallen.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

static double now() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

template <class F> void measure(const char *task, const char *who, double units, F f) {
  f();
  std::vector<double> ns;
  for (int i = 0; i < 7; i++) {
    double began = now();
    f();
    ns.push_back((now() - began) / units);
  }
  std::sort(ns.begin(), ns.end());
  std::printf("{\"task\":\"%s\",\"who\":\"%s\",\"ns\":%g,\"best\":%g}\n", task, who, ns[3], ns[0]);
  std::fflush(stdout);
}

struct Valley {
  size_t NumFunctions() const { return 1; }
  void Shuffle() {}
  double Evaluate(const arma::mat &x, size_t, size_t) const {
    double a = 1 - x[0], b = x[1] - x[0] * x[0];
    return a * a + 100 * b * b;
  }
  void Gradient(const arma::mat &x, size_t, arma::mat &g, size_t) const {
    g.set_size(2, 1);
    double a = 1 - x[0], b = x[1] - x[0] * x[0];
    g[0] = -2 * a - 400 * x[0] * b;
    g[1] = 200 * b;
  }
  double EvaluateWithGradient(const arma::mat &x, size_t i, arma::mat &g, size_t n) const {
    Gradient(x, i, g, n);
    return Evaluate(x, i, n);
  }
};

int main(int, char **argv) {
  if (std::string(argv[1]) == "step") {
    const size_t n = 2000000;
    measure("step in 2-D", "ensmallen MomentumSGD", n, [&] {
      Valley f;
      arma::mat x(2, 1);
      x[0] = -1.2, x[1] = 1;
      ens::MomentumSGD opt(1e-4, 1, n, -1, false, ens::MomentumUpdate(0.9));
      opt.Optimize(f, x);
    });
    return 0;
  }
  const size_t n = 10000000;
  arma::mat x(n, 1, arma::fill::randn), g(n, 1, arma::fill::randn);
  ens::VanillaUpdate plain;
  ens::VanillaUpdate::Policy<arma::mat, arma::mat> p(plain, n, 1);
  measure("SGD, 10⁷ parameters", "ensmallen VanillaUpdate", n, [&] { p.Update(x, 1e-6, g); });
  ens::MomentumUpdate momentum(0.9);
  ens::MomentumUpdate::Policy<arma::mat, arma::mat> q(momentum, n, 1);
  measure("momentum, 10⁷ parameters", "ensmallen MomentumUpdate", n, [&] { q.Update(x, 1e-6, g); });
  ens::AdamUpdate adam;
  ens::AdamUpdate::Policy<arma::mat, arma::mat> a(adam, n, 1);
  measure("Adam, 10⁷ parameters", "ensmallen AdamUpdate", n, [&] { a.Update(x, 1e-6, g); });
}
