"""Predictions now, with nothing but requests. Usage: predict.py [http://127.0.0.1:8000]"""
import sys

import requests

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"

answer = requests.post(f"{url}/predict", json={"model": "simple_classifier", "instances": [[1.5, 2.3], [0.8, -1.2]]}, timeout=30)
answer.raise_for_status()
print(answer.json()["predictions"])
