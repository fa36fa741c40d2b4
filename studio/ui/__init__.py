"""The pages in the browser. The only importer of gradio."""
