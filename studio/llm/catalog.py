"""GGUF models worth offering, by the size of the machine.

Files and sha256 are those listed in public model indexes in August 2026; sizes and memory are worked out, rounded up,
and called "about". The verdicts are ours and modest: none of these was run in a benchmark here yet.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from studio.domain.value import Value
from studio.llm.assets import Asset, HubFile

GIGABYTE = 1_000_000_000


class GgufModel(Value):
    """A model to run on this machine. `memory_gb`: with four callers of 4,096 tokens each, and room for the studio."""

    id: str
    title: str
    file: HubFile
    sha256: str
    size_bytes: int
    memory_gb: int
    licence: str
    verdict: str
    directs: bool

    @property
    def asset(self) -> Asset:
        """As a file to fetch. Its exact size is the Hub's to say; the hash is pinned."""
        name = self.file.path.rpartition("/")[2]
        return Asset(name=name, title=self.title, size_bytes=0, sha256=self.sha256, hub=self.file)


def _model(
    id: str,  # noqa: A002 - the field's name
    title: str,
    file: str,
    sha256: str,
    gigabytes: float,
    memory_gb: int,
    licence: str,
    verdict: str,
    directs: bool,
) -> GgufModel:
    repo, _, path = file.rpartition("/")
    return GgufModel(
        id=f"gguf/{id}",
        title=title,
        file=HubFile(repo=repo, path=path),
        sha256=sha256,
        size_bytes=int(gigabytes * GIGABYTE),
        memory_gb=memory_gb,
        licence=licence,
        verdict=verdict,
        directs=directs,
    )


CATALOG = (
    _model(
        "llama-3.2-1b",
        "Llama 3.2 1B Instruct",
        "hugging-quants/Llama-3.2-1B-Instruct-Q4_K_M-GGUF/llama-3.2-1b-instruct-q4_k_m.gguf",
        "1d0e9419ec4e12aef73ccf4ffd122703e94c48344a96bc7c5f0f2772c2152ce3",
        0.81,
        3,
        "Llama 3.2 Community",
        "Whole sentences that mostly fit. For small machines.",
        False,
    ),
    _model(
        "ministral-3-3b",
        "Ministral 3 3B Instruct",
        "unsloth/Ministral-3-3B-Instruct-2512-GGUF/Ministral-3-3B-Instruct-2512-Q4_K_M.gguf",
        "fd46fc371ff0509bfa8657ac956b7de8534d7d9baaa4947975c0648c3aa397f4",
        2.2,
        6,
        "Apache-2.0",
        "Stays in character for a scene. The least we would play with.",
        False,
    ),
    _model(
        "ministral-3-8b",
        "Ministral 3 8B Instruct",
        "unsloth/Ministral-3-8B-Instruct-2512-GGUF/Ministral-3-8B-Instruct-2512-Q4_K_M.gguf",
        "5dbc3647eb563b9f8d3c70ec3d906cce84b86bb35c5e0b8a36e7df3937ab7174",
        5.2,
        10,
        "Apache-2.0",
        "Good dialogue in many languages, and can direct a scene. The choice for most laptops.",
        True,
    ),
    _model(
        "mistral-nemo-12b",
        "Mistral Nemo 12B Instruct",
        "bartowski/Mistral-Nemo-Instruct-2407-GGUF/Mistral-Nemo-Instruct-2407-Q4_K_M.gguf",
        "7c1a10d202d8788dbe5628dc962254d10654c853cae6aaeca0618f05490d4a46",
        7.5,
        13,
        "Apache-2.0",
        "Long a favourite of role-players for its prose. Wants a graphics card or patience.",
        True,
    ),
    _model(
        "mistral-small-24b",
        "Mistral Small 3.2 24B Instruct",
        "bartowski/mistralai_Mistral-Small-3.2-24B-Instruct-2506-GGUF/"
        "mistralai_Mistral-Small-3.2-24B-Instruct-2506-Q4_K_M.gguf",
        "80f5bda68f156f12650ca03a0a2dbfae06a215ac41caa773b8631a479f82415e",
        14.4,
        20,
        "Apache-2.0",
        "Holds a large cast apart. Too slow to enjoy without a graphics card.",
        True,
    ),
    _model(
        "qwen3-30b-a3b",
        "Qwen3 30B-A3B Instruct 2507",
        "bartowski/Qwen_Qwen3-30B-A3B-Instruct-2507-GGUF/Qwen_Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf",
        "382b4f5a164d200f93790ee0e339fae12852896d23485cfb203ce868fea33a95",
        18.7,
        24,
        "Apache-2.0",
        "Uses 3 of its 30 billion weights a word: the best that runs at talking speed without a graphics card.",
        True,
    ),
)


def machine_memory_gb(limit_file: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """The memory this process may use, in whole GB; a container's limit counts. 0 where the system does not say."""
    names = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" not in names or "SC_PAGE_SIZE" not in names:
        return 0
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):  # no cgroup here, or its limit is "max"
        memory = min(memory, int(limit_file.read_text()))
    return memory // GIGABYTE


def fitting(memory_gb: int) -> GgufModel | None:
    """The catalogue's largest model for a machine with this much memory; None: none fits, or the size is not known."""
    return next((model for model in reversed(CATALOG) if model.memory_gb <= memory_gb), None)
