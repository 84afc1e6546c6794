# Sourced by ./dev bench: builds the load generator and the baseline, then measures (bench/bench.py --help).

run_bench() { # [--quick] [--full] [NAME..]
  compile build bench_load bare_rows upload_bench bench_submit webhook_bench
  python3 -B bench/bench.py "$@"
}
