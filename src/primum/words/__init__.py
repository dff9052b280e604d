"""The vocabulary every other module speaks: closed lists, records, errors.

Owns the words of the trade and the errors people read. Refuses to import anything but the standard library,
to read a file, and to ask what time it is.
"""
