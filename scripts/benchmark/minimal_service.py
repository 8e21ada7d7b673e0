"""The least service over sentence-transformers and FAISS: the nearest row's answer.

python -m scripts.benchmark.minimal_service ENCODER INDEX ANSWERS PORT
"""

import json
import sys
from pathlib import Path

import faiss
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sentence_transformers import SentenceTransformer


class Ask(BaseModel):
    """A person's message."""

    message: str


def create(encoder: str, index: str, answers: str) -> FastAPI:
    """The service: a model folder, a FAISS file, and an answer for each row of it."""
    model = SentenceTransformer(encoder, device="cpu")
    rows = faiss.read_index(index)
    texts = json.loads(Path(answers).read_text(encoding="utf-8"))
    app = FastAPI()

    @app.post("/v1/ask")
    def ask(asked: Ask) -> dict[str, str]:
        vector = model.encode([asked.message], normalize_embeddings=True, show_progress_bar=False)
        return {"answer": texts[rows.search(vector, 1)[1][0, 0]]}

    return app


if __name__ == "__main__":
    uvicorn.run(create(*sys.argv[1:4]), port=int(sys.argv[4]), log_level="warning")
