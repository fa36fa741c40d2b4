"""Names become models; a visitor's choice costs the house nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from studio.errors import Invalid, ModelRefused, NotFound, UserError
from studio.llm.assets import PINNED, STARTER
from studio.llm.catalog import CATALOG, fitting, machine_memory_gb
from studio.llm.client import Capabilities, complete
from studio.llm.detection import Port, served
from studio.llm.models import SCRIPT_BILLIONS, Models, _billions, _directs
from studio.settings import Settings
from tests.fake_endpoint import FakeEndpoint, Reply
from tests.llm.hub import LocalHub
from tests.llm.requests import request_of

KEY = SecretStr("sk-visitor-000111")


def settings(tmp_path: Path, **fields: object) -> Settings:
    space = fields.pop("space", False)
    given = Settings(data_dir=tmp_path, **fields)
    return given.model_copy(update={"space_id": "someone/greenroom"}) if space else given


async def test_the_configured_model_is_the_one_without_a_name(tmp_path: Path) -> None:
    with FakeEndpoint(["Aye."]) as endpoint:
        models = Models(settings(tmp_path, model="openai/house", api_base=endpoint.url, api_key="sk-house-1"))
        model = await models.open()
        assert (await complete(model, request_of())).text == "Aye."
        assert await models.open("openai/house") is model
        await models.close()
    assert endpoint.requests[0].key == "sk-house-1"


async def test_the_house_s_key_goes_to_the_house_s_address_alone(tmp_path: Path) -> None:
    with FakeEndpoint() as endpoint:
        models = Models(
            settings(tmp_path, model="openai/house", api_base="http://127.0.0.1:9/v1", api_key="sk-house-1")
        )
        for name in ("openai/house", "openai/other"):
            await complete(await models.open(name, api_base=endpoint.url), request_of())
        await models.close()
    assert [seen.key for seen in endpoint.requests] == ["no-key", "no-key"]


async def test_a_given_key_is_in_the_returned_model_alone(tmp_path: Path) -> None:
    with FakeEndpoint() as endpoint:
        models = Models(settings(tmp_path))
        model = await models.open("openai/test", KEY, endpoint.url)
        await complete(model, request_of())
        assert await models.open("openai/test", KEY, endpoint.url) is not model
        await complete(await models.open("openai/test", api_base=endpoint.url), request_of())
        await models.close()
    assert [seen.key for seen in endpoint.requests] == [KEY.get_secret_value(), "no-key"]
    assert KEY.get_secret_value() not in repr(vars(models))


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("nonsense", Invalid, "'nonsense'"),
        ("openai/gpt-4o-mini", ModelRefused, "OPENAI_API_KEY"),
        ("gguf/unheard-of", NotFound, "llama-3.2-1b"),
        ("gguf/llama-3.2-1b", Invalid, "studio models pull gguf/llama-3.2-1b"),
        ("gguf", Invalid, "STUDIO_GGUF"),
    ],
)
async def test_what_cannot_be_opened_says_how_it_could(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: type[Exception], says: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(kind, match=says):
        await Models(settings(tmp_path)).open(name)


async def test_the_demonstration_says_what_it_is_and_repeats_itself(tmp_path: Path) -> None:
    models = Models(settings(tmp_path))
    one, two = await models.open("scripted"), await models.open("scripted")
    assert one.name == "scripted/demonstration"
    lines = [(await complete(one, request_of(seed=5))).text for _ in range(4)]
    assert lines == [(await complete(two, request_of(seed=5))).text for _ in range(4)]
    assert len(set(lines)) == 4
    option = next(option for option in await models.options() if option.id == "scripted")
    assert "No model at all" in option.note


async def test_running_servers_are_found(tmp_path: Path) -> None:
    with (
        FakeEndpoint(ollama=[("llama3.1:8b", 4_900_000_000), ("nomic-embed-text", 1)]) as ollama,
        FakeEndpoint(["Served."], models=["qwen-local"]) as studio,
        FakeEndpoint(models=[]) as nothing,
    ):
        ports = (
            Port(title="Ollama", address=ollama.address, ollama=True),
            Port(title="LM Studio", address=studio.address),
            Port(title="Empty", address=nothing.address),
            Port(title="Nobody", address="http://127.0.0.1:9"),
        )
        models = Models(settings(tmp_path), ports)
        found = {option.id: option for option in await models.options() if option.kind in ("ollama", "server")}
        assert set(found) == {"ollama_chat/llama3.1:8b", "openai/qwen-local"}
        assert found["ollama_chat/llama3.1:8b"].size_bytes == 4_900_000_000
        option = found["openai/qwen-local"]
        model = await models.open(option.id, api_base=option.api_base)
        answer = await complete(model, request_of())
        assert (answer.text, answer.usage.cost) == ("Served.", 0.0)
        await models.close()


async def test_a_port_that_speaks_something_else_is_no_server() -> None:
    with FakeEndpoint(models=["x"]) as endpoint:
        assert await served((Port(title="Odd", address=f"{endpoint.address}/odd"),)) == ()


async def test_options_put_what_is_ready_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-set-000")
    monkeypatch.delenv("MISTRAL_API_KEY", raising=False)
    own = tmp_path / "assets" / "my-own-70b.gguf"
    own.parent.mkdir()
    own.write_bytes(b"GGUF")
    options = await Models(settings(tmp_path), ports=()).options()
    ready = [option.ready for option in options]
    assert ready == sorted(ready, reverse=True)
    by_id = {option.id: option for option in options}
    assert by_id["openai/gpt-4.1-mini"].ready
    assert "MISTRAL_API_KEY" in by_id["mistral/mistral-medium-latest"].note
    assert by_id["gguf/my-own-70b"].ready
    assert "toy" in by_id["starter"].note
    assert not by_id["starter"].ready
    assert "memory" in by_id["gguf/ministral-3-8b"].note
    assert len(by_id) == len(options)


async def test_pulling_fetches_and_reports_one_rising_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = CATALOG[0]
    path = f"/{model.file.repo}/resolve/main/{model.file.path}"
    with LocalHub({path: b"GGUF not really"}) as hub:
        models = Models(settings(tmp_path, hub=hub.url))
        with pytest.raises(UserError, match="nothing to fetch for 'gguf/none'"):
            await models.pull("gguf/none")
        with pytest.raises(Exception, match="its sha256 is"):
            await models.pull(model.id)
        assert not (tmp_path / "assets" / model.file.path).exists()


@pytest.mark.model
async def test_pulling_the_starter_brings_all_a_first_start_needs(tmp_path: Path, assets: Path) -> None:
    (tmp_path / "assets").symlink_to(assets)
    seen: list[tuple[int, int]] = []
    models = Models(settings(tmp_path))
    await models.pull("starter", lambda done, total: seen.append((done, total)))
    total = sum(asset.size_bytes for asset in PINNED)
    assert seen[-1] == (total, total)
    assert next(option for option in await models.options() if option.id == "starter").ready


@pytest.mark.parametrize(
    ("name", "key", "api_base", "says"),
    [
        ("openai/gpt-4o-mini", None, "", "your own key"),
        ("openai/gpt-4o-mini", SecretStr("  "), "", "your own key"),
        ("openai/test", KEY, "http://127.0.0.1:8000/v1", "must be https"),
        ("openai/test", KEY, "https://127.0.0.1:8000/v1", "not a public address"),
        ("openai/test", KEY, "https://169.254.169.254/v1", "not a public address"),
        ("openai/test", KEY, "https://localhost/v1", "not a public address"),
        ("anthropic/test", KEY, "https://example.com/v1", "openai/"),
        ("ollama_chat/llama3.1", KEY, "", "one's own machine"),
        ("gguf/llama-3.2-1b", None, "", "your own machine"),
    ],
)
async def test_a_visitor_of_a_space_spends_and_reaches_nothing_of_the_house(
    tmp_path: Path, name: str, key: SecretStr | None, api_base: str, says: str
) -> None:
    models = Models(settings(tmp_path, model="openai/house", api_key="sk-house-1", space=True))
    with pytest.raises((Invalid, ModelRefused), match=says):
        await models.open(name, key, api_base)


async def test_on_a_space_nothing_is_pulled_or_probed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-house")
    with FakeEndpoint(models=["private"]) as endpoint:
        models = Models(settings(tmp_path, space=True), ports=(Port(title="Inside", address=endpoint.address),))
        options = await models.options()
        assert endpoint.others == []
    assert [option.id for option in options if option.ready] == ["scripted"]
    with pytest.raises(Invalid):
        await models.pull("starter")


async def test_a_small_model_is_not_trusted_to_direct() -> None:
    small = (
        "ollama_chat/llama3.2:1b",
        "openai/qwen3-4b-instruct",
        "gguf/SmolLM2-1.7B-Instruct",
        "ollama_chat/gemma3:0.5b",
    )
    large = ("ollama_chat/llama3.1:8b", "openai/gpt-4o", "openai/qwen3-30b-a3b", "mistral/mistral-small-latest")
    assert not any(map(_directs, small))
    assert all(map(_directs, large))


def test_only_a_model_of_a_known_tiny_size_is_spared_the_script() -> None:
    tiny, able = ("SmolLM2-135M-Instruct.Q4_1", "qwen2.5-0.5b"), ("gpt-4.1-mini", "llama-3.2-1b", "mixtral-8x7b")
    assert all(_billions(name) < SCRIPT_BILLIONS for name in tiny)
    assert all(_billions(name) >= SCRIPT_BILLIONS for name in able)


async def test_ollama_is_told_how_much_to_read(tmp_path: Path) -> None:
    line = '{"model":"m","message":{"role":"assistant","content":"Aye."},"done":true,"done_reason":"stop"}\n'
    with FakeEndpoint([Reply(body=line)]) as endpoint:
        models = Models(settings(tmp_path, context_tokens=2048))
        model = await models.open("ollama_chat/llama3.1:8b", api_base=endpoint.address)
        assert model.capabilities == Capabilities(schema_decoding=True, prefix_caching=True, context_tokens=2048)
        assert (await complete(model, request_of())).text == "Aye."
        await models.close()
    assert endpoint.requests[0].path == "/api/chat"
    assert endpoint.requests[0].body["options"]["num_ctx"] == 2048


def test_the_catalogue_is_in_order_and_pinned(tmp_path: Path) -> None:
    assert [model.memory_gb for model in CATALOG] == sorted(model.memory_gb for model in CATALOG)
    assert len({model.id for model in CATALOG}) == len(CATALOG)
    for model in CATALOG:
        assert len(model.sha256) == 64
        assert model.size_bytes < model.memory_gb * 1_000_000_000
        assert model.asset.name != STARTER.name
    assert fitting(2) is None
    assert fitting(12) is CATALOG[2]
    assert fitting(10_000) is CATALOG[-1]


def test_a_container_s_memory_limit_counts(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("2147483648\n")
    assert machine_memory_gb(limit) == 2
    limit.write_text("max\n")
    assert machine_memory_gb(limit) == machine_memory_gb(tmp_path / "absent") > 0
