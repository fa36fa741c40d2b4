"""Paper and ink by day, house lights down by night. One accent: the green of a greenroom."""

from __future__ import annotations

import gradio as gr

SERIF = ("EB Garamond", "Iowan Old Style", "Palatino Linotype", "Palatino", "Georgia", "serif")
SANS = ("Source Sans Pro", "system-ui", "sans-serif")
INK, PAPER, SHEET, RULE, QUIET, ACCENT = "#29221c", "#f5efe3", "#fdf9f0", "#dccfb9", "#6a5d50", "#1d5a4a"
INK_DARK, PAPER_DARK, SHEET_DARK, RULE_DARK, QUIET_DARK, ACCENT_DARK = (
    "#ece2d2",
    "#15120f",
    "#1e1a16",
    "#3a322a",
    "#a99c8b",
    "#8ccab1",
)

COLOURS: dict[str, str] = {
    "body_background_fill": PAPER,
    "body_background_fill_dark": PAPER_DARK,
    "body_text_color": INK,
    "body_text_color_dark": INK_DARK,
    "body_text_color_subdued": QUIET,
    "body_text_color_subdued_dark": QUIET_DARK,
    "background_fill_primary": SHEET,
    "background_fill_primary_dark": SHEET_DARK,
    "background_fill_secondary": PAPER,
    "background_fill_secondary_dark": PAPER_DARK,
    "border_color_primary": RULE,
    "border_color_primary_dark": RULE_DARK,
    "border_color_accent": ACCENT,
    "border_color_accent_dark": ACCENT_DARK,
    "color_accent": ACCENT,
    "color_accent_soft": "#e2ebe0",
    "color_accent_soft_dark": "#20312a",
    "link_text_color": ACCENT,
    "link_text_color_dark": ACCENT_DARK,
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "block_border_width": "0px",
    "block_border_width_dark": "0px",
    "block_label_text_color": QUIET,
    "block_label_text_color_dark": QUIET_DARK,
    "block_title_text_color": INK,
    "block_title_text_color_dark": INK_DARK,
    "block_info_text_color": QUIET,
    "block_info_text_color_dark": QUIET_DARK,
    "block_shadow": "none",
    "block_shadow_dark": "none",
    "block_padding": "0",
    "input_background_fill": SHEET,
    "input_background_fill_dark": SHEET_DARK,
    "input_border_color": "#9a8b78",
    "input_border_color_dark": "#75695b",
    "input_border_color_focus": ACCENT,
    "input_border_color_focus_dark": ACCENT_DARK,
    "input_placeholder_color": "#75685a",
    "input_placeholder_color_dark": "#a99c8b",
    "input_border_width": "1px",
    "button_border_width": "1px",
    "input_shadow": "none",
    "input_shadow_dark": "none",
    "button_primary_background_fill": ACCENT,
    "button_primary_background_fill_dark": ACCENT_DARK,
    "button_primary_background_fill_hover": "#16473a",
    "button_primary_background_fill_hover_dark": "#a5dac5",
    "button_primary_text_color": "#ffffff",
    "button_primary_text_color_dark": "#10201a",
    "button_secondary_background_fill": SHEET,
    "button_secondary_background_fill_dark": SHEET_DARK,
    "button_secondary_text_color": INK,
    "button_secondary_text_color_dark": INK_DARK,
    "button_secondary_border_color": "#9a8b78",
    "button_secondary_border_color_dark": "#75695b",
}


def theme() -> gr.themes.Base:
    """Gradio's own controls in the studio's colours. No font or file comes from another host."""
    fonts = [gr.themes.LocalFont(SANS[0], weights=(400, 700)), *SANS[1:]]
    base = gr.themes.Base(
        primary_hue="emerald",
        neutral_hue="stone",
        radius_size="md",
        text_size="md",
        font=fonts,
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
    )
    return base.set(**COLOURS)
