"""The systems that a user would pick instead, each over the same rows and the same weights.

All get the rows' vectors as the chatbot's index holds them, so that building takes no time; a
question is embedded by each in its own way. A system gives the positions of the entries that it
puts first.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from chatbot import settings
from chatbot.answering import Answerer
from scripts.benchmark.corpus import ROOT, Corpus, warming

TOP = 3
TRIED = 10  # texts by which the number of threads is chosen
Places = tuple[int, ...]
System = Callable[[str], Places]


def chatbot(corpus: Corpus, folder: Path) -> System:
    """This project: clean, take apart, embed, search, rank, decide."""
    answerer = Answerer.open(settings.read(ROOT))
    place = {entry.id: n for n, entry in enumerate(corpus.faq.entries)}

    def ask(text: str) -> Places:
        # A message may hold several questions: each of its replies counts.
        firsts = []
        for reply in answerer.ask(text).replies:
            near = [one.entry_id for one in reply.alternatives[:1]]
            firsts += [reply.match.entry_id] if reply.match else near
        return tuple(place[one] for one in firsts)

    return ask


def sentence_transformers(corpus: Corpus, folder: Path) -> System:
    """SentenceTransformer.encode, then a flat FAISS index."""
    import faiss
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    index = faiss.IndexFlatIP(corpus.vectors.shape[1])
    index.add(corpus.vectors)

    def ask(text: str) -> Places:
        vector = model.encode([text], normalize_embeddings=True, show_progress_bar=False)
        return corpus.of[index.search(vector, TOP)[1][0, 0]]

    return ask


def txtai(corpus: Corpus, folder: Path) -> System:
    """Its embeddings database: transformers, then an inverted file in FAISS."""
    from txtai import Embeddings

    made = Embeddings({"method": "external", "content": False})
    made.index((n, vector, None) for n, vector in enumerate(corpus.vectors))
    # From here on questions are embedded by its own reader of model folders.
    made.config |= {"method": "transformers", "path": str(folder)}
    made.model = made.loadvectors()

    def ask(text: str) -> Places:
        return corpus.of[int(made.search(text, TOP)[0][0])]

    return ask


def haystack(corpus: Corpus, folder: Path) -> System:
    """A pipeline of its text embedder and its in-memory retriever."""
    from haystack import Document, Pipeline
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.document_stores.types import DuplicatePolicy
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersTextEmbedder,
    )

    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    store.write_documents(
        [
            Document(id=str(n), content=text, embedding=vector.tolist(), meta={"row": n})
            for n, (text, vector) in enumerate(zip(corpus.texts, corpus.vectors, strict=True))
        ],
        policy=DuplicatePolicy.OVERWRITE,
    )
    pipeline = Pipeline()
    embedder = SentenceTransformersTextEmbedder(
        model=str(folder), normalize_embeddings=True, progress_bar=False
    )
    embedder.warm_up()
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=TOP))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def ask(text: str) -> Places:
        found = pipeline.run({"embedder": {"text": text}})["retriever"]["documents"]
        return corpus.of[found[0].meta["row"]]

    return ask


def semantic_router(corpus: Corpus, folder: Path) -> System:
    """A router whose routes are the sets of entries that rows ask for."""
    from semantic_router import IndexedRouter
    from semantic_router.encoders.local import LocalEncoder
    from semantic_router.index import LocalIndex

    routes = {of: f"route-{n}" for n, of in enumerate(dict.fromkeys(corpus.of))}
    of_route = {name: of for of, name in routes.items()}
    index = LocalIndex()
    index.add(corpus.vectors.tolist(), [routes[of] for of in corpus.of], corpus.texts)
    router = IndexedRouter(LocalEncoder(name=str(folder)), index=index)

    def ask(text: str) -> Places:
        chosen = router(text)
        return of_route.get(getattr(chosen, "name", None) or "", ())

    return ask


SYSTEMS: dict[str, tuple[Callable[[Corpus, Path], System], str]] = {
    "chatbot": (chatbot, "faq-chatbot"),
    "sentence-transformers and FAISS": (sentence_transformers, "sentence-transformers"),
    "txtai": (txtai, "txtai"),
    "haystack": (haystack, "haystack-ai"),
    "semantic-router": (semantic_router, "semantic-router"),
}


def serve(pipe: Any, name: str, folder: Path) -> None:
    """Answer texts from the pipe in a process of its own, with the milliseconds each took.

    First comes a description, or the name of the package that is missing.
    """
    os.environ |= {"HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    make, package = SYSTEMS[name]
    start = time.perf_counter()
    try:
        ask = make(Corpus.open(), folder)
        described = {"version": version(package)}
    except (ImportError, PackageNotFoundError) as error:
        pipe.send({"missing": f"{name} is left out: {error}".splitlines()[0]})
        return
    described["ready_s"] = round(time.perf_counter() - start, 2)
    described["threads"] = _warmed(ask)
    pipe.send(described)
    while (text := pipe.recv()) is not None:
        start = time.perf_counter()
        found = ask(text)
        pipe.send(((time.perf_counter() - start) * 1e3, found))


def _warmed(ask: System) -> int | None:
    """Warm up; PyTorch gets as many threads as are the faster, and their number is given."""
    texts = warming()
    _seconds(ask, texts)
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    every = torch.get_num_threads()
    taken = {}
    for threads in (1, every):
        torch.set_num_threads(threads)
        taken[threads] = _seconds(ask, [f"{threads} {text}" for text in texts[:TRIED]])
    best = min(taken, key=lambda one: taken[one])
    torch.set_num_threads(best)
    return best


def _seconds(ask: System, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        ask(text)
    return time.perf_counter() - start
