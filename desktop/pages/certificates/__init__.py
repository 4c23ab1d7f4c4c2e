"""Certificates of the desk: written from a template, numbered, printed; their register."""

from desktop.pages.certificates.page import CertificatesPage

__all__ = ["CertificatesPage"]
