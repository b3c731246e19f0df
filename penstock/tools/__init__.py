"""Look into files of models, compare, convert and run them: what the command line offers.

Each tool is a function, which gives a value; `penstock.cli` parses arguments and shows it.
"""
