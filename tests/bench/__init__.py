"""What people wait for, beside what the machine cannot do faster. ``make bench`` runs it.

Each figure stands beside a floor that is measured in the same run: the same bytes moved and the
same rows written with nothing of ours in between. Ratios travel between machines; times do not.
"""
