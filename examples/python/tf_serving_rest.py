"""As a client of TensorFlow Serving's REST API, whose port is 8501. Usage: tf_serving_rest.py [http://127.0.0.1:8501]"""
import sys

import requests

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501"
model = f"{url}/v1/models/simple_classifier"

print(requests.get(model, timeout=30).json()["model_version_status"])
answer = requests.post(f"{model}:predict", json={"instances": [[1.5, 2.3], [0.8, -1.2]]}, timeout=30)
answer.raise_for_status()
print(answer.json()["predictions"])
