"""What travels: one file an entity, each field declared with the way it merges.

``registry.ENTITIES`` lists them, parents first. The laptop and the server build their own
tables from these declarations, and neither imports the other's.
"""
