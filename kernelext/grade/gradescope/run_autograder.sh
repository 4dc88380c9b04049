#!/usr/bin/env bash
# Gradescope runs this for each submission.
set -euo pipefail
root=${AUTOGRADER:-/autograder}
export PATH=/usr/local/go/bin:$PATH HOME=${HOME:-/root}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/submitted/student/ASSIGNMENT" "$root/results"
# Whatever the file is called, and never through a link.
notebook=$(find "$root/submission" -maxdepth 2 -type f -name '*.ipynb' -print -quit)
if [ -n "$notebook" ]; then
  cp -- "$notebook" "$work/submitted/student/ASSIGNMENT/ASSIGNMENT.ipynb"
fi
cd "$root/source/module"
"$root/downhill" grade -isolation process -j 1 -source "$root/source/assignments" -out "$work/grades" \
  -gradescope "$root/results/results.json" "$work/submitted"
