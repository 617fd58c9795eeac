"""What an image shows. Usage: classify_image.py [http://127.0.0.1:8000] [picture]"""
import pathlib
import sys

import requests

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
picture = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parent.parent / "seven.png"

answer = requests.post(f"{url}/predict", files={"file": picture.read_bytes()}, data={"top_k": 3}, timeout=30)
answer.raise_for_status()
for best in answer.json()["predictions"]:
    print(best["label"], best["confidence"])
