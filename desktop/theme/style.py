"""What Qt's own widgets need: a palette, and style sheet rules for scroll bars and inputs.

The rules belong to the window and not to the app: under an app that has any, Qt looks through the
rules for all that a widget holds each time it moves into another, and a page is built from its
innermost parts outwards. So a page wears them once, when it comes into its window.
"""

from functools import partial

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import Theme

_SHEET = """
QScrollBar:vertical {{ background: transparent; width: {bar}px; margin: 0; border: none; }}
QScrollBar:horizontal {{ background: transparent; height: {bar}px; margin: 0; border: none; }}
QScrollBar::handle {{ background: {handle}; border-radius: {round}px; margin: {gap}px; }}
QScrollBar::handle:vertical {{ min-height: {least}px; }}
QScrollBar::handle:horizontal {{ min-width: {least}px; }}
QScrollBar::handle:hover {{ background: {hover}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QLineEdit, QPlainTextEdit {{ background: transparent; border: none; padding: 0; }}
QScrollArea {{ background: transparent; border: none; }}
QListView {{ background: {surface}; border: none; }}
QToolTip {{ background: {tip}; color: {on_tip}; border: none; padding: {gap3}px; }}
QMenu {{ background: {surface}; color: {t1}; border: 1px solid {line2}; padding: {gap}px; }}
QMenu::item {{ padding: {gap3}px {least}px; border-radius: {round}px; }}
QMenu::item:selected {{ background: {pri_bg}; color: {pri_t}; }}
QMenu::item:disabled {{ color: {t3}; }}
QMenu::separator {{ height: 1px; background: {line2}; margin: {gap}px {gap3}px; }}
"""


def apply_style(app: QApplication, look: ThemeProvider) -> None:
    """Dress ``app`` in the look, but for the rules of its windows. Call again when the look
    changes."""
    app.setStyle("Fusion")
    app.setPalette(palette(look.theme))
    app.setFont(look.font(TextStep.BODY))


def dress(app: QApplication, look: ThemeProvider) -> None:
    """Dress ``app``, and again whenever the look changes."""
    apply_style(app, look)
    look.changed.connect(partial(apply_style, app, look))


def dress_window(window: QWidget, look: ThemeProvider) -> None:
    """Give ``window``, and all that opens over it, the rules for Qt's own widgets; and again
    whenever the look changes."""
    _apply_rules(window, look)
    look.changed.connect(partial(_apply_rules, window, look))


def _apply_rules(window: QWidget, look: ThemeProvider) -> None:
    window.setStyleSheet(style_sheet(look))


def style_sheet(look: ThemeProvider) -> str:
    """The few rules that painting cannot cover."""
    theme = look.theme
    return _SHEET.format(
        bar=look.px(12),
        round=look.px(4),
        gap=look.px(2),
        gap3=look.px(6),
        least=look.px(28),
        handle=theme.line2.name(),
        hover=theme.control.name(),
        tip=theme.tip.name(),
        on_tip=theme.on_tip.name(),
        surface=theme.surface.name(),
        line2=theme.line2.name(),
        pri_bg=theme.pri_bg.name(),
        pri_t=theme.pri_t.name(),
        t1=theme.t1.name(),
        t3=theme.t3.name(),
    )


def palette(theme: Theme) -> QPalette:
    """The theme in Qt's roles."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.bg),
        (roles.Base, theme.surface),
        (roles.AlternateBase, theme.sunken),
        (roles.Button, theme.surface),
        (roles.WindowText, theme.t1),
        (roles.Text, theme.t1),
        (roles.ButtonText, theme.t1),
        (roles.PlaceholderText, theme.t3),
        (roles.ToolTipBase, theme.tip),
        (roles.ToolTipText, theme.on_tip),
        (roles.Highlight, theme.pri),
        (roles.HighlightedText, theme.on_pri),
        (roles.Link, theme.pri_t),
        (roles.Mid, theme.line2),
    ):
        made.setColor(role, colour)
    disabled = QPalette.ColorGroup.Disabled
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(disabled, role, theme.t3)
    return made
