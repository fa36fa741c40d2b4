"""Run by alembic, on the connection and in the transaction it was handed."""

from alembic import context

from studio.archive import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
