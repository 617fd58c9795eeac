#!/bin/sh
# What an image shows: the three most probable classes.
# Usage: classify-image.sh [http://127.0.0.1:8000] [picture]
set -eu
url=${1:-http://127.0.0.1:8000}
picture=${2:-"$(dirname "$0")/../seven.png"}

curl -fsS "$url/predict" -F "file=@$picture" -F top_k=3
