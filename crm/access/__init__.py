"""Who may do what, decided in one place.

``permissions`` names everything that can be allowed, ``ready`` the roles that every centre has from the start,
``holding`` says what a user may do and with whose data, ``guard`` keeps the doors (views refuse unless they say
whom they let in). Services and selectors ask here, object by object; pages only hide what would be refused.
"""
