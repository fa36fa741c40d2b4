"""One file a tab: `layout_x` lays components out, `wire_x` connects them to the desk."""
