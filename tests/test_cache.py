import gc
from concurrent.futures import ThreadPoolExecutor

from chatbot.cache import Cache


def test_a_value_is_kept_for_its_text_alone() -> None:
    cache: Cache[int] = Cache(3)
    assert cache.get("who pays") is None
    cache.put("who pays", 1)
    assert cache.get("who pays") == 1
    assert cache.get("Who pays") is None


def test_the_value_used_longest_ago_goes_first() -> None:
    cache: Cache[int] = Cache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert [cache.get(text) for text in "abc"] == [1, None, 3]


def test_a_later_value_replaces_the_earlier() -> None:
    cache: Cache[int] = Cache(2)
    cache.put("a", 1)
    cache.put("a", 2)
    assert cache.get("a") == 2


def test_no_text_is_kept() -> None:
    cache: Cache[int] = Cache(10)
    cache.put("my daughter is called Zebedee", 1)
    kept = [repr(one) for one in gc.get_referents(cache.__dict__, *cache.__dict__.values())]
    assert not any("Zebedee" in one for one in kept)


def test_any_text_has_a_place() -> None:
    cache: Cache[int] = Cache(10)
    for text in ("", "\udcff", "学校 🙂", "x" * 100_000):
        cache.put(text, len(text) + 1)
        assert cache.get(text) == len(text) + 1


def test_threads_share_it() -> None:
    cache: Cache[int] = Cache(50)

    def use(n: int) -> bool:
        cache.put(str(n % 70), n % 70)
        return cache.get(str(n % 70)) in (None, n % 70)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(5_000)))
