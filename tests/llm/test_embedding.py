"""Vectors: unit length, right shape, near where the meaning is near."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from studio.errors import ModelOutput, ModelRefused, ModelUnavailable
from studio.llm.assets import Assets
from studio.llm.embedding import Embedder, HashEmbedder, LitellmEmbedder, MiniLmEmbedder, open_embedder
from studio.settings import Settings
from tests.fake_endpoint import FakeEndpoint

TEXTS = ["Mara keeps the lamp.", "", "嵐 🙂", "word " * 2000]


@pytest.fixture
def mini_lm(assets: Path) -> MiniLmEmbedder:
    return MiniLmEmbedder(Assets(assets, Settings().hub))


async def check_contract(embedder: Embedder) -> None:
    vectors = await embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (await embedder.embed([])).shape == (0, embedder.dimension)
    assert embedder.name


async def test_hash_vectors_keep_the_contract() -> None:
    await check_contract(HashEmbedder())


@pytest.mark.model
async def test_mini_lm_keeps_the_contract(mini_lm: MiniLmEmbedder) -> None:
    await check_contract(mini_lm)


@pytest.mark.model
async def test_mini_lm_gives_the_same_vector_alone_and_in_company(mini_lm: MiniLmEmbedder) -> None:
    company = await mini_lm.embed([*TEXTS, *(f"line {number}" for number in range(40))])
    alone = await asyncio.gather(*(mini_lm.embed([text]) for text in TEXTS))
    for row, vector in enumerate(alone):
        assert np.array_equal(company[row], vector[0])


@pytest.mark.model
async def test_mini_lm_knows_what_hashes_do_not(mini_lm: MiniLmEmbedder) -> None:
    memory, query, other = "The physician stitched my wound.", "Who is the doctor?", "Who owns the tavern on the hill?"
    vectors = await mini_lm.embed([memory, query, other])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


async def test_mini_lm_without_its_files_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelUnavailable, match="memory embedding model"):
        await MiniLmEmbedder(Assets(tmp_path, "http://127.0.0.1:9")).embed(["hello"])


async def test_a_provider_s_vectors_are_made_unit_length() -> None:
    with FakeEndpoint() as endpoint:
        embedder = LitellmEmbedder("openai/test", api_base=endpoint.url, api_key=SecretStr("sk-test-0"))
        vectors = await embedder.embed(["aa", "aaaa", *["b"] * 40])
        await embedder.close()
    assert vectors.shape == (42, 3)
    assert embedder.dimension == 3
    assert np.allclose(vectors[0], np.array([2, 1, 0]) / np.sqrt(5))
    assert [len(seen.body["input"]) for seen in endpoint.others] == [32, 10]
    assert {seen.key for seen in endpoint.others} == {"sk-test-0"}


async def test_a_provider_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await LitellmEmbedder("openai/test", api_base="http://127.0.0.1:9/v1").embed(["hello"])


async def test_a_missing_key_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelRefused, match="OPENAI_API_KEY"):
        await LitellmEmbedder("openai/text-embedding-3-small").embed(["hello"])


async def test_a_vector_of_nothing_is_no_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = LitellmEmbedder("openai/test", api_base="http://127.0.0.1:9/v1")

    async def zeros(texts: list[str]) -> list[list[float]]:
        return [[0.0, 0.0] for _ in texts]

    monkeypatch.setattr(embedder, "_rows", zeros)
    with pytest.raises(ModelOutput, match="without direction"):
        await embedder.embed(["hello"])


async def test_settings_choose() -> None:
    assert isinstance(open_embedder(Settings(embedder="hash")), HashEmbedder)
    assert isinstance(open_embedder(Settings()), MiniLmEmbedder)
    assert isinstance(open_embedder(Settings(embedder="openai/text-embedding-3-small")), LitellmEmbedder)


async def test_the_chat_provider_s_key_goes_to_no_other_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEndpoint() as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-own-openai-key")
        settings = Settings(
            model="anthropic/claude-sonnet-4-5",
            api_key=SecretStr("sk-ant-key"),
            embedder="openai/text-embedding-3-small",
        )
        embedder = open_embedder(settings)
        await embedder.embed(["hello"])
        assert isinstance(embedder, LitellmEmbedder)
        await embedder.close()
        assert endpoint.others[0].key == "sk-own-openai-key"
