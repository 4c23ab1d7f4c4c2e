"""The bytes of attachments: taken in parts, sealed, kept in a folder or an object store.

``stores`` says where sealed parts lie, ``keys`` seals them, ``intake`` takes and hands them out.
"""
