"""The directory as the switch reads it: mod_xml_curl asks over HTTP who a phone is.

``answers`` is pure: the form that the switch posts in, XML out. ``door`` is its HTTP side.
"""
