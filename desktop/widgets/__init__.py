"""Widgets of the design. They know no data: words come in translated, states come as ``rows.Lamp``.

Each takes the ``ThemeProvider`` first and follows its changes. Signals are named after what a
person did. Shortcuts belong to the page; a widget only shows the cap of the key.

=====================  ============================================================================
``base``               ``Themed``, ``PaintedButton.allow(False, why)``, ``scaled(look, layout)``
``text``               ``Text(look, text, step, weight=, colour=token, wraps=)``, ``.elide()``
``card``               ``Card.body``, ``Well.body``, ``Hairline``, ``SectionTitle.add(widget)``
``lamp``               ``LampMark(look, lamp, words)``
``chip``               ``Chip(look, Tag)``; ``ChipGroup(look, [Choice], exclusive=)`` → ``changed``
                       ``ChipRow.set_tags``
``segment``            ``SegmentChoice(look, [Choice], solid=)`` → ``changed``; large choices
``tabs``               ``Tabs`` (underlined), ``Segments`` (in a well): ``[Tab]`` → ``changed``
``keycap``             ``KeyHint(look, keys, words)``
``button``             ``Button(look, words, ButtonKind, icon=, key=, height=)``, ``icon_button``
``toggle``             ``CheckBox``, ``RadioBox``, ``Switch`` → ``toggled``
``field``              ``LineField`` (label, error, ``secret=``), ``SearchBox``, ``IconMark``
``masked_value``       ``MaskedValue`` → ``asked``; ``.show_full`` for half a minute
``note_field``         ``NoteField`` → ``changed``; ``.edit`` → ``phrase_asked``, ``left``
``form_grid``          ``FormGrid.add(label, widget)``, ``.add_value(label, value)``
``scale_slider``       ``ScaleSlider`` → ``changed(float)``
``progress``           ``CountBar(look, [Part], in_all)``, ``ProgressRing``, ``StepBar``
``avatar``             ``Avatar(look, name, tone, px=)``
``lines``              ``Lines(box, make, fill)``, ``.show(items)``: kept and refilled
``fact``               ``FactLine.say``, ``PersonLine.say`` and ``.add``, ``Figure.set_number``
``banner``             ``Banner(look, tone, title, detail, lamp=)``, ``.add(widget)``
``veil``               ``Veil(look, page)``: grey rows, or an error, before anything came
``stack``              ``Stack``: one of several, asking for the room of that one
``state_panel``        ``EmptyState``, ``ErrorState``, ``NotHereState`` → ``pressed``; ``Skeleton``,
                       ``IconDisc``
``row_list``           ``RowList(look, name)`` → ``moved``, ``opened``, ``action_pressed`` (keys);
                       give it a ``desktop.viewmodels.row_list.RowListModel``
``row_painter``        how a row is drawn
``timeline``           ``Timeline.set_items([TimelineItem])`` → ``action_pressed``
``side_by_side``       ``SideBySide(look, SideValues, [SideOffer])`` → ``picked``; ``show_result``
``marked_text``        ``changed_spans(mine, theirs)`` and the drawing of marked text
``flow``               ``FlowLayout`` breaks into lines; ``EvenFlow`` in even columns
``nav_button``         ``NavButton``, ``NavItem``, ``NavGroup``
``sidebar``            ``Sidebar`` → ``chosen``, ``user_``, ``help_`` and ``lock_pressed``
``bars``               ``TopBar`` → ``back_pressed``; ``StatusBar``
``cover``              ``Cover`` → ``left``: what blanks the content
``overlay``            ``Overlay`` over the window; ``key_sheet``: ``KeySheet.show_keys``
``tour_card``          ``TourCard(look, [TourStep])`` → ``ended``
``theme_choice``       ``ThemeChoice`` → ``changed``
``sync_pill``          ``SyncPill.show_state(SyncState, words, figure)`` → ``clicked``
``save_dialog``        ``ask_where(owner, title, suffix, then, name)``: a file to write
``toast``              ``Toast(look, host, timer)``, ``.say(words, can_undo=)`` → ``undo_pressed``
``logo``, ``skyline``  the mark of the product, and the houses behind the first pages
``painting``           shapes and texts that several widgets draw alike
=====================  ============================================================================
"""
