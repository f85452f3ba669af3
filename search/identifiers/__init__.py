"""The codes that people search by, read the same way in documents and in queries; and versions, which have an order.

    codes.yaml ──▶ patterns ──▶ recognizer ──▶ versions
    (rows, with    (compiled    (in_text, in_word: documents      (canonical, order, within,
     examples)      when used)   typed: queries; nearest: typos)   applies_from)

May import `search.analysis` and `search.model`.
"""
