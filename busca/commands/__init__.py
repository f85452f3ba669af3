"""The commands, one module each: its name is the command's, and its `command` is what runs.

    cli ──imports the one that is run──▶ commands/NAME ──▶ services (settings, store, index), report (what is printed)

Each imports at its top what it cannot do without, and nothing of another command.
"""
