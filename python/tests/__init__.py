"""Tests of the Python module."""
