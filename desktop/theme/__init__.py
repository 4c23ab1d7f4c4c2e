"""The look: colours, type, lengths, icons and the widths at which the window rearranges itself.

======================  ===========================================================================
``tokens``              ``Theme`` (frozen colours by meaning), ``load_theme(ThemeName)``
``fonts``               ``TextStep``, ``Weight``, ``Fonts``; a missing 500 face is replaced
``metrics``             ``Space``, ``Radius``, ``Height`` in pixels at 100 %
``icons``               ``IconSet``: Phosphor icons, recoloured and kept
``provider``            ``ThemeProvider``: the look in use; ``changed`` when it becomes another
``style``               ``dress(app, look)``: palette and font; ``dress_window``: sheet rules
``breakpoints``         ``arrangement(width_px, scale)``: rail or sidebar, how many panes
======================  ===========================================================================

Nothing here is a module-level instance: the composition root makes one ``ThemeProvider`` and hands
it to each widget.
"""
